"""What each column is about: told by the words of its head, else by what stands in it."""

from collections.abc import Iterator
from dataclasses import replace

from models.enums import Cadence, DutyKind
from services.core.sheets.context import Context
from services.core.sheets.grid import Grid
from services.core.sheets.head_words import Each, HeadWords, Measure, Months, take_apart
from services.core.sheets.heads import Head, HeadCell
from services.core.sheets.notebook import Notebook
from services.core.sheets.rows import Body
from services.core.sheets.understanding import Column, Meaning, SheetCategory
from services.core.sheets.vocabulary import (
    BONUS,
    CADENCES,
    HEAD_SPAN,
    NOT_COUNTED,
    TIME_IN_NAME,
    UNNAMED_CATEGORY,
)
from services.core.sheets.words import find_count, find_quota, is_exempt, plain

_SHORTEST_RULE = 6
_LONGEST_NAME = 100
_BESIDE = {Measure.ACCEPTED: Meaning.MONTH_ACCEPTED, Measure.ERRORS: Meaning.MONTH_ERRORS}
_SILENT = {
    Measure.DIVISION: Meaning.DIVISION,
    Measure.IGNORED: Meaning.IGNORED,
    Measure.TOTAL: Meaning.TOTAL,
}


def read_columns(
    grid: Grid, head: Head, body: Body, context: Context, notebook: Notebook
) -> tuple[Column, ...]:
    """Give every column its meaning, in order; what is not understood is ignored and doubted."""
    units = {block.unit_column for block in head.blocks}
    numbers = {block.number_column for block in head.blocks}
    reader = _ColumnReader(grid, body, context, notebook)
    columns = []
    for cell in head.cells:
        if cell.column in units:
            columns.append(_column(grid, cell, Meaning.UNIT))
        elif cell.column in numbers:
            columns.append(_column(grid, cell, Meaning.NUMBER))
        else:
            columns.append(reader.read(cell))
    return tuple(_with_counts_beside(list(_with_distinct_categories(columns)), notebook))


def _column(grid: Grid, cell: HeadCell, meaning: Meaning, category: SheetCategory | None = None) -> Column:
    return Column(grid.column_name(cell.column), cell.address, cell.heading, meaning, category)


class _ColumnReader:
    """Reads the columns of one table that are neither units nor their numbers."""

    def __init__(self, grid: Grid, body: Body, context: Context, notebook: Notebook) -> None:
        self._grid = grid
        self._body = body
        self._context = context
        self._notebook = notebook

    def read(self, cell: HeadCell) -> Column:
        """Read one column: the words of its head come first, then what stands in it."""
        words = take_apart(cell.heading)
        texts = [
            text
            for line in self._body.lines_of(cell.column)
            if (text := self._grid.text_at(line.row, cell.column))
        ]
        if words.measure in _SILENT:
            return self._of(cell, _SILENT[words.measure], None)
        if words.measure is Measure.TARGET and any(map(_has_span, texts)):
            return self._quota(cell, words)
        if not texts and not self._is_uncomputed(cell):
            if words.measure or words.span:
                self._notebook.remark(cell.address, "column_blank", heading=cell.leaf)
            return self._ignored(cell)
        if words.measure is None and not isinstance(words.span, Months):
            return self._by_content(cell, words, texts)
        return self._measured(cell, words, texts)

    def _measured(self, cell: HeadCell, words: HeadWords, texts: list[str]) -> Column:
        """A column of numbers whose head names a span or a measure."""
        is_dated = any(TIME_IN_NAME.search(plain(name)) for name in words.names)
        if words.measure in _BESIDE:
            return self._beside(cell, words)
        if words.measure is Measure.FOREIGN or is_dated or NOT_COUNTED.match(plain(cell.leaf)):
            return self._unknown(cell)
        if words.measure is None and not _are_numbers(texts):
            return self._by_content(cell, words, texts)
        if words.measure is Measure.TARGET:
            return self._target(cell, words)
        months = self._months(words)
        if months is None and words.span is Each.YEAR:
            meaning = Meaning.YEAR_RATE if words.measure is Measure.RATE else Meaning.YEAR_COUNT
            return self._of(cell, meaning, self._category(cell, words))
        return self._of_months(cell, words, months)

    def _beside(self, cell: HeadCell, words: HeadWords) -> Column:
        """What was accepted of a month's count, or the mistakes found in it."""
        months = self._months(words)
        is_one = months is not None and months.first == months.last
        if self._is_of_quarter(words):
            self._doubt_month(cell, words)
            return self._ignored(cell)
        if months is None or not is_one or months.year not in {None, self._context.year}:
            return self._unknown(cell)
        column = self._of(cell, _BESIDE[words.measure or Measure.COUNT], self._category(cell, words))
        return replace(column, month=months.last, first_month=months.first)

    def _of_months(self, cell: HeadCell, words: HeadWords, months: Months | None) -> Column:
        """A count or a rate of one month, or of several together."""
        is_rate = words.measure is Measure.RATE
        expected = self._context.year
        if months is None:
            if not is_rate:  # a rate is only compared, so nothing is lost
                self._doubt_month(cell, words)
            return self._ignored(cell)
        if months.year not in {None, expected}:
            self._notebook.doubt(cell.address, "head_year_differs", heading=cell.leaf, expected=expected)
            return self._ignored(cell)
        if months.first == months.last:
            meaning = Meaning.MONTH_RATE if is_rate else Meaning.MONTH_COUNT
        else:
            meaning = Meaning.YEAR_RATE if is_rate else Meaning.YEAR_COUNT
        column = self._of(cell, meaning, self._category(cell, words))
        return replace(column, month=months.last, first_month=months.first)

    def _doubt_month(self, cell: HeadCell, words: HeadWords) -> None:
        if self._is_of_quarter(words):
            self._notebook.doubt(cell.address, "quarter_unplaced", heading=cell.leaf)
        else:
            self._notebook.doubt(cell.address, "month_unknown", heading=cell.leaf)

    def _is_of_quarter(self, words: HeadWords) -> bool:
        return words.span is None and self._context.quarter > 0 and self._context.month is None

    def _target(self, cell: HeadCell, words: HeadWords) -> Column:
        cadence = _cadence_of(cell, words) or self._context.cadence
        months = words.span if isinstance(words.span, Months) else None
        if months is not None and months.first == months.last:
            column = self._of(cell, Meaning.MONTHLY_TARGET, self._category(cell, words))
            month = months.last or self._context.month
            return replace(column, month=month, is_per_account=words.is_per_account)
        if cadence is None:
            self._notebook.doubt(cell.address, "target_span_unknown", heading=cell.leaf)
            return self._ignored(cell)
        meaning = Meaning.MONTHLY_TARGET if cadence is Cadence.MONTHLY else Meaning.YEARLY_TARGET
        column = self._of(cell, meaning, self._category(cell, words))
        return replace(column, is_per_account=words.is_per_account)

    def _by_content(self, cell: HeadCell, words: HeadWords, texts: list[str]) -> Column:
        if not words.names or len(cell.leaf) > _LONGEST_NAME:
            return self._unknown(cell)
        if _are_quotas(cell, texts):
            return self._quota(cell, words)
        category = self._category(cell, words)
        if _are_numbers(texts) and not NOT_COUNTED.match(plain(cell.leaf)):
            return self._numbered(cell, words, category)
        rules = [text for text in texts if len(plain(text)) >= _SHORTEST_RULE and find_quota(text) is None]
        if 2 * len(rules) >= len(texts):
            kind = DutyKind.BONUS if any(BONUS.search(text) for text in rules) else DutyKind.DUTY
            return replace(self._of(cell, Meaning.DUTY, category), duty_kind=kind)
        return self._unknown(cell)

    def _numbered(self, cell: HeadCell, words: HeadWords, category: SheetCategory) -> Column:
        """Bare numbers under the name of a category: quotas of a named span, or the named month's counts."""
        cadence = _cadence_of(cell, words) or self._context.cadence
        month = self._context.month
        if words.span is Each.YEAR or TIME_IN_NAME.search(plain(words.names[-1])):
            return self._unknown(cell)  # owed or done, and when?
        if cadence is not None:
            return self._quota(cell, words)
        if month is not None:
            return replace(self._of(cell, Meaning.MONTH_COUNT, category), month=month, first_month=month)
        return self._unknown(cell)

    def _quota(self, cell: HeadCell, words: HeadWords) -> Column:
        cadence = _cadence_of(cell, words) or self._context.cadence
        column = self._of(cell, Meaning.QUOTA, self._category(cell, words))
        return replace(column, cadence=cadence, is_per_account=words.is_per_account)

    def _months(self, words: HeadWords) -> Months | None:
        """Give the months of a head; "本月", or no span at all, is the one month the sheet is about."""
        if isinstance(words.span, Months) and not words.span.is_this:
            return words.span
        month = self._context.month
        if isinstance(words.span, Each) or month is None:
            return None
        return Months(month, month)

    def _category(self, cell: HeadCell, words: HeadWords) -> SheetCategory:
        """Name what is counted: the lowest name of the head, else what the title speaks of."""
        if words.names:
            *upper, name = words.names
            division, area = upper[1] if len(upper) > 1 else "", upper[0] if upper else ""
            return SheetCategory(name[:_LONGEST_NAME], division[:_LONGEST_NAME], area[:_LONGEST_NAME])
        name = self._context.subject
        if not name or len(name) > _LONGEST_NAME:
            name = UNNAMED_CATEGORY
            self._notebook.doubt(cell.address, "category_unnamed", category=name)
        return SheetCategory(name)

    def _is_uncomputed(self, cell: HeadCell) -> bool:
        lines = self._body.lines_of(cell.column)
        return any(self._grid.cell_at(line.row, cell.column).is_uncomputed for line in lines)

    def _of(self, cell: HeadCell, meaning: Meaning, category: SheetCategory | None) -> Column:
        return _column(self._grid, cell, meaning, category)

    def _ignored(self, cell: HeadCell) -> Column:
        return self._of(cell, Meaning.IGNORED, None)

    def _unknown(self, cell: HeadCell) -> Column:
        self._notebook.doubt(cell.address, "column_unknown", heading=cell.leaf[:_LONGEST_NAME])
        return self._ignored(cell)


def _cadence_of(cell: HeadCell, words: HeadWords) -> Cadence | None:
    """Give the cadence a head names, 每月 or （条/年）."""
    if isinstance(words.span, Each):
        return Cadence.MONTHLY if words.span is Each.MONTH else Cadence.YEARLY
    for text in reversed(cell.heading):
        if match := HEAD_SPAN.search(plain(text)):
            return CADENCES[match["span"] or match["each"]]
    return None


def _are_quotas(cell: HeadCell, texts: list[str]) -> bool:
    """Tell whether texts, of which there are some, are quotas ("2条/月") or dashes, at least half of them."""
    is_named = any(HEAD_SPAN.search(plain(text)) for text in cell.heading[-1:])
    quotas = [text for text in texts if _has_span(text) or (is_named and find_quota(text))]
    exempt = [text for text in texts if is_exempt(text)]
    return bool(quotas or len(exempt) == len(texts)) and 2 * (len(quotas) + len(exempt)) >= len(texts)


def _has_span(text: str) -> bool:
    quota = find_quota(text)
    return quota is not None and quota.span != ""


def _are_numbers(texts: list[str]) -> bool:
    """Tell whether at least half of the texts are whole numbers or dashes, and not dashes alone."""
    numbers = [text for text in texts if find_count(text) is not None]
    exempt = [text for text in texts if is_exempt(text)]
    return bool(numbers) and 2 * (len(numbers) + len(exempt)) >= len(texts)


def _with_counts_beside(columns: list[Column], notebook: Notebook) -> Iterator[Column]:
    """Take what was accepted, and mistakes, only where the count that they belong to stands beside them."""
    counted = {
        (one.category.name, one.month)
        for one in columns
        if one.category and one.meaning is Meaning.MONTH_COUNT
    }
    for one in columns:
        is_beside = one.meaning in _BESIDE.values() and one.category is not None
        if is_beside and one.category and (one.category.name, one.month) not in counted:
            notebook.doubt(one.address, "column_unknown", heading=one.heading[-1][:_LONGEST_NAME])
            yield replace(one, meaning=Meaning.IGNORED, category=None, month=None, first_month=None)
        else:
            yield one


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
        yield replace(column, category=replace(category, name=name))
