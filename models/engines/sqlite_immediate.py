"""SQLite engine for Tortoise: transactions take the write lock at once and leave none behind.

The stock engine begins deferred (a read-then-write transaction fails with "database is locked" at once,
whatever the busy timeout) and forgets its connection lock when the task is cancelled while BEGIN is under
way, after which every query waits for ever. The module's name must contain "sqlite": Tortoise's migrations
choose their dialect by it.
"""

import asyncio
import sqlite3

from tortoise.backends.base.client import TransactionalDBClient, TransactionContext
from tortoise.backends.sqlite.client import (
    SqliteClient,
    SqliteTransactionContext,
    SqliteTransactionWrapper,
)
from tortoise.connection import get_connections
from tortoise.exceptions import OperationalError


class _ImmediateTransaction(SqliteTransactionWrapper):
    async def begin(self) -> None:
        try:
            await self._connection.commit()
            await self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            raise OperationalError(error) from error


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


class ImmediateSqliteClient(SqliteClient):
    """Tortoise's SQLite client with transactions of ours."""

    def _in_transaction(self) -> TransactionContext:
        return _Context(_ImmediateTransaction(self), self._lock)


client_class = ImmediateSqliteClient
