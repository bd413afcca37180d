"""`/unlock`: open a closed month again for one unit, until a day, for a reason (开账)."""

from collections.abc import Sequence
from functools import cache

from handlers.kit.answers import Answer
from handlers.kit.context import Context
from handlers.kit.specs import ActionSpec, CommandSpec, Effect, Family, StepSpec
from handlers.views import months as view
from locales import Catalogue, Texts
from models.enums import Language
from services import months, organisations
from services.core.access import Permission
from services.core.reopening import Request, read_request
from services.organisations import OneUnit, SeveralUnits


async def unlock(context: Context) -> Sequence[Answer]:
    """Open a month again as the words say; alone, list what is open again."""
    if not context.text:
        here = context.arrival.organisation_id
        opened = await months.list_reopenings(context.actor, here, context.today)
        return [view.open_list(opened, context.texts)]
    return await _go(context, read_request(context.text, today=context.today))


async def go(context: Context) -> Sequence[Answer]:
    """Go on with what the pressed button says."""
    return await _go(context, Request.from_json(context.arguments["request"]))


async def unit_named(context: Context) -> Sequence[Answer]:
    """Take the next message for the name of the unit, perhaps with all the rest."""
    request = Request.from_json(context.arguments["request"])
    said = read_request(context.text, today=context.today)
    month, until_on = said.month or request.month, said.until_on or request.until_on
    return await _go(context, Request(said.name, None, month, until_on, said.reason or request.reason))


async def reason_said(context: Context) -> Sequence[Answer]:
    """Take the next message for the reason."""
    return await _go(context, Request.from_json(context.arguments["request"]).because(context.text))


async def close(context: Context) -> Sequence[Answer]:
    """Close a month again before its time."""
    closed = await months.close_again(context.actor, context.arguments["reopening_id"], context.occasion)
    return [view.closed_again(closed, context.texts)]


async def _go(context: Context, request: Request) -> Sequence[Answer]:
    """Ask for what is missing, or open the month and tell the unit's reporters."""
    is_press = context.arrival.press is not None
    if request.unit_id is None:
        match = await context.use_cases.progress.find(
            context.actor, request.name, context.arrival.organisation_id
        )
        if not isinstance(match, OneUnit):
            units = match.units if isinstance(match, SeveralUnits) else getattr(match, "nearest", ())
            unknown = "" if isinstance(match, SeveralUnits) else request.name
            return [view.which_unit(request, units, unknown, context.texts, replaces=is_press)]
        request = request.for_unit(match.unit.id)
    unit = await organisations.get_unit(request.unit_id or 0)
    if request.month is None:
        closed = await months.list_reopenable(context.actor, unit, context.today)
        return [view.which_month(request, closed, context.texts, replaces=is_press)]
    await months.require_closed(context.actor, unit, request.month, context.today)
    if not request.reason:
        return [view.which_reason(request, unit, context.texts, context.occasion, replaces=is_press)]
    until_on = request.until_on or months.default_until(context.today)
    opened = await months.reopen(
        context.actor, unit, request.month, until_on, request.reason, context.occasion
    )
    told = await months.list_reporters(unit.id)
    notices = [view.notice(opened, _texts(each.language), to=each.chat) for each in told]
    return [view.opened_answer(opened, context.texts, told=len(told), replaces=is_press), *notices]


@cache
def _texts(language: Language) -> Texts:
    return Catalogue.load().texts(language.value)


FAMILY = Family(
    commands=(
        CommandSpec(
            "unlock",
            ("开账",),
            Effect.WRITES,
            unlock,
            needs=frozenset({Permission.MONTHS_REOPEN}),
            takes_arguments=True,
        ),
    ),
    actions=(
        ActionSpec("unlock.go", Effect.WRITES, go),
        ActionSpec("unlock.close", Effect.WRITES, close),
    ),
    steps=(
        StepSpec(view.UNIT_STEP, Effect.WRITES, unit_named),
        StepSpec(view.REASON_STEP, Effect.WRITES, reason_said),
    ),
)
