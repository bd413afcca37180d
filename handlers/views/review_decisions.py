"""What was decided about a report, and what its reporter hears."""

from collections.abc import Callable, Mapping
from typing import Any

from handlers.kit.answers import Answer, Button, Earlier
from handlers.views.figures import period_name, short_name
from handlers.views.markup import escape, lines
from handlers.views.remind import moment_words
from handlers.views.reviews import place_of_card
from locales import Texts
from models.enums import ReviewState
from services.core.occasion import Occasion
from services.facts.review_rows import Review
from services.reviewing.review_queue import Card, Queue
from services.reviewing.reviews import Decision

Notice = Callable[[Decision, Texts, int], Answer]
"""What a reporter is told of a decision, in their language and private chat."""

PART_STEP = "review.part"
REASON_STEP = "review.reason"
REASONS = ("no_evidence", "unclear", "wrong_category", "wrong_count", "repeated")
EARLIER = "asked_at"
"""Under this name a question carries the message that asks: its number, and whether it shows a picture."""


def ask_part(card: Card, told: Mapping[str, Any], texts: Texts) -> Answer:
    """Ask how many are accepted, and how many mistakes were found."""
    return _asking(
        card,
        texts("review.ask_part", place=place_of_card(card, texts), most=card.most),
        (),
        PART_STEP,
        told,
        texts,
    )


def ask_reason(card: Card, told: Mapping[str, Any], texts: Texts) -> Answer:
    """Offer reasons to return a report for."""
    words = texts("review.ask_reason", place=place_of_card(card, texts))
    return _asking(card, words, reason_buttons("review.return", told, texts), REASON_STEP, told, texts)


def reason_buttons(action: str, told: Mapping[str, Any], texts: Texts) -> tuple[tuple[Button, ...], ...]:
    """Make a button of each usual reason."""
    plain = {name: value for name, value in told.items() if name != EARLIER}
    return tuple(
        (Button(texts(f"review.reason.{reason}"), action, {**plain, "reason": reason}),) for reason in REASONS
    )


def _asking(
    card: Card,
    words: str,
    buttons: tuple[tuple[Button, ...], ...],
    step: str,
    told: Mapping[str, Any],
    texts: Texts,
) -> Answer:
    """Ask in place of the card, whose picture stays; a button shows the card again."""
    back = Button(
        texts("review.button.card"),
        "review.picture",
        {"review_id": card.review.id, "queue": card.queue.as_json()},
    )
    return Answer(
        words,
        buttons=(*buttons, (back,)),
        replaces=True,
        keeps_picture=True,
        asks=step,
        asks_with=dict(told),
    )


def decided(
    decision: Decision, queue: Queue, occasion: Occasion, texts: Texts, *, earlier: Earlier | None
) -> Answer:
    """Say where the card was what was decided, or what had become of it; one's own can be taken back.

    ``earlier`` is the card's message where no button of it was pressed.
    """
    told = {"review_id": decision.review.id, "version": decision.review.version, "queue": queue.as_json()}
    undo = Button(texts("review.button.undo"), "review.undo", told)
    is_overtaken = decision.is_overtaken
    is_unheard = decision.review.state is ReviewState.RETURNED and decision.reporter is None
    words = overtaken_words(decision, occasion, texts) if is_overtaken else state_words(decision, texts)
    return Answer(
        lines([words, texts("review.unheard") if is_unheard and not is_overtaken else ""]),
        buttons=() if is_overtaken else ((undo,),),
        replaces=earlier is None,
        keeps_picture=earlier is None,
        earlier=earlier,
    )


def stands(decision: Decision, occasion: Occasion, texts: Texts) -> Answer:
    """Say in place of an old card what became of the report."""
    return Answer(overtaken_words(decision, occasion, texts), replaces=True, keeps_picture=True)


def undone(decision: Decision, occasion: Occasion, texts: Texts) -> Answer:
    """Say that a decision was taken back, or that it could not be."""
    if decision.is_overtaken:
        return stands(decision, occasion, texts)
    words = texts("review.undone", now=state_words(decision, texts))
    return Answer(words, replaces=True, keeps_picture=True)


def part_notice(decision: Decision, texts: Texts, to: int) -> Answer:
    """Tell a reporter that not all was accepted, or that mistakes were found."""
    return Answer(texts("review.part_notice", now=state_words(decision, texts)), to=to)


def returned_notice(decision: Decision, texts: Texts, to: int) -> Answer:
    """Tell a reporter that a report came back, why, and what can be done."""
    review = decision.review
    again = Button(
        texts("review.button.resubmit"),
        "review.resubmit",
        {"review_id": review.id, "version": review.version, "opening": review.opening},
    )
    withdraw = Button(texts("report.button.withdraw"), "report.withdraw", {"opening": review.opening})
    head = texts("review.returned_notice", place=place_of(decision, texts), reason=escape(review.reason))
    return Answer(lines([head, _ways(decision, texts)]), buttons=((again, withdraw),), to=to)


def _ways(decision: Decision, texts: Texts) -> str:
    """Say what can be done about what was returned: nothing is offered that would not be taken."""
    if decision.is_closed:
        return texts("review.returned.closed", month=period_name(decision.month, texts))
    return texts("review.returned.edit" if decision.may_edit else "review.returned.anew")


def undone_notice(decision: Decision, texts: Texts, to: int) -> Answer:
    """Tell a reporter that what came back does wait for a reviewer after all."""
    return Answer(texts("review.undone_notice", place=place_of(decision, texts)), to=to)


def resubmitted(decision: Decision, texts: Texts) -> Answer:
    """Say that a report waits again, or what has become of it."""
    words = state_words(decision, texts)
    key = "review.not_resubmitted" if decision.is_overtaken else "review.resubmitted"
    return Answer(texts(key, now=words), replaces=True)


def overtaken_words(decision: Decision, occasion: Occasion, texts: Texts) -> str:
    """Say who changed a report when, and how it stands now; HTML."""
    review = decision.review
    at = review.changed_at.astimezone(occasion.zone)
    when = f"{at:%H:%M}" if at.date() == occasion.today else moment_words(at, texts)
    is_decided = review.state in {ReviewState.ACCEPTED, ReviewState.RETURNED}
    kind = "decided" if is_decided and not decision.is_reporters else "changed"
    who = texts("review.by.colleague")
    if decision.is_mine:
        who = texts("review.by.you")
    elif decision.is_reporters:
        who = texts("review.by.reporter")
    elif decision.by:
        who = escape(decision.by)
    return texts(f"review.overtaken.{kind}", who=who, when=when, now=state_words(decision, texts))


def state_words(decision: Decision, texts: Texts) -> str:
    """Say how a report stands: 已采用 2 条（错情 1） · 市司法局 · 2024年3月 动态通知类 3 条."""
    review = decision.review
    reason = _reason(review, texts)
    return texts("review.stands", state=_state(review, texts), place=place_of(decision, texts), reason=reason)


def standing_words(review: Review, texts: Texts) -> str:
    """Say how a report stands, without what it is about: 已退回（缺少佐证材料，请补充）; HTML."""
    return f"{_state(review, texts)}{_reason(review, texts)}"


def _state(review: Review, texts: Texts) -> str:
    if review.state is ReviewState.ACCEPTED and (review.accepted != review.count or review.errors):
        errors = texts("review.errors", count=review.errors) if review.errors else ""
        return texts("review.state.part", accepted=review.accepted, errors=errors)
    return texts(f"review.state.{review.state.value}")


def _reason(review: Review, texts: Texts) -> str:
    return texts("review.for", reason=escape(review.reason)) if review.reason else ""


def place_of(decision: Decision, texts: Texts) -> str:
    """Say what a decision is about: 市司法局 · 2024年3月 · 动态通知类 3 条; HTML."""
    return texts(
        "review.place",
        unit=escape(decision.unit.name),
        month=period_name(decision.month, texts),
        category=short_name(decision.category),
        count=decision.review.count,
    )
