"""How alike two pictures are: 64 bits of each, and in how many these differ."""

from itertools import pairwise

COLUMNS, ROWS = 9, 8
"""A picture is looked at as so many dots of grey."""

ALIKE = 10
"""Compressed again, made smaller, brightened or cut by a twentieth, a picture differs in fewer bits than that
from what it was; another picture in some thirty."""


def fingerprint(greys: bytes) -> int:
    """Return 64 bits: for each dot but a row's last, whether its neighbour to the right is brighter.

    ``greys`` are the 72 dots, row by row from the upper left, 0 black to 255 white (ValueError).
    """
    if len(greys) != COLUMNS * ROWS:
        raise ValueError(f"{len(greys)} dots instead of {COLUMNS * ROWS}")
    bits = 0
    for row in range(ROWS):
        line = greys[row * COLUMNS : (row + 1) * COLUMNS]
        for left, right in pairwise(line):
            bits = bits << 1 | (left < right)
    return bits


def distance(one: int, other: int) -> int:
    """Count the bits in which two fingerprints differ, 0 to 64."""
    return (one ^ other).bit_count()


def are_alike(one: int, other: int) -> bool:
    """Say whether two fingerprints are so near that somebody should look whether it is one picture twice."""
    return distance(one, other) <= ALIKE
