"""The chat page in a browser, with a real sandbox server and a small bot that speaks HTTP only."""

import base64
import contextlib
import json
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

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


# Milliseconds until something that has not happened never will.
PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)

needs_chromium = pytest.mark.skipif(
    not CHROMIUM.exists(), reason="needs Debian's Chromium at /usr/bin/chromium"
)


def post(url: str, body: dict[str, Any]) -> Any:
    request = urllib.request.Request(
        url, data=json.dumps(body).encode(), headers={"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=60) as response:
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
        if "邀请" in text:
            link = f"https://t.me/duban_bot?{'startgroup' if '群' in text else 'start'}=abc-DEF_123"
            html = f'请点 <a href="{link}">邀请链接</a>，或转发：{link}'
            keyboard = [[{"text": "打开邀请", "url": link}]]
            body = {"chat_id": chat, "text": html, "parse_mode": "HTML"}
            post(f"{self.api}/sendMessage", {**body, "reply_markup": {"inline_keyboard": keyboard}})
            return
        if "通报" in text:
            self.send_document(chat, "2月通报.docx", b"PK" + bytes(2000))
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

    def send_document(self, chat: int, name: str, content: bytes) -> None:
        head = (
            f'--x\r\nContent-Disposition: form-data; name="chat_id"\r\n\r\n{chat}\r\n'
            f'--x\r\nContent-Disposition: form-data; name="document"; filename="{name}"\r\n\r\n'
        )
        request = urllib.request.Request(
            f"{self.api}/sendDocument",
            data=head.encode() + content + b"\r\n--x--\r\n",
            headers={"Content-Type": "multipart/form-data; boundary=x"},
        )
        with urllib.request.urlopen(request, timeout=30) as response:
            assert json.load(response)["ok"]

    def pressed(self, query: dict[str, Any]) -> None:
        post(
            f"{self.api}/answerCallbackQuery",
            {"callback_query_id": query["id"], "text": "这是上月的进度", "show_alert": False},
        )
        where = {"chat_id": query["message"]["chat"]["id"], "message_id": query["message"]["message_id"]}
        post(f"{self.api}/editMessageText", {**where, "text": "上月已完成 9/9"})


@contextlib.contextmanager
def peopled(folder: Path) -> Iterator[str]:
    """Run a sandbox with its people and the small bot; yield its address."""
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
        bot.thread.join(timeout=PATIENCE / 1000)
        process.stdin.close()


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """Run the browser."""
    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=options)
        yield browser
        browser.close()


def open_page(browser: Browser, viewport: dict[str, int]) -> Iterator[Page]:
    mobile = viewport is PHONE
    context = browser.new_context(
        viewport={"width": viewport["width"], "height": viewport["height"]},
        is_mobile=mobile,
        has_touch=mobile,
        locale="zh-CN",
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if is_complaint(line) else None)
    page.on("request", lambda one: complaints.append(one.url) if is_foreign(one.url) else None)
    yield page
    context.close()
    assert complaints == [], complaints


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
