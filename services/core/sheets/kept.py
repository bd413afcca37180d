"""Sheets that keep rows as they are: printed by their columns, read back by them, compared row by row."""

import datetime as dtm
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from services.core.errors import DomainError
from services.core.numbers import NO_FIGURE
from services.core.printing import PrintedCell, PrintedTable, simple_head
from services.core.sheets import export_words as words
from services.core.sheets.grid import Grid
from services.core.sheets.notebook import Notebook

Value = str | int | bool | None
Row = tuple[Value, ...]

YES, NO = "是", "否"
_NUMBER = re.compile(r"-?[0-9]{1,15}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


class Kind(Enum):
    """What a column has; a day is kept as 2024-02-01, a month as 2024-02, a moment with its offset."""

    TEXT = auto()
    UNIT = auto()
    WORD = auto()
    NUMBER = auto()
    TARGET = auto()  # "–" is exempt
    DAY = auto()
    MONTH = auto()
    MOMENT = auto()
    YES = auto()


@dataclass(frozen=True, slots=True)
class Column:
    """A column: what it has, whether it may be blank, and of words what each stored value is called."""

    head: str
    kind: Kind = Kind.TEXT
    longest: int = 100
    is_blank: bool = False
    words: Mapping[str, str] | None = None

    def printed(self, value: Value) -> PrintedCell:
        """Give a stored value as it is printed."""
        if self.kind is Kind.TARGET and value is None:
            return NO_FIGURE
        if self.kind is Kind.YES:
            return YES if value else NO
        if self.words is not None and isinstance(value, str):
            return self.words.get(value, value)
        return None if value == "" else value

    def read(self, text: str) -> Value:
        """Read a printed cell; ValueError for what cannot stand there."""
        if not text:
            if self.is_blank:
                return "" if self.kind in {Kind.TEXT, Kind.WORD, Kind.UNIT} else None
            raise ValueError(text)
        return _READERS[self.kind](self, text)


def _text(column: Column, text: str) -> Value:
    if len(text) > column.longest:
        raise ValueError(text)
    return text


def _word(column: Column, text: str) -> Value:
    return {printed: stored for stored, printed in (column.words or {}).items()}.get(text) or _no(text)


def _number(column: Column, text: str) -> Value:
    if column.kind is Kind.TARGET and text == NO_FIGURE:
        return None
    return int(text) if _NUMBER.fullmatch(text) else _no(text)


def _day(_column: Column, text: str) -> Value:
    return dtm.date.fromisoformat(text).isoformat() if _DAY.fullmatch(text) else _no(text)


def _month(_column: Column, text: str) -> Value:
    return text if _MONTH.fullmatch(text) else _no(text)


def _moment(_column: Column, text: str) -> Value:
    at = dtm.datetime.fromisoformat(text)
    return _no(text) if at.tzinfo is None else at.astimezone(dtm.UTC).isoformat()


def _yes(_column: Column, text: str) -> Value:
    return text == YES if text in {YES, NO} else _no(text)


def _no(text: str) -> Value:
    raise ValueError(text)


_READERS: Mapping[Kind, Callable[[Column, str], Value]] = {
    Kind.TEXT: _text,
    Kind.UNIT: _text,
    Kind.WORD: _word,
    Kind.NUMBER: _number,
    Kind.TARGET: _number,
    Kind.DAY: _day,
    Kind.MONTH: _month,
    Kind.MOMENT: _moment,
    Kind.YES: _yes,
}


def _fine(_row: Row) -> None:
    return None


@dataclass(frozen=True, slots=True)
class KeptSheet:
    """A sheet of rows: the first ``keys`` columns name one, 0 is that several may be alike.

    ``require`` raises ValueError or a UserError for a row that cannot be.
    """

    name: str
    columns: tuple[Column, ...]
    keys: int
    require: Callable[[Row], None] = _fine

    @property
    def heads(self) -> tuple[str, ...]:
        """Give the heads of the columns."""
        return tuple(column.head for column in self.columns)

    def table(self, rows: Iterable[Row] = ()) -> PrintedTable:
        """Print rows under their heads."""
        widths = tuple(30 if column.longest > 100 else 12 for column in self.columns)
        return PrintedTable(
            self.name, "", simple_head(*self.heads), widths, tuple(self.printed(row) for row in rows)
        )

    def printed(self, row: Row) -> tuple[PrintedCell, ...]:
        """Print a row."""
        return tuple(column.printed(value) for column, value in zip(self.columns, row, strict=True))


@dataclass(frozen=True, slots=True)
class KeptRow:
    """A row as it was read, and where it stands."""

    values: Row
    address: str


Kept = Mapping[str, tuple[KeptRow, ...]]
"""What was read of each sheet, by its name."""


@dataclass(frozen=True, slots=True)
class KeptChange:
    """A row that would be stored; ``before`` is None for a new one."""

    after: Row
    before: Row | None


def read_sheet(
    sheet: KeptSheet, grids: Sequence[Grid], units: Mapping[str, str], notebook: Notebook
) -> Iterator[KeptRow]:
    """Read the rows of a sheet; ``units`` are the names here by those printed. What is unclear is doubted."""
    for grid in grids:
        if words.base_name(grid.name) != sheet.name:
            continue
        head = _head_row(grid, sheet.heads)
        if head is None:
            notebook.doubt(grid.name, "export_head_changed", heads="、".join(sheet.heads))
            continue
        for at in range(head + 1, grid.height):
            texts = [grid.cell_at(at, column).text for column in range(len(sheet.columns))]
            if any(texts):
                row = _read_row(sheet, grid, at, units, notebook)
                if row is not None:
                    yield row


def _read_row(
    sheet: KeptSheet, grid: Grid, at: int, units: Mapping[str, str], notebook: Notebook
) -> KeptRow | None:
    values: list[Value] = []
    for number, column in enumerate(sheet.columns):
        cell = grid.cell_at(at, number)
        address = f"{grid.name}!{cell.address}"
        if column.kind is Kind.UNIT and cell.text not in units:
            notebook.doubt(address, "unit_unknown", name=cell.text[:100])
            return None
        try:
            values.append(units[cell.text] if column.kind is Kind.UNIT else column.read(cell.text))
        except ValueError:
            notebook.doubt(address, "export_cell_unclear", text=cell.text[:50])
            return None
    address = f"{grid.name}!{grid.cell_at(at, 0).address}"
    try:
        sheet.require(tuple(values))
    except (ValueError, DomainError):
        notebook.doubt(address, "export_cell_unclear", text=str(sheet.printed(tuple(values))[-1] or "")[:50])
        return None
    return KeptRow(tuple(values), address)


def _head_row(grid: Grid, heads: Sequence[str]) -> int | None:
    if grid.width < len(heads):
        return None
    for row in range(grid.height):
        if all(grid.cells[row][column].text == head for column, head in enumerate(heads)):
            return row
    return None


def compare(sheet: KeptSheet, rows: Iterable[Row], held: Iterable[Row]) -> tuple[KeptChange, ...]:
    """Give the rows that are not there; where rows have a name, also those that would become another."""
    if not sheet.keys:
        missing = Counter(rows) - Counter(held)
        return tuple(KeptChange(row, None) for row in missing.elements())
    known = {row[: sheet.keys]: row for row in held}
    wanted = {row[: sheet.keys]: row for row in rows}
    return tuple(KeptChange(row, known.get(key)) for key, row in wanted.items() if known.get(key) != row)
