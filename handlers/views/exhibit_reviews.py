"""What became of a report, beside its evidence, and the way back for what was returned."""

import datetime as dtm
from collections.abc import Callable

from handlers.kit.answers import Button
from handlers.views.figures import day_words, short_name
from handlers.views.review_decisions import standing_words
from locales import Texts
from models.enums import ReviewState
from services.evidence.evidence_shelf import ReportCard


def review_lines(
    card: ReportCard, zone: dtm.tzinfo, name_of: Callable[[int], str], texts: Texts
) -> list[str]:
    """Say how a report stands in each category that is not accepted at once, and since when; HTML."""
    return [
        texts(
            "evidence.shelf.review",
            category=short_name(name_of(review.key.category_id)),
            state=standing_words(review, texts),
            day=day_words(review.changed_at.astimezone(zone).date(), texts),
        )
        for review in card.reviews
    ]


def resubmit_buttons(card: ReportCard, texts: Texts) -> list[tuple[Button, ...]]:
    """Offer to hand in again what came back: who it was told to may be gone, and its message too."""
    if not card.may_resubmit:
        return []
    return [
        (
            Button(
                texts("review.button.resubmit"),
                "review.resubmit",
                {"review_id": review.id, "version": review.version, "opening": review.opening},
            ),
        )
        for review in card.reviews
        if review.state is ReviewState.RETURNED
    ]
