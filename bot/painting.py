"""Has pictures drawn by a process of its own that stays warm, and remembers the last ones."""

import asyncio
import contextlib
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path

from bot.drawn import write_request
from bot.metrics import PICTURES
from bot.next_door import Ended, NextDoor
from bot.nursery import Nursery
from services.core.pictures import Picture, content_key
from services.ports import PictureUndrawn

DRAWING_SECONDS = 20.0
STARTING_SECONDS = 90.0
"""A machine with thousands of fonts has them listed by the first process of all, which takes its time."""

REMEMBERED = 64
REMEMBERED_BYTES = 32 * 1024 * 1024
LONGEST_ANSWER = 16 * 1024 * 1024


class Painter:
    """Draws one picture at a time; the process starts with the first one."""

    module = "bot.drawing"
    """What the process runs."""

    def __init__(self, nursery: Nursery, folder: Path, font: Path | None = None) -> None:
        self._nursery = nursery
        self._folder = folder
        self._next_door = NextDoor(
            self.module,
            (str(font or ""),),
            variables={"MPLCONFIGDIR": str(folder.absolute()), "OPENBLAS_NUM_THREADS": "1"},
            longest=LONGEST_ANSWER,
        )
        self._drawn: OrderedDict[str, bytes] = OrderedDict()
        self._wanted: dict[str, asyncio.Task[bytes | PictureUndrawn]] = {}

    async def draw(self, picture: Picture, photos: Sequence[bytes] = ()) -> bytes:
        """Return a picture with the photos it names; the same one is drawn once, however many ask.

        Raises:
            PictureUndrawn: it cannot be drawn, or took too long.
        """
        key = content_key(picture)
        if key in self._drawn:
            self._drawn.move_to_end(key)
            PICTURES.labels("remembered").inc()
            return self._drawn[key]
        task = self._wanted.get(key)
        if task is None:
            drawing = self._draw(key, write_request(picture, photos), is_kept=not photos)
            task = self._nursery.start(drawing, name="draw a picture")
            self._wanted[key] = task
            task.add_done_callback(lambda _: self._wanted.pop(key, None))
        # Who asked may give up; the picture is drawn for the others, and for the next time.
        drawn = await asyncio.shield(task)
        if isinstance(drawn, PictureUndrawn):
            raise drawn
        return drawn

    @property
    def pid(self) -> int | None:
        """The process that draws, None while there is none."""
        return self._next_door.pid

    async def close(self) -> None:
        """End the process."""
        await self._next_door.close()

    async def _draw(self, key: str, asked: bytes, *, is_kept: bool) -> bytes | PictureUndrawn:
        try:
            png = await self._ask(asked)
        except PictureUndrawn as problem:
            PICTURES.labels("undrawn").inc()
            return problem
        PICTURES.labels("drawn").inc()
        if is_kept:  # what people sent may be deleted, and must not be left here
            self._remember(key, png)
        return png

    async def _ask(self, asked: bytes) -> bytes:
        with contextlib.suppress(OSError):  # without a folder of its own matplotlib makes one for the time
            self._folder.mkdir(parents=True, exist_ok=True)
        try:
            answer = await self._next_door.ask(asked, DRAWING_SECONDS, starting=STARTING_SECONDS)
        except TimeoutError:
            raise PictureUndrawn(reason="it took too long") from None
        except (Ended, OSError) as problem:
            raise PictureUndrawn(reason=f"the drawing process ended {problem}") from None
        if not answer.startswith(b"+"):
            raise PictureUndrawn(reason=answer[1:].decode("utf-8", "replace"))
        return answer[1:]

    def _remember(self, key: str, png: bytes) -> None:
        self._drawn[key] = png
        while len(self._drawn) > REMEMBERED or sum(map(len, self._drawn.values())) > REMEMBERED_BYTES:
            self._drawn.popitem(last=False)
