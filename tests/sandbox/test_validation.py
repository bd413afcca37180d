"""Every call is judged by the facts, at any depth, in the real server's words where they are known."""

from collections.abc import Callable
from typing import Any

import pytest

from sandbox.dispatch import SERVED
from sandbox.errors import ApiError
from sandbox.facts import discriminator, load, validate_object, validate_value
from sandbox.validation import validate
from tests.sandbox.client import GROUP, ZHANG, Client

BUTTON = {"text": "好", "callback_data": "x"}


def keyboard(**button: Any) -> dict[str, Any]:
    return {"inline_keyboard": [[button]]}


def test_the_facts_are_bot_api_10_1() -> None:
    facts = load()
    assert facts.version == "Bot API 10.1"
    assert (len(facts.methods), len(facts.types) + len(facts.unions)) == (180, 359)


def test_every_type_the_facts_name_is_described() -> None:
    facts = load()
    known = {*facts.types, *facts.unions, "Integer", "String", "Boolean", "Float"}
    fields = [*facts.methods.values(), *facts.types.values()]
    named = {kind for one in fields for field in one.values() for kind, _ in field.alternatives}
    assert named | {kind for one in facts.unions.values() for kind, _ in one} <= known


def test_every_served_method_is_in_the_facts() -> None:
    assert SERVED.keys() <= load().methods.keys()


@pytest.mark.parametrize(
    ("method", "values", "text"),
    [
        ("sendMessage", {"text": "好"}, "chat_id is empty"),
        ("sendMessage", {"chat_id": ZHANG}, "message text is empty"),
        ("sendMessage", {"chat_id": ZHANG, "text": ""}, "message text is empty"),
        ("sendMessage", {"chat_id": ZHANG, "text": " \n "}, "text must be non-empty"),
        ("sendMessage", {"chat_id": ZHANG, "text": None}, "message text is empty"),
        ("sendMessage", {"chat_id": 4, "text": "好"}, "chat not found"),
        ("sendMessage", {"chat_id": "@nobody", "text": "好"}, "chat not found"),
        ("sendMessage", {"chat_id": ZHANG, "text": 5}, 'parameter "text" must be of type String'),
        ("sendMessage", {"chat_id": True, "text": "好"}, 'parameter "chat_id" must be of type Integer'),
        ("sendMessage", {"chat_id": ZHANG, "text": "好", "txt": 1}, 'unknown parameter "txt" in sendMessage'),
        (
            "sendMessage",
            {"chat_id": ZHANG, "text": "好", "disable_notification": 1},
            'parameter "disable_notification" must be of type Boolean',
        ),
        (
            "sendMessage",
            {"chat_id": ZHANG, "text": "好", "message_thread_id": "x"},
            'parameter "message_thread_id" must be of type Integer',
        ),
        (
            "sendMessage",
            {"chat_id": ZHANG, "text": "好", "message_thread_id": 1.5},
            'parameter "message_thread_id" must be of type Integer',
        ),
        ("sendMessage", {"chat_id": ZHANG, "text": "好", "parse_mode": "Markdown"}, "unsupported parse_mode"),
        (
            "sendMessage",
            {"chat_id": ZHANG, "text": "好", "reply_markup": "{"},
            "can't parse reply keyboard markup JSON object",
        ),
        (
            "sendMessage",
            {"chat_id": ZHANG, "text": "好", "reply_parameters": {"message_id": 77}},
            "message to be replied not found",
        ),
        (
            "sendMessage",
            {"chat_id": ZHANG, "text": "好", "reply_parameters": {"allow_sending_without_reply": True}},
            'can\'t find field "message_id"',
        ),
        (
            "sendMessage",
            {"chat_id": ZHANG, "text": "好", "link_preview_options": {"is_disabled": "x"}},
            'field "is_disabled" must be of type Boolean',
        ),
        (
            "sendMessage",
            {"chat_id": ZHANG, "text": "好", "entities": [{"type": "bold", "offset": 0}]},
            "can't parse MessageEntity: can't find field \"length\"",
        ),
        ("editMessageText", {"chat_id": ZHANG, "text": "好"}, "message identifier is not specified"),
        ("editMessageText", {"chat_id": ZHANG, "message_id": 99, "text": "好"}, "message to edit not found"),
        ("deleteMessage", {"chat_id": ZHANG, "message_id": 99}, "message to delete not found"),
        ("sendPhoto", {"chat_id": ZHANG}, "there is no photo in the request"),
        ("sendPhoto", {"chat_id": ZHANG, "photo": "nothing"}, "wrong file identifier/HTTP URL specified"),
        ("sendDocument", {"chat_id": ZHANG}, "there is no document in the request"),
        ("sendChatAction", {"chat_id": ZHANG, "action": "dance"}, "wrong parameter action in request"),
        ("getFile", {"file_id": "x"}, "invalid file_id"),
        ("setMyCommands", {"commands": [{"command": "Up", "description": "x"}]}, "BOT_COMMAND_INVALID"),
        (
            "setMyCommands",
            {"commands": [{"command": "up"}]},
            "can't parse BotCommand: can't find field \"description\"",
        ),
        (
            "setMyCommands",
            {"commands": [], "scope": {"type": "chat"}},
            "can't parse BotCommandScope: can't find field \"chat_id\"",
        ),
        ("sendMediaGroup", {"chat_id": ZHANG, "media": {}}, 'field "media" must be of type Array'),
        (
            "sendMediaGroup",
            {"chat_id": ZHANG, "media": [{"media": "x"}, {"media": "y"}]},
            "can't parse InputMedia: can't find field \"type\"",
        ),
        ("sendPoll", {"chat_id": ZHANG, "question": "几条？"}, 'parameter "options" is required'),
        (
            "sendPoll",
            {"chat_id": ZHANG, "question": "几条？", "options": [{"text": "一"}, {"txt": "二"}]},
            'unknown field "txt" in InputPollOption',
        ),
        (
            "sendPoll",
            {"chat_id": ZHANG, "question": "几条？", "options": [{"text": "一"}]},
            "method is not served by this sandbox",
        ),
    ],
)
async def test_a_wrong_call_is_refused(
    started: Client, method: str, values: dict[str, Any], text: str
) -> None:
    assert await started.refused(method, **values) == (400, f"Bad Request: {text}")


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        (
            keyboard(text="好"),
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (keyboard(callback_data="x"), "can't parse inline keyboard button: can't find field \"text\""),
        (
            keyboard(text="好", callback_data=5),
            'can\'t parse inline keyboard button: field "callback_data" must be of type String',
        ),
        (
            keyboard(text="好", callback="x"),
            'can\'t parse inline keyboard button: unknown field "callback" in InlineKeyboardButton',
        ),
        (keyboard(text="", callback_data="x"), "inline keyboard button text must be non-empty"),
        (keyboard(text="好", callback_data="字" * 22), "BUTTON_DATA_INVALID"),
        (
            keyboard(text="好", callback_data="x", style="blue"),
            "can't parse inline keyboard button: invalid button style specified",
        ),
        (
            keyboard(text="好", url="javascript:1"),
            "inline keyboard button URL 'javascript:1' is invalid: wrong HTTP URL",
        ),
        ({"inline_keyboard": [BUTTON]}, 'field "inline_keyboard" must be of type Array'),
        ({"inline_keyboard": BUTTON}, 'field "inline_keyboard" must be of type Array'),
        ({"inline_keyboard": [[BUTTON] * 101]}, "reply markup is too long"),
    ],
)
async def test_a_wrong_keyboard_is_refused(started: Client, markup: Any, text: str) -> None:
    refusal = await started.refused("sendMessage", chat_id=ZHANG, text="好", reply_markup=markup)
    assert refusal == (400, f"Bad Request: {text}")


@pytest.mark.parametrize(
    "markup",
    [
        keyboard(text="好", callback_data="字" * 21 + "x"),
        keyboard(text="好", url="https://a.cn/"),
        {"inline_keyboard": [[BUTTON] * 8] * 12},
        {"inline_keyboard": []},
        {"keyboard": [[{"text": "进度"}]], "resize_keyboard": True},
        {"remove_keyboard": True},
        {"force_reply": True, "input_field_placeholder": "条数"},
    ],
)
async def test_a_right_keyboard_is_taken(started: Client, markup: dict[str, Any]) -> None:
    sent = await started.done("sendMessage", chat_id=ZHANG, text="好", reply_markup=markup)
    assert sent.get("reply_markup") == (markup if markup.get("inline_keyboard") else None)


@pytest.mark.parametrize("encoding", ["json", "form", "query", "json_text"])
async def test_a_call_may_come_in_any_encoding(started: Client, encoding: str) -> None:
    markup = '{"inline_keyboard":[[{"text":"好","callback_data":"x"}]]}'
    url = f"{started.base}/bot{started.token}/SENDmessage"
    values = {"chat_id": str(ZHANG), "text": "好", "disable_notification": "true", "reply_markup": markup}
    kept: dict[str, dict[str, Any]] = {
        "json": {
            "json": {
                "chat_id": ZHANG,
                "text": "好",
                "disable_notification": True,
                "reply_markup": keyboard(**BUTTON),
            }
        },
        "json_text": {"json": values},
        "form": {"data": values},
        "query": {"params": values},
    }
    async with started.session.request(
        "GET" if encoding == "query" else "POST", url, **kept[encoding]
    ) as response:
        answer = await response.json()
    assert answer["result"]["reply_markup"] == keyboard(**BUTTON)
    noted = (await started.get("journal"))[-1]["parameters"]
    assert noted == kept["json"]["json"]


async def test_a_method_nobody_has_is_not_found(client: Client) -> None:
    assert await client.refused("sendNothing") == (404, "Not Found: method not found")


async def test_a_wrong_token_is_unauthorized(client: Client) -> None:
    client.token = client.token[:-1] + ("a" if client.token[-1] != "a" else "b")
    assert await client.refused("getMe") == (401, "Unauthorized")


async def test_a_refused_call_leaves_nothing_behind(started: Client) -> None:
    before = await started.get("journal")
    await started.refused("sendMessage", chat_id=GROUP, text="好", reply_parameters={"message_id": 999})
    await started.refused("sendMediaGroup", chat_id=ZHANG, media=[{"type": "photo", "media": "x"}] * 2)
    assert await started.get("journal") == before
    assert await started.get(f"chats/{GROUP}/messages") == []


def accepts(judge: Callable[..., Any], *given: Any) -> bool:
    try:
        judge(*given)
    except ApiError:
        return False
    return True


def test_every_method_refuses_what_it_does_not_know_and_misses_what_it_needs() -> None:
    for method, fields in load().methods.items():
        needs = any(field.required for field in fields.values())
        assert accepts(validate, method, {}, {}) != needs, method
        assert not accepts(validate, method, {"no_such_parameter": 1}, {}), method


def test_every_type_refuses_what_it_does_not_know_and_misses_what_it_needs() -> None:
    for name, fields in load().types.items():
        needs = any(field.required for field in fields.values()) or discriminator(name) is not None
        assert accepts(validate_object, {}, name, "x") != needs, name
        assert not accepts(validate_object, {"no_such_field": 1}, name, "x"), name
        assert not accepts(validate_object, 5, name, "x"), name


async def test_what_the_sandbox_answers_follows_the_facts_too(started: Client) -> None:
    message_id = await started.say("看 @duban_bot https://a.cn/x")
    sent = await started.done(
        "sendMessage",
        chat_id=ZHANG,
        text="<b>好</b>",
        parse_mode="HTML",
        reply_parameters={"message_id": message_id},
        reply_markup=keyboard(**BUTTON),
    )
    rich = await started.done(
        "sendRichMessage",
        chat_id=ZHANG,
        rich_message={
            "html": "<h2>一</h2><table><tr><th colspan=2>a <b>b</b></th></tr></table><ul><li>x</li></ul><hr>"
        },
    )
    await started.post("presses", chat=ZHANG, message_id=sent["message_id"], data="x", **{"from": ZHANG})
    await started.post("members", chat=GROUP, person="bot", standing="administrator")
    await started.post("blocks", person=ZHANG)
    updates = await started.updates()
    assert [next(key for key in one if key != "update_id") for one in updates] == [
        "message", "callback_query", "my_chat_member", "my_chat_member",
    ]  # fmt: skip
    for update in updates:
        validate_object(update, "Update", "update")
    for message in (sent, rich):
        validate_object(message, "Message", "message")
    for method, values, kind in (
        ("getMe", {}, "User"),
        ("getChat", {"chat_id": GROUP}, "ChatFullInfo"),
        ("getChatMember", {"chat_id": GROUP, "user_id": ZHANG}, "ChatMember"),
        ("getWebhookInfo", {}, "WebhookInfo"),
    ):
        validate_value(await started.done(method, **values), ((kind, 0),), "result")
