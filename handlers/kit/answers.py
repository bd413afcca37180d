"""What a handler returns: values that say what the person sees, never calls that show it."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from services.core.pictures import ShownPicture


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message: its words, and the action that pressing it means."""

    text: str
    action: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Document:
    """A file to send under its name; ``chunks`` gives its bytes, from the beginning at each call.

    ``stored_name`` is what the file store calls it, "" for what is not from there.
    """

    name: str
    media_type: str
    chunks: Callable[[], AsyncIterator[bytes]]
    stored_name: str = ""

    @classmethod
    def of(cls, name: str, media_type: str, content: bytes, stored_name: str = "") -> "Document":
        """Make one of bytes that are there already."""

        async def chunks() -> AsyncIterator[bytes]:
            yield content

        return cls(name, media_type, chunks, stored_name)


@dataclass(frozen=True, slots=True)
class Earlier:
    """A message that the bot showed in this chat before; with a picture its words are the caption."""

    message_id: int
    shows_picture: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """One message to the chat that the update came from, or ``to`` somebody who has to know.

    Attributes:
        text: HTML of Telegram's kind; every name in it went through ``handlers.views.markup.escape``.
        rich: the same as a rich message with a real table, for servers that accept one; "" for none.
        buttons: rows of buttons.
        picture: what is drawn, or taken out of the file store, and shown above ``text``, its caption of 1,024
            characters at most; where it cannot be shown the text goes alone, so all that matters is in it.
        caption: what stands below the picture instead, where ``text`` would be too long for that.
        album: more pictures, up to nine, shown with ``picture`` as one; only without buttons, and anew.
        replaces: show it in place of the message whose button was pressed.
        keeps_picture: with ``replaces``, the picture of that message stays and its words alone are replaced.
        earlier: show words and buttons in place of those of this message, where it was no button of it that
            was pressed; anew where it is gone.
        asks: the wizard step that the person's next message answers; "" for none.
        asks_with: what that step is told besides.
        document: a file, to which ``text`` is the caption; not stored, so only a reading handler has it.
        then_leaves: the group that the bot leaves once this was shown.
        then_posts: chats in which something waits to be sent at once; only of a handler that writes.
        is_quiet: it arrives without a sound.
        to: another person's private chat to show text and buttons in instead; only of a handler that writes.
    """

    text: str
    rich: str = ""
    buttons: tuple[tuple[Button, ...], ...] = ()
    picture: ShownPicture | None = None
    caption: str = ""
    album: tuple[ShownPicture, ...] = ()
    replaces: bool = False
    keeps_picture: bool = False
    earlier: Earlier | None = None
    asks: str = ""
    asks_with: Mapping[str, Any] = field(default_factory=dict)
    document: Document | None = None
    then_leaves: int | None = None
    then_posts: tuple[int, ...] = ()
    is_quiet: bool = False
    to: int | None = None
