"""Calls to the Bot API that must be made: written with their cause, sent after the commit."""

import datetime as dtm
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models.enums import OutboxState
from services import sql

KEEP_SENT = dtm.timedelta(days=7)
KEEP_DEAD = dtm.timedelta(days=30)

ROWS_PER_STATEMENT = 500  # nine values each: below SQLite's and PostgreSQL's limit of 32,766 parameters


LETTER, LIST = "letter", "list"
"""Kinds that are written when they go: a person's letter, and a group's list."""


@dataclass(frozen=True, slots=True)
class NewCall:
    """A call to be made once: a second one under the same ``dedupe_key`` is dropped."""

    dedupe_key: str
    kind: str
    chat: int
    method: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class WaitingCall:
    """A call that has not been made, or whose outcome a crash has hidden (``was_on_wire``)."""

    id: int
    kind: str
    chat: int
    method: str
    parameters: Mapping[str, Any]
    attempts: int
    was_on_wire: bool

    @property
    def may_have_gone(self) -> bool:
        """Tell whether it was about to be made before; one that was put off since may still have been."""
        return self.attempts > 0

    @property
    def letter_id(self) -> int | None:
        """Give the letter that is written when the call is made; None of a call that is exact already."""
        return self.parameters["letter"] if self.kind in {LETTER, LIST} else None


async def enqueue(calls: Sequence[NewCall], now: dtm.datetime) -> None:
    """Write calls down, in the caller's transaction."""
    columns = "dedupe_key, kind, chat, method, parameters, state, attempts, problem, created_at"
    for start in range(0, len(calls), ROWS_PER_STATEMENT):
        some = calls[start : start + ROWS_PER_STATEMENT]
        await sql.execute(
            f"INSERT INTO outbox ({columns}) VALUES {sql.placeholders(len(some), 9)} "
            "ON CONFLICT (dedupe_key) DO NOTHING",
            *(value for call in some for value in _row(call, now)),
        )


def _row(call: NewCall, now: dtm.datetime) -> tuple[Any, ...]:
    parameters = json.dumps(dict(call.parameters), ensure_ascii=False)
    pending = OutboxState.PENDING.value
    return call.dedupe_key, call.kind, call.chat, call.method, parameters, pending, 0, "", now


async def list_waiting(chat: int, now: dtm.datetime) -> tuple[WaitingCall, ...]:
    """Return a chat's calls that are due, in order; an undue one holds back those behind it.

    A letter that waits for office hours holds nobody back.
    """
    rows = await sql.look_up(
        "SELECT id, kind, chat, method, parameters, attempts, state, not_before_at FROM outbox "
        "WHERE chat = $1 AND state IN ($2, $3) ORDER BY id",
        chat,
        OutboxState.PENDING.value,
        OutboxState.WIRE.value,
    )
    calls = []
    for row in rows:
        not_before = _moment(row["not_before_at"])
        if not_before is not None and not_before > now:
            if row["kind"] in {LETTER, LIST}:
                continue
            break
        calls.append(
            WaitingCall(
                row["id"],
                row["kind"],
                row["chat"],
                row["method"],
                _json(row["parameters"]),
                row["attempts"],
                was_on_wire=row["state"] == OutboxState.WIRE.value,
            )
        )
    return tuple(calls)


async def list_tokens(chat: int, message_id: int) -> tuple[str, ...]:
    """List the tokens of the buttons under a message that was sent, as long as its call is kept."""
    rows = await sql.look_up(
        "SELECT parameters FROM outbox WHERE state = $1 AND chat = $2 AND message_id = $3 ORDER BY id DESC",
        *(OutboxState.SENT.value, chat, message_id),
    )
    calls = [_json(row["parameters"]).get("call", {}) for row in rows]
    keyboards = [call.get("reply_markup", {}).get("inline_keyboard", []) for call in calls]
    return tuple(button["callback_data"] for keys in keyboards for row in keys for button in row)


async def list_chats_waiting(now: dtm.datetime, limit: int = 100_000) -> tuple[int, ...]:
    """Return chats that have a call due, those that wait longest first."""
    rows = await sql.fetch(
        "SELECT chat FROM outbox WHERE state IN ($1, $2) AND (not_before_at IS NULL OR not_before_at <= $3) "
        "GROUP BY chat ORDER BY MIN(id) LIMIT $4",
        OutboxState.PENDING.value,
        OutboxState.WIRE.value,
        now,
        limit,
    )
    return tuple(row["chat"] for row in rows)


async def put_on_wire(call_id: int, chat: int) -> bool:
    """Commit that the call is about to be made: from here to ``settle`` a crash hides its outcome.

    False when there is nothing to make any more: it has been settled, or has moved to another chat.
    """
    touched = await sql.execute(
        "UPDATE outbox SET state = $1, attempts = attempts + 1 "
        "WHERE id = $2 AND chat = $3 AND state IN ($4, $5)",
        OutboxState.WIRE.value,
        call_id,
        chat,
        OutboxState.PENDING.value,
        OutboxState.WIRE.value,
    )
    return touched == 1


async def write_and_put_on_wire(
    call_id: int, method: str, parameters: Mapping[str, Any], letter_id: int
) -> bool:
    """Store a letter as it is about to go, in the caller's transaction: from here on as ``put_on_wire``."""
    touched = await sql.execute(
        "UPDATE outbox SET state = $1, attempts = attempts + 1, method = $2, parameters = $3 "
        "WHERE id = $4 AND state IN ($5, $6)",
        OutboxState.WIRE.value,
        method,
        json.dumps({**parameters, "letter": letter_id}, ensure_ascii=False),
        call_id,
        OutboxState.PENDING.value,
        OutboxState.WIRE.value,
    )
    return touched == 1


async def settle(
    call_id: int, state: OutboxState, now: dtm.datetime, *, message_id: int | None = None, problem: str = ""
) -> None:
    """Commit how the call ended: sent with its message, or dead with the reason."""
    await sql.execute(
        "UPDATE outbox SET state = $1, finished_at = $2, message_id = $3, problem = $4 WHERE id = $5",
        state.value,
        now,
        message_id,
        problem[:500],
        call_id,
    )


async def hold_back(call_id: int, until: dtm.datetime) -> None:
    """Let a letter wait that may not go out now, in the caller's transaction."""
    await sql.execute(
        "UPDATE outbox SET state = $1, not_before_at = $2 WHERE id = $3",
        OutboxState.PENDING.value,
        until,
        call_id,
    )


async def postpone(call_id: int, until: dtm.datetime, problem: str) -> None:
    """Put a call off that certainly had no effect: it does not count as an attempt."""
    await sql.execute(
        "UPDATE outbox SET state = $1, not_before_at = $2, problem = $3, attempts = attempts - 1 "
        "WHERE id = $4",
        OutboxState.PENDING.value,
        until,
        problem[:500],
        call_id,
    )


async def redirect(old_chat: int, new_chat: int) -> None:
    """Address a migrated group's waiting calls to its new id, in the caller's transaction."""
    rows = await sql.fetch(
        "SELECT id, parameters FROM outbox WHERE chat = $1 AND state IN ($2, $3)",
        old_chat,
        OutboxState.PENDING.value,
        OutboxState.WIRE.value,
    )
    for row in rows:
        parameters = _json(row["parameters"])
        for variant in parameters.values():
            if isinstance(variant, dict) and variant.get("chat_id") == old_chat:
                variant["chat_id"] = new_chat
        await sql.execute(
            "UPDATE outbox SET chat = $1, parameters = $2 WHERE id = $3",
            new_chat,
            json.dumps(parameters, ensure_ascii=False),
            row["id"],
        )


async def purge(now: dtm.datetime) -> int:
    """Delete what was sent seven days ago or given up thirty days ago; return how many.

    The farewell to who had themselves forgotten goes at once: its chat is their Telegram id.
    """
    statement = "DELETE FROM outbox WHERE state = $1 AND finished_at < $2"
    sent = await sql.execute(statement, OutboxState.SENT.value, now - KEEP_SENT)
    dead = await sql.execute(statement, OutboxState.DEAD.value, now - KEEP_DEAD)
    return sent + dead + await sql.execute(_FAREWELLS, OutboxState.SENT.value, OutboxState.DEAD.value)


_FAREWELLS = """
DELETE FROM outbox WHERE kind = 'receipt' AND chat > 0 AND state IN ($1, $2)
AND NOT EXISTS (SELECT 1 FROM member WHERE member.telegram_id = outbox.chat)
"""


def _json(value: Any) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(value) if isinstance(value, str | bytes) else value
    return loaded


def _moment(value: Any) -> dtm.datetime | None:
    if isinstance(value, str):  # SQLite stores text; ours is always UTC
        return dtm.datetime.fromisoformat(value)
    moment: dtm.datetime | None = value
    return moment
