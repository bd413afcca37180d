"""What the office arranges, over real HTTP: groups, units, its rules, and the record of it all."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.driver import PATIENCE, Office, running_office

pytestmark = pytest.mark.asyncio(loop_scope="module")

OFFICE = "峨眉山 管理员"
DINGNAN = "定南 管理员"
REPORTER = "市司法局 联络员"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def office(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    folder: Path = tmp_path_factory.mktemp("office")
    async with running_office(folder, f"sqlite://{folder / 'duban.db'}") as running:
        await running.set_clock("2024-03-01T09:30:00+08:00")
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
