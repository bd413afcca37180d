"""An office's units: their cards, their names, and new ones; how they end is in ``retirement``."""

import datetime as dtm
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from models.enums import Role
from services import sql
from services.audit import Deed, Entry
from services.core.access import Actor, Permission
from services.core.errors import PastMending, UserError
from services.core.text import as_name, fold
from services.media import media_accounts
from services.office import organisations
from services.office.names import search_key
from services.office.organisations import (
    NoUnit,
    OneUnit,
    OrganisationRef,
    Roster,
    SeveralUnits,
    UnitGone,
    UnitRef,
)
from services.transaction import transact

NAME_LENGTH = 50


class UnitNameMissing(UserError):
    """A unit's name or another one it goes by has one to fifty characters (``length``)."""


class UnitNameTaken(UserError):
    """The name means the unit ``name`` already."""


class UnitNameRetired(UserError):
    """The name is that of a unit that no longer reports (``name``), which can be restored."""


class UnitNotActive(PastMending):
    """The unit no longer reports, so only restoring it is possible (``name``)."""


@dataclass(frozen=True, slots=True)
class Alias:
    """Another name that a unit goes by."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class ListedUnit:
    """A unit as the list shows it."""

    unit: UnitRef
    reporters: int
    is_active: bool


@dataclass(frozen=True, slots=True)
class UnitCard:
    """Everything the office arranges about a unit; ``successor`` is the unit it was merged into.

    ``accounts`` counts the media accounts that it runs.
    """

    unit: UnitRef
    aliases: tuple[Alias, ...]
    reporters: int
    is_active: bool
    retired_at: dtm.datetime | None
    successor: str
    accounts: int = 0


@dataclass(frozen=True, slots=True)
class NewUnit:
    """A unit about to be added; it stands after ``after_id`` in the office's order, or (None) at the end."""

    organisation_id: int
    name: str
    division: str
    after_id: int | None


async def list_units(actor: Actor, organisation_id: int) -> tuple[OrganisationRef, tuple[ListedUnit, ...]]:
    """Give an organisation with all its units in official order, also those that no longer report."""
    actor.require(Permission.UNITS_CHANGE, organisation_id=organisation_id)
    rows = await sql.fetch(
        _LISTED + "WHERE u.organisation_id = $1 ORDER BY u.position, u.id", organisation_id
    )
    organisation = await organisations.get_organisation(organisation_id)
    return organisation, tuple(
        ListedUnit(_ref(row), int(row["reporters"]), bool(row["is_active"])) for row in rows
    )


async def get_card(actor: Actor, unit_id: int) -> UnitCard:
    """Give a unit's card; UnitGone when there is no such unit."""
    rows = await sql.fetch(_LISTED + "WHERE u.id = $1", unit_id)
    if not rows:
        raise UnitGone
    row = rows[0]
    unit = _ref(row)
    actor.require(Permission.UNITS_CHANGE, organisation_id=unit.organisation_id)
    aliases = await sql.fetch("SELECT id, name FROM unit_alias WHERE unit_id = $1 ORDER BY id", unit_id)
    return UnitCard(
        unit=unit,
        aliases=tuple(Alias(alias["id"], alias["name"]) for alias in aliases),
        reporters=int(row["reporters"]),
        is_active=bool(row["is_active"]),
        retired_at=sql.moment(row["retired_at"]),
        successor=row["successor"] or "",
        accounts=await media_accounts.count_of_units((unit_id,)),
    )


Found = OneUnit | SeveralUnits | NoUnit


async def find(actor: Actor, organisation_id: int, text: str, roster: Roster) -> Found:
    """Find the unit somebody of the office means, one that no longer reports by its own name only."""
    actor.require(Permission.UNITS_CHANGE, organisation_id=organisation_id)
    meant, nearest = roster.meant_by(text)
    if meant:
        return OneUnit(meant[0]) if len(meant) == 1 else SeveralUnits(meant)
    rows = await sql.fetch(
        _LISTED + "WHERE u.organisation_id = $1 AND NOT u.is_active ORDER BY u.id", organisation_id
    )
    retired = tuple(_ref(row) for row in rows if _likeness(row["name"]) == _likeness(text))
    if retired:
        return OneUnit(retired[0]) if len(retired) == 1 else SeveralUnits(retired)
    return NoUnit(text, nearest)


async def require_free(actor: Actor, organisation_id: int, text: str, but: int | None = None) -> str:
    """Give a name as it will be written, if it means no unit but ``but``.

    Raises:
        UnitNameMissing, UnitNameTaken, UnitNameRetired: it cannot be one.
    """
    actor.require(Permission.UNITS_CHANGE, organisation_id=organisation_id)
    name = as_name(text)
    if not 0 < len(name) <= NAME_LENGTH or not fold(name):
        raise UnitNameMissing(length=NAME_LENGTH)
    rows = await sql.fetch(
        "SELECT u.id, u.name, u.is_active, u.name AS known FROM unit u WHERE u.organisation_id = $1 "
        "UNION ALL SELECT u.id, u.name, u.is_active, a.name FROM unit_alias a "
        "JOIN unit u ON u.id = a.unit_id WHERE u.organisation_id = $1 AND u.is_active",
        organisation_id,
    )
    for row in rows:
        if row["id"] != but and _likeness(row["known"]) == _likeness(name):
            raise (UnitNameTaken if row["is_active"] else UnitNameRetired)(name=row["name"])
    return name


async def add(actor: Actor, new: NewUnit, deed: Deed) -> UnitCard:
    """Add a unit that owes nothing yet.

    Making room moves those behind it by one; the order and the printed numbers stay as they are.
    """

    async def work() -> UnitCard:
        await touch(actor, new.organisation_id)
        name = await require_free(actor, new.organisation_id, new.name)
        position = await _make_room(new)
        rows = await sql.fetch(
            "INSERT INTO unit "
            "(organisation_id, name, division, position, printed_number, search_key, is_active) "
            "VALUES ($1, $2, $3, $4, '', $5, TRUE) RETURNING id",
            new.organisation_id,
            name,
            as_name(new.division)[:NAME_LENGTH],
            position,
            search_key(name),
        )
        unit_id = int(rows[0]["id"])
        await deed.record(Entry("unit.add", f"unit/{unit_id}", after=name), new.organisation_id)
        return await get_card(actor, unit_id)

    return await transact(work)


async def rename(actor: Actor, unit_id: int, text: str, deed: Deed, *, keeps_old: bool) -> UnitCard:
    """Give a unit another name; with ``keeps_old`` the old one goes on meaning it."""

    async def change(before: UnitCard) -> Entry | None:
        unit = before.unit
        name = await require_free(actor, unit.organisation_id, text, but=unit_id)
        if name == unit.name:
            return None
        await sql.execute(
            "UPDATE unit SET name = $1, search_key = $2 WHERE id = $3", name, search_key(name), unit_id
        )
        await sql.execute("DELETE FROM unit_alias WHERE unit_id = $1 AND name = $2", unit_id, name)
        if keeps_old:
            await _add_alias(unit_id, unit.name)
        return Entry("unit.rename", f"unit/{unit_id}", unit.name, name)

    return await change_active(actor, unit_id, deed, change)


async def add_alias(actor: Actor, unit_id: int, text: str, roster: Roster, deed: Deed) -> UnitCard:
    """Let a unit go by another name too.

    Raises:
        UnitNameTaken: it means another unit, be it only as a short form or its initials (``roster``).
    """

    async def change(before: UnitCard) -> Entry | None:
        alias = await require_free(actor, before.unit.organisation_id, text, but=unit_id)
        meant, _ = roster.meant_by(alias)
        if meant and unit_id not in {each.id for each in meant}:
            raise UnitNameTaken(name=meant[0].name)
        if alias == before.unit.name or not await _add_alias(unit_id, alias):
            return None
        return Entry("unit.alias_add", f"unit/{unit_id}", after=alias)

    return await change_active(actor, unit_id, deed, change)


async def remove_alias(actor: Actor, unit_id: int, alias_id: int, deed: Deed) -> UnitCard:
    """Let a unit go by a name no more; one that is gone already is no matter."""

    async def change(_: UnitCard) -> Entry | None:
        gone = await sql.fetch(
            "DELETE FROM unit_alias WHERE id = $1 AND unit_id = $2 RETURNING name", alias_id, unit_id
        )
        return Entry("unit.alias_remove", f"unit/{unit_id}", gone[0]["name"]) if gone else None

    return await change_active(actor, unit_id, deed, change)


Change = Callable[[UnitCard], Awaitable[Entry | None]]


async def change_active(actor: Actor, unit_id: int, deed: Deed, change: Change) -> UnitCard:
    """Change a unit that reports, and record what ``change`` says of it; None is that nothing was changed.

    Raises:
        UnitNotActive: it no longer reports.
    """

    async def work() -> UnitCard:
        before = await get_card(actor, unit_id)
        await touch(actor, before.unit.organisation_id)
        before = await get_card(actor, unit_id)  # as it is now that nobody else changes it
        if not before.is_active:
            raise UnitNotActive(name=before.unit.name)
        entry = await change(before)
        if entry is not None:
            await deed.record(entry, before.unit.organisation_id)
        return await get_card(actor, unit_id)

    return await transact(work)


async def touch(actor: Actor, organisation_id: int) -> None:
    """Note that an organisation's units change; until the transaction ends nobody else changes them."""
    actor.require(Permission.UNITS_CHANGE, organisation_id=organisation_id)
    await sql.execute("UPDATE organisation SET version = version + 1 WHERE id = $1", organisation_id)


_LISTED = (
    "SELECT u.id, u.organisation_id, o.name AS organisation, u.name, u.position, u.division, u.is_active, "
    "u.retired_at, s.name AS successor, (SELECT COUNT(*) FROM binding b WHERE b.unit_id = u.id "
    f"AND b.role = '{Role.REPORTER.value}') AS reporters "
    "FROM unit u JOIN organisation o ON o.id = u.organisation_id LEFT JOIN unit s ON s.id = u.merged_into_id "
)


def _ref(row: dict[str, Any]) -> UnitRef:
    return UnitRef(
        row["id"],
        row["organisation_id"],
        row["organisation"],
        row["name"],
        row["position"],
        row["division"],
    )


def _likeness(name: str) -> str:
    """Reduce a name to what tells units apart: 市公安局 and 公安局 are one, 白桥镇 and 白桥乡 are two."""
    return search_key(name) or fold(name)


async def _make_room(new: NewUnit) -> int:
    """Give the position of a new unit, free of any other."""
    rows = await sql.fetch(
        "SELECT MAX(position) AS last, MAX(CASE WHEN id = $2 THEN position END) AS before FROM unit "
        "WHERE organisation_id = $1",
        new.organisation_id,
        new.after_id,
    )
    if new.after_id is None or rows[0]["before"] is None:
        return int(rows[0]["last"] or 0) + 1
    position = int(rows[0]["before"]) + 1
    await sql.execute(
        "UPDATE unit SET position = position + 1 WHERE organisation_id = $1 AND position >= $2",
        new.organisation_id,
        position,
    )
    return position


async def _add_alias(unit_id: int, name: str) -> bool:
    added = await sql.fetch(
        "INSERT INTO unit_alias (unit_id, name) VALUES ($1, $2) ON CONFLICT (unit_id, name) DO NOTHING "
        "RETURNING id",
        unit_id,
        name,
    )
    return bool(added)
