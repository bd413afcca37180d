"""When something may be sent unasked: office hours of working days (docs/reminders.md)."""

import datetime as dtm

from services.core.calendar import WorkCalendar

OPEN_HOURS = ((dtm.time(9), dtm.time(11, 30)), (dtm.time(14, 30), dtm.time(17, 30)))
"""Half-open: at 11:30 sharp it is too late."""

MORNING, AFTERNOON = OPEN_HOURS[0][0], OPEN_HOURS[1][0]


def are_open(moment: dtm.datetime, calendar: WorkCalendar) -> bool:
    """Tell whether something may go out now; ``moment`` is aware, in the office's own zone."""
    return calendar.is_working(moment.date()) and any(
        start <= moment.timetz().replace(tzinfo=None) < end for start, end in OPEN_HOURS
    )


def next_opening(moment: dtm.datetime, calendar: WorkCalendar) -> dtm.datetime:
    """Give the moment itself if something may go out now, else the next at which it may.

    CalendarUncovered where the calendar ends before.
    """
    if are_open(moment, calendar):
        return moment
    day = moment.date()
    while True:
        if calendar.is_working(day):
            for start, _ in OPEN_HOURS:
                opening = dtm.datetime.combine(day, start, moment.tzinfo)
                if opening > moment:
                    return opening
        day += dtm.timedelta(days=1)
