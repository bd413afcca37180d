import datetime as dtm

import pytest

from models.enums import LetterState, Role
from services import sql
from services.chasing.urging import MonthUrgedTooEarly, MonthUrgedTooLate, RemindersPaused
from services.core.access import NotPermitted
from services.facts.ledger import record
from services.membership.members import bind, name_member
from services.office.groups import Place, enter
from tests.builders import a_fact, a_quota, an_organisation, categories_of, units_of
from tests.handlers.talk import Talk, labels, pressed, words
from tests.people import a_member
from tests.services.postman import ZONE, Postman, at

REPORTER, OTHER, SPEAKER = 8001, 8002, 8003


async def an_office(*, day=26, month=2):
    """市司法局 lacks three, 市公安局 two, 市教育局 is done; 市财政局 lacks two and has nobody."""
    organisation_id = await an_organisation()
    units = await units_of(organisation_id, ["市司法局", "市公安局", "市教育局", "市财政局"])
    (news,) = (await categories_of(organisation_id, ["动态通知类"])).values()
    for name, target in (("市司法局", 3), ("市公安局", 3), ("市教育局", 1), ("市财政局", 2)):
        await a_quota(units[name], news, target, effective_on=dtm.date(2024, 1, 1))
    facts = [a_fact(units["市公安局"], news, 2, 1), a_fact(units["市教育局"], news, 2, 1)]
    await record(facts, at("2024-02-20 10:00"))
    for number, name in ((REPORTER, "市司法局"), (OTHER, "市公安局")):
        await bind(number, organisation_id, units[name], Role.REPORTER, at("2024-01-01 00:00"))
    clerk = await a_member(organisation_id, Role.ADMINISTRATOR)
    return organisation_id, units, Talk(clerk, today=dtm.date(2024, month, day), zone=ZONE)


async def test_who_lags_stands_first_with_what_it_lacks(database):
    _, _, talk = await an_office()
    (shown,) = await talk.say("催办")
    assert words(shown)[:6] == [
        "峨眉山市 · 催办　2024年2月",
        "",
        "🟡 偏慢 3 个单位",
        "· 市司法局　动态通知类 3",
        "· 市公安局　动态通知类 2",
        "· 市财政局　动态通知类 2",
    ]
    assert "· 2月29日 09:00 最后一个工作日　3 个" in words(shown)
    assert words(shown)[-1].startswith("没有能收到提醒的人（2 个单位）：市教育局、市财政局。")
    assert labels(shown) == [
        ["立即催办 2 个单位", "选单位催办"],
        ["规则", "⏸ 暂停"],
        ["2024年1月"],
    ]


async def test_all_that_lag_are_chased_once_a_day_after_a_question(database):
    organisation_id, units, talk = await an_office()
    (shown,) = await talk.say("/remind")
    (asked,) = await talk.press(*pressed(shown, "立即催办 2 个单位"))
    assert words(asked)[0] == "将单独提醒2024年2月落后的 2 个单位：市司法局、市公安局。确定吗？"
    assert words(asked)[-1] == "另有 1 个单位没有能收到提醒的人。"
    sure = pressed(asked, "确定催办 2 个单位")
    (told,) = await talk.press(*sure)
    assert words(told)[0] == "✅ 正在提醒 2 个单位，稍后可在 /remind 查看。"
    assert words(told)[-1] == "1 个单位没有能收到提醒的人：市财政局。请用 /invite 邀请。"
    keys = {row["key"] for row in await sql.fetch("SELECT key FROM due")}
    assert keys == {f"monthly/{units[name]}/2024-02/nudged-2024-02-26" for name in ("市司法局", "市公安局")}
    (again,) = await talk.press(*sure)
    assert words(again)[0] == "没有需要新催办的单位。"
    (shown,) = await talk.say("/remind")
    assert "· 市司法局　动态通知类 3（今日已催）" in words(shown)
    (entry,) = await sql.fetch("SELECT action, subject, after FROM audit_entry")
    assert (entry["action"], entry["subject"]) == ("reminders.nudge", f"organisation/{organisation_id}")


async def test_who_was_chased_hears_of_it_and_the_record_says_so(database):
    _, _, talk = await an_office()
    postman = Postman()
    (card,) = await talk.say("催办 市司法局")
    assert words(card) == ["市司法局", "🟡 偏慢", "", "· 动态通知类　还差 3 条（0/3）"]
    (told,) = await talk.press(*pressed(card, "立即催办"))
    assert words(told) == ["✅ 正在提醒 1 个单位，稍后可在 /remind 查看。"]
    await postman.tick(at("2024-02-26 10:00"))
    steps = {step for _, step in postman.told()}
    assert steps == {"monthly/before", "monthly/nudged"}
    (shown,) = await talk.say("催办 2月")
    assert "2024年2月已发提醒 2 条，涉及 2 个单位" in words(shown)
    assert "· 2月26日　立即催办　1 个单位，1 人" in words(shown)
    (card,) = await talk.say("/remind 市司法局")
    assert words(card)[-1] == "今天已经催过，每个单位一天只催一次。"
    assert labels(card) == [["« 返回"]]


async def test_who_presses_is_told_which_units_hear_of_it_only_tomorrow(database):
    organisation_id, units, talk = await an_office()
    await sql.execute("DELETE FROM binding WHERE unit_id IS NOT NULL")
    postman = Postman()
    answers = []
    for number, name in enumerate(("市司法局", "市公安局", "市财政局")):
        await bind(REPORTER, organisation_id, units[name], Role.REPORTER, at("2024-01-01 00:00"))
        (card,) = await talk.say(f"催办 {name}")
        answers += await talk.press(*pressed(card, "立即催办"))
        await postman.tick(at(f"2024-02-26 10:0{number}"))
    assert [words(told) for told in answers[:2]] == [["✅ 正在提醒 1 个单位，稍后可在 /remind 查看。"]] * 2
    (said,) = words(answers[2])
    assert said.startswith("✅ 已安排：2月27日 09:00（上班时间）提醒 1 个单位：市财政局。")


async def test_outside_office_hours_it_says_when_it_goes(database):
    _, _, talk = await an_office(day=24)  # a Saturday
    (card,) = await talk.say("催办 市司法局")
    (told,) = await talk.press(*pressed(card, "立即催办"))
    assert words(told) == ["✅ 已安排：2月26日 09:00（上班时间）提醒 1 个单位。"]


async def test_a_unit_that_is_done_or_out_of_reach_is_not_chased(database):
    _, _, talk = await an_office()
    (done,) = await talk.say("催办 市教育局")
    assert "本月任务已完成，不需要催办。" in words(done)
    (silent,) = await talk.say("催办 市财政局")
    assert words(silent)[-1] == "这个单位还没有能收到提醒的人，请用 /invite 邀请。"
    assert labels(done) == labels(silent) == [["« 返回"]]


async def test_last_month_is_chased_until_it_closes(database):
    _, _, talk = await an_office(day=1, month=3)
    (shown,) = await talk.say("催办")
    assert "2024年2月还有 3 个单位未完成，关账前可补报。" in words(shown)
    (february,) = await talk.press(*pressed(shown, "2024年2月"))
    assert "❌ 未完成 3 个单位" in words(february)
    (asked,) = await talk.press(*pressed(february, "立即催办 2 个单位"))
    sure = pressed(asked, "确定催办 2 个单位")
    with pytest.raises(MonthUrgedTooLate):
        await Talk(talk.actor, today=dtm.date(2024, 3, 11), zone=ZONE).press(*sure)
    (told,) = await talk.press(*sure)
    assert words(told)[0].startswith("✅ 正在提醒 2 个单位")


async def test_a_closed_month_is_a_record_and_nothing_more(database):
    _, _, talk = await an_office(day=12, month=3)
    (shown,) = await talk.say("催办 2月")
    assert words(shown)[1] == "该月已于3月7日关账。"
    assert not any("下一步" in line or "/invite" in line for line in words(shown))
    assert labels(shown) == [["规则", "⏸ 暂停"], ["2024年1月", "2024年3月"]]
    (card,) = await talk.say("催办 2月 市司法局")
    assert words(card)[-1] == "该月已关账，不再催办。"
    assert labels(card) == [["« 返回"]]


@pytest.mark.parametrize("text", ["催办 2099年1月", "催办 市司法局 2024年3月", "/remind 2024-03"])
async def test_a_month_that_has_not_begun_is_said_to_be_ahead(database, text):
    # It used to be an empty page, as if nobody were behind.
    _, _, talk = await an_office()
    with pytest.raises(MonthUrgedTooEarly):
        await talk.say(text)


async def test_a_month_without_quotas_is_said_to_have_none(database):
    _, _, talk = await an_office()
    (shown,) = await talk.say("催办 2019年5月")
    assert "2019年5月没有任务数，不用催办。如应有任务，请用 /import 导入任务表。" in words(shown)


async def test_units_are_offered_by_button(database):
    _, _, talk = await an_office()
    (shown,) = await talk.say("催办")
    (offered,) = await talk.press(*pressed(shown, "选单位催办"))
    assert labels(offered) == [["市司法局", "市公安局"], ["市财政局"], ["« 返回"]]
    (card,) = await talk.press(*pressed(offered, "市公安局"))
    assert words(card)[0] == "市公安局"
    (unknown,) = await talk.say("催办 天文台")
    assert "天文台" in words(unknown)[0]


async def test_paused_nothing_is_chased_until_it_is_resumed(database):
    _, _, talk = await an_office()
    (card,) = await talk.say("催办 市司法局")
    (shown,) = await talk.say("催办")
    (paused,) = await talk.press(*pressed(shown, "⏸ 暂停"))
    assert words(paused)[1] == "⏸ 提醒已于2月26日 10:00暂停，现在什么都不会自动发出。"
    assert labels(paused)[:2] == [["选单位催办"], ["规则", "▶ 恢复"]]
    with pytest.raises(RemindersPaused):
        await talk.press(*pressed(card, "立即催办"))
    (resumed,) = await talk.press(*pressed(paused, "▶ 恢复"))
    assert "⏸ 暂停" in labels(resumed)[1]


async def test_a_list_that_may_not_have_arrived_is_decided_by_hand(database):
    organisation_id, _, talk = await an_office(day=4, month=3)
    await enter(Place(-1007, 0, "工作群"), organisation_id, "工作群", at("2024-01-01 00:00"))
    postman = Postman()
    await postman.tick(at("2024-03-01 09:00"))
    await postman.tick(at("2024-03-01 14:30"), ends=LetterState.UNKNOWN)
    (shown,) = await talk.say("催办")
    assert "· 3月1日　群内名单（工作群）" in words(shown)
    assert labels(shown)[0] == ["已看到（3月1日）", "重发（3月1日）"]
    (after,) = await talk.press(*pressed(shown, "重发（3月1日）"))
    assert not any("不确定" in line for line in words(after))
    await postman.tick(at("2024-03-04 14:30"))
    assert [type(letter).__name__ for _, letter in postman.delivered].count("GroupList") == 2


async def test_a_digest_that_may_not_have_arrived_can_only_be_acknowledged(database):
    _, _, talk = await an_office()
    await name_member(REPORTER, "张三")
    await Postman().tick(at("2024-02-26 09:00"), ends=LetterState.UNKNOWN)
    (shown,) = await talk.say("催办")
    assert "· 2月26日　张三的提醒" in words(shown)
    assert all(len(row) == 1 for row in labels(shown)[:3])
    action, asked = pressed(shown, "已看到（2月26日）")
    (after,) = await talk.press(action, asked)
    assert len([row for row in labels(after) if row[0].startswith("已看到")]) == 2


async def test_rules_are_turned_and_chosen_by_button(database):
    _, _, talk = await an_office()
    (shown,) = await talk.say("催办")
    (rules,) = await talk.press(*pressed(shown, "规则"))
    assert words(rules)[2:8] == [
        "工作日过半、进度偏慢时提醒：开",
        "月底前 5 个工作日提醒",
        "最后一个工作日提醒：开",
        "逾期后第一个工作日提醒：开",
        "逾期后在群内公布名单：开",
        "全年任务从 7 月起提醒",
    ]
    (turned,) = await talk.press(*pressed(rules, "关闭群内名单"))
    assert words(turned)[0] == "✅ 已更改。"
    assert "逾期后在群内公布名单：关" in words(turned)
    (offered,) = await talk.press(*pressed(turned, "更改：月底前"))
    (changed,) = await talk.press(*pressed(offered, "前 3 个工作日"))
    assert "月底前 3 个工作日提醒" in words(changed)
    (stale,) = await talk.press(*pressed(rules, "关闭逾期提醒"))
    assert words(stale)[0].startswith("有同志刚刚改过设置")
    assert "逾期后第一个工作日提醒：开" in words(stale)
    (history,) = await talk.say("留痕")
    assert "修改催报规则" in "\n".join(words(history))


async def test_a_reviewer_chases_nobody(database):
    organisation_id = await an_organisation()
    with pytest.raises(NotPermitted):
        await Talk(await a_member(organisation_id, Role.REVIEWER)).say("催办")
