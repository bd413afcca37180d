"""An office's data out: a month, a quarter or a year as a workbook, everything as a packed file."""

from collections.abc import Sequence

from handlers.exports import packs
from handlers.exports.asked import evidence_asked, occasion_of
from handlers.kit.answers import Answer
from handlers.kit.context import Context
from handlers.views import exports as view
from services.core.access import Permission
from services.core.quarter import parse_any_period, read_any_period
from services.core.text import fold
from services.office import organisations

EVERYTHING = frozenset({"全部", "所有", "全部数据", "所有数据", "all", "everything"})


async def show(context: Context) -> Sequence[Answer]:
    """Export what the text names; ask for what, or of which organisation, where that is not said."""
    managed = await organisations.list_managed(context.actor, Permission.EXPORTS_MAKE)
    wanted = _wanted(context)
    if len(managed) > 1:
        return [view.which_organisation(managed, wanted, context.texts)]
    return await _answer(context, managed[0].id, wanted)


async def choose(context: Context) -> Sequence[Answer]:
    """Go on with the organisation of the pressed button."""
    return await _answer(context, context.arguments["organisation_id"], context.arguments["wanted"])


async def make(context: Context) -> Sequence[Answer]:
    """Export what the pressed button says."""
    return await _make(context, context.arguments["organisation_id"], context.arguments["wanted"])


async def _answer(context: Context, organisation_id: int, wanted: str) -> Sequence[Answer]:
    if (named := evidence_asked(wanted)) is not None:
        return await packs.by_words(context, organisation_id, named)
    if wanted and wanted != view.UNCLEAR:
        return await _make(context, organisation_id, wanted)
    organisation = await organisations.get_organisation(organisation_id)
    context.actor.require(Permission.EXPORTS_MAKE, organisation_id=organisation_id)
    is_unclear = wanted == view.UNCLEAR
    return [view.ask(organisation, context.today, context.texts, is_unclear=is_unclear)]


async def _make(context: Context, organisation_id: int, wanted: str) -> Sequence[Answer]:
    exports, occasion = context.use_cases.exports, occasion_of(context)
    if wanted == view.EVERYTHING:
        export = await exports.export_everything(context.actor, organisation_id, occasion)
    else:
        period = read_any_period(wanted)
        export = await exports.export_period(context.actor, organisation_id, period, occasion)
    return view.exported(export, context.texts)


def _wanted(context: Context) -> str:
    """Give what a text asks for as buttons carry it: a period, everything, "" for nothing said.

    What is said of an evidence pack goes along as it is.
    """
    if not context.text:
        return ""
    if evidence_asked(context.text) is not None:
        return context.text
    if fold(context.text) in EVERYTHING:
        return view.EVERYTHING
    period = parse_any_period(context.text, today=context.today)
    return view.UNCLEAR if period is None else str(period)
