"""Who is measured: how each bot is started, on which database, and what it is asked."""

from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks import others
from benchmarks.telegram import TOKEN

STOCK_TEXT = "峨眉山市 市司法局 2026年3月 🔴 加急 尚差动态通知类1条，政务新媒体2条。" * 10
SECRET = "s" * 32

POLL, WEBHOOK = "poll", "webhook"
NO_DATABASE, SQLITE, POSTGRES = "–", "SQLite", "PostgreSQL"


@dataclass(frozen=True, slots=True)
class Peer:
    """One row of a table.

    ``count`` is how many updates one round takes: some three seconds' worth. ``is_rich`` lets the server know
    rich messages. ``counted`` is the table in which each update must have left one row.
    """

    name: str
    bot: str
    way: str
    database: str = NO_DATABASE
    text: str = "/progress"
    count: int = 1000
    latency: float = 0.0
    is_rich: bool = False
    counted: str = ""

    def command(self, api: str, port: int, database: str) -> list[str]:
        """Return what starts it."""
        words = [others.python(), "-m", f"benchmarks.bots.{self.bot}"]
        if self.bot == "duban":
            return words
        told = STOCK_TEXT if self.database == NO_DATABASE else database
        return [*words, self.way, api, TOKEN, str(port), told]

    def environment(self, api: str, port: int, database: str) -> Mapping[str, str]:
        """Return the environment that Duban reads its settings from; the others need none."""
        if self.bot != "duban":
            return {}
        chosen = {
            "DUBAN_TOKEN": TOKEN,
            "DUBAN_API_URL": api,
            "DUBAN_DATABASE": database,
            "DUBAN_PORT": str(port),
            "DUBAN_LOG": "WARNING",
        }
        if self.way == WEBHOOK:
            chosen |= {
                "DUBAN_WEBHOOK_URL": f"http://127.0.0.1:{port}/telegram",
                "DUBAN_WEBHOOK_SECRET": SECRET,
            }
        return chosen

    def shown(self, unit: str) -> str:
        """Return what an answer to the reporter of a unit has to contain."""
        if self.database == NO_DATABASE:
            return STOCK_TEXT
        if self.bot == "aiogram_bot":
            return "动态通知类"
        return unit
