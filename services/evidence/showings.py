"""Which messages of the bot show which file of the store, so that they can be withdrawn with it."""

import datetime as dtm
from collections.abc import Collection
from dataclasses import dataclass

from models.enums import Language
from services import sql
from services.transaction import transact


@dataclass(frozen=True, slots=True)
class Showing:
    """A message that shows a file, and the language of who is in its private chat."""

    id: int
    chat: int
    message_id: int
    language: Language


async def note(chat: int, message_id: int, stored_names: Collection[str], now: dtm.datetime) -> None:
    """Note which files a message shows now, in place of those before."""

    async def work() -> None:
        await sql.execute("DELETE FROM showing WHERE chat = $1 AND message_id = $2", chat, message_id)
        for stored_name in dict.fromkeys(stored_names):
            await sql.execute(
                "INSERT INTO showing (stored_name, chat, message_id, shown_at) VALUES ($1, $2, $3, $4) "
                "ON CONFLICT (chat, message_id, stored_name) DO NOTHING",
                *(stored_name, chat, message_id, now),
            )

    await transact(work)


async def list_of(stored_name: str) -> tuple[Showing, ...]:
    """List the messages that show a file."""
    rows = await sql.look_up(
        "SELECT s.id, s.chat, s.message_id, m.language FROM showing s "
        "LEFT JOIN member m ON m.telegram_id = s.chat WHERE s.stored_name = $1 ORDER BY s.id",
        stored_name,
    )
    return tuple(
        Showing(row["id"], row["chat"], row["message_id"], Language(row["language"] or Language.CHINESE))
        for row in rows
    )


async def forget(stored_name: str) -> None:
    """Forget which messages show a file, in the caller's transaction."""
    await sql.execute("DELETE FROM showing WHERE stored_name = $1", stored_name)


async def clear() -> int:
    """Forget messages that show what no evidence points to any more; return how many."""
    return await sql.execute(
        "DELETE FROM showing WHERE NOT EXISTS "
        "(SELECT 1 FROM evidence e WHERE e.stored_name = showing.stored_name)"
    )
