"""China's working days from published notices: who knows them, for the core that only counts them."""

import calendar
import datetime as dtm
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType

import chinese_calendar

from services.core.calendar import WorkCalendar

_NONE: Mapping[dtm.date, bool] = MappingProxyType({})


def work_calendar(years: Iterable[int], overrides: Mapping[dtm.date, bool] = _NONE) -> WorkCalendar:
    """Build the calendar from 1 January of the first year through 31 December of the last.

    `overrides` says of single days whether they are worked (True) and beats the published notices. A year
    without a published notice has its weekdays as working days and is named in `estimated_years`, whatever is
    overridden in it: a few days do not make a notice. No year at all raises ValueError.
    """
    wanted = sorted(set(years))
    if not wanted:
        raise ValueError("a calendar needs at least one year")
    return _build(wanted[0], wanted[-1], frozenset(overrides.items()))


@lru_cache(maxsize=64)
def _build(first: int, last: int, overrides: frozenset[tuple[dtm.date, bool]]) -> WorkCalendar:
    span = range(first, last + 1)
    decided = dict(overrides)
    return WorkCalendar(
        working=frozenset(
            day
            for year in span
            for day in _days(year)
            if decided.get(day, day in _published_or_weekdays(year))
        ),
        first_on=dtm.date(first, 1, 1),
        last_before=dtm.date(last + 1, 1, 1),
        estimated_years=frozenset(year for year in span if not _is_published(year)),
    )


@lru_cache(maxsize=64)
def _published_or_weekdays(year: int) -> frozenset[dtm.date]:
    if _is_published(year):
        return frozenset(day for day in _days(year) if chinese_calendar.is_workday(day))
    return frozenset(day for day in _days(year) if day.weekday() < calendar.SATURDAY)


def _is_published(year: int) -> bool:
    try:
        chinese_calendar.is_workday(dtm.date(year, 12, 31))
    except NotImplementedError:
        return False
    return True


def _days(year: int) -> Iterator[dtm.date]:
    day = dtm.date(year, 1, 1)
    while day.year == year:
        yield day
        day += dtm.timedelta(days=1)
