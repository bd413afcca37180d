"""What becomes due when, and who then lags: the rule of docs/reminders.md, without a row in sight."""

import datetime as dtm
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from models.enums import Cadence, ReminderRule, ReminderStep
from services.core.calendar import WorkCalendar
from services.core.office_hours import AFTERNOON, MORNING
from services.core.period import Period
from services.core.progress import CategoryCounts, Measure, Progress

DAYS_BEFORE = range(1, 11)
"""Working days before a month's end that an office may choose from."""

RESPITE = dtm.timedelta(hours=2)
"""So long before a group reads a unit's name the unit was warned in private."""

EARLY_DAYS, SOON_DAYS = 4, 1
"""So many days before the threshold an account's people hear of it: days 10 and 13 of 14."""

CALENDAR_MONTH = 11
"""In November the State Council publishes next year's days off."""

GENTLEST_FIRST = tuple(ReminderStep)

TO_LEADERS = frozenset(
    {
        ReminderStep.LAST_DAY,
        ReminderStep.OVERDUE,
        ReminderStep.STALE,
        ReminderStep.ZOMBIE,
    }
)
"""Steps that a unit's leader hears of too."""


@dataclass(frozen=True, slots=True)
class Rules:
    """How an organisation wants to be reminded; the defaults suit an office that has not chosen."""

    at_half: bool = True
    days_before: int = 5
    at_last_day: bool = True
    when_overdue: bool = True
    in_groups: bool = True
    yearly_from: int = 7
    paused_at: dtm.datetime | None = None
    version: int = 1

    def wants(self, step: ReminderStep) -> bool:
        """Tell whether a step is to be planned at all."""
        switches: Mapping[ReminderStep, bool] = {
            ReminderStep.HALF: self.at_half,
            ReminderStep.LAST_DAY: self.at_last_day,
            ReminderStep.OVERDUE: self.when_overdue,
            ReminderStep.LISTED: self.in_groups and self.when_overdue,
        }
        return switches.get(step, True)


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a rule for a month (for an account: the month is that of its day).

    What an administrator wants said comes once a day: ``nudged_on`` is the day.
    """

    rule: ReminderRule
    month: Period
    step: ReminderStep
    due_at: dtm.datetime
    nudged_on: dtm.date | None = None

    @property
    def key(self) -> str:
        """Name it within its organisation or subject: ``2024-02/half``, ``2024-02/nudged-2024-02-26``."""
        day = "" if self.nudged_on is None else f"-{self.nudged_on}"
        return f"{self.month}/{self.step}{day}"


def month_steps(
    rules: Rules, month: Period, calendar: WorkCalendar, zone: dtm.tzinfo | None
) -> tuple[Step, ...]:
    """List the steps of a month and, from ``yearly_from`` on, of its year, in the order they come.

    A month without working days (and one too short for a step) has none of that step.
    """
    days = _days(rules, month, calendar)
    found = [
        Step(ReminderRule.MONTHLY, month, step, _moment(day, step, zone))
        for step, day in days.items()
        if rules.wants(step)
    ]
    if month.month is not None and month.month >= rules.yearly_from:
        yearly = days if month.month == 12 else {step: day for step, day in days.items() if step in _YEARLY}
        found += [
            Step(ReminderRule.YEARLY, month, step, _moment(day, step, zone))
            for step, day in yearly.items()
            if rules.wants(step)
        ]
    return tuple(sorted(found, key=lambda each: each.due_at))


_YEARLY = frozenset({ReminderStep.HALF})
"""What yearly quotas are reminded of in the months before December."""


def _days(rules: Rules, month: Period, calendar: WorkCalendar) -> dict[ReminderStep, dtm.date]:
    working = calendar.last_working_days(month, 31)
    after = calendar.after(month.last_on, 1)
    days: dict[ReminderStep, dtm.date] = {}
    if working:
        # The first day at which elapsed × 2 ≥ total, that day included.
        days[ReminderStep.HALF] = working[(len(working) + 1) // 2 - 1]
        days[ReminderStep.LAST_DAY] = working[-1]
    if len(working) > rules.days_before:
        days[ReminderStep.BEFORE] = working[-1 - rules.days_before]
    return days | {ReminderStep.OVERDUE: after, ReminderStep.LISTED: after}


def _moment(day: dtm.date, step: ReminderStep, zone: dtm.tzinfo | None) -> dtm.datetime:
    return dtm.datetime.combine(day, AFTERNOON if step is ReminderStep.LISTED else MORNING, zone)


def calendar_step(year: int, calendar: WorkCalendar, zone: dtm.tzinfo | None) -> Step:
    """Give the step by which an office is asked, in November, for the days off of the year after."""
    november = Period.of_month(year, CALENDAR_MONTH)
    first = calendar.after(november.starts_on - dtm.timedelta(days=1), 1)
    due_at = _moment(first, ReminderStep.ASKED, zone)
    return Step(ReminderRule.CALENDAR, november, ReminderStep.ASKED, due_at)


def account_steps(
    last_post_on: dtm.date, stale_days: int, zombie_days: int
) -> Mapping[ReminderStep, dtm.date]:
    """Give the day of each step of an account that last posted on a day, were it silent from then on."""
    gaps = {
        ReminderStep.EARLY: stale_days - EARLY_DAYS,
        ReminderStep.SOON: stale_days - SOON_DAYS,
        ReminderStep.STALE: stale_days + 1,
        ReminderStep.ZOMBIE: zombie_days + 1,
    }
    return MappingProxyType(
        {step: last_post_on + dtm.timedelta(days=gap) for step, gap in gaps.items() if gap > 0}
    )


def account_due_at(day: dtm.date, calendar: WorkCalendar, zone: dtm.tzinfo | None) -> dtm.datetime:
    """Give the moment an account's step is due: on its day, or on the last working day before."""
    while not calendar.is_working(day):
        day -= dtm.timedelta(days=1)
    return dtm.datetime.combine(day, MORNING, zone)


@dataclass(frozen=True, slots=True)
class Shortfall:
    """What a unit lacks in one category; ``expected`` is what the pace asks for today."""

    category: str
    done: int
    target: int
    missing: int
    expected: int
    unit_of_time: Cadence


def shortfalls(
    rule: ReminderRule, step: ReminderStep, categories: Iterable[CategoryCounts], progress: Progress
) -> tuple[Shortfall, ...]:
    """List what a unit lacks that a step is about; () when it is to be left alone.

    ``progress`` is that of the month for a monthly rule, of the year for a yearly one, and ``categories``
    are those it was measured from.
    """
    cadence = Cadence.YEARLY if rule is ReminderRule.YEARLY else Cadence.MONTHLY
    found: list[Shortfall] = []
    for counts, line in zip(categories, progress.lines, strict=True):
        measure = line.year if cadence is Cadence.YEARLY else line.month
        if measure is None or counts.quota(cadence) is None or not _lacks(step, measure):
            continue
        found.append(
            Shortfall(line.category, measure.done, measure.target, measure.missing, measure.expected, cadence)
        )
    return tuple(found)


def owes(rule: ReminderRule, categories: Iterable[CategoryCounts]) -> bool:
    """Tell whether a unit owes anything that a rule is about, done or not."""
    cadence = Cadence.YEARLY if rule is ReminderRule.YEARLY else Cadence.MONTHLY
    quotas = (counts.quota(cadence) for counts in categories)
    return any(quota is not None and not quota.is_exempt for quota in quotas)


def _lacks(step: ReminderStep, measure: Measure) -> bool:
    if step is ReminderStep.HALF:
        return measure.done < measure.expected
    return measure.missing > 0


_APART = frozenset({ReminderStep.LISTED, ReminderStep.NUDGED, ReminderStep.ACCEPTED})


@dataclass(frozen=True, slots=True)
class OpenDue:
    """Something due as collapsing sees it: which of a unit's dues say the same."""

    id: int
    rule: ReminderRule
    subject: int
    month: dtm.date
    step: ReminderStep

    @property
    def series(self) -> tuple[object, ...]:
        """Name the series in which a later step says all that an earlier one did.

        A list in the group is one of its own, and so are what an administrator wanted said and what a
        reviewer accepted.
        """
        apart = self.step if self.step in _APART else None
        whole = (self.rule, self.subject, apart)
        return (*whole, self.month) if self.rule is ReminderRule.MONTHLY else whole


def collapse(dues: Sequence[OpenDue]) -> tuple[tuple[OpenDue, ...], tuple[OpenDue, ...]]:
    """Part open dues into those to be told of and those that a later one supersedes."""
    latest: dict[tuple[object, ...], OpenDue] = {}
    for due in dues:
        known = latest.get(due.series)
        if known is None or _later(due) > _later(known):
            latest[due.series] = due
    kept = tuple(latest.values())
    ids = {due.id for due in kept}
    return kept, tuple(due for due in dues if due.id not in ids)


def _later(due: OpenDue) -> tuple[dtm.date, int, int]:
    return due.month, GENTLEST_FIRST.index(due.step), due.id
