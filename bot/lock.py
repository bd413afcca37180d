"""One process serves a database at a time; a second one stands by and takes over."""

import asyncio
import contextlib
import fcntl
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import asyncpg

from bot.database import postgres_credentials, sqlite_path

SERVING_LOCK = 7_266_820_192
"""Key of the PostgreSQL advisory lock of the serving process (a number of ours)."""

RETRY_SECONDS = 1.0
log = logging.getLogger(__name__)


class AlreadyServed(Exception):
    """Another process serves this database."""


@contextlib.asynccontextmanager
async def serving(url: str, *, waits: bool, on_loss: Callable[[], None]) -> AsyncIterator[None]:
    """Hold the right to serve the database for the time of the block.

    Args:
        url: the database's address.
        waits: stand by until the other process is gone, instead of raising.
        on_loss: called when PostgreSQL ended our session, and the right with it.

    Raises:
        AlreadyServed: another process holds it and ``waits`` is false.
    """
    path = sqlite_path(url)
    holding = _file_lock(path) if path is not None else _session_lock(url, on_loss)
    async with holding as try_to_take:
        is_told = False
        while not await try_to_take():
            if not waits:
                raise AlreadyServed
            if not is_told:
                log.warning(
                    "已有督办在用这个数据库，这里等它停下再接替 "
                    "(another process serves this database: standing by)"
                )
                is_told = True
            await asyncio.sleep(RETRY_SECONDS)
        yield


@contextlib.asynccontextmanager
async def _file_lock(path: Path) -> AsyncIterator[Callable[[], Awaitable[bool]]]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_name(path.name + ".lock").open("w") as file:

        async def take() -> bool:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True

        yield take


@contextlib.asynccontextmanager
async def _session_lock(
    url: str, on_loss: Callable[[], None]
) -> AsyncIterator[Callable[[], Awaitable[bool]]]:
    connection = await asyncpg.connect(**postgres_credentials(url))
    is_closing = False

    def ended(_: object) -> None:
        if not is_closing:
            on_loss()

    connection.add_termination_listener(ended)

    async def take() -> bool:
        return bool(await connection.fetchval("SELECT pg_try_advisory_lock($1)", SERVING_LOCK))

    try:
        yield take
    finally:
        is_closing = True
        await connection.close()
