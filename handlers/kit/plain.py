"""Reads the commonest update, somebody's own words in private, without making Telegram's objects of it.

python-telegram-bot takes ten times as long for the same. Whatever is in any way unusual is left to
``handlers.kit.incoming``, and a test holds the two side by side.
"""

from typing import Any

from handlers.kit.incoming import MAX_TEXT, Incoming
from services.core.text import clean

KNOWN = frozenset({"message_id", "from", "chat", "date", "text", "entities"})
"""What such a message has; with anything else in it, it is none."""


def read_plain(update: Any) -> Incoming | None:
    """Read a decoded update; None when it is not certain to be a person's plain words in private."""
    match update:
        case {
            "update_id": int(),
            "message": {
                "message_id": int(number),
                "from": {"id": int(person), "is_bot": False, "first_name": str(first), **named},
                "chat": {"id": int(chat), "type": "private", **of_chat},
                "date": int(),
                "text": str(text),
            } as message,
        } if len(update) == 2 and message.keys() <= KNOWN and "@" not in text:
            last, language = named.get("last_name"), named.get("language_code")
            if not text or "title" in of_chat:
                return None
            if not isinstance(last, str | None) or not isinstance(language, str | None):
                return None
            return Incoming(
                chat_id=chat,
                is_private=True,
                chat_title="",
                message_id=number,
                thread_id=None,
                person_id=person,
                person_name=clean(f"{first} {last}" if last else first, max_length=100),
                language_code=language,
                nobody=None,
                text=clean(text, max_length=MAX_TEXT),
                is_addressed=True,
            )
    return None
