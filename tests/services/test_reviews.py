"""Reviewers at once: of several decisions about a report one holds, and the tally says the same."""

import asyncio
import datetime as dtm
from collections.abc import Callable
from dataclasses import replace

import pytest

from models.enums import EvidenceKind, Role
from services import sql
from services.core.access import Actor, Binding
from services.core.occasion import Occasion
from services.core.reviewing import Part
from services.evidence.evidence_files import EvidenceUnsupported, Kept, NotKept
from services.evidence.evidence_intake import EvidenceIntake, Sending
from services.facts import ledger
from services.membership import members
from services.ports import FileUnavailable
from services.reporting.reports import Reports
from services.reporting.revisions import Revisions
from services.reviewing import reviews
from services.reviewing.reviews import Shown
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


async def the_review(opening: str) -> Shown:
    (row,) = await sql.fetch("SELECT id, version FROM review WHERE opening = $1", opening)
    return Shown(row["id"], row["version"])


async def test_a_count_set_lower_gives_back_when_the_acceptance_it_took_from_is_undone(desk):
    """Two fewer than none used to be accepted then."""
    reports, people = desk
    await reviews.accept(people[1], await the_review("message/m1/1"), an_occasion(2))
    await reports.submit(people[0], "动态 =1", an_occasion(3))
    assert await sums() == (1, 1, 0)
    await reviews.undo(people[1], await the_review("message/m1/1"), an_occasion(4))
    assert await sums() == (1, 0, 0)
    await reviews.accept(people[1], await the_review("message/m1/1"), an_occasion(5))
    assert await sums() == (1, 1, 0)


async def test_no_more_is_accepted_than_is_left_when_another_report_is_withdrawn(desk):
    """Three of two used to be accepted then."""
    reports, people = desk
    await reports.submit(people[0], "动态 =2", an_occasion(2))
    await reports.submit(people[0], "动态 4", an_occasion(3))
    await reviews.accept(people[1], await the_review("message/m1/1"), an_occasion(4))
    assert await sums() == (6, 3, 0)
    await Revisions(reports).withdraw(people[0], "message/m3/3", an_occasion(5))
    assert await sums() == (2, 2, 0)


async def test_a_rule_of_today_takes_nothing_below_none_of_what_waits_by_yesterdays(desk):
    """A count that was set lower used to be accepted whole, though nothing was accepted to take it from."""
    reports, people = desk
    await sql.execute("UPDATE category SET review_rule = 'auto'")
    await reports.submit(people[0], "动态 =1", an_occasion(2))
    assert await sums() == (1, 0, 0)


async def send(reports: Reports, reporter: Actor, file: Kept | NotKept, number: int) -> None:
    intake = EvidenceIntake(reports, Revisions(reports))
    sending = Sending(reporter.telegram_id, 1, "", is_command=False)
    await intake.receive(reporter, file, "", sending, replace(an_occasion(1), source=f"message/m1/{number}"))


A_PICTURE = Kept(EvidenceKind.PICTURE, "a.jpg", "", "image/jpeg", 1, "0" * 64)
NOTHING = [EvidenceUnsupported(), FileUnavailable()]


@pytest.mark.parametrize("problem", NOTHING, ids=lambda each: type(each).__name__)
async def test_a_file_that_could_not_be_kept_does_not_bring_a_returned_report_up_again(desk, problem):
    """It used to, with nothing new to look at."""
    reports, people = desk
    await reviews.send_back(people[1], await the_review("message/m1/1"), "缺少佐证", an_occasion(2))
    await send(reports, people[0], NotKept(EvidenceKind.PICTURE, "", problem), 8)
    assert await sql.fetch("SELECT state FROM review") == [{"state": "returned"}]
    await send(reports, people[0], A_PICTURE, 9)
    assert await sql.fetch("SELECT state FROM review") == [{"state": "pending"}]


@pytest.mark.parametrize("rule", ["auto", "on_evidence"])
async def test_evidence_for_a_returned_report_never_accepts_it_by_a_later_rule(desk, rule):
    """What a reviewer had returned used to be accepted without one, where the rule was changed since."""
    reports, people = desk
    await reviews.send_back(people[1], await the_review("message/m1/1"), "缺少佐证", an_occasion(2))
    await sql.execute("UPDATE category SET review_rule = $1", rule)
    await send(reports, people[0], A_PICTURE, 9)
    assert await sql.fetch("SELECT state, accepted FROM review") == [{"state": "pending", "accepted": 0}]


async def test_a_picture_and_a_withdrawal_at_once_leave_no_evidence_of_what_is_gone(desk):
    """On PostgreSQL the picture used to come to belong to a report that was just taken back."""
    reports, people = desk
    await asyncio.gather(
        Revisions(reports).withdraw(people[0], "message/m1/1", an_occasion(3)),
        send(reports, people[0], A_PICTURE, 9),
    )
    assert await sql.fetch("SELECT id FROM evidence WHERE state = 'kept' AND unit_id IS NOT NULL") == []


async def test_the_same_link_sent_twice_at_once_is_one(desk):
    reports, people = desk
    intake = EvidenceIntake(reports, Revisions(reports))
    page = "https://example.com/1"
    taken = await asyncio.gather(
        *(
            intake.take_links(
                people[0], "message/m1/1", page, replace(an_occasion(1), source=f"message/m1/{n}")
            )
            for n in (8, 9)
        )
    )
    assert sorted(each.new for each in taken) == [0, 1]
    assert await sql.fetch("SELECT kind, state, address FROM evidence") == [
        {"kind": "link", "state": "kept", "address": page}
    ]


async def test_a_link_and_a_withdrawal_at_once_leave_no_evidence_of_what_is_gone(desk):
    reports, people = desk
    intake = EvidenceIntake(reports, Revisions(reports))
    occasion = replace(an_occasion(1), source="message/m1/9")
    await asyncio.gather(
        Revisions(reports).withdraw(people[0], "message/m1/1", an_occasion(3)),
        intake.take_links(people[0], "message/m1/1", "https://example.com/1", occasion),
        return_exceptions=True,
    )
    assert await sql.fetch("SELECT id FROM evidence WHERE state = 'kept'") == []


async def test_a_late_piece_of_an_album_is_accepted_by_no_closed_month(desk):
    """It used to change the figures of a month that takes nothing any more."""
    reports, people = desk
    await sql.execute("UPDATE category SET review_rule = 'on_evidence'")
    intake, sending = EvidenceIntake(reports, Revisions(reports)), Sending(1, None, "7", is_command=False)
    owed = NotKept(EvidenceKind.PICTURE, "", FileUnavailable())
    await intake.receive(people[0], owed, "动态 1", sending, an_occasion(2))
    later = replace(an_occasion(3), today=TODAY + dtm.timedelta(days=40))
    await intake.receive(people[0], A_PICTURE, "", sending, later)
    rows = await sql.fetch("SELECT state FROM review WHERE opening = 'message/m2/2'")
    assert rows == [{"state": "awaiting"}]
    assert len(await sql.fetch("SELECT id FROM evidence WHERE opening = 'message/m2/2'")) == 2
