"""Figures that the office states for a bulletin, and its number."""

from collections.abc import Sequence

from handlers.bulletins.asked import read_asked, read_draft
from handlers.bulletins.drafts import card
from handlers.kit.answers import Answer
from handlers.kit.context import Context
from handlers.views import bulletin_figures as view
from services.core.bulletin_requests import read_issue_number
from services.core.stated import read_stated
from services.issuing import bulletin_figures


async def show(context: Context) -> Sequence[Answer]:
    """Show the figures, and ask for the first that is missing."""
    draft = await read_draft(context, read_asked(context))
    return [view.figures(draft, context.texts, replaces=True)]


async def ask(context: Context) -> Sequence[Answer]:
    """Ask for one figure."""
    draft = await read_draft(context, read_asked(context))
    return [view.ask(draft, context.arguments["name"], context.texts)]


async def said(context: Context) -> Sequence[Answer]:
    """Take one figure, or several lines of them, and ask for the next."""
    asked = read_asked(context)
    stated = read_stated(context.text, asked.kind, context.arguments.get("name", ""))
    changes = await bulletin_figures.state_figures(
        context.actor, asked.organisation_id, asked.period, stated, context.deed
    )
    draft = await read_draft(context, asked)
    return [view.figures(draft, context.texts, replaces=False, changes=changes)]


async def drop(context: Context) -> Sequence[Answer]:
    """State a figure no longer."""
    asked = read_asked(context)
    change = await bulletin_figures.drop_figure(
        context.actor, asked.organisation_id, asked.period, context.arguments["name"], context.deed
    )
    draft = await read_draft(context, asked)
    return [view.figures(draft, context.texts, replaces=True, changes=(change,))]


async def ask_number(context: Context) -> Sequence[Answer]:
    """Ask which number the bulletin bears."""
    draft = await read_draft(context, read_asked(context))
    return [view.ask_number(draft, context.texts)]


async def number_said(context: Context) -> Sequence[Answer]:
    """Take the number."""
    asked = read_asked(context)
    known = await bulletin_figures.read_next_number(asked.organisation_id, asked.kind, asked.period.year)
    number = read_issue_number(context.text, known)
    await bulletin_figures.state_number(
        context.actor, asked.organisation_id, asked.kind, asked.period.year, number, context.deed
    )
    return [await card(context, asked, replaces=False, said=context.texts("bulletin.numbered"))]
