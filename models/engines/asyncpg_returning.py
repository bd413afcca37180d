"""asyncpg engine for Tortoise: a transaction whose start is cancelled or fails gives its connection back.

The stock engine takes a connection from the pool and loses it when the task is cancelled while BEGIN is
under way; five such accidents empty the pool. The module's name must contain "asyncpg": Tortoise's
migrations choose their dialect by it.
"""

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


class ReturningAsyncpgClient(AsyncpgDBClient):
    """Tortoise's asyncpg client with transactions of ours."""

    def _in_transaction(self) -> TransactionContext:
        return _Context(TransactionWrapper(self), self._pool_init_lock)


client_class = ReturningAsyncpgClient
