"""A short run of the real thing: bots are measured, and one that does not do its work is found out."""

import dataclasses
import datetime as dtm
from pathlib import Path

import pytest

from benchmarks import rounds, scenarios
from benchmarks.load import Wrong
from benchmarks.peers import NO_DATABASE, SQLITE, WEBHOOK, Peer
from benchmarks.rounds import Databases, interleaved, measure

NOW = dtm.datetime(2026, 11, 22, 2, tzinfo=dtm.UTC)


@pytest.fixture
def databases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Databases:
    monkeypatch.setattr(rounds, "WARM_UP", 20)
    return Databases(tmp_path, "", NOW)


def few(peer: Peer, count: int = 60) -> Peer:
    return dataclasses.replace(peer, count=count)


async def test_bots_are_measured_in_turn_and_every_answer_is_timed(databases: Databases) -> None:
    peers = [few(scenarios.OURS), few(scenarios.STOCK_POLLING)]
    runs = [(peer, run) async for peer, run in interleaved(peers, 1, databases)]
    assert [peer for peer, _ in runs] == peers
    for _, run in runs:
        assert len(run.seconds) == 60
        assert run.per_second > 0
        assert 0 < run.late < 60
        assert 0.1 < run.start < 60
        assert run.megabytes > 20
        assert 0 < run.processor < 0.1


async def test_changes_are_counted_in_their_table(databases: Databases) -> None:
    await measure(few(scenarios.OURS_WRITING, 30), databases)
    wrongly = dataclasses.replace(few(scenarios.OURS_WRITING, 30), counted="submission WHERE id < 0")
    with pytest.raises(Wrong, match="gives 0"):
        await measure(wrongly, databases)


async def test_a_bot_that_answers_something_else_is_found_out(databases: Databases) -> None:
    liar = Peer("liar", "ceiling", WEBHOOK, SQLITE, count=30)  # it is told an address, and says that to all
    with pytest.raises(Wrong, match="liar: 市司法局 is not in sqlite://"):
        await measure(liar, databases)


async def test_a_bot_that_stores_nothing_is_found_out(databases: Databases) -> None:
    database, _ = await databases.copy(SQLITE, scenarios.SIZES[0])
    forgetful = Peer("forgetful", "ceiling", WEBHOOK, SQLITE)
    with pytest.raises(Wrong, match="forgetful: 5 updates, but"):
        await rounds.see_rows(forgetful, database, 5)


async def test_a_bot_that_does_not_start_is_found_out(databases: Databases) -> None:
    with pytest.raises(Wrong, match=r"it does not listen\n.*No module named"):
        await measure(Peer("nobody", "nobody", WEBHOOK, NO_DATABASE), databases)
