"""Pushing: lanes, order, repetition, answers that are calls."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from sandbox.state import Sandbox
from tests.sandbox.client import GROUP, LI, PATIENCE, SUPERGROUP, ZHANG, Client

Answer = Callable[[str], Awaitable[web.Response]]


class Bot:
    """A bot's webhook that keeps what it got and answers as told."""

    def __init__(self) -> None:
        self.bodies: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.url = ""
        self.answer: Answer = self.accept
        self._arrived = asyncio.Condition()

    async def accept(self, _body: str) -> web.Response:
        return web.Response()

    async def receive(self, request: web.Request) -> web.Response:
        body = await request.text()
        async with self._arrived:
            self.bodies.append(body)
            self.headers.append(dict(request.headers))
            self._arrived.notify_all()
        return await self.answer(body)

    async def until(self, count: int) -> list[str]:
        async with asyncio.timeout(PATIENCE), self._arrived:
            await self._arrived.wait_for(lambda: len(self.bodies) >= count)
        return self.bodies

    def texts(self) -> list[str]:
        return [one.split('"text":"')[1].split('"')[0] for one in self.bodies]


@pytest.fixture
async def bot() -> AsyncIterator[Bot]:
    made = Bot()
    app = web.Application()
    app.router.add_post("/hook", made.receive)
    async with TestServer(app) as server:
        made.url = str(server.make_url("/hook"))
        yield made


async def settled(client: Client, **expected: Any) -> dict[str, Any]:
    """Wait until the queue says what is expected."""
    async with asyncio.timeout(PATIENCE):
        while True:
            queue: dict[str, Any] = await client.get("queue")
            if all(queue[key] == value for key, value in expected.items()):
                return queue


async def test_an_update_is_pushed_with_the_secret_and_confirmed_by_2xx(client: Client, bot: Bot) -> None:
    await client.say("一")
    answer = await client.call("setWebhook", url=bot.url, secret_token="s3cret_-")
    assert answer == {"ok": True, "result": True, "description": "Webhook was set"}
    await bot.until(1)
    assert bot.headers[0]["X-Telegram-Bot-Api-Secret-Token"] == "s3cret_-"
    assert bot.headers[0]["Content-Type"] == "application/json"
    await settled(client, pending=0, confirmed=1)


async def test_a_chats_next_message_waits_while_one_is_in_flight(client: Client, bot: Bot) -> None:
    release = asyncio.Event()

    async def hold(_body: str) -> web.Response:
        await release.wait()
        return web.Response()

    bot.answer = hold
    await client.done("setWebhook", url=bot.url)
    await client.say("甲一")
    await client.say("甲二")
    await client.say("/乙", chat=LI, sender=LI)
    await bot.until(2)
    assert sorted(bot.texts()) == ["/乙", "甲一"]
    release.set()
    await bot.until(3)
    assert bot.texts()[-1] == "甲二"


async def test_a_press_overtakes_messages_of_its_chat(started: Client, bot: Bot) -> None:
    sent = await started.done("sendMessage", chat_id=ZHANG, text="请选择")
    release = asyncio.Event()

    async def hold_messages(body: str) -> web.Response:
        if "callback_query" not in body:
            await release.wait()
        return web.Response()

    bot.answer = hold_messages
    await started.done("setWebhook", url=bot.url)
    await started.say("一")
    await bot.until(1)
    await started.post("presses", chat=ZHANG, message_id=sent["message_id"], data="x", **{"from": ZHANG})
    await bot.until(2)
    assert "callback_query" in bot.bodies[1]
    release.set()


async def test_max_connections_bounds_what_is_in_flight(client: Client, bot: Bot) -> None:
    release = asyncio.Event()
    flying = most = 0

    async def hold(_body: str) -> web.Response:
        nonlocal flying, most
        flying += 1
        most = max(most, flying)
        await release.wait()
        flying -= 1
        return web.Response()

    bot.answer = hold
    await client.done("setWebhook", url=bot.url, max_connections=2)
    people = [(await client.post("people", name=f"人{n}"))["id"] for n in range(5)]
    for person in people:
        await client.say("到", chat=person, sender=person)
    await bot.until(2)
    release.set()
    await settled(client, pending=0, confirmed=5)
    assert most == 2


async def test_a_refused_update_is_repeated_and_holds_its_lane(client: Client, bot: Bot) -> None:
    await client.post("faults", retry_seconds=0.01)
    answers = iter([500, 503, 200, 200])

    async def stumble(_body: str) -> web.Response:
        return web.Response(status=next(answers))

    bot.answer = stumble
    await client.done("setWebhook", url=bot.url)
    await client.say("一")
    await client.say("二")
    await settled(client, pending=0, confirmed=2)
    assert bot.texts() == ["一", "一", "一", "二"]
    info = await client.done("getWebhookInfo")
    assert info["last_error_message"] == "Wrong response from the webhook: 503 Service Unavailable"


async def test_repetitions_begin_at_once_and_then_wait_twice_as_long_each_time(
    client: Client, bot: Bot
) -> None:
    await client.post("faults", retry_seconds=0.05)
    times: list[float] = []

    async def stumble(_body: str) -> web.Response:
        times.append(asyncio.get_running_loop().time())
        return web.Response(status=500 if len(times) < 4 else 200)

    bot.answer = stumble
    await client.done("setWebhook", url=bot.url)
    await client.say("一")
    await settled(client, pending=0, confirmed=1)
    _, second, third = (after - before for before, after in itertools.pairwise(times))
    assert second >= 0.1
    assert third >= 0.2


async def test_retry_after_is_honoured(client: Client, bot: Bot) -> None:
    times: list[float] = []

    async def busy_once(_body: str) -> web.Response:
        times.append(asyncio.get_running_loop().time())
        return web.Response(status=429, headers={"Retry-After": "1"}) if len(times) == 1 else web.Response()

    bot.answer = busy_once
    await client.done("setWebhook", url=bot.url)
    await client.say("一")
    await settled(client, pending=0, confirmed=1)
    assert times[1] - times[0] > 0.9


async def test_an_update_is_dropped_when_its_next_try_would_be_too_late(
    client: Client, bot: Bot, sandbox: Sandbox
) -> None:
    async def refuse(_body: str) -> web.Response:
        return web.Response(status=500, headers={"Retry-After": "3600"})

    bot.answer = refuse
    await client.say("一")
    sandbox.set_clock(sandbox.clock.now() + 86_000)
    await client.done("setWebhook", url=bot.url)
    queue = await settled(client, pending=0)
    assert len(queue["expired_ids"]) == 1
    assert len(bot.bodies) == 1


async def test_a_method_in_the_answer_is_done_as_a_call(client: Client, bot: Bot) -> None:
    async def answer(_body: str) -> web.Response:
        return web.json_response({"method": "sendMessage", "chat_id": ZHANG, "text": "已收到"})

    bot.answer = answer
    await client.done("setWebhook", url=bot.url)
    await client.say("一")
    await settled(client, pending=0, confirmed=1)
    (call,) = [one for one in await client.get("journal") if one["method"] == "sendMessage"]
    assert call["result"]["text"] == "已收到"


@pytest.mark.parametrize("method", ["deleteWebhook", "getMe", "close"])
async def test_methods_that_read_or_touch_the_webhook_are_not_done_from_an_answer(
    client: Client, bot: Bot, method: str
) -> None:
    async def answer(_body: str) -> web.Response:
        return web.json_response({"method": method})

    bot.answer = answer
    await client.done("setWebhook", url=bot.url)
    await client.say("一")
    await settled(client, pending=0, confirmed=1)
    assert [one["method"] for one in await client.get("journal")] == ["setWebhook"]
    assert (await client.done("getWebhookInfo"))["url"] == bot.url


async def test_broken_text_is_pushed_byte_for_byte(client: Client, bot: Bot) -> None:
    await client.done("setWebhook", url=bot.url)
    await client.post("updates", raw='{"update_id": 1, "mess')
    assert await bot.until(1) == ['{"update_id": 1, "mess']


async def test_waiting_updates_survive_going_back_to_polling(client: Client, bot: Bot) -> None:
    async def refuse(_body: str) -> web.Response:
        return web.Response(status=500)

    bot.answer = refuse
    await client.done("setWebhook", url=bot.url)
    await client.say("一")
    await bot.until(1)
    answer = await client.call("deleteWebhook")
    assert answer["description"] == "Webhook was deleted"
    assert [one["message"]["text"] for one in await client.updates()] == ["一"]


async def test_drop_pending_updates_forgets_them(client: Client, bot: Bot) -> None:
    await client.say("一")
    await client.done("setWebhook", url=bot.url, drop_pending_updates=True)
    await client.say("二")
    await settled(client, pending=0, confirmed=1)
    assert bot.texts() == ["二"]


async def test_setting_the_same_webhook_again_says_so(client: Client, bot: Bot) -> None:
    await client.done("setWebhook", url=bot.url, allowed_updates=["message"])
    answer = await client.call("setWebhook", url=bot.url)
    assert answer["description"] == "Webhook is already set"
    info = await client.done("getWebhookInfo")
    assert (info["allowed_updates"], info["max_connections"]) == (["message"], 40)


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"url": "ftp://a.cn/"}, "Bad Request: invalid webhook URL specified"),
        (
            {"url": "http://a.cn/", "secret_token": "空"},
            "Bad Request: secret token contains unallowed characters",
        ),
        ({"url": "http://a.cn/", "secret_token": "a" * 257}, "Bad Request: secret token is too long"),
        ({}, 'Bad Request: parameter "url" is required'),
    ],
)
async def test_impossible_webhooks_are_refused(client: Client, values: dict[str, str], text: str) -> None:
    assert await client.refused("setWebhook", **values) == (400, text)


async def test_ordered_faults_repeat_and_swap_deliveries(client: Client, bot: Bot) -> None:
    release = asyncio.Event()

    async def hold_first(body: str) -> web.Response:
        if "零" in body:
            await release.wait()
        return web.Response()

    bot.answer = hold_first
    await client.done("setWebhook", url=bot.url)
    await client.say("零")
    await bot.until(1)
    await client.post("faults", fault="reorder", method="webhook", chat=ZHANG)
    await client.say("一")
    await client.say("二")
    release.set()
    await settled(client, pending=0, confirmed=3)
    assert bot.texts() == ["零", "二", "一"]
    await client.post("faults", fault="duplicate", method="webhook")
    await client.say("三")
    await settled(client, pending=0, confirmed=4)
    assert bot.texts()[3:] == ["三", "三"]
    await client.post("faults", fault="drop_after", method="webhook")
    await client.say("四")
    await settled(client, pending=0, confirmed=5)
    assert bot.texts()[5:] == ["四", "四"]


async def test_a_webhook_that_is_not_there_is_noted(client: Client) -> None:
    await client.post("faults", retry_seconds=0.01)
    await client.done("setWebhook", url="http://127.0.0.1:9/nobody")
    await client.say("/x", chat=GROUP, sender=LI)
    await client.say("/x", chat=SUPERGROUP, sender=LI)
    async with asyncio.timeout(PATIENCE):
        while "last_error_message" not in (info := await client.done("getWebhookInfo")):
            pass
    assert info["last_error_message"] == "Connection refused"
    assert info["pending_update_count"] == 2
