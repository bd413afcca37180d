"""`/review` (审核): what waits for a reviewer, one report at a time, with its evidence."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache

from handlers.kit.answers import Answer, Document
from handlers.kit.context import Context
from handlers.kit.specs import ActionSpec, CommandSpec, Effect, Family, StepSpec
from handlers.views import reviews as view
from handlers.views.lookalikes import comparison
from handlers.views.organisations import which_organisation
from locales import Catalogue, Texts
from models.enums import Language
from services import organisations, reviews
from services.core.access import Permission
from services.core.reviewing import Part, read_part, read_reason
from services.reviews import Decision, Shown


async def queue(context: Context) -> Sequence[Answer]:
    """Show the report that waits first; ask for the organisation of several."""
    managed = await organisations.list_managed(context.actor, Permission.REVIEWS_DECIDE)
    if len(managed) > 1:
        return [which_organisation(managed, "review.queue", context.texts)]
    return [await _next(context, managed[0].id)]


async def queue_chosen(context: Context) -> Sequence[Answer]:
    """Show the report that waits first in the pressed button's organisation, or behind the one shown."""
    told = context.arguments
    shown = await _next(context, told["organisation_id"], after=told.get("after"))
    return [replace(shown, replaces=True)]


async def picture(context: Context) -> Sequence[Answer]:
    """Show another picture of the same report."""
    card = await reviews.get_card(context.actor, context.arguments["review_id"], context.today)
    return [view.card_answer(card, context.texts, at=context.arguments["at"], replaces=True)]


async def compare(context: Context) -> Sequence[Answer]:
    """Show a picture of the report beside one that is or looks like it; the card where there is none now."""
    card = await reviews.get_card(context.actor, context.arguments["review_id"], context.today)
    if not card.alike:
        return [view.card_answer(card, context.texts, replaces=True)]
    return [comparison(card, context.arguments["at"], context.arrival.zone, context.texts)]


async def document(context: Context) -> Sequence[Answer]:
    """Send a document of the evidence as a file."""
    exhibit = await reviews.get_exhibit(context.actor, context.arguments["exhibit_id"])
    content = await context.use_cases.store.read(exhibit.stored_name)
    name = exhibit.name or exhibit.stored_name
    return [Answer("", document=Document.of(name, exhibit.media_type, content))]


async def accept(context: Context) -> Sequence[Answer]:
    """Accept the report of the pressed button."""
    return await _decided(context, await reviews.accept(context.actor, _shown(context), context.occasion))


async def ask_all(context: Context) -> Sequence[Answer]:
    """List what waits of the shown report's unit, to be accepted at once."""
    card = await reviews.get_card(context.actor, context.arguments["review_id"], context.today)
    waiting = await reviews.list_of_unit(context.actor, card.review.id)
    index = await context.use_cases.reports.categories.get(card.unit.organisation_id)
    return [view.ask_all(card, waiting, index.name_of, context.texts)]


async def accept_all(context: Context) -> Sequence[Answer]:
    """Accept all that the pressed button's message has listed."""
    shown = [Shown(*each) for each in context.arguments["shown"]]
    decisions = await reviews.accept_each(context.actor, shown, context.occasion)
    said = view.all_decided(decisions, context.texts)
    return [said, await _next(context, context.arguments["organisation_id"])]


async def ask_part(context: Context) -> Sequence[Answer]:
    """Ask how many are accepted."""
    card = await reviews.get_card(context.actor, context.arguments["review_id"], context.today)
    return [view.ask_part(card, context.arguments, context.texts)]


async def part_said(context: Context) -> Sequence[Answer]:
    """Accept as many as the next message says."""
    decision = await reviews.accept(context.actor, _shown(context), context.occasion, _part(context.text))
    return [*await _decided(context, decision), *_told(context, decision, view.part_notice)]


async def ask_reason(context: Context) -> Sequence[Answer]:
    """Offer reasons for which a report is returned; another may be written."""
    card = await reviews.get_card(context.actor, context.arguments["review_id"], context.today)
    return [view.ask_reason(card, context.arguments, context.texts)]


async def send_back(context: Context) -> Sequence[Answer]:
    """Return the report for the reason of the pressed button."""
    reason = context.texts(f"review.reason.{context.arguments['reason']}")
    return await _sent_back(context, reason)


async def reason_said(context: Context) -> Sequence[Answer]:
    """Return the report for the reason that the next message gives."""
    return await _sent_back(context, read_reason(context.text))


async def undo(context: Context) -> Sequence[Answer]:
    """Take the decision of the pressed button back."""
    decision = await reviews.undo(context.actor, _shown(context), context.occasion)
    shown = [view.undone(decision, context.texts)]
    if not decision.is_overtaken:
        card = await reviews.get_card(context.actor, decision.review.id, context.today)
        shown.append(view.card_answer(card, context.texts))
    return shown


async def resubmit(context: Context) -> Sequence[Answer]:
    """Hand the returned report of the pressed button in again."""
    decision = await reviews.resubmit(context.actor, _shown(context), context.occasion)
    return [view.resubmitted(decision, context.texts)]


async def _next(context: Context, organisation_id: int, *, after: int | None = None) -> Answer:
    card = await reviews.find_card(context.actor, organisation_id, context.today, after=after)
    return view.nothing(context.texts) if card is None else view.card_answer(card, context.texts)


async def _sent_back(context: Context, reason: str) -> Sequence[Answer]:
    decision = await reviews.send_back(context.actor, _shown(context), reason, context.occasion)
    return [*await _decided(context, decision), *_told(context, decision, view.returned_notice)]


async def _decided(context: Context, decision: Decision) -> Sequence[Answer]:
    """Say what was decided where the card was, and show the next one."""
    is_press = context.arrival.press is not None
    said = view.decided(decision, context.texts, is_press=is_press)
    return [said, await _next(context, decision.unit.organisation_id, after=decision.review.id)]


def _told(context: Context, decision: Decision, notice: view.Notice) -> Sequence[Answer]:
    """Tell the reporter at once, unless they decided themselves or nothing was decided."""
    told = decision.reporter
    if told is None or decision.is_overtaken or told.chat == context.actor.telegram_id:
        return ()
    return [notice(decision, texts_of(told.language), told.chat)]


def _shown(context: Context) -> Shown:
    return Shown(context.arguments["review_id"], context.arguments["version"])


def _part(text: str) -> Callable[[int], Part]:
    return lambda most: read_part(text, most)


def texts_of(language: Language) -> Texts:
    """Give the texts of somebody else than the person who acts."""
    return _catalogue().texts(language.value)


@cache
def _catalogue() -> Catalogue:
    return Catalogue.load()


FAMILY = Family(
    commands=(
        CommandSpec(
            "review",
            ("审核", "审稿"),
            Effect.READS,
            queue,
            needs=frozenset({Permission.REVIEWS_DECIDE}),
            is_private=True,
        ),
    ),
    actions=(
        ActionSpec("review.queue", Effect.READS, queue_chosen),
        ActionSpec("review.picture", Effect.READS, picture),
        ActionSpec("review.compare", Effect.READS, compare),
        ActionSpec("review.document", Effect.READS, document),
        ActionSpec("review.accept", Effect.WRITES, accept),
        ActionSpec("review.ask_all", Effect.READS, ask_all),
        ActionSpec("review.accept_all", Effect.WRITES, accept_all),
        ActionSpec("review.ask_part", Effect.READS, ask_part),
        ActionSpec("review.ask_reason", Effect.READS, ask_reason),
        ActionSpec("review.return", Effect.WRITES, send_back),
        ActionSpec("review.undo", Effect.WRITES, undo),
        ActionSpec("review.resubmit", Effect.WRITES, resubmit),
    ),
    steps=(
        StepSpec(view.PART_STEP, Effect.WRITES, part_said, takes_prose=True),
        StepSpec(view.REASON_STEP, Effect.WRITES, reason_said, takes_prose=True),
    ),
)
