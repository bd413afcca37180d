"""Many reports decided about by one press: a summary first, then all of it as it was shown."""

from collections.abc import Sequence
from dataclasses import replace

from handlers.kit.answers import Answer
from handlers.kit.context import Context
from handlers.reviews.told import each_shown, next_card, place_of, queue_of, tell_each, with_place
from handlers.views import review_batches as view
from handlers.views import review_decisions
from services.core.reviewing import read_reason
from services.reviewing import review_batches
from services.reviewing.review_batches import Batched
from services.reviewing.review_queue import Queue


async def ask_all(context: Context) -> Sequence[Answer]:
    """Sum up what waits in the pressed button's queue, to be decided about at once."""
    wanted = Queue.from_json(context.arguments["batch"])
    batch = await review_batches.read_batch(context.actor, wanted)
    if not batch.reviews:
        return [replace(await next_card(context, _queue(context)), replaces=True)]
    index = await context.use_cases.reports.categories.get(batch.queue.organisation_id)
    return [view.ask(batch, _queue(context), index.name_of, context.arrival.zone, context.texts)]


async def accept_all(context: Context) -> Sequence[Answer]:
    """Accept all that the pressed button's message has summed up."""
    made = await review_batches.accept_each(context.actor, each_shown(context), context.occasion)
    return await _decided(context, made, "accepted")


async def ask_reason(context: Context) -> Sequence[Answer]:
    """Offer reasons for which all of it is returned; another may be written."""
    wanted = _queue(context)
    count = await review_batches.count_unchanged(context.actor, wanted, each_shown(context))
    return [view.ask_reason(count, wanted, with_place(context), context.texts)]


async def return_all(context: Context) -> Sequence[Answer]:
    """Return all of it for the reason of the pressed button."""
    return await _sent_back(context, context.texts(f"review.reason.{context.arguments['reason']}"))


async def reason_said(context: Context) -> Sequence[Answer]:
    """Return all of it for the reason that the next message gives."""
    return await _sent_back(context, read_reason(context.text))


async def undo_all(context: Context) -> Sequence[Answer]:
    """Take all decisions of the pressed button's message back, and tell whom something was returned to."""
    undone = await review_batches.undo_each(context.actor, each_shown(context), context.occasion)
    said = view.undone(undone, context.occasion, context.texts)
    returned = [each for each in undone.made if each.was_returned]
    told = tell_each(context, returned, review_decisions.undone_notice, view.undone_notice)
    return [said, await next_card(context, _queue(context)), *told]


async def resubmit_all(context: Context) -> Sequence[Answer]:
    """Hand all returned reports of the pressed button in again."""
    made = await review_batches.resubmit_each(context.actor, each_shown(context), context.occasion)
    return [view.resubmitted(made, context.texts)]


async def _sent_back(context: Context, reason: str) -> Sequence[Answer]:
    made = await review_batches.return_each(context.actor, each_shown(context), reason, context.occasion)
    told = tell_each(context, made.made, review_decisions.returned_notice, view.returned_notice)
    return [*await _decided(context, made, "returned"), *told]


async def _decided(context: Context, made: Batched, how: str) -> Sequence[Answer]:
    wanted = _queue(context)
    said = view.decided(made, how, wanted, context.occasion, context.texts, earlier=place_of(context))
    return [said, await next_card(context, wanted)]


def _queue(context: Context) -> Queue:
    return queue_of(context) or Queue(context.arguments["organisation_id"])
