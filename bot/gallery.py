"""All pictures that are shown: those that are drawn, and those that people have sent."""

from bot.painting import Painter
from services.core.pictures import ShownPicture, StoredPicture
from services.ports import FileLost, FileStore, PictureUndrawn


class Gallery:
    """Gives pictures to whoever sends them."""

    def __init__(self, painter: Painter, store: FileStore) -> None:
        self._painter = painter
        self._store = store

    async def draw(self, picture: ShownPicture) -> bytes:
        """Return a picture; raises like ``services.ports.Painter``."""
        if not isinstance(picture, StoredPicture):
            return await self._painter.draw(picture)
        try:
            return await self._store.read(picture.name)
        except FileLost:
            raise PictureUndrawn(reason=f"{picture.name} is lost") from None
