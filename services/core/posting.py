"""When rankings are posted by themselves, and of which period (docs/reminders.md)."""

import datetime as dtm
from collections.abc import Iterator
from dataclasses import dataclass

from models.enums import PostBasis, PostShape, PostTiming
from services.core.calendar import WorkCalendar
from services.core.office_hours import OPEN_HOURS
from services.core.period import Period
from services.core.quarter import AnyPeriod, Quarter, months_of

HALF = 15
"""On a day of the month up to this one the period before is posted, later the one that still runs."""

TIMES = tuple(
    dtm.time(hour, minute)
    for hour, minute in ((9, 0), (10, 0), (11, 0), (14, 30), (15, 30), (16, 30))
    if any(start <= dtm.time(hour, minute) < end for start, end in OPEN_HOURS)
)
DAYS = (1, 5, 10, 15, 20, 25, 31)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a schedule posts and when; ``day`` is that of the month, and counts for DAY_OF_MONTH only."""

    basis: PostBasis
    timing: PostTiming
    day: int
    at: dtm.time
    overall: bool
    shape: PostShape

    def __post_init__(self) -> None:
        """Refuse what is no day of a month and no office hour (ValueError)."""
        in_hours = any(start <= self.at < end for start, end in OPEN_HOURS)
        if self.day not in range(1, 32) or not in_hours:
            raise ValueError((self.day, self.at))

    @property
    def looks_back(self) -> bool:
        """Tell whether the period before is posted: at a month's beginning there is nothing else to tell."""
        if self.timing is PostTiming.DAY_OF_MONTH:
            return self.day <= HALF
        return self.timing is PostTiming.FIRST_WORKING_DAY

    @property
    def basis_of_time(self) -> str:
        """Tell how often it posts: every month, or every quarter."""
        return "quarter" if self.basis is PostBasis.QUARTER else "month"


@dataclass(frozen=True, slots=True)
class Occurrence:
    """That a plan posts a period, as it stands at the end of the month ``through``, at a moment."""

    period: AnyPeriod
    through: Period
    due_at: dtm.datetime

    @property
    def key(self) -> str:
        """Name it within its schedule: what it shows is shown once, however the schedule is changed."""
        return f"{self.period}/{self.through}"


def occurrences(
    plan: Plan, since: dtm.datetime, until: dtm.datetime, calendar: WorkCalendar
) -> Iterator[Occurrence]:
    """List what a plan posts from one moment through another, in order; both in the office's own zone."""
    month = Period.of_month(since.year, since.month)
    while month.starts_on <= until.date():
        shown = _shown(plan, month)
        if shown is not None:
            due_at = dtm.datetime.combine(_day(plan, month, calendar), plan.at, until.tzinfo)
            if since <= due_at <= until:
                yield Occurrence(*shown, due_at)
        month = month.next()


def next_occurrence(plan: Plan, now: dtm.datetime, calendar: WorkCalendar) -> Occurrence | None:
    """Give what a plan posts next; None where the calendar ends before."""
    last = min(now.date() + dtm.timedelta(days=130), calendar.last_before - dtm.timedelta(days=1))
    until = dtm.datetime.combine(last, dtm.time(23), now.tzinfo)
    return next((each for each in occurrences(plan, now, until, calendar) if each.due_at > now), None)


def _shown(plan: Plan, month: Period) -> tuple[AnyPeriod, Period] | None:
    """Give what is posted in a month; a quarter only in the month after it, or in its last."""
    through = month.previous() if plan.looks_back else month
    if plan.basis is PostBasis.MONTH:
        return through, through
    if plan.basis is PostBasis.YEAR:
        return through.year_period, through
    quarter = Quarter.containing(through.starts_on)
    return (quarter, through) if months_of(quarter)[-1] == through else None


def _day(plan: Plan, month: Period, calendar: WorkCalendar) -> dtm.date:
    """Give the day of a month on which a plan posts.

    Of a day off it is the last working day before, but never one of the month before, whose figures would
    not be complete: then it is the month's first working day. Day 31 is a shorter month's last.
    """
    working = calendar.last_working_days(month, 31) or (month.last_on,)
    if plan.timing is PostTiming.FIRST_WORKING_DAY:
        return working[0]
    if plan.timing is PostTiming.LAST_WORKING_DAY:
        return working[-1]
    wanted = month.starts_on.replace(day=min(plan.day, month.last_on.day))
    return max((day for day in working if day <= wanted), default=working[0])
