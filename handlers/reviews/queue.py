"""What waits for a reviewer, looked at one report at a time."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from handlers.kit.answers import Answer, Document
from handlers.kit.context import Context
from handlers.kit.periods import split_off
from handlers.reviews.told import next_card, queue_of
from handlers.views import review_decisions, review_figures
from handlers.views import reviews as view
from handlers.views.lookalikes import comparison
from handlers.views.organisations import which_organisation
from models.enums import ReviewState
from services.core.access import Permission
from services.core.period import Period, parse_period
from services.office import organisations
from services.reviewing import review_figures as figures
from services.reviewing import review_queue, reviews
from services.reviewing.review_queue import Queue, QueueUnclear


async def queue(context: Context) -> Sequence[Answer]:
    """Show the report that waits first, of what the words name; ask for the organisation of several."""
    managed = await organisations.list_managed(context.actor, Permission.REVIEWS_DECIDE)
    if not context.text:
        if len(managed) > 1:
            return [which_organisation(managed, "review.queue", context.texts)]
        everything = Queue(managed[0].id)
        waiting, _ = await review_queue.count_waiting(everything)
        return [await next_card(context, everything) if waiting else await _figures(context, everything)]
    found = [each for one in managed if (each := await _narrowed(context, one.id)) is not None]
    if not found:
        raise QueueUnclear(text=context.text)
    return [await next_card(context, each) for each in found]


async def _narrowed(context: Context, organisation_id: int) -> Queue | None:
    """Narrow an organisation's queue to what the words name; None where they name nothing there."""
    words, period = split_off(context.text, partial(parse_period, today=context.today))
    roster = await context.use_cases.rosters.get(organisation_id)
    categories = await context.use_cases.reports.categories.get(organisation_id)
    try:
        return review_queue.narrow(Queue(organisation_id, period=period), words, roster, categories)
    except QueueUnclear:
        return None


async def queue_chosen(context: Context) -> Sequence[Answer]:
    """Show the report that waits first in the pressed button's queue, or behind the one shown."""
    wanted = queue_of(context) or Queue(context.arguments["organisation_id"])
    shown = await next_card(context, wanted, after=context.arguments.get("after"))
    return [replace(shown, replaces=True)]


async def picture(context: Context) -> Sequence[Answer]:
    """Show the same report again, with another picture; what became of it where it no longer waits."""
    told = context.arguments
    card = await review_queue.get_card(context.actor, told["review_id"], queue_of(context), context.occasion)
    if card.review.state is not ReviewState.PENDING:
        decision = await reviews.read_decision(context.actor, card.review.id)
        return [review_decisions.stands(decision, context.occasion, context.texts)]
    index = await context.use_cases.reports.categories.get(card.queue.organisation_id)
    return [view.card_answer(card, index.name_of, context.texts, at=told.get("at"), replaces=True)]


async def compare(context: Context) -> Sequence[Answer]:
    """Show a picture of the report beside one that is or looks like it; the card where there is none now."""
    told = context.arguments
    card = await review_queue.get_card(context.actor, told["review_id"], queue_of(context), context.occasion)
    if not card.alike:
        index = await context.use_cases.reports.categories.get(card.queue.organisation_id)
        return [view.card_answer(card, index.name_of, context.texts, replaces=True)]
    return [comparison(card, told["at"], context.arrival.zone, context.texts)]


async def document(context: Context) -> Sequence[Answer]:
    """Send a document of the evidence as a file."""
    exhibit = await review_queue.get_exhibit(context.actor, context.arguments["exhibit_id"])
    content = await context.use_cases.store.read(exhibit.stored_name)
    name = exhibit.name or exhibit.stored_name
    return [Answer("", document=Document.of(name, exhibit.media_type, content, exhibit.stored_name))]


async def summary(context: Context) -> Sequence[Answer]:
    """Say how long reports have waited in a month, at first this one, and how many were accepted."""
    wanted = queue_of(context) or Queue(context.arguments["organisation_id"])
    month = parse_period(context.arguments.get("month", ""), today=context.today)
    return [replace(await _figures(context, wanted, month), replaces=True)]


async def _figures(context: Context, wanted: Queue, month: Period | None = None) -> Answer:
    seen = await figures.read_figures(context.actor, wanted.organisation_id, context.occasion, month)
    return review_figures.summary(seen, wanted, context.today, context.texts)
