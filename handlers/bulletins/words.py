"""The words of a bulletin, place by place."""

from collections.abc import Sequence

from handlers.bulletins.asked import Asked, read_asked, read_draft
from handlers.kit.answers import Answer
from handlers.kit.context import Context
from handlers.views import bulletin_words as view
from services.core.wordings import LEFT_OUT
from services.issuing import bulletin_phrases


async def show_places(context: Context) -> Sequence[Answer]:
    """Show what can be worded."""
    draft = await read_draft(context, read_asked(context))
    return [view.places(draft, context.texts)]


async def show_place(context: Context) -> Sequence[Answer]:
    """Show a place with its words and its fields, and ask for others."""
    draft = await read_draft(context, read_asked(context))
    return [view.place(draft, context.arguments["place"], context.texts)]


async def said(context: Context) -> Sequence[Answer]:
    """Take the answer for the words of a place."""
    return await _reword(context, context.text, replaces=False)


async def reset(context: Context) -> Sequence[Answer]:
    """Bring the default words back."""
    return await _reword(context, None, replaces=True)


async def leave_out(context: Context) -> Sequence[Answer]:
    """Leave a place out."""
    return await _reword(context, LEFT_OUT, replaces=True)


async def _reword(context: Context, text: str | None, *, replaces: bool) -> Sequence[Answer]:
    asked: Asked = read_asked(context)
    told = context.arguments
    await bulletin_phrases.reword(
        context.actor,
        asked.organisation_id,
        (asked.kind, told["place"]),
        text,
        told["version"],
        context.deed,
    )
    draft = await read_draft(context, asked)
    return [view.reworded(draft, told["place"], context.texts, replaces=replaces)]
