"""Answers with a day in them: what cannot be is said, and the question stays open."""

import datetime as dtm

from handlers.kit.context import Context
from handlers.views.problems import problem_words
from services.core.errors import UserError
from services.core.media_words import LookSaid, MediaSaid, PostSaid, parse_past_day, read_media
from services.media.media_accounts import require_past


def read_answer(context: Context) -> tuple[MediaSaid | None, str]:
    """Read the message like what follows ``/media``; None with the words for what is wrong with it."""
    try:
        said = read_media(context.text, today=context.today)
        for day in _days(said):
            require_past(day, context.today)
    except UserError as error:
        return None, problem_words(error, context.texts)
    return said, ""


def read_day(context: Context) -> tuple[dtm.date | None, str]:
    """Read the message as a day there has been; None for anything else, with what is wrong if it is a day."""
    try:
        day = parse_past_day(context.text, today=context.today)
        if day is not None:
            require_past(day, context.today)
    except UserError as error:
        return None, problem_words(error, context.texts)
    return day, ""


def _days(said: MediaSaid) -> list[dtm.date]:
    match said:
        case PostSaid(_, day):
            return [day] if day else []
        case LookSaid(_, seen, last):
            return [day for day in (seen, last) if day]
    return []
