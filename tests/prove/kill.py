"""Kills the real bot again and again while people write, then compares content with content."""

import asyncio
import contextlib
import dataclasses
import json
import random
from collections.abc import AsyncIterator, Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.failpoints import OF_MESSAGES
from tests.prove.crowd import Crowd
from tests.prove.evidence import gather
from tests.prove.model import Evidence, Verdict, judge
from tests.prove.town import STARTING_SECONDS, Town, founded

LONGEST_LIFE = 2.2
"""Seconds after its start at which a bot is killed at the latest, random kills: starting takes about one."""

POINT_PATIENCE = 30.0
"""A failpoint that has not been reached by then is given up, and the bot killed where it is."""

SETTLING_SECONDS = 180.0
QUIET_SECONDS = 10.0
"""A bot that is up and answers nothing for so long, with people waiting, has done what it will ever do."""

POLLING_ONLY = frozenset({"intake.before_confirm"})
SELDOM = frozenset({"intake.before_confirm", "inbox.before_commit", "inbox.after_commit"})


@dataclass(frozen=True)
class Death:
    """One life of the bot, how it ended, and what was wrong with the database at that very moment.

    ``lost`` counts updates that Telegram holds confirmed and the inbox does not have, ``doubled`` changes
    that were made twice from one message.
    """

    seed: int
    kill: int
    mode: str
    how: str
    failpoint: str
    nth: int
    hit: bool
    uptime: float
    updates: int
    answers: int
    lost: int
    doubled: int


@dataclass
class Campaign:
    """What a proof did and found."""

    seed: int
    deaths: list[Death] = field(default_factory=list)
    deeds: dict[str, int] = field(default_factory=dict)
    verdict: Verdict | None = None
    evidence: Evidence | None = None
    crowd: Crowd | None = None
    seconds: float = 0.0
    exit_code: int = -1

    @property
    def points_hit(self) -> set[str]:
        return {death.failpoint for death in self.deaths if death.hit}

    def summary(self) -> dict[str, Any]:
        """Return the last line of the record."""
        assert self.verdict is not None
        assert self.evidence is not None
        return {
            "seed": self.seed,
            "kills": len(self.deaths),
            "seconds": round(self.seconds, 1),
            "updates": len(self.evidence.inbox),
            "changes": self.evidence.audit.total(),
            "reports": self.evidence.facts.total(),
            "lost": self.verdict.lost,
            "doubled": self.verdict.doubled,
            "unanswered": self.verdict.unanswered,
            "duplicate_answers": self.verdict.duplicates,
            "unknown": self.evidence.unknown,
            "failpoints_hit": len(self.points_hit),
            "failpoints": len(OF_MESSAGES),
            "deeds": self.deeds,
            "wrong": list(self.verdict.wrong[:20]),
        }


def plan(
    dice: random.Random, points: Collection[str] = OF_MESSAGES, most: int = 8
) -> Iterator[tuple[str, int, bool]]:
    """Give failpoint ("" for a random instant), its nth passing, and whether by webhook, for ever.

    Every name comes once before any comes again, one in four deaths is at a random instant, and about one
    life in three is on the webhook. None is waited for longer than its ``most``-th passing.
    """
    while True:
        names = [*sorted(points), *[""] * (len(points) // 3)]
        dice.shuffle(names)
        for name in names:
            nth = dice.randint(1, min(most, 3) if name in SELDOM else most)
            yield name, nth, name not in POLLING_ONLY and dice.random() < 0.35


async def run(
    folder: Path,
    database: str,
    seed: int,
    *,
    seconds: float,
    kills: int = -1,
    record: Path | None = None,
    module: str = "bot",
) -> Campaign:
    """Kill for so many seconds, at most so many times, then let one bot finish, and judge."""
    dice = random.Random(seed)
    campaign = Campaign(seed)
    loop = asyncio.get_running_loop()
    async with founded(folder, database, with_examples=True) as town:
        town.module = module
        await town.post("faults", retry_seconds=0.05)
        crowd = campaign.crowd = Crowd(town, dice)
        await crowd.gather()
        began = loop.time()
        async with busy(crowd):
            for name, nth, webhook in plan(random.Random(seed)):
                if len(campaign.deaths) == kills or loop.time() - began >= seconds:
                    break
                death = await live_and_die(crowd, seed, len(campaign.deaths) + 1, (name, nth, webhook))
                campaign.deaths.append(death)
                note(record, dataclasses.asdict(death))
            campaign.seconds = loop.time() - began
        await settle(town, crowd, campaign)
        campaign.deeds = dict(crowd.deeds)
        campaign.evidence = await gather(crowd)
    campaign.verdict = judge(crowd.model, campaign.evidence)
    note(record, campaign.summary())
    return campaign


@contextlib.asynccontextmanager
async def busy(crowd: Crowd) -> AsyncIterator[None]:
    """Have people write and listen for the time of the block; what goes wrong with them ends it."""
    async with asyncio.TaskGroup() as group:
        talking = group.create_task(crowd.talk())
        listening = group.create_task(crowd.listen())
        yield
        crowd.is_silent = True  # what is being said is still said, and told to the model
        await talking
        listening.cancel()


async def live_and_die(crowd: Crowd, seed: int, number: int, chosen: tuple[str, int, bool]) -> Death:
    """Start a bot, have it die where it was chosen, and see what is wrong at that moment."""
    name, nth, webhook = chosen
    town, loop = crowd.town, asyncio.get_running_loop()
    await crowd.catch_up()
    crowd.life += 1
    before = (await town.get("queue"))["last_update_id"]
    answers, began = len(crowd.calls), loop.time()
    await town.start(webhook=webhook, failpoint=f"{name}:{nth}" if name else "")
    patience = POINT_PATIENCE if name else crowd.dice.uniform(0.05, LONGEST_LIFE)
    hit = await town.wait_for_death(patience)
    assert town.bot is not None
    assert not hit or town.bot.returncode == 137, f"the bot ended by itself: {town.log()[-3000:]}"
    await town.kill()
    uptime = loop.time() - began
    await crowd.catch_up()
    return Death(
        seed=seed,
        kill=number,
        mode="webhook" if webhook else "polling",
        how="failpoint" if hit else "SIGKILL",
        failpoint=name,
        nth=nth if name else 0,
        hit=hit,
        uptime=round(uptime, 3),
        updates=(await town.get("queue"))["last_update_id"] - before,
        answers=len(crowd.calls) - answers,
        lost=await _lost(town),
        doubled=await _doubled(town),
    )


async def _lost(town: Town) -> int:
    confirmed = set((await town.get("queue"))["confirmed_ids"])
    kept = {json.loads(bytes(body))["update_id"] for (body,) in await town.query("SELECT body FROM inbox")}
    return len(confirmed - kept)


async def _doubled(town: Town) -> int:
    ((changes,),) = await town.query(
        "SELECT COUNT(*) - COUNT(DISTINCT source) FROM audit_entry WHERE action = 'member.language'"
    )
    ((facts,),) = await town.query("SELECT COUNT(*) - COUNT(DISTINCT source) FROM submission")
    return int(changes) + int(facts)


async def settle(town: Town, crowd: Crowd, campaign: Campaign) -> None:
    """Let one bot live until everything is answered, or nothing more comes."""
    await crowd.catch_up()
    crowd.life += 1
    await town.start()
    await town.until(town.is_up, STARTING_SECONDS, "the last bot is up")
    loop = asyncio.get_running_loop()
    deadline, quiet_since, heard = loop.time() + SETTLING_SECONDS, loop.time(), crowd.heard
    while loop.time() < deadline and loop.time() - quiet_since < QUIET_SECONDS:
        await crowd.catch_up()
        if not crowd.open and not (await town.get("queue"))["pending"] and await town.is_settled():
            break
        if crowd.heard != heard:
            heard, quiet_since = crowd.heard, loop.time()
        await asyncio.sleep(0.05)
    campaign.exit_code = await town.stop()
    await crowd.catch_up()


def note(record: Path | None, line: dict[str, Any]) -> None:
    """Write a line of the record, if there is one."""
    if record is not None:
        with record.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
