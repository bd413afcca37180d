"""The process itself: its start line, kills, restarts and its end."""

import contextlib
import json
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, InputMediaPhoto

from tests.sandbox.client import GROUP, ZHANG, Client, png

ROOT = Path(__file__).parents[2]


class Server:
    """A sandbox in its own process."""

    def __init__(self, folder: Path, people: Path, *more: str) -> None:
        command = [
            sys.executable,
            "-m",
            "sandbox",
            "--port",
            "0",
            "--folder",
            str(folder),
            "--people",
            str(people),
        ]
        self.process = subprocess.Popen(
            [*command, *more], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        self.line: dict[str, Any] = json.loads(self.process.stdout.readline())

    @contextlib.asynccontextmanager
    async def client(self) -> AsyncIterator[Client]:
        async with aiohttp.ClientSession() as session:
            yield Client(session, f"http://127.0.0.1:{self.line['port']}", self.line["token"])

    def end(self, how: signal.Signals) -> int:
        self.process.send_signal(how)
        return self.wait()

    def wait(self) -> int:
        code = self.process.wait(timeout=60)
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe is not None
            pipe.close()
        return code


async def test_after_a_kill_everything_is_there_and_no_id_comes_twice(
    tmp_path: Path, people_file: Path
) -> None:
    seen: list[dict[str, Any]] = []
    tokens = set()
    for turn in range(3):
        server = Server(tmp_path / "state", people_file)
        tokens.add(server.line["token"])
        async with server.client() as client:
            if turn == 0:
                await client.post("clock", now="2024-04-01T10:00:00+08:00")
                await client.updates(allowed_updates=["message", "callback_query"])
            assert (await client.get("clock"))["now"].startswith("2024-04-01T10:0")
            pending = await client.updates()
            assert [one["update_id"] for one in pending] == [
                one["update_id"] for one in seen if "update_id" in one
            ]
            await client.say(f"第{turn}次")
            await client.done("sendMessage", chat_id=ZHANG, text="已收到")
            await client.done("sendMessage", chat_id=GROUP, text="已收到")
            answer = await client.upload("sendPhoto", {"photo": ("p.png", png())}, chat_id=str(ZHANG))
            seen = await client.updates()
            ids = [one["id"] for one in await client.get(f"chats/{ZHANG}/messages")]
            assert len(ids) == len(set(ids)) == 3 * (turn + 1)
            assert len({one["update_id"] for one in seen}) == turn + 1
            person = await client.post("people", name=f"人{turn}")
            assert person["id"] == 1003 + turn
        assert server.end(signal.SIGKILL) == -signal.SIGKILL
    assert len(tokens) == 1
    server = Server(tmp_path / "state", people_file)
    async with server.client() as client:
        file = await client.done("getFile", file_id=answer["result"]["photo"][0]["file_id"])
        assert file["file_size"] == len(png())
        sent = [one["method"] for one in await client.get("journal")]
        assert sent == ["sendMessage", "sendMessage", "sendPhoto"] * 3 + ["getFile"]
    assert server.end(signal.SIGTERM) == 0


async def test_a_webhook_is_remembered(tmp_path: Path, people_file: Path) -> None:
    server = Server(tmp_path / "state", people_file)
    async with server.client() as client:
        await client.done("setWebhook", url="http://127.0.0.1:9/x", max_connections=3)
    server.end(signal.SIGKILL)
    server = Server(tmp_path / "state", people_file)
    async with server.client() as client:
        info = await client.done("getWebhookInfo")
        assert (info["url"], info["max_connections"]) == ("http://127.0.0.1:9/x", 3)
    server.end(signal.SIGTERM)


def test_the_token_looks_like_a_real_one(tmp_path: Path, people_file: Path) -> None:
    server = Server(tmp_path / "state", people_file)
    bot_id, secret = server.line["token"].split(":")
    assert bot_id.isdigit()
    assert len(secret) == 35
    assert set(server.line) == {"port", "token"}
    server.end(signal.SIGTERM)


def test_with_its_parent_gone_it_stops(tmp_path: Path, people_file: Path) -> None:
    server = Server(tmp_path / "state", people_file, "--with-parent")
    assert server.process.stdin is not None
    server.process.stdin.close()
    assert server.wait() == 0


def test_with_its_parent_alive_a_signal_stops_it(tmp_path: Path, people_file: Path) -> None:
    server = Server(tmp_path / "state", people_file, "--with-parent")
    assert server.end(signal.SIGTERM) == 0


def test_a_second_sandbox_on_the_same_folder_does_not_start(tmp_path: Path, people_file: Path) -> None:
    server = Server(tmp_path / "state", people_file)
    second = subprocess.run(
        [sys.executable, "-m", "sandbox", "--port", "0", "--folder", str(tmp_path / "state")],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert second.returncode == 2
    assert "another sandbox" in second.stderr
    server.end(signal.SIGTERM)


@pytest.mark.parametrize("written", ["{", '{"people": [{"name": "无号"}]}', "[]"])
def test_people_it_cannot_read_stop_it_in_plain_words(tmp_path: Path, written: str) -> None:
    people = tmp_path / "people.json"
    people.write_text(written)
    command = [sys.executable, "-m", "sandbox", "--port", "0", "--folder", str(tmp_path / "s")]
    ended = subprocess.run(
        [*command, "--people", str(people)],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert ended.returncode == 2
    assert str(people) in ended.stderr
    assert "Traceback" not in ended.stderr


async def test_python_telegram_bot_works_against_it(client: Client) -> None:
    await client.say("/start")
    bot = Bot(client.token, base_url=f"{client.base}/bot", base_file_url=f"{client.base}/file/bot")
    async with bot:
        assert bot.username == "duban_bot"
        (update,) = await bot.get_updates(timeout=1)
        assert update.message is not None
        keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("好", callback_data="x")]])
        message = await bot.send_message(ZHANG, "<b>请选择</b>", parse_mode="HTML", reply_markup=keyboard)
        await client.post("presses", chat=ZHANG, message_id=message.message_id, data="x", **{"from": ZHANG})
        (update,) = await bot.get_updates(offset=update.update_id + 1)
        assert update.callback_query is not None
        assert await update.callback_query.answer("已记录")
        await update.callback_query.edit_message_text("已记录")
        photo = await bot.send_photo(ZHANG, png(), caption="排名", filename="rank.png")
        file = await bot.get_file(photo.photo[-1].file_id)
        assert bytes(await file.download_as_bytearray()) == png()
        document = await bot.send_document(ZHANG, b"PK", filename="通报.docx")
        assert document.document is not None
        assert document.document.file_name == "通报.docx"
        album = await bot.send_media_group(
            ZHANG, [InputMediaPhoto(png()), InputMediaPhoto(png(4, 4), caption="二")]
        )
        assert len(album) == 2
        assert await bot.set_my_commands([("progress", "进度")])
        assert (await bot.get_chat(GROUP)).title == "联络员群"
        assert (await bot.get_chat_member(GROUP, ZHANG)).status == "creator"
        assert await bot.set_webhook("http://127.0.0.1:9/x", secret_token="s")
        assert (await bot.get_webhook_info()).url == "http://127.0.0.1:9/x"
        assert await bot.delete_webhook()
