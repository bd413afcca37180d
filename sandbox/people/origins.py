"""Where a forwarded message comes from: MessageOrigin in all its kinds."""

import hashlib
from typing import Any

from sandbox.errors import ApiError, Refused
from sandbox.facts import validate_value
from sandbox.people.membership import require_group, require_people
from sandbox.state import Sandbox

KEYS = frozenset({"from", "name", "chat", "channel", "message_id"})
HIDDEN = "隐藏的用户"


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
    return {"type": "user", "date": body["date"], "sender_user": body["from"]}


def _channel(title: str, message_id: int, date: int) -> dict[str, Any]:
    digest = int.from_bytes(hashlib.sha256(title.encode()).digest()[:4], "big")
    chat = {"id": -1_003_000_000_000 - digest, "type": "channel", "title": title}
    return {"type": "channel", "date": date, "chat": chat, "message_id": message_id}


def _whole(given: dict[str, Any]) -> dict[str, Any]:
    try:
        validate_value(given, (("MessageOrigin", 0),), "forward")
    except ApiError as error:
        raise Refused(f"forward is no MessageOrigin: {error.description}") from error
    return given
