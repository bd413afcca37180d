"""Founding an organisation: its name, its year, and what it starts with."""

from collections.abc import Sequence

from handlers.kit.answers import Answer
from handlers.kit.context import Context
from handlers.kit.specs import ActionSpec, Effect, Family, StepSpec
from handlers.views import founding as view
from services.membership import founding
from services.membership.founding import AlreadyFounded, OrganisationNameUnclear, YearUnclear


async def ask_name(context: Context) -> Sequence[Answer]:
    """Ask what the organisation is called."""
    return [view.ask_name(context.texts)]


async def take_name(context: Context) -> Sequence[Answer]:
    """Take the next message for the name and ask for the year; ask once more where it cannot be one."""
    try:
        name = await founding.read_name(context.actor, context.text)
    except (AlreadyFounded, OrganisationNameUnclear) as problem:
        return [view.ask_name(context.texts, problem)]
    return [view.ask_year(name, context.today.year, context.texts)]


async def take_year(context: Context) -> Sequence[Answer]:
    """Take the next message for the year; ask once more where it is none."""
    name = context.arguments["name"]
    try:
        year = founding.read_year(context.actor, context.text, context.today)
    except YearUnclear as problem:
        return [view.ask_year(name, context.today.year, context.texts, problem)]
    return [view.confirm(name, year, context.texts, replaces=False)]


async def confirm(context: Context) -> Sequence[Answer]:
    """Show what would be founded, with the settings it starts with."""
    return [view.confirm(context.arguments["name"], context.arguments["year"], context.texts, replaces=True)]


async def found(context: Context) -> Sequence[Answer]:
    """Found it, and tell the next steps."""
    organisation = await founding.found(
        context.actor, context.arguments["name"], context.arguments["year"], context.deed
    )
    return [view.founded(organisation, context.texts)]


FAMILY = Family(
    actions=(
        ActionSpec("founding.begin", Effect.READS, ask_name),
        ActionSpec("founding.year", Effect.READS, confirm),
        ActionSpec("founding.save", Effect.WRITES, found),
    ),
    steps=(
        StepSpec(view.STEP, Effect.READS, take_name, takes_prose=True),
        StepSpec(view.YEAR_STEP, Effect.READS, take_year),
    ),
)
