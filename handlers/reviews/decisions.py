"""What a reviewer decides about one report, and what becomes of a returned one."""

from collections.abc import Callable, Sequence

from handlers.kit.answers import Answer
from handlers.kit.context import Context
from handlers.reviews.told import next_card, place_of, queue_of, shown_of, tell, with_place
from handlers.views import review_decisions as view
from handlers.views import reviews as cards
from models.enums import ReviewState
from services.core.reviewing import Part, read_part, read_reason
from services.reviewing import review_queue, reviews
from services.reviewing.review_queue import Card, Queue
from services.reviewing.reviews import Decision


async def accept(context: Context) -> Sequence[Answer]:
    """Accept the report of the pressed button."""
    return await _decided(context, await reviews.accept(context.actor, shown_of(context), context.occasion))


async def ask_part(context: Context) -> Sequence[Answer]:
    """Ask how many are accepted."""
    card = await _card(context)
    if not _is_as_shown(card, context):
        return await _stands(context, card)
    return [view.ask_part(card, with_place(context), context.texts)]


async def part_said(context: Context) -> Sequence[Answer]:
    """Accept as many as the next message says."""
    part = _part(context.text)
    decision = await reviews.accept(context.actor, shown_of(context), context.occasion, part)
    return [*await _decided(context, decision), *tell(context, decision, view.part_notice)]


async def ask_reason(context: Context) -> Sequence[Answer]:
    """Offer reasons for which a report is returned; another may be written."""
    card = await _card(context)
    if not _is_as_shown(card, context):
        return await _stands(context, card)
    return [view.ask_reason(card, with_place(context), context.texts)]


async def send_back(context: Context) -> Sequence[Answer]:
    """Return the report for the reason of the pressed button."""
    return await _sent_back(context, context.texts(f"review.reason.{context.arguments['reason']}"))


async def reason_said(context: Context) -> Sequence[Answer]:
    """Return the report for the reason that the next message gives."""
    return await _sent_back(context, read_reason(context.text))


async def undo(context: Context) -> Sequence[Answer]:
    """Take the decision of the pressed button back, and tell the reporter to whom it was returned."""
    decision = await reviews.undo(context.actor, shown_of(context), context.occasion)
    said = view.undone(decision, context.occasion, context.texts)
    if decision.is_overtaken:
        return [said]
    card = await review_queue.get_card(context.actor, decision.review.id, queue_of(context), context.occasion)
    index = await context.use_cases.reports.categories.get(card.queue.organisation_id)
    told = tell(context, decision, view.undone_notice) if decision.was_returned else ()
    return [said, cards.card_answer(card, index.name_of, context.texts), *told]


async def resubmit(context: Context) -> Sequence[Answer]:
    """Hand the returned report of the pressed button in again."""
    decision = await reviews.resubmit(context.actor, shown_of(context), context.occasion)
    return [view.resubmitted(decision, context.texts)]


async def _card(context: Context) -> Card:
    review_id = context.arguments["review_id"]
    return await review_queue.get_card(context.actor, review_id, queue_of(context), context.occasion)


def _is_as_shown(card: Card, context: Context) -> bool:
    return card.review.state is ReviewState.PENDING and card.review.version == shown_of(context).version


async def _stands(context: Context, card: Card) -> Sequence[Answer]:
    """Say what became of a report meanwhile instead of asking about it, and show the next one."""
    decision = await reviews.read_decision(context.actor, card.review.id)
    said = view.stands(decision, context.occasion, context.texts)
    return [said, await next_card(context, card.queue, after=card.review.id)]


async def _sent_back(context: Context, reason: str) -> Sequence[Answer]:
    decision = await reviews.send_back(context.actor, shown_of(context), reason, context.occasion)
    return [*await _decided(context, decision), *tell(context, decision, view.returned_notice)]


async def _decided(context: Context, decision: Decision) -> Sequence[Answer]:
    """Say what was decided where the card was, and show the next one."""
    wanted = queue_of(context) or Queue(decision.unit.organisation_id)
    said = view.decided(decision, wanted, context.occasion, context.texts, earlier=place_of(context))
    return [said, await next_card(context, wanted, after=decision.review.id)]


def _part(text: str) -> Callable[[int], Part]:
    return lambda most: read_part(text, most)
