"""A sandbox with its people, a database, and a real bot that may die at any moment."""

import asyncio
import contextlib
import datetime as dtm
import json
import os
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg

from bot.database import opened, postgres_credentials, sqlite_path
from bot.sandboxed import fill
from tests.driver import ROOT
from tests.ports import free_port
from tests.processes import Process, start

EXAMPLES = ROOT / "examples"
SECRET = "canary-webhook-secret-0123456789abcdef"
# Seconds until something that has not happened never will; a machine with much else to do is slow.
STARTING_SECONDS = 60.0
STOPPING_SECONDS = 30.0
PATIENCE = 60.0
BREATH = 0.02


@dataclass
class Town:
    """One sandbox and one database; bots come and go."""

    http: aiohttp.ClientSession
    url: str
    token: str
    database: str
    folder: Path
    port: int
    module: str = "bot"
    settings: dict[str, str] = field(default_factory=dict)
    """What each bot finds in its environment besides."""
    bot: Process | None = None
    bots: list[Process] = field(default_factory=list)

    async def get(self, path: str) -> Any:
        async with self.http.get(f"{self.url}/sandbox/{path}") as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def post(self, path: str, **body: Any) -> Any:
        async with self.http.post(f"{self.url}/sandbox/{path}", json=body) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def say(self, person: int, text: str, *, chat: int | None = None, **more: Any) -> int:
        """Write as a person and return the message's id."""
        where = person if chat is None else chat
        answer = await self.post("messages", chat=where, text=text, **{"from": person}, **more)
        return int(answer["message_id"])

    async def journal(self, after: int = 0) -> list[dict[str, Any]]:
        """Return every accepted call after a number."""
        calls: list[dict[str, Any]] = []
        while found := await self.get(f"journal?after={after}"):
            calls += found
            after = found[-1]["n"]
        return calls

    async def sent(self, chat: int, after: int = 0) -> list[dict[str, Any]]:
        """Return the messages that the bot sent to a chat, in order."""
        return [
            call
            for call in await self.journal(after)
            if call["method"].startswith("send") and call["parameters"]["chat_id"] == chat
        ]

    async def until_sent(self, chat: int, count: int, *, after: int = 0, patience: float = PATIENCE) -> Any:
        """Wait until the bot has sent so many messages to a chat and return them."""

        async def enough() -> list[dict[str, Any]] | None:
            found = await self.sent(chat, after)
            return found if len(found) >= count else None

        return await self.until(enough, patience, f"{count} messages in {chat}")

    async def until(
        self, condition: Callable[[], Awaitable[Any]], patience: float = PATIENCE, what: str = ""
    ) -> Any:
        """Ask again and again until the condition gives something; AssertionError after ``patience``."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + patience
        while not (found := await condition()):
            assert loop.time() < deadline, f"not within {patience} s: {what}\n{self.log()[-3000:]}"
            await asyncio.sleep(BREATH)
        return found

    async def query(self, statement: str) -> list[tuple[Any, ...]]:
        """Read from the database while the bot is using it."""
        path = sqlite_path(self.database)
        if path is not None:
            with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5)) as file:
                return file.execute(statement).fetchall()
        connection = await asyncpg.connect(**postgres_credentials(self.database))
        try:
            return [tuple(row) for row in await connection.fetch(statement)]
        finally:
            await connection.close()

    def environment(self, *, webhook: bool, failpoint: str) -> dict[str, str]:
        """Return what a bot of this town is started with."""
        chosen = {
            "PATH": os.environ["PATH"],
            "DUBAN_TOKEN": self.token,
            "DUBAN_API_URL": self.url,
            "DUBAN_DATABASE": self.database,
            "DUBAN_PORT": str(self.port),
            "DUBAN_FILES": str(self.folder / "files"),
            **self.settings,
        }
        if failpoint:
            chosen["DUBAN_FAILPOINT"] = failpoint
        if webhook:
            chosen["DUBAN_WEBHOOK_URL"] = f"http://127.0.0.1:{self.port}/telegram"
            chosen["DUBAN_WEBHOOK_SECRET"] = SECRET
        return chosen

    async def start(
        self, *, webhook: bool = False, failpoint: str = "", more: Mapping[str, str] | None = None
    ) -> Process:
        """Start a bot and return at once."""
        environment = self.environment(webhook=webhook, failpoint=failpoint) | dict(more or {})
        with (self.folder / "bot.log").open("ab") as log:
            self.bot = await start(self.module, environment, output=log)
        self.bots.append(self.bot)
        return self.bot

    async def start_ready(self, **how: Any) -> Process:
        """Start a bot and return when it says that it is ready."""
        process = await self.start(**how)

        async def ready() -> bool:
            assert process.returncode is None, self.log()
            return await self.status("/readyz") == 200

        await self.until(ready, STARTING_SECONDS, "the bot is ready")
        return process

    async def is_up(self) -> bool:
        """Tell whether the bot answers at all."""
        assert self.bot is not None
        assert self.bot.returncode is None, self.log()[-3000:]
        return await self.status("/healthz") == 200

    async def is_settled(self) -> bool:
        """Tell whether every update that was stored is done, and every stored call sent."""
        ((new,),) = await self.query("SELECT COUNT(*) FROM inbox WHERE state = 'new'")
        ((unsent,),) = await self.query("SELECT COUNT(*) FROM outbox WHERE state IN ('pending', 'wire')")
        return not new and not unsent

    async def status(self, path: str) -> int:
        """Ask the bot's own web server; 0 when nobody listens."""
        with contextlib.suppress(aiohttp.ClientError, TimeoutError):
            async with self.http.get(f"http://127.0.0.1:{self.port}{path}") as answer:
                return answer.status
        return 0

    async def kill(self) -> None:
        """Kill the bot as the power cut would."""
        assert self.bot is not None
        if self.bot.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self.bot.kill()
        await self.bot.wait()

    async def stop(self) -> int:
        """Ask the bot to stop and return its exit code."""
        assert self.bot is not None
        if self.bot.returncode is None:
            self.bot.send_signal(signal.SIGTERM)
        async with asyncio.timeout(STOPPING_SECONDS):
            return await self.bot.wait()

    async def wait_for_death(self, patience: float) -> bool:
        """Wait for the bot to end by itself; False when it did not."""
        assert self.bot is not None
        try:
            async with asyncio.timeout(patience):
                await self.bot.wait()
        except TimeoutError:
            return False
        return True

    def log(self) -> str:
        """Return everything the bots have written."""
        path = self.folder / "bot.log"
        return path.read_text("utf-8", "replace") if path.exists() else ""


@contextlib.asynccontextmanager
async def founded(
    folder: Path, database: str, *, with_examples: bool = False, people: Path = EXAMPLES / "people.json"
) -> AsyncIterator[Town]:
    """Run a sandbox for the time of the block; bots that are left at its end are killed."""
    if with_examples:
        async with opened(database):
            await fill(EXAMPLES, dtm.datetime.now(dtm.UTC))
    words = ["--port", "0", "--folder", str(folder / "sandbox"), "--people", str(people)]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "sandbox", *words, "--with-parent"),
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    said = json.loads(await process.stdout.readline())
    try:
        async with aiohttp.ClientSession() as http:
            town = Town(
                http, f"http://127.0.0.1:{said['port']}", said["token"], database, folder, free_port()
            )
            try:
                yield town
            finally:
                for bot in town.bots:
                    if bot.returncode is None:
                        bot.kill()
                        await bot.wait()
    finally:
        if process.stdin is not None:
            process.stdin.close()
        await process.wait()
