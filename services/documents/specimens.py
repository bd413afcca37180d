"""Bulletins that nobody issued, to try a template with: one with all that there can be, one with nothing."""

import datetime as dtm
from decimal import Decimal

from models.enums import BulletinKind
from services.core.bulletin import Annex, Bulletin, Paragraph, Section
from services.core.period import Period
from services.core.printing import HeadCell, Joined, Percentage, PrintedTable

_COUNTS = PrintedTable(
    name="公开情况",
    title="责任单位政府信息公开情况",
    head=(
        (HeadCell("序号", rows=2), HeadCell("责任单位", rows=2), HeadCell("2月", columns=3)),
        (HeadCell("任务数"), HeadCell("发布数"), HeadCell("完成比")),
    ),
    widths=(3, 8, 5, 5, 5),
    rows=(
        (1, "示例一局", 30, 32, Percentage(Decimal("106.7"))),
        (2, "示例二局", 15, 10, Percentage(Decimal("66.7"))),
        (4, "示例三镇", None, "–", None),
    ),
    note="单位：条",
    total=(None, "合计", 45, 42, Percentage(Decimal("93.3"))),
    footnotes=("备注：示例数据，仅供查看版式。",),
)
_ACCOUNTS = PrintedTable(
    name="账号名单",
    title="监测发现存在突出问题的政务新媒体名单",
    head=(tuple(HeadCell(name) for name in ("类别", "名称", "主办单位", "级别", "突出问题", "是否整改")),),
    widths=(3, 9, 8, 4, 24, 4),
    rows=(
        (
            "政务微信",
            "示例发布",
            "示例一局",
            "县级部门",
            "2月16日监测到超过两周未更新，最新更新时间为2月1日",
            "是",
        ),
        ("政务微信", "示例微讯", "示例三镇", "乡镇", "同一平台开设多个政务新媒体账号", "否"),
    ),
    joined=(Joined(0, 0, 2),),
)
_FULL = Bulletin(
    kind=BulletinKind.MONTHLY,
    period=Period.of_month(2024, 2),
    organisation="示例县政务公开办公室",
    title="示例县政府信息公开月报",
    sections=(
        Section(
            "一、总体情况",
            (
                Paragraph("specimen", "（一）公开情况。2月份，各单位主动公开政府信息42条。"),
                Paragraph("specimen", "完成进度列前三位的单位是（含并列）：示例一局、示例二局。"),
            ),
        ),
        Section("二、下一步要求", (Paragraph("specimen", "请各单位按时报送。"),)),
    ),
    annexes=(Annex("责任单位政府信息公开情况", _COUNTS), Annex("存在突出问题的政务新媒体名单", _ACCOUNTS)),
    number=2,
    total_number=14,
    editor="示例县政务公开办公室",
    asks_remarks=True,
    addressees="各乡镇人民政府，县级有关部门",
    addressees_first=True,
    opening="现将2月份有关情况通报如下。",
    signer="示例县政务公开办公室",
    signed_on=dtm.date(2024, 3, 15),
    copied_to="县委办公室，县人大常委会办公室，县政协办公室",
    printed_by="示例县政务公开办公室",
    printed_on=dtm.date(2024, 3, 16),
    remark="数据来自示例县人民政府门户网站。",
)
_BARE = Bulletin(BulletinKind.YEARLY, Period.of_year(2024), organisation="", title="", sections=())

SPECIMENS = (_FULL, _BARE)
