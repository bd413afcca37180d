"""`/away` (请假) and the buttons of a digest: reminded later, away, who stands in."""

from collections.abc import Sequence

from handlers.kit.answers import Answer
from handlers.kit.context import Context
from handlers.kit.routing import ENDINGS
from handlers.kit.specs import EVERYBODY, ActionSpec, CommandSpec, Effect, Family, StepSpec
from handlers.views import away as view
from locales import Catalogue
from models.enums import Language
from services.core.access import Permission
from services.core.stretches import parse_stretch
from services.membership import absences

MISSES = 2
BACK = {"销假", "我回来了", "休假结束"}


async def away(context: Context) -> Sequence[Answer]:
    """Take the days that follow for a leave, or show what is noted and ask for them."""
    if context.text:
        return await _days(context)
    return [await _shown(context)]


async def show(context: Context) -> Sequence[Answer]:
    """Show what is noted, and ask for days."""
    return [await _shown(context)]


async def days_said(context: Context) -> Sequence[Answer]:
    """Take the next message for the days, or for being back."""
    return await (_back(context) if _says_back(context) else _days(context))


async def begin(context: Context) -> Sequence[Answer]:
    """Note the leave of the pressed button, and tell whoever stands in."""
    asked = context.arguments
    stretch, stand_in = view.stretch_of(asked), asked["stand_in"]
    told = await absences.take_leave(context.actor, stretch, stand_in, context.today, context.deed)
    leaves = await absences.list_own(context.actor, context.today)
    noted = next(each for each in leaves if each.stretch == stretch)
    return [
        view.noted(noted, context.texts),
        *(
            view.notice(
                noted,
                context.actor.name,
                Catalogue.load().texts((each.language or Language.CHINESE).value),
                to=each.chat,
            )
            for each in told
        ),
    ]


async def end(context: Context) -> Sequence[Answer]:
    """End the leave of the pressed button."""
    ended = await absences.end_leave(
        context.actor, context.arguments["absence_id"], context.today, context.deed
    )
    return [view.ended(ended, context.texts)]


async def later(context: Context) -> Sequence[Answer]:
    """Leave the person alone for some working days."""
    working_days = context.arguments["working_days"]
    from_on = await absences.remind_later(context.actor, working_days, context.today, context.deed)
    return [view.later(from_on, context.texts)]


async def guess(context: Context) -> Sequence[Answer]:
    """Show the leaves, with a button that ends each, to who says they are back."""
    if not context.incoming.is_private or not _says_back(context):
        return ()
    return await _back(context)


def _says_back(context: Context) -> bool:
    return context.text.strip(ENDINGS) in BACK


async def _back(context: Context) -> Sequence[Answer]:
    leaves = await absences.list_own(context.actor, context.today)
    return [view.shown(leaves, context.texts) if leaves else view.none(context.texts)]


async def _days(context: Context) -> Sequence[Answer]:
    context.actor.require(Permission.REMINDERS_CHOOSE)
    said = parse_stretch(context.text, today=context.today)
    missed = context.arguments.get("missed", 0)
    if said is None and missed < MISSES:
        return [view.unclear(context.texts, missed=missed + 1)]
    stretch = absences.require_possible(said, context.today)
    colleagues = await absences.list_colleagues(context.actor)
    return [view.ask_stand_in(stretch, colleagues, context.texts)]


async def _shown(context: Context) -> Answer:
    return view.shown(await absences.list_own(context.actor, context.today), context.texts)


FAMILY = Family(
    commands=(
        CommandSpec(
            "away",
            ("请假", "休假"),
            Effect.READS,
            away,
            needs=EVERYBODY,
            takes_arguments=True,
            is_private=True,
        ),
    ),
    actions=(
        ActionSpec("away.show", Effect.READS, show),
        ActionSpec("away.begin", Effect.WRITES, begin),
        ActionSpec("away.end", Effect.WRITES, end),
        ActionSpec("away.later", Effect.WRITES, later),
    ),
    steps=(StepSpec(view.STEP, Effect.READS, days_said, takes_prose=True),),
    guess=guess,
)
