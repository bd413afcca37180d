"""Clears the folder of received files of what nothing points to, such as what came with a lost message."""

import datetime as dtm
import logging

from bot.clock import Clock
from services.evidence import showings
from services.facts import exhibits
from services.ports import FileStore

log = logging.getLogger(__name__)

EVERY = dtm.timedelta(days=1)
FIRST = dtm.timedelta(hours=1)
"""After the start: a bot that is restarted every night clears too, and who has just restored something can
still look."""
SPARED = dtm.timedelta(days=1)
"""A file this young may belong to a message that is still being handled."""
LOOSE = dtm.timedelta(days=30)
"""So long evidence may be without a report: its question is forgotten, and its buttons work no more."""


class Clearing:
    """Looks once a day, first an hour after the start."""

    def __init__(self, store: FileStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._next_at = clock.now() + FIRST

    async def look(self) -> None:
        """Delete what has been unknown for long enough."""
        now = self._clock.now()
        if now < self._next_at:
            return
        self._next_at = now + EVERY
        await exhibits.let_go(now - LOOSE)
        gone = await self._store.sweep(now - SPARED, exhibits.find_known)
        await showings.clear()
        if gone:
            log.info("%s received files that nothing points to were deleted", gone)
