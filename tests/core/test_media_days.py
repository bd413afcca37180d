import datetime as dtm

import pytest

from services.core.media_words import (
    LastPostMissing,
    LookSaid,
    MediaLinksSeveral,
    PostSaid,
    parse_past_day,
    read_media,
)
from services.core.reopening import DayUnclear

TODAY = dtm.date(2024, 3, 1)


def on(month, day, year=2024):
    return dtm.date(year, month, day)


@pytest.mark.parametrize(
    ("text", "name", "posted_on", "title"),
    [
        ("苍溪财政 2024年2月25日", "苍溪财政", on(2, 25), ""),
        ("苍溪财政2024年2月25日 标题", "苍溪财政", on(2, 25), "标题"),
        ("苍溪财政 2月25日 通知：今年，我们 GDP 8:30", "苍溪财政", on(2, 25), "通知：今年，我们 GDP 8:30"),
        ("今天广东 今天 标题", "今天广东", TODAY, "标题"),
        ("苍溪财政2月25日", "苍溪财政", on(2, 25), ""),
        ("苍溪青年2月25日", "苍溪青年", on(2, 25), ""),
        ("苍溪财政 2024年2月 25日", "苍溪财政", on(2, 25), ""),
        ("苍溪财政 9999年1月1日", "苍溪财政", on(1, 1, 9999), ""),
        ("苍溪财政 明天", "苍溪财政", on(3, 2), ""),
    ],
)
def test_the_day_of_a_post_is_told_from_the_name(text, name, posted_on, title):
    assert read_media(text, today=TODAY) == PostSaid(name, posted_on, title)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("12月25日", on(12, 25, 2023)),
        ("3月5日", on(3, 5)),  # ahead, and refused as such: nobody posts a year later what is meant so
        ("3月31日", on(3, 31)),
        ("4月1日", on(4, 1, 2023)),
        ("2023年3月5日", on(3, 5, 2023)),
        ("后天", on(3, 3)),
        ("tomorrow", on(3, 2)),
        ("上月", None),
    ],
)
def test_a_day_without_a_year_is_past_unless_it_is_near(text, day):
    assert parse_past_day(text, today=TODAY) == day


@pytest.mark.parametrize("text", ["2月30日", "2023-02-29", "13月1日", "2/30", "9999年12月31日"])
def test_a_day_that_does_not_exist_is_named(text):
    with pytest.raises(DayUnclear) as refused:
        parse_past_day(text, today=TODAY)
    assert refused.value.params == {"text": text}


def test_a_look_without_its_last_post_is_no_look_that_failed():
    with pytest.raises(LastPostMissing):
        read_media("苍溪财政 监测 3月1日", today=TODAY)
    assert read_media("苍溪财政 监测 3月1日 未能核查", today=TODAY) == LookSaid("苍溪财政", TODAY, None)


def test_each_page_is_a_message_of_its_own():
    one, other = "https://mp.weixin.qq.com/s/a1", "https://mp.weixin.qq.com/s/b2"
    with pytest.raises(MediaLinksSeveral):
        read_media(f"苍溪财政 {one} {other}", today=TODAY)
    assert isinstance(read_media(f"苍溪财政 {one} {one}", today=TODAY), PostSaid)
