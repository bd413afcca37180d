"""A report on a reviewer's screen."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from handlers.kit.answers import Answer, Button
from handlers.views.captures import capture_lines
from handlers.views.figures import day_words, listed, period_name, short_name
from handlers.views.lacking import lack_words
from handlers.views.lookalikes import alike_lines, compare_button
from handlers.views.markup import anchor, bold, escape, lines, shorten
from locales import Texts
from models.enums import EvidenceKind, ReviewState
from services.core.pictures import StoredPicture
from services.facts.exhibits import Exhibit
from services.reviewing.review_queue import Card, Queue

LONG = 2
"""From so many working days on it is said how long the oldest has waited."""
SCOPE_SHOWN = 3
LINKS_SHOWN = 5
RETURNS_SHOWN = 2
REASON_LENGTH = 80
DOCUMENTS_SHOWN = 5
TITLE_LENGTH = 40
BUTTON_LENGTH = 40


def card_answer(
    card: Card,
    name_of: Callable[[int], str],
    texts: Texts,
    *,
    at: int | None = None,
    replaces: bool = False,
) -> Answer:
    """Show a report with its evidence: one picture, the links, and its documents by buttons.

    At first it is the first picture, or the first that came after the report was returned.
    """
    pictures = [each for each in card.exhibits if each.kind is EvidenceKind.PICTURE]
    at = _first_new(card, pictures) if at is None else at
    shown = pictures[at % len(pictures)] if pictures else None
    return Answer(
        lines(
            [_head(card, texts), _scope(card, name_of, texts), *_facts(card, texts)],
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


def nothing(queue: Queue, others: int, texts: Texts) -> Answer:
    """Say that nothing waits, or nothing of what was looked at while ``others`` wait."""
    if not others:
        figures = Button(texts("review.button.figures"), "review.figures", _among(queue))
        return Answer(texts("review.nothing"), buttons=((figures,),))
    rest = Button(texts("review.button.rest"), "review.queue", _among(Queue(queue.organisation_id)))
    return Answer(texts("review.nothing_here", count=others), buttons=((rest,),))


def scope_words(queue: Queue, units: Sequence[str], name_of: Callable[[int], str], texts: Texts) -> str:
    """Name what a queue was narrowed to; ``units`` are the names of its units. HTML."""
    named = [escape(shorten(each, TITLE_LENGTH)) for each in units]
    named += [short_name(name_of(each)) for each in queue.category_ids]
    words = [listed(named, texts, limit=SCOPE_SHOWN)] if named else []
    return " · ".join([*words, *([period_name(queue.period, texts)] if queue.period else [])])


def _head(card: Card, texts: Texts) -> str:
    key = "review.head" if card.longest < LONG else "review.head_long"
    place = bold(place_of_card(card, texts))
    return texts(key, place=place, waiting=card.waiting, days=card.longest)


def _scope(card: Card, name_of: Callable[[int], str], texts: Texts) -> str:
    """Say what the queue was narrowed to, but for a single unit, which stands above."""
    queue = replace(card.queue, unit_ids=()) if len(card.queue.unit_ids) == 1 else card.queue
    if not queue.is_narrowed:
        return ""
    units = [texts("review.units", count=len(queue.unit_ids))] if queue.unit_ids else []
    return texts("review.only", scope=scope_words(queue, units, name_of, texts))


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
        texts("review.account", name=escape(shorten(card.account, TITLE_LENGTH))) if card.account else "",
        _reported(card, texts),
        texts("review.closed" if card.is_closed else "review.closes", day=day_words(card.closes_on, texts)),
        texts("review.evidence", count=told) if told else texts("review.no_evidence"),
        texts("evidence.lacking", words=lack_words(card.lack, texts)) if card.lack else "",
        texts("review.most", most=card.most) if card.most < card.review.count else "",
        texts("review.own") if card.is_own else "",
    ]


def _reported(card: Card, texts: Texts) -> str:
    """Say when a report came and from whom."""
    day = day_words(card.steps[0][1].date(), texts)
    key = "review.reported_by" if card.reporter else "review.reported"
    return texts(key, day=day, name=escape(shorten(card.reporter, TITLE_LENGTH)))


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
    among = _among(card.queue)
    told = {"review_id": card.review.id, "version": card.review.version, **among}
    decide = (
        Button(texts("review.button.accept"), "review.accept", told),
        Button(texts("review.button.part"), "review.ask_part", told),
        Button(texts("review.button.return"), "review.ask_reason", told),
    )
    turn = Button(
        texts("review.button.picture", at=at % len(pictures) + 1, count=len(pictures)) if pictures else "",
        "review.picture",
        {"review_id": card.review.id, "at": at + 1, **among},
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
    rows = (
        decide,
        (turn,) if len(pictures) > 1 else (),
        (compare_button(card, texts),) if card.alike else (),
        *documents,
        _many(card, texts),
        _onward(card, texts),
    )
    return tuple(row for row in rows if row)


def _many(card: Card, texts: Texts) -> tuple[Button, ...]:
    """Offer to decide about many at once: of this unit, of this category, or all that was narrowed to."""
    offered = (
        ("unit", card.of_unit, replace(card.queue, unit_ids=(card.review.key.unit_id,))),
        ("category", card.of_category, replace(card.queue, category_ids=(card.review.key.category_id,))),
        ("queue", card.waiting if card.queue.is_narrowed else 0, card.queue),
    )
    counted = [each for each in offered if each[1] > 1]
    sizes = {each[1] for each in counted if each[0] != "queue"}
    return tuple(
        Button(
            texts(f"review.button.all.{name}", count=count),
            "review.ask_all",
            {"batch": queue.as_json(), **_among(card.queue)},
        )
        for name, count, queue in counted
        if name != "queue" or count not in sizes
    )


def _onward(card: Card, texts: Texts) -> tuple[Button, ...]:
    following = {"after": card.review.id, **_among(card.queue)}
    row = [Button(texts("review.button.next"), "review.queue", following)] if card.waiting > 1 else []
    if card.queue.is_narrowed:
        everything = _among(Queue(card.queue.organisation_id))
        row.append(Button(texts("review.button.everything"), "review.queue", everything))
    return (*row, Button(texts("review.button.figures"), "review.figures", _among(card.queue)))


def _among(queue: Queue) -> dict[str, Any]:
    return {"queue": queue.as_json()}


def place_of_card(card: Card, texts: Texts) -> str:
    """Say what a card is about: 市司法局 · 2024年3月 · 动态通知类 3 条; HTML."""
    return texts(
        "review.place",
        unit=escape(card.unit.name),
        month=period_name(card.month, texts),
        category=short_name(card.category),
        count=card.review.count,
    )
