"""Words about standings: their title, how a unit moved, what is divided by what."""

from handlers.views.markup import escape
from handlers.views.quarters import any_period_name
from locales import Texts
from models.enums import Cadence
from services.core.numbers import NO_FIGURE
from services.core.quarter import AnyPeriod, Quarter
from services.core.standings import Standing, Standings


def title_of(found: Standings, texts: Texts) -> str:
    """Name the standings: 定南县 2024年排名; HTML."""
    return texts(
        "rank.title", organisation=escape(found.organisation), period=any_period_name(found.period, texts)
    )


def moved_words(found: Standings, each: Standing, texts: Texts) -> str:
    """Say how a unit moved: ▲2, ▼1, – or 新; "" where there is nothing to compare with."""
    if not found.is_compared or each.place is None:
        return ""
    moved = each.moved
    if moved is None:
        return texts("rank.new")
    if moved == 0:
        return NO_FIGURE
    return f"▲{moved}" if moved > 0 else f"▼{-moved}"


def basis(found: Standings, texts: Texts) -> list[str]:
    """State what is divided by what, and what movement is measured against (口径)."""
    kind = _kind(found.period)
    return [
        texts(f"rank.basis.{kind}"),
        texts(f"rank.compared.{kind}") if found.is_compared and found.is_counted else "",
        texts("progress.estimated") if found.is_estimated else "",
    ]


def _kind(period: AnyPeriod) -> str:
    if isinstance(period, Quarter):
        return "quarter"
    return "year" if period.cadence is Cadence.YEARLY else "month"
