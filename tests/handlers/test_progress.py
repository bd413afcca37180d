import datetime as dtm
from functools import partial

import pytest

from handlers.kit.periods import unglue
from handlers.progress import split_period
from handlers.registry import not_understood
from models.enums import Language, Role
from services.core.access import Binding, NotBound
from services.core.period import Period, PeriodUnclear, parse_period
from services.facts.ledger import record
from services.progress import NothingHere
from tests.builders import (
    NOW,
    a_fact,
    a_reporter,
    an_actor,
    an_administrator,
    an_organisation,
    dingnan,
    emeishan,
    units_of,
)
from tests.handlers.talk import TODAY, Talk, labels, pressed, words

FEBRUARY, MARCH, YEAR = Period.of_month(2024, 2), Period.of_month(2024, 3), Period.of_year(2024)


@pytest.fixture
async def county(database):
    return await emeishan()


def title(answers):
    """The first line of the only answer, without its lamp."""
    (answer,) = answers
    return words(answer)[0].split("\u3000")[0]


@pytest.mark.parametrize(
    ("text", "name", "period"),
    [
        ("", "", None),
        ("市司法局", "市司法局", None),
        ("市司法局 2月", "市司法局", FEBRUARY),
        ("2月 市司法局", "市司法局", FEBRUARY),
        ("市司法局，上月", "市司法局", FEBRUARY),
        ("上月", "", FEBRUARY),
        ("sfj 2024-02", "sfj", FEBRUARY),
        ("2024 年 2 月 市司法局", "市司法局", FEBRUARY),
        ("Feb 2024 sfj", "sfj", FEBRUARY),
        ("last month sfj", "sfj", FEBRUARY),
        ("sfj this year", "sfj", YEAR),
        ("全年 市 司法局", "市 司法局", YEAR),
        ("市司法局 3", "市司法局 3", None),
        ("市司法局2月", "市司法局2月", None),
        (" ".join(["请问一下"] * 13 + ["2月"]), " ".join(["请问一下"] * 13 + ["2月"]), None),
    ],
)
def test_a_period_is_taken_out_wherever_it_stands(text, name, period):
    assert split_period(text, TODAY) == (name, period)


@pytest.mark.parametrize("text", ["市司法局 13月", "市司法局 一季度", "1-3月 市司法局", "sfj 2024-02-15"])
def test_a_time_that_is_no_month_or_year_is_asked_about(text):
    with pytest.raises(PeriodUnclear):
        split_period(text, TODAY)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("市司法局2月", ("市司法局", FEBRUARY)),
        ("市司法局2024年2月", ("市司法局", FEBRUARY)),
        ("市司法局12月", ("市司法局", Period.of_month(2023, 12))),
        ("上月市司法局", ("市司法局", FEBRUARY)),
        ("市司法局上月", ("市司法局", FEBRUARY)),
        ("2024年市司法局", ("市司法局", YEAR)),
        ("市司法局", None),
        ("mayizhen", None),
        ("局" * 61 + "2月", None),
        ("局", None),
    ],
)
def test_a_glued_period_comes_off(text, expected):
    assert unglue(text, partial(parse_period, today=TODAY)) == expected


def test_a_glued_13th_month_is_no_third():
    with pytest.raises(PeriodUnclear):
        unglue("市司法局13月", partial(parse_period, today=TODAY))


async def test_a_reporter_of_one_unit_sees_it_at_once(county):
    organisation_id, units, _ = county
    for text in ("进度", "/progress", "进度：", "/progress@duban_bot"):
        answers = await Talk(a_reporter(organisation_id, units["市司法局"])).say(text)
        assert title(answers) == "市司法局 · 2024年3月"
        assert not answers[0].replaces


async def test_unit_and_period_come_in_any_order(county):
    organisation_id, units, _ = county
    talk = Talk(a_reporter(organisation_id, units["市司法局"]))
    for text, expected in {
        "进度 市司法局": "2024年3月",
        "进度 司法局 上月": "2024年2月",
        "进度上月": "2024年2月",
        "进度司法局2月": "2024年2月",
        "/progress 2024 sfj": "2024年",
    }.items():
        assert title(await talk.say(text)) == f"市司法局 · {expected}"


async def test_a_reporter_of_several_units_is_asked_which(county):
    organisation_id, units, _ = county
    talk = Talk(a_reporter(organisation_id, units["市教育局"], units["市司法局"]))
    (asked,) = await talk.say("进度 上月")
    assert words(asked) == ["请问看哪个单位？"]
    assert labels(asked) == [["市司法局", "市教育局"]]
    (shown,) = await talk.press(*pressed(asked, "市教育局"))
    assert words(shown)[0].startswith("市教育局 · 2024年2月")
    assert shown.replaces


async def test_buttons_switch_the_period_in_place(county):
    organisation_id, units, _ = county
    talk = Talk(a_reporter(organisation_id, units["市司法局"]))
    (shown,) = await talk.say("进度")
    for label, expected in (("◂ 2024年2月", "2024年2月"), ("2024年全年", "2024年"), ("本月", "2024年3月")):
        (shown,) = await talk.press(*pressed(shown, label))
        assert title([shown]) == f"市司法局 · {expected}"
        assert shown.replaces


async def test_another_unit_is_refused_politely_with_ones_own(county):
    organisation_id, units, _ = county
    talk = Talk(a_reporter(organisation_id, units["市司法局"]))
    (refused,) = await talk.say("进度 公安局 上月")
    assert words(refused) == ["市公安局的进度由该单位和政务公开办查看。您可以查看：市司法局。"]
    (shown,) = await talk.press(*pressed(refused, "市司法局"))
    assert title([shown]) == "市司法局 · 2024年2月"


async def test_the_office_is_asked_which_of_several(county):
    organisation_id, _, _ = county
    (asked,) = await Talk(an_administrator(organisation_id)).say("进度 市公")
    assert words(asked) == ["请问看哪个单位？"]
    assert labels(asked) == [["市公安局", "市公共资源交易中心"]]


async def test_an_unknown_name_is_answered_with_the_nearest_and_what_to_type(county):
    organisation_id, _, _ = county
    (asked,) = await Talk(an_administrator(organisation_id)).say("进度 <气象>台")
    assert words(asked)[0].startswith("没有找到“<气象>台”。是下面的单位吗？也可以发")
    assert 1 <= sum(len(row) for row in labels(asked)) <= 3


async def test_a_second_name_is_taken_after_one_that_meant_nothing_but_not_for_ever(county):
    organisation_id, _, _ = county
    talk = Talk(an_administrator(organisation_id))
    (first,) = await talk.say("进度 气象台 上月")
    assert title(await talk.reply(first, "教育局")) == "市教育局 · 2024年2月"
    (second,) = await talk.reply(first, "谢谢")
    (third,) = await talk.reply(second, "好的好的")
    assert [bool(answer.asks) for answer in (first, second, third)] == [True, True, False]
    group = Talk(an_administrator(organisation_id), in_group=True, organisation_id=organisation_id)
    (told,) = await group.say("/progress 气象台")
    assert not told.asks


async def test_a_name_that_says_nothing_is_answered_with_what_to_type(county):
    organisation_id, _, _ = county
    (asked,) = await Talk(an_administrator(organisation_id)).say("进度 ·")
    assert words(asked) == ["没有找到“·”。请发单位全称、简称或拼音首字母再试，例如“进度 公安局”。"]
    assert asked.buttons == ()


async def test_a_stranger_is_told_whom_to_ask(county):
    for text in ("进度", "进度 市司法局"):
        with pytest.raises(NotBound):
            await Talk(an_actor()).say(text)


async def test_a_guest_in_another_offices_group_is_told_so(county):
    organisation_id, units, _ = county
    elsewhere = await an_organisation("定南县")
    reporter = a_reporter(organisation_id, units["市司法局"])
    with pytest.raises(NothingHere):
        await Talk(reporter, in_group=True, organisation_id=elsewhere).say("进度")


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.LEADER, Role.REVIEWER])
async def test_the_office_sees_all_units_and_is_asked_for_one(county, role):
    organisation_id, units, categories = county
    done = ("动态通知类", "法定主动公开内容", "政务新媒体")
    await record([a_fact(units["市教育局"], categories[name], 3, 4) for name in done], NOW)
    talk = Talk(an_actor(Binding(organisation_id, None, role)))
    (asked,) = await talk.say("进度")
    assert words(asked) == [
        "峨眉山市 · 2024年3月\u3000共 5 个单位",
        "✅ 已完成\u30001 个",
        "🟡 偏慢\u30004 个",
        "",
        "需要关注：市司法局、市自然资源局、市公安局、市公共资源交易中心",
        "",
        "时间进度：本月 14/21 个工作日，全年 21.5%",
        "3月29日（星期五）截止，还有 8 个工作日",
        "",
        "看哪个单位？发简称、拼音首字母都行。",
    ]
    assert labels(asked) == [
        ["市司法局", "市自然资源局"],
        ["市公安局", "市公共资源交易中心"],
        ["◂ 2024年2月", "2024年全年"],
    ]
    (shown,) = await talk.press(*pressed(asked, "市公安局"))
    assert title([shown]) == "市公安局 · 2024年3月"
    assert title(await talk.reply(asked, "jyj")) == "市教育局 · 2024年3月"
    assert title(await talk.reply(asked, "教育局 上月")) == "市教育局 · 2024年2月"


async def test_the_period_of_the_question_holds_for_its_answer(county):
    organisation_id, _, _ = county
    talk = Talk(an_administrator(organisation_id))
    (asked,) = await talk.say("进度 上月")
    assert title([asked]) == "峨眉山市 · 2024年2月"
    assert title(await talk.reply(asked, "教育局")) == "市教育局 · 2024年2月"
    assert title(await talk.reply(asked, "本月")) == "峨眉山市 · 2024年3月"


async def test_an_overview_names_every_unit_that_lags_and_offers_six(database):
    organisation_id, _ = await dingnan()
    (asked,) = await Talk(an_administrator(organisation_id)).say("进度 2月")
    assert words(asked)[1:3] == ["✅ 已完成\u300031 个", "❌ 未完成\u300015 个"]
    assert [len(row) for row in asked.buttons] == [2, 2, 2, 3]
    assert words(asked)[4] == "需要关注 15 个单位："
    assert len(words(asked)[5].split("、")) == 15
    assert "<blockquote expandable>行政审批局" in asked.text


async def test_a_group_is_told_numbers_but_no_names(county):
    organisation_id, _, _ = county
    talk = Talk(an_administrator(organisation_id), in_group=True, organisation_id=organisation_id)
    (told,) = await talk.say("/progress")
    assert words(told)[:2] == ["峨眉山市 · 2024年3月\u3000共 5 个单位", "🟡 偏慢\u30005 个"]
    assert words(told)[-1] == "单位名单请私聊我发“进度”查看。"
    assert "局" not in told.text
    assert (labels(told), told.asks) == ([["◂ 2024年2月", "2024年全年"]], "")
    (before,) = await talk.press(*pressed(told, "◂ 2024年2月"))
    assert words(before)[0].startswith("峨眉山市 · 2024年2月")
    assert "局" not in before.text


async def test_whoever_oversees_several_organisations_is_asked_which(county):
    organisation_id, units, _ = county
    elsewhere = await an_organisation("定南县")
    await units_of(elsewhere, ["审计局"])
    talk = Talk(
        an_actor(
            Binding(organisation_id, units["市司法局"], Role.REPORTER),
            Binding(organisation_id, None, Role.LEADER),
            Binding(elsewhere, None, Role.LEADER),
        )
    )
    (asked,) = await talk.say("进度 上月")
    assert words(asked) == ["请问看哪里的进度？"]
    assert labels(asked) == [["峨眉山市"], ["定南县"], ["市司法局"]]
    (shown,) = await talk.press(*pressed(asked, "定南县"))
    assert title([shown]) == "定南县 · 2024年2月"
    assert shown.replaces
    (here,) = await Talk(talk.actor, in_group=True, organisation_id=elsewhere).say("/progress")
    assert title([here]) == "定南县 · 2024年3月"


async def test_units_of_two_organisations_are_told_apart(county):
    organisation_id, units, _ = county
    elsewhere = await an_organisation("定南县")
    (audit,) = (await units_of(elsewhere, ["审计局"])).values()
    actor = an_actor(
        Binding(organisation_id, units["市司法局"], Role.REPORTER), Binding(elsewhere, audit, Role.REPORTER)
    )
    (asked,) = await Talk(actor).say("进度")
    assert labels(asked) == [["峨眉山市 市司法局", "定南县 审计局"]]


async def test_an_administrator_with_a_unit_finds_it_among_the_buttons(county):
    organisation_id, units, categories = county
    await record(
        [a_fact(units["市公安局"], categories[name], 3, 4) for name in ("动态通知类", "政务新媒体")], NOW
    )
    actor = an_actor(
        Binding(organisation_id, units["市公安局"], Role.REPORTER),
        Binding(organisation_id, None, Role.ADMINISTRATOR),
    )
    (asked,) = await Talk(actor).say("进度")
    assert labels(asked)[0] == ["市公安局", "市司法局"]


async def test_a_button_outlives_neither_role_nor_unit(county):
    organisation_id, units, _ = county
    (shown,) = await Talk(a_reporter(organisation_id, units["市司法局"])).say("进度")
    with pytest.raises(NotBound):
        await Talk(an_actor()).press(*pressed(shown, "◂ 2024年2月"))


async def test_english_people_are_answered_in_english(county):
    organisation_id, _, _ = county
    actor = an_actor(Binding(organisation_id, None, Role.LEADER), language=Language.ENGLISH)
    (asked,) = await Talk(actor).say("/progress Feb 2024")
    assert words(asked)[0] == "峨眉山市 · February 2024 · 5 units"
    (shown,) = await Talk(actor, today=dtm.date(2024, 3, 29)).say("/progress sfj")
    assert words(shown)[1] == "Still missing: 动态通知类 2, 政务新媒体 4"


async def test_a_bare_name_or_period_is_answered_too(county):
    organisation_id, units, _ = county
    office = Talk(an_administrator(organisation_id))
    assert title(await not_understood(office.context("sfj"))) == "市司法局 · 2024年3月"
    assert title(await not_understood(office.context("教育局 上月"))) == "市教育局 · 2024年2月"
    assert title(await not_understood(office.context("上月"))) == "峨眉山市 · 2024年2月"
    reporter = Talk(a_reporter(organisation_id, units["市司法局"]))
    assert title(await not_understood(reporter.context("上月"))) == "市司法局 · 2024年2月"
    for text in ("谢谢", "/sfj", "一季度", "市公安局", ""):
        assert title(await not_understood(reporter.context(text))) == "抱歉，没看懂这句话。"
    assert title(await not_understood(Talk(an_actor()).context("上月"))).startswith("您还没有登记")


async def test_a_picture_in_between_leaves_the_question_open(county):
    organisation_id, _, _ = county
    talk = Talk(an_administrator(organisation_id))
    (asked,) = await talk.say("进度 上月")
    (again,) = await talk.reply(asked, "")
    assert title([again]) == "看哪个单位？发简称、拼音首字母都行。"
    assert title(await talk.reply(again, "教育局")) == "市教育局 · 2024年2月"


@pytest.mark.parametrize("text", ["市司法局和市公安局", "市司法局、公安局", "市司法局 公安局"])
async def test_two_units_at_once_are_asked_about(county, text):
    organisation_id, _, _ = county
    (asked,) = await Talk(an_administrator(organisation_id)).say(f"进度 {text} 上月")
    assert labels(asked) == [["市司法局", "市公安局"]]
    assert title(await Talk(an_administrator(organisation_id)).press(*pressed(asked, "市公安局"))) == (
        "市公安局 · 2024年2月"
    )


@pytest.mark.parametrize("text", ["2月 3月", "上月 上月", "2024 2月"])
def test_two_periods_are_not_chosen_from(text):
    with pytest.raises(PeriodUnclear):
        split_period(text, TODAY)


async def test_a_reporter_who_is_not_understood_is_offered_their_own_unit(county):
    organisation_id, units, _ = county
    (asked,) = await Talk(a_reporter(organisation_id, units["市司法局"])).say("进度 今天")
    assert labels(asked) == [["市司法局"]]


async def test_a_year_without_targets_says_only_that(county):
    organisation_id, _, _ = county
    talk = Talk(an_administrator(organisation_id))
    (shown,) = await talk.say("进度 市司法局 去年")
    assert words(shown)[1] == "这段时间没有任务数。请换一个月份再看；如应有任务，请联系政务公开办。"
    assert not [line for line in words(shown) if "免报" in line or "关账" in line or "时间进度" in line]
    (all_of_them,) = await talk.say("进度 去年")
    assert words(all_of_them)[1:3] == ["暂无任务\u30005 个", ""]
    assert "关账" not in all_of_them.text


async def test_next_month_offers_this_month_once(county):
    organisation_id, _, _ = county
    (shown,) = await Talk(an_administrator(organisation_id)).say("进度 市司法局 下月")
    assert labels(shown) == [["◂ 本月", "2024年全年"]]


async def test_too_many_ties_for_a_phone_are_counted(database):
    organisation_id, _ = await dingnan()
    (asked,) = await Talk(an_administrator(organisation_id)).say("进度 局")
    assert words(asked)[0].startswith("有 25 个单位相符")
    assert sum(len(row) for row in asked.buttons) == 12
