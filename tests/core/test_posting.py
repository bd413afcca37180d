import datetime as dtm
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.enums import PostBasis, PostShape, PostTiming
from services.core.office_hours import are_open
from services.core.posting import DAYS, TIMES, Plan, next_occurrence, occurrences
from tests.core.work_days import china_2024

ZONE = ZoneInfo("Asia/Shanghai")
CALENDAR = china_2024()
MONTH, QUARTER, YEAR = PostBasis
FIRST, LAST, ON_DAY = PostTiming


def a_plan(basis=MONTH, timing=ON_DAY, day=1, at=dtm.time(9)):
    return Plan(basis, timing, day, at, overall=False, shape=PostShape.FIRST)


def moment(text):
    return dtm.datetime.fromisoformat(text).replace(tzinfo=ZONE)


def three(first, second, third, hour="09:00"):
    """``01-02 2023-12/12`` for each month: the day, what is posted, through which month."""
    rows = (each.replace("/", " ").split() for each in (first, second, third))
    return [(f"{day} {hour}", period, int(through)) for day, period, through in rows]


def posted(plan, start="2024-01-01 00:00", end="2024-12-31 23:59"):
    return [
        (f"{each.due_at:%m-%d %H:%M}", str(each.period), each.through.month)
        for each in occurrences(plan, moment(start), moment(end), CALENDAR)
    ]


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        # The first of January is a day off; February's 1st is a Thursday, March's a Friday.
        (a_plan(timing=FIRST), three("01-02 2023-12/12", "02-01 2024-01/1", "03-01 2024-02/2")),
        (a_plan(timing=LAST), three("01-31 2024-01/1", "02-29 2024-02/2", "03-29 2024-03/3")),
        # Day 31 is February's 29th; March's 31st is a Sunday.
        (a_plan(day=31), three("01-31 2024-01/1", "02-29 2024-02/2", "03-29 2024-03/3")),
        # The 15th of February lies in the holidays, which begin on the 10th; the 9th is worked.
        (a_plan(day=15), three("01-15 2023-12/12", "02-09 2024-01/1", "03-15 2024-02/2")),
        # A day off at the month's beginning never moves into the month before.
        (a_plan(day=1), three("01-02 2023-12/12", "02-01 2024-01/1", "03-01 2024-02/2")),
        # The 18th of February is a Sunday that is worked.
        (
            a_plan(day=18, at=dtm.time(14, 30)),
            three("01-18 2024-01/1", "02-18 2024-02/2", "03-18 2024-03/3", "14:30"),
        ),
        (a_plan(YEAR, FIRST), three("01-02 2023/12", "02-01 2024/1", "03-01 2024/2")),
        (a_plan(YEAR, LAST), three("01-31 2024/1", "02-29 2024/2", "03-29 2024/3")),
    ],
)
def test_when_and_what_is_posted_in_the_first_quarter(plan, expected):
    assert posted(plan, end="2024-03-31 23:59") == expected


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        (a_plan(QUARTER, FIRST), [("01-02 09:00", "2023-Q4", 12), ("04-01 09:00", "2024-Q1", 3)]),
        (a_plan(QUARTER, LAST), [("03-29 09:00", "2024-Q1", 3), ("06-28 09:00", "2024-Q2", 6)]),
        (a_plan(QUARTER, day=10), [("01-10 09:00", "2023-Q4", 12), ("04-10 09:00", "2024-Q1", 3)]),
        (a_plan(QUARTER, day=25), [("03-25 09:00", "2024-Q1", 3), ("06-25 09:00", "2024-Q2", 6)]),
    ],
)
def test_a_quarter_is_posted_once(plan, expected):
    assert posted(plan, end="2024-06-30 23:59") == expected


def test_national_day_moves_the_first_of_october_to_the_first_day_that_is_worked():
    assert posted(a_plan(day=1), "2024-10-01 00:00", "2024-10-31 00:00") == [("10-08 09:00", "2024-09", 9)]


def test_february_of_a_common_year_ends_on_the_28th():
    assert posted(a_plan(day=31), "2025-02-01 00:00", "2025-02-28 23:00") == [("02-28 09:00", "2025-02", 2)]


@pytest.mark.parametrize(
    ("since", "until", "count"),
    [
        ("2024-02-01 09:00", "2024-02-01 09:00", 1),
        ("2024-02-01 09:01", "2024-02-28 00:00", 0),  # made after it was due
        ("2024-01-31 00:00", "2024-02-01 08:59", 0),
    ],
)
def test_what_lies_before_a_schedule_was_made_or_ahead_is_not_due(since, until, count):
    assert len(posted(a_plan(timing=FIRST), since, until)) == count


@pytest.mark.parametrize(("day", "looks_back"), [(15, True), (16, False)])
def test_through_the_15th_it_is_the_period_before(day, looks_back):
    assert a_plan(day=day).looks_back is looks_back


@pytest.mark.parametrize("wrong", [{"day": 0}, {"day": 32}, {"at": dtm.time(12)}, {"at": dtm.time(11, 30)}])
def test_a_plan_is_a_day_of_a_month_in_office_hours(wrong):
    with pytest.raises(ValueError, match=r".*"):
        a_plan(**wrong)


PLANS = st.builds(
    a_plan,
    st.sampled_from(PostBasis),
    st.sampled_from(PostTiming),
    st.integers(1, 31) | st.sampled_from(DAYS),
    st.sampled_from(TIMES),
)


@given(PLANS)
def test_every_period_comes_once_in_order_on_a_working_day_and_never_before_it_is_over(plan):
    found = list(occurrences(plan, moment("2024-01-01 00:00"), moment("2024-12-31 23:59"), CALENDAR))
    assert len(found) == len({each.key for each in found}) == (4 if plan.basis is QUARTER else 12)
    assert [each.due_at for each in found] == sorted(each.due_at for each in found)
    for each in found:
        assert are_open(each.due_at, CALENDAR)
        assert plan.looks_back == (each.due_at.date() > each.through.last_on)


@given(PLANS, st.dates(dtm.date(2024, 1, 1), dtm.date(2024, 8, 31)), st.times())
def test_the_next_one_is_the_first_after_now(plan, day, time):
    now = dtm.datetime.combine(day, time, ZONE)
    upcoming = next_occurrence(plan, now, CALENDAR)
    assert upcoming is not None
    assert upcoming.due_at > now
    assert list(occurrences(plan, now, upcoming.due_at, CALENDAR))[-1] == upcoming
