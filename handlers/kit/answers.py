"""What a handler returns: values that say what the person sees, never calls that show it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message: its words, and the action that pressing it means."""

    text: str
    action: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """One message to the chat that the update came from.

    Attributes:
        text: HTML of Telegram's kind; every name in it went through ``handlers.views.markup.escape``.
        rich: the same as a rich message with a real table, for servers that accept one; "" for none.
        buttons: rows of buttons.
        replaces: show it in place of the message whose button was pressed.
        asks: the wizard step that the person's next message answers; "" for none.
        asks_with: what that step is told besides.
    """

    text: str
    rich: str = ""
    buttons: tuple[tuple[Button, ...], ...] = ()
    replaces: bool = False
    asks: str = ""
    asks_with: Mapping[str, Any] = field(default_factory=dict)
