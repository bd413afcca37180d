"""What the bot sends, changes, deletes and answers."""

import pytest

from sandbox.state import Sandbox
from tests.sandbox.client import GROUP, LI, SUPERGROUP, ZHANG, Client, encoded, png

NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup "
    "are exactly the same as a current content and reply markup of the message"
)
KEYBOARD = '{"inline_keyboard": [[{"text": "好", "callback_data": "x"}]]}'
BUTTONS = {"inline_keyboard": [[{"text": "好", "callback_data": "x"}]]}


async def test_a_reply_carries_what_it_replies_to(started: Client) -> None:
    message_id = await started.say("三条")
    sent = await started.done(
        "sendMessage", chat_id=ZHANG, text="已收到", reply_parameters={"message_id": message_id}
    )
    assert sent["reply_to_message"]["text"] == "三条"
    free = {"message_id": 999, "allow_sending_without_reply": True}
    assert "reply_to_message" not in await started.done(
        "sendMessage", chat_id=ZHANG, text="好", reply_parameters=free
    )


async def test_editing_replaces_text_and_keyboard_and_raises_the_revision(started: Client) -> None:
    sent = await started.done("sendMessage", chat_id=ZHANG, text="一", reply_markup=BUTTONS)
    shown = (await started.get(f"chats/{ZHANG}/messages"))[-1]
    assert shown["buttons"] == [[{"text": "好", "data": "x"}]]
    which = {"chat_id": ZHANG, "message_id": sent["message_id"]}
    edited = await started.done("editMessageText", **which, text="二")
    assert (edited["text"], "reply_markup" in edited, edited["edit_date"] >= edited["date"]) == (
        "二",
        False,
        True,
    )
    (again,) = await started.get(f"chats/{ZHANG}/messages?after={shown['revision']}")
    assert (again["id"], again["text"], again["buttons"]) == (sent["message_id"], "二", [])
    assert await started.refused("editMessageText", **which, text="二") == (400, NOT_MODIFIED)
    await started.done("editMessageReplyMarkup", **which, reply_markup=BUTTONS)
    assert await started.refused("editMessageReplyMarkup", **which, reply_markup=BUTTONS) == (
        400,
        NOT_MODIFIED,
    )


async def test_only_the_bots_own_messages_can_be_edited(started: Client) -> None:
    message_id = await started.say("三条")
    refusal = await started.refused("editMessageText", chat_id=ZHANG, message_id=message_id, text="二")
    assert refusal == (400, "Bad Request: message can't be edited")


async def test_a_text_has_no_caption_and_a_picture_no_text(started: Client) -> None:
    sent = await started.done("sendMessage", chat_id=ZHANG, text="一")
    which = {"chat_id": ZHANG, "message_id": sent["message_id"]}
    assert await started.refused("editMessageCaption", **which, caption="x") == (
        400, "Bad Request: there is no caption in the message to edit"
    )  # fmt: skip
    answer = await started.upload(
        "sendPhoto", {"photo": ("p.png", png())}, chat_id=str(ZHANG), caption="排名"
    )
    which["message_id"] = answer["result"]["message_id"]
    assert await started.refused("editMessageText", **which, text="x") == (
        400, "Bad Request: there is no text in the message to edit"
    )  # fmt: skip
    assert (await started.done("editMessageCaption", **which, caption="新"))["caption"] == "新"


async def test_a_picture_is_uploaded_sent_again_by_id_and_downloaded(started: Client) -> None:
    content = png(40, 30)
    answer = await started.upload(
        "sendPhoto", {"photo": ("p.png", content)}, chat_id=str(ZHANG), caption="<b>图</b>", parse_mode="HTML"
    )
    (size,) = answer["result"]["photo"]
    assert (size["width"], size["height"], size["file_size"]) == (40, 30, len(content))
    assert answer["result"]["caption_entities"] == [{"type": "bold", "offset": 0, "length": 1}]
    again = await started.done("sendPhoto", chat_id=ZHANG, photo=size["file_id"])
    assert again["photo"] == [size]
    file = await started.done("getFile", file_id=size["file_id"])
    async with started.session.get(f"{started.base}/file/bot{started.token}/{file['file_path']}") as response:
        assert await response.read() == content
    shown = (await started.get(f"chats/{ZHANG}/messages"))[-1]
    async with started.session.get(started.base + shown["photo"]) as response:
        assert (response.status, await response.read()) == (200, content)


async def test_a_picture_is_replaced_by_another_and_its_words_with_it(started: Client) -> None:
    sent = await started.upload(
        "sendPhoto", {"photo": ("p.png", png())}, chat_id=str(ZHANG), caption="一月", reply_markup=KEYBOARD
    )
    which = {"chat_id": str(ZHANG), "message_id": str(sent["result"]["message_id"])}
    media = '{"type":"photo","media":"attach://p","caption":"<b>二月</b>","parse_mode":"HTML"}'
    content = png(40, 30)
    edited = await started.upload("editMessageMedia", {"p": ("p.png", content)}, **which, media=media)
    (size,) = edited["result"]["photo"]
    assert (size["width"], edited["result"]["caption"], "reply_markup" in edited["result"]) == (
        40,
        "二月",
        False,
    )
    assert edited["result"]["caption_entities"] == [{"type": "bold", "offset": 0, "length": 2}]
    shown = (await started.get(f"chats/{ZHANG}/messages"))[-1]
    async with started.session.get(started.base + shown["photo"]) as response:
        assert await response.read() == content
    again = await started.upload(
        "editMessageMedia", {}, **which, media=f'{{"type":"photo","media":"{size["file_id"]}"}}'
    )
    assert (again["result"]["photo"], "caption" in again["result"]) == ([size], False)


async def test_a_text_can_be_given_a_picture_and_not_become_a_text_again(started: Client) -> None:
    sent = await started.done("sendMessage", chat_id=ZHANG, text="一月", reply_markup=BUTTONS)
    which = {"chat_id": str(ZHANG), "message_id": str(sent["message_id"])}
    media = '{"type":"photo","media":"attach://p","caption":"排名"}'
    edited = await started.upload("editMessageMedia", {"p": ("p.png", png())}, **which, media=media)
    assert (edited["result"]["caption"], "text" in edited["result"]) == ("排名", False)
    assert await started.refused("editMessageText", **which, text="一月") == (
        400, "Bad Request: there is no text in the message to edit"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("media", "text"),
    [
        ('{"type":"photo","media":"attach://gone"}', "there is no photo in the request"),
        ('{"type":"photo","media":"nobody"}', "wrong file identifier/HTTP URL specified"),
        ('{"type":"photo","media":"attach://wide"}', "PHOTO_INVALID_DIMENSIONS"),
        (
            '{"type":"photo","media":"attach://p","caption":"' + "长" * 1025 + '"}',
            "message caption is too long",
        ),
        ('{"type":"video","media":"attach://p"}', "method is not served by this sandbox"),
    ],
    ids=lambda value: value[-20:],
)
async def test_what_cannot_be_shown_leaves_a_message_as_it_was(
    started: Client, media: str, text: str
) -> None:
    sent = await started.done("sendMessage", chat_id=ZHANG, text="一月")
    which = {"chat_id": str(ZHANG), "message_id": str(sent["message_id"])}
    files = {"p": ("p.png", png()), "wide": ("w.png", png(21, 1))}
    answer = await started.upload("editMessageMedia", files, **which, media=media)
    assert answer["description"] == f"Bad Request: {text}"
    assert (await started.get(f"chats/{ZHANG}/messages"))[-1]["text"] == "一月"


async def test_a_document_keeps_its_chinese_name(started: Client) -> None:
    answer = await started.upload(
        "sendDocument", {"document": ("通报第1期.docx", b"PK12")}, chat_id=str(ZHANG)
    )
    document = answer["result"]["document"]
    assert document["file_name"] == "通报第1期.docx"
    shown = (await started.get(f"chats/{ZHANG}/messages"))[-1]
    assert shown["name"] == "通报第1期.docx"
    refusal = await started.refused("sendPhoto", chat_id=ZHANG, photo=document["file_id"])
    assert refusal == (400, "Bad Request: can't use file of type Document as Photo")


async def test_an_album_is_several_messages_with_one_group(started: Client) -> None:
    media = '[{"type":"photo","media":"attach://a","caption":"一"},{"type":"photo","media":"attach://b"}]'
    files = {"a": ("a.png", png()), "b": ("b.png", png(5, 5))}
    first, second = (await started.upload("sendMediaGroup", files, chat_id=str(ZHANG), media=media))["result"]
    assert first["media_group_id"] == second["media_group_id"]
    assert second["message_id"] == first["message_id"] + 1
    missing = await started.upload("sendMediaGroup", {"a": files["a"]}, chat_id=str(ZHANG), media=media)
    assert missing["description"] == "Bad Request: there is no photo in the request"
    assert len(await started.get(f"chats/{ZHANG}/messages")) == 3


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"not a picture", "IMAGE_PROCESS_FAILED"),
        (b"", "IMAGE_PROCESS_FAILED"),
        (png(21, 1), "PHOTO_INVALID_DIMENSIONS"),
        (png()[:16] + (9000).to_bytes(4, "big") + (2000).to_bytes(4, "big"), "PHOTO_INVALID_DIMENSIONS"),
        (png() + b"\0" * (10 * 1024 * 1024), "file is too big"),
    ],
)
async def test_what_is_no_picture_is_not_sent_as_one(started: Client, content: bytes, text: str) -> None:
    answer = await started.upload("sendPhoto", {"photo": ("p.png", content)}, chat_id=str(ZHANG))
    assert answer["description"] == f"Bad Request: {text}"


async def test_downloads_end_at_20_mib(started: Client) -> None:
    limit = 20 * 1024 * 1024
    for size, fits in ((limit, True), (limit + 1, False)):
        answer = await started.upload(
            "sendDocument", {"document": ("x.bin", b"x" * size)}, chat_id=str(ZHANG)
        )
        got = await started.call("getFile", file_id=answer["result"]["document"]["file_id"])
        assert got["ok"] is fits
    assert got["description"] == "Bad Request: file is too big"


async def test_a_download_needs_the_token(started: Client) -> None:
    answer = await started.upload("sendDocument", {"document": ("x.txt", b"x")}, chat_id=str(ZHANG))
    file = await started.done("getFile", file_id=answer["result"]["document"]["file_id"])
    async with started.session.get(f"{started.base}/file/bot1:x/{file['file_path']}") as response:
        assert response.status == 401


async def test_deleting_is_for_own_messages_private_chats_and_administrators(
    started: Client, sandbox: Sandbox
) -> None:
    own = await started.done("sendMessage", chat_id=ZHANG, text="一")
    assert await started.done("deleteMessage", chat_id=ZHANG, message_id=own["message_id"])
    theirs = await started.say("二")
    assert await started.done("deleteMessage", chat_id=ZHANG, message_id=theirs)
    in_group = await started.say("三", chat=GROUP, sender=LI)
    refusal = await started.refused("deleteMessage", chat_id=GROUP, message_id=in_group)
    assert refusal == (400, "Bad Request: message can't be deleted")
    await started.post("members", chat=GROUP, person="bot", standing="administrator")
    assert await started.done("deleteMessage", chat_id=GROUP, message_id=in_group)
    old = await started.done("sendMessage", chat_id=ZHANG, text="四")
    sandbox.set_clock(sandbox.clock.now() + 49 * 3600)
    refusal = await started.refused("deleteMessage", chat_id=ZHANG, message_id=old["message_id"])
    assert refusal == (400, "Bad Request: message can't be deleted for everyone")


async def test_a_deleted_message_is_gone_and_says_so_to_who_saw_it(started: Client) -> None:
    sent = await started.done("sendMessage", chat_id=ZHANG, text="一")
    seen = (await started.get(f"chats/{ZHANG}/messages"))[-1]
    await started.done("deleteMessage", chat_id=ZHANG, message_id=sent["message_id"])
    assert [one["id"] for one in await started.get(f"chats/{ZHANG}/messages")] == [1]
    (gone,) = await started.get(f"chats/{ZHANG}/messages?after={seen['revision']}")
    assert (gone["id"], gone["deleted"]) == (sent["message_id"], True)
    refusal = await started.refused("deleteMessage", chat_id=ZHANG, message_id=sent["message_id"])
    assert refusal == (400, "Bad Request: message to delete not found")


async def test_a_press_is_answered_once(started: Client) -> None:
    sent = await started.done("sendMessage", chat_id=ZHANG, text="请选择", reply_markup=BUTTONS)
    press = {"chat": ZHANG, "message_id": sent["message_id"], "from": ZHANG, "data": "x"}
    query_id = (await started.post("presses", **press))["callback_query_id"]
    assert await started.get(f"presses/{query_id}") == {"answered": False}
    await started.done("answerCallbackQuery", callback_query_id=query_id, text="已记录", show_alert=True)
    assert await started.get(f"presses/{query_id}?wait=5") == {
        "answered": True, "text": "已记录", "show_alert": True,
    }  # fmt: skip
    code, text = await started.refused("answerCallbackQuery", callback_query_id=query_id)
    assert (code, text[:41]) == (400, "Bad Request: query is too old and respons")


async def test_supergroups_number_their_own_messages_and_others_share_one_count(started: Client) -> None:
    private = await started.done("sendMessage", chat_id=ZHANG, text="一")
    group = await started.done("sendMessage", chat_id=GROUP, text="二")
    first = await started.done("sendMessage", chat_id=SUPERGROUP, text="三")
    second = await started.done("sendMessage", chat_id=SUPERGROUP, text="四")
    assert group["message_id"] == private["message_id"] + 1
    assert (first["message_id"], second["message_id"]) == (1, 2)


async def test_the_journal_lists_accepted_calls_in_order(started: Client) -> None:
    for text in "一二三":
        await started.done("sendMessage", chat_id=ZHANG, text=text)
        await started.refused("sendMessage", chat_id=4, text=text)
    journal = await started.get("journal")
    assert [one["parameters"] for one in journal] == [{"chat_id": ZHANG, "text": text} for text in "一二三"]
    assert [one["n"] for one in journal] == [1, 2, 3]
    assert [one["n"] for one in await started.get("journal?after=2")] == [3]


async def test_profile_texts_and_commands_are_kept_by_scope_and_language(client: Client) -> None:
    commands = [{"command": "progress", "description": "进度"}]
    await client.done(
        "setMyCommands", commands=commands, scope={"type": "all_private_chats"}, language_code="zh"
    )
    assert await client.done("getMyCommands") == []
    scoped = {"scope": {"type": "all_private_chats"}, "language_code": "zh"}
    assert await client.done("getMyCommands", **scoped) == commands
    await client.done("deleteMyCommands", **scoped)
    assert await client.done("getMyCommands", **scoped) == []
    await client.done("setMyDescription", description="督办助手")
    assert await client.done("getMyDescription") == {"description": "督办助手"}
    assert await client.done("getMyName") == {"name": "督办"}


async def test_a_photo_by_a_person_has_its_sides_and_can_be_fetched(client: Client) -> None:
    content = png(12, 7)
    await client.post(
        "messages", chat=ZHANG, photo=encoded(content), text="佐证", album="a", **{"from": ZHANG}
    )
    await client.post(
        "messages",
        chat=ZHANG,
        photo="data:image/png;base64," + encoded(content),
        album="a",
        **{"from": ZHANG},
    )
    first, second = (one["message"] for one in await client.updates())
    assert first["media_group_id"] == second["media_group_id"]
    assert first["caption"] == "佐证"
    assert (first["photo"][0]["width"], first["photo"][0]["height"]) == (12, 7)
    file = await client.done("getFile", file_id=first["photo"][0]["file_id"])
    async with client.session.get(f"{client.base}/file/bot{client.token}/{file['file_path']}") as response:
        assert await response.read() == content


async def test_a_document_by_a_person_has_name_and_type(client: Client) -> None:
    await client.post(
        "messages", chat=ZHANG, document=encoded(b"PK"), name="台账.xlsx", text="见附件", **{"from": ZHANG}
    )
    await client.post(
        "messages", chat=ZHANG, document={"base64": encoded(b"x"), "name": "a.txt"}, **{"from": ZHANG}
    )
    first, second = (one["message"] for one in await client.updates())
    assert first["document"]["file_name"] == "台账.xlsx"
    assert (
        first["document"]["mime_type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )
    assert first["caption"] == "见附件"
    assert second["document"]["mime_type"] == "text/plain"
