import contextlib
import datetime as dtm
import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.core.links import LinkUnclear
from services.core.numbers import CountUnclear, spell
from services.core.period import Period, PeriodUnclear
from services.core.reporting import (
    MAX_LENGTH,
    Add,
    CountsConflict,
    CountTooLarge,
    Line,
    LinksConflict,
    MonthNeeded,
    PeriodsDiffer,
    WordingTooLong,
    WordingUnclear,
)
from tests.core.reported import CATEGORIES, NAMES, read

KNOWN = (
    *(CountUnclear, PeriodUnclear, LinkUnclear, WordingUnclear, WordingTooLong, MonthNeeded, PeriodsDiffer),
    *(CountsConflict, LinksConflict, CountTooLarge),
)

CATEGORY = st.sampled_from([name for name, *_ in NAMES if not name[0].isdigit()])
COUNT = st.integers(0, 1999) | st.integers(2100, 9999)  # 2000–2099 alone may be a year
MONTHS = st.builds(Period.of_month, st.integers(2001, 2098), st.integers(1, 12))


@given(
    st.dictionaries(CATEGORY, COUNT, min_size=1, max_size=5),
    st.sampled_from(["{0} {1}", "{0}{1}条", "{0}：{1}", "{1}条{0}", "{1}条 {0}", "{0}+{1}", "{0}（{1}篇）"]),
    st.sampled_from([" ", "，", "、", "；", "\n"]),
    st.booleans(),
)
def test_categories_and_their_numbers_are_read_back(counts, shape, gap, in_words):
    text = gap.join(shape.format(name, spell(n) if in_words else n) for name, n in counts.items())
    lines = read(text).lines
    assert {line.category_ids: line.amount for line in lines} == {
        CATEGORIES.find(name): Add(count) for name, count in counts.items()
    }


@given(
    CATEGORY, COUNT, MONTHS, st.sampled_from(["{2} {0} {1}", "{0} {1} {2}", "{2}{0}{1}条", "{0}{1}条（{2}）"])
)
def test_a_month_is_read_back_wherever_it_stands(name, count, month, shape):
    for written_month in (f"{month.year}年{month.month}月", f"{month.year}年{month.month:02}月份"):
        wording = read(shape.format(name, f"{count}条", written_month).replace("条条", "条"))
        assert wording.period == month
        assert wording.lines == (Line(CATEGORIES.find(name), name, Add(count)),)


WORDS = (
    *[
        "动态",
        "法定",
        "五公开",
        "公开",
        "决策",
        "dt",
        "fd",
        "12345热线",
        "项目建设",
        "一件事",
        "动泰",
        "市司法局",
        "三月街道",
    ],
    *[
        "3",
        "０３",
        "12",
        "三",
        "十二",
        "一百五",
        "几",
        "3.5",
        "-2",
        "3-5",
        "1,000",
        "999999999",
        "9999999999",
        "½",
        "٣",
    ],
    *[
        "条",
        "个",
        "次",
        "个月",
        "份",
        "半",
        "余",
        "左右",
        "约",
        "第",
        "各",
        "共",
        "=",
        "+",
        ":",
        "：",
        "改为",
        "和",
        "－",
    ],
    *[
        "上月",
        "2月",
        "二月",
        "2024-02",
        "202402",
        "2024",
        "2024年",
        "今年",
        "1-3月",
        "Q1",
        "昨天",
        "本周",
        "feb",
        "13月",
        "日",
    ],
    *[
        "https://a.cn/1",
        "http://b.gov.cn/?id=2",
        "https://mp.weixin.qq.com/s/x",
        "www.a.cn",
        "http://",
        "ftp://a.cn/x",
    ],
    *[
        "《标题》",
        "我局召开3次会议",
        "链接：",
        "谢谢",
        "请",
        "报送",
        "1.",
        "2、",
        "①",
        "(",
        "）",
        "“",
        "🎉",
        "\u200b",
        "\x00",
    ],
    *[" ", " ", " ", "，", "、", "。", "\n", "\n", "\t", "　"],
)


def test_twenty_thousand_random_lines_are_read_or_refused_with_a_known_error_and_soon():
    chance = random.Random(2024)
    started = time.process_time()
    for _ in range(20_000):
        text = "".join(chance.choices(WORDS, k=chance.randint(1, 10)))
        try:
            wording = read(text)
        except KNOWN:
            continue
        for line in wording.lines:
            assert all(category_id in range(1, 13) for category_id in line.category_ids), text
            assert line.text or line.amount, text
        assert wording.period is None or wording.period.month, text
    assert time.process_time() - started < 60


@given(st.text(max_size=60) | st.text("动态法定公开三十条 0123=+-.,:年月\n市局", max_size=40))
def test_any_text_is_read_or_refused_with_a_known_error(text):
    with contextlib.suppress(*KNOWN):
        assert read(text) == read(text)


@pytest.mark.parametrize(
    "unit",
    [
        *[
            "动态",
            "3",
            "三",
            "条",
            "和",
            "动态3",
            "动态 3 ",
            "=",
            "+",
            "-",
            "年",
            "2月",
            "上月",
            "1-",
            "a",
            "政务",
        ],
        *["《", " ", ",", ".", ":", "\n", "动态\n", "动态 https://a.cn\n", "1.\n", "标题\n"],
        *["https://a.cn/", "http://", "%", "a.", "www.", "动态和", "x和", "各", "共3 "],
    ],
)
def test_the_longest_message_of_one_thing_is_read_soon(unit):
    text = (unit * MAX_LENGTH)[:MAX_LENGTH]
    started = time.process_time()
    with contextlib.suppress(*KNOWN):
        read(text)
    assert time.process_time() - started < 2


@given(st.dates(dtm.date(2001, 1, 1), dtm.date(2098, 12, 31)))
def test_today_and_yesterday_name_their_months(today):
    assert read("今天动态3条", today=today).period == Period.of_month(today.year, today.month)
    yesterday = today - dtm.timedelta(days=1)
    assert read("昨天动态3条", today=today).period == Period.of_month(yesterday.year, yesterday.month)
