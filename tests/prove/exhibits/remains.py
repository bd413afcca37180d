"""What a killed bot leaves behind: processes, half-written and unknown files, rows without one."""

import asyncio
import ctypes
import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from bot.file_store import UNFINISHED, is_whole, kept_in

SUBREAPER = 36
"""``PR_SET_CHILD_SUBREAPER``: what a dead child has started becomes a child of this process."""

PATIENCE = 12.0
"""Seconds within which it must have ended: the longest that one picture may be painted is 8."""

PROC = Path("/proc")


class Orphans:
    """Finds what dead bots have started: exactly that, whatever else the machine is doing."""

    def __init__(self) -> None:
        self._known: set[int] = set()
        self.seen = 0
        self.longest = 0.0

    def __enter__(self) -> Self:
        _adopt(True)
        self._known = set(_children())
        return self

    def __exit__(self, *_: object) -> None:
        _adopt(False)

    def know(self, pid: int) -> None:
        """Leave out a process that was started on purpose."""
        self._known.add(pid)

    async def wait(self, patience: float = PATIENCE) -> list[str]:
        """Wait for all of them to end, and tell of those that did not."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        left_behind = len(self._unknown())  # those that have ended wait for us to look
        self.seen += left_behind
        while (left := self.found()) and loop.time() - began < patience:
            await asyncio.sleep(0.02)
        if left_behind:
            self.longest = max(self.longest, loop.time() - began)
        return [f"process {pid} goes on: {_command(pid)}" for pid in left]

    def found(self) -> list[int]:
        """List what lives and is not known."""
        return [pid for pid in self._unknown() if not _is_reaped(pid)]

    def _unknown(self) -> list[int]:
        return [pid for pid in _children() if pid not in self._known]


@dataclass(frozen=True, slots=True)
class Row:
    """A row of evidence as it was found; ``source`` and ``opening`` with the person's own id."""

    source: str
    opening: str
    state: str
    stored_name: str
    digest: str
    answers: tuple[str, ...]


def count_unfinished(folder: Path) -> int:
    """Count the files that were being written."""
    return len([*folder.glob(f"{UNFINISHED}*")])


def torn_or_lost(folder: Path, stored: Sequence[str]) -> Iterator[str]:
    """Tell of files that are not what their names say, and of those that rows know and that are not there."""
    names = set()
    for path in kept_in(folder):
        names.add(path.name)
        if not is_whole(path.name, path.read_bytes()):
            yield f"half a file under its name: {path.name}"
    yield from (f"a row without its file: {name}" for name in stored if name and name not in names)


def left_in(folder: Path, known: Mapping[str, str], temporary: Path) -> Iterator[str]:
    """Tell what is in the store and nobody knows, what is known and not there, and what else was left.

    ``known`` gives the digest of what was sent as a document for each name, "" for a picture.
    """
    there = {path.name: path.read_bytes() for path in kept_in(folder)}
    yield from (f"nobody knows {name}" for name in there if name not in known)
    yield from (f"{name} is lost" for name in known if name not in there)
    for name, content in there.items():
        if not is_whole(name, content):
            yield f"{name} is not what it says"
        elif known.get(name) and hashlib.sha256(content).hexdigest() != known[name]:
            yield f"{name} is not what was sent"
    yield from (f"left in the store: {path.name}" for path in _others(folder, there))
    yield from (f"left in the temporary folder: {path.name}" for path in temporary.rglob("*"))


def _others(folder: Path, known: Mapping[str, bytes]) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file() and path.name not in known)


def _adopt(on: bool) -> None:
    ctypes.CDLL(None, use_errno=True).prctl(SUBREAPER, int(on), 0, 0, 0)


def _children() -> Iterator[int]:
    """List this process's children, and theirs."""
    parents: dict[int, list[int]] = {}
    for path in PROC.glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents.setdefault(int(fields[1]), []).append(int(path.parent.name))
    left = [*parents.get(os.getpid(), ())]
    while left:
        pid = left.pop()
        yield pid
        left += parents.get(pid, ())


def _is_reaped(pid: int) -> bool:
    """Bury a process that has ended; False while it lives."""
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    except ChildProcessError:
        return not (PROC / str(pid)).exists()


def _command(pid: int) -> str:
    try:
        return (PROC / str(pid) / "cmdline").read_text().replace("\0", " ")
    except OSError:
        return "?"
