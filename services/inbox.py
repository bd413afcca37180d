"""Raw updates: stored once, handed out in order, kept for a while after they are done."""

import datetime as dtm
from collections.abc import Sequence
from dataclasses import dataclass

from models.enums import InboxState
from services import sql

KEEP_DONE = dtm.timedelta(days=7)
KEEP_DEAD = dtm.timedelta(days=30)


@dataclass(frozen=True, slots=True)
class NewUpdate:
    """An update that has just arrived: ``fingerprint`` names it for ever, ``lane`` is whose turn it takes."""

    fingerprint: str
    lane: int
    body: bytes


@dataclass(frozen=True, slots=True)
class StoredUpdate:
    """An update that waits for its turn."""

    id: int
    lane: int
    body: bytes


async def store(updates: Sequence[NewUpdate], now: dtm.datetime) -> tuple[StoredUpdate | None, ...]:
    """Store updates in one commit; in their order the stored ones, None for those known already."""
    first: dict[str, NewUpdate] = {}
    for update in updates:
        first.setdefault(update.fingerprint, update)
    values: list[object] = [InboxState.NEW.value, now, ""]
    for update in first.values():
        values += [update.fingerprint, update.lane, update.body]
    rows = await sql.fetch(
        "INSERT INTO inbox (fingerprint, lane, body, state, received_at, problem) "
        f"VALUES {sql.placeholders(len(first), 3, shared=3)} "
        "ON CONFLICT (fingerprint) DO NOTHING RETURNING id, fingerprint",
        *values,
    )
    ids = {row["fingerprint"]: row["id"] for row in rows}
    stored = []
    for update in updates:
        # The first of several equal updates gets the row, the others are redeliveries.
        row_id = ids.pop(update.fingerprint, None)
        stored.append(None if row_id is None else StoredUpdate(row_id, update.lane, update.body))
    return tuple(stored)


async def list_waiting() -> tuple[StoredUpdate, ...]:
    """Return every update that has not been finished, oldest first."""
    rows = await sql.fetch(
        "SELECT id, lane, body FROM inbox WHERE state = $1 ORDER BY id", InboxState.NEW.value
    )
    return tuple(StoredUpdate(row["id"], row["lane"], bytes(row["body"])) for row in rows)


async def finish(row_ids: Sequence[int], now: dtm.datetime) -> int:
    """Mark updates as done and return how many were; nothing happens to those that are no longer new."""
    marks = ",".join(f"${n + 4}" for n in range(len(row_ids)))
    return await sql.execute(
        f"UPDATE inbox SET state = $1, finished_at = $2 WHERE state = $3 AND id IN ({marks})",
        InboxState.DONE.value,
        now,
        InboxState.NEW.value,
        *row_ids,
    )


async def bury(row_id: int, problem: str, now: dtm.datetime) -> None:
    """Set an update aside that cannot be handled; it is kept for whoever mends the cause."""
    await sql.execute(
        "UPDATE inbox SET state = $1, finished_at = $2, problem = $3 WHERE id = $4",
        InboxState.DEAD.value,
        now,
        problem[:500],
        row_id,
    )


async def count_dead_since(moment: dtm.datetime) -> int:
    """Count the updates that were set aside since ``moment``."""
    rows = await sql.fetch(
        "SELECT COUNT(*) AS n FROM inbox WHERE state = $1 AND finished_at >= $2",
        InboxState.DEAD.value,
        moment,
    )
    return int(rows[0]["n"])


async def purge(now: dtm.datetime) -> int:
    """Delete what is done for seven days or dead for thirty; return how many."""
    statement = "DELETE FROM inbox WHERE state = $1 AND finished_at < $2"
    done = await sql.execute(statement, InboxState.DONE.value, now - KEEP_DONE)
    return done + await sql.execute(statement, InboxState.DEAD.value, now - KEEP_DEAD)
