"""The words of reporters in one place: read from messages, never shown to people.

Patterns are matched against cleaned text: half-width forms, nothing invisible.
"""

import re

_HAN = "\u3400-\u9fff"
_MEASURE = "[条篇个次则件期份项]"
_NUMERAL = "[零〇一二三四五六七八九十百千万亿两几廿卅俩仨壹贰叁肆伍陆柒捌玖拾佰仟]"
_MARK = r"[-−–—~〜≈±<>≤≥*×÷/⁄.^#$¥√]"
_MORE_OR_LESS = r"半|余|多(?![\u3400-\u9fff])|左右|以上|以下|以内|上下"

# Whatever is written as one number; it counts only if nothing but digits and a measure word is there.
NUMBER = re.compile(
    rf"(?P<lead>(?:{_MARK}\s?){{0,4}})(?P<digits>[0-9]+)(?P<inner>(?:[-−–—~〜.:/⁄×*^+]+[0-9]+|,[0-9]{{3}}(?![0-9]))*)"
)
TAIL = re.compile(rf"{_NUMERAL}+|[多余来半](?={_MEASURE}|[^{_HAN}]|$)|[%‰°_]|[^\W\d_{_HAN}]+|[^\W_0-9{_HAN}]")
MEASURE_AFTER = re.compile(rf"\s*(?!个月){_MEASURE}")
MORE_AFTER = re.compile(_MORE_OR_LESS)
SPAN_AFTER = re.compile(rf"\s*(?:个月|(?:[年月日号天周季点]|季度|小时)(?![{_HAN}]))")
HEDGE = re.compile(
    r"(?:约|大概|近|接近|差不多|超过?|不到|不足|至少|最多|最少|第|负|减|减少|少|扣|缺|欠|差|还差|目标)\s?$"
)
NUMBER_IN_WORDS = re.compile(
    rf"(?P<before>[第约近超负好])?(?P<numeral>{_NUMERAL}+(?:[点到至]{_NUMERAL}+)?)(?P<after>[多余来半])?"
    rf"(?:(?!个月){_MEASURE}(?P<more>{_MORE_OR_LESS})?|$)"
    rf"|(?:若干|[数多半]){_MEASURE}"
)
CHUNK = re.compile(rf"[0-9]+[A-Za-z{_HAN}][0-9A-Za-z{_HAN}]*")
RUN = re.compile(r"[^\W\d_]+")

_YEAR_WORD = "(?:今年|本年|当年|去年|上年|前年|明年|下年)"
_NO_AMOUNT = rf"(?![0-9.,万千百%]|\s*{_MEASURE})"
MONTH = re.compile(
    rf"(?<![0-9./-])(?:(?:{_YEAR_WORD}|[0-9]{{2}}(?:[0-9]{{2}})?\s*年)度?的?\s*)?(?:[0-9]{{1,2}}\s*[-–—~至到]\s*)?"
    r"[0-9]{1,2}\s*月(?:份(?!数)|(?![报刊]))(?:[0-9]{1,2}[日号])?"
    rf"|(?<![0-9./-])(?:19|20)[0-9]{{2}}\s*[-–—/.]\s?[0-9]{{1,4}}(?:[-–—/.][0-9]{{1,2}})?(?:月份?|{_NO_AMOUNT})"
    rf"|(?<![0-9./-])20[0-9]{{4}}{_NO_AMOUNT}"
    r"|(?<![0-9./-])[0-9]{2}(?:[0-9]{2})?\s*年(?:第?[一二三四1-4]季度?|[上下]半年|度|全年)?"
    rf"|(?<![0-9./-])20[0-9]{{2}}(?:全年)?{_NO_AMOUNT}(?!:)"
    r"|(?<![0-9./-])第?[1-4]季度|q[1-4](?![a-z0-9])",
    re.IGNORECASE,
)
ENGLISH_MONTH = re.compile(
    r"(?:last|this|next)\s*(?:month|year)(?![a-z])|[a-z]{3,9}\.?[\s,/-]*20[0-9]{2}(?![0-9])|[a-z]{3,9}(?![a-z])",
    re.IGNORECASE,
)
_WORD_MONTH = (
    rf"(?:{_YEAR_WORD}度?的?|[〇零一二三四五六七八九]{{2,4}}年)?[〇零一二三四五六七八九十两]{{1,3}}月份?"
    rf"|(?:{_YEAR_WORD}|[〇零一二三四五六七八九]{{4}}年)?(?:第?[一二三四]季度?|[上下]半年)"
    rf"|[上本这]个?(?:周|星期)|{_NUMERAL}+个月"
    r"|本月|这个?月|当月|上个?月|下个?月|[今本当去上前明下]年度?|全年|[〇零一二三四五六七八九]{4}年度?"
)
MONTH_NUMERALS = "一二三四五六七八九十"
MONTH_FIRST = re.compile(_WORD_MONTH)
MONTH_LAST = re.compile(rf"(?:{_WORD_MONTH})$")
DAYS_AGO = {"今天": 0, "今日": 0, "昨天": 1, "昨日": 1, "前天": 2, "前日": 2}
DAY = re.compile("|".join(DAYS_AGO))
FILLING = re.compile(
    r"刚刚|刚才|请|麻烦|已经|已|新增了?|新?发布了?|发了|报送了?|上报了?|完成了?"
    r"|我(?:局|委|办|镇|乡|街道|中心|单位|们)|本单位|和|与|及|以及|还有|另外|另有|有|谢谢|辛苦了?|你好|您好"
)
EACH = re.compile(r"(?:各有?|分别|均)[\s=:+]*$")
PART = re.compile(r"其中|(?:内|共)?包?含|包括")
TOTAL = re.compile(r"共|共计|总共|一共|合计|总计|小计")
JOINT = re.compile(r"和|与|以及|及|还有")
SETTING = re.compile(r"(?:改为|改成|更正为)[\s:]*$")
UNIT_END = re.compile(
    r"(?:局|委|办|镇|乡|街道|社区|中心|大队|支队|政府|委员会|管委会|院|会|部|站|处|所|室|公司|园区|学校|银行)$"
)
COMMAS = re.compile(r"[,，;；。、!！?？.…\s]*[,，;；。、!！?？.…]\s*")

# Messages with links
LISTED = re.compile(r"^\s*\(?([0-9]{1,2})[.、)](?![0-9])\s*")
LABEL = re.compile(
    r"(?:^|(?<=[\s,;]))(?:(?:(?:原文|文章)?(?:链接|网址|地址)|详见|见)\s*(?::\s*|$)|(?:标题|题目|栏目)\s*:\s*)"
)
UNIT = re.compile(
    r".{1,10}(?:局|委|办|镇|乡|街道|社区|中心|大队|支队|政府|委员会|办公室|办事处|宣传部|法院|检察院)|[a-z]{2,12}",
    re.IGNORECASE,
)

OVERALL = frozenset({"全部", "全部单位", "总榜", "全县", "overall", "all"})
"""Words for all units in one list, whatever division they stand under."""
