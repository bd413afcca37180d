"""Months of reminders next to a model that shares nothing with the bot; and bots that it finds out."""

import datetime as dtm
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import chinese_calendar
import pytest

from bot.database import opened
from services import outbox
from services.core import office_hours, reminding
from services.core.quota import Quota
from services.core.recipients import Hearers, choose_for_one
from services.reminding import contacts, letter_log, letter_writing, review_dues
from services.transaction import transact
from tests.databases import current_file
from tests.prove.reminders import days
from tests.prove.reminders.campaign import Broken, run
from tests.prove.reminders.controls import run_from_memory, run_two_senders
from tests.prove.reminders.drawing import ZONE, draw_town
from tests.prove.reminders.judging import judge
from tests.prove.reminders.records import OWN, UNKNOWN, Due, Letter
from tests.prove.reminders.rule import Name
from tests.prove.reminders.stage import Stage


@pytest.fixture
def database_of_a_run(tmp_path: Path) -> str:
    return current_file(tmp_path / "duban.db")


async def test_nobody_is_forgotten_and_nobody_is_told_twice(database_of_a_run: str) -> None:
    outcome = await run(database_of_a_run, 1, months=2, units=12)
    assert (outcome.judgement.missed, outcome.judgement.doubled) == (0, 0)
    assert outcome.judgement.received >= 100
    assert outcome.deaths >= 2


def _days() -> Iterator[dtm.date]:
    return (
        dtm.date(2023, 1, 1) + n * days.DAY for n in range((dtm.date(2027, 1, 1) - dtm.date(2023, 1, 1)).days)
    )


def test_the_days_off_of_the_model_are_the_published_ones() -> None:
    wrong = [day for day in _days() if days.is_working(day, {}) != chinese_calendar.is_workday(day)]
    assert wrong == []


async def _nobody(_: Any) -> frozenset[int]:
    return frozenset()


async def _nothing(_: Any) -> dict[str, int]:
    return {}


async def _counting(call_id: int, until: dtm.datetime, _: str) -> None:
    await outbox.hold_back(call_id, until)


def _only_today(*given: Any) -> Hearers:
    found = choose_for_one(*given)
    return Hearers(found.own)


FAULTS = {
    "a target for each account is one for all": (Quota, "target_for", lambda quota, _: quota.target),
    "what certainly did not go counts as sent": (outbox, "postpone", _counting),
    "the copy of the office settles all": (letter_log, "list_privately_told", _nobody),
    "a letter put off is taken for new": (
        outbox.WaitingCall,
        "may_have_gone",
        property(lambda call: call.was_on_wire),
    ),
    "a digest that waits takes nothing more": (letter_writing, "_find_waiting", _nothing),
    "nothing is superseded": (reminding, "collapse", lambda dues: (tuple(dues), ())),
    "what was taken back is told as accepted": (
        review_dues,
        "_STANDING",
        review_dues._STANDING.replace(" AND r.version = s.version", ""),
    ),
    "what somebody cannot hear today they never hear": (contacts, "choose_for_one", _only_today),
    "everybody may always be written to": (office_hours, "are_open", lambda *_: True),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_planted_fault_is_found(
    database_of_a_run: str, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    monkeypatch.setattr(*FAULTS[fault])
    with pytest.raises(Broken):
        await run(database_of_a_run, 2, months=2, units=30)


def test_what_ends_unknown_without_having_been_about_to_go_is_found() -> None:
    dice = random.Random(1)
    stage = Stage(draw_town(dice, 12, dtm.date(2024, 3, 1)), dice)
    name = Name("monthly", 1, 1, 0, dtm.date(2024, 3, 1), "half")
    lines = {(name, OWN)}
    stage.model.letters["digest/1/2024-03-18"] = letter = Letter(
        "digest/1/2024-03-18", dtm.date(2024, 3, 18), 1
    )
    letter.state, letter.lines = UNKNOWN, lines
    stage.model.dues[name] = Due(dtm.datetime(2024, 3, 18, 9, tzinfo=ZONE), UNKNOWN)
    assert len(judge(stage.model, stage.telegram).wrong) == 1
    stage.telegram.attempts[letter.key].append(frozenset(lines))
    assert judge(stage.model, stage.telegram).wrong == []
    letter.lines = set()
    assert len(judge(stage.model, stage.telegram).wrong) == 1


def test_a_bot_that_fires_from_memory_does_well_while_nothing_befalls_it() -> None:
    found = run_from_memory(2, months=6, units=12, is_calm=True)
    assert (found.missed, found.doubled) == (0, 0)
    assert found.received >= 50


def test_a_bot_that_fires_from_memory_is_found_out() -> None:
    found = run_from_memory(2, months=12, units=12, is_calm=False)
    assert found.missed > 0
    assert found.doubled > 0


async def test_two_bots_without_the_lock_between_them_are_found_out(database_of_a_run: str) -> None:
    dice = random.Random(4)
    async with opened(database_of_a_run):
        stage = Stage(draw_town(dice, 12, dtm.date(2024, 3, 1)), dice)
        await transact(stage.found)
        found = await run_two_senders(stage, dtm.datetime(2024, 3, 29, 9, 0, 30, tzinfo=ZONE))
    assert found.missed == 0
    assert found.doubled > 0
