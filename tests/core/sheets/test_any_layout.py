"""One truth, printed in any of many ways, is read back as it was."""

from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from services.core.sheets.understand import understand
from tests.core.sheets.tables import grid_of
from tests.core.sheets.test_layouts import said

UNITS = ("市公安局", "民政局", "绥山镇", "胜利街道", "行政审批局", "融媒体中心", "工业园区管委会", "龙门乡")
CATEGORIES = ("动态通知类", "法定主动公开内容", "决策公开", "政策解读", "政务公开日活动信息", "年度报告")
UNIT_HEADS = ("单位", "责任单位", "单位名称", "乡镇（街道）、部门", "填报单位", "部门")
TITLES = (
    "某县2024年3月信息发布情况统计表",
    "2024年3月份各单位信息公开工作情况",
    "关于2024年3月信息发布情况的通报",
)
NOTES = ("备注：以网站发布为准", "注：1.按月统计。", "填报人：某某　　审核人：某某", "统计截止日期：3月31日")
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
SPELLINGS = (
    str,
    lambda n: f"{n}条",
    lambda n: f"{n}篇",
    lambda n: f" {n} ",
    lambda n: str(n).translate(WIDE),
)


@dataclass(frozen=True)
class Printed:
    table: str
    truth: set[str]


@st.composite
def tables(draw) -> Printed:
    """Counts of one month, with whatever an office may print around them."""
    units = draw(st.lists(st.sampled_from(UNITS), min_size=2, max_size=8, unique=True))
    categories = draw(st.lists(st.sampled_from(CATEGORIES), min_size=1, max_size=4, unique=True))
    counts = {(unit, name): draw(st.integers(0, 400)) for unit in units for name in categories}
    spell = draw(st.sampled_from(SPELLINGS))
    columns = [("单位", draw(st.sampled_from(UNIT_HEADS)), {unit: unit for unit in units})]
    columns += [("栏目", name, {unit: spell(counts[unit, name]) for unit in units}) for name in categories]
    if draw(st.booleans()):
        sums = {unit: str(sum(counts[unit, name] for name in categories)) for unit in units}
        columns.append(("合计", draw(st.sampled_from(["合计", "小计", "总计", "合计（条）"])), sums))
    others = draw(st.lists(st.sampled_from(["备注", "排名", "联系电话"]), unique=True))
    columns += [("其他", head, dict.fromkeys(units, "1")) for head in others]
    if draw(st.booleans()):
        number = ("序号", "序号", {unit: str(at) for at, unit in enumerate(units, start=1)})
        columns.insert(draw(st.integers(0, len(columns))), number)
    rows = [[head for _, head, _ in columns], *([cells[unit] for _, _, cells in columns] for unit in units)]
    if draw(st.booleans()):
        total = {name: str(sum(counts[unit, name] for unit in units)) for name in categories}
        label = draw(st.sampled_from(["合计", "总计", "全县合计", "合 计"]))
        rows.append([label if kind == "单位" else total.get(head, "") for kind, head, _ in columns])
    if draw(st.booleans()):
        rows = [list(row) for row in zip(*rows, strict=True)] if _may_turn(columns) else rows
    lines = ["|".join(row) for row in rows]
    lines.insert(0, draw(st.sampled_from(TITLES)))
    if draw(st.booleans()):
        lines.insert(1, "")
    lines += draw(st.lists(st.sampled_from(NOTES), max_size=2, unique=True))
    truth = {f"{unit} {name} 3月={count}" for (unit, name), count in counts.items()}
    return Printed("\n".join(lines), truth)


def _may_turn(columns: list[tuple[str, str, dict[str, str]]]) -> bool:
    """Turned tables have their categories in the first column, so the units' head must be there too."""
    return columns[0][0] == "单位"


@settings(max_examples=150)
@given(tables())
def test_a_months_counts_are_read_from_any_table(printed):
    understood = understand([grid_of(printed.table)], year=2024)
    assert said(understood) == printed.truth
    assert not understood.doubts
