import datetime as dtm

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.enums import FindingKind, Platform
from services.core.errors import UserError
from services.core.media_words import (
    Asked,
    LookSaid,
    MediaDaysDiffer,
    NarrowSaid,
    Only,
    PostSaid,
    RegisterSaid,
    Registration,
    parse_past_day,
    read_media,
    read_registration,
)
from services.core.quarter import Quarter, parse_quarter
from services.core.reopening import DayUnclear

TODAY = dtm.date(2024, 3, 20)


def day(month: int, number: int, year: int = 2024) -> dtm.date:
    return dtm.date(year, month, number)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", Asked("")),
        ("苍溪财政", Asked("苍溪财政")),
        ("微信 苍溪财政", Asked("微信 苍溪财政")),
        ("苍溪财政 2月25日", PostSaid("苍溪财政", day(2, 25))),
        ("苍溪财政2月25日", PostSaid("苍溪财政", day(2, 25))),
        ("苍溪财政 2月 25日", PostSaid("苍溪财政", day(2, 25))),
        ("苍溪财政 昨天 《春耕》", PostSaid("苍溪财政", day(3, 19), "春耕")),
        ("苍溪财政 3天前", PostSaid("苍溪财政", day(3, 17))),
        ("苍溪财政 12月31日", PostSaid("苍溪财政", day(12, 31, 2023))),
        ("昨天", PostSaid("", day(3, 19))),
        ("三川镇 未能核查", LookSaid("三川镇", None, None)),
        ("三川镇 Unseen", LookSaid("三川镇", None, None)),
        ("三川镇 最新2月11日", LookSaid("三川镇", None, day(2, 11))),
        (
            "三川镇 监测 2月16日 最新 2月11日 超期",
            LookSaid("三川镇", day(2, 16), day(2, 11), FindingKind.STALE),
        ),
        (
            "三川镇 监测2月16日 最新更新2023-02-11 僵尸",
            LookSaid("三川镇", day(2, 16), day(2, 11, 2023), FindingKind.ZOMBIE),
        ),
        ("三川镇 2月16日 监测 最新 2月11日", LookSaid("三川镇", day(2, 16), day(2, 11))),
        # A title with such words was read as a look, and refused.
        ("苍溪财政 昨天 最新 监测 情况", PostSaid("苍溪财政", day(3, 19), "最新 监测 情况")),
        ("苍溪财政 昨天 核查 通报", PostSaid("苍溪财政", day(3, 19), "核查 通报")),
        ("苍溪财政 昨天 网页 打不开 怎么办", PostSaid("苍溪财政", day(3, 19), "网页 打不开 怎么办")),
        ("苍溪财政 昨天 水质监测 最新", PostSaid("苍溪财政", day(3, 19), "水质监测 最新")),
        ("登记 微信 苍溪财政", RegisterSaid(("微信", "苍溪财政"))),
        ("环境监测站 昨天", PostSaid("环境监测站", day(3, 19))),
        ("一季度", Quarter(2024, 1)),
        ("抖音", NarrowSaid(Platform.DOUYIN)),
        ("微信 超期", NarrowSaid(Platform.WECHAT, Only.LATE)),
        ("待整改", NarrowSaid(None, Only.OPEN)),
        ("僵尸 苍溪财政", Asked("僵尸 苍溪财政")),
    ],
)
def test_what_is_written_is_read(text, said):
    assert read_media(text, today=TODAY) == said


@pytest.mark.parametrize(
    ("text", "quarter"),
    [
        ("季度", Quarter(2024, 1)),
        ("本季度", Quarter(2024, 1)),
        ("上季度", Quarter(2023, 4)),
        ("四季度", Quarter(2023, 4)),
        ("2024年四季度", Quarter(2024, 4)),
        ("2020Q1", Quarter(2020, 1)),
        ("quarter", Quarter(2024, 1)),
        ("2024", None),
        ("季", Quarter(2024, 1)),
        ("司法局", None),
    ],
)
def test_a_quarter_without_a_year_is_the_latest_that_has_begun(text, quarter):
    assert parse_quarter(text, today=TODAY) == quarter


def test_two_days_of_one_post_are_not_guessed_between():
    with pytest.raises(MediaDaysDiffer):
        read_media("苍溪财政 2月16日 2月11日", today=TODAY)


def test_a_day_that_there_is_not_is_refused():
    with pytest.raises(DayUnclear):
        read_media("苍溪财政 2月30日", today=TODAY)


@pytest.mark.parametrize(
    ("today", "meant"),
    [
        # It was refused as a day that there is not.
        (dtm.date(2024, 2, 20), day(2, 29)),
        (dtm.date(2024, 1, 2), day(2, 29)),
        (dtm.date(2024, 2, 29), day(2, 29)),
        (dtm.date(2025, 1, 2), day(2, 29)),
    ],
)
@pytest.mark.parametrize("text", ["2月29日", "2/29", "2月29号"])
def test_a_leap_day_that_lies_ahead_is_this_years(text, today, meant):
    assert parse_past_day(text, today=today) == meant


def test_there_is_no_leap_day_in_other_years():
    with pytest.raises(DayUnclear):
        parse_past_day("2月29日", today=dtm.date(2023, 2, 20))


@given(st.integers(0, 334))  # nearer to next year it lies ahead
def test_a_day_written_without_its_year_is_found_again(back):
    wanted = TODAY - dtm.timedelta(days=back)
    assert parse_past_day(f"{wanted.month}月{wanted.day}日", today=TODAY) == wanted
    assert parse_past_day(wanted.isoformat(), today=TODAY) == wanted
    assert parse_past_day(f"{back}天前", today=TODAY) == wanted


@given(st.text(alphabet="苍溪财政23月年日天前昨登记季度监测最新超期 /-.Qq《》\n:，", max_size=30))
def test_whatever_is_written_is_read_or_refused_with_words(text):
    try:
        said = read_media(text, today=TODAY)
    except UserError:
        return
    assert isinstance(said, Asked | NarrowSaid | PostSaid | LookSaid | RegisterSaid | Quarter)


def test_an_entry_is_read_in_one_line():
    words = ("微信", "苍溪财政", "县财政局", "责任人", "张三", "级别", "县级")
    read = Registration(Platform.WECHAT, ("苍溪财政", "县财政局"), "张三", "县级")
    assert read_registration(words) == read
