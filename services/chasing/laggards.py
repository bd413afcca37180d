"""Which units of an organisation lag in a month, by lamp, and what each lacks."""

import datetime as dtm
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from models.enums import Cadence, Lamp, ReminderRule, ReminderStep
from services.core.calendar import WorkCalendar
from services.core.period import Period
from services.core.reminding import Shortfall, Step
from services.office import calendar_days, organisations
from services.office.organisations import OrganisationRef, UnitRef
from services.progress import LAGGING, standing_lamp
from services.reminding import contacts, reminders, shortfalls
from services.reminding.contacts import Contacts
from services.reminding.reminders import NewDue
from services.reminding.shortfalls import UnitFigures


@dataclass(frozen=True, slots=True)
class Laggard:
    """A unit with its lamp and what it lacks.

    ``has_hearer`` tells that somebody of it can be written to, ``is_urged`` that it was chased today,
    ``is_open`` that the month takes reports.
    """

    unit: UnitRef
    lamp: Lamp | None
    shortfalls: tuple[Shortfall, ...]
    has_hearer: bool
    is_urged: bool
    is_open: bool

    @property
    def missing(self) -> int:
        """Give how much it lacks in all."""
        return sum(each.missing for each in self.shortfalls)


@dataclass(frozen=True, slots=True)
class Chased:
    """An organisation in a month for which its units are chased, as it is at a moment."""

    organisation: OrganisationRef
    month: Period
    now: dtm.datetime
    calendar: WorkCalendar
    closes_on: dtm.date
    units: Mapping[int, UnitRef]
    people: Contacts

    @property
    def is_open(self) -> bool:
        """Tell whether the month takes reports today."""
        return self.month.starts_on <= self.now.date() <= self.closes_on

    async def figures(self, rule: ReminderRule, month: Period | None = None) -> Mapping[int, UnitFigures]:
        """Measure every unit in what a rule judges in a month (None: the chased one)."""
        period = shortfalls.period_of(rule, month or self.month)
        return await shortfalls.read_figures(self.organisation.id, period, self.now.date(), self.calendar)


async def read_chased(organisation_id: int, month: Period, now: dtm.datetime) -> Chased:
    """Read an organisation in a month; ``now`` is in the deployment's zone."""
    years = {*shortfalls.years_about(now.date()), month.year, month.year + 1}
    calendar = await calendar_days.read_calendar(organisation_id, years)
    closing_days = await reminders.read_closing_days(organisation_id)
    return Chased(
        await organisations.get_organisation(organisation_id),
        month,
        now,
        calendar,
        calendar.after(month.last_on, closing_days),
        {unit.id: unit for unit in await organisations.list_units(organisation_id)},
        await contacts.read_contacts(organisation_id, now.date()),
    )


def has_hearer(office: Chased, unit_id: int) -> bool:
    """Tell whether somebody of a unit can be written to today."""
    hearers = office.people.hearers(ReminderStep.NUDGED, unit_id)
    return bool(hearers.own or hearers.leaders)


async def list_laggards(office: Chased) -> tuple[Laggard, ...]:
    """List the units that lag: the worst lamp first, in it who lacks most."""
    figures = await office.figures(ReminderRule.MONTHLY)
    lagging = {key: each for key, each in figures.items() if standing_lamp(each.progress) in LAGGING}
    found = await describe(office, lagging)
    order = {lamp: number for number, lamp in enumerate(reversed(LAGGING))}
    return tuple(sorted(found, key=lambda each: (order[each.lamp], -each.missing) if each.lamp else (9, 0)))


async def is_anything_owed(office: Chased) -> bool:
    """Tell whether any unit has a quota in the month or its year."""
    figures = await office.figures(ReminderRule.MONTHLY)
    return any(standing_lamp(each.progress) is not None for each in figures.values())


async def describe(office: Chased, figures: Mapping[int, UnitFigures]) -> list[Laggard]:
    """Say of units what they lack and whether they were chased today."""
    found = [
        Laggard(
            office.units[unit_id],
            standing_lamp(each.progress),
            _lacking(each),
            has_hearer=has_hearer(office, unit_id),
            is_urged=False,
            is_open=office.is_open,
        )
        for unit_id, each in figures.items()
        if unit_id in office.units
    ]
    dues = [due for each in found for due in list_dues(each, office)]
    fresh = {due.key for due in await reminders.list_unwritten(dues)}
    urged = {due.unit_id for due in dues if due.key not in fresh}
    return [
        Laggard(each.unit, each.lamp, each.shortfalls, each.has_hearer, each.unit.id in urged, each.is_open)
        for each in found
    ]


def _lacking(figures: UnitFigures) -> tuple[Shortfall, ...]:
    """List what a unit lacks of the month, and of the year where it lags behind its pace."""
    found: list[Shortfall] = []
    for line in figures.progress.lines:
        for measure, cadence in ((line.month, Cadence.MONTHLY), (line.year, Cadence.YEARLY)):
            if measure is None or not measure.missing:
                continue
            if cadence is Cadence.MONTHLY or (line.month is None and measure.lamp in LAGGING):
                found.append(
                    Shortfall(
                        line.category,
                        measure.done,
                        measure.target,
                        measure.missing,
                        measure.expected,
                        cadence,
                    )
                )
    return tuple(found)


def list_dues(each: Laggard, office: Chased) -> Iterable[NewDue]:
    """Give what chasing a unit today writes down: one due for each rule by which it lacks something."""
    for rule in dict.fromkeys(_rule(shortfall) for shortfall in each.shortfalls):
        step = Step(rule, office.month, ReminderStep.NUDGED, office.now, office.now.date())
        yield NewDue(step, each.unit.id, each.unit.id)


def _rule(shortfall: Shortfall) -> ReminderRule:
    is_yearly = shortfall.unit_of_time is Cadence.YEARLY
    return ReminderRule.YEARLY if is_yearly else ReminderRule.MONTHLY
