"""What a person can mend, in words: days and months are written as the office writes them."""

import datetime as dtm

from handlers.views.figures import days_through, period_name
from locales import Texts
from services.core.errors import UserError
from services.core.period import Period
from services.core.stretches import Stretch


def problem_words(problem: UserError, texts: Texts) -> str:
    """Say what is wrong; plain text, not yet harmless in a message."""
    return texts(problem.key, **{name: _written(value, texts) for name, value in problem.params.items()})


def _written(value: object, texts: Texts) -> object:
    match value:
        case Period():
            return period_name(value, texts)
        case dtm.date():
            return texts.date(value)
        case Stretch():
            return days_through(value.first_on, value.last_on, texts)
    return value
