"""Word documents (.docx): every table to a grid, with the paragraphs around it.

Read from the document's own tree: the library's cells walk up a merge recursively, once for every row.
"""

from collections.abc import Iterator
from typing import Any

from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml

from services.core.sheets.grid import Cell, Grid, Range
from services.documents.archive import Archive
from services.documents.cleaning import clean
from services.documents.errors import DocumentDamaged
from services.documents.limits import (
    MAX_COLUMNS,
    MAX_ROWS,
    MAX_TABLES,
    MAX_WORD_UNPACKED,
    Allowance,
    too_large,
)

_BODY = "word/document.xml"
_TABLE, _ROW, _CELL, _PARAGRAPH = qn("w:tbl"), qn("w:tr"), qn("w:tc"), qn("w:p")
_WRAPPERS = frozenset({qn("w:sdt"), qn("w:sdtContent"), qn("w:customXml"), qn("w:ins"), qn("w:smartTag")})
_TEXT, _BREAKS, _TAB = qn("w:t"), frozenset({qn("w:br"), qn("w:cr")}), qn("w:tab")


def read_docx(archive: Archive, name: str) -> tuple[Grid, ...]:
    """Read the tables of a .docx; only its body is unpacked, never pictures or macros."""
    xml = archive.unpack(lambda part: part == _BODY, MAX_WORD_UNPACKED)[_BODY]
    try:
        root: Any = parse_xml(xml)
    except (SyntaxError, ValueError) as error:  # the parser's errors are syntax errors
        raise DocumentDamaged(name=name) from error
    if root.getroottree().docinfo.doctype:  # no word processor writes one
        raise DocumentDamaged(name=name)
    blocks = [block for body in root.iterchildren(qn("w:body")) for block in _unwrapped(body)]
    places = [i for i, block in enumerate(blocks) if block.tag == _TABLE]
    if len(places) > MAX_TABLES:
        raise too_large(name, MAX_WORD_UNPACKED)
    allowance = Allowance(name)
    grids = []
    for number, (before, place) in enumerate(zip([-1, *places], places, strict=False), start=1):
        above = _lines(blocks[before + 1 : place])
        below = _lines(blocks[place + 1 :]) if number == len(places) else ()
        grids.append(_grid_of(blocks[place], f"表{number}", above, below, allowance))
    return tuple(grids)


def _unwrapped(parent: Any) -> Iterator[Any]:
    for child in parent.iterchildren():
        if child.tag in _WRAPPERS:
            yield from _unwrapped(child)
        else:
            yield child


def _lines(blocks: list[Any]) -> tuple[str, ...]:
    texts = (clean(_paragraph_text(block)) for block in blocks if block.tag == _PARAGRAPH)
    return tuple(text for text in texts if text)


def _paragraph_text(paragraph: Any) -> str:
    return "".join(
        "\n" if node.tag in _BREAKS else " " if node.tag == _TAB else node.text or ""
        for node in paragraph.iter(_TEXT, _TAB, *_BREAKS)
    )


def _grid_of(
    table: Any, title: str, above: tuple[str, ...], below: tuple[str, ...], allowance: Allowance
) -> Grid:
    spans, texts = _spans_of(table, title, allowance)
    height = max((span.bottom + 1 for span in spans), default=0)
    width = max((span.right + 1 for span in spans), default=0)
    allowance.take(title, rows=height, columns=width)
    merges = tuple(span for span in spans if span.area > 1)
    origins = {(merge.top, merge.left) for merge in merges}
    cells = tuple(
        tuple(Cell(i, j, texts.get((i, j), ""), is_merge_origin=(i, j) in origins) for j in range(width))
        for i in range(height)
    )
    return Grid(title, cells, merges, above, below)


def _spans_of(table: Any, title: str, allowance: Allowance) -> tuple[list[Range], dict[tuple[int, int], str]]:
    """Give the rectangle and the text of every cell; cells continued downwards become one."""
    spans: dict[tuple[int, int], Range] = {}
    texts: dict[tuple[int, int], str] = {}
    previous: dict[int, Range] = {}  # the row above, by left column
    for row, tr in enumerate(node for node in _unwrapped(table) if node.tag == _ROW):
        current: dict[int, Range] = {}
        column = _number(tr, "w:trPr", "w:gridBefore")
        for tc in (node for node in _unwrapped(tr) if node.tag == _CELL):
            right = column + max(_number(tc, "w:tcPr", "w:gridSpan"), 1) - 1
            if row >= MAX_ROWS or right >= MAX_COLUMNS:
                raise allowance.exceeded(title)
            upper = previous.get(column) if _is_continued(tc) else None
            span = Range(upper.top if upper else row, column, row, right)
            spans[span.top, span.left] = current[column] = span
            if upper is None:
                texts[row, column] = clean("\n".join(_paragraph_text(p) for p in tc.iterchildren(_PARAGRAPH)))
            column = right + 1
        previous = current
    return list(spans.values()), texts


def _is_continued(tc: Any) -> bool:
    node = tc.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
    return node is not None and node.get(qn("w:val"), "continue") == "continue"


def _number(element: Any, *path: str) -> int:
    node = element.find("/".join(qn(step) for step in path))
    value = node.get(qn("w:val"), "") if node is not None else ""
    return int(value) if value.isascii() and value.isdigit() and len(value) < 6 else 0
