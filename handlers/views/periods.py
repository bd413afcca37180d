"""The buttons that lead from a month or year to the ones beside it."""

from collections.abc import Mapping
from typing import Any

from handlers.kit.answers import Button
from handlers.views.figures import period_name
from locales import Texts
from models.enums import Cadence
from services.core.period import Period
from services.core.progress import Progress


def period_buttons(
    shown: Progress, action: str, arguments: Mapping[str, Any], texts: Texts
) -> tuple[Button, ...]:
    """Offer the month before, the month after where it has begun, and the year (from a year: a month)."""
    period, now = shown.period, Period.containing(shown.today, Cadence.MONTHLY)
    if period.month is None:
        last = now if period.year == now.year else period.months()[-1]
        offered = {last: _name(last, now, texts)}
    else:
        before = period.previous()
        offered = {before: texts("progress.button.earlier", period=_name(before, now, texts))}
        if period < now:
            after = period.next()
            offered[after] = texts("progress.button.later", period=_name(after, now, texts))
        elif period > now:
            offered.setdefault(now, _name(now, now, texts))
        offered[period.year_period] = texts("progress.button.year", year=period.year)
    return tuple(Button(words, action, {**arguments, "period": str(each)}) for each, words in offered.items())


def _name(period: Period, now: Period, texts: Texts) -> str:
    return texts("progress.head.this_month") if period == now else period_name(period, texts)
