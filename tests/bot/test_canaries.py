"""Secrets that a whole session goes through end up nowhere: log, database, backup, export, answer, page."""

import asyncio
import base64
import contextlib
import re
import sys
import zipfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.bot.test_people import (
    GUESSER,
    OFFICE,
    REPORTER,
    everything_in,
    found_an_organisation,
    invited,
    join,
    printed_code,
)
from tests.databases import current_file
from tests.driver import ROOT, Office
from tests.prove.town import SECRET, Town, founded

PASSWORD = "canary-proxy-password"
CREDENTIALS = base64.b64encode(f"duban:{PASSWORD}".encode()).decode()
UNIT = "市司法局"
TARGET = re.compile(rb"(\w+) http://([\d.]+):(\d+)(\S*) ")


@dataclass
class Proxy:
    """Forwards to whom it is asked for, but says back all it was told to the first few."""

    refusals: int
    port: int = 0
    forwarded: int = 0
    authorised: set[str] = field(default_factory=set)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            await self._exchange(reader, writer)
        writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        said = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:] if line)
        self.authorised.add(said.get("Proxy-Authorization", ""))
        if self.refusals:
            self.refusals -= 1
            told = head + PASSWORD.encode()
            writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: %d\r\n\r\n%s" % (len(told), told))
            return await writer.drain()
        target = TARGET.match(head)
        assert target, head
        self.forwarded += 1
        there, back = await asyncio.open_connection(target[2].decode(), int(target[3]))
        kept = "".join(
            f"{name}: {value}\r\n" for name, value in said.items() if name != "Proxy-Authorization"
        )
        back.write(
            b"%s %s HTTP/1.1\r\n" % (target[1], target[4]) + f"{kept}Connection: close\r\n\r\n".encode()
        )
        back.write(await reader.readexactly(int(said.get("Content-Length", 0))))
        writer.write(await there.read())
        back.close()
        return await writer.drain()


@contextlib.asynccontextmanager
async def proxied() -> AsyncIterator[Proxy]:
    proxy = Proxy(refusals=3)
    async with await asyncio.start_server(proxy.serve, "127.0.0.1", 0) as server:
        proxy.port = server.sockets[0].getsockname()[1]
        yield proxy


async def command(town: Town, more: dict[str, str], *words: str) -> str:
    """Run a command beside the bot and return all it says."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *words),
        cwd=ROOT,
        env=town.environment(webhook=True, failpoint="") | more,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    return said.decode()


async def page(town: Town, path: str) -> str:
    async with town.http.get(f"http://127.0.0.1:{town.port}{path}") as answer:
        return f"{answer.headers} {await answer.text()}"


def unpacked(backup: Path) -> str:
    """Every member of a backup, the database as its values and as its bytes."""
    folder = backup.with_suffix("")
    with zipfile.ZipFile(backup) as archive:
        archive.extractall(folder)
    files = [path for path in folder.rglob("*") if path.is_file()]
    held = [everything_in(path) for path in files if path.read_bytes().startswith(b"SQLite format 3")]
    assert held
    return "\n".join([*held, *(path.read_bytes().decode("latin-1") for path in files)])


async def test_a_whole_session_leaves_no_secret_anywhere(tmp_path: Path) -> None:
    database = tmp_path / "duban.db"
    async with proxied() as proxy, founded(tmp_path, current_file(database)) as town:
        more = {"DUBAN_PROXY": f"http://duban:{PASSWORD}@127.0.0.1:{proxy.port}", "DUBAN_LOG": "DEBUG"}
        first = await printed_code(town, more)
        assert town.bot is not None
        office = Office(town.http, town.url, town.bot, town.port)
        for name in (OFFICE, REPORTER, GUESSER):
            await office.new_person(name)
        await found_an_organisation(office, first)
        link = await invited(office, f"邀请 {UNIT}")
        await join(office, REPORTER, link)
        assert "现在不能用" in (await office.open_link(GUESSER, link)).text
        pending = await invited(office, "邀请 市公安局")
        await office.say(REPORTER, "报送 动态 1")
        await office.say(REPORTER, "/mydata")
        shown = await office.say(OFFICE, "/audit")
        exported = await office.download(await office.press(OFFICE, shown, "导出"))
        # A fault of ours while a secret is being handled, and updates that cannot be read.
        before = await office.latest(office.person(GUESSER))
        await town.post("updates", raw=f'{{"update_id": 1, "message": {{"text": "/start {first}"}}}}')
        await town.post("updates", raw=f'[{{"start={pending.rpartition("=")[2]}"')
        await office.write(GUESSER, text=f"/start {'x' * 22}")
        await office.answer(office.person(GUESSER), before)
        pages = "\n".join(
            [await page(town, path) for path in ("/healthz", "/readyz", "/metrics", "/telegram")]
        )
        said = await command(town, more, "backup", str(tmp_path / "b.zip"))
        said += await command(town, more, "doctor")
        assert await town.stop() == 0
        calls = await town.journal()

    codes = {one.rpartition("=")[2] for one in (link, pending)} | {first}
    places = {
        "log": town.log(),
        "database": everything_in(database),
        "backup": unpacked(tmp_path / "b.zip"),
        "export": exported.decode(),
        "commands": said,
        "pages": pages,
        "answers": "\n".join(str(call["parameters"]) for call in calls if call["method"] != "setWebhook"),
    }
    assert proxy.forwarded > 20
    assert proxy.authorised == {f"Basic {CREDENTIALS}"}
    for place, known in {
        "log": " debug ",
        "database": UNIT,
        "backup": UNIT,
        "export": UNIT,
        "commands": "b.zip",
        "pages": "duban_",
        "answers": UNIT,
    }.items():
        assert known in places[place], place  # what is there is found
    everywhere = (town.token, town.token.partition(":")[2], SECRET, PASSWORD, CREDENTIALS)
    found = [(place, secret) for place, text in places.items() for secret in everywhere if secret in text]
    found += [
        (place, code)
        for place, text in places.items()
        for code in codes
        if code in text and place != "answers"
    ]
    assert found == []
    # A code is told to one chat, that of who invited, and the printed one to none.
    told = {
        call["parameters"]["chat_id"] for call in calls for code in codes if code in str(call["parameters"])
    }
    assert told == {office.person(OFFICE)}
    assert first not in places["answers"]
