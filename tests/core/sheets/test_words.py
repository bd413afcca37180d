from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.enums import Cadence
from services.core.sheets.vocabulary import subject_of
from services.core.sheets.words import find_count, find_quota, is_exempt, label, list_rates


@pytest.mark.parametrize(
    ("text", "target", "cadence", "is_per_account"),
    [
        ("2条/月", 2, Cadence.MONTHLY, False),
        ("1条/年", 1, Cadence.YEARLY, False),
        ("４条／月", 4, Cadence.MONTHLY, False),
        ("4条/月\n（每个账号）", 4, Cadence.MONTHLY, True),
        ("每个账号4条/月", 4, Cadence.MONTHLY, True),
        ("每月2条", 2, Cadence.MONTHLY, False),
        ("每年不少于12篇", 12, Cadence.YEARLY, False),
        ("不少于2条/月", 2, Cadence.MONTHLY, False),
        ("两条/月", 2, Cadence.MONTHLY, False),
        ("2条/个月", 2, Cadence.MONTHLY, False),
        ("1 条 / 年", 1, Cadence.YEARLY, False),
        ("全年12条", 12, Cadence.YEARLY, False),
        ("30", 30, None, False),
        ("3条/季度", 3, None, False),
    ],
)
def test_a_quota_is_read_as_the_office_writes_it(text, target, cadence, is_per_account):
    quota = find_quota(text)
    assert quota is not None
    assert (quota.target, quota.cadence, quota.is_per_account) == (target, cadence, is_per_account)


@pytest.mark.parametrize(
    "text",
    ["", "–", "按需", "2-3条/月", "2条/月或1条/年", "约2条/月", "1.5条/月", "2条/月（试行）", "-2条/月"],
)
def test_what_says_more_or_else_is_no_quota(text):
    assert find_quota(text) is None


@given(st.integers(0, 999_999_999), st.sampled_from(["月", "年"]), st.sampled_from(["", "条", "篇", "件"]))
def test_every_plain_quota_reads_back(number, span, measure):
    quota = find_quota(f"{number}{measure}/{span}")
    assert quota is not None
    assert (quota.target, quota.span) == (number, span)


@given(st.text(max_size=40))
def test_no_text_breaks_the_grammar(text):
    find_quota(text)
    find_count(text)
    list_rates(text)
    is_exempt(text)
    assert label(label(text)) == label(text)


@pytest.mark.parametrize("dash", ["-", "–", "—", "——", "－", "/", "／", "无", " – "])
def test_a_dash_exempts(dash):
    assert is_exempt(dash)


@pytest.mark.parametrize("text", ["", "0", "0条/年", "无要求时不报"])
def test_blank_and_zero_do_not_exempt(text):
    assert not is_exempt(text)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("32", 32),
        ("３２", 32),
        ("32条", 32),
        ("1,280", 1280),
        ("1，280条", 1280),
        ("十二", 12),
        ("12.0", 12),
        ("0", 0),
        ("12.5", None),
        ("-3", None),
        ("1,28", None),
        ("约30", None),
        ("", None),
    ],
)
def test_a_count_is_one_whole_number_or_nothing(text, count):
    assert find_count(text) == count


@pytest.mark.parametrize(
    ("text", "rates"),
    [
        ("21.3%", ("21.3",)),
        ("100%", ("100",)),
        ("２１．３％", ("21.3",)),
        ("0.213", ("0.21", "21.3")),
        ("1", ("1.0", "100.0")),
        ("0.166666666666667", ("0.17", "16.67")),
        ("–", ()),
    ],
)
def test_a_rate_keeps_the_decimals_it_is_compared_at(text, rates):
    assert tuple(str(rate) for rate in list_rates(text)) == rates
    assert all(isinstance(rate, Decimal) for rate in list_rates(text))


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        ("动态\n\n通知类", "动态通知类"),
        ("市 司 法 局", "市司法局"),
        ("App  Store 账号", "App Store账号"),
    ],
)
def test_layout_is_no_part_of_a_name(printed, read):
    assert label(printed) == read


@pytest.mark.parametrize(
    ("title", "subject"),
    [
        ("责任单位政府信息公开情况", "政府信息公开"),
        ("定南县2024年2月责任单位政府信息公开情况", "政府信息公开"),
        ("2024年2月份各单位信息发布情况统计表", "信息发布"),
        ("全县各部门政府信息公开工作完成情况统计表", "政府信息公开"),
        ("责任单位情况", ""),
    ],
)
def test_a_title_names_its_subject(title, subject):
    assert subject_of(title) == subject
