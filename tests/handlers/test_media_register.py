"""The register of accounts as the office changes it, and where accounts are told of."""

import datetime as dtm

import pytest

from models.enums import Role
from services import sql
from services.media.media_accounts import MediaAccountRef, list_registered
from services.media.media_register import MediaAccountTaken, PlatformShown
from tests.handlers.talk import Talk, labels, pressed, words
from tests.people import a_member
from tests.services.desk import audited
from tests.services.media_desk import WEIBO, Media, a_media_desk
from tests.services.postman import Postman, at

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

JUSTICE, POLICE = "市司法局", "市公安局"


@pytest.fixture
async def desk(database) -> Media:
    return await a_media_desk()


@pytest.fixture
async def law(desk) -> MediaAccountRef:
    account: MediaAccountRef = await desk.register(
        JUSTICE, "峨眉司法", responsible="何某", registered_on=dtm.date(2024, 1, 1)
    )
    return account


@pytest.fixture
def talk(desk, law):
    return Talk(desk.reporter(JUSTICE))


@pytest.fixture
def office(desk, law):
    return Talk(desk.clerk, message_id=400)


async def test_the_unit_card_and_the_greeting_tell_of_accounts(office, talk, desk):
    (card,) = await office.say(f"/units {JUSTICE}")
    assert "新媒体账号：1个，发“新媒体 市司法局”查看" in words(card)
    (card,) = await office.say(f"/units {POLICE}")
    assert "新媒体账号" not in card.text
    (greeting,) = await talk.say("/start")
    assert words(greeting)[-1].startswith("您单位有1个政务新媒体账号：")
    (greeting,) = await Talk(desk.reporter(POLICE)).say("/start")
    assert "账号" not in greeting.text


async def test_a_group_sees_a_late_account_only_after_its_unit_was_told(desk, law):
    # Anybody of the office who named an account in the group showed everybody there that it was late.
    group = Talk(desk.clerk, in_group=True, organisation_id=desk.organisation_id)
    await desk.post(law, "2024-03-18")
    (good,) = await group.say("/media 峨眉司法")
    assert "🟢 正常" in words(good)[1]
    await desk.register(POLICE, "平安峨眉", WEIBO, registered_on=dtm.date(2024, 1, 1))
    (late,) = [each for each in await list_registered(desk.organisation_id, group.today) if each.id != law.id]
    await desk.post(late, "2024-03-01")
    (kept,) = await group.say("/media 平安峨眉")
    assert words(kept)[0].startswith("微博“平安峨眉”的情况群里不显示，请私聊我发“/media 平安峨眉”查看。")
    police = Talk(desk.reporter(POLICE), in_group=True, organisation_id=desk.organisation_id)
    (own,) = await police.say("/media 平安峨眉")  # decision 0008: one's own
    assert "🔴 超期" in words(own)[1]
    await a_member(desk.organisation_id, Role.REPORTER, desk.units[POLICE], telegram_id=7003)
    postman = Postman()
    await postman.tick(at("2024-03-18 09:00"))
    assert postman.told()
    (shown,) = await group.say("/media 平安峨眉")
    assert "🔴 超期" in words(shown)[1]


async def test_the_office_registers_in_one_line_and_several_are_said_at_once(office, desk):
    (card,) = await office.say("/media 登记 微信 峨眉普法 市司法局 责任人 王某 级别 县级")
    assert words(card)[0] == "已登记账号，从今天起监测。"
    assert words(card)[1] == "⚠ 市司法局在微信已有账号：峨眉司法。同一平台开设多个账号，已列为监测问题。"
    assert "责任人：王某" in words(card)
    assert [row["kind"] for row in await sql.fetch("SELECT kind FROM media_finding")] == ["duplicate"]


async def test_a_unit_that_there_is_not_is_asked_for_and_no_other_is_guessed(office):
    # It used to enter an account 不存在局 of 市司法局.
    (asked,) = await office.say("/media 登记 微信 司法 不存在局")
    assert words(asked)[0] == "微信“司法”由哪个单位主办？请发单位名称。"
    assert await sql.fetch("SELECT id FROM media_account WHERE name = '不存在局'") == []


async def test_the_office_registers_step_by_step(office):
    (platform,) = await office.say("新媒体 登记")
    (name,) = await office.press(*pressed(platform, "抖音"))
    (unit,) = await office.reply(name, "峨眉公安")
    (unclear,) = await office.reply(unit, "没有这个单位")
    assert words(unclear)[0] in {"没有找到这个单位，请核对名称后再发。", "是哪个单位？"}
    (responsible,) = await office.reply(unclear, "公安局")
    (card,) = await office.press(*pressed(responsible, "暂不填"))
    assert words(card)[:4] == [
        "已登记账号，从今天起监测。",
        "",
        "抖音“峨眉公安”",
        "⚪ 未知 · 还没有登记过推文",
    ]
    assert ("media.register", "media/2") in await audited()


async def test_a_taken_name_is_said_while_the_name_is_asked_for(office, law):
    # It used to be refused after the unit and who is responsible were told, where no answer mended it.
    (platform,) = await office.say("新媒体 登记")
    (asked,) = await office.press(*pressed(platform, "微信"))
    with pytest.raises(MediaAccountTaken):
        await office.reply(asked, law.name)


async def test_an_account_ends_with_a_day_and_begins_again(office, law):
    (card,) = await office.say("/media 峨眉司法")
    (question,) = await office.press(*pressed(card, "注销"))
    (ended,) = await office.reply(question, "3月18日")
    assert "已于2024年3月18日注销" in words(ended)
    assert labels(ended) == [["修改", "恢复登记"], ["返回列表"]]
    (offered,) = await office.say("/media 登记 微信 峨眉司法 市司法局")
    assert words(offered) == ["微信“峨眉司法”（市司法局）登记过，2024年3月18日已注销。"]
    (card,) = await office.press(*pressed(offered, "恢复登记"))
    assert words(card)[0] == "已恢复登记，继续监测。"


async def test_an_end_before_a_known_post_is_questioned(office, desk, law):
    # It used to be taken as it was, and the post then lay after the account's end.
    await desk.post(law, "2024-03-18")
    (card,) = await office.say("/media 峨眉司法")
    (question,) = await office.press(*pressed(card, "注销"))
    (doubt,) = await office.reply(question, "3月18日")
    assert words(doubt) == [
        "微信“峨眉司法”在3月18日还发布过内容，3月18日起注销对不上，还没有改动。请核对日期。"
    ]
    assert labels(doubt) == [["仍按3月18日注销"], ["换个日期"], ["看账号"]]
    (again,) = await office.press(*pressed(doubt, "换个日期"))
    assert "从哪天起注销" in words(again)[0]
    (ended,) = await office.press(*pressed(doubt, "仍按3月18日注销"))
    assert "已于2024年3月18日注销" in words(ended)


async def test_an_end_after_the_last_post_is_taken_at_once(office, desk, law):
    await desk.post(law, "2024-03-18")
    (card,) = await office.say("/media 峨眉司法")
    (question,) = await office.press(*pressed(card, "注销"))
    (ended,) = await office.reply(question, "3月19日")
    assert "已于2024年3月19日注销" in words(ended)


@pytest.mark.parametrize(
    ("field", "said", "line"),
    [
        ("责任人", "李某", "责任人：李某"),
        ("主办单位", "公安局", "主办单位：市公安局"),
        ("级别", "县级", "级别：县级"),
    ],
)
async def test_the_office_changes_an_account(office, law, field, said, line):
    (card,) = await office.say("/media 峨眉司法")
    (fields,) = await office.press(*pressed(card, "修改"))
    (question,) = await office.press(*pressed(fields, field))
    (changed,) = await office.reply(question, said)
    assert words(changed)[0] == "已修改。"
    assert line in words(changed)


async def test_the_platform_of_an_account_can_be_put_right(office, desk, law):
    # Only its other fields could be changed.
    await desk.post(law, "2024-03-01", address="https://weibo.com/1/2")
    (fields,) = await office.press("media.edit", {"account_id": law.id})
    (question,) = await office.press(*pressed(fields, "平台"))
    (again,) = await office.reply(question, "电视台")
    assert words(again)[0].startswith("没有看懂是哪个平台")
    (changed,) = await office.press(*pressed(again, "微博"))
    assert words(changed)[0] == "已修改。"
    assert words(changed)[2] == "微博“峨眉司法”"
    rows = await sql.fetch("SELECT before, after FROM audit_entry WHERE action = 'media.change'")
    assert [("wechat" in str(row["before"]), "weibo" in str(row["after"])) for row in rows] == [(True, True)]
    (fields,) = await office.press("media.edit", {"account_id": law.id})
    (question,) = await office.press(*pressed(fields, "平台"))
    with pytest.raises(PlatformShown):  # a page of 微博 is known by now
        await office.reply(question, "微信")
