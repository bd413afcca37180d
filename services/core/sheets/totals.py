"""Printed totals (合计, 小计), rows and columns, against the sums of what they add up."""

from collections.abc import Iterable, Mapping

from models.enums import Cadence
from services.core.sheets.grid import Grid
from services.core.sheets.notebook import Notebook
from services.core.sheets.rows import Body, UnitLine
from services.core.sheets.understanding import Column, Meaning, QuotaCell
from services.core.sheets.words import find_count, find_quota, label

_SUMMED = {
    Meaning.QUOTA: None,
    Meaning.MONTHLY_TARGET: Cadence.MONTHLY,
    Meaning.YEARLY_TARGET: Cadence.YEARLY,
}
_COUNTED = frozenset({Meaning.MONTH_COUNT, Meaning.YEAR_COUNT})
_ADDED_UP = _COUNTED | {Meaning.MONTH_ACCEPTED, Meaning.MONTH_ERRORS}
_MONTHS_A_YEAR = 12


def compare_totals(
    grid: Grid, body: Body, columns: Mapping[int, Column], quotas: Iterable[QuotaCell], notebook: Notebook
) -> None:
    """Doubt every total in a row below the units that is not the sum of its column.

    A total of monthly quotas may be printed for the month or for the year; either will do.
    """
    owed = list(quotas)
    for total in body.totals:
        for index in total.block.value_columns:
            cell = grid.cell_at(total.row, index)
            printed = _printed(cell.text)
            if printed is None or columns[index].meaning not in _SUMMED.keys() | _ADDED_UP:
                continue
            sums: tuple[int, ...] = ()
            for positions in total.candidates:
                sums += _sums(grid, body, positions, index, columns[index], owed)
            if sums and printed not in sums:
                notebook.doubt(cell.address, "total_disagrees", printed=printed, computed=sums[0])


def compare_total_columns(
    grid: Grid, body: Body, columns: Mapping[int, Column], quotas: Iterable[QuotaCell], notebook: Notebook
) -> None:
    """Doubt every total beside the columns it adds up that is not the sum of its line.

    It may add up all columns of its line or those since the total before it.
    """
    owed: dict[tuple[int, str], list[QuotaCell]] = {}
    for quota in quotas:
        owed.setdefault((quota.position, quota.category), []).append(quota)
    for line in body.units:
        begun: list[tuple[int, int]] = []
        whole: list[tuple[int, int]] = []
        for index in line.block.value_columns:
            meaning = columns[index].meaning
            if meaning is Meaning.TOTAL:
                _compare_line(grid, line, index, (begun, whole), notebook)
                begun = []
            elif meaning in _COUNTED | _SUMMED.keys():
                values = _values(grid, line, index, columns[index], owed)
                begun.append(values)
                whole.append(values)


def _compare_line(
    grid: Grid,
    line: UnitLine,
    index: int,
    candidates: tuple[list[tuple[int, int]], list[tuple[int, int]]],
    notebook: Notebook,
) -> None:
    cell = grid.cell_at(line.row, index)
    printed = _printed(cell.text)
    sums = [sum(value[way] for value in values) for values in candidates if values for way in (0, 1)]
    if printed is not None and sums and printed not in sums:
        notebook.doubt(cell.address, "line_total_disagrees", printed=printed, computed=sums[0])


def _values(
    grid: Grid,
    line: UnitLine,
    index: int,
    column: Column,
    owed: Mapping[tuple[int, str], list[QuotaCell]],
) -> tuple[int, int]:
    """Give what a cell adds to a total, as printed and for a year."""
    if column.meaning in _COUNTED:
        number = find_count(label(grid.text_at(line.row, index))) or 0
        return number, number
    category = column.category.name if column.category else ""
    mine = owed.get((line.unit.position, category), [])
    return sum(quota.target or 0 for quota in mine), _per_year(mine)


def _per_year(quotas: Iterable[QuotaCell]) -> int:
    return sum(
        (quota.target or 0) * (_MONTHS_A_YEAR if quota.cadence is Cadence.MONTHLY else 1) for quota in quotas
    )


def _printed(text: str) -> int | None:
    quota = find_quota(text)
    return quota.target if quota else find_count(text)


def _sums(
    grid: Grid, body: Body, positions: tuple[int, ...], index: int, column: Column, owed: list[QuotaCell]
) -> tuple[int, ...]:
    """Give what a total may say; nothing where one of its cells is unclear."""
    if column.meaning in _SUMMED:
        return _quota_sums(positions, column, owed)
    rows = {line.unit.position: line.row for line in body.units}
    numbers = [find_count(label(grid.text_at(rows[position], index))) for position in positions]
    return (sum(number for number in numbers if number is not None),)


def _quota_sums(positions: tuple[int, ...], column: Column, owed: list[QuotaCell]) -> tuple[int, ...]:
    category = column.category.name if column.category else ""
    cadence = _SUMMED[column.meaning]
    places = set(positions)
    mine = [
        quota
        for quota in owed
        if quota.category == category and quota.position in places and cadence in {None, quota.cadence}
    ]
    if {quota.position for quota in mine} != places:
        return ()
    return sum(quota.target or 0 for quota in mine), _per_year(mine)
