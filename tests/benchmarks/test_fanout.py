"""The judge of the fan-out finds what was lost, doubled or said to the wrong one; one real run goes well."""

import asyncio
import json
import time
from pathlib import Path

import orjson
import pytest

from benchmarks import fanout, fanout_page
from benchmarks.bots.probe import Probe
from benchmarks.fanout_office import MORNING
from benchmarks.fanout_runs import Offices, Sender, Sending, see_letters, send_all
from benchmarks.fanout_telegram import PER_SECOND, Counting
from benchmarks.http1 import Message
from benchmarks.load import Wrong
from benchmarks.page import PAGE
from benchmarks.peers import SQLITE

EXPECTED = {1: "市司法局", 2: "市公安局"}
REFUSED = b" 429 "


def said(server: Counting, chat: int, text: str) -> bytes:
    """Send a message as a bot would; return the server's answer."""
    return server._answer("sendMessage", Message(b"", orjson.dumps({"chat_id": chat, "text": text})))


@pytest.mark.parametrize(
    ("sent", "problem"),
    [
        ([(1, "市司法局"), (2, "市公安局")], ""),
        ([(1, "市司法局")], "1 lost"),
        ([(1, "市司法局"), (2, "市公安局"), (1, "市司法局")], "1 doubled"),
        ([(1, "市司法局"), (2, "市司法局")], "市公安局 is not in 市司法局"),
        ([(1, "市司法局"), (2, "市公安局"), (3, "")], "1 to somebody who was to get none"),
    ],
)
def test_the_judge_counts_every_message(sent: list[tuple[int, str]], problem: str) -> None:
    server = Counting(expected=EXPECTED)
    for chat, text in sent:
        said(server, chat, text)
    assert server.problem() == problem


def test_one_message_too_many_in_a_second_and_everybody_is_refused() -> None:
    server = Counting(limited=True)
    answers = [said(server, chat, "") for chat in range(PER_SECOND + 2)]
    assert [REFUSED in each for each in answers] == [False] * PER_SECOND + [True, True]


def test_a_chat_gets_one_message_a_second() -> None:
    server = Counting(limited=True)
    assert REFUSED not in said(server, 1, "")
    assert REFUSED in said(server, 1, "")
    assert REFUSED not in said(server, 2, "")


def test_only_the_held_chat_is_refused() -> None:
    server = Counting(held=1, held_seconds=20)
    assert b'"retry_after":20' in said(server, 1, "")
    assert REFUSED not in said(server, 2, "")


async def test_who_sends_to_all_at_once_is_refused_and_loses_letters(tmp_path: Path) -> None:
    gathering = Sender("gathering", "stock_fanout", "gather")
    server = Counting(expected={chat: f"{chat}" for chat in range(1, 91)}, limited=True)
    with pytest.raises(Wrong, match=r"gathering: \d+ lost"):
        await send_all(gathering, server, "", tmp_path)
    assert server.refused > 0


async def test_the_real_bot_sends_each_letter_once(tmp_path: Path) -> None:
    offices = Offices(tmp_path, "")
    database, expected = await offices.copy(SQLITE, 60)
    run = await send_all(fanout.OURS, Counting(expected=expected), database, tmp_path)
    assert run.count == 61  # the office's own letter is among them
    assert 0 < run.processor < 0.1
    assert run.refused == 0
    again, expected = await offices.copy(SQLITE, 60)
    with pytest.raises(Wrong, match=r"61 letters, but .* gives 0"):
        await see_letters(fanout.OURS, again, len(expected))


def test_aims_are_judged_and_the_page_has_its_marks() -> None:
    ours, slow = fanout.OURS, fanout.STOCK
    good = Sending(100, 1.0, 0.0005, 60, late=0.5, own=0.019, often=0, garbage=0, refused=0, gap=0.2)
    bad = Sending(100, 1.0, 0.001, 60, late=0.5, own=0.021, often=1, garbage=0, refused=3, gap=1.2)
    results = fanout_page.Results(ours, fanout.FLOOR, slow, fanout.PACED)
    results.hurried = {ours: [good], slow: [bad]}
    results.paced, results.around_held, results.held_seconds = bad, good, 20
    text = fanout_page.written(results, MORNING.date())
    assert "0.50 × | reached" in text
    assert "19 ms | reached" in text
    assert "21 ms | **missed**" in text
    assert "3 refused | **missed**" in text
    assert "0.20 s | reached" in text
    page = PAGE.read_text("utf-8")
    assert page.count(fanout_page.BEGIN) == page.count(fanout_page.END) == 1


def test_the_probe_sees_a_loop_that_stands_still(tmp_path: Path) -> None:
    seen = json.loads(standing_still(tmp_path / "probe.json"))
    assert seen["own"] > 0.05
    assert seen["often"] >= 1


def standing_still(file: Path) -> str:
    """Keep a watched loop busy for a moment; return what the probe wrote."""

    async def main() -> None:
        watching = asyncio.ensure_future(Probe(file).run())
        await asyncio.sleep(0.05)
        until = time.process_time() + 0.06
        while time.process_time() < until:
            pass
        while not file.exists() or not json.loads(file.read_text())["often"]:
            await asyncio.sleep(0.02)
        watching.cancel()

    asyncio.run(main())
    return file.read_text()
