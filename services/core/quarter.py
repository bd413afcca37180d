"""A quarter of a year, and any of the three kinds of period that are ranked and told of."""

import datetime as dtm
import re
from dataclasses import dataclass
from typing import Self

from services.core.period import Period, parse_period
from services.core.text import clean
from services.core.traditional import simplified

_QUARTER = re.compile(
    r"(?:(?P<year>20[0-9]{2})年?)?(?:第?(?P<number>[一二三四1-4])季度?|[q](?P<digit>[1-4])|(?P<near>本|上)?季度?|quarter)"
)


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """A quarter of a year; half-open."""

    year: int
    number: int

    def __post_init__(self) -> None:
        """Refuse what is no quarter (ValueError)."""
        if self.number not in range(1, 5) or not dtm.MINYEAR < self.year < dtm.MAXYEAR:
            raise ValueError((self.year, self.number))

    @classmethod
    def containing(cls, day: dtm.date) -> Self:
        """Give the quarter a day lies in."""
        return cls(day.year, (day.month + 2) // 3)

    @property
    def starts_on(self) -> dtm.date:
        """Give the first day."""
        return dtm.date(self.year, 3 * self.number - 2, 1)

    @property
    def ends_before(self) -> dtm.date:
        """Give the first day that no longer belongs to it."""
        return self.next().starts_on

    @property
    def last_on(self) -> dtm.date:
        """Give the last day."""
        return self.ends_before - dtm.timedelta(days=1)

    def contains(self, day: dtm.date) -> bool:
        """Tell whether a day lies in it."""
        return self.starts_on <= day < self.ends_before

    def next(self) -> "Quarter":
        """Give the quarter after it."""
        return Quarter(self.year + 1, 1) if self.number == 4 else Quarter(self.year, self.number + 1)

    def previous(self) -> "Quarter":
        """Give the quarter before it."""
        return Quarter(self.year - 1, 4) if self.number == 1 else Quarter(self.year, self.number - 1)

    def __str__(self) -> str:
        return f"{self.year:04}-Q{self.number}"


AnyPeriod = Period | Quarter
"""A month, a quarter or a year."""


def parse_quarter(text: str, *, today: dtm.date) -> Quarter | None:
    """Read a quarter: 季度, 上季度, 一季度, 2024年一季度, 2024Q1; None for anything else.

    Without a year it is the latest that has begun.
    """
    found = _QUARTER.fullmatch(text.casefold())
    now = Quarter.containing(today)
    if found is None or not text:
        return None
    number = found["number"] or found["digit"]
    if number is None:
        if found["year"]:
            return None
        return now.previous() if found["near"] == "上" else now
    named = Quarter(int(found["year"] or today.year), "一二三四".find(number) + 1 or int(number))
    is_ahead = not found["year"] and named.starts_on > today
    return Quarter(named.year - 1, named.number) if is_ahead else named


def parse_any_period(text: str, *, today: dtm.date) -> AnyPeriod | None:
    """Read a month, a quarter or a year as people type it; None when the text is no time at all.

    PeriodUnclear for a time that is none of them, as of ``parse_period``.
    """
    plain = re.sub(r"\s+", "", simplified(clean(text)))
    return parse_quarter(plain, today=today) or parse_period(text, today=today)


def read_any_period(key: str) -> AnyPeriod:
    """Read back what ``str`` gave of one: 2024-02, 2024-Q1, 2024; ValueError for anything else."""
    year, _, rest = key.partition("-")
    if rest.startswith("Q"):
        return Quarter(int(year), int(rest[1:]))
    return Period.of_month(int(year), int(rest)) if rest else Period.of_year(int(year))


def months_of(period: AnyPeriod) -> tuple[Period, ...]:
    """List the months of any period, in order."""
    if isinstance(period, Period):
        return period.months()
    first = period.starts_on.month
    return tuple(Period.of_month(period.year, month) for month in range(first, first + 3))
