"""Whether a month takes reports: open, late until it closes, closed, or opened again for a while (开账)."""

import datetime as dtm
from dataclasses import dataclass
from enum import StrEnum

from models.enums import Cadence
from services.core.calendar import WorkCalendar
from services.core.period import Period


class MonthState(StrEnum):
    """What becomes of a report for a month."""

    AHEAD = "ahead"  # refused: the month has not begun
    OPEN = "open"  # counts
    LATE = "late"  # counts, marked as late (逾期)
    CLOSED = "closed"  # refused


@dataclass(frozen=True, slots=True)
class Standing:
    """A month's state on a day; ``closes_on`` is the last day on which it takes late reports.

    ``reopened_until`` is the day until which it was opened again, None if that does not matter today.
    """

    state: MonthState
    closes_on: dtm.date
    reopened_until: dtm.date | None = None


def judge(
    month: Period,
    today: dtm.date,
    calendar: WorkCalendar,
    *,
    closing_days: int,
    reopened_until: dtm.date | None = None,
) -> Standing:
    """Judge a month: it closes after so many working days past its end, and until then reports are late."""
    closes_on = calendar.after(month.last_on, closing_days)
    if today < month.starts_on:
        return Standing(MonthState.AHEAD, closes_on)
    if today <= month.last_on:
        return Standing(MonthState.OPEN, closes_on)
    if today <= closes_on:
        return Standing(MonthState.LATE, closes_on)
    if reopened_until is not None and today <= reopened_until:
        return Standing(MonthState.LATE, closes_on, reopened_until)
    return Standing(MonthState.CLOSED, closes_on)


def is_month_doubtful(today: dtm.date, calendar: WorkCalendar) -> bool:
    """Tell whether a report without a month may well mean the last one: through the first working day."""
    month = Period.containing(today, Cadence.MONTHLY)
    return calendar.working_days(month.starts_on, today) == 0
