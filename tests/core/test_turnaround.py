"""How long reports wait: the middle one, the mean and the longest, half up."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.core.turnaround import turnaround


@pytest.mark.parametrize(
    ("waits", "median", "mean", "longest"),
    [
        ([0], "0.0", "0.0", 0),
        ([3], "3.0", "3.0", 3),
        ([5, 0, 1], "1.0", "2.0", 5),
        ([1, 2], "1.5", "1.5", 2),
        ([2, 1, 9, 1], "1.5", "3.3", 9),  # 13 ÷ 4 is 3.25
        ([0, 0, 1], "0.0", "0.3", 1),
        ([0] * 19 + [1], "0.0", "0.1", 1),  # 0.05
    ],
)
def test_waits_are_summed_up_half_up(waits, median, mean, longest):
    found = turnaround(waits)
    assert found is not None
    assert (str(found.median), str(found.mean), found.longest) == (median, mean, longest)


def test_nothing_has_no_figures():
    assert turnaround([]) is None


def test_nobody_waits_less_than_no_time():
    with pytest.raises(ValueError, match="-1"):
        turnaround([2, -1])


@given(st.lists(st.integers(0, 400), min_size=1, max_size=60), st.randoms())
def test_the_order_does_not_matter_and_half_of_them_waited_no_longer_than_the_median(waits, chance):
    found = turnaround(waits)
    assert found is not None
    shuffled = list(waits)
    chance.shuffle(shuffled)
    assert turnaround(shuffled) == found
    assert 2 * sum(wait <= found.median for wait in waits) >= len(waits)
    assert 2 * sum(wait >= found.median for wait in waits) >= len(waits)
    assert found.longest == max(waits)
    assert abs(found.mean - Decimal(sum(waits)) / len(waits)) <= Decimal("0.05")
