"""Photos arrive at once from many chats while others go on asking: how soon is each answered?"""

import asyncio
import io
import random
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import orjson
from PIL import Image

from benchmarks import meter, others, rounds
from benchmarks.crowded import Crowded
from benchmarks.load import Person, Wrong
from benchmarks.office import SMALL, count
from benchmarks.peers import NO_DATABASE, SECRET
from benchmarks.rounds import Databases
from benchmarks.telegram import TOKEN

CHATS, ASKING = 40, 60
RATE = 50
"""So many other questions a second, whatever becomes of those before."""
ALONE_SECONDS = 8.0
WARM_UP_PHOTOS, WARM_UP_REPORT = 4, 19
FIRST_UPDATE = 600_000_000
PATIENCE = 240.0
SENT_PHOTOS, SENT_FILES = 24, 4
"""So many are different."""
SHOWN = "已收到"


@dataclass(frozen=True, slots=True)
class Photos:
    """What arrives: ``files`` by turns, ``count`` messages in all."""

    name: str
    files: tuple[bytes, ...]
    count: int
    is_document: bool


@dataclass(frozen=True, slots=True)
class Bot:
    """Who is measured; ``module`` is started as the other benchmarks start it."""

    name: str
    module: str
    database: str
    files: Path
    polls: bool = False

    def command(self, api: str, port: int, database: str) -> list[str]:  # noqa: ARG002 - as others are started
        """Return what starts it."""
        words = [others.python(), "-m", f"benchmarks.bots.{self.module}"]
        return words if self.database != NO_DATABASE else [*words, api, TOKEN, str(self.files)]

    def environment(self, api: str, port: int, database: str) -> Mapping[str, str]:
        """Return the environment that Duban reads its settings from."""
        chosen = {
            "DUBAN_TOKEN": TOKEN,
            "DUBAN_API_URL": api,
            "DUBAN_DATABASE": database,
            "DUBAN_PORT": str(port),
            "DUBAN_LOG": "WARNING",
            "DUBAN_FILES": str(self.files),
        }
        if self.polls:
            return chosen
        return chosen | {
            "DUBAN_WEBHOOK_URL": f"http://127.0.0.1:{port}/telegram",
            "DUBAN_WEBHOOK_SECRET": SECRET,
        }


@dataclass(frozen=True, slots=True)
class Flooded:
    """One round of one bot.

    Attributes:
        photos: so many a second.
        alone, meanwhile: the others' 95th percentile in seconds.
        megabytes: the most memory that its main process held.
        lag: by how much the questions themselves were late, 95th percentile in seconds: no bot's fault.
    """

    photos: float
    alone: float
    meanwhile: float
    megabytes: float
    lag: float

    @property
    def ratio(self) -> float:
        """How many times as long the others wait meanwhile."""
        return self.meanwhile / self.alone


async def measure(bot: Bot, photos: Photos, databases: Databases, *, alone: float = ALONE_SECONDS) -> Flooded:
    """Start a bot, let others ask alone and then while photos arrive at once, and see that all was done.

    Raises:
        Wrong: it was not.
    """
    database, people = await databases.copy(bot.database, SMALL)
    telegram = Crowded()
    work = _Flood(bot, telegram, photos, people, int(databases.now.timestamp()))
    async with rounds.running(bot, telegram, database) as (process, _):
        await telegram.connect()
        try:
            async with asyncio.timeout(PATIENCE):
                found = await work.run(alone, process.pid)
        except TimeoutError:
            raise Wrong(f"{bot.name}: {telegram.waiting} not answered; {telegram.problem}") from None
        finally:
            telegram.hang_up()
    if telegram.problem:
        raise Wrong(f"{bot.name}: {telegram.problem}")
    await _see_kept(bot, database, photos.count + WARM_UP_PHOTOS)
    return found


@dataclass(slots=True)
class _Flood:
    """One round."""

    bot: Bot
    telegram: Crowded
    photos: Photos
    people: Sequence[Person]
    sent_on: int
    lags: list[float] = field(default_factory=list)
    _number: int = FIRST_UPDATE

    async def run(self, alone: float, pid: int) -> Flooded:
        """Warm up, measure the others alone, then meanwhile."""
        for person in self.people[-WARM_UP_PHOTOS:]:
            self._show(person, WARM_UP_REPORT)
        await self.telegram.settled.wait()
        ends = time.perf_counter() + alone
        before = await self._ask_while(lambda: time.perf_counter() < ends)
        for turn in range(self.photos.count):
            self._show(self.people[turn % CHATS], 1 + turn // CHATS)
        meanwhile = await self._ask_while(lambda: self._shown < self.photos.count)
        took = max(max(self.telegram.seconds[person.id], default=0.0) for person in self.people[:CHATS])
        highest, lag = meter.highest_megabytes(pid), _late(self.lags)
        return Flooded(self.photos.count / took, _late(before), _late(meanwhile), highest, lag)

    async def _ask_while(self, going_on: Callable[[], bool]) -> list[float]:
        """Ask at a steady rate as long as something goes on, and give how long each answer took."""
        asking = self.people[CHATS : CHATS + ASKING]
        done = {person.id: len(self.telegram.seconds[person.id]) for person in asking}
        began, asked = time.perf_counter(), 0
        while going_on() and not self.telegram.problem:
            planned = began + asked / RATE
            await asyncio.sleep(max(0.0, planned - time.perf_counter()))
            self.lags.append(time.perf_counter() - planned)
            person = asking[asked % ASKING]
            shown = person.shown if self.bot.database != NO_DATABASE else ""
            self.telegram.arrive(person.id, self._update(person, {"text": "/progress"}), shown)
            asked += 1
        await self.telegram.settled.wait()
        if self.telegram.problem:
            raise Wrong(f"{self.bot.name}: {self.telegram.problem}")
        return [each for person in asking for each in self.telegram.seconds[person.id][done[person.id] :]]

    @property
    def _shown(self) -> int:
        return sum(len(self.telegram.seconds[person.id]) for person in self.people[:CHATS])

    def _show(self, person: Person, number: int) -> None:
        name = f"{self._number}.jpg"
        content = self.photos.files[self._number % len(self.photos.files)] + f"{name}".encode()
        self.telegram.files[name] = content
        sent: dict[str, object] = {"file_id": name, "file_unique_id": name, "file_size": len(content)}
        if self.photos.is_document:
            more: dict[str, object] = {
                "document": {**sent, "file_name": "现场.jpg", "mime_type": "image/jpeg"}
            }
        else:
            more = {"photo": [{**sent, "width": 1280, "height": 960}]}
        body = self._update(person, {**more, "caption": f"动态 {number}"})
        self.telegram.arrive(person.id, body, SHOWN)

    def _update(self, person: Person, content: Mapping[str, object]) -> bytes:
        self._number += 1
        who = {"id": person.id, "first_name": "王芳", "username": f"writer{person.id}"}
        message = {
            "message_id": self._number,
            "from": {**who, "is_bot": False, "language_code": "zh-hans"},
            "chat": {**who, "type": "private"},
            "date": self.sent_on,
            **content,
        }
        if "text" in content:
            message["entities"] = [{"offset": 0, "length": 9, "type": "bot_command"}]
        return orjson.dumps({"update_id": self._number, "message": message})


def _late(seconds: Sequence[float]) -> float:
    """Give the time within which 95 of 100 were answered."""
    return statistics.quantiles(seconds, n=20)[-1]


async def _see_kept(bot: Bot, database: str, photos: int) -> None:
    """See that each photo was recorded once and kept, and each update done."""
    if bot.database == NO_DATABASE:
        kept = len([*bot.files.glob("*.jpg")])
        if kept != photos:
            raise Wrong(f"{bot.name}: {photos} photos, but {kept} were kept")
        return
    statements = (
        "SELECT COUNT(*) AS n FROM evidence WHERE state = 'kept' AND unit_id IS NOT NULL",
        "SELECT COUNT(DISTINCT opening) AS n FROM submission WHERE source LIKE 'message/%'",
    )
    for statement, found in zip(statements, await count(database, statements), strict=True):
        if found != photos:
            raise Wrong(f"{bot.name}: {photos} photos, but {statement} gives {found}")


def as_telegram_sends() -> tuple[bytes, ...]:
    """Make photos of the size that Telegram makes of those that are sent as photos."""
    return tuple(_picture((1280, 960), (160, 120), seed) for seed in range(SENT_PHOTOS))


def as_a_telephone_takes() -> tuple[bytes, ...]:
    """Make photos of twelve megapixels, which Telegram leaves as they are when they are sent as files."""
    return tuple(_picture((4000, 3000), (500, 375), seed) for seed in range(SENT_FILES))


def _picture(size: tuple[int, int], detail: tuple[int, int], seed: int) -> bytes:
    dots = random.Random(seed).randbytes(detail[0] * detail[1] * 3)  # noqa: S311 - noise
    written = io.BytesIO()
    picture = Image.frombytes("RGB", detail, dots).resize(size, Image.Resampling.BICUBIC)
    picture.save(written, "JPEG", quality=87)
    return written.getvalue()
