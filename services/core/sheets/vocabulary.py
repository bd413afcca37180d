"""The words of the offices' sheets in one place: read from tables, never shown to people.

Patterns are matched against `plain` text: half-width forms, no white space. What the heads of columns are
made of is in `services.core.sheets.head_words`.
"""

import re

from models.enums import Cadence

# Heads
_KIND_OF_UNIT = (
    r"(?:责任|承办|牵头|主办|填报|报送|上报|发布|公开|考核|被考核|参评|任务|成员|各|各级|县级|县直|市级|市直|区级|区直|镇级|"
    r"有关|相关|实施|主体|全[市县区]|信息|主管|所属|涉及|工作)*"
)
_UNIT = (
    rf"{_KIND_OF_UNIT}"
    r"(?:单位|部门|机构|科室|主体|乡镇|镇街|镇乡|乡镇街道|街道|镇|乡|县直|市直|园区|社区|县区|区县)"
)
UNIT_HEAD = re.compile(rf"{_UNIT}(?:[(/、和及与]{_UNIT}[)]?)*(?:名称|全称|简称|名)?")
ANY_UNIT_HEAD = "单位"
WEAK_UNIT_HEAD = re.compile(r"名称|全称|简称")  # where nothing better names units
KEY_HEAD = re.compile(
    r"(?:信息|公开|发布|任务|考核|工作|报送|栏目|内容)?(?:栏目|类目|项目|指标|内容|事项|板块|类别|种类|类型)(?:名称)?|月份|时间"
)
NUMBER_HEAD = re.compile(r"序号|编号|序|号|排序号|No\.?", re.IGNORECASE)
NOT_A_HEAD = re.compile(
    r"(?:单位|计量单位|日期|时间|填报人|填表人|制表|截至).*:.*|\d{4}年\d{1,2}月(?:\d{1,2}日)?"
)
TITLE = re.compile(r".*(?:表|情况|统计|通报|一览|汇总|明细|月报)(?:[(].*[)])?|20\d\d年.*")
UNIT_NAME = re.compile(
    r".{1,24}(?:局|委|镇|乡|街道|办事处|中心|管委会|委员会|政府|大队|支队|公司|办公室|政府办|县委办|市委办|党政办|联合会|"
    r"供销社|联社|残联|妇联|团委|工会|法院|检察院|医院|学校|中学|小学|银行|园区|开发区|高新区|林场|农场|社区)"
    r"(?:[(].*[)])?"
)
SEVERAL_NAMES = re.compile(r"[、,;/]")
LIST_NUMBER = re.compile(r"^[(（]?[0-9０-９]{1,3}[.、)．）](?![0-9])")
NAME_MARKS = re.compile(r"[*★☆※#▲△]+$")

# Titles and what stands above a table
NOT_A_TITLE = re.compile(
    r"附[件表录]?[0-9一二三四五六七八九十]*:?|(?:计量)?单位:.*|[(].*[)]|第?\d+期|20\d\d年\d{1,2}月(?:\d{1,2}日)?"
    r"|(?:填报|制表|统计|截至|报送|发布)?(?:单位|日期|时间|人).*:.*"
)
TITLE_YEAR = re.compile(r"(20\d\d)(?:年|[./-]\d{1,2}(?!\d))")
TITLE_MONTH = re.compile(
    r"(?<![0-9\-—–~至到])(?:20\d\d[.-])?(1[0-2]|0?[1-9])月(?!\d{1,2}日)(?![至到\-—–~])"
    r"|20\d\d[.-](1[0-2]|0?[1-9])(?![0-9.])"
)
QUARTERS = {
    sign: number for number, signs in enumerate(("一1", "二2", "三3", "四4"), start=1) for sign in signs
}
TITLE_QUARTER = re.compile(r"第?([一二三四1-4])季度")
TITLE_SPAN = re.compile(r"[0-9]{1,2}月?(?:[-—–~]+|[至到])[0-9]{1,2}月|季度|半年|截[至止]|累计")
_TITLE_MEASURE = r"[条篇次期件个]"
TITLE_CADENCES = tuple(
    (cadence, re.compile(rf"单位:.*{_TITLE_MEASURE}/{sign}|[(](?:单位:)?{_TITLE_MEASURE}?/{sign}[)]|{words}"))
    for cadence, sign, words in (
        (Cadence.MONTHLY, "月", "每月任务|月度任务|每月目标"),
        (Cadence.YEARLY, "年", "每年任务|全年任务|全年目标"),
    )
)
DIVISION_NAME = re.compile(
    r"(?:各|全|县|市|区|直属|驻县|驻市|县级|市级|区级|县直|市直|区直|党政|群团|重点|其他|中央|省|垂管|政府|和)*"
    r"(?:乡镇|镇街|街道|乡镇街道|部门|单位|园区|机关|学校|医院|企业|社区|县直|市直|区直)(?:[(].*[)])?"
)
_TITLE_NUMBER = re.compile(
    r"^(?:[一二三四五六七八九十]+、|[(（][一二三四五六七八九十]+[)）]|表[一二三四五六0-9]+[:：]?)"
)
_TITLE_PLACE = re.compile(r"^.{0,12}?[市县区旗](?=\d{4}年|各|责任)")
_TITLE_START = re.compile(
    r"^(?:20\d\d年度?)?(?:第?[一二三四1-4]季度)?(?:\d{1,2}月份?)?(?:各|全[市县区])?(?:责任|有关|相关)?(?:单位|部门|乡镇|镇街)?(?:\d{1,2}月份?)?"
)
_TITLE_END = re.compile(
    r"(?:工作)?(?:任务)?(?:完成|进展|统计|分配|分解)?(?:情况|进度)?(?:统计|一览|汇总|明细|通报|公示|月报)*表?$"
)
PRINTED_MONTHS = {f"{word}月": f"{number}月" for number, word in ((12, "十二"), (11, "十一"), (10, "十"))} | {
    f"{word}月": f"{number}月" for number, word in enumerate("一二三四五六七八九", start=1)
}  # the longer ones first, as they are replaced one after another
UNNAMED_CATEGORY = "信息公开"

# Columns
HEAD_SPAN = re.compile(
    r"[(（]?(?:条|篇|次|件|个|期)?[/／每](?P<span>[月年])[)）]?|[(（]每(?P<each>[月年])[)）]"
)
BONUS = re.compile(r"加分|奖励|奖分")
NOT_COUNTED = re.compile(
    r".*(?:编制|人数|得分|分值|扣分|加分|分数|错情|错误|金额|浏览量|阅读量|粉丝数?|点击量)"
)
TIME_IN_NAME = re.compile(r"[0-9一二三四五六七八九十][月日]|季度|半年|累计|[上下]个?月|20\d\d")
FOREIGN_MEASURE = re.compile(r"处|分|人|名|元|家|万|天|日|小时|%")

# Rows
NOTE = re.compile(
    r"(?:备注|附注|注释|说明|填表说明|注)\d*[:.、]|备注$|说明$"
    r"|(?:填报人|填表人|制表人?|审核人?|审签人?|联系人|联系电话|填报日期|填表日期|日期|负责人|单位负责人|主管领导|分管领导"
    r"|统计截止|统计时间|数据来源|截至|经办人|签字|盖章).*:"
)
_OF = r".{0,10}"
TOTAL = re.compile(rf"{_OF}(?:合计|总计|总数|共计|累计|总和)(?:数|[(].*[)])?")
GRAND_TOTAL = re.compile(r"(?:全[市县区镇]|总)?(?:合计|总计|总数|共计|累计|总和)(?:数|[(].*[)])?")
SUBTOTAL = re.compile(rf"{_OF}小计(?:[(].*[)])?")
AVERAGE = re.compile(rf"{_OF}(?:平均|均值)(?:数|值)?(?:[(].*[)])?|(?:完成|达标)(?:率|比例)")
COLUMN_NUMBERS = re.compile(r"[0-9]{1,2}|[甲乙丙丁]|[(][0-9]{1,2}[)]|栏次|栏次编号")
SECTION_NUMBER = re.compile(r"[(]?[一二三四五六七八九十]{1,3}[、)]")
SENTENCE_END = "。"

# Cells
EXEMPT = frozenset({"-", "--", "–", "––", "—", "——", "―", "─", "−", "/", "\\"}) | frozenset(
    {"无", "不涉及", "免", "免报", "无任务", "不作要求", "不做要求", "无要求", "不考核", "免考核", "不适用"}
)
_ACCOUNT = r"(?:账号|帐号|账户|帐户)"
PER_ACCOUNT = re.compile(rf"[(]?(?:按)?每(?:一)?个?{_ACCOUNT}[)]?[:,、]?|/个?{_ACCOUNT}$")
CADENCES = {"月": Cadence.MONTHLY, "个月": Cadence.MONTHLY, "年": Cadence.YEARLY, "全年": Cadence.YEARLY}
_NUMBER = r"(?P<number>[0-9]{1,9}|[零〇一二两三四五六七八九十百千]{1,7})"
_MEASURE = r"(?:条|篇|次|期|件|个|项|份)?(?:信息)?"
_LEAST = r"(?:不少于|不低于|不得少于|至少|最少|≥|>=)?"
_SPAN = r"(?P<span>个?月|全年|年|个?季度?|半年|半月|周|旬|天|日)"
_ACT = r"(?:发布|公开|报送|更新|推送|完成)?"
QUOTAS = (
    re.compile(rf"{_LEAST}{_NUMBER}{_MEASURE}(?:及?以上)?[/每]{_SPAN}(?:及?以上)?"),
    re.compile(rf"[每全按]?(?:一)?{_SPAN}[度均内]?{_ACT}{_LEAST}{_ACT}{_NUMBER}{_MEASURE}(?:及?以上)?"),
    re.compile(rf"{_LEAST}{_NUMBER}{_MEASURE}(?:及?以上)?"),
)
COUNT_TAIL = re.compile(rf"(?<=[0-9])(?:\.0+)?{_MEASURE}$")


def subject_of(title: str) -> str:
    """Reduce a title to its subject: 责任单位政府信息公开情况 → 政府信息公开; "" where nothing is left."""
    bare = _TITLE_NUMBER.sub("", title)
    return _TITLE_END.sub("", _TITLE_START.sub("", _TITLE_PLACE.sub("", bare)))
