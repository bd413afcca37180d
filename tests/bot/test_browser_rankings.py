"""An administrator posts a ranking from the chat page, and the group sees the picture."""

from pathlib import Path

from playwright.async_api import expect

from tests.browser import PATIENCE_MS, PHONE, Hand, browsing, needs_chromium
from tests.databases import current_file
from tests.driver import running_office

pytestmark = needs_chromium

GROUP = "定南县政务公开工作群"


async def test_a_ranking_is_looked_at_and_posted_and_the_group_sees_it(tmp_path: Path) -> None:
    database = current_file(tmp_path / "duban.db")
    async with running_office(tmp_path, database) as office, browsing() as browser:
        await office.set_clock("2024-03-15T20:00:00+08:00")
        hand = await Hand.open(browser, office.url, PHONE)
        await hand.become(office.person("定南 管理员"))
        shown = await hand.write("排名 全年", "1　融媒体中心　65.0%")
        await expect(shown.locator(".picture img")).to_be_visible()
        await hand.press("发布到群", "请选内容和群组")
        await hand.press(GROUP, f"✔ {GROUP}")
        await hand.press("完整榜单", "✔ 完整榜单")
        preview = await hand.press("先看一遍", f"将发布到：{GROUP}")
        await expect(preview.locator(".picture img")).to_be_visible()
        await hand.press("确认发布", "已交付发布")
        await hand.become(office.person("市场监管局 联络员"), office.group(GROUP))
        posted = await hand.reads("46　公路发展分中心　3.3%")
        image = posted.locator(".picture img")
        await expect(image).to_be_visible()
        await expect(image).to_have_js_property("naturalWidth", 1080, timeout=PATIENCE_MS)
        assert await hand.overflow() <= 0
