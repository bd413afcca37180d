"""The two buttons after a restore: send the old messages, or give them up."""

from collections.abc import Sequence

from handlers.kit.answers import Answer
from handlers.kit.context import Context
from handlers.kit.specs import ActionSpec, Effect, Family
from handlers.views import sending as view
from services.arranging import sending


async def release(context: Context) -> Sequence[Answer]:
    """Let the old messages out and end the pause."""
    count = await sending.release(context.actor, source=context.arrival.source, now=context.now)
    return [view.released(count, context.texts)]


async def discard(context: Context) -> Sequence[Answer]:
    """Give the old messages up and end the pause."""
    count = await sending.discard(context.actor, source=context.arrival.source, now=context.now)
    return [view.discarded(count, context.texts)]


FAMILY = Family(
    actions=(
        ActionSpec("sending.release", Effect.WRITES, release),
        ActionSpec("sending.discard", Effect.WRITES, discard),
    )
)
