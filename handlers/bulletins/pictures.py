"""A bulletin as a picture: of a draft as it is now, of an issued one as it was issued."""

import asyncio
from collections.abc import Sequence

from handlers.bulletins.asked import read_asked, read_draft
from handlers.kit.answers import Answer
from handlers.kit.context import Context
from handlers.views import bulletin_pages as view
from services.issuing import issued_bulletins


async def picture(context: Context) -> Sequence[Answer]:
    """Draw who stands how."""
    if "id" in context.arguments:
        issued = await issued_bulletins.get_issued(context.actor, context.arguments["id"])
        return await asyncio.to_thread(view.pictures, issued.facts, issued.bulletin, context.texts)
    draft = await read_draft(context, read_asked(context))
    return await asyncio.to_thread(view.pictures, draft.facts, draft.bulletin, context.texts)
