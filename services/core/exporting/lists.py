"""The sheets of what happened: media accounts, looks, findings, submissions; calendar and rules."""

from services.core.printing import PrintedCell, PrintedTable, simple_head
from services.core.sheets import export_words as words

Row = tuple[PrintedCell, ...]

_NAME, _DAY, _TEXT, _FIGURE = 16, 12, 30, 8
_SUBMITTED = (
    *(("报送时间", 18), (words.UNIT_HEAD, _NAME), ("类别", _NAME), ("月份", 9)),
    *((words.COUNTED, _FIGURE), (words.ACCEPTED, _FIGURE), (words.ERRORS, _FIGURE), ("账号", _NAME)),
    *(("标题", _TEXT), ("链接", _TEXT), ("逾期", 6), ("报送人", _DAY), ("来源", _TEXT)),
)
_FOUND = (
    *(("发现时间", _DAY), ("平台", _FIGURE), ("账号名称", _NAME), ("主办单位", _NAME), ("级别", _FIGURE)),
    *(("突出问题", _NAME), ("最新更新时间", _DAY), ("未更新天数", _FIGURE), ("整改期限", _DAY)),
    *(("是否整改", _DAY), ("整改时间", _DAY), ("整改说明", _TEXT), ("退回原因", _TEXT)),
)
_LOOKED = (
    *(("核查时间", _DAY), ("平台", _FIGURE), ("账号名称", _NAME), ("主办单位", _NAME)),
    *(("核查结果", _DAY), ("最新更新时间", _DAY), ("备注", _TEXT), ("核查人", _DAY)),
)


def _listing(name: str, columns: tuple[tuple[str, int], ...], rows: tuple[Row, ...] = ()) -> PrintedTable:
    heads = (head for head, _ in columns)
    return PrintedTable(name, "", simple_head(*heads), tuple(width for _, width in columns), rows)


def media_table(rows: tuple[Row, ...]) -> PrintedTable:
    """List the media accounts."""
    widths = (_FIGURE, _NAME, _NAME, _FIGURE, _DAY, _DAY, _DAY, _DAY, _DAY)
    return _listing(words.MEDIA, tuple(zip(words.MEDIA_HEADS, widths, strict=True)), rows)


def look_table() -> PrintedTable:
    """Begin the list of looks at accounts."""
    return _listing(words.LOOKS, _LOOKED)


def finding_table() -> PrintedTable:
    """Begin the list of findings and what became of them."""
    return _listing(words.FINDINGS, _FOUND)


def submission_table() -> PrintedTable:
    """Begin the list of submissions; people appear as member/<id> only."""
    return _listing(words.SUBMISSIONS, _SUBMITTED)


def calendar_table(rows: tuple[Row, ...]) -> PrintedTable:
    """List the days that the office works or has off, whatever the published calendar says."""
    return _listing(words.CALENDAR, (("日期", _DAY), ("安排", _FIGURE)), rows)


def rule_table(rows: tuple[Row, ...]) -> PrintedTable:
    """List how the organisation wants things done."""
    return _listing(words.RULES, (("设置", _NAME), ("取值", _NAME)), rows)
