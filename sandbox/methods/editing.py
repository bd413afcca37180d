"""Methods that change or delete messages, and the answer to a press."""

from typing import Any

import orjson

from sandbox import rich
from sandbox.entities import units
from sandbox.errors import bad_request
from sandbox.methods.parts import Uploads, Values, caption_of, markup_of, media_of, text_of
from sandbox.state import Sandbox
from sandbox.updates import CALLBACK_SECONDS
from sandbox.world import INSIDE

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a "
    "current content and reply markup of the message"
)
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
DELETE_SECONDS = 48 * 3600
ANSWER_LIMIT = 200
TEXT_PARTS = ("text", "entities", "rich_message")
CAPTION_PARTS = ("caption", "caption_entities", "show_caption_above_media")
MEDIA = ("photo", "document")


def _editable(sandbox: Sandbox, values: Values) -> tuple[int, dict[str, Any]]:
    if "inline_message_id" in values:
        raise bad_request("MESSAGE_ID_INVALID")
    if "chat_id" not in values:
        raise bad_request("chat_id is empty")
    chat_id = sandbox.world.resolve(values["chat_id"])
    sandbox.world.require_writable(chat_id)
    if "message_id" not in values:
        raise bad_request("message identifier is not specified")
    body = sandbox.messages.stored(chat_id, values["message_id"])
    if body is None:
        raise bad_request("message to edit not found")
    if body["from"]["id"] != sandbox.world.bot_id:
        raise bad_request("message can't be edited")
    return chat_id, body


def _replace(
    sandbox: Sandbox, chat_id: int, body: dict[str, Any], replaced: tuple[str, ...], content: Values
) -> dict[str, Any]:
    changed = {key: value for key, value in body.items() if key not in {*replaced, "reply_markup"}} | content
    if changed == body:
        raise bad_request(NOT_MODIFIED)
    if replaced:
        changed["edit_date"] = sandbox.clock.unix()
    return sandbox.messages.change(chat_id, body["message_id"], changed)


def edit_message_text(sandbox: Sandbox, values: Values, _uploads: Uploads) -> Any:
    """Replace a text or rich message and its inline keyboard."""
    if "rich_message" in values and "text" not in values:
        content = {"rich_message": rich.parse(values["rich_message"])}
    else:
        content = text_of(values)
    content |= markup_of(values, inline_only=True)
    chat_id, body = _editable(sandbox, values)
    if "text" not in body and "rich_message" not in body:
        raise bad_request("there is no text in the message to edit")
    return _replace(sandbox, chat_id, body, TEXT_PARTS, content)


def edit_message_caption(sandbox: Sandbox, values: Values, _uploads: Uploads) -> Any:
    """Replace a caption and the inline keyboard."""
    content = caption_of(values) | markup_of(values, inline_only=True)
    if values.get("show_caption_above_media"):
        content["show_caption_above_media"] = True
    chat_id, body = _editable(sandbox, values)
    if "photo" not in body and "document" not in body:
        raise bad_request("there is no caption in the message to edit")
    return _replace(sandbox, chat_id, body, CAPTION_PARTS, content)


def edit_message_media(sandbox: Sandbox, values: Values, uploads: Uploads) -> Any:
    """Replace a picture or file with its caption and the inline keyboard, or add one to a text."""
    media = values["media"]
    if media["type"] not in MEDIA:
        raise bad_request("method is not served by this sandbox")
    content = caption_of(media) | markup_of(values, inline_only=True)
    chat_id, body = _editable(sandbox, values)
    shown = {*MEDIA, *TEXT_PARTS} & body.keys()
    if not shown:
        raise bad_request("there is no media in the message to edit")
    if "media_group_id" in body and media["type"] not in shown:
        raise bad_request("can't use the media of the specified type in the album")
    content |= media_of(sandbox, media["type"], media["media"], uploads)
    if media.get("show_caption_above_media"):
        content["show_caption_above_media"] = True
    return _replace(sandbox, chat_id, body, (*TEXT_PARTS, *CAPTION_PARTS, *MEDIA), content)


def edit_message_reply_markup(sandbox: Sandbox, values: Values, _uploads: Uploads) -> Any:
    """Replace the inline keyboard."""
    content = markup_of(values, inline_only=True)
    chat_id, body = _editable(sandbox, values)
    return _replace(sandbox, chat_id, body, (), content)


def _require_deletable(sandbox: Sandbox, chat_id: int, body: dict[str, Any]) -> None:
    world = sandbox.world
    own = body["from"]["id"] == world.bot_id
    administers = world.standing(chat_id, world.bot_id) in INSIDE - {"member", "restricted"}
    is_private = chat_id not in world.groups
    if not (own or administers or is_private):
        raise bad_request("message can't be deleted")
    if not administers and sandbox.clock.unix() - body["date"] > DELETE_SECONDS:
        raise bad_request("message can't be deleted for everyone")


def delete_message(sandbox: Sandbox, values: Values, _uploads: Uploads) -> Any:
    """Delete one message."""
    chat_id = sandbox.world.resolve(values["chat_id"])
    sandbox.world.require_writable(chat_id)
    body = sandbox.messages.stored(chat_id, values["message_id"])
    if body is None:
        raise bad_request("message to delete not found")
    _require_deletable(sandbox, chat_id, body)
    sandbox.messages.delete(chat_id, values["message_id"])
    return True


def delete_messages(sandbox: Sandbox, values: Values, _uploads: Uploads) -> Any:
    """Delete up to 100 messages; those that are not there are skipped."""
    chat_id = sandbox.world.resolve(values["chat_id"])
    sandbox.world.require_writable(chat_id)
    if not 1 <= len(values["message_ids"]) <= 100:
        raise bad_request("message identifiers are not specified")
    for message_id in values["message_ids"]:
        body = sandbox.messages.stored(chat_id, message_id)
        if body is not None:
            _require_deletable(sandbox, chat_id, body)
            sandbox.messages.delete(chat_id, message_id)
    return True


def answer_callback_query(sandbox: Sandbox, values: Values, _uploads: Uploads) -> Any:
    """Answer a press: once, within 150 virtual seconds."""
    row = sandbox.store.row(
        "SELECT pressed_at, answer FROM callback WHERE id = ?", values["callback_query_id"]
    )
    if row is None or row[1] is not None or sandbox.clock.unix() - row[0] > CALLBACK_SECONDS:
        raise bad_request(TOO_OLD)
    if units(values.get("text", "")) > ANSWER_LIMIT:
        raise bad_request("MESSAGE_TOO_LONG")
    answer = {key: values[key] for key in ("text", "show_alert", "url") if key in values}
    sandbox.store.write(
        "UPDATE callback SET answer = ? WHERE id = ?", orjson.dumps(answer), values["callback_query_id"]
    )
    return True


METHODS = {
    "editMessageText": edit_message_text,
    "editMessageCaption": edit_message_caption,
    "editMessageMedia": edit_message_media,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "deleteMessage": delete_message,
    "deleteMessages": delete_messages,
    "answerCallbackQuery": answer_callback_query,
}
