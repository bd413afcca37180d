"""How an organisation wants things done: what each rule may be, and what a change of it does at once."""

import datetime as dtm
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from models.enums import Cadence, Counting, Language, Ties
from services.core.calendar import WorkCalendar
from services.core.errors import UserError
from services.core.numbers import parse_count
from services.core.period import Period
from services.core.text import as_name

NAME_LENGTH = 100
MONTHS_BACK = 3  # fifteen working days after a month's end lie in the second month after it at the latest


class RuleOutOfRange(UserError):
    """A rule takes a whole number from ``least`` to ``most``."""


class RuleUnknown(UserError):
    """A rule has no such choice."""


class OrganisationNameMissing(UserError):
    """An organisation needs a name of one to a hundred characters (``length``)."""


class Rule(StrEnum):
    """What an organisation decides for itself; the names are those of its columns."""

    CLOSING_DAYS = "closing_days"
    DECIMALS = "decimals"
    TIES = "ties"
    STALE_DAYS = "stale_days"
    ZOMBIE_DAYS = "zombie_days"
    LANGUAGE = "language"
    NAME = "name"
    YEAR = "year"
    COUNTING = "counting"
    FOUR_EYES = "four_eyes"


RANGES: Mapping[Rule, tuple[int, int]] = MappingProxyType(
    {
        Rule.CLOSING_DAYS: (0, 15),
        Rule.DECIMALS: (0, 2),
        Rule.STALE_DAYS: (1, 60),
        Rule.ZOMBIE_DAYS: (61, 730),
        Rule.YEAR: (2000, 2099),
    }
)
"""Least and most of the rules that are numbers; a zombie is always silent for longer than a stale account."""

CHOICES: Mapping[Rule, tuple[int | str, ...]] = MappingProxyType(
    {
        Rule.CLOSING_DAYS: (3, 5, 7, 10),
        Rule.DECIMALS: (0, 1, 2),
        Rule.TIES: tuple(ties.value for ties in Ties),
        Rule.STALE_DAYS: (7, 10, 14),
        Rule.ZOMBIE_DAYS: (90, 180, 365),
        Rule.COUNTING: tuple(counting.value for counting in Counting),
        Rule.FOUR_EYES: (True, False),
        Rule.LANGUAGE: tuple(language.value for language in Language),
    }
)
"""What is offered by button; what is no number can be nothing else."""


@dataclass(frozen=True, slots=True)
class MovedMonths:
    """Months whose reporting a change of the closing days ends or opens again, the earliest first."""

    opened: tuple[Period, ...] = ()
    closed: tuple[Period, ...] = ()


def read_rule(rule: Rule, value: int | str) -> int | str:
    """Give what a rule is set to from a button or from what was typed.

    Raises:
        CountUnclear, RuleOutOfRange: it is to be a number, and is none or one that cannot be.
        RuleUnknown, OrganisationNameMissing: it is no choice; it is no name.
    """
    if rule is Rule.NAME:
        return _name(str(value))
    if rule not in RANGES:
        if value not in CHOICES[rule]:
            raise RuleUnknown
        return value
    least, most = RANGES[rule]
    number = value if isinstance(value, int) else parse_count(value)
    if not least <= number <= most:
        raise RuleOutOfRange(least=least, most=most)
    return number


def _name(text: str) -> str:
    name = as_name(text)
    if not 0 < len(name) <= NAME_LENGTH:
        raise OrganisationNameMissing(length=NAME_LENGTH)
    return name


def move_months(before: int, after: int, today: dtm.date, calendar: WorkCalendar) -> MovedMonths:
    """Tell which months a change of the closing days opens or closes today."""
    month = Period.containing(today, Cadence.MONTHLY)
    opened: list[Period] = []
    closed: list[Period] = []
    for _ in range(MONTHS_BACK):
        month = month.previous()
        was_open = today <= calendar.after(month.last_on, before)
        is_open = today <= calendar.after(month.last_on, after)
        if is_open and not was_open:
            opened.insert(0, month)
        elif was_open and not is_open:
            closed.insert(0, month)
    return MovedMonths(tuple(opened), tuple(closed))
