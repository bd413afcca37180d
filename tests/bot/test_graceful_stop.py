"""SIGTERM: the bot ends soon, says so with 0, and whatever it had not done is done by the next one."""

import asyncio
from pathlib import Path

from tests.databases import current_file
from tests.prove.town import founded

PEOPLE = (700000001, 700000002, 700000003, 700000004, 700000006, 700000007, 700000008)
ROUNDS = 6
HELD = PEOPLE[0]


async def test_a_busy_bot_stops_within_ten_seconds_and_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    async with founded(tmp_path, current_file(tmp_path / "duban.db")) as town:
        await town.start_ready(webhook=True)
        await town.post("faults", retry_seconds=0.05)
        await town.post("faults", fault="429", method="sendMessage", chat=HELD, retry_after=3600)
        for number in range(ROUNDS):
            for person in PEOPLE:
                await town.say(person, f"/lang {'en' if number % 2 else 'zh'}")
        await town.until_sent(PEOPLE[1], 1)
        loop = asyncio.get_running_loop()
        began = loop.time()
        assert await town.stop() == 0
        assert loop.time() - began < 10
        await town.start()
        for person in PEOPLE[1:]:
            await town.until_sent(person, ROUNDS)
            assert len(await town.sent(person)) == ROUNDS
        assert await town.sent(HELD) == []

        async def all_changed() -> bool:
            ((count,),) = await town.query("SELECT COUNT(*) FROM audit_entry")
            return bool(count == ROUNDS * len(PEOPLE))

        await town.until(all_changed)
        ((waiting,),) = await town.query("SELECT COUNT(*) FROM outbox WHERE state = 'pending'")
        assert waiting == ROUNDS


async def test_an_idle_bot_stops_at_once_and_so_does_one_that_stands_by(tmp_path: Path) -> None:
    async with founded(tmp_path, current_file(tmp_path / "duban.db")) as town:
        first = await town.start_ready()
        town.port = 0
        await town.start()

        async def stands_by() -> bool:
            return "standing by" in town.log()

        await town.until(stands_by)
        loop = asyncio.get_running_loop()
        began = loop.time()
        assert await town.stop() == 0
        town.bot = first
        assert await town.stop() == 0
        assert loop.time() - began < 5  # what it has begun it may end for five seconds: there is nothing
