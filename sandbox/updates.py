"""The bot's updates: one numbered queue, confirmed by offset or by 2xx, expiring by the virtual clock."""

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson

from sandbox.clock import Clock
from sandbox.errors import ApiError
from sandbox.store import Store

DAY = 86_400
CALLBACK_SECONDS = 150
ASKED_FOR_ONLY = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
CONFLICT_SPACING = 3.0
FUTURE_TOLERANCE = 10
MALFORMED = "malformed"
OTHER_POLL = (
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
)
WEBHOOK_SET = "Conflict: terminated by setWebhook request"
WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first"
)
WAITING = "state IN ('pending', 'again')"


@dataclass(frozen=True, slots=True)
class Update:
    """An update waiting for the bot; `body` is the JSON text it gets."""

    update_id: int
    lane: str
    expires_at: int
    body: bytes


class Updates:
    """The queue and its one reader."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        first = 100_000_000 + secrets.randbelow(100_000_000)
        self.last_id = store.highest("SELECT MAX(update_id) FROM update_queue") or first
        self.on_new: Callable[[], None] = lambda: None
        self._poll: asyncio.Future[str | None] | None = None
        self._conflict_free_at = 0.0
        self._fresh = False

    def wants(self, kind: str) -> bool:
        """Tell whether the bot asked for a kind of update (the last `allowed_updates` it gave)."""
        allowed = self._store.setting("allowed_updates", [])
        return kind in allowed if allowed else kind not in ASKED_FOR_ONLY

    def remember_allowed(self, allowed: list[str] | None) -> None:
        """Keep what the bot asked for; an absent list changes nothing, an empty one means the default."""
        if allowed is not None and allowed != self._store.setting("allowed_updates", []):
            self._store.keep("allowed_updates", allowed)

    def add(self, kind: str, content: dict[str, Any], lane: str, seconds: int = DAY) -> int | None:
        """Queue an update unless the bot does not want its kind; it expires `seconds` (virtual) from now."""
        if not self.wants(kind):
            return None
        update_id = self.last_id + 1
        body = orjson.dumps({"update_id": update_id, kind: content})
        return self.put(Update(update_id, lane, self._clock.unix() + seconds, body), kind)

    def put(self, update: Update, kind: str) -> int:
        """Queue an update as it is, without asking whether it is wanted; a known id is delivered again."""
        known = update.update_id <= self.last_id
        self.last_id = max(self.last_id, update.update_id)
        self._store.write(
            "INSERT OR REPLACE INTO update_queue VALUES (?, ?, ?, ?, ?, ?)",
            update.update_id, "again" if known else "pending", kind, update.lane,
            update.expires_at, update.body,
        )  # fmt: skip
        self._fresh = True
        return update.update_id

    def again(self, update_ids: list[int]) -> list[int]:
        """Deliver known updates once more, whatever the offset says; return those that exist."""
        marks = ",".join("?" * len(update_ids))
        found = self._store.rows(
            f"SELECT update_id FROM update_queue WHERE update_id IN ({marks})", *update_ids
        )
        for (update_id,) in found:
            self._store.write(
                "UPDATE update_queue SET state = 'again', expires_at = MAX(expires_at, ?)"
                " WHERE update_id = ?",
                self._clock.unix() + DAY, update_id,
            )  # fmt: skip
        self._fresh = True
        return [row[0] for row in found]

    def pending(self, after: int = 0, limit: int = 100) -> list[Update]:
        """Return waiting updates in order, the expired ones dropped."""
        self._store.write(
            f"UPDATE update_queue SET state = 'expired' WHERE {WAITING} AND expires_at < ?",
            self._clock.unix(),
        )
        rows = self._store.rows(
            "SELECT update_id, lane, expires_at, body FROM update_queue"
            f" WHERE {WAITING} AND update_id > ? ORDER BY update_id LIMIT ?",
            after, limit,
        )  # fmt: skip
        return [Update(*row) for row in rows]

    def unseen(self, after: int) -> list[Update]:
        """Return all that waits above an id, and what is to be delivered again below it."""
        rows = self._store.rows(
            "SELECT update_id, lane, expires_at, body FROM update_queue"
            f" WHERE {WAITING} AND (update_id > ? OR state = 'again') ORDER BY update_id",
            after,
        )
        return [Update(*row) for row in rows]

    def confirm(self, update_id: int) -> None:
        """Note that the bot has one update (its webhook answered 2xx)."""
        self._store.write("UPDATE update_queue SET state = 'confirmed' WHERE update_id = ?", update_id)

    def expire(self, update_id: int) -> None:
        """Give one update up."""
        self._store.write("UPDATE update_queue SET state = 'expired' WHERE update_id = ?", update_id)

    def drop_pending(self, keep: int = 0) -> None:
        """Forget waiting updates but the last `keep`."""
        self._store.write(
            f"UPDATE update_queue SET state = 'dropped' WHERE {WAITING} AND update_id NOT IN"
            f" (SELECT update_id FROM update_queue WHERE {WAITING} ORDER BY update_id DESC LIMIT ?)",
            keep,
        )

    def pending_count(self) -> int:
        """Return how many updates wait."""
        return self._store.highest(f"SELECT COUNT(*) FROM update_queue WHERE {WAITING}")

    def ids(self, state: str, after: int) -> list[int]:
        """Return the ids in a state above `after`."""
        rows = self._store.rows(
            "SELECT update_id FROM update_queue WHERE state = ? AND update_id > ? ORDER BY update_id",
            state,
            after,
        )
        return [row[0] for row in rows]

    def announce(self) -> None:
        """After a commit: tell the reader (poll or webhook) if something new was queued."""
        if not self._fresh:
            return
        self._fresh = False
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(None)
        self.on_new()

    async def poll(self, offset: int, limit: int, seconds: int, is_gone: Callable[[], bool]) -> list[bytes]:
        """Answer one `getUpdates`: confirm below the offset, then wait up to `seconds` for something to give.

        Raises:
            ApiError: 409 when another poll or a webhook takes over while this one waits.
        """
        if offset < 0:
            self.drop_pending(keep=-offset)
        found = self._take(offset, limit)
        if found or not seconds:
            return found
        self.interrupt(OTHER_POLL)
        poll = self._poll = asyncio.get_running_loop().create_future()
        ends = asyncio.get_running_loop().time() + seconds
        try:
            while not found and (left := ends - asyncio.get_running_loop().time()) > 0:
                await asyncio.wait((poll,), timeout=left)
                if poll.done() and (conflict := poll.result()):
                    await self.space_conflicts()
                    raise ApiError(409, conflict)
                if is_gone():
                    return []
                found = self._take(offset, limit)
                if poll.done() and not found:
                    poll = self._poll = asyncio.get_running_loop().create_future()
        finally:
            if self._poll is poll:
                self._poll = None
        return found

    def _take(self, offset: int, limit: int) -> list[bytes]:
        with self._store.transaction():
            if 0 < offset <= self.last_id + FUTURE_TOLERANCE:
                self._store.write(
                    "UPDATE update_queue SET state = 'confirmed' WHERE state = 'pending' AND update_id < ?",
                    offset,
                )
            found = [one for one in self.pending(limit=limit) if not one.lane.startswith(MALFORMED)]
            if found:
                self._store.write(
                    "UPDATE update_queue SET"
                    " state = CASE WHEN update_id < ? THEN 'confirmed' ELSE 'pending' END"
                    " WHERE state = 'again' AND update_id <= ?",
                    offset, found[-1].update_id,
                )  # fmt: skip
        return [one.body for one in found]

    def interrupt(self, conflict: str) -> None:
        """End a waiting poll with a conflict."""
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(conflict)

    async def space_conflicts(self) -> None:
        """Wait as the real server does, so that two pollers do not spin: 3 s between two conflicts."""
        now = asyncio.get_running_loop().time()
        if now >= self._conflict_free_at:
            self._conflict_free_at = now + CONFLICT_SPACING
        else:
            await asyncio.sleep(CONFLICT_SPACING)
