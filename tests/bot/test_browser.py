"""The newcomer's first minute: open the page, choose who you are, type 进度, read the answer."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.driver import running_office

CHROMIUM = Path("/usr/bin/chromium")
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 800}

pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no browser here: {CHROMIUM} is not installed")


@pytest.fixture(params=[PHONE, DESK], ids=["phone", "desk"])
def size(request: pytest.FixtureRequest) -> dict[str, int]:
    chosen: dict[str, int] = request.param
    return chosen


async def _open(browser: Browser, url: str, size: dict[str, int]) -> Page:
    page = await browser.new_page(viewport=size)  # type: ignore[arg-type]
    await page.goto(url)
    return page


async def test_a_reporter_types_the_word_and_reads_the_answer(tmp_path: Path, size: dict[str, int]) -> None:
    database = f"sqlite://{tmp_path / 'duban.db'}"
    async with running_office(tmp_path, database) as office, async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"]
        )
        page = await _open(browser, office.url, size)
        person = office.person("市司法局 联络员")
        await page.get_by_test_id(f"person-{person}").click()
        chat = page.get_by_test_id(f"chat-{person}")
        if await chat.is_visible():
            await chat.click()
        await page.get_by_test_id("composer").fill("进度")
        await page.get_by_test_id("send").click()
        answer = page.locator("[data-testid^=message-]").last
        await expect(answer).to_contain_text("市司法局 · 2024年3月", timeout=15_000)
        await expect(answer.locator("table")).to_contain_text("五公开 5 项")
        await answer.get_by_text("2024年全年").click()
        await expect(answer).to_contain_text("0/24", timeout=15_000)
        overflow = await page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert overflow <= 0
        await page.get_by_test_id("clock-day").click()
        await expect(page.get_by_test_id("clock")).to_contain_text("3月2日", timeout=15_000)
        await browser.close()
