import datetime as dtm
import json

import pytest

from models.enums import Language, LetterState, Role
from services import sql
from services.audit import Deed
from services.chasing.letter_contents import Digest
from services.core.access import NotBound
from services.membership import members, privacy
from services.membership.absences import LeaveOverlaps, LeaveUnclear, StandInElsewhere
from tests.builders import a_quota, an_organisation, categories_of, units_of
from tests.handlers.talk import Talk, labels, pressed, words
from tests.services.postman import ZONE, Postman, at

FIRST, SECOND, OFFICE = 8001, 8002, 8003


async def an_office(*, colleague=True):
    """市司法局 lacks everything; one reporter, perhaps with a colleague, and an administrator."""
    organisation_id = await an_organisation()
    unit_id = (await units_of(organisation_id, ["市司法局"]))["市司法局"]
    (news,) = (await categories_of(organisation_id, ["动态通知类"])).values()
    await a_quota(unit_id, news, 3, effective_on=dtm.date(2024, 1, 1))
    people = [(FIRST, "张三", Role.REPORTER), (OFFICE, "办公室", Role.ADMINISTRATOR)]
    if colleague:
        people.insert(1, (SECOND, "李四", Role.REPORTER))
    for number, name, role in people:
        unit = unit_id if role is Role.REPORTER else None
        await members.bind(number, organisation_id, unit, role, at("2024-01-01 00:00"))
        await members.name_member(number, name)
    return organisation_id


async def talk_of(number, *, month=2, day=26):
    actor = await members.get_actor(number, "张三", Language.CHINESE, is_deployment_administrator=False)
    return Talk(actor, today=dtm.date(2024, month, day), zone=ZONE)


async def told(moment):
    postman = Postman()
    await postman.tick(at(moment))
    return {letter.chat for _, letter in postman.delivered if isinstance(letter, Digest)}


async def test_a_leave_with_a_stand_in_is_noted_told_and_ended(database):
    await an_office()
    talk = await talk_of(FIRST)
    (asked,) = await talk.say("请假 2月26日至3月1日")
    assert words(asked) == ["2月26日至3月1日请假：期间请谁代收提醒？选好才登记。"]
    assert labels(asked) == [["李四"], ["不需要代收"]]
    noted, notice = await talk.press(*pressed(asked, "李四"))
    assert words(noted) == ["✅ 已登记：2月26日至3月1日请假，期间的提醒由李四代收。"]
    assert (notice.to, words(notice)[0]) == (
        SECOND,
        "张三于2月26日至3月1日请假，期间的催报提醒由您代收，辛苦了。",
    )
    assert await told("2024-02-26 09:00") == {SECOND, OFFICE}
    (ended,) = await talk.press(*pressed(noted, "销假 2月26日至3月1日"))
    assert words(ended) == ["✅ 已销假（2月26日至3月1日），恢复提醒。"]
    assert await told("2024-02-29 09:00") == {FIRST, SECOND, OFFICE}
    entries = await sql.fetch("SELECT action, before, after FROM audit_entry ORDER BY id")
    assert [row["action"] for row in entries] == ["absence.begin", "absence.end"]
    assert "张三" not in str(entries)
    assert "李四" not in str(entries)
    assert json.loads(entries[0]["after"])["stand_in"].startswith("member/")


async def test_alone_in_a_unit_the_office_hears_instead(database):
    await an_office(colleague=False)
    talk = await talk_of(FIRST)
    (shown,) = await talk.say("/away")
    (again,) = await talk.reply(shown, "下周吧")
    assert words(again) == ["没有看懂日期。请这样写：“3月1日至3月5日”，或“明天”。"]
    (asked,) = await talk.reply(again, "今天")
    assert words(asked)[0].startswith("2月26日请假。没有同岗位的同志可代收")
    await talk.press(*pressed(asked, "登记请假"))
    assert await told("2024-02-26 09:00") == {OFFICE}
    (shown,) = await talk.write("销假")
    assert words(shown)[:2] == ["已登记的请假", "· 2月26日"]
    assert labels(shown) == [["销假 2月26日"]]


async def test_who_is_back_and_was_not_away_hears_so(database):
    await an_office()
    talk = await talk_of(FIRST)
    (asked,) = await talk.say("请假")
    for answers in (await talk.write("销假"), await talk.reply(asked, "销假。")):
        assert words(answers[0])[0].startswith("目前没有已登记的请假")


async def test_days_that_are_over_too_many_or_taken_are_refused(database):
    await an_office()
    talk = await talk_of(FIRST)
    for text in ("2月20日至25日", "2月26日至2024年12月1日", "2月30日", "2025年2月26日", "9999年1月1日"):
        with pytest.raises(LeaveUnclear):
            await talk.reply(await _asked_twice(talk), text)
    (asked,) = await talk.say("请假 2月27日至28日")
    await talk.press(*pressed(asked, "不需要代收"))
    (other,) = await talk.say("请假 2月28日至29日")
    with pytest.raises(LeaveOverlaps):
        await talk.press(*pressed(other, "李四"))
    stranger = (await talk_of(OFFICE)).actor.member_id
    action, arguments = pressed(asked, "李四")
    with pytest.raises(StandInElsewhere):
        await talk.press(action, {**arguments, "stand_in": stranger})


async def test_who_belongs_nowhere_takes_no_leave(database):
    stranger = await talk_of(7777)
    with pytest.raises(NotBound):
        await stranger.say("请假 明天")
    with pytest.raises(NotBound):
        await stranger.press("away.later", {"working_days": 1})


async def _asked_twice(talk):
    (shown,) = await talk.say("/away")
    (again,) = await talk.reply(shown, "?")
    (last,) = await talk.reply(again, "?")
    return last


@pytest.mark.parametrize(
    ("label", "from_on", "said"),
    [
        ("明天再提醒", "2024-02-27", "✅ 好的，2月27日（星期二）起再提醒您。"),
        ("三个工作日后再提醒", "2024-02-29", "✅ 好的，2月29日（星期四）起再提醒您。"),
    ],
)
async def test_later_is_counted_in_working_days(database, label, from_on, said):
    await an_office(colleague=False)
    talk = await talk_of(FIRST)
    days = {"明天再提醒": 1, "三个工作日后再提醒": 3}[label]
    (answer,) = await talk.press("away.later", {"working_days": days})
    assert words(answer) == [said]
    rows = await sql.fetch("SELECT reminded_from_on FROM member WHERE telegram_id = $1", FIRST)
    assert str(rows[0]["reminded_from_on"]) == from_on
    assert FIRST not in await told("2024-02-26 09:00")


async def test_one_sees_what_is_kept_and_has_it_forgotten(database):
    await an_office()
    talk = await talk_of(FIRST)
    (asked,) = await talk.say("请假 2月28日")
    await talk.press(*pressed(asked, "李四"))
    await talk.press("away.later", {"working_days": 1})
    second = await talk_of(SECOND)
    (asked,) = await second.say("请假 2月29日")
    await second.press(*pressed(asked, "张三"))
    await sql.execute("UPDATE member SET reminded_from_on = NULL WHERE telegram_id = $1", SECOND)
    await Postman().tick(at("2024-02-26 09:00"), ends=LetterState.WAITING)
    (kept,) = await second.say("/mydata")
    assert "发给您的提醒：1 条（只记日期和结果）" in words(kept)
    assert "请假：2024年2月29日" in words(kept)
    (mine,) = await talk.say("/mydata")
    assert "2024年2月27日前不再提醒" in words(mine)
    for one in (talk, second):
        deed = Deed(one.actor.member_id, "message/m1/1", at("2024-02-26 09:01"))
        await privacy.forget(one.actor, deed, has_standing_administrator=False)
    assert await sql.fetch("SELECT id FROM absence") == []
    rows = await sql.fetch("SELECT id FROM member WHERE reminded_from_on IS NOT NULL")
    assert rows == []
    waiting = await sql.fetch("SELECT member_id FROM letter WHERE state = 'waiting'")
    assert second.actor.member_id not in {row["member_id"] for row in waiting}
    assert await sql.fetch("SELECT id FROM outbox WHERE chat = $1", SECOND) == []
