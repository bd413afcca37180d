"""What the review desk gives to tell: to reporters what was accepted, to reviewers what waits."""

import datetime as dtm
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.enums import Counting, DueState, ReminderRule, ReminderStep, ReviewState
from services import sql
from services.core.occasion import Occasion
from services.core.office_hours import MORNING
from services.core.period import Period
from services.reminding.dues import DueRef, batched

FEW = 50
"""So many acceptances are read on the loop; of more it would wait too long."""


@dataclass(frozen=True, slots=True)
class Acceptance:
    """How many of a report a reviewer accepted; ``pending`` is how many of its unit and month still wait."""

    unit_id: int
    unit: str
    category: str
    month: Period
    count: int
    pending: int


@dataclass(frozen=True, slots=True)
class Queue:
    """How many reports wait for a reviewer, and since which day the oldest does."""

    reports: int
    oldest_on: dtm.date


@dataclass(frozen=True, slots=True)
class Accepted:
    """An acceptance that is to be told of: the review as it stands then, and who reported it."""

    review_id: int
    version: int
    organisation_id: int
    unit_id: int
    month_on: dtm.date
    member_id: int


async def write_acceptance(accepted: Accepted, occasion: Occasion) -> None:
    """Write down, in the caller's transaction, that who reported hears of it the next morning."""
    (step,) = await sql.look_up(
        "SELECT id FROM review_step WHERE review_id = $1 AND version = $2",
        *(accepted.review_id, accepted.version),
    )
    rule, wanted = ReminderRule.REVIEW, ReminderStep.ACCEPTED
    tomorrow = occasion.today + dtm.timedelta(days=1)
    await sql.execute(
        "INSERT INTO due (key, organisation_id, unit_id, decision_id, member_id, rule, step, period_on, "
        f"due_at, state, planned_at) VALUES {sql.placeholders(1, 11)} ON CONFLICT (key) DO NOTHING",
        f"{rule}/{accepted.review_id}/{accepted.version}/{wanted}",
        *(accepted.organisation_id, accepted.unit_id, step["id"], accepted.member_id),
        *(rule.value, wanted.value, accepted.month_on),
        *(dtm.datetime.combine(tomorrow, MORNING, occasion.zone), DueState.OPEN.value, occasion.now),
    )


async def list_standing(dues: Sequence[DueRef]) -> Mapping[int, Acceptance]:
    """Give the acceptances that have neither been taken back nor overtaken, by the due's id."""
    found: dict[int, Acceptance] = {}
    for some in batched([due.id for due in dues]):
        places = ", ".join(f"${number}" for number in range(2, len(some) + 2))
        read = sql.look_up if len(some) < FEW else sql.fetch
        rows = await read(f"{_STANDING} WHERE d.id IN ({places})", ReviewState.PENDING.value, *some)
        for row in rows:
            month_on = sql.get_day(row["month_on"])
            found[row["id"]] = Acceptance(
                row["unit_id"],
                row["unit"],
                row["category"],
                Period.of_month(month_on.year, month_on.month),
                row["accepted"],
                int(row["pending"]),
            )
    return found


_STANDING = (
    "SELECT d.id, r.unit_id, u.name AS unit, c.name AS category, r.month_on, r.accepted, "
    "(SELECT COALESCE(SUM(w.count), 0) FROM review w "
    "WHERE w.unit_id = r.unit_id AND w.month_on = r.month_on AND w.state = $1) AS pending "
    "FROM due d JOIN review_step s ON s.id = d.decision_id "
    "JOIN review r ON r.id = s.review_id AND r.version = s.version "
    "JOIN unit u ON u.id = r.unit_id JOIN category c ON c.id = r.category_id"
)


async def list_waiting(
    organisation_id: int, unit_ids: Sequence[int], period: Period
) -> Mapping[int, Mapping[str, int]]:
    """Count by unit and category's name what was reported for a period and waits for a reviewer.

    Nothing where what was reported counts as done already.
    """
    few = unit_ids if len(unit_ids) < FEW else ()
    among = f"AND r.unit_id IN ({', '.join(f'${at}' for at in range(6, len(few) + 6))}) " if few else ""
    rows = await sql.fetch(
        f"{_WAITING} {among}GROUP BY r.unit_id, c.name",
        *(organisation_id, Counting.ACCEPTED.value, ReviewState.PENDING.value),
        *(period.starts_on, period.last_on, *few),
    )
    found: dict[int, dict[str, int]] = {}
    for row in rows:
        found.setdefault(row["unit_id"], {})[row["category"]] = int(row["count"])
    return found


_WAITING = (
    "SELECT r.unit_id, c.name AS category, SUM(r.count) AS count FROM review r "
    "JOIN unit u ON u.id = r.unit_id JOIN organisation o ON o.id = u.organisation_id "
    "JOIN category c ON c.id = r.category_id "
    "WHERE o.id = $1 AND o.counting = $2 AND r.state = $3 AND r.month_on >= $4 AND r.month_on <= $5"
)


async def read_queue(organisation_id: int, zone: dtm.tzinfo | None) -> Queue | None:
    """Give what waits for an organisation's reviewers; None where nothing does."""
    rows = await sql.fetch(
        "SELECT COUNT(*) AS reports, MIN(r.asked_at) AS oldest_at FROM review r "
        "JOIN unit u ON u.id = r.unit_id WHERE u.organisation_id = $1 AND r.state = $2",
        *(organisation_id, ReviewState.PENDING.value),
    )
    if not rows[0]["reports"]:
        return None
    return Queue(rows[0]["reports"], sql.get_moment(rows[0]["oldest_at"]).astimezone(zone).date())


async def has_waited(organisation_id: int, now: dtm.datetime) -> bool:
    """Tell whether anything has waited for a reviewer since before today."""
    queue = await read_queue(organisation_id, now.tzinfo)
    return queue is not None and queue.oldest_on < now.date()
