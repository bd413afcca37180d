"""Printed tables out as .xlsx: one A4 page wide, numbers as numbers, and no words taken for anything else."""

import datetime as dtm
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, BinaryIO, Self

from services.core.printing import HeadCell, Percentage, PrintedCell, PrintedTable
from services.documents.cleaning import printable
from services.documents.measuring import WIDE_TEXT, lines_in
from services.documents.writing import begins_a_formula

if TYPE_CHECKING:
    from xlsxwriter.format import Format

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAX_ROWS = 1_048_576  # of a sheet, as spreadsheets allow

_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_MADE_AT = dtm.datetime.fromisoformat("2024-01-01")  # fixed: the same tables are the same bytes
_LONGEST_NAME = 31  # of a sheet's name, as spreadsheets allow
LONGEST_TEXT = 32_767  # of a cell
_NOT_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
_EXACT_DIGITS = 15  # a spreadsheet keeps no more of a number
_LINE, _PADDING = 15.0, 4.0  # heights in points
_SIGN, _MARGIN = 2.1, 1.0  # widths in digits: a Chinese character at 11 points, the room beside it
_PORTRAIT = 46  # Chinese characters of 11 points beside each other on A4
_TITLE = {"font_name": "方正小标宋简体", "font_size": 18, "align": "center", "valign": "vcenter"}
_PLAIN = {"font_name": "宋体", "font_size": 11, "valign": "vcenter", "text_wrap": True}
_HEAD = {**_PLAIN, "font_name": "黑体", "align": "center", "border": 1}


def workbook_bytes(tables: Iterable[PrintedTable]) -> bytes:
    """Write tables into a workbook, a sheet for each; the same tables are the same bytes."""
    content = io.BytesIO()
    with WorkbookFile(content) as workbook:
        for table in tables:
            workbook.begin(table)
    return content.getvalue()


class WorkbookFile:
    """A workbook written from top to bottom in bounded memory, into a file or a buffer.

    Blocks: use a thread. A table begins a sheet; ``add`` puts further rows below those it has.
    """

    def __init__(self, target: Path | BinaryIO) -> None:
        from xlsxwriter import Workbook  # noqa: PLC0415 - 3 MB that the bot starts without

        self._book = Workbook(str(target) if isinstance(target, Path) else target, _OPTIONS)
        self._book.set_properties({"created": _MADE_AT})
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}
        self._names: set[str] = set()
        self._sheet: _Sheet | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()
        self._book.close()

    def begin(self, table: PrintedTable) -> None:
        """Begin a sheet with a table's title, note, head and rows; total and footnotes come at its end."""
        self._end()
        page = self._book.add_worksheet(self._free_name(table.name))
        self._sheet = _Sheet(page, table, self._format)
        self._sheet.open()
        self.add(table.rows)

    def add(self, rows: Iterable[Sequence[PrintedCell]]) -> None:
        """Put rows below those that are there; ValueError for one of another width, or one too many."""
        if self._sheet is None:
            raise ValueError(rows)
        for row in rows:
            self._sheet.write_row(row)

    def _end(self) -> None:
        if self._sheet is not None:
            self._sheet.close()
        self._sheet = None

    def _format(self, properties: dict[str, Any]) -> "Format":
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format(properties)
        return self._formats[key]

    def _free_name(self, wanted: str) -> str:
        plain = " ".join(printable(wanted).translate(_NOT_IN_NAMES).split()).strip("'")
        if plain.casefold() in {"", "history"}:  # one of Excel's own
            plain = f"{plain}表"
        name, number = _cut(plain, _LONGEST_NAME).rstrip("' "), 1
        while name.casefold() in self._names:
            number += 1
            ending = f"（{number}）"
            name = _cut(plain, _LONGEST_NAME - len(ending)) + ending
        self._names.add(name.casefold())
        return name


def _cut(text: str, length: int) -> str:
    """Cut a text to a length as spreadsheets count it: rare signs are two."""
    return text.encode("utf-16-le")[: 2 * length].decode("utf-16-le", "ignore")


class _Sheet:
    """One sheet, written row by row; cells are joined before they are written, which is the only moment."""

    def __init__(self, page: Any, table: PrintedTable, style: Any) -> None:
        self._page, self._table, self._style = page, table, style
        self._width = len(table.widths)
        self._row = self._first = 0
        self._covered = table.covered()

    def open(self) -> None:
        """Set the page up and write what stands above the rows."""
        table = self._table
        for column, width in enumerate(table.widths):
            self._page.set_column(column, column, width * _SIGN + _MARGIN)
        if table.title:
            self._across(table.title, _TITLE, signs=0.6, least=36)
        if table.note:
            self._across(table.note, {**_PLAIN, "align": "right"})
        top = self._row
        self._write_head()
        self._first = self._row
        for joined in table.joined:
            self._join(self._first + joined.row, joined.column, joined.rows, joined.columns)
        self._page.freeze_panes(self._first, 0)
        self._page.set_paper(9)
        self._page.fit_to_pages(1, 0)
        self._page.center_horizontally()
        self._page.set_margins(left=0.6, right=0.6, top=0.75, bottom=0.75)
        self._page.set_footer('&C&"宋体,Regular"— &P —')
        if top < self._first:
            self._page.repeat_rows(top, self._first - 1)
        if sum(table.widths) > _PORTRAIT:
            self._page.set_landscape()

    def write_row(self, row: Sequence[PrintedCell], **look: Any) -> None:
        """Write one row of the body."""
        if len(row) != self._width or self._row >= MAX_ROWS:
            raise ValueError(row)
        texts = zip(row, self._table.widths, strict=True)
        self._set_height(
            max((lines_in(cell, width) for cell, width in texts if isinstance(cell, str)), default=1)
        )
        for column, cell in enumerate(row):
            is_covered = (self._row - self._first, column) in self._covered
            self._put(self._row, column, None if is_covered else cell, look)
        self._row += 1

    def close(self) -> None:
        """Write what stands below the rows."""
        if self._table.total is not None:
            self.write_row(self._table.total, bold=True)
        for note in self._table.footnotes:
            self._across(note, {**_PLAIN, "align": "left"})

    def _write_head(self) -> None:
        placed = list(self._table.placed_head())
        for number in range(len(self._table.head)):
            here = {column: cell for row, column, cell in placed if row == number}
            self._set_height(self._head_lines(here), least=24)
            for column, cell in here.items():
                self._join(self._row, column, cell.rows, cell.columns)
            for column in range(self._width):
                text = here[column].text if column in here else ""
                self._text(self._row, column, text, _HEAD)
            self._row += 1

    def _head_lines(self, cells: dict[int, HeadCell]) -> int:
        widths = self._table.widths
        return max(
            (
                -(-lines_in(cell.text, sum(widths[column : column + cell.columns])) // cell.rows)
                for column, cell in cells.items()
            ),
            default=1,
        )

    def _across(self, text: str, look: dict[str, Any], *, signs: float = 1.0, least: float = 0.0) -> None:
        """Write a line over all columns; ``signs`` of it fit where one of 11 points does."""
        self._set_height(lines_in(text, int(sum(self._table.widths) * signs)), least=least)
        self._join(self._row, 0, 1, self._width)
        self._text(self._row, 0, text, look)
        self._row += 1

    def _put(self, row: int, column: int, cell: PrintedCell, look: dict[str, Any]) -> None:
        is_words = isinstance(cell, str) and self._table.widths[column] >= WIDE_TEXT
        look = {**_PLAIN, "border": 1, "align": "left" if is_words else "center", **look}
        number, shape = _number(cell)
        if cell is None:
            self._page.write_blank(row, column, None, self._style(look))
        elif number is None:
            self._text(row, column, cell if isinstance(cell, str) else _spelt(cell), look)
        else:
            self._page.write_number(row, column, number, self._style({**look, "num_format": shape}))

    def _text(self, row: int, column: int, text: str, look: dict[str, Any]) -> None:
        plain = _cut(printable(text), LONGEST_TEXT)
        if begins_a_formula(plain):  # it would become one as soon as somebody edits the cell
            look = {**look, "quote_prefix": True}
        self._page.write_string(row, column, plain, self._style(look))

    def _set_height(self, lines: int, *, least: float = 0.0) -> None:
        height = max(_LINE * lines + _PADDING, least)
        self._page.set_row(self._row, min(height, 409.0))  # the highest there is

    def _join(self, row: int, column: int, rows: int, columns: int) -> None:
        if rows * columns > 1:  # it writes no cell: a blank one without a format is none
            self._page.merge_range(row, column, row + rows - 1, column + columns - 1, "")


def _number(cell: PrintedCell) -> tuple[float | None, str]:
    """Give a number with the format that shows it; None for what is none, or would lose digits."""
    if isinstance(cell, Percentage):
        value, decimals, sign = cell.value.scaleb(-2), _decimals(cell.value), "%"
    elif isinstance(cell, int | Decimal):
        value = Decimal(cell)
        decimals, sign = _decimals(value), ""
    else:
        return None, ""
    if not value.is_finite() or len(value.as_tuple().digits) > _EXACT_DIGITS:
        return None, ""
    return float(value), "0" + "." * bool(decimals) + "0" * decimals + sign


def _decimals(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _spelt(cell: int | Decimal | Percentage | None) -> str:
    return f"{cell.value}%" if isinstance(cell, Percentage) else str(cell)
