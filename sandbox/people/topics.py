"""Topics of a forum: a supergroup whose messages stand in threads, each begun by a service message."""

from typing import Any

from sandbox.errors import Refused
from sandbox.people.membership import require_group, require_people
from sandbox.people.receipt import tell_message
from sandbox.state import Sandbox

ICON_COLOR = 0x6FB9F0


def open_topic(sandbox: Sandbox, asked: dict[str, Any], name: str) -> int:
    """Begin a topic in a supergroup, which becomes a forum, and return the topic's id."""
    group = require_group(sandbox, asked.get("chat"))
    if group.type != "supergroup":
        raise Refused("only a supergroup has topics")
    person_id = asked.get("from")
    if not isinstance(person_id, int):
        raise Refused("from must be an id (number)")
    require_people(sandbox, [person_id])
    group.is_forum = True
    sandbox.world.save_group(group)
    begun = {"forum_topic_created": {"name": name, "icon_color": ICON_COLOR}, "is_topic_message": True}
    message = sandbox.messages.add(group.id, person_id, begun)
    topic = int(message["message_id"])
    tell_message(sandbox, sandbox.messages.change(group.id, topic, message | {"message_thread_id": topic}))
    return topic


def in_topic(sandbox: Sandbox, chat_id: int, topic: Any) -> dict[str, Any]:
    """Return what a message in a topic carries, nothing for None.

    Raises:
        LookupError: if the chat has no such topic.
    """
    if topic is None:
        return {}
    begun = sandbox.messages.stored(chat_id, topic) if isinstance(topic, int) else None
    if begun is None or "forum_topic_created" not in begun:
        raise LookupError(f"there is no topic {topic} in chat {chat_id}")
    return {"message_thread_id": topic, "is_topic_message": True}


def topic_of(sandbox: Sandbox, chat_id: int, message_id: int | None) -> int | None:
    """Return the topic a message stands in, if any: what replies to it stands there too."""
    body = sandbox.messages.stored(chat_id, message_id) if message_id is not None else None
    return body["message_thread_id"] if body and body.get("is_topic_message") else None
