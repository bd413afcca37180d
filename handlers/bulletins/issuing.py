"""Issuing a bulletin, what was issued, and its corrections."""

from collections.abc import Sequence

from handlers.bulletins.asked import read_asked, read_draft, seen
from handlers.kit.answers import Answer
from handlers.kit.context import Context
from handlers.views import bulletin_cards as view
from handlers.views import bulletin_pages as pages
from services.issuing import bulletin_corrections, bulletins, issued_bulletins


async def confirm(context: Context) -> Sequence[Answer]:
    """Show what issuing means, and ask for a yes, or for the reason where something does not fit."""
    draft = await read_draft(context, read_asked(context))
    return [view.confirm(draft, context.texts)]


async def issue(context: Context) -> Sequence[Answer]:
    """Issue what was agreed to by button."""
    return await _issue(context, "", replaces=True)


async def reason_said(context: Context) -> Sequence[Answer]:
    """Issue what was agreed to, for the reason that was given."""
    return await _issue(context, context.text, replaces=False)


async def _issue(context: Context, reason: str, *, replaces: bool) -> Sequence[Answer]:
    asked = read_asked(context)
    made = await bulletins.issue(
        context.actor,
        (asked.organisation_id, asked.kind, asked.period),
        context.arguments["agreed"],
        reason,
        context.deed,
        context.today,
        context.prepared,
    )
    said = context.texts("bulletin.now_issued")
    return [view.issued(made, seen(context), context.texts, replaces=replaces, said=said)]


async def show_list(context: Context) -> Sequence[Answer]:
    """List what was issued."""
    organisation_id = context.arguments["organisation_id"]
    known = await issued_bulletins.list_issued(context.actor, organisation_id)
    page = context.arguments.get("page", 0)
    return [view.listing(known, organisation_id, page, context.arrival.zone, context.texts)]


async def show(context: Context) -> Sequence[Answer]:
    """Show an issued bulletin."""
    made = await issued_bulletins.get_issued(context.actor, context.arguments["id"])
    return [view.issued(made, seen(context), context.texts, replaces=True)]


async def show_text(context: Context) -> Sequence[Answer]:
    """Show a page of an issued bulletin's text, as it was issued."""
    made = await issued_bulletins.get_issued(context.actor, context.arguments["id"])
    return [pages.of_issued(made, context.arguments.get("page", 0), context.texts)]


async def show_correction(context: Context) -> Sequence[Answer]:
    """Show a correction that was issued."""
    made = await issued_bulletins.get_issued(context.actor, context.arguments["id"])
    return [view.correction(made, context.arguments["number"], context.arrival.zone, context.texts)]


async def compare(context: Context) -> Sequence[Answer]:
    """Show where the figures of today differ, and ask why that is to be corrected."""
    revised = await bulletin_corrections.compare(context.actor, context.arguments["id"], context.today)
    return [view.revised(revised, context.texts)]


async def correction_said(context: Context) -> Sequence[Answer]:
    """Issue the correction that was agreed to, for the reason that was given."""
    told = context.arguments
    await bulletin_corrections.correct(
        context.actor, told["id"], told["agreed"], context.text, context.deed, context.today
    )
    made = await issued_bulletins.get_issued(context.actor, told["id"])
    said = context.texts("bulletin.now_corrected", number=len(made.corrections))
    return [view.issued(made, seen(context), context.texts, replaces=False, said=said)]
