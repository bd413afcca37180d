"""Posting rankings to groups, from `/rank`: at once after a look, and by schedules."""

import datetime as dtm
from collections.abc import Sequence

from handlers.kit.answers import Answer
from handlers.kit.context import Context
from handlers.kit.specs import ActionSpec, Effect, Family
from handlers.views import ranking_posts as view
from handlers.views import ranking_schedules as schedule_view
from handlers.views.ranking_buttons import Wanted
from handlers.views.ranking_schedules import Draft
from models.enums import PostShape
from services.core.access import Permission
from services.core.posting import next_occurrence
from services.core.quarter import read_any_period
from services.core.standings import Standings
from services.office import calendar_days, groups
from services.ranking import ranking_posts, ranking_schedules
from services.ranking.ranking_letters import NewPost
from services.reminding import reminder_rules


async def choose(context: Context) -> Sequence[Answer]:
    """Ask to which groups a ranking goes, and how much of it."""
    wanted = _wanted(context)
    found = await _read(context, wanted)
    places = await groups.list_groups_of(wanted.organisation_id)
    asked = context.arguments
    return [view.choose(found, wanted, PostShape(asked["shape"]), asked["groups"], places, context.texts)]


async def preview(context: Context) -> Sequence[Answer]:
    """Show what would be posted."""
    wanted = _wanted(context)
    found = await _read(context, wanted)
    places = await groups.list_groups_of(wanted.organisation_id)
    chosen = [each for each in places if each.id in context.arguments["groups"]]
    shape, page = PostShape(context.arguments["shape"]), context.arguments.get("page", 0)
    return [view.preview(found, wanted, shape, chosen, context.texts, page=page)]


async def send(context: Context) -> Sequence[Answer]:
    """Post it."""
    wanted = _wanted(context)
    found = await _read(context, wanted)
    post = NewPost(
        wanted.organisation_id,
        found.period,
        found.through,
        wanted.division,
        wanted.overall,
        PostShape(context.arguments["shape"]),
    )
    reached = await ranking_posts.post(
        context.actor, post, context.arguments["groups"], context.occasion, context.deed
    )
    return [view.sent(reached, wanted, context.texts)]


async def show_schedules(context: Context) -> Sequence[Answer]:
    """List the schedules of the pressed button's organisation."""
    return [await _listing(context, context.arguments["organisation_id"])]


async def show_schedule(context: Context) -> Sequence[Answer]:
    """Show one schedule."""
    return [await _card(context, context.arguments["schedule_id"])]


async def edit(context: Context) -> Sequence[Answer]:
    """Show a draft as it is after the press."""
    draft = Draft.read(context.arguments)
    context.actor.require(Permission.RANKINGS_POST, organisation_id=draft.organisation_id)
    places = await groups.list_groups_of(draft.organisation_id)
    now = _now(context)
    calendar = await calendar_days.read_calendar(draft.organisation_id, (now.year, now.year + 1))
    upcoming = next_occurrence(draft.plan, now, calendar)
    return [schedule_view.editor(draft, context.arguments["ask"], places, upcoming, context.texts)]


async def save(context: Context) -> Sequence[Answer]:
    """Keep a draft: as a new schedule, or as what one has become."""
    draft = Draft.read(context.arguments)
    if draft.schedule_id is None:
        kept = await ranking_schedules.add(
            context.actor, draft.organisation_id, draft.plan, draft.groups, context.deed
        )
    else:
        kept = await ranking_schedules.change(
            context.actor, draft.schedule_id, draft.plan, draft.groups, draft.version, context.deed
        )
    return [await _card(context, kept.id, said="rank.schedule.saved")]


async def pause(context: Context) -> Sequence[Answer]:
    """Let a schedule post nothing for now."""
    await ranking_schedules.pause(context.actor, context.arguments["schedule_id"], context.deed)
    return [await _card(context, context.arguments["schedule_id"])]


async def resume(context: Context) -> Sequence[Answer]:
    """Let a schedule post again."""
    await ranking_schedules.resume(context.actor, context.arguments["schedule_id"], context.deed)
    return [await _card(context, context.arguments["schedule_id"])]


async def delete(context: Context) -> Sequence[Answer]:
    """Delete a schedule; making it again takes three presses, so nobody is asked twice."""
    organisation_id = await ranking_schedules.delete(
        context.actor, context.arguments["schedule_id"], context.deed
    )
    return [await _listing(context, organisation_id, said="rank.schedule.deleted")]


async def _listing(context: Context, organisation_id: int, *, said: str = "") -> Answer:
    found = await ranking_schedules.list_schedules(context.actor, organisation_id, _now(context))
    rules = await reminder_rules.read_rules(organisation_id)
    return schedule_view.listing(
        found,
        organisation_id,
        context.texts,
        is_paused=rules.paused_at is not None,
        said=context.texts(said) if said else "",
    )


async def _card(context: Context, schedule_id: int, *, said: str = "") -> Answer:
    found = await ranking_schedules.get_schedule(context.actor, schedule_id, _now(context))
    words = context.texts(said) if said else ""
    return schedule_view.card(found, context.arrival.zone, context.texts, said=words)


async def _read(context: Context, wanted: Wanted) -> Standings:
    context.actor.require(Permission.RANKINGS_POST, organisation_id=wanted.organisation_id)
    return await context.use_cases.standings.read(
        context.actor,
        wanted.organisation_id,
        read_any_period(wanted.period),
        context.today,
        division=wanted.division,
        overall=wanted.overall,
    )


def _wanted(context: Context) -> Wanted:
    asked = context.arguments
    return Wanted(asked["organisation_id"], asked["period"], asked["division"], asked["overall"])


def _now(context: Context) -> dtm.datetime:
    return context.now.astimezone(context.arrival.zone)


FAMILY = Family(
    actions=(
        ActionSpec("rank.post", Effect.READS, choose),
        ActionSpec("rank.preview", Effect.READS, preview),
        ActionSpec("rank.send", Effect.WRITES, send),
        ActionSpec("rank.schedules", Effect.READS, show_schedules),
        ActionSpec("rank.schedule", Effect.READS, show_schedule),
        ActionSpec("rank.draft", Effect.READS, edit),
        ActionSpec("rank.save", Effect.WRITES, save),
        ActionSpec("rank.pause", Effect.WRITES, pause),
        ActionSpec("rank.resume", Effect.WRITES, resume),
        ActionSpec("rank.delete", Effect.WRITES, delete),
    ),
)
