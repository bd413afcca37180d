"""What units lack that a reminder is about: figures read when it is asked, never kept."""

import datetime as dtm
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from models.enums import ReminderRule, ReminderStep
from services import sql
from services.core.calendar import WorkCalendar
from services.core.period import Period
from services.core.progress import CategoryCounts, Progress, ProgressFacts, measure_progress
from services.core.reminding import Shortfall, owes, shortfalls
from services.quota_rows import OF_ORGANISATION, UnitYears, days_of, read_categories

FEW = 12
"""So many units at most are read one by one; more are read all at once."""


@dataclass(frozen=True, slots=True)
class UnitFigures:
    """A unit's categories in a month or year, and what they were measured to be on a day."""

    categories: tuple[CategoryCounts, ...]
    progress: Progress

    def owes(self, rule: ReminderRule) -> bool:
        """Tell whether the unit owes anything that a rule is about."""
        return owes(rule, self.categories)

    def lacks(self, rule: ReminderRule, step: ReminderStep) -> tuple[Shortfall, ...]:
        """List what it lacks that a step is about."""
        return shortfalls(rule, step, self.categories, self.progress)


def period_of(rule: ReminderRule, month: Period) -> Period:
    """Give the period that a rule judges in a month: itself, or its year."""
    return month.year_period if rule is ReminderRule.YEARLY else month


async def read_figures(
    organisation_id: int,
    period: Period,
    today: dtm.date,
    calendar: WorkCalendar,
    *,
    of_units: Collection[int] | None = None,
) -> Mapping[int, UnitFigures]:
    """Measure the units of an organisation that still report (None: all of them), by id."""
    if of_units is not None and len(of_units) <= FEW:
        rows = [row for unit_id in sorted(of_units) for row in await _rows_of(unit_id, period)]
    else:
        rows = await sql.fetch(OF_ORGANISATION, organisation_id, *days_of(period))
    found: dict[int, UnitFigures] = {}
    for unit_id, group in groupby((row for row in rows if row["unit_id"]), key=itemgetter("unit_id")):
        of_unit = list(group)
        categories = read_categories(of_unit, period)
        facts = ProgressFacts("", "", period, today, categories)
        progress = measure_progress(facts, calendar, closing_days=of_unit[0]["closing_days"])
        found[unit_id] = UnitFigures(categories, progress)
    return found if of_units is None else {key: found[key] for key in of_units if key in found}


async def _rows_of(unit_id: int, period: Period) -> list[dict[str, Any]]:
    active = await sql.fetch("SELECT id FROM unit WHERE id = $1 AND is_active", unit_id)
    if not active:
        return []
    owed, counted = await UnitYears().read(unit_id, period)
    return [{"unit_id": unit_id, **row} for row in owed.with_counts(counted)]


def years_about(day: dtm.date) -> tuple[int, int]:
    """Give the years whose working days decide about a day: December closes in January."""
    return day.year - 1, day.year + 1
