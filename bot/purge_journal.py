"""What was deleted for ever, beside the folder of received files: a restored database does not know it."""

import asyncio
import os
import re
from collections.abc import Collection, Iterable
from pathlib import Path

from bot.file_store import NAME

LINE = re.compile(rf"(?P<exhibit>[0-9]{{1,18}}) (?P<name>{NAME.pattern})")


class PurgeJournal:
    """Lines of a piece of evidence's id and its file's name; only ever added to, and forced to the disk."""

    def __init__(self, folder: Path) -> None:
        self.path = folder.with_name(f"{folder.name}.purged")

    async def read(self) -> tuple[tuple[int, str], ...]:
        """Give what was written; a last line that was cut off is none."""
        return await asyncio.to_thread(self._read)

    async def add(self, purged: Iterable[tuple[int, str]]) -> None:
        """Write down what is not there yet, before the file goes."""
        await asyncio.to_thread(self._add, tuple(purged))

    def _read(self) -> tuple[tuple[int, str], ...]:
        try:
            lines = self.path.read_text("ascii", errors="replace").splitlines()
        except FileNotFoundError:
            return ()
        found = [match for line in lines if (match := LINE.fullmatch(line)) is not None]
        return tuple(dict.fromkeys((int(each["exhibit"]), each["name"]) for each in found))

    def _add(self, purged: Collection[tuple[int, str]]) -> None:
        there = set(self._read())
        lines = [f"{exhibit_id} {name}\n" for exhibit_id, name in purged if (exhibit_id, name) not in there]
        if not lines:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            # A line that a death cut off must not swallow the next one.
            file.write(("\n" + "".join(lines)).encode("ascii"))
            file.flush()
            os.fsync(file.fileno())
        parent = os.open(self.path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(parent)
        finally:
            os.close(parent)
