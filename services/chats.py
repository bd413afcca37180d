"""Chats: the groups of an organisation, and whether a chat can be written to."""

import datetime as dtm
from dataclasses import dataclass

from models.enums import Language
from services import outbox, sql
from services.transaction import transact


@dataclass(frozen=True, slots=True)
class Home:
    """The organisation a group is registered for, and the language in which it is spoken to."""

    organisation_id: int
    language: Language


async def find_home(chat: int) -> Home | None:
    """Return what a group is registered for."""
    rows = await sql.look_up(
        "SELECT o.id, o.language FROM chat c JOIN organisation o ON o.id = c.organisation_id "
        "WHERE c.telegram_id = $1",
        chat,
    )
    return Home(rows[0]["id"], Language(rows[0]["language"])) if rows else None


async def find_organisation(chat: int) -> int | None:
    """Return the organisation a group is registered for."""
    rows = await sql.fetch("SELECT organisation_id FROM chat WHERE telegram_id = $1", chat)
    return rows[0]["organisation_id"] if rows else None


async def mark_unreachable(chat: int, reason: str, now: dtm.datetime) -> None:
    """Remember that a chat refused us (blocked, kicked, deleted) and why."""
    await sql.execute(
        "INSERT INTO chat (telegram_id, title, unreachable_at, unreachable_reason) VALUES ($1, '', $2, $3) "
        "ON CONFLICT (telegram_id) DO UPDATE SET unreachable_at = excluded.unreachable_at, "
        "unreachable_reason = excluded.unreachable_reason",
        chat,
        now,
        reason[:255],
    )


async def list_unreachable() -> tuple[int, ...]:
    """Return the chats that refused us and in which nobody has written since."""
    rows = await sql.fetch("SELECT telegram_id FROM chat WHERE unreachable_at IS NOT NULL")
    return tuple(row["telegram_id"] for row in rows)


async def mark_reachable(chat: int) -> None:
    """Forget that a chat refused us: somebody wrote to us in it."""
    await sql.execute(
        "UPDATE chat SET unreachable_at = NULL, unreachable_reason = '' "
        "WHERE telegram_id = $1 AND unreachable_at IS NOT NULL",
        chat,
    )


async def migrate(old: int, new: int) -> None:
    """Rebind a group that became a supergroup: its registration and its waiting messages move together.

    Telegram may tell of one migration several times, in any order: the second time finds nothing to do.
    """

    async def work() -> None:
        rows = await sql.fetch("SELECT id FROM chat WHERE telegram_id = $1", new)
        if rows:
            # The new chat may be known only because it refused us: what it is registered for comes with it.
            await sql.execute(
                "UPDATE chat SET organisation_id = COALESCE(organisation_id, "
                "(SELECT organisation_id FROM chat WHERE telegram_id = $1)) WHERE telegram_id = $2",
                old,
                new,
            )
            await _move_groups(old, new)
            await sql.execute("DELETE FROM chat WHERE telegram_id = $1", old)
        else:
            await sql.execute("UPDATE chat SET telegram_id = $1 WHERE telegram_id = $2", new, old)
        await outbox.redirect(old, new)

    await transact(work)


async def _move_groups(old: int, new: int) -> None:
    """Hang what is registered in one chat onto another; what is registered there already stays as it is."""
    await sql.execute(
        "UPDATE office_group SET chat_id = (SELECT id FROM chat WHERE telegram_id = $2) "
        "WHERE chat_id = (SELECT id FROM chat WHERE telegram_id = $1) AND topic NOT IN "
        "(SELECT g.topic FROM office_group g JOIN chat c ON c.id = g.chat_id WHERE c.telegram_id = $2)",
        old,
        new,
    )
    await sql.execute(
        "DELETE FROM office_group WHERE chat_id = (SELECT id FROM chat WHERE telegram_id = $1)", old
    )
