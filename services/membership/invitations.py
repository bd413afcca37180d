"""Invitations: who may come in, to which unit and role, by which link and until when."""

import datetime as dtm
from collections.abc import Iterable
from dataclasses import dataclass

from models.enums import Role
from services import sql
from services.audit import Deed
from services.core.access import Actor, Permission
from services.core.codes import Codes
from services.core.errors import PastMending
from services.membership.seats import LIFETIME, Seat, add_invitation, end_invitation, seat_of
from services.office import organisations
from services.transaction import transact


class InvitationGone(PastMending):
    """The invitation was used, revoked, or has expired meanwhile."""


class BindingGone(PastMending):
    """The person has not that role any more."""


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation to pass on: ``nonce`` makes its link at sending, ``replaces`` names a predecessor."""

    id: int
    nonce: str
    seat: Seat
    expires_at: dtm.datetime
    replaces: str = ""


class Invitations:
    """Makes invitations, and gives their links again as long as nobody has used them."""

    def __init__(self, codes: Codes) -> None:
        self._codes = codes

    async def invite(
        self, actor: Actor, organisation_id: int, unit_id: int | None, role: Role, deed: Deed
    ) -> Invited:
        """Make an invitation for one person, good for seven days; UnitNeeded and UnitGone as ``seat_of``."""
        actor.require(Permission.MEMBERS_MANAGE, organisation_id=organisation_id)
        (made,) = await self._make([await seat_of(organisation_id, unit_id, role)], deed)
        return made

    async def invite_reporters(
        self, actor: Actor, organisation_id: int, deed: Deed, *, everywhere: bool
    ) -> tuple[Invited, ...]:
        """Give one invitation for each unit without a reporter, or for each unit, in official order.

        An unused one of a unit is given again rather than a second one made.
        """
        actor.require(Permission.MEMBERS_MANAGE, organisation_id=organisation_id)
        organisation = await organisations.get_organisation(organisation_id)
        staffed = set() if everywhere else await _staffed(organisation_id)
        wanted = [unit for unit in await organisations.list_units(organisation_id) if unit.id not in staffed]
        given = {
            one.seat.unit: one
            for one in reversed(await self.list_open(actor, organisation_id, deed.now))
            if one.seat.role is Role.REPORTER and not one.replaces
        }
        missing = [Seat(Role.REPORTER, organisation, unit) for unit in wanted if unit not in given]
        given |= {one.seat.unit: one for one in await self._make(missing, deed)}
        return tuple(given[unit] for unit in wanted)

    async def hand_over(self, actor: Actor, binding_id: int, deed: Deed) -> Invited:
        """Make an invitation whose acceptance ends a binding, so that its work passes on in one step.

        Raises:
            BindingGone: its holder has not that role any more.
        """
        rows = await sql.fetch(
            "SELECT b.organisation_id, b.unit_id, b.role, m.name FROM binding b "
            "JOIN member m ON m.id = b.member_id WHERE b.id = $1",
            binding_id,
        )
        if not rows:
            raise BindingGone
        row = rows[0]
        actor.require(Permission.MEMBERS_MANAGE, organisation_id=row["organisation_id"])
        seat = await seat_of(row["organisation_id"], row["unit_id"], Role(row["role"]))
        (made,) = await self._make([seat], deed, successor_of=binding_id, replaces=row["name"])
        return made

    async def list_open(self, actor: Actor, organisation_id: int, now: dtm.datetime) -> tuple[Invited, ...]:
        """List an organisation's unused invitations, in the order of their units.

        Left out are those of units that no longer report, and those made under another token, whose links
        nobody can make again.
        """
        actor.require(Permission.MEMBERS_MANAGE, organisation_id=organisation_id)
        rows = await sql.fetch(
            "SELECT i.id, i.nonce, i.code_hash, i.unit_id, i.role, i.expires_at, m.name AS replaces "
            "FROM invitation i LEFT JOIN unit u ON u.id = i.unit_id "
            "LEFT JOIN binding b ON b.id = i.successor_of_id LEFT JOIN member m ON m.id = b.member_id "
            "WHERE i.organisation_id = $1 AND i.used_at IS NULL AND i.expires_at > $2 "
            "ORDER BY COALESCE(u.position, 0), i.id",
            organisation_id,
            now,
        )
        organisation = await organisations.get_organisation(organisation_id)
        units = {unit.id: unit for unit in await organisations.list_units(organisation_id)}
        return tuple(
            Invited(
                row["id"],
                row["nonce"],
                Seat(Role(row["role"]), organisation, units.get(row["unit_id"])),
                sql.moment(row["expires_at"]) or now,
                row["replaces"] or "",
            )
            for row in rows
            if row["code_hash"] == self._codes.code_hash(row["nonce"])
            and (row["unit_id"] is None or row["unit_id"] in units)
        )

    async def revoke(self, actor: Actor, invitation_id: int, deed: Deed) -> Seat:
        """Make an unused invitation worthless and say what it was for.

        Raises:
            InvitationGone: it was used, or is worthless already.
        """
        rows = await sql.fetch(
            "SELECT organisation_id, unit_id, role FROM invitation "
            "WHERE id = $1 AND organisation_id IS NOT NULL",
            invitation_id,
        )
        if not rows:
            raise InvitationGone
        row = rows[0]
        actor.require(Permission.MEMBERS_MANAGE, organisation_id=row["organisation_id"])
        seat = await seat_of(row["organisation_id"], row["unit_id"], Role(row["role"]))

        async def work() -> None:
            if not await end_invitation(invitation_id, deed, seat.organisation.id):
                raise InvitationGone

        await transact(work)
        return seat

    async def _make(
        self, seats: Iterable[Seat], deed: Deed, *, successor_of: int | None = None, replaces: str = ""
    ) -> tuple[Invited, ...]:
        async def work() -> tuple[Invited, ...]:
            made = []
            for seat in seats:
                row_id, nonce = await add_invitation(self._codes, seat, deed, successor_of=successor_of)
                made.append(Invited(row_id, nonce, seat, deed.now + LIFETIME, replaces))
            return tuple(made)

        return await transact(work)


async def _staffed(organisation_id: int) -> set[int]:
    rows = await sql.fetch(
        "SELECT DISTINCT unit_id FROM binding WHERE organisation_id = $1 AND role = $2",
        organisation_id,
        Role.REPORTER.value,
    )
    return {row["unit_id"] for row in rows}
