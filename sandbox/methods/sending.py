"""Methods that send: text, rich messages, photos, documents, albums, chat actions."""

import secrets
from typing import Any

from sandbox import rich
from sandbox.errors import bad_request
from sandbox.methods.parts import (
    Uploads,
    Values,
    caption_of,
    markup_of,
    media_of,
    reply_to,
    target,
    text_of,
    thread_of,
)
from sandbox.state import Sandbox

ACTIONS = frozenset({
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice",
    "upload_document", "choose_sticker", "find_location", "record_video_note", "upload_video_note",
})  # fmt: skip
ALBUM_LIMIT = 10


def _post(sandbox: Sandbox, values: Values, content: Values) -> dict[str, Any]:
    content |= markup_of(values)
    chat_id = target(sandbox, values)
    reply = reply_to(sandbox, chat_id, values)
    content |= thread_of(sandbox, chat_id, values, reply)
    if values.get("protect_content"):
        content["has_protected_content"] = True
    return sandbox.messages.add(chat_id, sandbox.world.bot_id, content, reply)


def send_message(sandbox: Sandbox, values: Values, _uploads: Uploads) -> Any:
    """Send a text."""
    return _post(sandbox, values, text_of(values))


def send_rich_message(sandbox: Sandbox, values: Values, _uploads: Uploads) -> Any:
    """Send a rich message."""
    return _post(sandbox, values, {"rich_message": rich.parse(values["rich_message"])})


def send_photo(sandbox: Sandbox, values: Values, uploads: Uploads) -> Any:
    """Send a picture."""
    caption = caption_of(values)
    sandbox.world.require_writable(sandbox.world.resolve(values["chat_id"]))
    content = media_of(sandbox, "photo", values["photo"], uploads) | caption
    if values.get("show_caption_above_media"):
        content["show_caption_above_media"] = True
    return _post(sandbox, values, content)


def send_document(sandbox: Sandbox, values: Values, uploads: Uploads) -> Any:
    """Send a file."""
    caption = caption_of(values)
    sandbox.world.require_writable(sandbox.world.resolve(values["chat_id"]))
    return _post(sandbox, values, media_of(sandbox, "document", values["document"], uploads) | caption)


def send_media_group(sandbox: Sandbox, values: Values, uploads: Uploads) -> Any:
    """Send an album of 2 to 10 photos, or of documents."""
    media = values["media"]
    if not 2 <= len(media) <= ALBUM_LIMIT:
        raise bad_request(
            "there are no messages to send" if not media else "wrong number of media in the album"
        )
    kinds = {one["type"] for one in media}
    if len(kinds) > 1:
        raise bad_request("can't use the media of the specified type in the album")
    kind = kinds.pop()
    if kind not in {"photo", "document"}:
        raise bad_request("method is not served by this sandbox")
    sandbox.world.require_writable(sandbox.world.resolve(values["chat_id"]))
    contents = [media_of(sandbox, kind, one["media"], uploads) | caption_of(one) for one in media]
    group = {"media_group_id": str(10**16 + secrets.randbelow(10**16))}
    return [_post(sandbox, values, content | group) for content in contents]


def send_chat_action(sandbox: Sandbox, values: Values, _uploads: Uploads) -> Any:
    """Accept that the bot is typing or uploading something."""
    if values["action"] not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    sandbox.world.require_writable(sandbox.world.resolve(values["chat_id"]))
    return True


METHODS = {
    "sendMessage": send_message,
    "sendRichMessage": send_rich_message,
    "sendPhoto": send_photo,
    "sendDocument": send_document,
    "sendMediaGroup": send_media_group,
    "sendChatAction": send_chat_action,
}
