"""All pictures that are shown: those that are drawn, and those that people have sent."""

import struct
import zlib

from bot.painting import Painter
from services.core.pictures import GONE, ComparisonPicture, ShownPicture, StoredPicture
from services.ports import FileLost, FileStore, PictureUndrawn

WIDTH, HEIGHT, GREY = 320, 180, 0xDD


def _blank() -> bytes:
    """Return a grey picture as PNG, which needs no drawing."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        summed = kind + content
        return struct.pack(">I", len(content)) + summed + struct.pack(">I", zlib.crc32(summed))

    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 0, 0, 0, 0)
    dots = zlib.compress((b"\0" + bytes([GREY]) * WIDTH) * HEIGHT)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", dots) + chunk(b"IEND", b"")


BLANK = _blank()


class Gallery:
    """Gives pictures to whoever sends them."""

    def __init__(self, painter: Painter, store: FileStore) -> None:
        self._painter = painter
        self._store = store

    async def draw(self, picture: ShownPicture) -> bytes:
        """Return a picture; raises like ``services.ports.Painter``."""
        if picture == GONE:
            return BLANK
        if isinstance(picture, StoredPicture):
            return await self._read(picture.name)
        if isinstance(picture, ComparisonPicture):
            return await self._painter.draw(picture, [await self._read(name) for name in picture.names])
        return await self._painter.draw(picture)

    async def _read(self, name: str) -> bytes:
        try:
            return await self._store.read(name)
        except FileLost:
            raise PictureUndrawn(reason=f"{name} is lost") from None
