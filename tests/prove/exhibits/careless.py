"""The real bot with one fault in how it keeps evidence: what the proof has to find out.

``CARELESS`` names the fault: ``in_place`` writes files under their names and trusts what is there,
``row_first`` records what it has not kept yet, ``unswept`` leaves what it was writing, ``confirm_first``
tells Telegram that it has what it has not stored yet.
"""

import asyncio
import hashlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from bot.__main__ import main
from bot.file_store import FolderStore
from bot.intake import Intake

LATER = 0.2
PUT, STORE_ALL = FolderStore.put, Intake.store_all
KEPT: list[asyncio.Task[Any]] = []


class Careless(FolderStore):
    """Keeps files without care."""

    def _write(self, path: Path, content: bytes) -> None:
        """Write in place, half by half."""
        with path.open("wb") as file:
            file.write(content[: len(content) // 2])
            file.flush()
            self._failpoints.reach("store.in_write")
            file.write(content[len(content) // 2 :])

    def _is_there(self, path: Path, _: int) -> bool:
        return path.exists()


async def put_later(self: FolderStore, content: bytes, suffix: str) -> str:
    """Name a file, and write it when there is time."""
    later(PUT, self, content, suffix)
    return f"{hashlib.sha256(content).hexdigest()}.{suffix}"


async def leave(_: FolderStore) -> None:
    """Clear nothing away."""


async def store_later(self: Intake, bodies: Sequence[bytes]) -> None:
    """Say that updates are stored."""
    later(STORE_ALL, self, bodies)


def later(work: Any, *given: Any) -> None:
    """Do something when there is time."""

    async def wait() -> None:
        await asyncio.sleep(LATER)
        await work(*given)

    KEPT.append(asyncio.get_running_loop().create_task(wait()))


if __name__ == "__main__":
    store, intake = cast("Any", FolderStore), cast("Any", Intake)
    match os.environ["CARELESS"]:
        case "in_place":
            store._write, store._is_there = Careless._write, Careless._is_there
        case "row_first":
            store.put = put_later
        case "unswept":
            store.clear_unfinished = leave
        case "confirm_first":
            intake.store_all = store_later
    raise SystemExit(main(sys.argv[1:]))
