"""How long `/rank` takes to be worked out, with more years behind it and with more units in it."""

import datetime as dtm
import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.office import SMALL, Size, found, sqlite_url
from bot.database import opened
from services.core.period import Period
from services.core.quarter import AnyPeriod
from services.office import organisations
from services.ranking.standings import StandingsReader

OLD, LARGE = Size(units=0, years=10), Size(units=4500, years=1)
SIZES = {SMALL: "44 units, 1 year", OLD: "44 units, 10 years", LARGE: "4,500 units, 1 year"}
TIMES_UNITS = 4500 / 44


@dataclass(frozen=True, slots=True)
class Reading:
    """Processor seconds of one ranking with what it is compared with: of a month, and of its year."""

    month: float
    year: float


@dataclass
class Readings:
    """Every round's reading of each size, side by side."""

    rounds: dict[Size, list[Reading]] = field(default_factory=dict)

    def middle(self, size: Size, of: Callable[[Reading], float]) -> float:
        """Return the median of one figure over the rounds."""
        return statistics.median(of(each) for each in self.rounds[size])

    def ratio(self, size: Size, of: Callable[[Reading], float]) -> float:
        """How many times the small office's time another takes: the median of the rounds."""
        pairs = zip(self.rounds[size], self.rounds[SMALL], strict=True)
        return statistics.median(of(one) / of(small) for one, small in pairs)


async def measure(folder: Path, rounds: int, reads: int, now: dtm.datetime) -> Readings:
    """Found an office of each size, and read in each in turn, so many times a round."""
    urls = {size: sqlite_url(folder, f"rank-{size.units}-{size.years}") for size in SIZES}
    for size, url in urls.items():
        await found(url, size, now)
    readings = Readings({size: [] for size in SIZES})
    for _ in range(rounds):
        for size, url in urls.items():
            async with opened(url):
                readings.rounds[size].append(await _read(reads, now.date()))
    return readings


async def _read(reads: int, today: dtm.date) -> Reading:
    (organisation,) = await organisations.list_organisations()
    reader, month = StandingsReader(), Period.of_month(today.year, today.month)

    def reading(period: AnyPeriod) -> Callable[[], Awaitable[object]]:
        return lambda: reader.measure(organisation.id, period, today)

    return Reading(*[await _timed(reading(each), reads) for each in (month, month.year_period)])


async def _timed(deed: Callable[[], Awaitable[object]], times: int) -> float:
    """Return the median processor seconds of a deed, once it has been done before."""
    await deed()
    taken = []
    for _ in range(times):
        began = time.process_time()
        await deed()
        taken.append(time.process_time() - began)
    return statistics.median(taken)
