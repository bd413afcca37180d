"""Spreadsheets: .xlsx and .xls to grids; the reader itself runs in a process of its own."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.core.sheets import export_words
from services.core.sheets.grid import Cell, Grid, Range
from services.documents.archive import Archive
from services.documents.cellscan import ExtentExceeded, feed, scan_cells
from services.documents.cleaning import clean, show
from services.documents.errors import DocumentDamaged, DocumentEncrypted
from services.documents.limits import (
    MAX_CELLS,
    MAX_CHARACTERS,
    MAX_COLUMNS,
    MAX_MERGES,
    MAX_ROWS,
    MAX_TABLES,
    MAX_UNPACKED,
    READER_MEMORY,
    READER_SECONDS,
    Allowance,
    too_large,
)

Places = frozenset[tuple[int, int]]

_CHILD = Path(__file__).with_name("workbook_child.py")
_OUT_OF_BOUNDS = frozenset({-signal.SIGABRT, -signal.SIGXCPU, -signal.SIGKILL, -signal.SIGSEGV})
_LONGEST_SHEET_NAME = 31  # as spreadsheets allow
_WORKBOOK = "xl/workbook.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"
_NEVER_READ = ("xl/media/", "xl/theme/", "xl/drawings/", "xl/charts/", "xl/externalLinks/", "xl/pivot")


@dataclass(frozen=True, slots=True)
class Workbook:
    """The visible worksheets, the names of the hidden ones, and in an exported workbook of the unread."""

    sheets: tuple[Grid, ...]
    hidden: tuple[str, ...]
    unread: tuple[str, ...] = ()


def read_xlsx(archive: Archive, content: bytes, name: str) -> Workbook:
    """Read the visible worksheets of an .xlsx; only the parts that hold cells are unpacked, never macros.

    Of a workbook that was exported from here only the sheets that are read back: the others may have a line
    for each of fifty thousand submissions.
    """
    try:
        sheets = _sheet_parts(archive.unpack((_WORKBOOK, _RELATIONS).__contains__, MAX_UNPACKED), name)
        unread = _unread(sheets)
        left_out = {part for sheet, part in sheets.items() if sheet in unread}
        parts = archive.unpack(lambda part: _holds_cells(part) and part not in left_out, MAX_UNPACKED)
        uncomputed = _scan_sheets(sheets, parts, name)
    except ValueError as error:
        raise DocumentDamaged(name=name) from error
    return _read(content, name, uncomputed, unread)


def read_xls(content: bytes, name: str) -> Workbook:
    """Read the visible worksheets of an .xls."""
    return _read(content, name, {}, ())


def _holds_cells(part: str) -> bool:
    return part.startswith("xl/") and part.endswith((".xml", ".rels")) and not part.startswith(_NEVER_READ)


def _sheet_parts(parts: Mapping[str, bytes], name: str) -> dict[str, str]:
    """Give the part in which each sheet is kept, in the workbook's order."""
    targets = {
        attributes.get("Id", ""): attributes.get("Target", "")
        for attributes in _attributes_of(parts.get(_RELATIONS, b""), "Relationship")
    }
    sheets = _attributes_of(parts.get(_WORKBOOK, b""), "sheet")
    if len(sheets) > MAX_TABLES:
        raise too_large(name)
    found = {}
    for attributes in sheets:
        relation = next((value for key, value in attributes.items() if key.endswith(":id")), "")
        target = targets.get(relation, "").lstrip("/")
        found[attributes.get("name", "")] = target if target.startswith("xl/") else f"xl/{target}"
    return found


def _unread(sheets: Iterable[str]) -> tuple[str, ...]:
    names = tuple(sheets)
    is_exported = names[:1] == (export_words.COVER,)
    return tuple(each for each in names if not export_words.is_read_back(each)) if is_exported else ()


def _scan_sheets(sheets: Mapping[str, str], parts: Mapping[str, bytes], name: str) -> dict[str, Places]:
    uncomputed = {}
    for sheet, part in sheets.items():
        xml = parts.get(part)
        if xml is None:
            continue
        try:
            uncomputed[sheet] = scan_cells(xml, max_rows=MAX_ROWS, max_columns=MAX_COLUMNS)
        except ExtentExceeded as error:
            raise Allowance(name).exceeded(sheet) from error
    return uncomputed


def _attributes_of(xml: bytes, tag: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []

    def start(element: str, attributes: dict[str, str]) -> None:
        if element.rpartition(":")[2] == tag:
            found.append(attributes)

    feed(xml, start)
    return found


def _read(content: bytes, name: str, uncomputed: Mapping[str, Places], unread: tuple[str, ...]) -> Workbook:
    answer = _ask_child(content, name, unread)
    allowance = Allowance(name)
    if "encrypted" in answer:
        raise DocumentEncrypted(name=name)
    if "exceeded" in answer:
        raise allowance.exceeded(answer["exceeded"])
    sheets = (
        _grid_of(sheet, allowance, uncomputed.get(sheet["name"], frozenset())) for sheet in answer["sheets"]
    )
    return Workbook(tuple(sheets), tuple(map(_sheet_name, answer["hidden"])), tuple(map(_sheet_name, unread)))


def _ask_child(content: bytes, name: str, unread: tuple[str, ...]) -> Any:
    bounds = (
        *(MAX_ROWS, MAX_COLUMNS, MAX_CELLS, MAX_CHARACTERS, MAX_MERGES),
        *(READER_MEMORY, READER_SECONDS),
    )
    command = [sys.executable, "-I", str(_CHILD), *(str(bound) for bound in bounds), json.dumps(unread)]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and file, no text of anybody's
            command, input=content, capture_output=True, env={}, timeout=2 * READER_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise too_large(name) from error
    if done.returncode in _OUT_OF_BOUNDS or b"MemoryError" in done.stderr:
        raise too_large(name)
    if done.returncode:
        raise DocumentDamaged(name=name)
    return json.loads(done.stdout)


def _grid_of(sheet: Mapping[str, Any], allowance: Allowance, uncomputed: Places) -> Grid:
    values: list[list[Any]] = sheet["rows"]
    texts = {(i, j): show(value) for i, row in enumerate(values) for j, value in enumerate(row)}
    height = max(len(values), *(row + 1 for row, _ in uncomputed), 0)
    width = max(len(values[0]) if values else 0, *(column + 1 for _, column in uncomputed), 0)
    allowance.take(sheet["name"], rows=height, columns=width)
    merges = tuple(Range(*start, *end) for start, end in sheet["merges"])
    origins = {(merge.top, merge.left) for merge in merges}
    cells = tuple(
        tuple(
            Cell(i, j, texts.get((i, j), ""), (i, j) in origins, (i, j) in uncomputed) for j in range(width)
        )
        for i in range(height)
    )
    return Grid(_sheet_name(sheet["name"]), cells, merges)


def _sheet_name(printed: str) -> str:
    return clean(printed).replace("\n", " ")[:_LONGEST_SHEET_NAME]
