"""A process that answers requests one after another over two pipes; it may die, hang or be left behind."""

import asyncio
import contextlib
import logging
import os
import signal
import struct
import sys
from collections.abc import Callable, Mapping, Sequence

from settings import ROOT

log = logging.getLogger(__name__)

LENGTH = struct.Struct(">I")
LOCALE = {"LC_ALL": "C.UTF-8"}
PIECE = 256 * 1024
"""So much at a time is given to the pipe, which would otherwise keep a copy of all of it."""


class Ended(Exception):
    """The process is gone."""


class NextDoor:
    """One such process; it starts with the first request, and again when it was gone.

    Attributes:
        module: what it runs, with ``arguments``.
        variables: all that it finds in its environment. None of the bot's settings: what reads words and
            pictures from outside needs no token.
        longest: bytes of an answer; more end it too.
        on_asked: called when a request is with it, and its answer is not here yet.
    """

    def __init__(
        self,
        module: str,
        arguments: Sequence[str] = (),
        *,
        variables: Mapping[str, str],
        longest: int,
        on_asked: Callable[[], None] = lambda: None,
    ) -> None:
        self._command = (sys.executable, "-m", module, *arguments)
        self._variables = {**LOCALE, **variables}
        self._longest = longest
        self._on_asked = on_asked
        self._lock = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int | None:
        """The process, None while there is none."""
        return None if self._process is None else self._process.pid

    async def ask(self, request: bytes, seconds: float, *, starting: float) -> bytes:
        """Return the answer to a request, which has its turn after those that were asked before.

        Raises:
            TimeoutError: it took more than ``seconds``, or a new process more than ``starting`` to be ready;
                the process was ended.
            Ended: it ended its process.
            OSError: no process can be started.
        """
        async with self._lock:
            is_old = self._process is not None
            try:
                return await self._ask(request, seconds, starting)
            except Ended:
                if not is_old:
                    raise
            log.warning("%s was gone; another one answers", self._command[2])
            return await self._ask(request, seconds, starting)

    async def close(self) -> None:
        """End the process."""
        async with self._lock:
            await self._end()

    async def _ask(self, request: bytes, seconds: float, starting: float) -> bytes:
        try:
            if self._process is None:
                async with asyncio.timeout(starting):
                    self._process = await self._start()
                    await self._receive(self._process)  # nothing, which says that it is ready
            async with asyncio.timeout(seconds):
                await _send(self._process, request)
                self._on_asked()
                return await self._receive(self._process)
        except BaseException:
            await self._end()  # its answer would be taken for that to the next request
            raise

    async def _receive(self, process: asyncio.subprocess.Process) -> bytes:
        if process.stdout is None:
            raise Ended
        try:
            (length,) = LENGTH.unpack(await process.stdout.readexactly(LENGTH.size))
            if length > self._longest:
                raise Ended
            return await process.stdout.readexactly(length)
        except (OSError, asyncio.IncompleteReadError):
            raise Ended from None

    async def _start(self) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            cwd=ROOT,
            env=self._variables,
            start_new_session=True,  # a Ctrl+C is for the bot, which ends this in its own time
        )

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # and whatever it has started
        await process.wait()


async def _send(process: asyncio.subprocess.Process, request: bytes) -> None:
    if process.stdin is None:
        raise Ended
    try:
        process.stdin.write(LENGTH.pack(len(request)))
        for start in range(0, len(request), PIECE):
            process.stdin.write(request[start : start + PIECE])
            await process.stdin.drain()
    except OSError:
        raise Ended from None
