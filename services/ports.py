"""What use cases need that is neither the database nor ours to do: each is given to them."""

from typing import Protocol

from services.core.errors import UserError


class FileTooLarge(UserError):
    """The file is larger than may be fetched (``megabytes``)."""


class FileUnavailable(UserError):
    """The file could not be fetched; sending it again, or trying again, may help."""


class SentFiles(Protocol):
    """The files that people have sent."""

    async def fetch(self, file_id: str) -> bytes:
        """Return a file's bytes.

        Raises:
            FileTooLarge: Telegram gives no file of that size to a bot.
            FileUnavailable: Telegram could not be reached, or has the file no more.
        """
