"""Organisations and their units: small reads, and finding a unit by its name."""

import datetime as dtm
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from services import sql
from services.core.access import Actor, Permission
from services.core.errors import PastMending
from services.office.names import Ambiguous, Found, NameEntry, NameIndex


class UnitGone(PastMending):
    """The unit that a button or a link names is not there any more."""


@dataclass(frozen=True, slots=True)
class OrganisationRef:
    """An organisation as answers name it; ``year`` is the year its quotas are for."""

    id: int
    name: str
    year: int


@dataclass(frozen=True, slots=True)
class UnitRef:
    """A unit as answers name it; ``position`` is its place in the office's own order (机构序).

    ``retired_at`` is since when it no longer reports, ``successor`` the unit it was merged into.
    """

    id: int
    organisation_id: int
    organisation: str
    name: str
    position: int
    division: str
    retired_at: dtm.datetime | None = None
    successor: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a person may look at here: whole organisations, and units of their own."""

    overseen: tuple[OrganisationRef, ...]
    own: tuple[UnitRef, ...]


@dataclass(frozen=True, slots=True)
class OneUnit:
    """The text means this unit, and the person may see it."""

    unit: UnitRef


@dataclass(frozen=True, slots=True)
class SeveralUnits:
    """The text means each of these equally well; in official order."""

    units: tuple[UnitRef, ...]


@dataclass(frozen=True, slots=True)
class NoUnit:
    """The text means none clearly enough; the nearest that the person may see, the nearest first."""

    text: str
    nearest: tuple[UnitRef, ...]


@dataclass(frozen=True, slots=True)
class OtherUnit:
    """The text means a unit that is not the person's; ``own`` are theirs."""

    name: str
    own: tuple[UnitRef, ...]


Match = OneUnit | SeveralUnits | NoUnit | OtherUnit


_UNITS = (
    "SELECT u.id, u.organisation_id, o.name AS organisation, u.name, u.position, u.division "
    "FROM unit u JOIN organisation o ON o.id = u.organisation_id "
)


_UNITS_EVER = (
    "SELECT u.id, u.organisation_id, o.name AS organisation, u.name, u.position, u.division, u.retired_at, "
    "s.name AS successor FROM unit u JOIN organisation o ON o.id = u.organisation_id "
    "LEFT JOIN unit s ON s.id = u.merged_into_id "
)


async def list_organisations() -> tuple[OrganisationRef, ...]:
    """List every organisation, the oldest first."""
    rows = await sql.look_up("SELECT id, name, year FROM organisation ORDER BY id")
    return tuple(OrganisationRef(**row) for row in rows)


async def list_managed(actor: Actor, permission: Permission) -> tuple[OrganisationRef, ...]:
    """List the organisations that a permission reaches as a whole, the oldest first.

    Raises:
        NotBound, NothingFounded, NotPermitted: there is none.
    """
    managed = tuple(
        each for each in await list_organisations() if actor.may(permission, organisation_id=each.id)
    )
    if not managed:
        actor.require(permission)
    return managed


async def get_organisation(organisation_id: int) -> OrganisationRef:
    """Give an organisation; LookupError when there is none."""
    rows = await sql.look_up("SELECT id, name, year FROM organisation WHERE id = $1", organisation_id)
    if not rows:
        raise LookupError(organisation_id)
    return OrganisationRef(**rows[0])


async def get_unit(unit_id: int) -> UnitRef:
    """Give a unit, also one that no longer reports; UnitGone when there is none."""
    rows = await sql.look_up(_UNITS_EVER + "WHERE u.id = $1", unit_id)
    if not rows:
        raise UnitGone
    return _ever(rows[0])


async def find_heir(unit_id: int) -> int:
    """Give the unit that stands for a unit today: the last one it was merged into, or itself."""
    seen = [unit_id]
    while rows := await sql.fetch(
        "SELECT merged_into_id FROM unit WHERE id = $1 AND merged_into_id IS NOT NULL", seen[-1]
    ):
        if rows[0]["merged_into_id"] in seen:
            break
        seen.append(rows[0]["merged_into_id"])
    return seen[-1]


async def hold(organisation_id: int) -> None:
    """Let nobody else report for an organisation until the caller's transaction ends.

    What is asked before counting (the same page, the same report) must still be so when it is counted.
    SQLite's transaction is the only writer anyway.
    """
    if sql.is_postgres():
        await sql.fetch("SELECT id FROM organisation WHERE id = $1 FOR NO KEY UPDATE", organisation_id)


async def claim_deployment(*, is_sandbox: bool) -> bool:
    """Make the database the sandbox's or the real units' at its first start; tell whether it is that kind."""
    await sql.execute(
        "INSERT INTO deployment (id, is_sandbox) VALUES (1, $1) ON CONFLICT (id) DO NOTHING", is_sandbox
    )
    rows = await sql.fetch("SELECT is_sandbox FROM deployment WHERE id = 1")
    return bool(rows[0]["is_sandbox"]) == is_sandbox


async def find_first_unit(organisation_id: int) -> UnitRef | None:
    """Give the unit that stands first in official order; None in an organisation without units."""
    rows = await sql.fetch(
        _UNITS + "WHERE u.organisation_id = $1 AND u.is_active ORDER BY u.position, u.id LIMIT 1",
        organisation_id,
    )
    return UnitRef(**rows[0]) if rows else None


async def list_units(organisation_id: int) -> tuple[UnitRef, ...]:
    """List an organisation's units that still report, in official order."""
    rows = await sql.fetch(
        _UNITS + "WHERE u.organisation_id = $1 AND u.is_active ORDER BY u.position, u.id", organisation_id
    )
    return tuple(UnitRef(**row) for row in rows)


async def list_retired(organisation_id: int) -> tuple[UnitRef, ...]:
    """List an organisation's units that no longer report, in official order."""
    rows = await sql.fetch(
        _UNITS_EVER + "WHERE u.organisation_id = $1 AND NOT u.is_active ORDER BY u.position, u.id",
        organisation_id,
    )
    return tuple(map(_ever, rows))


def _ever(row: dict[str, Any]) -> UnitRef:
    return UnitRef(
        **{**row, "retired_at": sql.moment(row["retired_at"]), "successor": row["successor"] or ""}
    )


@dataclass(frozen=True, slots=True)
class Roster:
    """An organisation's units and their names, as they stood at a version of it."""

    version: int
    units: dict[int, UnitRef]
    names: NameIndex

    def named(self, unit_ids: Iterable[int]) -> tuple[UnitRef, ...]:
        """Give units by their ids, in the order of the ids."""
        return tuple(self.units[unit_id] for unit_id in unit_ids)

    def meant_by(self, text: str) -> tuple[tuple[UnitRef, ...], tuple[UnitRef, ...]]:
        """Give the units that a text means, all equally well, and where it means none the nearest."""
        answer = self.names.find(text)
        if isinstance(answer, Found):
            return self.named([answer.unit_id]), ()
        if isinstance(answer, Ambiguous):
            return self.named(answer.unit_ids), ()
        return (), self.named(answer.nearest)


class Rosters:
    """Every organisation's roster, read again only when the organisation's version has moved on."""

    def __init__(self) -> None:
        self._kept: dict[int, Roster] = {}

    async def get(self, organisation_id: int) -> Roster:
        """Give an organisation's roster; LookupError when there is no such organisation."""
        rows = await sql.look_up("SELECT version FROM organisation WHERE id = $1", organisation_id)
        if not rows:
            raise LookupError(organisation_id)
        kept = self._kept.get(organisation_id)
        if kept is None or kept.version != rows[0]["version"]:
            kept = self._kept[organisation_id] = await _read_roster(organisation_id, rows[0]["version"])
        return kept


async def _read_roster(organisation_id: int, version: int) -> Roster:
    units = await list_units(organisation_id)
    rows = await sql.fetch(
        "SELECT a.unit_id, a.name FROM unit_alias a JOIN unit u ON u.id = a.unit_id "
        "WHERE u.organisation_id = $1 ORDER BY a.id",
        organisation_id,
    )
    return Roster(version, {unit.id: unit for unit in units}, _index(units, rows))


def _index(units: Iterable[UnitRef], aliases: Iterable[dict[str, Any]]) -> NameIndex:
    known: dict[int, list[str]] = {}
    for row in aliases:
        known.setdefault(row["unit_id"], []).append(row["name"])
    return NameIndex.build(
        NameEntry(unit.id, unit.name, tuple(known.get(unit.id, ())), unit.position) for unit in units
    )
