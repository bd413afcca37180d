"""`./run bench [--short]`: measure everything and write docs/benchmarks.md; or show shortly that it works.

`./run bench fanout` is `benchmarks.fanout`, `./run bench charts` `benchmarks.charts`.
"""

import argparse
import asyncio
import dataclasses
import datetime as dtm
import importlib.metadata
import platform
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import uvloop

from benchmarks import charts, evidence, fanout, meter, others, page
from benchmarks.load import Wrong
from benchmarks.peers import POSTGRES, Peer
from benchmarks.postgres import postgres
from benchmarks.results import Results
from benchmarks.rounds import LOAD_PLACE, Databases, interleaved, measure
from benchmarks.scenarios import GROWTH_PEER, GROWTH_ROUNDS, SCENARIOS, SIZES, Scenario

NAMED = ("python-telegram-bot", "aiohttp", "tortoise-orm", "uvloop")
SHORTER = 10


def main(words: Sequence[str]) -> int:
    """Measure, print, and write the page unless it is the short run; 1 when a bot did not do its work."""
    if words[:1] == ["fanout"]:
        return fanout.main(words[1:])
    if words[:1] == ["charts"]:
        return charts.main(words[1:])
    if words[:1] == ["evidence"]:
        return evidence.main(words[1:])
    parser = argparse.ArgumentParser(prog="./run bench")
    parser.add_argument("--short", action="store_true", help="one short round; the page stays as it is")
    is_short: bool = parser.parse_args(words).short
    others.prepare()
    meter.pin(0, LOAD_PLACE)
    now = dtm.datetime.now(dtm.UTC)  # noqa: TID251 - whoever measures says when
    with tempfile.TemporaryDirectory(prefix="duban-bench-") as folder, postgres() as server:
        databases = Databases(Path(folder), server, now)
        scenarios = [_fitted(each, has_postgres=bool(server), is_short=is_short) for each in SCENARIOS]
        try:
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                results = runner.run(_measure(scenarios, databases, is_short=is_short))
        except Wrong as wrong:
            sys.stderr.write(f"{wrong}\n")
            return 1
    text = page.written(results, scenarios, now.date(), _versions())
    sys.stdout.write(f"\n{text}\n")
    if not is_short:
        page.put_into(page.PAGE, text)
    return 0


async def _measure(scenarios: Sequence[Scenario], databases: Databases, *, is_short: bool) -> Results:
    results = Results()
    for scenario in scenarios:
        sys.stdout.write(f"{scenario.title}\n")
        async for peer, run in interleaved(scenario.peers, scenario.rounds, databases):
            results.add(scenario, peer, run)
            _tell(page.line(peer.name, run))
    growing = _shortened(GROWTH_PEER) if is_short else GROWTH_PEER
    for _ in range(1 if is_short else GROWTH_ROUNDS):
        for size in SIZES[:2] if is_short else SIZES:
            run = await measure(growing, databases, size=size, in_flight=1)
            results.growth.setdefault(size, []).append(run)
            _tell(page.line(f"{size.units or 'few'} units, {size.years} y", run))
    return results


def _tell(words: str) -> None:
    sys.stdout.write(words)
    sys.stdout.flush()


def _fitted(scenario: Scenario, *, has_postgres: bool, is_short: bool) -> Scenario:
    """Leave out what this machine has no PostgreSQL for; make it short."""

    def is_possible(peer: Peer) -> bool:
        return has_postgres or peer.database != POSTGRES

    def fitted(peer: Peer) -> Peer:
        return _shortened(peer) if is_short else peer

    return dataclasses.replace(
        scenario,
        peers=tuple(fitted(peer) for peer in scenario.peers if is_possible(peer)),
        rounds=1 if is_short else scenario.rounds,
        aims=tuple(
            dataclasses.replace(aim, ours=fitted(aim.ours), other=fitted(aim.other))
            for aim in scenario.aims
            if is_possible(aim.ours) and is_possible(aim.other)
        ),
    )


def _shortened(peer: Peer) -> Peer:
    return dataclasses.replace(peer, count=peer.count // SHORTER)


def _versions() -> str:
    ours = [f"{name} {importlib.metadata.version(name)}" for name in NAMED]
    return ", ".join([f"Python {platform.python_version()}", *ours, f"aiogram {others.version('aiogram')}"])


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
