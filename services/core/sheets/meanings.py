"""What each column is about: told by its head where the words are known, else by what stands in it."""

import re
from collections.abc import Iterator

from models.enums import DutyKind
from services.core.sheets.grid import Grid, column_letter
from services.core.sheets.heads import Head, HeadCell
from services.core.sheets.notebook import Notebook
from services.core.sheets.rows import Body
from services.core.sheets.understanding import Column, Meaning, SheetCategory
from services.core.sheets.words import find_quota, is_exempt, label, plain

_AMOUNT = r"(?:数量|条数|数|量|情况|条)?"
_GOAL = rf"(?:基本)?(?:工作)?(?:任务|目标|应发布?|应完成|应报送?){_AMOUNT}"
_ACT = r"(?:已|实际)?(?:发布|完成|报送|公开|更新|上报|信息|报)"
_MONTH = r"(?:(?P<month>1[0-2]|0?[1-9])月份?|本月|当月)"
_YEAR = r"(?:当年|全年|本年度?|年度?|20\d\d年度?|累计|全年累计|当年累计|年度累计|截至目前)"
_RATE = r"(?:任务)?(?:完成|达标|进度)?(?:比例|比|率|进度|占比|百分比)"
_MEANINGS = (
    (Meaning.MONTHLY_TARGET, re.compile(rf"(?:每个?月|月均|月度?|当月|本月){_GOAL}")),
    (Meaning.YEARLY_TARGET, re.compile(rf"(?:每年|{_YEAR}){_GOAL}")),
    (Meaning.MONTH_COUNT, re.compile(rf"{_MONTH}(?:{_ACT})?{_AMOUNT}")),
    (Meaning.YEAR_COUNT, re.compile(rf"{_YEAR}(?:{_ACT}){_AMOUNT}")),
    (Meaning.MONTH_RATE, re.compile(rf"{_MONTH}{_RATE}")),
    (Meaning.YEAR_RATE, re.compile(rf"{_YEAR}{_RATE}")),
    (Meaning.DIVISION, re.compile(r"类别|类型|组别|分组|分类|单位(?:类别|类型|性质)|片区")),
    (Meaning.IGNORED, re.compile(r"备注|说明|排名|名次|位次|排序|联系人|联系电话|电话|负责人|签字")),
)
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
_ASIDE = re.compile(r"[(（][^()（）]*[)）]")
_PER_SPAN = re.compile(r"[(（]?(?:条|篇|次|件|个)?[/每](?P<span>月|年)[)）]?|[(（]每(?P<each>月|年)[)）]")
_BONUS = re.compile(r"加分|奖励|奖分")
_SHORTEST_RULE = 6
_LONGEST_NAME = 100
_TITLE_PREFIX = re.compile(
    r"^.{0,12}?[市县区旗](?=\d{4}年|各|责任)|^(?:20\d\d年度?)?(?:\d{1,2}月份?)?(?:各|全[市县区])?(?:责任|有关|相关)?(?:单位|部门)?"
)
_TITLE_SUFFIX = re.compile(
    r"(?:工作)?(?:任务)?(?:完成|进展|发布|统计|公布)?(?:情况|进度)?(?:统计|一览|汇总|明细|通报|公示|月报)*表?$"
)
_TITLE_MONTH = re.compile(r"(1[0-2]|0?[1-9])月")


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
    leaf = _ASIDE.sub("", plain(cell.leaf))
    for meaning, pattern in _MEANINGS:
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
    months = _TITLE_MONTH.findall(title)
    return int(months[0]) if len(months) == 1 else None


def _measured_category(cell: HeadCell, title: str, notebook: Notebook) -> SheetCategory:
    """What is measured: the head above, else what the title speaks of."""
    if len(cell.heading) > 1:
        return _category(cell.heading[:-1])
    name = _TITLE_SUFFIX.sub("", _TITLE_PREFIX.sub("", _TITLE_PREFIX.sub("", title)))
    if not name or len(name) > _LONGEST_NAME:
        name = "信息公开"
        notebook.doubt(cell.address, "category_unnamed", category=name)
    return SheetCategory(name)


def _by_content(grid: Grid, cell: HeadCell, body: Body, notebook: Notebook) -> Column:
    texts = [text for line in body.lines_of(cell.column) if (text := grid.text_at(line.row, cell.column))]
    if not texts:
        return _column(cell, Meaning.IGNORED)
    has_span = _PER_SPAN.search(plain(cell.leaf)) is not None
    quotas = [quota for text in texts if (quota := find_quota(text)) and (quota.span or has_span)]
    exempt = [text for text in texts if is_exempt(text)]
    rules = [text for text in texts if len(plain(text)) >= _SHORTEST_RULE and find_quota(text) is None]
    if cell.leaf and len(cell.leaf) <= _LONGEST_NAME:
        if (quotas or len(exempt) == len(texts)) and 2 * (len(quotas) + len(exempt)) >= len(texts):
            return _categorised(cell, Meaning.QUOTA)
        if 2 * len(rules) >= len(texts):
            kind = DutyKind.BONUS if any(_BONUS.search(text) for text in rules) else DutyKind.DUTY
            return _categorised(cell, Meaning.DUTY, kind)
    notebook.doubt(cell.address, "column_unknown", heading=cell.leaf[:_LONGEST_NAME])
    return _column(cell, Meaning.IGNORED)


def _categorised(cell: HeadCell, meaning: Meaning, kind: DutyKind | None = None) -> Column:
    category = _category(cell.heading)
    return Column(column_letter(cell.column), cell.address, cell.heading, meaning, category, duty_kind=kind)


def _category(heading: tuple[str, ...]) -> SheetCategory:
    """Name a category by its lowest head; the one between is its division, the highest its area."""
    *upper, leaf = heading
    name = label(_PER_SPAN.sub("", leaf)) or leaf
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
    match = _PER_SPAN.search(plain(column.heading[-1])) if column.heading else None
    return (match["span"] or match["each"]) if match else ""
