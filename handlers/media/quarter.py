"""The quarter's monitoring as text."""

from collections.abc import Sequence

from handlers.kit.answers import Answer
from handlers.kit.context import Context
from handlers.kit.specs import OnlyInPrivate
from handlers.views import media_quarter as view
from handlers.views.organisations import which_organisation
from services.core.access import Permission
from services.core.quarter import Quarter, parse_quarter
from services.media import monitoring
from services.office.organisations import list_managed


async def said(context: Context, quarter: Quarter) -> Sequence[Answer]:
    """Show the quarter that a command names."""
    if not context.incoming.is_private:
        raise OnlyInPrivate(command="media")
    overseen = await list_managed(context.actor, Permission.PROGRESS_READ_ANY)
    if len(overseen) > 1:
        return [which_organisation(overseen, "media.quarter", context.texts)]
    return await _quarter(context, overseen[0].id, quarter, 0, replaces=False)


async def show(context: Context) -> Sequence[Answer]:
    """Show the quarter and page of the pressed button; the current one where it names none."""
    asked = context.arguments
    written = asked.get("quarter", "")
    quarter = parse_quarter(written, today=context.today) or Quarter.containing(context.today)
    return await _quarter(context, asked["organisation_id"], quarter, asked.get("page", 0), replaces=True)


async def _quarter(
    context: Context, organisation_id: int, quarter: Quarter, page: int, *, replaces: bool
) -> Sequence[Answer]:
    seen = await monitoring.read_quarter(context.actor, organisation_id, quarter, context.today)
    return [view.quarter(seen, page, context.today, context.texts, replaces=replaces)]
