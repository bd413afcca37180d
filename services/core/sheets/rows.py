"""The rows under a head: units, totals, sections, heads printed again, notes."""

from dataclasses import dataclass, replace

from services.core.sheets.grid import Cell, Grid
from services.core.sheets.heads import Block, Head, is_unit_head
from services.core.sheets.notebook import Notebook
from services.core.sheets.understanding import UnitRow
from services.core.sheets.vocabulary import AVERAGE, NOTE, SENTENCE_END, SUBTOTAL, TOTAL
from services.core.sheets.words import find_count, find_quota, is_exempt, label, plain
from services.core.text import fold

_LONGEST_NAME = 100
_LONGEST_NUMBER = 10
_WIDEST_GAP = 20
_LONGEST_SECTION = 20


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit and where its values stand."""

    unit: UnitRow
    row: int
    block: Block


@dataclass(frozen=True, slots=True)
class TotalLine:
    """A printed total and the units it adds up."""

    row: int
    block: Block
    positions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Body:
    """All rows of a table that carry values."""

    units: tuple[UnitLine, ...]
    totals: tuple[TotalLine, ...]

    def lines_of(self, column: int) -> tuple[UnitLine, ...]:
        """Give the units whose block a column belongs to."""
        return tuple(line for line in self.units if column in line.block.value_columns)


def read_body(grid: Grid, head: Head, notebook: Notebook) -> Body:
    """Tell the rows under the head apart; notes become remarks, rows without a unit become doubts."""
    reader = _BodyReader(grid, head, notebook)
    rows = [row for row in range(head.bottom + 1, grid.height) if reader.is_value_row(row)]
    for block in head.blocks:
        reader.read_block(block, rows)
    for line in grid.below:
        notebook.remark("", "note", text=label(line))
    return Body(tuple(reader.units), tuple(reader.totals))


class _BodyReader:
    def __init__(self, grid: Grid, head: Head, notebook: Notebook) -> None:
        self._grid = grid
        self._head = head
        self._notebook = notebook
        self._head_texts = {plain(text) for cell in head.cells for text in cell.heading}
        self._titles = {plain(cell.text) for row in grid.cells[: head.top] for cell in row if cell.text} | {
            plain(text) for text in grid.above
        }
        self._sections: dict[int, str] = {}
        self._names: dict[str, str] = {}
        self._has_notes_begun = False
        self.units: list[UnitLine] = []
        self.totals: list[TotalLine] = []

    def is_value_row(self, row: int) -> bool:
        """Say whether a row has values; whatever else it is, is dealt with."""
        own = [cell for cell in self._grid.cells[row] if cell.text]
        texts = [plain(cell.text) for cell in own]
        if not own or set(texts) <= self._head_texts or set(texts) <= self._titles:
            return False
        if len(own) > 2 and texts == [str(number) for number in range(1, len(own) + 1)]:
            return False  # a row that numbers the columns
        if NOTE.match(texts[0]) or (len(own) == 1 and self._has_notes_begun):
            self._has_notes_begun = True
            self._remark_note(own)
            return False
        if len(own) == 1 and self._stands_alone(own[0]):
            if len(texts[0]) > _LONGEST_SECTION or texts[0].endswith(SENTENCE_END):
                self._remark_note(own)
            else:
                self._sections[row] = label(own[0].text)
            return False
        return True

    def read_block(self, block: Block, rows: list[int]) -> None:
        """Read the units of one block from the rows that have values."""
        previous_number: int | None = None
        since_subtotal: list[int] = []
        all_positions: list[int] = []
        section = ""
        for row in rows:
            section = max(((at, name) for at, name in self._sections.items() if at < row), default=(0, ""))[1]
            cell = self._grid.cell_at(row, block.unit_column)
            texts = [cell.text]
            if block.number_column is not None:
                texts.append(self._grid.text_at(row, block.number_column))
            if any(SUBTOTAL.fullmatch(plain(text)) for text in texts):
                self.totals.append(TotalLine(row, block, tuple(since_subtotal)))
                since_subtotal = []
            elif any(TOTAL.fullmatch(plain(text)) for text in texts):
                self.totals.append(TotalLine(row, block, tuple(all_positions)))
            elif not any(AVERAGE.fullmatch(plain(text)) for text in texts) and self._is_unit(
                row, block, cell
            ):
                unit = self._unit_of(row, block, cell, section)
                previous_number = self._follow_number(row, block, unit, previous_number)
                self.units.append(UnitLine(unit, row, block))
                since_subtotal.append(unit.position)
                all_positions.append(unit.position)

    def _stands_alone(self, cell: Cell) -> bool:
        """A lone text is a section or a note unless it is a value, or a name where units are named."""
        if find_quota(cell.text) or is_exempt(cell.text):
            return False
        merge = self._grid.merge_at(cell.row, cell.column)
        is_wide = merge is not None and merge.right > merge.left
        return is_wide or cell.column not in {block.unit_column for block in self._head.blocks}

    def _is_unit(self, row: int, block: Block, cell: Cell) -> bool:
        name = label(cell.text)
        if not name:
            self._doubt_nameless(row, block)
            return False
        if is_unit_head(name) and plain(name) in self._head_texts:
            return False  # the head again after a page break
        if cell.row != row:
            self._notebook.doubt(
                self._grid.cells[row][block.unit_column].address, "unit_spans_rows", name=name
            )
            return False
        if len(name) > _LONGEST_NAME or not fold(name) or find_count(name) is not None:
            self._notebook.doubt(cell.address, "unit_unreadable", text=name[:_LONGEST_NAME])
            return False
        first = self._names.setdefault(fold(name), cell.address)
        if first != cell.address:
            self._notebook.doubt(cell.address, "unit_repeated", name=name, first=first)
            return False
        return True

    def _doubt_nameless(self, row: int, block: Block) -> None:
        own = [self._grid.cells[row][column] for column in block.value_columns]
        own = [cell for cell in own if cell.text]
        if any(find_quota(cell.text) or is_exempt(cell.text) for cell in own):
            self._notebook.doubt(self._grid.cells[row][block.unit_column].address, "unit_missing")
        elif own:
            self._remark_note(own)

    def _unit_of(self, row: int, block: Block, cell: Cell, section: str) -> UnitRow:
        number = ""
        if block.number_column is not None:
            number = label(self._grid.text_at(row, block.number_column))[:_LONGEST_NUMBER]
        return UnitRow(len(self.units) + 1, number, label(cell.text), cell.address, section)

    def _follow_number(self, row: int, block: Block, unit: UnitRow, previous: int | None) -> int | None:
        """Compare 序号 with the one before: a hole is told, never closed; a section may start from 1."""
        if block.number_column is None:
            return None
        address = self._grid.cells[row][block.number_column].address
        number = find_count(unit.printed_number)
        if number is None:
            self._notebook.doubt(address, "number_unreadable", text=unit.printed_number)
            return previous
        if previous is not None and number != 1:
            if not previous < number <= previous + _WIDEST_GAP:
                self._notebook.doubt(address, "number_disordered", number=number, previous=previous)
            else:
                for missing in range(previous + 1, number):
                    self._notebook.remark(address, "number_missing", number=missing)
        return number

    def _remark_note(self, own: list[Cell]) -> None:
        self._notebook.remark(own[0].address, "note", text=label("".join(cell.text for cell in own)))


def with_divisions(body: Body, grid: Grid, columns: dict[Block, int]) -> Body:
    """Give units the division that a column of their own names, instead of the section they stand in."""
    units = tuple(
        replace(line, unit=replace(line.unit, division=label(grid.text_at(line.row, columns[line.block]))))
        if line.block in columns
        else line
        for line in body.units
    )
    return Body(units, body.totals)
