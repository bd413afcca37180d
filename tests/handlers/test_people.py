"""Conversations of the office about its people, and of people about themselves."""

import re
from dataclasses import replace

import pytest

from handlers.invitations import split_role
from handlers.views.markup import MAX_UNITS, units
from models.enums import Language, Role
from services import sql
from services.core.access import Actor, NotPermitted
from services.core.codes import seal
from services.membership import members
from services.membership.guessing import CodeUseless
from services.membership.joining import CodeExposed
from services.membership.seats import LastAdministrator
from tests.builders import an_organisation, emeishan, units_of
from tests.handlers.talk import CODES, Talk, labels, pressed, words

PLACE = re.compile(r'<a href="invitation:([\w-]+)">')


async def as_known(telegram_id, name="王芳", *, language=Language.CHINESE):
    """Give a person as the database knows them now."""
    return await members.get_actor(telegram_id, name, language, is_deployment_administrator=False)


async def talk_of(telegram_id, name="王芳", **more):
    return Talk(await as_known(telegram_id, name), **more)


def codes_in(*answers):
    """The codes of the links that a person would see."""
    return [CODES.code(nonce) for answer in answers for nonce in PLACE.findall(answer.text)]


async def open_link(telegram_id, codes, name="王芳"):
    (code,) = codes
    return await (await talk_of(telegram_id, name)).say(f"/start {seal(code)}")


@pytest.fixture
async def county(database):
    organisation_id, unit_ids, _ = await emeishan()
    await members.bind(1, organisation_id, None, Role.ADMINISTRATOR, Talk(await as_known(1)).context().now)
    return organisation_id, unit_ids


@pytest.fixture
async def office(county):
    return await talk_of(1, "周敏")


@pytest.mark.parametrize(
    ("text", "name", "role"),
    [
        ("市司法局", "市司法局", None),
        ("市司法局 信息员", "市司法局", Role.REPORTER),
        ("市司法局，分管领导", "市司法局", Role.LEADER),
        ("审核员", "", Role.REVIEWER),
        ("管理员", "", Role.ADMINISTRATOR),
        ("市司法局信息员", "市司法局", Role.REPORTER),
        ("sfj leader", "sfj", Role.LEADER),
        ("全部单位", "全部单位", None),
        ("", "", None),
    ],
)
def test_a_role_is_heard_wherever_it_stands(text, name, role):
    assert split_role(text) == (name, role)


async def test_a_unit_that_is_named_gets_a_link_ready_to_pass_on(office, county):
    link, how = await office.say("邀请 司法局")
    assert words(link) == [
        "请您担任峨眉山市 市司法局 信息员。",
        "…",
        "请点开链接，再点“开始”。链接只能用一次，3月27日前有效。",
    ]
    assert labels(how) == [["作废这个链接"]]
    welcome, receipt = await open_link(2, codes_in(link))
    assert words(welcome)[:2] == ["王芳，您好！", "您现在是峨眉山市 市司法局 信息员。"]
    assert (receipt.to, receipt.text) == (1, "王芳已加入：峨眉山市 市司法局 信息员。")


async def test_a_revoked_link_lets_nobody_in(office):
    link, how = await office.say("邀请 司法局")
    (said,) = await office.press(*pressed(how, "作废这个链接"))
    assert "已作废：峨眉山市 市司法局 信息员" in said.text
    with pytest.raises(CodeUseless):
        await open_link(2, codes_in(link))


async def test_without_words_the_office_chooses_by_buttons(office):
    (menu,) = await office.say("邀请")
    assert labels(menu) == [
        ["某个单位的信息员"],
        ["还没有信息员的单位（5）"],
        ["审核员", "分管领导", "管理员"],
    ]
    (asked,) = await office.press(*pressed(menu, "某个单位的信息员"))
    (unknown,) = await office.reply(asked, "天文台")
    assert "没有找到“天文台”" in unknown.text
    link, _ = await office.reply(unknown, "教育局 分管领导")
    assert words(link)[0] == "请您担任峨眉山市 市教育局 分管领导。"
    link, _ = await office.press(*pressed(menu, "审核员"))
    assert words(link)[0] == "请您担任峨眉山市 审核员。"


async def test_an_administrator_is_invited_only_after_a_question(office):
    for text in ("邀请 管理员", "/invite admin"):
        (asked,) = await office.say(text)
        assert "确认要邀请一位管理员吗" in asked.text
    assert await sql.fetch("SELECT id FROM invitation") == []
    link, _ = await office.press(*pressed(asked, "确认邀请管理员"))
    welcome, _ = await open_link(2, codes_in(link))
    assert "管理员" in welcome.text


async def test_a_role_of_the_office_in_a_unit_is_asked_about(office):
    (asked,) = await office.say("邀请 司法局 审核员")
    assert labels(asked) == [["审核员"], ["市司法局 信息员"]]
    link, _ = await office.press(*pressed(asked, "市司法局 信息员"))
    assert words(link)[0] == "请您担任峨眉山市 市司法局 信息员。"


async def test_all_units_get_a_line_each_in_messages_that_telegram_takes(office, county):
    organisation_id, _ = county
    await sql.execute("DELETE FROM duty")
    await units_of(organisation_id, [f"第{n}街道办事处退役军人服务站" for n in range(100)])
    *pages, how = await office.say("邀请 全部单位")
    assert len(pages) > 1
    assert all(units(page.text) <= MAX_UNITS for page in pages)
    assert len(set(codes_in(*pages))) == 105
    assert words(pages[0])[0] == "105 个单位的信息员邀请链接（各用一次，3月27日前有效）："
    assert words(pages[0])[2] == "市司法局　…"
    assert labels(how) == []
    await open_link(2, codes_in(*pages)[:1])
    *pages, how = await office.say("邀请 全部单位")
    assert len(codes_in(*pages)) == 104
    *pages, _ = await office.press(*pressed(how, "全部 105 个单位都要"))
    assert len(codes_in(*pages)) == 105


async def test_where_every_unit_has_a_reporter_nothing_is_made(office, county):
    organisation_id, unit_ids = county
    now = office.context().now
    for unit_id in unit_ids.values():
        await members.bind(9, organisation_id, unit_id, Role.REPORTER, now)
    (said,) = await office.say("邀请 全部单位")
    assert said.text == "各单位都已有信息员。"
    assert await sql.fetch("SELECT id FROM invitation") == []


async def test_a_person_of_two_offices_is_asked_which(office, county):
    elsewhere = await an_organisation("定南县")
    await members.bind(1, elsewhere, None, Role.ADMINISTRATOR, office.context().now)
    both = await talk_of(1, "周敏")
    for text in ("邀请", "邀请 全部单位", "邀请 审核员", "邀请 管理员", "人员"):
        (asked,) = await both.say(text)
        assert labels(asked) == [["峨眉山市"], ["定南县"]]
        assert await both.press(*pressed(asked, "定南县"))


async def test_a_reporter_neither_invites_nor_sees_people(county):
    organisation_id, unit_ids = county
    talk = await talk_of(1)
    await members.bind(2, organisation_id, unit_ids["市司法局"], Role.REPORTER, talk.context().now)
    reporter = await talk_of(2)
    for text in ("邀请 司法局", "邀请", "人员", "人员 司法局"):
        with pytest.raises(NotPermitted):
            await reporter.say(text)
    with pytest.raises(NotPermitted):
        await reporter.press(
            "invite.make", {"organisation_id": organisation_id, "unit_id": None, "role": "administrator"}
        )


async def test_a_code_in_a_group_is_void_and_binds_nobody(office):
    link, _ = await office.say("邀请 司法局")
    (code,) = codes_in(link)
    with pytest.raises(CodeExposed):
        await (await talk_of(2, in_group=True)).say(f"/start {seal(code)}")
    with pytest.raises(CodeUseless):
        await open_link(2, [code])
    assert await sql.fetch("SELECT id FROM member WHERE telegram_id = 2") == []


async def test_people_are_seen_removed_and_handed_over(office):
    link, _ = await office.say("邀请 司法局")
    await open_link(2, codes_in(link), "<b>王芳</b>")
    (seen,) = await office.say("人员")
    assert words(seen)[:4] == [
        "峨眉山市 人员 2 位",
        "管理员 1 位",
        "信息员 1 位",
        "已有信息员的单位：1/5",
    ]
    assert "<b>王芳</b>：市司法局 信息员" in words(seen)
    (card,) = await office.press(*pressed(seen, "<b>王芳</b>"))
    assert words(card) == ["<b>王芳</b>", "市司法局 信息员（2024年3月20日起）"]
    link, how = await office.press(*pressed(card, "交接"))
    assert words(link)[0] == "请您接替<b>王芳</b>，担任峨眉山市 市司法局 信息员。"
    assert "接任人" in how.text
    _, *told = await open_link(3, codes_in(link), "李娜")
    assert [(one.to, one.text) for one in told] == [
        (1, "李娜已加入：峨眉山市 市司法局 信息员。"),
        (2, "接任人已到位，您不再担任峨眉山市 市司法局 信息员。谢谢您的工作！"),
    ]
    (seen,) = await office.say("人员 司法局")
    assert words(seen) == ["市司法局", "", "李娜：市司法局 信息员"]
    (card,) = await office.press(*pressed(seen, "李娜"))
    (asked,) = await office.press(*pressed(card, "移除"))
    (back,) = await office.press(*pressed(asked, "返回"))
    assert words(back) == words(card)
    (gone,) = await office.press(*pressed(asked, "确认移除"))
    assert gone.text == "已结束：李娜（市司法局 信息员）。"
    assert words((await office.say("人员 司法局"))[0]) == ["市司法局", "", "这个单位还没有人登记。"]


async def test_unused_links_can_be_seen_again(office):
    link, _ = await office.say("邀请 司法局")
    (seen,) = await office.say("人员")
    (opened,) = await office.press(*pressed(seen, "未使用的链接（1）"))
    assert codes_in(opened) == codes_in(link)
    await office.press(*pressed(opened, "作废 1"))
    (none,) = await office.press(*pressed(seen, "未使用的链接（1）"))
    assert none.text == "没有未使用的邀请链接。发“邀请”可以新发。"


async def test_the_first_person_founds_an_organisation(database):
    founder = Talk(replace(await as_known(5, "周敏"), administers_deployment=True))
    (asked,) = await founder.say("/start")
    (asked,) = await founder.press(*pressed(asked, "建立政务公开办"))
    (again,) = await founder.reply(asked, "县" * 101)
    assert "不超过 100 个字" in again.text
    (year,) = await founder.reply(again, "定南县")
    assert labels(year) == [["2024年", "2025年"]]
    (again,) = await founder.reply(year, "上月")
    assert "“上月”看不出是哪一年" in again.text
    (typed,) = await founder.reply(again, "２０２３年")
    assert words(typed)[0] == "定南县 · 2023年"
    (sure,) = await founder.press(*pressed(year, "2025年"))
    assert words(sure)[:3] == ["定南县 · 2025年", "", "每月任务：次月第 5 个工作日后关账"]
    (done,) = await founder.press(*pressed(sure, "确认建立"))
    assert words(done)[0] == "已建立：定南县（2025年）。您是管理员。"
    taken = await founder.reply(asked, "定南县")
    assert "已经有“定南县”了" in taken[0].text
    assert taken[0].asks


async def test_what_is_kept_is_told_and_forgotten_on_request(office):
    link, _ = await office.say("邀请 司法局")
    await open_link(2, codes_in(link))
    reporter = await talk_of(2)
    (kept,) = await reporter.say("/mydata")
    assert words(kept)[2:6] == [
        "Telegram 编号：2",
        "姓名：王芳（加入时的显示名，只给政务公开办看）",
        "语言：未设置，跟随 Telegram",
        "登记：峨眉山市 市司法局 信息员（2024年3月20日起）",
    ]
    (asked,) = await reporter.say("注销")
    (left,) = await reporter.press(*pressed(asked, "先不注销"))
    assert left.text == "好的，一切照旧。"
    (gone,) = await reporter.press(*pressed(asked, "确认注销"))
    assert gone.text.startswith("已注销")
    (nothing,) = await (await talk_of(2)).say("我的资料")
    assert nothing.text == "除了这条消息，我没有保存您的任何资料。"
    (nothing,) = await (await talk_of(2)).say("/forgetme")
    assert nothing.text == "除了这条消息，我没有保存您的任何资料。"


async def test_the_last_administrator_is_told_to_hand_over_first(office):
    with pytest.raises(LastAdministrator):
        await office.say("注销")


async def test_a_person_without_a_name_is_listed_by_their_number(office):
    (seen,) = await office.say("人员")
    assert "未具名人员 #1：管理员" in words(seen)
    stranger = Actor(77, None, "x", Language.CHINESE)
    assert (await Talk(stranger).say("/mydata"))[0].text.startswith("除了这条消息")
