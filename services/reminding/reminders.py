"""What has become due: written down once, whoever looks how often and whatever the clock did meanwhile."""

import datetime as dtm
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from models.enums import Cadence, DueState, ReminderRule, ReminderStep
from services import sql
from services.core import reminding
from services.core.calendar import WorkCalendar
from services.core.office_hours import MORNING
from services.core.period import Period
from services.core.reminding import Rules, Step
from services.office import calendar_days, organisations
from services.reminding import reminder_rules, review_dues, shortfalls
from services.reminding.dues import batched
from services.transaction import transact

MONTHS_BACK = 2
"""Fifteen working days after a month's end lie in the second month after it at the latest."""


@dataclass(frozen=True, slots=True)
class NewDue:
    """Something due, not written down yet; ``subject`` stands in its key for the unit or the account.

    ``period_on`` is the day that it is about where that is no month.
    """

    step: Step
    subject: int
    unit_id: int | None
    account_id: int | None = None
    period_on: dtm.date | None = None

    @property
    def key(self) -> str:
        """Name it for ever (docs/reminders.md)."""
        if self.period_on is not None:
            return f"{self.step.rule}/{self.subject}/{self.period_on}/{self.step.step}"
        return f"{self.step.rule}/{self.subject}/{self.step.key}"


async def plan(now: dtm.datetime) -> int:
    """Write down what has become due by ``now``, in the deployment's zone; return how much that is."""
    return sum([await _plan(each.id, now) for each in await organisations.list_organisations()])


async def _plan(organisation_id: int, now: dtm.datetime) -> int:
    rules = await reminder_rules.read_rules(organisation_id)
    calendar = await calendar_days.read_calendar(organisation_id, _years(now))
    planned = await _plan_accounts(organisation_id, calendar, now)
    planned += await _plan_queue(organisation_id, calendar, now)
    owing: dict[tuple[ReminderRule, Period], tuple[int, ...]] = {}
    for step in await _new_steps(organisation_id, rules, calendar, now):
        # Read first, which may take long; what is written then is written at once.
        judged = step.rule, shortfalls.period_of(step.rule, step.month)
        if judged not in owing and step.rule is not ReminderRule.CALENDAR:
            owing[judged] = await shortfalls.list_owing(organisation_id, *judged)
        planned += await _plan_step(organisation_id, step, owing.get(judged, ()), now)
    return planned


def _years(now: dtm.datetime) -> tuple[int, int]:
    return shortfalls.years_about(now.date())


async def _new_steps(
    organisation_id: int, rules: Rules, calendar: WorkCalendar, now: dtm.datetime
) -> tuple[Step, ...]:
    """List the steps that are due and were not planned, of every month that still takes reports."""
    closing_days = await read_closing_days(organisation_id)
    month = Period.containing(now.date(), Cadence.MONTHLY)
    due: list[Step] = []
    for _ in range(MONTHS_BACK + 1):
        if now.date() <= calendar.after(month.last_on, closing_days):
            due += reminding.month_steps(rules, month, calendar, now.tzinfo)
        month = month.previous()
    if now.month == reminding.CALENDAR_MONTH and now.year + 1 in calendar.estimated_years:
        due.append(reminding.calendar_step(now.year, calendar, now.tzinfo))
    due = [step for step in due if step.due_at <= now]
    return tuple(await _unplanned(organisation_id, due))


def _step_key(organisation_id: int, step: Step) -> str:
    return f"{step.rule}/{organisation_id}/{step.key}"


async def _unplanned(organisation_id: int, steps: Sequence[Step]) -> list[Step]:
    if not steps:
        return []
    keys = [_step_key(organisation_id, step) for step in steps]
    places = ", ".join(f"${number}" for number in range(1, len(keys) + 1))
    rows = await sql.look_up(f"SELECT key FROM planned_step WHERE key IN ({places})", *keys)
    known = {row["key"] for row in rows}
    return [step for step, key in zip(steps, keys, strict=True) if key not in known]


async def _plan_step(organisation_id: int, step: Step, owing: Sequence[int], now: dtm.datetime) -> int:
    """Write down a step once: for each unit that owes something, the calendar's for the office."""
    fresh = [NewDue(step, unit_id, unit_id) for unit_id in owing]
    if step.rule is ReminderRule.CALENDAR:
        fresh = [NewDue(step, organisation_id, None)]

    async def work() -> int:
        mine = await sql.fetch(
            "INSERT INTO planned_step (key, planned_at) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING "
            "RETURNING id",
            _step_key(organisation_id, step),
            now,
        )
        return await write(fresh, organisation_id, now) if mine else 0

    return await transact(work)


async def _plan_accounts(organisation_id: int, calendar: WorkCalendar, now: dtm.datetime) -> int:
    """Write down what has become due of silent accounts."""
    rules = (
        await sql.look_up("SELECT stale_days, zombie_days FROM organisation WHERE id = $1", organisation_id)
    )[0]
    rows = await sql.fetch(
        "SELECT a.id, a.unit_id, a.last_post_on FROM media_account a JOIN unit u ON u.id = a.unit_id "
        "WHERE a.organisation_id = $1 AND a.deregistered_on IS NULL AND u.is_active "
        "AND a.last_post_on IS NOT NULL AND a.last_post_on <= $2 ORDER BY a.id",
        organisation_id,
        now.date() - dtm.timedelta(days=max(rules["stale_days"] - _FARTHEST, 0)),
    )
    found: list[NewDue] = []
    new_year = now.date().replace(month=1, day=1)
    for row in rows:
        last_post_on = row["last_post_on"]
        if isinstance(last_post_on, str):
            last_post_on = dtm.date.fromisoformat(last_post_on)
        days = reminding.account_steps(last_post_on, rules["stale_days"], rules["zombie_days"])
        for step, day in days.items():
            # Of one that has been silent for years the calendar of that day need not be known.
            due_at = reminding.account_due_at(max(day, new_year), calendar, now.tzinfo)
            if due_at <= now:
                month = Period.containing(day, Cadence.MONTHLY)
                found.append(
                    NewDue(
                        Step(ReminderRule.MEDIA, month, step, due_at),
                        row["id"],
                        row["unit_id"],
                        row["id"],
                        last_post_on,
                    )
                )
    fresh = await list_unwritten(found)

    async def work() -> int:
        return await write(fresh, organisation_id, now)

    return await transact(work) if fresh else 0


_FARTHEST = 15
"""An account is looked at so many days before its threshold: a step may lie before a long holiday."""


async def _plan_queue(organisation_id: int, calendar: WorkCalendar, now: dtm.datetime) -> int:
    """Write down, once a working day, that reports have waited for a reviewer since before it."""
    today = now.date()
    due_at = dtm.datetime.combine(today, MORNING, now.tzinfo)
    if now < due_at or not calendar.is_working(today):
        return 0
    month = Period.containing(today, Cadence.MONTHLY)
    step = Step(ReminderRule.REVIEW, month, ReminderStep.PENDING, due_at)
    fresh = await list_unwritten([NewDue(step, organisation_id, None, period_on=today)])
    if not (fresh and await review_dues.has_waited(organisation_id, now)):
        return 0

    async def work() -> int:
        return await write(fresh, organisation_id, now)

    return await transact(work)


async def list_unwritten(dues: Sequence[NewDue]) -> list[NewDue]:
    """Leave out what is written down already."""
    known: set[str] = set()
    for some in batched(dues):
        keys = [due.key for due in some]
        places = ", ".join(f"${number}" for number in range(1, len(keys) + 1))
        rows = await sql.fetch(f"SELECT key FROM due WHERE key IN ({places})", *keys)
        known |= {row["key"] for row in rows}
    return [due for due in dues if due.key not in known]


async def write(dues: Sequence[NewDue], organisation_id: int, now: dtm.datetime) -> int:
    """Write dues down, in the caller's transaction; what is there already stays as it is."""
    written = 0
    columns = "key, organisation_id, unit_id, account_id, rule, step, period_on, due_at, state, planned_at"
    for some in batched(dues):
        rows = [_row(due, organisation_id, now) for due in some]
        written += await sql.execute(
            f"INSERT INTO due ({columns}) VALUES {sql.placeholders(len(rows), len(rows[0]))} "
            "ON CONFLICT (key) DO NOTHING",
            *(value for row in rows for value in row),
        )
    return written


def _row(due: NewDue, organisation_id: int, now: dtm.datetime) -> tuple[Any, ...]:
    return (
        due.key,
        organisation_id,
        due.unit_id,
        due.account_id,
        due.step.rule.value,
        due.step.step.value,
        due.period_on or due.step.month.starts_on,
        due.step.due_at,
        DueState.OPEN.value,
        now,
    )


async def read_closing_days(organisation_id: int) -> int:
    """Give how many working days after its end a month takes late reports."""
    rows = await sql.look_up("SELECT closing_days FROM organisation WHERE id = $1", organisation_id)
    return int(rows[0]["closing_days"])
