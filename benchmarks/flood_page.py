"""Measures the flood in interleaved rounds and writes its part of docs/benchmarks.md."""

import datetime as dtm
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks import flood, meter, page
from benchmarks.flood import ASKING, CHATS, RATE, Bot, Flooded, Photos
from benchmarks.peers import NO_DATABASE, SQLITE
from benchmarks.rounds import LOAD_PLACE, Databases

ROUNDS = 3
PHOTOS, DOCUMENTS = 200, 40
MOST_TIMES = 3.0
SHORT_PHOTOS, SHORT_SECONDS = CHATS, 2.0
WEBHOOK, POLLING, PLAIN = "Duban webhook", "Duban polling", "Pillow in a plain bot's loop, polling"

Results = dict[tuple[str, str], list[Flooded]]
"""Rounds by the files and the bot."""


@dataclass(frozen=True, slots=True)
class Extent:
    """How much is measured."""

    rounds: int
    alone: float
    kinds: Sequence[Photos]


def everything() -> Extent:
    """Measure photos as Telegram sends them, and those of a telephone sent as files."""
    photos = Photos("photos of 1280 × 960", flood.as_telegram_sends(), PHOTOS, is_document=False)
    documents = Photos("files of 12 megapixels", flood.as_a_telephone_takes(), DOCUMENTS, is_document=True)
    return Extent(ROUNDS, flood.ALONE_SECONDS, (photos, documents))


def shortly() -> Extent:
    """Show in one round that it works."""
    photos, documents = everything().kinds
    kinds = (replace(photos, count=SHORT_PHOTOS), replace(documents, count=CHATS // 4))
    return Extent(1, SHORT_SECONDS, kinds)


async def measure(extent: Extent, now: dtm.datetime) -> Results:
    """Measure A B C A B C: what the machine does meanwhile meets all of them."""
    results: Results = {}
    meter.pin(0, LOAD_PLACE)
    with tempfile.TemporaryDirectory(prefix="duban-flood-") as name:
        folder = Path(name)
        databases = Databases(folder, "", now)
        for turn in range(extent.rounds):
            for kind in extent.kinds:
                for bot in _bots(folder / f"{turn}-{len(results)}-{kind.is_document}"):
                    found = await flood.measure(bot, kind, databases, alone=extent.alone)
                    results.setdefault((kind.name, bot.name), []).append(found)
                    sys.stdout.write(f"{' '.join(_cells(kind.name, bot.name, [found]))}\n")
                    sys.stdout.flush()
    return results


def _bots(folder: Path) -> Iterator[Bot]:
    yield Bot(WEBHOOK, "duban", SQLITE, folder / "webhook")
    yield Bot(POLLING, "duban", SQLITE, folder / "polling", polls=True)
    yield Bot(PLAIN, "stock_photos", NO_DATABASE, folder / "plain")


def written(results: Results) -> str:
    """Write aims and table as Markdown."""
    words = (
        f"From arrival to the receipt: photos arrive at once from {CHATS} chats, while {ASKING} others "
        f"ask `/progress`, {RATE} times a second in all; each bot keeps to one processor."
    )
    return "\n\n".join([words, "\n".join(_aims(results)), "\n".join(_table(results))])


def _aims(results: Results) -> Iterator[str]:
    yield "| aim | reached | |"
    yield "| --- | --: | --- |"
    for (kind, bot), rounds in results.items():
        if bot == PLAIN:
            continue
        times = statistics.median(each.ratio for each in rounds)
        words = f"{bot}, {kind}: 95 of 100 others wait ≤ {MOST_TIMES:g} × as long as alone"
        yield f"| {words} | {times:.1f} × | {page.verdict(times <= MOST_TIMES)} |"


def _table(results: Results) -> Iterator[str]:
    head = ["what", "bot", "a second, end to end", "95 % of others within ms, alone", "meanwhile", "×"]
    yield f"| {' | '.join([*head, 'most MB', 'asked late ms'])} |"
    yield "| --- | --- | --: | --: | --: | --: | --: | --: |"
    for (kind, bot), rounds in results.items():
        yield f"| {' | '.join(_cells(kind, bot, rounds))} |"


def _cells(kind: str, bot: str, rounds: Sequence[Flooded]) -> list[str]:
    middle = statistics.median
    return [
        kind,
        bot,
        f"{middle(each.photos for each in rounds):.1f}",
        f"{middle(each.alone for each in rounds) * 1e3:,.1f}",
        f"{middle(each.meanwhile for each in rounds) * 1e3:,.1f}",
        f"{middle(each.ratio for each in rounds):,.1f}",
        f"{max(each.megabytes for each in rounds):,.0f}",
        f"{middle(each.lag for each in rounds) * 1e3:.1f}",
    ]
