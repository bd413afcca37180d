"""Tables and bulletins as two counties printed them: 定南's month and 苍溪's quarter."""

import csv
import datetime as dtm
from decimal import Decimal
from itertools import groupby, zip_longest
from pathlib import Path

from models.enums import BulletinKind
from services.core.bulletin import Annex, Bulletin, Paragraph, Section
from services.core.period import Period
from services.core.printing import HeadCell, Joined, Percentage, PrintedCell, PrintedTable, simple_head
from services.core.quarter import Quarter

HERE = Path(__file__).parent


def read(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as table:
        return list(csv.reader(table))


def a_cell(text: str) -> PrintedCell:
    return Percentage(Decimal(text[:-1])) if text.endswith("%") else int(text)


def dingnan() -> PrintedTable:
    """46 rows with 92 percentages; the totals are those of the columns."""
    head, *rows = read(HERE.parent / "core" / "dingnan_2024_02.csv")
    body = tuple((row[0], *map(a_cell, row[1:])) for row in rows)
    total = ("合计", 15360, 1280, 1730, Percentage(Decimal("135.2")), 3680, Percentage(Decimal("24.0")))
    return PrintedTable(
        name="2024年2月",
        title="责任单位政府信息公开情况",
        head=simple_head(*head),
        widths=(8, 6, 6, 6, 6, 6, 6),
        rows=body,
        note="单位：条",
        total=total,
        footnotes=("备注：数据来自县政府门户网站。",),
    )


def cangxi_counts() -> PrintedTable:
    """39 towns and 33 departments side by side; nothing was found wrong, so the last columns are blank."""
    rows = read(HERE / "cangxi_2020q1_counts.csv")[1:]
    halves = [
        [(unit, int(sent), int(taken), None) for division, unit, sent, taken in rows if division == wanted]
        for wanted in ("乡镇", "县级部门")
    ]
    none = (None,) * 4
    head = simple_head(*(name for first in ("乡镇", "县级部门") for name in (first, *COUNTED)))
    return PrintedTable(
        name="监测情况统计表",
        title="2020年一季度全县政务公开监测情况统计表",
        head=head,
        widths=(5, 5, 5, 4, 8, 5, 5, 4),
        rows=tuple((*left, *right) for left, right in zip_longest(*halves, fillvalue=none)),
        footnotes=("备注：政务公开数据来自苍溪县人民政府门户网站。",),
    )


COUNTED = ("报送信息总数（条）", "审发信息总数（条）", "错情（处）")


def cangxi_findings() -> PrintedTable:
    """Accounts with what was found; those of a platform share a cell, and so does what was found of one."""
    found = read(HERE / "cangxi_2020q1_media.csv")[1:]
    rows = [
        (*account[:4], "\n".join(_told(row) for row in several), account[-1])
        for account, same in groupby(found, key=lambda row: (*row[:4], row[7]))
        for several in [list(same)]
    ]
    joined, at = [], 0
    for _, same in groupby(rows, key=lambda row: row[0]):
        length = len(list(same))
        joined.append(Joined(at, 0, length))
        at += length
    return PrintedTable(
        name="突出问题政务新媒体名单",
        title="2020年一季度监测发现存在突出问题政务新媒体名单",
        head=simple_head("类别", "政务新媒体名称", "主办单位", "级别", "突出问题", "是否整改"),
        widths=(3, 9, 7, 4, 24, 4),
        rows=tuple(rows),
        joined=tuple(joined),
        footnotes=(
            "备注：1．监测时间为2020年1月1日至2020年3月31日；",
            "2．各单位政务新媒体日常监测情况将纳入政务公开工作年度目标考核。",
        ),
    )


def _told(row: list[str]) -> str:
    _, _, _, _, problem, looked_on, posted_on, _ = row
    return f"{_day(looked_on)}监测到{problem}，最新更新时间为{_day(posted_on)}" if posted_on else problem


def _day(text: str) -> str:
    day = dtm.date.fromisoformat(text)
    return f"{day.month}月{day.day}日" if day.year == 2020 else f"{day.year}年{day.month}月{day.day}日"


def headed() -> PrintedTable:
    """A head of three rows, joined cells to the very last row, and a dash beside a blank and a zero."""
    head = (
        (HeadCell("序号", rows=3), HeadCell("单位名称", rows=3), HeadCell("政府门户网站", columns=3)),
        (HeadCell("动态通知类", rows=2), HeadCell("五公开", columns=2)),
        (HeadCell("决策公开"), HeadCell("执行公开")),
    )
    return PrintedTable(
        name="任务[分配]表/2024",
        title="任务分配表",
        head=head,
        widths=(3, 8, 5, 5, 5),
        rows=(
            (1, "教育局", 2, "–", None),
            (3, "信访局", 0, "按要求发布", "按要求发布"),
            (None, "共", 2, None, None),
        ),
        joined=(Joined(1, 3, 2, 2),),
    )


def sections(*headed: tuple[str, ...]) -> tuple[Section, ...]:
    return tuple(
        Section(heading, tuple(Paragraph("place", text) for text in texts)) for heading, *texts in headed
    )


def dingnan_month() -> Bulletin:
    """A monthly bulletin with everything that kind has; its figures are the printed ones."""
    office = "政府门户网站建设和内容保障工作领导小组办公室"
    return Bulletin(
        kind=BulletinKind.MONTHLY,
        period=Period.of_month(2024, 2),
        organisation="定南县政务公开办公室",
        title="定南县政府门户网站内容保障暨\n政府信息公开月报",
        number=2,
        total_number=136,
        editor=office,
        asks_remarks=True,
        sections=sections(
            (
                "一、政府门户网站内容保障情况",
                "●2024年2月份，各单位在政府网站发布信息446条，历年累计94276条。",
            ),
            (
                "二、政府信息公开情况",
                "●2024年2月份，各责任单位主动公开政府信息1730条，历年累计429102条。",
                "当年总进度列前三位的单位是（含并列）：融媒体中心、消防大队、老城镇政府。",
                "列后三位的单位是（含并列）：公路发展分中心、市场监管局、发改委。",
            ),
            ("三、网络问政情况", "●2024年2月份，收到群众来信来访4件，已办理4件，历年累计4998件。"),
            ("四、存在的问题", "●住建局、市场监管局、应急管理局等单位未按时反馈整改情况。"),
            ("五、工作要求", "请各单位先审后发，按时报送。本月结果计入年终考评。"),
        ),
        annexes=(Annex("责任单位政府信息公开情况", dingnan()),),
        addressees="县四套班子领导，各镇人民政府，县直、驻县各单位",
        printed_by=office,
        printed_on=dtm.date(2024, 3, 15),
    )


def cangxi_quarter() -> Bulletin:
    """A quarterly bulletin with two annexes, the second lying across its pages."""
    office = "苍溪县人民政府办公室"
    return Bulletin(
        kind=BulletinKind.QUARTERLY,
        period=Quarter(2020, 1),
        organisation=office,
        title=f"{office}\n关于2020年一季度全县政务公开和政务\n新媒体监测情况的通报",
        addressees="各乡镇人民政府，县级有关部门",
        addressees_first=True,
        opening="现将2020年一季度全县政务公开与政务新媒体监测情况通报如下。",
        sections=sections(
            (
                "一、总体情况",
                "（一）政务公开情况。一季度，各乡镇和县级有关部门公开政务信息2131条，其中重点领域信息710条。",
                "（二）政务新媒体情况。截至3月31日，正常运行的政务新媒体共41个，总体合格率为70.7%。",
            ),
            (
                "二、主要问题",
                "（一）工作开展措施不力。部分单位发布数量少、更新不及时。",
                "（二）政策解读不主动。部分单位未同步解读政策文件，解读形式单一。",
            ),
            (
                "三、下一步工作要求",
                "（一）切实加大工作力度。请各单位落实专人负责，严格信息发布审核，对不合格的政务新媒体限期整改。",
                "（二）积极做好政策解读。请同步组织、同步审签、同步部署。",
                "（三）全面推进标准化规范化工作。请按照川办函〔2020〕8号文件要求，于2020年8月底前形成目录。",
            ),
        ),
        annexes=(
            Annex("2020年一季度全县政务公开监测情况统计表", cangxi_counts()),
            Annex("2020年一季度监测发现存在突出问题政务新媒体名单", cangxi_findings()),
        ),
        signer=office,
        signed_on=dtm.date(2020, 4, 15),
        printed_by=office,
        printed_on=dtm.date(2020, 4, 16),
    )
