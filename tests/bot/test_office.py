"""What the office arranges, over real HTTP: groups, units, its rules, and the record of it all."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.databases import current_file
from tests.driver import PATIENCE, Office, running_office

pytestmark = pytest.mark.asyncio(loop_scope="module")

OFFICE = "峨眉山 管理员"
DINGNAN = "定南 管理员"
REPORTER = "市司法局 联络员"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def office(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    folder: Path = tmp_path_factory.mktemp("office")
    async with running_office(folder, current_file(folder / "duban.db")) as running:
        await running.set_clock("2024-03-01T08:30:00+08:00")
        yield running


async def test_a_fresh_group_is_registered_with_a_topic_renamed_and_left(office: Office) -> None:
    group = await office.new_group("村（社区）公开群", OFFICE, REPORTER)
    assert "/groups" in (await office.answer(group, 0)).text
    asked = await office.say(OFFICE, "/groups", chat=group)
    assert [words for words, _ in asked.buttons] == ["登记本群"]
    card = await office.press(OFFICE, asked, "登记本群", chat=group)
    assert card.id == asked.id
    assert "已登记" in card.text
    assert "峨眉山市 · 村（社区）公开群" in card.text

    topic = await office.new_topic(OFFICE, "问题答疑", chat=group)
    asked = await office.say(OFFICE, "/groups 答疑", chat=group, topic=topic)
    assert [words for words, _ in asked.buttons] == ["登记本话题"]
    await office.press(OFFICE, asked, "登记本话题", chat=group)
    renamed = await office.say(OFFICE, "/groups 信息员答疑", chat=group, topic=topic)
    assert "峨眉山市 · 信息员答疑" in renamed.text

    listed = await office.say(OFFICE, "群组")
    assert "村（社区）公开群" in listed.text
    assert "信息员答疑" in listed.text
    for name, choice in (("信息员答疑", "留在群里"), ("村（社区）公开群", "我也退群")):
        listed = await office.say(OFFICE, "群组")
        shown = await office.press(OFFICE, listed, name)
        asked = await office.press(OFFICE, shown, "退出")
        left = await office.press(OFFICE, asked, choice)
        assert f"已取消“{name}”的登记" in left.text
    async with asyncio.timeout(PATIENCE):
        while (await standing_of_bot(office, group)) != "left":
            await asyncio.sleep(0.05)


async def standing_of_bot(office: Office, group: int) -> str:
    state = await office.get("/sandbox/state")
    return str(next(chat["bot"] for chat in state["chats"] if chat["id"] == group))


async def test_a_renamed_unit_is_found_under_both_names(office: Office) -> None:
    card = await office.say(OFFICE, "/units 市气象局")
    asked = await office.press(OFFICE, card, "改名")
    keeping = await office.say(OFFICE, "气象服务中心")
    assert asked.id != keeping.id
    renamed = await office.press(OFFICE, keeping, "旧名留作别名")
    assert "气象服务中心" in renamed.text
    for name in ("气象服务中心", "市气象局"):
        assert "气象服务中心 · 2024年3月" in (await office.say(OFFICE, f"/progress {name}")).text


async def test_a_retired_unit_is_still_read_by_its_name_and_says_so(office: Office) -> None:
    card = await office.say(OFFICE, "/units 市信访局")
    await office.press(OFFICE, await office.press(OFFICE, card, "停用"), "确认停用")
    shown = await office.say(OFFICE, "进度 市信访局")
    assert "已于2024年3月1日停用" in shown.text
    assert "市信访局 · 2024年3月" in shown.text
    assert "动态通知类：本月 0/2" in shown.text
    assert not any(said in shown.text for said in ("正常", "偏慢", "告急", "未完成", "尚差", "截止"))
    assert "43 个单位" in (await office.say(OFFICE, "进度")).text


async def test_settings_change_what_is_shown_at_once(office: Office) -> None:
    shown = await office.say(DINGNAN, "设置")
    offered = await office.press(DINGNAN, shown, "百分比小数")
    changed = await office.press(DINGNAN, offered, "2位")
    assert "1位 → 2位" in changed.text
    assert "21.25%" in (await office.say(DINGNAN, "进度 金融服务中心 2月")).text


async def test_a_question_ends_with_a_press_and_takes_no_file_for_an_answer(office: Office) -> None:
    shown = await office.press(OFFICE, await office.say(OFFICE, "设置"), "关账")
    assert "直接发送" in shown.text
    rules = await office.press(OFFICE, shown, "返回")
    assert "没看懂" in (await office.say(OFFICE, "谢谢")).text
    await office.press(OFFICE, rules, "关账")
    assert "没有找到单位表" in (await office.send_document(OFFICE, "谢谢.txt", "谢谢".encode())).text


async def test_the_audit_tells_it_all_and_leaves_as_a_table(office: Office) -> None:
    told = await office.say(OFFICE, "留痕 单位")
    assert "单位改名 气象服务中心：市气象局 → 气象服务中心" in told.text
    sent = await office.press(OFFICE, told, "导出 CSV")
    assert sent.file_name == "峨眉山市留痕2024-03-01.csv"
    rows = list(csv.reader(io.StringIO((await office.download(sent)).decode("utf-8-sig"), newline="")))
    deeds = [(row[2], row[4], row[5]) for row in rows[1:]]
    assert ("登记群组", "", "村（社区）公开群") in deeds
    assert ("群组改名", "答疑", "信息员答疑") in deeds
    assert ("取消群组登记", "信息员答疑", "") in deeds
    assert ("单位改名", "市气象局", "气象服务中心") in deeds
    assert rows[-1][6].startswith("私聊消息 #")


async def test_put_out_of_a_group_the_bot_says_since_when_and_a_change_of_rights_is_nothing(
    office: Office,
) -> None:
    group = await office.new_group("临时群", OFFICE)
    await office.press(OFFICE, await office.say(OFFICE, "/groups", chat=group), "登记本群", chat=group)
    before = await office.latest(group)
    await office.place("bot", "administrator", chat=group)
    await office.place("bot", "kicked", chat=group)
    listed = await office.say(OFFICE, "群组")
    assert "临时群（群“临时群”）⚠️ 自2024年3月1日起收不到：我已不在群里" in listed.text
    await office.place("bot", "member", chat=group)
    assert "临时群（群“临时群”）🟢" in (await office.say(OFFICE, "群组")).text
    said = [message.text for message in await office.messages(group, before) if message.is_by_bot]
    assert said == []


async def test_a_refused_answer_leaves_its_question_open(office: Office) -> None:
    # What was written next used to be answered with 没看懂.
    await office.press(OFFICE, await office.say(OFFICE, "/settings"), "超期天数")
    assert "请再回复一次" in (await office.say(OFFICE, "99")).text
    assert "超过13天" in (await office.say(OFFICE, "13")).text
    await office.press(OFFICE, await office.say(OFFICE, "/settings"), "超期天数")
    assert "超过14天" in (await office.say(OFFICE, "14")).text
