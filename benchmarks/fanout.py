"""`./run bench fanout [--short]`: send thousands of reminders; write their part of docs/benchmarks.md."""

import argparse
import asyncio
import datetime as dtm
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import uvloop

from benchmarks import fanout_page, meter, page
from benchmarks.fanout_office import FIRST_CHAT
from benchmarks.fanout_runs import Offices, Sender, Sending, send_all
from benchmarks.fanout_telegram import Counting
from benchmarks.load import Wrong
from benchmarks.peers import POSTGRES, SQLITE
from benchmarks.postgres import postgres
from benchmarks.rounds import LOAD_PLACE

OURS = Sender("Duban, SQLite", "duban_fanout", "hurry", SQLITE)
OURS_POSTGRES = Sender("Duban, PostgreSQL", "duban_fanout", "hurry", POSTGRES)
FLOOR = Sender("our request class alone, 30 in flight", "stock_fanout", "ours")
STOCK = Sender("stock, one after the other", "stock_fanout", "one")
STOCK_THIRTY = Sender("stock, 30 in flight", "stock_fanout", "thirty")
HURRIED = (OURS, FLOOR, STOCK, OURS_POSTGRES, STOCK_THIRTY)
PACED = Sender("Duban, SQLite, at its pace", "duban_fanout", "paced", SQLITE)


@dataclass(frozen=True, slots=True)
class Extent:
    """How much is sent in each part, and how often; ``held_seconds`` is what one chat is refused for."""

    units: int = 10_000
    rounds: int = 3
    paced: int = 1500
    around_held: int = 600
    held_seconds: int = 20


LONG = Extent()
SHORT = Extent(units=500, rounds=1, paced=150, around_held=60, held_seconds=3)


def main(words: Sequence[str]) -> int:
    """Measure, print, and write the page unless it is the short run; 1 when a sender lost or doubled any."""
    parser = argparse.ArgumentParser(prog="./run bench fanout")
    parser.add_argument("--short", action="store_true", help="one short round; the page stays as it is")
    is_short: bool = parser.parse_args(words).short
    meter.pin(0, LOAD_PLACE)
    with tempfile.TemporaryDirectory(prefix="duban-fanout-") as folder, postgres() as server:
        offices = Offices(Path(folder), server)
        try:
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                results = runner.run(measure(offices, SHORT if is_short else LONG))
        except Wrong as wrong:
            sys.stderr.write(f"{wrong}\n")
            return 1
    today = dtm.datetime.now(dtm.UTC).date()  # noqa: TID251 - whoever measures says when
    text = fanout_page.written(results, today)
    sys.stdout.write(f"\n{text}\n")
    if not is_short:
        page.put_into(page.PAGE, text, fanout_page.BEGIN, fanout_page.END)
    return 0


async def measure(offices: Offices, extent: Extent) -> fanout_page.Results:
    """Run everything; ours first in each round, because the others send the texts that it wrote."""
    results = fanout_page.Results(OURS, FLOOR, STOCK, PACED)
    for _ in range(extent.rounds):
        texts: dict[int, str] = {}
        for sender in HURRIED:
            if sender.database == POSTGRES and not offices.server:
                continue
            telegram, database = Counting(expected=texts), ""
            if sender.is_ours:
                database, expected = await offices.copy(sender.database, extent.units)
                telegram = Counting(expected=expected)
            run = await send_all(sender, telegram, database, offices.folder)
            texts = texts or telegram.texts
            results.hurried.setdefault(sender, []).append(run)
            _tell(sender, run)
    database, expected = await offices.copy(SQLITE, extent.paced)
    telegram = Counting(expected=expected, limited=True)
    results.paced = await send_all(PACED, telegram, database, offices.folder)
    _tell(PACED, results.paced)
    database, expected = await offices.copy(SQLITE, extent.around_held)
    held = FIRST_CHAT + extent.around_held // 2
    telegram = Counting(expected=expected, limited=True, held=held, held_seconds=extent.held_seconds)
    results.around_held = await send_all(PACED, telegram, database, offices.folder)
    results.held_seconds = extent.held_seconds
    _tell(PACED, results.around_held)
    return results


def _tell(sender: Sender, run: Sending) -> None:
    sys.stdout.write(fanout_page.line(sender.name, run))
    sys.stdout.flush()
