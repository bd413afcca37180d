"""The rows under a head: units, totals, sections, heads printed again, notes."""

from dataclasses import dataclass, replace

from services.core.sheets.grid import Cell, Grid
from services.core.sheets.heads import Block, Head, is_unit_head, looks_like_unit
from services.core.sheets.notebook import Notebook
from services.core.sheets.understanding import FindUnit, UnitRow
from services.core.sheets.unit_names import UnitNames
from services.core.sheets.vocabulary import (
    AVERAGE,
    COLUMN_NUMBERS,
    DIVISION_NAME,
    GRAND_TOTAL,
    NOTE,
    SECTION_NUMBER,
    SENTENCE_END,
    SUBTOTAL,
    TOTAL,
)
from services.core.sheets.words import find_count, find_quota, is_exempt, label, plain

_LONGEST_NUMBER = 10
_LONGEST_DIVISION = 50
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
    """A printed total and the units it may add up, the likeliest first."""

    row: int
    block: Block
    candidates: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Body:
    """All rows of a table that carry values."""

    units: tuple[UnitLine, ...]
    totals: tuple[TotalLine, ...]

    def lines_of(self, column: int) -> tuple[UnitLine, ...]:
        """Give the units whose block a column belongs to."""
        return tuple(line for line in self.units if column in line.block.value_columns)


def read_body(grid: Grid, head: Head, find: FindUnit, notebook: Notebook) -> Body:
    """Tell the rows under the head apart; notes become remarks, rows without a unit become doubts."""
    reader = _BodyReader(grid, head, find, notebook)
    rows = [row for row in range(head.bottom + 1, grid.height) if reader.is_value_row(row)]
    for block in head.blocks:
        reader.read_block(block, rows)
    for line in grid.below:
        notebook.remark("", "note", text=label(line))
    return Body(tuple(reader.units), tuple(reader.totals))


class _BodyReader:
    def __init__(self, grid: Grid, head: Head, find: FindUnit, notebook: Notebook) -> None:
        self._grid = grid
        self._head = head
        self._notebook = notebook
        self._head_texts = {plain(text) for cell in head.cells for text in cell.heading}
        self._titles = {plain(cell.text) for row in grid.cells[: head.top] for cell in row if cell.text} | {
            plain(text) for text in grid.above
        }
        self._unit_columns = {block.unit_column for block in head.blocks}
        printed = (row[j].text for row in grid.cells[head.bottom + 1 :] for j in self._unit_columns)
        self._names = UnitNames(printed, find, notebook)
        self._sections: dict[int, str] = {}
        self._has_notes_begun = False
        self.units: list[UnitLine] = []
        self.totals: list[TotalLine] = []

    def is_value_row(self, row: int) -> bool:
        """Say whether a row has values; whatever else it is, is dealt with."""
        own = [cell for cell in self._grid.cells[row] if cell.text]
        texts = [plain(cell.text) for cell in own]
        if not own or set(texts) <= self._head_texts or set(texts) <= self._titles:
            return False
        if len(own) > 2 and len(set(texts)) == len(own) and all(map(COLUMN_NUMBERS.fullmatch, texts)):
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
        positions: list[int] = []
        totals: list[tuple[int, bool, int]] = []
        for row in rows:
            cell = self._grid.cell_at(row, block.unit_column)
            texts = {plain(cell.text)}
            if block.number_column is not None:
                texts.add(plain(self._grid.text_at(row, block.number_column)))
            if any(TOTAL.fullmatch(text) or SUBTOTAL.fullmatch(text) for text in texts):
                totals.append((row, any(map(GRAND_TOTAL.fullmatch, texts)), len(positions)))
            elif not any(map(AVERAGE.fullmatch, texts)):
                unit = self._unit_of(row, block, cell)
                if unit is not None:
                    previous_number = self._follow_number(row, block, unit, previous_number)
                    self.units.append(UnitLine(unit, row, block))
                    positions.append(unit.position)
        self.totals += [
            TotalLine(row, block, _candidates(tuple(positions), totals, at))
            for at, (row, _, _) in enumerate(totals)
        ]

    def _stands_alone(self, cell: Cell) -> bool:
        """A lone text is a section or a note unless it is a value, or a name where units are named."""
        if find_quota(cell.text) or is_exempt(cell.text):
            return False
        merge = self._grid.merge_at(cell.row, cell.column)
        if (merge is not None and merge.right > merge.left) or cell.column not in self._unit_columns:
            return True
        text = plain(cell.text)
        if DIVISION_NAME.fullmatch(text) or SECTION_NUMBER.match(text):
            return True
        return not looks_like_unit(text) and (SENTENCE_END in text or len(text) > 2 * _LONGEST_SECTION)

    def _unit_of(self, row: int, block: Block, cell: Cell) -> UnitRow | None:
        name = label(cell.text)
        if not name:
            self._doubt_nameless(row, block)
            return None
        if is_unit_head(name) and plain(name) in self._head_texts:
            return None  # the head again after a page break
        if cell.row != row:
            place = self._grid.cells[row][block.unit_column]
            self._notebook.doubt(place.address, "unit_spans_rows", name=name)
            return None
        found = self._names.read(cell)
        if found is None:
            return None
        number = ""
        if block.number_column is not None:
            number = label(self._grid.text_at(row, block.number_column))[:_LONGEST_NUMBER]
        as_printed = found.printed if found.printed != found.name else ""
        division = self._division_of(row, block)
        return UnitRow(len(self.units) + 1, number, found.name, cell.address, division, as_printed)

    def _division_of(self, row: int, block: Block) -> str:
        """Give the section a unit stands in, else what its block or its sheet is called (乡镇, 县直部门)."""
        section = max(((at, name) for at, name in self._sections.items() if at < row), default=(0, ""))[1]
        if section:
            return section[:_LONGEST_DIVISION]
        heads = [self._head.cells[one.unit_column].leaf for one in self._head.blocks]
        if len(set(heads)) > 1:
            return self._head.cells[block.unit_column].leaf[:_LONGEST_DIVISION]
        return label(self._grid.name) if DIVISION_NAME.fullmatch(plain(self._grid.name)) else ""

    def _doubt_nameless(self, row: int, block: Block) -> None:
        own = [self._grid.cells[row][column] for column in block.value_columns]
        own = [cell for cell in own if cell.text]
        if any(find_quota(cell.text) or is_exempt(cell.text) for cell in own):
            self._notebook.doubt(self._grid.cells[row][block.unit_column].address, "unit_missing")
        elif own:
            self._remark_note(own)

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


def _candidates(
    positions: tuple[int, ...], totals: list[tuple[int, bool, int]], at: int
) -> tuple[tuple[int, ...], ...]:
    """Give what a total may add up: the units before it, those since the last total, those below it."""
    _, is_grand, before = totals[at]
    begun = totals[at - 1][2] if at else 0
    ended = totals[at + 1][2] if at + 1 < len(totals) else len(positions)
    whole, since, below = positions[:before], positions[begun:before], positions[before:ended]
    found = [positions, below] if not whole else [whole, since] if is_grand else [since, whole, below]
    if not whole and not is_grand:
        found.reverse()
    return tuple(one for one in found if one)


def with_divisions(body: Body, grid: Grid, columns: dict[Block, int]) -> Body:
    """Give units the division that a column of their own names, instead of the section they stand in."""
    return Body(
        tuple(_with_division(line, grid, columns.get(line.block)) for line in body.units), body.totals
    )


def _with_division(line: UnitLine, grid: Grid, column: int | None) -> UnitLine:
    if column is None:
        return line
    division = label(grid.text_at(line.row, column))[:_LONGEST_DIVISION]
    return replace(line, unit=replace(line.unit, division=division))
