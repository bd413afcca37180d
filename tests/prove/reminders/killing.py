"""Kills the real bot while letters go out to many: who has one, who has two, and what the bot believes."""

import contextlib
import datetime as dtm
import json
import random
import zoneinfo
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.database import opened
from models.enums import Cadence, Role
from services import sql
from services.chasing import letters
from services.membership import members
from services.reminding import reminders
from services.transaction import transact
from tests.builders import a_quota, an_organisation, categories_of, units_of
from tests.prove.reminders.office_deeds import CHAT_ADDED
from tests.prove.town import PATIENCE, STARTING_SECONDS, Town, founded

POINTS = ("outbox.before_wire", "outbox.after_wire", "outbox.after_send", "outbox.after_sent", "")
"""Where the bot dies, by turns; "" is any moment."""

LONGEST_LIFE = 2.5
ADMINISTRATOR = 800_000
GROUPS = tuple(-1_008_000_000_000 - number for number in range(1, 9))
FULL = dtm.timedelta(hours=3)
MESSAGES = {"sendMessage", "sendRichMessage"}


@dataclass
class Killing:
    """What came of it: ``again`` counts people who have their letter twice, as a hidden outcome excuses."""

    deaths: Counter[str] = field(default_factory=Counter)
    letters: Counter[str] = field(default_factory=Counter)
    again: int = 0
    wrong: list[str] = field(default_factory=list)

    def summary(self) -> dict[str, Any]:
        """Return what is told of it."""
        return {
            "killed": dict(self.deaths.most_common()),
            "letters": dict(self.letters.most_common()),
            "twice after a hidden outcome": self.again,
            "wrong": self.wrong[:20],
        }


def zone_in_office_hours(now: dtm.datetime) -> zoneinfo.ZoneInfo:
    """Give a zone in which it is between nine and ten, or between three and four in the afternoon."""
    offset = next(each - now.hour for each in (9, 15) if -12 <= each - now.hour <= 14)
    return zoneinfo.ZoneInfo(f"Etc/GMT{-offset:+d}")


@contextlib.asynccontextmanager
async def waiting(
    folder: Path, database: str, now: dtm.datetime, people: int
) -> AsyncIterator[tuple[Town, dict[str, str]]]:
    """Have letters wait for so many people, an administrator and eight groups; give a bot's settings too."""
    zone = zone_in_office_hours(now)
    local = now.astimezone(zone)
    async with opened(database):
        await transact(lambda: _settle(people, local))
        await reminders.plan(local)
        written = await letters.dispatch(local)
    assert written == people + 1 + len(GROUPS), written
    async with founded(folder, database, people=_write_people(folder, people)) as town:
        yield town, {"DUBAN_TIMEZONE": str(zone)}


async def run(
    folder: Path, database: str, seed: int, now: dtm.datetime, *, people: int, kills: int
) -> Killing:
    """Kill so many bots over waiting letters, let one finish, then judge."""
    dice, found = random.Random(seed), Killing()
    async with waiting(folder, database, now, people) as (town, zoned):
        for name, nth in _plan(dice, kills):
            await town.start(failpoint=f"{name}:{nth}" if name else "", more=zoned)
            hit = await town.wait_for_death(PATIENCE if name else dice.uniform(0.8, LONGEST_LIFE))
            await town.kill()
            found.deaths[name if hit else "any moment"] += 1
            if await town.is_settled():
                break
        await town.start(more=zoned)
        await town.until(town.is_up, STARTING_SECONDS, "the last bot is up")
        await town.until(town.is_settled, what="everything is sent")
        await town.stop()
        await judge(town, found)
    return found


def _plan(dice: random.Random, kills: int) -> Iterator[tuple[str, int]]:
    for number in range(kills):
        yield POINTS[number % len(POINTS)], dice.randint(1, 6)


def _write_people(folder: Path, people: int) -> Path:
    persons = [{"id": ADMINISTRATOR + n, "name": f"人员{n}", "started": True} for n in range(people + 1)]
    groups = [{"id": each, "title": f"群{-each}", "members": [ADMINISTRATOR]} for each in GROUPS]
    path = folder / "people.json"
    path.write_text(json.dumps({"people": persons, "groups": groups}), encoding="utf-8")
    return path


async def _settle(people: int, now: dtm.datetime) -> None:
    """Have an office whose units lack something, and one whose units were warned and stand in a list."""
    long_ago = dtm.datetime(2020, 1, 1, tzinfo=dtm.UTC)
    many, few = await an_organisation("多单位县"), await an_organisation("少单位县")
    await sql.execute("UPDATE organisation SET closing_days = 60")
    for organisation_id in (many, few):
        for day in (-1, 0, 1):
            await sql.execute(
                "INSERT INTO calendar_day (organisation_id, day_on, is_working) VALUES ($1, $2, $3)",
                *(organisation_id, now.date() + dtm.timedelta(days=day), True),
            )
        (category,) = (await categories_of(organisation_id, ["信息"])).values()
        names = [f"单位{number}" for number in range(people if organisation_id == many else 6)]
        units = await units_of(organisation_id, names)
        for number, unit_id in enumerate(units.values(), 1):
            await a_quota(unit_id, category, 1, Cadence.MONTHLY, effective_on=long_ago.date())
            if organisation_id == many:
                person = ADMINISTRATOR + number
                await members.bind(person, organisation_id, unit_id, Role.REPORTER, long_ago)
        if organisation_id == few:
            await _warn(few, units.values(), now)
    await members.bind(ADMINISTRATOR, many, None, Role.ADMINISTRATOR, long_ago)


async def _warn(organisation_id: int, units: Any, now: dtm.datetime) -> None:
    """Have the units been warned three hours ago of the month before last, and nothing else be due."""
    first = now.date().replace(day=1)
    before = (first - dtm.timedelta(days=1)).replace(day=1)
    month = (before - dtm.timedelta(days=1)).replace(day=1)
    for each in (month, before, first):
        for step in ("half", "before", "last_day", "overdue", "listed"):
            if (each, step) != (month, "listed"):
                key = f"monthly/{organisation_id}/{each:%Y-%m}/{step}"
                await sql.execute("INSERT INTO planned_step (key, planned_at) VALUES ($1, $2)", key, now)
    for chat in GROUPS:
        await sql.execute(CHAT_ADDED, chat, f"群{-chat}", organisation_id)
    await sql.execute(
        "INSERT INTO office_group (chat_id, name, registered_at) "
        "SELECT id, title, $1 FROM chat WHERE organisation_id = $2",
        *(now, organisation_id),
    )
    (letter,) = await sql.fetch(
        "INSERT INTO letter (key, kind, day_on, state, written_at, settled_at) "
        "VALUES ('digest/0/before', 'digest', $1, 'sent', $2, $2) RETURNING id",
        *(now.date(), now - FULL),
    )
    for unit_id in units:
        (due,) = await sql.fetch(
            "INSERT INTO due (key, organisation_id, unit_id, rule, step, period_on, due_at, state, "
            "planned_at) VALUES ($1, $2, $3, 'monthly', 'overdue', $4, $5, 'sent', $5) RETURNING id",
            *(f"monthly/{unit_id}/{month:%Y-%m}/overdue", organisation_id, unit_id, month, now - FULL),
        )
        await sql.execute(
            "INSERT INTO letter_line (letter_id, due_id, part) VALUES ($1, $2, 'own')",
            letter["id"],
            due["id"],
        )


async def judge(town: Town, found: Killing) -> None:
    """Compare the chats with what the bot has noted, letter by letter."""
    had = Counter(
        call["parameters"]["chat_id"] for call in await town.journal() if call["method"] in MESSAGES
    )
    rows = await town.query(
        "SELECT o.chat, o.kind, o.state, o.attempts, e.state FROM outbox o "
        "JOIN letter e ON o.dedupe_key = 'letter/' || e.id ORDER BY o.id"
    )
    for chat, kind, state, attempts, noted in rows:
        found.letters[f"{kind} {state}"] += 1
        found.wrong += wrong_of(int(chat), kind, (state, noted), attempts, had[chat])
        found.again += had[chat] > 1
    chats = {int(chat) for chat, *_ in rows}
    found.wrong += [f"{chat} has {had[chat]} letters that nobody wrote" for chat in had.keys() - chats]


def wrong_of(chat: int, kind: str, states: tuple[str, str], attempts: int, had: int) -> Iterator[str]:
    """Tell what is against docs/reminders.md."""
    what = f"{kind} to {chat}: {states}, tried {attempts} times, arrived {had} times"
    most = 1 if kind == "list" else 2
    if states[0] != states[1] or states[0] not in {"sent", "unknown"}:
        yield f"{what}: not settled"
    if attempts > most or had > attempts:
        yield f"{what}: sent too often"
    if states[0] == "sent" and not had:
        yield f"{what}: nobody has it"
    if states[0] == "unknown" and attempts < most:
        yield f"{what}: given up too early"
