"""At a telephone: a photo is reported, returned for a reason, sent again and accepted; then two at once."""

import io
from pathlib import Path

from PIL import Image
from playwright.async_api import expect

from tests.browser import PATIENCE_MS, PHONE, Hand, browsing, needs_chromium
from tests.databases import current_file
from tests.driver import running_office

pytestmark = needs_chromium

REASON = "佐证看不清，请重新发送"


def a_photo(colour: str) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (1200, 900), colour).save(written, "JPEG")
    return written.getvalue()


async def test_a_photo_is_returned_sent_again_and_accepted_at_a_telephone(tmp_path: Path) -> None:
    database = current_file(tmp_path / "duban.db")
    async with running_office(tmp_path, database) as office, browsing() as browser:
        await office.set_clock("2024-03-20T08:30:00+08:00")
        reporter, desk = office.person("市司法局 联络员"), office.person("峨眉山 管理员")
        hand = await Hand.open(browser, office.url, PHONE)
        await hand.become(desk)
        await hand.write("/settings", "要改哪一项")
        await hand.press("栏目审核方式", "设置它的审核方式")
        await hand.press("动态通知类：自动采用", "佐证要求：不要求")
        await hand.press("人工审核", "审核方式：人工审核")
        assert await hand.overflow() <= 0
        await hand.press("« 返回栏目", "设置它的审核方式")
        await expect(hand.answer.locator(".keyboard")).to_contain_text("动态通知类：人工审核")
        assert await hand.overflow() <= 0

        await hand.become(reporter)
        await hand.send_photo(a_photo("steelblue"), "动态 3", "待审核 3 条")
        await hand.become(desk)
        card = await hand.write("/review", "动态通知类 3 条")
        await expect(card.locator(".picture img")).to_have_js_property(
            "naturalWidth", 1200, timeout=PATIENCE_MS
        )
        assert await hand.overflow() <= 0
        await hand.press("退回", "请点选退回原因")
        await hand.press(REASON, "没有待审核的报送")

        await hand.become(reporter)
        await hand.reads(f"原因：{REASON}")
        await hand.reply_to_last()
        await hand.send_photo(a_photo("seagreen"), "", "审核：待审核 3 条")
        await hand.become(desk)
        card = await hand.write("/review", f"退回过：{REASON}")
        await expect(card.locator(".keyboard")).to_contain_text("下一张图（2/2）")
        await hand.press("下一张图", "退回过")
        await expect(card.locator(".keyboard")).to_contain_text("下一张图（1/2）")
        await hand.answer.locator(".keyboard").get_by_text("采用", exact=True).click()
        await hand.reads("没有待审核的报送")
        assert await hand.overflow() <= 0
        await hand.become(reporter)
        said = await hand.write("进度", "动态通知类")
        await expect(said).not_to_contain_text("审核：")

        await hand.write("报送 动态 1", "待审核 1 条")
        await hand.send_photo(a_photo("sienna"), "动态 2", "待审核 2 条")
        await hand.become(desk)
        await hand.write("/review", "动态通知类 1 条")
        await hand.press("本单位全部（2）", "没有佐证：1 份")
        assert await hand.overflow() <= 0
        await hand.press("一起退回（2）", "请点选退回原因")
        await hand.write("请按新口径重报", "没有待审核的报送")
        summary = hand.page.locator("[data-testid^=message-]").filter(
            has_text="已退回 2 份报送：请按新口径重报"
        )
        await expect(summary.locator(".keyboard")).to_have_text("全部撤销（2）")
        await hand.press("审核统计", "采用率 50.0%")
        assert await hand.overflow() <= 0
        await hand.become(reporter)
        await hand.press("全部重新提交（2）", "已重新提交 2 份报送")
