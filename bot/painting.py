"""Has pictures drawn by a process of its own that stays warm, and remembers the last ones."""

import asyncio
import contextlib
import logging
import struct
import sys
from collections import OrderedDict
from pathlib import Path

from bot.metrics import PICTURES
from bot.nursery import Nursery
from services.core.pictures import Picture, content_key, to_json
from services.ports import PictureUndrawn
from settings import ROOT

log = logging.getLogger(__name__)

DRAWING_SECONDS = 20.0
STARTING_SECONDS = 90.0
"""A machine with thousands of fonts has them listed by the first process of all, which takes its time."""

REMEMBERED = 64
REMEMBERED_BYTES = 32 * 1024 * 1024
LONGEST_ANSWER = 16 * 1024 * 1024

LENGTH = struct.Struct(">I")
LOCALE = {"LC_ALL": "C.UTF-8"}


class Ended(Exception):
    """The drawing process is gone."""


class Painter:
    """Draws one picture at a time; the process starts with the first one."""

    module = "bot.drawing"
    """What the process runs."""

    def __init__(self, nursery: Nursery, folder: Path, font: Path | None = None) -> None:
        self._nursery = nursery
        self._folder = folder
        self._font = font
        self._lock = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None
        self._drawn: OrderedDict[str, bytes] = OrderedDict()
        self._wanted: dict[str, asyncio.Task[bytes | PictureUndrawn]] = {}

    async def draw(self, picture: Picture) -> bytes:
        """Return a picture as PNG; the same one is drawn once, however many ask.

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
            task = self._nursery.start(self._draw(key, to_json(picture).encode()), name="draw a picture")
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
        return None if self._process is None else self._process.pid

    async def close(self) -> None:
        """End the process."""
        async with self._lock:
            await self._end()

    async def _draw(self, key: str, asked: bytes) -> bytes | PictureUndrawn:
        try:
            async with self._lock:
                png = await self._ask(asked)
        except PictureUndrawn as problem:
            PICTURES.labels("undrawn").inc()
            return problem
        PICTURES.labels("drawn").inc()
        self._remember(key, png)
        return png

    async def _ask(self, asked: bytes) -> bytes:
        """Ask the process, a new one if it was gone; one that takes too long is killed."""
        is_old = self._process is not None
        try:
            answer = await self._exchange(asked)
        except TimeoutError:
            await self._end()
            raise PictureUndrawn(reason="it took too long") from None
        except asyncio.CancelledError:
            await self._end()  # its answer would be taken for the next picture's
            raise
        except (Ended, OSError) as problem:
            await self._end()
            if not is_old:
                raise PictureUndrawn(reason=f"the drawing process ended {problem}") from None
            log.warning("the drawing process was gone; another one draws")
            return await self._ask(asked)
        if not answer.startswith(b"+"):
            raise PictureUndrawn(reason=answer[1:].decode("utf-8", "replace"))
        return answer[1:]

    async def _exchange(self, asked: bytes) -> bytes:
        if self._process is None:
            async with asyncio.timeout(STARTING_SECONDS):
                self._process = await self._start()
                await _receive(self._process)
        if self._process.stdin is None:
            raise Ended
        async with asyncio.timeout(DRAWING_SECONDS):
            self._process.stdin.write(LENGTH.pack(len(asked)) + asked)
            await self._process.stdin.drain()
            return await _receive(self._process)

    async def _start(self) -> asyncio.subprocess.Process:
        with contextlib.suppress(OSError):  # without a folder of its own matplotlib makes one for the time
            self._folder.mkdir(parents=True, exist_ok=True)
        # None of the bot's settings: what draws words from outside needs no token.
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            self.module,
            str(self._font or ""),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            cwd=ROOT,
            env=LOCALE | {"MPLCONFIGDIR": str(self._folder.absolute()), "OPENBLAS_NUM_THREADS": "1"},
            start_new_session=True,  # a Ctrl+C is for the bot, which ends this in its own time
        )

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()

    def _remember(self, key: str, png: bytes) -> None:
        self._drawn[key] = png
        while len(self._drawn) > REMEMBERED or sum(map(len, self._drawn.values())) > REMEMBERED_BYTES:
            self._drawn.popitem(last=False)


async def _receive(process: asyncio.subprocess.Process) -> bytes:
    if process.stdout is None:
        raise Ended
    try:
        (length,) = LENGTH.unpack(await process.stdout.readexactly(LENGTH.size))
        if length > LONGEST_ANSWER:
            raise Ended
        return await process.stdout.readexactly(length)
    except asyncio.IncompleteReadError:
        raise Ended from None
