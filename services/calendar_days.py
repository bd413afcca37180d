"""An organisation's own working days and days off, which beat the published calendar."""

import datetime as dtm
from collections.abc import Iterable, Mapping

from services import sql
from services.calendar import work_calendar
from services.core.calendar import WorkCalendar
from services.ledger import day_of


async def read_calendar(organisation_id: int, years: Iterable[int]) -> WorkCalendar:
    """Give the working days as an organisation has them."""
    return work_calendar(years, await list_overrides(organisation_id))


async def list_overrides(organisation_id: int) -> Mapping[dtm.date, bool]:
    """Give the days an organisation decided for itself, and whether they are worked."""
    rows = await sql.look_up(
        "SELECT day_on, is_working FROM calendar_day WHERE organisation_id = $1 ORDER BY day_on",
        organisation_id,
    )
    return {day_of(row["day_on"]): bool(row["is_working"]) for row in rows}
