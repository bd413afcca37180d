import datetime as dtm

import pytest

from services.core.calendar import CalendarUncovered
from services.office.calendar import work_calendar

DAY = dtm.date


def span(year: int, month: int) -> tuple[dtm.date, dtm.date]:
    return DAY(year, month, 1), DAY(year + month // 12, month % 12 + 1, 1)


@pytest.mark.parametrize(
    ("year", "month", "expected"),
    [(2024, 2, 18), (2026, 10, 18), (2026, 9, 22), (2024, 12, 22), (2023, 1, 18)],
)
def test_a_month_has_the_working_days_of_the_notice(year, month, expected):
    assert work_calendar([year]).working_days(*span(year, month)) == expected


def test_spring_festival_2024_is_as_announced():
    calendar = work_calendar([2024])
    assert calendar.is_working(DAY(2024, 2, 4))  # a Sunday, worked
    assert calendar.is_working(DAY(2024, 2, 9))
    assert not any(calendar.is_working(DAY(2024, 2, day)) for day in range(10, 18))
    assert calendar.is_working(DAY(2024, 2, 18))  # a Sunday, worked


def test_national_day_2026_is_as_announced():
    calendar = work_calendar([2026])
    assert not any(calendar.is_working(DAY(2026, 10, day)) for day in range(1, 8))
    assert calendar.is_working(DAY(2026, 9, 20))
    assert calendar.is_working(DAY(2026, 10, 10))


def test_a_year_without_a_notice_counts_weekdays_and_says_so():
    calendar = work_calendar([2026, 2027])
    assert calendar.estimated_years == {2027}
    assert calendar.is_working(DAY(2027, 10, 1))  # a Friday, and nobody has said otherwise
    assert not calendar.is_working(DAY(2027, 10, 2))


@pytest.mark.parametrize(("year", "is_estimated"), [(2003, True), (2004, False), (2026, False), (2027, True)])
def test_notices_are_known_from_2004_to_2026(year, is_estimated):
    assert (year in work_calendar([year]).estimated_years) is is_estimated


def test_an_override_beats_the_notice_and_the_estimate():
    calendar = work_calendar(
        [2026, 2027], {DAY(2026, 10, 8): False, DAY(2026, 10, 3): True, DAY(2027, 10, 1): False}
    )
    assert not calendar.is_working(DAY(2026, 10, 8))
    assert calendar.is_working(DAY(2026, 10, 3))
    assert not calendar.is_working(DAY(2027, 10, 1))
    assert calendar.estimated_years == {2027}


def test_an_override_outside_the_years_changes_nothing():
    assert work_calendar([2026], {DAY(2027, 1, 4): False}) == work_calendar([2026])


def test_years_between_the_asked_ones_are_in_it():
    calendar = work_calendar([2026, 2024])
    assert (calendar.first_on, calendar.last_before) == (DAY(2024, 1, 1), DAY(2027, 1, 1))
    assert calendar.working_days(*span(2025, 3)) == 21


def test_a_day_outside_is_uncovered_and_not_a_holiday():
    with pytest.raises(CalendarUncovered):
        work_calendar([2026]).is_working(DAY(2027, 1, 4))


def test_no_year_is_refused():
    with pytest.raises(ValueError, match="year"):
        work_calendar([])


def test_the_same_question_gives_the_same_calendar():
    assert work_calendar(iter([2024, 2025])) is work_calendar([2025, 2024, 2025], {})
