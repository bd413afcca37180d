"""Kills the real bot while evidence is fetched, painted and kept, and looks at what that leaves behind."""

import asyncio
import dataclasses
import datetime as dtm
import json
import random
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.database import opened
from bot.failpoints import OF_FILES
from bot.file_store import FolderStore
from bot.files import TRIES
from services import sql
from services.facts import exhibits
from tests.prove import kill
from tests.prove.evidence import gather
from tests.prove.exhibits.crowd import PEOPLE, Showing
from tests.prove.exhibits.people import Piece
from tests.prove.exhibits.remains import Orphans, Row, count_unfinished, left_in, torn_or_lost
from tests.prove.kill import Campaign
from tests.prove.model import judge
from tests.prove.town import Town, founded

POINTS = OF_FILES | {"lane.in_transaction", "lane.after_commit", "outbox.after_send", "inbox.after_commit"}
MOST_PASSINGS = 8
FAULTS: tuple[dict[str, Any], ...] = (
    {"fault": "delay", "method": "download", "seconds": 0.4, "count": 6},
    {"fault": "delay", "method": "getFile", "seconds": 0.3, "count": 4},
    {"fault": "truncated", "method": "download", "count": 2},
    {"fault": "404", "method": "download", "count": 2},
    {"fault": "drop_before", "method": "download", "count": 2},
    {"fault": "500", "method": "getFile", "count": 2},
)
"""What Telegram does wrong meanwhile, one of them in each life."""
GONE = {"fault": "404", "method": "download"}
MOST_GONE = 120
"""What it does wrong while the last bot finishes: some evidence is owed."""
FEW = 5
"""So few kills are a short run, which does not wait for what is tried again and again."""

OWED = "佐证待补"
CONTROL = "tests.prove.exhibits.careless"
CARELESS: dict[str, Collection[str]] = {
    "in_place": {"store.in_write"},
    "row_first": {"lane.after_commit"},
    "unswept": {"store.before_rename"},
    "confirm_first": {"inbox.before_commit"},
}
"""The faults that the proof must find, and where to die for that."""


@dataclass
class Outcome:
    """What the proof did and found."""

    campaign: Campaign
    rows: Counter[str] = field(default_factory=Counter)
    unfinished: int = 0
    orphans: int = 0
    longest_orphan: float = 0.0
    swept: int = 0
    wrong: list[str] = field(default_factory=list)

    def look(self, folder: Path, stored: Sequence[str]) -> None:
        """Look at the store of a bot that has just died."""
        self.unfinished += count_unfinished(folder)
        self.wrong += torn_or_lost(folder, stored)

    def summary(self) -> dict[str, Any]:
        """Return what is told of it."""
        told = self.campaign.summary()
        points = Counter(death.failpoint or "any moment" for death in self.campaign.deaths if death.hit)
        points["any moment"] = sum(not death.hit for death in self.campaign.deaths)
        return {
            **{
                key: told[key]
                for key in ("seed", "kills", "seconds", "updates", "reports", "lost", "doubled")
            },
            "unanswered": told["unanswered"],
            "duplicate answers after a death": told["duplicate_answers"],
            "killed": dict(sorted(points.items())),
            "deeds": told["deeds"],
            "evidence": dict(self.rows),
            "unfinished files left by deaths": self.unfinished,
            "processes left by deaths": self.orphans,
            "the longest of them ended after s": round(self.longest_orphan, 2),
            "unknown files swept": self.swept,
            "wrong": self.wrong[:20],
        }


async def run(
    folder: Path,
    database: str,
    seed: int,
    *,
    kills: int,
    record: Path | None = None,
    points: Collection[str] = (),
    careless: str = "",
    people: int = PEOPLE,
) -> Outcome:
    """Kill so many bots over evidence, let one finish, and judge; ``careless`` names a fault of theirs."""
    dice, campaign = random.Random(seed), Campaign(seed)
    temporary = folder / "temporary"
    temporary.mkdir()
    outcome = Outcome(campaign)
    with Orphans() as orphans:
        async with founded(folder, database) as town:
            town.settings = {"TMPDIR": str(temporary)}
            if careless:
                town.module, town.settings["CARELESS"] = CONTROL, careless
            await town.post("faults", retry_seconds=0.05)
            crowd = campaign.crowd = Showing(town, dice, people)
            await crowd.gather()
            for pid in orphans.found():
                orphans.know(pid)  # the sandbox
            loop = asyncio.get_running_loop()
            began = loop.time()
            async with kill.busy(crowd):
                chosen = kill.plan(
                    random.Random(seed), points or CARELESS.get(careless, POINTS), MOST_PASSINGS
                )
                for number in range(1, kills + 1):
                    await town.post("faults", **dice.choice(FAULTS))
                    campaign.deaths.append(await kill.live_and_die(crowd, seed, number, next(chosen)))
                    outcome.wrong += await orphans.wait()
                    outcome.look(folder / "files", await _stored(town))
                    kill.note(record, dataclasses.asdict(campaign.deaths[-1]))
            campaign.seconds = loop.time() - began
            if kills > FEW:
                await town.post("faults", **GONE, count=min(MOST_GONE, TRIES * kills))
            await kill.settle(town, crowd, campaign)
            outcome.wrong += await orphans.wait()
            campaign.deeds = dict(crowd.deeds)
            await _judge(outcome, crowd, folder)
            outcome.orphans, outcome.longest_orphan = orphans.seen, orphans.longest
    kill.note(record, outcome.summary())
    return outcome


async def _stored(town: Town) -> list[str]:
    rows = await town.query("SELECT stored_name FROM evidence WHERE state = 'kept'")
    return [name for (name,) in rows]


async def _judge(outcome: Outcome, crowd: Showing, folder: Path) -> None:
    campaign, files = outcome.campaign, folder / "files"
    async with opened(crowd.town.database):
        rows = await _rows()
        store = FolderStore(files, lambda: dtm.datetime.now(dtm.UTC))
        outcome.swept = await store.sweep(dtm.datetime.now(dtm.UTC), exhibits.find_known)
    for row in rows.values():
        outcome.rows[row.state] += 1
    expect_of_pieces(crowd, rows)
    campaign.evidence = await gather(crowd)
    campaign.verdict = judge(crowd.model, campaign.evidence)
    known = {
        row.stored_name: row.digest if row.stored_name.endswith(".pdf") else ""
        for row in rows.values()
        if row.stored_name
    }
    outcome.wrong += campaign.verdict.wrong
    outcome.wrong += judge_rows(crowd.pieces, rows)
    outcome.wrong += left_in(files, known, folder / "temporary")
    if campaign.exit_code != 0:
        outcome.wrong.append(f"the last bot ended with {campaign.exit_code}")


def expect_of_pieces(crowd: Showing, rows: dict[str, Row]) -> None:
    """Expect words to the piece of an album that is owed: where all goes well nothing is said to it."""
    for piece in crowd.pieces:
        row = rows.get(piece.source)
        if piece.is_quiet and row is not None and row.state == "owed":
            crowd.model.expect((int(piece.source.split("/")[1]), "text", "owed"))


def judge_rows(pieces: Iterable[Piece], rows: dict[str, Row]) -> Iterator[str]:
    """Tell where what was sent and what is recorded of it differ."""
    sent = {piece.source: piece for piece in pieces}
    yield from (f"evidence that nobody sent: {source}" for source in rows if source not in sent)
    for source, piece in sent.items():
        row = rows.get(source)
        if row is None:
            if piece.is_needed:
                yield f"no row of {source}"
            continue
        if row.opening not in piece.openings:
            yield f"{source} belongs to {row.opening}, not to {', '.join(piece.openings)}"
        if row.state == "kept" and row.digest != piece.digest:
            yield f"{source} is not what was sent"
        if row.state not in {"kept", "owed"} or (row.state == "kept") != bool(row.stored_name):
            yield f"{source} is {row.state} with the file {row.stored_name!r}"
        if row.state == "owed" and not any(OWED in answer for answer in row.answers):
            yield f"nobody was told that {source} is owed: {row.answers}"
        if row.state == "kept" and any(OWED in answer for answer in row.answers):
            yield f"{source} is kept, and was said to be owed"


async def _rows() -> dict[str, Row]:
    """Read each row of evidence with what was answered to its message."""
    inbox = {
        row["id"]: json.loads(bytes(row["body"])) for row in await sql.fetch("SELECT id, body FROM inbox")
    }
    messages = {
        number: (update["message"]["chat"]["id"], update["message"]["message_id"])
        for number, update in inbox.items()
        if "message" in update
    }
    said: dict[tuple[int, int], list[str]] = {}
    for row in await sql.fetch("SELECT dedupe_key, parameters FROM outbox WHERE state = $1", "sent"):
        kind, _, rest = row["dedupe_key"].partition("/")
        if kind == "answer" and (where := messages.get(int(rest.partition("/")[0]))):
            written = row["parameters"]
            text = written if isinstance(written, str) else json.dumps(written)
            said.setdefault(where, []).append(json.dumps(json.loads(text), ensure_ascii=False))
    found: dict[str, Row] = {}
    for row in await sql.fetch(
        "SELECT e.*, m.telegram_id FROM evidence e JOIN member m ON m.id = e.member_id ORDER BY e.id"
    ):
        ours, theirs = f"message/m{row['member_id']}/", f"message/{row['telegram_id']}/"
        source = row["source"].replace(ours, theirs)
        where = (row["telegram_id"], int(source.rpartition("/")[2]))
        found[source] = Row(
            source,
            row["opening"].replace(ours, theirs),
            row["state"],
            row["stored_name"],
            row["digest"],
            tuple(said.get(where, ())),
        )
    return found
