"""Rankings posted to groups: at once because an administrator wants it, or as their schedules say."""

import datetime as dtm
from collections.abc import Sequence

from models.enums import LetterKind, LetterState, PostState
from services import audit, outbox, sql
from services.audit import Deed
from services.core.access import Actor, Permission
from services.core.errors import PastMending, UserError
from services.core.occasion import Occasion
from services.core.posting import Occurrence, occurrences
from services.office import calendar_days, groups
from services.office.groups import GroupRef
from services.ranking import ranking_schedules
from services.ranking.ranking_letters import NewPost
from services.ranking.ranking_schedules import Schedule
from services.reminding import letter_log, reminder_rules
from services.transaction import transact


class NoGroupChosen(UserError):
    """A ranking needs a group to be posted to."""


class GroupsUnreachable(PastMending):
    """None of the chosen groups can be written to."""


async def post(
    actor: Actor, wanted: NewPost, group_ids: Sequence[int], occasion: Occasion, deed: Deed
) -> tuple[GroupRef, ...]:
    """Post a ranking at once, whatever the hour; give the groups it goes to. One press posts it once.

    Raises:
        NoGroupChosen, GroupsUnreachable: nothing is posted.
    """
    actor.require(Permission.RANKINGS_POST, organisation_id=wanted.organisation_id)

    async def work() -> tuple[GroupRef, ...]:
        known = await groups.list_groups_of(wanted.organisation_id)
        chosen = [each for each in known if each.id in group_ids]
        if not chosen:
            raise NoGroupChosen
        reached = tuple(each for each in chosen if each.unreachable_at is None)
        if not reached:
            raise GroupsUnreachable
        post_id = await _insert(
            f"press/{occasion.source}", wanted, None, PostState.WRITTEN, deed.now, deed.now
        )
        if post_id is None:
            return reached
        await _write(post_id, reached, deed.now)
        told = {
            "ranking": str(wanted.period),
            "shape": wanted.shape.value,
            "groups": [each.name for each in reached],
        }
        await deed.record(
            audit.Entry("ranking.post", f"ranking/{post_id}", after=told), wanted.organisation_id
        )
        return reached

    return await transact(work)


async def plan(now: dtm.datetime) -> int:
    """Write down what schedules have due by ``now``, in the deployment's zone; return how much that is.

    Of several that one schedule has missed only the latest is posted. Nothing is written while the
    organisation's reminders are paused.
    """
    written = 0
    for each in await ranking_schedules.list_running():
        rules = await reminder_rules.read_rules(each.organisation_id)
        if rules.paused_at is None:
            written += await _plan(each, now)
    return written


async def _plan(schedule: Schedule, now: dtm.datetime) -> int:
    since = schedule.since_at.astimezone(now.tzinfo)
    if since > now:
        return 0
    calendar = await calendar_days.read_calendar(schedule.organisation_id, range(since.year, now.year + 2))
    due = list(occurrences(schedule.plan, since, now, calendar))
    known = await ranking_schedules.list_keys(schedule.id)
    if all(_key(schedule, each) in known for each in due):
        return 0

    async def work() -> int:
        for each in due[:-1]:
            await _insert(
                _key(schedule, each), _wanted(schedule, each), schedule, PostState.MISSED, each.due_at, now
            )
        return await _post_scheduled(schedule, due[-1], now)

    return await transact(work)


async def _post_scheduled(schedule: Schedule, due: Occurrence, now: dtm.datetime) -> int:
    places = [
        each
        for each in await groups.list_groups_of(schedule.organisation_id)
        if each.id in schedule.group_ids and each.unreachable_at is None
    ]
    state = PostState.WRITTEN if places else PostState.NOWHERE
    post_id = await _insert(_key(schedule, due), _wanted(schedule, due), schedule, state, due.due_at, now)
    if post_id is None:
        return 0
    await ranking_schedules.give_up_waiting(schedule.id, now)
    await _write(post_id, places, now)
    return 1


def _key(schedule: Schedule, due: Occurrence) -> str:
    return f"schedule/{schedule.id}/{due.key}"


def _wanted(schedule: Schedule, due: Occurrence) -> NewPost:
    plan = schedule.plan
    return NewPost(schedule.organisation_id, due.period, due.through, None, plan.overall, plan.shape)


async def _insert(
    key: str,
    wanted: NewPost,
    schedule: Schedule | None,
    state: PostState,
    due_at: dtm.datetime,
    now: dtm.datetime,
) -> int | None:
    """Write a post down; None where its key is known."""
    rows = await sql.fetch(
        "INSERT INTO ranking_post (key, organisation_id, schedule_id, period, through_on, division, overall, "
        f"shape, is_asked, state, due_at, planned_at) VALUES {sql.placeholders(1, 12)} "
        "ON CONFLICT (key) DO NOTHING RETURNING id",
        key,
        wanted.organisation_id,
        schedule.id if schedule else None,
        str(wanted.period),
        wanted.through.starts_on,
        wanted.division,
        wanted.overall,
        wanted.shape.value,
        schedule is None,
        state.value,
        due_at,
        now,
    )
    return int(rows[0]["id"]) if rows else None


async def _write(post_id: int, places: Sequence[GroupRef], now: dtm.datetime) -> None:
    """Write a letter for each group, in the caller's transaction."""
    for place in places:
        rows = await sql.fetch(
            "INSERT INTO letter (key, kind, group_id, post_id, day_on, state, written_at) "
            f"VALUES {sql.placeholders(1, 7)} ON CONFLICT (key) DO NOTHING RETURNING id",
            f"{LetterKind.RANKING}/{place.id}/{post_id}",
            LetterKind.RANKING.value,
            place.id,
            post_id,
            now.date(),
            LetterState.WAITING.value,
            now,
        )
        calls = [
            outbox.NewCall(
                letter_log.outbox_key(row["id"]), outbox.LIST, place.chat, "", {"letter": row["id"]}
            )
            for row in rows
        ]
        await outbox.enqueue(calls, now)
