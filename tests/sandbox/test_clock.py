"""The virtual clock, and the bot's that follows it."""

import datetime as dtm
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from sandbox.server import build
from sandbox.state import Sandbox
from tests.sandbox.client import ZHANG, Client

OPENS = dtm.datetime.fromisoformat("2024-03-01T09:30:00+08:00")


class BotClock:
    """A bot's control endpoint that remembers what it was told and when."""

    def __init__(self) -> None:
        self.told: list[tuple[str | None, Any]] = []
        self.code = 200
        self.asked: list[str] = []
        self.due: dict[str, Any] = {}

    async def receive(self, request: web.Request) -> web.Response:
        self.told.append((request.headers.get("X-Duban-Control"), await request.json()))
        return web.json_response({}, status=self.code)

    async def tell(self, request: web.Request) -> web.Response:
        self.asked.append(request.headers["X-Duban-Control"])
        return web.json_response(self.due)


@pytest.fixture
def bot_clock() -> BotClock:
    return BotClock()


@pytest.fixture
async def followed(sandbox: Sandbox, bot_clock: BotClock) -> AsyncIterator[Client]:
    """A client of a sandbox whose clock a bot follows."""
    app = web.Application()
    app.router.add_post("/sandbox/clock", bot_clock.receive)
    app.router.add_get("/sandbox/due", bot_clock.tell)
    async with TestServer(app) as bot:
        control_url = str(bot.make_url("/sandbox/clock"))
        async with TestServer(build(sandbox, control_url)) as server, aiohttp.ClientSession() as session:
            yield Client(session, str(server.make_url("")).rstrip("/"), sandbox.world.token)


async def test_it_opens_on_2024_03_01_at_half_past_nine(client: Client) -> None:
    now = dtm.datetime.fromisoformat((await client.get("state"))["now"])
    assert dtm.timedelta() <= now - OPENS < dtm.timedelta(seconds=30)
    assert now.utcoffset() == dtm.timedelta(hours=8)


async def test_moving_it_dates_messages_and_answers(client: Client) -> None:
    assert await client.post("clock", now="2024-03-05T09:00:00+08:00") == {"now": "2024-03-05T09:00:00+08:00"}
    await client.say("早")
    (update,) = await client.updates()
    at = dtm.datetime.fromisoformat("2024-03-05T09:00:00+08:00").timestamp()
    assert 0 <= update["message"]["date"] - at < 30
    assert (await client.get(f"chats/{ZHANG}/messages"))[0]["date"].startswith("2024-03-05T09:00")
    async with client.session.get(f"{client.base}/bot{client.token}/getMe") as response:
        assert response.headers["Date"].startswith("Tue, 05 Mar 2024 01:00:")


@pytest.mark.parametrize(
    ("now", "shows"),
    [
        ("2024-03-05T01:00:00Z", "2024-03-05T09:00:00+08:00"),
        ("2024-03-05T09:00:00", "2024-03-05T09:00:00+08:00"),
        ("2023-12-31T23:59:00+08:00", "2023-12-31T23:59:00+08:00"),
    ],
)
async def test_an_instant_may_be_written_in_any_offset(client: Client, now: str, shows: str) -> None:
    assert await client.post("clock", now=now) == {"now": shows}


async def test_the_answer_waits_for_the_bots_tick(followed: Client, bot_clock: BotClock) -> None:
    await followed.post("clock", now="2024-03-05T09:00:00+08:00")
    assert bot_clock.told == [(followed.token, {"now": "2024-03-05T09:00:00+08:00"})]


async def test_a_bot_that_does_not_tick_is_a_502_but_the_clock_has_moved(
    followed: Client, bot_clock: BotClock
) -> None:
    bot_clock.code = 500
    code, answer = await followed.try_post("clock", {"now": "2024-03-05T09:00:00+08:00"})
    assert code == 502
    assert "the bot did not tick" in answer["error"]
    assert (await followed.get("clock"))["now"].startswith("2024-03-05T09:00")


async def test_a_bot_that_is_not_there_is_a_502(sandbox: Sandbox) -> None:
    app = build(sandbox, "http://127.0.0.1:9/sandbox/clock")
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        client = Client(session, str(server.make_url("")).rstrip("/"), sandbox.world.token)
        code, answer = await client.try_post("clock", {"now": "2024-03-05T09:00:00+08:00"})
    assert code == 502
    assert "cannot be reached" in answer["error"]


async def test_what_is_due_next_is_told_as_the_bot_tells_it(followed: Client, bot_clock: BotClock) -> None:
    told = {"organisations": [{"organisation": "峨眉山市", "next": []}]}
    bot_clock.due = told
    assert await followed.get("due") == told
    assert bot_clock.asked == [followed.token]


async def test_without_a_bot_nothing_is_due(client: Client, sandbox: Sandbox) -> None:
    assert await client.get("due") == {"organisations": []}
    app = build(sandbox, "http://127.0.0.1:9/sandbox/clock")
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        answer = await session.get(server.make_url("/sandbox/due"))
    assert answer.status == 502
