"""From grids to quotas, duties and counts: what is clear is taken, everything else is doubted by address."""

from collections.abc import Iterable, Sequence

from services.core.sheets.counts import group_measures, read_figures
from services.core.sheets.errors import SheetNotUnderstood
from services.core.sheets.grid import Grid
from services.core.sheets.heads import Block, Head, find_head
from services.core.sheets.meanings import read_columns
from services.core.sheets.notebook import Notebook
from services.core.sheets.quotas import read_duties, read_quotas
from services.core.sheets.rows import Body, read_body, with_divisions
from services.core.sheets.totals import compare_totals
from services.core.sheets.understanding import (
    Column,
    CountCell,
    Duty,
    Meaning,
    QuotaCell,
    SheetCategory,
    Understanding,
)
from services.core.sheets.vocabulary import NOT_A_TITLE, TITLE_YEAR
from services.core.sheets.words import label, plain


def understand(sheets: Sequence[Grid], *, year: int) -> Understanding:
    """Understand the first sheet that has a table of units; `year` stands in where the title names none.

    Raises:
        SheetNotUnderstood: no sheet has a head that names units with a unit under it.
    """
    tables = [(grid, head) for grid in sheets if (head := find_head(grid)) is not None]
    for number, (grid, head) in enumerate(tables):
        notebook = Notebook()
        title = _title_of(grid, head)
        body = read_body(grid, head, notebook)
        if not body.units:
            continue
        for other, _ in tables[number + 1 :]:
            notebook.doubt("", "sheet_unread", sheet=other.name)
        return _understand_table(grid, head, body, title, _year_of(title, year, notebook), notebook)
    raise SheetNotUnderstood(sheets=" / ".join(grid.name for grid in sheets))


def _understand_table(
    grid: Grid, head: Head, body: Body, title: str, year: int, notebook: Notebook
) -> Understanding:
    columns = read_columns(grid, head, body, title, notebook)
    indexed = dict(enumerate(columns))
    body = with_divisions(body, grid, _division_columns(head.blocks, columns))
    quotas: list[QuotaCell] = []
    duties: list[Duty] = []
    counts: list[CountCell] = []
    for index, column in indexed.items():
        if column.meaning is Meaning.QUOTA:
            quotas += read_quotas(grid, column, index, body, notebook)
        elif column.meaning is Meaning.DUTY:
            duties += read_duties(grid, column, index, body, notebook)
    for block in head.blocks:
        measures = group_measures({index: indexed[index] for index in block.value_columns}, notebook)
        for one in measures:
            figures = read_figures(grid, one, body, notebook)
            quotas += figures.quotas
            counts += figures.counts
    compare_totals(grid, body, indexed, quotas, notebook)
    return Understanding(
        title=title,
        year=year,
        sheet=grid.name,
        columns=columns,
        categories=_categories_of(columns),
        units=tuple(line.unit for line in body.units),
        quotas=tuple(quotas),
        duties=tuple(duties),
        counts=tuple(counts),
        doubts=notebook.doubts,
        remarks=notebook.remarks,
    )


def _division_columns(blocks: Iterable[Block], columns: tuple[Column, ...]) -> dict[Block, int]:
    return {
        block: index
        for block in blocks
        for index in block.value_columns
        if columns[index].meaning is Meaning.DIVISION
    }


def _categories_of(columns: tuple[Column, ...]) -> tuple[SheetCategory, ...]:
    """Categories with numbers, in the order of the sheet; duties have none."""
    return tuple(
        dict.fromkeys(
            column.category for column in columns if column.category and column.meaning is not Meaning.DUTY
        )
    )


def _title_of(grid: Grid, head: Head) -> str:
    """The first line above the head that is not a label of an annex, a measure or a date."""
    rows = (cell.text for row in grid.cells[: head.top] for cell in row if cell.text)
    lines = [label(text) for text in (*grid.above, *rows)]
    return next((line for line in lines if not NOT_A_TITLE.fullmatch(plain(line))), "")


def _year_of(title: str, year: int, notebook: Notebook) -> int:
    printed = TITLE_YEAR.search(plain(title))
    if printed is None or int(printed[1]) == year:
        return year
    notebook.doubt("", "year_differs", printed=int(printed[1]), expected=year)
    return int(printed[1])
