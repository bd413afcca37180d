"""Where a forwarded message comes from: MessageOrigin in all its kinds."""

import hashlib
from typing import Any

from sandbox.errors import ApiError, Refused
from sandbox.facts import validate_value
from sandbox.people.membership import require_group, require_people
from sandbox.state import Sandbox

KEYS = frozenset({"from", "name", "chat", "channel", "message_id"})
HIDDEN = "隐藏的用户"
ADMINISTERS = frozenset({"creator", "administrator"})


def origin(sandbox: Sandbox, forward: Any) -> dict[str, Any]:
    """Build a MessageOrigin from true or a name (hidden), an id, or an object that names the source.

    Raises:
        Refused: for anything else, or a source there is not.
    """
    date = sandbox.clock.unix()
    if isinstance(forward, dict) and "type" in forward:
        return _whole({"date": date} | forward)
    named = _named(forward)
    if "from" in named:
        return {"type": "user", "date": date, "sender_user": _user(sandbox, named["from"])}
    if "channel" in named:
        return _channel(str(named["channel"]), int(named.get("message_id", 1)), date)
    if "chat" in named:
        return _chat(sandbox, named, date)
    return {"type": "hidden_user", "date": date, "sender_user_name": str(named.get("name", HIDDEN))}


def _named(forward: Any) -> dict[str, Any]:
    if forward is True:
        return {"name": HIDDEN}
    if isinstance(forward, str):
        return {"name": forward}
    if isinstance(forward, int):
        return {"from": forward}
    if isinstance(forward, dict) and forward.keys() <= KEYS:
        return forward
    raise Refused("forward is true, a name, a person's id, or {from | name | channel | chat, message_id}")


def _user(sandbox: Sandbox, person_id: int) -> dict[str, Any]:
    if person_id != sandbox.world.bot_id:
        require_people(sandbox, [person_id])
    return sandbox.world.user(person_id)


def _chat(sandbox: Sandbox, named: dict[str, Any], date: int) -> dict[str, Any]:
    if "message_id" not in named:
        group = require_group(sandbox, named["chat"])
        return {"type": "chat", "date": date, "sender_chat": sandbox.world.chat(group.id)}
    body = sandbox.messages.stored(named["chat"], named["message_id"])
    if body is None:
        raise Refused(f"there is no message {named['message_id']} in chat {named['chat']}")
    if "forward_origin" in body:
        origin: dict[str, Any] = body["forward_origin"]
        return origin
    if "sender_chat" in body:
        return {"type": "chat", "date": body["date"], "sender_chat": body["sender_chat"]}
    return {"type": "user", "date": body["date"], "sender_user": body["from"]}


def channel(title: str) -> dict[str, Any]:
    """Return the Chat of the channel with this title; the same title is the same channel."""
    digest = int.from_bytes(hashlib.sha256(title.encode()).digest()[:4], "big")
    return {"id": -1_003_000_000_000 - digest, "type": "channel", "title": title}


def _channel(title: str, message_id: int, date: int) -> dict[str, Any]:
    return {"type": "channel", "date": date, "chat": channel(title), "message_id": message_id}


COPIED = ("text", "entities", "caption", "caption_entities", "photo", "document", "rich_message")


def content_of(sandbox: Sandbox, forward: Any) -> dict[str, Any] | None:
    """Return what a forwarded message of a chat says; None when `forward` names no such message."""
    if not isinstance(forward, dict) or not {"chat", "message_id"} <= forward.keys():
        return None
    body = sandbox.messages.stored(forward["chat"], forward["message_id"])
    return {key: body[key] for key in COPIED if key in body} if body else None


GROUP_ANONYMOUS_BOT = {
    "id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot",
}  # fmt: skip
CHANNEL_BOT = {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}


def in_another_name(sandbox: Sandbox, chat_id: int, person_id: int, name: Any) -> dict[str, Any]:
    """Return who a group's message seems to be from: `"group"` (an anonymous administrator) or `{channel}`.

    Raises:
        Refused: for anything else, or a person who is no administrator of the supergroup.
    """
    group = require_group(sandbox, chat_id)
    if isinstance(name, dict) and name.keys() == {"channel"}:
        return {"from": CHANNEL_BOT, "sender_chat": channel(str(name["channel"]))}
    if name != "group":
        raise Refused('as is "group" or {channel}')
    if group.type != "supergroup" or sandbox.world.standing(chat_id, person_id) not in ADMINISTERS:
        raise Refused("only an administrator of a supergroup can be anonymous")
    return {"from": GROUP_ANONYMOUS_BOT, "sender_chat": sandbox.world.chat(chat_id)}


def _whole(given: dict[str, Any]) -> dict[str, Any]:
    try:
        validate_value(given, (("MessageOrigin", 0),), "forward")
    except ApiError as error:
        raise Refused(f"forward is no MessageOrigin: {error.description}") from error
    return given
