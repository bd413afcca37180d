"""Drives a real bot through the sandbox's JSON, as a person at a phone would."""

import asyncio
import base64
import contextlib
import os
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from tests.ports import free_port
from tests.processes import Process, start
from tests.shown import Shown, shown

ROOT = Path(__file__).resolve().parent.parent
BOT = "duban_bot"
PATIENCE = 30.0
"""Seconds: how long an answer may take on a machine with much else to do."""

STARTING_SECONDS = 60


@dataclass
class Office:
    """The people of the examples, talking to a running bot."""

    http: aiohttp.ClientSession
    url: str
    process: Process
    web_port: int
    log: list[str] = field(default_factory=list)
    printed: str = ""
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
        """Return a chat's messages above a revision, in order; wait so many seconds for the first."""
        found = await self.get(f"/sandbox/chats/{chat}/messages?after={after}&wait={wait}")
        return [shown(raw) for raw in found]

    async def latest(self, chat: int) -> int:
        """Return the chat's highest revision: what comes later is above it."""
        return max((message.revision for message in await self.messages(chat)), default=0)

    async def write(self, name: str, *, chat: int | None = None, **content: Any) -> int:
        """Send a message as a person, wait for nothing, and return its id.

        ``content`` is the sandbox's: text, reply_to, topic, forward, photo, document, album, as …
        """
        person = self.person(name)
        where = person if chat is None else chat
        sent = await self.post("/sandbox/messages", chat=where, **{"from": person}, **content)
        return int(sent["message_id"])

    async def say(self, name: str, text: str, *, chat: int | None = None, **more: Any) -> Shown:
        """Write as a person and return the bot's first answer; ``topic=`` writes in a topic."""
        async with self._awaiting(name, chat) as heard:
            await self.write(name, chat=chat, text=text, **more)
        return await heard()

    async def press(self, name: str, message: Shown, words: str, *, chat: int | None = None) -> Shown:
        """Press a button and return the message that it changed or brought."""
        async with self._awaiting(name, chat) as heard:
            await self._press(name, message, words, chat)
        return await heard()

    async def toast(self, name: str, message: Shown, words: str, *, chat: int | None = None) -> str:
        """Press a button and return the text that comes up over the chat, empty when there is none."""
        query = (await self._press(name, message, words, chat))["callback_query_id"]
        said = await self.get(f"/sandbox/presses/{query}?wait={PATIENCE}")
        assert said["answered"], f"nobody answered the press of {words}"
        return str(said.get("text", ""))

    async def _press(self, name: str, message: Shown, words: str, chat: int | None) -> Any:
        person = self.person(name)
        where = person if chat is None else chat
        press = {"from": person, "message_id": message.id, "data": message.data_of(words)}
        return await self.post("/sandbox/presses", chat=where, **press)

    async def change(self, name: str, message_id: int, text: str, *, chat: int | None = None) -> None:
        """Edit one's own message and wait for nothing."""
        person = self.person(name)
        where = person if chat is None else chat
        edit = {"from": person, "message_id": message_id, "text": text}
        await self.post("/sandbox/edits", chat=where, **edit)

    async def edit(self, name: str, message_id: int, text: str, *, chat: int | None = None) -> Shown:
        """Edit one's own message and return the bot's first answer."""
        async with self._awaiting(name, chat) as heard:
            await self.change(name, message_id, text, chat=chat)
        return await heard()

    async def forward(self, name: str, message_id: int, *, source: int, chat: int | None = None) -> Shown:
        """Forward a message of the chat ``source`` to the bot, or to ``chat``, and return the answer."""
        async with self._awaiting(name, chat) as heard:
            await self.write(name, chat=chat, forward={"chat": source, "message_id": message_id})
        return await heard()

    async def as_group(self, name: str, text: str, *, chat: int, **more: Any) -> int:
        """Write as an anonymous administrator, by which nobody acts, and return the message's id."""
        return await self.write(name, chat=chat, text=text, **{"as": "group"}, **more)

    async def send_document(
        self,
        name: str,
        file_name: str,
        content: bytes,
        *,
        caption: str = "",
        chat: int | None = None,
        **more: Any,
    ) -> Shown:
        """Send a file and return the bot's first answer."""
        async with self._awaiting(name, chat) as heard:
            await self.write(
                name,
                chat=chat,
                document={"base64": encoded(content), "name": file_name},
                caption=caption,
                **more,
            )
        return await heard()

    async def send_photo(
        self, name: str, content: bytes, *, caption: str = "", chat: int | None = None, **more: Any
    ) -> Shown:
        """Send a picture (bytes of a PNG or JPEG) and return the bot's first answer."""
        async with self._awaiting(name, chat) as heard:
            await self.write(name, chat=chat, photo=encoded(content), caption=caption, **more)
        return await heard()

    async def download(self, message: Shown) -> bytes:
        """Fetch the document or picture of a message."""
        path = message.raw.get("document") or message.raw["photo"]
        async with self.http.get(f"{self.url}{path}") as answer:
            assert answer.status == 200, await answer.text()
            return await answer.read()

    async def open_link(self, name: str, link: str, *, chat: int | None = None) -> Shown:
        """Open a ``?start=`` link to the bot as a person who presses START, and return the answer.

        A ``?startgroup=`` link needs the group in ``chat``.
        """
        code = link.rpartition("=")[2]
        if "?startgroup=" in link:
            return await self.say(name, f"/start@{BOT} {code}", chat=chat)
        return await self.say(name, f"/start {code}")

    async def new_person(self, name: str, username: str | None = None) -> int:
        """Have somebody new, who has not written to the bot yet, and return their id."""
        named = {"username": username} if username else {}
        self.people[name] = int((await self.post("/sandbox/people", name=name, **named))["id"])
        return self.people[name]

    async def new_group(self, title: str, *names: str, kind: str = "supergroup", bot: bool = True) -> int:
        """Found a group of these people (the first owns it) and the bot, hear its greeting, return its id."""
        members = [self.person(name) for name in names]
        made = await self.post("/sandbox/chats", title=title, type=kind, members=members, bot=bot)
        self.groups[title] = int(made["id"])
        if bot:
            await self.answer(self.groups[title], 0)
        return self.groups[title]

    async def new_topic(self, name: str, title: str, *, chat: int) -> int:
        """Begin a topic in a supergroup and return its id, for ``topic=``."""
        made = await self.post("/sandbox/topics", chat=chat, name=title, **{"from": self.person(name)})
        return int(made["id"])

    async def place(self, name: str, standing: str, *, chat: int) -> None:
        """Make a person (or "bot") creator, administrator, member, left or kicked in a group."""
        who = name if name == "bot" else self.person(name)
        await self.post("/sandbox/members", chat=chat, person=who, standing=standing)

    async def set_clock(self, now: str) -> None:
        """Move the clock (ISO 8601); the bot has ticked at it when this returns."""
        await self.post("/sandbox/clock", now=now)

    async def answer(self, chat: int, after: int) -> Shown:
        """Wait for the bot's next message, new or changed, in a chat."""
        return (await self.answers(chat, after, 1))[0]

    async def answers(self, chat: int, after: int, count: int) -> list[Shown]:
        """Wait until so many messages of the bot stand above a revision, new or changed, and return them."""
        async with asyncio.timeout(PATIENCE):
            while True:
                found = await self.messages(chat, after)
                said = [message for message in found if message.is_by_bot and "deleted" not in message.raw]
                if len(said) >= count:
                    return said
                await self.messages(chat, max((one.revision for one in found), default=after), wait=5)

    @contextlib.asynccontextmanager
    async def _awaiting(self, name: str, chat: int | None) -> AsyncIterator[Callable[[], Awaitable[Shown]]]:
        """Note where a chat stands before a deed; what is given back waits for the bot's answer to it."""
        where = self.person(name) if chat is None else chat
        before = await self.latest(where)
        yield lambda: self.answer(where, before)


def encoded(content: bytes) -> str:
    """Return bytes as the sandbox takes them."""
    return base64.b64encode(content).decode()


@contextlib.asynccontextmanager
async def running_office(
    folder: Path,
    database: str,
    *,
    webhook: bool = False,
    more: Mapping[str, str] | None = None,
    module: str = "bot",
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
    process = await start(module, environment)
    log: list[str] = []
    reading = asyncio.ensure_future(_collect(process.stderr, log))
    try:
        url, printed = await _find_url(process, log)
        async with aiohttp.ClientSession() as http:
            office = Office(http, url, process, port, log, printed)
            await office.learn()
            yield office
    finally:
        if process.returncode is None:
            process.terminate()
            async with asyncio.timeout(PATIENCE):
                await process.wait()
        await reading


async def _collect(stream: asyncio.StreamReader | None, log: list[str]) -> None:
    while stream is not None and (line := await stream.readline()):
        log.append(line.decode("utf-8", "replace").rstrip())


async def _find_url(process: Process, log: list[str]) -> tuple[str, str]:
    """Give the page's address, and everything that was printed before it."""
    printed = ""
    assert process.stdout is not None
    async with asyncio.timeout(STARTING_SECONDS):
        while line := (await process.stdout.readline()).decode():
            if found := re.search(r"http://[\d.:]+", line):
                return found[0], printed
            printed += line
    raise AssertionError("the bot did not start:\n" + "\n".join(log))
