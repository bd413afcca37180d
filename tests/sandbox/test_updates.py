"""Polling: what is given, confirmed, waited for and forgotten."""

import asyncio

import pytest

from sandbox.state import Sandbox
from tests.sandbox.client import GROUP, LI, ZHANG, Client

DAY = 86_400


async def test_an_update_comes_again_until_a_higher_offset_confirms_it(client: Client) -> None:
    await client.say("一")
    await client.say("二")
    first, second = await client.updates()
    assert await client.updates() == [first, second]
    assert await client.updates(offset=second["update_id"]) == [second]
    assert await client.updates() == [second]
    assert await client.updates(offset=second["update_id"] + 1) == []
    queue = await client.get("queue")
    assert queue["pending_ids"] == []
    assert queue["confirmed_ids"] == [first["update_id"], second["update_id"]]
    assert queue["last_update_id"] == second["update_id"]


async def test_update_ids_grow_by_one(client: Client) -> None:
    for _ in range(5):
        await client.say("好")
    ids = [one["update_id"] for one in await client.updates()]
    assert ids == list(range(ids[0], ids[0] + 5))


async def test_a_limit_is_kept_between_1_and_100(client: Client) -> None:
    for _ in range(3):
        await client.say("好")
    assert len(await client.updates(limit=2)) == 2
    assert len(await client.updates(limit=0)) == 1
    assert len(await client.updates(limit=1000)) == 3


async def test_a_negative_offset_keeps_only_the_last(client: Client) -> None:
    for text in "一二三":
        await client.say(text)
    (last,) = await client.updates(offset=-1)
    assert last["message"]["text"] == "三"
    assert await client.updates() == [last]


async def test_an_offset_far_in_the_future_confirms_nothing(client: Client) -> None:
    await client.say("一")
    (update,) = await client.updates()
    assert await client.updates(offset=update["update_id"] + 1000) == [update]


async def test_a_waiting_poll_answers_when_somebody_writes(client: Client) -> None:
    found, _ = await asyncio.gather(client.updates(timeout=30), client.say("到"))
    assert [one["message"]["text"] for one in found] == ["到"]


async def test_a_second_poll_ends_the_first(client: Client) -> None:
    first, second, _ = await asyncio.gather(
        client.call("getUpdates", timeout=30), _soon(client), _later(client)
    )
    assert (first["error_code"], first["description"]) == (
        409,
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    )
    assert [one["message"]["text"] for one in second["result"]] == ["到"]


async def _soon(client: Client) -> dict[str, object]:
    await client.get("state")
    return await client.call("getUpdates", timeout=30)


async def _later(client: Client) -> None:
    for _ in range(5):
        await client.get("state")
    await client.say("到")


async def test_polling_beside_a_webhook_is_a_conflict(client: Client) -> None:
    await client.done("setWebhook", url="http://127.0.0.1:9/x")
    code, text = await client.refused("getUpdates")
    assert code == 409
    assert text.startswith("Conflict: can't use getUpdates method while webhook is active; use deleteWebhook")
    await client.done("deleteWebhook")
    assert await client.updates() == []


async def test_a_message_expires_24_hours_after_its_date(client: Client, sandbox: Sandbox) -> None:
    await client.say("早")
    sandbox.set_clock(sandbox.clock.now() + DAY - 60)
    assert len(await client.updates()) == 1
    sandbox.set_clock(sandbox.clock.now() + 120)
    assert await client.updates() == []
    assert len((await client.get("queue"))["expired_ids"]) == 1


async def test_a_press_expires_after_150_seconds(started: Client, sandbox: Sandbox) -> None:
    markup = {"inline_keyboard": [[{"text": "好", "callback_data": "x"}]]}
    sent = await started.done("sendMessage", chat_id=ZHANG, text="请选择", reply_markup=markup)
    press = {"chat": ZHANG, "message_id": sent["message_id"], "from": ZHANG, "data": "x"}
    await started.post("presses", **press)
    sandbox.set_clock(sandbox.clock.now() + 145)
    (update,) = await started.updates()
    assert update["callback_query"]["message"]["reply_markup"] == markup
    sandbox.set_clock(sandbox.clock.now() + 10)
    assert await started.updates() == []
    refusal = await started.refused("answerCallbackQuery", callback_query_id=update["callback_query"]["id"])
    assert refusal == (
        400, "Bad Request: query is too old and response timeout expired or query ID is invalid"
    )  # fmt: skip


async def test_an_edit_of_an_old_message_never_becomes_an_update(started: Client, sandbox: Sandbox) -> None:
    message_id = await started.say("三条")
    await started.updates(offset=-1)
    sandbox.set_clock(sandbox.clock.now() + DAY + 10)
    await started.post("edits", chat=ZHANG, message_id=message_id, text="四条", **{"from": ZHANG})
    assert await started.updates() == []


@pytest.mark.parametrize("asked", [["message", "message_reaction"], ["message_reaction"]])
async def test_a_reaction_comes_only_when_asked_for_and_the_wish_is_remembered(
    started: Client, asked: list[str]
) -> None:
    message_id = await started.say("三条")
    (update,) = await started.updates()
    await started.updates(offset=update["update_id"] + 1)
    reaction = {"chat": ZHANG, "message_id": message_id, "from": ZHANG, "emoji": "👍"}
    await started.post("reactions", **reaction)
    assert await started.updates() == []
    await started.updates(allowed_updates=asked)
    await started.post("reactions", **reaction)
    (update,) = await started.updates()
    assert update["message_reaction"]["new_reaction"] == [{"type": "emoji", "emoji": "👍"}]


async def test_a_reaction_may_come_as_an_edit_that_changes_nothing(started: Client) -> None:
    message_id = await started.say("三条")
    (first,) = await started.updates()
    await started.updates(offset=first["update_id"] + 1)
    await started.post(
        "reactions", chat=ZHANG, message_id=message_id, emoji="👍", as_edit=True, **{"from": ZHANG}
    )
    (update,) = await started.updates()
    edited = update["edited_message"]
    assert edited.pop("edit_date") >= edited["date"]
    assert edited == first["message"]


async def test_confirmed_updates_can_be_delivered_once_more_with_their_ids(client: Client) -> None:
    await client.say("一")
    (update,) = await client.updates()
    after = update["update_id"] + 1
    await client.updates(offset=after)
    await client.post("redeliveries", count=1)
    assert await client.updates(offset=after) == [update]
    assert await client.updates(offset=after) == []
    assert await client.try_post("redeliveries", {"update_id": 5}) == (
        400,
        {"error": "there is no such update"},
    )


async def test_a_raw_update_goes_as_it_is_even_with_an_old_id(client: Client) -> None:
    await client.say("一")
    (update,) = await client.updates()
    after = update["update_id"] + 1
    raw = {
        "message": {
            "message_id": 9,
            "date": 0,
            "chat": {"id": GROUP, "type": "group"},
            "sender_chat": {"id": 1},
        }
    }
    assert await client.post("updates", **raw) == {"update_id": after}
    assert await client.updates(offset=after) == [{"update_id": after, **raw}]
    await client.post("updates", update_id=after - 1, **raw)
    assert [one["update_id"] for one in await client.updates(offset=after)] == [after - 1, after]


async def test_broken_text_is_kept_from_polls(client: Client) -> None:
    await client.post("updates", raw='{"update_id": 1, "mess')
    await client.say("一")
    assert [one["message"]["text"] for one in await client.updates()] == ["一"]


async def test_lanes_do_not_matter_to_polls(started: Client) -> None:
    await started.say("/x", chat=GROUP, sender=LI)
    await started.say("/y")
    assert [one["message"]["text"] for one in await started.updates()] == ["/x", "/y"]
