"""The days that a bulletin bears."""

from collections.abc import Sequence

from handlers.bulletins.asked import read_asked, read_draft
from handlers.bulletins.drafts import card
from handlers.kit.answers import Answer
from handlers.kit.context import Context
from handlers.views import bulletin_days as view
from services.core.issue_days import IssueDays, read_issue_days
from services.issuing import bulletin_days


async def ask(context: Context) -> Sequence[Answer]:
    """Show the days, and ask for others."""
    draft = await read_draft(context, read_asked(context))
    return [view.ask(draft, context.texts)]


async def said(context: Context) -> Sequence[Answer]:
    """Take the answer for the days."""
    asked = read_asked(context)
    known = await bulletin_days.read_days(asked.organisation_id, asked.period)
    days = read_issue_days(context.text, asked.kind, known, context.today)
    return [await _state(context, days, replaces=False)]


async def reset(context: Context) -> Sequence[Answer]:
    """Have the bulletin bear the day on which it is issued."""
    return [await _state(context, IssueDays(), replaces=True)]


async def _state(context: Context, days: IssueDays, *, replaces: bool) -> Answer:
    asked = read_asked(context)
    await bulletin_days.state_days(context.actor, asked.organisation_id, asked.period, days, context.deed)
    return await card(context, asked, replaces=replaces, said=context.texts("bulletin.days_stated"))
