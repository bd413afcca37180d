"""All pictures that are shown: those that are drawn, and those that people have sent."""

from bot.painting import Painter
from services.core.pictures import ComparisonPicture, ShownPicture, StoredPicture
from services.ports import FileLost, FileStore, PictureUndrawn


class Gallery:
    """Gives pictures to whoever sends them."""

    def __init__(self, painter: Painter, store: FileStore) -> None:
        self._painter = painter
        self._store = store

    async def draw(self, picture: ShownPicture) -> bytes:
        """Return a picture; raises like ``services.ports.Painter``."""
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
