"""The sheets of an exported workbook that keep rows: media, terms of quotas, the office's rules."""

from collections.abc import Mapping
from itertools import combinations
from types import MappingProxyType

from models.enums import BulletinKind, Counting, EvidenceKind, Language, ReviewRule
from services.core.phrases import find_place, read_phrase
from services.core.quarter import read_any_period
from services.core.requirements import write_kinds
from services.core.rules import Rule, read_rule
from services.core.sheets import export_words as words
from services.core.sheets.kept import NO, YES, Column, KeptSheet, Kind, Row

_EACH = {cadence.value: word for cadence, word in words.EACH.items()}
_PLATFORMS = {one.value: word for one, word in words.PLATFORMS.items()}
_SEEN = {one.value: word for one, word in words.SEEN.items()}
_FOUND = {one.value: word for one, word in words.FOUND.items()}
_RECTIFIED = {one.value: word for one, word in words.RECTIFIED.items()}
_BULLETINS = {
    BulletinKind.MONTHLY.value: "月报",
    BulletinKind.QUARTERLY.value: "季度监测通报",
    BulletinKind.YEARLY.value: "年度通报",
}
_KINDS = {EvidenceKind.PICTURE: "图片", EvidenceKind.DOCUMENT: "文件", EvidenceKind.LINK: "链接"}
_EVIDENCE = {
    write_kinds(some): "、".join(_KINDS[kind] for kind in some)
    for count in range(1, len(_KINDS) + 1)
    for some in combinations(_KINDS, count)
}
_UNIT = Column(words.UNIT_HEAD, Kind.UNIT)
_CATEGORY = Column(words.CATEGORY_HEAD)
_PLATFORM = Column("平台", Kind.WORD, words=_PLATFORMS)
_ACCOUNT = Column("账号名称")
_LAST_POST = Column("最新更新时间", Kind.DAY, is_blank=True)

TERMS = KeptSheet(
    words.TERMS,
    (
        *(_UNIT, _CATEGORY, Column("周期", Kind.WORD, words=_EACH), Column("开始", Kind.DAY)),
        *(Column("结束", Kind.DAY, is_blank=True), Column("任务数", Kind.TARGET)),
        Column("按账号计", Kind.YES),
    ),
    keys=4,
)
ACCOUNT_COUNTS = KeptSheet(
    words.ACCOUNT_COUNTS,
    (
        *(_UNIT, _CATEGORY, Column("平台", Kind.WORD, words=_PLATFORMS, is_blank=True)),
        *(Column("账号名称", is_blank=True), Column("月份", Kind.MONTH)),
        *(Column(head, Kind.NUMBER) for head in (words.COUNTED, words.ACCEPTED, words.ERRORS)),
    ),
    keys=5,
)
LOOKS = KeptSheet(
    words.LOOKS,
    (
        *(_PLATFORM, _ACCOUNT, Column("核查时间", Kind.DAY), Column("核查结果", Kind.WORD, words=_SEEN)),
        *(_LAST_POST, Column("备注", longest=300, is_blank=True)),
    ),
    keys=0,
)
POSTS = KeptSheet(
    words.POSTS,
    (
        *(_PLATFORM, _ACCOUNT, Column("发布时间", Kind.DAY), Column("标题", longest=300, is_blank=True)),
        *(Column("链接", longest=32_767, is_blank=True), Column("撤销时间", Kind.MOMENT, is_blank=True)),
    ),
    keys=0,
)
FINDINGS = KeptSheet(
    words.FINDINGS,
    (
        *(Column("发现时间", Kind.DAY), Column("突出问题", Kind.WORD, words=_FOUND), _PLATFORM),
        *(Column("主办单位", Kind.UNIT), Column("账号名称", is_blank=True), _LAST_POST),
        *(Column("未更新天数", Kind.NUMBER, is_blank=True), Column("整改期限", Kind.DAY)),
        *(Column("是否整改", Kind.WORD, words=_RECTIFIED), Column("整改时间", Kind.DAY, is_blank=True)),
        *(Column("整改说明", longest=500, is_blank=True), Column("退回原因", longest=300, is_blank=True)),
    ),
    keys=6,
)
CALENDAR = KeptSheet(
    words.CALENDAR,
    (
        Column("日期", Kind.DAY),
        Column("安排", Kind.WORD, words={"1": words.WORKING, "0": words.OFF}),
    ),
    keys=1,
)

RULES: Mapping[str, Rule] = MappingProxyType(
    {
        words.YEAR_RULE: Rule.YEAR,
        words.CLOSING_RULE: Rule.CLOSING_DAYS,
        words.DECIMALS_RULE: Rule.DECIMALS,
        words.TIES_RULE: Rule.TIES,
        words.STALE_RULE: Rule.STALE_DAYS,
        words.ZOMBIE_RULE: Rule.ZOMBIE_DAYS,
        words.LANGUAGE_RULE: Rule.LANGUAGE,
        words.COUNTING_RULE: Rule.COUNTING,
        words.FOUR_EYES_RULE: Rule.FOUR_EYES,
    }
)
RULE_WORDS: Mapping[Rule, Mapping[str | int, str]] = MappingProxyType(
    {
        Rule.TIES: {ties.value: word for ties, word in words.TIED.items()},
        Rule.COUNTING: {Counting.SUBMITTED.value: words.COUNTED, Counting.ACCEPTED.value: words.ACCEPTED},
        Rule.FOUR_EYES: {True: YES, False: NO},
    }
)
"""What the values of rules are called that are no numbers."""


def rule_value(row: Row) -> tuple[Rule, int | str]:
    """Give the rule that a row is about and its value; ValueError or a UserError where it is none."""
    rule, text = RULES.get(str(row[0])), str(row[1])
    if rule is None:
        raise ValueError(row)
    named = {word: value for value, word in RULE_WORDS.get(rule, {}).items()}
    if named and text not in named:
        raise ValueError(row)
    if named:
        return rule, named[text]
    return rule, Language(text).value if rule is Rule.LANGUAGE else read_rule(rule, int(text))


def _require_rule(row: Row) -> None:
    rule_value(row)


OFFICE_RULES = KeptSheet(words.RULES, (Column("项目"), Column("内容")), keys=1, require=_require_rule)

PAUSED = "暂停时间"
REMINDER_SWITCHES: Mapping[str, str] = MappingProxyType(
    {
        "过半提醒": "at_half",
        "最后一天提醒": "at_last_day",
        "逾期提醒": "when_overdue",
        "群内名单": "in_groups",
    }
)
REMINDER_NUMBERS: Mapping[str, tuple[str, int, int]] = MappingProxyType(
    {"月末前工作日": ("days_before", 0, 31), "年度任务起始月": ("yearly_from", 1, 12)}
)
_SWITCH = Column("", Kind.YES)
_AT = Column("", Kind.MOMENT, is_blank=True)


def reminder_value(row: Row) -> tuple[str, str | int | bool | None]:
    """Give the column of ``reminder_rules`` that a row is about and its value; ValueError for none."""
    name, text = str(row[0]), str(row[1] or "")
    if name == PAUSED:
        return "paused_at", _AT.read(text)
    if name in REMINDER_SWITCHES:
        return REMINDER_SWITCHES[name], _SWITCH.read(text)
    column, least, most = REMINDER_NUMBERS.get(name, ("", 1, 0))
    if not least <= int(text) <= most:
        raise ValueError(row)
    return column, int(text)


def _require_reminder(row: Row) -> None:
    reminder_value(row)


REMINDERS = KeptSheet(
    words.REMINDERS,
    (Column("项目"), Column("内容", is_blank=True)),
    keys=1,
    require=_require_reminder,
)


def _require_figure(row: Row) -> None:
    read_any_period(str(row[0]))


FIGURES = KeptSheet(
    words.FIGURES,
    (
        *(Column("期间", longest=10), Column("名称", longest=40)),
        *(Column("数值", Kind.NUMBER, is_blank=True), Column("名单", longest=32_767, is_blank=True)),
    ),
    keys=2,
    require=_require_figure,
)


def _require_phrase(row: Row) -> None:
    kind = BulletinKind(str(row[0]))
    find_place(kind, str(row[1]))
    read_phrase(kind, str(row[2]))


PHRASES = KeptSheet(
    words.PHRASES,
    (
        *(Column("通报", Kind.WORD, words=_BULLETINS), Column("位置", longest=60)),
        Column("内容", longest=32_767),
    ),
    keys=2,
    require=_require_phrase,
)
NUMBERINGS = KeptSheet(
    words.NUMBERINGS,
    (
        *(Column("通报", Kind.WORD, words=_BULLETINS), Column("是否编号", Kind.YES)),
        *(Column("年份", Kind.NUMBER), Column("此前期数", Kind.NUMBER)),
        Column("此前总期数", Kind.NUMBER, is_blank=True),
    ),
    keys=1,
)

REVIEWS = KeptSheet(
    words.REVIEWS,
    (
        _CATEGORY,
        Column(
            "审核方式",
            Kind.WORD,
            words={
                ReviewRule.AUTO.value: "自动采用",
                ReviewRule.ON_EVIDENCE.value: "有佐证即采用",
                ReviewRule.REVIEWED.value: "人工审核",
            },
        ),
        Column("佐证要求", Kind.WORD, is_blank=True, words=_EVIDENCE),
    ),
    keys=1,
)

OF_YEARS = (TERMS, ACCOUNT_COUNTS, LOOKS, POSTS, FINDINGS)
OF_REGISTERS = (CALENDAR, OFFICE_RULES, REMINDERS, FIGURES, PHRASES, NUMBERINGS, REVIEWS)
ALL = (*OF_REGISTERS, *OF_YEARS)

CATEGORY_AT = MappingProxyType({words.ACCOUNT_COUNTS: 1, words.TERMS: 1, words.REVIEWS: 0})
"""In which column the sheets that name a category have it."""
ACCOUNT_AT = MappingProxyType(
    {words.ACCOUNT_COUNTS: (2, 3), words.LOOKS: (0, 1), words.POSTS: (0, 1), words.FINDINGS: (2, 4)}
)
"""In which columns the sheets that name an account have its platform and its name."""
