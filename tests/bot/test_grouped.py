"""Small writes of many updates go together, and each gets its own outcome."""

import asyncio
import datetime as dtm

from bot.clock import Clock
from bot.grouped import GroupedWrites
from bot.nursery import Nursery
from services import buttons, inbox, sql
from services.buttons import NewButton
from services.inbox import NewUpdate

NOW = dtm.datetime(2024, 3, 1, 1, 30, tzinfo=dtm.UTC)


async def test_each_update_gets_the_tokens_of_its_own_buttons(database: str) -> None:
    clock = Clock(dtm.UTC)
    writes = GroupedWrites(clock, Nursery())
    wanted = [
        [NewButton(f"{each}/{n}", {"n": n}, each, each) for n in range(each % 4)] for each in range(700)
    ]
    issued = await asyncio.gather(*(writes.issue(shown) for shown in wanted if shown))
    for shown, tokens in zip(filter(None, wanted), issued, strict=True):
        read = [
            await buttons.read(token, shown[0].person or 0, shown[0].chat or 0, clock.now())
            for token in tokens
        ]
        assert [one.action for one in read] == [one.action for one in shown]


async def test_many_updates_are_done_together(database: str) -> None:
    stored = await inbox.store([NewUpdate(f"{n}", n, b"{}") for n in range(50)], NOW)
    writes = GroupedWrites(Clock(dtm.UTC), Nursery())
    await asyncio.gather(*(writes.finish(row.id) for row in stored if row))
    rows = await sql.fetch("SELECT DISTINCT finished_at FROM inbox WHERE state = 'done'")
    assert len(rows) <= 2  # the first alone, then all that came meanwhile; one by one, it would be fifty
