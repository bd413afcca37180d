"""How fast calls follow each other, so that Telegram need not refuse any."""

from collections import deque

WINDOW = 1.0


class Pace:
    """Gives out slots: never more than ``per_second`` in any second, one after the other in the long run.

    After an idle second so many may go at once: people are answered without waiting, and what is sent to
    many goes evenly.
    """

    def __init__(self, per_second: int) -> None:
        self._between = WINDOW / per_second
        self._given: deque[float] = deque(maxlen=per_second)
        self._next = 0.0

    def take(self, now: float) -> float:
        """Give the moment of the next slot, ``now`` or later, in seconds of the same clock."""
        fair = max(self._next, now - WINDOW)  # an idle second may be caught up with
        if len(self._given) == self._given.maxlen:
            fair = max(fair, self._given[0] + WINDOW)
        self._next = fair + self._between
        slot = max(fair, now)
        self._given.append(slot)
        return slot
