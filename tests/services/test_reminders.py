import datetime as dtm

import pytest

from models.enums import LetterState, Role
from services import sql
from services.audit import Deed
from services.chasing import letters
from services.chasing.letter_contents import Digest, GroupList, NotNow, open_letter
from services.chasing.urging import Urged, urge
from services.core.office_hours import OPEN_HOURS
from services.core.period import Period
from services.facts.ledger import record
from services.membership.members import bind
from services.office.groups import Place, enter
from services.reminding import letter_log, reminders
from tests.builders import DINGNAN, a_fact, a_quota, an_organisation, categories_of, units_of
from tests.people import a_member
from tests.services.postman import Postman, at

BEHIND_IN_FEBRUARY = {row["责任单位"] for row in DINGNAN if int(row["2月发布数"]) < int(row["每月任务数"])}
FEBRUARY = Period.of_month(2024, 2)
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


async def urged_at(organisation_id: int, unit_id: int, now: dtm.datetime) -> Urged:
    clerk = await a_member(organisation_id, Role.ADMINISTRATOR)
    return await urge(clerk, organisation_id, FEBRUARY, unit_id, now, Deed(clerk.member_id, "", now))


def messages_to(postman: Postman, chat: int) -> list[tuple[str, list[str]]]:
    return [
        (f"{now:%d %H:%M}", sorted({need.due.step.value for unit in letter.own for need in unit.needs}))
        for now, letter in postman.delivered
        if isinstance(letter, Digest) and letter.chat == chat
    ]


@pytest.mark.parametrize("pressed", ["2024-02-21 20:00", "2024-02-22 08:30"])
async def test_who_is_chased_before_the_days_digest_goes_used_to_get_two_messages(database, pressed):
    organisation_id, units, _ = await dingnan_with_reporters()
    unit_id = units[DINGNAN[0]["责任单位"]]
    await urged_at(organisation_id, unit_id, at(pressed))
    postman = Postman()
    await postman.tick(at("2024-02-22 09:00"))
    await postman.tick(at("2024-02-22 09:01"))
    await postman.tick(at("2024-02-23 09:00"))
    assert messages_to(postman, 8000) == [("22 09:00", ["before", "nudged"])]


async def test_by_hand_comes_once_with_the_digest_once_after_it_and_then_the_next_day(database):
    organisation_id, units, _ = await dingnan_with_reporters()
    first, *others = (units[DINGNAN[number]["责任单位"]] for number in range(4))
    for other in others:
        await sql.execute("DELETE FROM binding WHERE unit_id = $1", other)
        await bind(8000, organisation_id, other, Role.REPORTER, at("2024-01-01 00:00"))
    postman = Postman()
    answers = []
    for unit_id, hour in ((first, 10), (others[0], 11), (others[1], 12), (others[2], 20)):
        answers.append(await urged_at(organisation_id, unit_id, at(f"2024-02-26 {hour}:00")))
        await postman.tick(at(f"2024-02-26 {hour}:01"))
    await postman.tick(at("2024-02-27 09:00"))
    assert messages_to(postman, 8000) == [
        ("26 10:01", ["before", "nudged"]),
        ("26 11:01", ["nudged"]),
        ("27 09:00", ["nudged"]),
    ]
    assert [len(answer.put_off) for answer in answers] == [0, 0, 1, 0]
    assert answers[2].put_off == (DINGNAN[2]["责任单位"],)
    assert answers[2].put_off_to == answers[3].goes_at == at("2024-02-27 09:00")


async def test_what_is_wanted_by_hand_joins_a_digest_that_waits_but_none_that_may_have_gone(database):
    organisation_id, units, _ = await dingnan_with_reporters()
    now = at("2024-02-22 09:00")
    await reminders.plan(now)
    await letters.dispatch(now)
    await sql.execute("UPDATE outbox SET attempts = 1 WHERE chat = 8001")
    for number in (0, 1):
        await urged_at(organisation_id, units[DINGNAN[number]["责任单位"]], now)
    await letters.dispatch(now + dtm.timedelta(seconds=30))
    rows = await sql.fetch(
        "SELECT m.telegram_id, e.kind FROM letter e JOIN member m ON m.id = e.member_id JOIN letter_line l "
        "ON l.letter_id = e.id JOIN due d ON d.id = l.due_id AND d.step = 'nudged' ORDER BY e.id"
    )
    assert [(row["telegram_id"], row["kind"]) for row in rows] == [(8000, "digest"), (8001, "nudge")]


async def test_a_letter_of_two_offices_that_may_have_gone_used_to_leave_one_out_and_tell_it_again(database):
    await dingnan_with_reporters()
    other = await an_organisation("信丰县")
    (unit_id,) = (await units_of(other, ["市教育局"])).values()
    (news,) = (await categories_of(other, ["动态"])).values()
    await a_quota(unit_id, news, 4, effective_on=dtm.date(2024, 2, 1))
    await bind(8000, other, unit_id, Role.REPORTER, at("2024-01-01 00:00"))
    now = at("2024-02-22 09:00")
    await reminders.plan(now)
    await letters.dispatch(now)
    (letter_id,) = [row["id"] for row in await sql.fetch(OF_REPORTER, 8000)]
    first = await open_letter(letter_id, now)
    assert isinstance(first, Digest)
    assert len(first.own) == 2
    await sql.execute(
        "INSERT INTO reminder_rules (organisation_id, paused_at) VALUES ($1, $2) "
        "ON CONFLICT (organisation_id) DO UPDATE SET paused_at = excluded.paused_at",
        other,
        now,
    )
    assert isinstance(await open_letter(letter_id, now, may_have_gone=True), NotNow)
    rows = await sql.fetch("SELECT id FROM letter_line WHERE letter_id = $1", letter_id)
    assert len(rows) == 2
