import datetime as dtm

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.enums import FindingKind, Platform
from services.core.platforms import counts_media, read_platform, split_platform
from services.core.staleness import (
    Freshness,
    Running,
    Thresholds,
    duplicate_key,
    gap_between,
    is_duplicate,
    kind_found,
    silence_key,
)

LAST = dtm.date(2020, 1, 16)
DAYS = st.dates(dtm.date(2009, 1, 1), dtm.date(2090, 1, 1))
RULES = st.builds(Thresholds, st.integers(1, 60), st.integers(61, 730))


@pytest.mark.parametrize(
    ("stale_days", "gap", "expected"),
    [
        (14, None, Freshness.UNKNOWN),
        (14, 0, Freshness.FRESH),
        (14, 9, Freshness.FRESH),
        (14, 10, Freshness.AGING),
        (14, 14, Freshness.AGING),
        (14, 15, Freshness.STALE),
        (14, 180, Freshness.STALE),
        (14, 181, Freshness.ZOMBIE),
        (7, 2, Freshness.FRESH),
        (7, 3, Freshness.AGING),
        (7, 7, Freshness.AGING),
        (7, 8, Freshness.STALE),
        (10, 10, Freshness.AGING),
        (10, 11, Freshness.STALE),
        (1, 0, Freshness.FRESH),
        (1, 1, Freshness.AGING),
        (1, 2, Freshness.STALE),
    ],
)
def test_day_15_is_the_first_stale_day(stale_days, gap, expected):
    assert Thresholds(stale_days).judge(gap) is expected


@pytest.mark.parametrize(
    ("stale_days", "warned"), [(14, (10, 13)), (7, (3, 6)), (10, (6, 9)), (4, (3,)), (1, ()), (5, (1, 4))]
)
def test_warnings_come_four_days_and_one_before_the_threshold(stale_days, warned):
    assert Thresholds(stale_days).warn_days == warned


def test_the_days_of_one_silence():
    rules = Thresholds()
    assert rules.warned_on(LAST) == (dtm.date(2020, 1, 26), dtm.date(2020, 1, 29))
    assert rules.stale_from(LAST) == dtm.date(2020, 1, 31)
    assert rules.zombie_from(LAST) == dtm.date(2020, 7, 15)


@given(RULES, DAYS, st.integers(0, 800))
def test_a_silence_is_a_finding_from_its_first_day_on_and_not_before(rules, last, days):
    day = last + dtm.timedelta(days=days)
    kind = kind_found(rules.judge(gap_between(last, day)))
    if day >= rules.zombie_from(last):
        assert kind is FindingKind.ZOMBIE
    elif day >= rules.stale_from(last):
        assert kind is FindingKind.STALE
    else:
        assert kind is None


@given(RULES, DAYS, DAYS)
def test_a_newer_post_never_makes_an_account_staler(rules, one, other):
    day = max(one, other)
    order = list(Freshness)
    older, newer = (rules.judge(gap_between(last, day)) for last in sorted((one, other)))
    assert order.index(newer) <= order.index(older)


def test_a_rule_of_14_days_or_more_would_find_everything_a_day_too_early():
    assert Thresholds(stale_days=13).stale_from(LAST) == Thresholds().stale_from(LAST) - dtm.timedelta(days=1)


def test_what_nobody_has_seen_is_unknown_and_a_day_before_the_post_is_no_gap():
    assert gap_between(None, LAST) is None
    assert gap_between(LAST, LAST - dtm.timedelta(days=1)) == 0
    assert gap_between(LAST, LAST + dtm.timedelta(days=22)) == 22


def test_a_silence_has_one_name_for_each_kind():
    assert silence_key(FindingKind.STALE, 7, LAST) == "stale/7/2020-01-16"
    assert silence_key(FindingKind.ZOMBIE, 7, LAST) == "zombie/7/2020-01-16"
    assert duplicate_key(3, Platform.WEIBO, LAST) == "duplicate/3/weibo/2020-01-16"


OLD, NEW = LAST, LAST + dtm.timedelta(days=9)
FOUND = LAST + dtm.timedelta(days=5)


@pytest.mark.parametrize(
    ("accounts", "last_found", "expected"),
    [
        ([], None, False),
        ([(OLD, Freshness.FRESH)], None, False),
        ([(OLD, Freshness.FRESH), (OLD, Freshness.STALE)], None, True),
        ([(OLD, Freshness.UNKNOWN), (OLD, Freshness.FRESH)], None, True),
        ([(OLD, Freshness.FRESH), (OLD, Freshness.ZOMBIE)], None, False),
        ([(OLD, Freshness.ZOMBIE), (OLD, Freshness.ZOMBIE)], None, False),
        ([(OLD, Freshness.FRESH), (OLD, Freshness.FRESH)], FOUND, False),
        ([(OLD, Freshness.FRESH), (NEW, Freshness.FRESH)], FOUND, True),
    ],
)
def test_several_accounts_that_are_run_are_found_once_until_another_comes_in(accounts, last_found, expected):
    running = tuple(Running(registered_on, freshness) for registered_on, freshness in accounts)
    assert is_duplicate(running, last_found) is expected


@pytest.mark.parametrize(
    ("text", "platform"),
    [
        ("微信", Platform.WECHAT),
        ("公众号", Platform.WECHAT),
        ("微信公众号", Platform.WECHAT),
        ("政务微信", Platform.WECHAT),
        ("政务微信公众号", Platform.WECHAT),
        ("微信订阅号", Platform.WECHAT),
        ("政 务 微 信", Platform.WECHAT),
        ("微博", Platform.WEIBO),
        ("新浪微博", Platform.WEIBO),
        ("政务微博", Platform.WEIBO),
        ("腾讯微博", Platform.WEIBO),
        ("抖音号", Platform.DOUYIN),
        ("抖音", Platform.DOUYIN),
        ("快手", Platform.KUAISHOU),
        ("今日头条", Platform.TOUTIAO),
        ("头条号", Platform.TOUTIAO),
        ("政府网站", Platform.WEBSITE),
        ("门户网站", Platform.WEBSITE),
        ("APP", Platform.APP),
        ("移动客户端", Platform.APP),
        ("WeChat", Platform.WECHAT),
        ("其他", Platform.OTHER),
        ("高坡镇", None),
        ("微信微博", None),
        ("政务", None),
        ("", None),
    ],
)
def test_a_platform_is_read_by_what_people_call_it(text, platform):
    assert read_platform(text) is platform


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("微博 高坡镇", (Platform.WEIBO, "高坡镇")),
        ("高坡镇 微博", (Platform.WEIBO, "高坡镇")),
        ("政务微信：苍溪财政", (Platform.WECHAT, "苍溪财政")),
        ("微博", (Platform.WEIBO, "")),
        ("微博高坡", (None, "微博高坡")),
        ("苍溪 财政", (None, "苍溪 财政")),
        ("", (None, "")),
    ],
)
def test_a_platform_beside_a_name_is_taken_apart_from_it(text, expected):
    assert split_platform(text) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [("政务新媒体", True), ("政务 新媒体", True), ("新媒体", True), ("动态通知类", False)],
)
def test_a_category_of_new_media_says_so(name, expected):
    assert counts_media(name) is expected
