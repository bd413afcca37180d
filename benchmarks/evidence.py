"""`./run bench evidence [--short]`: make sent photos safe, take them in; write their part of the page."""

import argparse
import asyncio
import datetime as dtm
import io
import random
import statistics
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass

import uvloop
from PIL import Image

from benchmarks import flood_page, meter, others, page
from benchmarks.charts import Watch
from benchmarks.load import Wrong
from bot.nursery import Nursery
from bot.repainting import Repainter

BEGIN, END = "<!-- measured: ./run bench evidence writes this -->", "<!-- end of the evidence -->"
SIZE = (4000, 3000)
ROUNDS, PHOTOS, IN_FLIGHT = 5, 16, 4
LONGEST_SIDE = 2560
LONGEST_STALL = 0.020
TIMES_PLAIN = 1.0

OURS, PLAIN = "Duban", "Pillow in the loop"
Safe = Callable[[bytes], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Run:
    """One round of one way: photos a second, longest stall in seconds, MB that the asking process grew by."""

    rate: float
    stall: float
    grown: float


def main(words: Sequence[str]) -> int:
    """Measure, print, and write the page unless it is the short run; 1 when a bot did not do its work."""
    parser = argparse.ArgumentParser(prog="./run bench evidence")
    parser.add_argument("--short", action="store_true", help="one short round; the page stays as it is")
    is_short: bool = parser.parse_args(words).short
    rounds, photos = (1, 4) if is_short else (ROUNDS, PHOTOS)
    if not is_short:
        others.prepare()
    extent = flood_page.shortly() if is_short else flood_page.everything()
    now = dtm.datetime.now(dtm.UTC)  # noqa: TID251 - whoever measures says when
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            results = runner.run(measure(a_photo(), rounds, photos))
            floods = runner.run(flood_page.measure(extent, now))
    except Wrong as wrong:
        sys.stderr.write(f"{wrong}\n")
        return 1
    text = f"{written(results, now.date())}\n\n{flood_page.written(floods)}"
    sys.stdout.write(f"\n{text}\n")
    if not is_short:
        page.put_into(page.PAGE, text, BEGIN, END)
    return 0


async def measure(photo: bytes, rounds: int, photos: int) -> dict[str, list[Run]]:
    """Make photos safe in each way in turn."""
    results: dict[str, list[Run]] = {}
    for _ in range(rounds):
        repainter = Repainter()
        ways: dict[str, Safe] = {OURS: repainter.make_safe, PLAIN: _in_the_loop}
        try:
            for name, way in ways.items():
                await asyncio.gather(way(photo), way(photo))  # what is imported and started is not counted
                results.setdefault(name, []).append(await _run(way, photo, photos))
        finally:
            await repainter.close()
    return results


async def _run(way: Safe, photo: bytes, photos: int) -> Run:
    nursery, watch, left = Nursery(), Watch(), iter(range(photos))
    before = meter.own_megabytes()
    watching = nursery.start(watch.run(), name="watch")

    async def send() -> None:
        for _ in left:
            await way(photo)
            await asyncio.sleep(0)

    began = time.perf_counter()
    await asyncio.gather(*(send() for _ in range(IN_FLIGHT)))
    took = time.perf_counter() - began
    await asyncio.sleep(0.01)  # whoever watches wakes up once more
    watching.cancel()
    await nursery.close(grace=1)
    return Run(photos / took, watch.longest, meter.own_megabytes() - before)


async def _in_the_loop(content: bytes) -> bytes:
    """Do as tutorials do: open, make smaller, save."""
    picture = Image.open(io.BytesIO(content)).convert("RGB")
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=85)
    return file.getvalue()


def a_photo() -> bytes:
    """Make a photo of twelve megapixels, about as large as a telephone's file."""
    small = Image.frombytes("RGB", (500, 375), random.Random(1).randbytes(500 * 375 * 3))  # noqa: S311 - noise
    file = io.BytesIO()
    small.resize(SIZE, Image.Resampling.BICUBIC).save(file, "JPEG", quality=90)
    return file.getvalue()


def written(results: dict[str, list[Run]], on: dtm.date) -> str:
    """Write aims and table as Markdown."""
    head = f"Measured on {on} on {meter.machine()}: {IN_FLIGHT} photos of 12 megapixels at a time."
    return "\n\n".join([head, "\n".join(_aims(results[OURS], results[PLAIN])), "\n".join(_table(results))])


def _aims(ours: Sequence[Run], plain: Sequence[Run]) -> Iterator[str]:
    ratio = statistics.median(our.rate / other.rate for our, other in zip(ours, plain, strict=True))
    stall = max(run.stall for run in ours)
    yield "| aim | reached | |"
    yield "| --- | --: | --- |"
    words = f"≥ {TIMES_PLAIN:g} × as many photos as Pillow in the loop"
    yield f"| {words} | {ratio:.1f} × | {page.verdict(ratio >= TIMES_PLAIN)} |"
    words = f"the loop stands still ≤ {LONGEST_STALL * 1e3:.0f} ms"
    yield f"| {words} | {stall * 1e3:.1f} ms | {page.verdict(stall <= LONGEST_STALL)} |"


def _table(results: dict[str, list[Run]]) -> Iterator[str]:
    yield "| way | photos a second | longest stall ms | asking process grows MB |"
    yield "| --- | --: | --: | --: |"
    for name, runs in results.items():
        rate = statistics.median(run.rate for run in runs)
        stall, grown = max(run.stall for run in runs), max(run.grown for run in runs)
        yield f"| {name} | {rate:.1f} | {stall * 1e3:.1f} | {grown:.1f} |"
