"""Counts that are worth a question before they are taken."""

from collections.abc import Sequence

MONTHS = 6  # closed months that make what is usual
FEWEST_MONTHS = 3  # with fewer, the target stands in for it
TIMES = 10
ALWAYS_BELIEVED = 20


def usual_count(closed_months: Sequence[int], target: int | None) -> int | None:
    """Give twice what a unit usually counts in a month, so that a median between two stays whole.

    ``closed_months`` are the counts of the last closed months, the latest first. None: nobody can tell.
    """
    counts = sorted(closed_months[:MONTHS])
    if len(counts) < FEWEST_MONTHS:
        return None if target is None else 2 * target
    half = len(counts) // 2
    return 2 * counts[half] if len(counts) % 2 else counts[half - 1] + counts[half]


def is_doubtful(count: int, twice_usual: int | None) -> bool:
    """Tell whether a count is more than ten times what is usual, and more than twenty.

    Where nobody can tell what is usual, more than twenty is: a slip must not count for want of a quota.
    """
    return count > ALWAYS_BELIEVED and 2 * count > TIMES * (twice_usual or 0)
