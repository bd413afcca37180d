"""Spreadsheets: .xlsx and .xls to grids."""

import io
from collections.abc import Mapping
from xml.parsers import expat

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from services.core.sheets.grid import Cell, Grid, Range
from services.documents.archive import Archive, pack
from services.documents.cellscan import ExtentExceeded, scan_cells
from services.documents.cleaning import show
from services.documents.errors import DocumentDamaged, DocumentEncrypted, DocumentTooLarge
from services.documents.limits import MAX_COLUMNS, MAX_ROWS, MAX_TABLES, MAX_UNPACKED, MEGABYTE, Allowance

Places = frozenset[tuple[int, int]]

_CONTENTS = frozenset({"[Content_Types].xml", "_rels/.rels"})
_WORKBOOK = "xl/workbook.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"
_NEVER_NEEDED = ("xl/media/", "xl/theme/", "xl/drawings/", "xl/charts/", "xl/externalLinks/", "xl/pivot")


def read_xlsx(archive: Archive, name: str) -> tuple[Grid, ...]:
    """Read the visible worksheets of an .xlsx; only the parts that hold cells are unpacked, never macros."""
    parts = archive.unpack(_holds_cells, MAX_UNPACKED)
    try:
        uncomputed = _scan_sheets(parts, Allowance(name))
    except ValueError as error:
        raise DocumentDamaged(name=name) from error
    return _read(pack(parts), name, uncomputed)


def read_xls(content: bytes, name: str) -> tuple[Grid, ...]:
    """Read the visible worksheets of an .xls."""
    return _read(content, name, {})


def _holds_cells(part: str) -> bool:
    is_workbook = part.startswith("xl/") and part.endswith((".xml", ".rels"))
    return part in _CONTENTS or (is_workbook and not part.startswith(_NEVER_NEEDED))


def _scan_sheets(parts: Mapping[str, bytes], allowance: Allowance) -> dict[str, Places]:
    targets = {
        attributes.get("Id", ""): attributes.get("Target", "")
        for attributes in _attributes_of(parts.get(_RELATIONS, b""), "Relationship")
    }
    uncomputed = {}
    for attributes in _attributes_of(parts.get(_WORKBOOK, b""), "sheet")[: MAX_TABLES + 1]:
        relation = next((value for key, value in attributes.items() if key.endswith(":id")), "")
        target = targets.get(relation, "").lstrip("/")
        xml = parts.get(target if target.startswith("xl/") else f"xl/{target}")
        if xml is None:
            continue
        sheet = attributes.get("name", "")
        try:
            uncomputed[sheet] = scan_cells(xml, max_rows=MAX_ROWS, max_columns=MAX_COLUMNS)
        except ExtentExceeded as error:
            raise allowance.exceeded(sheet) from error
    return uncomputed


def _attributes_of(xml: bytes, tag: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []

    def start(element: str, attributes: dict[str, str]) -> None:
        if element.rpartition(":")[2] == tag:
            found.append(attributes)

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    try:
        parser.Parse(xml, True)  # noqa: FBT003 - expat takes it by position only
    except expat.ExpatError as error:
        raise ValueError(str(error)) from error
    return found


def _read(content: bytes, name: str, uncomputed: Mapping[str, Places]) -> tuple[Grid, ...]:
    allowance = Allowance(name)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as workbook:
            visible = [
                sheet.name
                for sheet in workbook.sheets_metadata
                if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
            ]
            if len(workbook.sheet_names) > MAX_TABLES:
                raise DocumentTooLarge(name=name, limit=MAX_UNPACKED // MEGABYTE)
            return tuple(
                _grid_of(workbook.get_sheet_by_name(sheet), allowance, uncomputed.get(sheet, frozenset()))
                for sheet in visible
            )
    except PasswordError as error:
        raise DocumentEncrypted(name=name) from error
    except CalamineError as error:
        raise DocumentDamaged(name=name) from error


def _grid_of(sheet: CalamineSheet, allowance: Allowance, uncomputed: Places) -> Grid:
    last_row, last_column = sheet.end or (-1, -1)
    height = max(last_row, *(row for row, _ in uncomputed), -1) + 1
    width = max(last_column, *(column for _, column in uncomputed), -1) + 1
    allowance.take(sheet.name, rows=height, columns=width)
    values = sheet.to_python(skip_empty_area=False) if sheet.end else []
    merges = tuple(Range(*start, *end) for start, end in sheet.merged_cell_ranges or [])
    origins = {(merge.top, merge.left) for merge in merges}
    cells = tuple(
        tuple(
            Cell(
                row,
                column,
                show(values[row][column]) if row <= last_row and column <= last_column else "",
                is_merge_origin=(row, column) in origins,
                is_uncomputed=(row, column) in uncomputed,
            )
            for column in range(width)
        )
        for row in range(height)
    )
    return Grid(sheet.name, cells, merges)
