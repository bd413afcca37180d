"""Printed totals (合计, 小计) against the sums of what they add up."""

from collections.abc import Iterable, Mapping

from models.enums import Cadence
from services.core.sheets.grid import Grid
from services.core.sheets.notebook import Notebook
from services.core.sheets.rows import Body, TotalLine
from services.core.sheets.understanding import Column, Meaning, QuotaCell
from services.core.sheets.words import find_count, find_quota, label

_SUMMED = {
    Meaning.QUOTA: None,
    Meaning.MONTHLY_TARGET: Cadence.MONTHLY,
    Meaning.YEARLY_TARGET: Cadence.YEARLY,
}


def compare_totals(
    grid: Grid, body: Body, columns: Mapping[int, Column], quotas: Iterable[QuotaCell], notebook: Notebook
) -> None:
    """Doubt every printed total that is not the sum of its column.

    A total of monthly quotas may be printed for the month or for the year; either will do.
    """
    owed = list(quotas)
    for total in body.totals:
        for index in total.block.value_columns:
            cell = grid.cell_at(total.row, index)
            printed = _printed(cell.text)
            if printed is None or columns[index].meaning in {Meaning.IGNORED, Meaning.DIVISION, Meaning.DUTY}:
                continue
            sums = _sums(grid, body, total, index, columns[index], owed)
            if sums and printed not in sums:
                notebook.doubt(cell.address, "total_disagrees", printed=printed, computed=sums[0])


def _printed(text: str) -> int | None:
    quota = find_quota(text)
    return quota.target if quota else find_count(text)


def _sums(
    grid: Grid, body: Body, total: TotalLine, index: int, column: Column, owed: list[QuotaCell]
) -> tuple[int, ...]:
    """Give what a total may say; nothing where one of its cells is unclear."""
    if column.meaning in _SUMMED:
        return _quota_sums(total, column, owed)
    if column.meaning not in {Meaning.MONTH_COUNT, Meaning.YEAR_COUNT}:
        return ()
    rows = {line.unit.position: line.row for line in body.units}
    numbers = [find_count(label(grid.text_at(rows[position], index))) for position in total.positions]
    return (sum(number for number in numbers if number is not None),)


def _quota_sums(total: TotalLine, column: Column, owed: list[QuotaCell]) -> tuple[int, ...]:
    category = column.category.name if column.category else ""
    cadence = _SUMMED[column.meaning]
    mine = [
        quota
        for quota in owed
        if quota.category == category
        and quota.position in total.positions
        and cadence in {None, quota.cadence}
    ]
    if {quota.position for quota in mine} != set(total.positions):
        return ()
    per_year = sum((quota.target or 0) * (12 if quota.cadence is Cadence.MONTHLY else 1) for quota in mine)
    return (sum(quota.target or 0 for quota in mine), per_year)
