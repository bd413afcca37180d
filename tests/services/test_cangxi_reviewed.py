"""苍溪县's first quarter of 2020 through the desk: reported, accepted for fewer, printed as annex 1."""

import csv
import datetime as dtm
from collections.abc import Callable
from pathlib import Path

import pytest

from models.enums import BulletinKind, Counting, ReviewRule, Role
from services import sql
from services.core.drafts import Answered
from services.core.occasion import Occasion
from services.core.period import Period
from services.core.quarter import Quarter
from services.core.reviewing import Part
from services.facts import ledger
from services.issuing import bulletins
from services.reporting.outcomes import Received, SoMany
from services.reporting.reports import Reports
from services.reviewing import review_figures, review_queue, reviews
from services.reviewing.review_queue import Queue
from services.reviewing.reviews import Shown
from tests.builders import an_organisation, categories_of, units_of
from tests.people import a_member

with (Path(__file__).parent / "cangxi_2020q1_counts.csv").open(encoding="utf-8", newline="") as table:
    ROWS = tuple(csv.DictReader(table))
MARCH = dtm.date(2020, 3, 20)


def an_occasion(number: int) -> Occasion:
    at = dtm.datetime.combine(MARCH, dtm.time(1), dtm.UTC) + dtm.timedelta(minutes=number)
    return Occasion(f"message/m{number}/{number}", at, MARCH)


def part_of(count: int) -> Callable[[int], Part]:
    return lambda _: Part(count)


async def an_office() -> tuple[int, dict[str, int]]:
    """Open the office with its 72 units, whose one category is reviewed."""
    organisation_id = await an_organisation("苍溪县", year=2020)
    units = await units_of(organisation_id, [row["unit"] for row in ROWS])
    for row in ROWS:
        await sql.execute("UPDATE unit SET division = $1 WHERE id = $2", row["division"], units[row["unit"]])
    await categories_of(organisation_id, ["政务信息"])
    await sql.execute("UPDATE category SET review_rule = $1", ReviewRule.REVIEWED.value)
    return organisation_id, dict(units)


async def report_each(organisation_id: int, units: dict[str, int]) -> None:
    """Let every unit's reporter send one report, and say once more that it is so many where that is asked."""
    reports = Reports()
    for number, row in enumerate(ROWS, start=1):
        unit_id = units[row["unit"]]
        reporter = await a_member(organisation_id, Role.REPORTER, unit_id, telegram_id=8000 + number)
        outcome = await reports.submit(reporter, f"政务信息 {row['submitted']}", an_occasion(number))
        if isinstance(outcome, SoMany):
            sure = outcome.draft.answering(Answered.IS_SO_MANY)
            outcome = await reports.advance(reporter, sure, an_occasion(number))
        assert isinstance(outcome, Received)


async def accept_each(organisation_id: int) -> int:
    """Work through the queue as a reviewer does, one card after the other; how many there were."""
    reviewer = await a_member(organisation_id, Role.REVIEWER, telegram_id=9000)
    approved = {row["unit"]: int(row["approved"]) for row in ROWS}
    wanted, seen = Queue(organisation_id), 0
    while (card := await review_queue.find_card(reviewer, wanted, an_occasion(99))) is not None:
        seen += 1
        shown = Shown(card.review.id, card.review.version)
        await reviews.accept(reviewer, shown, an_occasion(100 + seen), part_of(approved[card.unit.name]))
    return seen


async def sums() -> tuple[int, int]:
    (row,) = await sql.fetch("SELECT SUM(count) AS count, SUM(accepted) AS accepted FROM tally")
    return int(row["count"]), int(row["accepted"])


async def test_the_72_rows_are_reported_reviewed_and_printed_as_they_were(database):
    organisation_id, units = await an_office()
    await report_each(organisation_id, units)
    assert await sums() == (1317, 0)
    clerk = await a_member(organisation_id, Role.ADMINISTRATOR)
    shown = (organisation_id, BulletinKind.QUARTERLY, Quarter(2020, 1))
    early = await bulletins.draft(clerk, *shown, dtm.date(2020, 4, 15))
    assert [each.told for each in early.objections if each.code == "unreviewed"] == [{"count": 1317}]
    assert await accept_each(organisation_id) == 72
    assert await sums() == (1317, 1088)
    assert await ledger.rebuild() == ()
    figures = await review_figures.read_figures(clerk, organisation_id, an_occasion(200))
    assert (figures.whole.decided, figures.whole.accepted, str(figures.whole.rate)) == (1317, 1088, "82.6")

    draft = await bulletins.draft(clerk, *shown, dtm.date(2020, 4, 15))
    annex = draft.bulletin.annexes[0].table
    towns = [("乡镇", *row[:3]) for row in annex.rows if row[0]]
    offices = [("县级部门", *row[4:7]) for row in annex.rows if row[4]]
    printed = [(row["division"], row["unit"], int(row["submitted"]), int(row["approved"])) for row in ROWS]
    assert len(printed) == 72
    assert towns + offices == printed
    assert annex.total == ("合计", 758, 646, None, "合计", 559, 442, None)
    assert (draft.facts.total("submitted"), draft.facts.total("accepted")) == (1317, 1088)
    assert draft.facts.figures["disclosed"].value == 1088
    assert "unreviewed" not in [each.code for each in draft.objections]


@pytest.mark.parametrize(
    ("counting", "objected"), [(Counting.SUBMITTED, []), (Counting.ACCEPTED, [{"count": 1317}])]
)
async def test_a_month_is_told_of_what_waits_only_where_accepted_is_what_counts(database, counting, objected):
    organisation_id, units = await an_office()
    await report_each(organisation_id, units)
    await sql.execute("UPDATE organisation SET counting = $1", counting.value)
    clerk = await a_member(organisation_id, Role.ADMINISTRATOR)
    shown = (organisation_id, BulletinKind.MONTHLY, Period.of_month(2020, 3))
    draft = await bulletins.draft(clerk, *shown, dtm.date(2020, 4, 15))
    assert [each.told for each in draft.objections if each.code == "unreviewed"] == objected
    assert draft.facts.figures["disclosed"].value == (0 if objected else 1317)
