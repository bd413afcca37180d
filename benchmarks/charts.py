"""`./run bench charts [--short]`: work rankings out, draw them; write their part of docs/benchmarks.md."""

import argparse
import asyncio
import datetime as dtm
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import uvloop

from benchmarks import charts_page, meter, page, standings
from benchmarks.charts_page import Drawer, Drawing, Results
from benchmarks.rounds import LOAD_PLACE
from bot.nursery import Nursery
from bot.painting import Painter
from services.core.numbers import format_percent, percent
from services.core.pictures import Bar, Block, RankingPicture, Tone, paged

UNITS, MANY_UNITS = 46, 200
ROUNDS, PICTURES, READS = 9, 12, 9
TARGET = 30
NAMES = ("融媒体中心", "城市社区管委会", "岿美山镇政府", "农业农村局", "人社局", "公路发展分中心", "司法局")
LAMPS = (
    (100, Tone.GOOD, "已完成"),
    (70, Tone.STEADY, "正常"),
    (40, Tone.SLOW, "偏慢"),
    (0, Tone.ALARM, "告急"),
)
SLEEP = 0.001
DRAWER_PLACE = 1


class PlainPainter(Painter):
    """Has matplotlib draw by itself, everything else being equal."""

    module = "benchmarks.bots.plain_drawing"


OURS, PLAIN = Drawer("Duban", Painter), Drawer("plain matplotlib", PlainPainter)


class Watch:
    """How long the loop stood still at most, as far as this process's own processor time goes."""

    def __init__(self) -> None:
        self.longest = 0.0

    async def run(self) -> None:
        """Watch for ever."""
        while True:
            began, used = time.perf_counter(), time.process_time()
            await asyncio.sleep(SLEEP)
            late = time.perf_counter() - began - SLEEP
            self.longest = max(self.longest, min(late, time.process_time() - used))


def main(words: Sequence[str]) -> int:
    """Measure, print, and write the page unless it is the short run."""
    parser = argparse.ArgumentParser(prog="./run bench charts")
    parser.add_argument("--short", action="store_true", help="one short round; the page stays as it is")
    is_short: bool = parser.parse_args(words).short
    meter.pin(0, LOAD_PLACE)
    rounds, pictures, reads = (1, 3, 3) if is_short else (ROUNDS, PICTURES, READS)
    now = dtm.datetime.now(dtm.UTC)  # noqa: TID251 - whoever measures says when
    with (
        tempfile.TemporaryDirectory(prefix="duban-charts-") as folder,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        results = runner.run(measure(Path(folder), rounds, pictures))
        results.readings = runner.run(standings.measure(Path(folder), rounds, reads, now))
    text = charts_page.written(results, now.date())
    sys.stdout.write(f"\n{text}\n")
    if not is_short:
        page.put_into(page.PAGE, text, charts_page.BEGIN, charts_page.END)
    return 0


async def measure(folder: Path, rounds: int, pictures: int) -> Results:
    """Draw with one and the other in turn, in a new process each time, other figures in every picture."""
    results = Results(OURS, PLAIN)
    for drawer in (OURS, PLAIN):  # the first process of all lists the machine's fonts
        await run(drawer, folder, 1)
    for _ in range(rounds):
        for drawer in (OURS, PLAIN):
            drawing = await run(drawer, folder, pictures)
            results.runs.setdefault(drawer, []).append(drawing)
            sys.stdout.write(charts_page.line(drawer, drawing))
            sys.stdout.flush()
    results.pages = await run_pages(folder)
    return results


async def run(drawer: Drawer, folder: Path, count: int) -> Drawing:
    """Draw so many pictures of ``UNITS`` after a first one."""
    nursery, watch = Nursery(), Watch()
    painter = drawer.painter(nursery, folder)
    before = meter.own_megabytes()
    watching = nursery.start(watch.run(), name="watch")
    try:
        first, _ = await _timed(painter, a_ranking(UNITS, 0))
        pid = painter.pid
        if pid is None:
            raise RuntimeError("no process draws")
        meter.pin(pid, DRAWER_PLACE)
        used = meter.processor_seconds(pid)
        drawn = [await _timed(painter, a_ranking(UNITS, number)) for number in range(1, count + 1)]
        return Drawing(
            first,
            tuple(seconds for seconds, _ in drawn),
            (meter.processor_seconds(pid) - used) / count,
            drawn[-1][1],
            meter.resident_megabytes(pid),
            meter.own_megabytes() - before,
            watch.longest,
        )
    finally:
        watching.cancel()
        await nursery.close(grace=1)
        await painter.close()


async def run_pages(folder: Path) -> float:
    """Return the seconds in which a warm process draws 200 units, picture by picture."""
    nursery = Nursery()
    painter = Painter(nursery, folder)
    try:
        await painter.draw(a_ranking(1, 0))
        return sum([(await _timed(painter, each))[0] for each in paged(a_ranking(MANY_UNITS, 1))])
    finally:
        await nursery.close(grace=1)
        await painter.close()


async def _timed(painter: Painter, picture: RankingPicture) -> tuple[float, int]:
    began = time.perf_counter()
    png = await painter.draw(picture)
    return time.perf_counter() - began, len(png)


def a_ranking(units: int, number: int) -> RankingPicture:
    """Make a ranking with figures of its own; the best is over the edge, the last has next to nothing."""
    bars = []
    for at in range(units):
        done = max(1, 90 - 90 * at // units + (at * (number + 3)) % 5)
        _, tone, word = next(lamp for lamp in LAMPS if 100 * done >= lamp[0] * TARGET)
        value, note = format_percent(percent(done, TARGET)), f"{done}/{TARGET}"
        moved = ("–", "▲2", "▼12", "新")[(at + number) % 4]
        name = NAMES[at % len(NAMES)]
        share = Decimal(done) / TARGET
        bars.append(Bar(str(at + 1), name, share, value, note, moved, tone, word, is_own=at == number))
    blank = RankingPicture("政务公开进度排名", "2024年2月", "数据截至2024年2月29日17:30", "", ())
    notes = ("口径：按审核采用数计算，百分比四舍五入保留一位小数；并列者名次相同，组内按机构序排列。",)
    return replace(blank, blocks=(Block("县直部门", tuple(bars)),), footnotes=notes)
