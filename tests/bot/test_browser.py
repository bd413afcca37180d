"""The newcomer's first minute: open the page, choose who you are, type 进度, read the answer."""

from pathlib import Path

import pytest
from playwright.async_api import ViewportSize, expect

from tests.browser import DESK, PHONE, Hand, browsing, needs_chromium
from tests.databases import current_file
from tests.driver import running_office

pytestmark = needs_chromium


@pytest.fixture(params=[PHONE, DESK], ids=["phone", "desk"])
def size(request: pytest.FixtureRequest) -> ViewportSize:
    chosen: ViewportSize = request.param
    return chosen


async def test_a_reporter_types_the_word_and_reads_the_answer(tmp_path: Path, size: ViewportSize) -> None:
    database = current_file(tmp_path / "duban.db")
    async with running_office(tmp_path, database) as office, browsing() as browser:
        hand = await Hand.open(browser, office.url, size)
        await hand.become(office.person("市司法局 联络员"))
        answer = await hand.write("进度", "市司法局 · 2024年3月")
        await expect(answer.locator("table")).to_contain_text("五公开 5 项")
        await hand.press("2024年全年", "0/24")
        assert await hand.overflow() <= 0
        await hand.page.get_by_test_id("clock-day").click()
        await expect(hand.page.get_by_test_id("clock")).to_contain_text("3月2日", timeout=15_000)
