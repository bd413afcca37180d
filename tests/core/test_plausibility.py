from fractions import Fraction
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.core.plausibility import is_doubtful, usual_count

COUNTS = st.lists(st.integers(0, 500), max_size=9)


@pytest.mark.parametrize(
    ("closed", "target", "usual"),
    [
        ([3, 1, 2], 9, 2),
        ([1, 2, 4, 8], 9, 3),
        ([1, 2], 9, 9),
        ([], 9, 9),
        ([], 0, 0),
        ([5, 5, 5, 5, 5, 5, 900, 900, 900], None, 5),  # only the last six
        ([0, 0, 0], 9, 0),
    ],
)
def test_usual_is_the_median_of_six_closed_months_or_the_target(closed, target, usual):
    assert usual_count(closed, target) == 2 * usual


def test_a_median_between_two_counts_is_exact():
    assert usual_count([1, 2, 3, 4], None) == 2 * Fraction(5, 2)


@pytest.mark.parametrize("closed", [[], [7], [7, 8]])
def test_without_three_months_and_without_a_target_more_than_twenty_is_asked_about(closed):
    assert usual_count(closed, None) is None
    assert is_doubtful(21, None)
    assert not is_doubtful(20, None)


@pytest.mark.parametrize(
    ("count", "usual", "expected"),
    [
        (20, Fraction(1), False),  # not more than twenty
        (21, Fraction(1), True),
        (21, Fraction(2), True),
        (21, Fraction(3), False),
        (30, Fraction(3), False),  # ten times is not more than ten times
        (31, Fraction(3), True),
        (25, Fraction(5, 2), False),
        (26, Fraction(5, 2), True),
        (20, Fraction(0), False),
        (21, Fraction(0), True),
        (0, Fraction(0), False),
    ],
)
def test_more_than_ten_times_the_usual_and_more_than_twenty_is_asked_about(count, usual, expected):
    assert is_doubtful(count, int(2 * usual)) is expected


@given(COUNTS, st.none() | st.integers(0, 500))
def test_usual_agrees_with_the_statistics_of_the_standard_library(closed, target):
    last = [Fraction(count) for count in closed[:6]]
    expected = median(last) if len(last) >= 3 else target
    assert usual_count(closed, target) == (None if expected is None else 2 * expected)


@given(st.integers(0, 10**9), st.integers(0, 10**6))
def test_a_larger_count_is_never_less_doubtful(count, twice_usual):
    assert is_doubtful(count, twice_usual) <= is_doubtful(count + 1, twice_usual)
    assert is_doubtful(count, twice_usual) is (count > 20 and count > Fraction(twice_usual, 2) * 10)
