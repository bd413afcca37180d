"""Whether a month takes reports from a unit: open, late, closed, or opened again (开账)."""

import datetime as dtm
from collections.abc import Iterable

from models.enums import Role
from services import sql
from services.core.access import Actor, Permission
from services.core.calendar import WorkCalendar
from services.core.closing import MonthState, Standing, judge
from services.core.errors import PastMending, UserError
from services.core.period import Period
from services.office import calendar_days, organisations
from services.office.organisations import UnitRef


class MonthClosed(PastMending):
    """The month takes no more reports from the unit since ``closed_on`` (``month``).

    ``openers`` are the administrators whose names the office keeps: they can open it again.
    """

    def __init__(
        self, unit: UnitRef, month: Period, closed_on: dtm.date, openers: tuple[str, ...] = ()
    ) -> None:
        super().__init__(month=month, closed_on=closed_on)
        self.unit = unit
        self.month = month
        self.closed_on = closed_on
        self.openers = openers


class MonthAhead(UserError):
    """The month has not begun (``month``)."""


async def read_calendar(organisation_id: int, month: Period) -> WorkCalendar:
    """Give an organisation's working days that decide about a month; December closes in January."""
    return await calendar_days.read_calendar(organisation_id, [month.year, month.year + 1])


async def read_standing(unit_id: int, month: Period, today: dtm.date) -> Standing:
    """Tell whether a month takes reports from a unit today."""
    rows = await sql.look_up(
        "SELECT o.id, o.closing_days, "
        "(SELECT MAX(until_on) FROM reopening WHERE unit_id = u.id AND month_on = $2) AS until_on "
        "FROM unit u JOIN organisation o ON o.id = u.organisation_id WHERE u.id = $1",
        unit_id,
        month.starts_on,
    )
    if not rows:
        raise organisations.UnitGone
    until_on = None if rows[0]["until_on"] is None else sql.get_day(rows[0]["until_on"])
    calendar = await read_calendar(rows[0]["id"], month)
    return judge(month, today, calendar, closing_days=rows[0]["closing_days"], reopened_until=until_on)


async def list_closed(unit_id: int, month: Period, today: dtm.date, *, count: int) -> tuple[Period, ...]:
    """List the last closed months before a month, the latest first, opened again or not."""
    rows = await sql.look_up(
        "SELECT o.id, o.closing_days FROM unit u JOIN organisation o ON o.id = u.organisation_id "
        "WHERE u.id = $1",
        unit_id,
    )
    found: list[Period] = []
    each = month.previous()
    while len(found) < count:
        calendar = await read_calendar(rows[0]["id"], each)
        if judge(each, today, calendar, closing_days=rows[0]["closing_days"]).state is MonthState.CLOSED:
            found.append(each)
        each = each.previous()
    return tuple(found)


async def list_closed_among(
    organisation_id: int, wanted: Iterable[Period], today: dtm.date
) -> tuple[Period, ...]:
    """List those of some months that an organisation has closed, opened again for a unit or not; in order."""
    rows = await sql.fetch("SELECT closing_days FROM organisation WHERE id = $1", organisation_id)
    closing_days = rows[0]["closing_days"]
    found: list[Period] = []
    for month in sorted(set(wanted)):
        calendar = await read_calendar(organisation_id, month)
        if judge(month, today, calendar, closing_days=closing_days).state is MonthState.CLOSED:
            found.append(month)
    return tuple(found)


async def require_open(unit: UnitRef, month: Period, today: dtm.date) -> Standing:
    """Give the standing of a month that takes reports from a unit.

    Raises:
        MonthClosed: it does not any more.
        MonthAhead: it does not yet.
    """
    standing = await read_standing(unit.id, month, today)
    if standing.state is MonthState.AHEAD:
        raise MonthAhead(month=month)
    if standing.state is MonthState.CLOSED:
        raise MonthClosed(unit, month, standing.closes_on, await list_openers(unit.organisation_id))
    return standing


async def list_late(actor: Actor, unit: UnitRef, month: Period) -> tuple[tuple[str, int], ...]:
    """List what a unit reported late for a month, by category; nothing to who does not oversee it."""
    if not actor.may(Permission.PROGRESS_READ_ANY, organisation_id=unit.organisation_id):
        return ()
    rows = await sql.fetch(
        "SELECT c.name, SUM(s.count) AS count FROM submission s JOIN category c ON c.id = s.category_id "
        "WHERE s.unit_id = $1 AND s.month_on = $2 AND s.is_late "
        "GROUP BY c.id, c.name, c.position HAVING SUM(s.count) > 0 ORDER BY c.position, c.id",
        unit.id,
        month.starts_on,
    )
    return tuple((row["name"], int(row["count"])) for row in rows)


async def list_openers(organisation_id: int) -> tuple[str, ...]:
    """Name the administrators who can open a month again, where the office keeps their names."""
    rows = await sql.fetch(
        "SELECT DISTINCT m.id, m.name FROM binding b JOIN member m ON m.id = b.member_id "
        "WHERE b.organisation_id = $1 AND b.role = $2 AND m.name <> '' ORDER BY m.id",
        organisation_id,
        Role.ADMINISTRATOR.value,
    )
    return tuple(row["name"] for row in rows)
