import datetime as dtm
from typing import Any

import pytest

from models.enums import FindingKind, Platform
from services.core.sheets.registers import RegisterMeaning, find_register
from services.core.sheets.understanding import NameMatch
from tests.core.sheets.tables import doubts, grid_of

UNITS = {"市司法局": "市司法局", "司法局": "市司法局", "市公安局": "市公安局"}


def find(printed):
    if printed == "信访局":
        return NameMatch(several=("市信访局", "区信访局"))
    return NameMatch(known=UNITS[printed]) if printed in UNITS else NameMatch(nearest="市公安局")


def read(table, merges="", **more) -> Any:
    return find_register([grid_of(table, merges, **more)], find, 2024)


def test_a_register_is_read_with_its_heads_in_any_order():
    register = read(
        """
        峨眉山市政务新媒体台账 | | | | | | |
        序号 | 主办单位 | 平台 | 账号名称 | 级别 | 负责人 | 开设时间 | 注销时间
        1 | 司法局 | 政务微信 | 峨眉山司法 | 县级部门 | 李明 | 2019-05-01 | –
        2 | 市公安局 | 新浪微博 | 平安峨眉 | | | 2012年3月8日 | 2023.12.31
        """
    )
    assert register.title == "峨眉山市政务新媒体台账"
    assert [
        (row.platform, row.name, row.unit, row.level, row.responsible, row.opened_on, row.deregistered_on)
        for row in register.rows
    ] == [
        (Platform.WECHAT, "峨眉山司法", "市司法局", "县级部门", "李明", dtm.date(2019, 5, 1), None),
        (Platform.WEIBO, "平安峨眉", "市公安局", "", "", dtm.date(2012, 3, 8), dtm.date(2023, 12, 31)),
    ]
    assert register.doubts == ()
    assert [(each.letter, each.meaning) for each in register.columns][:3] == [
        ("B", RegisterMeaning.UNIT),
        ("C", RegisterMeaning.PLATFORM),
        ("D", RegisterMeaning.NAME),
    ]


@pytest.mark.parametrize(
    "head",
    [
        "平台 | 账号名称 | 主办单位",
        "类别 | 政务新媒体名称 | 主办单位",
        "平台类型 | 新媒体账号名称 | 开设单位",
        "政务新媒体类型 | 名称 | 单位名称",
        "所在平台 | 公众号名称 | 责任单位（全称）",
        "平 台 | 账 号 名 称 | 主 办 单 位",
    ],
)
def test_heads_in_other_words_are_a_register_too(head):
    register = read(f"{head}\n微信 | 峨眉山司法 | 市司法局")
    assert [row.name for row in register.rows] == ["峨眉山司法"]


@pytest.mark.parametrize(
    "table",
    [
        "序号 | 单位 | 动态信息\n1 | 市司法局 | 2条/月",
        "类别 | 单位名称 | 政务新媒体\n部门 | 市司法局 | 4条/月",
        "平台 | 主办单位\n微信 | 市司法局",
        "类别 | 单位名称 | 名称\n部门 | 市司法局 | 动态",
    ],
)
def test_a_table_of_units_is_no_register(table):
    assert read(table) is None


def test_a_merged_platform_holds_for_its_lines_and_notes_are_no_accounts():
    register = read(
        """
        类别 | 政务新媒体名称 | 主办单位
        政 务 微 博 | 司法微博 | 市司法局
        | 平安峨眉 | 市公安局
        政务微信 | 峨眉山司法 | 市司法局
        备注：截至3月31日。 | |
        """,
        "A2:A3 A5:C5",
    )
    assert [(row.platform, row.name) for row in register.rows] == [
        (Platform.WEIBO, "司法微博"),
        (Platform.WEIBO, "平安峨眉"),
        (Platform.WECHAT, "峨眉山司法"),
    ]
    assert register.doubts == ()


def test_what_is_unclear_is_doubted_by_its_cell_and_left_out():
    register = read(
        """
        平台 | 账号名称 | 主办单位 | 开设时间 | 注销时间
        论坛 | 司法论坛 | 市司法局 | |
        微信 | 峨眉山司法 | 没有这个局 | |
        微信 | 信访之家 | 信访局 | |
        微信 | 12 | 市司法局 | |
        微信 | 好的 | 市司法局 | 2019年 |
        微信 | 好 的 | 市司法局 | |
        微信 | 倒过来 | 市司法局 | 2020-02-30 | 2019-01-01
        微博 | 早了 | 市司法局 | 2020-02-03 | 2019-01-01
        微博 | 没单位 | | |
        """
    )
    assert [(row.name, row.opened_on) for row in register.rows] == [("好的", None), ("倒过来", None)]
    assert doubts(register) == {
        "A2": "platform_unknown",
        "C3": "unit_unknown_near",
        "C4": "unit_ambiguous",
        "B5": "account_unreadable",
        "D6": "day_unreadable",
        "B7": "account_repeated",
        "D8": "day_unreadable",
        "B9": "account_days_turned",
        "C10": "unit_unreadable",
    }


def test_two_sheets_are_one_register_whose_addresses_name_them():
    head = "平台 | 账号名称 | 主办单位\n"
    sheets = [
        grid_of(head + "微信 | 峨眉山司法 | 市司法局", name="微信"),
        grid_of(head + "微信 | 峨眉山司法 | 市司法局", name="其他"),
        grid_of("说明\n请如实填写", name="说明"),
    ]
    register: Any = find_register(sheets, find, 2024)
    assert [row.address for row in register.rows] == ["微信!B2"]
    assert doubts(register) == {"其他!B2": "account_repeated"}
    assert [remark.key for remark in register.remarks] == ["import.remark.sheet_without_units"]


def test_what_a_bulletin_found_is_read_as_looks():
    register = read(
        """
        2020年第一季度监测情况 | | | | |
        类别 | 名称 | 主办单位 | 级别 | 突出问题 | 是否整改
        政务微博 | 平安峨眉 | 市公安局 | 县级部门 | 1月9日监测到超过两周未更新，最新更新时间为12月25日 | 是
        政务微博 | 平安峨眉 | 市公安局 | 县级部门 | 3月6日监测到超过两周未更新内容，最新更新时间为2月20日 | 否
        政务微信 | 峨眉山司法 | 市司法局 | 县级部门 | 同一平台开设多个账号 | 是
        政务微信 | 峨眉普法 | 市司法局 | 县级部门 | 超过两周未更新 | 是
        """
    )
    assert [row.name for row in register.rows] == ["平安峨眉", "峨眉山司法", "峨眉普法"]
    stale = FindingKind.STALE
    assert [(row.checked_on, row.last_post_on, row.claims, row.is_mended) for row in register.looks] == [
        (dtm.date(2020, 1, 9), dtm.date(2019, 12, 25), stale, True),
        (dtm.date(2020, 3, 6), dtm.date(2020, 2, 20), stale, False),
    ]
    assert doubts(register) == {"E6": "look_unreadable"}
