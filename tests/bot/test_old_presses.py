"""A press lives for 150 seconds at Telegram; what it shows or does can be shown and done after that too."""

import datetime as dtm
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.database import opened
from services import sql
from services.core.occasion import Occasion
from services.membership import members
from services.reporting.reports import Reports
from tests.databases import current_file
from tests.prove.town import PATIENCE, Town, founded
from tests.shown import Shown, shown

OFFICE, REPORTER = 700000001, 700000003
LONG = dtm.timedelta(seconds=200)


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """A town with two reports that wait for a reviewer, and no bot yet."""
    async with founded(tmp_path, current_file(tmp_path / "duban.db"), with_examples=True) as found:
        async with opened(found.database):
            await sql.execute("UPDATE category SET review_rule = 'reviewed'")
            reporter = await members.get_actor(REPORTER, "", None, is_deployment_administrator=False)
            now = dtm.datetime(2024, 3, 20, 1, tzinfo=dtm.UTC)
            for number in (3, 2):
                said = Occasion(f"message/m{reporter.member_id}/{number}", now, now.date())
                await Reports().submit(reporter, f"动态 {number}", said)
        yield found


async def seen(town: Town) -> list[Shown]:
    """What the bot has shown to the office, in the order in which it was shown or changed."""
    return [each for each in map(shown, await town.get(f"chats/{OFFICE}/messages?after=0")) if each.is_by_bot]


async def until_seen(town: Town, words: str) -> Shown:
    async def found() -> Shown | None:
        return next((each for each in await seen(town) if words in each.text), None)

    card: Shown = await town.until(found, PATIENCE, words)
    return card


async def press(town: Town, message: Shown, words: str) -> Any:
    data = message.data_of(words)
    return await town.post("presses", chat=OFFICE, message_id=message.id, data=data, **{"from": OFFICE})


async def let_time_pass(town: Town) -> None:
    now = dtm.datetime.fromisoformat((await town.get("clock"))["now"])
    await town.post("clock", now=(now + LONG).isoformat())


async def accepted(town: Town) -> int:
    ((count,),) = await town.query("SELECT COUNT(*) FROM review WHERE state = 'accepted'")
    return int(count)


async def test_what_was_pressed_too_long_ago_is_done_once_and_shown_all_the_same(town: Town) -> None:
    await town.start_ready()
    await town.say(OFFICE, "/review")
    card = await until_seen(town, "动态通知类 3 条")

    # Nobody is there for 200 seconds: Telegram forgets the press, and the old button still does its work.
    await town.until(town.is_settled)
    await town.kill()
    await press(town, card, "采用")
    await let_time_pass(town)
    await town.start_ready(failpoint="lane.before_handler")
    assert await accepted(town) == 0

    # It arrives, the machine dies, and two hundred seconds later it is taken up again: too late for a toast.
    await press(town, card, "采用")
    assert await town.wait_for_death(PATIENCE)
    await let_time_pass(town)
    await town.start()
    decided = await until_seen(town, "已采用")
    assert decided.id == card.id
    assert await accepted(town) == 1
    rest = await until_seen(town, "动态通知类 2 条")

    # The same button once more, and again the alert comes too late: it is said in a message instead.
    await town.until(town.is_settled)
    await town.kill()
    await town.start_ready(failpoint="lane.before_handler")
    await press(town, card, "采用")
    assert await town.wait_for_death(PATIENCE)
    await let_time_pass(town)
    await town.start()
    assert (await until_seen(town, "这一步已经办过")).id > rest.id
    assert await accepted(town) == 1
