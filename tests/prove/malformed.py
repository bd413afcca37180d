"""Updates that Telegram should never send: real ones, changed where the Bot API's facts say what belongs."""

import copy
import json
import random
from collections.abc import Iterator
from functools import cache
from typing import Any

from tests.driver import ROOT

PERSON, GROUP, BOT = 700000003, -1007000000001, 7000000001
DATE = 1709256600

SENDER = {"id": PERSON, "is_bot": False, "first_name": "市司法局 联络员", "language_code": "zh-hans"}
PRIVATE = {"id": PERSON, "type": "private", "first_name": "市司法局 联络员"}
OFFICE = {"id": GROUP, "type": "supergroup", "title": "峨眉山市政务公开工作群"}
COMMAND = [{"type": "bot_command", "offset": 0, "length": 9}]


def _message(chat: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"message_id": 5, "from": SENDER, "chat": chat, "date": DATE, **more}


BASES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("message", _message(OFFICE, text="今天报了两条", reply_to_message=_message(OFFICE, text="几条？"))),
    ("message", _message(OFFICE, text="/progress 市司法局", entities=COMMAND)),
    ("message", _message(PRIVATE, text="/progress 市司法局", entities=COMMAND)),
    ("message", _message(OFFICE, new_chat_members=[SENDER])),
    ("message", _message(OFFICE, migrate_to_chat_id=-1009999999999)),
    ("message", _message(OFFICE, photo=[{"file_id": "a", "file_unique_id": "b", "width": 3, "height": 2}])),
    ("edited_message", _message(PRIVATE, text="5", edit_date=DATE + 5)),
    (
        "message",
        _message(OFFICE, text="转", forward_origin={"type": "user", "date": DATE, "sender_user": SENDER}),
    ),
    (
        "callback_query",
        {
            "id": "4611686018427387904",
            "from": SENDER,
            "message": _message(PRIVATE, text="请选择"),
            "chat_instance": "1",
            "data": "Z6Mmqazlonl2YGsAkf-5Pg",
        },
    ),
    (
        "my_chat_member",
        {
            "chat": PRIVATE,
            "from": SENDER,
            "date": DATE,
            "old_chat_member": {"status": "member", "user": {"id": BOT, "is_bot": True, "first_name": "b"}},
            "new_chat_member": {
                "status": "kicked",
                "user": {"id": BOT, "is_bot": True, "first_name": "b"},
                "until_date": 0,
            },
        },
    ),
)


@cache
def _facts() -> Any:
    return json.loads((ROOT / "sandbox" / "facts.json").read_text("utf-8"))


def _nested(depth: int) -> Any:
    value: Any = {"text": "底"}
    for _ in range(depth):
        value = {"reply_to_message": value}
    return value


def _wrong(dice: random.Random) -> Any:
    """Return a value that hardly any field may have."""
    return dice.choice(
        (
            None,
            True,
            -1,
            0,
            2**31,
            2**53 + 1,
            2**63,
            10**18,
            10**40,
            1e308,
            -0.5,
            "",
            "\0",
            "a\0b",
            "\ud800",
            "x\udfff",
            "长" * 65536,
            "\u202e/lang en",
            "/lang " + "e\u0301" * 500,
            [],
            [[[[]]]],
            {},
            {"id": {}},
            [None],
            [{}],
            _nested(30),
            _nested(400),
        )
    )


def _paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Give the way to every value inside an object."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield (*path, key)
        yield from _paths(inner, (*path, key))


def _mutate(update: dict[str, Any], dice: random.Random) -> None:
    path = dice.choice([one for one in _paths(update) if one != ("update_id",)])
    holder: Any = update
    for key in path[:-1]:
        holder = holder[key]
    what = dice.randrange(4)
    if what == 0 and isinstance(holder, dict):
        del holder[path[-1]]
    elif what == 1 and isinstance(holder[path[-1]], dict):
        fields = _facts()["types"][dice.choice(("Message", "Chat", "User", "CallbackQuery"))]
        holder[path[-1]][dice.choice(list(fields)).rstrip("!")] = _wrong(dice)
    elif what == 2:
        holder[path[-1]] = dice.choice([copy.deepcopy(one) for _, one in BASES])
    else:
        holder[path[-1]] = _wrong(dice)


def updates(seed: int, count: int) -> Iterator[dict[str, Any]]:
    """Give updates with one to three things wrong, each in a chat of its own or in one of three."""
    dice = random.Random(seed)
    kinds = [name.rstrip("!") for name in _facts()["types"]["Update"] if name != "update_id!"]
    for number in range(count):
        kind, content = copy.deepcopy(dice.choice(BASES))
        if dice.random() < 0.05:
            kind = dice.choice([*kinds, "brand_new_kind"])
        update: dict[str, Any] = {kind: content}
        if dice.random() < 0.7 and "chat" in content:
            content["chat"] = content["chat"] | {"id": -1_000_000 - number}
        for _ in range(dice.randint(1, 3)):
            if any(path != ("update_id",) for path in _paths(update)):
                _mutate(update, dice)
        yield update


def texts(seed: int, count: int, first_id: int) -> Iterator[str]:
    """Give the same as JSON text with ids, one in ten of them no longer JSON at all."""
    dice = random.Random(seed + 1)
    for number, update in enumerate(updates(seed, count)):
        text = json.dumps({"update_id": first_id + number} | update)
        spoilt = dice.randrange(40)
        if spoilt == 0:
            text = text[: dice.randrange(len(text))]
        elif spoilt == 1:
            text = "[" * 5000 + text
        elif spoilt == 2:
            text = text.replace('"date": 1709256600', '"date": 1e999').replace("{", '{"update_id": "x", ', 1)
        elif spoilt == 3:
            text = json.dumps(dice.choice((None, 5, "text", [], [update], {})))
        yield text
