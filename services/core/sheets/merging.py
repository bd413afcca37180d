"""Several tables put together: a unit, a quota or a count that more than one names is taken once."""

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from services.core.sheets.notebook import Notebook
from services.core.sheets.sums import split_sums
from services.core.sheets.tables import Table
from services.core.sheets.understanding import (
    Column,
    CountCell,
    Duty,
    Meaning,
    QuotaCell,
    SheetCategory,
    SumCell,
    Understanding,
    UnitRow,
)
from services.core.text import fold

T = TypeVar("T", UnitRow, QuotaCell, CountCell, SumCell, Duty, Column)


class Merger:
    """Collects tables of one year; what they say differently about the same is doubted and left out."""

    def __init__(self, first: Table, *, is_prefixed: bool) -> None:
        """Take the table that names year and title; addresses begin with their sheet if `is_prefixed`."""
        self.notebook = Notebook()
        self._first = first
        self._is_prefixed = is_prefixed
        self._columns: list[Column] = []
        self._units: dict[str, UnitRow] = {}
        self._quotas: dict[tuple[int, str, str], QuotaCell] = {}
        self._counts: dict[tuple[int, str, int], CountCell] = {}
        self._contradicted: set[tuple[int, str, str] | tuple[int, str, int]] = set()
        self._sums: list[SumCell] = []
        self._unclear: set[tuple[int, str, int]] = set()
        self._duties: list[Duty] = []
        self._bound: dict[tuple[int, str], Duty] = {}

    def add(self, table: Table) -> None:
        """Add one table."""
        year, expected = table.context.year, self._first.context.year
        if year != expected:
            self.notebook.doubt("", "sheet_of_other_year", sheet=table.sheet, year=year, expected=expected)
            return
        prefix = f"{table.sheet}!" if self._is_prefixed else ""
        self.notebook.add(table.notebook, prefix)
        self._columns += _placed(prefix, table.columns)
        positions = {}
        for unit in _placed(prefix, table.units):
            kept = self._units.setdefault(fold(unit.name), replace(unit, position=len(self._units) + 1))
            positions[unit.position] = kept.position
        for quota in _placed(prefix, table.figures.quotas):
            self._add_quota(replace(quota, position=positions[quota.position]))
        for count in _placed(prefix, table.figures.counts):
            self._add_count(replace(count, position=positions[count.position]))
        for total in _placed(prefix, table.figures.sums):
            head = prefix + total.head_address
            self._sums.append(replace(total, position=positions[total.position], head_address=head))
        for position, category, month in table.figures.unclear:
            self._unclear.add((positions[position], category, month))
        for duty in _placed(prefix, table.duties):
            self._add_duty(replace(duty, positions=tuple(positions[one] for one in duty.positions)))

    def understanding(self) -> Understanding:
        """Give what all tables say together."""
        counts = [one for place, one in self._counts.items() if place not in self._contradicted]
        unclear = {place for place in self._counts if place in self._contradicted} | self._unclear
        all_counts = split_sums(counts, self._sums, unclear, self.notebook)
        return Understanding(
            title=self._first.context.title,
            year=self._first.context.year,
            sheet=self._first.sheet,
            columns=tuple(self._columns),
            categories=_categories_of(self._columns),
            units=tuple(self._units.values()),
            quotas=tuple(one for key, one in self._quotas.items() if key not in self._contradicted),
            duties=tuple(self._duties),
            counts=all_counts,
            doubts=self.notebook.doubts,
            remarks=self.notebook.remarks,
            asks_months=self._asked_months(),
        )

    def _asked_months(self) -> tuple[int, ...]:
        is_asked = any(one.key == "import.doubt.quarter_unplaced" for one in self.notebook.doubts)
        return self._first.context.quarter_months if is_asked else ()

    def _add_quota(self, quota: QuotaCell) -> None:
        key = quota.position, quota.category, quota.cadence.value
        kept = self._quotas.setdefault(key, quota)
        if (kept.target, kept.is_per_account) != (quota.target, quota.is_per_account):
            self._contradicted.add(key)
            self.notebook.doubt(quota.address, "quota_contradicted", first=kept.address)

    def _add_count(self, count: CountCell) -> None:
        place = count.position, count.category, count.month
        kept = self._counts.setdefault(place, count)
        if (kept.count, kept.accepted, kept.errors) != (count.count, count.accepted, count.errors):
            self._contradicted.add(place)
            self.notebook.doubt(
                count.address,
                "count_contradicted",
                first=kept.address,
                before=kept.count,
                after=count.count,
            )

    def _add_duty(self, duty: Duty) -> None:
        """Add a duty for the units that have none of its name yet; another wording of it is doubted."""
        free = []
        for position in duty.positions:
            kept = self._bound.setdefault((position, duty.category), duty)
            if kept is duty:
                free.append(position)
            elif kept.text != duty.text:
                self.notebook.doubt(duty.address, "duty_contradicted", category=duty.category)
        if free:
            self._duties.append(replace(duty, positions=tuple(dict.fromkeys(free))))


def _placed(prefix: str, values: Iterable[T]) -> list[T]:
    """Give values with addresses that hold in the whole document."""
    return [replace(value, address=prefix + value.address) for value in values]


def _categories_of(columns: Iterable[Column]) -> tuple[SheetCategory, ...]:
    """Categories with numbers, in the order of the sheet; duties have none."""
    found: dict[str, SheetCategory] = {}
    for column in columns:
        if column.category and column.meaning is not Meaning.DUTY:
            found.setdefault(column.category.name, column.category)
    return tuple(found.values())
