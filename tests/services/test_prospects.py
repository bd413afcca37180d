import datetime as dtm

from models.enums import Role
from services import sql
from services.chasing import prospects
from services.membership.members import bind
from services.reminding import reminders
from tests.builders import a_quota, an_organisation, categories_of, units_of
from tests.services.postman import Postman, at


async def an_office() -> int:
    """Two units that owe something every month, one with a reporter."""
    organisation_id = await an_organisation()
    units = await units_of(organisation_id, ["市司法局", "市公安局"])
    (news,) = (await categories_of(organisation_id, ["动态通知类"])).values()
    for unit_id in units.values():
        await a_quota(unit_id, news, 2, effective_on=dtm.date(2024, 1, 1))
    await bind(8001, organisation_id, units["市司法局"], Role.REPORTER, at("2024-01-01 00:00"))
    return organisation_id


async def foreseen(organisation_id: int, now: str) -> list[tuple[str, str, int]]:
    found = await prospects.foresee(organisation_id, at(now), 5)
    return [(f"{each.due_at:%m-%d %H:%M}", each.step.value, each.units) for each in found]


async def test_what_is_foreseen_is_what_then_becomes_due(database):
    organisation_id = await an_office()
    ahead = await foreseen(organisation_id, "2024-02-22 09:00")
    assert ahead == [
        ("02-29 09:00", "last_day", 2),
        ("03-01 09:00", "overdue", 2),
        ("03-01 14:30", "listed", 1),  # nobody of the other can be warned before
        ("03-15 09:00", "half", 2),
        ("03-22 09:00", "before", 2),
    ]
    await reminders.plan(at("2024-02-22 09:00"))
    await reminders.plan(at("2024-03-22 09:00"))
    rows = await sql.fetch("SELECT DISTINCT step FROM due WHERE due_at > $1", at("2024-02-22 09:00"))
    # February has closed by then, so of it nothing is planned any more.
    assert {row["step"] for row in rows} == {"half", "before"}


async def test_an_offices_own_day_off_moves_what_is_foreseen(database):
    organisation_id = await an_office()
    await sql.execute(
        "INSERT INTO calendar_day (organisation_id, day_on, is_working) VALUES ($1, $2, FALSE)",
        organisation_id,
        dtm.date(2024, 2, 29),
    )
    assert (await foreseen(organisation_id, "2024-02-22 09:00"))[0] == ("02-28 09:00", "last_day", 2)


async def test_the_turn_of_the_year_is_foreseen_and_a_year_nobody_knows_said(database):
    organisation_id = await an_office()
    ahead = await foreseen(organisation_id, "2024-12-31 10:00")
    assert ahead[:2] == [("01-02 09:00", "overdue", 2), ("01-02 14:30", "listed", 1)]
    later = await prospects.foresee(organisation_id, at("2031-02-10 10:00"), 1)
    assert [each.is_estimated for each in later] == [True]


async def test_what_waits_is_counted_until_it_has_gone(database):
    organisation_id = await an_office()
    await reminders.plan(at("2024-02-29 20:00"))
    waiting = await prospects.count_waiting(organisation_id)
    assert (waiting.letters, waiting.dues > 0) == (0, True)
    await Postman().tick(at("2024-03-01 09:00"))
    assert (await prospects.count_waiting(organisation_id)).letters == 0
