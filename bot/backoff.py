"""Pauses between tries: each twice as long as the one before, up to a longest."""

import asyncio


class Backoff:
    """Counts up the pauses of one thing that is tried again and again."""

    def __init__(self, *, first: float, longest: float) -> None:
        self._first = first
        self._longest = longest
        self._next = first

    async def pause(self, seconds: float | None = None) -> None:
        """Wait before the next try; ``seconds`` when the other side has said how long."""
        await asyncio.sleep(self._next if seconds is None else seconds)
        self._next = min(self._next * 2, self._longest)

    def reset(self) -> None:
        """Begin with the first pause again, because a try went well."""
        self._next = self._first
