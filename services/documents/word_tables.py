"""Annexes as WordprocessingML: each on pages of its own, its table as wide as they are, its head on each.

Everything is said of each paragraph itself, so that an annex looks the same in any template.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from xml.sax.saxutils import escape

from services.core.bulletin import Annex
from services.core.printing import Percentage, PrintedCell, PrintedTable
from services.documents.cleaning import printable
from services.documents.measuring import WIDE_TEXT, head_in_two_lines, widest_line

UPRIGHT, ACROSS = 8845, 12757  # widths of the text on A4 in twips: 156 mm, and 225 mm lying across

_LARGE, _MIDDLE, _SMALL = 24, 21, 18  # of letters, in half points: 小四, 五号, 小五
_LABEL, _TITLE_SIZE = 32, 36  # 三号, 小二
_SIDES = 2 * 57 + 10  # what a cell needs beside its text
_ROW = 380  # the least height, in twips
_TEXT, _HEAVY, _TITLE, _LATIN = "仿宋_GB2312", "黑体", "方正小标宋简体", "Times New Roman"
_BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)

Span = tuple[int, int, int, int]
"""Row, column, rows and columns of a joined cell."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table lies: the size of its letters in half points, its columns' widths in twips."""

    is_across: bool
    size: int
    widths: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Look:
    font: str = _TEXT
    size: int = _LARGE
    align: str = "left"
    is_bold: bool = False
    stays: bool = False  # on one page with what comes next


@dataclass(frozen=True, slots=True)
class _Cell:
    text: str
    columns: int = 1
    rows: str = ""  # of several: "restart" is the first, "continue" each other


def annex_pages(annexes: Sequence[Annex]) -> str:
    """Write the annexes one after another; a lone one bears no number.

    ``<w:sectPr w:orient="…"/>`` says how the pages before it lie; who puts them into a document completes it.
    """
    written, was_across = [], False
    for number, annex in enumerate(annexes, start=1):
        layout = lay_out(annex.table)
        turns = was_across or layout.is_across
        if turns:
            written.append(_end_of_pages(is_across=was_across))
        label = f"附件{number}" if len(annexes) > 1 else "附件"
        written.extend(_annex(label, annex.table, layout, begins_page=not turns))
        was_across = layout.is_across
    if was_across:
        written.append(_end_of_pages(is_across=True))
    return "".join(written)


def lay_out(table: PrintedTable) -> Layout:
    """Find the largest letters with which a table fits upright, or lying across; at last squeeze it in."""
    least = [_least_width(table, column) for column in range(len(table.widths))]
    room, needed = ACROSS, [0]
    for room, size in (
        (UPRIGHT, _LARGE),
        (UPRIGHT, _MIDDLE),
        (ACROSS, _LARGE),
        (ACROSS, _MIDDLE),
        (ACROSS, _SMALL),
    ):
        needed = [signs * size * 10 + _SIDES for signs in least]
        if sum(needed) <= room:
            break
    spare, shares = max(room - sum(needed), 0), max(sum(table.widths), 1)
    widths = [need + spare * width // shares for need, width in zip(needed, table.widths, strict=True)]
    fitting = tuple(width * room // max(sum(widths), room) for width in widths)
    return Layout(is_across=room == ACROSS, size=size, widths=fitting)


def _least_width(table: PrintedTable, column: int) -> int:
    """Say how many signs a column must hold: names unbroken, heads broken once, sentences as asked."""
    asked = max(table.widths[column], 1)
    if asked >= WIDE_TEXT:
        return asked
    rows = (*table.rows, *(() if table.total is None else (table.total,)))
    body = max((widest_line(words(row[column])) for row in rows), default=0)
    heads = (cell.text for _, at, cell in table.placed_head() if at == column and cell.columns == 1)
    return min(asked * 3 // 2, max(body, 2, *(-(-widest_line(head) // 2) for head in heads)))


def words(cell: PrintedCell) -> str:
    """Write a cell as it is printed; blank stays blank."""
    match cell:
        case None:
            return ""
        case Percentage():
            return f"{cell.value:f}%"
        case Decimal():
            return f"{cell:f}"
        case _:
            return printable(str(cell))


def _annex(label: str, table: PrintedTable, layout: Layout, *, begins_page: bool) -> Iterator[str]:
    yield _paragraph(label, _Look(_HEAVY, _LABEL, stays=True), begins_page=begins_page)
    yield _paragraph("", _Look(stays=True))
    if table.title:
        yield _paragraph(
            table.title, _Look(_TITLE, _TITLE_SIZE, "center", stays=True), spacing='w:after="160"'
        )
    if table.note:
        yield _paragraph(table.note, _Look(align="right", stays=True))
    yield _table(table, layout)
    *notes, last = table.footnotes or ("",)  # between a table and the next there must be a paragraph
    for note in notes:
        yield _paragraph(note, _Look(size=_MIDDLE, stays=True), spacing='w:before="60"')
    yield _paragraph(last, _Look(size=_MIDDLE), spacing='w:before="60"')


def _table(table: PrintedTable, layout: Layout) -> str:
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in layout.widths)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(layout.widths)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{_BORDERS}</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar>'
        '<w:left w:w="57" w:type="dxa"/><w:right w:w="57" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(_rows(table, layout))}</w:tbl>"
    )


def _rows(table: PrintedTable, layout: Layout) -> Iterator[str]:
    width = len(table.widths)
    head = [[""] * width for _ in table.head]
    for row, column, cell in table.placed_head():
        room = sum(layout.widths[column : column + cell.columns]) - _SIDES
        head[row][column] = head_in_two_lines(printable(cell.text), room // (layout.size * 10))
    over = [(row, column, cell.rows, cell.columns) for row, column, cell in table.placed_head()]
    centred = [_Look(_HEAVY, layout.size, "center")] * width
    for cells in _cells(head, over):
        yield _row(cells, layout, centred, is_head=True)
    body = [[words(cell) for cell in row] for row in table.rows]
    joined = [(cell.row, cell.column, cell.rows, cell.columns) for cell in table.joined]
    looks = [
        _Look(size=layout.size, align="left" if each >= WIDE_TEXT else "center") for each in table.widths
    ]
    for number, cells in enumerate(_cells(body, joined), start=1):
        goes_on = number == len(body) and (table.total is not None or bool(table.footnotes))
        yield _row(cells, layout, [replace(look, stays=goes_on) for look in looks])
    if table.total is not None:
        total = [(column, _Cell(words(cell))) for column, cell in enumerate(table.total)]
        yield _row(
            total, layout, [replace(look, is_bold=True, stays=bool(table.footnotes)) for look in looks]
        )


def _cells(texts: Sequence[Sequence[str]], spans: Iterable[Span]) -> Iterator[list[tuple[int, _Cell]]]:
    """Give each row's cells with their columns; one that reaches down has an empty cell in each row below."""
    covered: dict[tuple[int, int], _Cell | None] = {}
    for row, column, rows, columns in spans:
        for down in range(rows):
            text, part = (texts[row][column], "restart") if down == 0 else ("", "continue")
            covered[row + down, column] = _Cell(text, columns, part if rows > 1 else "")
            covered.update(((row + down, column + right), None) for right in range(1, columns))
    for row, line in enumerate(texts):
        placed = ((column, covered.get((row, column), _Cell(text))) for column, text in enumerate(line))
        yield [(column, cell) for column, cell in placed if cell is not None]


def _row(
    cells: Iterable[tuple[int, _Cell]], layout: Layout, looks: Sequence[_Look], *, is_head: bool = False
) -> str:
    written = []
    for column, cell in cells:
        width = sum(layout.widths[column : column + cell.columns])
        span = f'<w:gridSpan w:val="{cell.columns}"/>' if cell.columns > 1 else ""
        part = f'<w:vMerge w:val="{cell.rows}"/>' if cell.rows else ""
        written.append(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}{part}'
            f'<w:vAlign w:val="center"/></w:tcPr>'
            f"{_paragraph(cell.text, looks[column])}</w:tc>"
        )
    repeated = "<w:tblHeader/>" if is_head else ""
    return (
        f'<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val="{_ROW}" w:hRule="atLeast"/>{repeated}</w:trPr>'
        f"{''.join(written)}</w:tr>"
    )


def _paragraph(text: str, look: _Look, *, spacing: str = "", begins_page: bool = False) -> str:
    letters = (
        f'<w:rPr><w:rFonts w:ascii="{_LATIN}" w:hAnsi="{_LATIN}" w:eastAsia="{look.font}" w:cs="{_LATIN}"/>'
        f'<w:b w:val="{int(look.is_bold)}"/><w:sz w:val="{look.size}"/><w:szCs w:val="{look.size}"/></w:rPr>'
    )
    lines = "<w:br/>".join(
        f'<w:t xml:space="preserve">{_inert(line)}</w:t>'
        for line in printable(text).split("\n")
        if line or text
    )
    return (
        f"<w:p><w:pPr>{'<w:keepNext/>' if look.stays else ''}{'<w:pageBreakBefore/>' if begins_page else ''}"
        '<w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/><w:snapToGrid w:val="0"/>'
        f'<w:spacing w:line="240" w:lineRule="auto" {spacing}/><w:ind w:left="0" w:right="0" w:firstLine="0" '
        f'w:firstLineChars="0"/><w:jc w:val="{look.align}"/>{letters}</w:pPr>'
        f"{f'<w:r>{letters}{lines}</w:r>' if text else ''}</w:p>"
    )


def _inert(text: str) -> str:
    """Escape a text for XML, and the signs of a template with it."""
    return escape(text, {"{": "&#123;", "}": "&#125;"})


def _end_of_pages(*, is_across: bool) -> str:
    lie = "landscape" if is_across else "portrait"
    return (
        '<w:p><w:pPr><w:snapToGrid w:val="0"/><w:spacing w:line="20" w:lineRule="exact"/>'
        f'<w:sectPr w:orient="{lie}"/></w:pPr></w:p>'
    )
