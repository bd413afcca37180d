import asyncio
import datetime as dtm

import pytest

from models.enums import Role
from services import sql
from services.core.access import NotPermitted
from services.core.period import Period
from services.facts.months import MonthAhead, MonthClosed
from services.membership import addressees, members
from services.office import organisations
from services.reporting import reopenings
from services.reporting.outcomes import Received
from services.reporting.reopenings import (
    MonthNotClosed,
    MonthOpenAgain,
    ReasonMissing,
    ReopeningEnds,
    ReopeningOver,
)
from tests.builders import NOW, a_reporter, an_administrator
from tests.services.desk import Desk, a_desk, audited, tallies

JUSTICE = "市司法局"
FEBRUARY, MARCH = Period.of_month(2024, 2), Period.of_month(2024, 3)

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
async def desk(database) -> Desk:
    return await a_desk()


@pytest.fixture
def office(desk):
    return an_administrator(desk.organisation_id)


@pytest.fixture
async def unit(desk):
    return await organisations.get_unit(desk.units[JUSTICE])


async def test_a_month_opens_again_for_one_unit_through_a_day(desk, office, unit):
    reporter = a_reporter(desk.organisation_id, unit.id)
    until_on = dtm.date(2024, 3, 25)
    opened = await reopenings.reopen(office, unit, FEBRUARY, until_on, " 补报 ", desk.occasion())
    assert (opened.until_on, opened.reason) == (until_on, "补报")
    received = await desk.say(reporter, "动态 3 2月")
    assert received.receipt.is_late
    assert received.receipt.open_until == until_on
    assert await tallies() == {(JUSTICE, "动态通知类", 2): 3}
    with pytest.raises(MonthClosed):
        await desk.say(office, "市教育局 动态 3 2月")
    desk.today = until_on
    assert isinstance(await desk.say(reporter, "动态 4 2月"), Received)
    desk.today = until_on + dtm.timedelta(days=1)
    with pytest.raises(MonthClosed):
        await desk.say(reporter, "动态 5 2月")
    assert (await audited())[0] == ("month.reopen", f"unit/{unit.id}/2024-02")
    assert not await sql.fetch("SELECT id FROM audit_entry WHERE CAST(after AS TEXT) LIKE '%补报%'")


async def test_it_closes_again_before_its_time_once(desk, office, unit):
    opened = await reopenings.reopen(office, unit, FEBRUARY, dtm.date(2024, 3, 25), "补报", desk.occasion())
    assert [each.id for each in await reopenings.list_reopenings(office, None, desk.today)] == [opened.id]
    await reopenings.close_again(office, opened.id, desk.occasion())
    assert await reopenings.list_reopenings(office, None, desk.today) == ()
    with pytest.raises(ReopeningOver):
        await reopenings.close_again(office, opened.id, desk.occasion())
    with pytest.raises(MonthClosed):
        await desk.say(office, f"{JUSTICE} 动态 3 2月")


@pytest.mark.parametrize(
    ("month", "until_on", "reason", "refused"),
    [
        (MARCH, dtm.date(2024, 3, 25), "补报", MonthNotClosed),
        (FEBRUARY, dtm.date(2024, 3, 19), "补报", ReopeningEnds),
        (FEBRUARY, dtm.date(2024, 5, 20), "补报", ReopeningEnds),
        (FEBRUARY, dtm.date(2024, 3, 25), "  ", ReasonMissing),
        (FEBRUARY, dtm.date(2024, 3, 25), "补" * 201, ReasonMissing),
    ],
)
@on_sqlite
async def test_what_makes_no_sense_is_refused(desk, office, unit, month, until_on, reason, refused):
    with pytest.raises(refused):
        await reopenings.reopen(office, unit, month, until_on, reason, desk.occasion())
    assert await reopenings.list_reopenings(office, None, desk.today) == ()


@on_sqlite
async def test_a_month_that_is_open_again_is_not_said_to_be_open_anyway(desk, office, unit):
    until_on = dtm.date(2024, 3, 25)
    await reopenings.reopen(office, unit, FEBRUARY, until_on, "补报", desk.occasion())
    with pytest.raises(MonthOpenAgain) as refused:
        await reopenings.reopen(office, unit, FEBRUARY, dtm.date(2024, 4, 1), "再延", desk.occasion())
    assert refused.value.params == {"month": FEBRUARY, "until_on": dtm.date(2024, 3, 25)}


@on_sqlite
async def test_a_month_that_has_not_begun_is_not_opened(desk, office, unit):
    with pytest.raises(MonthAhead):
        await reopenings.reopen(office, unit, Period.of_month(2024, 4), desk.today, "补报", desk.occasion())


@on_sqlite
async def test_sixty_days_are_the_most_and_today_the_least(desk, office, unit):
    last = dtm.date(2024, 5, 19)
    await reopenings.reopen(office, unit, FEBRUARY, last, "补报", desk.occasion())
    january = Period.of_month(2024, 1)
    await reopenings.reopen(office, unit, january, desk.today, "补报", desk.occasion())
    assert len(await reopenings.list_reopenings(office, None, desk.today)) == 2


@on_sqlite
async def test_a_reporter_opens_nothing(desk, unit):
    reporter = a_reporter(desk.organisation_id, unit.id)
    with pytest.raises(NotPermitted):
        await reopenings.reopen(reporter, unit, FEBRUARY, desk.today, "补报", desk.occasion())
    with pytest.raises(NotPermitted):
        await reopenings.list_reopenings(reporter, None, desk.today)
    with pytest.raises(NotPermitted):
        await reopenings.list_reopenable(reporter, unit, desk.today)


@on_sqlite
async def test_the_last_closed_months_are_offered(desk, office, unit):
    desk.today = dtm.date(2024, 3, 6)  # February closes on the 7th
    offered = await reopenings.list_reopenable(office, unit, desk.today)
    assert [str(month) for month in offered[:2]] == ["2024-01", "2023-12"]


async def test_two_administrators_open_it_once(desk, office, unit):
    until_on = dtm.date(2024, 3, 25)
    tries = [reopenings.reopen(office, unit, FEBRUARY, until_on, "补报", desk.occasion()) for _ in range(4)]
    done = await asyncio.gather(*tries, return_exceptions=True)
    assert sorted(type(one).__name__ for one in done) == ["MonthOpenAgain"] * 3 + ["Reopening"]


async def test_the_units_reporters_are_who_is_told(desk, unit):
    for person, unit_id in ((7011, unit.id), (7012, unit.id), (7013, desk.units["市教育局"])):
        await members.bind(person, desk.organisation_id, unit_id, Role.REPORTER, NOW)
    assert [each.chat for each in await addressees.list_reporters(unit.id)] == [7011, 7012]
