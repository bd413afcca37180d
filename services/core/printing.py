"""Tables as an office prints them: what Word pages, workbooks and exports are made of."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Percentage:
    """A percentage with the decimals it is printed with: 21.3 is 21.3%."""

    value: Decimal


PrintedCell = str | int | Decimal | Percentage | None
"""Words, a number, a percentage; None is blank, which is neither zero nor "–"."""


@dataclass(frozen=True, slots=True)
class HeadCell:
    """A cell of a table's head and how many ``columns`` and ``rows`` it covers."""

    text: str
    columns: int = 1
    rows: int = 1


@dataclass(frozen=True, slots=True)
class Joined:
    """Cells of the body that are one: from ``row`` down over ``rows``, in ``column`` over ``columns``."""

    row: int
    column: int
    rows: int
    columns: int = 1


@dataclass(frozen=True, slots=True)
class PrintedTable:
    """A table with its title, its head, its rows, the line of totals and the notes under it.

    ``head`` has the cells of each of its rows, those covered from above left out. ``widths`` are those of the
    columns, in Chinese characters. ``rows`` have a cell for each column; of ``joined`` ones the first counts.
    ``name`` is what a sheet of a workbook is called, ``note`` stands between title and head (单位, 日期).
    """

    name: str
    title: str
    head: tuple[tuple[HeadCell, ...], ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[PrintedCell, ...], ...]
    note: str = ""
    total: tuple[PrintedCell, ...] | None = None
    joined: tuple[Joined, ...] = ()
    footnotes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse rows of another width than the columns', and a head that leaves a hole (ValueError)."""
        width = len(self.widths)
        totals = () if self.total is None else (self.total,)
        if any(len(row) != width for row in (*self.rows, *totals)):
            raise ValueError(self.name)
        covered = sum(cell.columns * cell.rows for row in self.head for cell in row)
        if covered != width * len(self.head):
            raise ValueError(self.name)

    def placed_head(self) -> Iterator[tuple[int, int, HeadCell]]:
        """Give each cell of the head with its row and column."""
        taken: set[tuple[int, int]] = set()
        for at, cells in enumerate(self.head):
            column = 0
            for cell in cells:
                while (at, column) in taken:
                    column += 1
                yield at, column, cell
                taken |= {
                    (at + down, column + right) for down in range(cell.rows) for right in range(cell.columns)
                }

    def covered(self) -> frozenset[tuple[int, int]]:
        """List the places (row, column) of the body that belong to a joined cell and are not its first."""
        return frozenset(
            (cell.row + down, cell.column + right)
            for cell in self.joined
            for down in range(cell.rows)
            for right in range(cell.columns)
            if down or right
        )


def simple_head(*names: str) -> tuple[tuple[HeadCell, ...], ...]:
    """Make a head of one row."""
    return (tuple(HeadCell(name) for name in names),)
