"""Reviewers at once: of several decisions about a report one holds, and the tally says the same."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from models.enums import Role
from services import ledger, members, reviews, sql
from services.core.access import Binding
from services.core.occasion import Occasion
from services.core.reviewing import Part
from services.reports import Reports
from services.reviews import Shown
from services.revisions import Revisions
from tests.builders import NOW, an_actor, emeishan
from tests.handlers.talk import TODAY


def an_occasion(number: int) -> Occasion:
    return Occasion(f"message/m{number}/{number}", NOW, TODAY)


@pytest.fixture
async def desk(database):
    """A report of three that waits, its reporter, and six reviewers."""
    organisation_id, units, _ = await emeishan()
    await sql.execute("UPDATE category SET review_rule = 'reviewed'")
    people = []
    for number in range(1, 8):
        role, unit_id = (Role.REPORTER, units["市司法局"]) if number == 1 else (Role.REVIEWER, None)
        actor = an_actor(Binding(organisation_id, unit_id, role), telegram_id=7000 + number)
        people.append(replace(actor, member_id=await members.remember(actor.telegram_id)))
    reports = Reports()
    await reports.submit(people[0], "动态 3", an_occasion(1))
    return reports, people


def part_of(count: int) -> Callable[[int], Part]:
    return lambda _: Part(count, count)


async def sums() -> tuple[int, int, int]:
    assert await ledger.rebuild() == ()
    (row,) = await sql.fetch("SELECT count, accepted, errors FROM tally WHERE count <> 0 OR accepted <> 0")
    return row["count"], row["accepted"], row["errors"]


async def test_of_six_reviewers_at_once_one_decides(desk):
    _, people = desk
    (row,) = await sql.fetch("SELECT id, version FROM review")
    shown = Shown(row["id"], row["version"])
    decisions = await asyncio.gather(
        *(
            reviews.accept(each, shown, an_occasion(number), part_of(number % 3 + 1))
            for number, each in enumerate(people[1:], start=2)
        )
    )
    (held,) = [each for each in decisions if not each.is_overtaken]
    assert await sums() == (3, held.review.accepted, held.review.errors)
    assert len(await sql.fetch("SELECT id FROM review_step")) == 2


async def test_a_withdrawal_and_a_decision_at_once_leave_nothing_accepted(desk):
    reports, people = desk
    (row,) = await sql.fetch("SELECT id, version, opening FROM review")
    await asyncio.gather(
        reviews.accept(people[1], Shown(row["id"], row["version"]), an_occasion(2)),
        Revisions(reports).withdraw(people[0], row["opening"], an_occasion(3)),
    )
    assert await ledger.rebuild() == ()
    assert await sql.fetch("SELECT SUM(accepted) AS accepted, SUM(count) AS count FROM tally") == [
        {"accepted": 0, "count": 0}
    ]
    assert await sql.fetch("SELECT state FROM review") == [{"state": "withdrawn"}]
