"""Runs bots in interleaved rounds and measures each from its start to its last answer."""

import asyncio
import contextlib
import dataclasses
import datetime as dtm
import shutil
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from benchmarks import meter, office
from benchmarks.load import Load, Person, Wrong
from benchmarks.office import Size
from benchmarks.peers import NO_DATABASE, POSTGRES, SQLITE, Peer
from benchmarks.telegram import Telegram
from bot.web import listen
from settings import ROOT
from tests.databases import create_database

LOAD_PLACE, BOT_PLACE = 1, 0
"""The load and PostgreSQL keep to one processor, the bot to the other."""
WARM_UP = 300
PATIENCE = 60.0
STOPPING_SECONDS = 15.0
FIRST_UPDATE = 500_000_000


@dataclass(frozen=True, slots=True)
class Run:
    """What one round of one bot came to; times of one answer in seconds."""

    per_second: float
    processor: float
    load_share: float
    start: float
    megabytes: float
    seconds: tuple[float, ...]

    @property
    def latency(self) -> float:
        """The median time from an update to its answer."""
        return statistics.median(self.seconds)

    @property
    def late(self) -> float:
        """The time within which 99 of 100 answers came."""
        return statistics.quantiles(self.seconds, n=100)[-1]


class Started(Protocol):
    """A bot as it is started."""

    @property
    def name(self) -> str:
        """Name it where something is wrong."""

    def command(self, api: str, port: int, database: str) -> list[str]:
        """Return what starts it."""

    def environment(self, api: str, port: int, database: str) -> Mapping[str, str]:
        """Return its environment but for the path."""


@dataclass
class Databases:
    """A filled database of each kind and size, copied for every round."""

    folder: Path
    server: str
    """Address of our own PostgreSQL with ``{name}`` in it; "" for none."""
    now: dtm.datetime
    _filled: dict[tuple[str, Size], tuple[str, tuple[Person, ...]]] = field(default_factory=dict)

    async def copy(self, kind: str, size: Size) -> tuple[str, tuple[Person, ...]]:
        """Return the address of a fresh copy, and the people in it."""
        if kind == NO_DATABASE:
            return "", tuple(Person(office.FIRST_PERSON + at, "") for at in range(office.PEOPLE))
        if (kind, size) not in self._filled:
            url = await self._empty(kind)
            self._filled[kind, size] = url, await office.found(url, size, self.now)
        filled, people = self._filled[kind, size]
        return await self._copied(kind, filled), people

    async def _empty(self, kind: str) -> str:
        if kind == POSTGRES:
            return await create_database(self.server)
        return office.sqlite_url(self.folder, f"filled-{len(self._filled)}")

    async def _copied(self, kind: str, filled: str) -> str:
        if kind == POSTGRES:
            name = filled.partition("@/")[2].partition("?")[0]
            return await create_database(self.server, template=name)
        with tempfile.NamedTemporaryFile(dir=self.folder, suffix=".db", delete=False) as copy:
            shutil.copyfile(filled.removeprefix("sqlite://"), copy.name)
        return f"sqlite://{copy.name}"


async def measure(peer: Peer, databases: Databases, *, size: Size = office.SMALL, in_flight: int = 0) -> Run:
    """Start a bot on a fresh database, load it, and see whether it did all it was asked.

    Raises:
        Wrong: it did not.
    """
    database, reporters = await databases.copy(peer.database, size)
    people = [dataclasses.replace(person, shown=peer.shown(person.shown)) for person in reporters]
    telegram = Telegram(peer.latency, knows_rich=peer.is_rich)
    if in_flight:
        telegram.in_flight = in_flight
    loads: list[Load] = []

    async def burst(count: int) -> Load:
        before = sum(load.count for load in loads)
        turn = before % len(people)
        in_turn = people[turn:] + people[:turn]
        load = Load(
            in_turn,
            peer.text,
            count,
            FIRST_UPDATE + before,
            int(databases.now.timestamp()),
            time.perf_counter,
        )
        loads.append(load)
        try:
            async with asyncio.timeout(PATIENCE):
                await telegram.burst(load)
        except TimeoutError:
            load.fail(f"{load.answered} of {load.count} answered within {PATIENCE:.0f} s")
        if load.problem:
            raise Wrong(f"{peer.name}: {load.problem}")
        return load

    async with running(peer, telegram, database) as (bot, began):
        await burst(1)
        start = time.perf_counter() - began
        await burst(min(WARM_UP, peer.count))
        processor, own, at = meter.processor_seconds(bot.pid), time.process_time(), time.perf_counter()
        load = await burst(peer.count)
        wall = time.perf_counter() - at
        run = Run(
            per_second=peer.count / wall,
            processor=(meter.processor_seconds(bot.pid) - processor) / peer.count,
            load_share=(time.process_time() - own) / wall,
            start=start,
            megabytes=meter.resident_megabytes(bot.pid),
            seconds=tuple(load.seconds),
        )
    if loads[-1].problem:
        raise Wrong(f"{peer.name}: {loads[-1].problem}")
    await see_rows(peer, database, sum(load.count for load in loads))
    return run


@contextlib.asynccontextmanager
async def running(
    peer: Started, telegram: Telegram, database: str
) -> AsyncIterator[tuple[asyncio.subprocess.Process, float]]:
    """Run the bot until it listens, and for the time of the block; tell when it was started."""
    log = tempfile.TemporaryFile()  # noqa: SIM115 - closed below
    server, api = await telegram.serve()
    with contextlib.closing(listen("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    began = time.perf_counter()
    bot = await asyncio.create_subprocess_exec(
        *peer.command(api, port, database),
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", **peer.environment(api, port, database)},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=log,
    )
    try:
        meter.pin(bot.pid, BOT_PLACE)
        await _until_it_listens(peer, telegram, bot)
        yield bot, began
    except Wrong as wrong:
        log.seek(0)
        raise Wrong(f"{wrong}\n{log.read().decode('utf-8', 'replace')[-3000:]}") from None
    finally:
        await _stop(bot)
        log.close()
        server.close()


async def _until_it_listens(peer: Started, telegram: Telegram, bot: asyncio.subprocess.Process) -> None:
    listening = asyncio.ensure_future(telegram.listening.wait())  # noqa: TID251 - both are
    ended = asyncio.ensure_future(bot.wait())  # noqa: TID251 - cancelled below
    try:
        await asyncio.wait({listening, ended}, timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
        if not listening.done():
            raise Wrong(f"{peer.name}: it does not listen")
    finally:
        listening.cancel()
        ended.cancel()


async def _stop(bot: asyncio.subprocess.Process) -> None:
    if bot.returncode is not None:
        return
    bot.terminate()
    try:
        async with asyncio.timeout(STOPPING_SECONDS):
            await bot.wait()
    except TimeoutError:
        bot.kill()
        await bot.wait()


async def see_rows(peer: Peer, database: str, sent: int) -> None:
    """See that each update is stored and done once, and has had its effect once."""
    if peer.database == NO_DATABASE:
        return
    statements = ["SELECT COUNT(*) AS n FROM inbox", "SELECT COUNT(*) AS n FROM inbox WHERE state = 'done'"]
    if peer.counted:
        statements.append(f"SELECT COUNT(*) AS n FROM {peer.counted}")
    counted = await office.count(database, statements)
    for statement, found in zip(statements, counted, strict=True):
        if found != sent:
            raise Wrong(f"{peer.name}: {sent} updates, but {statement} gives {found}")
    if peer.database == SQLITE:
        Path(database.removeprefix("sqlite://")).unlink()


async def interleaved(
    peers: Sequence[Peer], rounds: int, databases: Databases
) -> AsyncIterator[tuple[Peer, Run]]:
    """Measure A B C A B C: what the machine does meanwhile meets all of them."""
    for _ in range(rounds):
        for peer in peers:
            yield peer, await measure(peer, databases)
