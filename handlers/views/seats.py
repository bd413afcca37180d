"""Seats in words: 峨眉山市 市司法局 信息员."""

import datetime as dtm

from handlers.views.figures import day_words
from handlers.views.markup import escape, shorten
from locales import Texts
from models.enums import Role
from services.membership.seats import Seat

NAME_LENGTH = 40


def role_words(role: Role, texts: Texts) -> str:
    """Name a role as one person has it: 管理员, not 政务公开办."""
    return texts(f"seat.role.{role.value}")


def seat_words(seat: Seat, texts: Texts, *, in_full: bool = True) -> str:
    """Name a seat, with its organisation (``in_full``) or without; HTML."""
    names = [seat.organisation.name] if in_full or seat.unit is None else []
    names += [seat.unit.name] if seat.unit else []
    place = " ".join(escape(shorten(name, NAME_LENGTH)) for name in names)
    return texts("seat.of_place", place=place, role=role_words(seat.role, texts))


def last_day(expires_at: dtm.datetime, now: dtm.datetime, today: dtm.date, texts: Texts) -> str:
    """Name the day before which a link is surely still good."""
    return day_words(today + dtm.timedelta(days=(expires_at - now).days), texts)
