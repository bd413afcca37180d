"""At a telephone: from the word to an issued bulletin, and its Word document opened."""

import io
from pathlib import Path

import docx
from playwright.async_api import expect

from tests.browser import PHONE, Hand, browsing, needs_chromium
from tests.databases import current_file
from tests.driver import running_office

pytestmark = needs_chromium

STATED = """网站信息 446
网站累计 94276
公开累计 429102
来信 4
办结 4
来信累计 4998
错敏整改单位 无"""


async def test_a_bulletin_is_issued_at_a_telephone_and_its_document_opens(tmp_path: Path) -> None:
    database = current_file(tmp_path / "duban.db")
    async with running_office(tmp_path, database) as office, browsing() as browser:
        await office.set_clock("2024-03-15T09:00:00+08:00")
        hand = await Hand.open(browser, office.url, PHONE)
        await hand.become(office.person("定南 管理员"))
        await hand.write("通报", "2024年2月月报")
        await hand.press("填数字", "请发“网站信息”的数字")
        await hand.write(STATED, "数字已填齐")
        await hand.press("« 返回", "数字已填齐")
        await hand.press("期号", "请发期号")
        await hand.write("第2期 总第136期", "第2期（总第136期）")
        await hand.answer.get_by_role("button", name="印发", exact=True).click()
        await hand.reads("要印发吗")
        await hand.press("确认印发", "已印发")
        assert await hand.overflow() <= 0
        await hand.answer.locator(".keyboard").get_by_text("Word").click()
        link = hand.answer.locator("a[download]")
        await expect(link).to_contain_text("第2期（总第136期）.docx", timeout=15_000)
        async with hand.page.expect_download() as downloading:
            await link.click()
        path = await (await downloading.value).path()
        document = docx.Document(io.BytesIO(path.read_bytes()))
        words = [paragraph.text for paragraph in document.paragraphs]
        assert "第2期" in words
        assert any("2024年2月份，各责任单位主动公开政府信息1730条" in each for each in words)
        annex = next(each for each in document.tables if len(each.columns) == 7)
        assert [cell.text for cell in annex.rows[1].cells] == [
            "政府办公室", "360", "30", "32", "106.7%", "60", "16.7%",
        ]  # fmt: skip
        assert len(annex.rows) == 1 + 46 + 1
        assert await hand.overflow() <= 0
