"""The one way to change anything: work that commits whole or not at all, and is tried again whole."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from typing import TypeVar

import asyncpg
from tortoise import connections
from tortoise.backends.base.client import TransactionalDBClient
from tortoise.exceptions import OperationalError
from tortoise.transactions import in_transaction

T = TypeVar("T")

ATTEMPTS = 5
FIRST_PAUSE_SECONDS = 0.05

RETRIED = (
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    ConnectionError,
)


def is_passing(error: BaseException) -> bool:
    """Tell whether the database may well accept the same work a moment later."""
    if isinstance(error, RETRIED):
        return True
    cause = error.args[0] if isinstance(error, OperationalError) and error.args else error
    if isinstance(cause, RETRIED):
        return True
    return isinstance(cause, sqlite3.OperationalError) and "locked" in str(cause)


async def transact(work: Callable[[], Awaitable[T]]) -> T:
    """Run ``work`` in one transaction; again from its beginning when the database was only busy.

    Everything ``work`` reads and writes through the ORM or ``services.sql`` belongs to the transaction.
    It may run several times, so it does nothing that a rollback cannot undo. Inside another transaction it
    simply belongs to that one, whose owner tries again.
    """
    if isinstance(connections.get("default"), TransactionalDBClient):
        return await work()
    pause = FIRST_PAUSE_SECONDS
    for attempt in range(1, ATTEMPTS + 1):
        try:
            async with in_transaction("default"):
                return await work()
        except Exception as error:
            if attempt == ATTEMPTS or not is_passing(error):
                raise
        await asyncio.sleep(pause)
        pause *= 2
    raise AssertionError("unreachable")
