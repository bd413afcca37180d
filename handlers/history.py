"""`/audit`: who did what when, by which message; and all of it as a table."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from handlers.kit.answers import Answer
from handlers.kit.context import Context
from handlers.kit.specs import ActionSpec, CommandSpec, Effect, Family, StepSpec
from handlers.views import history as view
from handlers.views.organisations import which_organisation
from services.arranging import history
from services.arranging.history import Kind, Wanted
from services.core.access import Permission
from services.core.spans import Span, parse_span
from services.office import organisations


async def show(context: Context) -> Sequence[Answer]:
    """Show the newest entries, or those about what follows; ask for the organisation of several."""
    managed = await organisations.list_managed(context.actor, Permission.AUDIT_READ)
    if len(managed) > 1:
        return [which_organisation(managed, "audit.show", context.texts)]
    return await _about(context, Wanted(managed[0].id, zone=context.arrival.zone))


async def show_wanted(context: Context) -> Sequence[Answer]:
    """Show the entries that the pressed button asks for."""
    before_id = context.arguments.get("before_id")
    return await _page(context, _wanted(context), before_id=before_id, replaces=True)


async def ask_about(context: Context) -> Sequence[Answer]:
    """Ask for a unit, a person or a day."""
    return [view.ask_about(_wanted(context), context.texts)]


async def offer_kinds(context: Context) -> Sequence[Answer]:
    """Offer what entries may be about."""
    return [view.offer_kinds(_wanted(context), context.texts)]


async def offer_spans(context: Context) -> Sequence[Answer]:
    """Offer spans of days."""
    return [view.offer_spans(_wanted(context), context.today, context.texts)]


async def narrow(context: Context) -> Sequence[Answer]:
    """Narrow the entries down to what was typed."""
    return await _about(context, _wanted(context))


async def export(context: Context) -> Sequence[Answer]:
    """Send all of it as a table."""
    organisation_id = context.arguments["organisation_id"]
    count = await history.count(context.actor, organisation_id)
    organisation = await organisations.get_organisation(organisation_id)
    batches = partial(history.read_all, context.actor, organisation_id)
    table = view.Table(context.texts, context.arrival.zone)
    return [view.exported(organisation.name, count, context.today, batches, table)]


async def _about(context: Context, wanted: Wanted) -> Sequence[Answer]:
    """Show what a text asks for: a time, a kind of entry, a unit, a person; ask where that is not clear."""
    text = context.text
    if not text:
        return await _page(context, wanted)
    if (kind := _kind(context, text)) is not None:
        return await _page(context, replace(wanted, kind=kind))
    if (span := _span(context, text)) is not None:
        return await _page(context, replace(wanted, span=span))
    roster = await context.use_cases.rosters.get(wanted.organisation_id)
    units, _ = roster.meant_by(text)
    people = await history.find_members(context.actor, wanted.organisation_id, text)
    match units, people:
        case (unit,), found if not found or unit.name == text:
            return await _page(context, replace(wanted, unit_id=unit.id))
        case (), ((member_id, _),):
            return await _page(context, replace(wanted, member_id=member_id))
        case _:
            return [view.which(text, units, people, wanted, context.texts)]


async def _page(
    context: Context, wanted: Wanted, *, before_id: int | None = None, replaces: bool = False
) -> Sequence[Answer]:
    shown = await history.read_page(context.actor, wanted, before_id)
    is_newest = before_id is None
    return [view.page_answer(shown, wanted, context.texts, is_newest=is_newest, replaces=replaces)]


def _wanted(context: Context) -> Wanted:
    return view.heard(context.arguments, context.arrival.zone)


def _kind(context: Context, text: str) -> Kind | None:
    """Read a kind of entry by the word on its button."""
    return next((kind for kind in Kind if context.texts(f"history.kind.{kind.value}") == text), None)


def _span(context: Context, text: str) -> Span | None:
    return parse_span(text, today=context.today)


FAMILY = Family(
    commands=(
        CommandSpec(
            "audit",
            ("留痕",),
            Effect.READS,
            show,
            needs=frozenset({Permission.AUDIT_READ}),
            takes_arguments=True,
            is_private=True,
        ),
    ),
    actions=(
        ActionSpec("audit.show", Effect.READS, show_wanted),
        ActionSpec("audit.about", Effect.READS, ask_about),
        ActionSpec("audit.kind", Effect.READS, offer_kinds),
        ActionSpec("audit.span", Effect.READS, offer_spans),
        ActionSpec("audit.export", Effect.READS, export),
    ),
    steps=(StepSpec(view.STEP, Effect.READS, narrow),),
)
