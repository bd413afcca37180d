"""Opening a closed month again for one unit (开账): what is missing is asked, then it is done."""

import datetime as dtm
from dataclasses import dataclass, replace

from models.enums import Cadence
from services import audit, sql
from services.core.access import Actor, Permission
from services.core.closing import MonthState
from services.core.errors import PastMending, UserError
from services.core.occasion import Occasion
from services.core.period import Period
from services.core.reopening import Request
from services.core.text import clean
from services.facts import months
from services.facts.months import MonthAhead
from services.membership.addressees import Addressee, list_reporters
from services.office import calendar_days, organisations
from services.office.organisations import NoUnit, OneUnit, SeveralUnits, UnitRef
from services.progress import ProgressReader
from services.transaction import transact

DEFAULT_DAYS = 3  # working days that a month stays open again
OFFERED_DAYS = (1, 3, 5, 10)
LONGEST_DAYS = 60
REASON_LENGTH = 200
REOPENABLE = 6  # months back that are offered; any can be named


class MonthNotClosed(UserError):
    """The month takes reports anyway, so there is nothing to open again (``month``)."""


class MonthOpenAgain(UserError):
    """The month takes reports again already, through ``until_on`` (``month``)."""


class ReopeningEnds(UserError):
    """A month can be opened again from today through ``last_on``, not until that day."""


class ReasonMissing(UserError):
    """Opening a month again needs a reason of at most ``length`` characters."""


class ReopeningOver(PastMending):
    """The month is closed again already."""


@dataclass(frozen=True, slots=True)
class Reopening:
    """A closed month that takes reports from one unit through ``until_on``."""

    id: int
    unit: UnitRef
    month: Period
    until_on: dtm.date
    reason: str


@dataclass(frozen=True, slots=True)
class UnitAsked:
    """For which unit: one of these, or one to be named. ``text`` is a name that fits none."""

    request: Request
    units: tuple[UnitRef, ...]
    text: str = ""


@dataclass(frozen=True, slots=True)
class MonthAsked:
    """Which of the closed months."""

    request: Request
    unit: UnitRef
    months: tuple[Period, ...]


@dataclass(frozen=True, slots=True)
class ReasonAsked:
    """Why; ``until_on`` is the day that holds unless another is chosen.

    ``offered`` are the days to choose from, each with how many working days away it is.
    """

    request: Request
    unit: UnitRef
    month: Period
    until_on: dtm.date
    offered: tuple[tuple[int, dtm.date], ...]


@dataclass(frozen=True, slots=True)
class Opened:
    """The month is open again; these reporters have to know."""

    reopening: Reopening
    told: tuple[Addressee, ...]


async def consider(
    actor: Actor, request: Request, occasion: Occasion, reader: ProgressReader
) -> UnitAsked | MonthAsked | ReasonAsked | Opened:
    """Open a month again if everything is said, else give the next question.

    Raises:
        NotPermitted: the person opens no months anywhere.
        MonthAhead, MonthOpenAgain, MonthNotClosed, ReopeningEnds, ReasonMissing: it cannot be done as asked.
    """
    opens = (actor.may(Permission.MONTHS_REOPEN, organisation_id=each) for each in actor.organisation_ids)
    if not any(opens):
        actor.require(Permission.MONTHS_REOPEN)
    if request.unit_id is None:
        found = await _find_unit(actor, request, occasion, reader)
        if isinstance(found, UnitAsked):
            return found
        request = request.for_unit(found.id)
    unit = await organisations.get_unit(request.unit_id or 0)
    if request.month is None:
        return MonthAsked(request, unit, await list_reopenable(actor, unit, occasion.today))
    await require_closed(actor, unit, request.month, occasion.today)
    offered = await _offered_days(unit.organisation_id, occasion.today)
    until_on = request.until_on or dict(offered)[DEFAULT_DAYS]
    if not request.reason:
        return ReasonAsked(replace(request, until_on=until_on), unit, request.month, until_on, offered)
    opened = await reopen(actor, unit, request.month, until_on, request.reason, occasion)
    return Opened(opened, await list_reporters(unit.id))


async def _find_unit(
    actor: Actor, request: Request, occasion: Occasion, reader: ProgressReader
) -> UnitRef | UnitAsked:
    if not request.name:
        return UnitAsked(request, ())
    match await reader.find(actor, request.name, occasion.organisation_id):
        case OneUnit(unit):
            return unit
        case SeveralUnits(units):
            return UnitAsked(request, units)
        case NoUnit(text, nearest):
            return UnitAsked(request, nearest, text)
        case other:
            return UnitAsked(request, (), other.name)


async def require_closed(actor: Actor, unit: UnitRef, month: Period, today: dtm.date) -> None:
    """Raise unless the month is closed for the unit.

    Raises:
        NotPermitted: the person cannot open it.
        MonthAhead, MonthOpenAgain, MonthNotClosed: it has not begun, or takes reports anyway.
    """
    actor.require(Permission.MONTHS_REOPEN, organisation_id=unit.organisation_id)
    standing = await months.read_standing(unit.id, month, today)
    if standing.state is MonthState.AHEAD:
        raise MonthAhead(month=month)
    if standing.reopened_until is not None:
        raise MonthOpenAgain(month=month, until_on=standing.reopened_until)
    if standing.state is not MonthState.CLOSED:
        raise MonthNotClosed(month=month)


async def _offered_days(organisation_id: int, today: dtm.date) -> tuple[tuple[int, dtm.date], ...]:
    calendar = await calendar_days.read_calendar(organisation_id, [today.year, today.year + 1])
    return tuple((count, calendar.after(today, count)) for count in OFFERED_DAYS)


async def reopen(
    actor: Actor,
    unit: UnitRef,
    month: Period,
    until_on: dtm.date,
    reason: str,
    occasion: Occasion,
) -> Reopening:
    """Open a closed month again for one unit.

    Raises:
        MonthAhead, MonthOpenAgain, MonthNotClosed, ReopeningEnds, ReasonMissing: nothing is changed.
    """
    actor.require(Permission.MONTHS_REOPEN, organisation_id=unit.organisation_id)
    words = clean(reason)
    if not 0 < len(words) <= REASON_LENGTH:
        raise ReasonMissing(length=REASON_LENGTH)
    today = occasion.today
    last_on = today + dtm.timedelta(days=LONGEST_DAYS)
    if not today <= until_on <= last_on:
        raise ReopeningEnds(last_on=last_on)

    async def work() -> Reopening:
        await organisations.hold(unit.organisation_id)
        await require_closed(actor, unit, month, today)
        rows = await sql.fetch(
            "INSERT INTO reopening (unit_id, month_on, until_on, reason, member_id, opened_at) "
            "VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
            *(unit.id, month.starts_on, until_on, words, actor.member_id, occasion.now),
        )
        opened = Reopening(rows[0]["id"], unit, month, until_on, words)
        await _record(actor, "month.reopen", opened, None, occasion)
        return opened

    return await transact(work)


async def list_reopenings(
    actor: Actor, organisation_id: int | None, today: dtm.date
) -> tuple[Reopening, ...]:
    """List what is open again, in the organisations (or the one) where the person may change that."""
    found = [
        each
        for each in actor.organisation_ids
        if organisation_id in {None, each} and actor.may(Permission.MONTHS_REOPEN, organisation_id=each)
    ]
    if not found:
        actor.require(Permission.MONTHS_REOPEN, organisation_id=organisation_id)
    opened: list[Reopening] = []
    for each in found:
        rows = await sql.fetch(
            "SELECT r.id, r.unit_id, r.month_on, r.until_on, r.reason FROM reopening r "
            "JOIN unit u ON u.id = r.unit_id WHERE u.organisation_id = $1 AND r.until_on >= $2 "
            "ORDER BY u.position, r.month_on, r.id",
            each,
            today,
        )
        opened += [
            Reopening(
                row["id"],
                await organisations.get_unit(row["unit_id"]),
                _month(row["month_on"]),
                sql.get_day(row["until_on"]),
                row["reason"],
            )
            for row in rows
        ]
    return tuple(opened)


async def list_reopenable(actor: Actor, unit: UnitRef, today: dtm.date) -> tuple[Period, ...]:
    """List the last closed months that could be opened again for a unit, the latest first."""
    actor.require(Permission.MONTHS_REOPEN, organisation_id=unit.organisation_id)
    this = Period.containing(today, Cadence.MONTHLY)
    closed = await months.list_closed(unit.id, this, today, count=REOPENABLE)
    standings = [await months.read_standing(unit.id, month, today) for month in closed]
    return tuple(
        month
        for month, standing in zip(closed, standings, strict=True)
        if standing.state is MonthState.CLOSED
    )


async def close_again(actor: Actor, reopening_id: int, occasion: Occasion) -> Reopening:
    """Close a month that was opened again before its time.

    Raises:
        ReopeningOver: it is closed already.
    """

    async def work() -> Reopening:
        rows = await sql.fetch(
            "SELECT unit_id, month_on, until_on, reason FROM reopening WHERE id = $1", reopening_id
        )
        unit = await organisations.get_unit(rows[0]["unit_id"])
        actor.require(Permission.MONTHS_REOPEN, organisation_id=unit.organisation_id)
        before, after = sql.get_day(rows[0]["until_on"]), occasion.today - dtm.timedelta(days=1)
        touched = await sql.execute(
            "UPDATE reopening SET until_on = $1 WHERE id = $2 AND until_on > $1", after, reopening_id
        )
        if not touched:
            raise ReopeningOver
        closed = Reopening(reopening_id, unit, _month(rows[0]["month_on"]), after, rows[0]["reason"])
        await _record(actor, "month.close", closed, before, occasion)
        return closed

    return await transact(work)


def _month(first: object) -> Period:
    day = sql.get_day(first)
    return Period.of_month(day.year, day.month)


async def _record(
    actor: Actor, action: str, changed: Reopening, before: dtm.date | None, occasion: Occasion
) -> None:
    subject = f"unit/{changed.unit.id}/{changed.month}"
    # The reason stays where it is: people write names into it, and the audit keeps what it has for ever.
    after = {"until_on": changed.until_on.isoformat()} | ({} if before else {"reopening": changed.id})
    entry = audit.Entry(action, subject, before and {"until_on": before.isoformat()}, after)
    deed = audit.Deed(actor.member_id, occasion.source, occasion.now)
    await deed.record(entry, changed.unit.organisation_id)
