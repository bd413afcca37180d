"""Working calendars for tests: China's 2024 as published, and plain Monday-to-Friday years."""

import datetime as dtm

from services.core.calendar import WorkCalendar


def _days(first: dtm.date, before: dtm.date) -> list[dtm.date]:
    return [first + dtm.timedelta(days=offset) for offset in range((before - first).days)]


def weekdays(first_year: int, last_year: int, *, estimated: frozenset[int] = frozenset()) -> WorkCalendar:
    """Build whole years in which Monday to Friday are worked."""
    first, before = dtm.date(first_year, 1, 1), dtm.date(last_year + 1, 1, 1)
    working = frozenset(day for day in _days(first, before) if day.weekday() < 5)
    return WorkCalendar(working, first, before, estimated)


def _in_2024(*days: tuple[int, int]) -> frozenset[dtm.date]:
    return frozenset(dtm.date(2024, month, day) for month, day in days)


_OFF_2024 = _in_2024(
    *[(1, 1), (2, 12), (2, 13), (2, 14), (2, 15), (2, 16), (4, 4), (4, 5), (5, 1), (5, 2), (5, 3), (6, 10)],
    *[(9, 16), (9, 17), (10, 1), (10, 2), (10, 3), (10, 4), (10, 7)],
)
_MADE_UP_2024 = _in_2024((2, 4), (2, 18), (4, 7), (4, 28), (5, 11), (9, 14), (9, 29), (10, 12))


def china_2024() -> WorkCalendar:
    """Build 2023–2025 with the State Council's holidays and 调休 of 2024 (251 working days)."""
    plain = weekdays(2023, 2025)
    return WorkCalendar(plain.working - _OFF_2024 | _MADE_UP_2024, plain.first_on, plain.last_before)
