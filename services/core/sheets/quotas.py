"""Columns of quotas ("2条/月") and of duties, cell by cell."""

from collections import Counter
from collections.abc import Iterator

from models.enums import Cadence, DutyKind
from services.core.sheets.grid import Cell, Grid
from services.core.sheets.notebook import Notebook
from services.core.sheets.rows import Body, UnitLine
from services.core.sheets.understanding import Column, Duty, QuotaCell
from services.core.sheets.words import QuotaText, find_quota, is_exempt, label


def read_quotas(
    grid: Grid, column: Column, index: int, body: Body, notebook: Notebook
) -> Iterator[QuotaCell]:
    """Read one column of quotas; an unclear cell is doubted and left out.

    An exempt cell has the cadence most others of its column have.
    """
    lines = body.lines_of(index)
    heading = column.cadence
    read = [(line, cell, find_quota(cell.text)) for line, cell in _cells(grid, lines, index)]
    cadences = Counter(quota.cadence or heading for _, _, quota in read if quota)
    usual = next((cadence for cadence, _ in cadences.most_common() if cadence), heading)
    category = column.category.name if column.category else ""
    for line, cell, quota in read:
        if is_exempt(cell.text):
            if usual is None:
                notebook.doubt(column.address, "cadence_unknown", category=category)
            else:
                yield QuotaCell(
                    line.unit.position, category, usual, None, is_per_account=False, address=cell.address
                )
        elif _is_clear(cell, quota, heading, notebook) and quota and (cadence := quota.cadence or heading):
            position = line.unit.position
            is_per_account = quota.is_per_account or column.is_per_account
            yield QuotaCell(position, category, cadence, quota.target, is_per_account, cell.address)


def _is_clear(cell: Cell, quota: QuotaText | None, heading: Cadence | None, notebook: Notebook) -> bool:
    if cell.is_uncomputed:
        notebook.doubt(cell.address, "formula_uncomputed")
    elif not cell.text:
        notebook.doubt(cell.address, "quota_blank")
    elif quota is None:
        notebook.doubt(cell.address, "quota_unreadable", text=label(cell.text)[:100])
    elif quota.target == 0:
        notebook.doubt(cell.address, "quota_zero", text=label(cell.text))
    elif quota.cadence is None and (quota.span or heading is None):
        notebook.doubt(cell.address, "span_unknown", text=label(cell.text))
    else:
        return True
    return False


def read_duties(grid: Grid, column: Column, index: int, body: Body, notebook: Notebook) -> Iterator[Duty]:
    """Read one column of rules, one duty for each distinct text.

    A text merged over rows binds them all. In a file without merges (.csv) the one text of a column
    stands in its first row and binds every unit; with several texts a blank cell is doubted.
    """
    cells = _cells(grid, body.lines_of(index), index)
    texts = list(
        dict.fromkeys(label(cell.text) for _, cell in cells if cell.text and not is_exempt(cell.text))
    )
    bound: dict[str, list[int]] = {text: [] for text in texts}
    first = {text: cell.address for _, cell in reversed(cells) for text in [label(cell.text)]}
    for line, cell in cells:
        if cell.is_uncomputed:
            notebook.doubt(cell.address, "formula_uncomputed")
        elif is_exempt(cell.text):
            continue
        elif cell.text or len(texts) == 1:
            bound[label(cell.text) or texts[0]].append(line.unit.position)
        else:
            notebook.doubt(cell.address, "duty_blank")
    kind = column.duty_kind or DutyKind.DUTY
    category = column.category.name if column.category else ""
    for text, positions in bound.items():
        yield Duty(category, kind, text, tuple(positions), first[text])


def _cells(grid: Grid, lines: tuple[UnitLine, ...], index: int) -> list[tuple[UnitLine, Cell]]:
    cells = [(line, grid.cell_at(line.row, index)) for line in lines]
    return [(line, cell) for line, cell in cells if not cell.is_absent]
