"""Small writes that many updates need at the same moment: one commit for all who wait for it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any

from bot.backoff import Backoff
from bot.batcher import Batcher
from bot.clock import Clock
from bot.nursery import Nursery
from services import buttons, inbox, sql
from services.buttons import NewButton
from services.inbox import NewUpdate, StoredUpdate
from services.transaction import is_passing, transact

log = logging.getLogger(__name__)

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0

Write = Callable[[Sequence[Any]], Awaitable[Sequence[Any]]]
"""Writes what several ask for; one outcome for each, in their order."""


class GroupedWrites:
    """What an update's way through the bot leaves behind, in no transaction of the update's own.

    That it has come, what the buttons of its answer mean, that it is done.
    """

    def __init__(self, clock: Clock, nursery: Nursery) -> None:
        self._clock = clock
        self._nursery = nursery
        self._asked: Batcher[tuple[Write, Any], Any] = Batcher(self._write, nursery, "write")

    async def store(self, update: NewUpdate) -> StoredUpdate | None:
        """Commit one update; None when it was known already."""
        stored: StoredUpdate | None = await self._asked.submit((self._store_all, update))
        return stored

    async def issue(self, shown: Sequence[NewButton]) -> tuple[str, ...]:
        """Store the buttons of one update; return the tokens in order."""
        tokens: tuple[str, ...] = await self._asked.submit((self._issue_all, shown))
        return tokens

    async def finish(self, row_id: int) -> None:
        """Mark an update as handled.

        Asks until the database has done it: the update itself must not be handled a second time for that.
        """
        backoff = Backoff(first=FIRST_PAUSE, longest=LONGEST_PAUSE)
        while True:
            try:
                await self._asked.submit((self._finish_all, row_id))
            except Exception as error:  # noqa: BLE001 - whatever it is, the answer is out
                log.warning("update %s cannot be noted as done yet: %s", row_id, error)
            else:
                return
            await backoff.pause()

    def finish_soon(self, row_id: int) -> None:
        """Mark an update as handled, without anybody waiting for it."""
        self._asked.put((self._finish_all, row_id)).add_done_callback(partial(self._finished, row_id))

    def _finished(self, row_id: int, outcome: asyncio.Future[Any]) -> None:
        if not outcome.cancelled() and outcome.exception() is not None:
            self._nursery.start(self.finish(row_id), name=f"finish {row_id}")

    async def _write(self, asked: Sequence[tuple[Write, Any]]) -> Sequence[Any]:
        """Write each kind by one statement; an outcome may be the error that its kind ended with.

        On SQLite all kinds share one commit, because each commit waits for the disk; where that one is
        refused, each kind is tried by itself. PostgreSQL has connections for them side by side.
        """
        kinds: dict[Write, list[int]] = {}
        for at, (write, _) in enumerate(asked):
            kinds.setdefault(write, []).append(at)
        outcomes: list[Any] = [None] * len(asked)

        async def together() -> None:
            for write, places in kinds.items():
                await _write_kind(write, places, asked, outcomes)

        if len(kinds) > 1 and not sql.is_postgres():
            try:
                await transact(together)
            except Exception as error:
                if is_passing(error):
                    raise
            else:
                return outcomes
        await asyncio.gather(
            *(_write_alone(write, places, asked, outcomes) for write, places in kinds.items())
        )
        return outcomes

    async def _store_all(self, updates: Sequence[NewUpdate]) -> Sequence[StoredUpdate | None]:
        return await inbox.store(updates, self._clock.now())

    async def _finish_all(self, row_ids: Sequence[int]) -> Sequence[None]:
        await inbox.finish(row_ids, self._clock.now())
        return [None] * len(row_ids)

    async def _issue_all(self, shown: Sequence[Sequence[NewButton]]) -> Sequence[tuple[str, ...]]:
        tokens = iter(await buttons.issue([one for each in shown for one in each], self._clock.now()))
        return [tuple(next(tokens) for _ in each) for each in shown]


async def _write_kind(
    write: Write, places: Sequence[int], asked: Sequence[tuple[Write, Any]], outcomes: list[Any]
) -> None:
    for at, outcome in zip(places, await write([asked[at][1] for at in places]), strict=True):
        outcomes[at] = outcome


async def _write_alone(
    write: Write, places: Sequence[int], asked: Sequence[tuple[Write, Any]], outcomes: list[Any]
) -> None:
    try:
        await _write_kind(write, places, asked, outcomes)
    except Exception as error:  # noqa: BLE001 - it is for who asked
        for at in places:
            outcomes[at] = error
