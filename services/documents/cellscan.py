"""A first pass over a worksheet's XML in constant memory: its extent, its formulas without a result.

The reader behind it allocates the whole rectangle up to the farthest cell, so two cells in opposite corners
of a sheet would ask for 17 thousand million places; that is refused here, before it is opened there.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.parsers import expat

from services.documents.limits import MAX_DEPTH, MAX_MERGES

_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_RESULTS = frozenset({"v", "is"})


class ExtentExceeded(Exception):
    """A cell lies outside the rectangle that was allowed, or there are more merges than any table has."""


@dataclass(slots=True)
class _Scan:
    max_rows: int
    max_columns: int
    row: int = -1
    column: int = -1
    has_formula: bool = False
    is_error: bool = False
    has_result: bool = False
    is_inside_result: bool = False
    merges: int = 0
    uncomputed: set[tuple[int, int]] = field(default_factory=set)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "row":
            self.row = int(attributes["r"]) - 1 if "r" in attributes else self.row + 1
            self.column = -1
        elif tag == "c":
            self._place(attributes.get("r"))
            self.has_formula = self.has_result = False
            self.is_error = attributes.get("t") == "e"
        elif tag == "f":
            self.has_formula = True
        elif tag == "mergeCell":
            self.merges += 1
            if self.merges > MAX_MERGES:
                raise ExtentExceeded
        elif tag in _RESULTS:
            self.is_inside_result = True

    def text(self, characters: str) -> None:
        if self.is_inside_result and characters:
            self.has_result = True

    def end(self, tag: str) -> None:
        tag = tag.rpartition(":")[2]
        if tag in _RESULTS:
            self.is_inside_result = False
        elif tag == "c" and (self.has_formula or self.has_result):
            if not (0 <= self.row < self.max_rows and 0 <= self.column < self.max_columns):
                raise ExtentExceeded
            if self.is_error or not self.has_result:
                self.uncomputed.add((self.row, self.column))

    def _place(self, reference: str | None) -> None:
        match = _REFERENCE.fullmatch(reference or "")
        if match is None:
            self.column += 1
            return
        self.column = 0
        for letter in match[1]:
            self.column = self.column * 26 + ord(letter) - ord("A") + 1
        self.column -= 1
        self.row = int(match[2]) - 1


def scan_cells(xml: bytes, *, max_rows: int, max_columns: int) -> frozenset[tuple[int, int]]:
    """Give the places (row, column from 0) of formulas saved without a result, or with an error for one.

    Raises:
        ExtentExceeded: a cell with content lies beyond the bounds, or there are too many merges.
        ValueError: not XML that a spreadsheet would write.
    """
    scan = _Scan(max_rows, max_columns)
    feed(xml, scan.start, scan.end, scan.text)
    return frozenset(scan.uncomputed)


def feed(
    xml: bytes,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Parse a whole part; ValueError for what no spreadsheet writes: a document type, or a deep nest."""
    depth = 0

    def opened(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            raise ValueError("elements nested too deeply")
        start(tag, attributes)

    def closed(tag: str) -> None:
        nonlocal depth
        depth -= 1
        if end is not None:
            end(tag)

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_document_type
    parser.StartElementHandler = opened
    parser.EndElementHandler = closed
    parser.CharacterDataHandler = text
    try:
        parser.Parse(xml, True)  # noqa: FBT003 - expat takes it by position only
    except (expat.ExpatError, LookupError) as error:  # LookupError: an encoding nobody knows
        raise ValueError(str(error)) from error


def _refuse_document_type(*_arguments: object) -> None:
    raise ValueError("document type")
