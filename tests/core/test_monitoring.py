import datetime as dtm

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.enums import FindingKind, Rectification
from services.core.monitoring import Problem, count_failing, list_repeats
from services.core.quarter import Quarter
from services.core.rectification import (
    NothingSubmitted,
    RectificationConfirmed,
    confirmed,
    rejected,
    submitted,
)

STALE, ZOMBIE, DUPLICATE = FindingKind.STALE, FindingKind.ZOMBIE, FindingKind.DUPLICATE
OWED, SUBMITTED, CONFIRMED, REJECTED = Rectification
OVER, NOTHING = RectificationConfirmed, NothingSubmitted


@pytest.mark.parametrize(
    ("problems", "failing"),
    [
        ([], 0),
        ([(STALE, 1, "weibo", 11)], 1),
        ([(STALE, 1, "weibo", 11), (STALE, 1, "weibo", 11)], 1),
        ([(STALE, 1, "weibo", 11), (ZOMBIE, 1, "weibo", 11)], 1),
        ([(STALE, 1, "weibo", 11), (STALE, 1, "wechat", 12)], 2),
        ([(DUPLICATE, 1, "weibo", None, 2)], 1),
        ([(DUPLICATE, 1, "weibo", None, 3)], 2),
        ([(DUPLICATE, 1, "weibo", None, 2), (DUPLICATE, 2, "weibo", None, 2)], 2),
        ([(DUPLICATE, 1, "weibo", None, 2), (STALE, 1, "weibo", 11)], 2),
        ([(DUPLICATE, 1, "weibo", None, 2), (STALE, 1, "weibo", 11), (STALE, 1, "weibo", 12)], 2),
        ([(DUPLICATE, 1, "weibo", None, 2), (STALE, 1, "wechat", 11)], 2),
    ],
)
def test_of_a_duplicate_each_account_too_many_fails(problems, failing):
    assert count_failing(Problem(*each) for each in problems) == failing


UNITS, PLATFORMS = st.integers(1, 2), st.sampled_from(["weibo", "wechat"])
PROBLEMS = st.lists(
    st.builds(Problem, st.just(STALE), UNITS, PLATFORMS, st.integers(1, 3))
    | st.builds(Problem, st.just(DUPLICATE), UNITS, PLATFORMS, st.none(), st.integers(2, 3)),
    max_size=8,
)


@given(PROBLEMS, st.data())
def test_one_problem_more_never_makes_fewer_accounts_fail(problems, data):
    more = data.draw(st.lists(st.sampled_from(problems), max_size=3)) if problems else []
    assert count_failing([*problems, *more]) == count_failing(problems)  # found again is no other account
    for at in range(len(problems)):
        fewer = count_failing(problems[:at] + problems[at + 1 :])
        assert fewer <= count_failing(problems)


@pytest.mark.parametrize(
    ("move", "state", "expected"),
    [
        ("submit", OWED, SUBMITTED),
        ("submit", SUBMITTED, SUBMITTED),
        ("submit", REJECTED, SUBMITTED),
        ("submit", CONFIRMED, OVER),
        ("confirm", OWED, NOTHING),
        ("confirm", SUBMITTED, CONFIRMED),
        ("confirm", REJECTED, NOTHING),
        ("confirm", CONFIRMED, OVER),
        ("confirm mended", OWED, CONFIRMED),
        ("confirm mended", SUBMITTED, CONFIRMED),
        ("confirm mended", REJECTED, CONFIRMED),
        ("confirm mended", CONFIRMED, OVER),
        ("reject", OWED, NOTHING),
        ("reject", SUBMITTED, REJECTED),
        ("reject", REJECTED, NOTHING),
        ("reject", CONFIRMED, OVER),
    ],
)
def test_each_step_of_a_rectification_leads_where_its_row_says(move, state, expected):
    moves = {
        "submit": submitted,
        "reject": rejected,
        "confirm": lambda one: confirmed(one, is_mended=False),
        "confirm mended": lambda one: confirmed(one, is_mended=True),
    }
    if isinstance(expected, Rectification):
        assert moves[move](state) is expected
    else:
        with pytest.raises(expected):
            moves[move](state)


@given(st.dates(dtm.date(3, 1, 1), dtm.date(9997, 12, 31)))
def test_every_day_is_in_one_quarter(day):
    quarter = Quarter.containing(day)
    assert quarter.contains(day)
    assert quarter.starts_on.month in {1, 4, 7, 10}
    assert not quarter.next().contains(day)
    assert not quarter.previous().contains(day)
    assert quarter.next().previous() == quarter
    assert quarter.last_on + dtm.timedelta(days=1) == quarter.ends_before == quarter.next().starts_on


@pytest.mark.parametrize(("year", "number"), [(2020, 0), (2020, 5), (1, 1), (9999, 1)])
def test_what_is_no_quarter_is_refused(year, number):
    with pytest.raises(ValueError, match=str(number)):
        Quarter(year, number)


def test_whoever_is_found_more_than_once_is_a_repeat():
    first, second, third = (dtm.date(2020, month, 9) for month in (1, 3, 4))
    found = [("one", first), ("twice", first), ("twice", second), ("again", first), ("again", third)]
    assert list_repeats(found) == {
        "twice": {Quarter(2020, 1): 2},
        "again": {Quarter(2020, 1): 1, Quarter(2020, 2): 1},
    }
    assert str(Quarter(2020, 1)) == "2020-Q1"
