"""Evidence over real HTTP: a photo is report and evidence, a reviewer sees it, returns it, and accepts it."""

import hashlib
import io
import shutil
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from PIL import Image

from tests.databases import current_file
from tests.driver import BOT, Office, encoded, running_office

pytestmark = pytest.mark.asyncio(loop_scope="module")

REPORTER = "市司法局 联络员"
OFFICE = "峨眉山 管理员"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("evidence")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def office(folder: Path) -> AsyncIterator[Office]:
    async with running_office(folder, current_file(folder / "duban.db")) as running:
        await running.set_clock("2024-03-20T08:30:00+08:00")
        yield running


def a_photo(colour: str) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (640, 480), colour).save(written, "JPEG")
    return written.getvalue()


async def test_a_photo_is_reported_returned_sent_again_and_accepted(office: Office) -> None:
    settings = await office.say(OFFICE, "/settings")
    rules = await office.press(OFFICE, settings, "栏目审核方式")
    rules = await office.press(OFFICE, rules, "动态通知类：自动采用")
    await office.press(OFFICE, rules, "人工审核")
    person = office.person(REPORTER)

    receipt = await office.send_photo(REPORTER, a_photo("red"), caption="动态 3")
    assert "已收到 · 市司法局 · 2024年3月" in receipt.text
    assert "佐证已收 1 张" in receipt.text
    assert "待审核 3 条" in receipt.text

    card = await office.say(OFFICE, "/review")
    assert "市司法局 · 2024年3月 · 动态通知类 3 条" in card.text
    with Image.open(io.BytesIO(await office.download(card))) as seen:
        assert seen.size == (640, 480)
        assert seen.getpixel((9, 9))[0] > 200  # type: ignore[index]
    asked = await office.press(OFFICE, card, "退回")
    before = await office.latest(person)
    await office.press(OFFICE, asked, "佐证看不清，请重新发送")
    notice = await office.answer(person, before)
    assert "原因：佐证看不清，请重新发送" in notice.text
    assert "已退回 3 条" in (await office.say(REPORTER, "进度")).text

    added = await office.send_photo(REPORTER, a_photo("blue"), reply_to=notice.id)
    assert "佐证已收 2 张" in added.text
    card = await office.say(OFFICE, "/review")
    assert "退回过：佐证看不清，请重新发送" in card.text
    desk = office.person(OFFICE)
    before = await office.latest(desk)
    await office.press(OFFICE, card, "采用")
    said, after = await office.answers(desk, before, 2)
    assert {"已采用" in said.text, "已采用" in after.text} == {True, False}
    assert "没有待审核的报送" in said.text + after.text
    assert "审核：" not in (await office.say(REPORTER, "进度")).text


async def test_a_picture_that_a_group_has_seen_is_shown_beside_itself(office: Office) -> None:
    group = office.group("峨眉山市政务公开工作群")
    counted = await office.send_photo(
        REPORTER, a_photo("teal"), caption=f"@{BOT} 报送 执行公开 1", chat=group
    )
    assert "佐证已收 1 张" in counted.text
    await office.send_photo(REPORTER, a_photo("teal"), caption="动态 2")
    card = await office.say(OFFICE, "/review")
    assert "⚠️ 本单位当月其他栏目有同一张图片：执行公开" in card.text
    shown = await office.press(OFFICE, card, "对比图片（1）")
    with Image.open(io.BytesIO(await office.download(shown))) as seen:
        assert seen.width == 1080
        assert seen.height > 1400  # broad ones, one above the other
    card = await office.press(OFFICE, shown, "返回这份报送")
    with Image.open(io.BytesIO(await office.download(card))) as seen:
        assert seen.size == (640, 480)
    await office.press(OFFICE, card, "采用")


async def test_an_album_is_one_report(office: Office) -> None:
    person = office.person(REPORTER)
    receipt = await office.send_photo(REPORTER, a_photo("green"), caption="决策公开 1", album="a7")
    assert "佐证已收 1 张" in receipt.text
    before = await office.latest(person)
    for colour in ("white", "black"):
        await office.write(REPORTER, photo=encoded(a_photo(colour)), album="a7")
    shown = await office.say(REPORTER, "/undo")
    assert "决策公开 1 条" in shown.text
    said = [one for one in await office.messages(person, before) if one.is_by_bot]
    assert len(said) == 1


async def test_words_after_a_bare_album_report_all_of_it(office: Office) -> None:
    """What used to happen: the second piece ended the question, and the words were not understood."""
    person = office.person(REPORTER)
    before = await office.latest(person)
    for colour in ("olive", "navy", "teal"):
        await office.write(REPORTER, photo=encoded(a_photo(colour)), album="a8")
    asked = await office.answer(person, before)
    assert "已收到佐证" in asked.text
    receipt = await office.say(REPORTER, "服务公开 2")
    assert "佐证已收 3 张" in receipt.text


async def test_a_document_reaches_the_reviewer_as_it_was_sent(office: Office) -> None:
    minutes = b"%PDF-1.7\n" + bytes(range(256))
    receipt = await office.send_document(REPORTER, "会议纪要.pdf", minutes, caption="动态 1")
    assert "佐证已收 文件 1 份" in receipt.text
    card = await office.say(OFFICE, "/review")
    assert "动态通知类 1 条" in card.text
    sent = await office.press(OFFICE, card, "📎 会议纪要.pdf")
    assert await office.download(sent) == minutes


async def test_what_an_administrator_deletes_goes_from_store_and_chats(office: Office) -> None:
    await office.press(OFFICE, await office.say(OFFICE, "/review"), "采用")
    await office.send_photo(REPORTER, a_photo("orange"), caption="动态 5")
    card = await office.say(OFFICE, "/review")
    assert "动态通知类 5 条" in card.text
    shelf = await office.say(OFFICE, "/evidence 市司法局 3月")
    shown = await office.press(OFFICE, shelf, "1")
    with Image.open(io.BytesIO(await office.download(shown))) as seen:
        orange = seen.getpixel((9, 9))
    asked = await office.press(OFFICE, shown, "清除这张图")
    person = office.person(REPORTER)
    before = await office.latest(person)
    said = await office.press(OFFICE, asked, "含个人信息，不应保存")
    assert "已清除 1 份佐证" in said.text
    notice = await office.answer(person, before)
    assert "原因：含个人信息，不应保存" in notice.text
    await office.set_clock("2024-03-20T08:45:00+08:00")
    (gone,) = [one for one in await office.messages(office.person(OFFICE)) if one.id == card.id]
    assert gone.text == "这份佐证已由管理员清除。"
    with Image.open(io.BytesIO(await office.download(gone))) as seen:
        assert seen.getpixel((9, 9)) != orange
    added = await office.send_photo(REPORTER, a_photo("purple"), reply_to=notice.id)
    assert "已归入 市司法局" in added.text


async def test_a_document_that_was_sent_on_is_taken_back_when_it_is_deleted(office: Office) -> None:
    await office.send_document(REPORTER, "名单.pdf", b"%PDF-1.7 names", caption="动态 9")
    shelf = await office.say(OFFICE, "/evidence 市司法局 3月")
    shown = await office.press(OFFICE, shelf, "1")
    sent = await office.press(OFFICE, shown, "📎 名单.pdf")
    assert await office.download(sent) == b"%PDF-1.7 names"
    asked = await office.press(OFFICE, shown, "清除")
    await office.press(OFFICE, asked, "发错了，与报送无关")
    await office.set_clock("2024-03-24T08:45:00+08:00")  # later than messages can be deleted
    (gone,) = [one for one in await office.messages(office.person(OFFICE)) if one.id == sent.id]
    assert gone.text == "这份佐证已由管理员清除。"
    assert await office.download(gone) != b"%PDF-1.7 names"


async def test_the_pack_for_those_who_check_holds_what_was_sent_and_verifies(office: Office) -> None:
    await office.send_photo(REPORTER, a_photo("green"), caption="法定 1")
    asked = await office.say(OFFICE, "导出 佐证 市司法局")
    before = await office.latest(office.person(OFFICE))
    await office.press(OFFICE, asked, "2024年3月")
    sent = await office.answer(office.person(OFFICE), before)
    with zipfile.ZipFile(io.BytesIO(await office.download(sent))) as packed:
        listed = [line.partition("  ") for line in packed.read("SHA256SUMS.txt").decode().splitlines()]
        paths = {path for _, _, path in listed}
        assert paths == {*packed.namelist()} - {"SHA256SUMS.txt"}
        assert all(hashlib.sha256(packed.read(path)).hexdigest() == digest for digest, _, path in listed)
        (picture,) = (path for path in paths if path.startswith("法定"))
        with Image.open(io.BytesIO(packed.read(picture))) as seen:
            assert seen.getpixel((9, 9))[1] > 100  # type: ignore[index]


async def test_while_nothing_can_be_stored_the_report_counts_and_a_reply_makes_up_for_it(
    office: Office, folder: Path
) -> None:
    received = folder / "sandbox" / "received"
    away = received.rename(received.with_name("away"))
    received.write_bytes(b"in the way")
    receipt = await office.send_photo(REPORTER, a_photo("gray"), caption="动态 7")
    assert "动态通知类 +7" in receipt.text
    assert "佐证待补：服务器暂时存不了文件" in receipt.text
    received.unlink()
    away.rename(received)
    added = await office.send_photo(REPORTER, a_photo("gray"), reply_to=receipt.id)
    assert "动态通知类 7 条" in added.text
    assert "佐证已收 1 张" in added.text
    assert "待补" not in added.text
    shutil.rmtree(received)
    again = await office.send_photo(REPORTER, a_photo("pink"), caption="动态 8")
    assert "佐证已收 1 张" in again.text


async def test_a_file_that_is_cut_off_or_gone_for_a_moment_is_fetched_again(office: Office) -> None:
    for fault in ("truncated", "404"):
        await office.post("/sandbox/faults", fault=fault, method="download")
        receipt = await office.send_photo(REPORTER, a_photo("brown"), caption=f"动态 {10 + len(fault)}")
        assert "佐证已收 1 张" in receipt.text


async def test_links_in_reply_to_a_receipt_are_evidence_also_in_a_group_and_anybody_elses_are_not(
    office: Office,
) -> None:
    group = office.group("峨眉山")
    receipt = await office.say("市公安局 联络员", "@duban_bot 报送 法定 1", chat=group)
    page = "https://www.emeishan.gov.cn/a/1.html"
    told = await office.say("市公安局 联络员", f"{page} {page}?id=2", chat=group, reply_to=receipt.id)
    assert told.text.startswith("已收到佐证链接 2 个，不另计数。要计数请发“报送 栏目 网址”。")
    assert "佐证已收 链接 2 个" in told.text
    other = await office.say(REPORTER, page, chat=group, reply_to=receipt.id)
    assert "佐证链接" not in other.text
    receipt = await office.say("市公安局 联络员", "报送 执行公开 2")
    told = await office.say("市公安局 联络员", page, reply_to=receipt.id)
    assert told.text.startswith("已收到佐证链接 1 个")
    told = await office.say("市公安局 联络员", f"{page}?id=3", reply_to=told.id)
    assert "佐证已收 链接 2 个" in told.text
