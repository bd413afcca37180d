"""Figures that an office states for its bulletins, and the numbers its bulletins bear."""

from collections.abc import Mapping
from dataclasses import dataclass

from models.enums import BulletinKind
from services import audit, sql
from services.audit import Deed
from services.core.access import Actor, Permission
from services.core.composing import IssueNumber
from services.core.errors import UserError
from services.core.quarter import AnyPeriod
from services.core.stated import Stated
from services.transaction import transact


class IssueNumberTaken(UserError):
    """Bulletins of this kind have come to ``number`` (or ``total``) already: the next is a higher one."""


@dataclass(frozen=True, slots=True)
class StatedChange:
    """What a figure was before (None: not stated) and is now (None: not stated any more)."""

    name: str
    before: Stated | None
    after: Stated | None


async def read_sheet(organisation_id: int) -> dict[tuple[str, str], Stated]:
    """Give everything an organisation ever stated, by name and period."""
    rows = await sql.fetch(
        "SELECT name, period, value, names FROM stated_figure WHERE organisation_id = $1", organisation_id
    )
    return {(row["name"], row["period"]): _stated(row["value"], row["names"]) for row in rows}


def _stated(value: int | None, names: str) -> Stated:
    return Stated(value, tuple(names.splitlines()))


async def state_figures(
    actor: Actor, organisation_id: int, period: AnyPeriod, figures: Mapping[str, Stated], deed: Deed
) -> tuple[StatedChange, ...]:
    """State figures for a period; give what each was before. One that stays as it is leaves no entry."""
    actor.require(Permission.BULLETINS_ISSUE, organisation_id=organisation_id)

    async def work() -> tuple[StatedChange, ...]:
        changes = []
        for name, stated in figures.items():
            before = await _find(organisation_id, period, name)
            await sql.execute(
                "INSERT INTO stated_figure (organisation_id, period, name, value, names) "
                "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (organisation_id, period, name) "
                "DO UPDATE SET value = excluded.value, names = excluded.names",
                *(organisation_id, str(period), name, stated.value, "\n".join(stated.names)),
            )
            change = StatedChange(name, before, stated)
            await _record(organisation_id, period, change, deed)
            changes.append(change)
        return tuple(changes)

    return await transact(work)


async def drop_figure(
    actor: Actor, organisation_id: int, period: AnyPeriod, name: str, deed: Deed
) -> StatedChange:
    """State a figure no longer: what is counted holds again, and what is not counted is missing."""
    actor.require(Permission.BULLETINS_ISSUE, organisation_id=organisation_id)

    async def work() -> StatedChange:
        change = StatedChange(name, await _find(organisation_id, period, name), None)
        await sql.execute(
            "DELETE FROM stated_figure WHERE organisation_id = $1 AND period = $2 AND name = $3",
            *(organisation_id, str(period), name),
        )
        await _record(organisation_id, period, change, deed)
        return change

    return await transact(work)


async def _find(organisation_id: int, period: AnyPeriod, name: str) -> Stated | None:
    rows = await sql.fetch(
        "SELECT value, names FROM stated_figure WHERE organisation_id = $1 AND period = $2 AND name = $3",
        *(organisation_id, str(period), name),
    )
    return _stated(rows[0]["value"], rows[0]["names"]) if rows else None


async def _record(organisation_id: int, period: AnyPeriod, change: StatedChange, deed: Deed) -> None:
    if change.before == change.after:
        return
    action = "bulletin.state" if change.after is not None else "bulletin.unstate"
    entry = audit.Entry(action, f"figure/{period}/{change.name}", _told(change.before), _told(change.after))
    await deed.record(entry, organisation_id)


def _told(stated: Stated | None) -> object:
    if stated is None:
        return None
    return "、".join(stated.names) if stated.value is None else stated.value


async def read_next_number(organisation_id: int, kind: BulletinKind, year: int) -> IssueNumber:
    """Give the number that the next bulletin of a kind and year bears; 0 where they bear none.

    Monthly ones are numbered within their year from the beginning; whatever else, an office says.
    """
    rows = await sql.fetch(
        "SELECT is_numbered, year, number_before, total_before FROM bulletin_numbering "
        "WHERE organisation_id = $1 AND kind = $2",
        *(organisation_id, kind.value),
    )
    known = rows[0] if rows else None
    if not (known["is_numbered"] if known else kind is BulletinKind.MONTHLY):
        return IssueNumber()
    issued = await _last_number(organisation_id, kind, year)
    before = known["number_before"] if known and known["year"] == year else 0
    total_before = known["total_before"] if known else None
    total = 0 if total_before is None and not issued.total else max(total_before or 0, issued.total) + 1
    return IssueNumber(max(before, issued.number) + 1, total)


async def is_unnumbered(organisation_id: int, kind: BulletinKind) -> bool:
    """Tell whether a kind of bulletin was never issued here and nobody has said how it is numbered."""
    rows = await sql.fetch(
        "SELECT 1 FROM bulletin_numbering WHERE organisation_id = $1 AND kind = $2 "
        "UNION ALL SELECT 1 FROM issued_bulletin WHERE organisation_id = $1 AND kind = $2",
        *(organisation_id, kind.value),
    )
    return not rows


async def _last_number(organisation_id: int, kind: BulletinKind, year: int) -> IssueNumber:
    rows = await sql.fetch(
        "SELECT MAX(CASE WHEN year = $3 THEN number END) AS number, MAX(total_number) AS total "
        "FROM issued_bulletin WHERE organisation_id = $1 AND kind = $2",
        *(organisation_id, kind.value, year),
    )
    return IssueNumber(int(rows[0]["number"] or 0), int(rows[0]["total"] or 0))


async def state_number(
    actor: Actor, organisation_id: int, kind: BulletinKind, year: int, number: IssueNumber, deed: Deed
) -> IssueNumber:
    """Say which number the next bulletin of a kind and year bears (0: none); give what it was before.

    Raises:
        IssueNumberTaken: that many have been issued already.
    """
    actor.require(Permission.BULLETINS_ISSUE, organisation_id=organisation_id)

    async def work() -> IssueNumber:
        before = await read_next_number(organisation_id, kind, year)
        issued = await _last_number(organisation_id, kind, year)
        is_late = number.number and number.number <= issued.number
        if is_late or (number.total and number.total <= issued.total):
            raise IssueNumberTaken(number=issued.number, total=issued.total)
        await sql.execute(
            "INSERT INTO bulletin_numbering "
            "(organisation_id, kind, is_numbered, year, number_before, total_before) "
            "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (organisation_id, kind) DO UPDATE SET "
            "is_numbered = excluded.is_numbered, year = excluded.year, "
            "number_before = excluded.number_before, total_before = excluded.total_before",
            *(organisation_id, kind.value, number.number > 0, year, max(number.number - 1, 0)),
            number.total - 1 if number.total else None,
        )
        if number != before:
            entry = audit.Entry(
                "bulletin.number", f"numbering/{kind.value}/{year}", *map(_spelt, (before, number))
            )
            await deed.record(entry, organisation_id)
        return before

    return await transact(work)


def _spelt(number: IssueNumber) -> dict[str, int]:
    return {"number": number.number, "total": number.total}
