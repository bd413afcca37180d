import datetime as dtm

import pytest

from models.enums import LetterState, Role
from services import letter_log, letters, reminders, sql
from services.core.office_hours import OPEN_HOURS
from services.groups import Place, enter
from services.ledger import record
from services.letter_contents import Digest, GroupList
from services.members import bind
from tests.builders import DINGNAN, a_fact, a_quota, an_organisation, categories_of, units_of
from tests.services.postman import Postman, at

BEHIND_IN_FEBRUARY = {row["责任单位"] for row in DINGNAN if int(row["2月发布数"]) < int(row["每月任务数"])}
OFFICE = 7000
GROUP = Place(-1007, 0, "政务公开工作群")


async def dingnan_with_reporters() -> tuple[int, dict[str, int], int]:
    """定南县 before anything was counted, a reporter for each unit and one administrator."""
    organisation_id = await an_organisation("定南县")
    units = await units_of(organisation_id, [row["责任单位"] for row in DINGNAN])
    (category_id,) = (await categories_of(organisation_id, ["政务信息"])).values()
    for number, row in enumerate(DINGNAN):
        unit_id = units[row["责任单位"]]
        await a_quota(unit_id, category_id, int(row["每月任务数"]), effective_on=dtm.date(2024, 2, 1))
        await bind(8000 + number, organisation_id, unit_id, Role.REPORTER, at("2024-01-01 00:00"))
    await bind(OFFICE, organisation_id, None, Role.ADMINISTRATOR, at("2024-01-01 00:00"))
    return organisation_id, units, category_id


async def enter_february(units: dict[str, int], category_id: int) -> None:
    facts = [a_fact(units[row["责任单位"]], category_id, 2, int(row["2月发布数"])) for row in DINGNAN]
    await record(facts, at("2024-02-28 16:00"))


async def test_the_last_day_and_the_day_after_reach_exactly_the_fifteen_units_of_dingnan(database):
    _, units, category_id = await dingnan_with_reporters()
    postman = Postman()
    await postman.walk("2024-02-01", "2024-02-28")
    await enter_february(units, category_id)
    await postman.walk("2024-02-29", "2024-03-05")
    told = postman.told()
    assert len(BEHIND_IN_FEBRUARY) == 15
    assert told["2024-02-29", "monthly/last_day"] == BEHIND_IN_FEBRUARY
    assert told["2024-03-01", "monthly/overdue"] == BEHIND_IN_FEBRUARY
    everybody = set(units)
    assert told == {
        # Nothing had been counted by then. The 9th of 18 working days is a Sunday that was worked.
        ("2024-02-18", "monthly/half"): everybody,
        ("2024-02-22", "monthly/before"): everybody,
        ("2024-02-29", "monthly/last_day"): BEHIND_IN_FEBRUARY,
        ("2024-03-01", "monthly/overdue"): BEHIND_IN_FEBRUARY,
    }


async def test_nobody_gets_two_letters_a_day_and_none_outside_office_hours(database):
    await dingnan_with_reporters()
    postman = Postman()
    await postman.walk("2024-02-01", "2024-03-05")
    seen = [(now.date(), letter.chat) for now, letter in postman.delivered if isinstance(letter, Digest)]
    assert len(seen) == len(set(seen))
    assert seen
    for now, _ in postman.delivered:
        assert any(start <= now.time() < end for start, end in OPEN_HOURS)


async def test_a_group_reads_the_list_in_the_afternoon_after_everybody_was_told_in_private(database):
    organisation_id, units, category_id = await dingnan_with_reporters()
    await enter(GROUP, organisation_id, "全体", at("2024-01-01 00:00"))
    await enter_february(units, category_id)
    postman = Postman()
    await postman.walk("2024-02-26", "2024-03-05")
    lists = [(now, letter) for now, letter in postman.delivered if isinstance(letter, GroupList)]
    ((now, posted),) = lists
    assert now == at("2024-03-01 14:30")
    assert {unit.unit for unit in posted.units} == BEHIND_IN_FEBRUARY


async def test_a_unit_that_nobody_could_warn_is_not_named_in_the_group(database):
    organisation_id, units, category_id = await dingnan_with_reporters()
    await enter(GROUP, organisation_id, "全体", at("2024-01-01 00:00"))
    await enter_february(units, category_id)
    silent = min(BEHIND_IN_FEBRUARY)
    await sql.execute("DELETE FROM binding WHERE unit_id = $1", units[silent])
    postman = Postman()
    await postman.walk("2024-02-26", "2024-03-05")
    (posted,) = [letter for _, letter in postman.delivered if isinstance(letter, GroupList)]
    assert {unit.unit for unit in posted.units} == BEHIND_IN_FEBRUARY - {silent}
    digests = [letter for _, letter in postman.delivered if isinstance(letter, Digest)]
    told_office = [letter for letter in digests if letter.chat == OFFICE]
    assert [part.unheard for letter in told_office for part in letter.office] == [(silent,)] * 3


async def test_what_was_due_while_the_bot_was_down_is_told_of_once(database):
    _, units, category_id = await dingnan_with_reporters()
    postman = Postman()
    await enter_february(units, category_id)
    await postman.walk("2024-03-04", "2024-03-08")
    assert postman.told() == {("2024-03-04", "monthly/overdue"): BEHIND_IN_FEBRUARY}


async def test_a_closed_month_is_not_reminded_of(database):
    _, units, category_id = await dingnan_with_reporters()
    await enter_february(units, category_id)
    postman = Postman()
    await postman.walk("2024-03-09", "2024-03-12")
    assert postman.told() == {}


async def test_planning_again_and_a_clock_set_back_remind_nobody_twice(database):
    _, units, category_id = await dingnan_with_reporters()
    await enter_february(units, category_id)
    postman = Postman()
    await postman.walk("2024-02-29", "2024-03-01")
    before = len(postman.delivered)
    await postman.walk("2024-02-28", "2024-03-01")
    assert len(postman.delivered) == before


@pytest.mark.parametrize(("state", "ends"), [("wire", LetterState.SENT), ("pending", LetterState.UNKNOWN)])
async def test_a_letter_that_may_have_gone_takes_no_more_lines_and_what_came_too_late_is_told_the_next_day(
    database, state, ends
):
    organisation_id, units, _ = await dingnan_with_reporters()
    now = at("2024-02-22 09:00")
    await reminders.plan(now)
    await letters.dispatch(now)
    (letter_id,) = [row["id"] for row in await sql.fetch(OF_REPORTER, 8000)]
    before = await sql.fetch("SELECT due_id FROM letter_line WHERE letter_id = $1", letter_id)
    # On its way to Telegram; or put off after its outcome was hidden, and left so until it is too late.
    await sql.execute("UPDATE outbox SET state = $1, attempts = 1 WHERE chat = 8000", state)
    # The reporter has another unit from now on, and no other letter could be delivered.
    other = units[DINGNAN[1]["责任单位"]]
    await bind(8000, organisation_id, other, Role.REPORTER, now)
    await sql.execute("UPDATE letter SET state = 'dead' WHERE id <> $1", letter_id)
    await letters.dispatch(now + dtm.timedelta(seconds=30))
    assert await sql.fetch("SELECT due_id FROM letter_line WHERE letter_id = $1", letter_id) == before
    await letter_log.settle(letter_id, ends, now)
    rows = await sql.fetch("SELECT state FROM due WHERE unit_id = $1 AND step = 'before'", other)
    assert [row["state"] for row in rows] == ["open"]


OF_REPORTER = (
    "SELECT l.id FROM letter l JOIN member m ON m.id = l.member_id "
    "WHERE m.telegram_id = $1 AND l.kind = 'digest'"
)
