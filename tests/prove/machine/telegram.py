"""Telegram with a memory and without a network: takes the bot's calls, writes people's updates."""

import contextlib
import datetime as dtm
import json
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from bot.api import Refused

BOT = {"id": 8_000_000_001, "is_bot": True, "first_name": "督办", "username": "duban_bot"}
GROUP = -1_001_000_000_001
GROUP_TITLE = "政务公开工作群"


@dataclass(frozen=True)
class Shown:
    """Something that a chat shows from a moment on: a message's words and its buttons as (words, token)."""

    chat: int
    message_id: int
    text: str
    buttons: tuple[tuple[str, str], ...]


class FakeTelegram:
    """Stands in for ``bot.api.BotApi``: every call takes effect at once, and is remembered."""

    def __init__(self, *_: object) -> None:
        self.failing_since: float | None = None
        self.session = self
        self.shown: list[Shown] = []
        self.alerts: dict[str, str] = {}
        self._last: defaultdict[int, int] = defaultdict(lambda: 100)

    def next_id(self, chat: int) -> int:
        """Count the messages of a chat, whoever writes them."""
        self._last[chat] += 1
        return self._last[chat]

    async def call(self, method: str, parameters: dict[str, Any], *, seconds: float = 30) -> Any:
        """Do what the bot wants done."""
        del seconds
        match method:
            case "sendMessage":
                return self._show(parameters, self.next_id(parameters["chat_id"]))
            case "editMessageText" if "text" in parameters:
                return self._show(parameters, parameters["message_id"])
            case "answerCallbackQuery":
                self.alerts[parameters["callback_query_id"]] = parameters.get("text", "")
                return True
            case "setMyCommands":
                return True
        raise Refused(404, "Not Found: method not found", {})

    def _show(self, parameters: dict[str, Any], message_id: int) -> dict[str, Any]:
        keyboard = parameters.get("reply_markup", {}).get("inline_keyboard", [])
        buttons = tuple((button["text"], button["callback_data"]) for row in keyboard for button in row)
        self.shown.append(Shown(parameters["chat_id"], message_id, parameters["text"], buttons))
        return {"message_id": message_id}

    @contextlib.asynccontextmanager
    async def request(self, *_: object, **__: object) -> AsyncIterator["FakeTelegram"]:
        """Answer python-telegram-bot's own client, which asks who it is."""
        yield self

    status = 200

    async def read(self) -> bytes:
        """Say who the bot is."""
        return json.dumps({"ok": True, "result": BOT}).encode()

    async def close(self) -> None:
        """Nothing is open."""


@dataclass(frozen=True)
class Writer:
    """Writes the updates of one person in one chat at one moment."""

    person: int
    name: str
    chat: int
    at: dtm.datetime

    def message(self, number: int, text: str, **more: Any) -> dict[str, Any]:
        """Write a new message; ``more`` is what else belongs to it."""
        return {"message": self._said(number, text) | more}

    def edit(self, number: int, text: str) -> dict[str, Any]:
        """Write a message as it is after an edit, or after somebody reacted to it."""
        return {"edited_message": self._said(number, text) | {"edit_date": int(self.at.timestamp())}}

    def forward(self, number: int, text: str, of: int) -> dict[str, Any]:
        """Write a message that somebody wrote before."""
        sender = {"id": of, "is_bot": False, "first_name": "-"}
        origin = {"type": "user", "date": int(self.at.timestamp()), "sender_user": sender}
        return self.message(number, text, forward_origin=origin)

    def reply(self, number: int, text: str) -> dict[str, Any]:
        """Write a reply to the bot, which is how it hears plain words in a group."""
        asked = {"message_id": number - 1, "date": 1, "chat": self._chat, "from": BOT, "text": "?"}
        return self.message(number, text, **({"reply_to_message": asked} if self.chat < 0 else {}))

    def press(self, number: int, token: str, press_id: str) -> dict[str, Any]:
        """Write the press of a button under a message."""
        under = {"message_id": number, "date": 1, "chat": self._chat, "from": BOT, "text": "-"}
        query = {"id": press_id, "from": self._person, "message": under, "chat_instance": "1", "data": token}
        return {"callback_query": query}

    def _said(self, number: int, text: str) -> dict[str, Any]:
        made: dict[str, Any] = {
            "message_id": number,
            "date": int(self.at.timestamp()),
            "chat": self._chat,
            "from": self._person,
            "text": text,
        }
        if text.startswith("/"):
            made["entities"] = [
                {"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}
            ]
        return made

    @property
    def _chat(self) -> dict[str, Any]:
        if self.chat < 0:
            return {"id": self.chat, "type": "supergroup", "title": GROUP_TITLE}
        return {"id": self.chat, "type": "private", "first_name": self.name}

    @property
    def _person(self) -> dict[str, Any]:
        return {"id": self.person, "is_bot": False, "first_name": self.name, "language_code": "zh-hans"}
