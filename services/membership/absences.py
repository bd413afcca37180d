"""Being left alone for a while: reminded on a later day, away with somebody who stands in."""

import datetime as dtm
from dataclasses import dataclass

from models.enums import Language
from services import audit, sql
from services.audit import Deed
from services.core.access import Actor, Permission
from services.core.errors import PastMending, UserError
from services.core.stretches import Stretch
from services.office import calendar_days
from services.transaction import transact

LONGEST_DAYS = 190
AHEAD = dtm.timedelta(days=365)
"""A leave begins within a year: its days are shown without one."""

LATER_DAYS = (1, 3)
"""So many working days later somebody may want to be reminded; one is simply the next day."""


class LeaveUnclear(UserError):
    """A leave is a day or a stretch of days that is not over, of at most ``most`` days."""


class LeaveOverlaps(UserError):
    """The person is away already on these ``days``, a stretch."""


class LeaveOver(PastMending):
    """The leave that a button names has ended."""


class StandInElsewhere(UserError):
    """Whoever stands in reports for a unit of the person's."""


@dataclass(frozen=True, slots=True)
class Colleague:
    """Another person with the same role for one of the person's units or offices; ``name`` may be ""."""

    member_id: int
    name: str
    unit: str


@dataclass(frozen=True, slots=True)
class Leave:
    """Days on which the person is away; ``stand_in`` is None where nobody was named."""

    id: int
    stretch: Stretch
    stand_in: Colleague | None


@dataclass(frozen=True, slots=True)
class Told:
    """Whoever stands in and has to know; ``chat`` is their private one."""

    chat: int
    language: Language | None


def _require_somebody(actor: Actor) -> None:
    """Raise NotBound for who belongs nowhere: nobody reminds them of anything."""
    actor.require(Permission.REMINDERS_CHOOSE)
    if not actor.bindings:
        raise actor.why_nowhere()


async def remind_later(actor: Actor, working_days: int, today: dtm.date, deed: Deed) -> dtm.date:
    """Leave the person alone for so many working days; return the day from which they are reminded again."""
    _require_somebody(actor)
    if working_days not in LATER_DAYS:
        raise ValueError(working_days)
    first = next(iter(actor.organisation_ids), 0)
    calendar = await calendar_days.read_calendar(first, [today.year, today.year + 1])
    # "Tomorrow" is the next working day: on no other anybody is reminded.
    from_on = calendar.after(today, working_days)

    async def work() -> None:
        await sql.execute("UPDATE member SET reminded_from_on = $1 WHERE id = $2", from_on, deed.member_id)
        entry = audit.Entry("reminders.later", f"member/{deed.member_id}", after={"from_on": str(from_on)})
        await deed.record(entry, first or None)

    await transact(work)
    return from_on


async def list_own(actor: Actor, today: dtm.date) -> tuple[Leave, ...]:
    """List the person's leaves that are not over, the earliest first."""
    actor.require(Permission.REMINDERS_CHOOSE)
    rows = await sql.fetch(
        "SELECT a.id, a.first_on, a.last_on, a.stand_in_id, s.name FROM absence a "
        "JOIN member m ON m.id = a.member_id LEFT JOIN member s ON s.id = a.stand_in_id "
        "WHERE m.telegram_id = $1 AND a.last_on >= $2 ORDER BY a.first_on, a.id",
        actor.telegram_id,
        today,
    )
    return tuple(
        Leave(
            row["id"],
            Stretch(sql.get_day(row["first_on"]), sql.get_day(row["last_on"])),
            Colleague(row["stand_in_id"], row["name"] or "", "") if row["stand_in_id"] else None,
        )
        for row in rows
    )


async def list_colleagues(actor: Actor) -> tuple[Colleague, ...]:
    """List who could stand in: who has the same role for one of the same units or offices, each once."""
    _require_somebody(actor)
    rows = await sql.fetch(
        "SELECT o.member_id, m.name, u.name AS unit, MIN(o.id) AS first FROM binding mine "
        "JOIN member me ON me.id = mine.member_id AND me.telegram_id = $1 "
        "JOIN binding o ON o.organisation_id = mine.organisation_id AND o.scope = mine.scope "
        "AND o.role = mine.role AND o.member_id <> mine.member_id "
        "JOIN member m ON m.id = o.member_id AND m.telegram_id IS NOT NULL "
        "LEFT JOIN unit u ON u.id = o.unit_id "
        "GROUP BY o.member_id, m.name, u.name ORDER BY first",
        actor.telegram_id,
    )
    found = {row["member_id"]: Colleague(row["member_id"], row["name"], row["unit"] or "") for row in rows}
    return tuple(found.values())


def require_possible(stretch: Stretch | None, today: dtm.date) -> Stretch:
    """Give a leave's days back; LeaveUnclear for none, for what is over, begins in a year or is too long."""
    if stretch is None or stretch.last_on < today or stretch.first_on - today >= AHEAD:
        raise LeaveUnclear(most=LONGEST_DAYS)
    if (stretch.last_on - stretch.first_on).days >= LONGEST_DAYS:
        raise LeaveUnclear(most=LONGEST_DAYS)
    return stretch


async def take_leave(
    actor: Actor, stretch: Stretch, stand_in: int | None, today: dtm.date, deed: Deed
) -> tuple[Told, ...]:
    """Note that the person is away, with a colleague who stands in or nobody; return who has to know.

    Raises:
        LeaveUnclear: the days are over, or too many.
        LeaveOverlaps: they are away then already.
        StandInElsewhere: the chosen one is none of ``list_colleagues``.
    """
    _require_somebody(actor)
    require_possible(stretch, today)
    if stand_in is not None and stand_in not in {each.member_id for each in await list_colleagues(actor)}:
        raise StandInElsewhere

    async def work() -> tuple[Told, ...]:
        for known in await list_own(actor, today):
            if known.stretch.first_on <= stretch.last_on and stretch.first_on <= known.stretch.last_on:
                raise LeaveOverlaps(days=known.stretch)
        await sql.execute(
            "INSERT INTO absence (member_id, first_on, last_on, stand_in_id, created_at) "
            "VALUES ($1, $2, $3, $4, $5)",
            deed.member_id,
            stretch.first_on,
            stretch.last_on,
            stand_in,
            deed.now,
        )
        told = {
            "first_on": str(stretch.first_on),
            "last_on": str(stretch.last_on),
            "stand_in": None if stand_in is None else f"member/{stand_in}",
        }
        await _record(actor, "absence.begin", None, told, deed)
        return await _told(stand_in)

    return await transact(work)


async def end_leave(actor: Actor, absence_id: int, today: dtm.date, deed: Deed) -> Leave:
    """End a leave today (销假): what was to come of it is taken back.

    Raises:
        LeaveOver: it has ended, or is nobody's.
    """

    async def work() -> Leave:
        known = next((each for each in await list_own(actor, today) if each.id == absence_id), None)
        if known is None:
            raise LeaveOver
        if known.stretch.first_on < today:
            yesterday = today - dtm.timedelta(days=1)
            await sql.execute("UPDATE absence SET last_on = $1 WHERE id = $2", yesterday, absence_id)
        else:
            await sql.execute("DELETE FROM absence WHERE id = $1", absence_id)
        days = {"first_on": str(known.stretch.first_on), "last_on": str(known.stretch.last_on)}
        await _record(actor, "absence.end", days, None, deed)
        return known

    return await transact(work)


async def _told(stand_in: int | None) -> tuple[Told, ...]:
    rows = await sql.fetch(
        "SELECT m.telegram_id, m.language FROM member m WHERE m.id = $1 AND m.telegram_id IS NOT NULL",
        stand_in,
    )
    return tuple(
        Told(row["telegram_id"], Language(row["language"]) if row["language"] else None) for row in rows
    )


async def _record(actor: Actor, action: str, before: object, after: object, deed: Deed) -> None:
    first = next(iter(actor.organisation_ids), None)
    await deed.record(audit.Entry(action, f"member/{deed.member_id}", before, after), first)
