"""Reads what the bot left behind, from either database."""

import json
from collections import Counter
from typing import Any

from bot.database import opened
from services import sql
from services.facts import ledger
from tests.prove.crowd import Crowd
from tests.prove.model import Audit, Evidence, Fact


async def gather(crowd: Crowd) -> Evidence:
    """Read database and sandbox after the last run; the bot must not be running."""
    queue = await crowd.town.get("queue")
    async with opened(crowd.town.database):
        audit = await _audit()
        facts = await _facts()
        untrue = await ledger.rebuild()
        members = await sql.fetch("SELECT telegram_id, language FROM member")
        inbox = await _inbox()
        repeats = await sql.fetch(
            "SELECT chat, SUM(attempts - 1) AS n FROM outbox WHERE attempts > 1 GROUP BY chat"
        )
        unknown = await sql.fetch("SELECT COUNT(*) AS n FROM outbox WHERE state <> $1", "sent")
    return Evidence(
        languages={row["telegram_id"]: row["language"] for row in members if row["language"]},
        audit=audit,
        facts=facts,
        untrue=len(untrue),
        inbox=inbox,
        repeats={row["chat"]: int(row["n"]) for row in repeats},
        unknown=int(unknown[0]["n"]),
        confirmed=queue["confirmed_ids"],
        waiting=queue["pending_ids"] + queue["expired_ids"],
        calls=crowd.calls,
    )


async def _audit() -> Counter[Audit]:
    rows = await sql.fetch(
        "SELECT m.telegram_id, a.member_id, a.before, a.after, a.source FROM audit_entry a "
        "JOIN member m ON m.id = a.member_id WHERE a.action = 'member.language'"
    )
    return Counter(
        (row["telegram_id"], _plain(row["before"]), _plain(row["after"]), _source(row)) for row in rows
    )


async def _facts() -> Counter[Fact]:
    rows = await sql.fetch(
        "SELECT m.telegram_id, s.member_id, s.source, s.count FROM submission s "
        "JOIN member m ON m.id = s.member_id"
    )
    return Counter((_source(row), int(row["count"])) for row in rows)


def _source(row: dict[str, Any]) -> str:
    """Name the message as the chat does, in which a private chat has the person's own id."""
    source: str = row["source"]
    return source.replace(f"message/m{row['member_id']}/", f"message/{row['telegram_id']}/")


async def _inbox() -> dict[int, str]:
    rows = await sql.fetch("SELECT body, state FROM inbox")
    return {json.loads(bytes(row["body"]))["update_id"]: row["state"] for row in rows}


def _plain(value: Any) -> str:
    """Return a stored JSON text; PostgreSQL's driver may have read it already."""
    return str(json.loads(value)) if isinstance(value, str) and value.startswith('"') else str(value)
