"""Look-ups read what is committed, beside whoever writes, and inside a transaction what it has written."""

import asyncio
import datetime as dtm
from typing import Any

from services import sql
from services.transaction import transact
from tests.builders import an_organisation

NAMES = "SELECT name FROM organisation ORDER BY id"


async def named() -> list[Any]:
    return [row["name"] for row in await sql.look_up(NAMES)]


async def test_a_look_up_waits_for_no_writer_and_sees_nothing_unfinished(database: str) -> None:
    await an_organisation("甲县")
    has_written, may_commit = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        await an_organisation("乙县")
        has_written.set()
        await may_commit.wait()

    writing = asyncio.ensure_future(transact(work))
    await has_written.wait()
    async with asyncio.timeout(5):  # it used to wait until the transaction had ended
        assert await named() == ["甲县"]
    may_commit.set()
    await writing
    assert await named() == ["甲县", "乙县"]


async def test_inside_a_transaction_a_look_up_sees_what_it_has_written(database: str) -> None:
    async def work() -> list[Any]:
        await an_organisation("甲县")
        return await named()

    assert await transact(work) == ["甲县"]


async def test_a_look_up_takes_parameters_wherever_they_stand(database: str) -> None:
    await an_organisation("甲县")
    rows = await sql.look_up(
        "SELECT $2 || name || $1 AS name FROM organisation WHERE name = $3", "b", "a", "甲县"
    )
    assert [dict(row) for row in rows] == [{"name": "a甲县b"}]


async def test_moments_of_any_zone_are_compared_as_moments(database: str) -> None:
    shanghai = dtm.timezone(dtm.timedelta(hours=8))
    noon_there = dtm.datetime(2024, 3, 1, 12, tzinfo=shanghai)  # 04:00 UTC
    await sql.execute(
        "INSERT INTO deployment (id, is_sandbox, sending_paused_at) VALUES (1, $1, $2)", True, noon_there
    )
    before = "SELECT id FROM deployment WHERE sending_paused_at <= $1"
    assert await sql.fetch(before, dtm.datetime(2024, 3, 1, 4, tzinfo=dtm.UTC))
    assert not await sql.fetch(before, dtm.datetime(2024, 3, 1, 3, 59, tzinfo=dtm.UTC))
    assert not await sql.look_up(before, dtm.datetime(2024, 3, 1, 11, 59, tzinfo=shanghai))
