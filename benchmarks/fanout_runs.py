"""Runs that send to many: each sender started anew, counted message by message, its event loop watched."""

import asyncio
import dataclasses
import json
import shutil
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import fanout_office, meter, office, others
from benchmarks.fanout_telegram import Counting
from benchmarks.load import Wrong
from benchmarks.peers import NO_DATABASE, POSTGRES, SECRET, SQLITE
from benchmarks.rounds import running
from benchmarks.telegram import TOKEN
from tests.databases import create_database

PATIENCE = 600.0
AFTERWARDS = 1.5
"""Seconds in which a second copy of a message would still come, and the probe has written once more."""


@dataclass(frozen=True, slots=True)
class Sender:
    """One row of a table; ``way`` is how the stock bot sends, or Duban ``hurry`` or ``paced``."""

    name: str
    bot: str
    way: str
    database: str = NO_DATABASE
    files: Path = Path()

    @property
    def is_ours(self) -> bool:
        """Whether it is Duban itself."""
        return self.bot == "duban_fanout"

    @property
    def probe(self) -> Path:
        """The file in which it says how late its loop was."""
        return self.files / "probe.json"

    @property
    def letters(self) -> Path:
        """The file with the texts that the stock bot is to send."""
        return self.files / "letters.json"

    def command(self, api: str, port: int, database: str) -> list[str]:  # noqa: ARG002 - as every bot's
        """Return what starts it."""
        words = [others.python(), "-m", f"benchmarks.bots.{self.bot}"]
        if self.is_ours:
            return [*words, str(self.probe), self.way]
        return [*words, self.way, api, TOKEN, str(self.letters), str(self.probe)]

    def environment(self, api: str, port: int, database: str) -> Mapping[str, str]:
        """Return the environment that Duban reads its settings from; the others need none."""
        if not self.is_ours:
            return {}
        return {
            "DUBAN_TOKEN": TOKEN,
            "DUBAN_API_URL": api,
            "DUBAN_DATABASE": database,
            "DUBAN_PORT": str(port),
            "DUBAN_LOG": "WARNING",
            "DUBAN_WEBHOOK_URL": f"http://127.0.0.1:{port}/telegram",
            "DUBAN_WEBHOOK_SECRET": SECRET,
        }


@dataclass(frozen=True, slots=True)
class Sending:
    """What one run came to, times in seconds; ``processor`` is per message."""

    count: int
    wall: float
    processor: float
    megabytes: float
    late: float
    own: float
    often: int
    garbage: float
    refused: int
    gap: float

    @property
    def per_second(self) -> float:
        """Messages a second, from the first moment of work to the last message."""
        return self.count / self.wall


@dataclass
class Offices:
    """A filled database of each kind and size, copied for every run."""

    folder: Path
    server: str
    """Address of our own PostgreSQL with ``{name}`` in it; "" for none."""
    _filled: dict[tuple[str, int], tuple[str, Mapping[int, str]]] = field(default_factory=dict)

    async def copy(self, kind: str, units: int) -> tuple[str, Mapping[int, str]]:
        """Return the address of a fresh copy, and what each chat is to be sent."""
        if (kind, units) not in self._filled:
            url = (
                await create_database(self.server)
                if kind == POSTGRES
                else office.sqlite_url(self.folder, f"filled-{units}")
            )
            self._filled[kind, units] = url, await fanout_office.found(url, units)
        filled, expected = self._filled[kind, units]
        if kind == POSTGRES:
            name = filled.partition("@/")[2].partition("?")[0]
            return await create_database(self.server, template=name), expected
        with tempfile.NamedTemporaryFile(dir=self.folder, suffix=".db", delete=False) as copy:
            shutil.copyfile(filled.removeprefix("sqlite://"), copy.name)
        return f"sqlite://{copy.name}", expected


async def send_all(sender: Sender, telegram: Counting, database: str, folder: Path) -> Sending:
    """Start a sender and have it send to everybody whom the server expects.

    Raises:
        Wrong: somebody got nothing, something else, or the same twice.
    """
    with tempfile.TemporaryDirectory(dir=folder) as files:
        sender = dataclasses.replace(sender, files=Path(files))
        if not sender.is_ours:
            sender.letters.write_text(json.dumps(dict(telegram.expected)), "utf-8")
        async with running(sender, telegram, database) as (bot, _):
            processor, at = meter.processor_seconds(bot.pid), time.perf_counter()
            await _until_everybody(sender, telegram)
            wall = time.perf_counter() - at
            spent = meter.processor_seconds(bot.pid) - processor
            await asyncio.sleep(AFTERWARDS)
            megabytes = meter.highest_megabytes(bot.pid)
            seen = json.loads(sender.probe.read_text())
    if problem := telegram.problem():
        raise Wrong(f"{sender.name}: {problem}")
    if sender.is_ours:
        await see_letters(sender, database, len(telegram.expected))
    count = len(telegram.expected)
    return Sending(
        count=count,
        wall=wall,
        processor=spent / count,
        megabytes=megabytes,
        refused=telegram.refused,
        gap=telegram.longest_gap(),
        **seen,
    )


async def _until_everybody(sender: Sender, telegram: Counting) -> None:
    """Wait for the last message; whoever has stopped sending long before has lost some."""
    before = -1
    while not telegram.everybody.is_set():
        made = sum(telegram.counts.values()) + telegram.refused
        if made == before:
            raise Wrong(f"{sender.name}: {telegram.problem()}")
        before = made
        try:
            async with asyncio.timeout(PATIENCE if sender.is_ours and not made else _patience(sender)):
                await telegram.everybody.wait()
        except TimeoutError:
            continue


def _patience(sender: Sender) -> float:
    """Give after how many seconds without any message a sender has stopped: Duban looks every thirty."""
    return 45.0 if sender.is_ours else 3.0


async def see_letters(sender: Sender, database: str, sent: int) -> None:
    """See that each letter is settled as sent, once, and so is everything that was due.

    Raises:
        Wrong: the database says otherwise.
    """
    statements = [
        "SELECT COUNT(*) AS n FROM letter WHERE state = 'sent'",
        "SELECT COUNT(*) AS n FROM outbox WHERE state = 'sent' AND attempts = 1",
        "SELECT COUNT(*) AS n FROM letter",
        f"SELECT {sent} + COUNT(*) AS n FROM due WHERE state = 'open'",
    ]
    for statement, found in zip(statements, await office.count(database, statements), strict=True):
        if found != sent:
            raise Wrong(f"{sender.name}: {sent} letters, but {statement} gives {found}")
    if sender.database == SQLITE:
        Path(database.removeprefix("sqlite://")).unlink()
