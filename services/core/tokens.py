"""What a reporter's words are taken apart into; each token knows its place in the text."""

from dataclasses import dataclass

from services.core.period import Period

GLUED, SPACE, COMMA, LINE = range(4)  # how far a gap keeps things apart


@dataclass(frozen=True, slots=True)
class Name:
    """Words from ``start`` up to ``end``: the categories that fit, none if they are unknown."""

    start: int
    end: int
    category_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Number:
    """A count.

    ``sets`` stands after an equals sign, ``is_measured`` before a 条, ``is_for_each`` after 各, which means
    every name before it.
    """

    start: int
    end: int
    count: int
    sets: bool
    is_measured: bool
    is_for_each: bool


@dataclass(frozen=True, slots=True)
class Time:
    """A month or a year."""

    start: int
    end: int
    period: Period


@dataclass(frozen=True, slots=True)
class Gap:
    """What keeps two words apart."""

    start: int
    end: int
    width: int


Token = Name | Number | Time | Gap
