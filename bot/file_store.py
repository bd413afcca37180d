"""A folder of files named by what is in them: the same one twice is one, and none is ever changed."""

import asyncio
import contextlib
import datetime as dtm
import errno
import hashlib
import logging
import os
import re
import tempfile
import threading
from collections.abc import Awaitable, Callable, Collection, Iterator
from pathlib import Path

from bot.failpoints import Failpoints
from services.ports import FileLost, StoreFull, StoreUnavailable

log = logging.getLogger(__name__)

NAME = re.compile(r"[0-9a-f]{64}\.[a-z0-9]{1,8}")
SUFFIX = re.compile(r"[a-z0-9]{1,8}")
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})

UNFINISHED = ".new-"
"""What begins so is being written, or was when the bot ended; backups leave it out."""

ASKED_AT_A_TIME = 500


def kept_in(folder: Path) -> Iterator[Path]:
    """List the files that were put into a folder, and nothing else that is in it."""
    for path in folder.glob("??/??/*"):
        if NAME.fullmatch(path.name) and path == _place(folder, path.name):
            yield path


def is_whole(name: str, content: bytes) -> bool:
    """Say whether a file's content is what its name says."""
    return hashlib.sha256(content).hexdigest() == name.partition(".")[0]


def _place(folder: Path, name: str) -> Path:
    return folder / name[:2] / name[2:4] / name


class FolderStore:
    """Keeps files as ``ab/cd/abcd….jpg``; nothing that anybody calls a file becomes part of a path."""

    def __init__(
        self, folder: Path, now: Callable[[], dtm.datetime], failpoints: Failpoints | None = None
    ) -> None:
        self._folder = folder
        self._now = now
        self._failpoints = failpoints or Failpoints()
        # Between a look at a file's age and its deletion nobody puts it once more.
        self._lock = threading.Lock()

    async def put(self, content: bytes, suffix: str) -> str:
        """Keep a file, down to the disk, and return its name; raises like ``services.ports.FileStore``."""
        if not SUFFIX.fullmatch(suffix):
            raise ValueError(suffix)
        return await asyncio.to_thread(self._put, content, suffix)

    async def read(self, name: str) -> bytes:
        """Return a file as it was put; raises FileLost."""
        return await asyncio.to_thread(self._read, name, self._path(name))

    async def delete(self, name: str) -> None:
        """Delete a file, if it is there."""
        await asyncio.to_thread(self._path(name).unlink, missing_ok=True)

    async def expel(self, name: str, before: dtm.datetime) -> bool:
        """Delete a file, unless it was put once more since a moment; True when it is not there any more."""
        path = self._path(name)
        await asyncio.to_thread(self._delete_old, [path], before)
        return not await asyncio.to_thread(path.exists)

    async def sweep(
        self, before: dtm.datetime, find_known: Callable[[Collection[str]], Awaitable[frozenset[str]]]
    ) -> int:
        """Delete what was last put before a moment and is unknown; return how many files that are.

        Where none at all is known nothing is deleted: these are another database's files.
        """
        old = await asyncio.to_thread(
            lambda: [path for path in kept_in(self._folder) if self._is_old(path, before)]
        )
        unknown: list[Path] = []
        for start in range(0, len(old), ASKED_AT_A_TIME):
            some = old[start : start + ASKED_AT_A_TIME]
            known = await find_known([path.name for path in some])
            unknown += [path for path in some if path.name not in known]
        if old and len(unknown) == len(old):
            log.warning("the database knows none of %d files in %s; they stay", len(old), self._folder)
            return 0
        return await asyncio.to_thread(self._delete_old, unknown, before)

    async def clear_unfinished(self) -> None:
        """Delete what was being written when the bot ended; only before anything is put."""
        await asyncio.to_thread(self._clear_unfinished)

    def _path(self, name: str) -> Path:
        if not NAME.fullmatch(name):
            raise ValueError(name)
        return _place(self._folder, name)

    def _put(self, content: bytes, suffix: str) -> str:
        name = f"{hashlib.sha256(content).hexdigest()}.{suffix}"
        path = self._path(name)
        try:
            if not self._is_there(path, len(content)):
                self._make_folder(path.parent)
                self._write(path, content)
        except OSError as error:
            log.error("no file can be kept in %s: %s", self._folder, error.strerror)  # noqa: TRY400
            raise (StoreFull if error.errno in NO_ROOM else StoreUnavailable) from None
        self._failpoints.reach("store.after_put")
        return name

    def _is_there(self, path: Path, size: int) -> bool:
        """Say whether a whole file is there, and count it as put just now."""
        with self._lock, contextlib.suppress(FileNotFoundError):
            if path.stat().st_size == size:
                self._date(path)
                return True
        return False

    def _write(self, path: Path, content: bytes) -> None:
        descriptor, unfinished = tempfile.mkstemp(prefix=UNFINISHED, dir=self._folder)  # 0600
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                self._failpoints.reach("store.in_write")
                os.fsync(file.fileno())
            self._date(Path(unfinished))
            self._failpoints.reach("store.before_rename")
            with self._lock:
                Path(unfinished).replace(path)
        except BaseException:
            Path(unfinished).unlink(missing_ok=True)
            raise
        self._failpoints.reach("store.after_rename")
        _sync(path.parent)

    def _date(self, path: Path) -> None:
        """Count a file as put just now, by the clock that the age of files is compared with."""
        moment = self._now().timestamp()
        os.utime(path, (moment, moment))

    def _make_folder(self, folder: Path) -> None:
        """Make a folder and those above it, for the owner alone, and have each on the disk."""
        if folder.is_dir():
            return
        self._make_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        _sync(folder.parent)

    def _read(self, name: str, path: Path) -> bytes:
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            raise FileLost(name=name) from None
        if not is_whole(name, content):
            log.error("the file %s is not what it was", path)
            raise FileLost(name=name)
        return content

    def _is_old(self, path: Path, before: dtm.datetime) -> bool:
        try:
            return path.stat().st_mtime < before.timestamp()
        except FileNotFoundError:
            return False

    def _delete_old(self, paths: Collection[Path], before: dtm.datetime) -> int:
        deleted = 0
        for path in paths:
            with self._lock:
                if self._is_old(path, before):
                    path.unlink(missing_ok=True)
                    deleted += 1
        return deleted

    def _clear_unfinished(self) -> None:
        for path in self._folder.glob(f"{UNFINISHED}*"):
            path.unlink(missing_ok=True)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
