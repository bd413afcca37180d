"""Reports, evidence and reviewers at random and at once, next to one model; and faults that must be found."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.database import connected
from tests.databases import current_file
from tests.prove.reviews.campaign import Broken, run
from tests.prove.reviews.faults import FAULTS, nobody_waits


@pytest.fixture
async def sqlite(tmp_path: Path) -> AsyncIterator[None]:
    async with connected(current_file(tmp_path / "duban.db")):
        yield


async def test_both_databases_hold_what_one_model_says(database: str) -> None:
    deeds = await run(6, stories=6, steps=50)
    assert sum(count for deed, count in deeds.items() if deed.endswith("accept done")) >= 10
    assert sum(count for deed, count in deeds.items() if deed.startswith("together")) >= 20


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_planted_fault_is_found(sqlite: None, fault: str) -> None:
    with FAULTS[fault](), pytest.raises(Broken):
        await run(6, stories=80, steps=60, shrinks=False)


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
async def test_decisions_that_do_not_wait_for_each_other_are_found(database: str) -> None:
    with nobody_waits(), pytest.raises(Broken):
        await run(6, stories=40, steps=60, shrinks=False)
