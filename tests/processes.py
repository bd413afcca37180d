"""Starts ``python -m MODULE`` for a test: forked from one that has imported it, where that was asked for."""

import asyncio
import atexit
import contextlib
import functools
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from settings import ROOT
from tests.preloaded import NUMBER

PRELOADED = ("bot.serving", "bot.import_command", "pypinyin")
"""What a bot imports as it starts, what its command imports, and what it imports with the first message."""

LONGEST = 60.0
"""Seconds for what is run to its end."""


class Forked:
    """A process that another has forked; for its starter what ``asyncio`` makes of one it has started."""

    def __init__(
        self, pid: int, told: socket.socket, output: "_Output | None", error: "_Output | None"
    ) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self.stdout = output
        self.stderr = error
        self._told = told
        self._loop = asyncio.get_running_loop()
        self._ended = asyncio.Event()
        self._loop.add_reader(told, self._end)

    def _end(self) -> None:
        self._loop.remove_reader(self._told)
        with self._told:
            (self.returncode,) = NUMBER.unpack(self._told.recv(NUMBER.size))
        self._ended.set()

    async def wait(self) -> int:
        """Wait for its end and return its exit code."""
        await self._ended.wait()
        assert self.returncode is not None
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send it a signal; nothing happens when it has just ended."""
        with contextlib.suppress(ProcessLookupError):
            if self.returncode is None:
                os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to stop."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """Kill it."""
        self.send_signal(signal.SIGKILL)


Process = asyncio.subprocess.Process | Forked
_Output = asyncio.StreamReader
_is_preloading = False


@contextlib.contextmanager
def preloading(*, really: bool = True) -> Iterator[None]:
    """Have what is started in the block forked, which spares it the imports; or not, after all."""
    global _is_preloading  # noqa: PLW0603 - one for the process, as the parent is
    before, _is_preloading = _is_preloading, really
    try:
        yield
    finally:
        _is_preloading = before


async def start(
    module: str,
    environment: Mapping[str, str],
    *,
    output: IO[bytes] | None = None,
    words: Sequence[str] = (),
) -> Process:
    """Start ``python -m module words`` in the root of the source; it prints to ``output``, or to two pipes.

    It is forked within ``preloading``, unless its environment has what Python itself reads as it begins.
    """
    if _is_preloading and all(name == "PATH" or name.startswith("DUBAN_") for name in environment):
        return await _fork(module, environment, output, words)
    to = asyncio.subprocess.PIPE if output is None else output
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *words, cwd=ROOT, env=environment, stdout=to, stderr=to
    )


def finished(
    module: str, environment: Mapping[str, str], *words: str, answer: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run a forked ``python -m module words``, which reads ``answer``, to its end."""
    with TemporaryFile() as given, TemporaryFile() as output, TemporaryFile() as error:
        given.write(answer.encode())
        given.seek(0)
        with _ask(module, environment, words, [one.fileno() for one in (given, output, error)]) as told:
            told.settimeout(LONGEST)
            told.recv(NUMBER.size)
            (code,) = NUMBER.unpack(told.recv(NUMBER.size))
        output.seek(0)
        error.seek(0)
        return subprocess.CompletedProcess(words, code, output.read().decode(), error.read().decode())


async def _fork(
    module: str, environment: Mapping[str, str], output: IO[bytes] | None, words: Sequence[str]
) -> Forked:
    with contextlib.ExitStack() as stack:
        given = stack.enter_context(Path(os.devnull).open("rb"))
        readers: list[_Output | None] = [None, None]
        files = [0, 0]
        for at in (0, 1):
            if output is None:
                readers[at], files[at] = await _pipe()
                stack.callback(os.close, files[at])
            else:
                files[at] = output.fileno()
        told = _ask(module, environment, words, [given.fileno(), *files])
    told.setblocking(False)
    (pid,) = NUMBER.unpack(await asyncio.get_running_loop().sock_recv(told, NUMBER.size))
    return Forked(pid, told, *readers)


def _ask(
    module: str, environment: Mapping[str, str], words: Sequence[str], files: Sequence[int]
) -> socket.socket:
    """Ask for a process and return where its number is told, and then its exit code."""
    request = json.dumps({"module": module, "words": list(words), "environment": dict(environment)}).encode()
    told, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        socket.send_fds(_parent(), [request], [*files, theirs.fileno()])
    return told


async def _pipe() -> tuple[_Output, int]:
    """Return what reads a new pipe, and the number of its other end."""
    reading, writing = os.pipe()
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(reading, "rb")
    )
    return reader, writing


@functools.cache
def _parent() -> socket.socket:
    """Start the process that forks, which ends with this one."""
    asking, asked = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with asked:
        parent = subprocess.Popen(
            [sys.executable, "-m", "tests.preloaded", str(asked.fileno()), *PRELOADED],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"]},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=[asked.fileno()],
        )

    def end() -> None:
        asking.close()
        parent.wait()

    atexit.register(end)
    return asking
