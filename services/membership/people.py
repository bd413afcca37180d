"""People of an organisation: who is what, since when, and who is not any more."""

import datetime as dtm
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from models.enums import Role
from services import audit, sql
from services.audit import Deed
from services.core.access import Actor, Permission
from services.core.errors import UserError
from services.membership import members
from services.membership.seats import end_invitations_by, require_another_administrator
from services.office import organisations
from services.office.organisations import OrganisationRef
from services.transaction import transact


class PersonGone(UserError):
    """The person is nothing in this organisation any more."""


@dataclass(frozen=True, slots=True)
class Staffing:
    """How an organisation's units are staffed: all, those without a reporter, and unused invitations."""

    units: int
    unstaffed: int
    opened: int


@dataclass(frozen=True, slots=True)
class Held:
    """A role that a person has, with its unit ("" for none)."""

    binding_id: int
    role: Role
    unit: str
    unit_id: int | None
    bound_at: dtm.datetime


@dataclass(frozen=True, slots=True)
class Person:
    """A person as an organisation's office sees them."""

    member_id: int
    name: str
    held: tuple[Held, ...]


async def list_administered(actor: Actor) -> tuple[OrganisationRef, ...]:
    """List the organisations whose people an actor manages; NotPermitted or ``why_nowhere`` for none."""
    known = await organisations.list_organisations()
    found = tuple(one for one in known if actor.may(Permission.MEMBERS_MANAGE, organisation_id=one.id))
    if not found:
        actor.require(Permission.MEMBERS_MANAGE)
    return found


async def get_administered(actor: Actor, organisation_id: int) -> OrganisationRef:
    """Give an organisation whose people an actor manages; NotPermitted or ``why_nowhere`` otherwise."""
    actor.require(Permission.MEMBERS_MANAGE, organisation_id=organisation_id)
    return await organisations.get_organisation(organisation_id)


async def count_staffing(actor: Actor, organisation_id: int, now: dtm.datetime) -> Staffing:
    """Count an organisation's units, those without a reporter, and its unused invitations."""
    actor.require(Permission.MEMBERS_MANAGE, organisation_id=organisation_id)
    rows = await sql.fetch(
        "SELECT (SELECT COUNT(*) FROM unit WHERE organisation_id = $1 AND is_active) AS units, "
        "(SELECT COUNT(*) FROM unit u WHERE u.organisation_id = $1 AND u.is_active AND NOT EXISTS "
        "(SELECT 1 FROM binding b WHERE b.unit_id = u.id AND b.role = $2)) AS unstaffed, "
        "(SELECT COUNT(*) FROM invitation WHERE organisation_id = $1 AND used_at IS NULL "
        "AND expires_at > $3) AS opened",
        organisation_id,
        Role.REPORTER.value,
        now,
    )
    return Staffing(rows[0]["units"], rows[0]["unstaffed"], rows[0]["opened"])


_HELD = (
    "SELECT b.id, b.member_id, b.role, b.unit_id, b.bound_at, u.name AS unit, m.name FROM binding b "
    "JOIN member m ON m.id = b.member_id LEFT JOIN unit u ON u.id = b.unit_id "
    "WHERE b.organisation_id = $1 "
)
_ORDER = "ORDER BY COALESCE(u.position, 0), COALESCE(u.id, 0), b.id"


async def list_people(actor: Actor, organisation_id: int, unit_id: int | None = None) -> tuple[Person, ...]:
    """List an organisation's people, or one unit's: the office first, then in official order."""
    actor.require(Permission.MEMBERS_MANAGE, organisation_id=organisation_id)
    rows = await sql.fetch(_HELD + _ORDER, organisation_id)
    people = _people(rows)
    if unit_id is None:
        return people
    return tuple(one for one in people if unit_id in {each.unit_id for each in one.held})


async def get_person(actor: Actor, organisation_id: int, member_id: int) -> Person:
    """Give one person of an organisation; PersonGone when they are nothing in it any more."""
    actor.require(Permission.MEMBERS_MANAGE, organisation_id=organisation_id)
    rows = await sql.fetch(_HELD + "AND b.member_id = $2 " + _ORDER, organisation_id, member_id)
    if not rows:
        raise PersonGone
    return _people(rows)[0]


def _people(rows: Iterable[Mapping[str, Any]]) -> tuple[Person, ...]:
    held: dict[int, list[Held]] = {}
    names: dict[int, str] = {}
    for row in rows:
        bound_at = sql.moment(row["bound_at"])
        if bound_at is None:
            raise AssertionError("a binding without its moment")
        names[row["member_id"]] = row["name"]
        held.setdefault(row["member_id"], []).append(
            Held(row["id"], Role(row["role"]), row["unit"] or "", row["unit_id"], bound_at)
        )
    return tuple(Person(member_id, names[member_id], tuple(mine)) for member_id, mine in held.items())


async def revoke(actor: Actor, binding_id: int, deed: Deed, *, has_standing_administrator: bool) -> Person:
    """Take a role from a person, and with an administrator's the links they have made; say whose it was.

    Raises:
        PersonGone: they have it no more.
        LastAdministrator: nobody else administers the organisation.
    """
    rows = await sql.fetch(
        "SELECT organisation_id, member_id, unit_id, role FROM binding WHERE id = $1", binding_id
    )
    if not rows:
        raise PersonGone
    row = rows[0]
    organisation_id, member_id, role = row["organisation_id"], row["member_id"], Role(row["role"])
    person = await get_person(actor, organisation_id, member_id)

    async def work() -> None:
        if role is Role.ADMINISTRATOR:
            await require_another_administrator(
                member_id, organisation_id, has_standing_administrator=has_standing_administrator
            )
            await end_invitations_by(member_id, organisation_id, deed)
        await members.unbind(member_id, binding_id)
        before = {"unit": row["unit_id"], "role": role.value}
        await deed.record(audit.Entry("binding.remove", f"member/{member_id}", before), organisation_id)

    await transact(work)
    return person
