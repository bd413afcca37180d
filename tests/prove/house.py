"""The real parts of the bot in this process, against a real sandbox server: for faults set from inside."""

import asyncio
import contextlib
import datetime as dtm
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import TestServer
from pydantic import SecretStr

from bot import web
from bot.clock import Clock
from bot.container import Parts, build_web, listen_for_updates, put_together
from bot.database import opened
from bot.failpoints import Failpoints
from sandbox.server import build
from sandbox.state import open_sandbox
from settings import Settings
from tests.databases import current_file
from tests.prove.town import SECRET
from tests.sandbox.client import PEOPLE, Client

FIRST_EXTRA = 2000
EXTRA_PEOPLE = 10
PATIENCE = 60.0


@dataclass
class House:
    """A bot and the sandbox it serves; ``client`` speaks to the sandbox."""

    client: Client
    parts: Parts
    url: str

    async def answers(self, chat: int) -> list[dict[str, Any]]:
        """Return what the bot sent to a chat, in order."""
        return [
            call
            for call in await self.client.get("journal")
            if call["method"].startswith("send") and call["parameters"]["chat_id"] == chat
        ]

    async def until_answers(self, chat: int, count: int, patience: float = PATIENCE) -> list[dict[str, Any]]:
        """Wait until the bot has sent so many messages to a chat and return them."""

        async def enough() -> list[dict[str, Any]] | None:
            found = await self.answers(chat)
            return found if len(found) >= count else None

        found: list[dict[str, Any]] = await until(enough, patience)
        return found

    async def deliver(self, update: dict[str, Any] | bytes, secret: str = SECRET) -> tuple[int, bytes]:
        """Be Telegram: post an update to the webhook, return status and body."""
        body = update if isinstance(update, bytes) else json.dumps(update).encode()
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret, "Content-Type": "application/json"}
        async with self.client.session.post(f"{self.url}/telegram", data=body, headers=headers) as answer:
            return answer.status, await answer.read()


class Hurry:
    """Lets the running loop's time jump; to be made before anything looks at it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        loop = asyncio.get_running_loop()
        time = loop.time
        self._ahead = 0.0
        monkeypatch.setattr(loop, "time", lambda: time() + self._ahead)

    def pass_over(self, seconds: float, house: House) -> None:
        """Wake at once what sleeps for so long, and move the bot's clock along."""
        house.parts.clock.move_to(house.parts.clock.now() + dtm.timedelta(seconds=seconds))
        self._ahead += seconds


async def until(condition: Callable[[], Awaitable[Any]], patience: float = PATIENCE) -> Any:
    """Ask until the condition gives something; AssertionError after ``patience`` seconds."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + patience
    while not (found := await condition()):
        assert loop.time() < deadline, f"not within {patience} s"
        await asyncio.sleep(0.01)
    return found


@contextlib.asynccontextmanager
async def neighbourhood(folder: Path) -> AsyncIterator[Client]:
    """Run a sandbox with 张三, 李四, ten more people and two groups."""
    extra = [{"id": FIRST_EXTRA + n, "name": f"路人 {n}"} for n in range(EXTRA_PEOPLE)]
    path = folder / "people.json"
    path.write_text(json.dumps({**PEOPLE, "people": [*PEOPLE["people"], *extra]}))
    state = open_sandbox(folder / "sandbox", path)
    async with TestServer(build(state)) as server, aiohttp.ClientSession() as session:
        yield Client(session, str(server.make_url("")).rstrip("/"), state.world.token)


@contextlib.asynccontextmanager
async def inhabited(client: Client, database: str, *, webhook: bool = False) -> AsyncIterator[House]:
    """Serve the sandbox's bot for the time of the block, on polling or the webhook."""
    listener = web.listen("127.0.0.1", 0)
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    settings = Settings(
        _env_file=None,
        token=SecretStr(client.token),
        api_url=client.base,
        database=SecretStr(database),
        webhook_url=f"{url}/telegram" if webhook else None,
        webhook_secret=SecretStr(SECRET) if webhook else None,
    )
    with contextlib.closing(listener):
        clock, none = Clock(settings.zone), Failpoints()
        async with opened(database), put_together(settings, client.token, clock, none) as parts:
            await parts.intake.resume()
            async with web.served(build_web(parts, settings, None), listener):
                await listen_for_updates(parts, settings, none)
                yield House(client, parts, url)


@contextlib.asynccontextmanager
async def housed(folder: Path, *, webhook: bool = False) -> AsyncIterator[House]:
    """Run sandbox and bot on a new SQLite database."""
    async with (
        neighbourhood(folder) as client,
        inhabited(client, current_file(folder / "duban.db"), webhook=webhook) as house,
    ):
        yield house
