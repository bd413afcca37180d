import datetime as dtm

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.views.figures import RATE_FROM, figure, listed
from handlers.views.markup import MAX_UNITS, escape, fitting, shorten, units, width
from handlers.views.progress import progress_answer
from locales import Catalogue
from models.enums import Cadence, DutyKind
from sandbox.entities import parse_html
from sandbox.entities import units as telegram_units
from sandbox.rich import parse
from sandbox.rich_shown import shown
from services.core.period import Period
from services.core.progress import CategoryCounts, Duty, ProgressFacts, measure_progress
from services.core.quota import Quota
from tests.core.work_days import china_2024, weekdays

CATALOGUE = Catalogue.load()
CHINESE, ENGLISH = CATALOGUE.texts("zh_CN"), CATALOGUE.texts("en")
LANGUAGES = [CHINESE, ENGLISH]
FEBRUARY, MARCH, YEAR = Period.of_month(2024, 2), Period.of_month(2024, 3), Period.of_year(2024)
FIVE = ("决策公开", "执行公开", "管理公开", "服务公开", "结果公开")
NASTY = "<b>$\\foo$ & Co"
POLICY = Duty(
    "政策解读",
    "以市政府、市政府办名义印发的主动公开文件均要求进行政策解读。第二句不显示。",
    DutyKind.DUTY,
)
BONUS = Duty("调查征集", "每完成1条调查征集类信息，在全年综合计分时可获得加分。", DutyKind.BONUS)


def counts(name, month=None, year=None, *, done=0, so_far=0, group=None, per_account=False, accounts=0):
    quotas = []
    if month is not None:
        quotas.append(Quota(1, Cadence.MONTHLY, month, per_account=per_account))
    if year is not None:
        quotas.append(Quota(1, Cadence.YEARLY, year, per_account=per_account))
    return CategoryCounts(1, name, group, tuple(quotas), done, so_far, accounts)


def justice(*, notices=1, media=1, five=(0,) * 5):
    """市司法局's row of the table, with so many done in the month."""
    return (
        counts("动态通知类", 2, done=notices, so_far=notices + 2),
        counts("法定主动公开内容"),
        *(counts(name, year=1, so_far=done, group="五公开") for name, done in zip(FIVE, five, strict=True)),
        counts("政务公开日活动信息", year=1),
        counts("政务新媒体", 4, done=media, so_far=media + 5, per_account=True),
    )


def seen(*categories, period=MARCH, today=dtm.date(2024, 3, 20), unit="市司法局", duties=(), calendar=None):
    facts = ProgressFacts("峨眉山市", unit, period, today, categories, duties)
    return measure_progress(facts, calendar or china_2024())


def answer(progress, texts=CHINESE):
    return progress_answer(progress, 7, texts)


def plain(progress, texts=CHINESE):
    """The lines a person reads, as Telegram parses them."""
    return parse_html(answer(progress, texts).text)[0].splitlines()


def table(progress, texts=CHINESE):
    (found,) = [block for block in rich(progress, texts) if block["type"] == "table"]
    return [[cell["text"] for cell in row] for row in found["rows"]]


def rich(progress, texts=CHINESE):
    return shown(parse({"html": answer(progress, texts).rich}))["blocks"]


def test_the_justice_bureau_reads_in_short_lines():
    assert plain(seen(*justice(), duties=(POLICY, BONUS))) == [
        "市司法局 · 2024年3月\u3000🟡 偏慢",
        "还差：动态通知类 1 条、政务新媒体 3 条",
        "",
        "🟢 正常\u3000动态通知类",
        "\u3000本月 1/2，全年 3/24 12.5%",
        "🟢 正常\u3000五公开 5 项：全年各 0/1",
        "🟢 正常\u3000政务公开日活动信息：全年 0/1",
        "🟡 偏慢\u3000政务新媒体",
        "\u3000本月 1/4，全年 6/48 12.5%",
        "\u3000每个账号；暂计 1 个",
        "免报：法定主动公开内容",
        "",
        "时间进度：本月 14/21 个工作日，全年 21.5%",
        "3月29日（星期五）截止，还有 8 个工作日",
        "全年预计：动态通知类 13/24、政务新媒体 27/48",
        "",
        "其他要求 2 项",
        "政策解读（工作要求）：以市政府、市政府办名义印发的主动公开文件均要求进行政策解读。",
        "调查征集（加分事项）：每完成1条调查征集类信息，在全年综合计分时可获得加分。",
    ]


def test_the_justice_bureau_reads_as_a_table():
    blocks = rich(seen(*justice(), duties=(POLICY,)))
    assert [block["type"] for block in blocks] == [
        *["heading", "paragraph", "table", "paragraph", "paragraph", "paragraph", "paragraph", "details"]
    ]
    assert blocks[0]["text"] == "市司法局 · 2024年3月\u3000🟡 偏慢"
    assert blocks[2]["caption"] == "截至2024年3月20日"
    assert table(seen(*justice())) == [
        ["栏目", "本月", "全年", "状态"],
        ["动态通知类", "1/2", "3/24 12.5%", "🟢 正常"],
        ["五公开 5 项", "–", "各0/1", "🟢 正常"],
        ["政务公开日活动信息", "–", "0/1", "🟢 正常"],
        ["政务新媒体\n每个账号；暂计 1 个", "1/4", "6/48 12.5%", "🟡 偏慢"],
    ]


def test_a_group_that_differs_stands_under_its_heading():
    progress = seen(*justice(five=(1, 0, 0, 0, 0)))
    assert table(progress)[2:5] == [
        ["五公开"],
        ["决策公开", "–", "1/1", "✅ 已完成"],
        ["执行公开", "–", "0/1", "🟢 正常"],
    ]
    lines = plain(progress)
    assert lines[5:8] == ["五公开", "✅ 已完成\u3000决策公开：全年 1/1", "🟢 正常\u3000执行公开：全年 0/1"]


def test_english_says_the_same():
    lines = plain(seen(*justice(), duties=(POLICY,)), ENGLISH)
    assert lines[:2] == ["市司法局 · March 2024\u3000🟡 behind", "Still missing: 动态通知类 1, 政务新媒体 3"]
    assert "By Friday, 29 March: 8 working days left" in lines
    assert table(seen(*justice()), ENGLISH)[0] == ["Category", "This month", "Year", "Status"]


@pytest.mark.parametrize(
    ("month", "so_far", "expected"),
    [
        ((30, 32), (360, 60), "\u3000当月 32/30 106.7%，全年 60/360 16.7%"),
        ((20, 11), (240, 51), "\u3000当月 11/20 55.0%，全年 51/240 21.3%"),
        ((50, 0), (600, 0), "\u3000当月 0/50 0.0%，全年 0/600 0.0%"),
    ],
)
def test_an_offices_percentages_are_printed_as_it_prints_them(month, so_far, expected):
    row = counts("政务信息", month[0], so_far[0], done=month[1], so_far=so_far[1])
    assert expected in plain(seen(row, period=FEBRUARY))


@pytest.mark.parametrize(
    ("done", "target", "expected"),
    [(0, 0, "0/0 –"), (3, 0, "3/0 –"), (1, 2, "1/2"), (9, 9, "9/9"), (5, RATE_FROM, "5/10 50.0%")],
)
def test_a_zero_target_prints_a_dash_and_a_small_one_no_percentage(done, target, expected):
    line = seen(counts("动态", target, done=done, so_far=done)).lines[0]
    assert figure(line.month) == expected


@pytest.mark.parametrize(
    ("categories", "today", "period", "first", "second"),
    [
        (justice(notices=2, media=4), (3, 20), MARCH, "✅ 已完成", "本月任务已全部完成。"),
        (justice(notices=2, media=3), (3, 20), MARCH, "🟢 正常", "还差：政务新媒体 1 条"),
        (justice(notices=0), (3, 28), MARCH, "🔴 告急", "还差：动态通知类 2 条、政务新媒体 3 条"),
        (justice(notices=0), (4, 1), MARCH, "❌ 未完成", "还差：动态通知类 2 条、政务新媒体 3 条"),
        (justice(notices=2, media=4), (4, 1), MARCH, "✅ 已完成", "当月任务已全部完成。"),
        (
            (counts("动态", 2, done=2, so_far=21), *(counts(five, year=1, group="五公开") for five in FIVE)),
            (12, 30),
            Period.of_month(2024, 12),
            "🔴 告急",
            "全年还差：动态 3 条、五公开 5 项各 1 条",
        ),
        (
            (counts("动态", 2, so_far=3),),
            (3, 20),
            YEAR,
            "🟡 偏慢",
            "还差：动态 21 条",
        ),
        ((counts("动态", 2, so_far=24),), (3, 20), YEAR, "✅ 已完成", "全年任务已全部完成。"),
        (
            (counts("动态"),),
            (3, 20),
            MARCH,
            "暂无任务",
            "这段时间没有任务数。请换一个月份再看；如应有任务，请联系政务公开办。",
        ),
    ],
)
def test_the_first_two_lines_say_everything(categories, today, period, first, second):
    lines = plain(seen(*categories, period=period, today=dtm.date(2024, *today)))
    assert lines[0].split("\u3000")[1] == first
    assert lines[1] == second


@pytest.mark.parametrize(
    ("today", "period", "expected"),
    [
        ((3, 1), MARCH, "3月29日（星期五）截止，还有 21 个工作日"),
        ((3, 30), MARCH, "3月31日（含）前仍可报送，已无工作日；4月8日关账"),
        ((4, 8), MARCH, "期限已过；4月8日（含）前补报计为逾期"),
        ((4, 9), MARCH, "已于4月8日关账；如需补报，请联系政务公开办"),
        ((3, 1), YEAR, "12月31日（星期二）截止，还有 211 个工作日"),
    ],
)
def test_the_deadline_is_said_in_time(today, period, expected):
    assert expected in plain(seen(*justice(), period=period, today=dtm.date(2024, *today)))


@pytest.mark.parametrize(
    ("accounts", "expected"),
    [(0, "\u3000每个账号；暂计 1 个"), (3, "\u3000每个账号；已登记 3 个")],
)
def test_a_target_per_account_says_what_it_was_counted_for(accounts, expected):
    assert expected in plain(seen(counts("政务新媒体", 4, per_account=True, accounts=accounts)))


def test_a_group_that_is_exempt_as_a_whole_goes_by_its_name():
    free = [counts(name, group="五公开") for name in FIVE]
    assert "免报：法定、五公开" in plain(seen(counts("动态", 2), counts("法定"), *free))
    some = [counts("决策公开", year=1, group="五公开"), *free[1:3]]
    assert "免报：执行公开、管理公开" in plain(seen(*some))


@pytest.mark.parametrize(
    ("so_far", "today", "period", "expected"),
    [
        (24, (3, 20), MARCH, "按现在的进度，全年可以完成：动态 111/24"),
        (3, (3, 20), MARCH, "全年预计：动态 13/24"),
        (3, (1, 20), Period.of_month(2024, 1), None),
        (3, (4, 20), MARCH, None),
    ],
)
def test_a_forecast_is_shown_only_when_there_is_one(so_far, today, period, expected):
    progress = seen(counts("动态", 2, so_far=so_far), period=period, today=dtm.date(2024, *today))
    said = [line for line in plain(progress) if "全年预计" in line or "按现在的进度" in line]
    assert said == ([expected] if expected else [])


def test_an_estimated_calendar_is_said_to_be_one():
    guessed = weekdays(2024, 2025, estimated=frozenset({2025}))
    remark = "节假日安排尚未公布，工作日暂按周一至周五估算。"
    assert remark in plain(seen(*justice(), calendar=guessed, period=YEAR))
    assert remark not in plain(seen(*justice(), calendar=guessed))
    assert rich(seen(*justice(), calendar=guessed, period=YEAR))[-1] == {"type": "footer", "text": remark}


@pytest.mark.parametrize(
    ("period", "today", "expected"),
    [
        (MARCH, (3, 20), [("◂ 2024年2月", "2024-02"), ("2024年全年", "2024")]),
        (FEBRUARY, (3, 20), [("◂ 2024年1月", "2024-01"), ("本月 ▸", "2024-03"), ("2024年全年", "2024")]),
        (
            FEBRUARY,
            (4, 2),
            [("◂ 2024年1月", "2024-01"), ("2024年3月 ▸", "2024-03"), ("2024年全年", "2024")],
        ),
        (MARCH, (1, 9), [("◂ 2024年2月", "2024-02"), ("本月", "2024-01"), ("2024年全年", "2024")]),
        (YEAR, (3, 20), [("本月", "2024-03")]),
    ],
)
def test_buttons_lead_to_other_periods(period, today, expected):
    (row,) = answer(seen(*justice(), period=period, today=dtm.date(2024, *today))).buttons
    assert [(button.text, button.arguments["period"]) for button in row] == expected
    assert {button.action for button in row} == {"progress.show"}
    assert {button.arguments["unit_id"] for button in row} == {7}


@pytest.mark.parametrize("texts", LANGUAGES, ids=lambda texts: texts.language)
def test_a_hostile_name_is_shown_as_it_is(texts):
    progress = seen(
        counts(NASTY, 2),
        *(counts(f"{NASTY}{n}", year=n, group=f"{NASTY}组") for n in (1, 2)),
        counts(f"{NASTY}免"),
        unit=NASTY,
        duties=(Duty(NASTY, NASTY, DutyKind.DUTY),),
    )
    text = "\n".join(plain(progress, texts))
    assert text.startswith(NASTY)
    assert text.count(NASTY) == 10
    assert rich(progress, texts)[0]["text"].startswith(NASTY)


@pytest.mark.parametrize("texts", LANGUAGES, ids=lambda texts: texts.language)
@pytest.mark.parametrize("name", ["五" * 100, "😀" * 100, "&" * 100], ids=["han", "astral", "escaped"])
def test_the_longest_message_fits(name, texts):
    many = [
        counts(f"{name[:-3]}{n:03}", 2, 10_000, group=f"{name[:-1]}{n % 7}" if n % 2 else None)
        for n in range(100)
    ]
    free = [counts(f"{name[:-3]}{n:03}") for n in range(30)]
    progress = seen(
        *many, *free, unit=name, duties=tuple(Duty(name, name, DutyKind.BONUS) for _ in range(40))
    )
    text, _ = parse_html(answer(progress, texts).text)
    assert telegram_units(text) <= MAX_UNITS
    assert text.splitlines()[0].startswith(name)
    assert texts("progress.left_out") in text
    assert len(table(progress, texts)) > 100


@given(
    st.text(
        st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=100
    )
)
def test_any_name_makes_a_message_that_telegram_takes(name):
    progress = seen(
        counts(name, 2),
        counts(name + "2", year=3, group=name),
        unit=name,
        duties=(Duty(name, name, DutyKind.DUTY),),
    )
    for texts in LANGUAGES:
        text, _ = parse_html(answer(progress, texts).text)
        assert name in text
        assert telegram_units(text) == units(answer(progress, texts).text) <= MAX_UNITS
        assert rich(progress, texts)


def test_most_lines_fit_a_phone():
    lines = plain(seen(*justice()))
    assert max(width(line) for line in lines) <= 52


@pytest.mark.parametrize(
    ("words", "expected"),
    [([], ""), (["甲"], "甲"), (["甲", "乙"], "甲、乙"), (["甲", "乙", "丙"], "甲、乙等，另有 1 个")],
)
def test_a_list_says_how_much_it_leaves_out(words, expected):
    assert listed(words, CHINESE, limit=2) == expected


def test_markup_helpers_at_their_edges():
    assert escape("<a href='\"'>&") == "&lt;a href='\"'&gt;&amp;"
    assert [shorten("一二三", limit) for limit in (2, 3)] == ["一…", "一二三"]
    assert [fitting(["一二", "三"], room) for room in (2, 3, 4, 5)] == [0, 1, 1, 2]
    assert units("<b>&lt;😀</b>") == 3
    assert width("a一🟢") == 5
