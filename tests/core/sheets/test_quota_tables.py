"""Tables that say "2条/月": heads in levels, exemptions, duties, and everything that is doubtful."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.enums import Cadence, DutyKind
from services.core.sheets.errors import SheetNotUnderstood
from services.core.sheets.grid import Cell, Grid
from services.core.sheets.understand import understand
from services.core.sheets.understanding import Meaning
from tests.core.sheets.tables import doubts, grid_of, read

THREE_LEVELS = """
某市2024年任务分配表
序号|单位名称|门户网站|||新媒体|其他要求
||动态|五公开|||
|||决策公开|结果公开||
1|市司法局|2条/月|1条/年|–|4条/月（每个账号）|按要求发布年度报告。
2|绥山镇|1条/月|–|1条/年|–|
"""
MERGES = "A1:G1 A2:A4 B2:B4 C2:E2 F2:F4 G2:G4 C3:C4 D3:E3 G5:G6"


def by_category(understanding):
    return {
        (quota.position, quota.category): (quota.target, quota.cadence, quota.is_per_account)
        for quota in understanding.quotas
    }


@pytest.mark.parametrize("merges", [MERGES, ""], ids=["merged", "as in a text file"])
def test_heads_of_three_levels_name_category_division_and_area(merges):
    understood = read(THREE_LEVELS, merges)
    assert understood.title == "某市2024年任务分配表"
    assert [(c.name, c.division, c.area) for c in understood.categories] == [
        ("动态", "", "门户网站"),
        ("决策公开", "五公开", "门户网站"),
        ("结果公开", "五公开", "门户网站"),
        ("新媒体", "", ""),
    ]
    assert by_category(understood)[1, "新媒体"] == (4, Cadence.MONTHLY, True)
    assert by_category(understood)[2, "决策公开"] == (None, Cadence.YEARLY, False)
    [duty] = understood.duties
    assert (duty.positions, duty.kind, duty.text) == ((1, 2), DutyKind.DUTY, "按要求发布年度报告。")
    assert not understood.doubts


def test_a_column_knows_its_letter_and_all_its_heads():
    column = read(THREE_LEVELS, MERGES).columns[3]
    assert (column.letter, column.address, column.heading) == ("D", "D4", ("门户网站", "五公开", "决策公开"))
    assert column.meaning is Meaning.QUOTA


@pytest.mark.parametrize(
    "head", ["单位名称", "单位", "责任单位", "部门", "镇街", "名称", "单位（部门）", "牵头单位"]
)
def test_many_words_head_the_units(head):
    understood = read(f"{head}|动态\n甲局|2条/月")
    assert [unit.name for unit in understood.units] == ["甲局"]


def test_columns_may_stand_in_any_order():
    understood = read("动态|序号|部门|备注\n2条/月|7|甲局|新设")
    assert understood.units[0].printed_number == "7"
    assert by_category(understood) == {(1, "动态"): (2, Cadence.MONTHLY, False)}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "quota_blank"),
        ("按需发布", "quota_unreadable"),
        ("2-3条/月", "quota_unreadable"),
        ("2条/季度", "span_unknown"),
        ("2条", "span_unknown"),
        ("0条/年", "quota_zero"),
    ],
)
def test_an_unclear_quota_is_doubted_by_address_and_left_out(text, reason):
    understood = read(f"单位|动态\n甲局|{text}\n乙局|2条/月\n丙局|1条/月")
    assert doubts(understood) == {"B2": reason}
    assert [quota.position for quota in understood.quotas] == [2, 3]


def test_a_value_merged_over_units_is_owed_by_each():
    understood = read("单位|动态\n甲局|2条/月\n乙局|", "B2:B3")
    assert [(q.position, q.target, q.address) for q in understood.quotas] == [(1, 2, "B2"), (2, 2, "B2")]


def test_a_dash_merged_over_categories_exempts_from_each():
    understood = read("单位|决策|执行\n甲局|–|\n乙局|1条/年|1条/年", "B2:C2")
    assert [(q.position, q.category) for q in understood.quotas if q.target is None] == [
        (1, "决策"),
        (1, "执行"),
    ]


def test_a_column_of_dashes_alone_has_no_cadence():
    understood = read("单位|动态|调查\n甲局|2条/月|–\n乙局|2条/月|–")
    assert doubts(understood) == {"C1": "cadence_unknown"}
    assert {quota.category for quota in understood.quotas} == {"动态"}


def test_the_head_may_name_the_span_for_bare_numbers():
    understood = read("单位|动态（条/月）|公开日(每年)\n甲局|2|1\n乙局|–|–")
    assert by_category(understood) == {
        (1, "动态"): (2, Cadence.MONTHLY, False),
        (2, "动态"): (None, Cadence.MONTHLY, False),
        (1, "公开日"): (1, Cadence.YEARLY, False),
        (2, "公开日"): (None, Cadence.YEARLY, False),
    }


def test_a_hole_in_the_numbers_is_told_and_kept():
    understood = read("序号|单位|动态\n23|甲局|2条/月\n25|乙局|2条/月\n28|丙局|2条/月")
    assert [unit.printed_number for unit in understood.units] == ["23", "25", "28"]
    assert [(r.address, r.params["number"]) for r in understood.remarks] == [
        ("A3", 24),
        ("A4", 26),
        ("A4", 27),
    ]
    assert not understood.doubts


def test_numbers_that_run_backwards_are_doubted_but_may_start_again():
    understood = read(
        "序号|单位|动态\n2|甲局|2条/月\n2|乙局|2条/月\n1|丙镇|2条/月\n十|丁镇|2条/月\n?|戊镇|2条/月"
    )
    assert doubts(understood) == {"A3": "number_disordered", "A6": "number_unreadable"}
    assert len(understood.units) == 5


def test_a_name_printed_twice_is_taken_once():
    understood = read("单位|动态\n市司法局|2条/月\n市 司法局|1条/月")
    assert doubts(understood) == {"A3": "unit_repeated"}
    assert understood.doubts[0].params["first"] == "A2"
    assert [quota.target for quota in understood.quotas] == [2]


def test_a_row_with_quotas_but_no_unit_is_doubted():
    understood = read("单位|动态\n甲局|2条/月\n|2条/月")
    assert doubts(understood) == {"A3": "unit_missing"}


def test_totals_are_compared_and_are_no_units():
    table = "单位|动态|公开日\n甲局|2条/月|1条/年\n乙局|1条/月|–\n合计|{}|2条/年"
    assert doubts(read(table.format("3条/月"))) == {"C4": "total_disagrees"}
    assert doubts(read(table.format("36条/年"))) == {"C4": "total_disagrees"}
    understood = read(table.format("4"))
    assert doubts(understood) == {"B4": "total_disagrees", "C4": "total_disagrees"}
    assert understood.doubts[0].params == {"printed": 4, "computed": 3}
    assert [unit.name for unit in understood.units] == ["甲局", "乙局"]


def test_heads_printed_again_after_a_page_break_are_no_units():
    understood = read(
        THREE_LEVELS.rstrip()
        + "\n序号|单位名称|门户网站|||新媒体|其他要求\n||动态|五公开|||\n|||决策公开|结果公开||\n"
        "3|黄湾镇|1条/月|–|–|–|按要求发布年度报告。",
        MERGES,
    )
    assert [unit.name for unit in understood.units] == ["市司法局", "绥山镇", "黄湾镇"]
    assert understood.duties[0].positions == (1, 2, 3)
    assert not understood.doubts


def test_notes_under_the_table_are_kept_word_for_word():
    understood = read(
        "单位|动态\n甲局|2条/月\n备注：未完成的酌情扣分。\n2.以网站发布为准。",
        "A3:B3 A4:B4",
        below=("注：据实填报",),
    )
    assert [remark.params["text"] for remark in understood.remarks] == [
        "备注：未完成的酌情扣分。",
        "2.以网站发布为准。",
        "注：据实填报",
    ]
    assert len(understood.units) == 1


def test_sections_give_units_their_division():
    understood = read("序号|单位|动态\n一、乡镇\n1|甲镇|2条/月\n二、部门\n1|乙局|2条/月", "A2:C2 A4:C4")
    assert [(unit.name, unit.division) for unit in understood.units] == [
        ("甲镇", "一、乡镇"),
        ("乙局", "二、部门"),
    ]
    assert not understood.doubts


def test_a_column_of_kinds_gives_units_their_division():
    understood = read("类别|单位|动态\n乡镇|甲镇|2条/月\n|乙镇|2条/月\n部门|丙局|2条/月", "A2:A3")
    assert [unit.division for unit in understood.units] == ["乡镇", "乡镇", "部门"]


def test_two_tables_of_units_may_stand_side_by_side():
    understood = read("序号|单位|动态|序号|单位|动态\n1|甲镇|2条/月|3|丙局|1条/月\n2|乙镇|2条/月|||")
    assert [(unit.name, unit.printed_number) for unit in understood.units] == [
        ("甲镇", "1"),
        ("乙镇", "2"),
        ("丙局", "3"),
    ]
    assert [(quota.position, quota.target) for quota in understood.quotas] == [(1, 2), (2, 2), (3, 1)]
    assert not understood.doubts


def test_the_same_name_under_two_heads_makes_two_categories():
    understood = read("单位|网站|新媒体\n|动态|动态\n甲局|2条/月|4条/月", "A1:A2")
    assert [category.name for category in understood.categories] == ["网站·动态", "新媒体·动态"]


def test_a_bonus_is_told_from_a_duty_and_a_dash_frees_from_it():
    understood = read("单位|动态|征集\n甲局|2条/月|每完成1条可获得加分。\n乙局|2条/月|–\n丙局|2条/月|")
    [duty] = understood.duties
    assert (duty.kind, duty.positions) == (DutyKind.BONUS, (1, 3))


def test_a_blank_between_different_duties_is_doubted():
    understood = read("单位|要求\n甲局|每季度报送一次总结。\n乙局|\n丙局|按要求更新目录栏目。")
    assert doubts(understood) == {"B3": "duty_blank"}
    assert [duty.positions for duty in understood.duties] == [(1,), (3,)]


def test_a_column_nobody_understands_is_ignored_and_said():
    understood = read("单位|动态|编制\n甲局|2条/月|12\n乙局|2条/月|7")
    assert doubts(understood) == {"C1": "column_unknown"}
    assert understood.columns[2].meaning is Meaning.IGNORED


def test_a_formula_without_its_result_is_named_instead_of_a_blank():
    grid = grid_of("单位|动态\n甲局|\n乙局|2条/月")
    rows = [list(row) for row in grid.cells]
    rows[1][1] = Cell(1, 1, "", is_uncomputed=True)
    understood = understand([Grid("表", tuple(map(tuple, rows)))], year=2024)
    assert doubts(understood) == {"B2": "formula_uncomputed"}


def test_the_year_in_the_title_wins_and_a_difference_is_said():
    assert read("2023年任务表\n单位|动态\n甲局|2条/月", year=2023).doubts == ()
    understood = read("2023年任务表\n单位|动态\n甲局|2条/月", year=2024)
    assert (understood.year, doubts(understood)) == (2023, {"": "year_differs"})


def test_every_sheet_with_units_is_read_and_the_others_are_named():
    cover = replace(grid_of("填表说明\n请按时报送"), name="封面")
    sheets = [replace(grid_of(f"部门|动态\n{name}|2条/月"), name=name) for name in ("甲局", "乙局")]
    understood = understand([cover, *sheets], year=2024)
    assert [(unit.name, unit.address) for unit in understood.units] == [
        ("甲局", "甲局!A2"),
        ("乙局", "乙局!A2"),
    ]
    assert [(remark.key, remark.params["sheet"]) for remark in understood.remarks] == [
        ("import.remark.sheet_without_units", "封面")
    ]
    assert not understood.doubts


@pytest.mark.parametrize(
    "table",
    [
        "说明\n请按时报送",
        "单位|动态",
        "甲局|2条/月\n乙局|2条/月",
        "主要任务|责任单位\n公开会议|政府办\n公开规划|政府办\n公开预算|政府办",
    ],
)
def test_a_table_without_units_is_refused(table):
    with pytest.raises(SheetNotUnderstood):
        read(table)


CELLS = st.sampled_from(
    [
        "",
        "单位名称",
        "序号",
        "甲局",
        "乙局",
        "2条/月",
        "–",
        "合计",
        "备注：略",
        "动态",
        "2月发布数",
        "当年完成数",
        "12",
        "%",
        "x" * 120,
    ]
)


@given(
    st.lists(st.lists(CELLS, min_size=4, max_size=4), min_size=1, max_size=8),
    st.lists(st.sampled_from(["A1:B1", "A2:A4", "B1:D1", "C2:C3", "A1:D8", "B2:B9"]), max_size=3),
)
def test_no_table_breaks_the_reader(rows, merges):
    try:
        understood = read("\n".join("|".join(row) for row in rows) or "|", " ".join(merges))
    except SheetNotUnderstood:
        return
    positions = {unit.position for unit in understood.units}
    assert positions == set(range(1, len(understood.units) + 1))
    assert {quota.position for quota in understood.quotas} <= positions
    cells = [(quota.position, quota.category, quota.cadence) for quota in understood.quotas]
    assert len(cells) == len(set(cells))
