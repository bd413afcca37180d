"""Updates as they are: what no person of the sandbox could make, and what is delivered twice."""

from typing import Any

import orjson

from sandbox.errors import Refused
from sandbox.state import Sandbox
from sandbox.updates import DAY, MALFORMED, Update

LANES = {
    "message": "chat", "edited_message": "chat", "channel_post": "chat", "edited_channel_post": "chat",
    "my_chat_member": "my_chat_member", "message_reaction": "reaction",
}  # fmt: skip


def feed(sandbox: Sandbox, asked: Any) -> int:
    """Queue a raw update and return its id.

    An object gets the next `update_id` if it has none; text (or `{"raw": text}`) goes as it is, by webhook.
    """
    if isinstance(asked, dict) and isinstance(asked.get("raw"), str):
        asked = asked["raw"]
    expires_at = sandbox.clock.unix() + DAY
    update_id = sandbox.updates.last_id + 1
    if isinstance(asked, str):
        return sandbox.updates.put(
            Update(update_id, f"{MALFORMED}:{update_id}", expires_at, asked.encode()), MALFORMED
        )
    if not isinstance(asked, dict):
        raise Refused("an update is an object, or text for the webhook")
    update_id = asked.get("update_id", update_id)
    if not isinstance(update_id, int):
        raise Refused("update_id must be a number")
    kind = next((key for key in asked if key != "update_id"), "message")
    body = orjson.dumps({"update_id": update_id} | asked)
    return sandbox.updates.put(
        Update(update_id, _lane(kind, asked.get(kind), update_id), expires_at, body), kind
    )


def _lane(kind: str, content: Any, update_id: int) -> str:
    if isinstance(content, dict):
        if kind == "callback_query" and isinstance(content.get("from"), dict):
            return f"press:{content['from'].get('id')}"
        if kind in LANES and isinstance(content.get("chat"), dict):
            return f"{LANES[kind]}:{content['chat'].get('id')}"
    return f"own:{update_id}"


def redeliver(sandbox: Sandbox, asked: dict[str, Any]) -> list[int]:
    """Deliver `{update_id}`, `{update_ids}` or the last `{count}` confirmed ones again; return their ids."""
    if "update_ids" in asked or "update_id" in asked:
        wanted = asked.get("update_ids", [asked.get("update_id")])
    else:
        wanted = sandbox.updates.ids("confirmed", 0)[-int(asked.get("count", 1)) :]
    if not isinstance(wanted, list) or not all(isinstance(one, int) for one in wanted):
        raise Refused("update_ids must be numbers")
    found = sandbox.updates.again(wanted)
    if not found:
        raise Refused("there is no such update")
    return found
