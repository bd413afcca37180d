import pytest

from services.core.numbers import CountUnclear
from services.core.period import PeriodUnclear
from services.core.reporting import (
    MAX_COUNT,
    MAX_LENGTH,
    Add,
    CountsConflict,
    CountTooLarge,
    Line,
    MonthNeeded,
    PeriodsDiffer,
    WordingTooLong,
    WordingUnclear,
)
from tests.core.reported import read, written


@pytest.mark.parametrize(
    ("text", "understood"),
    [
        ("动态 3 法定 1", "动态+3 法定+1"),
        ("动态三条", "动态+3"),
        ("动态3条，法定1条", "动态+3 法定+1"),
        ("动态3条、法定1条。", "动态+3 法定+1"),
        ("动态3；法定1", "动态+3 法定+1"),
        ("动态3/法定1", "动态+3 法定+1"),
        ("动态3 + 法定1", "动态+3 法定+1"),
        ("动态三条和法定一条", "动态+3 法定+1"),
        ("动态三条法定一条", "动态+3 法定+1"),
        ("动态3篇法定1则", "动态+3 法定+1"),
        ("动态=5", "动态=5"),
        ("动态 ＝５", "动态=5"),
        ("动态＝五条", "动态=5"),
        ("动态改为5条", "动态=5"),
        ("动态=2024", "动态=2024"),
        ("动态+3", "动态+3"),
        ("动态：3", "动态+3"),
        ("动态（3条）", "动态+3"),
        ("动态　３　条", "动态+3"),
        ("动态 十二", "动态+12"),
        ("动态三百二十条", "动态+320"),
        ("动态 九千九百九十九条", "动态+9999"),
        ("动态 两条", "动态+2"),
        ("动态 2024条", "动态+2024"),
        ("动态 999999999", "动态+999999999"),
        ("动态 🎉3", "动态+3"),
        ("请查收：今日动态3条，谢谢", "[请查收] 2024-03 动态+3"),
        ("我局已发布动态3条", "动态+3"),
        # traditional signs
        ("動態 3 法定主動公開內容 1", "动态+3 法定+1"),
        ("動態三條，決策公開兩條", "动态+3 决策+2"),
        ("上個月動態改為3條", "2024-02 动态=3"),
        ("動態3條 決策1條 共計4條", "动态+3 决策+1"),
        ("12345熱線辦理 2", "12+2"),
        # numbers first
        ("3条动态", "动态+3"),
        ("三条动态 一条法定", "动态+3 法定+1"),
        ("3条 动态，1条 法定", "动态+3 法定+1"),
        ("3条，动态", "动态+3"),
        ("3 动态", "动态+3"),
        # a part of what was counted already
        ("动态4条（含转载2条）", "动态+4"),
        ("4条（含转载2条）", "?+4"),
        ("动态 4条，其中转载 2条，法定1", "动态+4 法定+1"),
        ("动态4（含2条转载）", "动态+4"),
        ("动态=4（包括转发2条）", "动态=4"),
        ("动态4条，其中原创3条、转载1条", "动态+4"),
        ("动态四条（含轉載兩條）", "动态+4"),
        ("动态4条（不含转载2条）", "动态+4 ?不含转载+2"),
        ("动态4条，其中原创1条，简报2条", "动态+4 ?简报+2"),
        # something is missing, and asked for
        ("动态", "动态…"),
        ("3", "?+3"),
        ("=3", "?=3"),
        ("法定 动态 3", "法定… 动态+3"),
        ("动态3 法定", "动态+3 法定…"),
        ("动泰3", "?动泰+3"),
        ("动态 3 撤回", "动态+3 ?撤回…"),
        ("3 动态 1", "?3 动态 1…"),
        ("①动态 3", "?1动态 3…"),
        ("动态3份材料", "?动态3份材料…"),
        ("", ""),
        ("谢谢", ""),
        # on lines of their own
        ("动态3\n法定1", "动态+3 法定+1"),
        ("动态\n3\n法定\n1", "动态+3 法定+1"),
        ("1. 动态 3\n2. 法定 1", "动态+3 法定+1"),
        ("1、动态 3\n\n2、法定 1", "动态+3 法定+1"),
        # for each
        ("决策、执行、管理各1条", "决策+1 执行+1 管理+1"),
        ("动态3条，五公开各1条", "动态+3 决策+1 执行+1 管理+1 服务+1 结果+1"),
        ("动态和法定各=2", "动态=2 法定=2"),
        ("动态3条，法定1条，共4条", "动态+3 法定+1"),
        # names that look like numbers, and numbers beside names that begin like measure words
        ("12345热线 3", "12+3"),
        ("12345热线办理 3", "12+3"),
        ("热线 3条", "12+3"),
        ("一件事 3", "高效+3"),
        ("高效办成一件事3件", "高效+3"),
        ("3项目建设", "项目+3"),
        ("3 项 项目建设", "项目+3"),
        # the same twice
        ("动态 3 动态 2", "动态+5"),
        ("动态 3 dt 2", "动态+5"),
        ("动态=3 动态=3", "动态=3"),
        ("动态 0", "动态+0"),
        ("动态 =0", "动态=0"),
        ("动态 零", "动态+0"),
    ],
)
def test_categories_and_numbers_are_read_as_people_write_them(text, understood):
    assert written(read(text)) == understood


@pytest.mark.parametrize(
    ("text", "understood"),
    [
        ("上月 动态 3", "2024-02 动态+3"),
        ("动态 3 上月", "2024-02 动态+3"),
        ("上月动态3条", "2024-02 动态+3"),
        ("动态3条上个月", "2024-02 动态+3"),
        ("2024-02 动态 3", "2024-02 动态+3"),
        ("动态 2024-02 3", "2024-02 动态+3"),
        ("动态 202402 3", "2024-02 动态+3"),
        ("2月 动态 3", "2024-02 动态+3"),
        ("动态 3 2月", "2024-02 动态+3"),
        ("动态3，2月", "2024-02 动态+3"),
        ("2月动态3条", "2024-02 动态+3"),
        ("2月动态3条，法定1条", "2024-02 动态+3 法定+1"),
        ("二月动态三条", "2024-02 动态+3"),
        ("2月份动态3条", "2024-02 动态+3"),
        ("2 月 动态 3", "2024-02 动态+3"),
        ("2024 年 2 月 动态 3", "2024-02 动态+3"),
        ("动态2024年2月3条", "2024-02 动态+3"),
        ("动态2月3条", "2024-02 动态+3"),
        ("(2月)动态3条", "2024-02 动态+3"),
        ("去年12月 动态 3", "2023-12 动态+3"),
        ("12月 动态 3", "2023-12 动态+3"),
        ("2024年 2024-02 动态 3", "2024-02 动态+3"),
        ("2月 上月 动态 3", "2024-02 动态+3"),
        ("last month dt 3", "2024-02 动态+3"),
        ("dt 3 Feb", "2024-02 动态+3"),
        ("dt 3 feb 2024", "2024-02 动态+3"),
        ("昨天动态3条", "2024-02 动态+3"),
        ("今天动态3条", "2024-03 动态+3"),
        ("上月", "2024-02"),
        ("动态 202402", "2024-02 动态…"),
    ],
)
def test_the_month_is_read_wherever_it_stands(text, understood):
    assert written(read(text)) == understood


@pytest.mark.parametrize(
    ("text", "understood"),
    [
        ("市司法局 动态 3", "[市司法局] 动态+3"),
        ("市司法局动态3条", "[市司法局] 动态+3"),
        ("市司法局五公开3", "[市司法局] 决策|执行|管理|服务|结果+3"),
        ("市司法局，动态3", "[市司法局] 动态+3"),
        ("市司法局：动态3", "[市司法局] 动态+3"),
        ("市司法局\n动态3\n法定1", "[市司法局] 动态+3 法定+1"),
        ("上月 市司法局 动态 3", "[市司法局] 2024-02 动态+3"),
        ("上月市司法局动态3条", "[市司法局] 2024-02 动态+3"),
        ("三月街道 动态 3", "[三月街道] 动态+3"),
        ("sfj dt 3", "[sfj] 动态+3"),
        ("政务公开办 动态 3", "[政务公开办] 动态+3"),
        ("市司法局", "[市司法局]"),
        ("市司法局 上月", "[市司法局] 2024-02"),
        ("动泰 3", "[动泰] ?+3"),
        ("没有动态", "[没有动态]"),
    ],
)
def test_words_that_stand_first_and_fit_nothing_may_be_a_unit(text, understood):
    assert written(read(text)) == understood


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        *[
            (f"动态 {piece}", piece)
            for piece in ("3.5", "-2", "3-5", "1,000", "3万", "3/5", "3%", "3~5", "10:30")
        ],
        *[
            (f"动态{piece}", piece)
            for piece in ("一百五", "三四条", "几条", "十几条", "一两条", "好几条", "若干条")
        ],
        *[
            (f"动态{piece}", piece)
            for piece in ("半条", "多条", "三到五条", "三点五条", "一万条", "叁条", "两百五")
        ],
        *[
            (f"动态{piece}", piece)
            for piece in ("约3条", "近3条", "超过3条", "不足3条", "10余条", "3多条", "3条多")
        ],
        *[(f"动态{piece}", piece) for piece in ("3条左右", "第3期", "第三期", "—3", "3+2", "3a", "0x", "==")],
        ("动态 3 减 1", "减 1"),
        ("动态 3 4", "3 4"),
        ("动态 1 000", "1 000"),
        ("动态 3，4", "3,4"),
        ("动态 3 4条 法定", "3 4条"),
        ("动态 1234567890", "1234567890"),
        ("动态 目标 3", "目标 3"),
        ("动态 ٣", "٣"),
        ("动态 ½", "1⁄2"),
        ("动态 =", "="),
        ("动态= 法定 3", "= 法定"),
        ("动态==5", "=="),
        ("动态 =+5", "=+"),
        ("动态3条，法定1条，共5条", "共5"),
        ("共4条", "共4"),
    ],
)
def test_what_is_no_single_whole_number_is_named_and_never_guessed(text, piece):
    with pytest.raises(CountUnclear) as refused:
        read(text)
    assert refused.value.params == {"text": piece}


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("一季度 动态 3", "一季度"),
        ("第2季度动态3", "第2季度"),
        ("Q1 动态 3", "Q1"),
        ("上半年 动态 3", "上半年"),
        ("2024年上半年 动态 3", "2024年上半年"),
        ("1-3月 动态 3", "1-3月"),
        ("1至3月 动态 3", "1至3月"),
        ("13月 动态 3", "13月"),
        ("0月 动态 3", "0月"),
        ("132月 动态 3", "132月"),
        ("2024-13 动态 3", "2024-13"),
        ("2月15日 动态 3", "2月15日"),
        ("动态2月15", "2月15"),
        ("2024-02-15 动态 3", "2024-02-15"),
        ("动态 3个月", "3个月"),
        ("两个月 动态 3", "两个月"),
        ("动态 3天", "3天"),
        ("本周动态3条", "本周"),
        ("上周 动态 3", "上周"),
    ],
)
def test_a_time_that_is_no_single_month_is_named_and_never_guessed(text, piece):
    with pytest.raises(PeriodUnclear) as refused:
        read(text)
    assert refused.value.params == {"text": piece}


@pytest.mark.parametrize("piece", ["2024", "2024年", "今年", "去年", "全年", "二〇二四年", "本年度"])
def test_a_year_is_not_enough(piece):
    with pytest.raises(MonthNeeded) as refused:
        read(f"{piece} 动态 3")
    assert refused.value.params == {"text": piece}


def test_a_bare_number_that_may_be_a_year_is_asked_about():
    with pytest.raises(MonthNeeded):
        read("动态 2024")


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        ("上月 本月 动态 3", "上月", "本月"),
        ("1月动态3，2月法定1", "1月", "2月"),
        ("2023年 2024-02 动态 3", "2023年", "2024-02"),
    ],
)
def test_two_months_in_one_message_are_refused(text, first, second):
    with pytest.raises(PeriodsDiffer) as refused:
        read(text)
    assert refused.value.params == {"first": first, "second": second}


@pytest.mark.parametrize("text", ["动态=3 动态=4", "动态=3 动态 1", "动态 1 法定 2 dt =3", "公开 3 公开 4"])
def test_numbers_of_one_category_that_cannot_both_hold_are_refused(text):
    with pytest.raises(CountsConflict):
        read(text)


def test_a_category_adds_up_to_nine_digits_at_most():
    assert read(f"动态 {MAX_COUNT}").lines[0].amount == Add(MAX_COUNT)
    with pytest.raises(CountTooLarge) as refused:
        read(f"动态 {MAX_COUNT} 动态 1")
    assert refused.value.params == {"category": "动态通知类", "limit": MAX_COUNT}


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("撤回动态3条", "撤回动态"),
        ("取消动态3条", "取消动态"),
        ("动态共3条", "动态共"),
        ("动态累计3条", "动态累计"),
        ("动态法定3", "动态法定"),
    ],
)
def test_a_number_with_words_half_understood_is_not_taken(text, piece):
    with pytest.raises(WordingUnclear) as refused:
        read(text)
    assert refused.value.params == {"text": piece}


def test_categories_that_fit_equally_are_listed_for_buttons():
    assert read("公开 3").lines == (Line((2, 3, 4, 5, 6, 7, 8), "公开", Add(3)),)
    assert read("五公开 3").lines == (Line((3, 4, 5, 6, 7), "五公开", Add(3)),)
    assert read("政务 1").lines[0].category_id is None


def test_a_line_tells_what_is_clear():
    clear, zero, missing = read("动态 3 法定 0 决策").lines
    assert clear.is_clear
    assert not clear.adds_nothing
    assert zero.is_clear
    assert zero.adds_nothing
    assert not missing.is_clear
    assert not read("动态 =0").lines[0].adds_nothing


def test_a_message_that_is_too_long_is_refused():
    with pytest.raises(WordingTooLong) as refused:
        read("动" * (MAX_LENGTH + 1))
    assert refused.value.params == {"limit": MAX_LENGTH}


@pytest.mark.parametrize(
    "text", ["动态4条（含转载5条）", "含转载2条", "动态（含转载2条）", "法定（含转载2条）动态 4"]
)
def test_a_part_needs_a_whole_that_is_as_large(text):
    with pytest.raises(CountUnclear):
        read(text)


def test_a_part_that_is_a_category_is_refused():
    with pytest.raises(WordingUnclear):
        read("动态4条（含法定2条）")
