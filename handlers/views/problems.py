"""What a person can mend, in words: days and months are written as the office writes them."""

import datetime as dtm

from handlers.views.figures import period_name
from locales import Texts
from services.core.errors import UserError
from services.core.period import Period


def problem_words(problem: UserError, texts: Texts) -> str:
    """Say what is wrong; plain text, not yet harmless in a message."""
    return texts(problem.key, **{name: _written(value, texts) for name, value in problem.params.items()})


def _written(value: object, texts: Texts) -> object:
    match value:
        case Period():
            return period_name(value, texts)
        case dtm.date():
            return texts.date(value)
    return value
