"""Bots that must be found out: one that fires at fixed moments from memory, and two side by side."""

import asyncio
import datetime as dtm
import random
from dataclasses import dataclass, field
from typing import Any

from bot.commits import SharedCommits
from bot.delivery import Delivery
from bot.letters import Letters
from bot.nursery import Nursery
from services import outbox, sql
from tests.prove.reminders import rule
from tests.prove.reminders.days import DAY, is_working
from tests.prove.reminders.drawing import ZONE, Days, draw_town
from tests.prove.reminders.judging import Judgement, compare
from tests.prove.reminders.model import Model
from tests.prove.reminders.records import GROUP, OWN, SENT, WAITING, NotNow
from tests.prove.reminders.rule import Name
from tests.prove.reminders.stage import CATALOGUE, NoLinks, Stage
from tests.prove.reminders.telegram import Received
from tests.prove.reminders.town import MONTHLY, Town
from tests.prove.reminders.weather import Weather

TICKS = ("08:00", "09:00", "09:01", "11:00", "14:30", "16:40", "22:00")


@dataclass
class Cron:
    """Tells of each monthly step when its moment passes; what it knows dies with the process."""

    town: Town
    received: list[Received] = field(default_factory=list)
    last: dtm.datetime | None = None

    def tick(self, now: dtm.datetime) -> None:
        """Fire what has become due since the last tick."""
        since, self.last = self.last or now, now
        for one in self.town.organisations.values():
            for month in rule.months_about(now.date()):
                for kind, step, due_at in rule.month_steps(one, month, now.tzinfo):
                    if kind == MONTHLY and step != "listed" and since < due_at <= now:
                        self._fire(one.id, month, step, now)

    def _fire(self, organisation: int, month: dtm.date, step: str, now: dtm.datetime) -> None:
        for unit in self.town.units.values():
            name = Name(MONTHLY, organisation, unit.id, 0, month, step)
            if unit.organisation == organisation and rule.lacks(self.town, name, now.date()):
                for person in {each for each, _ in rule.hearers(self.town, name, now.date()).parts()}:
                    key = f"digest/{person}/{now.date()}"
                    self.received.append(Received(now, person, key, frozenset({(name, OWN)})))


def run_from_memory(seed: int, *, months: int, units: int, is_calm: bool) -> Judgement:
    """Let the cron and the model live in a town where people report and nothing else; judge the cron."""
    dice = random.Random(seed)
    first = dtm.date(2024, 1, 1)
    town = draw_town(dice, units, first)
    town.accounts.clear()
    days, weather = Days(dice, town, only_reports=True), Weather(dice, is_calm)
    cron, model = Cron(town), Model(town)
    for number in range(months * 30):
        day = first + number * DAY
        for deed in days.deeds_of(day):
            deed.change(town)
        weather.draw(day)
        for written in TICKS if is_working(day, {}) else ():
            moment = dtm.datetime.combine(day, dtm.time.fromisoformat(written), ZONE)
            if weather.is_down(moment):
                cron.last = None  # it was restarted since
            else:
                cron.tick(weather.shown(moment))
                _deliver(model, weather.shown(moment))
    wanted = {name for name, due in model.dues.items() if due.state == SENT and name.rule == MONTHLY}
    return compare({name for name in wanted if name.step != "listed"}, cron.received, {})


def _deliver(model: Model, now: dtm.datetime) -> None:
    """Have everything arrive that the model sends."""
    model.plan(now)
    model.dispatch(now)
    for letter in [each for each in model.letters.values() if each.state == WAITING]:
        try:
            if model.open(letter.key, now):
                model.settle(letter.key, SENT, now)
        except NotNow:
            continue


async def run_two_senders(stage: Stage, now: dtm.datetime) -> Judgement:
    """Have two bots without the lock between them deliver what is due at a moment on the stage's database."""
    stage.clock.moment = now
    letters = Letters(CATALOGUE, stage.clock, SharedCommits(Nursery()), frozenset(), None)  # type: ignore[arg-type]
    await letters.look()
    wanted, told = await _written(stage)
    received: list[Received] = []

    class Listening:
        async def call(self, _: str, parameters: dict[str, Any], **__: Any) -> dict[str, int]:
            one = stage.telegram.find(parameters["chat_id"])
            await asyncio.sleep(0)
            received.append(Received(now, one.id, f"digest/{one.id}", told[one.id]))
            return {"message_id": len(received)}

    api, links = Listening(), NoLinks()
    bots = [
        Delivery(api, stage.clock, Nursery(), stage.telegram, links, letters, None)  # type: ignore[arg-type]
        for _ in range(2)
    ]
    for chat in await outbox.list_chats_waiting(stage.clock.now(), 100_000):
        await asyncio.gather(*(bot.drain(chat, is_patient=False) for bot in bots))
    return compare(wanted, received, {})


async def _written(stage: Stage) -> tuple[set[Name], dict[int, frozenset[tuple[Name, str]]]]:
    """Give what is told of in private, and what each person is told."""
    told: dict[int, frozenset[tuple[Name, str]]] = {}
    for row in await sql.fetch(
        "SELECT e.member_id, l.due_id, l.part FROM letter e JOIN letter_line l ON l.letter_id = e.id "
        "WHERE l.part <> $1",
        GROUP,
    ):
        line = (await stage.books.name(row["due_id"]), row["part"])
        told[row["member_id"]] = told.get(row["member_id"], frozenset()) | {line}
    return {name for lines in told.values() for name, _ in lines}, told
