"""Has strangers' pictures painted anew next door, two at a time, each by a process of its own."""

import asyncio
import logging
from functools import partial

from bot.failpoints import Failpoints
from bot.metrics import SENT_PICTURES
from bot.next_door import Ended, NextDoor
from bot.painted import MOST_BYTES, read_answer
from services.ports import (
    MOST_MEGAPIXELS,
    PicturesUnavailable,
    PictureTooLarge,
    PictureUnreadable,
    SafePicture,
)

log = logging.getLogger(__name__)

SECONDS = 10.0
"""From asking to the answer; the process next door gives itself less."""

STARTING_SECONDS = 20.0

SIDE_BY_SIDE = 2
"""Whoever sends a picture that takes long keeps nobody else waiting."""


class Repainter:
    """Makes sent pictures safe; a process starts with the first, another when that is busy."""

    module = "bot.repainting_child"
    """What the processes run."""

    def __init__(self, failpoints: Failpoints | None = None) -> None:
        self._failpoints = failpoints or Failpoints()
        on_asked = partial(self._failpoints.reach, "picture.in_child")
        # One arena: what each thread's allocator sets aside would count as used.
        variables = {"MALLOC_ARENA_MAX": "1"}
        self._doors = tuple(
            NextDoor(self.module, variables=variables, longest=MOST_BYTES, on_asked=on_asked)
            for _ in range(SIDE_BY_SIDE)
        )
        self._free = list(reversed(self._doors))
        self._turns = asyncio.Semaphore(SIDE_BY_SIDE)  # whoever came first has the next turn

    @property
    def pids(self) -> tuple[int, ...]:
        """The processes there are."""
        return tuple(door.pid for door in self._doors if door.pid is not None)

    async def make_safe(self, content: bytes) -> SafePicture:
        """Paint a picture anew; raises like ``services.ports.Pictures``."""
        try:
            safe = read_answer(await self._ask(content))
        except TimeoutError:
            SENT_PICTURES.labels("too_large").inc()
            raise PictureTooLarge(megapixels=MOST_MEGAPIXELS) from None
        except (PictureTooLarge, PictureUnreadable) as refused:
            SENT_PICTURES.labels(refused.key.removeprefix("error.picture_")).inc()
            raise
        except (Ended, OSError, ValueError) as problem:
            log.exception("no picture can be made safe")
            raise PicturesUnavailable from problem
        self._failpoints.reach("picture.after_child")
        SENT_PICTURES.labels("taken").inc()
        return safe

    async def _ask(self, content: bytes) -> bytes:
        async with self._turns:
            door = self._free.pop()  # the one that was used last, so that one is enough as long as it is
            try:
                return await door.ask(content, SECONDS, starting=STARTING_SECONDS)
            finally:
                self._free.append(door)

    async def close(self) -> None:
        """End the processes."""
        for door in self._doors:
            await door.close()
