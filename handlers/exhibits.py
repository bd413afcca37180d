"""`/evidence` (佐证): a month's reports with what each has to show for it; a piece of it deleted (清除)."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from handlers.kit.answers import Answer, Document
from handlers.kit.context import Context
from handlers.kit.periods import split_off
from handlers.kit.recipients import texts_of
from handlers.kit.specs import ActionSpec, CommandSpec, Effect, Family, StepSpec
from handlers.views import exhibit_choices, purging
from handlers.views import exhibits as view
from models.enums import Cadence
from services.core.access import Permission
from services.core.period import Period, parse_period
from services.evidence import evidence_overview, evidence_purging, evidence_shelf
from services.evidence.evidence_purging import Purged
from services.evidence.evidence_shelf import ExhibitLost
from services.office import organisations
from services.office.organisations import NoUnit, OneUnit, OtherUnit, SeveralUnits, UnitRef
from services.ports import FileLost


async def show(context: Context) -> Sequence[Answer]:
    """Show the month of the unit that is named, or what the person may look through."""
    name, period = split_off(context.text, partial(parse_period, today=context.today))
    month = evidence_shelf.require_month(period or Period.containing(context.today, Cadence.MONTHLY))
    if not name:
        return await _unnamed(context, month)
    match await context.use_cases.progress.find(context.actor, name, None):
        case OneUnit(unit):
            return [await _shelf(context, unit, month)]
        case SeveralUnits(units):
            return [exhibit_choices.which_unit(units, month, context.texts)]
        case OtherUnit(other, own):
            return [exhibit_choices.not_theirs(other, own, month, context.texts)]
        case NoUnit(text, nearest):
            return [exhibit_choices.no_unit(text, nearest, month, context.texts)]


async def shelves(context: Context) -> Sequence[Answer]:
    """Show the units of the pressed button's organisation and month."""
    told = context.arguments
    shown = await _overview(context, told["organisation_id"], _month(context), page=told.get("page", 0))
    return [replace(shown, replaces=True)]


async def shelf(context: Context) -> Sequence[Answer]:
    """Show the reports of the pressed button's unit and month."""
    told = context.arguments
    unit = await organisations.get_unit(told["unit_id"])
    return [replace(await _shelf(context, unit, _month(context), page=told.get("page", 0)), replaces=True)]


async def report(context: Context) -> Sequence[Answer]:
    """Show the pressed button's report with a piece of its evidence."""
    told = context.arguments
    card = await evidence_shelf.get_card(
        context.actor, told["unit_id"], _month(context), told["opening"], context.today
    )
    index = await context.use_cases.reports.categories.get(card.unit.organisation_id)
    words = view.Words(context.texts, context.arrival.zone, index.name_of)
    return [view.card_answer(card, words, at=told.get("at", 0))]


async def document(context: Context) -> Sequence[Answer]:
    """Send the pressed button's document as a file."""
    exhibit = await evidence_shelf.get_exhibit(context.actor, context.arguments["exhibit_id"])
    try:
        content = await context.use_cases.store.read(exhibit.stored_name)
    except FileLost:
        raise ExhibitLost from None
    name = exhibit.name or exhibit.stored_name
    sent = Document.of(name, exhibit.media_type, content, exhibit.stored_name)
    return [Answer("", document=sent)]


async def supply(context: Context) -> Sequence[Answer]:
    """Ask for evidence in reply; written down as sent, so that the reply is known to be meant for it."""
    told = context.arguments
    card = await evidence_shelf.get_card(
        context.actor, told["unit_id"], _month(context), told["opening"], context.today
    )
    index = await context.use_cases.reports.categories.get(card.unit.organisation_id)
    words = view.Words(context.texts, context.arrival.zone, index.name_of)
    return [view.supply(card, words)]


async def ask_purge(context: Context) -> Sequence[Answer]:
    """Say what deleting the pressed button's piece takes away, and ask why it shall go."""
    told = context.arguments
    doomed = await evidence_purging.look_at(context.actor, told["exhibit_id"])
    zone = context.arrival.zone
    return [purging.ask_purge(doomed, context.texts, zone, with_same=told.get("with_same"))]


async def purge(context: Context) -> Sequence[Answer]:
    """Delete for the reason of the pressed button."""
    return await _purge(context, context.texts(f"evidence.purge.reason.{context.arguments['reason']}"))


async def reason_said(context: Context) -> Sequence[Answer]:
    """Delete for the reason that the next message gives."""
    return await _purge(context, evidence_purging.read_reason(context.text))


async def _purge(context: Context, reason: str) -> Sequence[Answer]:
    told = context.arguments
    purged = await evidence_purging.purge(
        context.actor, told["exhibit_id"], reason, context.occasion, with_same=told["with_same"]
    )
    is_press = context.arrival.press is not None
    return [purging.purged(purged, context.texts, is_press=is_press), *_notices(purged)]


def _notices(purged: Purged) -> Sequence[Answer]:
    return [
        purging.purged_notice(loss, purged.reason, texts_of(loss.sender.language)) for loss in purged.losses
    ]


async def _unnamed(context: Context, month: Period) -> Sequence[Answer]:
    scope = await context.use_cases.progress.get_scope(context.actor, None)
    if len(scope.overseen) == 1:
        return [await _overview(context, scope.overseen[0].id, month)]
    if scope.overseen:
        return [exhibit_choices.which_organisation(scope.overseen, month, context.texts)]
    if len(scope.own) == 1:
        return [await _shelf(context, scope.own[0], month)]
    return [exhibit_choices.which_unit(scope.own, month, context.texts)]


async def _overview(context: Context, organisation_id: int, month: Period, *, page: int = 0) -> Answer:
    organisation, found = await evidence_overview.list_shelves(
        context.actor, organisation_id, month, context.today
    )
    return view.overview(organisation, month, found, context.today, context.texts, page=page)


async def _shelf(context: Context, unit: UnitRef, month: Period, *, page: int = 0) -> Answer:
    reports = await evidence_shelf.list_reports(context.actor, unit, month, context.today)
    index = await context.use_cases.reports.categories.get(unit.organisation_id)
    words = view.Words(context.texts, context.arrival.zone, index.name_of)
    oversees = context.actor.may(Permission.EVIDENCE_READ, organisation_id=unit.organisation_id)
    packs = context.actor.may(Permission.EXPORTS_MAKE, organisation_id=unit.organisation_id)
    place = view.Place(unit, month, context.today, oversees=oversees, packs=packs)
    return view.shelf_answer(place, reports, words, page=page)


def _month(context: Context) -> Period:
    found = parse_period(context.arguments["period"], today=context.today)
    return found or Period.containing(context.today, Cadence.MONTHLY)


FAMILY = Family(
    commands=(
        CommandSpec(
            "evidence",
            ("佐证",),
            Effect.READS,
            show,
            needs=frozenset({Permission.EVIDENCE_READ}),
            takes_arguments=True,
            is_private=True,
        ),
    ),
    actions=(
        ActionSpec("evidence.shelves", Effect.READS, shelves),
        ActionSpec("evidence.shelf", Effect.READS, shelf),
        ActionSpec("evidence.report", Effect.READS, report),
        ActionSpec("evidence.document", Effect.READS, document),
        ActionSpec("evidence.supply", Effect.WRITES, supply),
        ActionSpec("evidence.ask_purge", Effect.READS, ask_purge),
        ActionSpec("evidence.purge", Effect.WRITES, purge),
    ),
    steps=(StepSpec(purging.REASON_STEP, Effect.WRITES, reason_said, takes_prose=True),),
)
