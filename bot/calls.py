"""Answers become calls to the Bot API: exact, and ready to be stored."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from handlers.kit.answers import Answer, Button, Document, Earlier
from handlers.kit.incoming import Incoming
from services.buttons import NewButton
from services.core.pictures import ShownPicture, StoredPicture, read_picture, to_json

FILE_FIELD = "photo"
"""Under this name a picture goes with the call that shows it; of an album the second as ``photo2``."""

HTML = {"parse_mode": "HTML"}


@dataclass(frozen=True, slots=True)
class Call:
    """A call, and for a rich message or a picture the plain one that says the same.

    ``parameters`` are those of ``method``; ``plain`` is ("", {}) where there is nothing plainer. ``files`` by
    their fields are sent at once or not at all. ``pictures`` are kept as values and drawn when the call is
    made; several are an album.
    """

    chat: int
    method: str
    parameters: dict[str, Any]
    plain_method: str = ""
    plain_parameters: dict[str, Any] | None = None
    files: Mapping[str, Document] = field(default_factory=dict)
    pictures: tuple[ShownPicture, ...] = ()

    def stored(self) -> dict[str, Any]:
        """Return what the outbox keeps of it; ValueError for a file, which it does not keep."""
        if self.files:
            raise ValueError(", ".join(each.name for each in self.files.values()))
        kept = {"call": self.parameters, "plain_method": self.plain_method, "plain": self.plain_parameters}
        return kept | {"pictures": [_written(each) for each in self.pictures]} if self.pictures else kept

    @classmethod
    def from_stored(cls, chat: int, method: str, kept: dict[str, Any]) -> "Call":
        """Read back what ``stored`` returned; without pictures that this version cannot read."""
        plain = cls(chat, method, kept["call"], kept["plain_method"], kept["plain"])
        try:
            return replace(plain, pictures=tuple(_read(each) for each in kept.get("pictures", ())))
        except ValueError:
            return plain.plainest

    def moved_to(self, chat: int) -> "Call":
        """The same to another chat."""
        moved = {"chat_id": chat}
        plain = None if self.plain_parameters is None else self.plain_parameters | moved
        return replace(self, chat=chat, parameters=self.parameters | moved, plain_parameters=plain)

    @property
    def plainest(self) -> "Call":
        """The same without a rich message or a picture."""
        if not self.plain_method:
            return self
        return Call(self.chat, self.plain_method, self.plain_parameters or {})

    @property
    def without_rich(self) -> "Call":
        """The same for a server that knows no rich messages."""
        return self.plainest if self.is_rich else self

    @property
    def is_rich(self) -> bool:
        """Tell whether it is a rich message, which not every server knows."""
        return "rich_message" in self.parameters


def _written(picture: ShownPicture) -> str:
    """Write a drawn picture as its value, a stored one as its name, which is no JSON."""
    return picture.name if isinstance(picture, StoredPicture) else to_json(picture)


def _read(written: str) -> ShownPicture:
    return read_picture(written) if written.startswith("{") else StoredPicture(written)


def buttons_of(answers: Sequence[Answer], person: int, chat: int) -> list[NewButton]:
    """List every button of the answers in order, for issuing their tokens to who is shown them."""
    return [
        NewButton(button.action, button.arguments, answer.to or person, answer.to or chat)
        for answer in answers
        for row in answer.buttons
        for button in row
    ]


def render(answers: Sequence[Answer], incoming: Incoming, tokens: Sequence[str]) -> list[Call]:
    """Return the calls of the answers in order; ``tokens`` are ``buttons_of``'s.

    One for each, another for each group left, and one more where a picture gives way to words: they cannot
    be put in its place, so they come anew and it goes.
    """
    remaining = iter(tokens)
    calls: list[Call] = []
    for answer in answers:
        if answer.earlier is not None:
            calls.append(_changed(answer, answer.earlier, incoming, remaining))
        else:
            calls.append(_render_one(answer, incoming, remaining))
        if _gives_way(answer, incoming):
            gone = {"chat_id": incoming.chat_id, "message_id": incoming.message_id}
            calls.append(Call(incoming.chat_id, "deleteMessage", gone))
        if answer.then_leaves is not None:
            calls.append(Call(answer.then_leaves, "leaveChat", {"chat_id": answer.then_leaves}))
    return calls


def render_unasked(answer: Answer, chat: int, topic: int | None, tokens: Sequence[str]) -> Call:
    """Return the call of a message that answers nothing, to a person, a group or one of its topics."""
    nothing = Incoming(chat, True, "", 0, topic, chat, "", None, None, "", True)  # noqa: FBT003
    return _render_one(answer, nothing, iter(tokens))


def _render_one(answer: Answer, incoming: Incoming, tokens: Iterator[str]) -> Call:
    if answer.to is not None:
        there: dict[str, Any] = {"chat_id": answer.to}
        return Call(
            answer.to, "sendMessage", there | _markup(answer, there, tokens) | {"text": answer.text} | HTML
        )
    chat = incoming.chat_id
    place = _place(answer, incoming)
    keyboard = _markup(answer, place, tokens)
    if answer.document is not None:
        return Call(
            chat, "sendDocument", place | keyboard | _caption(answer), files={"document": answer.document}
        )
    if answer.picture is not None:
        return _illustrated(answer, incoming, place, keyboard)
    if "message_id" in place and answer.keeps_picture and incoming.shows_picture:
        return Call(chat, "editMessageCaption", place | keyboard | _caption(answer))
    edits = "message_id" in place
    plain = place | keyboard | _words(answer)
    plain_method = "editMessageText" if edits else "sendMessage"
    if not answer.rich:
        return Call(chat, plain_method, plain)
    rich = place | keyboard | {"rich_message": {"html": answer.rich}}
    return Call(chat, "editMessageText" if edits else "sendRichMessage", rich, plain_method, plain)


def _changed(answer: Answer, earlier: Earlier, incoming: Incoming, tokens: Iterator[str]) -> Call:
    """Return the call that changes an earlier message; anew stands in for it where that one is gone."""
    place: dict[str, Any] = {"chat_id": incoming.chat_id, "message_id": earlier.message_id}
    keyboard = _markup(answer, place, tokens)
    anew = _anew(incoming) | keyboard | _words(answer)
    if earlier.shows_picture:
        words = place | keyboard | _caption(answer)
        return Call(incoming.chat_id, "editMessageCaption", words, "sendMessage", anew)
    return Call(incoming.chat_id, "editMessageText", place | keyboard | _words(answer), "sendMessage", anew)


def _illustrated(answer: Answer, incoming: Incoming, place: dict[str, Any], keyboard: dict[str, Any]) -> Call:
    """Return the call that shows a picture; words alone stand in for it where words can."""
    said = place | keyboard | _words(answer)
    pictures = tuple(each for each in (answer.picture, *answer.album) if each is not None)
    first, *more = [{"type": "photo", "media": f"attach://{each}"} for each in file_fields(pictures)]
    media = first | _caption(answer)
    if more:
        shown = place | {"media": [media, *more]}
        return Call(incoming.chat_id, "sendMediaGroup", shown, "sendMessage", said, pictures=pictures)
    if "message_id" not in place:
        shown = place | keyboard | _caption(answer)
        return Call(incoming.chat_id, "sendPhoto", shown, "sendMessage", said, pictures=pictures)
    plain_method = "editMessageText"
    if incoming.shows_picture:  # another picture's caption must not speak of this one
        plain_method = "sendMessage"
        said = _anew(incoming) | keyboard | _words(answer)
    shown = place | keyboard | {"media": media}
    return Call(incoming.chat_id, "editMessageMedia", shown, plain_method, said, pictures=pictures)


def file_fields(pictures: Sequence[ShownPicture]) -> list[str]:
    """Name the fields in which pictures go with their call."""
    return [FILE_FIELD if at == 0 else f"{FILE_FIELD}{at + 1}" for at in range(len(pictures))]


def _gives_way(answer: Answer, incoming: Incoming) -> bool:
    """Tell whether words are to be where a picture is."""
    is_words = answer.picture is None and answer.document is None and answer.to is None
    return answer.replaces and incoming.shows_picture and is_words and not answer.keeps_picture


def _place(answer: Answer, incoming: Incoming) -> dict[str, Any]:
    """Return where an answer appears: in place of the pressed message, or as a new one."""
    if answer.replaces and incoming.press_id and answer.document is None and not _gives_way(answer, incoming):
        return {"chat_id": incoming.chat_id, "message_id": incoming.message_id}
    return _anew(incoming) | ({"disable_notification": True} if answer.is_quiet else {})


def _anew(incoming: Incoming) -> dict[str, Any]:
    place: dict[str, Any] = {"chat_id": incoming.chat_id}
    if incoming.thread_id is not None:
        place["message_thread_id"] = incoming.thread_id
    if not incoming.is_private and not incoming.press_id:
        place["reply_parameters"] = {"message_id": incoming.message_id, "allow_sending_without_reply": True}
    return place


def _words(answer: Answer) -> dict[str, Any]:
    return {"text": answer.text, "link_preview_options": {"is_disabled": True}} | HTML


def _caption(answer: Answer) -> dict[str, Any]:
    return {"caption": answer.caption or answer.text} | HTML


def _markup(answer: Answer, place: dict[str, Any], tokens: Iterator[str]) -> dict[str, Any]:
    if answer.buttons:
        return {"reply_markup": {"inline_keyboard": _keyboard(answer.buttons, tokens)}}
    if answer.asks and "reply_parameters" in place:
        # In a group the bot hears only what replies to it: the question opens that reply, for one person.
        return {"reply_markup": {"force_reply": True, "selective": True}}
    return {}


def _keyboard(rows: Sequence[Sequence[Button]], tokens: Iterator[str]) -> list[list[dict[str, str]]]:
    return [[{"text": button.text, "callback_data": next(tokens)} for button in row] for row in rows]
