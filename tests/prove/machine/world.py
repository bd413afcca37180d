"""One bot on one database of its own: updates go in at the intake, and what came of them is read back."""

import asyncio
import contextlib
import datetime as dtm
import json
import zoneinfo
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, cast
from unittest import mock

from pydantic import SecretStr
from tortoise import Tortoise

from bot import container, delivery
from bot.clock import Clock
from bot.container import Parts
from bot.database import configuration
from bot.failpoints import Failpoints
from services import sql
from services.facts import ledger
from settings import Settings
from tests.prove.machine.telegram import FakeTelegram, Shown

T = TypeVar("T")

ZONE = zoneinfo.ZoneInfo("Asia/Shanghai")
TOKEN = "8000000001:AAE_machine_machine_machine_machine_00"


class HeldClock(Clock):
    """Stands still between two steps."""

    def __init__(self, moment: dtm.datetime) -> None:
        super().__init__(ZONE)
        self.moment = moment

    def now(self) -> dtm.datetime:
        """Return the moment it is held at."""
        return self.moment


@dataclass(frozen=True)
class Row:
    """A row of the ledger as the database has it; ``member`` is the person's Telegram id."""

    id: int
    unit_id: int
    category_id: int
    month_on: dtm.date
    count: int
    source: str
    opening: str
    is_late: bool
    member: int | None
    page: str
    address: str


@dataclass(frozen=True)
class Reply:
    """What came of the updates of one step: what was shown, and the alerts of presses."""

    shown: tuple[Shown, ...]
    alerts: dict[str, str]


@contextlib.contextmanager
def offline() -> Iterator[None]:
    """Build the bot's parts towards the fake Telegram, and do not pace them."""
    with (
        mock.patch.object(container, "BotApi", FakeTelegram),
        mock.patch.object(delivery, "CALLS_PER_SECOND", 10_000_000),
    ):
        yield


class World:
    """A bot and its database, with an event loop and a context of their own."""

    def __init__(self, name: str, url: str, moment: dtm.datetime) -> None:
        self.name = name
        self.clock = HeldClock(moment)
        self._url = url
        self._runner = asyncio.Runner()
        self._stack = contextlib.AsyncExitStack()
        self.parts: Parts
        self.telegram: FakeTelegram
        self._runner.run(self._open())

    async def _open(self) -> None:
        config = configuration(self._url)
        credentials = config["connections"]["default"]["credentials"]
        if "synchronous" in credentials:
            credentials["synchronous"] = "OFF"  # nobody pulls the plug here
        else:
            credentials["maxsize"] = 4
        await Tortoise.init(config=config)
        self._stack.push_async_callback(Tortoise.close_connections)
        settings = Settings(_env_file=None, token=SecretStr(TOKEN), database=SecretStr(self._url))
        building = container.put_together(settings, TOKEN, self.clock, Failpoints())
        self.parts = await self._stack.enter_async_context(building)
        self.telegram = cast("Any", self.parts.api)
        await self._settle()

    def close(self) -> None:
        """Stop the bot and leave the database."""
        try:
            self._runner.run(self._stack.aclose())
        finally:
            self._runner.close()

    def run(self, work: Callable[[], Awaitable[T]]) -> T:
        """Run something inside, next to the bot."""

        async def inside() -> T:
            return await work()

        return self._runner.run(inside())

    def deliver(self, updates: Sequence[dict[str, Any]]) -> Reply:
        """Have updates come in together, and wait until nothing moves any more."""
        bodies = [json.dumps(one).encode() for one in updates]
        before = len(self.telegram.shown)
        self.telegram.alerts.clear()

        async def inside() -> None:
            await self.parts.intake.store_all(bodies)
            await self._settle()

        self._runner.run(inside())
        return Reply(tuple(self.telegram.shown[before:]), dict(self.telegram.alerts))

    def tick(self) -> None:
        """Let half a minute's work be done: what is old is deleted."""

        async def inside() -> None:
            await self.parts.tick.run()
            await self._settle()

        self._runner.run(inside())

    @staticmethod
    async def _settle() -> None:
        while others := asyncio.all_tasks() - {asyncio.current_task()}:
            await asyncio.wait(others)

    def read_ledger(self) -> list[Row]:
        """Read every row of the ledger in the order in which they were added."""
        rows = self.run(lambda: sql.fetch(_LEDGER))
        return [
            Row(
                **{
                    **row,
                    "month_on": sql.get_day(row["month_on"]),
                    "is_late": bool(row["is_late"]),
                }
            )
            for row in rows
        ]

    def read_tallies(self) -> dict[tuple[int, int, dtm.date], int]:
        """Read the tally without its zeros."""
        rows = self.run(lambda: sql.fetch("SELECT unit_id, category_id, month_on, count FROM tally"))
        return {
            (row["unit_id"], row["category_id"], sql.get_day(row["month_on"])): row["count"]
            for row in rows
            if row["count"]
        }

    def faults(self) -> list[str]:
        """List what is wrong with the database by itself, whatever has happened before."""
        found = [f"{one} is mended by rebuilding" for one in self.run(ledger.rebuild)]
        for said, statement in _NOTHING.items():
            found += [f"{said}: {row}" for row in self.run(lambda: sql.fetch(statement))]  # noqa: B023
        return found

    def read_members(self) -> dict[int, int]:
        """Read whom each row of a member is, by Telegram's ids."""
        rows = self.run(lambda: sql.fetch("SELECT id, telegram_id FROM member"))
        return {row["id"]: row["telegram_id"] for row in rows}

    def read_bindings(self, person: int) -> dict[str, int]:
        """Read a person's roles by the names of their units ("" for an organisation as a whole)."""
        asked = (
            "SELECT b.id, u.name FROM binding b JOIN member m ON m.id = b.member_id "
            "LEFT JOIN unit u ON u.id = b.unit_id WHERE m.telegram_id = $1"
        )
        return {row["name"] or "": row["id"] for row in self.run(lambda: sql.fetch(asked, person))}

    def read_names(self, table: str) -> dict[int, str]:
        """Read the names of units or categories."""
        rows = self.run(lambda: sql.fetch(f"SELECT id, name FROM {table}"))
        return {row["id"]: row["name"] for row in rows}

    def read_questions(self) -> dict[tuple[int, int], str]:
        """Read the step that the next message of each person in each chat answers."""
        asked = "SELECT chat, person, step FROM wizard WHERE expires_at > $1"
        rows = self.run(lambda: sql.fetch(asked, self.clock.now()))
        return {(row["chat"], row["person"]): row["step"] for row in rows}

    def read_button(self, token: str) -> tuple[str, dict[str, Any]]:
        """Tell what a button stands for."""
        asked = "SELECT action, arguments FROM button_token WHERE token = $1"
        (row,) = self.run(lambda: sql.fetch(asked, token))
        arguments = row["arguments"]
        return row["action"], json.loads(arguments) if isinstance(arguments, str) else arguments


_LEDGER = """
SELECT s.id, s.unit_id, s.category_id, s.month_on, s.count, s.source, s.opening, s.is_late,
       m.telegram_id AS member, s.address_key AS page, s.address
FROM submission s LEFT JOIN member m ON m.id = s.member_id ORDER BY s.id
"""

_KEY = "unit_id, category_id, account, month_on"
_NOTHING = {
    "the tally is not the ledger's sum": (
        f"SELECT {_KEY}, SUM(tallied) AS tallied, SUM(added) AS added FROM ("
        f"SELECT {_KEY}, count AS tallied, 0 AS added FROM tally "
        f"UNION ALL SELECT {_KEY}, 0, count FROM submission) AS both_of_them "
        f"GROUP BY {_KEY} HAVING SUM(tallied) <> SUM(added)"
    ),
    "not all is accepted though nobody reviews": (
        f"SELECT {_KEY}, count, accepted, errors FROM tally WHERE accepted <> count OR errors <> 0"
    ),
    "fewer than none are counted": f"SELECT {_KEY}, count FROM tally WHERE count < 0",
    "an update is not done": "SELECT id, state, problem FROM inbox WHERE state <> 'done'",
    "a call is not sent": "SELECT id, chat, method, state, problem FROM outbox WHERE state <> 'sent'",
}
