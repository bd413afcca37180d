"""From nothing to a unit's first report, all of it on the page."""

import re
from pathlib import Path

from playwright.async_api import expect

from tests.browser import DESK, PHONE, Hand, browsing, needs_chromium
from tests.databases import current_file
from tests.driver import ROOT, Office, running_office

pytestmark = needs_chromium

SHEET = ROOT / "examples" / "dingnan-2024-02.xlsx"
OFFICE, REPORTER, GROUP = "钟敏", "王芳", "定南县政务公开群"


async def found(hand: Hand, office: Office) -> None:
    """Open the printed link as somebody new, and found an office with its table."""
    link = re.search(r"https://t\.me/\S+", office.printed)
    assert link, office.printed
    pasted = hand.page.get_by_test_id("paste-link")
    await pasted.get_by_test_id("fresh-name").fill(link[0])
    await pasted.get_by_test_id("fresh").click()
    await hand.become_somebody_new(OFFICE)
    await hand.reads("还没有您管理的政务公开办")
    await hand.press("建立政务公开办", "请发来县（市、区）的名称")
    await hand.write("定南县", "从哪一年的任务开始")
    await hand.press("2024年", "定南县 · 2024年")
    await hand.press("确认建立", "您是管理员")
    await hand.send_file(SHEET.name, SHEET.read_bytes(), "读到 46 个单位")
    await hand.press("确认保存", "已保存")


async def invite(hand: Hand) -> None:
    """Make a link for a unit; the advice follows it, so the link is not in the last message."""
    await hand.write("邀请 教科体局", "不要发到群里")
    invitation = hand.page.locator("[data-testid^=message-]", has_text="请您担任")
    await invitation.get_by_text("https://t.me/").click()
    await hand.become_somebody_new(REPORTER)
    await hand.reads("您现在是定南县 教科体局 信息员")


async def report(hand: Hand) -> None:
    """Report, take it back, see that it is gone, report again."""
    await hand.write("报送 政府信息公开 3", "请问报哪个月")
    await hand.press("本月", "已收到 · 教科体局 · 2024年3月")
    await hand.press("撤回", "已撤回")
    await hand.write("进度", "教科体局 · 2024年3月")


async def speak_in_a_group(hand: Hand, office: Office) -> None:
    """Make a group, register it, and have a report counted there."""
    page = hand.page
    await page.get_by_test_id("back").click()
    await page.get_by_test_id("new-group").click()
    asked = page.locator("dialog[open]")
    await asked.get_by_test_id(f"with-{office.person(REPORTER)}").check()
    await asked.get_by_test_id("fresh-name").fill(GROUP)
    await asked.get_by_test_id("fresh").click()
    await hand.reads("大家好，我是督办")
    await hand.write("/groups", "本群尚未登记")
    await hand.press("登记本群", "已登记")


async def test_an_office_is_founded_and_gets_its_first_report(tmp_path: Path) -> None:
    database = current_file(tmp_path / "duban.db")
    async with (
        running_office(tmp_path, database, module="tests.prove.unfilled") as office,
        browsing() as browser,
    ):
        hand = await Hand.open(browser, office.url, PHONE)
        await found(hand, office)
        await invite(hand)
        await report(hand)
        assert await hand.overflow() <= 0
        await office.learn()
        await hand.become(office.person(OFFICE))
        await speak_in_a_group(hand, office)
        await office.learn()
        await hand.become(office.person(REPORTER), office.group(GROUP))
        await hand.write("/report 政府信息公开 2 本月", "已收到 · 教科体局 · 2024年3月")
        assert await hand.overflow() <= 0

        desk = await Hand.open(browser, office.url, DESK)
        await desk.become(office.person(OFFICE))
        history = await desk.write("留痕", "定南县 · 留痕")
        for deed in ("登记群组", "撤回报送", "发出邀请", "导入表格"):
            await expect(history).to_contain_text(deed)
        assert await desk.overflow() <= 0
