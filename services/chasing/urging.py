"""Chasing by hand (催办): who lags, what went out, what comes next, and a reminder that goes at once."""

import datetime as dtm
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from models.enums import Cadence, LetterPart, LetterState, ReminderRule, ReminderStep
from services import audit, sql
from services.audit import Deed
from services.chasing import prospects
from services.chasing.laggards import (
    Chased,
    Laggard,
    describe,
    has_hearer,
    is_anything_owed,
    list_dues,
    list_laggards,
    read_chased,
)
from services.chasing.prospects import Prospect, Waiting
from services.core import office_hours
from services.core.access import Actor, Permission
from services.core.errors import UserError
from services.core.period import Period
from services.core.reminding import Rules
from services.office.organisations import OrganisationRef, UnitRef
from services.reminding import letter_log, letter_writing, reminder_rules, reminders
from services.reminding.letter_log import Sent, UnclearLetter
from services.transaction import transact

PROSPECTS = 3


class MonthUrgedTooLate(UserError):
    """The month takes no more reports, so nobody is chased for it (``month``)."""


class MonthUrgedTooEarly(UserError):
    """The month has not begun, so nobody is behind in it (``month``)."""


class RemindersPaused(UserError):
    """Nothing goes out while the organisation's reminders are paused."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What went out on a day of one step: about so many ``units``, to ``people`` and ``groups``."""

    day_on: dtm.date
    rule: ReminderRule
    step: ReminderStep
    month: Period
    units: int
    people: int
    groups: int


@dataclass(frozen=True, slots=True)
class Situation:
    """How an organisation's chasing stands for a month; ``laggards`` have the worst first.

    ``month_before`` is last month while it takes late reports, with how many units lack something of it.
    ``has_quotas`` tells that anything is owed in the month at all.
    """

    organisation: OrganisationRef
    month: Period
    today: dtm.date
    is_open: bool
    closes_on: dtm.date
    laggards: tuple[Laggard, ...]
    has_quotas: bool
    unheard: tuple[str, ...]
    batches: tuple[Batch, ...]
    sent: Sent
    unclear: tuple[UnclearLetter, ...]
    prospects: tuple[Prospect, ...]
    waiting: Waiting
    rules: Rules
    month_before: tuple[Period, int] | None = None


@dataclass(frozen=True, slots=True)
class Urged:
    """What came of chasing: ``units`` will hear of it, ``already`` did today, of ``unheard`` nobody can.

    ``goes_at`` is None where it goes out at once. ``put_off`` are those of the units whose people have had
    all that a day brings: they hear of it at ``put_off_to``.
    """

    units: int
    already: int
    unheard: tuple[str, ...]
    goes_at: dtm.datetime | None
    put_off: tuple[str, ...] = ()
    put_off_to: dtm.datetime | None = None


async def read_situation(
    actor: Actor, organisation_id: int, month: Period | None, now: dtm.datetime
) -> Situation:
    """Tell how the chasing stands for a month (None: that of today); ``now`` in the deployment's zone.

    MonthUrgedTooEarly: there is nothing to chase for yet.
    """
    actor.require(Permission.REMINDERS_MANAGE, organisation_id=organisation_id)
    this = Period.containing(now.date(), Cadence.MONTHLY)
    _require_begun(month or this, now)
    office = await read_chased(organisation_id, month or this, now)
    first_on, last_on = office.month.starts_on, office.month.last_on
    laggards = await list_laggards(office)
    return Situation(
        organisation=office.organisation,
        month=office.month,
        today=now.date(),
        is_open=office.is_open,
        closes_on=office.closes_on,
        laggards=laggards,
        has_quotas=bool(laggards) or await is_anything_owed(office),
        unheard=tuple(each.name for each in office.units.values() if not has_hearer(office, each.id)),
        batches=await _batches(organisation_id, first_on, last_on),
        sent=await letter_log.count_sent(organisation_id, first_on, last_on),
        unclear=await letter_log.list_unclear(actor, organisation_id),
        prospects=await prospects.foresee(organisation_id, now, PROSPECTS),
        waiting=await prospects.count_waiting(organisation_id),
        rules=await reminder_rules.read_rules(organisation_id),
        month_before=await _month_before(office) if office.month == this else None,
    )


async def read_unit(actor: Actor, unit: UnitRef, month: Period | None, now: dtm.datetime) -> Laggard:
    """Tell what one unit lacks of a month (None: that of today), lagging or not.

    MonthUrgedTooEarly: it lacks nothing yet.
    """
    actor.require(Permission.REMINDERS_MANAGE, organisation_id=unit.organisation_id)
    asked = month or Period.containing(now.date(), Cadence.MONTHLY)
    _require_begun(asked, now)
    office = await read_chased(unit.organisation_id, asked, now)
    figures = (await office.figures(ReminderRule.MONTHLY)).get(unit.id)
    if figures is None:
        return Laggard(
            unit, None, (), has_hearer=has_hearer(office, unit.id), is_urged=False, is_open=office.is_open
        )
    (found,) = await describe(office, {unit.id: figures})
    return found


def _require_begun(month: Period, now: dtm.datetime) -> None:
    if month.starts_on > now.date():
        raise MonthUrgedTooEarly(month=month)


async def urge(
    actor: Actor,
    organisation_id: int,
    month: Period,
    unit_id: int | None,
    now: dtm.datetime,
    deed: Deed,
) -> Urged:
    """Chase one unit, or (None) all that lag in a month: in office hours at once, else when they begin.

    Raises:
        MonthUrgedTooLate: the month takes no more reports.
        RemindersPaused: nothing would go out.
    """
    actor.require(Permission.REMINDERS_MANAGE, organisation_id=organisation_id)
    if (await reminder_rules.read_rules(organisation_id)).paused_at is not None:
        raise RemindersPaused

    async def work() -> Urged:
        office = await read_chased(organisation_id, month, now)
        if not office.is_open:
            raise MonthUrgedTooLate(month=month)
        wanted = await _wanted(office, unit_id)
        reached = [each for each in wanted if each.has_hearer]
        fresh = await reminders.list_unwritten([due for each in reached for due in list_dues(each, office)])
        await reminders.write(fresh, organisation_id, now)
        told = {due.unit_id for due in fresh if due.unit_id is not None}
        if told:
            subject = f"organisation/{organisation_id}" if unit_id is None else f"unit/{unit_id}"
            entry = audit.Entry("reminders.nudge", subject, after={"units": len(told)})
            await deed.record(entry, organisation_id)
        opens_at = office_hours.next_opening(now, office.calendar)
        return Urged(
            len(told),
            sum(each.unit.id not in told for each in reached),
            tuple(each.unit.name for each in wanted if not each.has_hearer),
            None if opens_at == now else opens_at,
            *await _put_off(office, sorted(told), opens_at),
        )

    return await transact(work)


async def _put_off(
    office: Chased, unit_ids: Iterable[int], opens_at: dtm.datetime
) -> tuple[tuple[str, ...], dtm.datetime | None]:
    """Name the units of which nobody hears anything more on a day, and give when they do."""
    hearers = {each: office.people.hearers(ReminderStep.NUDGED, each) for each in unit_ids}
    people = {key: {*each.own, *each.leaders} for key, each in hearers.items()}
    full = await letter_writing.list_full(frozenset().union(*people.values()), opens_at.date())
    names = tuple(office.units[key].name for key, some in people.items() if some <= full)
    if not names:
        return (), None
    midnight = dtm.datetime.combine(opens_at.date() + dtm.timedelta(days=1), dtm.time(), opens_at.tzinfo)
    return names, office_hours.next_opening(midnight, office.calendar)


async def _wanted(office: Chased, unit_id: int | None) -> Sequence[Laggard]:
    """List the units to chase: all that lag, or the one if it lacks anything."""
    if unit_id is None:
        return await list_laggards(office)
    figures = (await office.figures(ReminderRule.MONTHLY)).get(unit_id)
    if figures is None:
        return ()
    return [each for each in await describe(office, {unit_id: figures}) if each.shortfalls]


async def _month_before(office: Chased) -> tuple[Period, int] | None:
    before = office.month.previous()
    closing_days = await reminders.read_closing_days(office.organisation.id)
    if office.now.date() > office.calendar.after(before.last_on, closing_days):
        return None
    figures = await office.figures(ReminderRule.MONTHLY, before)
    lacking = sum(bool(each.lacks(ReminderRule.MONTHLY, ReminderStep.OVERDUE)) for each in figures.values())
    return (before, lacking) if lacking else None


_TOLD: Collection[LetterPart] = (LetterPart.OWN, LetterPart.LEADER, LetterPart.GROUP)


async def _batches(organisation_id: int, first_on: dtm.date, last_on: dtm.date) -> tuple[Batch, ...]:
    """List what went out to units and groups, by day and step."""
    parts = ", ".join(f"'{part.value}'" for part in _TOLD)
    rows = await sql.fetch(
        "SELECT e.day_on, d.rule, d.step, MAX(d.period_on) AS period_on, "
        "COUNT(DISTINCT d.unit_id) AS units, COUNT(DISTINCT e.member_id) AS people, "
        "COUNT(DISTINCT e.group_id) AS groups, MIN(e.id) AS first FROM letter e "
        f"JOIN letter_line l ON l.letter_id = e.id AND l.part IN ({parts}) "
        "JOIN due d ON d.id = l.due_id AND d.organisation_id = $1 "
        "WHERE e.state = $4 AND e.day_on >= $2 AND e.day_on <= $3 "
        "GROUP BY e.day_on, d.rule, d.step ORDER BY e.day_on, first",
        organisation_id,
        first_on,
        last_on,
        LetterState.SENT.value,
    )
    return tuple(
        Batch(
            sql.get_day(row["day_on"]),
            ReminderRule(row["rule"]),
            ReminderStep(row["step"]),
            Period.containing(sql.get_day(row["period_on"]), Cadence.MONTHLY),
            row["units"],
            row["people"],
            row["groups"],
        )
        for row in rows
    )
