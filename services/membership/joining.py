"""Joining: a person opens an invitation's link, and from then on is who it says."""

import datetime as dtm
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from models.enums import Language, Role
from services import audit, sql
from services.audit import Deed
from services.core.access import Actor, Permission
from services.core.codes import hashed
from services.core.errors import UserError
from services.membership import guessing, members, seats
from services.membership.guessing import CodeUseless
from services.membership.seats import Seat
from services.transaction import transact


class CodeExposed(UserError):
    """A code was written into a group, where everybody could use it."""


@dataclass(frozen=True, slots=True)
class Known:
    """The code is good; ``is_held`` tells that the person is already what it would make them."""

    invitation_id: int
    is_held: bool


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody to be told in private: the inviter, or whose work passed on."""

    chat: int
    language: Language


@dataclass(frozen=True, slots=True)
class Joined:
    """What the person has become; a founder has no seat yet."""

    seat: Seat | None
    inviter: Told | None = None
    predecessor: Told | None = None


_BY_HASH = (
    "SELECT i.id, i.organisation_id, i.unit_id, i.role, i.used_by_id, i.used_at, i.expires_at, u.is_active "
    "FROM invitation i LEFT JOIN unit u ON u.id = i.unit_id WHERE i.code_hash = $1"
)


async def examine(actor: Actor, sealed: str, now: dtm.datetime) -> Known:
    """Look a sealed code up; what comes of it is decided before anything is written.

    Whoever opens the link again that let them in is welcome; no other used one is.

    Raises:
        CodesTooMany: the person has tried too many lately; the code is not even looked up.
        CodeUseless: wrong, expired, used and revoked alike.
    """
    actor.require(Permission.INVITATION_ACCEPT)
    await guessing.require_patience(actor.telegram_id, now, belongs=bool(actor.bindings))
    rows = await sql.fetch(_BY_HASH, hashed(sealed))
    row = rows[0] if rows else None
    if row is not None and _is_held(actor, row):
        return Known(row["id"], is_held=True)
    if row is None or not _is_open(row, now):
        await guessing.note(actor.telegram_id, now)
        raise CodeUseless
    return Known(row["id"], is_held=False)


def _is_open(row: Mapping[str, Any], now: dtm.datetime) -> bool:
    expires_at = sql.moment(row["expires_at"])
    is_timely = expires_at is not None and expires_at > now
    reports = row["unit_id"] is None or bool(row["is_active"])
    return row["used_at"] is None and is_timely and reports


def _is_held(actor: Actor, row: Mapping[str, Any]) -> bool:
    """Tell whether the person is already what the code makes, and may know that it is (or was) good."""
    if row["used_at"] is not None and row["used_by_id"] != actor.member_id:
        return False
    if row["organisation_id"] is None:
        return actor.is_founder
    return any(
        (each.organisation_id, each.unit_id, each.role)
        == (row["organisation_id"], row["unit_id"], Role(row["role"]))
        for each in actor.bindings
    )


async def accept(actor: Actor, invitation_id: int, deed: Deed) -> Joined:
    """Use an invitation up: bind the person, and end the binding of whom they succeed.

    Raises:
        CodeUseless: somebody else was quicker.
    """
    actor.require(Permission.INVITATION_ACCEPT)

    async def work() -> Joined:
        member_id = await members.remember(actor.telegram_id)
        claimed = await sql.fetch(
            "UPDATE invitation SET used_at = $1, used_by_id = $2 "
            "WHERE id = $3 AND used_at IS NULL AND expires_at > $1 "
            "RETURNING organisation_id, unit_id, role, invited_by_id, successor_of_id",
            deed.now,
            member_id,
            invitation_id,
        )
        if not claimed:
            raise CodeUseless
        row = claimed[0]
        await members.name_member(actor.telegram_id, actor.name)
        if row["organisation_id"] is None:
            await sql.execute("UPDATE member SET is_founder = TRUE WHERE id = $1", member_id)
            await deed.record(audit.Entry("founder.add", f"member/{member_id}"))
            return Joined(None)
        seat = await seats.seat_of(row["organisation_id"], row["unit_id"], Role(row["role"]))
        predecessor = await _succeed(row["successor_of_id"], seat, member_id, deed)
        unit_id = seat.unit.id if seat.unit else None
        await members.bind(actor.telegram_id, seat.organisation.id, unit_id, seat.role, deed.now)
        entry = audit.Entry("binding.add", f"member/{member_id}", after=seat.trace)
        await deed.record(entry, seat.organisation.id)
        return Joined(seat, await _find_told(row["invited_by_id"], but=member_id), predecessor)

    return await transact(work)


async def _succeed(binding_id: int | None, seat: Seat, successor_id: int, deed: Deed) -> Told | None:
    """End the binding that passes on; whose it was is told, unless it had ended already."""
    rows = await sql.fetch("SELECT member_id FROM binding WHERE id = $1", binding_id or 0)
    if not rows:
        return None
    member_id = rows[0]["member_id"]
    if seat.role is Role.ADMINISTRATOR:
        await seats.end_invitations_by(member_id, seat.organisation.id, deed)
    await members.unbind(member_id, binding_id or 0)
    entry = audit.Entry(
        "binding.hand_over", f"member/{member_id}", seat.trace, {"successor": f"member/{successor_id}"}
    )
    await deed.record(entry, seat.organisation.id)
    return await _find_told(member_id)


async def _find_told(member_id: int | None, *, but: int = 0) -> Told | None:
    rows = await sql.fetch(
        "SELECT telegram_id, language FROM member WHERE id = $1 AND telegram_id IS NOT NULL AND id <> $2",
        member_id or 0,
        but,
    )
    return Told(rows[0]["telegram_id"], Language(rows[0]["language"] or Language.CHINESE)) if rows else None


async def void_exposed(sealed: str, deed: Deed) -> None:
    """Make a code worthless that was written into a group, if it is one; nothing tells whether it was."""

    async def work() -> None:
        rows = await sql.fetch(_BY_HASH, hashed(sealed))
        for row in rows:
            await seats.end_invitation(row["id"], deed, row["organisation_id"])

    await transact(work)
