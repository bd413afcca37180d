"""A table as printed: cells with addresses, and the ranges that are merged."""

from dataclasses import dataclass, field


def column_letter(column: int) -> str:
    """Name a column as sheets do: 0 → A, 25 → Z, 26 → AA."""
    letters = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def address_of(row: int, column: int) -> str:
    """Name a cell as sheets do; both numbers count from 0: (4, 2) → C5."""
    return f"{column_letter(column)}{row + 1}"


@dataclass(frozen=True, slots=True)
class Range:
    """A merged rectangle; all four bounds are inclusive and count from 0."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def address(self) -> str:
        """The corners, C5:D9."""
        return f"{address_of(self.top, self.left)}:{address_of(self.bottom, self.right)}"

    @property
    def area(self) -> int:
        """How many cells it covers."""
        return (self.bottom - self.top + 1) * (self.right - self.left + 1)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its place (from 0) and its text, cleaned but never reworded.

    A number is printed without a needless ".0" and with at most 15 digits, as spreadsheets show it.
    """

    row: int
    column: int
    text: str = ""
    is_merge_origin: bool = False
    is_uncomputed: bool = False  # a formula that was saved without its result
    is_absent: bool = False  # the sheet has no such cell: nothing is said, not even nothing
    printed_at: str = ""  # its address in the sheet, where the table was cut out of it or turned

    @property
    def address(self) -> str:
        """The place as sheets name it, C5."""
        return self.printed_at or address_of(self.row, self.column)


@dataclass(frozen=True, slots=True)
class Grid:
    """One table; every row is equally wide.

    `above` and `below` are the paragraphs around a table in a text document; sheets keep theirs in cells.
    `column_names` are the sheet's own where the table was turned: its columns are rows there.
    """

    name: str
    cells: tuple[tuple[Cell, ...], ...]
    merges: tuple[Range, ...] = ()
    above: tuple[str, ...] = ()
    below: tuple[str, ...] = ()
    column_names: tuple[str, ...] = ()
    _covering: dict[tuple[int, int], Range] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the merges once; rectangles that overlap cannot be asked to cover more than the table."""
        covering: dict[tuple[int, int], Range] = {}
        budget = self.height * self.width
        for merge in self.merges:
            bottom, right = min(merge.bottom, self.height - 1), min(merge.right, self.width - 1)
            if bottom < merge.top or right < merge.left:
                continue
            budget -= (bottom - merge.top + 1) * (right - merge.left + 1)
            if budget < 0:
                break
            for row in range(merge.top, bottom + 1):
                for column in range(merge.left, right + 1):
                    covering.setdefault((row, column), merge)
        object.__setattr__(self, "_covering", covering)

    @property
    def height(self) -> int:
        """How many rows there are."""
        return len(self.cells)

    @property
    def width(self) -> int:
        """How many columns there are."""
        return len(self.cells[0]) if self.cells else 0

    def column_name(self, column: int) -> str:
        """Give what the sheet calls a column: C, or 3 where the column is a row there."""
        return self.column_names[column] if self.column_names else column_letter(column)

    def merge_at(self, row: int, column: int) -> Range | None:
        """Give the merged rectangle a place lies in, if any."""
        return self._covering.get((row, column))

    def cell_at(self, row: int, column: int) -> Cell:
        """Give the cell that speaks for a place: itself, or the origin of the merge it lies in."""
        merge = self._covering.get((row, column))
        return self.cells[merge.top][merge.left] if merge else self.cells[row][column]

    def text_at(self, row: int, column: int) -> str:
        """Give the text that speaks for a place."""
        return self.cell_at(row, column).text
