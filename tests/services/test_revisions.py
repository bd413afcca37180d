import asyncio
import datetime as dtm

import pytest

from models.enums import Role
from services import sql
from services.arranging.retirement import merge
from services.audit import Deed
from services.core.access import Binding, NotPermitted
from services.facts import ledger
from services.facts.ledger import record
from services.facts.months import MonthClosed
from services.facts.openings import CountBelowZero
from services.reporting.outcomes import Received, Reset, SoMany
from services.reporting.reports import ReportChanged
from services.reporting.revisions import AlreadyWithdrawn, EditUnclear, NothingToWithdraw
from tests.builders import NOW, a_fact, a_reporter, an_actor, an_administrator
from tests.services.desk import Desk, a_desk, audited, facts, tallies

JUSTICE, SCHOOL = "市司法局", "市教育局"
NOTICES, DECISIONS = "动态通知类", "决策公开"
PAGE = "https://www.emeishan.gov.cn/art/1.html"

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
async def desk(database) -> Desk:
    return await a_desk()


@pytest.fixture
def reporter(desk):
    return a_reporter(desk.organisation_id, desk.units[JUSTICE])


async def edit(desk, who, number, text):
    """What the bot would offer for a message edited to a text."""
    return await desk.revisions.find_revision(who, text, desk.occasion(number=number))


async def test_an_edit_changes_nothing_until_it_is_agreed_and_then_the_difference(desk, reporter):
    await desk.say(reporter, "动态 3 决策公开 1")
    revision = await edit(desk, reporter, 1, "动态 5 决策公开 1")
    assert await tallies() == {(JUSTICE, NOTICES, 3): 3, (JUSTICE, DECISIONS, 3): 1}
    corrected = await desk.go(reporter, revision.draft)
    assert corrected.receipt.corrects
    (line,) = corrected.receipt.lines
    assert (line.change.before, line.change.after) == (3, 5)
    assert await tallies() == {(JUSTICE, NOTICES, 3): 5, (JUSTICE, DECISIONS, 3): 1}
    assert (await facts())[-1] == ("message/m1/3/1", "message/m1/1", 2)
    assert await audited() == [("report.submit", "message/m1/1"), ("report.correct", "message/m1/1")]
    assert await ledger.rebuild() == ()


@pytest.mark.parametrize(
    ("said", "edited", "expected"),
    [
        ("动态 3", "动态 1", {(JUSTICE, NOTICES, 3): 1}),
        ("动态 3", "决策公开 3", {(JUSTICE, DECISIONS, 3): 3}),
        ("动态 3 决策公开 1", "动态 3", {(JUSTICE, NOTICES, 3): 3}),
        ("动态 3", "动态 3 决策公开 1", {(JUSTICE, NOTICES, 3): 3, (JUSTICE, DECISIONS, 3): 1}),
        ("动态 =3", "动态 =1", {(JUSTICE, NOTICES, 3): 1}),
        ("动态 =3", "动态 4", {(JUSTICE, NOTICES, 3): 4}),
        (f"动态 {PAGE}", f"动态 {PAGE}2", {(JUSTICE, NOTICES, 3): 1}),
        (f"动态 {PAGE}", f"动态 {PAGE} 动态 {PAGE}2", {(JUSTICE, NOTICES, 3): 2}),
        (f"动态 {PAGE}", f"决策公开 {PAGE}", {(JUSTICE, DECISIONS, 3): 1}),
        (f"动态 {PAGE} 动态 {PAGE}2", "动态 =5", {(JUSTICE, NOTICES, 3): 5}),  # used to come to 3
        ("动态 =0", "动态 =4", {(JUSTICE, NOTICES, 3): 4}),  # what had added nothing was met with silence
    ],
)
@on_sqlite
async def test_whatever_is_edited_the_counts_follow(desk, reporter, said, edited, expected):
    await desk.say(reporter, said)
    revision = await edit(desk, reporter, 1, edited)
    assert isinstance(await desk.go(reporter, revision.draft), Received)
    assert await tallies() == expected
    again = await edit(desk, reporter, 1, said)
    assert isinstance(await desk.go(reporter, again.draft), Received)
    assert await edit(desk, reporter, 1, said) is None
    assert await ledger.rebuild() == ()


@pytest.mark.parametrize(
    ("said", "edited"),
    [
        ("动态 3 决策公开 1", "动态 3 决策公开 1"),
        ("动态 3 决策公开 1", "决策公开1 动态三条"),
        ("动态 =3", "动态 =3"),
        (f"动态 {PAGE}", f"动态 {PAGE}?utm_source=wx"),
        (f"动态 {PAGE} 动态 {PAGE}9", f"动态  {PAGE} 动态 {PAGE}9"),
    ],
)
@on_sqlite
async def test_an_edit_that_says_the_same_is_met_with_silence(desk, reporter, said, edited):
    await desk.say(a_reporter(desk.organisation_id, desk.units[JUSTICE]), f"动态 {PAGE}9", minutes=1)
    await desk.say(reporter, said, number=50)
    await record([a_fact(desk.units[JUSTICE], desk.category("动态"), 3, 2, "sheet/B2")], NOW)
    assert await edit(desk, reporter, 50, edited) is None


@on_sqlite
async def test_what_an_edit_goes_on_setting_stays_as_it_is(desk, reporter):
    """It used to set the count again, and what others had reported since was gone."""
    await desk.say(reporter, "动态 =3 决策公开 1")
    await desk.say(an_administrator(desk.organisation_id), f"{JUSTICE} 动态 4")
    revision = await edit(desk, reporter, 1, "动态 =3 决策公开 2")
    await desk.go(reporter, revision.draft)
    assert await tallies() == {(JUSTICE, NOTICES, 3): 7, (JUSTICE, DECISIONS, 3): 2}


@on_sqlite
async def test_an_edit_that_leaves_only_what_counts_already_takes_the_rest_back(desk, reporter):
    """It used to be offered as 3 → 不计, and to change nothing."""
    await desk.say(reporter, f"动态 {PAGE}")
    await desk.say(reporter, "动态 3")
    revision = await edit(desk, reporter, 2, f"动态 {PAGE}")
    assert revision.new.lines == ()
    assert isinstance(await desk.go(reporter, revision.draft), Received)
    assert await tallies() == {(JUSTICE, NOTICES, 3): 1}


async def test_what_a_button_added_to_a_message_stays_when_it_is_edited(desk, reporter):
    asked = await desk.say(reporter, "3")
    await desk.go(reporter, asked.draft.with_category(0, desk.category("动态")))
    revision = await edit(desk, reporter, 1, "5")
    await desk.go(reporter, revision.draft)
    assert await tallies() == {(JUSTICE, NOTICES, 3): 5}


async def test_an_edited_month_moves_the_count(desk, reporter):
    desk.today = dtm.date(2024, 3, 6)
    await desk.say(reporter, "动态 3")
    revision = await edit(desk, reporter, 1, "动态 3 上月")
    moved = await desk.go(reporter, revision.draft)
    assert moved.receipt.is_late
    assert await tallies() == {(JUSTICE, NOTICES, 2): 3}
    desk.today = dtm.date(2024, 3, 8)
    with pytest.raises(MonthClosed):
        await edit(desk, reporter, 1, "动态 3 本月")


@on_sqlite
async def test_an_edit_of_anything_else_is_met_with_silence(desk, reporter):
    await desk.say(reporter, "动态")  # asked, not counted
    await desk.say(reporter, "动态 3")
    other = an_actor(Binding(desk.organisation_id, desk.units[JUSTICE], Role.REPORTER), telegram_id=7002)
    await sql.execute("INSERT INTO member (telegram_id, name) VALUES (7002, '')")
    assert await edit(desk, reporter, 1, "动态 5") is None
    assert await edit(desk, reporter, 99, "动态 5") is None
    stranger = type(other)(7002, 2, "", other.language, other.bindings)
    assert await edit(desk, stranger, 2, "动态 5") is None
    await desk.revisions.withdraw(reporter, "message/m1/2", desk.occasion())
    assert await edit(desk, reporter, 2, "动态 5") is None


@on_sqlite
async def test_an_edit_that_is_no_report_any_more_says_so(desk, reporter):
    await desk.say(reporter, "动态 3")
    for text in ("动态", "动态 3 天文", ""):
        with pytest.raises(EditUnclear):
            await edit(desk, reporter, 1, text)


@on_sqlite
async def test_an_old_question_about_an_edit_has_no_effect_after_a_newer_one(desk, reporter):
    await desk.say(reporter, "动态 3")
    first, second = await edit(desk, reporter, 1, "动态 5"), await edit(desk, reporter, 1, "动态 6")
    await desk.go(reporter, second.draft)
    with pytest.raises(ReportChanged):
        await desk.go(reporter, first.draft)
    assert await tallies() == {(JUSTICE, NOTICES, 3): 6}


@on_sqlite
async def test_a_doubtful_edit_is_asked_about_like_a_report(desk, reporter):
    await desk.say(reporter, "动态 3")
    revision = await edit(desk, reporter, 1, "动态 300")
    assert isinstance(await desk.go(reporter, revision.draft), SoMany)
    assert await tallies() == {(JUSTICE, NOTICES, 3): 3}


async def test_taking_back_goes_further_back_each_time(desk, reporter):
    await desk.say(reporter, "动态 3")
    await desk.say(reporter, "动态 =8 决策公开 1")
    last = await desk.revisions.find_last(reporter, desk.occasion())
    assert (last.counts, last.resets) == (((DECISIONS, 1),), (Reset(NOTICES, 8, 3),))
    await desk.revisions.withdraw(reporter, last.opening.name, desk.occasion())
    assert await tallies() == {(JUSTICE, NOTICES, 3): 3}
    first = await desk.revisions.find_last(reporter, desk.occasion())
    assert first.counts == ((NOTICES, 3),)
    await desk.revisions.withdraw(reporter, first.opening.name, desk.occasion())
    assert await tallies() == {}
    with pytest.raises(NothingToWithdraw):
        await desk.revisions.find_last(reporter, desk.occasion())
    assert (await audited())[-1] == ("report.withdraw", "message/m1/1")
    assert await ledger.rebuild() == ()


async def test_several_presses_take_back_once(desk, reporter):
    await desk.say(reporter, "动态 3")
    presses = [desk.revisions.withdraw(reporter, "message/m1/1", desk.occasion()) for _ in range(5)]
    done = await asyncio.gather(*presses, return_exceptions=True)
    assert sorted(type(one).__name__ for one in done) == ["AlreadyWithdrawn"] * 4 + ["Shown"]
    assert await tallies() == {}


@on_sqlite
async def test_only_ones_own_can_be_taken_back_and_only_for_ones_own_unit(desk, reporter):
    await desk.say(reporter, "动态 3")
    await sql.execute("INSERT INTO member (telegram_id, name) VALUES (7002, '')")
    successor = a_reporter(desk.organisation_id, desk.units[JUSTICE])
    successor = type(successor)(7002, 2, "", successor.language, successor.bindings)
    with pytest.raises(NothingToWithdraw):
        await desk.revisions.find_last(successor, desk.occasion())
    with pytest.raises(NothingToWithdraw):
        await desk.revisions.withdraw(successor, "message/m1/1", desk.occasion())
    elsewhere = a_reporter(desk.organisation_id, desk.units[SCHOOL])
    with pytest.raises(NothingToWithdraw):
        await desk.revisions.find_last(elsewhere, desk.occasion())
    assert await tallies() == {(JUSTICE, NOTICES, 3): 3}


@on_sqlite
async def test_a_closed_month_keeps_what_it_has(desk, reporter):
    desk.today = dtm.date(2024, 2, 28)
    await desk.say(reporter, "动态 3")
    desk.today = dtm.date(2024, 3, 7)
    assert await desk.revisions.find_last(reporter, desk.occasion())
    desk.today = dtm.date(2024, 3, 8)
    with pytest.raises(MonthClosed):
        await desk.revisions.find_last(reporter, desk.occasion())
    with pytest.raises(MonthClosed):
        await desk.revisions.withdraw(reporter, "message/m1/1", desk.occasion())
    await desk.say(reporter, "动态 1")
    assert (await desk.revisions.find_last(reporter, desk.occasion())).counts == ((NOTICES, 1),)


@on_sqlite
async def test_taking_back_leaves_no_count_below_zero(desk, reporter):
    await desk.say(reporter, "动态 3")
    await desk.say(an_administrator(desk.organisation_id), f"{JUSTICE} 动态 =1")
    with pytest.raises(CountBelowZero):
        await desk.revisions.withdraw(reporter, "message/m1/1", desk.occasion())
    assert await tallies() == {(JUSTICE, NOTICES, 3): 1}


async def test_a_report_moves_to_another_unit_whole(desk):
    both = a_reporter(desk.organisation_id, desk.units[JUSTICE], desk.units[SCHOOL])
    await desk.say(both, f"{JUSTICE} 动态 3\n决策公开 {PAGE}")
    targets = await desk.revisions.list_targets(both, "message/m1/1")
    assert [unit.name for unit in targets] == [SCHOOL]
    moved = await desk.revisions.move(both, "message/m1/1", desk.units[SCHOOL], desk.occasion())
    assert moved.receipt.unit.name == SCHOOL
    assert await tallies() == {(SCHOOL, NOTICES, 3): 3, (SCHOOL, DECISIONS, 3): 1}
    assert (await desk.say(both, "动态 1")).receipt.unit.name == SCHOOL
    assert (
        await edit(desk, both, 1, f"{JUSTICE} 动态 3\n决策公开 {PAGE}") is None
    )  # the words are as they were
    back = await desk.revisions.move(both, "message/m1/1", desk.units[JUSTICE], desk.occasion())
    assert isinstance(back, Received)
    await desk.revisions.withdraw(both, "message/m1/1", desk.occasion())
    with pytest.raises(AlreadyWithdrawn):
        await desk.revisions.list_targets(both, "message/m1/1")
    assert await tallies() == {(SCHOOL, NOTICES, 3): 1}
    assert await ledger.rebuild() == ()


@on_sqlite
async def test_who_has_left_a_unit_moves_nothing_out_of_it(desk):
    """Only the unit that a report moved to used to be asked for."""
    both = a_reporter(desk.organisation_id, desk.units[JUSTICE], desk.units[SCHOOL])
    await desk.say(both, f"{JUSTICE} 动态 3")
    revision = await edit(desk, both, 1, f"{SCHOOL} 动态 3")
    left = a_reporter(desk.organisation_id, desk.units[SCHOOL])
    with pytest.raises(NotPermitted):
        await desk.revisions.move(left, "message/m1/1", desk.units[SCHOOL], desk.occasion())
    with pytest.raises(NotPermitted):
        await edit(desk, left, 1, f"{SCHOOL} 动态 4")
    with pytest.raises(NotPermitted):
        await desk.go(left, revision.draft)
    assert await tallies() == {(JUSTICE, NOTICES, 3): 3}


@on_sqlite
async def test_who_serves_the_heir_of_a_merged_unit_takes_back_what_they_reported_for_it(desk, reporter):
    await desk.say(reporter, "动态 3")
    office = an_administrator(desk.organisation_id)
    await merge(office, desk.units[JUSTICE], desk.units[SCHOOL], Deed(1, "message/m1/90", NOW))
    heir = a_reporter(desk.organisation_id, desk.units[SCHOOL])
    shown = await desk.revisions.find_last(heir, desk.occasion())
    assert shown.unit.name == JUSTICE
    await desk.revisions.withdraw(heir, shown.opening.name, desk.occasion())
    assert await tallies() == {}


@on_sqlite
async def test_who_serves_another_unit_than_the_heir_takes_nothing_back(desk, reporter):
    await desk.say(reporter, "动态 3")
    office = an_administrator(desk.organisation_id)
    await merge(office, desk.units[JUSTICE], desk.units[SCHOOL], Deed(1, "message/m1/90", NOW))
    other = a_reporter(desk.organisation_id, desk.units["市公安局"])
    with pytest.raises(NothingToWithdraw):
        await desk.revisions.find_last(other, desk.occasion())
    with pytest.raises(NotPermitted):
        await desk.revisions.withdraw(other, "message/m1/1", desk.occasion())
