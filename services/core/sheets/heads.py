"""Where a table begins: the row that names the units, and what stands over every column."""

from collections.abc import Iterator
from dataclasses import dataclass

from services.core.sheets.grid import Grid, address_of
from services.core.sheets.vocabulary import NOT_A_HEAD, NUMBER_HEAD, UNIT_HEAD, WEAK_UNIT_HEAD
from services.core.sheets.words import find_quota, is_exempt, label, plain

MAX_LEVELS = 3
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


def find_head(grid: Grid) -> Head | None:
    """Find the head of a grid's table, up to three levels; None where nothing names units."""
    for pattern in (UNIT_HEAD, WEAK_UNIT_HEAD):
        for row, column in _places(grid):
            if pattern.fullmatch(plain(grid.cells[row][column].text)) and _has_neighbours(grid, row, column):
                return _head_around(grid, row, column)
    return None


def _places(grid: Grid) -> Iterator[tuple[int, int]]:
    for row in range(min(grid.height, _SEARCHED_ROWS)):
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
    """A level above the unit's own head: nothing over the unit, something to its right."""
    if row < 0 or any(grid.text_at(row, j) for j in range(column + 1)):
        return False
    texts = [text for j in range(column + 1, grid.width) if (text := grid.text_at(row, j))]
    return bool(texts) and not any(NOT_A_HEAD.fullmatch(plain(text)) for text in texts)


def _is_head_below(grid: Grid, row: int, column: int) -> bool:
    """A level below: nothing under the unit's head or before it, and only words that could be heads."""
    if row >= grid.height or any(grid.cells[row][j].text for j in range(column + 1)):
        return False
    texts = [cell.text for cell in grid.cells[row] if cell.text]
    return bool(texts) and all(
        len(text) <= _LONGEST_HEAD and find_quota(text) is None and not is_exempt(text) for text in texts
    )


def _head_cells(grid: Grid, top: int, bottom: int) -> tuple[HeadCell, ...]:
    is_merged = any(merge.top <= bottom and merge.bottom >= top for merge in grid.merges)
    levels = [[grid.cell_at(row, j) for j in range(grid.width)] for row in range(top, bottom + 1)]
    if not is_merged:
        for depth in range(len(levels) - 1):
            for j in range(1, grid.width):
                has_lower = any(lower[j].text for lower in levels[depth + 1 :])
                is_under_same = all(upper[j] == upper[j - 1] for upper in levels[:depth])
                if not levels[depth][j].text and has_lower and is_under_same:
                    levels[depth][j] = levels[depth][j - 1]
    heads = []
    for j in range(grid.width):
        spoken = dict.fromkeys(level[j] for level in levels if level[j].text)  # a merge speaks once
        lowest = next(reversed(spoken), None)
        address = lowest.address if lowest else address_of(bottom, j)
        heads.append(HeadCell(j, address, tuple(label(cell.text) for cell in spoken)))
    return tuple(heads)


def _blocks(cells: tuple[HeadCell, ...], found_at: int) -> tuple[Block, ...]:
    """Split the columns where the same heads are printed again beside themselves (two units in one line)."""
    starts = [
        cell.column - (1 if cell.column and _is_number_head(cells[cell.column - 1]) else 0)
        for cell in cells
        if is_unit_head(cell.leaf) or cell.column == found_at
    ]
    parts = [cells[start:end] for start, end in zip(starts, [*starts[1:], len(cells)], strict=True)]
    values = [tuple(cell.leaf for cell in part if not _is_of_unit(cell)) for part in parts]
    if len(parts) < 2 or not values[0] or len(set(values)) > 1:
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
