import dataclasses

import pytest

from handlers.views import groups as view
from models.enums import Role
from services import chats
from services.core.access import NotPermitted
from services.office import groups
from services.office.groups import Place
from tests.builders import NOW, an_organisation
from tests.handlers.talk import CATALOGUE, GROUP, Talk, labels, pressed, words
from tests.people import a_member

TITLE = "政务公开工作群"


async def an_office():
    organisation_id = await an_organisation()
    return organisation_id, await a_member(organisation_id, Role.ADMINISTRATOR)


async def registered(talk, text="/groups"):
    (asked,) = await talk.say(text)
    (card,) = await talk.press(*pressed(asked, "登记本群"))
    return card


async def test_a_group_is_registered_by_one_press_under_its_title_or_a_given_name(database):
    _, clerk = await an_office()
    talk = Talk(clerk, in_group=True)
    (asked,) = await talk.say("/groups 信息员群")
    assert words(asked)[0].startswith("本群尚未登记。")
    card = await registered(talk, "群组 信息员群")
    assert card.replaces
    assert words(card) == [
        "✅ 已登记。请发 /progress 看进度，发 /report 报送。", "",
        "峨眉山市 · 信息员群", f"登记的是：群“{TITLE}”", "🟢 可以收到消息",
    ]  # fmt: skip
    assert labels(card) == [["改名", "退出"]]
    (again,) = await talk.say("/groups")
    assert words(again)[0] == "峨眉山市 · 信息员群"


async def test_who_administers_several_organisations_chooses_one(database):
    first, _ = await an_office()
    await a_member(await an_organisation("定南县"), Role.ADMINISTRATOR)
    clerk = await a_member(first, Role.ADMINISTRATOR)
    (asked,) = await Talk(clerk, in_group=True).say("/groups")
    assert labels(asked) == [["登记本群 · 峨眉山市"], ["登记本群 · 定南县"]]
    (card,) = await Talk(clerk, in_group=True).press(*pressed(asked, "登记本群 · 定南县"))
    assert "定南县 · " in card.text


async def test_a_name_is_asked_for_and_in_a_group_by_a_reply(database):
    _, clerk = await an_office()
    talk = Talk(clerk, in_group=True)
    (asked,) = await talk.press(*pressed(await registered(talk), "改名"))
    assert "回复" in asked.text
    (renamed,) = await talk.reply(asked, "全市联络员")
    assert words(renamed)[:3] == ["✅ 已改名。", "", "峨眉山市 · 全市联络员"]


async def test_leaving_asks_how_far_and_keeps_what_is_not_confirmed(database):
    _, clerk = await an_office()
    talk = Talk(clerk, in_group=True)
    (asked,) = await talk.press(*pressed(await registered(talk), "退出"))
    assert labels(asked) == [["取消登记，我留在群里"], ["取消登记，我也退群"], ["不了，保留"]]
    (kept,) = await talk.press(*pressed(asked, "不了，保留"))
    assert labels(kept) == [["改名", "退出"]]
    (left,) = await talk.press(*pressed(asked, "取消登记，我也退群"))
    assert left.then_leaves == GROUP
    (none,) = await Talk(clerk).say("群组")
    assert words(none) == ["还没有登记任何群。请把我加入工作群，再在群里发送 /groups。"]


async def test_while_a_topic_is_left_the_bot_does_not_offer_to_leave_the_group(database):
    organisation_id, clerk = await an_office()
    talk = Talk(clerk, in_group=True)
    card = await registered(talk)
    await groups.register(clerk, Place(GROUP, 12, TITLE), organisation_id, "答疑", source="s", now=NOW)
    (asked,) = await talk.press(*pressed(card, "退出"))
    assert labels(asked) == [["取消登记，我留在群里"], ["不了，保留"]]
    (released,) = await talk.press(*pressed(asked, "取消登记，我留在群里"))
    assert released.then_leaves is None
    (here,) = await talk.say("/groups")
    assert words(here)[1] == "本群已登记：答疑"


@pytest.mark.parametrize(
    ("reason", "shown"),
    [
        ("Forbidden: bot was kicked from the supergroup chat", "我已不在群里，请重新加入"),
        ("the bot is out: left", "我已不在群里，请重新加入"),
        ("Forbidden: the group chat was deleted", "这个群已不在，请退出登记"),
        ("Bad Request: not enough rights to send text messages", "群里不许我发言，请给予发言权限"),
        ("something new", "Telegram 没有接受消息"),
    ],
)
def test_why_a_group_is_out_of_reach_is_said_in_words(reason, shown):
    group = groups.GroupRef(1, 1, "峨眉山市", GROUP, 0, "全体", TITLE, NOW, reason)
    listed = view.listing([group], 0, CATALOGUE.texts("zh_CN"), replaces=False)
    assert words(listed)[1] == f"• 全体（群“{TITLE}”）⚠️ 自2024年3月15日起收不到：{shown}"
    here = view.listing(
        [dataclasses.replace(group, unreachable_at=None)], 0, CATALOGUE.texts("zh_CN"), replaces=False
    )
    assert words(here)[1].endswith("🟢 可以收到消息")


async def test_an_office_sees_that_another_holds_the_group_and_has_no_button(database):
    _, clerk = await an_office()
    await registered(Talk(clerk, in_group=True))
    other = await a_member(await an_organisation("定南县"), Role.ADMINISTRATOR, telegram_id=7002)
    (answer,) = await Talk(other, in_group=True).say("/groups")
    assert words(answer) == ["本群由“峨眉山市”登记使用。如需改用，请先由该处的管理员退出登记。"]
    assert answer.buttons == ()
    assert await chats.find_organisation(GROUP) == clerk.organisation_ids[0]


async def test_a_leader_registers_nothing(database):
    organisation_id = await an_organisation()
    leader = await a_member(organisation_id, Role.LEADER)
    for in_group in (True, False):
        with pytest.raises(NotPermitted):
            await Talk(leader, in_group=in_group).say("/groups")
