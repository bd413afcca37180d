import datetime as dtm
import json

import pytest

from models.enums import Language, Role, Ties
from services import sql
from services.core.access import NotPermitted
from services.core.rules import RuleOutOfRange
from services.office import office_rules, organisations
from services.office.office_rules import OrganisationNameTaken
from tests.builders import an_organisation
from tests.handlers.talk import Talk, labels, pressed, words
from tests.people import a_member

RULES = [
    ["关账", "百分比小数"],
    ["并列名次", "超期天数"],
    ["僵尸天数", "本单位语言"],
    ["名称", "年度"],
    ["完成口径", "审核回避"],
    ["节假日", "栏目审核方式"],
]


async def a_talk(*, day=20):
    organisation_id = await an_organisation()
    clerk = await a_member(organisation_id, Role.ADMINISTRATOR)
    return organisation_id, Talk(clerk, today=dtm.date(2024, 3, day))


async def offered(talk, rule):
    (shown,) = await talk.say("设置")
    (choices,) = await talk.press(*pressed(shown, rule))
    return choices


async def test_the_rules_are_shown_in_words_with_a_button_each(database):
    _, talk = await a_talk()
    (shown,) = await talk.say("/settings")
    assert words(shown) == [
        "峨眉山市 · 设置",
        "关账：月末后第5个工作日",
        "百分比小数：1位",
        "并列名次：并列占位 1、1、3",
        "超期天数：超过14天未更新",
        "僵尸天数：超过180天未更新",
        "本单位语言：中文",
        "名称：峨眉山市",
        "年度：2024年",
        "完成口径：按报送数",
        "审核回避：开启",
        "",
        "要改哪一项，请点下面的按钮。",
    ]
    assert labels(shown) == RULES


@pytest.mark.parametrize(
    ("rule", "rows"),
    [
        ("关账", [["月末后第3个工作日", "月末后第7个工作日"], ["月末后第10个工作日"]]),
        ("百分比小数", [["0位：21.25% → 21%"], ["2位：21.25% → 21.25%"]]),
        ("并列名次", [["并列不占位 1、1、2"], ["按机构序 1、2、3"]]),
        ("超期天数", [["超过7天未更新", "超过10天未更新"]]),
        ("僵尸天数", [["超过90天未更新", "超过365天未更新"]]),
        ("本单位语言", [["English"]]),
        ("年度", []),
    ],
)
async def test_what_a_rule_can_be_is_offered(database, rule, rows):
    _, talk = await a_talk()
    choices = await offered(talk, rule)
    assert labels(choices) == [*rows, ["« 返回设置"]]
    (back,) = await talk.press(*pressed(choices, "« 返回设置"))
    assert labels(back) == RULES


async def test_a_pressed_choice_is_set_told_and_on_record(database):
    organisation_id, talk = await a_talk()
    (changed,) = await talk.press(*pressed(await offered(talk, "并列名次"), "并列不占位 1、1、2"))
    assert words(changed)[0] == "✅ 已改“并列名次”：并列占位 1、1、3 → 并列不占位 1、1、2"
    rules = await office_rules.get_rules(organisation_id)
    assert (rules.ties, rules.version) == (Ties.DENSE, 2)
    (entry,) = await sql.fetch("SELECT action, subject, before, after FROM audit_entry")
    assert (entry["action"], entry["subject"]) == ("organisation.change", "ties")
    assert [json.loads(entry[when]) for when in ("before", "after")] == ["competition", "dense"]


async def test_changed_closing_days_say_which_month_they_reopen_or_close(database):
    _, talk = await a_talk(day=8)  # five working days after February have just gone by
    (longer,) = await talk.press(*pressed(await offered(talk, "关账"), "月末后第10个工作日"))
    assert words(longer)[1] == "这样一来，2024年2月现在又可以补报。"
    (shorter,) = await talk.reply(await offered(talk, "关账"), "3")
    assert words(shorter)[1].startswith("这样一来，2024年2月现在已关账")


async def test_a_number_and_a_name_are_typed(database):
    organisation_id, talk = await a_talk()
    for rule, typed in (("超期天数", "12"), ("名称", "峨眉山市(新)"), ("年度", "2025")):
        await talk.reply(await offered(talk, rule), typed)
    rules = await office_rules.get_rules(organisation_id)
    assert (rules.stale_days, rules.name, rules.year) == (12, "峨眉山市（新）", 2025)
    with pytest.raises(RuleOutOfRange):
        await talk.reply(await offered(talk, "超期天数"), "61")


async def test_a_stale_keyboard_changes_nothing_and_shows_what_is_so_now(database):
    organisation_id, talk = await a_talk()
    mine, theirs = await offered(talk, "百分比小数"), await offered(talk, "百分比小数")
    await talk.press(*pressed(theirs, "0位：21.25% → 21%"))
    (told,) = await talk.press(*pressed(mine, "2位：21.25% → 21.25%"))
    assert words(told)[0].startswith("有同志刚刚改过设置")
    assert "百分比小数：0位" in words(told)
    assert labels(told) == RULES
    assert (await office_rules.get_rules(organisation_id)).decimals == 0
    assert len(await sql.fetch("SELECT id FROM audit_entry")) == 1


async def test_two_offices_never_share_a_name(database):
    _, talk = await a_talk()
    await an_organisation("定南县")
    with pytest.raises(OrganisationNameTaken):
        await talk.reply(await offered(talk, "名称"), "定南县")


async def test_who_administers_several_organisations_is_asked_which(database):
    await a_talk()
    await a_member(await an_organisation("定南县"), Role.ADMINISTRATOR)
    first = (await organisations.list_organisations())[0].id
    both = Talk(await a_member(first, Role.ADMINISTRATOR))
    (asked,) = await both.say("设置")
    assert labels(asked) == [["峨眉山市"], ["定南县"]]
    (shown,) = await both.press(*pressed(asked, "定南县"))
    assert words(shown)[0] == "定南县 · 设置"


async def test_a_reviewer_sets_nothing(database):
    organisation_id = await an_organisation()
    with pytest.raises(NotPermitted):
        await Talk(await a_member(organisation_id, Role.REVIEWER)).say("设置")


async def test_the_office_may_read_english(database):
    organisation_id, talk = await a_talk()
    await talk.press(*pressed(await offered(talk, "本单位语言"), "English"))
    assert (await office_rules.get_rules(organisation_id)).language is Language.ENGLISH
