"""Who shows evidence, what they send, and what they hear."""

import base64
import io
import random
from dataclasses import dataclass, field

from PIL import Image

CATEGORIES = ("动态通知类", "法定主动公开内容")
MOST = 20
SIZES = ((320, 240), (640, 480), (1280, 960), (2400, 1800))
LENGTHS = (1_000, 60_000, 500_000)


@dataclass(slots=True)
class Piece:
    """One message with evidence.

    Attributes:
        source: what the message is called in the ledger, with the person's own id.
        digest: SHA-256 of what was sent.
        openings: the reports that it may belong to.
        is_needed: whether it must have a row; what was sent without words and could not be fetched has none.
        is_quiet: whether the bot says nothing to it where all goes well.
    """

    source: str
    digest: str
    is_document: bool
    openings: frozenset[str]
    is_needed: bool = True
    is_quiet: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """A message of the bot's with what one can press."""

    id: int
    words: str
    text: str
    buttons: tuple[dict[str, str], ...]

    def data_of(self, words: str, without: str = "") -> str:
        """Give what the first button with some words, and without others, sends."""
        return next(
            one["callback_data"]
            for one in self.buttons
            if words in one["text"] and not (without and without in one["text"])
        )


@dataclass
class Person:
    """A reporter in a chat of their own."""

    id: int
    unit: str
    words: list[str]
    counts: list[tuple[str, int]]
    openings: list[str] = field(default_factory=list)
    heard: list[Said] = field(default_factory=list)

    def source(self, message: int) -> str:
        """Name one of their messages."""
        return f"message/{self.id}/{message}"


def some_reports(dice: random.Random) -> list[str]:
    """Give what somebody reports under evidence, never the same twice, which is asked about."""
    first, second = CATEGORIES
    numbers = range(1, MOST + 1)
    found = [f"{first} {one} {second} {other}" for one in numbers for other in numbers]
    dice.shuffle(found)
    return found


def some_counts(dice: random.Random) -> list[tuple[str, int]]:
    """Give what somebody reports when asked, never the same twice either."""
    found = [(name, number) for name in CATEGORIES for number in range(1, MOST + 1)]
    dice.shuffle(found)
    return found


def a_document(dice: random.Random) -> bytes:
    """Make a document that nobody else has sent."""
    return b"%PDF-1.7\n" + dice.randbytes(dice.choice(LENGTHS))


def a_photo(dice: random.Random) -> bytes:
    """Make a picture that nobody else has sent."""
    dots = Image.frombytes("RGB", (8, 6), dice.randbytes(8 * 6 * 3))
    written = io.BytesIO()
    dots.resize(dice.choice(SIZES)).save(written, "JPEG")
    return written.getvalue()


def encoded(content: bytes) -> str:
    """Write a file as the sandbox takes it."""
    return base64.b64encode(content).decode()
