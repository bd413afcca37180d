"""Pictures that were sent before, or look like it: said on a reviewer's card, and shown side by side."""

import datetime as dtm

from handlers.kit.answers import Answer, Button
from handlers.views.figures import CATEGORY_LENGTH, period_name
from handlers.views.markup import escape, lines, shorten
from locales import Texts
from services.core.likeness import Elsewhere
from services.core.period import Period
from services.core.pictures import ComparisonPicture, Side, Tone
from services.evidence.lookalikes import Lookalike, Pictured
from services.reviewing.review_queue import Card

SHOWN = 3
NAMED = 3
"""So many categories of another report are named."""


def alike_lines(card: Card, texts: Texts) -> list[str]:
    """Say where else the same picture was sent, or one that looks like it: a line for each report; HTML."""
    reports: dict[tuple[str, Elsewhere], Lookalike] = {}
    for each in card.alike:
        reports.setdefault((each.other.belonging.report, each.elsewhere), each)
    told = [_told(each, texts) for each in reports.values()]
    more = texts("review.alike.more", count=len(told) - SHOWN) if len(told) > SHOWN else ""
    return [*told[:SHOWN], *([more] if more else [])]


def compare_button(card: Card, texts: Texts) -> Button:
    """Offer to look at them side by side."""
    words = texts("review.button.compare", count=len(card.alike))
    return Button(
        words, "review.compare", {"review_id": card.review.id, "at": 0, "queue": card.queue.as_json()}
    )


def comparison(card: Card, at: int, zone: dtm.tzinfo, texts: Texts) -> Answer:
    """Show one of the report's pictures beside another that is or looks like it, and step through them."""
    count = len(card.alike)
    at %= count
    pair = card.alike[at]
    title = texts("review.alike.same") if pair.is_same else texts("review.alike.bits", bits=pair.bits)
    if count > 1:
        title = texts("review.alike.page", title=title, at=at + 1, count=count)
    sides = (
        _side(pair.own, texts("review.alike.own"), (card.category,), zone, texts),
        _side(pair.other, texts(f"review.else.{pair.elsewhere.value}"), pair.other.categories, zone, texts),
    )
    said = [
        texts("review.alike.side", heading=side.heading, told=escape(" · ".join(side.lines)))
        for side in sides
    ]
    told = {"review_id": card.review.id, "queue": card.queue.as_json()}
    following = Button(
        texts("review.button.next_alike", at=(at + 1) % count + 1, count=count),
        "review.compare",
        {**told, "at": (at + 1) % count},
    )
    back = Button(texts("review.button.back_to_card"), "review.picture", {**told, "at": 0})
    return Answer(
        lines([f"⚠️ {title}"], said, [texts("review.alike.yours")]),
        buttons=(*(((following,),) if count > 1 else ()), (back,)),
        picture=ComparisonPicture(title, *sides, Tone.ALARM if pair.is_same else Tone.SLOW),
        replaces=True,
    )


def _told(pair: Lookalike, texts: Texts) -> str:
    other = pair.other
    return texts(
        f"review.alike.{pair.elsewhere.value}",
        what=texts("review.alike.what_same" if pair.is_same else "review.alike.what_like"),
        unit=escape(other.unit),
        month=_month(other, texts),
        categories=escape(_categories(other.categories, texts)),
    )


def _side(
    pictured: Pictured, heading: str, categories: tuple[str, ...], zone: dtm.tzinfo, texts: Texts
) -> Side:
    """Say whose a picture is; plain words, because they are drawn."""
    received_on = pictured.received_at.astimezone(zone).date()
    place = texts(
        "review.alike.place", month=_month(pictured, texts), categories=_categories(categories, texts)
    )
    received = texts("review.alike.received", day=texts.date(received_on))
    return Side(pictured.stored_name, heading, (pictured.unit, place, received))


def _month(pictured: Pictured, texts: Texts) -> str:
    month_on = pictured.belonging.month_on
    return period_name(Period.of_month(month_on.year, month_on.month), texts)


def _categories(names: tuple[str, ...], texts: Texts) -> str:
    return texts("progress.comma").join(shorten(name, CATEGORY_LENGTH) for name in names[:NAMED])
