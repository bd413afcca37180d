import csv
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.enums import Ties
from services.core.ranking import Contender, Ranking, places, rank, rank_divisions

with (Path(__file__).parent / "dingnan_2024_02.csv").open(encoding="utf-8", newline="") as table:
    PRINTED = list(csv.DictReader(table))
NAMES = [row["责任单位"] for row in PRINTED]

CONTENDERS = st.lists(
    st.tuples(st.integers(0, 12), st.none() | st.integers(0, 6), st.sampled_from(["乡镇", "部门"])),
    max_size=12,
).map(
    lambda rows: [
        Contender(at, division, at, done, target) for at, (done, target, division) in enumerate(rows)
    ]
)


def dingnan(done="当年完成数", target="当年任务数") -> Ranking:
    return rank(Contender(at, "", at, int(row[done]), int(row[target])) for at, row in enumerate(PRINTED))


def names(placed):
    return [NAMES[each.contender.unit_id] for each in placed]


def units(*counts, ties=Ties.COMPETITION):
    return rank([Contender(at, "", at, done, target) for at, (done, target) in enumerate(counts)], ties)


def numbered(ranking):
    return [(each.contender.unit_id, each.place) for each in ranking.placed]


def test_the_printed_first_three_of_dingnan_come_out():
    assert names(dingnan().first(3)) == ["融媒体中心", "消防大队", "老城镇政府"]


def test_the_printed_last_three_of_dingnan_come_out_from_the_worst_up():
    assert names(dingnan().last(3)) == ["公路发展分中心", "市场监管局", "发改委"]


def test_equal_printed_percentages_of_dingnan_share_a_place():
    by_name = {NAMES[each.contender.unit_id]: each.place for each in dingnan().placed}
    assert by_name["社保服务中心"] == by_name["就业创业中心"] == by_name["农业农村局"]
    assert by_name["工信局"] == by_name["住建局"]
    assert by_name["政府办公室"] == by_name["乡村振兴局"]
    assert max(by_name.values()) == 46


@pytest.mark.parametrize(
    ("ties", "expected"),
    [
        (Ties.COMPETITION, [1, 1, 3, 4, 4, 6]),
        (Ties.DENSE, [1, 1, 2, 3, 3, 4]),
        (Ties.RUNNING, [1, 2, 3, 4, 5, 6]),
    ],
)
def test_ties_are_numbered_in_three_ways(ties, expected):
    ranking = units((1, 1), (2, 2), (3, 4), (1, 2), (2, 4), (0, 5), ties=ties)
    assert [place for _, place in numbered(ranking)] == expected
    assert [unit_id for unit_id, _ in numbered(ranking)] == [0, 1, 2, 3, 4, 5]


def test_inside_a_tie_the_official_order_stays_and_never_the_id():
    ranking = rank([Contender(1, "", 9, 1, 2), Contender(2, "", 3, 2, 4), Contender(3, "", 5, 3, 6)])
    assert numbered(ranking) == [(2, 1), (3, 1), (1, 1)]


def test_a_third_is_not_its_decimal():
    ranking = units((333_333_333, 1_000_000_000), (1, 3))
    assert numbered(ranking) == [(1, 1), (0, 2)]


def test_exempt_and_zero_targets_are_left_out_and_named():
    ranking = units((5, None), (1, 2), (7, 0), (0, 3))
    assert numbered(ranking) == [(1, 1), (3, 2)]
    assert [each.unit_id for each in ranking.unplaced] == [0, 2]


def test_everybody_tied_at_the_cut_belongs_to_the_first():
    ranking = units((9, 10), (5, 10), (5, 10), (5, 10), (1, 10))
    assert [each.contender.unit_id for each in ranking.first(2)] == [0, 1, 2, 3]
    assert [each.contender.unit_id for each in ranking.first(1)] == [0]
    assert [each.contender.unit_id for each in ranking.first(5)] == [0, 1, 2, 3, 4]


def test_everybody_tied_at_the_cut_belongs_to_the_last_which_are_told_from_the_worst_up():
    ranking = units((9, 10), (5, 10), (5, 10), (1, 10), (0, 10))
    assert [each.contender.unit_id for each in ranking.last(3)] == [4, 3, 1, 2]
    assert [each.contender.unit_id for each in ranking.last(2)] == [4, 3]


@pytest.mark.parametrize("count", [0, -1])
def test_no_units_are_the_first_none(count):
    assert units((1, 2)).first(count) == units((1, 2)).last(count) == ()
    assert rank([]).first(3) == rank([]).last(3) == ()


def test_divisions_are_ranked_apart_in_official_order():
    ranked = rank_divisions(
        [
            Contender(1, "部门", 2, 1, 1),
            Contender(2, "乡镇", 1, 0, 1),
            Contender(3, "部门", 3, 5, 1),
            Contender(4, "乡镇", 4, 0, None),
        ]
    )
    assert [(division, numbered(ranking)) for division, ranking in ranked] == [
        ("乡镇", [(2, 1)]),
        ("部门", [(3, 1), (1, 2)]),
    ]


@given(CONTENDERS)
def test_a_place_is_one_more_than_those_who_are_better(contenders):
    ranking = rank(contenders)
    for each in ranking.placed:
        better = [other for other in ranking.placed if other.completion > each.completion]
        assert each.place == len(better) + 1
    assert len(ranking.placed) + len(ranking.unplaced) == len(contenders)


@given(CONTENDERS)
def test_a_dense_place_is_one_more_than_the_better_completions(contenders):
    ranking = rank(contenders, Ties.DENSE)
    for each in ranking.placed:
        assert each.place == len({o.completion for o in ranking.placed if o.completion > each.completion}) + 1


@given(CONTENDERS)
def test_running_numbers_leave_none_out(contenders):
    ranking = rank(contenders, Ties.RUNNING)
    assert [each.place for each in ranking.placed] == list(range(1, len(ranking.placed) + 1))


@given(CONTENDERS, st.sampled_from(Ties))
def test_the_order_is_by_completion_and_then_official(contenders, ties):
    for before, after in pairwise(rank(contenders, ties).placed):
        assert (-before.completion, before.contender.position) < (-after.completion, after.contender.position)


@given(CONTENDERS, st.randoms())
def test_the_order_in_which_units_come_says_nothing(contenders, chance):
    shuffled = list(contenders)
    chance.shuffle(shuffled)
    assert rank(shuffled) == rank(contenders)


@given(CONTENDERS, st.integers(1, 14))
def test_nobody_left_out_of_the_first_or_last_equals_one_who_is_in(contenders, count):
    ranking = rank(contenders)
    for chosen in (ranking.first(count), ranking.last(count)):
        left_out = {each.completion for each in ranking.placed if each not in chosen}
        assert not left_out & {each.completion for each in chosen}
        assert len(chosen) >= min(count, len(ranking.placed))
        in_the_tie = [each for each in chosen if each.completion == chosen[-1].completion]
        assert len(chosen) - len(in_the_tie) < count
    assert [e.completion for e in ranking.last(count)] == sorted(e.completion for e in ranking.last(count))


@given(st.lists(st.fractions(0, 3, max_denominator=5), max_size=9))
def test_places_keep_to_the_order_they_are_asked_in(completions):
    numbered = places(completions, Ties.COMPETITION)
    assert numbered == tuple(1 + sum(o > each for o in completions) for each in completions)
    assert places([Fraction(each) * 100 for each in completions], Ties.COMPETITION) == numbered
