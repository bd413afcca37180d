"""How long reports wait for a reviewer, in working days."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from services.core.numbers import half_up


@dataclass(frozen=True, slots=True)
class Turnaround:
    """Of some waits in working days the middle one (of an even number between the two), mean and longest.

    ``median`` and ``mean`` have one decimal, half up; decided on the day it was asked is 0.
    """

    median: Decimal
    mean: Decimal
    longest: int


def turnaround(waits: Iterable[int]) -> Turnaround | None:
    """Sum waits up; None where there were none. A wait below zero is a ValueError."""
    days = sorted(waits)
    if not days:
        return None
    if days[0] < 0:
        raise ValueError(days[0])
    middle = days[(len(days) - 1) // 2] + days[len(days) // 2]
    return Turnaround(half_up(Decimal(middle) / 2, 1), half_up(Decimal(sum(days)) / len(days), 1), days[-1])
