"""Whether what is due is still needed, and what is to be said of it: asked again whenever it matters."""

import datetime as dtm
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.enums import Cadence, LetterPart, LetterState, Platform, ReminderRule, ReminderStep
from services import sql
from services.core.calendar import WorkCalendar
from services.core.period import Period
from services.core.reminding import RESPITE, Shortfall
from services.reminding import reminders, review_dues, shortfalls
from services.reminding.dues import DueRef, units_of
from services.reminding.review_dues import Acceptance


@dataclass(frozen=True, slots=True)
class Silence:
    """An account that has not posted since a day; ``gap_days`` are the days since, ``limit_days`` allowed."""

    platform: Platform
    name: str
    last_post_on: dtm.date
    gap_days: int
    limit_days: int
    zombie_days: int


@dataclass(frozen=True, slots=True)
class Need:
    """Something due that is still needed: what a unit lacks, or (media) how long an account is silent.

    ``closes_on`` is the last day on which a month takes late reports; ``days_left`` are the month's working
    days after today. ``acceptance`` is what a reviewer decided, ``waiting`` how many of each lacking category
    were reported and count once a reviewer accepts them.
    """

    due: DueRef
    shortfalls: tuple[Shortfall, ...] = ()
    silence: Silence | None = None
    closes_on: dtm.date | None = None
    days_left: int = 0
    acceptance: Acceptance | None = None
    waiting: tuple[tuple[str, int], ...] = ()

    @property
    def month(self) -> Period:
        """Give the month it is about."""
        return Period.containing(self.due.period_on, Cadence.MONTHLY)


async def read_needs(
    organisation_id: int, dues: Sequence[DueRef], calendar: WorkCalendar, now: dtm.datetime
) -> Mapping[int, Need]:
    """Tell what of some dues of an organisation is still needed, by the due's id."""
    found: dict[int, Need] = {}
    by_period: dict[tuple[ReminderRule, dtm.date], list[DueRef]] = defaultdict(list)
    for due in dues:
        by_period[due.rule, due.period_on].append(due)
    closing_days = await reminders.read_closing_days(organisation_id)
    for (rule, first_on), some in by_period.items():
        if rule in {ReminderRule.MEDIA, ReminderRule.REVIEW}:
            continue
        month = Period.containing(first_on, Cadence.MONTHLY)
        if rule is ReminderRule.CALENDAR:
            if month.year + 1 in calendar.estimated_years:
                found |= {due.id: Need(due) for due in some}
        elif now.date() <= (closes_on := calendar.after(month.last_on, closing_days)):
            found |= await _lacking(organisation_id, rule, month, some, calendar, now, closes_on)
    media = [due for due in dues if due.rule is ReminderRule.MEDIA]
    found |= await _silent(media, now) if media else {}
    of_desk = [due for due in dues if due.rule is ReminderRule.REVIEW]
    return found | (await _of_desk(organisation_id, of_desk, now) if of_desk else {})


async def _of_desk(organisation_id: int, dues: Sequence[DueRef], now: dtm.datetime) -> dict[int, Need]:
    """Keep the acceptances that still hold, and what reviewers hear while reports wait since before today."""
    accepted = [due for due in dues if due.decision_id is not None]
    standing = await review_dues.list_standing(accepted)
    found = {due.id: Need(due, acceptance=standing[due.id]) for due in accepted if due.id in standing}
    pending = [due for due in dues if due.decision_id is None]
    if pending and await review_dues.has_waited(organisation_id, now):
        found |= {due.id: Need(due) for due in pending}
    return found


async def _lacking(
    organisation_id: int,
    rule: ReminderRule,
    month: Period,
    dues: Sequence[DueRef],
    calendar: WorkCalendar,
    now: dtm.datetime,
    closes_on: dtm.date,
) -> dict[int, Need]:
    of_unit: dict[int | None, list[DueRef]] = defaultdict(list)
    for due in dues:
        of_unit[due.unit_id].append(due)
    figures = shortfalls.walk_figures(
        organisation_id, shortfalls.period_of(rule, month), now.date(), calendar, of_units=units_of(dues)
    )
    tomorrow = now.date() + dtm.timedelta(days=1)
    days_left = calendar.working_days(max(tomorrow, month.starts_on), max(tomorrow, month.ends_before))
    units = [unit_id for unit_id in of_unit if unit_id is not None]
    waiting = await review_dues.list_waiting(organisation_id, units, shortfalls.period_of(rule, month))
    found: dict[int, Need] = {}
    async for unit_id, each in figures:
        for due in of_unit[unit_id]:
            if lacks := each.lacks(rule, due.step):
                theirs = _among(lacks, waiting.get(unit_id, {}))
                found[due.id] = Need(due, lacks, closes_on=closes_on, days_left=days_left, waiting=theirs)
    listed = [due for due in dues if due.step is ReminderStep.LISTED and due.id in found]
    warned = await list_warned(organisation_id, rule, month, now - RESPITE) if listed else frozenset()
    return {
        key: need
        for key, need in found.items()
        if need.due.step is not ReminderStep.LISTED or need.due.unit_id in warned
    }


def _among(lacks: Sequence[Shortfall], waiting: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple((each.category, waiting[each.category]) for each in lacks if each.category in waiting)


async def list_warned(
    organisation_id: int, rule: ReminderRule, month: Period, until: dtm.datetime
) -> frozenset[int]:
    """List the units of which somebody was told in private, by a moment, what they lack in a month."""
    rows = await sql.fetch(
        "SELECT DISTINCT d.unit_id FROM due d JOIN letter_line l ON l.due_id = d.id AND l.part IN ($4, $5) "
        "JOIN letter e ON e.id = l.letter_id AND e.state = $6 AND e.settled_at <= $7 "
        "WHERE d.organisation_id = $1 AND d.rule = $2 AND d.period_on = $3",
        organisation_id,
        rule.value,
        month.starts_on,
        LetterPart.OWN.value,
        LetterPart.LEADER.value,
        LetterState.SENT.value,
        until,
    )
    return frozenset(row["unit_id"] for row in rows)


async def is_warned_of_silence(account_id: int, last_post_on: dtm.date, until: dtm.datetime) -> bool:
    """Tell whether somebody of its unit was told in private, by a moment, of an account's silence."""
    rows = await sql.look_up(
        "SELECT 1 AS found FROM due d JOIN letter_line l ON l.due_id = d.id AND l.part IN ($4, $5) "
        "JOIN letter e ON e.id = l.letter_id AND e.state = $6 AND e.settled_at <= $7 "
        "WHERE d.account_id = $1 AND d.rule = $2 AND d.period_on = $3 LIMIT 1",
        *(account_id, ReminderRule.MEDIA.value, last_post_on),
        *(LetterPart.OWN.value, LetterPart.LEADER.value, LetterState.SENT.value, until),
    )
    return bool(rows)


async def _silent(dues: Sequence[DueRef], now: dtm.datetime) -> dict[int, Need]:
    """Keep the accounts that have not posted since the day a due was written down for."""
    places = ", ".join(f"${number}" for number in range(1, len(dues) + 1))
    rows = await sql.fetch(
        "SELECT a.id, a.platform, a.name, a.last_post_on, o.stale_days, o.zombie_days FROM media_account a "
        "JOIN unit u ON u.id = a.unit_id AND u.is_active JOIN organisation o ON o.id = a.organisation_id "
        f"WHERE a.deregistered_on IS NULL AND a.last_post_on IS NOT NULL AND a.id IN ({places})",
        *(due.account_id for due in dues),
    )
    by_account = {row["id"]: row for row in rows}
    found: dict[int, Need] = {}
    for due in dues:
        row = by_account.get(due.account_id)
        if row is None or sql.get_day(row["last_post_on"]) != due.period_on:
            continue
        gap_days = (now.date() - due.period_on).days
        silence = Silence(
            Platform(row["platform"]),
            row["name"],
            due.period_on,
            gap_days,
            row["stale_days"],
            row["zombie_days"],
        )
        found[due.id] = Need(due, silence=silence)
    return found
