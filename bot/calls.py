"""Answers become calls to the Bot API: exact, and ready to be stored."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from handlers.kit.answers import Answer, Button, Document
from handlers.kit.incoming import Incoming
from services.buttons import NewButton


@dataclass(frozen=True, slots=True)
class Call:
    """A call, and for a rich message the plain one that says the same.

    ``parameters`` are those of ``method``; ``plain`` is ("", {}) where there is nothing plainer. A document
    is sent at once or not at all.
    """

    chat: int
    method: str
    parameters: dict[str, Any]
    plain_method: str = ""
    plain_parameters: dict[str, Any] | None = None
    document: Document | None = None

    def stored(self) -> dict[str, Any]:
        """Return what the outbox keeps of it; ValueError for a document, which it does not keep."""
        if self.document is not None:
            raise ValueError(self.document.name)
        return {"call": self.parameters, "plain_method": self.plain_method, "plain": self.plain_parameters}

    @classmethod
    def from_stored(cls, chat: int, method: str, kept: dict[str, Any]) -> "Call":
        """Read back what ``stored`` returned."""
        return cls(chat, method, kept["call"], kept["plain_method"], kept["plain"])

    def moved_to(self, chat: int) -> "Call":
        """The same to another chat."""
        moved = {"chat_id": chat}
        plain = None if self.plain_parameters is None else self.plain_parameters | moved
        return Call(chat, self.method, self.parameters | moved, self.plain_method, plain, self.document)

    @property
    def plainest(self) -> "Call":
        """The same without a rich message."""
        if not self.plain_method:
            return self
        return Call(self.chat, self.plain_method, self.plain_parameters or {})


def buttons_of(answers: Sequence[Answer], person: int, chat: int) -> list[NewButton]:
    """List every button of the answers in order, for issuing their tokens to a person in a chat."""
    return [
        NewButton(button.action, button.arguments, person, chat)
        for answer in answers
        for row in answer.buttons
        for button in row
    ]


def render(answers: Sequence[Answer], incoming: Incoming, tokens: Sequence[str]) -> list[Call]:
    """Return one call for each answer, and one for each group left; ``tokens`` are ``buttons_of``'s."""
    remaining = iter(tokens)
    calls: list[Call] = []
    for answer in answers:
        calls.append(_render_one(answer, incoming, remaining))
        if answer.then_leaves is not None:
            calls.append(Call(answer.then_leaves, "leaveChat", {"chat_id": answer.then_leaves}))
    return calls


def render_unasked(answer: Answer, chat: int, topic: int | None, tokens: Sequence[str]) -> Call:
    """Return the call of a message that answers nothing, to a person, a group or one of its topics."""
    nothing = Incoming(chat, True, "", 0, topic, chat, "", None, None, "", True)  # noqa: FBT003
    return _render_one(answer, nothing, iter(tokens))


def _render_one(answer: Answer, incoming: Incoming, tokens: Iterator[str]) -> Call:
    if answer.to is not None:
        said = {"chat_id": answer.to, "text": answer.text, "parse_mode": "HTML"}
        return Call(answer.to, "sendMessage", said)
    common: dict[str, Any] = {"chat_id": incoming.chat_id}
    if answer.replaces and incoming.press_id and answer.document is None:
        common["message_id"] = incoming.message_id
        plain_method, rich_method = "editMessageText", "editMessageText"
    else:
        plain_method, rich_method = "sendMessage", "sendRichMessage"
        if incoming.thread_id is not None:
            common["message_thread_id"] = incoming.thread_id
        if not incoming.is_private and not incoming.press_id:
            common["reply_parameters"] = {
                "message_id": incoming.message_id,
                "allow_sending_without_reply": True,
            }
    if answer.buttons:
        common["reply_markup"] = {"inline_keyboard": _keyboard(answer.buttons, tokens)}
    elif answer.asks and "reply_parameters" in common:
        # In a group the bot hears only what replies to it: the question opens that reply, for one person.
        common["reply_markup"] = {"force_reply": True, "selective": True}
    if answer.document is not None:
        caption = {"caption": answer.text, "parse_mode": "HTML"}
        return Call(incoming.chat_id, "sendDocument", common | caption, document=answer.document)
    plain = common | {
        "text": answer.text,
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
    }
    if not answer.rich:
        return Call(incoming.chat_id, plain_method, plain)
    rich = common | {"rich_message": {"html": answer.rich}}
    return Call(incoming.chat_id, rich_method, rich, plain_method, plain)


def _keyboard(rows: Sequence[Sequence[Button]], tokens: Iterator[str]) -> list[list[dict[str, str]]]:
    return [[{"text": button.text, "callback_data": next(tokens)} for button in row] for row in rows]
