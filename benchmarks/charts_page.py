"""Writes what drawing came to into docs/benchmarks.md, between marks of its own."""

import datetime as dtm
import statistics
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from benchmarks import meter
from benchmarks.office import SMALL
from benchmarks.page import verdict
from benchmarks.standings import LARGE, OLD, SIZES, TIMES_UNITS, Reading, Readings
from bot.painting import Painter

BEGIN, END = "<!-- measured: ./run bench charts writes this -->", "<!-- end of the charts -->"

LONGEST_DRAWING = 0.090
LARGEST = 120_000
TIMES_PLAIN = 4.0
LONGEST_STALL = 0.020
TIMES_HISTORY = 1.15
TIMES_A_UNIT = 1.25
READ: tuple[tuple[str, Callable[[Reading], float]], ...] = (
    ("a month", lambda each: each.month),
    ("the year", lambda each: each.year),
)


@dataclass(frozen=True, slots=True)
class Drawer:
    """Who draws."""

    name: str
    painter: type[Painter]


@dataclass(frozen=True, slots=True)
class Drawing:
    """One process's pictures.

    Seconds of the first, its start included, and of each later one; ``processor`` is what a later one costs.
    ``size`` is in bytes; ``megabytes`` are the drawing process's, ``grown`` is what the asking one grew by.
    ``stall`` is how long the asking loop stood still at most.
    """

    first: float
    later: tuple[float, ...]
    processor: float
    size: int
    megabytes: float
    grown: float
    stall: float

    @property
    def seconds(self) -> float:
        """The median of the later pictures."""
        return statistics.median(self.later)


@dataclass
class Results:
    """Every run of the one and the other; ``pages`` is what 200 units took, ``readings`` are `/rank`'s."""

    ours: Drawer
    plain: Drawer
    runs: dict[Drawer, list[Drawing]] = field(default_factory=dict)
    pages: float = 0.0
    readings: Readings = field(default_factory=Readings)

    def middle(self, drawer: Drawer, of: Callable[[Drawing], float]) -> float:
        """Return the median of one figure over a drawer's runs."""
        return statistics.median(of(run) for run in self.runs[drawer])

    def ratio(self, of: Callable[[Drawing], float]) -> float:
        """How many times ours the plain one takes: the median of the rounds."""
        pairs = zip(self.runs[self.plain], self.runs[self.ours], strict=True)
        return statistics.median(of(plain) / of(ours) for plain, ours in pairs)


def written(results: Results, on: dtm.date) -> str:
    """Write aims and table as Markdown."""
    head = f"Measured on {on} on {meter.machine()}."
    parts = [_aims(results), _table(results), _reading_aims(results.readings), _readings(results.readings)]
    return "\n\n".join([head, *("\n".join(part) for part in parts)])


def _aims(results: Results) -> Iterator[str]:
    ours = results.ours
    later = results.middle(ours, lambda run: run.seconds)
    size = results.middle(ours, lambda run: run.size)
    stall = max(run.stall for run in results.runs[ours])
    ratio = results.ratio(lambda run: run.seconds)
    yield "| aim | reached | |"
    yield "| --- | --: | --- |"
    yield _aim(
        f"a later picture ≤ {LONGEST_DRAWING * 1e3:.0f} ms", f"{later * 1e3:.0f} ms", later <= LONGEST_DRAWING
    )
    yield _aim(f"plain matplotlib takes ≥ {TIMES_PLAIN:g} × as long", f"{ratio:.1f} ×", ratio >= TIMES_PLAIN)
    yield _aim(f"a picture ≤ {LARGEST // 1000} KB", f"{size / 1000:.0f} KB", size <= LARGEST)
    words = f"the asking loop stands still ≤ {LONGEST_STALL * 1e3:.0f} ms"
    yield _aim(words, f"{stall * 1e3:.1f} ms", stall <= LONGEST_STALL)


def _aim(words: str, reached: str, holds: bool) -> str:  # noqa: FBT001 - it is the verdict
    return f"| {words} | {reached} | {verdict(holds)} |"


def _table(results: Results) -> Iterator[str]:
    yield "| drawer | first ms | later ms | CPU ms | KB | its RSS MB | asking process grows MB | stall ms |"
    yield "| --- | --: | --: | --: | --: | --: | --: | --: |"
    for drawer in results.runs:
        cells = [
            drawer.name,
            f"{results.middle(drawer, lambda run: run.first) * 1e3:.0f}",
            f"{results.middle(drawer, lambda run: run.seconds) * 1e3:.0f}",
            f"{results.middle(drawer, lambda run: run.processor) * 1e3:.0f}",
            f"{results.middle(drawer, lambda run: run.size) / 1000:.0f}",
            f"{results.middle(drawer, lambda run: run.megabytes):.0f}",
            f"{results.middle(drawer, lambda run: run.grown):.1f}",
            f"{results.middle(drawer, lambda run: run.stall) * 1e3:.1f}",
        ]
        yield f"| {' | '.join(cells)} |"
    yield f"| {results.ours.name}, 200 units in four pictures | | {results.pages * 1e3:.0f} | | | | | |"


def _reading_aims(readings: Readings) -> Iterator[str]:
    yield "| aim for `/rank` | reached | |"
    yield "| --- | --: | --- |"
    for name, of in READ:
        old = readings.ratio(OLD, of)
        words = f"{name} with ten years behind it ≤ {TIMES_HISTORY:g} × as long as with one"
        yield _aim(words, f"{old:.2f} ×", old <= TIMES_HISTORY)
    for name, of in READ:
        each = readings.ratio(LARGE, of) / TIMES_UNITS
        words = f"{name}: each of 4,500 units ≤ {TIMES_A_UNIT:g} × as long as each of 44"
        yield _aim(words, f"{each:.2f} ×", each <= TIMES_A_UNIT)


def _readings(readings: Readings) -> Iterator[str]:
    yield "| worked out, not drawn | " + " | ".join(f"{name}, CPU ms" for name, _ in READ) + " |"
    yield "| --- | --: | --: |"
    for size in (SMALL, OLD, LARGE):
        cells = [f"{readings.middle(size, of) * 1e3:.1f}" for _, of in READ]
        yield f"| {' | '.join([SIZES[size], *cells])} |"


def line(drawer: Drawer, run: Drawing) -> str:
    """Say in one line what a run came to."""
    later, first = f"{run.seconds * 1e3:.0f} ms", f"{run.first * 1e3:.0f} ms"
    cost = f"{run.size / 1000:.0f} KB, {run.megabytes:.0f} MB"
    return f"  {drawer.name}: {later} after a first of {first}, {cost}\n"
