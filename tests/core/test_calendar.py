import datetime as dtm

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.core.calendar import CalendarUncovered, WorkCalendar
from services.core.period import Period
from tests.core.work_days import china_2024, weekdays

CHINA = china_2024()
PLAIN = weekdays(2023, 2025, estimated=frozenset({2025}))
DAYS = st.dates(dtm.date(2023, 1, 1), dtm.date(2025, 12, 31))


def on(month, day, year=2024):
    return dtm.date(year, month, day)


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (on(2, 4), True),  # a Sunday worked for the Spring Festival
        (on(2, 5), True),
        (on(2, 10), False),
        (on(2, 12), False),  # a Monday off
        (on(2, 18), True),
        (on(9, 29), True),
        (on(10, 7), False),
    ],
)
def test_days_moved_for_a_holiday_are_known(day, working):
    assert CHINA.is_working(day) is working


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        (on(1, 1), on(1, 1, 2025), 251),
        (on(2, 1), on(3, 1), 18),
        (on(2, 9), on(2, 18), 1),  # the Friday before, the Sunday not yet
        (on(2, 9), on(2, 19), 2),
        (on(2, 10), on(2, 18), 0),
        (on(3, 1), on(3, 1), 0),
        (on(3, 2), on(3, 1), 0),
    ],
)
def test_working_days_are_counted_half_open(start, end, days):
    assert CHINA.working_days(start, end) == days


@given(DAYS, DAYS)
def test_counting_agrees_with_looking_at_every_day(start, end):
    span = (end - start).days
    each = sum(CHINA.is_working(start + dtm.timedelta(days=offset)) for offset in range(span))
    assert CHINA.working_days(start, end) == each


@given(DAYS, DAYS, DAYS)
def test_counts_of_adjoining_spans_add_up(one, two, three):
    first, middle, last = sorted([one, two, three])
    assert CHINA.working_days(first, middle) + CHINA.working_days(middle, last) == CHINA.working_days(
        first, last
    )


@pytest.mark.parametrize(
    ("period", "last_two"),
    [
        (Period.of_month(2024, 2), [on(2, 28), on(2, 29)]),
        (Period.of_month(2024, 3), [on(3, 28), on(3, 29)]),  # 31 March is a Sunday
        (Period.of_month(2024, 9), [on(9, 29), on(9, 30)]),  # the Sunday is worked
        (Period.of_year(2024), [on(12, 30), on(12, 31)]),
    ],
)
def test_the_last_working_days_of_a_period(period, last_two):
    assert list(CHINA.last_working_days(period, 2)) == last_two
    assert CHINA.last_working_day(period) == last_two[-1]


def test_the_last_days_never_reach_into_the_period_before():
    assert len(CHINA.last_working_days(Period.of_month(2024, 2), 99)) == 18


def test_a_period_without_a_working_day_is_uncovered():
    empty = WorkCalendar(frozenset(), on(1, 1), on(1, 1, 2025))
    assert empty.last_working_days(Period.of_month(2024, 2), 2) == ()
    with pytest.raises(CalendarUncovered):
        empty.last_working_day(Period.of_month(2024, 2))


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (on(2, 29), 5, on(3, 7)),  # February closes on the fifth working day of March
        (on(2, 8), 1, on(2, 9)),
        (on(2, 9), 1, on(2, 18)),  # over the festival to the worked Sunday
        (on(2, 11), 1, on(2, 18)),  # counting starts the day after, also from a day off
        (on(9, 30), 5, on(10, 12)),
        (on(2, 10), 0, on(2, 10)),
        (on(12, 31), 1, on(1, 1, 2025)),
    ],
)
def test_n_working_days_start_the_day_after(day, count, expected):
    assert CHINA.after(day, count) == expected


def test_working_days_are_not_counted_backwards():
    with pytest.raises(ValueError, match="-1"):
        CHINA.after(on(2, 1), -1)


@given(st.dates(dtm.date(2023, 1, 1), dtm.date(2025, 6, 30)), st.integers(1, 60))
def test_after_n_days_exactly_n_working_days_have_gone(day, count):
    reached = CHINA.after(day, count)
    assert CHINA.is_working(reached)
    tomorrow = dtm.timedelta(days=1)
    assert CHINA.working_days(day + tomorrow, reached + tomorrow) == count


@pytest.mark.parametrize(
    ("ask", "year"),
    [
        (lambda: PLAIN.is_working(on(12, 31, 2022)), 2022),
        (lambda: PLAIN.is_working(on(1, 1, 2026)), 2026),
        (lambda: PLAIN.working_days(on(12, 31, 2022), on(2, 1, 2023)), 2022),
        (lambda: PLAIN.working_days(on(12, 1, 2025), on(1, 2, 2026)), 2026),
        (lambda: PLAIN.last_working_days(Period.of_month(2026, 1), 2), 2026),
        (lambda: PLAIN.last_working_day(Period.of_year(2022)), 2022),
        (lambda: PLAIN.after(on(12, 29, 2025), 3), 2026),
        (lambda: PLAIN.after(on(1, 1, 2026), 1), 2026),
    ],
)
def test_a_year_the_calendar_does_not_know_is_said(ask, year):
    with pytest.raises(CalendarUncovered) as refused:
        ask()
    assert refused.value.params == {"year": year}


def test_the_whole_span_is_covered_and_not_a_day_more():
    assert PLAIN.working_days(PLAIN.first_on, PLAIN.last_before) == len(PLAIN.working)
    assert PLAIN.after(on(12, 30, 2025), 1) == on(12, 31, 2025)


@pytest.mark.parametrize(("year", "estimated"), [(2024, False), (2025, True)])
def test_a_period_of_an_estimated_year_says_so(year, estimated):
    assert PLAIN.estimates(Period.of_month(year, 2)) is estimated
    assert PLAIN.estimates(Period.of_year(year)) is estimated


def test_calendars_of_the_same_days_are_equal():
    assert china_2024() == CHINA
    assert CHINA != PLAIN
