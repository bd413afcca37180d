import datetime as dtm

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.enums import Cadence
from services.core.period import Period, PeriodUnclear, parse_period

DAYS = st.dates(dtm.date(2000, 1, 1), dtm.date(2099, 12, 31))
PERIODS = st.builds(Period.containing, DAYS, st.sampled_from(Cadence))
TODAY = dtm.date(2024, 3, 1)


@pytest.mark.parametrize(
    ("period", "starts_on", "last_on", "ends_before", "written"),
    [
        (Period.of_month(2024, 2), (2024, 2, 1), (2024, 2, 29), (2024, 3, 1), "2024-02"),
        (Period.of_month(2023, 2), (2023, 2, 1), (2023, 2, 28), (2023, 3, 1), "2023-02"),
        (Period.of_month(2024, 12), (2024, 12, 1), (2024, 12, 31), (2025, 1, 1), "2024-12"),
        (Period.of_year(2024), (2024, 1, 1), (2024, 12, 31), (2025, 1, 1), "2024"),
    ],
)
def test_a_period_is_half_open(period, starts_on, last_on, ends_before, written):
    assert period.starts_on == dtm.date(*starts_on)
    assert period.last_on == dtm.date(*last_on)
    assert period.ends_before == dtm.date(*ends_before)
    assert str(period) == written
    assert period.contains(period.starts_on)
    assert period.contains(period.last_on)
    assert not period.contains(period.ends_before)
    assert not period.contains(period.starts_on - dtm.timedelta(days=1))


@pytest.mark.parametrize(
    ("cadence", "year", "month"),
    [
        (Cadence.MONTHLY, 2024, 0),
        (Cadence.MONTHLY, 2024, 13),
        (Cadence.MONTHLY, 2024, None),
        (Cadence.YEARLY, 2024, 1),
        (Cadence.YEARLY, 1, None),
        (Cadence.YEARLY, 9999, None),
    ],
)
def test_what_is_no_month_or_year_cannot_be_made(cadence, year, month):
    with pytest.raises(ValueError, match=str(year)):
        Period(cadence, year, month)


def test_months_turn_with_the_year():
    assert Period.of_month(2024, 12).next() == Period.of_month(2025, 1)
    assert Period.of_month(2024, 1).previous() == Period.of_month(2023, 12)
    assert Period.of_year(2024).previous() == Period.of_year(2023)


def test_a_year_has_twelve_months_and_a_month_itself():
    months = Period.of_year(2024).months()
    assert [str(month) for month in months] == [f"2024-{number:02}" for number in range(1, 13)]
    assert {month.year_period for month in months} == {Period.of_year(2024)}
    assert Period.of_month(2024, 2).months() == (Period.of_month(2024, 2),)


@given(PERIODS)
def test_next_and_previous_undo_each_other(period):
    assert period.next().previous() == period.previous().next() == period
    assert period.previous() < period < period.next()
    assert period.ends_before == period.next().starts_on


@given(DAYS, st.sampled_from(Cadence))
def test_every_day_lies_in_the_period_containing_it(day, cadence):
    assert Period.containing(day, cadence).contains(day)


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ("本月 这个月 这月 当月 month thismonth This_Month 3月 三月 march MAR", "2024-03"),
        ("上月 上个月 last_month 2月 二月 ２月 2月份 二月份 02月 Feb february Feb.", "2024-02"),
        (
            "2024-02 2024-2 2024/2 2024.02 2024—02 2024–2月 202402 ２０２４－０２ Feb_2024 2024_feb feb,2024",
            "2024-02",
        ),
        ("2024年2月 2024年02月份 2024_年_2_月 24年2月 今年2月 本年2月", "2024-02"),
        ("二〇二四年二月 二零二四年二月 二四年2月 二〇二四年02月", "2024-02"),
        ("下月 下个月 next_month 2024年4月", "2024-04"),
        ("4月 四月 去年4月 去年的4月 上年四月 apr 2023年度4月", "2023-04"),
        ("12月 十二月 Dec december 去年12月", "2023-12"),
        ("sep sept september 9月 九月", "2023-09"),
        ("前年十月 2022oct", "2022-10"),
        ("今年 本年 当年 全年 本年度 year this_year", "2024"),
        ("2024 2024年 2024年度 2024全年 2024年全年 24年 二〇二四年", "2024"),
        ("去年 上年 上年度 last_year 2023年", "2023"),
        ("前年", "2022"),
        ("明年 下年 下年度 next_year 2025", "2025"),
        ("2000年 2000", "2000"),
        ("2099年 2099", "2099"),
    ],
)
def test_a_period_is_read_as_people_type_it(texts, expected):
    for text in texts.split():
        period = parse_period(text.replace("_", " "), today=TODAY)
        assert str(period) == expected, text


@pytest.mark.parametrize(
    ("today", "text", "expected"),
    [
        (dtm.date(2024, 1, 5), "12月", "2023-12"),
        (dtm.date(2024, 1, 1), "1月", "2024-01"),
        (dtm.date(2024, 1, 31), "2月", "2023-02"),
        (dtm.date(2024, 2, 1), "2月", "2024-02"),
        (dtm.date(2024, 12, 31), "12月", "2024-12"),
        (dtm.date(2024, 1, 31), "上月", "2023-12"),
        (dtm.date(2024, 12, 31), "下月", "2025-01"),
        (dtm.date(2024, 3, 31), "上月", "2024-02"),
    ],
)
def test_a_bare_month_is_the_latest_that_has_begun(today, text, expected):
    assert str(parse_period(text, today=today)) == expected


@pytest.mark.parametrize(
    "text",
    [
        *[
            "13月",
            "0月",
            "00月",
            "十三月",
            "〇月",
            "两月",
            "2024年13月",
            "2024-00",
            "2024-13",
            "2024-123",
            "2024-012",
            "202400",
        ],
        *[
            "202413",
            "1999年",
            "1999-05",
            "2100年2月",
            "2100-01",
            "1999 feb",
            "2024 feb 2024",
            "一季度",
            "第2季度",
        ],
        *["Q1", "2024年上半年", "下半年", "1-3月", "2024年1至3月", "2024-02-15", "2024年2月15日", "2月15日"],
    ],
)
def test_a_time_that_is_no_single_month_or_year_is_asked_about(text):
    with pytest.raises(PeriodUnclear) as refused:
        parse_period(text, today=TODAY)
    assert refused.value.params == {"text": text}
    assert refused.value.key == "error.period_unclear"


@pytest.mark.parametrize(
    "text",
    [
        *[
            "",
            " ",
            "3",
            "12",
            "公安局",
            "动态",
            "一个月",
            "两个月",
            "十几月",
            "二月兰社区",
            "三",
            "1850",
            "2100",
        ],
        *["20241", "1000000", "202 402", "月", "年", "marc", "maybe", "二〇二四", "٢月", "三月街道", "24"],
        "12345-6",
    ],
)
def test_what_is_no_time_is_left_to_others(text):
    assert parse_period(text, today=TODAY) is None


@given(PERIODS, DAYS)
def test_a_written_period_is_read_back(period, today):
    assert parse_period(str(period), today=today) == period


@given(DAYS, st.integers(1, 12))
def test_a_bare_month_began_less_than_a_year_ago(today, month):
    period = parse_period(f"{month}月", today=today)
    assert period is not None
    assert period.month == month
    assert dtm.timedelta() <= today - period.starts_on < dtm.timedelta(days=366)


@given(st.text(max_size=20) | st.text("0123456789年月-/本上去今年 q季度二十", max_size=9), DAYS)
def test_any_text_is_a_period_or_none_or_unclear(text, today):
    try:
        period = parse_period(text, today=today)
    except PeriodUnclear:
        return
    assert period is None or 1998 <= period.year <= 2100
