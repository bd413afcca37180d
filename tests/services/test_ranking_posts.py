"""Schedules walked through day by day: what goes to which group, once, and what does not."""

import datetime as dtm

import pytest

from models.enums import LetterKind, LetterState, PostBasis, PostShape, PostState, PostTiming, Role
from services import outbox, sql
from services.audit import Deed
from services.chasing import letter_contents, prospects
from services.core.access import NotPermitted
from services.core.occasion import Occasion
from services.core.period import Period
from services.core.posting import Plan
from services.facts.ledger import record
from services.office.groups import Place, enter, get_group, release
from services.ranking import ranking_posts, ranking_schedules
from services.ranking.ranking_letters import NewPost, RankingLetter
from services.ranking.ranking_posts import GroupsUnreachable, NoGroupChosen
from services.ranking.ranking_schedules import (
    MOST,
    ScheduleChanged,
    ScheduleGone,
    SchedulesTooMany,
    ScheduleWithoutGroup,
)
from services.reminding import letter_log, reminder_rules
from tests.builders import a_fact, a_reporter, dingnan
from tests.people import a_member
from tests.services.postman import at

CHAT, OTHER_CHAT = -100501, -100502
YEARLY = Plan(
    PostBasis.YEAR, PostTiming.FIRST_WORKING_DAY, 1, dtm.time(9), overall=False, shape=PostShape.WHOLE
)
ON_31 = Plan(
    PostBasis.MONTH, PostTiming.DAY_OF_MONTH, 31, dtm.time(14, 30), overall=False, shape=PostShape.FIRST
)


class Office:
    """定南县 with two groups, and what was posted when."""

    def __init__(self, actor, organisation_id, group_ids):
        self.actor = actor
        self.id = organisation_id
        self.group_ids = group_ids
        self.posted = []

    def deed(self, moment):
        return Deed(None, "message/m1/1", at(moment))

    async def schedule(self, plan, moment="2024-01-01 08:00", groups=None):
        wanted = self.group_ids if groups is None else groups
        return await ranking_schedules.add(self.actor, self.id, plan, wanted, self.deed(moment))

    async def tick(self, moment, ends=LetterState.SENT):
        """Look once, and let every letter go that may go."""
        now = at(moment) if isinstance(moment, str) else moment
        await ranking_posts.plan(now)
        rows = await sql.fetch("SELECT id FROM letter WHERE state = $1 ORDER BY id", "waiting")
        for row in rows:
            content = await letter_contents.open_letter(row["id"], now)
            if isinstance(content, RankingLetter):
                found = content.standings
                self.posted.append((f"{now:%m-%d %H:%M}", content.chat, f"{found.period}/{found.through}"))
                await letter_log.settle(row["id"], ends, now)

    async def walk(self, start, end):
        day = dtm.date.fromisoformat(start)
        while day <= dtm.date.fromisoformat(end):
            for hour in ("08:00", "09:00", "12:00", "14:30", "20:00"):
                await self.tick(f"{day} {hour}")
            day += dtm.timedelta(days=1)

    async def states(self):
        rows = await sql.fetch("SELECT period, through_on, state FROM ranking_post ORDER BY due_at, id")
        return [(row["period"], PostState(row["state"])) for row in rows]


@pytest.fixture
async def office(database):
    organisation_id, units = await dingnan()
    rows = await sql.fetch("SELECT id FROM category")
    await record(
        [a_fact(units["审计局"], rows[0]["id"], month, 5) for month in (3, 4, 5)], at("2024-01-01 00:00")
    )
    groups = [
        (await enter(Place(chat, topic, "群"), organisation_id, name, at("2024-01-01 00:00")))[0]
        for chat, topic, name in ((CHAT, 0, "工作群"), (OTHER_CHAT, 7, "通报话题"))
    ]
    return Office(await a_member(organisation_id, Role.ADMINISTRATOR), organisation_id, groups)


async def test_the_year_is_posted_on_each_months_first_working_day(office):
    await office.schedule(YEARLY)
    await office.walk("2024-01-30", "2024-03-04")
    # What was due on 2 January would be the year before, in which nothing was done.
    assert office.posted == [
        ("02-01 09:00", CHAT, "2024/2024-01"),
        ("02-01 09:00", OTHER_CHAT, "2024/2024-01"),
        ("03-01 09:00", CHAT, "2024/2024-02"),
        ("03-01 09:00", OTHER_CHAT, "2024/2024-02"),
    ]


async def test_day_31_is_the_last_of_february_and_a_sunday_moves_to_the_friday(office):
    await office.schedule(ON_31, groups=office.group_ids[:1])
    for day in ("2024-01-31", "2024-02-28", "2024-02-29", "2024-03-28", "2024-03-29", "2024-03-31"):
        await office.walk(day, day)
    assert office.posted == [
        ("01-31 14:30", CHAT, "2024-01/2024-01"),
        ("02-29 14:30", CHAT, "2024-02/2024-02"),
        ("03-29 14:30", CHAT, "2024-03/2024-03"),
    ]


async def test_after_a_downtime_the_latest_goes_once_and_what_was_missed_before_is_said(office):
    schedule = await office.schedule(YEARLY, groups=office.group_ids[:1])
    await office.walk("2024-02-01", "2024-02-01")
    await office.walk("2024-05-11", "2024-05-12")  # a Saturday that is worked, a Sunday
    assert office.posted[1:] == [("05-11 09:00", CHAT, "2024/2024-04")]
    assert await office.states() == [
        ("2023", PostState.MISSED),
        ("2024", PostState.WRITTEN),
        ("2024", PostState.MISSED),
        ("2024", PostState.MISSED),
        ("2024", PostState.WRITTEN),
    ]
    seen = await ranking_schedules.get_schedule(office.actor, schedule.id, at("2024-05-12 08:00"))
    assert [str(each.wanted.through) for each in seen.missed] == ["2024-03", "2024-02", "2023-12"]
    assert seen.last is not None
    assert (str(seen.last.wanted.through), seen.letters) == ("2024-04", {LetterState.SENT: 1})
    assert seen.next is not None
    assert f"{seen.next.due_at:%Y-%m-%d}" == "2024-06-03"


async def test_a_clock_that_jumps_ahead_and_back_posts_nothing_twice(office):
    await office.schedule(ON_31, "2024-02-20 10:00", groups=office.group_ids[:1])
    for moment in ("2024-02-29 14:30", "2024-04-30 15:00", "2024-03-29 14:30", "2024-04-30 15:00"):
        await office.tick(moment)
    assert [what for _, _, what in office.posted] == ["2024-02/2024-02", "2024-04/2024-04"]
    await office.tick("2024-05-31 15:00")
    assert [what for _, _, what in office.posted][2:] == ["2024-05/2024-05"]


async def test_outside_office_hours_it_waits_and_reads_its_figures_when_it_goes(office):
    await office.schedule(ON_31, "2024-02-20 10:00", groups=office.group_ids[:1])
    await office.tick("2024-02-29 20:00")
    assert office.posted == []
    await office.walk("2024-03-01", "2024-03-01")
    assert office.posted == [("03-01 09:00", CHAT, "2024-02/2024-02")]


async def test_paused_reminders_hold_schedules_too(office):
    await office.schedule(YEARLY, "2024-01-15 08:00", groups=office.group_ids[:1])
    await reminder_rules.pause(office.actor, office.id, office.deed("2024-01-20 08:00"))
    await office.walk("2024-02-01", "2024-02-02")
    assert office.posted == []
    await reminder_rules.resume(office.actor, office.id, office.deed("2024-02-05 08:00"))
    await office.walk("2024-02-05", "2024-02-06")
    assert office.posted == [("02-05 09:00", CHAT, "2024/2024-01")]


async def test_what_waited_through_a_pause_until_the_next_was_due_is_dropped(office):
    await office.schedule(YEARLY, "2024-01-15 08:00", groups=office.group_ids[:1])
    await ranking_posts.plan(at("2024-02-01 09:00"))
    await reminder_rules.pause(office.actor, office.id, office.deed("2024-02-01 09:00"))
    await office.walk("2024-02-01", "2024-02-02")
    await reminder_rules.resume(office.actor, office.id, office.deed("2024-03-01 08:00"))
    await office.walk("2024-03-01", "2024-03-01")
    assert office.posted == [("03-01 09:00", CHAT, "2024/2024-02")]
    assert await office.states() == [("2024", PostState.MISSED), ("2024", PostState.WRITTEN)]


async def test_a_paused_schedule_misses_what_becomes_due_meanwhile(office):
    schedule = await office.schedule(YEARLY, "2024-01-15 08:00", groups=office.group_ids[:1])
    await ranking_posts.plan(at("2024-02-01 09:00"))
    await ranking_schedules.pause(office.actor, schedule.id, office.deed("2024-02-01 09:00"))
    await office.walk("2024-02-01", "2024-02-02")
    await ranking_schedules.resume(office.actor, schedule.id, office.deed("2024-02-05 08:00"))
    await office.walk("2024-02-05", "2024-02-06")
    await office.walk("2024-03-01", "2024-03-01")
    assert office.posted == [("03-01 09:00", CHAT, "2024/2024-02")]


async def test_what_became_due_while_a_schedule_was_paused_is_not_made_up_for(office):
    schedule = await office.schedule(YEARLY, "2024-01-15 08:00", groups=office.group_ids[:1])
    await ranking_schedules.pause(office.actor, schedule.id, office.deed("2024-01-20 08:00"))
    await office.walk("2024-02-01", "2024-02-02")
    await ranking_schedules.resume(office.actor, schedule.id, office.deed("2024-02-05 08:00"))
    await office.walk("2024-02-05", "2024-02-06")
    assert (office.posted, await office.states()) == ([], [])


async def test_a_deleted_schedule_posts_nothing_that_waits(office):
    schedule = await office.schedule(ON_31, "2024-01-15 08:00")
    await office.tick("2024-01-31 20:00")
    await ranking_schedules.delete(office.actor, schedule.id, office.deed("2024-01-31 21:00"))
    await office.walk("2024-02-01", "2024-03-01")
    assert office.posted == []
    with pytest.raises(ScheduleGone):
        await ranking_schedules.get_schedule(office.actor, schedule.id, at("2024-03-01 09:00"))


async def test_a_changed_day_posts_no_period_again(office):
    schedule = await office.schedule(ON_31, "2024-01-15 08:00", groups=office.group_ids[:1])
    await office.tick("2024-02-29 14:30")
    plan = Plan(
        PostBasis.MONTH, PostTiming.DAY_OF_MONTH, 10, dtm.time(9), overall=False, shape=PostShape.FIRST
    )
    changed = await ranking_schedules.change(
        office.actor,
        schedule.id,
        plan,
        office.group_ids[:1],
        schedule.version,
        office.deed("2024-03-01 08:00"),
    )
    await office.walk("2024-03-01", "2024-03-11")  # day 10 is for February, and a Sunday
    await office.walk("2024-04-10", "2024-04-10")
    assert [what for _, _, what in office.posted] == ["2024-02/2024-02", "2024-03/2024-03"]
    with pytest.raises(ScheduleChanged):
        await ranking_schedules.change(
            office.actor,
            schedule.id,
            plan,
            office.group_ids,
            schedule.version,
            office.deed("2024-04-11 08:00"),
        )
    assert changed.version == schedule.version + 1


async def test_an_unclear_post_never_goes_again_by_itself_and_an_administrator_decides(office):
    await office.schedule(YEARLY, "2024-02-15 08:00")
    await office.tick("2024-03-01 09:00", LetterState.UNKNOWN)
    await office.walk("2024-03-01", "2024-03-05")
    assert len(office.posted) == 2
    unclear = await letter_log.list_unclear(office.actor, office.id)
    assert [(each.kind, each.name) for each in unclear] == [
        (LetterKind.RANKING, "通报话题"),
        (LetterKind.RANKING, "工作群"),
    ]
    deed = office.deed("2024-03-05 09:00")
    await letter_log.acknowledge(office.actor, office.id, unclear[0].id, deed)
    await letter_log.send_again(office.actor, office.id, unclear[1].id, deed)
    await office.tick("2024-03-05 10:00")
    assert office.posted[2:] == [("03-05 10:00", CHAT, "2024/2024-02")]
    assert await letter_log.list_unclear(office.actor, office.id) == ()


async def test_where_no_group_can_be_written_to_nothing_is_posted_and_it_is_said(office):
    schedule = await office.schedule(YEARLY, "2024-02-15 08:00", groups=office.group_ids[:1])
    await sql.execute(
        "UPDATE chat SET unreachable_at = $1 WHERE telegram_id = $2", at("2024-02-16 00:00"), CHAT
    )
    await office.walk("2024-03-01", "2024-03-01")
    seen = await ranking_schedules.get_schedule(office.actor, schedule.id, at("2024-03-02 08:00"))
    assert seen.last is not None
    assert (office.posted, seen.last.state) == ([], PostState.NOWHERE)


async def test_a_group_that_was_let_go_is_posted_to_no_more(office):
    schedule = await office.schedule(ON_31, "2024-01-15 08:00")
    await office.tick("2024-01-31 20:00")
    await release(office.actor, office.group_ids[0], source="message/m1/2", now=at("2024-01-31 21:00"))
    await office.walk("2024-02-01", "2024-02-01")
    assert office.posted == [("02-01 09:00", OTHER_CHAT, "2024-01/2024-01")]
    seen = await ranking_schedules.get_schedule(office.actor, schedule.id, at("2024-02-02 08:00"))
    assert [each.name for each in seen.groups] == ["通报话题"]


def wanted(office, shape=PostShape.WHOLE):
    return NewPost(office.id, Period.of_year(2024), Period.of_month(2024, 2), None, True, shape)


async def post(office, group_ids, moment="2024-03-02 22:00", press="a"):
    now = at(moment)
    occasion = Occasion(f"message/m1/9/{press}", now, now.date())
    return await ranking_posts.post(office.actor, wanted(office), group_ids, occasion, office.deed(moment))


async def test_what_is_asked_for_goes_at_once_whatever_the_hour_and_once_for_a_press(office):
    await reminder_rules.pause(office.actor, office.id, office.deed("2024-03-01 08:00"))
    reached = await post(office, office.group_ids)
    await post(office, office.group_ids)
    assert [each.name for each in reached] == ["工作群", "通报话题"]
    await office.tick("2024-03-02 22:00")  # a Saturday night
    assert office.posted == [
        ("03-02 22:00", CHAT, "2024/2024-02"),
        ("03-02 22:00", OTHER_CHAT, "2024/2024-02"),
    ]
    await post(office, office.group_ids[:1], press="b")
    await office.tick("2024-03-02 22:01")
    assert len(office.posted) == 3
    rows = await sql.fetch("SELECT action FROM audit_entry WHERE action LIKE 'ranking.%'")
    assert [row["action"] for row in rows] == ["ranking.post", "ranking.post"]
    calls = await outbox.list_waiting(CHAT, at("2024-03-02 22:00"))
    assert {call.kind for call in calls} == {outbox.LIST}


async def test_nothing_is_posted_to_no_group_or_to_another_offices(office):
    with pytest.raises(NoGroupChosen):
        await post(office, [])
    with pytest.raises(NoGroupChosen):
        await post(office, [999])
    await sql.execute("UPDATE chat SET unreachable_at = $1", at("2024-02-16 00:00"))
    with pytest.raises(GroupsUnreachable):
        await post(office, office.group_ids)


async def test_only_administrators_post_and_schedule(office):
    reporter = a_reporter(office.id, 1)
    schedule = await office.schedule(YEARLY)
    now, deed = at("2024-03-01 09:00"), office.deed("2024-03-01 09:00")
    occasion = Occasion("x", now, now.date())
    for attempt in (
        ranking_posts.post(reporter, wanted(office), office.group_ids, occasion, deed),
        ranking_schedules.add(reporter, office.id, YEARLY, office.group_ids, deed),
        ranking_schedules.list_schedules(reporter, office.id, now),
        ranking_schedules.get_schedule(reporter, schedule.id, now),
        ranking_schedules.pause(reporter, schedule.id, deed),
        ranking_schedules.resume(reporter, schedule.id, deed),
        ranking_schedules.delete(reporter, schedule.id, deed),
    ):
        with pytest.raises(NotPermitted):
            await attempt


async def test_a_schedule_needs_a_group_and_there_are_only_so_many(office):
    with pytest.raises(ScheduleWithoutGroup):
        await office.schedule(YEARLY, groups=[])
    for _ in range(MOST):
        await office.schedule(YEARLY)
    with pytest.raises(SchedulesTooMany):
        await office.schedule(YEARLY)


async def test_figures_are_those_of_the_moment_it_goes(office):
    await office.schedule(ON_31, "2024-01-15 08:00", groups=office.group_ids[:1])
    await office.tick("2024-01-31 20:00")
    rows = await sql.fetch("SELECT MIN(id) AS unit_id FROM unit")
    categories = await sql.fetch("SELECT MIN(id) AS category_id FROM category")
    await record([a_fact(rows[0]["unit_id"], categories[0]["category_id"], 1, 500)], at("2024-02-01 08:00"))
    row = (await sql.fetch("SELECT id FROM letter"))[0]
    content = await letter_contents.open_letter(row["id"], at("2024-02-01 09:00"))
    assert isinstance(content, RankingLetter)
    assert content.standings.divisions[0].placed[0].unit_id == rows[0]["unit_id"]
    assert (await get_group(office.actor, office.group_ids[0])).chat == content.chat


async def test_what_is_foreseen_is_what_is_then_posted(office):
    await office.schedule(YEARLY, "2024-02-02 08:00")
    paused = await office.schedule(ON_31, "2024-02-02 08:00", groups=office.group_ids[:1])
    ahead = await prospects.foresee_rankings(office.id, at("2024-02-20 10:00"))
    assert [(f"{each.posts.due_at:%m-%d %H:%M}", each.posts.key, each.groups) for each in ahead] == [
        ("03-01 09:00", "2024/2024-02", 2),
        ("02-29 14:30", "2024-02/2024-02", 1),
    ]
    assert not any(each.is_estimated for each in ahead)
    await ranking_schedules.pause(office.actor, paused.id, office.deed("2024-02-20 10:00"))
    await office.walk("2024-02-20", "2024-03-01")
    assert {(when, key) for when, _, key in office.posted} == {("03-01 09:00", "2024/2024-02")}
    assert len(await prospects.foresee_rankings(office.id, at("2024-03-01 10:00"))) == 1
    for group_id in office.group_ids:
        await release(office.actor, group_id, source="message/m1/2", now=at("2024-03-01 11:00"))
    assert await prospects.foresee_rankings(office.id, at("2024-03-01 12:00")) == ()


async def test_a_ranking_that_waits_for_the_morning_is_counted_as_waiting(office):
    await office.schedule(ON_31, "2024-02-01 08:00")
    assert (await prospects.count_waiting(office.id)).letters == 0
    await ranking_posts.plan(at("2024-02-29 20:00"))
    assert (await prospects.count_waiting(office.id)).letters == 2
