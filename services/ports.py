"""What use cases need that is neither the database nor ours to do: each is given to them."""

from typing import Protocol

from services.core.errors import Fault, UserError
from services.core.pictures import Picture


class FileTooLarge(UserError):
    """The file is larger than may be fetched (``megabytes``)."""


class FileUnavailable(UserError):
    """The file could not be fetched; sending it again, or trying again, may help."""


class PictureUndrawn(Fault):
    """A picture could not be drawn (``reason``); what it shows also exists as text."""


class Painter(Protocol):
    """Draws pictures."""

    async def draw(self, picture: Picture) -> bytes:
        """Return a picture as PNG; PictureUndrawn if that cannot be, or takes too long."""


class SentFiles(Protocol):
    """The files that people have sent."""

    async def fetch(self, file_id: str) -> bytes:
        """Return a file's bytes.

        Raises:
            FileTooLarge: Telegram gives no file of that size to a bot.
            FileUnavailable: Telegram could not be reached, or has the file no more.
        """
