"""What units lack that a reminder is about: figures read when it is asked, never kept."""

import datetime as dtm
from collections.abc import AsyncIterator, Collection, Mapping
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
from services.facts.quota_rows import OF_SOME, UNITS_AT_ONCE, UnitYears, days_of, read_categories

FEW = 12
"""So many units at most are read one by one; of more, many at once."""


@dataclass(frozen=True, slots=True)
class UnitFigures:
    """A unit's categories in a month or year, and what they were measured to be on a day."""

    categories: tuple[CategoryCounts, ...]
    progress: Progress

    def lacks(self, rule: ReminderRule, step: ReminderStep) -> tuple[Shortfall, ...]:
        """List what it lacks that a step is about."""
        return shortfalls(rule, step, self.categories, self.progress)


def period_of(rule: ReminderRule, month: Period) -> Period:
    """Give the period that a rule judges in a month: itself, or its year."""
    return month.year_period if rule is ReminderRule.YEARLY else month


async def list_owing(organisation_id: int, rule: ReminderRule, period: Period) -> tuple[int, ...]:
    """List the units of an organisation that still report and owe something by a rule, in official order."""
    walk = _walk_rows(organisation_id, period, None)
    return tuple([unit_id async for unit_id, rows in walk if owes(rule, read_categories(rows, period))])


async def read_figures(
    organisation_id: int,
    period: Period,
    today: dtm.date,
    calendar: WorkCalendar,
    *,
    of_units: Collection[int] | None = None,
) -> Mapping[int, UnitFigures]:
    """Measure the units of an organisation that still report (None: all), by id, in official order."""
    found = walk_figures(organisation_id, period, today, calendar, of_units=of_units)
    return {unit_id: figures async for unit_id, figures in found}


async def walk_figures(
    organisation_id: int,
    period: Period,
    today: dtm.date,
    calendar: WorkCalendar,
    *,
    of_units: Collection[int] | None = None,
) -> AsyncIterator[tuple[int, UnitFigures]]:
    """Measure units as ``read_figures`` does, some at a time: however many they are, others get their turn.

    Outside a transaction units may report in between.
    """
    async for unit_id, rows in _walk_rows(organisation_id, period, of_units):
        categories = read_categories(rows, period)
        facts = ProgressFacts("", "", period, today, categories)
        progress = measure_progress(facts, calendar, closing_days=rows[0]["closing_days"])
        yield unit_id, UnitFigures(categories, progress)


async def _walk_rows(
    organisation_id: int, period: Period, of_units: Collection[int] | None
) -> AsyncIterator[tuple[int, list[dict[str, Any]]]]:
    if of_units is not None and len(of_units) <= FEW:
        for unit_id in sorted(of_units):
            if of_unit := await _rows_of(unit_id, period):
                yield unit_id, of_unit
        return
    known = await sql.fetch(
        "SELECT id FROM unit WHERE organisation_id = $1 AND is_active ORDER BY position, id", organisation_id
    )
    ids = [row["id"] for row in known if of_units is None or row["id"] in of_units]
    for start in range(0, len(ids), UNITS_AT_ONCE):
        some = ids[start : start + UNITS_AT_ONCE]
        same = [some[-1]] * (UNITS_AT_ONCE - len(some))
        rows = await sql.fetch(OF_SOME, organisation_id, *days_of(period), *some, *same)
        for unit_id, group in groupby((row for row in rows if row["unit_id"]), key=itemgetter("unit_id")):
            yield unit_id, list(group)


async def _rows_of(unit_id: int, period: Period) -> list[dict[str, Any]]:
    active = await sql.look_up("SELECT id FROM unit WHERE id = $1 AND is_active", unit_id)
    if not active:
        return []
    owed, counted = await UnitYears().read(unit_id, period)
    return [{"unit_id": unit_id, **row} for row in owed.with_counts(counted)]


def years_about(day: dtm.date) -> tuple[int, int]:
    """Give the years whose working days decide about a day: December closes in January."""
    return day.year - 1, day.year + 1
