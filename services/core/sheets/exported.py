"""An exported workbook read back: by its very words, cell by cell, nothing understood and nothing guessed."""

import datetime as dtm
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from models.enums import Cadence
from services.core.platforms import read_platform
from services.core.sheets import export_words as words
from services.core.sheets.errors import ExportTooNew
from services.core.sheets.exported_kept import read_kept
from services.core.sheets.exported_units import ExportedUnits
from services.core.sheets.grid import Cell, Grid
from services.core.sheets.kept import Kept
from services.core.sheets.notebook import Notebook
from services.core.sheets.registers import RegisterRow, RegisterSheet
from services.core.sheets.understanding import (
    CountCell,
    Duty,
    FindUnit,
    QuotaCell,
    SheetCategory,
    Understanding,
    UnitRow,
)
from services.core.sheets.words import find_quota

_COUNT = re.compile(r"-?[0-9]{1,9}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CADENCES = {word: cadence for cadence, word in words.EACH.items()}
_KINDS = {word: kind for kind, word in words.KINDS.items()}
_LEVELS = 3  # of the head over quotas: division, category, how often


@dataclass(frozen=True, slots=True)
class Cover:
    """What an exported workbook says of itself."""

    organisation: str
    period: str
    year: int
    made_at: str


@dataclass(frozen=True, slots=True)
class Exported:
    """An exported workbook: the units with what they owe and did in its year, the register, kept rows."""

    cover: Cover
    understanding: Understanding
    register: RegisterSheet
    kept: Kept


def find_cover(sheets: Sequence[Grid]) -> Cover | None:
    """Read the cover; None where the first sheet is none, so that it is no exported workbook.

    Raises:
        ExportTooNew: it was made by a later version, which may say more than is known here.
    """
    if not sheets or sheets[0].name != words.COVER:
        return None
    said = {row[0].text: row[1].text for row in reversed(sheets[0].cells) if len(row) > 1}
    form, year = said.get(words.FORMAT_LABEL, ""), said.get(words.YEAR_LABEL, "")
    if not form or not re.fullmatch("[0-9]{4}", year):
        return None
    if form != words.FORMAT:
        raise ExportTooNew(found=form[:40], known=words.FORMAT)
    return Cover(
        said.get(words.OFFICE_LABEL, ""),
        said.get(words.PERIOD_LABEL, ""),
        int(year),
        said.get(words.MADE_LABEL, ""),
    )


def read_exported(
    sheets: Sequence[Grid], cover: Cover, *, find: FindUnit, stored: Collection[str]
) -> Exported:
    """Read the sheets that are read back; `stored` are the names of all units there are, `find` knows others.

    A name that is there is that unit; one that another name is known for is taken for it; all others are new.
    """
    notebook = Notebook()
    reader = _Reader(sheets, notebook, find, stored)
    units = tuple(reader.units())
    understanding = Understanding(
        title=f"{cover.organisation} {cover.period}".strip(),
        year=cover.year,
        sheet=words.COVER,
        columns=(),
        categories=tuple(reader.categories()),
        units=units,
        quotas=tuple(reader.quotas()),
        duties=tuple(reader.duties()),
        counts=tuple(reader.counts()),
        aliases=reader.known.aliases,
        endings=reader.known.endings,
        doubts=(),
        remarks=(),
    )
    of_register = Notebook()
    rows = tuple(reader.accounts(of_register))
    understanding, kept = read_kept(sheets, understanding, reader.known.names, rows, notebook)
    told = replace(understanding, doubts=notebook.doubts, remarks=notebook.remarks)
    return Exported(cover, told, RegisterSheet(words.MEDIA, (), rows, of_register.doubts, ()), kept)


class _Reader:
    def __init__(
        self, sheets: Sequence[Grid], notebook: Notebook, find: FindUnit, stored: Collection[str]
    ) -> None:
        self._sheets = sheets
        self._notebook = notebook
        self.known = ExportedUnits(notebook, find, stored)
        self._categories: set[str] = set()

    def units(self) -> Iterator[UnitRow]:
        """Read the units, in order."""
        return self.known.read(list(self._rows(words.UNITS, words.UNIT_HEADS)))

    def categories(self) -> Iterator[SheetCategory]:
        """Read the categories, in order."""
        for at, (name, division) in self._rows(words.CATEGORIES, words.CATEGORY_HEADS):
            if not name.text or name.text in self._categories or len(name.text) > 100:
                self._notebook.doubt(at + name.address, "export_cell_unclear", text=name.text[:50])
                continue
            self._categories.add(name.text)
            yield SheetCategory(name.text, division.text[:100])

    def quotas(self) -> Iterator[QuotaCell]:
        """Read what each unit owes; a blank cell says nothing, a dash that it is exempt."""
        for grid, at, head, column, category, word in self._quota_columns():
            cadence = _CADENCES.get(word)
            if cadence is None:
                continue
            if category not in self._categories:
                self._notebook.doubt(at + grid.cells[head][column].address, "export_category", name=category)
                continue
            for row, position in self._unit_lines(grid, head + _LEVELS, 1, at):
                cell = grid.cell_at(row, column)
                if cell.text:
                    yield from self._quota(cell, position, category, cadence, at)

    def _quota(
        self, cell: Cell, position: int, category: str, cadence: Cadence, at: str
    ) -> Iterator[QuotaCell]:
        address = at + cell.address
        if cell.text == words.EXEMPT:
            yield QuotaCell(position, category, cadence, None, is_per_account=False, address=address)
            return
        quota = find_quota(cell.text)
        if quota is None or quota.cadence not in {None, cadence}:
            self._notebook.doubt(address, "quota_unreadable", text=cell.text[:100])
            return
        yield QuotaCell(position, category, cadence, quota.target, quota.is_per_account, address)

    def duties(self) -> Iterator[Duty]:
        """Read the rules without a number, one duty for each text of a column."""
        for grid, at, head, column, category, word in self._quota_columns():
            kind = _KINDS.get(word)
            if kind is None:
                continue
            bound: dict[str, list[int]] = {}
            first: dict[str, str] = {}
            for row, position in self._unit_lines(grid, head + _LEVELS, 1, at):
                cell = grid.cell_at(row, column)
                if cell.text:
                    bound.setdefault(cell.text, []).append(position)
                    first.setdefault(cell.text, at + cell.address)
            for text, positions in bound.items():
                yield Duty(category, kind, text, tuple(positions), first[text])

    def counts(self) -> Iterator[CountCell]:
        """Read what was counted; a blank cell says nothing."""
        for grid, at in self._grids(words.COUNTS):
            head = self._head(grid, words.COUNT_HEADS)
            if head is None:
                continue
            places = _months(grid, head)
            for row, position in self._unit_lines(grid, head + 1, 0, at):
                category = grid.cell_at(row, 1).text
                if category not in self._categories:
                    self._notebook.doubt(at + grid.cells[row][1].address, "export_category", name=category)
                    continue
                for month, columns in places.items():
                    counted = self._count(grid, row, columns, at)
                    if counted is not None:
                        count, accepted, errors, address = counted
                        yield CountCell(
                            *(position, category, month, count, address), accepted=accepted, errors=errors
                        )

    def _count(
        self, grid: Grid, row: int, columns: Mapping[str, int], at: str
    ) -> tuple[int, int, int, str] | None:
        cells = {what: grid.cell_at(row, column) for what, column in columns.items()}
        if not any(cell.text for cell in cells.values()):
            return None
        for cell in cells.values():
            if not _COUNT.fullmatch(cell.text):
                self._notebook.doubt(at + cell.address, "count_unreadable", text=cell.text[:100])
                return None
        said = {what: int(cell.text) for what, cell in cells.items()}
        if words.COUNTED not in said:
            return None
        count = said[words.COUNTED]
        address = at + cells[words.COUNTED].address
        return count, said.get(words.ACCEPTED, count), said.get(words.ERRORS, 0), address

    def accounts(self, notebook: Notebook) -> Iterator[RegisterRow]:
        """Read the register of media accounts."""
        for at, row in self._rows(words.MEDIA, words.MEDIA_HEADS):
            platform_cell, name, unit, level, responsible, *days = row
            platform = read_platform(platform_cell.text)
            address = at + name.address
            read = [_day(cell.text) for cell in days]
            unclear = [cell for cell, day in zip(days, read, strict=True) if cell.text and day is None]
            if platform is None:
                notebook.doubt(at + platform_cell.address, "platform_unknown", text=platform_cell.text[:50])
            elif unit.text not in self.known.names:
                notebook.doubt(at + unit.address, "unit_unknown", name=unit.text[:100])
            elif not name.text or unclear:
                cell = unclear[0] if unclear else name
                notebook.doubt(at + cell.address, "export_cell_unclear", text=cell.text[:50])
            else:
                opened_on, registered_on, deregistered_on, last_post_on = read
                yield RegisterRow(
                    *(platform, name.text, self.known.names[unit.text], level.text, responsible.text),
                    *(opened_on, deregistered_on, last_post_on, address),
                    registered_on=registered_on,
                )

    def _grids(self, name: str) -> Iterator[tuple[Grid, str]]:
        return ((grid, f"{grid.name}!") for grid in self._sheets if words.base_name(grid.name) == name)

    def _rows(self, name: str, heads: Sequence[str]) -> Iterator[tuple[str, list[Cell]]]:
        """Give the rows below a head that have anything in them, as far as the head goes."""
        for grid, at in self._grids(name):
            head = self._head(grid, heads)
            for row in range((grid.height if head is None else head + 1), grid.height):
                cells = [grid.cell_at(row, column) for column in range(len(heads))]
                if any(cell.text for cell in cells):
                    yield at, cells

    def _head(self, grid: Grid, heads: Sequence[str]) -> int | None:
        row = _head_row(grid, heads)
        if row is None:
            self._notebook.doubt(grid.name, "export_head_changed", heads="、".join(heads))
        return row

    def _unit_lines(self, grid: Grid, first: int, column: int, at: str) -> Iterator[tuple[int, int]]:
        """Give the rows that name a unit, with its position; one that the list lacks is doubted."""
        for row in range(first, grid.height):
            name = grid.cell_at(row, column).text
            position = self.known.positions.get(name)
            if position is not None:
                yield row, position
            elif name:
                self._notebook.doubt(at + grid.cells[row][column].address, "unit_unknown", name=name[:100])

    def _quota_columns(self) -> Iterator[tuple[Grid, str, int, int, str, str]]:
        for grid, at in self._grids(words.QUOTAS):
            head = self._head(grid, (words.NUMBER_HEAD, words.UNIT_HEAD))
            if head is None or head + _LEVELS > grid.height:
                continue
            for column in range(2, grid.width):
                category = grid.text_at(head + 1, column)
                word = grid.text_at(head + 2, column)
                if category and word:
                    yield grid, at, head, column, category, word


def _head_row(grid: Grid, heads: Sequence[str]) -> int | None:
    if grid.width < len(heads):
        return None
    for row in range(grid.height):
        if all(grid.cells[row][column].text == head for column, head in enumerate(heads)):
            return row
    return None


def _months(grid: Grid, head: int) -> dict[int, dict[str, int]]:
    places: dict[int, dict[str, int]] = {}
    for column in range(len(words.COUNT_HEADS), grid.width):
        match = words.MONTH_HEAD.fullmatch(grid.cells[head][column].text)
        if match is not None:
            places.setdefault(int(match["month"]), {}).setdefault(match["what"], column)
    return places


def _day(text: str) -> dtm.date | None:
    if not _DAY.fullmatch(text):
        return None
    try:
        return dtm.date.fromisoformat(text)
    except ValueError:
        return None
