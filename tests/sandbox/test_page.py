"""The chat page in a real browser: who one is, what one writes, what one sees."""

import re

import pytest
from playwright.sync_api import Browser, Error, FilePayload, Page, expect

from tests.sandbox.client import png
from tests.sandbox.page import (
    CHEN,
    DESK,
    LI,
    PAGE,
    RED_DOT,
    SMALL_GROUP,
    WANG,
    WORK_GROUP,
    needs_chromium,
    open_chat,
    open_page,
    overflow,
    say,
    write,
)

pytestmark = needs_chromium


def test_a_person_sees_the_own_chat_and_the_own_groups_only(page: Page, base: str) -> None:
    page.goto(base)
    page.get_by_test_id(f"person-{CHEN}").click()
    expect(page.get_by_test_id(f"chat-{CHEN}")).to_be_visible()
    expect(page.get_by_test_id(f"chat-{WORK_GROUP}")).to_be_visible()
    expect(page.get_by_test_id(f"chat-{SMALL_GROUP}")).to_have_count(0)
    expect(page).to_have_url(re.compile(rf"#as={CHEN}&chat={CHEN}$|#as={CHEN}$"))


def test_a_typed_text_shows_my_bubble_and_the_answer(page: Page, base: str) -> None:
    open_chat(page, base, CHEN, CHEN)
    say(page, "今天交了两条")
    expect(page.locator(".message.mine", has_text="今天交了两条")).to_be_visible()
    answer = page.locator(".message.from-bot", has_text="已收到：今天交了两条")
    expect(answer).to_be_visible()
    expect(answer.locator(".quotation")).to_contain_text("今天交了两条")
    expect(page.get_by_test_id("composer")).to_have_value("")


def test_a_press_shows_the_answer_and_the_edited_message(page: Page, base: str) -> None:
    open_chat(page, base, LI, LI)
    page.locator(".chips").get_by_role("button", name="进度").click()
    expect(page.locator("table th", has_text="名次")).to_be_visible()
    page.get_by_role("button", name="看上月").click()
    expect(page.get_by_test_id("toast")).to_have_text("这是上月的进度")
    edited = page.locator(".message.from-bot", has_text="上月已完成 9/9")
    expect(edited).to_contain_text("已编辑")


def test_a_tapped_command_is_sent_and_names_the_bot_in_a_group(page: Page, base: str) -> None:
    open_chat(page, base, LI, WORK_GROUP)
    say(page, "@duban_bot 在吗")
    page.locator(".message.from-bot", has_text="@duban_bot 在吗").get_by_role(
        "button", name="/progress"
    ).click()
    expect(page.locator(".message.mine", has_text="/progress@duban_bot")).to_be_visible()
    expect(page.locator(".message.from-bot table")).to_be_visible()


def test_one_knows_who_is_where_before_choosing_and_who_one_is_after(page: Page, base: str) -> None:
    page.goto(base)
    card = page.get_by_test_id(f"person-{CHEN}")
    # It used to list everybody's private chat as well.
    expect(card.locator(".person-note")).to_have_text("峨眉山市政务公开工作群")
    name = card.locator(".person-name").inner_text()
    card.click()
    page.get_by_test_id(f"chat-{CHEN}").click()
    expect(page.locator("#talk-head")).to_contain_text(f"您是 {name} · 仅您可见")


def test_a_long_quotation_is_folded_until_it_is_opened(phone: Page, base: str) -> None:
    open_chat(phone, base, CHEN, CHEN)
    say(phone, "名单90")
    message = phone.locator(".message.from-bot", has_text="第90小学")
    height = message.bounding_box()["height"]  # type: ignore[index]
    message.get_by_role("button", name="展开全部").click()
    expect(message.get_by_role("button", name="收起")).to_be_visible()
    assert message.bounding_box()["height"] > height  # type: ignore[index]
    message.get_by_role("button", name="进度 上月").click()
    expect(phone.get_by_test_id("composer")).to_have_value("进度 上月")
    phone.get_by_test_id("composer").fill("")
    say(phone, "名单2")
    short = phone.locator(".message.from-bot", has_text="第2小学").last
    expect(short).to_be_visible()
    expect(short.get_by_role("button", name="展开全部")).to_have_count(0)


def test_one_day_forward_moves_the_clock(page: Page, base: str) -> None:
    page.goto(f"{base}/#as={WANG}")
    clock = page.get_by_test_id("clock")
    expect(clock).to_contain_text("2024年3月1日 星期五")
    page.get_by_test_id("clock-day").click()
    expect(clock).to_contain_text("2024年3月2日 星期六 09:00", use_inner_text=True)
    clock.click()
    page.get_by_label("日期").fill("2024-03-08")
    page.get_by_label("时间").fill("16:45")
    page.get_by_test_id("clock-go").click()
    expect(clock).to_contain_text("2024年3月8日 星期五 16:45", use_inner_text=True)


def test_what_looks_like_markup_stays_text(page: Page, base: str) -> None:
    words = '<img src=x onerror="alert(1)"><b>粗</b> javascript:alert(1)'
    number = write(base, WORK_GROUP, WANG, words)
    open_chat(page, base, CHEN, WORK_GROUP)
    bubble = page.get_by_test_id(f"message-{number}")
    expect(bubble.locator(".words")).to_have_text(words)
    expect(bubble.locator("img, b, a")).to_have_count(0)


def test_unread_messages_are_counted_until_they_are_read(page: Page, base: str) -> None:
    page.goto(f"{base}/#as={LI}&chat={LI}")
    write(base, SMALL_GROUP, WANG, "第一条")
    write(base, SMALL_GROUP, WANG, "第二条")
    row = page.get_by_test_id(f"chat-{SMALL_GROUP}")
    expect(row.locator(".badge")).to_have_text("2")
    row.click()
    expect(page.locator(".message", has_text="第二条")).to_be_visible()
    expect(row.locator(".badge")).to_have_count(0)


def test_enter_inside_an_input_method_does_not_send(page: Page, base: str) -> None:
    open_chat(page, base, WANG, SMALL_GROUP)
    box = page.get_by_test_id("composer")
    box.fill("jindu")
    box.dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    expect(box).to_have_value("jindu")
    expect(page.locator(".message.mine", has_text="jindu")).to_have_count(0)


def test_new_messages_do_not_tear_one_away_from_older_ones(page: Page, base: str) -> None:
    for number in range(40):
        write(base, SMALL_GROUP, WANG, f"往事 {number}")
    open_chat(page, base, LI, SMALL_GROUP)
    expect(page.locator(".message", has_text="往事 39")).to_be_in_viewport()
    page.locator(".message", has_text="往事 12").scroll_into_view_if_needed()
    expect(page.get_by_role("button", name="到最新消息")).to_be_visible()
    write(base, SMALL_GROUP, WANG, "新来的一条")
    to_end = page.get_by_role("button", name="到最新消息，1 条新消息")
    expect(to_end).to_be_visible()
    expect(page.locator(".message", has_text="往事 12")).to_be_in_viewport()
    to_end.click()
    expect(page.locator(".message", has_text="新来的一条")).to_be_in_viewport()


def test_the_arrow_up_edits_my_last_message(page: Page, base: str) -> None:
    open_chat(page, base, WANG, SMALL_GROUP)
    say(page, "请周五前报送")
    mine = page.locator(".message.mine").last
    expect(mine).to_contain_text("请周五前报送")
    page.get_by_test_id("composer").press("ArrowUp")
    expect(page.get_by_test_id("composer")).to_have_value("请周五前报送")
    say(page, "请周四前报送")
    expect(mine).to_contain_text("请周四前报送")
    expect(mine).to_contain_text("已编辑")


def test_a_message_is_forwarded_to_the_own_chat_with_the_bot(page: Page, base: str) -> None:
    number = write(base, SMALL_GROUP, WANG, "公众号文章请看这里")
    open_chat(page, base, LI, SMALL_GROUP)
    bubble = page.get_by_test_id(f"message-{number}")
    bubble.locator(".bubble").click(button="right")
    page.get_by_test_id("menu").get_by_role("button", name="转发给督办助手").click()
    forwarded = page.locator(".message.mine", has_text="转发自 王科")
    expect(forwarded).to_contain_text("公众号文章请看这里")
    expect(page).to_have_url(re.compile(f"chat={LI}$"))


def test_a_picture_goes_out_with_its_words_and_opens_large(page: Page, base: str) -> None:
    open_chat(page, base, CHEN, CHEN)
    page.get_by_test_id("file-input").set_input_files(
        FilePayload(name="截图.png", mimeType="image/png", buffer=RED_DOT)
    )
    say(page, "网站截图")
    bubble = page.locator(".message.mine", has=page.locator(".picture"))
    expect(bubble).to_contain_text("网站截图")
    bubble.locator(".picture").click()
    expect(page.get_by_test_id("lightbox").locator("img")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("lightbox")).to_have_count(0)


def test_a_tall_picture_begins_at_its_top_and_is_scrolled_through(page: Page, base: str) -> None:
    open_chat(page, base, CHEN, CHEN)
    page.get_by_test_id("file-input").set_input_files(
        FilePayload(name="排名.png", mimeType="image/png", buffer=png(100, 1900))
    )
    say(page, "排名图")
    image = page.locator(".message.mine .picture img.tall")
    expect(image).to_have_attribute("alt", "排名图")
    shown = image.bounding_box()
    assert shown is not None
    assert shown["height"] < 2 * shown["width"]
    image.click()
    large = page.get_by_test_id("lightbox").locator("img.tall")
    expect(large).to_be_visible()
    whole = large.bounding_box()
    assert whole is not None
    assert whole["height"] > 5 * whole["width"]
    page.get_by_test_id("lightbox").get_by_role("button", name="关闭").click()
    expect(page.get_by_test_id("lightbox")).to_have_count(0)


def test_a_file_keeps_its_name_and_can_be_downloaded(page: Page, base: str) -> None:
    open_chat(page, base, CHEN, WORK_GROUP)
    page.get_by_test_id("file-input").set_input_files(
        FilePayload(name="2月清单.csv", mimeType="text/csv", buffer="单位,条数\n".encode())
    )
    page.get_by_test_id("send").click()
    link = page.locator("a.file", has_text="2月清单.csv")
    with page.expect_download() as download:
        link.click()
    assert download.value.suggested_filename == "2月清单.csv"


def test_the_banner_comes_and_goes_with_the_server(page: Page, base: str) -> None:
    open_chat(page, base, CHEN, WORK_GROUP)
    page.route("**/sandbox/**", lambda route: route.abort())
    write(base, WORK_GROUP, WANG, "打断长轮询")
    banner = page.locator("#banner")
    expect(banner).to_contain_text("自动重试")
    page.get_by_test_id("composer").fill("断线时写的")
    page.get_by_test_id("composer").press("Enter")
    expect(page.get_by_test_id("composer")).to_have_value("断线时写的")
    page.unroute("**/sandbox/**")
    expect(banner).to_be_hidden()
    write(base, WORK_GROUP, WANG, "恢复之后的消息")
    expect(page.locator(".message", has_text="恢复之后的消息")).to_be_visible()


@pytest.mark.parametrize(
    "place", ["", f"#as={CHEN}", f"#as={CHEN}&chat={CHEN}", f"#as={CHEN}&chat={WORK_GROUP}"]
)
def test_no_screen_is_wider_than_a_phone(phone: Page, base: str, place: str) -> None:
    if "chat=" in place:
        open_chat(phone, base, CHEN, int(place.rpartition("=")[2]))
        say(phone, "@duban_bot 进度 https://www.gov.cn/" + "a" * 120)
        frame = phone.locator(".table-frame").last
        expect(frame).to_be_visible()
        assert frame.evaluate("one => one.scrollWidth > one.clientWidth"), "the table is meant to be too wide"
    else:
        phone.goto(f"{base}/{place}")
        expect(phone.get_by_test_id(f"chat-{CHEN}" if place else f"person-{CHEN}")).to_be_visible()
    assert overflow(phone) <= 0
    assert phone.evaluate(
        "[...document.querySelectorAll('#log')].every(one => one.scrollWidth <= one.clientWidth)"
    )


def test_a_phone_goes_from_list_to_chat_and_back(phone: Page, base: str) -> None:
    phone.goto(base)
    phone.get_by_test_id(f"person-{CHEN}").tap()
    expect(phone.get_by_test_id("composer")).to_be_hidden()
    phone.get_by_test_id(f"chat-{WORK_GROUP}").tap()
    expect(phone.get_by_test_id("composer")).to_be_visible()
    expect(phone.get_by_test_id(f"chat-{WORK_GROUP}")).to_be_hidden()
    phone.get_by_test_id("back").tap()
    expect(phone.get_by_test_id(f"chat-{WORK_GROUP}")).to_be_visible()


def test_every_control_has_a_name_and_room_for_a_finger(phone: Page, base: str) -> None:
    open_chat(phone, base, CHEN, CHEN)
    controls = phone.locator("button:visible, a:visible, textarea:visible")
    expect(controls.first).to_be_visible()
    nameless = controls.evaluate_all(
        "all => all.filter(one => !(one.ariaLabel || one.innerText.trim())).map(one => one.outerHTML)"
    )
    assert nameless == []
    small = phone.locator(
        "#bar button:visible, #talk-head a:visible, .composer-line button:visible"
    ).evaluate_all(
        "all => all.filter(one => one.getBoundingClientRect().height < 40).map(one => one.outerHTML)"
    )
    assert small == []


def test_an_unknown_person_in_the_address_leads_back_to_the_choice(page: Page, base: str) -> None:
    page.goto(f"{base}/#as=999999&chat=999999")
    expect(page.get_by_test_id(f"person-{CHEN}")).to_be_visible()
    expect(page.get_by_test_id("toast")).to_contain_text("请重新选择")


def test_the_page_never_builds_markup_from_strings() -> None:
    forbidden = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function")
    sources = sorted(PAGE.glob("*.js"))
    assert sources
    assert [one.name for one in sources if forbidden.search(one.read_text(encoding="utf-8"))] == []


def test_a_page_that_breaks_is_noticed(browser: Browser, base: str) -> None:
    watched = open_page(browser, DESK)
    page = next(watched)
    page.goto(base)
    with page.expect_event("pageerror"):
        page.evaluate("setTimeout(() => { throw new Error('planted'); })")
    with pytest.raises(AssertionError, match="planted"):
        next(watched)
    with pytest.raises(Error):
        page.title()
