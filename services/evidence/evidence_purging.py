"""Evidence deleted by an administrator (清除): the row stays, its file and what tells of it do not."""

import datetime as dtm
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from models.enums import EvidenceKind, EvidenceState, Language
from services import audit, sql
from services.audit import deed_of
from services.core.access import Actor, Permission
from services.core.errors import UserError
from services.core.occasion import Occasion
from services.core.period import Period
from services.core.text import as_prose, clean
from services.evidence import evidence_shelf
from services.evidence.evidence_shelf import ExhibitGone
from services.facts import exhibits
from services.facts.exhibits import Exhibit
from services.membership.addressees import Addressee
from services.office import organisations
from services.office.organisations import UnitRef
from services.transaction import transact

REASON_LENGTH = 200


class PurgeReasonMissing(UserError):
    """Who has evidence deleted says why, in ``length`` characters at most."""


@dataclass(frozen=True, slots=True)
class Doomed:
    """A piece of evidence about to be deleted; ``same`` counts the organisation's others of that content."""

    exhibit: Exhibit
    unit: UnitRef
    month: Period
    same: int


@dataclass(frozen=True, slots=True)
class Loss:
    """Who sent evidence that was deleted, and the report that it belonged to."""

    sender: Addressee
    unit: UnitRef
    month: Period
    opening: str


@dataclass(frozen=True, slots=True)
class Purged:
    """What was deleted; ``keeps_file`` tells that other evidence of the same content still needs the file."""

    kind: EvidenceKind
    unit: UnitRef
    month: Period
    count: int
    keeps_file: bool
    reason: str
    losses: tuple[Loss, ...]


def read_reason(text: str) -> str:
    """Give the reason for which evidence is deleted; PurgeReasonMissing for none, or one too long."""
    reason = as_prose(" ".join(clean(text).split()))
    if not 0 < len(reason) <= REASON_LENGTH:
        raise PurgeReasonMissing(length=REASON_LENGTH)
    return reason


async def look_at(actor: Actor, exhibit_id: int) -> Doomed:
    """Tell what deleting a piece of evidence would take away.

    Raises:
        ExhibitGone, NotPermitted: it is not there, or not theirs to delete.
    """
    exhibit, unit = await _find(actor, exhibit_id)
    same = len(await _same_as(exhibit, unit)) - 1
    return Doomed(exhibit, unit, await _month(exhibit), same)


async def purge(actor: Actor, exhibit_id: int, reason: str, occasion: Occasion, *, with_same: bool) -> Purged:
    """Delete a piece of evidence, or (``with_same``) all of the organisation with that very content.

    What was counted and accepted stays. The file itself goes after the commit (``list_condemned``).

    Raises:
        ExhibitGone, NotPermitted: it is not there any more, or not theirs to delete.
    """

    async def work() -> Purged:
        _, unit = await _find(actor, exhibit_id)
        await organisations.hold(unit.organisation_id)
        exhibit, unit = await _find(actor, exhibit_id)
        ids = await _same_as(exhibit, unit) if with_same else (exhibit.id,)
        losses = await _losses(ids, actor)
        for each in ids:
            subject = await _subject(each)
            entry = audit.Entry(
                "evidence.purge", subject, {"exhibit": each}, {"exhibit": each, "because": reason}
            )
            await deed_of(actor, occasion).record(entry, unit.organisation_id)
        await _blank(ids)
        keeps_file = bool(exhibit.stored_name) and await is_needed(exhibit.stored_name)
        return Purged(exhibit.kind, unit, await _month(exhibit), len(ids), keeps_file, reason, losses)

    return await transact(work)


async def list_condemned() -> tuple[tuple[int, str], ...]:
    """List the rows that were deleted and whose files may still be there: ids and names in the store."""
    rows = await sql.fetch(
        "SELECT id, stored_name FROM evidence WHERE state = $1 AND stored_name <> '' ORDER BY id",
        EvidenceState.PURGED.value,
    )
    return tuple((row["id"], row["stored_name"]) for row in rows)


async def is_needed(stored_name: str) -> bool:
    """Tell whether evidence that is kept points to a file."""
    rows = await sql.look_up(
        "SELECT 1 AS needed FROM evidence WHERE stored_name = $1 AND state <> $2 LIMIT 1",
        *(stored_name, EvidenceState.PURGED.value),
    )
    return bool(rows)


async def forget(exhibit_id: int) -> None:
    """Point no more to a file that is gone, or that belongs to others only."""
    await sql.execute(
        "UPDATE evidence SET stored_name = '' WHERE id = $1 AND state = $2",
        *(exhibit_id, EvidenceState.PURGED.value),
    )


async def purge_again(known: Collection[tuple[int, str]], now: dtm.datetime) -> int:
    """Delete anew what was deleted before an older database was put back; return how many pieces that are."""

    async def work() -> int:
        count = 0
        for exhibit_id, stored_name in known:
            rows = await sql.change(
                f"UPDATE evidence SET {_BLANK} WHERE id = $2 AND {_STORED_NAME} = $3 AND state <> $1 "
                "RETURNING (SELECT u.organisation_id FROM unit u WHERE u.id = evidence.unit_id) AS whose",
                *(EvidenceState.PURGED.value, exhibit_id, stored_name),
            )
            for row in rows:
                entry = audit.Entry("evidence.purge", f"evidence/{exhibit_id}", None, {"exhibit": exhibit_id})
                await audit.Deed(None, "restore/purged", now).record(entry, row["whose"])
            count += len(rows)
        return count

    return await transact(work)


_STORED_NAME = f"CASE WHEN kind = '{EvidenceKind.LINK.value}' THEN digest || '.link' ELSE stored_name END"
"""A link has no file: what is deleted goes by such a name into the journal, like a file that was there."""
_BLANK = (
    f"state = $1, name = '', taken_on = NULL, fingerprint = '', address = '', stored_name = {_STORED_NAME}"
)
"""``stored_name`` follows when the file is gone. The digest of what was sent stays: nothing can be seen by
it, and it proves which file was deleted to whoever still has it."""


async def _blank(ids: Sequence[int]) -> None:
    for each in ids:
        await sql.execute(f"UPDATE evidence SET {_BLANK} WHERE id = $2", EvidenceState.PURGED.value, each)


async def _find(actor: Actor, exhibit_id: int) -> tuple[Exhibit, UnitRef]:
    exhibit = await evidence_shelf.get_exhibit(actor, exhibit_id)
    unit = await organisations.get_unit(_unit_of(exhibit))
    actor.require(Permission.EVIDENCE_PURGE, organisation_id=unit.organisation_id, unit_id=unit.id)
    return exhibit, unit


def _unit_of(exhibit: Exhibit) -> int:
    if exhibit.unit_id is None:
        raise ExhibitGone
    return exhibit.unit_id


async def _same_as(exhibit: Exhibit, unit: UnitRef) -> tuple[int, ...]:
    """List what has the same content: the organisation's, and what its people sent for no report yet.

    A link is looked at alone: each report may have the same page.
    """
    if exhibit.kind is EvidenceKind.LINK:
        return (exhibit.id,)
    rows = await sql.fetch(
        "SELECT e.id FROM evidence e LEFT JOIN unit u ON u.id = e.unit_id "
        f"WHERE e.stored_name = $1 AND e.state IN {exhibits.STORED_SQL} AND (u.organisation_id = $2 "
        "OR e.unit_id IS NULL AND EXISTS "
        "(SELECT 1 FROM binding b WHERE b.member_id = e.member_id AND b.organisation_id = $2)) ORDER BY e.id",
        *(exhibit.stored_name, unit.organisation_id),
    )
    return tuple(row["id"] for row in rows)


async def _subject(exhibit_id: int) -> str:
    """Name whose evidence it was, so that its own unit's audit tells of it."""
    unit_id = (await exhibits.get(exhibit_id)).unit_id
    return f"evidence/{exhibit_id}" if unit_id is None else f"unit/{unit_id}"


async def _month(exhibit: Exhibit) -> Period:
    rows = await sql.look_up("SELECT month_on FROM evidence WHERE id = $1", exhibit.id)
    day = sql.get_day(rows[0]["month_on"])
    return Period.of_month(day.year, day.month)


async def _losses(ids: Sequence[int], actor: Actor) -> tuple[Loss, ...]:
    """List who has to hear of it, once for each report; nobody of what they deleted themselves."""
    found: dict[tuple[int, str], Loss] = {}
    for each in ids:
        for row in await sql.look_up(_SENDER, each):
            key = row["member_id"], row["opening"]
            if row["telegram_id"] is not None and row["unit_id"] is not None and key not in found:
                found[key] = await _loss(row)
    return tuple(loss for (member_id, _), loss in found.items() if member_id != actor.member_id)


async def _loss(row: dict[str, Any]) -> Loss:
    day = sql.get_day(row["month_on"])
    sender = Addressee(row["member_id"], row["telegram_id"], Language(row["language"] or Language.CHINESE))
    unit = await organisations.get_unit(row["unit_id"])
    return Loss(sender, unit, Period.of_month(day.year, day.month), row["opening"])


_SENDER = (
    "SELECT e.member_id, e.opening, e.unit_id, e.month_on, m.telegram_id, m.language "
    "FROM evidence e JOIN member m ON m.id = e.member_id WHERE e.id = $1"
)
