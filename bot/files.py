"""Fetches what people have sent from Telegram."""

import asyncio
import logging

from bot.api import BotApi, CallProblem, Refused
from bot.backoff import Backoff
from bot.failpoints import Failpoints
from services.ports import FileTooLarge, FileUnavailable

log = logging.getLogger(__name__)

MOST_BYTES = 20 * 1024 * 1024
"""What the Bot API lets a bot download."""

AT_ONCE = 8
"""Photos come from everybody at once, a file may have 20 MB, and two are painted at a time."""

TRIES = 4
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 5.0
SECONDS = 60.0
"""After so long no other try is begun: whoever sent the file waits for an answer."""


class TelegramFiles:
    """The files that people have sent, as Telegram keeps them."""

    def __init__(self, api: BotApi, failpoints: Failpoints | None = None) -> None:
        self._api = api
        self._failpoints = failpoints or Failpoints()
        self._turns = asyncio.Semaphore(AT_ONCE)

    def turn(self) -> asyncio.Semaphore:
        """Wait for one's turn to have a file in memory, and keep it while the block goes on."""
        return self._turns

    async def fetch(self, file_id: str) -> bytes:
        """Return a file's bytes; raises like ``services.ports.SentFiles``.

        What may pass is tried again a few times, from the beginning: a path is good for an hour or so only.
        """
        loop, backoff = asyncio.get_running_loop(), Backoff(first=FIRST_PAUSE, longest=LONGEST_PAUSE)
        until, left = loop.time() + SECONDS, TRIES
        while True:
            left -= 1
            try:
                return await self._fetch(file_id)
            except Refused as refused:
                if "too big" in refused.description:
                    raise FileTooLarge(megabytes=MOST_BYTES // 1024**2) from None
                wait = refused.retry_after
                if _is_final(refused) or not left or loop.time() + (wait or 0) > until:
                    log.warning("a file is refused: %s", refused)
                    raise FileUnavailable from None
            except (CallProblem, KeyError, TypeError) as problem:
                wait = None
                if not left or loop.time() > until:
                    log.warning("a file cannot be fetched: %s", problem)
                    raise FileUnavailable from None
            await backoff.pause(wait)

    async def _fetch(self, file_id: str) -> bytes:
        self._failpoints.reach("file.before_ask")
        found = await self._api.call("getFile", {"file_id": file_id})
        self._failpoints.reach("file.before_download")
        content = await self._api.download(found["file_path"], limit=MOST_BYTES)
        self._failpoints.reach("file.after_download")
        return content


def _is_final(refused: Refused) -> bool:
    """Tell whether Telegram will say the same again: it knows no such file, or not this bot."""
    return refused.status in {400, 401, 403}
