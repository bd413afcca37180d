"""Telegram's HTML: the one place where names become harmless, and where length is kept in bounds."""

import html
import re
import unicodedata
from collections.abc import Iterable, Sequence

from models.enums import Lamp

MAX_UNITS = 4096  # of UTF-16, as Telegram measures a message
MAX_CAPTION = 1024
MAX_RICH_UNITS = 32_768

GAP = "\u3000"  # one character wide, so that columns of Chinese stay in step

LINK_PLACE = '<a href="invitation:'
LINK_UNITS = 74
"""A link to the bot is no longer than this: https://t.me/, a name of 32, ?start= and a code of 22."""

_TAG = re.compile(r"</?[a-z][^<>]*>")

LAMPS = {Lamp.DONE: "✅", Lamp.ON_TRACK: "🟢", Lamp.BEHIND: "🟡", Lamp.URGENT: "🔴", Lamp.MISSED: "❌"}


def escape(text: str) -> str:
    """Make a text harmless inside HTML; quotes stay, because only ``anchor`` writes an attribute."""
    return html.escape(text, quote=False)


def link(nonce: str) -> str:
    """Keep a place for an invitation's link; only a view can, because what people write is escaped."""
    return f'{LINK_PLACE}{nonce}">…</a>'


def anchor(address: str, words: str) -> str:
    """Lead to a page from words that are HTML already; the one attribute there is."""
    return f'<a href="{html.escape(address, quote=True)}">{words}</a>'


def bold(text: str) -> str:
    """Wrap what is HTML already."""
    return f"<b>{text}</b>"


def units(text: str) -> int:
    """Count the UTF-16 code units that Telegram counts: those of text and links, without the tags."""
    seen = len(html.unescape(_TAG.sub("", text)).encode("utf-16-le")) // 2
    return seen + text.count(LINK_PLACE) * (LINK_UNITS - 1)


def width(text: str) -> int:
    """Measure a plain text in half-width columns: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def shorten(text: str, limit: int) -> str:
    """Cut a plain text to ``limit`` characters, the last one an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def lines(*paragraphs: Iterable[str]) -> str:
    """Join lines to paragraphs with an empty line between them; empty paragraphs vanish."""
    joined = ("\n".join(line for line in paragraph if line) for paragraph in paragraphs)
    return "\n\n".join(paragraph for paragraph in joined if paragraph)


def fitting(rows: Sequence[str], room: int) -> int:
    """Tell how many rows, each with its line feed, fit into so many UTF-16 units."""
    for count, row in enumerate(rows):
        room -= units(row) + 1
        if room < 0:
            return count
    return len(rows)
