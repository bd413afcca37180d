"""The draft of a bulletin: which one, how it stands, its text by pages, what does not fit."""

from collections.abc import Sequence

from handlers.bulletins.asked import Asked, read_asked, read_draft, seen
from handlers.kit.answers import Answer
from handlers.kit.context import Context
from handlers.views import bulletin_cards as view
from handlers.views import bulletin_pages as pages
from handlers.views.bulletin_names import which_bulletin
from services.core.access import Permission
from services.core.bulletin_requests import read_request
from services.issuing import issued_bulletins
from services.office import organisations


async def begin(context: Context) -> Sequence[Answer]:
    """Show the bulletin of the period that follows the command; ask for the organisation of several."""
    managed = await organisations.list_managed(context.actor, Permission.BULLETINS_ISSUE)
    period = read_request(context.text, context.today)
    if len(managed) > 1:
        return [which_bulletin(managed, period, context.texts)]
    return [await card(context, Asked(managed[0].id, period), replaces=False)]


async def show(context: Context) -> Sequence[Answer]:
    """Show the bulletin of the pressed button; of an organisation alone, that of the last month."""
    if "period" not in context.arguments:
        asked = Asked(context.arguments["organisation_id"], read_request("", context.today))
        return [await card(context, asked, replaces=True)]
    return [await card(context, read_asked(context), replaces=True)]


async def preview(context: Context) -> Sequence[Answer]:
    """Show a page of the draft's text."""
    draft = await read_draft(context, read_asked(context))
    return [pages.of_draft(draft, context.arguments.get("page", 0), context.texts)]


async def show_objections(context: Context) -> Sequence[Answer]:
    """Show what does not fit."""
    draft = await read_draft(context, read_asked(context))
    return [view.objections(draft, context.texts)]


async def card(context: Context, asked: Asked, *, replaces: bool, said: str = "") -> Answer:
    """Show how a period's bulletin stands: a draft, or issued."""
    ref = await issued_bulletins.find_issued(context.actor, asked.organisation_id, asked.kind, asked.period)
    if ref is not None:
        issued = await issued_bulletins.get_issued(context.actor, ref.id)
        return view.issued(issued, seen(context), context.texts, replaces=replaces, said=said)
    draft = await read_draft(context, asked)
    return view.draft(draft, context.today, context.texts, replaces=replaces, said=said)
