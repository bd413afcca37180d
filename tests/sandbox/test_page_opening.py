"""The chat page: invitations, new people and groups, files of the bot, forwards, speaking as the group."""

import re

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.sandbox.page import (
    CHEN,
    LI,
    RED_DOT,
    SMALL_GROUP,
    WANG,
    WORK_GROUP,
    needs_chromium,
    open_chat,
    overflow,
    say,
    write,
)

pytestmark = needs_chromium

LINK = "https://t.me/duban_bot?start=abc-DEF_123"
LONG = "请各单位于2024年3月29日（星期五）17:30前报送2月份政务公开工作动态，逾期按未报送统计。" * 6


def name_of(page: Page, name: str) -> None:
    dialog = page.get_by_test_id("choose")
    dialog.get_by_test_id("fresh-name").fill(name)
    dialog.get_by_test_id("fresh").click()


@pytest.mark.parametrize("way", ["under words", "in the text", "on a button"])
def test_an_invitation_is_opened_by_whom_one_chooses(page: Page, base: str, way: str) -> None:
    open_chat(page, base, WANG, WANG)
    say(page, "邀请")
    message = page.locator(".message.from-bot", has_text="请点 邀请链接").last
    words = {"under words": "邀请链接", "in the text": LINK, "on a button": "打开邀请"}[way]
    message.get_by_role("button", name=words, exact=True).click()
    expect(page.get_by_test_id("choose")).to_contain_text("以谁的身份打开？")
    page.get_by_test_id(f"choice-{LI}").click()
    expect(page).to_have_url(re.compile(f"#as={LI}&chat={LI}$"))
    expect(page.locator(".message.mine", has_text="/start abc-DEF_123").last).to_be_visible()


def test_an_invitation_is_opened_by_somebody_new(phone: Page, base: str) -> None:
    open_chat(phone, base, WANG, WANG)
    phone.get_by_test_id("composer").fill(LINK)
    phone.get_by_test_id("open-link").tap()
    assert overflow(phone) <= 0
    name_of(phone, "王小明")
    expect(phone.locator(".message.mine", has_text="/start abc-DEF_123")).to_be_visible()
    expect(phone.locator("#talk-head")).to_contain_text("您是 王小明")
    expect(phone.get_by_test_id("composer")).to_have_value("")


def test_a_link_is_pasted_and_a_person_made_on_the_first_screen(page: Page, base: str) -> None:
    page.goto(base)
    paste = page.get_by_test_id("paste-link")
    paste.get_by_test_id("fresh-name").fill("https://example.org/?start=1")
    paste.get_by_test_id("fresh").click()
    expect(page.get_by_test_id("toast")).to_contain_text("t.me/duban_bot?start=")
    paste.get_by_test_id("fresh-name").fill(f" {LINK} ")
    paste.get_by_test_id("fresh").click()
    page.get_by_test_id(f"choice-{CHEN}").click()
    expect(page.locator(".message.mine", has_text="/start abc-DEF_123").last).to_be_visible()
    page.goto(base)
    page.get_by_test_id("new-person").get_by_test_id("fresh-name").fill("赵敏")
    page.get_by_test_id("new-person").get_by_test_id("fresh").click()
    expect(page.locator("#talk-head")).to_contain_text("您是 赵敏")


def test_an_invitation_for_a_group_founds_one_and_says_the_code_there(page: Page, base: str) -> None:
    open_chat(page, base, WANG, WANG)
    say(page, "邀请进群")
    page.locator(".message.from-bot", has_text="startgroup").get_by_role("button", name="打开邀请").click()
    page.get_by_test_id(f"choice-{WANG}").click()
    expect(page.get_by_test_id("choose")).to_contain_text("加到哪个群？")
    expect(page.get_by_test_id(f"choice-{SMALL_GROUP}")).to_be_visible()
    name_of(page, "二月专班")
    expect(page.locator("#talk-head")).to_contain_text("二月专班")
    expect(page.locator(".message.mine", has_text="/start@duban_bot abc-DEF_123")).to_be_visible()


def test_a_dialog_that_is_put_away_does_nothing(page: Page, base: str) -> None:
    open_chat(page, base, CHEN, CHEN)
    page.get_by_test_id("composer").fill(LINK)
    page.get_by_test_id("open-link").click()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("choose")).to_have_count(0)
    expect(page).to_have_url(re.compile(f"#as={CHEN}&chat={CHEN}$"))


def test_a_group_is_founded_with_whom_one_wants(page: Page, base: str) -> None:
    open_chat(page, base, WANG, WANG)
    page.get_by_test_id("new-group").click()
    page.get_by_test_id(f"with-{LI}").check()
    name_of(page, "新的工作群")
    expect(page.locator("#talk-head")).to_contain_text("新的工作群")
    expect(page.locator("#talk-head")).to_contain_text("2 位成员")
    chat = re.search(r"chat=(-\d+)", page.url)
    assert chat is not None
    open_chat(page, base, LI, int(chat[1]))
    expect(page.locator("#talk-head")).to_contain_text("新的工作群")


def test_an_administrator_may_speak_as_the_group(page: Page, base: str) -> None:
    open_chat(page, base, WANG, WORK_GROUP)
    page.get_by_test_id("anonymous").click()
    say(page, "请抓紧报送")
    message = page.locator(".message", has_text="请抓紧报送")
    expect(message.locator(".sender")).to_contain_text("峨眉山市政务公开工作群")
    expect(message.locator(".bot-mark")).to_have_text("匿名管理员")
    open_chat(page, base, CHEN, WORK_GROUP)
    expect(page.get_by_test_id("anonymous")).to_have_count(0)


def test_a_message_with_its_picture_is_forwarded_to_a_group(page: Page, base: str) -> None:
    open_chat(page, base, LI, LI)
    page.get_by_test_id("file-input").set_input_files(
        FilePayload(name="截图.png", mimeType="image/png", buffer=RED_DOT)
    )
    say(page, "二月截图")
    mine = page.locator(".message.mine", has_text="二月截图")
    mine.locator(".bubble").click(button="right")
    page.get_by_test_id("menu").get_by_role("button", name="转发到其他会话").click()
    page.get_by_test_id(f"choice-{SMALL_GROUP}").click()
    forwarded = page.locator(".message.mine", has_text="转发自 李建国")
    expect(forwarded.locator(".picture")).to_be_visible()
    expect(forwarded).to_contain_text("二月截图")
    expect(page).to_have_url(re.compile(f"chat={SMALL_GROUP}$"))


def test_the_words_of_a_picture_are_edited(page: Page, base: str) -> None:
    open_chat(page, base, CHEN, CHEN)
    page.get_by_test_id("file-input").set_input_files(
        FilePayload(name="截图.png", mimeType="image/png", buffer=RED_DOT)
    )
    say(page, "佐证材料一")
    mine = page.locator(".message.mine", has_text="佐证材料一")
    mine.locator(".bubble").click(button="right")
    page.get_by_test_id("menu").get_by_role("button", name="编辑").click()
    say(page, "佐证材料二")
    edited = page.locator(".message.mine", has_text="佐证材料二")
    expect(edited).to_contain_text("已编辑")
    expect(edited.locator(".picture")).to_be_visible()


def test_a_document_of_the_bot_is_downloaded_with_its_name_and_size(page: Page, base: str) -> None:
    open_chat(page, base, LI, LI)
    say(page, "通报")
    link = page.locator(".message.from-bot a.file", has_text="2月通报.docx")
    expect(link).to_contain_text("2.0 KB")
    with page.expect_download() as download:
        link.click()
    assert download.value.suggested_filename == "2月通报.docx"


def test_long_words_stay_inside_a_phone(phone: Page, base: str) -> None:
    number = write(base, SMALL_GROUP, WANG, LONG)
    open_chat(phone, base, LI, SMALL_GROUP)
    expect(phone.get_by_test_id(f"message-{number}")).to_be_visible()
    assert overflow(phone) <= 0
    assert phone.evaluate("document.querySelector('#log').scrollWidth <= innerWidth")
