"""One table understood for itself; `services.core.sheets.understand` puts several together."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from services.core.sheets.context import Context, read_context
from services.core.sheets.counts import Figures, group_measures, read_figures
from services.core.sheets.grid import Grid
from services.core.sheets.heads import Block, Head, find_head, next_head
from services.core.sheets.layouts import cut, usual
from services.core.sheets.meanings import read_columns
from services.core.sheets.notebook import Notebook
from services.core.sheets.quotas import read_duties, read_quotas
from services.core.sheets.rows import Body, read_body, with_divisions
from services.core.sheets.totals import compare_total_columns, compare_totals
from services.core.sheets.understanding import Column, Duty, FindUnit, Meaning, UnitRow

_FEWEST_TEXTS = 2  # in a row that is no title
_MOST_TABLES = 20  # below each other in one sheet


@dataclass(frozen=True, slots=True)
class Table:
    """What one table says; its units are numbered from 1."""

    sheet: str
    context: Context
    columns: tuple[Column, ...]
    units: tuple[UnitRow, ...]
    figures: Figures
    duties: tuple[Duty, ...]
    notebook: Notebook


def list_tables(
    sheets: Iterable[Grid], *, year: int, find: FindUnit, quarter_month: int | None = None
) -> Iterator[Table]:
    """Read every table of units in order; two may stand below each other in one sheet."""
    for sheet in sheets:
        for part in _parts(sheet):
            table = _read_table(part, year, find, quarter_month)
            if table is not None:
                yield table


def _parts(sheet: Grid) -> list[Grid]:
    """Cut a sheet where another table's head stands, with the lone lines above it as its title."""
    starts = [0]
    head = find_head(sheet)
    while head is not None and len(starts) < _MOST_TABLES:
        top = next_head(sheet, head)
        if top is None:
            break
        starts.append(_title_start(sheet, top, head.bottom + 1))
        head = find_head(sheet, top)
    if len(starts) == 1:
        return [sheet]
    ends = [*(start - 1 for start in starts[1:]), sheet.height - 1]
    parts = [cut(sheet, start, end) for start, end in zip(starts, ends, strict=True)]
    parts[0] = replace(parts[0], above=sheet.above)
    parts[-1] = replace(parts[-1], below=sheet.below)
    return parts


def _title_start(sheet: Grid, top: int, first: int) -> int:
    """Give the first of the lone lines directly above a head."""
    while top > first and sum(1 for cell in sheet.cells[top - 1] if cell.text) < _FEWEST_TEXTS:
        top -= 1
    return top


def _read_table(sheet: Grid, year: int, find: FindUnit, quarter_month: int | None) -> Table | None:
    notebook = Notebook()
    grid = usual(sheet, notebook)
    head = find_head(grid)
    if head is None:
        return None
    body = read_body(grid, head, find, notebook)
    if not body.units or _is_a_list_of_others(notebook, len(body.units)):
        return None
    context = read_context(grid, head.top, year=year, notebook=notebook, quarter_month=quarter_month)
    if context.is_asked:
        notebook.remark("", "quarter_placed", quarter=context.quarter, month=context.month or 0)
    columns = read_columns(grid, head, body, context, notebook)
    indexed = dict(enumerate(columns))
    body = with_divisions(body, grid, _division_columns(head.blocks, columns))
    figures, duties = _read_values(grid, head, body, indexed, context, notebook)
    compare_totals(grid, body, indexed, figures.quotas, notebook)
    compare_total_columns(grid, body, indexed, figures.quotas, notebook)
    units = tuple(line.unit for line in body.units)
    return Table(sheet.name, context, columns, units, figures, tuple(duties), notebook)


def _is_a_list_of_others(notebook: Notebook, units: int) -> bool:
    """Say whether most lines name a unit again: a list of works, with who does them."""
    repeated = [doubt for doubt in notebook.doubts if doubt.key == "import.doubt.unit_repeated"]
    return len(repeated) > units


def _read_values(
    grid: Grid, head: Head, body: Body, columns: Mapping[int, Column], context: Context, notebook: Notebook
) -> tuple[Figures, list[Duty]]:
    figures = Figures()
    duties: list[Duty] = []
    for index, column in columns.items():
        if column.meaning is Meaning.QUOTA:
            figures.quotas += read_quotas(grid, column, index, body, notebook)
        elif column.meaning is Meaning.DUTY:
            duties += read_duties(grid, column, index, body, notebook)
    for block in head.blocks:
        mine = {index: columns[index] for index in block.value_columns}
        for measures in group_measures(mine, context.month, notebook):
            read = read_figures(grid, measures, columns, body, notebook)
            figures.quotas += read.quotas
            figures.counts += read.counts
            figures.sums += read.sums
            figures.unclear |= read.unclear
    return figures, duties


def _division_columns(blocks: Iterable[Block], columns: tuple[Column, ...]) -> dict[Block, int]:
    return {
        block: index
        for block in blocks
        for index in block.value_columns
        if columns[index].meaning is Meaning.DIVISION
    }
