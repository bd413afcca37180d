"""What is kept about a person, told to them alone, and forgetting it."""

import datetime as dtm
import json
from dataclasses import dataclass
from typing import Any

from models.enums import InboxState, Language, LetterState, Role
from services import audit, inbox, sql
from services.audit import Deed
from services.core.access import Actor, Permission
from services.membership import members, seats
from services.membership.seats import Seat
from services.transaction import transact


@dataclass(frozen=True, slots=True)
class OwnSeat:
    """What the person is, and since when."""

    seat: Seat
    bound_at: dtm.datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """Everything that is kept about a person; ``kept_days`` is how long finished messages are."""

    member_id: int
    telegram_id: int
    name: str
    language: Language | None
    seats: tuple[OwnSeat, ...]
    reports: int
    traces: int
    invitations: int
    messages: int
    kept_days: int
    letters: int = 0
    evidence: int = 0
    leaves: tuple[tuple[dtm.date, dtm.date], ...] = ()
    reminded_from_on: dtm.date | None = None


async def read_own(actor: Actor) -> Kept | None:
    """Tell a person what is kept about them; None where there is nothing but this very message."""
    actor.require(Permission.SELF_READ)
    rows = await sql.fetch(
        "SELECT m.id, m.name, m.language, m.reminded_from_on, "
        "(SELECT COUNT(*) FROM letter WHERE member_id = m.id) AS letters, "
        "(SELECT COUNT(*) FROM submission WHERE member_id = m.id) AS reports, "
        "(SELECT COUNT(*) FROM evidence WHERE member_id = m.id) AS evidence, "
        "(SELECT COUNT(*) FROM audit_entry WHERE member_id = m.id) AS traces, "
        "(SELECT COUNT(*) FROM invitation WHERE invited_by_id = m.id) AS invitations, "
        "(SELECT COUNT(*) FROM inbox WHERE lane = m.telegram_id) AS messages "
        "FROM member m WHERE m.telegram_id = $1",
        actor.telegram_id,
    )
    if not rows:
        return None
    row = rows[0]
    return Kept(
        member_id=row["id"],
        telegram_id=actor.telegram_id,
        name=row["name"],
        language=Language(row["language"]) if row["language"] else None,
        seats=await _own_seats(row["id"]),
        reports=row["reports"],
        traces=row["traces"],
        invitations=row["invitations"],
        messages=row["messages"],
        kept_days=inbox.KEEP_DONE.days,
        letters=row["letters"],
        evidence=row["evidence"],
        leaves=await _own_leaves(row["id"]),
        reminded_from_on=sql.get_day(row["reminded_from_on"]) if row["reminded_from_on"] else None,
    )


async def _own_seats(member_id: int) -> tuple[OwnSeat, ...]:
    rows = await sql.fetch(
        "SELECT organisation_id, unit_id, role, bound_at FROM binding WHERE member_id = $1 ORDER BY id",
        member_id,
    )
    found = []
    for row in rows:
        bound_at = sql.moment(row["bound_at"])
        if bound_at is None:
            raise AssertionError("a binding without its moment")
        seat = await seats.seat_of(row["organisation_id"], row["unit_id"], Role(row["role"]))
        found.append(OwnSeat(seat, bound_at))
    return tuple(found)


async def _own_leaves(member_id: int) -> tuple[tuple[dtm.date, dtm.date], ...]:
    rows = await sql.fetch(
        "SELECT first_on, last_on FROM absence WHERE member_id = $1 ORDER BY first_on, id", member_id
    )
    return tuple((sql.get_day(row["first_on"]), sql.get_day(row["last_on"])) for row in rows)


async def require_replaceable(actor: Actor, *, has_standing_administrator: bool) -> None:
    """Raise LastAdministrator while an organisation would be left with nobody to run it."""
    actor.require(Permission.SELF_FORGET)
    rows = await sql.fetch(
        "SELECT b.organisation_id, b.member_id FROM binding b JOIN member m ON m.id = b.member_id "
        "WHERE m.telegram_id = $1 AND b.role = $2 ORDER BY b.organisation_id",
        actor.telegram_id,
        Role.ADMINISTRATOR.value,
    )
    for row in rows:
        await seats.require_another_administrator(
            row["member_id"], row["organisation_id"], has_standing_administrator=has_standing_administrator
        )


async def forget(actor: Actor, deed: Deed, *, has_standing_administrator: bool) -> None:
    """Forget a person: what they are ends, and nothing but their number is left in ledger and audit.

    What others were told of them goes with the finished messages, within ``inbox.KEEP_DONE``. Whoever comes
    back is somebody new.

    Raises:
        LastAdministrator: an organisation would be left with nobody to run it.
    """
    actor.require(Permission.SELF_FORGET)

    async def work() -> None:
        await require_replaceable(actor, has_standing_administrator=has_standing_administrator)
        member_id = await members.remember(actor.telegram_id)
        await _end_bindings(member_id, deed)
        await deed.record(audit.Entry("member.forget", f"member/{member_id}"))
        await sql.execute(
            "UPDATE member SET telegram_id = NULL, name = '', language = NULL, chosen_unit_id = NULL, "
            "is_founder = FALSE, reminded_from_on = NULL, forgotten_at = $1 WHERE id = $2",
            deed.now,
            member_id,
        )
        await _end_reminders(member_id, deed.now)
        for statement in _TRACES:
            await sql.execute(statement, actor.telegram_id)
        await _blank_updates(actor.telegram_id)

    await transact(work)


_TRACES = (
    "DELETE FROM wizard WHERE person = $1",
    "DELETE FROM button_token WHERE person = $1",
    "DELETE FROM outbox WHERE chat = $1",
    "DELETE FROM showing WHERE chat = $1",
    "DELETE FROM chat WHERE telegram_id = $1 AND organisation_id IS NULL",
)


async def _end_reminders(member_id: int, now: dtm.datetime) -> None:
    """Forget when the person was away, and let go what waits for them: the next in line hears of it."""
    await sql.execute("UPDATE absence SET stand_in_id = NULL WHERE stand_in_id = $1", member_id)
    await sql.execute("DELETE FROM absence WHERE member_id = $1", member_id)
    await sql.execute(
        "UPDATE letter SET state = $1, settled_at = $2 WHERE member_id = $3 AND state = $4",
        LetterState.NEEDLESS.value,
        now,
        member_id,
        LetterState.WAITING.value,
    )


async def _end_bindings(member_id: int, deed: Deed) -> None:
    rows = await sql.fetch(
        "SELECT id, organisation_id, unit_id, role FROM binding WHERE member_id = $1 ORDER BY id", member_id
    )
    for row in rows:
        if row["role"] == Role.ADMINISTRATOR.value:
            await seats.end_invitations_by(member_id, row["organisation_id"], deed)
        await members.unbind(member_id, row["id"])
        before = {"unit": row["unit_id"], "role": row["role"]}
        entry = audit.Entry("binding.remove", f"member/{member_id}", before)
        await deed.record(entry, row["organisation_id"])


async def _blank_updates(telegram_id: int) -> None:
    """Empty the finished updates that came from the person or speak of them; that they came stays known."""
    holds = "position($1 in body) > 0" if sql.is_postgres() else "instr(body, $1) > 0"
    rows = await sql.fetch(
        f"SELECT id, lane, body FROM inbox WHERE state <> $2 AND (lane = $3 OR {holds})",
        str(telegram_id).encode(),
        InboxState.NEW.value,
        telegram_id,
    )
    for row in rows:
        if row["lane"] == telegram_id or _speaks_of(telegram_id, bytes(row["body"])):
            await sql.execute(
                "UPDATE inbox SET body = $1, lane = 0, problem = '' WHERE id = $2", b"", row["id"]
            )


def _speaks_of(telegram_id: int, body: bytes) -> bool:
    """Tell whether an update has the person in it; one that cannot be read might."""
    try:
        return _is_in(telegram_id, json.loads(body))
    except (ValueError, RecursionError):
        return True


def _is_in(telegram_id: int, value: Any) -> bool:
    if isinstance(value, dict):
        return value.get("id") == telegram_id or any(_is_in(telegram_id, part) for part in value.values())
    return isinstance(value, list) and any(_is_in(telegram_id, part) for part in value)
