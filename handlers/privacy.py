"""`/mydata` and `/forgetme`: what is kept about oneself, and having it forgotten."""

from collections.abc import Sequence

from handlers.kit.answers import Answer
from handlers.kit.context import Context
from handlers.kit.specs import EVERYBODY, ActionSpec, CommandSpec, Effect, Family
from handlers.views import privacy as view
from services.membership import privacy


async def show(context: Context) -> Sequence[Answer]:
    """Show what is kept about the person who asks."""
    kept = await privacy.read_own(context.actor)
    return [view.kept(kept, context.actor, context.arrival.zone, context.texts)]


async def ask(context: Context) -> Sequence[Answer]:
    """Say what forgetting means, and ask whether it is meant."""
    kept = await privacy.read_own(context.actor)
    if kept is None:
        return [view.kept(None, context.actor, context.arrival.zone, context.texts)]
    await privacy.require_replaceable(
        context.actor, has_standing_administrator=context.use_cases.has_standing_administrator
    )
    return [view.ask(kept, context.actor, context.texts)]


async def forget(context: Context) -> Sequence[Answer]:
    """Forget the person who pressed."""
    await privacy.forget(
        context.actor,
        context.deed,
        has_standing_administrator=context.use_cases.has_standing_administrator,
    )
    return [view.forgotten(context.texts)]


async def keep(context: Context) -> Sequence[Answer]:
    """Leave everything as it is."""
    return [view.left(context.texts)]


FAMILY = Family(
    commands=(
        CommandSpec("mydata", ("我的资料",), Effect.READS, show, needs=EVERYBODY, is_private=True),
        CommandSpec("forgetme", ("注销",), Effect.READS, ask, needs=EVERYBODY, is_private=True),
    ),
    actions=(
        ActionSpec("privacy.forget", Effect.WRITES, forget),
        ActionSpec("privacy.keep", Effect.READS, keep),
    ),
)
