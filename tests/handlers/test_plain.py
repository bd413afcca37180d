"""The short way to read plain words, held beside the long one."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import Update

from handlers.kit.incoming import read
from handlers.kit.plain import read_plain

IDS = st.integers(min_value=1, max_value=2**52)
WORDS = st.text(min_size=1, max_size=30)
PEOPLE = st.fixed_dictionaries(
    {"id": IDS, "is_bot": st.booleans(), "first_name": WORDS},
    optional={
        "last_name": st.text(max_size=5),
        "username": WORDS,
        "language_code": st.sampled_from(["zh-hans", "en"]),
        "is_premium": st.just(True),
    },
)
CHATS = st.fixed_dictionaries(
    {"id": IDS, "type": st.sampled_from(["private", "private", "group", "channel"])},
    optional={"first_name": WORDS, "title": WORDS},
)
COMMAND = {"type": "bot_command", "offset": 0, "length": 2}
MESSAGES = st.fixed_dictionaries(
    {
        "message_id": IDS,
        "from": PEOPLE,
        "chat": CHATS,
        "date": st.just(1709256600),
        "text": WORDS | st.sampled_from(["/progress", "进度", "@duban_bot 进度"]),
    },
    optional={
        "entities": st.lists(st.just(COMMAND), max_size=1),
        "via_bot": PEOPLE,
        "forward_origin": st.just({"type": "hidden_user", "date": 1, "sender_user_name": "小李"}),
        "edit_date": st.just(1709256601),
        "media_group_id": st.just("1"),
    },
)
PLAIN: dict[str, Any] = {
    "message_id": 5,
    "from": {"id": 3, "is_bot": False, "first_name": "小", "last_name": "王", "language_code": "zh-hans"},
    "chat": {"id": 3, "type": "private", "first_name": "小"},
    "date": 1709256600,
    "text": "/progress\u3000市司法局",
    "entities": [COMMAND],
}


def long_way(update: dict[str, Any]) -> Any:
    return read(Update.de_json(update, None), bot_id=9, bot_username="duban_bot")


@given(MESSAGES)
def test_what_is_read_the_short_way_is_read_the_same_the_long_way(message: dict[str, Any]) -> None:
    update = {"update_id": 1, "message": message}
    found = read_plain(update)
    assert found is None or found == long_way(update)


def test_a_persons_command_in_private_is_read_the_short_way() -> None:
    update = {"update_id": 1, "message": PLAIN}
    assert read_plain(update) is not None
    assert read_plain(update) == long_way(update)


@pytest.mark.parametrize(
    "update",
    [
        None,
        [],
        {"update_id": 1},
        {"update_id": 1, "message": None},
        {"update_id": 1, "edited_message": PLAIN},
        {"update_id": 1, "message": PLAIN, "callback_query": {}},
        {"update_id": 1, "message": PLAIN | {"reply_to_message": PLAIN}},
        {"update_id": 1, "message": PLAIN | {"text": "@duban_bot 进度"}},
        {"update_id": 1, "message": PLAIN | {"text": ""}},
        {"update_id": 1, "message": PLAIN | {"text": 5}},
        {"update_id": 1, "message": PLAIN | {"from": {"id": 3, "is_bot": True, "first_name": "b"}}},
        {"update_id": 1, "message": PLAIN | {"from": PLAIN["from"] | {"language_code": 5}}},
        {"update_id": 1, "message": PLAIN | {"chat": PLAIN["chat"] | {"title": "题"}}},
        {"update_id": 1, "message": PLAIN | {"chat": {"id": -3, "type": "group", "title": "群"}}},
    ],
)
def test_what_is_in_any_way_unusual_goes_the_long_way(update: Any) -> None:
    assert read_plain(update) is None
