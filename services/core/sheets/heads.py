"""Where a table begins: the row that names the units, and what stands over every column."""

from collections.abc import Iterator
from dataclasses import dataclass

from services.core.sheets.grid import Cell, Grid
from services.core.sheets.vocabulary import (
    KEY_HEAD,
    NOT_A_HEAD,
    NUMBER_HEAD,
    TITLE,
    TOTAL,
    UNIT_HEAD,
    UNIT_NAME,
    WEAK_UNIT_HEAD,
)
from services.core.sheets.words import find_quota, is_exempt, label, plain

MAX_LEVELS = 3
_FEWEST_NAMES = 2
_SEARCHED_ROWS = 60
_LONGEST_HEAD = 40


@dataclass(frozen=True, slots=True)
class HeadCell:
    """What stands over one column: texts from the top level down, and where the lowest is."""

    column: int
    address: str
    heading: tuple[str, ...]

    @property
    def leaf(self) -> str:
        """The lowest text, "" over a column without a head."""
        return self.heading[-1] if self.heading else ""


@dataclass(frozen=True, slots=True)
class Block:
    """One table of units; two may stand side by side under repeated heads."""

    unit_column: int
    number_column: int | None
    value_columns: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Head:
    """The head rows `top` to `bottom` (from 0, inclusive) and every column's head."""

    top: int
    bottom: int
    cells: tuple[HeadCell, ...]
    blocks: tuple[Block, ...]


def is_unit_head(text: str) -> bool:
    """Say whether a head names units (责任单位, 部门, 镇街 …)."""
    return UNIT_HEAD.fullmatch(plain(text)) is not None


def is_key_head(text: str) -> bool:
    """Say whether a head names categories or months (栏目, 信息类别, 月份)."""
    return KEY_HEAD.fullmatch(plain(text)) is not None


def looks_like_unit(text: str) -> bool:
    """Say whether a text ends as the names of offices and towns do."""
    return UNIT_NAME.fullmatch(plain(text)) is not None and not is_unit_head(text)


def find_head(grid: Grid, start: int = 0) -> Head | None:
    """Find the first head of a table from row `start` on, up to three levels; None where nothing names units.

    Where no head says so, the units are the column in which most names of offices stand.
    """
    for pattern in (UNIT_HEAD, WEAK_UNIT_HEAD):
        for row, column in _places(grid, start):
            is_named = pattern.fullmatch(plain(grid.cells[row][column].text))
            if is_named and _has_neighbours(grid, row, column) and not _has_values(grid, row):
                return _head_around(grid, row, column)
    return _head_over_names(grid) if start == 0 else None


def next_head(grid: Grid, head: Head) -> int | None:
    """Give the top row of another table's head below a head, one that says something else; or None."""
    known = {plain(text) for cell in head.cells for text in cell.heading}
    for row in range(head.bottom + 1, grid.height):
        texts = [plain(cell.text) for cell in grid.cells[row] if cell.text]
        is_other = len(texts) > 1 and not set(texts) <= known and not _has_values(grid, row)
        if is_other and any(map(UNIT_HEAD.fullmatch, texts)):
            other = find_head(grid, row)
            return max(other.top, head.bottom + 1) if other is not None else None
    return None


def _has_values(grid: Grid, row: int) -> bool:
    texts = [cell.text for cell in grid.cells[row] if cell.text]
    return any(find_quota(text) or is_exempt(text) or looks_like_unit(text) for text in texts)


def _head_over_names(grid: Grid) -> Head | None:
    below = range(1, grid.height)
    rows = [[i for i in below if looks_like_unit(grid.cells[i][j].text)] for j in range(grid.width)]
    column = max(range(grid.width), key=lambda j: len(rows[j]), default=0)
    if not rows or len(rows[column]) < _FEWEST_NAMES:
        return None
    for row in range(rows[column][0] - 1, -1, -1):
        texts = [cell.text for cell in grid.cells[row] if cell.text]
        if len(texts) > 1 and not any(TOTAL.fullmatch(plain(text)) for text in texts):
            return _head_around(grid, row, column)
    return None


def _places(grid: Grid, start: int) -> Iterator[tuple[int, int]]:
    for row in range(start, min(grid.height, start + _SEARCHED_ROWS)):
        for column in range(grid.width):
            yield row, column


def _has_neighbours(grid: Grid, row: int, column: int) -> bool:
    merge = grid.merge_at(row, column)
    rows = range(row, (merge.bottom if merge else row) + 1)
    return any(
        grid.text_at(i, j) and grid.cell_at(i, j) != grid.cells[row][column]
        for i in rows
        if i < grid.height
        for j in range(grid.width)
    )


def _head_around(grid: Grid, row: int, column: int) -> Head:
    merge = grid.merge_at(row, column)
    top, bottom = row, min(merge.bottom, grid.height - 1) if merge else row
    while bottom - top + 1 < MAX_LEVELS and _is_head_above(grid, top - 1, column):
        top -= 1
    while bottom - top + 1 < MAX_LEVELS and _is_head_below(grid, bottom + 1, column):
        bottom += 1
    cells = _head_cells(grid, top, bottom)
    return Head(top, bottom, cells, _blocks(cells, column))


def _is_head_above(grid: Grid, row: int, column: int) -> bool:
    """A level above the unit's own head: nothing over the unit, something to its right that is no title."""
    if row < 0 or any(grid.text_at(row, j) for j in range(column + 1)):
        return False
    texts = [text for j in range(column + 1, grid.width) if (text := grid.text_at(row, j))]
    if len(set(texts)) == 1 and TITLE.fullmatch(plain(texts[0])):
        return False
    return bool(texts) and not any(NOT_A_HEAD.fullmatch(plain(text)) for text in texts)


def _is_head_below(grid: Grid, row: int, column: int) -> bool:
    """A level below: nothing under the unit's head or before it, and only words that could be heads."""
    if row >= grid.height or any(grid.cells[row][j].text for j in range(column + 1)):
        return False
    texts = [cell.text for cell in grid.cells[row] if cell.text]
    return bool(texts) and all(len(text) <= _LONGEST_HEAD for text in texts) and not _has_values(grid, row)


def _head_cells(grid: Grid, top: int, bottom: int) -> tuple[HeadCell, ...]:
    levels = [[grid.cell_at(row, j) for j in range(grid.width)] for row in range(top, bottom + 1)]
    for depth in range(len(levels) - 1):
        for j in range(1, grid.width):
            has_lower = any(lower[j].text for lower in levels[depth + 1 :])
            is_under_same = all(upper[j] == upper[j - 1] for upper in levels[:depth])
            if has_lower and is_under_same and _is_open(grid, levels, (top, depth, j)):
                levels[depth][j] = levels[depth][j - 1]
    heads = []
    for j in range(grid.width):
        spoken = dict.fromkeys(level[j] for level in levels if level[j].text)  # a merge speaks once
        lowest = next(reversed(spoken), None)
        address = lowest.address if lowest else grid.cells[bottom][j].address
        heads.append(HeadCell(j, address, tuple(label(cell.text) for cell in spoken)))
    return tuple(heads)


def _is_open(grid: Grid, levels: list[list[Cell]], place: tuple[int, int, int]) -> bool:
    """Say whether a blank place of a head belongs to the text on its left, as in a file without merges."""
    top, depth, j = place
    if levels[depth][j].text or grid.merge_at(top + depth, j):
        return False
    left = levels[depth][j - 1]
    merge = grid.merge_at(left.row, left.column)
    speaks_below = all(lower[j - 1] == left for lower in levels[depth + 1 :])
    return not speaks_below and (merge is None or merge.right == merge.left)


def _blocks(cells: tuple[HeadCell, ...], found_at: int) -> tuple[Block, ...]:
    """Split the columns where much the same heads are printed again beside themselves."""
    starts = [
        cell.column - (1 if cell.column and _is_number_head(cells[cell.column - 1]) else 0)
        for cell in cells
        if is_unit_head(cell.leaf) or cell.column == found_at
    ]
    parts = [cells[start:end] for start, end in zip(starts, [*starts[1:], len(cells)], strict=True)]
    values = [{cell.leaf for cell in part if not _is_of_unit(cell) and cell.leaf} for part in parts]
    if len(parts) < 2 or not all(one and (one <= values[0] or one >= values[0]) for one in values):
        parts = [cells]
    return tuple(_block(part, found_at) for part in parts)


def _block(part: tuple[HeadCell, ...], found_at: int) -> Block:
    columns = [cell.column for cell in part]
    unit = found_at if found_at in columns else next(c.column for c in part if is_unit_head(c.leaf))
    number = next((cell.column for cell in part if _is_number_head(cell)), None)
    return Block(unit, number, tuple(column for column in columns if column not in {unit, number}))


def _is_number_head(cell: HeadCell) -> bool:
    return NUMBER_HEAD.fullmatch(plain(cell.leaf)) is not None


def _is_of_unit(cell: HeadCell) -> bool:
    return _is_number_head(cell) or is_unit_head(cell.leaf)
