"""A report on a reviewer's screen, what was decided about it, and what its reporter hears."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from handlers.kit.answers import Answer, Button
from handlers.views.captures import capture_lines
from handlers.views.figures import day_words, period_name, short_name
from handlers.views.lacking import lack_words
from handlers.views.lookalikes import alike_lines, compare_button
from handlers.views.markup import anchor, bold, escape, lines, shorten
from locales import Texts
from models.enums import EvidenceKind, ReviewState
from services.core.period import Period
from services.core.pictures import StoredPicture
from services.exhibits import Exhibit
from services.review_rows import Review
from services.reviews import Card, Decision

Notice = Callable[[Decision, Texts, int], Answer]
"""What a reporter is told of a decision, in their language and private chat."""

PART_STEP = "review.part"
REASON_STEP = "review.reason"
REASONS = ("no_evidence", "unclear", "wrong_category", "wrong_count", "repeated")
LINKS_SHOWN = 5
RETURNS_SHOWN = 2
REASON_LENGTH = 80
DOCUMENTS_SHOWN = 5
TITLE_LENGTH = 40
BUTTON_LENGTH = 40


def card_answer(card: Card, texts: Texts, *, at: int | None = None, replaces: bool = False) -> Answer:
    """Show a report with its evidence: one picture, the links, and its documents by buttons.

    At first it is the first picture, or the first that came after the report was returned.
    """
    pictures = [each for each in card.exhibits if each.kind is EvidenceKind.PICTURE]
    at = _first_new(card, pictures) if at is None else at
    shown = pictures[at % len(pictures)] if pictures else None
    return Answer(
        lines(
            [_head(card, texts), *_facts(card, texts)],
            _links(card),
            [
                *capture_lines(pictures, at, card.month, texts),
                *alike_lines(card, texts),
                *_history(card, texts),
            ],
        ),
        buttons=_buttons(card, pictures, at, texts),
        picture=None if shown is None else StoredPicture(shown.stored_name),
        replaces=replaces,
    )


def nothing(texts: Texts) -> Answer:
    """Say that nothing waits."""
    return Answer(texts("review.nothing"))


def ask_all(card: Card, waiting: Sequence[Review], name_of: Callable[[int], str], texts: Texts) -> Answer:
    """List what waits of a unit, and ask whether to accept all of it as it stands here."""
    told = [
        texts(
            "review.listed",
            month=period_name(Period.of_month(each.key.month_on.year, each.key.month_on.month), texts),
            category=short_name(name_of(each.key.category_id)),
            count=each.count,
        )
        for each in waiting
    ]
    organisation_id = card.unit.organisation_id
    go = Button(
        texts("review.button.accept_all", count=len(waiting)),
        "review.accept_all",
        {"organisation_id": organisation_id, "shown": [[each.id, each.version] for each in waiting]},
    )
    back = Button(texts("review.button.back"), "review.queue", {"organisation_id": organisation_id})
    head = texts("review.ask_all", unit=bold(escape(card.unit.name)))
    return Answer(lines([head], told), buttons=((go,), (back,)))


def all_decided(decisions: Sequence[Decision], texts: Texts) -> Answer:
    """Say how many were accepted, and which had changed meanwhile."""
    accepted = sum(not each.is_overtaken for each in decisions)
    changed = [
        texts("review.overtaken", now=state_words(each, texts)) for each in decisions if each.is_overtaken
    ]
    return Answer(lines([texts("review.all_accepted", count=accepted)], changed), replaces=True)


def ask_part(card: Card, told: Mapping[str, Any], texts: Texts) -> Answer:
    """Ask how many are accepted, and how many mistakes were found."""
    return Answer(
        texts("review.ask_part", place=_place_of_card(card, texts), most=card.most),
        asks=PART_STEP,
        asks_with=dict(told),
    )


def ask_reason(card: Card, told: Mapping[str, Any], texts: Texts) -> Answer:
    """Offer reasons to return a report for."""
    buttons = tuple(
        (Button(texts(f"review.reason.{reason}"), "review.return", {**told, "reason": reason}),)
        for reason in REASONS
    )
    return Answer(
        texts("review.ask_reason", place=_place_of_card(card, texts)),
        buttons=buttons,
        asks=REASON_STEP,
        asks_with=dict(told),
    )


def decided(decision: Decision, texts: Texts, *, is_press: bool) -> Answer:
    """Say what was decided, or what had become of the report before; one's own can be taken back."""
    review = decision.review
    words = state_words(decision, texts)
    if decision.is_overtaken:
        return Answer(texts("review.overtaken", now=words), replaces=is_press, keeps_picture=True)
    told = {"review_id": review.id, "version": review.version}
    back = Button(texts("review.button.undo"), "review.undo", told)
    return Answer(words, buttons=((back,),), replaces=is_press, keeps_picture=True)


def undone(decision: Decision, texts: Texts) -> Answer:
    """Say that a decision was taken back, or that it could not be."""
    words = state_words(decision, texts)
    key = "review.overtaken" if decision.is_overtaken else "review.undone"
    return Answer(texts(key, now=words), replaces=True, keeps_picture=True)


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
    words = texts("review.returned_notice", place=_place(decision, texts), reason=escape(review.reason))
    return Answer(words, buttons=((again, withdraw),), to=to)


def resubmitted(decision: Decision, texts: Texts) -> Answer:
    """Say that a report waits again, or what has become of it."""
    words = state_words(decision, texts)
    key = "review.overtaken" if decision.is_overtaken else "review.resubmitted"
    return Answer(texts(key, now=words), replaces=True)


def state_words(decision: Decision, texts: Texts) -> str:
    """Say how a report stands: 已采用 2 条（错情 1） · 市司法局 · 2024年3月 动态通知类 3 条."""
    review = decision.review
    errors = texts("review.errors", count=review.errors) if review.errors else ""
    is_part = review.state is ReviewState.ACCEPTED and (review.accepted != review.count or review.errors)
    state = texts(f"review.state.{review.state.value}")
    if is_part:
        state = texts("review.state.part", accepted=review.accepted, errors=errors)
    reason = texts("review.for", reason=escape(review.reason)) if review.reason else ""
    return texts("review.stands", state=state, place=_place(decision, texts), reason=reason)


def _head(card: Card, texts: Texts) -> str:
    return texts("review.head", place=bold(_place_of_card(card, texts)), waiting=card.waiting)


def _facts(card: Card, texts: Texts) -> list[str]:
    documents = sum(each.kind is EvidenceKind.DOCUMENT for each in card.exhibits)
    pictures = len(card.exhibits) - documents
    evidence = [
        texts(f"evidence.{name}", count=count)
        for name, count in (("pictures", pictures), ("documents", documents), ("links", len(card.links)))
        if count
    ]
    told = texts("progress.comma").join(evidence)
    return [
        texts("review.closes", day=day_words(card.closes_on, texts)),
        texts("review.evidence", count=told) if told else texts("review.no_evidence"),
        texts("evidence.lacking", words=lack_words(card.lack, texts)) if card.lack else "",
        texts("review.most", most=card.most) if card.most < card.review.count else "",
    ]


def _links(card: Card) -> list[str]:
    return [
        anchor(address, escape(shorten(title or address, TITLE_LENGTH)))
        for address, title in card.links[:LINKS_SHOWN]
    ]


def _history(card: Card, texts: Texts) -> list[str]:
    returned = [(step, at) for step, at in card.steps if step.state is ReviewState.RETURNED]
    return [
        texts(
            "review.returned_before",
            day=day_words(at.date(), texts),
            reason=escape(shorten(step.reason, REASON_LENGTH)),
        )
        for step, at in returned[-RETURNS_SHOWN:]
    ]


def _first_new(card: Card, pictures: Sequence[Exhibit]) -> int:
    returned_at = max((at for step, at in card.steps if step.state is ReviewState.RETURNED), default=None)
    if returned_at is None:
        return 0
    return next((at for at, each in enumerate(pictures) if each.received_at > returned_at), 0)


def _buttons(card: Card, pictures: list[Exhibit], at: int, texts: Texts) -> tuple[tuple[Button, ...], ...]:
    told = {"review_id": card.review.id, "version": card.review.version}
    decide = (
        Button(texts("review.button.accept"), "review.accept", told),
        Button(texts("review.button.part"), "review.ask_part", told),
        Button(texts("review.button.return"), "review.ask_reason", told),
    )
    turn = Button(
        texts("review.button.picture", at=at % len(pictures) + 1, count=len(pictures)) if pictures else "",
        "review.picture",
        {"review_id": card.review.id, "at": at + 1},
    )
    documents = tuple(
        (
            Button(
                shorten(texts("review.button.document", name=each.name), BUTTON_LENGTH),
                "review.document",
                {"exhibit_id": each.id},
            ),
        )
        for each in [one for one in card.exhibits if one.kind is EvidenceKind.DOCUMENT][:DOCUMENTS_SHOWN]
    )
    reach = {"organisation_id": card.unit.organisation_id, "after": card.review.id}
    skip = Button(texts("review.button.next"), "review.queue", reach)
    last = ((skip,),) if card.waiting > 1 else ()
    if card.of_unit > 1:
        every = Button(texts("review.button.all", count=card.of_unit), "review.ask_all", told)
        last = ((every,), *last)
    seen = (((turn,),) if len(pictures) > 1 else ()) + (
        ((compare_button(card, texts),),) if card.alike else ()
    )
    return (decide, *seen, *documents, *last)


def _place(decision: Decision, texts: Texts) -> str:
    return texts(
        "review.place",
        unit=escape(decision.unit.name),
        month=period_name(decision.month, texts),
        category=short_name(decision.category),
        count=decision.review.count,
    )


def _place_of_card(card: Card, texts: Texts) -> str:
    return texts(
        "review.place",
        unit=escape(card.unit.name),
        month=period_name(card.month, texts),
        category=short_name(card.category),
        count=card.review.count,
    )
