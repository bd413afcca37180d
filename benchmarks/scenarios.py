"""What is compared with what: each table is one run of interleaved rounds."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.load import REPORT
from benchmarks.office import Size
from benchmarks.peers import POLL, POSTGRES, SQLITE, WEBHOOK, Peer

DUBAN, STOCK, AIOGRAM, CEILING = "duban", "stock", "aiogram_bot", "ceiling"
AWAY = 0.05
"""Seconds that a call to the Bot API takes from far away."""

OURS = Peer("Duban webhook, SQLite", DUBAN, WEBHOOK, SQLITE, count=3000)
OURS_POSTGRES = Peer("Duban webhook, PostgreSQL", DUBAN, WEBHOOK, POSTGRES, count=2500)
OURS_POLLING = Peer("Duban polling, SQLite", DUBAN, POLL, SQLITE, count=3000)
OURS_POLLING_POSTGRES = Peer("Duban polling, PostgreSQL", DUBAN, POLL, POSTGRES, count=2500)
OURS_RICH = Peer("Duban webhook, SQLite, rich table", DUBAN, WEBHOOK, SQLITE, count=3000, is_rich=True)
OURS_AWAY = Peer("Duban polling, SQLite", DUBAN, POLL, SQLITE, count=3000, latency=AWAY)
OURS_WRITING = Peer(
    "Duban webhook, SQLite",
    DUBAN,
    WEBHOOK,
    SQLITE,
    text=f"/report {REPORT}",
    count=600,
    counted="submission WHERE source LIKE 'message/%'",
)
OURS_WRITING_POSTGRES = dataclasses.replace(OURS_WRITING, name="Duban webhook, PostgreSQL", database=POSTGRES)
STOCK_POLLING = Peer("stock polling, echo", STOCK, POLL, count=1500)
STOCK_WEBHOOK = Peer("stock webhook, echo", STOCK, WEBHOOK, count=1200)
STOCK_AWAY = Peer("stock polling, echo", STOCK, POLL, count=60, latency=AWAY)
AIOGRAM_WEBHOOK = Peer("aiogram webhook, SQLite", AIOGRAM, WEBHOOK, SQLITE, count=3000)
AIOGRAM_POSTGRES = Peer("aiogram webhook, PostgreSQL", AIOGRAM, WEBHOOK, POSTGRES, count=2500)
AIOGRAM_POLLING = Peer("aiogram polling, SQLite", AIOGRAM, POLL, SQLITE, count=2000)
AIOGRAM_AWAY = Peer("aiogram polling, SQLite", AIOGRAM, POLL, SQLITE, count=2000, latency=AWAY)
NOTHING = Peer("the load alone", CEILING, WEBHOOK, count=20_000)
"""A bot without a library that answers at once: what the load itself can do."""


@dataclass(frozen=True, slots=True)
class Aim:
    """Our bot is to answer at least so many times as many updates as another."""

    ours: Peer
    other: Peer
    at_least: float


@dataclass(frozen=True, slots=True)
class Scenario:
    """A table: its peers in the order of each round."""

    name: str
    title: str
    peers: Sequence[Peer]
    rounds: int
    aims: Sequence[Aim] = ()


SCENARIOS = (
    Scenario(
        "progress",
        "`/progress`, calls take no time",
        (
            OURS,
            STOCK_POLLING,
            AIOGRAM_WEBHOOK,
            OURS_POSTGRES,
            STOCK_WEBHOOK,
            AIOGRAM_POSTGRES,
            OURS_POLLING,
            AIOGRAM_POLLING,
            OURS_POLLING_POSTGRES,
            OURS_RICH,
            NOTHING,
        ),
        5,
        (
            Aim(OURS, STOCK_POLLING, 3),
            Aim(OURS, STOCK_WEBHOOK, 3),
            Aim(OURS_POSTGRES, STOCK_POLLING, 3),
            Aim(OURS, AIOGRAM_WEBHOOK, 2),
            Aim(OURS_POSTGRES, AIOGRAM_POSTGRES, 2),
        ),
    ),
    Scenario(
        "away",
        "`/progress` by polling, each call takes 50 ms",
        (OURS_AWAY, STOCK_AWAY, AIOGRAM_AWAY),
        3,
        (Aim(OURS_AWAY, STOCK_AWAY, 50),),
    ),
    Scenario(
        "write",
        "`/report 动态 3`: one transaction with the fact, its sum, the audit and the answer, then the call",
        (OURS_WRITING, STOCK_WEBHOOK, OURS_WRITING_POSTGRES),
        3,
    ),
)

SIZES = (Size(0, 1), Size(0, 10), Size(4500, 1), Size(4500, 10))
"""For growth: the sheet's own units and a hundred times as many, one year of facts and ten."""
GROWTH_PEER = dataclasses.replace(OURS, count=1500)
GROWTH_ROUNDS = 3

MOST_MEGABYTES = 80
LONGEST_START = 0.6
GROWTH_AT_MOST = 1.25
"""Ten years may take so many times as long as one: a little more than the noise."""
