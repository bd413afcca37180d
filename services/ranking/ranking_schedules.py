"""Schedules by which rankings are posted: made and changed by administrators, read at every look."""

import datetime as dtm
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models.enums import LetterState, PostBasis, PostShape, PostState, PostTiming
from services import audit, sql
from services.audit import Deed
from services.core.access import Actor, Permission
from services.core.errors import PastMending, UserError
from services.core.posting import Occurrence, Plan, next_occurrence
from services.office import calendar_days, groups
from services.office.groups import GroupRef
from services.ranking import ranking_letters
from services.ranking.ranking_letters import Post
from services.transaction import transact

MOST = 6
"""So many schedules an organisation has at most: more would be noise in its groups."""


class ScheduleGone(PastMending):
    """The schedule that a button names is not there any more."""


class ScheduleChanged(UserError):
    """Somebody else changed the schedule meanwhile."""


class SchedulesTooMany(PastMending):
    """The organisation has as many schedules as it may (``most``)."""


class ScheduleWithoutGroup(UserError):
    """A schedule needs a group to post to."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """A plan with the groups that it posts to."""

    id: int
    organisation_id: int
    plan: Plan
    group_ids: tuple[int, ...]
    since_at: dtm.datetime
    paused_at: dtm.datetime | None
    version: int


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A schedule as an administrator sees it: its groups, what comes next, what became of the last ones.

    ``missed`` are the latest that were dropped, ``letters`` count the last post's by what became of them.
    """

    schedule: Schedule
    groups: tuple[GroupRef, ...]
    next: Occurrence | None
    last: Post | None
    letters: Mapping[LetterState, int]
    missed: tuple[Post, ...]


_COLUMNS = "id, organisation_id, basis, timing, day, minute, overall, shape, since_at, paused_at, version"


async def list_running() -> tuple[Schedule, ...]:
    """List every schedule that is not paused."""
    rows = await sql.look_up(f"SELECT {_COLUMNS} FROM ranking_schedule WHERE paused_at IS NULL ORDER BY id")
    return tuple([await _schedule(row) for row in rows])


async def list_keys(schedule_id: int) -> frozenset[str]:
    """List the keys of what a schedule has posted or missed."""
    rows = await sql.look_up("SELECT key FROM ranking_post WHERE schedule_id = $1", schedule_id)
    return frozenset(row["key"] for row in rows)


async def is_still(schedule: Schedule) -> bool:
    """Tell whether nobody has changed, paused or deleted a schedule since it was read."""
    rows = await sql.look_up("SELECT version FROM ranking_schedule WHERE id = $1", schedule.id)
    return [row["version"] for row in rows] == [schedule.version]


async def give_up_waiting(schedule_id: int, now: dtm.datetime) -> None:
    """Let what a schedule has waiting never go, in the caller's transaction; what may have gone stays."""
    await sql.execute(
        "UPDATE ranking_post SET state = $1 WHERE schedule_id = $2 AND id IN (SELECT post_id FROM letter "
        f"WHERE state = $3 AND {_UNSENT}) "
        "AND id NOT IN (SELECT post_id FROM letter WHERE post_id IS NOT NULL AND state <> $3)",
        PostState.MISSED.value,
        schedule_id,
        LetterState.WAITING.value,
    )
    await sql.execute(
        "UPDATE letter SET state = $1, settled_at = $2 WHERE state = $3 AND "
        f"post_id IN (SELECT id FROM ranking_post WHERE schedule_id = $4) AND {_UNSENT}",
        LetterState.NEEDLESS.value,
        now,
        LetterState.WAITING.value,
        schedule_id,
    )


_UNSENT = "NOT EXISTS (SELECT 1 FROM outbox o WHERE o.dedupe_key = 'letter/' || letter.id AND o.attempts > 0)"


async def list_schedules(actor: Actor, organisation_id: int, now: dtm.datetime) -> tuple[Scheduled, ...]:
    """List an organisation's schedules, the oldest first; ``now`` in the deployment's zone."""
    actor.require(Permission.RANKINGS_POST, organisation_id=organisation_id)
    rows = await sql.fetch(
        f"SELECT {_COLUMNS} FROM ranking_schedule WHERE organisation_id = $1 ORDER BY id", organisation_id
    )
    return tuple([await _scheduled(await _schedule(row), now) for row in rows])


async def get_schedule(actor: Actor, schedule_id: int, now: dtm.datetime) -> Scheduled:
    """Give one schedule; ScheduleGone when there is none."""
    return await _scheduled(await _get(actor, schedule_id), now)


async def add(
    actor: Actor, organisation_id: int, plan: Plan, group_ids: Collection[int], deed: Deed
) -> Schedule:
    """Make a schedule; what lay before this moment is not posted.

    Raises:
        ScheduleWithoutGroup, SchedulesTooMany: nothing is made.
    """
    actor.require(Permission.RANKINGS_POST, organisation_id=organisation_id)

    async def work() -> Schedule:
        counted = await sql.fetch(
            "SELECT COUNT(*) AS count FROM ranking_schedule WHERE organisation_id = $1", organisation_id
        )
        if counted[0]["count"] >= MOST:
            raise SchedulesTooMany(most=MOST)
        rows = await sql.fetch(
            "INSERT INTO ranking_schedule (organisation_id, basis, timing, day, minute, overall, shape, "
            f"since_at, version) VALUES {sql.placeholders(1, 9)} RETURNING id",
            *(organisation_id, *_values(plan), deed.now, 1),
        )
        schedule_id = rows[0]["id"]
        places = await _set_groups(schedule_id, organisation_id, group_ids)
        told = {**_told(plan), "groups": [each.name for each in places]}
        await _record("schedule_add", schedule_id, organisation_id, deed, after=told)
        return await _read(schedule_id)

    return await transact(work)


async def change(
    actor: Actor, schedule_id: int, plan: Plan, group_ids: Collection[int], version: int, deed: Deed
) -> Schedule:
    """Change a schedule; a new day or hour counts from now on, and posts nothing twice.

    Raises:
        ScheduleGone, ScheduleChanged, ScheduleWithoutGroup: nothing is changed.
    """

    async def work() -> Schedule:
        before = await _get(actor, schedule_id)
        if before.version != version:
            raise ScheduleChanged
        await sql.execute(
            "UPDATE ranking_schedule SET basis = $1, timing = $2, day = $3, minute = $4, overall = $5, "
            "shape = $6, since_at = $7, version = version + 1 WHERE id = $8",
            *(*_values(plan), deed.now, schedule_id),
        )
        places = await _set_groups(schedule_id, before.organisation_id, group_ids)
        told = {**_told(plan), "groups": [each.name for each in places]}
        await _record("schedule_change", schedule_id, before.organisation_id, deed, _told(before.plan), told)
        return await _read(schedule_id)

    return await transact(work)


async def pause(actor: Actor, schedule_id: int, deed: Deed) -> Schedule:
    """Let a schedule post nothing until ``resume``; what waits for the office to open is given up."""
    return await _set_pause(actor, schedule_id, deed.now, deed)


async def resume(actor: Actor, schedule_id: int, deed: Deed) -> Schedule:
    """Let a schedule post again, from now on."""
    return await _set_pause(actor, schedule_id, None, deed)


async def delete(actor: Actor, schedule_id: int, deed: Deed) -> int:
    """Delete a schedule and what waits of it; return its organisation's id. What was posted stays known."""

    async def work() -> int:
        gone = await _get(actor, schedule_id)
        await give_up_waiting(schedule_id, deed.now)
        await sql.execute("DELETE FROM ranking_schedule WHERE id = $1", schedule_id)
        await _record("schedule_delete", schedule_id, gone.organisation_id, deed, before=_told(gone.plan))
        return gone.organisation_id

    return await transact(work)


async def _set_pause(actor: Actor, schedule_id: int, paused_at: dtm.datetime | None, deed: Deed) -> Schedule:
    async def work() -> Schedule:
        before = await _get(actor, schedule_id)
        if (before.paused_at is None) is (paused_at is None):
            return before
        await sql.execute(
            "UPDATE ranking_schedule SET paused_at = $1, since_at = $2, version = version + 1 WHERE id = $3",
            paused_at,
            deed.now,
            schedule_id,
        )
        if paused_at is not None:
            await give_up_waiting(schedule_id, deed.now)
        verb = "schedule_resume" if paused_at is None else "schedule_pause"
        await _record(verb, schedule_id, before.organisation_id, deed)
        return await _read(schedule_id)

    return await transact(work)


async def _set_groups(
    schedule_id: int, organisation_id: int, group_ids: Collection[int]
) -> Sequence[GroupRef]:
    known = [each for each in await groups.list_groups_of(organisation_id) if each.id in group_ids]
    if not known:
        raise ScheduleWithoutGroup
    await sql.execute("DELETE FROM ranking_schedule_group WHERE schedule_id = $1", schedule_id)
    for each in known:
        await sql.execute(
            "INSERT INTO ranking_schedule_group (schedule_id, group_id) VALUES ($1, $2)", schedule_id, each.id
        )
    return known


async def _get(actor: Actor, schedule_id: int) -> Schedule:
    rows = await sql.fetch(f"SELECT {_COLUMNS} FROM ranking_schedule WHERE id = $1", schedule_id)
    if not rows:
        raise ScheduleGone
    actor.require(Permission.RANKINGS_POST, organisation_id=rows[0]["organisation_id"])
    return await _schedule(rows[0])


async def _read(schedule_id: int) -> Schedule:
    rows = await sql.fetch(f"SELECT {_COLUMNS} FROM ranking_schedule WHERE id = $1", schedule_id)
    return await _schedule(rows[0])


async def _schedule(row: dict[str, Any]) -> Schedule:
    places = await sql.look_up(
        "SELECT group_id FROM ranking_schedule_group WHERE schedule_id = $1 ORDER BY group_id", row["id"]
    )
    since_at = sql.moment(row["since_at"])
    assert since_at is not None  # noqa: S101 - the column is never empty
    plan = Plan(
        PostBasis(row["basis"]),
        PostTiming(row["timing"]),
        row["day"],
        dtm.time(*divmod(row["minute"], 60)),
        bool(row["overall"]),
        PostShape(row["shape"]),
    )
    return Schedule(
        row["id"],
        row["organisation_id"],
        plan,
        tuple(place["group_id"] for place in places),
        since_at,
        sql.moment(row["paused_at"]),
        row["version"],
    )


async def _scheduled(schedule: Schedule, now: dtm.datetime) -> Scheduled:
    calendar = await calendar_days.read_calendar(schedule.organisation_id, (now.year, now.year + 1))
    known = await groups.list_groups_of(schedule.organisation_id)
    rows = await sql.fetch(
        f"SELECT {ranking_letters.COLUMNS} FROM ranking_post WHERE schedule_id = $1 "
        "ORDER BY due_at DESC LIMIT 12",
        schedule.id,
    )
    posts = [ranking_letters.post_of(row) for row in rows]
    last = next((each for each in posts if each.state is not PostState.MISSED), None)
    letters = await sql.fetch(
        "SELECT state, COUNT(*) AS count FROM letter WHERE post_id = $1 GROUP BY state",
        last.id if last else 0,
    )
    return Scheduled(
        schedule=schedule,
        groups=tuple(each for each in known if each.id in schedule.group_ids),
        next=None if schedule.paused_at else next_occurrence(schedule.plan, now, calendar),
        last=last,
        letters={LetterState(row["state"]): int(row["count"]) for row in letters},
        missed=tuple(each for each in posts if each.state is PostState.MISSED)[:3],
    )


def _values(plan: Plan) -> tuple[object, ...]:
    minute = plan.at.hour * 60 + plan.at.minute
    return plan.basis.value, plan.timing.value, plan.day, minute, plan.overall, plan.shape.value


def _told(plan: Plan) -> dict[str, object]:
    return {
        "post_basis": plan.basis.value,
        "post_timing": plan.timing.value,
        "post_day": plan.day if plan.timing is PostTiming.DAY_OF_MONTH else 0,
        "post_at": f"{plan.at:%H:%M}",
        "overall": plan.overall,
        "post_shape": plan.shape.value,
    }


async def _record(
    verb: str,
    schedule_id: int,
    organisation_id: int,
    deed: Deed,
    before: object = None,
    after: object = None,
) -> None:
    entry = audit.Entry(f"ranking.{verb}", f"ranking_schedule/{schedule_id}", before, after)
    await deed.record(entry, organisation_id)
