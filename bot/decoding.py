"""Raw updates: what Telegram sent, read as far as storing it needs, whatever it is."""

import hashlib
import json
import re
from typing import Any

import orjson

from bot.concealing import conceal, conceal_bytes
from services.inbox import NewUpdate

LONE_SURROGATE = re.compile("[\ud800-\udfff]")
FILE = b'"file_id"'
UPDATE_ID = re.compile(rb'"update_id"\s*:\s*(\d{1,18})')


class Undecodable(Exception):
    """The bytes are no JSON that could be an update."""


def decode(body: bytes) -> Any:
    """Read JSON; lone surrogates, which no database or encoder takes, become U+FFFD.

    Raises:
        Undecodable: it is not JSON, or nested too deeply.
    """
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        pass
    try:
        return _mended(json.loads(body.decode("utf-8", "replace")))
    except (ValueError, RecursionError) as error:
        raise Undecodable(type(error).__name__) from None


def may_bring_file(body: bytes) -> bool:
    """Tell whether a file may have come with it; nobody's words look like one, their quotes are escaped."""
    return FILE in body


def _mended(value: Any) -> Any:
    if isinstance(value, str):
        return LONE_SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_mended(part) for part in value]
    if isinstance(value, dict):
        return {_mended(key): _mended(part) for key, part in value.items()}
    return value


def storable(text: str) -> str:
    """Return a text without what PostgreSQL refuses in one: NUL and lone surrogates."""
    return LONE_SURROGATE.sub("\ufffd", text).replace("\0", "\ufffd")


def encode(update: Any) -> bytes:
    """Write an update from a batch back as bytes of its own."""
    try:
        return orjson.dumps(update)
    except orjson.JSONEncodeError:  # numbers beyond 64 bits
        return json.dumps(update).encode()


def describe(body: bytes) -> NewUpdate:
    """Name an update and find the lane it belongs to; never raises, whatever the bytes are.

    The fingerprint does not rest on ``update_id`` alone, because ids may start again after a quiet week. The
    body is the one that came, unless it held an invitation's code.
    """
    try:
        update = decode(body)
        concealed = conceal(update)
    except (Undecodable, RecursionError):
        update = concealed = None
    if not isinstance(update, dict):
        return NewUpdate(hashlib.sha256(body).hexdigest(), 0, conceal_bytes(body))
    kind, content = _content(update)
    names = [update.get("update_id"), kind]
    names += [content.get(field) for field in ("message_id", "id", "date", "edit_date")]
    chat = _chat(content)
    names.append(chat)
    if not isinstance(update.get("update_id"), int):
        names.append(hashlib.sha256(body).hexdigest())
    fingerprint = hashlib.sha256(repr(names).encode("utf-8", "replace")).hexdigest()
    return NewUpdate(fingerprint, chat, body if concealed == update else encode(concealed))


def _content(update: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    for key, value in update.items():
        if key != "update_id" and isinstance(value, dict):
            return key, value
    return "", {}


def _chat(content: dict[str, Any]) -> int:
    """Return the id of the chat whose turn the update takes, or the sender's, or 0."""
    message = content.get("message")
    holders = (content, message if isinstance(message, dict) else {})
    candidates = [holder.get("chat") for holder in holders] + [content.get("from")]
    for candidate in candidates:
        number = candidate.get("id") if isinstance(candidate, dict) else None
        if isinstance(number, int) and _is_id(number):
            return number
    return 0


def _is_id(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**62


def split_batch(body: bytes) -> tuple[list[bytes], int | None]:
    """Split the answer to ``getUpdates``; return each update's bytes and the highest id among them.

    Raises:
        Undecodable: it is not such an answer.
    """
    answer = decode(body)
    if not isinstance(answer, dict) or not isinstance(answer.get("result"), list):
        raise Undecodable("not an answer to getUpdates")
    updates = answer["result"]
    ids = [
        update["update_id"]
        for update in updates
        if isinstance(update, dict) and _is_id(update.get("update_id"))
    ]
    return [encode(update) for update in updates], max(ids, default=None)


def salvage_id(body: bytes) -> int | None:
    """Find the update id in an answer that cannot be read, so that it can be passed over."""
    found = UPDATE_ID.search(body)
    return int(found[1]) if found else None
