"""What people do, what the bot gets of it, and where it may no longer write."""

import contextlib
from typing import Any

import pytest

from sandbox.state import Sandbox
from tests.sandbox.client import GROUP, LI, SUPERGROUP, ZHANG, Client


@pytest.mark.parametrize(
    ("text", "arrives"),
    [
        ("大家好", False),
        ("进度", False),
        ("/progress", True),
        ("/progress@duban_bot 2月", True),
        ("/progress@other_bot", False),
        ("请看 /progress", False),
        ("@duban_bot 进度", True),
        ("@DUBAN_BOT 进度", True),
        ("@duban_bots 进度", False),
        ("me@duban_bot.cn", True),
    ],
)
async def test_privacy_mode_decides_what_arrives_from_a_group(
    client: Client, text: str, arrives: bool
) -> None:
    await client.say(text, chat=GROUP, sender=LI)
    assert [one["message"]["text"] for one in await client.updates()] == [text] * arrives


async def test_a_reply_to_the_bot_arrives_and_an_administrator_gets_everything(client: Client) -> None:
    sent = await client.done("sendMessage", chat_id=GROUP, text="几条？")
    theirs = await client.say("我先看看", chat=GROUP, sender=LI)
    await client.say("三条", chat=GROUP, sender=LI, reply_to=sent["message_id"])
    await client.say("对", chat=GROUP, sender=ZHANG, reply_to=theirs)
    (update,) = await client.updates()
    assert update["message"]["reply_to_message"]["message_id"] == sent["message_id"]
    await client.post("members", chat=GROUP, person="bot", standing="administrator")
    await client.say("都看见", chat=GROUP, sender=LI)
    *_, last = await client.updates()
    assert last["message"]["text"] == "都看见"


@pytest.mark.parametrize(
    ("forward", "origin"),
    [
        (True, {"type": "hidden_user", "sender_user_name": "隐藏的用户"}),
        (
            {"type": "hidden_user", "sender_user_name": "甲"},
            {"type": "hidden_user", "sender_user_name": "甲"},
        ),
        (
            {"channel": "四川发布", "message_id": 7},
            {"type": "channel", "chat": {"type": "channel", "title": "四川发布"}, "message_id": 7},
        ),
        ("王五", {"type": "hidden_user", "sender_user_name": "王五"}),
        (
            LI,
            {
                "type": "user",
                "sender_user": {"id": LI, "is_bot": False, "first_name": "李四", "language_code": "zh-hans"},
            },
        ),
        (
            {"chat": GROUP},
            {"type": "chat", "sender_chat": {"id": GROUP, "type": "group", "title": "联络员群"}},
        ),
    ],
)
async def test_a_forward_names_its_origin(client: Client, forward: Any, origin: dict[str, Any]) -> None:
    await client.say("三条", forward=forward)
    (update,) = await client.updates()
    found = update["message"]["forward_origin"]
    assert found.pop("date") == update["message"]["date"]
    if found["type"] == "channel":
        assert found["chat"].pop("id") < -1_003_000_000_000
    assert found == origin


async def test_an_edit_arrives_with_its_date(client: Client) -> None:
    message_id = await client.say("/report 动态 3")
    await client.post("edits", chat=ZHANG, message_id=message_id, text="/report 动态 4", **{"from": ZHANG})
    _, update = await client.updates()
    assert update["edited_message"]["text"] == "/report 动态 4"
    assert update["edited_message"]["edit_date"] >= update["edited_message"]["date"]


async def test_blocking_refuses_the_bot_until_it_is_taken_back(started: Client) -> None:
    await started.post("blocks", person=ZHANG)
    assert await started.refused("sendMessage", chat_id=ZHANG, text="催") == (
        403, "Forbidden: bot was blocked by the user"
    )  # fmt: skip
    code, answer = await started.try_post("messages", {"chat": ZHANG, "from": ZHANG, "text": "在"})
    assert (code, answer["error"]) == (400, f"张三 ({ZHANG}) has blocked the bot; unblock it first")
    await started.post("blocks", person=ZHANG, blocked=False)
    await started.done("sendMessage", chat_id=ZHANG, text="催")
    changes = [one["my_chat_member"] for one in await started.updates()]
    assert [(one["old_chat_member"]["status"], one["new_chat_member"]["status"]) for one in changes] == [
        ("member", "kicked"), ("kicked", "member"),
    ]  # fmt: skip


async def test_the_bot_cannot_write_first(client: Client) -> None:
    assert await client.refused("sendMessage", chat_id=LI, text="您好") == (
        403, "Forbidden: bot can't initiate conversation with a user"
    )  # fmt: skip
    await client.say("/start", chat=LI, sender=LI)
    await client.done("sendMessage", chat_id=LI, text="您好")


async def test_a_deactivated_person_is_unreachable(started: Client) -> None:
    await started.post("people", id=ZHANG, deactivated=True)
    assert await started.refused("sendMessage", chat_id=ZHANG, text="催") == (
        403, "Forbidden: user is deactivated"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("chat", "standing", "text"),
    [
        (GROUP, "kicked", "Forbidden: bot was kicked from the group chat"),
        (GROUP, "left", "Forbidden: bot is not a member of the group chat"),
        (SUPERGROUP, "kicked", "Forbidden: bot was kicked from the supergroup chat"),
        (SUPERGROUP, "left", "Forbidden: bot is not a member of the supergroup chat"),
    ],
)
async def test_a_group_the_bot_is_not_in_refuses_it(
    client: Client, chat: int, standing: str, text: str
) -> None:
    await client.post("members", chat=chat, person="bot", standing=standing, by=LI)
    (update,) = await client.updates()
    change = update["my_chat_member"]
    assert (change["from"]["id"], change["new_chat_member"]["status"]) == (LI, standing)
    assert await client.refused("sendMessage", chat_id=chat, text="x") == (403, text)
    await client.say("/progress", chat=chat, sender=LI)
    assert await client.updates(offset=update["update_id"] + 1) == []
    await client.post("members", chat=chat, person="bot", standing="member", by=LI)
    await client.done("sendMessage", chat_id=chat, text="x")


async def test_leaving_a_group_is_told_like_being_removed(client: Client) -> None:
    assert await client.done("leaveChat", chat_id=GROUP) is True
    (update,) = await client.updates()
    assert update["my_chat_member"]["new_chat_member"]["status"] == "left"
    code, text = await client.refused("leaveChat", chat_id=GROUP)
    assert (code, text) == (403, "Forbidden: bot is not a member of the group chat")


async def test_migration_tells_both_chats_and_moves_calls(client: Client) -> None:
    new = (await client.post("migrations", chat=GROUP))["chat"]
    assert new < -1_000_000_000_000
    old_message, new_message = (one["message"] for one in await client.updates())
    assert (old_message["chat"]["id"], old_message["migrate_to_chat_id"]) == (GROUP, new)
    assert (new_message["chat"]["id"], new_message["migrate_from_chat_id"]) == (new, GROUP)
    answer = await client.call("sendMessage", chat_id=GROUP, text="x")
    assert answer == {
        "ok": False,
        "error_code": 400,
        "description": "Bad Request: group chat was upgraded to a supergroup chat",
        "parameters": {"migrate_to_chat_id": new},
    }
    await client.done("sendMessage", chat_id=new, text="x")
    assert await client.done("getChatMemberCount", chat_id=new) == 3
    code, why = await client.try_post("messages", {"chat": GROUP, "from": LI, "text": "x"})
    assert (code, why["error"]) == (400, f"group {GROUP} became the supergroup {new}")


async def test_joining_and_leaving_are_service_messages(client: Client) -> None:
    person = (await client.post("people", name="王五"))["id"]
    await client.post("members", chat=GROUP, person=person, standing="member", by=ZHANG)
    await client.post("members", chat=GROUP, person=person, standing="left", by=person)
    joined, left = (one["message"] for one in await client.updates())
    assert [one["first_name"] for one in joined["new_chat_members"]] == ["王五"]
    assert left["left_chat_member"]["id"] == person


async def test_a_new_group_tells_the_bot_that_it_was_added(client: Client) -> None:
    group = (await client.post("chats", title="新群", members=[LI, ZHANG]))["id"]
    added, message = await client.updates()
    assert added["my_chat_member"]["chat"] == {"id": group, "type": "supergroup", "title": "新群"}
    assert message["message"]["new_chat_members"][0]["username"] == "duban_bot"
    administrators = await client.done("getChatAdministrators", chat_id=group)
    assert [(one["status"], one["user"]["id"]) for one in administrators] == [("creator", LI)]
    member = await client.done("getChatMember", chat_id=group, user_id=ZHANG)
    assert member["status"] == "member"


async def test_a_forged_press_arrives_as_it_is(started: Client) -> None:
    sent = await started.done("sendMessage", chat_id=GROUP, text="x")
    await started.post("presses", chat=GROUP, message_id=sent["message_id"], data="伪造", **{"from": LI})
    *_, update = await started.updates()
    assert (update["callback_query"]["from"]["id"], update["callback_query"]["data"]) == (LI, "伪造")


async def test_state_shows_who_and_what_is_there(client: Client) -> None:
    state = await client.get("state")
    assert state["bot"]["username"] == "duban_bot"
    assert [(one["id"], one["name"]) for one in state["people"]] == [(ZHANG, "张三"), (LI, "李四")]
    assert [(one["id"], one["type"], one["title"]) for one in state["chats"]] == [
        (ZHANG, "private", "张三"),
        (LI, "private", "李四"),
        (GROUP, "group", "联络员群"),
        (SUPERGROUP, "supergroup", "工作群"),
    ]


@pytest.mark.parametrize(
    ("name", "body", "why"),
    [
        ("messages", {"chat": 1, "from": ZHANG, "text": "x"}, "there is no group 1"),
        ("messages", {"chat": ZHANG, "from": 5, "text": "x"}, "there is no person 5"),
        ("messages", {"chat": ZHANG, "from": LI, "text": "x"}, "chat and from must be the same"),
        ("messages", {"chat": ZHANG, "from": ZHANG}, "needs text, a photo or a document"),
        ("messages", {"chat": ZHANG, "from": ZHANG, "text": "x", "reply_to": 9}, "there is no message 9"),
        ("messages", {"chat": ZHANG, "from": ZHANG, "photo": "!"}, "photo is not base64"),
        ("messages", {"chat": ZHANG, "from": ZHANG, "photo": "eHg="}, "IMAGE_PROCESS_FAILED"),
        ("messages", {"chat": ZHANG, "from": ZHANG, "text": "字" * 4097}, "longer than 4096"),
        ("messages", {"chat": ZHANG, "from": ZHANG, "text": "x", "forward": {"who": 1}}, "forward is true"),
        (
            "messages",
            {"chat": ZHANG, "from": ZHANG, "text": "x", "forward": {"type": "user"}},
            "no MessageOrigin",
        ),
        ("messages", {"chat": "x", "from": ZHANG, "text": "x"}, "must be ids"),
        ("messages", [], "must be a JSON object"),
        ("edits", {"chat": ZHANG, "from": ZHANG, "message_id": 9, "text": "x"}, "there is no message 9"),
        ("presses", {"chat": ZHANG, "from": ZHANG, "message_id": 9, "data": "x"}, "there is no message 9"),
        ("people", {"name": " "}, "needs a name"),
        ("people", {"id": 5}, "there is no person 5"),
        ("chats", {"title": ""}, "needs a title"),
        ("chats", {"title": "x", "type": "channel", "members": [LI]}, "type must be"),
        ("members", {"chat": 7, "person": LI}, "there is no group 7"),
        ("members", {"chat": GROUP, "person": LI, "standing": "king"}, "standing must be one of"),
        ("members", {"chat": GROUP, "person": [1]}, "person must be an id"),
        ("blocks", {"person": 5}, "there is no person 5"),
        ("migrations", {"chat": SUPERGROUP}, "is a supergroup already"),
        ("migrations", {}, "missing or of the wrong type"),
        ("updates", 5, "an update is an object"),
        ("faults", {"fault": "earthquake"}, "fault must be one of delay"),
        ("faults", {"fault": "delay", "minutes": 1}, "a fault takes"),
        ("clock", {"now": "gestern"}, "now must be ISO 8601"),
    ],
)
async def test_what_cannot_be_done_is_said_in_plain_words(
    client: Client, name: str, body: Any, why: str
) -> None:
    code, answer = await client.try_post(name, body)
    assert code == 400
    assert why in answer["error"]


def test_a_deed_that_fails_half_way_leaves_nothing_behind(sandbox: Sandbox) -> None:
    with contextlib.suppress(ZeroDivisionError), sandbox.store.transaction():
        sandbox.world.place(GROUP, LI, "kicked")
        sandbox.world.people[LI].name = "改名"
        _ = 1 // 0
    assert sandbox.world.standing(GROUP, LI) == "member"
    assert sandbox.world.people[LI].name == "李四"
    sandbox.store.close()


async def test_unknown_chats_and_files_are_not_found(client: Client) -> None:
    for path in ("chats/5/messages", "files/x", "presses/x"):
        async with client.session.get(f"{client.base}/sandbox/{path}") as response:
            assert response.status == 404
            assert "there is no" in (await response.json())["error"]
