import datetime as dtm
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.enums import Lamp, Ties
from services.core.calendar import WorkCalendar
from services.core.pace import Pace
from services.core.period import Period
from services.core.quarter import Quarter
from services.core.ranking import Contender, rank
from services.core.standings import (
    DivisionStandings,
    Figures,
    Judgement,
    Standings,
    by_division,
    judge,
    last_month,
    period_before,
    standings_of,
)

DAY = dtm.date
_DAYS = [DAY(2023, 1, 1) + dtm.timedelta(days=count) for count in range(3 * 366)]
EVERY_DAY_WORKED = WorkCalendar(frozenset(_DAYS), _DAYS[0], _DAYS[-1])
MONTH, YEAR, QUARTER = Period.of_month(2024, 2), Period.of_year(2024), Quarter(2024, 1)
HALFWAY = Judgement(Pace(10, 20), is_over=False, in_last_two=False)
NAMES = st.text(min_size=1, max_size=30) | st.sampled_from(["$\\foo$", "=1+1", "<b>", "\u202e右\u200f"])

COUNTS = st.lists(
    st.tuples(
        st.integers(0, 12), st.none() | st.integers(0, 6), st.sampled_from(["乡镇", "部门", ""]), NAMES
    ),
    max_size=14,
)


def figures_of(counts):
    return [
        Figures(at, name, division, 100 - at, done, target)
        for at, (done, target, division, name) in enumerate(counts, start=1)
    ]


def figures(*counts):
    """In official order, as they are written."""
    return [
        Figures(at, f"单位{at}", "", at, done, target) for at, (done, target) in enumerate(counts, start=1)
    ]


def a_list(members, ties=Ties.COMPETITION, decimals=1, before=None):
    return DivisionStandings.of("", standings_of(members, ties, HALFWAY, decimals, before))


def standings(members, *, overall=False, ties=Ties.COMPETITION, before=None):
    parted = {"": list(members)} if overall else by_division(members)
    is_compared = before is not None and before.is_counted
    places = {
        one.division: {each.unit_id: each.place for each in one.placed}
        for one in (before.divisions if is_compared else ())
    }
    divisions = tuple(
        DivisionStandings.of(name, standings_of(some, ties, HALFWAY, 1, places.get(name)))
        for name, some in parted.items()
    )
    return Standings(
        organisation_id=1,
        organisation="定南县",
        period=MONTH,
        through=MONTH,
        as_of=DAY(2024, 2, 20),
        today=DAY(2024, 2, 20),
        decimals=1,
        ties=ties,
        is_overall=overall,
        is_compared=is_compared,
        is_estimated=False,
        divisions=divisions,
    )


def ids(some):
    return [each.unit_id for each in some]


@pytest.mark.parametrize(
    ("ties", "expected"),
    [
        (Ties.COMPETITION, [1, 1, 3, 4]),
        (Ties.DENSE, [1, 1, 2, 3]),
        (Ties.RUNNING, [1, 2, 3, 4]),
    ],
)
def test_ties_are_numbered_as_the_office_wants(ties, expected):
    found = a_list(figures((1, 1), (2, 2), (1, 2), (0, 2)), ties)
    assert [each.place for each in found.placed] == expected


@pytest.mark.parametrize("ties", list(Ties))
def test_four_names_stand_in_a_top_three_when_two_are_tied_at_the_third_place(ties):
    found = a_list(figures((9, 10), (8, 10), (7, 10), (14, 20), (1, 10)), ties)
    assert ids(found.first(3)) == [1, 2, 3, 4]
    assert ids(found.first(2)) == [1, 2]


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        (((9, 10), (2, 10), (3, 10), (1, 10)), [4, 2, 3]),  # from the worst up
        (((9, 10), (1, 10), (1, 10), (1, 10), (5, 10)), [2, 3, 4]),  # inside a tie in official order
        (((9, 10), (5, 10), (5, 10), (1, 10), (2, 10)), [4, 5, 2, 3]),  # tied at the cut
        (((1, 10),), [1]),
        ((), []),
    ],
)
def test_the_last_three_are_told_from_the_worst_up(counts, expected):
    assert ids(a_list(figures(*counts)).last(3)) == expected


@pytest.mark.parametrize("count", [-1, 0])
def test_nobody_is_among_the_first_none(count):
    found = a_list(figures((1, 2), (1, 2)))
    assert (found.first(count), found.last(count)) == ((), ())


@pytest.mark.parametrize(
    ("decimals", "done", "target", "expected"),
    [
        (0, 1, 200, "1"),
        (0, 1, 201, "0"),
        (1, 51, 240, "21.3"),  # 21.25, printed half up
        (2, 1, 800, "0.13"),  # 0.125
        (2, 67, 66, "101.52"),
        (1, 0, 5, "0.0"),
    ],
)
def test_rates_are_rounded_half_up_and_never_capped(decimals, done, target, expected):
    (found,) = a_list(figures((done, target)), decimals=decimals).placed
    assert found.rate == Decimal(expected)


def test_what_prints_alike_is_still_ranked_exactly():
    found = a_list(figures((333_333_333, 1_000_000_000), (1, 3)))
    assert [(each.unit_id, each.place, str(each.rate)) for each in found.placed] == [
        (2, 1, "33.3"),
        (1, 2, "33.3"),
    ]


def test_an_exempt_unit_and_one_with_a_target_of_zero_have_no_place():
    found = standings(figures((5, None), (3, 0), (0, 4)))
    (everybody,) = found.divisions
    assert (ids(everybody.placed), ids(everybody.unplaced)) == ([3], [1, 2])
    assert [(each.rate, each.lamp) for each in everybody.unplaced] == [(None, None), (None, Lamp.DONE)]
    assert (found.exempt, found.without_target, found.ranked, found.done) == (1, 1, 1, 3)


@pytest.mark.parametrize(
    ("unit_id", "expected"), [(1, [1, 2, 3]), (2, [1, 2, 3, 4]), (9, [7, 8, 9]), (10, []), (77, [])]
)
def test_a_unit_is_shown_with_its_neighbours(unit_id, expected):
    members = figures(*((20 - at, 20) for at in range(9)), (1, None))
    assert ids(standings(members).around(unit_id, 2)) == expected


def test_movement_is_the_difference_of_two_places():
    before = standings(figures((9, 10), (8, 10), (7, 10)))
    members = figures((1, 10), (8, 10), (7, 10), (9, 10))
    now = standings(members, before=before)
    assert [(each.unit_id, each.moved) for each in now.units] == [(4, None), (2, 0), (3, 0), (1, -3)]
    assert now.is_compared


def test_nothing_counted_before_is_nothing_to_compare_with():
    before = standings(figures((0, 10), (0, 10)))
    assert {each.before for each in standings(figures((1, 10), (2, 10)), before=before).units} == {None}


@pytest.mark.parametrize(
    ("period", "through", "expected"),
    [
        (MONTH, MONTH, (Period.of_month(2024, 1), Period.of_month(2024, 1))),
        (Period.of_month(2024, 1), Period.of_month(2024, 1), (Period.of_month(2023, 12),) * 2),
        (QUARTER, MONTH, (Quarter(2023, 4), Period.of_month(2023, 12))),
        (YEAR, MONTH, (YEAR, Period.of_month(2024, 1))),
        (YEAR, Period.of_month(2024, 1), None),
    ],
)
def test_what_a_period_is_compared_with(period, through, expected):
    assert period_before(period, through) == expected


@pytest.mark.parametrize(
    ("period", "today", "month"),
    [
        (MONTH, DAY(2024, 2, 1), 2),
        (QUARTER, DAY(2024, 2, 29), 2),
        (QUARTER, DAY(2024, 5, 1), 3),
        (YEAR, DAY(2024, 11, 2), 11),
        (YEAR, DAY(2025, 1, 1), 12),
        (YEAR, DAY(2023, 12, 31), 1),
    ],
)
def test_the_last_month_that_has_begun(period, today, month):
    assert last_month(period, today) == Period.of_month(2024, month)


@pytest.mark.parametrize(
    ("period", "through", "today", "elapsed", "is_over"),
    [
        (MONTH, MONTH, DAY(2024, 2, 10), 10, False),
        (MONTH, MONTH, DAY(2024, 3, 1), 29, True),
        (QUARTER, MONTH, DAY(2024, 5, 1), 60, False),  # as it stood at February's end
        (QUARTER, Period.of_month(2024, 3), DAY(2024, 5, 1), 91, True),
        (YEAR, MONTH, DAY(2024, 5, 1), 60, False),
        (YEAR, Period.of_month(2024, 12), DAY(2025, 5, 1), 366, True),
    ],
)
def test_a_period_is_judged_on_the_last_day_that_counts(period, through, today, elapsed, is_over):
    judged = judge(period, through, today, EVERY_DAY_WORKED)
    assert (judged.pace.elapsed, judged.is_over) == (elapsed, is_over)


@pytest.mark.parametrize(("done", "lamp"), [(10, Lamp.DONE), (5, Lamp.ON_TRACK), (4, Lamp.BEHIND)])
def test_lamps_follow_the_pace(done, lamp):
    (found,) = a_list(figures((done, 10))).placed
    assert found.lamp is lamp


@given(COUNTS, st.sampled_from(Ties), st.booleans())
def test_places_are_those_of_the_exact_fractions(counts, ties, overall):
    members = figures_of(counts)
    for one in standings(members, overall=overall, ties=ties).divisions:
        some = [each for each in members if overall or each.division == one.division]
        wanted = rank([Contender(e.unit_id, "", e.position, e.done, e.target) for e in some], ties)
        assert [(each.contender.unit_id, each.place) for each in wanted.placed] == [
            (each.unit_id, each.place) for each in one.placed
        ]
        assert [each.contender.unit_id for each in wanted.first(3)] == ids(one.first(3))
        assert [each.contender.unit_id for each in wanted.last(3)] == ids(one.last(3))
        assert ids(one.unplaced) == [each.unit_id for each in wanted.unplaced]


@given(COUNTS, st.randoms())
def test_whatever_order_units_are_read_in_the_standings_are_the_same(counts, random):
    members = figures_of(counts)
    shuffled = random.sample(members, len(members))
    assert standings(shuffled) == standings(members)


@given(COUNTS)
def test_each_unit_stands_once_and_the_sums_are_those_of_the_parts(counts):
    members = figures_of(counts)
    apart, together = standings(members), standings(members, overall=True)
    assert sorted(ids(apart.units)) == sorted(ids(together.units)) == [each.unit_id for each in members]
    owing = [each for each in members if each.target is not None]
    for found in (apart, together):
        assert found.done == sum(each.done for each in owing)
        assert found.target == sum(each.target for each in owing)
        assert found.ranked + found.exempt + found.without_target == len(members)


@given(COUNTS)
def test_a_list_falls_and_who_is_ahead_is_never_behind(counts):
    (found,) = standings(figures_of(counts), overall=True).divisions
    for better, worse in pairwise(found.placed):
        assert better.completion >= worse.completion
        assert better.place <= worse.place
        assert (better.completion == worse.completion) == better.is_level_with(worse)
        if better.is_level_with(worse):
            assert (better.place, better.position < worse.position) == (worse.place, True)


@given(COUNTS)
def test_compared_with_itself_nobody_moves(counts):
    members = figures_of(counts)
    found = standings(members, before=standings(members))
    assert {each.moved for each in found.units if each.place} <= ({0} if found.is_compared else {None})


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 10**6)), min_size=1, max_size=20))
def test_large_numbers_keep_their_exact_order(counts):
    placed = a_list(figures(*counts)).placed
    assert [each.completion for each in placed] == sorted((Fraction(*each) for each in counts), reverse=True)


def test_a_unit_of_another_division_does_not_count_as_moved():
    member = Figures(1, "甲", "乡镇", 1, 5, 10)
    before = standings([member, Figures(2, "乙", "乡镇", 2, 6, 10)])
    now = standings([replace(member, division="部门")], before=before)
    assert now.find(1)[1].moved is None


def test_three_hundred_units_are_ranked():
    found = standings(figures(*((at, 300) for at in range(300))))
    assert [each.place for each in found.divisions[0].placed] == list(range(1, 301))
