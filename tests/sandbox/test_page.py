"""The chat page in a real browser, against the real sandbox server and a small bot that speaks HTTP only."""

import base64
import json
import re
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, FilePayload, Page, expect, sync_playwright

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "sandbox" / "page"
CHROMIUM = Path("/usr/bin/chromium")
CHEN, LI, WANG = 101, 102, 103
WORK_GROUP, SMALL_GROUP = -1002000000001, -1002000000002
PEOPLE = {
    "people": [{"id": CHEN, "name": "陈晓梅"}, {"id": LI, "name": "李建国"}, {"id": WANG, "name": "王科"}],
    "groups": [
        {"id": WORK_GROUP, "title": "峨眉山市政务公开工作群", "members": [WANG, CHEN, LI]},
        {"id": SMALL_GROUP, "title": "信息员交流群", "members": [WANG, LI]},
    ],
}
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 800}
RED_DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAYAAACNMs+9AAAAFUlEQVR42mP8z8BQz0AEYBxVSF+FABJADveWkH6oAAAAAElFTkSuQmCC"
)
WIDE_TABLE = (
    "<h3>2月排名</h3><table><tr><th>名次</th><th>单位名称</th>"
    + "".join(f'<th align="right">第{n}季度完成比例</th>' for n in "一二三四")
    + "</tr><tr><td>1</td><td>龙塘镇政府</td>"
    + '<td align="right">580.0%</td>' * 4
    + "</tr></table><footer>按当年完成比例</footer>"
)

pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Debian's Chromium at /usr/bin/chromium")


def post(url: str, body: dict[str, Any]) -> Any:
    request = urllib.request.Request(
        url, data=json.dumps(body).encode(), headers={"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=10) as response:
        return json.load(response)


class SmallBot:
    """Answers 进度 with a table and a button, a press with a toast and an edit, all else by quoting it."""

    def __init__(self, base: str, token: str) -> None:
        self.api = f"{base}/bot{token}"
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self.run)

    def run(self) -> None:
        offset = 0
        while not self.stopping.is_set():
            for update in post(f"{self.api}/getUpdates", {"offset": offset, "timeout": 1})["result"]:
                offset = update["update_id"] + 1
                if "message" in update:
                    self.answer(update["message"])
                elif "callback_query" in update:
                    self.pressed(update["callback_query"])

    def answer(self, message: dict[str, Any]) -> None:
        chat, text = message["chat"]["id"], message.get("text", message.get("caption", "佐证"))
        if "进度" in text or "/progress" in text:
            keyboard = [[{"text": "看上月", "callback_data": "last"}]]
            post(
                f"{self.api}/sendRichMessage",
                {
                    "chat_id": chat,
                    "rich_message": {"html": WIDE_TABLE},
                    "reply_markup": {"inline_keyboard": keyboard},
                },
            )
            return
        if "new_chat_members" in message:
            return
        if "名单" in text:
            names = "、".join(f"第{number}小学" for number in range(1, int(text.removeprefix("名单")) + 1))
            html = f"共计：\n<blockquote expandable>{names}</blockquote>\n\n发“进度 上月”再看。"
            post(f"{self.api}/sendMessage", {"chat_id": chat, "text": html, "parse_mode": "HTML"})
            return
        post(
            f"{self.api}/sendMessage",
            {
                "chat_id": chat,
                "text": f"已收到：{text}。发送 /progress 查看进度。",
                "reply_parameters": {"message_id": message["message_id"]},
            },
        )

    def pressed(self, query: dict[str, Any]) -> None:
        post(
            f"{self.api}/answerCallbackQuery",
            {"callback_query_id": query["id"], "text": "这是上月的进度", "show_alert": False},
        )
        where = {"chat_id": query["message"]["chat"]["id"], "message_id": query["message"]["message_id"]}
        post(f"{self.api}/editMessageText", {**where, "text": "上月已完成 9/9"})


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("sandbox")
    people = folder / "people.json"
    people.write_text(json.dumps(PEOPLE), encoding="utf-8")
    command = [sys.executable, "-m", "sandbox", "--port", "0", "--folder", str(folder / "state")]
    with subprocess.Popen(
        [*command, "--people", str(people), "--with-parent"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        started = json.loads(process.stdout.readline())
        base = f"http://127.0.0.1:{started['port']}"
        bot = SmallBot(base, started["token"])
        bot.thread.start()
        yield base
        bot.stopping.set()
        bot.thread.join(timeout=10)
        process.stdin.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=options)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that must not complain: no script error, no blocked resource, nothing from elsewhere."""
    yield from open_page(browser, DESK)


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    yield from open_page(browser, PHONE)


def open_page(browser: Browser, viewport: dict[str, int]) -> Iterator[Page]:
    mobile = viewport is PHONE
    context = browser.new_context(
        viewport={"width": viewport["width"], "height": viewport["height"]},
        is_mobile=mobile,
        has_touch=mobile,
        locale="zh-CN",
    )
    page = context.new_page()
    page.set_default_timeout(8000)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if is_complaint(line) else None)
    page.on("request", lambda one: complaints.append(one.url) if is_foreign(one.url) else None)
    yield page
    context.close()
    assert complaints == []


def is_complaint(line: Any) -> bool:
    return line.type == "error" and "net::ERR_FAILED" not in line.text


def is_foreign(url: str) -> bool:
    return not url.startswith(("http://127.0.0.1:", "blob:http://127.0.0.1:", "data:image/"))


def write(base: str, chat: int, person: int, text: str, **more: Any) -> int:
    message = {"chat": chat, "from": person, "text": text, **more}
    return int(post(f"{base}/sandbox/messages", message)["message_id"])


def open_chat(page: Page, base: str, person: int, chat: int) -> None:
    page.goto(f"{base}/#as={person}&chat={chat}")
    expect(page.get_by_test_id("composer")).to_be_visible()


def say(page: Page, text: str) -> None:
    page.get_by_test_id("composer").fill(text)
    page.get_by_test_id("composer").press("Enter")


def overflow(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


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
    expect(clock).to_contain_text("2024年3月2日 星期六")
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
