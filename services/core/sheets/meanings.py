"""What each column is about: told by its head where the words are known, else by what stands in it."""

from collections.abc import Iterator

from models.enums import DutyKind
from services.core.sheets.grid import Grid, column_letter
from services.core.sheets.heads import Head, HeadCell
from services.core.sheets.notebook import Notebook
from services.core.sheets.rows import Body
from services.core.sheets.understanding import Column, Meaning, SheetCategory
from services.core.sheets.vocabulary import (
    BONUS,
    COLUMN_MEANINGS,
    HEAD_ASIDE,
    HEAD_SPAN,
    TITLE_MONTH,
    UNNAMED_CATEGORY,
    subject_of,
)
from services.core.sheets.words import find_quota, is_exempt, label, plain

_MEASURES = frozenset(
    {
        Meaning.MONTHLY_TARGET,
        Meaning.YEARLY_TARGET,
        Meaning.MONTH_COUNT,
        Meaning.YEAR_COUNT,
        Meaning.MONTH_RATE,
        Meaning.YEAR_RATE,
    }
)
_SHORTEST_RULE = 6
_LONGEST_NAME = 100


def read_columns(grid: Grid, head: Head, body: Body, title: str, notebook: Notebook) -> tuple[Column, ...]:
    """Give every column its meaning, in order; what is not understood is ignored and doubted."""
    units = {block.unit_column for block in head.blocks}
    numbers = {block.number_column for block in head.blocks}
    columns = []
    for cell in head.cells:
        if cell.column in units:
            columns.append(_column(cell, Meaning.UNIT))
        elif cell.column in numbers:
            columns.append(_column(cell, Meaning.NUMBER))
        else:
            columns.append(_by_head(cell, title, notebook) or _by_content(grid, cell, body, notebook))
    return tuple(_with_distinct_categories(columns))


def _column(cell: HeadCell, meaning: Meaning) -> Column:
    return Column(column_letter(cell.column), cell.address, cell.heading, meaning)


def _by_head(cell: HeadCell, title: str, notebook: Notebook) -> Column | None:
    leaf = HEAD_ASIDE.sub("", plain(cell.leaf))
    for meaning, pattern in COLUMN_MEANINGS:
        match = pattern.fullmatch(leaf)
        if match is None:
            continue
        if meaning not in _MEASURES:
            return _column(cell, meaning)
        month = None
        if meaning in {Meaning.MONTH_COUNT, Meaning.MONTH_RATE}:
            month = _month_of(match["month"], title)
            if month is None:
                notebook.doubt(cell.address, "month_unknown", heading=cell.leaf)
                return _column(cell, Meaning.IGNORED)
        category = _measured_category(cell, title, notebook)
        return Column(column_letter(cell.column), cell.address, cell.heading, meaning, category, month)
    return None


def _month_of(printed: str | None, title: str) -> int | None:
    """The month a head names; "本月" is the one month the title names."""
    if printed:
        return int(printed)
    months = TITLE_MONTH.findall(title)
    return int(months[0]) if len(months) == 1 else None


def _measured_category(cell: HeadCell, title: str, notebook: Notebook) -> SheetCategory:
    """What is measured: the head above, else what the title speaks of."""
    if len(cell.heading) > 1:
        return _category(cell.heading[:-1])
    name = subject_of(title)
    if not name or len(name) > _LONGEST_NAME:
        name = UNNAMED_CATEGORY
        notebook.doubt(cell.address, "category_unnamed", category=name)
    return SheetCategory(name)


def _by_content(grid: Grid, cell: HeadCell, body: Body, notebook: Notebook) -> Column:
    texts = [text for line in body.lines_of(cell.column) if (text := grid.text_at(line.row, cell.column))]
    if not texts:
        return _column(cell, Meaning.IGNORED)
    has_span = HEAD_SPAN.search(plain(cell.leaf)) is not None
    quotas = [quota for text in texts if (quota := find_quota(text)) and (quota.span or has_span)]
    exempt = [text for text in texts if is_exempt(text)]
    rules = [text for text in texts if len(plain(text)) >= _SHORTEST_RULE and find_quota(text) is None]
    if cell.leaf and len(cell.leaf) <= _LONGEST_NAME:
        if (quotas or len(exempt) == len(texts)) and 2 * (len(quotas) + len(exempt)) >= len(texts):
            return _categorised(cell, Meaning.QUOTA)
        if 2 * len(rules) >= len(texts):
            kind = DutyKind.BONUS if any(BONUS.search(text) for text in rules) else DutyKind.DUTY
            return _categorised(cell, Meaning.DUTY, kind)
    notebook.doubt(cell.address, "column_unknown", heading=cell.leaf[:_LONGEST_NAME])
    return _column(cell, Meaning.IGNORED)


def _categorised(cell: HeadCell, meaning: Meaning, kind: DutyKind | None = None) -> Column:
    category = _category(cell.heading)
    return Column(column_letter(cell.column), cell.address, cell.heading, meaning, category, duty_kind=kind)


def _category(heading: tuple[str, ...]) -> SheetCategory:
    """Name a category by its lowest head; the one between is its division, the highest its area."""
    *upper, leaf = heading
    name = label(HEAD_SPAN.sub("", leaf)) or leaf
    return SheetCategory(name, upper[1] if len(upper) > 1 else "", upper[0] if upper else "")


def _with_distinct_categories(columns: list[Column]) -> Iterator[Column]:
    """Put the head above before a name that stands under several of them (网站·动态, 新媒体·动态)."""
    owners: dict[str, set[SheetCategory]] = {}
    for column in columns:
        if column.category:
            owners.setdefault(column.category.name, set()).add(column.category)
    for column in columns:
        category = column.category
        if category is None or len(owners[category.name]) == 1:
            yield column
            continue
        above = category.division or category.area
        name = f"{above}·{category.name}" if above else category.name
        distinct = SheetCategory(name, category.division, category.area)
        yield Column(
            column.letter,
            column.address,
            column.heading,
            column.meaning,
            distinct,
            column.month,
            column.duty_kind,
        )


def heading_span(column: Column) -> str:
    """Give the span a head names for its whole column, 月 or 年; "" for none."""
    match = HEAD_SPAN.search(plain(column.heading[-1])) if column.heading else None
    return (match["span"] or match["each"]) if match else ""
