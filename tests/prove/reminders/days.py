"""China's working days from 2023 to 2026 as the State Council published them: facts, no calculation."""

import datetime as dtm
from collections.abc import Iterator, Mapping
from functools import lru_cache

# Weekdays that are off, and days of weekends that are worked instead (调休).
OFF = {
    2023: "1.2 1.23 1.24 1.25 1.26 1.27 4.5 5.1 5.2 5.3 6.22 6.23 9.29 10.2 10.3 10.4 10.5 10.6",
    2024: "1.1 2.12 2.13 2.14 2.15 2.16 4.4 4.5 5.1 5.2 5.3 6.10 9.16 9.17 10.1 10.2 10.3 10.4 10.7",
    2025: "1.1 1.28 1.29 1.30 1.31 2.3 2.4 4.4 5.1 5.2 5.5 6.2 10.1 10.2 10.3 10.6 10.7 10.8",
    2026: "1.1 1.2 2.16 2.17 2.18 2.19 2.20 2.23 4.6 5.1 5.4 5.5 6.19 9.25 10.1 10.2 10.5 10.6 10.7",
}
WORKED = {
    2023: "1.28 1.29 4.23 5.6 6.25 10.7 10.8",
    2024: "2.4 2.18 4.7 4.28 5.11 9.14 9.29 10.12",
    2025: "1.26 2.8 4.27 9.28 10.11",
    2026: "1.4 2.14 2.28 5.9 9.20 10.10",
}
PUBLISHED = frozenset(OFF)
"""Years whose days off are known; any other counts its weekdays."""

Overrides = Mapping[dtm.date, bool]
DAY = dtm.timedelta(days=1)


def _read(facts: Mapping[int, str]) -> frozenset[dtm.date]:
    found = set()
    for year, written in facts.items():
        for month, _, day in (each.partition(".") for each in written.split()):
            found.add(dtm.date(year, int(month), int(day)))
    return frozenset(found)


_OFF, _WORKED = _read(OFF), _read(WORKED)


def is_working(day: dtm.date, overrides: Overrides) -> bool:
    """Tell whether an office works on a day."""
    if day in overrides:
        return overrides[day]
    return day in _WORKED or (day.weekday() < 5 and day not in _OFF)


@lru_cache(maxsize=4096)
def month_of(day: dtm.date) -> dtm.date:
    """Give the first day of a day's month."""
    return day.replace(day=1)


def next_month(month: dtm.date) -> dtm.date:
    """Give the first day of the month after."""
    return month_of(month + 31 * DAY)


def last_month(month: dtm.date) -> dtm.date:
    """Give the first day of the month before."""
    return month_of(month - DAY)


def days_from(first: dtm.date) -> Iterator[dtm.date]:
    """Count days, for ever."""
    while True:
        yield first
        first += DAY


def worked(first: dtm.date, before: dtm.date, overrides: Overrides) -> list[dtm.date]:
    """List the working days of a stretch of days, its end excluded."""
    return [first + n * DAY for n in range((before - first).days) if is_working(first + n * DAY, overrides)]


def working_day_after(day: dtm.date, count: int, overrides: Overrides) -> dtm.date:
    """Give the ``count``-th working day after a day; 0 is the day itself."""
    while count:
        day += DAY
        count -= is_working(day, overrides)
    return day
