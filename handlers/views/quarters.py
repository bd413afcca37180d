"""The name of a month, a quarter or a year: 2024年2月, 2024年一季度, 2024年."""

from handlers.views.figures import period_name
from locales import Texts
from services.core.quarter import AnyPeriod, Quarter


def any_period_name(period: AnyPeriod, texts: Texts) -> str:
    """Name any kind of period in full."""
    if isinstance(period, Quarter):
        return texts("rank.quarter", year=period.year, quarter=texts(f"media.quarter.{period.number}"))
    return period_name(period, texts)
