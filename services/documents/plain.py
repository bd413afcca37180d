"""Text tables (.csv and its kin) to a grid; the encoding and the separator are found, not asked for."""

import csv
import io
import unicodedata

from services.core.sheets.grid import Cell, Grid
from services.documents.cleaning import clean
from services.documents.errors import DocumentDamaged, DocumentKindUnknown
from services.documents.limits import MAX_COLUMNS, MAX_ROWS, MAX_TEXT, Allowance, too_large

_ENCODINGS = ("utf-8-sig", "gb18030")
_SEPARATORS = (",", "\t", ";", "，")
_NO_TEXT = (b"%PDF", b"{\\rtf")  # written in letters, but no tables
_LINE_CONTROLS = frozenset("\t\n\r\f")


def read_plain(content: bytes, name: str) -> tuple[Grid, ...]:
    """Read one text table.

    Raises:
        DocumentKindUnknown: the bytes are no text in UTF-8, UTF-16 with its mark or GB18030, or a web page.
    """
    if len(content) > MAX_TEXT:
        raise too_large(name, MAX_TEXT)
    text = _decode(content, name)
    separator = max(_SEPARATORS, key=lambda mark: _regularity(text, mark))
    rows: list[list[str]] = []
    allowance = Allowance(name)
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            if len(rows) == MAX_ROWS or len(row) > MAX_COLUMNS:
                raise allowance.exceeded(name)
            rows.append([clean(value) for value in row])
    except csv.Error as error:
        raise DocumentDamaged(name=name) from error
    width = max((len(row) for row in rows), default=0)
    allowance.take(name, rows=len(rows), columns=width)
    cells = tuple(
        tuple(Cell(i, j, row[j] if j < len(row) else "") for j in range(width)) for i, row in enumerate(rows)
    )
    return (Grid(name, cells),)


def _decode(content: bytes, name: str) -> str:
    if content.startswith(_NO_TEXT):
        raise DocumentKindUnknown(name=name)
    encodings = ("utf-16",) if content.startswith((b"\xff\xfe", b"\xfe\xff")) else _ENCODINGS
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if text.lstrip().startswith("<") or any(
            unicodedata.category(c) == "Cc" and c not in _LINE_CONTROLS for c in text[:4096]
        ):
            break
        return text
    raise DocumentKindUnknown(name=name)


def _regularity(text: str, separator: str) -> tuple[int, int]:
    """How well a separator explains the text: lines that agree on the commonest width, then that width."""
    counts = [line.count(separator) for line in text.splitlines()[:100] if line.strip()]
    widths = [count for count in counts if count]
    if not widths:
        return (0, 0)
    commonest = max(set(widths), key=lambda width: (widths.count(width), width))
    return (widths.count(commonest), commonest)
