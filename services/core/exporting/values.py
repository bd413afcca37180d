"""An office as it is exported: its units, what they owe and did in a year, by name."""

import datetime as dtm
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from models.enums import Cadence, DutyKind
from services.core.quarter import AnyPeriod, Quarter, months_of
from services.core.sheets.export_words import period_words

Sums = tuple[int, int, int]
"""How many were submitted, how many of them accepted (审发), and the mistakes found (错情)."""
Place = tuple[str, str]
"""A unit and a category, by name."""


@dataclass(frozen=True, slots=True)
class ExportedUnit:
    """A unit in official order; ``ended_at`` (ISO) and ``into`` are "" while it reports."""

    name: str
    number: str
    division: str
    aliases: tuple[str, ...] = ()
    ended_at: str = ""
    into: str = ""


@dataclass(frozen=True, slots=True)
class ExportedCategory:
    """A category, in order, and the head it stands under."""

    name: str
    division: str = ""


@dataclass(frozen=True, slots=True)
class ExportedQuota:
    """What a unit owes per month or year; ``owed`` is that with its accounts, None where it is exempt."""

    unit: str
    category: str
    cadence: Cadence
    target: int | None
    is_per_account: bool
    owed: int | None


@dataclass(frozen=True, slots=True)
class ExportedDuty:
    """A rule without a number that binds a unit."""

    unit: str
    heading: str
    kind: DutyKind
    text: str


@dataclass(frozen=True, slots=True)
class OfficeYear:
    """An office in a year; ``counts`` are by unit and category and then by month (1–12)."""

    organisation: str
    year: int
    decimals: int
    units: tuple[ExportedUnit, ...]
    categories: tuple[ExportedCategory, ...]
    quotas: tuple[ExportedQuota, ...] = ()
    duties: tuple[ExportedDuty, ...] = ()
    counts: Mapping[Place, Mapping[int, Sums]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Span:
    """The period of an export, as its sheets name it: 2024年2月, 2024年一季度, 2024年."""

    words: str
    year: int
    months: tuple[int, ...]
    first_on: dtm.date
    last_on: dtm.date

    @classmethod
    def of(cls, period: AnyPeriod) -> Self:
        """Make one of a month, a quarter or a year."""
        months = tuple(month.month or 0 for month in months_of(period))
        if isinstance(period, Quarter):
            words = period_words(period.year, quarter=period.number)
        else:
            words = period_words(period.year, month=period.month)
        return cls(words, period.year, months, period.starts_on, period.last_on)

    @property
    def is_year(self) -> bool:
        """Tell whether it is a whole year."""
        return len(self.months) == 12
