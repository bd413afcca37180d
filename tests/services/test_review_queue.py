"""The queue in its own order whatever waits, and many decided about at once, on both databases."""

import asyncio
import datetime as dtm
from dataclasses import replace
from itertools import pairwise

import pytest

from models.enums import Role
from services import sql
from services.core.access import Actor, Binding, NotPermitted
from services.core.occasion import Occasion
from services.core.period import Period
from services.facts import ledger
from services.membership import members
from services.reviewing import review_batches, review_figures, review_queue, reviews
from services.reviewing.review_queue import Queue
from services.reviewing.reviews import Shown
from tests.builders import NOW, an_actor, an_organisation, categories_of, emeishan, units_of
from tests.handlers.talk import TODAY
from tests.services.desk import Desk

OCCASION = Occasion("message/m2/900", NOW, TODAY)


@pytest.fixture
async def office(database):
    """An office with a reporter (1), two reviewers (2, 3), in which everything is reviewed."""
    organisation_id, units, categories = await emeishan()
    await sql.execute("UPDATE category SET review_rule = 'reviewed'")
    people = []
    for number, role in enumerate((Role.REPORTER, Role.REVIEWER, Role.REVIEWER), start=1):
        binding = Binding(organisation_id, units["市司法局"] if number == 1 else None, role)
        actor = an_actor(binding, telegram_id=7000 + number)
        people.append(replace(actor, member_id=await members.remember(actor.telegram_id)))
    return Desk(organisation_id, units, categories), people


async def fill(desk: Desk, count: int) -> None:
    """Have reviews wait that were asked for in no order at all, some at the same moment."""
    units, categories = sorted(desk.units.values()), sorted(desk.categories.values())
    for number in range(count):
        await sql.execute(
            "INSERT INTO review (opening, unit_id, category_id, month_on, state, count, asked_at, changed_at)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            *(f"message/m1/{number}", units[number % 3], categories[number % 2]),
            *(dtm.date(2024, 1 + number % 3, 1), "accepted" if number % 7 == 0 else "pending", 1),
            *(NOW - dtm.timedelta(hours=number * 7919 % 13), NOW),
        )


async def walk(reviewer: Actor, queue: Queue) -> list[tuple[dtm.date, dtm.datetime, int]]:
    """Go through a queue until it begins anew."""
    seen: list[tuple[dtm.date, dtm.datetime, int]] = []
    after = None
    while (card := await review_queue.find_card(reviewer, queue, OCCASION, after=after)) is not None:
        review = card.review
        if seen and seen[0][2] == review.id:
            return seen
        after = review.id
        seen.append((review.key.month_on, review.asked_at, review.id))
    return seen


async def test_the_queue_is_gone_through_in_order_and_whole(office):
    desk, (_, reviewer, _) = office
    await fill(desk, 60)
    elsewhere = await an_organisation("定南县")
    other = await units_of(elsewhere, ["县财政局"])
    category = (await categories_of(elsewhere, ["政务信息"]))["政务信息"]
    await sql.execute(
        "INSERT INTO review (opening, unit_id, category_id, month_on, state, count, asked_at, changed_at) "
        "VALUES ('message/m9/1', $1, $2, $3, 'pending', 1, $4, $4)",
        *(other["县财政局"], category, dtm.date(2023, 1, 1), NOW),
    )
    everything = Queue(desk.organisation_id)
    seen = await walk(reviewer, everything)
    assert len(seen) == len(set(seen)) == (await review_queue.count_waiting(everything))[0] == 51
    assert all(one < another for one, another in pairwise(seen))


@pytest.mark.parametrize("narrowed", ["unit_ids", "category_ids", "period", "all"])
async def test_a_narrowed_queue_has_what_it_names_and_nothing_else(office, narrowed):
    desk, (_, reviewer, _) = office
    await fill(desk, 60)
    units, categories = sorted(desk.units.values())[:2], sorted(desk.categories.values())[:1]
    parts = {"unit_ids": tuple(units), "category_ids": tuple(categories), "period": Period.of_month(2024, 2)}
    queue = replace(
        Queue(desk.organisation_id), **(parts if narrowed == "all" else {narrowed: parts[narrowed]})
    )
    rows = await sql.fetch("SELECT id, unit_id, category_id, month_on FROM review WHERE state = 'pending'")
    wanted = {
        row["id"]
        for row in rows
        if (not queue.unit_ids or row["unit_id"] in units)
        and (not queue.category_ids or row["category_id"] in categories)
        and (queue.period is None or sql.get_day(row["month_on"]) == dtm.date(2024, 2, 1))
    }
    assert {review_id for _, _, review_id in await walk(reviewer, queue)} == wanted
    assert Queue.from_json(queue.as_json()) == queue
    card = await review_queue.find_card(reviewer, queue, OCCASION)
    assert card is not None
    assert card.waiting == len(wanted)
    same = {row["id"] for row in rows if row["unit_id"] == card.unit.id} & wanted
    assert card.of_unit == len(same)


async def test_nobody_else_sees_or_decides(office):
    desk, (reporter, reviewer, _) = office
    await desk.say(reporter, "动态 1")
    queue = Queue(desk.organisation_id)
    shown = [Shown(1, 1)]
    for attempt in (
        review_queue.find_card(reporter, queue, OCCASION),
        review_batches.read_batch(reporter, queue),
        review_batches.count_unchanged(reporter, queue, shown),
        review_batches.accept_each(reporter, shown, OCCASION),
        review_batches.return_each(reporter, shown, "补充", OCCASION),
        review_batches.undo_each(reporter, shown, OCCASION),
        review_batches.resubmit_each(reviewer, shown, OCCASION),
        review_figures.read_figures(reporter, desk.organisation_id, OCCASION),
    ):
        with pytest.raises(NotPermitted):
            await attempt


async def test_reports_of_another_organisation_are_not_even_counted(office):
    desk, (reporter, reviewer, _) = office
    await desk.say(reporter, "动态 1")
    (row,) = await sql.fetch("SELECT id, version FROM review")
    shown = [Shown(row["id"], row["version"])]
    elsewhere = await an_organisation("定南县")
    stranger = an_actor(Binding(elsewhere, None, Role.REVIEWER), telegram_id=7009)
    assert await review_batches.count_unchanged(reviewer, Queue(desk.organisation_id), shown) == 1
    assert await review_batches.count_unchanged(stranger, Queue(elsewhere), shown) == 0
    card = await review_queue.get_card(reviewer, row["id"], Queue(elsewhere), OCCASION)
    assert (card.queue, card.waiting) == (Queue(desk.organisation_id), 1)


async def test_of_two_batches_and_a_single_decision_at_once_each_report_is_decided_about_once(office):
    desk, (reporter, one, other) = office
    for number in range(4):
        await desk.say(reporter, f"动态 https://example.com/{number}")
    batch = await review_batches.read_batch(one, Queue(desk.organisation_id))
    shown = [Shown(each.id, each.version) for each in batch.reviews]
    first, second, single = await asyncio.gather(
        review_batches.accept_each(one, shown, replace(OCCASION, source="message/m2/1")),
        review_batches.return_each(other, shown, "补充", replace(OCCASION, source="message/m3/1")),
        reviews.accept(other, shown[0], replace(OCCASION, source="message/m3/2")),
    )
    made = len(first.made) + len(second.made) + (not single.is_overtaken)
    assert made == 4
    assert len(await sql.fetch("SELECT id FROM review_step")) == 8
    assert await ledger.rebuild() == ()
    (row,) = await sql.fetch("SELECT SUM(accepted) AS accepted FROM tally")
    assert int(row["accepted"]) == len(first.made) + (not single.is_overtaken)


async def test_a_batch_tells_what_has_no_evidence_and_what_was_sent_before(office):
    desk, (reporter, reviewer, _) = office
    for number in range(3):
        await desk.say(reporter, f"动态 {number + 1}")
    openings = [row["opening"] for row in await sql.fetch("SELECT opening FROM review ORDER BY id")]
    for opening, name, state in ((openings[0], "a.jpg", "kept"), (openings[1], "a.jpg", "owed")):
        await keep(desk, opening, name, state)
    await keep(desk, "message/m9/1", "a.jpg", "kept")
    batch = await review_batches.read_batch(reviewer, Queue(desk.organisation_id))
    numbers = {each.opening: each.id for each in batch.reviews}
    assert batch.bare == {numbers[openings[1]], numbers[openings[2]]}
    assert batch.repeated == {numbers[openings[0]]}
    assert (batch.count, batch.waiting) == (6, 3)


async def keep(desk: Desk, opening: str, name: str, state: str) -> None:
    await sql.execute(
        "INSERT INTO evidence (source, parcel, opening, unit_id, month_on, kind, state, stored_name, digest, "
        "member_id, received_at) VALUES ($1, $1, $2, $3, $4, 'picture', $5, $6, $6, 1, $7)",
        *(f"{opening}/evidence", opening, desk.units["市司法局"]),
        *(dtm.date(2024, 3, 1), state, name, NOW),
    )


@pytest.mark.parametrize(
    ("days_off", "waited"),
    [
        ([], 3),  # asked on Wednesday 20 March 2024, decided on Monday
        (["2024-03-21"], 2),
    ],
)
async def test_waits_are_counted_in_the_offices_own_working_days(office, days_off, waited):
    desk, (reporter, reviewer, _) = office
    for day in days_off:
        await sql.execute(
            "INSERT INTO calendar_day (organisation_id, day_on, is_working) VALUES ($1, $2, $3)",
            *(desk.organisation_id, dtm.date.fromisoformat(day), False),
        )
    for number in range(2):
        await desk.say(reporter, f"动态 {number + 1}")
    monday = dtm.datetime(2024, 3, 25, 1, tzinfo=dtm.UTC)
    occasion = Occasion("message/m2/1", monday, monday.date())
    batch = await review_batches.read_batch(reviewer, Queue(desk.organisation_id))
    await reviews.accept(reviewer, Shown(batch.reviews[0].id, 1), occasion)
    figures = await review_figures.read_figures(reviewer, desk.organisation_id, occasion)
    assert figures.waits is not None
    assert (figures.waits.longest, figures.longest) == (waited, waited)
    assert (figures.accepted, figures.returned, figures.waiting) == (1, 0, 1)
    april = replace(occasion, now=monday + dtm.timedelta(days=10), today=dtm.date(2024, 4, 4))
    assert (await review_figures.read_figures(reviewer, desk.organisation_id, april)).waits is None


async def test_what_was_undone_or_corrected_since_is_in_no_figure(office):
    desk, (reporter, reviewer, _) = office
    await desk.say(reporter, "动态 1")
    shown = Shown((await sql.fetch("SELECT id FROM review"))[0]["id"], 1)
    decided = await reviews.accept(reviewer, shown, OCCASION)
    again = replace(OCCASION, source="message/m2/901")
    await reviews.undo(reviewer, Shown(decided.review.id, decided.review.version), again)
    figures = await review_figures.read_figures(reviewer, desk.organisation_id, OCCASION)
    assert (figures.waits, figures.whole.decided, figures.waiting) == (None, 0, 1)


async def test_a_card_tells_of_days_by_the_offices_clock(office):
    desk, (reporter, reviewer, _) = office
    early = dtm.datetime(2024, 3, 18, 23, 30, tzinfo=dtm.UTC)
    zone = dtm.timezone(dtm.timedelta(hours=8))
    occasion = Occasion("message/m1/1", early, dtm.date(2024, 3, 19), zone=zone)
    await desk.reports.submit(reporter, "动态 3", occasion)
    card = await review_queue.find_card(reviewer, Queue(desk.organisation_id), occasion)
    assert card is not None
    assert card.steps[0][1].date() == dtm.date(2024, 3, 19)
