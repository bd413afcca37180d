"""A month's end as people live through it: privately, again, the leader and the office, then the group."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from playwright.async_api import expect

from tests.browser import PHONE, Hand, browsing, needs_chromium
from tests.databases import current_file
from tests.driver import Office, running_office

REPORTER, COLLEAGUE, LEADER = "市司法局 联络员", "市司法局 联络员乙", "市司法局 分管领导"
ADMINISTRATOR = "峨眉山 管理员"


@pytest_asyncio.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with running_office(tmp_path, current_file(tmp_path / "duban.db")) as running:
        await running.set_clock("2024-02-25T20:00:00+08:00")  # a Sunday evening
        yield running


async def new_at(office: Office, moment: str) -> dict[str, list[str]]:
    """Move the clock; give what everybody and every group reads then, by name."""
    chats = {**office.people, **office.groups}
    before = {name: await office.latest(chat) for name, chat in chats.items()}
    await office.set_clock(f"{moment}:00+08:00")
    return {
        name: texts
        for name, chat in chats.items()
        if (texts := [each.text for each in await office.messages(chat, before[name])])
    }


async def test_the_whole_ladder_from_the_first_reminder_to_the_group(office: Office) -> None:
    first = await new_at(office, "2024-02-26T09:00")
    assert "2024年2月除今天外还有3个工作日，还差" in first[REPORTER][0]
    assert "临近月底未完成 44 个单位" in first[ADMINISTRATOR][0]
    assert LEADER not in first
    assert not any("群" in name for name in first)
    assert await new_at(office, "2024-02-27T09:00") == {}

    answer = await office.say(ADMINISTRATOR, "催办 市司法局")
    told = await office.press(ADMINISTRATOR, answer, "立即催办")
    assert told.text.startswith("✅ 正在提醒 1 个单位")
    nudged = await new_at(office, "2024-02-27T09:30")
    assert set(nudged) == {REPORTER, COLLEAGUE}
    assert "政务公开办请您尽快报送" in nudged[REPORTER][0]

    await office.say("市公安局 联络员", "报送 动态通知类 =2 政务新媒体 =4")
    last = await new_at(office, "2024-02-29T09:00")
    assert "今天是2024年2月最后一个工作日" in last[REPORTER][0]
    assert "您分管的单位" in last[LEADER][0]
    assert "市公安局 联络员" not in last

    asked = await office.say(COLLEAGUE, "请假 3月1日至3月5日")
    await office.press(COLLEAGUE, asked, REPORTER)
    over = await new_at(office, "2024-03-01T09:00")
    assert "3月7日（含）前还可补报" in over[REPORTER][0]
    assert COLLEAGUE not in over
    listed = await new_at(office, "2024-03-01T14:30")
    assert set(listed) == {"峨眉山市政务公开工作群", "定南县政务公开工作群"}
    (posted,) = listed["峨眉山市政务公开工作群"]
    assert re.findall(r"· (\S+)　还差", posted) == ["市司法局", "绥山镇", "峨山街道"]
    assert await new_at(office, "2024-03-05T09:00") == {}

    record = await office.say(ADMINISTRATOR, "催办 2月")
    assert "· 2月26日　临近月底　4 个单位，4 人" in record.text
    assert "· 2月27日　立即催办　1 个单位，2 人" in record.text
    assert "· 2月29日　最后一个工作日　3 个单位，4 人" in record.text


async def test_the_sandbox_says_what_is_due_next(office: Office) -> None:
    due = (await office.get("/sandbox/due"))["organisations"]
    emeishan = next(each for each in due if each["organisation"] == "峨眉山市")
    assert emeishan["opens_at"] == "2024-02-26T09:00:00+08:00"
    assert emeishan["waiting"]["dues"] > 0
    assert [(each["step"], each["due_at"], each["units"]) for each in emeishan["next"][:3]] == [
        ("last_day", "2024-02-29T09:00:00+08:00", 44),
        ("overdue", "2024-03-01T09:00:00+08:00", 44),
        ("listed", "2024-03-01T14:30:00+08:00", 4),
    ]
    async with office.http.get(f"http://127.0.0.1:{office.web_port}/sandbox/due") as refused:
        assert refused.status == 403


@needs_chromium
async def test_on_the_page_one_walks_day_by_day_to_the_group_list(office: Office) -> None:
    await office.set_clock("2024-02-28T20:00:00+08:00")
    async with browsing() as browser:
        hand = await Hand.open(browser, office.url, PHONE)
        await hand.become(office.person(REPORTER))
        await hand.page.get_by_test_id("clock").click()
        due = hand.page.get_by_test_id("due")
        await expect(due).to_contain_text("2月最后一个工作日")
        await expect(due).to_contain_text("44 个单位")
        assert await hand.overflow() <= 0
        await hand.page.keyboard.press("Escape")
        for shows in ("2月29日", "3月1日", "3月2日"):
            await hand.page.get_by_test_id("clock-day").click()
            await expect(hand.page.get_by_test_id("clock")).to_contain_text(f"{shows}", timeout=30_000)
        await expect(hand.page.get_by_test_id("clock")).to_contain_text("09:00")
        read = [each.text for each in await office.messages(office.person(REPORTER))]
        assert [text for text in read if "最后一个工作日" in text or "已结束" in text] == read[-2:]
    (posted,) = await office.messages(office.group("峨眉山市"))
    assert "市司法局" in posted.text
