"""docs/reminders.md once more, in plain Python: what is due when, who still lacks what, who hears of it."""

import datetime as dtm
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tests.prove.reminders.days import (
    DAY,
    PUBLISHED,
    Overrides,
    is_working,
    last_month,
    next_month,
    worked,
    working_day_after,
)
from tests.prove.reminders.town import MONTHLY, YEARLY, Organisation, Town

MEDIA, CALENDAR, REVIEW = "media", "calendar", "review"
STEPS = (
    "half",
    "before",
    "last_day",
    "overdue",
    "listed",
    "early",
    "soon",
    "stale",
    "zombie",
    "asked",
    "nudged",
    "pending",
    "accepted",
)
"""The gentlest first."""

APART = {"listed", "nudged"}
UP_TO_LEADERS = {"last_day", "overdue", "stale", "zombie"}
SWITCHES = {"half": "at_half", "last_day": "at_last_day", "overdue": "when_overdue", "listed": "when_overdue"}
HOURS = ((dtm.time(9), dtm.time(11, 30)), (dtm.time(14, 30), dtm.time(17, 30)))
RESPITE = dtm.timedelta(hours=2)


@dataclass(frozen=True, order=True)
class Name:
    """What names something due for ever; ``nudged`` is the day an administrator wanted it on, "" else.

    ``decision`` names an acceptance by report and version, "" else.
    """

    rule: str
    organisation: int
    unit: int
    account: int
    period_on: dtm.date
    step: str
    nudged: str = ""
    decision: str = ""

    @property
    def series(self) -> tuple[object, ...]:
        """Name the dues of which only the latest is told of; a list and a nudge are apart."""
        month = self.period_on if self.rule == MONTHLY else None
        apart = self.decision or (self.step in APART and self.step)
        return self.rule, self.organisation, self.unit, self.account, month, apart

    @property
    def rank(self) -> tuple[dtm.date, int, str]:
        """Give the order within a series."""
        return self.period_on, STEPS.index(self.step), self.nudged


def is_open_hour(now: dtm.datetime, overrides: Overrides) -> bool:
    """Tell whether something may go out unasked."""
    return is_working(now.date(), overrides) and any(first <= now.time() < end for first, end in HOURS)


def is_closed(one: Organisation, month: dtm.date, today: dtm.date) -> bool:
    """Tell whether a month takes no reports any more."""
    return today > working_day_after(next_month(month) - DAY, one.closing_days, one.overrides)


def is_wanted(one: Organisation, step: str) -> bool:
    """Tell whether an office wants a step; without the step overdue there is no list either."""
    if step == "listed" and not one.in_groups:
        return False
    return step not in SWITCHES or bool(getattr(one, SWITCHES[step]))


def _at(day: dtm.date, step: str, zone: dtm.tzinfo | None) -> dtm.datetime:
    return dtm.datetime.combine(day, HOURS[step == "listed"][0], zone)


def month_steps(
    one: Organisation, month: dtm.date, zone: dtm.tzinfo | None
) -> Iterator[tuple[str, str, dtm.datetime]]:
    """Give rule, step and moment of what comes due in and after a month, as the office has it now."""
    days = worked(month, next_month(month), one.overrides)
    found = {
        step: working_day_after(next_month(month) - DAY, 1, one.overrides) for step in ("overdue", "listed")
    }
    if days:
        found["half"] = next(day for number, day in enumerate(days, 1) if 2 * number >= len(days))
        found["last_day"] = days[-1]
    if len(days) > one.days_before:
        found["before"] = days[-1 - one.days_before]
    for step, day in found.items():
        if not is_wanted(one, step):
            continue
        yield MONTHLY, step, _at(day, step, zone)
        if month.month >= one.yearly_from and (step == "half" or month.month == 12):
            yield YEARLY, step, _at(day, step, zone)


def account_steps(
    one: Organisation, last_post_on: dtm.date, zone: dtm.tzinfo | None
) -> Iterator[tuple[str, dtm.datetime]]:
    """Give step and moment of an account that stays silent from a day on."""
    gaps = {
        "early": one.stale_days - 4,
        "soon": one.stale_days - 1,
        "stale": one.stale_days + 1,
        "zombie": one.zombie_days + 1,
    }
    for step, gap in gaps.items():
        day = last_post_on + gap * DAY
        while not is_working(day, one.overrides):
            day -= DAY
        yield step, _at(day, step, zone)


def owes(town: Town, unit: int, rule: str, month: dtm.date) -> bool:
    """Tell whether a unit owes anything by a rule, done or not."""
    return bool(_targets(town, unit, rule, month))


def _targets(town: Town, unit: int, rule: str, month: dtm.date) -> dict[int, int]:
    """Give what is owed by the end of the month or of its year."""
    last = next_month(month) - DAY if rule == MONTHLY else dtm.date(month.year, 12, 31)
    return town.in_force(unit, rule, last)


def lacks(town: Town, name: Name, today: dtm.date) -> bool:
    """Tell whether what is due is still needed on a day; of a list whether the unit still lacks anything."""
    one = town.organisations[name.organisation]
    if name.rule in {REVIEW, CALENDAR}:
        return _concerns_office(town, name, today)
    if not town.units[name.unit].is_active:
        return False
    if name.rule == MEDIA:
        account = town.accounts[name.account]
        return account.is_watched and account.last_post_on == name.period_on
    if is_closed(one, name.period_on, today):
        return False
    month = name.period_on
    first, last = (
        (month, month) if name.rule == MONTHLY else (month.replace(month=1), month.replace(month=12))
    )
    for category, target in _targets(town, name.unit, name.rule, month).items():
        wanted = _expected(one, target, first, next_month(last), today) if name.step == "half" else target
        if town.done(name.unit, category, first, last) < wanted:
            return True
    return False


def due_of_acceptance(at: dtm.datetime) -> dtm.datetime:
    """Give the moment at which who reported is to hear of an acceptance: the next morning."""
    return dtm.datetime.combine(at.date() + DAY, HOURS[0][0], at.tzinfo)


def _concerns_office(town: Town, name: Name, today: dtm.date) -> bool:
    if name.rule == CALENDAR:
        return name.period_on.year + 1 not in PUBLISHED
    return _stands(town, name.decision) if name.decision else has_waited(town, name.organisation, today)


def _stands(town: Town, decision: str) -> bool:
    """Tell whether an acceptance is the last that was decided of its report."""
    number, _, version = decision.partition("/")
    report = town.reports[int(number)]
    return (report.state, report.version) == ("accepted", int(version))


def has_waited(town: Town, organisation: int, today: dtm.date) -> bool:
    """Tell whether anything has waited for a reviewer since before a day."""
    return any(town.reports[each].asked_at.date() < today for each in town.waiting[organisation])


def _expected(one: Organisation, target: int, first: dtm.date, before: dtm.date, today: dtm.date) -> int:
    days = worked(first, before, one.overrides)
    gone = sum(day <= today for day in days)
    return target * gone // len(days) if days else 0


@dataclass(frozen=True)
class Hearers:
    """Whom to tell; ``waits`` is that the only ones there are asked for a later day, or are away."""

    own: frozenset[int] = frozenset()
    leaders: frozenset[int] = frozenset()
    office: frozenset[int] = frozenset()
    waits: bool = False
    reporter: frozenset[int] = frozenset()

    def parts(self) -> Iterator[tuple[int, str]]:
        """Give each with the part of their letter."""
        parts = {"own": self.own, "leader": self.leaders, "office": self.office, "reporter": self.reporter}
        for part, people in parts.items():
            for person in people:
                yield person, part


def hearers(town: Town, name: Name, today: dtm.date) -> Hearers:
    """Choose who hears of something due."""
    one = town.organisations[name.organisation]
    if name.decision:
        return _hears_of_acceptance(
            town, one, town.reports[int(name.decision.partition("/")[0])].member, today
        )
    if name.rule == REVIEW:
        desk = _there(town, one, one.reviewers, today) or _there(town, one, one.administrators, today)
        return Hearers(office=_wanting(town, desk, today))
    reporters = _there(town, one, town.reporters[name.unit], today)
    above = name.step in UP_TO_LEADERS
    own = frozenset(reporters) if name.nudged else _wanting(town, reporters, today)
    leaders = _there(town, one, town.leaders[name.unit], today) if above or not reporters else set()
    is_heard = name.nudged and (own or _wanting(town, leaders, today))
    office = set() if is_heard else _there(town, one, one.administrators, today)
    waits = bool(reporters) and not own and not above
    return Hearers(own, _wanting(town, leaders, today), _wanting(town, office, today), waits)


def _hears_of_acceptance(town: Town, one: Organisation, member: int, today: dtm.date) -> Hearers:
    """Choose who hears that something was accepted: who reported it, or who stands in; else it waits."""
    is_away, is_lost = town.people[member].is_away(today), town.people[member].is_known_lost
    if not belongs(town, member, one) or (is_lost and not is_away):
        return Hearers()
    found = _wanting(town, _there(town, one, [member], today), today)
    return Hearers(reporter=found, waits=not found)


def _wanting(town: Town, people: Iterable[int], today: dtm.date) -> frozenset[int]:
    return frozenset(each for each in people if not town.people[each].wants_later(today))


def _there(town: Town, one: Organisation, people: Iterable[int], today: dtm.date) -> set[int]:
    """Give who can be written to; who is away gives way to one who stands in, of the same office."""
    found = set()
    for each in people:
        absence = town.people[each].absence(today)
        person = each if absence is None else absence.stand_in
        if person is None or not belongs(town, person, one):
            continue
        if not town.people[person].is_known_lost and not town.people[person].is_away(today):
            found.add(person)
    return found


def belongs(town: Town, person: int, one: Organisation) -> bool:
    """Tell whether somebody has any role in an organisation."""
    if person in (*one.administrators, *one.leaders, *one.reviewers):
        return True
    return any(
        person in roles[unit.id]
        for unit in town.units.values()
        if unit.organisation == one.id
        for roles in (town.reporters, town.leaders)
    )


def months_about(today: dtm.date) -> Iterator[dtm.date]:
    """Give the months that may still take reports, the current one first."""
    month = today.replace(day=1)
    for _ in range(4):
        yield month
        month = last_month(month)
