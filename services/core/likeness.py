"""How alike two pictures are: 64 bits of each, and in how many these differ."""

import datetime as dtm
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
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


class Elsewhere(StrEnum):
    """Where another picture stands, by the first thing in which the two reports differ."""

    UNIT = "unit"
    MONTH = "month"
    CATEGORY = "category"
    REPORT = "report"  # the same unit's same month and category once more
    NOWHERE = "nowhere"  # the very same report


@dataclass(frozen=True, slots=True)
class Belonging:
    """What a picture was sent for; the categories are all those of its report."""

    report: str
    unit_id: int
    month_on: dtm.date
    category_ids: frozenset[int]


def where_else(one: Belonging, other: Belonging) -> Elsewhere:
    """Tell how another picture's report differs from that of one; a category they share is the same."""
    if one.report == other.report:
        return Elsewhere.NOWHERE
    if one.unit_id != other.unit_id:
        return Elsewhere.UNIT
    if one.month_on != other.month_on:
        return Elsewhere.MONTH
    return Elsewhere.REPORT if one.category_ids & other.category_ids else Elsewhere.CATEGORY


def tells(print_of: int) -> bool:
    """Say whether a fingerprint tells anything: a picture of one colour has no bit set, as any other such."""
    return print_of != 0


def find_nearest(one: int, others: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Give the number and distance of those of ``others`` (number, fingerprint) that are like one."""
    if not tells(one):
        return []
    # Said out here and not by the functions above: there are thousands, and somebody waits.
    return [
        (number, bits) for number, other in others if (bits := (one ^ other).bit_count()) <= ALIKE and other
    ]
