"""Drives a real bot through the sandbox's JSON, as a person at a phone would."""

import asyncio
import contextlib
import os
import re
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 15.0
STARTING_SECONDS = 60

TAGS = re.compile(r"<[^>]+>")


@dataclass(frozen=True)
class Shown:
    """A message as a person sees it: the words of its text or table, and its buttons."""

    id: int
    revision: int
    sender: int | str
    text: str
    buttons: tuple[tuple[str, str], ...]
    raw: Mapping[str, Any]

    def data_of(self, words: str) -> str:
        """Return what the button with these words carries."""
        return next(data for text, data in self.buttons if words in text)


@dataclass
class Office:
    """The people of the examples, talking to a running bot."""

    http: aiohttp.ClientSession
    url: str
    process: asyncio.subprocess.Process
    web_port: int
    log: list[str] = field(default_factory=list)
    people: dict[str, int] = field(default_factory=dict)
    groups: dict[str, int] = field(default_factory=dict)

    async def get(self, path: str) -> Any:
        async with self.http.get(f"{self.url}{path}") as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def post(self, path: str, **body: Any) -> Any:
        async with self.http.post(f"{self.url}{path}", json=body) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def learn(self) -> None:
        state = await self.get("/sandbox/state")
        self.people = {person["name"]: person["id"] for person in state["people"]}
        self.groups = {chat["title"]: chat["id"] for chat in state["chats"] if chat["id"] < 0}

    def person(self, name: str) -> int:
        return self.people[name]

    def group(self, words: str) -> int:
        return next(chat for title, chat in self.groups.items() if words in title)

    async def messages(self, chat: int, after: int = 0, wait: float = 0) -> list[Shown]:
        found = await self.get(f"/sandbox/chats/{chat}/messages?after={after}&wait={wait}")
        return [_shown(raw) for raw in found]

    async def latest(self, chat: int) -> int:
        return max((message.revision for message in await self.messages(chat)), default=0)

    async def say(self, name: str, text: str, *, chat: int | None = None, **more: Any) -> Shown:
        """Write as a person and return the bot's first answer."""
        where = self.person(name) if chat is None else chat
        before = await self.latest(where)
        await self.post("/sandbox/messages", chat=where, **{"from": self.person(name)}, text=text, **more)
        return await self.answer(where, before)

    async def press(self, name: str, message: Shown, words: str, *, chat: int | None = None) -> Shown:
        """Press a button and return the message that it changed or brought."""
        where = self.person(name) if chat is None else chat
        before = await self.latest(where)
        await self.post(
            "/sandbox/presses",
            chat=where,
            message_id=message.id,
            **{"from": self.person(name)},
            data=message.data_of(words),
        )
        return await self.answer(where, before)

    async def answer(self, chat: int, after: int) -> Shown:
        """Wait for the bot's next message, new or changed, in a chat."""
        async with asyncio.timeout(PATIENCE):
            while True:
                for message in await self.messages(chat, after, wait=5):
                    if message.sender not in self.people.values():
                        return message


def _shown(raw: Mapping[str, Any]) -> Shown:
    words = raw.get("text") or raw.get("caption") or ""
    if raw.get("table"):
        words = "\n".join(_words(block) for block in raw["table"]["blocks"])
    buttons = tuple((button["text"], button["data"]) for row in raw.get("buttons") or [] for button in row)
    return Shown(raw["id"], raw["revision"], raw["from"], TAGS.sub("", words), buttons, raw)


def _words(block: Any) -> str:
    """Collect every word of a rich block, row by row."""
    if isinstance(block, str):
        return block
    if isinstance(block, list):
        return "\n".join(_words(part) for part in block)
    if not isinstance(block, dict):
        return ""
    lines = [block[key] for key in ("summary", "caption", "text") if isinstance(block.get(key), str)]
    lines += [" ".join(cell.get("text") or "" for cell in row) for row in block.get("rows") or []]
    lines += [_words(block[key]) for key in ("blocks", "items") if block.get(key)]
    return "\n".join(lines)


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


@contextlib.asynccontextmanager
async def running_office(
    folder: Path, database: str, *, webhook: bool = False, more: Mapping[str, str] | None = None
) -> AsyncIterator[Office]:
    """Run the real `python -m bot` with its sandbox until the block ends; then ask it to stop."""
    port = free_port()
    environment = {
        "PATH": os.environ["PATH"],
        "DUBAN_DATABASE": database,
        "DUBAN_PORT": str(port),
        "DUBAN_SANDBOX_PORT": "0",
        "DUBAN_FILES": str(folder / "files"),
        **(more or {}),
    }
    if webhook:
        environment |= {
            "DUBAN_WEBHOOK_URL": f"http://127.0.0.1:{port}/telegram",
            "DUBAN_WEBHOOK_SECRET": "s" * 32,
        }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        cwd=ROOT,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    log: list[str] = []
    reading = asyncio.ensure_future(_collect(process.stderr, log))
    try:
        url = await _find_url(process, log)
        async with aiohttp.ClientSession() as http:
            office = Office(http, url, process, port, log)
            await office.learn()
            yield office
    finally:
        if process.returncode is None:
            process.terminate()
            async with asyncio.timeout(15):
                await process.wait()
        await reading


async def _collect(stream: asyncio.StreamReader | None, log: list[str]) -> None:
    while stream is not None and (line := await stream.readline()):
        log.append(line.decode("utf-8", "replace").rstrip())


async def _find_url(process: asyncio.subprocess.Process, log: list[str]) -> str:
    assert process.stdout is not None
    async with asyncio.timeout(STARTING_SECONDS):
        while line := (await process.stdout.readline()).decode():
            if found := re.search(r"http://[\d.:]+", line):
                return found[0]
    raise AssertionError("the bot did not start:\n" + "\n".join(log))
