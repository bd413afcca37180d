"""Who speaks, to whom, and what is left of the words: read from updates as Telegram sends them."""

import datetime as dtm
from typing import Any

import pytest
from telegram import Update

from handlers.kit.incoming import Incoming, Nobody, Photo, read
from services.core.materials import Material

BOT = {"id": 9, "is_bot": True, "first_name": "督办", "username": "duban_bot"}
PERSON = {"id": 3, "is_bot": False, "first_name": "小王", "language_code": "zh-hans"}
GROUP = {"id": -7, "type": "supergroup", "title": "工作群"}
PRIVATE = {"id": 3, "type": "private", "first_name": "小王"}


def entity(kind: str, offset: int, length: int) -> dict[str, Any]:
    return {"type": kind, "offset": offset, "length": length}


def message(text: str = "进度", *entities: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "message_id": 5,
        "date": 1709256600,
        "chat": GROUP,
        "from": PERSON,
        "text": text,
        "entities": list(entities),
        **more,
    }


def incoming(body: dict[str, Any], kind: str = "message") -> Incoming:
    found = read(Update.de_json({"update_id": 1, kind: body}, None), bot_id=9, bot_username="duban_bot")
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("body", "is_addressed", "text"),
    [
        (message("进度"), False, "进度"),
        (message("进度", chat=PRIVATE), True, "进度"),
        (message("@duban_bot 进度", entity("mention", 0, 10)), True, "进度"),
        (message("@DUBAN_BOT 进度", entity("mention", 0, 10)), True, "进度"),
        (message("进度 @duban_bot", entity("mention", 3, 10)), True, "进度"),
        (message("@other_bot 进度", entity("mention", 0, 10)), False, "@other_bot 进度"),
        (message("/progress", entity("bot_command", 0, 9)), True, "/progress"),
        (message("/progress@duban_bot x", entity("bot_command", 0, 19)), True, "/progress@duban_bot x"),
        (message("/progress@other_bot", entity("bot_command", 0, 19)), False, "/progress@other_bot"),
        (message("路径 /help 看", entity("bot_command", 3, 5)), False, "路径 /help 看"),
        (message("进度", reply_to_message=message("答") | {"from": BOT}), True, "进度"),
        (message("进度", reply_to_message=message("答")), False, "进度"),
        (message("\u202e进\u200b度\x00"), False, "进度"),
    ],
)
def test_the_bot_knows_when_it_is_meant(body: dict[str, Any], is_addressed: bool, text: str) -> None:
    found = incoming(body)
    assert (found.is_addressed, found.text) == (is_addressed, text)


CHANNEL = {"id": -100, "type": "channel", "title": "频道"}
FORWARD = {"type": "user", "date": 1, "sender_user": PERSON}


@pytest.mark.parametrize(
    ("body", "kind", "nobody"),
    [
        (message(), "message", None),
        (message(edit_date=1709256601), "edited_message", Nobody.EDITED),
        (message(forward_origin=FORWARD), "message", Nobody.FORWARDED),
        (message(is_automatic_forward=True, sender_chat=CHANNEL), "message", Nobody.FORWARDED),
        (message(sender_chat=GROUP), "message", Nobody.ANONYMOUS),
        (message(sender_chat=CHANNEL), "message", Nobody.ANONYMOUS),
        (message(via_bot=BOT), "message", Nobody.VIA_BOT),
        (message() | {"from": BOT}, "message", Nobody.BOT),
        (message("", new_chat_title="新名"), "message", Nobody.NOT_A_MESSAGE),
    ],
)
def test_only_a_new_message_of_a_person_has_an_actor(
    body: dict[str, Any], kind: str, nobody: Nobody | None
) -> None:
    assert incoming(body, kind).nobody is nobody


def test_an_update_of_another_kind_is_nothing_to_anybody() -> None:
    post = Update.de_json({"update_id": 1, "channel_post": message("进度", chat=CHANNEL)}, None)
    assert read(post, bot_id=9, bot_username="duban_bot") is None


def test_a_forward_in_private_is_material_with_where_it_is_from_and_the_pages_behind_its_words():
    channel = {"type": "channel", "date": 1709000000, "chat": CHANNEL, "message_id": 7}
    link = {"type": "text_link", "offset": 0, "length": 2, "url": "https://mp.weixin.qq.com/s/a"}
    read_in = incoming(message("普法", link, chat=PRIVATE, forward_origin=channel))
    assert read_in.nobody is Nobody.FORWARDED
    assert read_in.material == Material(
        "普法",
        str(CHANNEL["title"]),
        dtm.datetime.fromtimestamp(1709000000, dtm.UTC),
        ("https://mp.weixin.qq.com/s/a",),
    )
    assert incoming(message("普法", forward_origin=channel)).material is None  # in a group
    bot = {**PERSON, "is_bot": True}
    assert incoming(message("普法", chat=PRIVATE, **{"from": bot}, forward_origin=channel)).material is None


def test_a_person_who_is_forwarded_is_no_origin():
    person = {"type": "user", "date": 1709000000, "sender_user": PERSON}
    material = incoming(message("普法", chat=PRIVATE, forward_origin=person)).material
    assert material is not None
    assert material.origin == ""


@pytest.mark.parametrize(
    ("under", "shows_picture"),
    [
        (message("进度"), False),
        (message("") | {"photo": [{"file_id": "x", "file_unique_id": "y", "width": 9, "height": 9}]}, True),
        ({"chat": GROUP, "message_id": 5, "date": 0}, False),  # too old for Telegram to say
    ],
)
def test_a_press_tells_whether_it_is_under_a_picture(under: dict[str, Any], shows_picture: bool) -> None:
    press = {"id": "1", "from": PERSON, "chat_instance": "2", "data": "token", "message": under}
    assert incoming(press, "callback_query").shows_picture is shows_picture


def test_of_a_photos_sizes_the_largest_is_taken():
    sizes = [
        {
            "file_id": f"{side}",
            "file_unique_id": f"u{side}",
            "width": side,
            "height": side,
            "file_size": side * 9,
        }
        for side in (90, 800, 320)
    ]
    assert incoming(message("动态 3", chat=PRIVATE, photo=sizes)).photo == Photo("800", 7200)


@pytest.mark.parametrize(
    ("author", "replied_to"),
    [(BOT, 5), (PERSON, 5), ({**PERSON, "id": 4}, None)],
    ids=["bot", "own", "other"],
)
def test_a_reply_counts_to_the_bot_and_to_oneself(author: dict[str, Any], replied_to: int | None):
    found = incoming(message("动态 3", chat=PRIVATE, reply_to_message=message("答") | {"from": author}))
    assert found.replied_to == replied_to


def photo(caption: str, *entities: dict[str, Any], **more: Any) -> dict[str, Any]:
    size = {"file_id": "x", "file_unique_id": "y", "width": 9, "height": 9}
    plain = {key: value for key, value in message().items() if key not in {"text", "entities"}}
    return {**plain, "photo": [size], "caption": caption, "caption_entities": list(entities), **more}


@pytest.mark.parametrize(
    ("body", "is_addressed", "text"),
    [
        (photo("动态 3"), False, "动态 3"),
        (photo("报送 动态 3"), False, "报送 动态 3"),
        (photo("动态 3", chat=PRIVATE), True, "动态 3"),
        (photo("@duban_bot 报送 动态 3", entity("mention", 0, 10)), True, "报送 动态 3"),
        (photo("动态 3 @duban_bot", entity("mention", 5, 10)), True, "动态 3"),
        (photo("/report 动态 3", entity("bot_command", 0, 7)), True, "/report 动态 3"),
        (photo("/report@other_bot 动态 3", entity("bot_command", 0, 17)), False, "/report@other_bot 动态 3"),
        (photo("动态 3", reply_to_message=message("答") | {"from": BOT}), True, "动态 3"),
    ],
)
def test_words_under_a_picture_address_the_bot_as_any_words_do(
    body: dict[str, Any], is_addressed: bool, text: str
) -> None:
    found = incoming(body)
    assert (found.is_addressed, found.text) == (is_addressed, text)
    assert found.photo is not None
    assert found.nobody is None


@pytest.mark.parametrize(
    ("body", "kind", "nobody"),
    [
        (photo("动态 3", edit_date=1709256601), "edited_message", Nobody.EDITED),
        (photo("动态 3", chat=PRIVATE, forward_origin=FORWARD), "message", Nobody.FORWARDED),
        (photo("动态 3", is_automatic_forward=True, sender_chat=CHANNEL), "message", Nobody.FORWARDED),
        (photo("动态 3", sender_chat=GROUP), "message", Nobody.ANONYMOUS),
        (photo("动态 3", sender_chat=CHANNEL), "message", Nobody.ANONYMOUS),
        (photo("动态 3", via_bot=BOT), "message", Nobody.VIA_BOT),
    ],
)
def test_nobody_sends_a_picture_by_an_edit_a_forward_or_without_a_name(
    body: dict[str, Any], kind: str, nobody: Nobody
) -> None:
    found = incoming(body, kind)
    assert found.nobody is nobody
    assert found.photo is not None


def test_a_channels_own_picture_is_nothing_to_anybody() -> None:
    post = Update.de_json({"update_id": 1, "channel_post": photo("动态 3", chat=CHANNEL)}, None)
    assert read(post, bot_id=9, bot_username="duban_bot") is None


def test_the_name_of_a_file_is_one_line() -> None:
    sent = {"file_id": "f", "file_unique_id": "f", "file_name": "会议\r\n\u202e纪要 .pdf"}
    found = incoming(message(chat=PRIVATE, text="", document=sent))
    assert found.document is not None
    assert found.document.name == "会议 纪要 .pdf"
