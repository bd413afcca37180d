"""`/unlock`: open a closed month again for one unit, until a day, for a reason (开账)."""

from collections.abc import Sequence
from functools import cache

from handlers.kit.answers import Answer
from handlers.kit.context import Context
from handlers.kit.specs import ActionSpec, CommandSpec, Effect, Family, StepSpec
from handlers.views import months as view
from locales import Catalogue, Texts
from models.enums import Language
from services.core.access import Permission
from services.core.reopening import Request, read_request
from services.reporting import reopenings
from services.reporting.reopenings import Opened


async def unlock(context: Context) -> Sequence[Answer]:
    """Open a month again as the words say; alone, list what is open again."""
    if not context.text:
        here = context.arrival.organisation_id
        opened = await reopenings.list_reopenings(context.actor, here, context.today)
        return [view.open_list(opened, context.texts)]
    return await _go(context, read_request(context.text, today=context.today))


async def go(context: Context) -> Sequence[Answer]:
    """Go on with what the pressed button says."""
    return await _go(context, Request.from_json(context.arguments["request"]))


async def unit_named(context: Context) -> Sequence[Answer]:
    """Take the next message for the name of the unit, perhaps with all the rest."""
    asked = Request.from_json(context.arguments["request"])
    said = read_request(context.text, today=context.today)
    request = Request(
        said.name,
        None,
        said.month or asked.month,
        said.until_on or asked.until_on,
        said.reason or asked.reason,
    )
    return await _go(context, request, missed=context.arguments["missed"] + 1)


async def reason_said(context: Context) -> Sequence[Answer]:
    """Take the next message for the reason."""
    return await _go(context, Request.from_json(context.arguments["request"]).because(context.text))


async def close(context: Context) -> Sequence[Answer]:
    """Close a month again before its time."""
    closed = await reopenings.close_again(context.actor, context.arguments["reopening_id"], context.occasion)
    return [view.closed_again(closed, context.texts)]


async def _go(context: Context, request: Request, *, missed: int = 0) -> Sequence[Answer]:
    reader = context.use_cases.progress
    outcome = await reopenings.consider(context.actor, request, context.occasion, reader)
    is_press = context.arrival.press is not None
    if not isinstance(outcome, Opened):
        return [view.question(outcome, context.texts, missed=missed, replaces=is_press)]
    shown = view.opened_answer(outcome.reopening, context.texts, told=len(outcome.told), replaces=is_press)
    return [
        shown,
        *(view.notice(outcome.reopening, _texts(each.language), to=each.chat) for each in outcome.told),
    ]


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
        StepSpec(view.REASON_STEP, Effect.WRITES, reason_said, takes_prose=True),
    ),
)
