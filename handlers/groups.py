"""`/groups`: register the group or topic it is typed in, rename it, let it go."""

from collections.abc import Sequence

from handlers.kit.answers import Answer
from handlers.kit.context import Context
from handlers.kit.specs import ActionSpec, CommandSpec, Effect, Family, StepSpec
from handlers.views import groups as view
from locales import Texts
from services.core.access import Permission
from services.core.text import as_name
from services.office import groups
from services.office.groups import Place


async def show_place(context: Context) -> Sequence[Answer]:
    """Show what is registered here, under the name that follows if there is one; in private, everything."""
    if context.incoming.is_private:
        return await _list(context, 0, replaces=False)
    place = _place(context, context.incoming.thread_id or 0)
    seen = await groups.look(context.actor, place)
    if seen.here is not None and context.text and not seen.is_anothers:
        return await _rename(context, seen.here.id)
    suggested = context.text or view.suggest(place, context.incoming.topic_name, context.texts)
    return [view.here(seen, suggested, context.texts)]


async def turn_page(context: Context) -> Sequence[Answer]:
    """Show another page of the list."""
    return await _list(context, context.arguments["page"], replaces=True)


async def show(context: Context) -> Sequence[Answer]:
    """Show one registered place."""
    group = await groups.get_group(context.actor, context.arguments["group_id"])
    return [view.card(group, context.texts, replaces=True)]


async def register(context: Context) -> Sequence[Answer]:
    """Register the place of the pressed button."""
    asked = context.arguments
    group = await groups.register(
        context.actor,
        _place(context, asked["topic"]),
        asked["organisation_id"],
        asked["name"],
        source=context.arrival.source,
        now=context.now,
    )
    said = context.texts("groups.now_registered")
    return [view.card(group, context.texts, replaces=True, said=said)]


async def ask_name(context: Context) -> Sequence[Answer]:
    """Ask for another name."""
    group = await groups.get_group(context.actor, context.arguments["group_id"])
    return [view.ask_name(group, context.texts, is_private=context.incoming.is_private)]


async def rename(context: Context) -> Sequence[Answer]:
    """Take the answer for the name."""
    return await _rename(context, context.arguments["group_id"])


async def ask_release(context: Context) -> Sequence[Answer]:
    """Ask how far to leave."""
    group = await groups.get_group(context.actor, context.arguments["group_id"])
    is_last = await groups.is_last_of_chat(group)
    return [view.ask_release(group, context.texts, is_last=is_last)]


async def release(context: Context) -> Sequence[Answer]:
    """Let the place of the pressed button go."""
    group = await groups.release(
        context.actor, context.arguments["group_id"], source=context.arrival.source, now=context.now
    )
    return [view.released(group, context.texts, leaves=context.arguments["leaves"])]


def greet(texts: Texts) -> Answer:
    """Say in a group that the bot was added to what an administrator can do."""
    return view.greeting(texts)


async def _list(context: Context, page: int, *, replaces: bool) -> Sequence[Answer]:
    known = await groups.list_groups(context.actor)
    return [view.listing(known, page, context.texts, replaces=replaces)]


async def _rename(context: Context, group_id: int) -> Sequence[Answer]:
    group = await groups.rename(
        context.actor, group_id, context.text, source=context.arrival.source, now=context.now
    )
    return [view.renamed(group, context.texts)]


def _place(context: Context, topic: int) -> Place:
    return Place(context.incoming.chat_id, topic, as_name(context.incoming.chat_title))


FAMILY = Family(
    commands=(
        CommandSpec(
            "groups",
            ("群组",),
            Effect.WRITES,
            show_place,
            needs=frozenset({Permission.GROUPS_MANAGE}),
            takes_arguments=True,
        ),
    ),
    actions=(
        ActionSpec("groups.page", Effect.READS, turn_page),
        ActionSpec("groups.show", Effect.READS, show),
        ActionSpec("groups.register", Effect.WRITES, register),
        ActionSpec("groups.rename", Effect.READS, ask_name),
        ActionSpec("groups.leave", Effect.READS, ask_release),
        ActionSpec("groups.release", Effect.WRITES, release),
    ),
    steps=(StepSpec(view.STEP, Effect.WRITES, rename, takes_prose=True),),
)
