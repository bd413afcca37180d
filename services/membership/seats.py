"""Seats: what a person is invited to or bound to, and the rows of the invitations that lead there."""

import datetime as dtm
import secrets
from dataclasses import dataclass
from typing import Any

from models.enums import Role
from services import audit, sql
from services.audit import Deed
from services.core.codes import Codes
from services.core.errors import UserError
from services.office import organisations
from services.office.organisations import OrganisationRef, UnitRef

LIFETIME = dtm.timedelta(days=7)
NONCE_BYTES = 16
OFFICE = frozenset({Role.REVIEWER, Role.ADMINISTRATOR})
"""Roles of the office as a whole, never of one unit."""


class UnitNeeded(UserError):
    """A reporter reports for a unit, and none was named."""


class LastAdministrator(UserError):
    """Without this person nobody would administer the organisation (``organisation``)."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A role in an organisation, for one unit or (``unit`` None) for all of it."""

    role: Role
    organisation: OrganisationRef
    unit: UnitRef | None

    @property
    def trace(self) -> dict[str, Any]:
        """What the audit keeps of it."""
        return {"unit": self.unit.id if self.unit else None, "role": self.role.value}


async def seat_of(organisation_id: int, unit_id: int | None, role: Role) -> Seat:
    """Give a seat by its ids.

    Raises:
        UnitNeeded: a reporter of no unit.
        UnitGone: the unit is not there, or belongs to another organisation.
    """
    if role is Role.REPORTER and unit_id is None:
        raise UnitNeeded
    organisation = await organisations.get_organisation(organisation_id)
    if unit_id is None or role in OFFICE:
        return Seat(role, organisation, None)
    unit = await organisations.get_unit(unit_id)
    if unit.organisation_id != organisation_id:
        raise organisations.UnitGone
    return Seat(role, organisation, unit)


async def add_invitation(
    codes: Codes, seat: Seat | None, deed: Deed, *, successor_of: int | None = None
) -> tuple[int, str]:
    """Write an invitation to a seat, or (None) to found an organisation; return its id and nonce."""
    nonce = secrets.token_urlsafe(NONCE_BYTES)
    unit_id = seat.unit.id if seat and seat.unit else None
    rows = await sql.fetch(
        "INSERT INTO invitation (nonce, code_hash, organisation_id, unit_id, role, invited_by_id, "
        "successor_of_id, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id",
        nonce,
        codes.code_hash(nonce),
        seat.organisation.id if seat else None,
        unit_id,
        (seat.role if seat else Role.ADMINISTRATOR).value,
        deed.member_id,
        successor_of,
        deed.now,
        deed.now + LIFETIME,
    )
    row_id = int(rows[0]["id"])
    if seat is not None:
        entry = audit.Entry("invitation.make", f"invitation/{row_id}", after=seat.trace)
        await deed.record(entry, seat.organisation.id)
    return row_id, nonce


async def end_invitation(invitation_id: int, deed: Deed, organisation_id: int | None) -> bool:
    """Make an unused invitation worthless, in the caller's transaction; False when it was so already."""
    ended = await sql.execute(
        "UPDATE invitation SET expires_at = $1 WHERE id = $2 AND used_at IS NULL AND expires_at > $1",
        deed.now,
        invitation_id,
    )
    if ended:
        await deed.record(audit.Entry("invitation.revoke", f"invitation/{invitation_id}"), organisation_id)
    return bool(ended)


async def end_invitations_by(member_id: int, organisation_id: int, deed: Deed) -> None:
    """Make worthless what somebody invited to who has no say in the organisation any more."""
    rows = await sql.fetch(
        "SELECT id FROM invitation WHERE invited_by_id = $1 AND organisation_id = $2 "
        "AND used_at IS NULL AND expires_at > $3 ORDER BY id",
        member_id,
        organisation_id,
        deed.now,
    )
    for row in rows:
        await end_invitation(row["id"], deed, organisation_id)


async def require_another_administrator(
    member_id: int, organisation_id: int, *, has_standing_administrator: bool
) -> None:
    """Raise LastAdministrator unless somebody else runs the organisation, in the caller's transaction."""
    if has_standing_administrator:
        return
    await organisations.hold(organisation_id)
    others = await sql.fetch(
        "SELECT id FROM binding WHERE organisation_id = $1 AND role = $2 AND member_id <> $3 LIMIT 1",
        organisation_id,
        Role.ADMINISTRATOR.value,
        member_id,
    )
    if not others:
        organisation = await organisations.get_organisation(organisation_id)
        raise LastAdministrator(organisation=organisation.name)
