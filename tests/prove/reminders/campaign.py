"""Runs months of a town's life as fast as they go; a difference is told in words, with what led to it."""

import datetime as dtm
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.database import opened
from tests.prove.reminders.days import DAY, is_working
from tests.prove.reminders.drawing import ZONE, Days, draw_town
from tests.prove.reminders.judging import Judgement, judge
from tests.prove.reminders.stage import Stage, watched
from tests.prove.reminders.weather import Weather

OFFICE_MOMENTS = (
    *("09:00:00", "09:00:30", "09:01:10", "11:29:59", "11:30:00", "14:30:00", "14:30:30", "16:31:00"),
    *("17:29:59", "17:30:00"),
)
NIGHT_MOMENTS = ("00:00:00", "00:00:30", "08:59:59", "12:00:00", "23:59:59")


STORY = 60
"""So much of what happened before a difference is told."""


class Broken(AssertionError):
    """The bot and the model differ; the text says where, and what happened before."""


@dataclass
class Outcome:
    """What a run was made of and what it found."""

    seed: int
    first_on: dtm.date
    ticks: int
    deaths: int
    seconds: float
    dues: Counter[str]
    letters: Counter[str]
    fates: Counter[str]
    judgement: Judgement

    def summary(self) -> dict[str, Any]:
        """Return what is told of it."""
        return {
            "seed": self.seed,
            "from": str(self.first_on),
            "missed": self.judgement.missed,
            "doubled": self.judgement.doubled,
            "once more after a hidden outcome": self.judgement.again,
            "told": self.judgement.received,
            "dues": dict(self.dues.most_common()),
            "letters": dict(self.letters.most_common()),
            "befell": dict(self.fates.most_common()),
            "looks": self.ticks,
            "seconds": int(self.seconds),
        }


async def run(url: str, seed: int, *, months: int, units: int) -> Outcome:
    """Let a town live for so many months on an empty database.

    Raises:
        Broken: bot and model differ, or somebody was told twice or never.
    """
    dice = random.Random(seed)
    month, later = dice.randint(1, 12), dice.randint(0, 1) + (seed % 3 == 0)
    first = dtm.date(2023 + later, month, 1)
    stage = Stage(draw_town(dice, units, first), dice)
    began = time.perf_counter()
    async with opened(url), watched(stage):
        await stage.found()
        try:
            await _live(stage, first, months)
            judgement = judge(stage.model, stage.telegram)
            assert not judgement.wrong, "\n".join(judgement.wrong[:20])
        except AssertionError as problem:
            story = "\n".join(stage.story[-STORY:])
            how = f"./run prove reminders --seed {seed} --seeds 1 --months {months} --units {units}"
            raise Broken(f"{story}\n{problem}\n{how}") from problem
    return Outcome(
        seed=seed,
        first_on=first,
        ticks=stage.ticks,
        deaths=stage.deaths,
        seconds=time.perf_counter() - began,
        dues=Counter(due.state for due in stage.model.dues.values()),
        letters=Counter(
            f"{letter.key.partition('/')[0]} {letter.state}" for letter in stage.model.letters.values()
        ),
        fates=stage.telegram.fates,
        judgement=judgement,
    )


async def _live(stage: Stage, first: dtm.date, months: int) -> None:
    days, weather = Days(stage.dice, stage.town), Weather(stage.dice)
    day, end = first, _plus_months(first, months)
    while day < end:
        moments = [*_moments(stage.dice, is_working(day, {}), day)]
        moments += [moment + dtm.timedelta(seconds=40) for moment in moments if stage.dice.random() < 0.05]
        weather.draw(day)
        deeds = days.deeds_of(day)
        for moment in sorted(moments):
            await stage.happen([deed for deed in deeds if deed.at <= moment])
            deeds = [deed for deed in deeds if deed.at > moment]
            if not weather.is_down(moment):
                await stage.decide(moment)
                stage.telegram.is_reachable = weather.has_network(moment)
                await stage.tick(weather.shown(moment))
        await stage.happen(deeds)
        day += DAY
    await stage.end()


def _moments(dice: random.Random, is_office_day: bool, day: dtm.date) -> Iterator[dtm.datetime]:
    midnight = dtm.datetime.combine(day, dtm.time(), ZONE)
    for written in OFFICE_MOMENTS:
        if dice.random() < (0.35 if is_office_day else 0.1):
            yield dtm.datetime.combine(day, dtm.time.fromisoformat(written), ZONE)
    for written in NIGHT_MOMENTS:
        if dice.random() < 0.06:
            yield dtm.datetime.combine(day, dtm.time.fromisoformat(written), ZONE)
    yield midnight + dtm.timedelta(seconds=dice.randrange(24 * 3600))


def _plus_months(first: dtm.date, months: int) -> dtm.date:
    number = first.year * 12 + first.month - 1 + months
    return dtm.date(number // 12, number % 12 + 1, 1)
