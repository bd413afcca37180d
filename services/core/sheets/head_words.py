"""What the head of a column is made of: a span (2月, 每月, 1-3月), a measure (任务数, 完成率), and the rest.

"2月完成数", "2月" over "完成数", "动态（2月）" and "动态发布数" say the same things in other places, so every
text of a head is taken apart, from the lowest up, and the first word of each kind holds.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from services.core.sheets.vocabulary import FOREIGN_MEASURE, HEAD_SPAN, PER_ACCOUNT, PRINTED_MONTHS
from services.core.sheets.words import label, plain


class Measure(StrEnum):
    """What the numbers under a head are."""

    TARGET = "target"
    COUNT = "count"
    ACCEPTED = "accepted"  # of what was submitted
    ERRORS = "errors"
    RATE = "rate"
    TOTAL = "total"  # of the columns beside it
    DIVISION = "division"
    IGNORED = "ignored"
    FOREIGN = "foreign"  # counted in points, places, people: not ours


class Each(StrEnum):
    """A time that starts again."""

    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Months:
    """From one month through another; both 0 stand for the month that the sheet is about."""

    first: int
    last: int
    year: int | None = None

    @property
    def is_this(self) -> bool:
        """Tell whether it is the month that the sheet is about."""
        return self.last == 0


Span = Months | Each
THIS_MONTH = Months(0, 0)


@dataclass(frozen=True, slots=True)
class HeadWords:
    """A head taken apart; `names` are the texts that say neither a span nor a measure, from the top down."""

    span: Span | None
    measure: Measure | None
    names: tuple[str, ...]
    is_per_account: bool = False


_YEAR = r"(?:(?P<year>20\d\d)(?:年度?|[.\-/]))?"
_MONTH = r"(?:1[0-2]|0?[1-9])"
_SPANS = (
    (rf"{_YEAR}(?P<first>{_MONTH})月?(?:[-—–~]+|[至到])(?P<last>{_MONTH})月份?", Months),
    (rf"(?:截至|截止|截止到|至){_YEAR}(?P<last>{_MONTH})月(?:份|底|末)?", Months),
    (rf"{_YEAR}(?P<month>{_MONTH})月(?:份|度)?", Months),
    (r"(?P<year>20\d\d)[.\-/](?P<month>1[0-2]|0?[1-9])(?:[.\-/]0?1)?", Months),
    (rf"{_YEAR}(?:第?(?P<quarter>[1-4一二三四])季度?|(?P<half>[上下])半年|(?P<three>前三季度))", Months),
    (r"(?:本月|当月|该月)", Months),
    (r"(?:每个?月|月均|月度|按月|月(?=任务|目标|应))", Each.MONTH),
    (r"(?:每年|年均|按年|当年|全年|本年度?|年度?|累计|20\d\d年度?|截至目前)", Each.YEAR),
)
_SUM = r"(?:累计|共计?|合计|总)?"
_AMOUNT = r"(?:总)?(?:数量|条数|篇数|件数|数|总数|量|总量)"
_ACT = r"(?:已|实际|实)?(?:发布|完成|报送|公开|更新|上报|上传|推送|发稿|报|发)(?:信息)?"
_GOAL = (
    r"(?:基本|工作|发布|报送|公开|完成|信息)*(?:任务|目标|计划|应发布?|应完成|应报送?|应公开)(?:信息|任务)?"
)
_MEASURES = (
    (Measure.IGNORED, r"(?:未完成|未发布|尚差|还差|差额|缺口|欠)(?:情况|任务)?(?:数量?|条数)?"),
    (Measure.IGNORED, r"(?:同比|环比|较上[月年])?(?:增减|增长|增幅|同比|环比)(?:数|量|率|情况|%)?"),
    (Measure.FOREIGN, r"(?:上个?月|上年|去年|上季度|同期).*"),  # of a time that the sheet is not about
    (Measure.TOTAL, r"(?:合计|总计|小计|共计|总和|总数)(?:数|条)?"),
    (Measure.ACCEPTED, rf"(?:采用|采纳|审发|录用|审核通过|编发)(?:信息)?(?:{_AMOUNT})?"),
    (Measure.ERRORS, rf"(?:错情|差错)(?:信息)?(?:{_AMOUNT}|处数)?"),
    (Measure.FOREIGN, rf"退回(?:信息)?(?:{_AMOUNT})?"),
    (Measure.TARGET, rf"{_GOAL}(?:{_AMOUNT}|量|值|条)?"),
    (Measure.RATE, r"(?:任务|目标)?(?:完成|达标|进度|总)?(?:比例|比|率|进度|占比|百分比)"),
    (
        Measure.COUNT,
        rf"(?:政府)?(?:信息)?(?:(?:已|实际)?完成(?:情况|条)?|{_ACT}情况|(?:{_ACT})?{_AMOUNT}|实际{_ACT})",
    ),
    (Measure.DIVISION, r"(?:单位)?(?:类别|类型|性质)|组别|分组|分类|片区|区域"),
    (
        Measure.IGNORED,
        (
            r"备注|说明|备考|联系人|联系方式|(?:联系|办公)?电话|手机号?码?|信息员|联络员|签字|签名|状态|评价|是否完成"
            r"|完成状态|(?:综合|月度|年度|当月|累计|全[县市区])?(?:排名|名次|位次|排序|排位)"
            r"|(?:分管|主管|单位)?(?:负责人|领导|责任人)"
        ),
    ),
)
_BARE_COUNT = re.compile(rf"(?:{_ACT})?(?:信息|情况)?(?:{_AMOUNT}|条)?")
_ALL_SPANS = tuple((re.compile(pattern + _SUM), kind) for pattern, kind in _SPANS)
_ALL_MEASURES = tuple((measure, re.compile(pattern)) for measure, pattern in _MEASURES)
_SUM_ALONE = re.compile(rf"(?:全年|当年|年度|本年)?(?:累计){_BARE_COUNT.pattern}")
_TAIL = re.compile(
    r"(?P<name>.{2,}?)"
    rf"(?P<span>每个?月|月均|月度|每年|全年|年度|当年|本月|当月|累计|{_MONTH}月份?)?"
    rf"(?P<measure>{_GOAL}(?:数量?|条数)|(?:采用|采纳|审发|录用|审核通过|编发)(?:信息)?{_AMOUNT}|错情(?:{_AMOUNT})?"
    rf"|(?:{_ACT})?{_AMOUNT}|(?:任务)?完成(?:率|比例?|数|情况)|达标率)"
)
_ASIDE = re.compile(r"[(（]([^()（）]*)[)）]")
_ASIDE_MEASURE = re.compile(r"(?:单位:)?(?:条|篇|次|件|个|期|项)(?:/[月年])?")
_MONTHS_ABOVE = frozenset({"月份", "各月", "月"})
_SHORTEST_NAME = 2
_WRITTEN_QUARTERS = "一二三四"


def take_apart(heading: Iterable[str]) -> HeadWords:
    """Take a head apart, its texts given from the top down; names stay as they are printed."""
    span: Span | None = None
    measure: Measure | None = None
    names: list[str] = []
    is_month_above = is_per_account = False
    for text in reversed(tuple(heading)):
        printed, asides = _without_asides(text)
        main = plain(_ASIDE.sub("", printed))
        *_, rest = own = _parts_of(main)
        for found_span, found_measure, _ in (*map(_parts_of, asides), own):
            span, measure = span or found_span, measure or found_measure
        is_foreign = any(FOREIGN_MEASURE.fullmatch(aside) for aside in asides)
        if is_foreign and measure is not Measure.ERRORS:  # they are counted in places: 错情（处）
            measure = Measure.FOREIGN
        is_per_account = is_per_account or any(PER_ACCOUNT.fullmatch(aside) for aside in asides)
        if rest in _MONTHS_ABOVE:
            is_month_above = True
        elif rest:
            names.append(HEAD_SPAN.sub("", label(printed) if rest == main else rest))
    if is_month_above and span is None and names and re.fullmatch(_MONTH, names[0]):
        span, names = Months(int(names[0]), int(names[0])), names[1:]
    return HeadWords(span, measure, tuple(name for name in reversed(names) if name), is_per_account)


def _without_asides(text: str) -> tuple[str, tuple[str, ...]]:
    """Give a text without those of its asides that say something, and what these say."""
    asides = []
    for match in _ASIDE.finditer(text):
        aside = plain(match[1])
        says = any(words.fullmatch(aside) for words in (_ASIDE_MEASURE, FOREIGN_MEASURE, PER_ACCOUNT))
        if says or not _parts_of(aside)[2] or HEAD_SPAN.fullmatch(aside):
            text = text.replace(match[0], "")
            asides.append(aside)
    return text, tuple(asides)


def _parts_of(text: str) -> tuple[Span | None, Measure | None, str]:
    """Take one text apart: its span, its measure, and the name that is left."""
    for written, number in PRINTED_MONTHS.items():
        text = text.replace(written, number)
    if (measure := _measure_of(text)) is not None or not text:
        return None, measure, ""
    if _SUM_ALONE.fullmatch(text):
        return Each.YEAR, Measure.COUNT, ""
    span, rest = _span_before(text)
    if span is not None:
        measure = _measure_after(rest, span)
        if measure is not None or not rest:
            return span, measure, ""
        if isinstance(span, Each) or len(rest) < _SHORTEST_NAME:
            span, rest = None, text  # 年度报告 is a name
    tail = _TAIL.fullmatch(rest)
    if tail is not None:
        inner = _span_before(tail["span"])[0] if tail["span"] else None
        return span or inner, _measure_of(tail["measure"]), tail["name"]
    return span, None, rest


def _measure_after(text: str, span: Span) -> Measure | None:
    """Give the measure behind a span: beside a month anything of the kind is a count, 2月报 but not 年报."""
    measure = _measure_of(text)
    if measure is None and len(text) >= (1 if isinstance(span, Months) else _SHORTEST_NAME):
        return Measure.COUNT if _BARE_COUNT.fullmatch(text) else None
    return measure


def _measure_of(text: str) -> Measure | None:
    return next((measure for measure, pattern in _ALL_MEASURES if pattern.fullmatch(text)), None)


def _span_before(text: str) -> tuple[Span | None, str]:
    """Give the span a text begins with, the longest there is, and what follows."""
    best: tuple[Span | None, str] = (None, text)
    for pattern, kind in _ALL_SPANS:
        match = pattern.match(text)
        if match is None or len(text) - match.end() >= len(best[1]):
            continue
        span = kind if isinstance(kind, Each) else _months_of(match.groupdict())
        best = (span, text[match.end() :].removeprefix("的"))
    return best


def _months_of(match: dict[str, str | None]) -> Months:
    found = {key: value for key, value in match.items() if value}
    year = int(found["year"]) if "year" in found else None
    if quarter := found.get("quarter"):
        number = _WRITTEN_QUARTERS.index(quarter) + 1 if quarter in _WRITTEN_QUARTERS else int(quarter)
        return Months(3 * number - 2, 3 * number, year)
    if half := found.get("half"):
        return Months(1, 6, year) if half == "上" else Months(7, 12, year)
    if found.get("three"):
        return Months(1, 9, year)
    if month := found.get("month"):
        return Months(int(month), int(month), year)
    if last := found.get("last"):
        return Months(int(found.get("first") or "1"), int(last), year)
    return THIS_MONTH
