"""`/progress [unit] [period]`: how far a unit is, or how all of them stand."""

import datetime as dtm
from collections.abc import Mapping, Sequence
from functools import lru_cache, partial
from typing import Any

from handlers.kit.answers import Answer
from handlers.kit.context import Context
from handlers.kit.periods import split_off, unglue
from handlers.kit.specs import ActionSpec, CommandSpec, Effect, Family, StepSpec
from handlers.views import units
from handlers.views.endings import with_ending
from handlers.views.months import with_late, with_reporting
from handlers.views.progress import KEPT, progress_answer
from handlers.views.progress_accounts import with_accounts
from handlers.views.progress_reviews import with_outstanding
from locales import Texts
from services.core.access import Permission
from services.core.period import Period, PeriodUnclear, parse_period
from services.core.progress import Progress
from services.facts import months
from services.media import media_accounts
from services.office.organisations import (
    Match,
    NoUnit,
    OneUnit,
    OtherUnit,
    SeveralUnits,
    UnitRef,
    get_unit,
)

MISSES = 2  # names that mean nothing, until what comes next is no longer taken for a name


async def progress(context: Context) -> Sequence[Answer]:
    """Answer the command: for the unit it names, or for what the person may see."""
    return await _answer(context, context.text, context.arrival.organisation_id, None)


async def named(context: Context) -> Sequence[Answer]:
    """Take the next message for the name of a unit, perhaps with a period; ask on after a bare picture."""
    if not context.text:
        return [units.ask_on(context.arguments, context.texts)]
    return await _answer(context, context.text, context.arguments["organisation_id"], _period(context))


async def guess(context: Context) -> Sequence[Answer]:
    """Answer a message that is nothing but a period or one unit's name; say nothing to any other.

    Who has just looked at one unit types the next one's name without the command.
    """
    if not context.actor.bindings or context.text.startswith("/"):
        return ()
    organisation_id = context.arrival.organisation_id
    try:
        name, period = split_period(context.text, context.today)
        if not name:
            return await _unnamed(context, organisation_id, period) if period else ()
        match, glued = await _meant(context, name, organisation_id, try_glued=period is None)
    except PeriodUnclear:
        return ()
    if not isinstance(match, OneUnit):
        return ()
    return await _of_unit(context, match.unit, period or glued, replaces=False)


async def show(context: Context) -> Sequence[Answer]:
    """Show the unit and period of a pressed button in place of the message."""
    unit = await get_unit(context.arguments["unit_id"])
    return await _of_unit(context, unit, _period(context), replaces=True)


async def oversee(context: Context) -> Sequence[Answer]:
    """Show the organisation of a pressed button in place of the message."""
    return await _overview(context, context.arguments["organisation_id"], _period(context), replaces=True)


async def _answer(
    context: Context, text: str, organisation_id: int | None, otherwise: Period | None
) -> Sequence[Answer]:
    name, period = split_period(text, context.today)
    if not name:
        return await _unnamed(context, organisation_id, period or otherwise)
    match, glued = await _meant(context, name, organisation_id, try_glued=period is None)
    period = period or glued or otherwise
    match match:
        case OneUnit(unit):
            return await _of_unit(context, unit, period, replaces=False)
        case SeveralUnits(several):
            return [units.choice(several, period, context.texts)]
        case OtherUnit():
            return [units.other(match, period, context.texts)]
        case NoUnit():
            return [units.nearest(match, period, context.texts, asks_with=_once_more(context, period))]


async def _meant(
    context: Context, name: str, organisation_id: int | None, *, try_glued: bool
) -> tuple[Match, Period | None]:
    """Find the unit, also with a month glued to its name; 市司法局2月 has one, the town 三月镇 has not."""
    find = partial(context.use_cases.progress.find, context.actor, organisation_id=organisation_id)
    glued = unglue(name, partial(parse_period, today=context.today)) if try_glued else None
    if glued is not None:
        match = await find(text=glued[0])
        if isinstance(match, OneUnit | OtherUnit):
            return match, glued[1]
    return await find(text=name), None


async def _unnamed(context: Context, organisation_id: int | None, period: Period | None) -> Sequence[Answer]:
    scope = await context.use_cases.progress.get_scope(context.actor, organisation_id)
    if len(scope.overseen) == 1:
        return await _overview(context, scope.overseen[0].id, period, replaces=False)
    if scope.overseen:
        return [units.scope_choice(scope, period, context.texts)]
    if len(scope.own) == 1:
        return await _of_unit(context, scope.own[0], period, replaces=False)
    return [units.choice(scope.own, period, context.texts)]


async def _of_unit(
    context: Context, unit: UnitRef, period: Period | None, *, replaces: bool
) -> Sequence[Answer]:
    seen = await context.use_cases.progress.read(context.actor, unit, period, context.today)
    is_private = context.incoming.is_private
    reports = is_private and unit.retired_at is None and _reports(context, unit)
    shown = _shown(seen, unit.id, context.texts, replaces=replaces, reports=reports)
    if is_private and seen.deadline.is_over and seen.period.month is not None:
        shown = with_late(shown, await months.list_late(context.actor, unit, seen.period), context.texts)
    if is_private and unit.retired_at is None and seen.period.contains(context.today):
        fresh = await media_accounts.list_fresh(context.actor, unit, context.today)
        shown = with_accounts(shown, fresh, context.texts)
    if is_private and unit.retired_at is None:
        outstanding = await context.use_cases.progress.read_outstanding(context.actor, unit, seen)
        shown = with_outstanding(shown, outstanding, unit.id, seen.period, context.texts, reports=reports)
    return [with_ending(shown, seen, unit, context.texts)]


@lru_cache(maxsize=KEPT)
def _shown(seen: Progress, unit_id: int, texts: Texts, *, replaces: bool, reports: bool) -> Answer:
    shown = progress_answer(seen, unit_id, texts, replaces=replaces)
    return with_reporting(shown, seen, unit_id, texts) if reports else shown


def _reports(context: Context, unit: UnitRef) -> bool:
    """Tell whether it is a unit that the person reports for themselves."""
    return unit.id in context.actor.units_of(unit.organisation_id) and context.actor.may(
        Permission.REPORTS_SUBMIT, organisation_id=unit.organisation_id, unit_id=unit.id
    )


async def _overview(
    context: Context, organisation_id: int, period: Period | None, *, replaces: bool
) -> Sequence[Answer]:
    reader = context.use_cases.progress
    seen = await reader.overview(context.actor, organisation_id, period, context.today)
    own = await reader.own_units(context.actor, organisation_id)
    is_private = context.incoming.is_private
    return [units.overview(seen, own, context.texts, is_private=is_private, replaces=replaces)]


def _once_more(context: Context, period: Period | None) -> Mapping[str, Any] | None:
    """Give what to ask for the name again with: in private, and only so often ("thanks" is no unit)."""
    missed = context.arguments.get("missed", 0)
    if not context.incoming.is_private or missed >= MISSES:
        return None
    asked_about = context.arguments.get("organisation_id")
    return units.question(asked_about, period, missed=missed + 1)


def _period(context: Context) -> Period | None:
    written = context.arguments["period"]
    return parse_period(written, today=context.today) if written else None


def split_period(text: str, today: dtm.date) -> tuple[str, Period | None]:
    """Take a month or a year out of a text, see ``split_off``."""
    return split_off(text, partial(parse_period, today=today))


FAMILY = Family(
    commands=(
        CommandSpec(
            "progress",
            ("进度",),
            Effect.READS,
            progress,
            needs=frozenset({Permission.PROGRESS_READ_OWN, Permission.PROGRESS_READ_ANY}),
            takes_arguments=True,
        ),
    ),
    actions=(
        ActionSpec("progress.show", Effect.READS, show),
        ActionSpec("progress.overview", Effect.READS, oversee),
    ),
    steps=(StepSpec(units.STEP, Effect.READS, named),),
    guess=guess,
)
