"""What ``/healthz`` and ``/readyz`` say while something is away: the truth, and soon."""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg
import pytest
from aiohttp import web

from bot.api import CallProblem, Refused
from bot.database import postgres_credentials
from bot.intake import SILENT_SECONDS
from settings import ROOT
from tests.databases import TEMPLATE, create_database, current_file
from tests.ports import free_port
from tests.prove.house import PATIENCE, housed

TOKEN = "123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc"
SECRET = "s" * 32


class Telegram:
    """A Bot API server that can be away, or refuse one method."""

    def __init__(self) -> None:
        self.port = free_port()
        self.refuses = ""
        self._runner: web.AppRunner | None = None

    async def arrive(self) -> None:
        application = web.Application()
        application.router.add_post("/bot{token}/{method}", self._answer)
        self._runner = web.AppRunner(application, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()

    async def leave(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        if method.casefold() == self.refuses.casefold():
            return web.json_response({"ok": False, "error_code": 400, "description": "no"}, status=400)
        me = {"id": 123456789, "is_bot": True, "first_name": "D", "username": "duban_bot"}
        return web.json_response({"ok": True, "result": me if method == "getMe" else True})


@contextlib.asynccontextmanager
async def started(database: str, telegram: Telegram) -> AsyncIterator["Bot"]:
    """Run `python -m bot` with a webhook for the time of the block."""
    port = free_port()
    environment = {
        "PATH": os.environ["PATH"],
        "DUBAN_TOKEN": TOKEN,
        "DUBAN_API_URL": f"http://127.0.0.1:{telegram.port}",
        "DUBAN_DATABASE": database,
        "DUBAN_PORT": str(port),
        "DUBAN_WEBHOOK_URL": f"http://127.0.0.1:{port}/telegram",
        "DUBAN_WEBHOOK_SECRET": SECRET,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", cwd=ROOT, env=environment, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as http:
            yield Bot(http, process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        await telegram.leave()


class Bot:
    """The bot's own pages, as a supervisor asks for them."""

    def __init__(self, http: aiohttp.ClientSession, process: asyncio.subprocess.Process) -> None:
        self._http = http
        self._process = process

    async def stop(self) -> int:
        self._process.terminate()
        async with asyncio.timeout(PATIENCE):
            return await self._process.wait()

    async def ask(self, path: str) -> tuple[int, Any]:
        async with self._http.get(path) as answer:
            return answer.status, await answer.json()

    async def deliver(self, update: dict[str, Any]) -> int:
        headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
        async with self._http.post("/telegram", json=update, headers=headers) as answer:
            return answer.status

    async def until(self, path: str, expected: tuple[int, Any]) -> None:
        found = None
        try:
            async with asyncio.timeout(PATIENCE):
                while found != expected:
                    with contextlib.suppress(aiohttp.ClientConnectionError):
                        found = await self.ask(path)
                    await asyncio.sleep(0.02)
        except TimeoutError:
            pytest.fail(f"{path} answers {found}, not {expected}")


READY: tuple[int, Any] = (200, {"problems": []})


async def test_health_is_told_while_telegram_cannot_be_reached_from_the_start(tmp_path: Path) -> None:
    telegram = Telegram()
    async with started(current_file(tmp_path / "duban.db"), telegram) as bot:
        await bot.until("/healthz", (200, {"status": "ok"}))
        assert await bot.ask("/readyz") == (503, {"problems": ["Telegram has not been reached yet"]})
        assert await bot.deliver({"update_id": 1}) == 503
        await telegram.arrive()
        await bot.until("/readyz", READY)
        assert await bot.deliver({"update_id": 1}) == 200


async def test_a_webhook_that_telegram_does_not_take_is_no_readiness(tmp_path: Path) -> None:
    telegram = Telegram()
    telegram.refuses = "setWebhook"
    await telegram.arrive()
    async with started(current_file(tmp_path / "duban.db"), telegram) as bot:
        await bot.until("/readyz", (503, {"problems": ["Telegram has not agreed yet to send updates"]}))
        telegram.refuses = ""
        await bot.until("/readyz", READY)


async def test_a_locked_database_is_told_soon_and_keeps_nobody_from_stopping(postgres_template: str) -> None:
    telegram = Telegram()
    await telegram.arrive()
    url = await create_database(postgres_template, template=TEMPLATE)
    async with started(url, telegram) as bot:
        await bot.until("/readyz", READY)
        holder = await asyncpg.connect(**postgres_credentials(url))
        try:
            async with holder.transaction(), asyncio.timeout(PATIENCE):
                await holder.execute("LOCK TABLE inbox IN ACCESS EXCLUSIVE MODE")
                waiting = asyncio.ensure_future(bot.deliver({"update_id": 1}))
                assert await bot.ask("/readyz") == (
                    503,
                    {"problems": ["the database does not answer: TimeoutError"]},
                )
                asking = asyncio.ensure_future(bot.ask("/readyz"))
                assert await bot.stop() == 0
        finally:
            await holder.close()
        await asyncio.gather(waiting, asking, return_exceptions=True)


async def test_with_a_webhook_readiness_follows_the_calls_that_go_out(tmp_path: Path) -> None:
    async with housed(tmp_path, webhook=True) as house:
        assert await house.parts.problems() == []
        now = asyncio.get_running_loop().time()
        house.parts.api.failing_since = now - SILENT_SECONDS + 30
        assert await house.parts.problems() == []
        house.parts.api.failing_since = now - SILENT_SECONDS - 1
        assert await house.parts.problems() == ["no call to Telegram has been answered for 90 seconds"]
        await house.parts.tick.run()
        assert await house.parts.problems() == []


async def test_calls_fail_since_the_first_that_got_no_answer(tmp_path: Path) -> None:
    async with housed(tmp_path, webhook=True) as house:
        api = house.parts.api
        await house.client.post("faults", fault="drop_before", method="getMe", count=2)
        noted = []
        for _ in range(2):
            with pytest.raises(CallProblem):
                await api.call("getMe", {})
            noted.append(api.failing_since)
        assert noted[0] is not None
        assert noted[0] == noted[1]
        with pytest.raises(Refused):
            await api.call("getNothing", {})
        assert api.failing_since is None
