"""Codes of invitations on their way in and out: none of them is ever written down (decision 0009).

An update loses its codes before it is stored: the argument of `/start` becomes its seal, and a link's code
stars. A stored answer has a place for a link, and the link itself only while it is being sent.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from handlers.kit.routing import match
from handlers.registry import commands
from handlers.views.markup import LINK_PLACE, escape
from services.core.codes import Codes, seal
from services.core.text import clean

LINKED = re.compile(r"(start(?:=|%3D))[A-Za-z0-9_-]{22}(?![A-Za-z0-9_-])", re.IGNORECASE)
LINKED_BYTES = re.compile(rb"(start(?:=|%3D|\s+))[A-Za-z0-9_-]{22}(?![A-Za-z0-9_-])", re.IGNORECASE)
STARS = "*" * 22  # as long as a code, so that the places of a text's entities stay right

_START = next(spec for spec in commands() if spec.name == "start")
_UNSEEN = r"[^\x20-\x7e]*"
_PERHAPS = re.compile(_UNSEEN.join("/start"), re.IGNORECASE)  # what is cleaned away may stand between
_MENTION = re.compile(r"(?<!\w)@\w+")
_PLAINLY = re.compile(r"/start(?:@\w+)?", re.IGNORECASE)
_ALONE = re.compile(r"[A-Za-z0-9_-]{22}")
_NO_WORD = re.compile(r"[A-Z0-9]")
_TEXTS = (("text", "entities"), ("caption", "caption_entities"))


def conceal(value: Any) -> Any:
    """Return a decoded update without any code, in whatever message, reply or button it stood."""
    if isinstance(value, str):
        return LINKED.sub(rf"\1{STARS}", value) if "=" in value or "%" in value else value
    if isinstance(value, list):
        return [conceal(part) for part in value]
    if isinstance(value, dict):
        sealed = dict(value)
        for text, entities in _TEXTS:
            _seal(sealed, text, entities)
        return {key: conceal(part) for key, part in sealed.items()}
    return value


def conceal_bytes(body: bytes) -> bytes:
    """Return an update that cannot be read without anything that stands like a code in it."""
    return LINKED_BYTES.sub(rb"\1" + STARS.encode(), body)


def _seal(holder: dict[str, Any], text: str, entities: str) -> None:
    """Seal the argument of `/start` in one text of a message, and strike out a code that stands alone."""
    said = holder.get(text)
    if not isinstance(said, str):
        return
    if _is_code(said):
        holder[text] = STARS
    elif argument := _argument(said):
        at = next(place for place, sign in enumerate(said) if unicodedata.normalize("NFKC", sign) == "/")
        plainly = _PLAINLY.match(said, at)
        holder[text] = f"{said[:at]}{plainly[0] if plainly else '/start'} {seal(argument)}"
        marked = holder.get(entities)
        if isinstance(marked, list):
            kept = said[: plainly.end() if plainly else at]
            holder[entities] = [one for one in marked if _ends_within(one, kept)]


def _is_code(said: str) -> bool:
    alone = clean(said) if len(STARS) <= len(said) < 100 else ""
    return bool(_ALONE.fullmatch(alone)) and bool(_NO_WORD.search(alone))  # a name in pinyin has no such sign


def _argument(said: str) -> str:
    """Give what follows `/start` for whoever reads the command, with the bot's mention or without it."""
    if not _PERHAPS.search(unicodedata.normalize("NFKC", said)):
        return ""
    ways = (match(_START, clean(way)) for way in (said, _MENTION.sub(" ", said)))
    return next((rest for rest in ways if rest), "")


def _ends_within(entity: Any, kept: str) -> bool:
    room = len(kept.encode("utf-16-le", "surrogatepass")) // 2
    if not isinstance(entity, dict):
        return False
    offset, length = entity.get("offset"), entity.get("length")
    return isinstance(offset, int) and isinstance(length, int) and offset + length <= room


@dataclass(frozen=True, slots=True)
class Links:
    """Puts links where stored answers have a place for them; ``username`` gives the bot's own name."""

    codes: Codes
    username: Callable[[], str]

    def reveal(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Return a call's parameters as they are to be sent."""
        shown = dict(parameters)
        for text, _ in _TEXTS:
            if isinstance(said := shown.get(text), str) and LINK_PLACE in said:
                shown[text] = _PLACE.sub(lambda place: escape(self.link(place[1])), said)
        return shown

    def link(self, nonce: str) -> str:
        """Give the link that opens a private chat with the nonce's code."""
        return f"https://t.me/{self.username()}?start={self.codes.code(nonce)}"


_PLACE = re.compile(rf'{re.escape(LINK_PLACE)}([\w-]{{1,64}})">…</a>')
