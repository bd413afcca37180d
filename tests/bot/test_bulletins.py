"""定南's bulletin over real HTTP, from the command to the Word document of what was issued."""

import io
import zipfile
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from services.documents import read_document
from tests.databases import current_file
from tests.driver import Office, running_office

pytestmark = pytest.mark.asyncio(loop_scope="module")

OFFICE = "定南 管理员"
STATED = """网站信息 446
网站累计 94276
公开信息 1614
公开累计 429102
来信 4
办结 4
来信累计 4998
错敏整改单位 无"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def office(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    folder = tmp_path_factory.mktemp("bulletins")
    async with running_office(folder, current_file(folder / "duban.db")) as running:
        await running.set_clock("2024-03-15T09:00:00+08:00")
        yield running


async def test_a_monthly_bulletin_is_filled_in_looked_over_and_issued(office: Office) -> None:
    card = await office.say(OFFICE, "通报")
    assert card.text.startswith("定南县 · 2024年2月月报")
    await office.press(OFFICE, card, "填数字")
    filled = await office.say(OFFICE, STATED)
    assert "公开信息：1614（按报送统计为 1730）" in filled.text
    card = await office.press(OFFICE, filled, "« 返回")
    await office.press(OFFICE, card, "期号")
    refused = await office.say(OFFICE, "第二期")
    assert "没有看懂期号" in refused.text
    card = await office.say(OFFICE, "第2期 总第136期")
    found = await office.press(OFFICE, card, "核对")
    assert "正文“公开信息”1614条，附表合计1730条，相差116条（等于龙塘镇政府）" in found.text
    card = await office.press(OFFICE, found, "« 返回")
    asked = await office.press(OFFICE, card, "印发")
    assert "有不符之处" in asked.text
    issued = await office.say(OFFICE, "门户网站另有统计口径")
    assert "✅ 已印发。" in issued.text
    assert "第2期（总第136期）" in issued.text

    picture = await office.download(await office.press(OFFICE, issued, "图片"))
    assert picture.startswith(b"\x89PNG")
    word = await office.press(OFFICE, issued, "Word")
    content = await office.download(word)
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        text = packed.read("word/document.xml").decode("utf-8")
    assert all(words in text for words in ("龙塘镇政府", "2024年3月15日", "总第136期"))
    book = await office.download(await office.press(OFFICE, issued, "Excel"))
    (sheet,) = read_document(book, "annex.xlsx").sheets
    assert ["龙塘镇政府", "600", "50", "116"] in [[cell.text for cell in row[:4]] for row in sheet.cells]


async def test_what_was_issued_is_posted_to_a_group_once_by_a_press(office: Office) -> None:
    issued = await office.say(OFFICE, "/bulletin 2024-02")
    choice = await office.press(OFFICE, issued, "发到群")
    group = office.group("定南")
    before = await office.latest(group)
    chosen = await office.press(OFFICE, choice, choice.buttons[0][0])
    sent = await office.press(OFFICE, chosen, "发出")
    assert "已交付发布" in sent.text
    told, picture, word = await office.answers(group, before, 3)
    assert told.text.startswith("定南县政府门户网站内容保障和政府信息公开月报\n第2期（总第136期）")
    assert "列前三位的单位是（含并列）：融媒体中心、消防大队、老城镇政府。" in told.text
    assert "｜" not in told.text  # the annexes stay in the files
    assert (await office.download(picture)).startswith(b"\x89PNG")
    kept = await office.press(OFFICE, await office.say(OFFICE, "/bulletin 2024-02"), "Word")
    assert await office.download(word) == await office.download(kept)


async def test_a_template_is_given_sent_back_and_used(office: Office) -> None:
    asked = await office.press(OFFICE, await office.say(OFFICE, "/bulletin 2024-03"), "换模板")
    given = await office.press(OFFICE, asked, "下载现在的模板")
    assert given.file_name == "月报模板.docx"
    specimen = await office.send_document(OFFICE, "我们的.docx", await office.download(given))
    assert specimen.file_name == "模板样张.docx"
    (offered,) = await office.answers(office.person(OFFICE), specimen.revision, 1)
    used = await office.press(OFFICE, offered, "就用这个模板")
    assert "我们的.docx" in used.text


async def test_a_template_that_comes_days_later_is_known_by_its_name(office: Office) -> None:
    given = await office.press(OFFICE, await office.say(OFFICE, "/bulletin 2024-03"), "换模板")
    given = await office.press(OFFICE, given, "下载现在的模板")
    content = await office.download(given)
    assert "定南县" in (await office.say(OFFICE, "进度")).text  # something else: nothing is asked any more
    specimen = await office.send_document(OFFICE, "月报模板 改好.docx", content)
    assert specimen.file_name == "模板样张.docx"
    hint = await office.send_document(OFFICE, "某某模板.docx", content)
    assert "换模板" in hint.text
