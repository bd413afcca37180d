"""Group commit: what arrives while one batch is being written becomes the next batch."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from bot.nursery import Nursery

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")

LARGEST = 500


class Batcher(Generic[Item, Outcome]):
    """Hands items to ``write`` in batches; each caller gets the outcome of its own item.

    ``write`` returns one outcome for each item, in order; an outcome that is an error is raised. When it
    raises itself, every caller of that batch gets the error.
    """

    def __init__(
        self,
        write: Callable[[Sequence[Item]], Awaitable[Sequence[Outcome | Exception]]],
        nursery: Nursery,
        name: str,
        largest: int = LARGEST,
    ) -> None:
        self._write = write
        self._nursery = nursery
        self._name = name
        self._largest = largest
        self._waiting: list[tuple[Item, asyncio.Future[Outcome]]] = []
        self._is_writing = False

    async def submit(self, item: Item) -> Outcome:
        """Return the item's outcome once its batch is written."""
        return await self.put(item)

    def put(self, item: Item) -> asyncio.Future[Outcome]:
        """Have an item written; the outcome is the future's."""
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if not self._is_writing:
            self._is_writing = True
            self._nursery.start(self._write_all(), name=self._name)
        return future

    async def _write_all(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[: self._largest], self._waiting[self._largest :]
                await self._write_one(batch)
        finally:
            self._is_writing = False

    async def _write_one(self, batch: list[tuple[Item, asyncio.Future[Outcome]]]) -> None:
        try:
            outcomes = await self._write([item for item, _ in batch])
        except BaseException as error:
            for _, future in batch:
                if not future.done():
                    future.set_exception(
                        error if isinstance(error, Exception) else ConnectionError("stopped while writing")
                    )
            if not isinstance(error, Exception):
                raise
            return
        for (_, future), outcome in zip(batch, outcomes, strict=True):
            if future.done():
                continue
            if isinstance(outcome, Exception):
                future.set_exception(outcome)
            else:
                future.set_result(outcome)
