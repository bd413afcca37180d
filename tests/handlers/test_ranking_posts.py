import datetime as dtm

import pytest

from handlers.views.markup import MAX_CAPTION, units
from handlers.views.ranking_posts import posted
from models.enums import PostShape, Role
from services import sql
from services.chasing import letter_contents
from services.core.access import NotPermitted
from services.office.groups import Place, enter
from services.ranking import ranking_posts
from services.ranking.ranking_letters import RankingLetter
from services.ranking.ranking_schedules import ScheduleChanged, ScheduleGone
from tests.builders import NOW, a_quota, a_reporter, dingnan, units_of
from tests.handlers.talk import CATALOGUE, Talk, labels, pressed, words
from tests.people import a_member
from tests.services.postman import ZONE, at

CHAT, OTHER_CHAT = -100601, -100602


@pytest.fixture
async def talk(database):
    """An administrator of 定南县 with two groups, on the last of February."""
    organisation_id, _ = await dingnan()
    for chat, topic, name in ((CHAT, 0, "工作群"), (OTHER_CHAT, 7, "通报话题")):
        await enter(Place(chat, topic, "群"), organisation_id, name, NOW)
    clerk = await a_member(organisation_id, Role.ADMINISTRATOR)
    return Talk(clerk, today=dtm.date(2024, 2, 29), zone=ZONE)


async def follow(talk, answer, *pressed_labels):
    for label in pressed_labels:
        (answer,) = await talk.press(*pressed(answer, label))
    return answer


async def letters_at(moment):
    """What waits to be posted, as it would be written then."""
    rows = await sql.fetch("SELECT id FROM letter WHERE state = 'waiting' ORDER BY id")
    contents = [await letter_contents.open_letter(row["id"], at(moment)) for row in rows]
    return [posted(each, CATALOGUE.texts("zh_CN")) for each in contents if isinstance(each, RankingLetter)]


async def test_a_ranking_is_posted_after_a_look_to_the_groups_that_were_chosen(talk):
    (shown,) = await talk.say("排名 全年")
    assert labels(shown)[-1] == ["发布到群", "定时发布"]
    asked = await follow(talk, shown, "发布到群")
    assert labels(asked) == [
        ["✔ 前三位", "前三位和后三位", "完整榜单"],
        ["工作群"],
        ["通报话题"],
        ["返回排名"],
    ]
    chosen = await follow(talk, asked, "通报话题", "前三位和后三位")
    assert labels(chosen)[2:] == [["✔ 通报话题"], ["先看一遍", "返回排名"]]
    preview = await follow(talk, chosen, "先看一遍")
    assert words(preview)[:4] == [
        "将发布到：通报话题",
        "会点名靠后的单位；建议先私下提醒。",
        "定南县 2024年排名",
        "截至2024年2月29日 · 46 个单位参加排名",
    ]
    sent = await follow(talk, preview, "确认发布")
    assert words(sent) == ["已交付发布：通报话题。"]
    assert sent.then_posts == (OTHER_CHAT,)
    (said,) = await letters_at("2024-02-29 22:00")
    assert words(said) == words(preview)[2:]
    assert [line.split("\u3000")[1] for line in words(said) if line[:1].isdigit()] == [
        *("融媒体中心", "消防大队", "老城镇政府"),
        *("公路发展分中心", "市场监管局", "发改委"),
    ]


async def test_a_whole_list_names_everybody_and_the_first_three_nobody_else(talk):
    (shown,) = await talk.say("排名 全年")
    asked = await follow(talk, shown, "发布到群", "工作群")
    await follow(talk, asked, "先看一遍", "确认发布")
    await follow(talk, asked, "完整榜单", "先看一遍", "确认发布")
    first, whole = await letters_at("2024-02-29 10:00")
    assert len([line for line in words(first) if line[:1].isdigit()]) == 3
    assert len([line for line in words(whole) if line[:1].isdigit()]) == 46
    for said, count in ((first, 3), (whole, 46)):
        assert units(said.caption or said.text) <= MAX_CAPTION
        assert (said.picture.bar_count, said.album) == (count, ())
    assert len([line for line in whole.caption.splitlines() if line[:1].isdigit()]) == 46


async def test_of_more_units_than_a_picture_holds_an_album_goes(talk):
    organisation_id = talk.actor.organisation_ids[0]
    (category_id,) = [row["id"] for row in await sql.fetch("SELECT id FROM category")]
    for unit_id in (await units_of(organisation_id, [f"第{number}局" for number in range(60)])).values():
        await a_quota(unit_id, category_id, 5)
    (shown,) = await talk.say("排名 全年")
    asked = await follow(talk, shown, "发布到群", "工作群", "完整榜单", "先看一遍")
    second = await follow(talk, asked, "下一张图 »")
    assert [each.picture.page for each in (asked, second)] == ["1/3", "2/3"]
    assert asked.album == ()
    await follow(talk, second, "确认发布")
    (said,) = await letters_at("2024-02-29 10:00")
    pictures = (said.picture, *said.album)
    assert [each.page for each in pictures] == ["1/3", "2/3", "3/3"]
    assert [bar.place for each in pictures for block in each.blocks for bar in block.bars][-1] == "47"
    assert sum(each.bar_count for each in pictures) == 106
    assert len([line for line in words(said) if line[:1].isdigit()]) == 106
    below = said.caption.splitlines()
    assert units(said.caption) <= MAX_CAPTION
    named = len([line for line in below if line[:1].isdigit()])
    assert named > 40
    assert f"……还有 {106 - named} 行，见图。" in below


async def test_a_schedule_is_made_changed_paused_and_deleted_by_buttons(talk):
    (shown,) = await talk.say("排名")
    empty = await follow(talk, shown, "定时发布")
    assert words(empty)[2] == "还没有定时发布。"
    editor = await follow(talk, empty, "新增")
    assert words(editor)[1] == "每月首个工作日 09:00：全年累计排名（截至上月末），分类排，前三位"
    assert words(editor)[3] == "下次：3月1日 09:00，2024年（截至2024年2月29日）"
    assert labels(editor)[-1] == ["定时发布列表"]
    ready = await follow(talk, editor, "选群组", "工作群", "完成", "改时间", "14:30", "改内容", "完整榜单")
    saved = await follow(talk, ready, "保存")
    assert words(saved)[0] == "已保存。"
    listed = await follow(talk, saved, "定时发布列表")
    assert words(listed)[2] == "1. 每月首个工作日 14:30：全年累计排名（截至上月末），分类排，完整榜单"
    assert words(listed)[3:5] == ["发到：工作群", "下次：3月1日 14:30，2024年（截至2024年2月29日）"]
    card = await follow(talk, listed, "查看 1", "修改", "改日期", "每月 31 日", "改类型", "月排名", "保存")
    assert words(card)[2] == "每月 31 日 14:30：当月排名，分类排，完整榜单"
    paused = await follow(talk, card, "暂停")
    assert words(paused)[2] == "⏸ 已暂停"
    resumed = await follow(talk, paused, "恢复")
    with pytest.raises(ScheduleChanged):  # the page was shown before
        await follow(talk, card, "修改", "保存")
    gone = await follow(talk, resumed, "删除")
    assert words(gone)[0] == "已删除。"
    with pytest.raises(ScheduleGone):
        await follow(talk, resumed, "暂停")
    rows = await sql.fetch("SELECT action FROM audit_entry ORDER BY id")
    assert [row["action"].removeprefix("ranking.schedule_") for row in rows] == [
        *("add", "change", "pause", "resume", "delete")
    ]
    (history,) = await talk.say("留痕")
    assert "修改排名定时发布" in "\n".join(words(history))


async def test_the_page_of_a_schedule_tells_what_was_posted_and_what_was_missed(talk):
    (shown,) = await talk.say("排名")
    editor = await follow(talk, shown, "定时发布", "新增", "选群组", "工作群", "完成")
    saved = await follow(talk, editor, "保存")
    for moment in ("2024-03-01 09:00", "2024-06-03 09:00"):
        await ranking_posts.plan(at(moment))
    later = Talk(talk.actor, today=dtm.date(2024, 6, 3), zone=ZONE)
    card = await follow(later, saved, "定时发布列表", "查看 1")
    assert words(card)[4:] == [
        "最近：6月3日 09:00 2024年，1 个群待发送",
        "未发：5月6日 09:00 2024年，因错过整期，不再补发。",
        "未发：4月1日 09:00 2024年，因错过整期，不再补发。",
        "未发：3月1日 09:00 2024年，因错过整期，不再补发。",
    ]
    paused = await follow(later, card, "定时发布列表")
    assert "⏸ 提醒已暂停" not in "\n".join(words(paused))
    await later.press("remind.pause", {"organisation_id": talk.actor.organisation_ids[0]})
    paused = await follow(later, card, "定时发布列表")
    assert words(paused)[2].startswith("⏸ 提醒已暂停")


async def test_without_a_registered_group_it_is_said_how_to_register_one(talk):
    await sql.execute("DELETE FROM office_group")
    (shown,) = await talk.say("排名")
    asked = await follow(talk, shown, "发布到群")
    assert words(asked)[-1] == "还没有登记群组。请先在群里发“群组”登记。"


async def test_a_reporter_is_offered_no_posting_and_refused_it(talk):
    (shown,) = await talk.say("排名 全年")
    action, carried = pressed(shown, "发布到群")
    reporter = Talk(a_reporter(talk.actor.organisation_ids[0], 1), today=talk.today)
    (theirs,) = await reporter.say("排名 全年")
    assert "发布到群" not in [label for row in labels(theirs) for label in row]
    with pytest.raises(NotPermitted):
        await reporter.press(action, carried)
    with pytest.raises(NotPermitted):
        await reporter.press("rank.send", {**carried, "groups": [1], "shape": PostShape.WHOLE.value})
