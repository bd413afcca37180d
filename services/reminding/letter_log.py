"""What became of letters: settled once, counted for the office and its bulletins."""

import datetime as dtm
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from models.enums import DueState, LetterKind, LetterPart, LetterState, OutboxState
from services import audit, sql
from services.audit import Deed
from services.core.access import Actor, Permission
from services.core.errors import UserError
from services.reminding import dues
from services.transaction import transact

OF_BULLETINS = (LetterKind.BULLETIN, LetterKind.BULLETIN_PICTURE, LetterKind.BULLETIN_FILE)
"""What a group gets of a bulletin, in this order: its text, its picture, its Word document."""

TO_GROUPS = frozenset({LetterKind.LIST, LetterKind.RANKING, *OF_BULLETINS})
"""Kinds that never go again by themselves: everybody in the group would see them twice."""


class LetterSettled(UserError):
    """What became of the list has been decided already."""


@dataclass(frozen=True, slots=True)
class LetterRow:
    """A letter as it stands."""

    id: int
    kind: LetterKind
    member_id: int | None
    group_id: int | None
    post_id: int | None
    bulletin_id: int | None
    day_on: dtm.date
    state: LetterState


@dataclass(frozen=True, slots=True)
class UnclearLetter:
    """A letter of which nobody knows whether it arrived; ``name`` is the group's or the person's."""

    id: int
    kind: LetterKind
    name: str
    day_on: dtm.date


@dataclass(frozen=True, slots=True)
class Sent:
    """How much was reminded of in a span: ``letters`` that went out, ``units`` that were told in private."""

    letters: int
    units: int


async def find(letter_id: int) -> LetterRow | None:
    """Return a letter."""
    rows = await sql.look_up(
        "SELECT id, kind, member_id, group_id, post_id, bulletin_id, day_on, state FROM letter WHERE id = $1",
        letter_id,
    )
    if not rows:
        return None
    row = rows[0]
    return LetterRow(
        row["id"],
        LetterKind(row["kind"]),
        row["member_id"],
        row["group_id"],
        row["post_id"],
        row["bulletin_id"],
        sql.get_day(row["day_on"]),
        LetterState(row["state"]),
    )


async def settle(letter_id: int, state: LetterState, now: dtm.datetime) -> None:
    """Note how sending a letter ended, and what that means for what it tells of.

    SENT and UNKNOWN settle its dues. With DEAD they stay open, for whoever is next in line. The office's copy
    settles only what nobody else is told of: the unit's own people may still turn out not to be reached.
    """

    async def work() -> None:
        if not await _note(letter_id, state, now):
            return
        if state not in {LetterState.SENT, LetterState.UNKNOWN}:
            return
        rows = await _list_lines(letter_id)
        ids = {row["due_id"] for row in rows}
        copies = ids - {row["due_id"] for row in rows if row["part"] != LetterPart.OFFICE.value}
        ids -= await list_privately_told(copies)
        if state is LetterState.SENT:
            await dues.settle(ids, DueState.SENT, now, among=(DueState.OPEN, DueState.UNKNOWN))
        else:
            await dues.settle(ids, DueState.UNKNOWN, now)

    await transact(work)


async def _note(letter_id: int, state: LetterState, now: dtm.datetime) -> bool:
    touched = await sql.execute(
        "UPDATE letter SET state = $1, settled_at = $2 WHERE id = $3 AND state = $4",
        state.value,
        now,
        letter_id,
        LetterState.WAITING.value,
    )
    return touched == 1


async def list_privately_told(due_ids: Collection[int]) -> frozenset[int]:
    """List those of some dues that stand in a letter to the unit's own people."""
    found: set[int] = set()
    for some in dues.batched(sorted(due_ids)):
        places = ", ".join(f"${number}" for number in range(3, len(some) + 3))
        rows = await sql.fetch(
            f"SELECT DISTINCT due_id FROM letter_line WHERE part IN ($1, $2) AND due_id IN ({places})",
            LetterPart.OWN.value,
            LetterPart.LEADER.value,
            *some,
        )
        found |= {row["due_id"] for row in rows}
    return frozenset(found)


async def list_told(due_ids: Collection[int]) -> dict[int, dict[int, LetterState]]:
    """Give for each of some dues the members who were told of it, or may have been."""
    found: dict[int, dict[int, LetterState]] = {each: {} for each in due_ids}
    for some in dues.batched(sorted(due_ids)):
        places = ", ".join(f"${number}" for number in range(3, len(some) + 3))
        rows = await sql.fetch(
            "SELECT l.due_id, e.member_id, e.state FROM letter_line l JOIN letter e ON e.id = l.letter_id "
            f"WHERE e.state IN ($1, $2) AND e.member_id IS NOT NULL AND l.due_id IN ({places})",
            LetterState.SENT.value,
            LetterState.UNKNOWN.value,
            *some,
        )
        for row in rows:
            found[row["due_id"]][row["member_id"]] = LetterState(row["state"])
    return found


async def keep_lines(letter_id: int, due_ids: Collection[int]) -> None:
    """Strike out what a letter does not say after all, in the caller's transaction."""
    rows = await _list_lines(letter_id)
    for due_id in sorted({row["due_id"] for row in rows} - set(due_ids)):
        await sql.execute("DELETE FROM letter_line WHERE letter_id = $1 AND due_id = $2", letter_id, due_id)


async def has_many_lines(letter_id: int) -> bool:
    """Tell whether a letter, an office's, has so many lines that they are not to be read on the loop."""
    return bool(
        await sql.look_up("SELECT 1 FROM letter_line WHERE letter_id = $1 LIMIT 1 OFFSET 50", letter_id)
    )


async def _list_lines(letter_id: int) -> list[dict[str, Any]]:
    read = sql.fetch if await has_many_lines(letter_id) else sql.look_up
    return await read("SELECT due_id, part FROM letter_line WHERE letter_id = $1", letter_id)


_UNCLEAR = (
    "FROM letter e LEFT JOIN office_group g ON g.id = e.group_id LEFT JOIN member m ON m.id = e.member_id "
    "WHERE e.state = $2 AND (EXISTS "
    "(SELECT 1 FROM letter_line l JOIN due d ON d.id = l.due_id AND d.organisation_id = $1 "
    "WHERE l.letter_id = e.id) "
    "OR e.post_id IN (SELECT p.id FROM ranking_post p WHERE p.organisation_id = $1) "
    "OR e.bulletin_id IN (SELECT b.id FROM issued_bulletin b WHERE b.organisation_id = $1))"
)


async def count_unclear(organisation_id: int) -> int:
    """Count the letters of an organisation of which nobody knows whether they arrived."""
    rows = await sql.fetch(
        f"SELECT COUNT(*) AS unclear {_UNCLEAR}", organisation_id, LetterState.UNKNOWN.value
    )
    return int(rows[0]["unclear"])


async def list_unclear(actor: Actor, organisation_id: int) -> tuple[UnclearLetter, ...]:
    """List the letters of which nobody knows whether they arrived, the latest first."""
    actor.require(Permission.REMINDERS_MANAGE, organisation_id=organisation_id)
    rows = await sql.fetch(
        f"SELECT e.id, e.kind, COALESCE(g.name, m.name) AS name, e.day_on {_UNCLEAR} ORDER BY e.id DESC",
        organisation_id,
        LetterState.UNKNOWN.value,
    )
    return tuple(
        UnclearLetter(row["id"], LetterKind(row["kind"]), row["name"] or "", sql.get_day(row["day_on"]))
        for row in rows
    )


async def acknowledge(actor: Actor, organisation_id: int, letter_id: int, deed: Deed) -> None:
    """Note that an unclear letter was seen to have arrived (已看到).

    Raises:
        LetterSettled: somebody has decided already.
    """
    await _decide(actor, organisation_id, letter_id, LetterState.SENT, "reminders.seen", deed)


async def send_again(actor: Actor, organisation_id: int, letter_id: int, deed: Deed) -> None:
    """Send a list or a ranking that may not have arrived once more (重发).

    Raises:
        LetterSettled: somebody has decided already.
    """

    async def work() -> None:
        known = await find(letter_id)
        if known is None or known.kind not in TO_GROUPS:  # a person's is written anew the next day
            raise LetterSettled
        await _decide(actor, organisation_id, letter_id, LetterState.WAITING, "reminders.resend", deed)
        await sql.execute(
            "UPDATE outbox SET state = $1, attempts = 0, finished_at = NULL, problem = '' "
            "WHERE dedupe_key = $2",
            OutboxState.PENDING.value,
            outbox_key(letter_id),
        )

    await transact(work)


async def _decide(
    actor: Actor, organisation_id: int, letter_id: int, state: LetterState, action: str, deed: Deed
) -> None:
    actor.require(Permission.REMINDERS_MANAGE, organisation_id=organisation_id)

    async def work() -> None:
        touched = await sql.execute(
            f"UPDATE letter SET state = $3, settled_at = $4 WHERE id = $5 AND id IN (SELECT e.id {_UNCLEAR})",
            organisation_id,
            LetterState.UNKNOWN.value,
            state.value,
            deed.now,
            letter_id,
        )
        if not touched:
            raise LetterSettled
        rows = await sql.fetch("SELECT DISTINCT due_id FROM letter_line WHERE letter_id = $1", letter_id)
        becomes = DueState.SENT if state is LetterState.SENT else DueState.OPEN
        await dues.settle({row["due_id"] for row in rows}, becomes, deed.now, among=(DueState.UNKNOWN,))
        await deed.record(audit.Entry(action, f"letter/{letter_id}"), organisation_id)

    await transact(work)


def outbox_key(letter_id: int) -> str:
    """Name a letter's row in the outbox."""
    return f"letter/{letter_id}"


async def count_sent(organisation_id: int, first_on: dtm.date, last_on: dtm.date) -> Sent:
    """Count what was reminded of from one day through another, as a bulletin may quote it."""
    rows = await sql.fetch(
        "SELECT COUNT(DISTINCT e.id) AS letters, COUNT(DISTINCT d.unit_id) AS units FROM letter e "
        "JOIN letter_line l ON l.letter_id = e.id AND l.part IN ($4, $5) "
        "JOIN due d ON d.id = l.due_id AND d.organisation_id = $1 "
        "WHERE e.state = $6 AND e.day_on >= $2 AND e.day_on <= $3",
        organisation_id,
        first_on,
        last_on,
        LetterPart.OWN.value,
        LetterPart.LEADER.value,
        LetterState.SENT.value,
    )
    return Sent(int(rows[0]["letters"]), int(rows[0]["units"]))
