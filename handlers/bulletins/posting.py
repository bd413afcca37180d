"""Posting an issued bulletin to groups: chosen, looked at, sent."""

from collections.abc import Sequence

from handlers.kit.answers import Answer
from handlers.kit.context import Context
from handlers.views import bulletin_posts as view
from services.issuing import bulletin_posts, issued_bulletins


async def choose(context: Context) -> Sequence[Answer]:
    """Ask to which groups."""
    issued, places = await bulletin_posts.list_places(context.actor, context.arguments["id"])
    return [view.choose(issued, context.arguments.get("groups", []), places, context.texts)]


async def send(context: Context) -> Sequence[Answer]:
    """Post it."""
    reached = await bulletin_posts.post(
        context.actor,
        context.arguments["id"],
        context.arguments["groups"],
        context.occasion,
        context.deed,
    )
    issued = await issued_bulletins.get_issued(context.actor, context.arguments["id"])
    return [view.sent(issued, reached, context.texts)]
