"""Many reports at once: what they are, what was decided about them, and what their reporters hear."""

import datetime as dtm
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from handlers.kit.answers import Answer, Button, Earlier
from handlers.views.figures import day_words, listed, period_name, short_name
from handlers.views.markup import bold, escape, fitting, lines, shorten
from handlers.views.problems import problem_words
from handlers.views.review_decisions import overtaken_words, place_of, reason_buttons, state_words
from handlers.views.reviews import scope_words
from locales import Texts
from services.core.occasion import Occasion
from services.core.period import Period
from services.facts.review_rows import Review
from services.reviewing import review_queue
from services.reviewing.review_batches import Batch, Batched
from services.reviewing.review_queue import Queue
from services.reviewing.reviews import Decision

Notice = Callable[[Sequence[Decision], Texts, int], Answer]
"""What a reporter is told of several decisions, in their language and private chat."""

REASON_STEP = "review.reason_of_all"
ROOM = 2500
"""So long a listing may be, in Telegram's units, that all around it still fits into a message."""
NAME_LENGTH = 20
MONTHS_SHOWN = 6


def ask(batch: Batch, queue: Queue, name_of: Callable[[int], str], zone: dtm.tzinfo, texts: Texts) -> Answer:
    """Sum up what one press would decide about, and list it; ``queue`` is where it goes on afterwards."""
    count = len(batch.reviews)
    units = sorted({batch.units[each.key.unit_id] for each in batch.reviews})
    of_one = units if len(units) == 1 and batch.queue.unit_ids else []
    told = {"queue": queue.as_json(), "shown": [[each.id, each.version] for each in batch.reviews]}
    head = scope_words(batch.queue, of_one, name_of, texts)
    rows = [
        _row(each, batch, name_of(each.key.category_id), zone, texts, names_unit=not of_one)
        for each in batch.reviews
    ]
    buttons = (
        (
            Button(texts("review.button.accept_all", count=count), "review.accept_all", told),
            Button(texts("review.button.return_all", count=count), "review.ask_all_reason", told),
        ),
        (Button(texts("review.button.back"), "review.queue", {"queue": queue.as_json()}),),
    )
    return Answer(
        lines([bold(head)], _facts(batch, texts), [_folded(rows, texts)]), buttons=buttons, replaces=True
    )


def _facts(batch: Batch, texts: Texts) -> list[str]:
    count = len(batch.reviews)
    months = [
        texts("review.of_month", month=period_name(Period.of_month(on.year, on.month), texts), count=each)
        for on, each in batch.months
    ]
    first = {"count": count, "sum": batch.count}
    key = "review.sum" if batch.waiting <= count else "review.sum_first"
    return [
        texts(key, waiting=batch.waiting, **first),
        listed(months, texts, limit=MONTHS_SHOWN),
        texts("review.sum_bare", count=len(batch.bare)) if batch.bare else "",
        texts("review.sum_lacking", count=len(batch.lacking)) if batch.lacking else "",
        texts("review.sum_repeated", count=len(batch.repeated)) if batch.repeated else "",
        texts("review.sum_own", count=len(batch.own)) if batch.own else "",
    ]


def _row(
    review: Review, batch: Batch, category: str, zone: dtm.tzinfo, texts: Texts, *, names_unit: bool
) -> str:
    """Tell one report: of a single month, which stands above, by the day since which it waits."""
    asked_on = review.asked_at.astimezone(zone).date()
    is_of_one_month = len(batch.months) == 1
    marks = [
        texts(f"review.mark.{name}")
        for name, marked in (
            ("bare", batch.bare),
            ("lacking", batch.lacking),
            ("repeated", batch.repeated),
            ("own", batch.own),
        )
        if review.id in marked
    ]
    unit = escape(shorten(batch.units[review.key.unit_id], NAME_LENGTH))
    return texts(
        "review.listed_of" if names_unit else "review.listed",
        unit=unit,
        when=day_words(asked_on, texts)
        if is_of_one_month
        else period_name(review_queue.month_of(review), texts),
        category=short_name(category),
        count=review.count,
        marks=texts("review.marks", words=texts("progress.comma").join(marks)) if marks else "",
    )


def ask_reason(count: int, queue: Queue, told: Mapping[str, Any], texts: Texts) -> Answer:
    """Offer reasons to return for one of them all ``count`` reports that still are as they were listed."""
    back = Button(texts("review.button.back"), "review.queue", {"queue": queue.as_json()})
    return Answer(
        texts("review.ask_all_reason", count=count),
        buttons=(*reason_buttons("review.return_all", told, texts), (back,)),
        replaces=True,
        asks=REASON_STEP,
        asks_with=dict(told),
    )


def decided(
    made: Batched, how: str, queue: Queue, occasion: Occasion, texts: Texts, *, earlier: Earlier | None
) -> Answer:
    """Say how many were decided about, and what stays as it is; ``how`` is accepted or returned."""
    told = {"queue": queue.as_json(), "shown": _as_shown(made.made)}
    undo = Button(texts("review.button.undo_all", count=len(made.made)), "review.undo_all", told)
    accepted = sum(each.review.accepted for each in made.made)
    reason = escape(made.made[0].review.reason) if made.made else ""
    unheard = sum(each.reporter is None for each in made.made) if how == "returned" else 0
    key = f"review.all.{how}" if made.made else "review.all.nothing"
    return Answer(
        lines(
            [
                texts(key, count=len(made.made), accepted=accepted, reason=reason),
                texts("review.all.unheard", count=unheard) if unheard else "",
            ],
            _stayed(made, occasion, texts),
        ),
        buttons=((undo,),) if made.made else (),
        replaces=earlier is None,
        earlier=earlier,
    )


def undone(made: Batched, occasion: Occasion, texts: Texts) -> Answer:
    """Say how many decisions were taken back, and what had changed since."""
    said = texts("review.all.undone" if made.made else "review.all.nothing", count=len(made.made))
    return Answer(lines([said], _stayed(made, occasion, texts)), replaces=True)


def _stayed(made: Batched, occasion: Occasion, texts: Texts) -> list[str]:
    """Say of each report why nothing was done about it."""
    stayed = [
        texts("review.stayed", place=place_of(each, texts), why=escape(problem_words(why, texts)))
        for each, why in made.left
    ]
    stayed += [overtaken_words(each, occasion, texts) for each in made.overtaken]
    if not stayed:
        return []
    return [texts("review.all.stayed", count=len(stayed)), _folded([f"· {each}" for each in stayed], texts)]


def returned_notice(decisions: Sequence[Decision], texts: Texts, to: int) -> Answer:
    """Tell a reporter once which reports came back, why, and what can be done."""
    again = Button(
        texts("review.button.resubmit_all", count=len(decisions)),
        "review.resubmit_all",
        {"shown": _as_shown(decisions)},
    )
    head = texts(
        "review.all.returned_notice", count=len(decisions), reason=escape(decisions[0].review.reason)
    )
    is_closed = any(each.is_closed for each in decisions)
    may_edit = all(each.may_edit for each in decisions)
    ways = [
        texts("review.all.next_step" if may_edit else "review.all.next_step_anew"),
        texts("review.all.closed") if is_closed else "",
    ]
    told = lines([head], [_folded(_places(decisions, texts), texts)], ways)
    return Answer(told, buttons=((again,),), to=to)


def undone_notice(decisions: Sequence[Decision], texts: Texts, to: int) -> Answer:
    """Tell a reporter once that what came back does wait for a reviewer after all."""
    head = texts("review.all.undone_notice", count=len(decisions))
    return Answer(lines([head], [_folded(_places(decisions, texts), texts)]), to=to)


def resubmitted(made: Batched, texts: Texts) -> Answer:
    """Say how many reports wait again, and how the others stand."""
    said = texts("review.all.resubmitted" if made.made else "review.all.nothing", count=len(made.made))
    others = [f"· {state_words(each, texts)}" for each in made.overtaken]
    head = [texts("review.all.stayed", count=len(others))] if others else []
    return Answer(lines([said], [*head, _folded(others, texts)]), replaces=True)


def _places(decisions: Sequence[Decision], texts: Texts) -> list[str]:
    return [f"· {place_of(each, texts)}" for each in decisions]


def _folded(rows: Sequence[str], texts: Texts) -> str:
    """Write rows as a passage that unfolds; those that find no room are counted."""
    if not rows:
        return ""
    shown = fitting(rows, ROOM)
    more = [texts("review.more", count=len(rows) - shown)] if shown < len(rows) else []
    return f"<blockquote expandable>{chr(10).join([*rows[:shown], *more])}</blockquote>"


def _as_shown(decisions: Sequence[Decision]) -> list[list[int]]:
    return [[each.review.id, each.review.version] for each in decisions]
