"""The review desk in figures."""

import datetime as dtm
from collections.abc import Sequence
from decimal import Decimal

from handlers.kit.answers import Answer, Button
from handlers.views.figures import day_words, listed, period_name, short_name
from handlers.views.markup import bold, escape, fitting, lines, shorten
from locales import Texts
from services.core.numbers import format_percent
from services.reviewing.review_figures import ReviewFigures, Share
from services.reviewing.review_queue import Queue

ROOM = 1500
NAME_LENGTH = 20
UNITS_NAMED = 8


def summary(seen: ReviewFigures, queue: Queue, today: dtm.date, texts: Texts) -> Answer:
    """Show how long reports waited, how many of them were accepted, and what waits now."""
    told = {"queue": queue.as_json()}
    months = [seen.month.previous(), *([] if seen.month.contains(today) else [seen.month.next()])]
    row = [
        Button(period_name(each, texts), "review.figures", {**told, "month": str(each)}) for each in months
    ]
    row += [Button(texts("review.button.queue"), "review.queue", told)] if seen.waiting else []
    return Answer(
        lines(
            [
                bold(texts("review.figures.head", month=period_name(seen.month, texts))),
                *_decided(seen, texts),
            ],
            [_waiting(seen, texts), _away(seen, texts)],
            _listing("categories", seen.categories, texts),
            _listing("units", seen.units, texts),
        ),
        buttons=(tuple(row),),
    )


def _decided(seen: ReviewFigures, texts: Texts) -> list[str]:
    if seen.waits is None:
        return [texts("review.figures.none")]
    waits = seen.waits
    return [
        texts(
            "review.figures.decided",
            count=seen.accepted + seen.returned,
            accepted=seen.accepted,
            returned=seen.returned,
        ),
        texts("review.figures.share", **_share(seen.whole)),
        texts(
            "review.figures.waits",
            median=_plain(waits.median),
            mean=_plain(waits.mean),
            longest=waits.longest,
        ),
    ]


def _waiting(seen: ReviewFigures, texts: Texts) -> str:
    if seen.since is None:
        return texts("review.nothing")
    return texts(
        "review.figures.waiting" if seen.longest else "review.figures.waiting_today",
        count=seen.waiting,
        day=day_words(seen.since, texts),
        days=seen.longest,
    )


def _away(seen: ReviewFigures, texts: Texts) -> str:
    """Name the units to whom something was returned that has not come back."""
    units = [
        texts("review.figures.away_unit", unit=escape(name), count=count)
        for name, count in sorted(seen.away, key=lambda each: -each[1])
    ]
    return texts("review.figures.away", units=listed(units, texts, limit=UNITS_NAMED)) if units else ""


def _listing(name: str, shares: Sequence[Share], texts: Texts) -> list[str]:
    """List how much of each was accepted, the least of it first, in a passage that unfolds."""
    if len(shares) < 2:
        return []
    ordered = sorted(shares, key=lambda share: share.rate or Decimal(0))
    rows = [
        texts("review.figures.row", name=short_name(shorten(each.name, NAME_LENGTH)), **_share(each))
        for each in ordered
    ]
    shown = fitting(rows, ROOM)
    more = [texts("review.more", count=len(rows) - shown)] if shown < len(rows) else []
    folded = "\n".join([*rows[:shown], *more])
    return [texts(f"review.figures.{name}"), f"<blockquote expandable>{folded}</blockquote>"]


def _share(share: Share) -> dict[str, object]:
    return {"accepted": share.accepted, "decided": share.decided, "rate": format_percent(share.rate)}


def _plain(days: Decimal) -> str:
    """Write a number of days without a needless decimal."""
    return escape(f"{days.normalize():f}")
