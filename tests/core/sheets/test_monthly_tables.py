"""Tables of targets and counts: what is printed twice is compared, a single open month is derived."""

import pytest

from models.enums import Cadence
from services.core.sheets.understanding import Meaning
from tests.core.sheets.tables import doubts, read

HEAD = "责任单位|当年任务数|每月任务数|2月发布数|2月完成比|当年完成数|当年完成比例"


def table(*rows: str, head: str = HEAD, title: str = "责任单位政府信息公开情况") -> str:
    return "\n".join([title, head, *rows])


def counts(understood):
    return [(c.position, c.month, c.count, c.address, c.is_derived) for c in understood.counts]


def test_targets_become_a_monthly_and_a_yearly_quota():
    understood = read(table("金融服务中心|240|20|22|110.0%|51|21.3%"))
    assert {(q.cadence, q.target, q.address) for q in understood.quotas} == {
        (Cadence.YEARLY, 240, "B3"),
        (Cadence.MONTHLY, 20, "C3"),
    }
    assert {q.category for q in understood.quotas} == {"政府信息公开"}


def test_the_one_open_month_is_the_rest_of_the_year():
    understood = read(table("金融服务中心|240|20|22|110.0%|51|21.3%"))
    assert counts(understood) == [(1, 2, 22, "D3", False), (1, 1, 29, "F3", True)]
    assert not understood.doubts


def test_several_open_months_are_never_guessed():
    head = HEAD.replace("2月", "4月")
    understood = read(table("审计局|180|15|4|26.7%|17|9.4%", head=head))
    assert counts(understood) == [(1, 4, 4, "D3", False)]
    assert doubts(understood) == {"F2": "months_missing"}
    assert understood.doubts[0].params == {"months": "1/2/3"}


def test_the_first_month_needs_no_rest_but_must_agree_with_the_year():
    head = "单位|1月发布数|当年完成数"
    assert not read(table("审计局|4|4", head=head)).doubts
    understood = read(table("审计局|4|5", head=head))
    assert doubts(understood) == {"C3": "year_disagrees"}
    assert counts(understood) == [(1, 1, 4, "B3", False)]


def test_a_year_below_its_months_is_doubted_and_nothing_is_derived():
    understood = read(table("审计局|180|15|40|266.7%|17|9.4%"))
    assert doubts(understood) == {"F3": "year_disagrees"}
    assert len(understood.counts) == 1


def test_a_year_alone_cannot_be_split():
    understood = read(table("审计局|180|17", head="单位|当年任务数|当年完成数"))
    assert doubts(understood) == {"C2": "months_unknown"}
    assert not understood.counts


def test_several_months_side_by_side_are_all_read():
    understood = read(table("审计局|1|2|3|6", head="单位|1月|2月份发布数|3月完成数|全年累计完成数"))
    assert [(c.month, c.count) for c in understood.counts] == [(1, 1), (2, 2), (3, 3)]
    assert not understood.doubts


@pytest.mark.parametrize("printed", ["21.2%", "21%x", "0.212", "22.3"])
def test_a_rate_that_the_figures_do_not_give_is_doubted(printed):
    understood = read(table(f"金融服务中心|240|20|22|110.0%|51|{printed}"))
    assert doubts(understood) == {"G3": "rate_disagrees"}
    assert understood.doubts[0].params["computed"] == "21.3%"
    assert len(understood.counts) == 2


@pytest.mark.parametrize("printed", ["21.3%", "21%", "21.25%", "0.213", "0.2125", "21.3", "２１．３％", ""])
def test_a_rate_is_compared_at_the_decimals_it_is_printed_with(printed):
    assert not read(table(f"金融服务中心|240|20|22|110.0%|51|{printed}")).doubts


def test_a_month_times_twelve_must_be_the_year():
    understood = read(table("审计局|200|15|4|26.7%|17|8.5%"))
    assert doubts(understood) == {"B3": "targets_disagree"}
    assert understood.doubts[0].params == {"monthly": 15, "yearly": 200, "computed": 180}
    assert len(understood.quotas) == 2


@pytest.mark.parametrize(
    ("text", "reason"), [("", "count_blank"), ("四五条", "count_unreadable"), ("3.5", "count_unreadable")]
)
def test_an_unclear_count_is_left_out_and_so_is_what_it_would_derive(text, reason):
    understood = read(table(f"审计局|180|15|{text}||17|9.4%", "司法局|180|15|20|133.3%|42|23.3%"))
    assert doubts(understood) == {"D3": reason}
    assert {count.position for count in understood.counts} == {2}


def test_an_exempt_unit_owes_nothing_and_counts_nothing():
    understood = read(table("审计局|–|–|–|–|–|–", "司法局|180|15|20|133.3%|42|23.3%"))
    owed = [(q.position, q.cadence, q.target) for q in understood.quotas]
    assert owed == [
        (1, Cadence.MONTHLY, None),
        (1, Cadence.YEARLY, None),
        (2, Cadence.MONTHLY, 15),
        (2, Cadence.YEARLY, 180),
    ]
    assert {c.position for c in understood.counts} == {2}
    assert not understood.doubts


def test_one_number_over_two_units_cannot_be_split():
    understood = read(table("甲局|180|15|20|133.3%|42|23.3%", "乙局|180|15||||"), "D3:D4")
    assert doubts(understood)["D3"] == "count_merged"
    assert [(c.position, c.count) for c in understood.counts if not c.is_derived] == [(1, 20)]


def test_totals_are_summed_and_subtotals_start_again():
    rows = [
        "甲镇|180|15|20|133.3%|42|23.3%",
        "乙镇|180|15|10|66.7%|32|17.8%",
        "小计|360|30|30|100.0%|74|20.6%",
        "丙局|360|30|36|120.0%|74|20.6%",
        "小计|360|30|37|120.0%|74|20.6%",
        "合计|720|60|66|110.0%|147|20.6%",
    ]
    understood = read(table(*rows))
    assert doubts(understood) == {"D7": "total_disagrees", "F8": "total_disagrees"}
    assert understood.doubts[-1].params == {"printed": 147, "computed": 148}
    assert len(understood.units) == 3


def test_this_month_is_the_month_of_the_title():
    head = "单位|本月发布数"
    understood = read(table("甲局|20", head=head, title="某县2024年3月各单位政府信息公开情况"))
    assert [(c.month, c.category) for c in understood.counts] == [(3, "政府信息公开")]
    assert doubts(read(table("甲局|20", head=head))) == {"B2": "month_unknown"}


def test_each_head_above_is_a_category_of_its_own():
    understood = read(
        "单位|政府网站||政务新媒体|\n|每月任务数|2月发布数|每月任务数|2月发布数\n甲局|2|3|4|5",
        "A1:A2 B1:C1 D1:E1",
    )
    assert [(q.category, q.target) for q in understood.quotas] == [("政府网站", 2), ("政务新媒体", 4)]
    assert [(c.category, c.count) for c in understood.counts] == [("政府网站", 3), ("政务新媒体", 5)]


def test_a_table_without_a_title_says_which_category_it_assumed():
    understood = read("单位|每月任务数|2月发布数\n甲局|15|20")
    assert set(doubts(understood).values()) == {"category_unnamed"}


def test_a_column_printed_twice_is_used_once():
    understood = read(table("甲局|20|21", head="单位|2月发布数|2月完成数"))
    assert doubts(understood) == {"C2": "column_repeated"}
    assert [c.count for c in understood.counts] == [20]


def test_ranks_and_remarks_are_left_alone():
    understood = read(table("甲局|20|1|好", head="单位|2月发布数|排名|备注"))
    assert [c.meaning for c in understood.columns[2:]] == [Meaning.IGNORED] * 2
    assert not understood.doubts
