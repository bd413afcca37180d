"""Background work that is kept, awaited and cancelled as one."""

import asyncio
from collections.abc import Coroutine
from typing import Any


class Nursery:
    """Owns every coroutine running beside the requests; a crash is kept for the loop's handler."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, Any]) -> "asyncio.Task[Any]":
        """Run a coroutine beside the others until it ends or the nursery closes."""
        started = asyncio.get_running_loop().create_task(work)
        self._running.add(started)
        started.add_done_callback(self._ended)
        return started

    def _ended(self, ended: "asyncio.Task[Any]") -> None:
        self._running.discard(ended)
        if not ended.cancelled() and (error := ended.exception()) is not None:
            ended.get_loop().call_exception_handler(
                {"message": "background work crashed", "exception": error}
            )

    async def close(self) -> None:
        """Cancel what still runs and wait for it."""
        running = tuple(self._running)
        for one in running:
            one.cancel()
        await asyncio.gather(*running, return_exceptions=True)
