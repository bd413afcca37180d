"""asyncpg engine for Tortoise: a transaction whose start is cancelled or fails gives its connection back.

The stock engine takes a connection from the pool and loses it when the task is cancelled while BEGIN is
under way; five such accidents empty the pool. The module's name must contain "asyncpg": Tortoise's
migrations choose their dialect by it.

The stock pool also asks the server to forget a session's state each time a connection comes back, which
doubles the round trips. Nothing here leaves any: no cursors, no listening, no settings, and the locks that
outlive a transaction are taken on connections of their own.
"""

from typing import Any

import asyncpg
from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.base.client import (
    TransactionalDBClient,
    TransactionContext,
    TransactionContextPooled,
)
from tortoise.connection import get_connections


class _Context(TransactionContextPooled):
    __slots__ = ()

    async def __aenter__(self) -> TransactionalDBClient:
        await self.ensure_connection()
        pool = self.client._parent._pool  # noqa: SLF001
        connection = self.client._connection = await pool.acquire()  # noqa: SLF001
        token = None
        try:
            token = self.token = get_connections().set(self.connection_name, self.client)
            await self.client.begin()
        except BaseException:
            if token is not None:
                get_connections().reset(token)
            await pool.release(connection)  # asyncpg rolls back, or closes it
            raise
        return self.client


async def _keep_session(_: asyncpg.Connection) -> None:
    """Ask nothing of the server."""


class ReturningAsyncpgClient(AsyncpgDBClient):
    """Tortoise's asyncpg client with transactions of ours."""

    async def create_pool(self, **kwargs: Any) -> asyncpg.Pool:
        """Make the pool; what a connection comes back with is a transaction at most, which asyncpg undoes."""
        return await asyncpg.create_pool(None, reset=_keep_session, **kwargs)

    def _in_transaction(self) -> TransactionContext:
        return _Context(TransactionWrapper(self), self._pool_init_lock)


client_class = ReturningAsyncpgClient
