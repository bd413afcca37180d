"""节假日, from `/settings`: the office's own working days and days off, typed or pasted from a notice."""

from collections.abc import Sequence

from handlers.kit.answers import Answer
from handlers.kit.context import Context
from handlers.kit.specs import ActionSpec, Effect, Family, StepSpec
from handlers.views import days_off as view
from services.core.days_off import read_days_off
from services.core.stretches import Stretch
from services.office import calendar_days


async def show(context: Context) -> Sequence[Answer]:
    """Show what the office decided, and how to say more."""
    return [await _shown(context, replaces=True)]


async def decide(context: Context) -> Sequence[Answer]:
    """Take the next message for days, and say what of it was understood."""
    read = read_days_off(context.text, today=context.today)
    organisation_id = context.arguments["organisation_id"]
    await calendar_days.decide_days(context.actor, organisation_id, read.days, context.deed)
    return [await _shown(context, said=view.understood(read, context.texts))]


async def leave(context: Context) -> Sequence[Answer]:
    """Let the days of the pressed button be as published again."""
    asked = context.arguments
    stretch = Stretch(view.day(asked["first_on"]), view.day(asked["last_on"]))
    await calendar_days.leave_days(context.actor, asked["organisation_id"], stretch, context.deed)
    return [await _shown(context, replaces=True, said=view.left(stretch, context.texts))]


async def _shown(context: Context, *, replaces: bool = False, said: str = "") -> Answer:
    organisation_id = context.arguments["organisation_id"]
    days = await calendar_days.read_days(context.actor, organisation_id, context.today)
    return view.shown(days, context.texts, replaces=replaces, said=said)


FAMILY = Family(
    actions=(
        ActionSpec("days.show", Effect.READS, show),
        ActionSpec("days.leave", Effect.WRITES, leave),
    ),
    steps=(StepSpec(view.STEP, Effect.WRITES, decide, takes_prose=True),),
)
