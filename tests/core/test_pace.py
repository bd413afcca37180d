import datetime as dtm
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.enums import Lamp
from services.core.pace import Pace, forecast, is_in_last_two, lamp
from services.core.period import Period
from tests.core.work_days import china_2024, weekdays

CHINA = china_2024()
FEBRUARY = Period.of_month(2024, 2)
YEAR = Period.of_year(2024)
PACES = st.integers(1, 300).flatmap(lambda total: st.builds(Pace, st.integers(0, total), st.just(total)))
COUNTS = st.integers(0, 10_000)
TARGETS = st.integers(0, 10_000)


def on(month, day, year=2024):
    return dtm.date(year, month, day)


@pytest.mark.parametrize(
    ("period", "today", "elapsed", "total"),
    [
        (FEBRUARY, on(1, 31), 0, 18),
        (FEBRUARY, on(2, 1), 1, 18),  # today is included
        (FEBRUARY, on(2, 3), 2, 18),  # a Saturday adds nothing
        (FEBRUARY, on(2, 4), 3, 18),  # the worked Sunday does
        (FEBRUARY, on(2, 17), 8, 18),
        (FEBRUARY, on(2, 28), 17, 18),
        (FEBRUARY, on(2, 29), 18, 18),
        (FEBRUARY, on(3, 1), 18, 18),
        (FEBRUARY, on(6, 1, 2031), 18, 18),  # today need not be covered once the period is over
        (FEBRUARY, on(6, 1, 2001), 0, 18),
        (YEAR, on(2, 29), 40, 251),
        (YEAR, on(12, 31), 251, 251),
    ],
)
def test_pace_counts_working_days_with_today(period, today, elapsed, total):
    assert Pace.of(period, today, CHINA) == Pace(elapsed, total)


@given(st.dates(on(12, 1, 2023), on(2, 1, 2025)))
def test_pace_never_goes_back(day):
    tomorrow = day + dtm.timedelta(days=1)
    for period in (FEBRUARY, YEAR):
        assert Pace.of(period, day, CHINA).elapsed <= Pace.of(period, tomorrow, CHINA).elapsed


@pytest.mark.parametrize(("elapsed", "total"), [(-1, 5), (6, 5), (1, 0)])
def test_a_pace_beyond_its_period_is_refused(elapsed, total):
    with pytest.raises(ValueError, match=str(elapsed)):
        Pace(elapsed, total)


@pytest.mark.parametrize(
    ("pace", "rate"), [(Pace(9, 18), Decimal("50.0")), (Pace(1, 3), Decimal("33.3")), (Pace(0, 0), None)]
)
def test_the_elapsed_share_is_a_percentage(pace, rate):
    assert pace.rate == rate


@pytest.mark.parametrize(
    ("pace", "target", "expected"),
    [
        (Pace(0, 18), 30, 0),
        (Pace(1, 18), 30, 1),  # 1.67 rounds down
        (Pace(9, 18), 3, 1),
        (Pace(17, 18), 1, 0),
        (Pace(18, 18), 30, 30),
        (Pace(40, 251), 360, 57),
        (Pace(5, 5), 0, 0),
        (Pace(0, 0), 30, 0),
    ],
)
def test_expected_is_the_floor_of_target_times_pace(pace, target, expected):
    assert pace.expected(target) == expected


@given(PACES, TARGETS)
def test_expected_never_exceeds_the_target_nor_the_exact_share(pace, target):
    expected = pace.expected(target)
    assert expected <= target
    assert expected <= Fraction(target * pace.elapsed, pace.total) < expected + 1


@pytest.mark.parametrize(
    ("period", "today", "urgent"),
    [
        (FEBRUARY, on(2, 27), False),
        (FEBRUARY, on(2, 28), True),
        (FEBRUARY, on(2, 29), True),
        (FEBRUARY, on(3, 1), False),
        (FEBRUARY, on(1, 31), False),
        (Period.of_month(2024, 3), on(3, 27), False),
        (Period.of_month(2024, 3), on(3, 28), True),
        (Period.of_month(2024, 3), on(3, 30), True),  # the weekend after the last working day
        (Period.of_month(2024, 3), on(3, 31), True),
        (Period.of_month(2023, 7), on(7, 28, 2023), True),  # Friday
        (Period.of_month(2023, 7), on(7, 30, 2023), True),  # the Sunday before the last Monday
        (Period.of_month(2023, 7), on(7, 27, 2023), False),
        (YEAR, on(12, 29), False),
        (YEAR, on(12, 30), True),
    ],
)
def test_the_last_two_working_days_reach_to_the_end_of_the_period(period, today, urgent):
    assert is_in_last_two(period, today, CHINA) is urgent


def test_a_month_nobody_works_in_is_never_urgent():
    empty = weekdays(2024, 2024)
    bare = type(empty)(frozenset(), empty.first_on, empty.last_before)
    assert is_in_last_two(FEBRUARY, on(2, 29), bare) is False


@pytest.mark.parametrize(
    ("done", "target", "is_over", "in_last_two", "expected"),
    [
        (10, 10, False, False, Lamp.DONE),
        (11, 10, True, False, Lamp.DONE),
        (10, 10, False, True, Lamp.DONE),
        (0, 0, True, False, Lamp.DONE),
        (9, 10, True, False, Lamp.MISSED),
        (9, 10, True, True, Lamp.MISSED),
        (9, 10, False, True, Lamp.URGENT),
        (0, 10, False, True, Lamp.URGENT),
        (5, 10, False, False, Lamp.ON_TRACK),  # exactly what is expected
        (9, 10, False, False, Lamp.ON_TRACK),
        (4, 10, False, False, Lamp.BEHIND),
        (0, 1, False, False, Lamp.ON_TRACK),  # half of one is none yet
    ],
)
def test_the_first_rule_that_holds_chooses_the_lamp(done, target, is_over, in_last_two, expected):
    assert lamp(done, target, Pace(10, 20), is_over=is_over, in_last_two=in_last_two) is expected


@given(COUNTS, TARGETS, PACES, st.booleans(), st.booleans())
def test_doing_more_never_worsens_the_lamp(done, target, pace, is_over, in_last_two):
    order = [Lamp.MISSED, Lamp.URGENT, Lamp.BEHIND, Lamp.ON_TRACK, Lamp.DONE]
    now, later = (
        order.index(lamp(count, target, pace, is_over=is_over, in_last_two=in_last_two))
        for count in (done, done + 1)
    )
    assert now <= later


@pytest.mark.parametrize(
    ("done", "pace", "expected"),
    [
        (60, Pace(19, 251), None),
        (60, Pace(20, 251), 753),
        (60, Pace(40, 251), 376),  # 376.5 rounds down
        (0, Pace(40, 251), 0),
        (7, Pace(251, 251), 7),
        (7, Pace(0, 251), None),
    ],
)
def test_a_forecast_needs_twenty_working_days_and_rounds_down(done, pace, expected):
    assert forecast(done, pace) == expected


@given(COUNTS, TARGETS, PACES)
def test_a_forecast_is_never_below_done_and_reaches_the_target_with_the_pace(done, target, pace):
    projected = forecast(done, pace)
    if projected is None:
        assert pace.elapsed < 20
    else:
        assert projected >= done
        assert (projected >= target) == (Fraction(done, pace.elapsed) >= Fraction(target, pace.total))
