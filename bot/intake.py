"""Raw updates in: committed to the inbox first, only then confirmed to Telegram."""

import asyncio
import logging
from collections.abc import Sequence

from bot import decoding
from bot.api import BotApi, CallProblem, Refused
from bot.backoff import Backoff
from bot.clock import Clock
from bot.failpoints import Failpoints
from bot.grouped import GroupedWrites
from bot.lanes import Lanes
from bot.metrics import REPEATED, STORED
from services import inbox
from services.inbox import StoredUpdate

log = logging.getLogger(__name__)

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
"""Sent every time: Telegram remembers the last list it was given."""

POLL_SECONDS = 25
SILENT_SECONDS = 90
"""After so long without an answered poll the session is renewed and the bot calls itself not ready."""
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0


class Intake:
    """Stores updates in grouped commits and hands the new ones to the lanes."""

    def __init__(self, lanes: Lanes, clock: Clock, writes: GroupedWrites, failpoints: Failpoints) -> None:
        self._lanes = lanes
        self._clock = clock
        self._writes = writes
        self._failpoints = failpoints

    async def store(self, body: bytes) -> StoredUpdate | None:
        """Commit one update; None when it was known already."""
        update = decoding.describe(body)
        self._failpoints.reach("inbox.before_commit")
        stored = await self._writes.store(update)
        self._failpoints.reach("inbox.after_commit")
        _count([stored])
        return stored

    async def store_all(self, bodies: Sequence[bytes]) -> None:
        """Commit a poll's updates together and put the new ones into their lanes."""
        if not bodies:
            return
        updates = [*map(decoding.describe, bodies)]
        self._failpoints.reach("inbox.before_commit")
        stored = await inbox.store(updates, self._clock.now())
        self._failpoints.reach("inbox.after_commit")
        _count(stored)
        self._lanes.accept(new for new in stored if new)

    async def resume(self) -> None:
        """Put everything into the lanes that an earlier run stored and did not finish."""
        waiting = await inbox.list_waiting()
        if waiting:
            log.info("%s stored updates are taken up again", len(waiting))
        self._lanes.accept(waiting)


def _count(stored: Sequence[StoredUpdate | None]) -> None:
    new = sum(1 for row in stored if row is not None)
    STORED.inc(new)
    REPEATED.inc(len(stored) - new)


class Poller:
    """Long-polls ``getUpdates`` raw; the offset moves only past what has been committed."""

    def __init__(self, api: BotApi, intake: Intake, failpoints: Failpoints) -> None:
        self._api = api
        self._intake = intake
        self._failpoints = failpoints
        self._offset: int | None = None
        self.heard_at: float | None = None
        """Loop time of the last answered poll, for readiness."""

    async def run(self) -> None:
        """Poll until cancelled. Never gives up: what Telegram cannot deliver now it keeps for 24 hours."""
        backoff = Backoff(first=FIRST_PAUSE, longest=LONGEST_PAUSE)
        while True:
            try:
                await self._poll_once()
            except Refused as refused:
                log.error("getUpdates is refused: %s %s", refused.status, refused.description)  # noqa: TRY400
            except (CallProblem, decoding.Undecodable) as problem:
                log.warning("getUpdates gave nothing: %s", problem)
            except Exception:
                # Most likely the database: nothing was confirmed, so nothing is lost.
                log.exception("updates could not be stored")
            else:
                backoff.reset()
                continue
            await self._renew_if_silent()
            await backoff.pause()

    async def _renew_if_silent(self) -> None:
        # Half-open sockets behind a proxy can stay silent for ever; a new session finds out.
        now = asyncio.get_running_loop().time()
        if self.heard_at is not None and now - self.heard_at > SILENT_SECONDS:
            await self._api.close()

    async def _poll_once(self) -> None:
        body = await self._ask(limit=100)
        try:
            updates, highest = decoding.split_batch(body)
        except decoding.Undecodable:
            updates, highest = await self._pass_over()
        self.heard_at = asyncio.get_running_loop().time()
        await self._intake.store_all(updates)
        self._failpoints.reach("intake.before_confirm")
        if highest is not None:
            self._offset = highest + 1
        elif updates:
            raise decoding.Undecodable("updates without an id")

    async def _pass_over(self) -> tuple[list[bytes], int | None]:
        """Fetch the batch's first update alone; keep its bytes even when they cannot be read."""
        body = await self._ask(limit=1)
        try:
            return decoding.split_batch(body)
        except decoding.Undecodable:
            found = decoding.salvage_id(body)
            if found is None:
                raise
            log.warning("update %s cannot be read and is kept as it came", found)
            return [body], found

    async def _ask(self, limit: int) -> bytes:
        parameters: dict[str, object] = {
            "limit": limit,
            "timeout": POLL_SECONDS if self.heard_at is not None else 0,  # know soon whether it works
            "allowed_updates": list(ALLOWED_UPDATES),
        }
        if self._offset is not None:
            parameters["offset"] = self._offset
        return await self._api.call_raw("getUpdates", parameters, seconds=POLL_SECONDS + 15)
