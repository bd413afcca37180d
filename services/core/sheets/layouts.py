"""Unusual layouts brought into the usual one, a line for each unit; every cell keeps its printed address."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby

from services.core.sheets.grid import Cell, Grid, Range
from services.core.sheets.heads import find_head, is_key_head, looks_like_unit
from services.core.sheets.notebook import Notebook
from services.core.sheets.vocabulary import ANY_UNIT_HEAD, NOTE, TOTAL
from services.core.sheets.words import label, plain

_FEWEST_NAMES = 2
_MOST_KEYS = 60


def cut(grid: Grid, top: int, bottom: int) -> Grid:
    """Cut rows out of a grid, both inclusive; nothing of what stands around them is kept."""
    rows = [
        [replace(cell, row=i, printed_at=cell.address) for cell in row]
        for i, row in enumerate(grid.cells[top : bottom + 1])
    ]
    merges = (
        Range(merge.top - top, merge.left, min(merge.bottom, bottom) - top, merge.right)
        for merge in grid.merges
        if top <= merge.top <= bottom
    )
    return Grid(grid.name, tuple(map(tuple, rows)), tuple(merges), column_names=grid.column_names)


def usual(grid: Grid, notebook: Notebook) -> Grid:
    """Give a table with units as lines and what is counted as columns, whichever way it is printed."""
    corner = _sideways_corner(grid)
    if corner is not None:
        last = _last_row(grid, corner)
        above = (*grid.above, *_texts(grid.cells[:corner]))
        below = (*_texts(grid.cells[last + 1 :]), *grid.below)
        return replace(_turned(cut(grid, corner, last)), above=above, below=below)
    return _widened(grid, notebook)


# Units across


def _sideways_corner(grid: Grid) -> int | None:
    """Give the row that names units across, where no column names as many."""
    across = [_names_in(row) for row in grid.cells]
    most = max(across, default=0)
    down = max((_names_in([row[j] for row in grid.cells]) for j in range(grid.width)), default=0)
    return across.index(most) if most >= _FEWEST_NAMES and most > down else None


def _names_in(cells: Iterable[Cell]) -> int:
    return len({plain(cell.text) for cell in cells if looks_like_unit(cell.text)})


def _last_row(grid: Grid, top: int) -> int:
    """Give the last row that has values in several columns: below it there are only notes."""
    rows = range(top, grid.height)
    return max(i for i in rows if i == top or sum(1 for cell in grid.cells[i] if cell.text) > 1)


def _turned(grid: Grid) -> Grid:
    cells = tuple(
        tuple(replace(grid.cells[i][j], row=j, column=i, printed_at=grid.cells[i][j].address) for i in rows)
        for rows in [range(grid.height)]
        for j in range(grid.width)
    )
    merges = tuple(Range(one.left, one.top, one.right, one.bottom) for one in grid.merges)
    names = tuple("".join(sign for sign in row[0].address if sign.isdigit()) for row in grid.cells)
    return Grid(grid.name, cells, merges, grid.above, grid.below, names)


# A line for each unit and category


def _widened(grid: Grid, notebook: Notebook) -> Grid:
    """Give each unit one line where it has several, one for each category (or month) that a column names."""
    head = find_head(grid)
    if head is None or len(head.blocks) != 1:
        return grid
    unit = head.blocks[0].unit_column
    keys = [cell.column for cell in head.cells if cell.column != unit and is_key_head(cell.leaf)]
    rows = [row for row in range(head.bottom + 1, grid.height) if not _is_aside(grid, row)]
    if len(keys) != 1 or not rows:
        return grid
    named = list(zip(_carried(grid, rows, unit), _carried(grid, rows, keys[0]), rows, strict=True))
    names = list(dict.fromkeys(label(name.text) for name, _, _ in named))
    words = list(dict.fromkeys(label(key.text) for _, key, _ in named))
    if len(names) == len(named) or len(words) == len(named) or len(words) > _MOST_KEYS:
        return grid
    skipped = {unit, keys[0], head.blocks[0].number_column}
    measures = [cell for cell in head.cells if cell.column not in skipped]
    heads = [replace(grid.cells[head.bottom][one.column], text=one.leaf) for one in measures]
    table = _Widened(grid, (words, heads))
    for name, lines in groupby(named, key=lambda line: label(line[0].text)):
        for first, key, row in lines:
            if not table.put(first, name, label(key.text), row):
                notebook.doubt(key.address, "category_repeated", unit=name, category=label(key.text))
    corner = grid.cells[head.bottom][unit]
    above = (*grid.above, *_texts(grid.cells[: head.top]))
    return table.grid(replace(corner, text=ANY_UNIT_HEAD), above, rows[-1])


def _is_aside(grid: Grid, row: int) -> bool:
    """A note, an empty row or a total has no category of its own."""
    texts = [cell.text for cell in grid.cells[row] if cell.text]
    return len(texts) < 2 or NOTE.match(plain(texts[0])) is not None or any(map(_is_total, texts))


def _is_total(text: str) -> bool:
    return TOTAL.fullmatch(plain(text)) is not None


def _carried(grid: Grid, rows: Sequence[int], column: int) -> list[Cell]:
    """Give what a column says for each row; what is blank says the same as the row above."""
    said: list[Cell] = []
    for row in rows:
        cell = grid.cell_at(row, column)
        said.append(cell if cell.text or not said else said[-1])
    return said


class _Widened:
    """Collects the cells of one line for each unit."""

    def __init__(self, grid: Grid, heads: tuple[list[str], list[Cell]]) -> None:
        self._grid = grid
        self._words, self._heads = heads
        self._lines: dict[str, tuple[Cell, dict[tuple[str, int], Cell]]] = {}

    def put(self, first: Cell, name: str, word: str, row: int) -> bool:
        """Put one printed line where it belongs; False where that unit has such a line already."""
        _, cells = self._lines.setdefault(name, (first, {}))
        places = [(word, head.column) for head in self._heads]
        if any(place in cells for place in places):
            return False
        cells.update({place: self._grid.cell_at(row, place[1]) for place in places})
        return True

    def grid(self, corner: Cell, above: tuple[str, ...], last_row: int) -> Grid:
        """Build the table: two rows of heads, then the units."""
        places = [(word, head) for word in self._words for head in self._heads]
        upper = [replace(head, text=word) for word, head in places]
        lower = [head for _, head in places]
        rows = [[replace(corner, text=""), *upper], [corner, *lower]]
        for first, cells in self._lines.values():
            nothing = replace(first, text="", is_absent=True)
            rows.append([first, *(cells.get((word, head.column), nothing) for word, head in places)])
        names = tuple(self._grid.column_name(cell.column) for cell in (corner, *lower))
        placed = tuple(
            tuple(
                replace(cell, row=i, column=j, printed_at=cell.address, is_merge_origin=False)
                for j, cell in enumerate(row)
            )
            for i, row in enumerate(rows)
        )
        below = (*_texts(self._grid.cells[last_row + 1 :]), *self._grid.below)
        return Grid(self._grid.name, placed, (), above, below, names)


def _texts(rows: Iterable[Iterable[Cell]]) -> list[str]:
    return [cell.text for row in rows for cell in row if cell.text]
