"""Pictures are compared by 64 bits of each."""

import datetime as dtm

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.core.likeness import (
    ALIKE,
    COLUMNS,
    ROWS,
    Belonging,
    Elsewhere,
    are_alike,
    distance,
    find_nearest,
    fingerprint,
    where_else,
)

GREYS = st.binary(min_size=COLUMNS * ROWS, max_size=COLUMNS * ROWS)
BITS = st.integers(0, 2**64 - 1)


@pytest.mark.parametrize(
    ("greys", "expected"),
    [
        (bytes(72), 0),  # no dot is brighter than another
        (bytes(range(9)) * 8, 2**64 - 1),
        (bytes(range(9, 0, -1)) * 8, 0),
        (bytes(8) + b"\1" + bytes(63), 1 << 56),  # the last of the first row's eight
        (bytes([0, 255] * 36), 0xAA55AA55AA55AA55),
    ],
)
def test_a_bit_says_that_the_next_dot_is_brighter(greys: bytes, expected: int) -> None:
    assert fingerprint(greys) == expected


@given(GREYS)
def test_any_dots_have_a_fingerprint_of_64_bits(greys: bytes) -> None:
    assert 0 <= fingerprint(greys) < 2**64


@given(st.binary(max_size=200).filter(lambda greys: len(greys) != COLUMNS * ROWS))
def test_other_numbers_of_dots_are_refused(greys: bytes) -> None:
    with pytest.raises(ValueError, match="dots"):
        fingerprint(greys)


@given(BITS, BITS, BITS)
def test_distance_is_a_distance(one: int, two: int, three: int) -> None:
    assert distance(one, two) == distance(two, one)
    assert (distance(one, two) == 0) == (one == two)
    assert distance(one, three) <= distance(one, two) + distance(two, three)


@pytest.mark.parametrize(("bits", "expected"), [(ALIKE, True), (ALIKE + 1, False)])
def test_ten_bits_are_still_alike(bits: int, expected: bool) -> None:
    assert are_alike(0, (1 << bits) - 1) is expected


@given(BITS, st.lists(st.tuples(st.integers(), BITS | st.integers(0, 15)), max_size=20))
def test_the_nearest_are_those_that_are_alike_and_not_of_one_colour(one, others):
    expected = [(number, distance(one, bits)) for number, bits in others if bits and are_alike(one, bits)]
    assert find_nearest(one, others) == (expected if one else [])


OWN = Belonging("message/m1/40", 1, dtm.date(2024, 3, 1), frozenset({7}))


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (Belonging("message/m2/9", 2, dtm.date(2024, 3, 1), frozenset({7})), Elsewhere.UNIT),
        (Belonging("message/m2/9", 2, dtm.date(2024, 2, 1), frozenset({8})), Elsewhere.UNIT),
        (Belonging("message/m1/9", 1, dtm.date(2023, 3, 1), frozenset({7})), Elsewhere.MONTH),
        (Belonging("message/m1/9", 1, dtm.date(2024, 3, 1), frozenset({8})), Elsewhere.CATEGORY),
        (Belonging("message/m1/9", 1, dtm.date(2024, 3, 1), frozenset()), Elsewhere.CATEGORY),
        (Belonging("message/m1/9", 1, dtm.date(2024, 3, 1), frozenset({8, 7})), Elsewhere.REPORT),
        (OWN, Elsewhere.NOWHERE),
    ],
)
def test_where_else_a_picture_was_sent_is_the_first_difference(other, expected):
    assert where_else(OWN, other) is expected
