"""One tick: APScheduler only says when to look, what is due lives in the database."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable

from apscheduler.schedulers.asyncio import AsyncIOScheduler

log = logging.getLogger(__name__)

TICK_SECONDS = 30


class Tick:
    """What is looked at regularly, one look at a time."""

    def __init__(self, *looks: Callable[[], Awaitable[object]]) -> None:
        self._looks = looks
        self._lock = asyncio.Lock()

    async def run(self) -> None:
        """Look at everything once; one look's trouble is logged and does not keep the others from theirs."""
        async with self._lock:
            for look in self._looks:
                try:
                    await look()
                except Exception:
                    log.exception("a look of the tick went wrong")


@contextlib.asynccontextmanager
async def ticking(tick: Tick) -> AsyncIterator[None]:
    """Tick every thirty seconds for the time of the block."""
    scheduler = AsyncIOScheduler(timezone="UTC")
    scheduler.add_job(
        tick.run, "interval", seconds=TICK_SECONDS, coalesce=True, max_instances=1, misfire_grace_time=None
    )
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown(wait=False)
