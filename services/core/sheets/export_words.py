"""What the sheets of an exported workbook are called, and their heads: written by us, read back by us.

A workbook whose first sheet is the cover is read by these very words, cell by cell, so that a unit may be
called 合计 and a category 2月. What a person copies out of it is understood like any sheet of an office.
"""

import re

from models.enums import Cadence, DutyKind

FORMAT = "duban-export/1"
COVER = "导出说明"
UNITS = "单位名册"
CATEGORIES = "栏目"
QUOTAS = "任务分解"
COUNTS = "月度数据"
MEDIA = "新媒体账号"
DONE = "任务与完成"
LOOKS = "核查记录"
FINDINGS = "监测问题"
SUBMISSIONS = "报送明细"
CALENDAR = "工作日历"
RULES = "设置"

READ_BACK = (UNITS, CATEGORIES, QUOTAS, COUNTS, MEDIA)
"""The sheets that say something of their own; the others follow from the ledger, or are history."""

FORMAT_LABEL, OFFICE_LABEL, PERIOD_LABEL, YEAR_LABEL, MADE_LABEL = (
    "导出格式",
    "机构",
    "期间",
    "年份",
    "导出时间",
)
NUMBER_HEAD, UNIT_HEAD, CATEGORY_HEAD = "序号", "责任单位", "类别"
UNIT_HEADS = (NUMBER_HEAD, UNIT_HEAD, "类别", "其他名称", "停用时间", "并入")
CATEGORY_HEADS = ("类别", "归属")
COUNT_HEADS = (UNIT_HEAD, "类别")
MEDIA_HEADS = (
    "平台",
    "账号名称",
    "主办单位",
    "级别",
    "负责人",
    "开设时间",
    "纳管时间",
    "注销时间",
    "最新更新时间",
)
COUNTED, ACCEPTED, ERRORS = "报送数", "审发数", "错情"
EACH = {Cadence.MONTHLY: "每月", Cadence.YEARLY: "每年"}
KINDS = {DutyKind.DUTY: "要求", DutyKind.BONUS: "加分"}
SPANS = {Cadence.MONTHLY: "月", Cadence.YEARLY: "年"}
EXEMPT = "–"
PER_ACCOUNT = "（每个账号）"

MONTH_HEAD = re.compile(rf"(?P<month>1[0-2]|[1-9])月(?P<what>{COUNTED}|{ACCEPTED}|{ERRORS})")
_CONTINUED = re.compile(r"（[0-9]+）$")


def base_name(sheet: str) -> str:
    """Give the name of the sheet that one continues: 月度数据（2） → 月度数据."""
    return _CONTINUED.sub("", sheet)


def is_read_back(sheet: str) -> bool:
    """Tell whether a sheet of an exported workbook is read again."""
    return sheet == COVER or base_name(sheet) in READ_BACK


def quota_text(target: int | None, cadence: Cadence, *, is_per_account: bool) -> str:
    """Write a quota as offices do: 2条/月, 4条/月（每个账号）, –."""
    if target is None:
        return EXEMPT
    return f"{target}条/{SPANS[cadence]}{PER_ACCOUNT if is_per_account else ''}"
