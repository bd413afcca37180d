"""Questions put to a person in a chat, waiting for their next message."""

import datetime as dtm
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services import sql

PATIENCE = dtm.timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """The step that the person's next message answers."""

    step: str
    arguments: Mapping[str, Any]


async def ask(chat: int, person: int, step: str, arguments: Mapping[str, Any], now: dtm.datetime) -> None:
    """Remember a question; it takes the place of an earlier one in the same chat."""
    await sql.execute(
        "INSERT INTO wizard (chat, person, step, arguments, expires_at) VALUES ($1, $2, $3, $4, $5) "
        "ON CONFLICT (chat, person) DO UPDATE SET step = excluded.step, arguments = excluded.arguments, "
        "expires_at = excluded.expires_at",
        chat,
        person,
        step,
        json.dumps(dict(arguments), ensure_ascii=False),
        now + PATIENCE,
    )


async def find(chat: int, person: int, now: dtm.datetime) -> OpenQuestion | None:
    """Return the question that is still open, if there is one."""
    rows = await sql.look_up(
        "SELECT step, arguments FROM wizard WHERE chat = $1 AND person = $2 AND expires_at > $3",
        chat,
        person,
        now,
    )
    if not rows:
        return None
    arguments = rows[0]["arguments"]
    return OpenQuestion(rows[0]["step"], json.loads(arguments) if isinstance(arguments, str) else arguments)


async def close(chat: int, person: int) -> None:
    """Forget the question, because it was answered or the person went on to something else."""
    await sql.execute("DELETE FROM wizard WHERE chat = $1 AND person = $2", chat, person)


async def purge(now: dtm.datetime) -> int:
    """Delete questions that nobody answered in time; return how many."""
    return await sql.execute("DELETE FROM wizard WHERE expires_at < $1", now)
