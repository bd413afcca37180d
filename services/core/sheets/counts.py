"""Plain tables of targets and counts: 当年任务数, 每月任务数, 2月发布数, 当年完成数 and their rates."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from models.enums import Cadence
from services.core.numbers import format_percent, percent
from services.core.sheets.grid import Grid
from services.core.sheets.notebook import Notebook
from services.core.sheets.rows import Body, UnitLine
from services.core.sheets.understanding import Column, CountCell, Meaning, QuotaCell
from services.core.sheets.words import decimals, find_count, is_exempt, label, list_rates

_CADENCES = {Meaning.MONTHLY_TARGET: Cadence.MONTHLY, Meaning.YEARLY_TARGET: Cadence.YEARLY}
_MONTHS_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class Measures:
    """Where the measures of one category stand, by column index."""

    category: str
    targets: Mapping[Meaning, int]
    months: Mapping[int, int]
    year: int | None
    month_rates: Mapping[int, int]
    year_rate: int | None
    year_head: str  # address

    @property
    def missing_months(self) -> tuple[int, ...]:
        """Months up to the latest printed one that have no column."""
        return tuple(month for month in range(1, max(self.months, default=0)) if month not in self.months)


@dataclass(slots=True)
class Figures:
    """What the columns of targets and counts say."""

    quotas: list[QuotaCell] = field(default_factory=list)
    counts: list[CountCell] = field(default_factory=list)


def group_measures(columns: Mapping[int, Column], notebook: Notebook) -> tuple[Measures, ...]:
    """Put the measured columns of one table together by category; a column printed twice is doubted."""
    grouped: dict[str, dict[tuple[Meaning, int | None], int]] = {}
    for index, column in columns.items():
        if column.meaning in {Meaning.QUOTA, Meaning.DUTY} or column.category is None:
            continue
        places = grouped.setdefault(column.category.name, {})
        if places.setdefault((column.meaning, column.month), index) != index:
            notebook.doubt(column.address, "column_repeated", heading=column.heading[-1])
    return tuple(_measures_of(category, places, columns) for category, places in grouped.items())


def _measures_of(
    category: str, places: Mapping[tuple[Meaning, int | None], int], columns: Mapping[int, Column]
) -> Measures:
    def by_month(meaning: Meaning) -> dict[int, int]:
        return {month: index for (found, month), index in places.items() if found == meaning and month}

    year = places.get((Meaning.YEAR_COUNT, None))
    return Measures(
        category,
        {meaning: places[meaning, None] for meaning in _CADENCES if (meaning, None) in places},
        by_month(Meaning.MONTH_COUNT),
        year,
        by_month(Meaning.MONTH_RATE),
        places.get((Meaning.YEAR_RATE, None)),
        columns[year].address if year is not None else "",
    )


def read_figures(grid: Grid, measures: Measures, body: Body, notebook: Notebook) -> Figures:
    """Read one category's targets and counts, compare what is printed twice, derive a single open month."""
    figures = Figures()
    if measures.year is not None and not measures.months:
        notebook.doubt(measures.year_head, "months_unknown")
    elif measures.year is not None and len(measures.missing_months) > 1:
        months = "/".join(str(month) for month in measures.missing_months)
        notebook.doubt(measures.year_head, "months_missing", months=months)
    columns = {*measures.targets.values(), *measures.months.values()} | (
        {measures.year} if measures.year is not None else set()
    )
    for line in body.units:
        if columns & set(line.block.value_columns):
            _LineReader(grid, measures, line, notebook).read_into(figures)
    return figures


class _LineReader:
    """Reads the figures of one unit."""

    def __init__(self, grid: Grid, measures: Measures, line: UnitLine, notebook: Notebook) -> None:
        self._grid = grid
        self._measures = measures
        self._line = line
        self._notebook = notebook

    def read_into(self, figures: Figures) -> None:
        """Read targets, then counts, then compare."""
        targets = {meaning: self._target(meaning, figures) for meaning in self._measures.targets}
        counts = {month: self._number(index) for month, index in self._measures.months.items()}
        year = self._number(self._measures.year) if self._measures.year is not None else None
        for month, count in counts.items():
            if count is not None:
                address = self._address(self._measures.months[month])
                figures.counts.append(self._count(month, count, address))
        if year is not None and self._measures.months:
            self._follow_year(year, counts, figures)
        self._compare_targets(targets)
        for month, index in self._measures.month_rates.items():
            self._compare_rate(index, counts.get(month), targets.get(Meaning.MONTHLY_TARGET))
        if self._measures.year_rate is not None:
            self._compare_rate(self._measures.year_rate, year, targets.get(Meaning.YEARLY_TARGET))

    def _target(self, meaning: Meaning, figures: Figures) -> int | None:
        index = self._measures.targets[meaning]
        target = self._number(index)
        is_owed = target is not None
        if target == 0:
            self._notebook.doubt(self._address(index), "quota_zero", text="0")
            return 0
        if is_owed or is_exempt(self._grid.text_at(self._line.row, index)):
            figures.quotas.append(
                QuotaCell(
                    self._line.unit.position,
                    self._measures.category,
                    _CADENCES[meaning],
                    target,
                    is_per_account=False,
                    address=self._address(index),
                )
            )
        return target

    def _number(self, index: int) -> int | None:
        """Read one number; a dash says there is none, everything else unclear is doubted."""
        cell = self._grid.cell_at(self._line.row, index)
        number = find_count(cell.text)
        if cell.is_uncomputed:
            self._notebook.doubt(cell.address, "formula_uncomputed")
        elif cell.row != self._line.row:
            self._notebook.doubt(cell.address, "count_merged")
        elif not cell.text:
            self._notebook.doubt(cell.address, "count_blank")
        elif number is None and not is_exempt(cell.text):
            self._notebook.doubt(cell.address, "count_unreadable", text=label(cell.text)[:100])
        else:
            return number
        return None

    def _follow_year(self, year: int, counts: Mapping[int, int | None], figures: Figures) -> None:
        """Compare the year with its months; with exactly one month open, the rest is that month's count."""
        index, missing = self._measures.year, self._measures.missing_months
        if index is None or len(missing) > 1 or None in counts.values():
            return
        rest = year - sum(count for count in counts.values() if count is not None)
        address = self._address(index)
        if rest < 0 or (rest > 0 and not missing):
            self._notebook.doubt(address, "year_disagrees", printed=year, computed=year - rest)
        elif missing:
            figures.counts.append(self._count(missing[0], rest, address, is_derived=True))

    def _compare_targets(self, targets: Mapping[Meaning, int | None]) -> None:
        monthly, yearly = targets.get(Meaning.MONTHLY_TARGET), targets.get(Meaning.YEARLY_TARGET)
        if monthly is not None and yearly is not None and monthly * _MONTHS_A_YEAR != yearly:
            address = self._address(self._measures.targets[Meaning.YEARLY_TARGET])
            self._notebook.doubt(
                address, "targets_disagree", monthly=monthly, yearly=yearly, computed=monthly * _MONTHS_A_YEAR
            )

    def _compare_rate(self, index: int, part: int | None, whole: int | None) -> None:
        cell = self._grid.cell_at(self._line.row, index)
        if part is None or not whole or not cell.text:
            return  # nothing to compute, or nothing printed
        rates = list_rates(cell.text)
        if any(rate == percent(part, whole, digits=decimals(rate)) for rate in rates):
            return
        printed = format_percent(rates[-1]) if rates else label(cell.text)[:100]
        computed = format_percent(percent(part, whole))
        self._notebook.doubt(cell.address, "rate_disagrees", printed=printed, computed=computed)

    def _count(self, month: int, count: int, address: str, *, is_derived: bool = False) -> CountCell:
        position = self._line.unit.position
        return CountCell(position, self._measures.category, month, count, address, is_derived)

    def _address(self, index: int) -> str:
        return self._grid.cells[self._line.row][index].address
