"""What becomes due next, and what waits: seen ahead from the rules and from what is counted by now."""

import datetime as dtm
from collections.abc import Iterator
from dataclasses import dataclass

from models.enums import Cadence, DueState, LetterState, ReminderRule, ReminderStep
from services import sql
from services.core import reminding
from services.core.calendar import WorkCalendar
from services.core.period import Period
from services.core.posting import Occurrence, next_occurrence
from services.core.reminding import Rules, Step
from services.office import calendar_days, groups
from services.ranking import ranking_schedules
from services.reminding import contacts, reminder_rules, reminders, shortfalls
from services.reminding.contacts import Contacts


@dataclass(frozen=True, slots=True)
class Prospect:
    """A step to come; ``units`` would hear of it if nothing more were reported until then.

    ``is_estimated`` says that its day rests on a year whose days off nobody has published.
    """

    rule: ReminderRule
    step: ReminderStep
    month: Period
    due_at: dtm.datetime
    units: int
    is_estimated: bool


@dataclass(frozen=True, slots=True)
class RankingProspect:
    """A ranking that a schedule posts next, to so many ``groups`` that can be written to."""

    posts: Occurrence
    groups: int
    is_estimated: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """What was written down and has not gone out: ``letters``, and ``dues`` that stand in none yet."""

    letters: int
    dues: int


async def foresee(organisation_id: int, now: dtm.datetime, count: int) -> tuple[Prospect, ...]:
    """List the next steps of an organisation that somebody would hear of; ``now`` in the deployment's zone.

    It looks as far as the end of next month.
    """
    rules = await reminder_rules.read_rules(organisation_id)
    calendar = await calendar_days.read_calendar(organisation_id, shortfalls.years_about(now.date()))
    closing_days = await reminders.read_closing_days(organisation_id)
    people = await contacts.read_contacts(organisation_id, now.date())
    found: list[Prospect] = []
    for step in sorted(_steps(rules, calendar, now), key=lambda each: each.due_at):
        day = step.due_at.date()
        if len(found) == count or day > calendar.after(step.month.last_on, closing_days):
            continue
        period = shortfalls.period_of(step.rule, step.month)
        figures = await shortfalls.read_figures(organisation_id, period, day, calendar)
        units = sum(
            bool(each.lacks(step.rule, step.step))
            for unit_id, each in figures.items()
            if step.step is not ReminderStep.LISTED or _is_warned(people, unit_id)
        )
        if units:
            estimated = bool({day.year, step.month.year} & calendar.estimated_years)
            found.append(Prospect(step.rule, step.step, step.month, step.due_at, units, estimated))
    return tuple(found)


async def foresee_rankings(organisation_id: int, now: dtm.datetime) -> tuple[RankingProspect, ...]:
    """List what each schedule of an organisation posts next; ``now`` in the deployment's zone."""
    calendar = await calendar_days.read_calendar(organisation_id, (now.year, now.year + 1))
    places = await groups.list_groups_of(organisation_id)
    reached = {place.id for place in places if place.unreachable_at is None}
    found = []
    for each in await ranking_schedules.list_running():
        posts = next_occurrence(each.plan, now, calendar)
        heard = len(reached & set(each.group_ids))
        if each.organisation_id == organisation_id and posts is not None and heard:
            estimated = posts.due_at.year in calendar.estimated_years
            found.append(RankingProspect(posts, heard, estimated))
    return tuple(found)


def _is_warned(people: Contacts, unit_id: int) -> bool:
    """Tell whether somebody of a unit hears of it in private before a group does."""
    hearers = people.hearers(ReminderStep.OVERDUE, unit_id)
    return bool(hearers.own or hearers.leaders)


def _steps(rules: Rules, calendar: WorkCalendar, now: dtm.datetime) -> Iterator[Step]:
    this = Period.containing(now.date(), Cadence.MONTHLY)
    for month in (this.previous(), this, this.next()):
        if month.next().last_on < calendar.last_before:
            steps = reminding.month_steps(rules, month, calendar, now.tzinfo)
            yield from (step for step in steps if step.due_at > now)


async def count_waiting(organisation_id: int) -> Waiting:
    """Count what has become due and has not gone out."""
    dues = await sql.fetch(
        "SELECT COUNT(*) AS count FROM due d WHERE d.organisation_id = $1 AND d.state = $2 AND d.rule <> $4 "
        "AND NOT EXISTS "
        "(SELECT 1 FROM letter_line l JOIN letter e ON e.id = l.letter_id AND e.state = $3 "
        "WHERE l.due_id = d.id)",
        organisation_id,
        DueState.OPEN.value,
        LetterState.WAITING.value,
        ReminderRule.REVIEW.value,
    )
    letters = await sql.fetch(
        "SELECT COUNT(DISTINCT e.id) AS count FROM letter e JOIN letter_line l ON l.letter_id = e.id "
        "JOIN due d ON d.id = l.due_id AND d.organisation_id = $1 WHERE e.state = $2",
        organisation_id,
        LetterState.WAITING.value,
    )
    posts = await sql.fetch(
        "SELECT COUNT(*) AS count FROM letter e JOIN ranking_post p ON p.id = e.post_id "
        "AND p.organisation_id = $1 WHERE e.state = $2",
        organisation_id,
        LetterState.WAITING.value,
    )
    return Waiting(int(letters[0]["count"]) + int(posts[0]["count"]), int(dues[0]["count"]))
