"""What may happen next: dice draw deeds, numbers only, which mean something at the place where they stand.

A story can so be told without some of its deeds and remains one.
"""

import datetime as dtm
import random
from typing import NamedTuple

SPANS = tuple(dtm.timedelta(minutes=minutes) for minutes in (1, 3, 9, 10, 11, 60, 1440, 3 * 1440, 8 * 1440))


class Deed(NamedTuple):
    """One thing that happens; the numbers choose who, what and how many."""

    kind: str
    who: int
    at: int
    many: int
    more: int


WEIGHTS = {
    "submit": 18,
    "accept": 12,
    "part": 5,
    "send_back": 6,
    "undo": 6,
    "resubmit": 3,
    "accept_each": 3,
    "return_each": 2,
    "undo_each": 3,
    "resubmit_each": 2,
    "send": 7,
    "link": 4,
    "piece": 3,
    "place": 2,
    "correct": 7,
    "move": 2,
    "withdraw": 3,
    "set_rule": 2,
    "require": 1,
    "set_four_eyes": 1,
    "reopen": 1,
    "wait": 5,
    "look": 3,
    "at_once": 9,
}


def draw(dice: random.Random, steps: int) -> list[Deed]:
    """Draw a story."""
    kinds = dice.choices(tuple(WEIGHTS), tuple(WEIGHTS.values()), k=steps)
    return [Deed(kind, *(dice.randrange(10_000) for _ in range(4))) for kind in kinds]
