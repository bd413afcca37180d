"""What buttons and questions of the desk carry, read back; and whom a decision is told."""

from collections.abc import Iterable, Mapping, Sequence

from handlers.kit.answers import Answer, Earlier
from handlers.kit.context import Context
from handlers.kit.recipients import texts_of
from handlers.views import review_batches
from handlers.views import reviews as view
from handlers.views.review_decisions import EARLIER, Notice
from services.reviewing import review_queue
from services.reviewing.review_queue import Queue
from services.reviewing.reviews import Decision, Shown


def queue_of(context: Context) -> Queue | None:
    """Give the queue that a button was shown in; None for one that tells of none."""
    told = context.arguments
    if "queue" in told:
        return Queue.from_json(told["queue"])
    return Queue(told["organisation_id"]) if "organisation_id" in told else None


def shown_of(context: Context) -> Shown:
    """Give the review that a button or a question is about, as it was shown."""
    return Shown(context.arguments["review_id"], context.arguments["version"])


def each_shown(context: Context) -> tuple[Shown, ...]:
    """Give the reviews that a button or a question is about, as they were shown."""
    return tuple(Shown(*each) for each in context.arguments["shown"])


def with_place(context: Context) -> Mapping[str, object]:
    """Give what a question is told: what the pressed button carries, and which message asks."""
    incoming = context.incoming
    return {**context.arguments, EARLIER: [incoming.message_id, incoming.shows_picture]}


def place_of(context: Context) -> Earlier | None:
    """Give the message that asked what the next message answers; None for a press, which has its own."""
    told = context.arguments.get(EARLIER)
    return None if told is None or context.arrival.press is not None else Earlier(*told)


async def next_card(context: Context, queue: Queue, *, after: int | None = None) -> Answer:
    """Show the report that waits first, or behind the one shown; what is left besides where none does."""
    card = await review_queue.find_card(context.actor, queue, context.occasion, after=after)
    if card is not None:
        index = await context.use_cases.reports.categories.get(queue.organisation_id)
        return view.card_answer(card, index.name_of, context.texts)
    others, _ = await review_queue.count_waiting(Queue(queue.organisation_id))
    return view.nothing(queue, others, context.texts)


def tell(context: Context, decision: Decision, notice: Notice) -> Sequence[Answer]:
    """Tell the reporter at once, unless they decided themselves or nothing was decided."""
    told = decision.reporter
    if told is None or decision.is_overtaken or told.chat == context.actor.telegram_id:
        return ()
    return [notice(decision, texts_of(told.language), told.chat)]


def tell_each(
    context: Context, decisions: Iterable[Decision], one: Notice, several: review_batches.Notice
) -> Sequence[Answer]:
    """Tell each reporter once, however many of the decisions are about their reports."""
    theirs: dict[int, list[Decision]] = {}
    for decision in decisions:
        if decision.reporter is not None:
            theirs.setdefault(decision.reporter.chat, []).append(decision)
    notices: list[Answer] = []
    for chat, mine in theirs.items():
        told = mine[0].reporter
        if len(mine) == 1:
            notices += tell(context, mine[0], one)
        elif told is not None and chat != context.actor.telegram_id:
            notices.append(several(mine, texts_of(told.language), chat))
    return notices
