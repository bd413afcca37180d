"""Transactions survive cancellation, and rows that are only ever added are."""

import asyncio
import random
from typing import Any

import pytest
from tortoise import connections

from services import sql
from services.membership import members
from services.transaction import transact


async def _steps(count: int, *, is_sqlite: bool) -> None:
    """Let other tasks go on for a while: turns of the loop, or the time of a network answer."""
    for _ in range(count):
        await asyncio.sleep(0 if is_sqlite else 0.0001)


async def test_cancelling_300_transactions_leaks_neither_lock_nor_connection(database: str) -> None:
    chance = random.Random(7)

    async def write(number: int) -> None:
        async def work() -> None:
            await members.remember(number)
            await asyncio.sleep(0)
            await members.remember(number + 1_000_000)

        await transact(work)

    for number in range(300):
        task = asyncio.ensure_future(write(number))
        await _steps(chance.randrange(20), is_sqlite="sqlite" in database)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    async with asyncio.timeout(60):
        await asyncio.gather(*(write(5_000 + n) for n in range(20)))
        rows = await sql.fetch("SELECT telegram_id FROM member")
    ids = {row["telegram_id"] for row in rows}
    assert {5_000 + n for n in range(20)} <= ids
    assert {i + 1_000_000 for i in ids if i < 1_000_000} == {i for i in ids if i >= 1_000_000}


async def test_the_stock_engines_do_leak_when_cancelled(database_url: str) -> None:
    """The control: without our engines the same cancellations end in a hang or a dead pool."""
    from tortoise import Tortoise
    from tortoise.transactions import in_transaction

    from bot.database import configuration

    config = configuration(database_url)
    connection = config["connections"]["default"]
    is_sqlite = "sqlite" in connection["engine"]
    if not is_sqlite:
        connection["credentials"] |= {"minsize": 1, "maxsize": 2}
    connection["engine"] = "tortoise.backends.sqlite" if is_sqlite else "tortoise.backends.asyncpg"
    await Tortoise.init(config=config, _enable_global_fallback=True)
    client = connections.get("default")
    await client.execute_query("SELECT 1")

    pool: Any = None if is_sqlite else client._pool

    async def stays_leaked() -> bool:
        for _ in range(3):
            if not (client._lock.locked() if is_sqlite else pool.get_size() - pool.get_idle_size() == 2):
                return False
            await asyncio.sleep(0.05)  # a connection on its way back is not lost
        return True

    async def begin() -> None:
        async with in_transaction("default"):
            await asyncio.sleep(0)

    try:
        for steps in range(2_000):
            task = asyncio.ensure_future(begin())
            await _steps(steps % 20, is_sqlite=is_sqlite)
            task.cancel()
            await asyncio.wait([task], timeout=0.2)
            if await stays_leaked():
                break
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1):
                await asyncio.gather(*(begin() for _ in range(12)))
    finally:
        if is_sqlite:
            client._lock = asyncio.Lock()
            await Tortoise.close_connections()
        else:
            client._pool.terminate()
            client._pool = None
            await Tortoise.close_connections()


async def test_work_that_fails_leaves_nothing_behind(database: str) -> None:
    async def work() -> None:
        await members.remember(1)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await transact(work)
    assert await sql.fetch("SELECT id FROM member") == []


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET action = 'x'", "DELETE FROM audit_entry"])
async def test_the_database_refuses_to_change_the_audit(database: str, statement: str) -> None:
    await sql.execute(
        "INSERT INTO audit_entry (action, subject, source, happened_at) VALUES ('a', 's', 'm', '2024-03-01')"
    )
    with pytest.raises(Exception, match="only ever added"):
        await sql.execute(statement)
