"""A person at the sandbox's chat page, in Debian's Chromium."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, FilePayload, Locator, Page, ViewportSize, async_playwright, expect

CHROMIUM = Path("/usr/bin/chromium")
PHONE = ViewportSize(width=390, height=844)
DESK = ViewportSize(width=1280, height=800)
PATIENCE_MS = 15_000

needs_chromium = pytest.mark.skipif(
    not CHROMIUM.exists(), reason=f"no browser here: {CHROMIUM} is not installed"
)


@contextlib.asynccontextmanager
async def browsing() -> AsyncIterator[Browser]:
    """Run a browser for the time of the block."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        await browser.close()


class Hand:
    """What one does on the page; every deed waits for what it brings."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @classmethod
    async def open(cls, browser: Browser, url: str, size: ViewportSize) -> "Hand":
        """Open the page in a window of its own."""
        page = await browser.new_page(viewport=size)
        page.set_default_timeout(PATIENCE_MS)
        await page.goto(url)
        return cls(page)

    async def become(self, person: int, chat: int | None = None) -> None:
        """Choose who one is, and open the private chat or another."""
        await self.page.goto(f"{self.page.url.partition('#')[0]}#")
        await self.page.get_by_test_id(f"person-{person}").click()
        await self.page.get_by_test_id(f"chat-{person if chat is None else chat}").click()

    async def become_somebody_new(self, name: str) -> None:
        """Answer the page's question who opens a link."""
        asked = self.page.locator("dialog[open]")
        await asked.get_by_test_id("fresh-name").fill(name)
        await asked.get_by_test_id("fresh").click()

    @property
    def answer(self) -> Locator:
        """The last message of the chat."""
        return self.page.locator("[data-testid^=message-]").last

    async def reads(self, words: str) -> Locator:
        """Wait until the last message says this."""
        await expect(self.answer).to_contain_text(words, timeout=PATIENCE_MS)
        return self.answer

    async def write(self, text: str, brings: str) -> Locator:
        """Send words and wait for the answer."""
        await self.page.get_by_test_id("composer").fill(text)
        await self.page.get_by_test_id("send").click()
        return await self.reads(brings)

    async def press(self, words: str, brings: str) -> Locator:
        """Press a button under the last message and wait for what it brings."""
        await self.answer.locator(".keyboard").get_by_text(words).click()
        return await self.reads(brings)

    async def send_file(self, name: str, content: bytes, brings: str) -> Locator:
        """Send a file as a document and wait for the answer."""
        payload = FilePayload(name=name, mimeType="application/octet-stream", buffer=content)
        await self.page.get_by_test_id("file-input").set_input_files(payload)
        await self.page.get_by_test_id("send").click()
        return await self.reads(brings)

    async def send_photo(self, content: bytes, caption: str, brings: str) -> Locator:
        """Send a picture as a photo with words under it, and wait for the answer."""
        payload = FilePayload(name="photo.jpg", mimeType="image/jpeg", buffer=content)
        await self.page.get_by_test_id("file-input").set_input_files(payload)
        return await self.write(caption, brings)

    async def reply_to_last(self) -> None:
        """Make what is sent next a reply to the last message."""
        await self.answer.get_by_role("button", name="回复", exact=True).click(force=True)

    async def overflow(self) -> int:
        """Measure by how many pixels the page is wider than its window."""
        wider = await self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        return int(wider)
