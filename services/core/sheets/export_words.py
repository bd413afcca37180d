"""What the sheets of an exported workbook are called, and their heads: written by us, read back by us.

A workbook whose first sheet is the cover is read by these very words, cell by cell, so that a unit may be
called 合计 and a category 2月. What a person copies out of it is understood like any sheet of an office.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

from models.enums import (
    Cadence,
    CheckOutcome,
    DutyKind,
    FindingKind,
    Platform,
    Rectification,
    Ties,
)

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

TERMS = "任务起止"
ACCOUNT_COUNTS = "分账号数据"
POSTS = "发帖记录"
REMINDERS = "提醒设置"
FIGURES = "填报数字"
PHRASES = "简报用语"
NUMBERINGS = "简报编号"
REOPENINGS = "补报开放"
REVIEWS = "审核方式"

READ_BACK = (
    *(UNITS, CATEGORIES, QUOTAS, TERMS, COUNTS, ACCOUNT_COUNTS, MEDIA, LOOKS, POSTS, FINDINGS),
    *(CALENDAR, RULES, REMINDERS, FIGURES, PHRASES, NUMBERINGS, REVIEWS),
)
"""The sheets that say something of their own; the others follow from them or from the ledger."""
ONLY_READ = "仅供查看，不会导入"
DONE_NOTE = "说明：本表仅供查看，不会导入。"
TOO_MANY = "（仅供查看）"

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
PUBLISHED = "发布数"
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


# Sheets that are not read back

YEARLY_TARGET, MONTHLY_TARGET, YEAR_DONE, YEAR_RATE = "当年任务数", "每月任务数", "当年完成数", "当年完成比例"
TOTAL = "合计"
ALL_CATEGORIES = "政务公开"
SUBMITTED_HEADS = (
    *("报送时间", UNIT_HEAD, CATEGORY_HEAD, "月份", COUNTED, ACCEPTED, ERRORS, "账号", "标题", "链接"),
    *("逾期", "报送人", "来源"),
)
COVER_HEADS = ("项目", "内容")
REOPENED_HEADS = ("月份", UNIT_HEAD, "开放至", "原因", "开放时间", "经办人")
LATE = "逾期"
WORKING, OFF = "上班", "放假"
YEAR_RULE, CLOSING_RULE, DECIMALS_RULE, TIES_RULE, STALE_RULE, ZOMBIE_RULE, LANGUAGE_RULE = (
    "年度",
    "月结（月后工作日）",
    "百分比小数位",
    "并列名次",
    "超期未更新（天）",
    "僵尸账号（天）",
    "语言",
)
COUNTING_RULE, FOUR_EYES_RULE = "完成数口径", "不得自审"
PLATFORMS: Mapping[Platform, str] = MappingProxyType(
    {
        Platform.WECHAT: "微信",
        Platform.WEIBO: "微博",
        Platform.DOUYIN: "抖音",
        Platform.KUAISHOU: "快手",
        Platform.TOUTIAO: "头条",
        Platform.WEBSITE: "网站",
        Platform.APP: "客户端",
        Platform.OTHER: "其他",
    }
)
FOUND: Mapping[FindingKind, str] = MappingProxyType(
    {
        FindingKind.STALE: "超期未更新",
        FindingKind.ZOMBIE: "僵尸账号",
        FindingKind.DUPLICATE: "同一平台开设多个账号",
    }
)
RECTIFIED: Mapping[Rectification, str] = MappingProxyType(
    {
        Rectification.OWED: "待整改",
        Rectification.SUBMITTED: "已报整改，待确认",
        Rectification.CONFIRMED: "已整改",
        Rectification.REJECTED: "未通过，需重新整改",
    }
)
SEEN: Mapping[CheckOutcome, str] = MappingProxyType(
    {CheckOutcome.SEEN: "已核查", CheckOutcome.COULD_NOT_CHECK: "未能核查"}
)
TIED: Mapping[Ties, str] = MappingProxyType(
    {Ties.COMPETITION: "1、1、3", Ties.DENSE: "1、1、2", Ties.RUNNING: "1、2、3"}
)
NOTES = (
    f"本文件由督办导出，可在另一处原样导入，请勿改动工作表的名称和表头。{DONE}、{SUBMISSIONS}、{REOPENINGS}仅供查看。",
    "“–”表示不承担该项任务，空白表示没有数据，两者不同。人员只以 member/编号 出现。",
)


def month_head(month: int, what: str) -> str:
    """Head a month's column: 2月报送数."""
    return f"{month}月{what}"


def rate_head(month: int) -> str:
    """Head a month's rate: 2月完成比."""
    return f"{month}月完成比"


def cover_title(office: str, period: str) -> str:
    """Write what stands over the cover."""
    return f"{office}{period}数据导出"


def quota_title(office: str, year: int) -> str:
    """Write what stands over the quotas, as 峨眉山 does."""
    return f"{office}{year}年{ALL_CATEGORIES}{QUOTAS}表"


def done_title(office: str, period: str, subject: str) -> str:
    """Write what stands over what was done, as 定南 does."""
    return f"{office}{period}{subject}任务完成情况"


def period_words(year: int, *, month: int | None = None, quarter: int | None = None) -> str:
    """Name a year, or its month or quarter: 2024年一季度."""
    if quarter is not None:
        return f"{year}年{'一二三四'[quarter - 1]}季度"
    return f"{year}年" if month is None else f"{year}年{month}月"


# Files

REGISTERS = "登记"
EVERY_YEAR = "全部"


def file_name(office: str, period: str, ending: str) -> str:
    """Name a file after organisation and period; signs that a file's name may not have become _."""
    safe = "".join(sign if sign.isalnum() or sign in "-（）()" else "_" for sign in office)[:60]
    return f"导出_{safe or '_'}_{period}.{ending}"


def years_words(first: str, last: str) -> str:
    """Name several years: 2022年至2024年."""
    return first if first == last else f"{first}至{last}"


def page(office: str, made_at: str, files: list[tuple[str, int, str]]) -> str:
    """Say for a person what is in a packed export (name, rows, SHA-256), and how to verify and use it."""
    lines = [
        f"{office} 督办数据导出",
        f"{MADE_LABEL}：{made_at}",
        "",
        *(f"{name}　{rows} 行　SHA-256 {digest}" for name, rows, digest in files),
        "",
        "核对：运行 sha256sum 文件名（Windows：certutil -hashfile 文件名 SHA256），结果应与上面一致。",
        "导入：把整个压缩包发给督办，或运行 ./run import；核对后确认，一次存入。也可以只导入其中一年。",
        f"{DONE}、{SUBMISSIONS}、{REOPENINGS}仅供查看，不会导入；月结由“{RULES}”里的规则推算。",
        "人员、人员与单位的绑定、操作记录不在其中，也不会导入；报送人只以 member/编号 出现，仅供查看。",
    ]
    return "\ufeff" + "\r\n".join(lines) + "\r\n"
