"""Faults on order: what the bot meets, and what really happened."""

import asyncio
from typing import Any

import aiohttp
import pytest

from sandbox.state import Sandbox
from tests.sandbox.client import GROUP, LI, ZHANG, Client


async def sent(client: Client) -> int:
    return len([one for one in await client.get("journal") if one["method"] == "sendMessage"])


async def send(client: Client, chat: int = ZHANG) -> dict[str, Any]:
    return await client.call("sendMessage", chat_id=chat, text="催")


@pytest.mark.parametrize(("fault", "effects"), [("drop_before", 0), ("drop_after", 1)])
async def test_a_dropped_call_has_its_effect_or_not(started: Client, fault: str, effects: int) -> None:
    await started.post("faults", fault=fault, method="sendMessage")
    with pytest.raises(aiohttp.ClientError):
        await send(started)
    assert await sent(started) == effects
    assert (await send(started))["ok"]


async def test_429_says_when_to_come_back_and_does_nothing(started: Client) -> None:
    await started.post("faults", fault="429", method="sendMessage", retry_after=7, count=2)
    for _ in range(2):
        assert await send(started) == {
            "ok": False,
            "error_code": 429,
            "description": "Too Many Requests: retry after 7",
            "parameters": {"retry_after": 7},
        }
    assert await sent(started) == 0
    assert (await send(started))["ok"]


@pytest.mark.parametrize("code", [500, 502])
async def test_a_gateways_error_is_a_page_and_no_json(started: Client, code: int) -> None:
    await started.post("faults", fault=str(code))
    async with started.session.post(f"{started.base}/bot{started.token}/getMe") as response:
        assert (response.status, response.content_type) == (code, "text/html")
    assert (await started.call("getMe"))["ok"]


async def test_a_truncated_answer_was_done(started: Client) -> None:
    await started.post("faults", fault="truncated", method="sendMessage")
    with pytest.raises(aiohttp.ClientPayloadError):
        await send(started)
    assert await sent(started) == 1


async def test_a_delay_holds_one_call_and_not_the_others(started: Client) -> None:
    await started.post("faults", fault="delay", method="sendMessage", seconds=0.3)

    async def timed() -> float:
        begun = asyncio.get_running_loop().time()
        await send(started)
        return asyncio.get_running_loop().time() - begun

    calls = [asyncio.create_task(timed()) for _ in range(2)]
    free, held = await asyncio.wait(calls, return_when=asyncio.FIRST_COMPLETED)
    assert (len(free), len(held)) == (1, 1)
    assert await held.pop() >= 0.3


async def test_a_fault_is_for_one_method_and_one_chat(started: Client) -> None:
    await started.post("faults", fault="429", method="sendMessage", chat=GROUP)
    assert (await send(started))["ok"]
    assert not (await send(started, GROUP))["ok"]
    assert (await send(started, GROUP))["ok"]


async def test_faults_are_listed_and_forgotten(started: Client) -> None:
    await started.post("faults", fault="429", count=5)
    (waiting,) = (await started.get("faults"))["waiting"]
    assert (waiting["kind"], waiting["count"]) == ("429", 5)
    async with started.session.delete(f"{started.base}/sandbox/faults") as response:
        assert response.status == 200
    assert (await send(started))["ok"]


async def test_a_poll_may_repeat_and_swap_its_updates(client: Client) -> None:
    await client.say("一")
    await client.say("二")
    first, second = await client.updates()
    await client.post("faults", fault="reorder", method="getUpdates")
    assert await client.updates() == [second, first]
    await client.post("faults", fault="duplicate", method="getUpdates")
    assert await client.updates() == [first, second, first, second]


async def test_a_dropped_poll_confirms_nothing_new(client: Client) -> None:
    await client.say("一")
    await client.post("faults", fault="drop_after", method="getUpdates")
    with pytest.raises(aiohttp.ClientError):
        await client.updates()
    assert [one["message"]["text"] for one in await client.updates()] == ["一"]


async def test_limits_are_off_until_asked_for(started: Client) -> None:
    for _ in range(40):
        assert (await send(started))["ok"]


async def test_with_limits_a_chat_gets_one_message_a_second(started: Client, sandbox: Sandbox) -> None:
    await started.post("faults", limits=True)
    assert (await send(started))["ok"]
    refusal = await send(started)
    assert (refusal["error_code"], refusal["parameters"]) == (429, {"retry_after": 1})
    assert (await send(started, GROUP))["ok"]
    sandbox.set_clock(sandbox.clock.now() + 1)
    assert (await send(started))["ok"]


async def test_with_limits_a_group_gets_20_a_minute(started: Client, sandbox: Sandbox) -> None:
    await started.post("faults", limits=True)
    for _ in range(20):
        sandbox.set_clock(sandbox.clock.now() + 1.5)
        assert (await send(started, GROUP))["ok"]
    sandbox.set_clock(sandbox.clock.now() + 1.5)
    refusal = await send(started, GROUP)
    assert refusal["error_code"] == 429
    assert 20 <= refusal["parameters"]["retry_after"] <= 31
    assert (await send(started))["ok"]


async def test_with_limits_all_chats_together_get_30_a_second(started: Client) -> None:
    await started.post("faults", limits=True)
    people = [(await started.post("people", name=f"人{n}"))["id"] for n in range(31)]
    for person in people:
        await started.say("/start", chat=person, sender=person)
    answers = [await send(started, person) for person in people]
    assert [one["ok"] for one in answers].count(True) >= 30
    await started.say("/start", chat=LI, sender=LI)
