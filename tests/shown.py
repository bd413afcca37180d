"""What a person sees of a chat, as plain words and buttons."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

TAGS = re.compile(r"<[^>]+>")
START_LINK = re.compile(r"https?://t\.me/\w+\?start(?:group)?=[\w-]{1,64}")


@dataclass(frozen=True)
class Shown:
    """A message as a person sees it: the words of its text or table, and its buttons.

    ``sender`` is a person's id, or the bot's user name. A button is its text and what it carries: data, or
    where it leads, or what it copies.
    """

    id: int
    revision: int
    sender: int | str
    text: str
    buttons: tuple[tuple[str, str], ...]
    raw: Mapping[str, Any]

    @property
    def is_by_bot(self) -> bool:
        return isinstance(self.sender, str)

    @property
    def rows(self) -> list[list[str]]:
        """The words on the buttons, row by row."""
        return [[button["text"] for button in row] for row in self.raw.get("buttons") or []]

    @property
    def file_name(self) -> str:
        """The name of the document, empty when there is none."""
        return str(self.raw.get("name", ""))

    @property
    def topic(self) -> int | None:
        return self.raw.get("topic")

    def data_of(self, words: str) -> str:
        """Return what the button with these words carries."""
        return next(data for text, data in self.buttons if words in text)

    def start_link(self) -> str:
        """Return the first link to the bot with a start code: in the text, under words, or on a button."""
        for place in self._places():
            if found := START_LINK.search(place):
                return found[0]
        raise AssertionError(f"no start link in {self.text!r}")

    def _places(self) -> Iterator[str]:
        yield self.text
        yield from (entity.get("url", "") for entity in self.raw.get("entities") or [])
        yield from (carried for _, carried in self.buttons)


def shown(raw: Mapping[str, Any]) -> Shown:
    """Read one message of the sandbox's JSON."""
    words = raw.get("text") or raw.get("caption") or ""
    if raw.get("table"):
        words = "\n".join(_words(block) for block in raw["table"]["blocks"])
    buttons = tuple((button["text"], _carried(button)) for row in raw.get("buttons") or [] for button in row)
    return Shown(raw["id"], raw["revision"], raw["from"], TAGS.sub("", words), buttons, raw)


def _carried(button: Mapping[str, Any]) -> str:
    return next((str(button[key]) for key in ("data", "url", "copy") if key in button), "")


def _words(block: Any) -> str:
    """Collect every word of a rich block, row by row."""
    if isinstance(block, str):
        return block
    if isinstance(block, list):
        return "\n".join(_words(part) for part in block)
    if not isinstance(block, dict):
        return ""
    lines = [block[key] for key in ("summary", "caption", "text") if isinstance(block.get(key), str)]
    lines += [" ".join(cell.get("text") or "" for cell in row) for row in block.get("rows") or []]
    lines += [_words(block[key]) for key in ("blocks", "items") if block.get(key)]
    return "\n".join(lines)
