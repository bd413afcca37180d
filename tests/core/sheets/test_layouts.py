"""Layouts that no sample of ours has: each with what it says, and what it leaves in doubt, by cell."""

from dataclasses import dataclass

import pytest

from models.enums import Cadence
from services.core.sheets.understand import understand
from services.core.sheets.understanding import Understanding
from tests.core.sheets.tables import doubts, grid_of

SIGNS = {Cadence.MONTHLY: "月", Cadence.YEARLY: "年"}


def said(understood: Understanding) -> set[str]:
    """Everything a sheet says: 甲局 动态 2/月, 甲局 动态 2月=3, 甲局 动态 –/月."""
    names = {unit.position: unit.name for unit in understood.units}
    lines = set()
    for quota in understood.quotas:
        target = "–" if quota.target is None else f"{quota.target}"
        account = "×号" if quota.is_per_account else ""
        lines.add(f"{names[quota.position]} {quota.category} {target}/{SIGNS[quota.cadence]}{account}")
    for count in understood.counts:
        lines.add(f"{names[count.position]} {count.category} {count.month}月={count.count}")
    return lines


@dataclass(frozen=True)
class Layout:
    name: str
    table: str
    truth: str
    doubted: str = ""  # "C5 quota_blank; D6 …"
    merges: str = ""
    sheet: str = "Sheet1"
    more: tuple[tuple[str, str], ...] = ()  # other sheets: name, table


LAYOUTS = [
    # Heads in other words
    *(
        Layout(
            f"unit head {head}", f"{head}|动态\n公安局|2条/月\n民政局|–", "公安局 动态 2/月; 民政局 动态 –/月"
        )
        for head in (
            "单位",
            "部门",
            "乡镇（街道）",
            "责任单位",
            "单位名称",
            "填报单位",
            "成员单位",
            "县级部门",
            "市直部门",
            "各镇（街道）",
            "发布主体",
            "考核单位",
            "乡 镇",
            "单位/部门",
            "责任单位（部门）",
            "名 称",
            "单位全称",
        )
    ),
    Layout(
        "a head nobody knows", "承担者|动态\n公安局|2条/月\n民政局|–", "公安局 动态 2/月; 民政局 动态 –/月"
    ),
    Layout(
        "no head over the units",
        "序号||动态\n1|公安局|2条/月\n2|民政局|1条/年",
        "公安局 动态 2/月; 民政局 动态 1/年",
    ),
    Layout(
        "the number last",
        "动态|单位|序号\n2条/月|公安局|1\n1条/月|民政局|2",
        "公安局 动态 2/月; 民政局 动态 1/月",
    ),
    Layout(
        "no number at all, remarks first",
        "备注|动态|部门\n新设|2条/月|公安局\n|1条/月|民政局",
        "公安局 动态 2/月; 民政局 动态 1/月",
    ),
    Layout(
        "names with numbers in front",
        "单位|动态\n1.公安局|2条/月\n2、民政局|1条/月\n（3）司法局*|1条/年",
        "公安局 动态 2/月; 民政局 动态 1/月; 司法局 动态 1/年",
    ),
    # Rows
    Layout(
        "title rows and blank rows above",
        "附件1||\n||\n某县2024年任务分解表||\n（单位：条）||\n||\n单位|动态|法定\n|| \n公安局|2条/月|1条/年",
        "公安局 动态 2/月; 公安局 法定 1/年",
        merges="A3:C3 A4:C4",
    ),
    Layout(
        "a title in the middle without a merge",
        "||2024年任务分解表|\n序号|单位|动态|法定\n1|公安局|2条/月|1条/年",
        "公安局 动态 2/月; 公安局 法定 1/年",
    ),
    Layout(
        "blank rows between units",
        "单位|动态\n公安局|2条/月\n|\n民政局|1条/月\n|",
        "公安局 动态 2/月; 民政局 动态 1/月",
    ),
    Layout(
        "notes and signatures under the table",
        "单位|动态\n公安局|2条/月\n注：以网站发布为准\n填报人：张某|审核人：李某\n本表由各单位自行填写。",
        "公安局 动态 2/月",
    ),
    Layout(
        "total above the units",
        "单位|2月发布数\n全县合计|7\n公安局|3\n民政局|4",
        "公安局 信息公开 2月=3; 民政局 信息公开 2月=4",
        doubted="B1 category_unnamed",
    ),
    Layout(
        "a total above that is wrong",
        "各单位信息发布情况\n单位|2月发布数\n总计|8\n公安局|3\n民政局|4",
        "公安局 信息发布 2月=3; 民政局 信息发布 2月=4",
        doubted="B3 total_disagrees",
    ),
    Layout(
        "subtotals of groups, a total and a mean",
        "各单位信息发布情况\n单位|2月发布数\n甲镇|3\n乙镇|4\n乡镇合计|7\n公安局|5\n部门小计|5\n总计|12\n平均|4\n平均数|4",
        "甲镇 信息发布 2月=3; 乙镇 信息发布 2月=4; 公安局 信息发布 2月=5",
    ),
    Layout(
        "the subtotal stands above its group",
        "各单位信息发布情况\n单位|2月发布数\n乡镇小计|7\n甲镇|3\n乙镇|4\n部门小计|5\n公安局|5\n全县总计|12",
        "甲镇 信息发布 2月=3; 乙镇 信息发布 2月=4; 公安局 信息发布 2月=5",
    ),
    Layout(
        "sections as lines of their own",
        "单位|动态\n一、乡镇\n甲镇|2条/月\n二、县直部门\n公安局|1条/月",
        "甲镇 动态 2/月; 公安局 动态 1/月",
    ),
    Layout("a line that numbers the columns", "序号|单位|动态\n甲|乙|1\n1|公安局|2条/月", "公安局 动态 2/月"),
    Layout(
        "the same unit twice",
        "单位|动态\n公安局|2条/月\n民政局|1条/月\n公安局|3条/月",
        "公安局 动态 2/月; 民政局 动态 1/月",
        doubted="A4 unit_repeated",
    ),
    Layout(
        "two units in one cell",
        "单位|动态\n公安局、民政局|2条/月\n司法局|1条/月",
        "司法局 动态 1/月",
        doubted="A2 unit_several",
    ),
    # Quotas in other words
    *(
        Layout(
            f"quota {text}",
            f"单位|动态\n公安局|{text}\n民政局|1条/{sign}",
            f"公安局 动态 {truth}; 民政局 动态 1/{sign}",
        )
        for text, sign, truth in (
            ("全年12条", "年", "12/年"),
            ("每月至少1篇", "月", "1/月"),
            ("不少于10条/年", "年", "10/年"),
            ("２条／月", "月", "2/月"),
            ("每月2条以上", "月", "2/月"),
            ("≥2条/月", "月", "2/月"),
            ("每月发布不少于3条", "月", "3/月"),
            ("每年两期", "年", "2/年"),
            ("月均2条", "月", "2/月"),
            ("2条每月", "月", "2/月"),
            ("4条/月/账号", "月", "4/月×号"),
            ("每个账号每月4条", "月", "4/月×号"),
            ("一年12条", "年", "12/年"),
            ("免报", "月", "–/月"),
            ("不作要求", "月", "–/月"),
            ("——", "年", "–/年"),
            ("/", "年", "–/年"),
        )
    ),
    *(
        Layout(
            f"quota {text} is asked about",
            f"单位|动态\n公安局|{text}\n民政局|1条/月\n司法局|1条/月",
            "民政局 动态 1/月; 司法局 动态 1/月",
            doubted=f"B2 {reason}",
        )
        for text, reason in (
            ("每季度1条", "span_unknown"),
            ("1条/季", "span_unknown"),
            ("每周1条", "span_unknown"),
            ("每半年2条", "span_unknown"),
            ("1-2条/月", "quota_unreadable"),
            ("约2条/月", "quota_unreadable"),
            ("2条/月、10条/年", "quota_unreadable"),
            ("", "quota_blank"),
            ("0", "quota_zero"),
            ("2", "span_unknown"),
            ("适时发布", "quota_unreadable"),
        )
    ),
    Layout(
        "the span once for the whole table",
        "2024年任务表\n（单位：条/月）\n单位|动态|法定\n公安局|2|–\n民政局|1|3",
        "公安局 动态 2/月; 公安局 法定 –/月; 民政局 动态 1/月; 民政局 法定 3/月",
    ),
    Layout(
        "targets above, categories below",
        "单位|每月任务数||全年任务数|\n|动态|法定|解读|活动\n公安局|2|1|4|1",
        "公安局 动态 2/月; 公安局 法定 1/月; 公安局 解读 4/年; 公安局 活动 1/年",
        merges="A1:A2 B1:C1 D1:E1",
    ),
    Layout(
        "the category in front of the measure",
        "单位|动态每月任务数|动态全年任务数\n公安局|2|24",
        "公安局 动态 2/月; 公安局 动态 24/年",
    ),
    Layout(
        "bare numbers without a span",
        "2024年任务分配表\n单位|动态\n公安局|12\n民政局|24",
        "",
        doubted="B2 column_unknown",
    ),
    Layout(
        "targets whose span nobody says",
        "2024年信息公开情况\n单位|任务数\n公安局|12\n民政局|24",
        "",
        doubted="B2 target_span_unknown",
    ),
    # Turned and widened
    Layout(
        "categories down, units across",
        "2024年任务分配表||\n栏目|公安局|民政局\n动态|2条/月|1条/月\n法定|–|1条/年",
        "公安局 动态 2/月; 公安局 法定 –/年; 民政局 动态 1/月; 民政局 法定 1/年",
        merges="A1:C1",
    ),
    Layout(
        "units across, a doubt by its printed cell",
        "栏目|公安局|民政局|司法局\n动态|2条/月|多发|1条/月\n注：略",
        "公安局 动态 2/月; 司法局 动态 1/月",
        doubted="C2 quota_unreadable",
    ),
    Layout(
        "units across under the word for them",
        "单位名称|公安局|民政局|绥山镇\n动态|2条/月|1条/月|–",
        "公安局 动态 2/月; 民政局 动态 1/月; 绥山镇 动态 –/月",
    ),
    Layout(
        "counts turned, the month in the title",
        "某县2024年3月信息发布情况|||\n栏目|公安局|民政局|合计\n动态|2|3|5\n法定|0|1|1",
        "公安局 动态 3月=2; 公安局 法定 3月=0; 民政局 动态 3月=3; 民政局 法定 3月=1",
        merges="A1:D1",
    ),
    Layout(
        "a line for each unit and category",
        "单位|栏目|任务\n公安局|动态|2条/月\n|法定|1条/年\n民政局|动态|1条/月",
        "公安局 动态 2/月; 公安局 法定 1/年; 民政局 动态 1/月",
        merges="A2:A3",
    ),
    Layout(
        "a line for each category, units inside",
        "栏目|单位|任务数\n动态|公安局|2条/月\n|民政局|1条/月\n法定|公安局|–\n|民政局|1条/年",
        "公安局 动态 2/月; 民政局 动态 1/月; 公安局 法定 –/年; 民政局 法定 1/年",
    ),
    Layout(
        "a line for each unit and month",
        "信息发布情况\n单位|月份|动态|法定\n公安局|1月|3|1\n公安局|2月|4|0\n民政局|1月|5|2\n民政局|2月|6|3",
        "公安局 动态 1月=3; 公安局 动态 2月=4; 公安局 法定 1月=1; 公安局 法定 2月=0; "
        "民政局 动态 1月=5; 民政局 动态 2月=6; 民政局 法定 1月=2; 民政局 法定 2月=3",
    ),
    Layout(
        "the same unit and category twice",
        "单位|栏目|任务\n公安局|动态|2条/月\n公安局|动态|3条/月\n民政局|动态|1条/月\n民政局|法定|1条/月",
        "公安局 动态 2/月; 民政局 动态 1/月; 民政局 法定 1/月",
        doubted="B3 category_repeated",
    ),
    # Months
    Layout(
        "months as columns",
        "各单位信息发布情况\n单位|1月|2月|3月|合计\n公安局|1|2|3|6\n民政局|4|5|6|15",
        "公安局 信息发布 1月=1; 公安局 信息发布 2月=2; 公安局 信息发布 3月=3; "
        "民政局 信息发布 1月=4; 民政局 信息发布 2月=5; 民政局 信息发布 3月=6",
    ),
    Layout(
        "months as columns, a wrong total",
        "各单位信息发布情况\n单位|一月|二月|合计\n公安局|1|2|4\n民政局|4|5|9",
        "公安局 信息发布 1月=1; 公安局 信息发布 2月=2; 民政局 信息发布 1月=4; 民政局 信息发布 2月=5",
        doubted="D3 line_total_disagrees",
    ),
    Layout(
        "months that are not over are blank",
        "信息发布情况\n单位|1月|2月|3月\n公安局|1|2|\n民政局|4|5|",
        "公安局 信息发布 1月=1; 公安局 信息发布 2月=2; 民政局 信息发布 1月=4; 民政局 信息发布 2月=5",
    ),
    Layout(
        "months over categories",
        "单位|1月||2月|\n|动态|法定|动态|法定\n公安局|1|2|3|4",
        "公安局 动态 1月=1; 公安局 法定 1月=2; 公安局 动态 2月=3; 公安局 法定 2月=4",
        merges="A1:A2 B1:C1 D1:E1",
    ),
    Layout(
        "categories over months",
        "单位|动态||法定|\n|1月|2月|1月|2月\n公安局|1|2|3|4",
        "公安局 动态 1月=1; 公安局 动态 2月=2; 公安局 法定 1月=3; 公安局 法定 2月=4",
    ),
    Layout(
        "months, each with a target and a rate",
        "2024年政府信息公开情况\n单位|1月|||2月||\n|任务数|完成数|完成率|任务数|完成数|完成率\n公安局|10|5|50%|10|8|80%",
        "公安局 政府信息公开 10/月; 公安局 政府信息公开 1月=5; 公安局 政府信息公开 2月=8",
        merges="A2:A3 B2:D2 E2:G2",
    ),
    Layout(
        "dates where months are meant",
        "信息发布情况\n单位|2024-01-01|2024-02-01\n公安局|1|2",
        "公安局 信息发布 1月=1; 公安局 信息发布 2月=2",
    ),
    Layout(
        "a date of another year",
        "2024年信息发布情况\n单位|2023-12-01|2024-01-01\n公安局|1|2",
        "公安局 信息发布 1月=2",
        doubted="B2 head_year_differs",
    ),
    Layout(
        "bare numbers under the word month",
        "信息发布情况\n单位|月份||\n|1|2|3\n公安局|4|5|6",
        "公安局 信息发布 1月=4; 公安局 信息发布 2月=5; 公安局 信息发布 3月=6",
        merges="A2:A3 B2:D2",
    ),
    Layout(
        "categories, the month in the title",
        "某县2024年2月各单位信息发布统计表\n单位|动态|法定|合计\n公安局|3条|１２篇|15\n民政局|4|–|4",
        "公安局 动态 2月=3; 公安局 法定 2月=12; 民政局 动态 2月=4",
    ),
    Layout(
        "categories, the month in the sheet's name",
        "信息发布统计表\n单位|动态\n公安局|3\n民政局|4",
        "公安局 动态 2月=3; 民政局 动态 2月=4",
        sheet="2月",
    ),
    Layout(
        "the title and the sheet's name disagree",
        "2024年2月信息发布统计表\n单位|动态\n公安局|3\n民政局|4",
        "",
        sheet="3月",
        doubted=" month_differs; B2 column_unknown",
    ),
    Layout(
        "the month and its rest of the year",
        "2024年2月信息公开\n单位|当月完成数|1-2月累计\n公安局|3|7",
        "公安局 信息公开 2月=3; 公安局 信息公开 1月=4",
    ),
    Layout(
        "only a quarter", "2024年一季度信息公开\n单位|一季度完成数\n公安局|9", "", doubted="B2 months_missing"
    ),
    Layout(
        "a quarter beside its months",
        "信息公开\n单位|1月|2月|3月|一季度\n公安局|1|2|3|7",
        "公安局 信息公开 1月=1; 公安局 信息公开 2月=2; 公安局 信息公开 3月=3",
        doubted="E3 year_disagrees",
    ),
    Layout("a month that nobody names", "信息公开\n单位|完成数\n公安局|9", "", doubted="B2 month_unknown"),
    Layout(
        "last month and what changed since",
        "2024年3月信息发布\n单位|上月数|本月数|环比|截至3月31日\n公安局|3|4|33%|7",
        "公安局 信息发布 3月=4",
        doubted="B2 column_unknown; E2 column_unknown",
    ),
    Layout(
        "each account, said once in the head",
        "单位|门户网站|微信公众号（每个账号）\n公安局|2条/月|4条/月\n民政局|2条/月|–",
        "公安局 门户网站 2/月; 公安局 微信公众号 4/月×号; 民政局 门户网站 2/月; 民政局 微信公众号 –/月",
    ),
    Layout(
        "two lines for each unit, target and count",
        "2024年信息发布\n单位|项目|1月|2月\n公安局|任务数|3|3\n|完成数|4|5\n民政局|任务数|2|2\n|完成数|1|2",
        "公安局 信息发布 3/月; 公安局 信息发布 1月=4; 公安局 信息发布 2月=5; "
        "民政局 信息发布 2/月; 民政局 信息发布 1月=1; 民政局 信息发布 2月=2",
        merges="A3:A4 A5:A6",
    ),
    Layout(
        "points and places are not counted",
        "2024年2月信息发布统计表\n单位|动态|错情（处）|得分|排名\n公安局|3|1|9|1",
        "公安局 动态 2月=3",
        doubted="C2 column_unknown; D2 column_unknown",
    ),
    # Blocks, tables and sheets
    Layout(
        "two units side by side under different heads",
        "2024年2月信息公开情况\n乡 镇|发布数|县级部门|发布数\n甲镇|3|公安局|5\n乙镇|4||",
        "甲镇 信息公开 2月=3; 乙镇 信息公开 2月=4; 公安局 信息公开 2月=5",
    ),
    Layout(
        "two blocks with a remark at the end",
        "2024年2月信息公开情况\n序号|单位|发布数|序号|单位|发布数|备注\n1|甲镇|3|3|公安局|5|好\n2|乙镇|4|4|民政局|6|",
        "甲镇 信息公开 2月=3; 乙镇 信息公开 2月=4; 公安局 信息公开 2月=5; 民政局 信息公开 2月=6",
    ),
    Layout(
        "a second table below the first",
        "一、任务\n单位|动态\n公安局|2条/月\n二、2024年2月信息公开情况\n责任单位|2月发布数|排名\n公安局|3|1",
        "公安局 动态 2/月; 公安局 信息公开 2月=3",
    ),
    Layout(
        "a sheet for each month",
        "信息公开\n单位|发布数\n公安局|3",
        "公安局 信息公开 1月=3; 公安局 信息公开 2月=4; 民政局 信息公开 2月=5",
        sheet="1月",
        more=(("2月", "信息公开\n单位|发布数\n公安局|4\n民政局|5"), ("封面", "某县|\n2024年|")),
    ),
    Layout(
        "a sheet for each group",
        "单位|动态\n甲镇|2条/月",
        "甲镇 动态 2/月; 公安局 动态 1/月",
        sheet="乡镇",
        more=(("部门", "单位|动态\n公安局|1条/月"),),
    ),
    Layout(
        "two sheets that say different things",
        "信息公开\n单位|1月|2月\n公安局|3|4",
        "公安局 信息公开 1月=3",
        sheet="一",
        more=(("二", "信息公开\n单位|2月\n公安局|5"),),
        doubted="二!B3 count_contradicted",
    ),
    Layout(
        "a sheet of another year",
        "2024年信息公开\n单位|1月\n公安局|3",
        "公安局 信息公开 1月=3",
        sheet="一",
        more=(("二", "2023年信息公开\n单位|1月\n公安局|5"),),
        doubted=" sheet_of_other_year",
    ),
    Layout(
        "the months of one sheet split another's year",
        "信息公开\n单位|1月\n公安局|3",
        "公安局 信息公开 1月=3; 公安局 信息公开 2月=4; 公安局 信息公开 3月=5",
        sheet="一",
        more=(("三", "信息公开\n单位|3月|当年完成数\n公安局|5|12"),),
    ),
]


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_an_unseen_layout_is_understood_or_asked_about_by_its_cell(layout):
    grids = [grid_of(layout.table, layout.merges, name=layout.sheet)]
    grids += [grid_of(table, name=name) for name, table in layout.more]
    understood = understand(grids, year=2024)
    doubted = {tuple(one.split(" ")) for one in layout.doubted.split("; ") if one}
    assert said(understood) == {line for line in layout.truth.split("; ") if line}
    assert set(doubts(understood).items()) == doubted


def test_there_are_layouts_enough():
    assert len(LAYOUTS) >= 40
    assert len({layout.name for layout in LAYOUTS}) == len(LAYOUTS)
