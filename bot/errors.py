"""What a person is told when their request cannot be met, and what the log keeps of it."""

import logging
import secrets

from handlers.kit.answers import Answer
from handlers.views.markup import escape
from handlers.views.problems import problem_words
from locales import Texts
from services.core.errors import UserError

log = logging.getLogger(__name__)


def explain(error: UserError, texts: Texts) -> str:
    """Return the plain text for a person's own slip, as an alert shows it."""
    return problem_words(error, texts)


def explanation(error: UserError, texts: Texts) -> Answer:
    """Return the same as a message; what the person typed is not taken for markup."""
    return Answer(escape(explain(error, texts)))


def incident(error: Exception, row_id: int) -> str:
    """Log a fault of ours with its trace and return the number that the person is told."""
    number = secrets.token_hex(3).upper()
    log.error("incident %s in update %s", number, row_id, exc_info=error)
    return number


def incident_answer(number: str, texts: Texts) -> Answer:
    """Return what the person is told about a fault of ours."""
    return Answer(texts("error.incident", number=number))
