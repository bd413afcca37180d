"""Which updates a deed makes, and in which lane each waits.

Lanes as the real server has them: messages by chat, presses by person, membership and reactions by chat.
"""

from typing import Any

from sandbox.messages import SERVICE
from sandbox.state import Sandbox
from sandbox.updates import CALLBACK_SECONDS, DAY

SERVICE_FIELDS = frozenset(SERVICE)


def sees(sandbox: Sandbox, message: dict[str, Any]) -> bool:
    """Tell whether the bot gets a message: all in private; in groups by privacy mode.

    There it gets service messages, commands that are not another bot's, mentions and replies to its messages;
    as an administrator, everything.
    """
    world = sandbox.world
    chat_id = message["chat"]["id"]
    if chat_id not in world.groups:
        return True
    if not world.is_inside(chat_id, world.bot_id):
        return False
    if (
        world.standing(chat_id, world.bot_id) in {"administrator", "creator"}
        or SERVICE_FIELDS & message.keys()
    ):
        return True
    if message.get("reply_to_message", {}).get("from", {}).get("id") == world.bot_id:
        return True
    text = message.get("text", message.get("caption", ""))
    return world.mentions_bot(text) or _is_own_command(text, message)


def _is_own_command(text: str, message: dict[str, Any]) -> bool:
    entities = message.get("entities", message.get("caption_entities", ()))
    if not any(one["type"] == "bot_command" and one["offset"] == 0 for one in entities):
        return False
    return "@" not in text.split(maxsplit=1)[0]


def tell_message(sandbox: Sandbox, message: dict[str, Any], kind: str = "message") -> None:
    """Queue a message or an edited one; it expires 24 h after the message's own date."""
    if not sees(sandbox, message):
        return
    left = message["date"] + DAY - sandbox.clock.unix()
    if left > 0:
        sandbox.updates.add(kind, message, f"chat:{message['chat']['id']}", left)


def tell_press(sandbox: Sandbox, query: dict[str, Any]) -> None:
    """Queue a press; it expires after 150 s."""
    sandbox.updates.add("callback_query", query, f"press:{query['from']['id']}", CALLBACK_SECONDS)


def tell_membership(sandbox: Sandbox, kind: str, change: dict[str, Any]) -> None:
    """Queue `my_chat_member` or `chat_member`."""
    lane = change["chat"]["id"] if kind == "my_chat_member" else change["new_chat_member"]["user"]["id"]
    sandbox.updates.add(kind, change, f"{kind}:{lane}")


def tell_reaction(sandbox: Sandbox, change: dict[str, Any]) -> None:
    """Queue a reaction; the bot gets it only if it asked for it (and in groups only as an administrator)."""
    chat_id = change["chat"]["id"]
    world = sandbox.world
    if chat_id in world.groups and world.standing(chat_id, world.bot_id) not in {"administrator", "creator"}:
        return
    sandbox.updates.add("message_reaction", change, f"reaction:{chat_id}")
