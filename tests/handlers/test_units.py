import pytest

from handlers.views.unit_cards import ON_A_PAGE
from models.enums import Role
from services import sql
from services.arranging.units import UnitNameTaken
from services.core.access import NotPermitted
from services.office import organisations
from tests.builders import an_organisation, units_of
from tests.handlers.talk import Talk, labels, pressed, words
from tests.people import a_member

NAMES = ("市司法局", "市公安局", "白桥镇", "白桥乡")


@pytest.fixture
async def talk(database):
    organisation_id = await an_organisation()
    ids = await units_of(organisation_id, NAMES, aliases="司法")
    for name in NAMES[2:]:
        await sql.execute("UPDATE unit SET division = $1 WHERE id = $2", "乡镇", ids[name])
    await a_member(organisation_id, Role.REPORTER, ids["市司法局"], telegram_id=7101)
    return Talk(await a_member(organisation_id, Role.ADMINISTRATOR))


async def opened(talk, name):
    (listed,) = await talk.say("单位")
    (card,) = await talk.press(*pressed(listed, name))
    return card


async def pressing(talk, answer, *path):
    """Press one button after another and give what the last one brought."""
    for label in path:
        (answer,) = await talk.press(*pressed(answer, label))
    return answer


async def order():
    first = (await organisations.list_organisations())[0]
    return [unit.name for unit in await organisations.list_units(first.id)]


async def test_units_are_listed_in_order_with_what_they_lack(talk):
    (listed,) = await talk.say("/units")
    assert words(listed) == [
        "峨眉山市 · 在用单位 4 个", "乡镇 2 个", "其中 3 个还没有信息员，可发“邀请 全部单位”。", "",
        "请点单位，或直接发送单位名称。",
    ]  # fmt: skip
    assert labels(listed) == [["市司法局", "市公安局"], ["白桥镇", "白桥乡"], ["＋ 新增单位"]]


async def test_a_long_list_has_pages(talk):
    first = (await organisations.list_organisations())[0]
    await units_of(first.id, [f"第{number}中学" for number in range(ON_A_PAGE)])
    (listed,) = await talk.say("单位")
    later = await pressing(talk, listed, "下一页 »")
    assert labels(later)[-2:] == [["« 上一页"], ["＋ 新增单位"]]
    assert len(labels(later)) == 4


@pytest.mark.parametrize("name", ["司法局", "sfj", "司法"])
async def test_a_typed_name_opens_the_card(talk, name):
    (listed,) = await talk.say("单位")
    for (card,) in (await talk.reply(listed, name), await talk.say(f"/units {name}")):
        assert words(card) == ["市司法局", "别名：司法", "信息员：1人", "状态：在用"]
        assert labels(card) == [["改名", "别名"], ["合并到…", "停用"], ["看进度", "« 名单"]]


async def test_a_doubtful_and_an_unknown_name_are_asked_about(talk):
    (listed,) = await talk.say("单位")
    (asked,) = await talk.reply(listed, "白桥")
    assert labels(asked) == [["白桥镇", "白桥乡"]]
    (unknown,) = await talk.reply(asked, "天文台")
    assert words(unknown) == ["没有找到“天文台”。请从下面选择，或换个写法再发。"]
    (card,) = await talk.reply(unknown, "白桥乡")
    assert words(card)[0] == "白桥乡"


@pytest.mark.parametrize(
    ("label", "aliases"), [("改名，旧名留作别名", "司法、市司法局"), ("改名，旧名不再用", "司法")]
)
async def test_a_new_name_is_asked_for_and_then_what_becomes_of_the_old_one(talk, label, aliases):
    asked = await pressing(talk, await opened(talk, "市司法局"), "改名")
    (keeping,) = await talk.reply(asked, "市司法局(法制办)")
    card = await pressing(talk, keeping, label)
    assert words(card)[:4] == ["✅ 已改名。", "", "市司法局（法制办）", f"别名：{aliases}"]


async def test_a_name_that_is_taken_is_said_before_anything_is_asked(talk):
    asked = await pressing(talk, await opened(talk, "市司法局"), "改名")
    with pytest.raises(UnitNameTaken):
        await talk.reply(asked, "公安局")


async def test_aliases_come_and_go(talk):
    shown = await pressing(talk, await opened(talk, "市司法局"), "别名")
    assert labels(shown) == [["✖ 司法"], ["« 返回"]]
    (added,) = await talk.reply(shown, "法律局")
    assert labels(added) == [["✖ 司法", "✖ 法律局"], ["« 返回"]]
    removed = await pressing(talk, added, "✖ 司法")
    assert words(removed)[0] == "✅ 已去掉。"
    assert labels(removed) == [["✖ 法律局"], ["« 返回"]]
    assert words(await pressing(talk, removed, "« 返回"))[1] == "别名：法律局"


@pytest.mark.parametrize(
    ("division", "place", "expected"),
    [
        ("乡镇", "排在最后", [*NAMES, "黄湾镇"]),
        ("不分类别", "排在“市公安局”后面", ["市司法局", "市公安局", "黄湾镇", "白桥镇", "白桥乡"]),
    ],
)
async def test_a_new_unit_is_asked_its_name_division_and_place(talk, division, place, expected):
    (listed,) = await talk.say("单位")
    asked = await pressing(talk, listed, "＋ 新增单位")
    (which,) = await talk.reply(asked, "黄湾镇")
    card = await pressing(talk, which, division, place)
    assert words(card)[0].startswith("✅ 已新增。")
    assert await order() == expected


async def test_division_and_place_can_be_typed(talk):
    (listed,) = await talk.say("单位")
    (which,) = await talk.reply(await pressing(talk, listed, "＋ 新增单位"), "第一中学")
    (where,) = await talk.reply(which, "学校")
    (doubtful,) = await talk.reply(where, "白桥")
    card = await pressing(talk, doubtful, "白桥镇")
    assert words(card)[2:4] == ["第一中学", "类别：学校"]
    assert await order() == ["市司法局", "市公安局", "白桥镇", "第一中学", "白桥乡"]


async def test_a_unit_is_retired_and_restored_after_a_question(talk):
    card = await opened(talk, "市公安局")
    assert labels(await pressing(talk, card, "停用", "不了")) == labels(card)
    retired = await pressing(talk, card, "停用", "确认停用")
    assert words(retired)[-1] == "状态：2024年3月20日停用，历史数据保留"
    assert labels(retired) == [["恢复"], ["看进度", "« 名单"]]
    listed = await pressing(talk, retired, "« 名单")
    assert words(listed)[3] == "另有已停用 1 个，名单里标“已停用”。"
    restored = await pressing(talk, listed, "市公安局（已停用）", "恢复", "确认恢复")
    assert words(restored)[-1] == "状态：在用"


async def test_a_merger_says_what_it_does_before_it_does_it(talk):
    asked = await pressing(talk, await opened(talk, "市司法局"), "合并到…")
    assert labels(asked)[:2] == [["市公安局", "白桥镇"], ["白桥乡"]]
    (told,) = await talk.reply(asked, "公安局")
    assert "1名信息员改为给“市公安局”报送" in told.text
    assert "“市公安局”的任务数不变" in told.text
    merged = await pressing(talk, told, "确认合并")
    assert words(merged)[2:5] == ["市公安局", "别名：司法、市司法局", "信息员：1人"]
    (listed,) = await talk.say("单位")
    old = await pressing(talk, listed, "市司法局（已停用）")
    assert words(old)[-1] == "状态：2024年3月20日并入“市公安局”，历史数据保留"


async def test_a_merger_of_a_unit_without_reporters_says_nothing_of_them(talk):
    asked = await pressing(talk, await opened(talk, "市公安局"), "合并到…")
    (told,) = await talk.reply(asked, "白桥镇")
    assert "信息员" not in told.text
    assert words(told)[1:3] == [
        "• “市公安局”停用，它的名称和别名以后都指“白桥镇”；",
        "• 已报的数留在“市公安局”名下，“白桥镇”的任务数不变。",
    ]


async def test_a_leader_has_no_list_to_change(talk):
    first = (await organisations.list_organisations())[0]
    leader = await a_member(first.id, Role.LEADER, telegram_id=7103)
    with pytest.raises(NotPermitted):
        await Talk(leader).say("单位")


@pytest.mark.parametrize("text", ["单位 市公安局", "单位：公安局", "/units 公安局"])
async def test_a_unit_is_shown_by_its_name(talk, text):
    (card,) = await talk.say(text)
    assert words(card)[0] == "市公安局"
