"""The words of the offices' sheets in one place: read from tables, never shown to people.

Patterns are matched against `plain` text: half-width forms, no white space.
"""

import re

from models.enums import Cadence
from services.core.sheets.understanding import Meaning

# Heads
_KIND_OF_UNIT = r"(?:责任|承办|牵头|主办|填报|报送|发布|公开|考核|被考核|参评|任务|各)?"
_UNIT = rf"{_KIND_OF_UNIT}(?:单位|部门|机构|乡镇|镇街|镇乡|乡镇街道|街道|镇|县直)"
UNIT_HEAD = re.compile(rf"{_UNIT}(?:[(/、和及与]{_UNIT}[)]?)*(?:名称|名)?")
WEAK_UNIT_HEAD = re.compile(r"名称|单位全称|单位简称")  # where nothing better names units
NUMBER_HEAD = re.compile(r"序号|编号|序|号|No\.?", re.IGNORECASE)
NOT_A_HEAD = re.compile(
    r"(?:单位|计量单位|日期|时间|填报人|填表人|制表|截至).*:.*|\d{4}年\d{1,2}月(?:\d{1,2}日)?"
)

# Titles
NOT_A_TITLE = re.compile(
    r"附[件表录]?[0-9一二三四五六七八九十]*:?|(?:计量)?单位:.*|[(].*[)]|第?\d+期|20\d\d年\d{1,2}月(?:\d{1,2}日)?"
)
TITLE_YEAR = re.compile(r"(20\d\d)年")
TITLE_MONTH = re.compile(r"(1[0-2]|0?[1-9])月")
_TITLE_PLACE = re.compile(r"^.{0,12}?[市县区旗](?=\d{4}年|各|责任)")
_TITLE_START = re.compile(
    r"^(?:20\d\d年度?)?(?:\d{1,2}月份?)?(?:各|全[市县区])?(?:责任|有关|相关)?(?:单位|部门)?"
)
_TITLE_END = re.compile(
    r"(?:工作)?(?:任务)?(?:完成|进展|统计)?(?:情况|进度)?(?:统计|一览|汇总|明细|通报|公示|月报)*表?$"
)
UNNAMED_CATEGORY = "信息公开"

# Columns
_AMOUNT = r"(?:数量|条数|数|量|情况|条)?"
_GOAL = rf"(?:基本)?(?:工作)?(?:任务|目标|应发布?|应完成|应报送?){_AMOUNT}"
_ACT = r"(?:已|实际)?(?:发布|完成|报送|公开|更新|上报|信息|报)"
_MONTH = r"(?:(?P<month>1[0-2]|0?[1-9])月份?|本月|当月)"
_YEAR = r"(?:当年|全年|本年度?|年度?|20\d\d年度?|累计|全年累计|当年累计|年度累计|截至目前)"
_RATE = r"(?:任务)?(?:完成|达标|进度)?(?:比例|比|率|进度|占比|百分比)"
COLUMN_MEANINGS = (
    (Meaning.MONTHLY_TARGET, re.compile(rf"(?:每个?月|月均|月度?|当月|本月){_GOAL}")),
    (Meaning.YEARLY_TARGET, re.compile(rf"(?:每年|{_YEAR}){_GOAL}")),
    (Meaning.MONTH_COUNT, re.compile(rf"{_MONTH}(?:{_ACT})?{_AMOUNT}")),
    (Meaning.YEAR_COUNT, re.compile(rf"{_YEAR}{_ACT}{_AMOUNT}")),
    (Meaning.MONTH_RATE, re.compile(rf"{_MONTH}{_RATE}")),
    (Meaning.YEAR_RATE, re.compile(rf"{_YEAR}{_RATE}")),
    (Meaning.DIVISION, re.compile(r"类别|类型|组别|分组|分类|单位(?:类别|类型|性质)|片区")),
    (Meaning.IGNORED, re.compile(r"备注|说明|排名|名次|位次|排序|联系人|联系电话|电话|负责人|签字")),
)
HEAD_ASIDE = re.compile(r"[(][^()]*[)]")
HEAD_SPAN = re.compile(r"[(（]?(?:条|篇|次|件|个)?[/／每](?P<span>[月年])[)）]?|[(（]每(?P<each>[月年])[)）]")
BONUS = re.compile(r"加分|奖励|奖分")

# Rows
NOTE = re.compile(r"(?:备注|附注|注释|说明|填表说明|注)\d*[:.、]|备注|说明")
TOTAL = re.compile(r"(?:全[市县区镇]|总)?(?:合计|总计|总数|共计)")
SUBTOTAL = re.compile(r".{0,12}小计")
AVERAGE = re.compile(r".{0,12}(?:平均|均值)(?:数|值)?")
SENTENCE_END = "。"

# Cells
EXEMPT = frozenset({"-", "--", "–", "––", "—", "——", "―", "─", "−", "/", "\\", "无", "不涉及"})
PER_ACCOUNT = re.compile(r"[(]?(?:按)?每(?:一)?个?(?:账号|帐号|账户|帐户)[)]?[:,、]?")
CADENCES = {"月": Cadence.MONTHLY, "个月": Cadence.MONTHLY, "年": Cadence.YEARLY}
_NUMBER = r"(?P<number>[0-9]{1,9}|[零〇一二两三四五六七八九十百千]{1,7})"
_MEASURE = r"(?:条|篇|次|期|件|个|项|份)?(?:信息)?"
_LEAST = r"(?:不少于|不低于|至少|≥|>=)?"
_SPAN = r"(?P<span>个?月|年|季度?|半年|周|旬|天|日)"
QUOTAS = (
    re.compile(rf"{_LEAST}{_NUMBER}{_MEASURE}(?:以上)?[/每]{_SPAN}"),
    re.compile(rf"[每全]?{_SPAN}[度均]?{_LEAST}(?:发布|公开|报送)?{_LEAST}{_NUMBER}{_MEASURE}(?:以上)?"),
    re.compile(rf"{_LEAST}{_NUMBER}{_MEASURE}(?:以上)?"),
)
COUNT_TAIL = re.compile(rf"(?<=[0-9])(?:\.0+)?{_MEASURE}$")


def subject_of(title: str) -> str:
    """Reduce a title to its subject: 责任单位政府信息公开情况 → 政府信息公开; "" where nothing is left."""
    return _TITLE_END.sub("", _TITLE_START.sub("", _TITLE_PLACE.sub("", title)))
