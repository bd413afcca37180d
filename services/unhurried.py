"""Long walks through rows on the event loop, in which everybody else gets their turn."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import TypeVar

T = TypeVar("T")

AT_ONCE = 100
"""So many rows are gone through until others have their turn: a few milliseconds at the most."""


async def unhurried(rows: Iterable[T], at_once: int = AT_ONCE) -> AsyncIterator[T]:
    """Yield each row; after every ``at_once`` whoever waits for the loop goes first.

    For rows by the thousand, whose walk would keep everybody waiting. What was read before may have changed
    by its end, unless it is a transaction's.
    """
    for number, row in enumerate(rows, start=1):
        yield row
        if number % at_once == 0:
            await asyncio.sleep(0)
