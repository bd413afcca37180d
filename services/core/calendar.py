"""China's working days as a value: who knows them (and overrides them) lives in services."""

import datetime as dtm
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field

from services.core.errors import UserError
from services.core.quarter import AnyPeriod


class CalendarUncovered(UserError):
    """No working calendar is known for the day asked about (``year``).

    A UserError, because it is an answer ("the holidays of 2031 are not published") and no incident.
    """


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """The working days (调休 included) from ``first_on`` up to, not including, ``last_before``.

    ``estimated_years`` are years whose holidays nobody has published yet: there every weekday counts.
    """

    working: frozenset[dtm.date]
    first_on: dtm.date
    last_before: dtm.date
    estimated_years: frozenset[int] = frozenset()
    _ordered: tuple[dtm.date, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Sort the days once; every count is then two binary searches."""
        object.__setattr__(self, "_ordered", tuple(sorted(self.working)))

    def is_working(self, day: dtm.date) -> bool:
        """Tell whether offices work on a day; CalendarUncovered outside the span."""
        self._require(day)
        return day in self.working

    def working_days(self, start: dtm.date, end: dtm.date) -> int:
        """Count the working days from ``start`` up to, not including, ``end`` (0 when end ≤ start)."""
        if end <= start:
            return 0
        self._require(start)
        self._require(end - dtm.timedelta(days=1))
        return bisect_left(self._ordered, end) - bisect_left(self._ordered, start)

    def last_working_days(self, period: AnyPeriod, count: int) -> tuple[dtm.date, ...]:
        """List the last ``count`` working days of a period, in order; fewer where it has fewer."""
        self._require(period.starts_on)
        self._require(period.last_on)
        first = bisect_left(self._ordered, period.starts_on)
        end = bisect_left(self._ordered, period.ends_before)
        return self._ordered[max(first, end - count) : end]

    def last_working_day(self, period: AnyPeriod) -> dtm.date:
        """Give the last working day of a period; a period without one is uncovered."""
        days = self.last_working_days(period, 1)
        if not days:
            raise CalendarUncovered(year=period.year)
        return days[0]

    def after(self, day: dtm.date, count: int) -> dtm.date:
        """Give the ``count``-th working day strictly after a day (N个工作日 starts the day after).

        ``count`` 0 is the day itself, working or not; below 0 a ValueError.
        """
        if count < 0:
            raise ValueError(count)
        if count == 0:
            return day
        self._require(day)
        at = bisect_right(self._ordered, day) + count - 1
        if at >= len(self._ordered):
            raise CalendarUncovered(year=self.last_before.year)
        return self._ordered[at]

    def estimates(self, period: AnyPeriod) -> bool:
        """Tell whether the period lies in a year whose holidays are only estimated."""
        return period.year in self.estimated_years

    def _require(self, day: dtm.date) -> None:
        if not self.first_on <= day < self.last_before:
            raise CalendarUncovered(year=day.year)
