"""The bot is killed while letters go out; and a second one stands by."""

import asyncio
import datetime as dtm
import signal
from pathlib import Path

import pytest

from tests.databases import current_file
from tests.prove.reminders.killing import Killing, judge, run, waiting, wrong_of

NOW = dtm.datetime.now(dtm.UTC)
TAKEN_OVER_WITHIN = 30.0
"""Seconds after a death by which the one that stood by has sent what waited."""


async def test_whenever_the_bot_dies_a_letter_comes_twice_only_where_nobody_can_know(tmp_path: Path) -> None:
    found = await run(tmp_path, current_file(tmp_path / "duban.db"), 1, NOW, people=40, kills=4)
    assert found.wrong == []
    assert found.deaths.total() == 4
    assert found.letters.total() == 40 + 1 + 8


async def test_who_stands_by_takes_over_within_thirty_seconds(tmp_path: Path) -> None:
    async with waiting(tmp_path, current_file(tmp_path / "duban.db"), NOW, 10) as (town, zoned):
        serving = await town.start(failpoint="outbox.after_wire:3", more=zoned)

        async def has_lock() -> bool:
            return (tmp_path / "duban.db.lock").exists()

        async def stands_by() -> bool:
            return "standing by" in town.log()

        await town.until(has_lock, what="the first bot has the right to serve")
        serving.send_signal(signal.SIGSTOP)  # it would be through with everything before the second is there
        await town.start(more=zoned)
        await town.until(stands_by, what="the second bot stands by")
        serving.send_signal(signal.SIGCONT)
        async with asyncio.timeout(60):
            await serving.wait()
        await town.until(town.is_settled, TAKEN_OVER_WITHIN, "the second bot has sent what waited")
        found = Killing()
        await judge(town, found)
    assert serving.returncode == 137
    assert found.wrong == []


@pytest.mark.parametrize(
    ("kind", "states", "attempts", "had"),
    [
        ("letter", ("sent", "sent"), 1, 1),
        ("letter", ("sent", "sent"), 2, 1),
        ("letter", ("sent", "sent"), 2, 2),
        ("letter", ("unknown", "unknown"), 2, 0),
        ("list", ("sent", "sent"), 1, 1),
        ("list", ("unknown", "unknown"), 1, 1),
    ],
)
def test_what_the_page_allows_is_not_wrong(
    kind: str, states: tuple[str, str], attempts: int, had: int
) -> None:
    assert not [*wrong_of(1, kind, states, attempts, had)]


@pytest.mark.parametrize(
    ("kind", "states", "attempts", "had"),
    [
        ("letter", ("sent", "sent"), 1, 2),
        ("letter", ("sent", "sent"), 3, 2),
        ("letter", ("sent", "sent"), 1, 0),
        ("letter", ("sent", "waiting"), 1, 1),
        ("letter", ("wire", "waiting"), 1, 1),
        ("letter", ("unknown", "unknown"), 1, 1),
        ("list", ("sent", "sent"), 2, 2),
        ("list", ("unknown", "unknown"), 2, 1),
    ],
)
def test_what_the_page_forbids_is_found(kind: str, states: tuple[str, str], attempts: int, had: int) -> None:
    assert [*wrong_of(1, kind, states, attempts, had)]
