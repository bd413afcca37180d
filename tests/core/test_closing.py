import datetime as dtm

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.enums import Cadence
from services.core.calendar import CalendarUncovered
from services.core.closing import MonthState, Standing, is_month_doubtful, judge
from services.core.period import Period
from tests.core.work_days import china_2024, weekdays

CHINA = china_2024()
FEBRUARY = Period.of_month(2024, 2)
CLOSES_ON = dtm.date(2024, 3, 7)  # the fifth working day of March
DAYS = st.dates(dtm.date(2023, 3, 1), dtm.date(2025, 10, 31))


def state(today, *, closing_days=5, reopened_until=None, month=FEBRUARY):
    return judge(month, today, CHINA, closing_days=closing_days, reopened_until=reopened_until).state


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (dtm.date(2024, 1, 31), MonthState.AHEAD),
        (dtm.date(2024, 2, 1), MonthState.OPEN),
        (dtm.date(2024, 2, 29), MonthState.OPEN),
        (dtm.date(2024, 3, 1), MonthState.LATE),
        (dtm.date(2024, 3, 7), MonthState.LATE),
        (dtm.date(2024, 3, 8), MonthState.CLOSED),
        (dtm.date(2025, 3, 8), MonthState.CLOSED),
    ],
)
def test_a_month_closes_five_working_days_after_its_end(today, expected):
    assert state(today) is expected


@pytest.mark.parametrize(
    ("closing_days", "last_day_late"),
    [(0, None), (1, dtm.date(2024, 3, 1)), (2, dtm.date(2024, 3, 4)), (6, dtm.date(2024, 3, 8))],
)
def test_the_office_decides_after_how_many_working_days(closing_days, last_day_late):
    late = [
        day
        for number in range(1, 32)
        if state(day := dtm.date(2024, 3, number), closing_days=closing_days) is MonthState.LATE
    ]
    assert (late[-1] if late else None) == last_day_late


def test_holidays_put_the_closing_off():
    september = Period.of_month(2024, 9)  # 1–7 October are off, the 12th is worked instead
    assert judge(september, dtm.date(2024, 10, 1), CHINA, closing_days=5) == Standing(
        MonthState.LATE, dtm.date(2024, 10, 12)
    )
    assert state(dtm.date(2024, 10, 13), month=september) is MonthState.CLOSED


@pytest.mark.parametrize(
    ("today", "expected", "told"),
    [
        (dtm.date(2024, 2, 29), MonthState.OPEN, None),
        (dtm.date(2024, 3, 7), MonthState.LATE, None),
        (dtm.date(2024, 3, 8), MonthState.LATE, dtm.date(2024, 3, 20)),
        (dtm.date(2024, 3, 20), MonthState.LATE, dtm.date(2024, 3, 20)),
        (dtm.date(2024, 3, 21), MonthState.CLOSED, None),
    ],
)
def test_a_month_opened_again_takes_late_reports_through_that_day(today, expected, told):
    standing = judge(FEBRUARY, today, CHINA, closing_days=5, reopened_until=dtm.date(2024, 3, 20))
    assert standing == Standing(expected, CLOSES_ON, told)


def test_a_month_ahead_is_not_opened_by_opening_it_again():
    assert state(dtm.date(2024, 1, 31), reopened_until=dtm.date(2024, 3, 20)) is MonthState.AHEAD


def test_an_unknown_calendar_is_said():
    with pytest.raises(CalendarUncovered):
        judge(Period.of_month(2030, 1), dtm.date(2030, 1, 5), CHINA, closing_days=5)


@given(DAYS, st.integers(0, 15), st.none() | DAYS)
def test_a_month_only_ever_goes_from_open_to_late_to_closed(first, closing_days, reopened_until):
    month = Period.containing(first, Cadence.MONTHLY)
    order = list(MonthState)
    days = [month.starts_on + dtm.timedelta(days=offset) for offset in range(-3, 70)]
    states = [state(day, closing_days=closing_days, month=month) for day in days]
    assert states == sorted(states, key=order.index)
    again = [
        state(day, closing_days=closing_days, month=month, reopened_until=reopened_until) for day in days
    ]
    changed = [(day, old, new) for day, old, new in zip(days, states, again, strict=True) if old is not new]
    for day, old, new in changed:
        assert (old, new) == (MonthState.CLOSED, MonthState.LATE)
        assert day <= reopened_until


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (dtm.date(2024, 2, 29), False),
        (dtm.date(2024, 3, 1), True),  # a Friday
        (dtm.date(2024, 3, 2), False),
        (dtm.date(2024, 10, 1), True),
        (dtm.date(2024, 10, 8), True),  # the first working day after the holidays
        (dtm.date(2024, 10, 9), False),
        (dtm.date(2024, 6, 1), True),  # a Saturday
        (dtm.date(2024, 6, 3), True),
        (dtm.date(2024, 6, 4), False),
    ],
)
def test_through_the_first_working_day_either_month_may_be_meant(today, expected):
    assert is_month_doubtful(today, CHINA) is expected


@given(st.dates(dtm.date(2024, 1, 1), dtm.date(2024, 12, 31)))
def test_a_month_is_doubtful_until_one_working_day_is_over(today):
    calendar = weekdays(2024, 2024)
    worked = [day for day in range(1, today.day) if calendar.is_working(today.replace(day=day))]
    assert is_month_doubtful(today, calendar) is not bool(worked)
