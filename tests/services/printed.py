"""Tables and bulletins as two counties printed them: 定南's month and 苍溪's quarter."""

import csv
from decimal import Decimal
from itertools import groupby, zip_longest
from pathlib import Path

from services.core.printing import HeadCell, Joined, Percentage, PrintedCell, PrintedTable, simple_head

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
    return f"{looked_on}监测到{problem}，最新更新时间为{posted_on}" if posted_on else problem


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
