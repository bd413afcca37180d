"""Spans of days as people type them: a day, a month, a year; half-open."""

import datetime as dtm
import re
from dataclasses import dataclass

from services.core.period import Period, PeriodUnclear, parse_period
from services.core.text import clean
from services.core.traditional import simplified

_DAY = re.compile(
    r"(?:(?P<year>[0-9]{4})(?:年|[-/.]))?(?P<month>[0-9]{1,2})(?:月|[-/.])(?P<day>[0-9]{1,2})[日号]?"
)
_RELATIVE = {"今天": 0, "今日": 0, "today": 0, "昨天": 1, "昨日": 1, "yesterday": 1, "前天": 2}


@dataclass(frozen=True, slots=True)
class Span:
    """Days from ``starts_on`` up to, not including, ``ends_before``."""

    starts_on: dtm.date
    ends_before: dtm.date

    @classmethod
    def of_day(cls, day: dtm.date) -> "Span":
        """Make the span of one day."""
        return cls(day, day + dtm.timedelta(days=1))

    @classmethod
    def of_period(cls, period: Period) -> "Span":
        """Make the span of a month or a year."""
        return cls(period.starts_on, period.ends_before)

    @classmethod
    def of_last_days(cls, count: int, today: dtm.date) -> "Span":
        """Make the span of so many days of which today is the last."""
        return cls(today - dtm.timedelta(days=count - 1), today + dtm.timedelta(days=1))


def parse_span(text: str, *, today: dtm.date) -> Span | None:
    """Read a day, a month or a year; None when the text is no time at all.

    A day without a year is the latest there has been. PeriodUnclear for a time that is none of them.
    """
    plain = re.sub(r"\s+", "", simplified(clean(text)).casefold())
    if plain in _RELATIVE:
        return Span.of_day(today - dtm.timedelta(days=_RELATIVE[plain]))
    if (found := _DAY.fullmatch(plain)) is not None and (found["year"] or "月" in plain):
        return Span.of_day(_day(found, text, today))
    period = parse_period(text, today=today)
    return None if period is None else Span.of_period(period)


def _day(found: re.Match[str], text: str, today: dtm.date) -> dtm.date:
    month, day = int(found["month"]), int(found["day"])
    years = [int(found["year"])] if found["year"] else [today.year, today.year - 1]
    for year in years:
        try:
            named = dtm.date(year, month, day)
        except ValueError:
            continue
        if named < dtm.date.max and (found["year"] or named <= today):  # there is no day after the last
            return named
    raise PeriodUnclear(text=text)
