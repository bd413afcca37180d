"""SQLite engine for Tortoise: transactions take the write lock at once and leave none behind.

Beside the one connection in its thread, which every transaction holds for itself, there is one that only
reads, in the loop's own thread: a look-up along an index takes less than changing threads does. For the same
reason what a transaction does to a few rows is done on the loop, once its beginning has waited in the thread
for the lock; its commit, which waits for the disk, is the thread's again.

The stock engine begins deferred (a read-then-write transaction fails with "database is locked" at once,
whatever the busy timeout) and forgets its connection lock when the task is cancelled while BEGIN is under
way, after which every query waits for ever. The module's name must contain "sqlite": Tortoise's migrations
choose their dialect by it.
"""

import asyncio
import datetime as dtm
import sqlite3
from collections.abc import Sequence
from typing import Any

import aiosqlite
from tortoise.backends.base.client import ConnectionWrapper, TransactionalDBClient, TransactionContext
from tortoise.backends.sqlite.client import (
    SqliteClient,
    SqliteTransactionContext,
    SqliteTransactionWrapper,
)
from tortoise.connection import get_connections
from tortoise.exceptions import IntegrityError, OperationalError


def _as_utc(moment: dtm.datetime) -> str:
    if moment.tzinfo is None:
        raise ValueError(f"naive datetime: {moment!r}")
    return moment.astimezone(dtm.UTC).isoformat(" ")


# Moments are text here and compared as text, which only holds when all of them are in one zone. Tortoise's
# own adapter, registered by the import above, keeps the zone a moment came with.
sqlite3.register_adapter(dtm.datetime, _as_utc)

LOOK_UP_SECONDS = 0.02
"""A reader waits for no writer, only while the file is put right after a crash; then its lane tries again."""


def _run(connection: sqlite3.Connection, query: str, values: Sequence[Any]) -> list[dict[str, Any]]:
    cursor = connection.execute(query, values)
    if cursor.description is None:
        return []
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


class ImmediateTransaction(SqliteTransactionWrapper):
    """Tortoise's transaction, which takes the write lock as it begins."""

    async def begin(self) -> None:
        """Wait in the thread until the lock is ours."""
        try:
            await self._connection.execute_fetchall("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            raise OperationalError(error) from error

    def run(self, query: str, values: Sequence[Any]) -> tuple[int, list[dict[str, Any]]]:
        """Run a statement that touches few rows, at once and on the loop; count and return them."""
        # The thread is idle: whoever holds the transaction has waited for what it gave the thread to do.
        connection = self._connection._conn  # noqa: SLF001
        before = connection.total_changes
        try:
            rows = _run(connection, query, values)
        except sqlite3.OperationalError as error:
            raise OperationalError(error) from error
        except sqlite3.IntegrityError as error:
            raise IntegrityError(error) from error
        return connection.total_changes - before, rows


class _Context(SqliteTransactionContext):
    __slots__ = ()

    async def __aenter__(self) -> TransactionalDBClient:
        await self._trxlock.acquire()
        token = None
        try:
            await self.ensure_connection()
            token = self.token = get_connections().set(self.connection_name, self.connection)
            await self._begin()
        except BaseException:
            if token is not None:
                get_connections().reset(token)
            self._trxlock.release()
            raise
        return self.connection  # type: ignore[no-any-return]

    async def _begin(self) -> None:
        # The statement runs in a thread whether or not we are still there: wait for it, then undo it.
        begin = asyncio.ensure_future(self.connection.begin())  # noqa: TID251 - awaited right here
        try:
            await asyncio.shield(begin)
        except asyncio.CancelledError:
            await asyncio.wait([begin])
            if begin.exception() is None:
                await self.connection._connection.rollback()  # noqa: SLF001
            raise


class _Connection(ConnectionWrapper[aiosqlite.Connection]):
    __slots__ = ()

    async def __aenter__(self) -> aiosqlite.Connection:
        await self._lock.acquire()
        try:
            await self.ensure_connection()
        except BaseException:
            self._lock.release()
            raise
        return self.connection


class ImmediateSqliteClient(SqliteClient):
    """Tortoise's SQLite client with transactions of ours, and look-ups beside them."""

    _reader: sqlite3.Connection | None = None

    async def create_connection(self, with_db: bool) -> None:  # noqa: ARG002, FBT001 - the stock signature
        """Open the file; a connection that did not take every pragma is not left in use."""
        try:
            await self._open()
            if self._reader is None:
                self._reader = sqlite3.connect(self.filename, timeout=LOOK_UP_SECONDS, isolation_level=None)
                self._reader.execute("PRAGMA query_only = ON")
        except BaseException:
            await self.close()
            raise

    async def _open(self) -> None:
        if self._connection is not None:
            return
        # As the stock engine does, but for the threads: SQLite itself has them take turns.
        self._connection = await aiosqlite.connect(
            self.filename, isolation_level=None, check_same_thread=False
        )
        self._connection.row_factory = sqlite3.Row
        for pragma, value in self.pragmas.items():
            await self._connection.execute_fetchall(f"PRAGMA {pragma}={value}")
        await self._post_connect()

    async def close(self) -> None:
        """Close both connections."""
        if self._reader is not None:
            self._reader.close()
            self._reader = None
        await super().close()

    def look_up(self, query: str, values: Sequence[Any]) -> list[dict[str, Any]] | None:
        """Read what is committed, at once and on the loop; None before the database is open."""
        if self._reader is None:
            return None
        return _run(self._reader, query, values)

    def acquire_connection(self) -> ConnectionWrapper[aiosqlite.Connection]:
        """Return a hold on the one connection that lets go when opening it fails."""
        return _Connection(self._lock, self)

    def _in_transaction(self) -> TransactionContext:
        return _Context(ImmediateTransaction(self), self._lock)


client_class = ImmediateSqliteClient
