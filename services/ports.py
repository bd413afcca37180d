"""What use cases need that is neither the database nor ours to do: each is given to them."""

import datetime as dtm
from collections.abc import Awaitable, Callable, Collection
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from services.core.errors import Fault, UserError
from services.core.pictures import ShownPicture

MOST_MEGAPIXELS = 25
"""Of a picture that is taken, however small its file is."""


class FileTooLarge(UserError):
    """The file is larger than may be fetched (``megabytes``)."""


class FileUnavailable(UserError):
    """The file could not be fetched; sending it again, or trying again, may help."""


class PictureUndrawn(Fault):
    """A picture could not be drawn (``reason``); what it shows also exists as text."""


class PictureUnreadable(UserError):
    """It is no picture of a kind that is taken (JPEG, PNG, WebP, HEIC), or not a whole one."""


class PictureTooLarge(UserError):
    """It has more than ``megapixels``, is far longer than wide, or asks for too much memory or time."""


class PicturesUnavailable(UserError):
    """No picture can be looked at just now; trying again later may help."""


class StoreFull(UserError):
    """There is no room to keep a file; nothing of it was kept, and later there may be."""


class StoreUnavailable(UserError):
    """Files cannot be kept just now: their folder is gone, may not be written to, or its disk is at fault."""


class FileLost(Fault):
    """The store does not have a file that it was given once (``name``)."""


@dataclass(frozen=True, slots=True)
class SafePicture:
    """A picture made anew from the dots of one that somebody sent.

    Attributes:
        content: the file, which holds nothing but dots.
        media_type: always ``image/jpeg``.
        width, height: in dots, as it is looked at: 2,560 at most, or of a long strip 1,080 by 8,900.
        fingerprint: 64 bits that look-alikes share nearly all of (``services.core.likeness``).
        taken_on: the day that the camera wrote into it, by the camera's clock; None for most.
    """

    content: bytes
    media_type: str
    width: int
    height: int
    fingerprint: int
    taken_on: dtm.date | None


class Pictures(Protocol):
    """Makes harmless what people send as pictures."""

    async def make_safe(self, content: bytes) -> SafePicture:
        """Return a picture with the same dots and nothing else of what was sent.

        Raises:
            PictureUnreadable, PictureTooLarge: it is not taken.
            PicturesUnavailable: none can be looked at just now.
        """


class FileStore(Protocol):
    """Keeps files by their content: the same one twice is kept once."""

    async def put(self, content: bytes, suffix: str) -> str:
        """Keep a file for good and return its name, its SHA-256 in hex, a dot and ``suffix`` (``"jpg"``).

        Raises:
            StoreFull: there is no room.
            StoreUnavailable: it cannot be written to.
        """

    async def read(self, name: str) -> bytes:
        """Return a file; raises FileLost."""

    async def delete(self, name: str) -> None:
        """Delete a file, if it is there."""

    async def expel(self, name: str, before: dtm.datetime) -> bool:
        """Delete a file, unless it was put once more since a moment; True when it is not there any more."""

    async def sweep(
        self, before: dtm.datetime, find_known: Callable[[Collection[str]], Awaitable[frozenset[str]]]
    ) -> int:
        """Delete what was last put before a moment and is unknown; return how many files that are.

        ``find_known`` is given some names at a time and answers with those that something still points to.
        """


class Painter(Protocol):
    """Draws pictures, and has those that are there already."""

    async def draw(self, picture: ShownPicture) -> bytes:
        """Return a picture as PNG, or as JPEG where photos are in it; a stored one as it is.

        Raises:
            PictureUndrawn: that cannot be, or takes too long.
        """


class SentFiles(Protocol):
    """The files that people have sent."""

    def turn(self) -> AbstractAsyncContextManager[object]:
        """Wait for one's turn to have a file in hand: few are at once, whoever came first is next."""

    async def fetch(self, file_id: str) -> bytes:
        """Return a file's bytes.

        Raises:
            FileTooLarge: Telegram gives no file of that size to a bot.
            FileUnavailable: Telegram could not be reached, or has the file no more.
        """
