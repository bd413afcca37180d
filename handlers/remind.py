"""`/remind` (催办): who lags, what went out, what comes next; chasing at once, pausing."""

import datetime as dtm
from collections.abc import Sequence

from handlers.kit.answers import Answer
from handlers.kit.context import Context
from handlers.kit.specs import ActionSpec, CommandSpec, Effect, Family
from handlers.views import remind as view
from handlers.views import remind_units as unit_view
from handlers.views.organisations import which_organisation
from services.chasing import urging
from services.core.access import Permission
from services.core.period import Period, parse_period
from services.office import organisations
from services.office.organisations import OneUnit, get_unit
from services.reminding import letter_log, reminder_rules


async def remind(context: Context) -> Sequence[Answer]:
    """Show how the chasing stands in the month that is named, or one unit by its name."""
    name, month = _split(context.text, context.today)
    if name:
        return await _unit_named(context, name, month)
    managed = await organisations.list_managed(context.actor, Permission.REMINDERS_MANAGE)
    if len(managed) > 1:
        return [which_organisation(managed, "remind.show", context.texts)]
    return [await _shown(context, managed[0].id, month)]


async def show(context: Context) -> Sequence[Answer]:
    """Show the organisation and month of the pressed button."""
    return [await _shown(context, context.arguments["organisation_id"], _month(context), replaces=True)]


async def ask(context: Context) -> Sequence[Answer]:
    """Ask whether to chase all that lag."""
    found = await _read(context, context.arguments["organisation_id"], _month(context))
    return [unit_view.ask(found, context.texts)]


async def choose(context: Context) -> Sequence[Answer]:
    """Offer the units that lag, a page at a time."""
    found = await _read(context, context.arguments["organisation_id"], _month(context))
    return [unit_view.choice(found, context.arguments["page"], context.texts)]


async def show_unit(context: Context) -> Sequence[Answer]:
    """Show what one unit lacks."""
    unit = await get_unit(context.arguments["unit_id"])
    found = await urging.read_unit(context.actor, unit, _month(context), _now(context))
    return [unit_view.card(found, _written(context), context.texts, replaces=True)]


async def urge(context: Context) -> Sequence[Answer]:
    """Chase whom the pressed button names, or all that lag."""
    asked = context.arguments
    urged = await urging.urge(
        context.actor,
        asked["organisation_id"],
        _month(context) or Period.of_month(context.today.year, context.today.month),
        asked.get("unit_id"),
        _now(context),
        context.deed,
    )
    return [unit_view.urged(urged, asked["organisation_id"], asked["month"], context.texts)]


async def pause(context: Context) -> Sequence[Answer]:
    """Let nothing go out by itself."""
    await reminder_rules.pause(context.actor, context.arguments["organisation_id"], context.deed)
    return [await _shown(context, context.arguments["organisation_id"], None, replaces=True)]


async def resume(context: Context) -> Sequence[Answer]:
    """Let reminders go out again."""
    await reminder_rules.resume(context.actor, context.arguments["organisation_id"], context.deed)
    return [await _shown(context, context.arguments["organisation_id"], None, replaces=True)]


async def seen(context: Context) -> Sequence[Answer]:
    """Note that a letter of unclear outcome arrived."""
    asked = context.arguments
    await letter_log.acknowledge(context.actor, asked["organisation_id"], asked["letter_id"], context.deed)
    return [await _shown(context, asked["organisation_id"], None, replaces=True)]


async def send_again(context: Context) -> Sequence[Answer]:
    """Send a list of unclear outcome once more."""
    asked = context.arguments
    await letter_log.send_again(context.actor, asked["organisation_id"], asked["letter_id"], context.deed)
    return [await _shown(context, asked["organisation_id"], None, replaces=True)]


async def _unit_named(context: Context, name: str, month: Period | None) -> Sequence[Answer]:
    await organisations.list_managed(context.actor, Permission.REMINDERS_MANAGE)
    match await context.use_cases.progress.find(context.actor, name, context.arrival.organisation_id):
        case OneUnit(unit):
            found = await urging.read_unit(context.actor, unit, month, _now(context))
            return [unit_view.card(found, view.written(month), context.texts)]
        case other:
            return [unit_view.which_unit(other, view.written(month), context.texts)]


async def _read(context: Context, organisation_id: int, month: Period | None) -> urging.Situation:
    return await urging.read_situation(context.actor, organisation_id, month, _now(context))


async def _shown(
    context: Context, organisation_id: int, month: Period | None, *, replaces: bool = False
) -> Answer:
    found = await _read(context, organisation_id, month)
    return view.situation(found, context.arrival.zone, context.texts, replaces=replaces)


def _split(text: str, today: dtm.date) -> tuple[str, Period | None]:
    """Take a month off the end or the beginning of a unit's name, or take the whole for one."""
    if not text or (whole := parse_period(text, today=today)) is not None:
        return "", whole if text and whole and whole.month else None
    words = text.split()
    for name, word in ((words[:-1], words[-1]), (words[1:], words[0])):
        period = parse_period(word, today=today) if name else None
        if period is not None:
            return " ".join(name), period if period.month else None
    return text, None


def _now(context: Context) -> dtm.datetime:
    return context.now.astimezone(context.arrival.zone)


def _written(context: Context) -> str:
    return str(context.arguments.get("month") or "")


def _month(context: Context) -> Period | None:
    written = _written(context)
    return parse_period(written, today=context.today) if written else None


FAMILY = Family(
    commands=(
        CommandSpec(
            "remind",
            ("催办", "催报"),
            Effect.READS,
            remind,
            needs=frozenset({Permission.REMINDERS_MANAGE}),
            takes_arguments=True,
            is_private=True,
        ),
    ),
    actions=(
        ActionSpec("remind.show", Effect.READS, show),
        ActionSpec("remind.ask", Effect.READS, ask),
        ActionSpec("remind.choose", Effect.READS, choose),
        ActionSpec("remind.unit", Effect.READS, show_unit),
        ActionSpec("remind.now", Effect.WRITES, urge),
        ActionSpec("remind.pause", Effect.WRITES, pause),
        ActionSpec("remind.resume", Effect.WRITES, resume),
        ActionSpec("remind.seen", Effect.WRITES, seen),
        ActionSpec("remind.again", Effect.WRITES, send_again),
    ),
)
