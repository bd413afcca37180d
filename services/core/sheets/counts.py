"""Columns of targets and counts: 当年任务数, 每月任务数, 2月发布数, 当年完成数 and their rates."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from models.enums import Cadence
from services.core.numbers import format_percent, percent
from services.core.sheets.grid import Grid
from services.core.sheets.notebook import Notebook
from services.core.sheets.rows import Body, UnitLine
from services.core.sheets.understanding import Column, CountCell, Meaning, QuotaCell, SumCell
from services.core.sheets.words import decimals, find_count, is_exempt, label, list_rates

_CADENCES = {Meaning.MONTHLY_TARGET: Cadence.MONTHLY, Meaning.YEARLY_TARGET: Cadence.YEARLY}
_MEASURED = frozenset(
    {
        *_CADENCES,
        Meaning.MONTH_COUNT,
        Meaning.MONTH_ACCEPTED,
        Meaning.MONTH_ERRORS,
        Meaning.YEAR_COUNT,
        Meaning.MONTH_RATE,
        Meaning.YEAR_RATE,
    }
)
_MONTHS_A_YEAR = 12

Months = tuple[int, int]
"""The first and the last month of a sum; the last is 0 where the sheet does not say."""


@dataclass(frozen=True, slots=True)
class Measures:
    """Where the measures of one category stand, by column index."""

    category: str
    targets: Mapping[tuple[Meaning, int], int]  # of all months (0), or of one
    months: Mapping[int, int]
    accepted: Mapping[int, int]
    errors: Mapping[int, int]
    sums: Mapping[Months, int]
    month_rates: Mapping[int, int]
    year_rate: int | None


@dataclass(slots=True)
class Figures:
    """What the columns of targets and counts say; `unclear` are months whose cell says no number."""

    quotas: list[QuotaCell] = field(default_factory=list)
    counts: list[CountCell] = field(default_factory=list)
    sums: list[SumCell] = field(default_factory=list)
    unclear: set[tuple[int, str, int]] = field(default_factory=set)


def group_measures(
    columns: Mapping[int, Column], month: int | None, notebook: Notebook
) -> tuple[Measures, ...]:
    """Put the measured columns of one table together by category; a column printed twice is doubted.

    `month` is the one the table is about: a year's sum without months beside it is through that month.
    """
    grouped: dict[str, dict[tuple[Meaning, Months], int]] = {}
    for index, column in columns.items():
        if column.meaning not in _MEASURED or column.category is None:
            continue
        places = grouped.setdefault(column.category.name, {})
        key = column.meaning, (column.first_month or 0, column.month or 0)
        if places.setdefault(key, index) != index:
            notebook.doubt(column.address, "column_repeated", heading=" / ".join(column.heading))
    return tuple(_measures_of(category, places, month) for category, places in grouped.items())


def _measures_of(category: str, places: Mapping[tuple[Meaning, Months], int], month: int | None) -> Measures:
    def by_month(meaning: Meaning) -> dict[int, int]:
        return {last: index for (found, (_, last)), index in places.items() if found == meaning}

    months = by_month(Meaning.MONTH_COUNT)
    rates = [index for (found, _), index in places.items() if found is Meaning.YEAR_RATE]
    return Measures(
        category,
        dict(
            sorted(
                ((found, month), index) for (found, (_, month)), index in places.items() if found in _CADENCES
            )
        ),
        months,
        by_month(Meaning.MONTH_ACCEPTED),
        by_month(Meaning.MONTH_ERRORS),
        {
            (first or 1, last or max(months, default=month or 0)): index
            for (found, (first, last)), index in places.items()
            if found is Meaning.YEAR_COUNT
        },
        by_month(Meaning.MONTH_RATE),
        rates[0] if rates else None,
    )


def read_figures(
    grid: Grid, measures: Measures, columns: Mapping[int, Column], body: Body, notebook: Notebook
) -> Figures:
    """Read one category's targets and counts, and compare the rates that are printed beside them."""
    figures = Figures()
    used = {*measures.targets.values(), *measures.months.values(), *measures.sums.values()}
    for line in body.units:
        if used & set(line.block.value_columns):
            _LineReader(grid, measures, columns, line, notebook).read_into(figures)
    return figures


class _LineReader:
    """Reads the figures of one unit."""

    def __init__(
        self,
        grid: Grid,
        measures: Measures,
        columns: Mapping[int, Column],
        line: UnitLine,
        notebook: Notebook,
    ) -> None:
        self._grid = grid
        self._measures = measures
        self._columns = columns
        self._line = line
        self._notebook = notebook

    def read_into(self, figures: Figures) -> None:
        """Read targets, then counts, then compare."""
        position, category = self._line.unit.position, self._measures.category
        targets = {which: self._target(which, figures) for which in self._measures.targets}
        counts = {month: self._number(index) for month, index in self._measures.months.items()}
        for month, count in counts.items():
            place = self._measures.months[month]
            counted = None if count is None else self._with_beside(month, count)
            if counted is not None:
                figures.counts.append(counted)
            elif not self._grid.cell_at(self._line.row, place).is_absent:
                figures.unclear.add((position, category, month))
        sums = {months: self._number(index) for months, index in self._measures.sums.items()}
        for (first, last), total in sums.items():
            if total is not None:
                index = self._measures.sums[first, last]
                head = self._columns[index].address
                figures.sums.append(
                    SumCell(position, category, first, last, total, self._address(index), head)
                )
        self._compare_targets(targets)
        for month, index in self._measures.month_rates.items():
            target = targets.get((Meaning.MONTHLY_TARGET, month), targets.get((Meaning.MONTHLY_TARGET, 0)))
            self._compare_rate(index, counts.get(month), target)
        if self._measures.year_rate is not None and len(sums) == 1:
            (year,) = sums.values()
            self._compare_rate(self._measures.year_rate, year, targets.get((Meaning.YEARLY_TARGET, 0)))

    def _with_beside(self, month: int, count: int) -> CountCell | None:
        """Put what was accepted and the mistakes beside a count; None where these say something unclear.

        A cell of mistakes that is blank or a dash says that there were none to be told of.
        """
        at, accepted = self._address(self._measures.months[month]), None
        if (index := self._measures.accepted.get(month)) is not None:
            cell = self._grid.cell_at(self._line.row, index)
            accepted = self._number(index) if cell.text or cell.is_uncomputed else None
            if accepted is None:
                self._notebook.doubt(self._address(index), "accepted_missing")
                return None
            if accepted > count:
                self._notebook.doubt(self._address(index), "accepted_exceeds", accepted=accepted, count=count)
                return None
        errors = None
        if (index := self._measures.errors.get(month)) is not None:
            text = self._grid.text_at(self._line.row, index)
            errors = self._number(index) if text else 0
            if errors is None and not is_exempt(text):
                return None
        return CountCell(
            *(self._line.unit.position, self._measures.category, month, count, at),
            accepted=accepted,
            errors=errors or 0 if index is not None else None,
        )

    def _target(self, which: tuple[Meaning, int], figures: Figures) -> int | None:
        index = self._measures.targets[which]
        target = self._number(index)
        if target == 0:
            self._notebook.doubt(self._address(index), "quota_zero", text="0")
            return 0
        if target is not None or is_exempt(self._grid.text_at(self._line.row, index)):
            figures.quotas.append(
                QuotaCell(
                    self._line.unit.position,
                    self._measures.category,
                    _CADENCES[which[0]],
                    target,
                    is_per_account=target is not None and self._columns[index].is_per_account,
                    address=self._address(index),
                )
            )
        return target

    def _number(self, index: int) -> int | None:
        """Read one number; a dash says there is none, everything else unclear is doubted."""
        cell = self._grid.cell_at(self._line.row, index)
        number = find_count(cell.text)
        if cell.is_absent:
            return None
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

    def _compare_targets(self, targets: Mapping[tuple[Meaning, int], int | None]) -> None:
        monthly, yearly = (targets.get((meaning, 0)) for meaning in _CADENCES)
        if monthly is not None and yearly is not None and monthly * _MONTHS_A_YEAR != yearly:
            address = self._address(self._measures.targets[Meaning.YEARLY_TARGET, 0])
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

    def _address(self, index: int) -> str:
        return self._grid.cells[self._line.row][index].address
