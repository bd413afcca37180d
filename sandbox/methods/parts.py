"""What several methods share: target, reply, text, keyboard."""

from dataclasses import dataclass
from typing import Any

from sandbox.entities import CAPTION_LIMIT, TEXT_LIMIT, formatted, units
from sandbox.errors import bad_request
from sandbox.people.topics import in_topic, topic_of
from sandbox.state import Sandbox
from sandbox.validation import Upload

CALLBACK_BYTES, BUTTON_LIMIT = 64, 100
BUTTON_KINDS = frozenset({
    "url", "callback_data", "callback_game", "pay", "switch_inline_query", "switch_inline_query_chosen_chat",
    "switch_inline_query_current_chat", "login_url", "web_app", "copy_text",
})  # fmt: skip
STYLES = frozenset({"", "default", "primary", "danger", "success"})

Values = dict[str, Any]
Uploads = dict[str, Upload]


@dataclass(frozen=True, slots=True)
class Described:
    """A result with the `description` some methods add to it."""

    result: Any
    description: str


def target(sandbox: Sandbox, values: Values) -> int:
    """Return the chat a message goes to, once the bot may write there and is within the limits.

    Raises:
        ApiError: 400 chat not found or migrated, 403, 429.
    """
    chat_id = sandbox.world.resolve(values["chat_id"])
    sandbox.world.require_writable(chat_id)
    sandbox.faults.limit(chat_id, sandbox.clock.now())
    return chat_id


def reply_to(sandbox: Sandbox, chat_id: int, values: Values) -> int | None:
    """Return the id of the message replied to.

    Raises:
        ApiError: 400 `message to be replied not found`, unless the call may go without.
    """
    asked = values.get("reply_parameters")
    if not asked:
        return None
    message_id = int(asked["message_id"])
    if sandbox.messages.stored(chat_id, message_id) is not None:
        return message_id
    if asked.get("allow_sending_without_reply"):
        return None
    raise bad_request("message to be replied not found")


def thread_of(sandbox: Sandbox, chat_id: int, values: Values, reply: int | None) -> Values:
    """Return what a message in a topic carries: the topic asked for, or that of the message replied to.

    Raises:
        ApiError: 400 `message thread not found`.
    """
    topic = values.get("message_thread_id", topic_of(sandbox, chat_id, reply))
    try:
        return in_topic(sandbox, chat_id, topic)
    except LookupError:
        raise bad_request("message thread not found") from None


def text_of(values: Values) -> Values:
    """Return `text` and `entities` of a call.

    Raises:
        ApiError: 400 for an empty, too long or unparsable text.
    """
    if not values.get("text"):
        raise bad_request("message text is empty")
    text, entities = formatted(values["text"], values.get("parse_mode"), values.get("entities"))
    if not text:
        raise bad_request("text must be non-empty")
    if units(text) > TEXT_LIMIT:
        raise bad_request("message is too long")
    return {"text": text, "entities": entities} if entities else {"text": text}


def caption_of(values: Values) -> Values:
    """Return `caption` and `caption_entities` of a call, nothing when there is no caption.

    Raises:
        ApiError: 400 for a too long or unparsable caption.
    """
    text, entities = formatted(
        values.get("caption", ""), values.get("parse_mode"), values.get("caption_entities")
    )
    if units(text) > CAPTION_LIMIT:
        raise bad_request("message caption is too long")
    if not text:
        return {}
    return {"caption": text, "caption_entities": entities} if entities else {"caption": text}


def media_of(sandbox: Sandbox, kind: str, given: str, uploads: Uploads) -> Values:
    """Return `photo` or `document` from an upload, an `attach://` name or a file_id.

    Raises:
        ApiError: 400 for what is not there, or not of that kind.
    """
    if given.startswith("attach://"):
        upload = uploads.get(given.removeprefix("attach://"))
        if upload is None:
            raise bad_request(f"there is no {kind} in the request")
        return {
            kind: sandbox.files.add_photo(upload) if kind == "photo" else sandbox.files.add_document(upload)
        }
    if given.startswith(("http://", "https://")):
        raise bad_request("failed to get HTTP URL content")
    known = sandbox.files.find(given)
    if known is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    if (kind == "photo") != ("width" in known):
        raise bad_request(
            f"can't use file of type {'Photo' if 'width' in known else 'Document'} as {kind.title()}"
        )
    names = ("file_id", "file_unique_id", "file_size")
    if kind == "photo":
        return {kind: [{name: known[name] for name in (*names, "width", "height")}]}
    return {kind: {name: known[name] for name in ("file_name", "mime_type", *names)}}


def markup_of(values: Values, *, inline_only: bool = False) -> Values:
    """Return `reply_markup` of a call once its buttons are right, nothing when there is none.

    Raises:
        ApiError: 400 for buttons the real server refuses.
    """
    markup = values.get("reply_markup")
    if not markup:
        return {}
    if "inline_keyboard" not in markup:
        if inline_only:
            raise bad_request("inline keyboard expected")
        return {"reply_markup": markup}
    rows = [row for row in markup["inline_keyboard"] if row]
    for row in rows:
        for button in row:
            _require_button(button)
    if sum(map(len, rows)) > BUTTON_LIMIT:
        raise bad_request("reply markup is too long")
    return {"reply_markup": {"inline_keyboard": rows}} if rows else {}


def _require_button(button: Values) -> None:
    if not button["text"]:
        raise bad_request("inline keyboard button text must be non-empty")
    kinds = BUTTON_KINDS & button.keys()
    if not kinds or (kinds == {"callback_data"} and not button["callback_data"]):
        raise bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    if len(button.get("callback_data", "").encode()) > CALLBACK_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    if button.get("style", "").lower() not in STYLES:
        raise bad_request("can't parse inline keyboard button: invalid button style specified")
    url = button.get("url")
    if url is not None and not url.startswith(("http://", "https://", "tg://")):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: wrong HTTP URL")
