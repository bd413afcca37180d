"""Fetches what people have sent from Telegram."""

import logging

from bot.api import BotApi, CallProblem, Refused
from services.ports import FileTooLarge, FileUnavailable

log = logging.getLogger(__name__)

MOST_BYTES = 20 * 1024 * 1024
"""What the Bot API lets a bot download."""


class TelegramFiles:
    """The files that people have sent, as Telegram keeps them."""

    def __init__(self, api: BotApi) -> None:
        self._api = api

    async def fetch(self, file_id: str) -> bytes:
        """Return a file's bytes; raises like ``services.ports.SentFiles``."""
        try:
            found = await self._api.call("getFile", {"file_id": file_id})
            return await self._api.download(found["file_path"], limit=MOST_BYTES)
        except Refused as refused:
            if "too big" in refused.description:
                raise FileTooLarge(megabytes=MOST_BYTES // 1024**2) from None
            log.warning("a file is refused: %s", refused)
            raise FileUnavailable from None
        except (CallProblem, KeyError, TypeError) as problem:
            log.warning("a file cannot be fetched: %s", problem)
            raise FileUnavailable from None
