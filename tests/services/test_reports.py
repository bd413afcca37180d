import asyncio
import datetime as dtm
from dataclasses import replace

import pytest

from models.enums import Lamp, Role
from services import sql
from services.core.access import Binding, NotBound, NotPermitted
from services.core.drafts import Answered
from services.core.reporting import Add
from services.facts import ledger
from services.facts.ledger import record
from services.facts.months import MonthAhead, MonthClosed
from services.facts.openings import CountBeyondLimit
from services.membership import members
from services.reporting.drafting import SecondUnit, UnitOfAnother, WordsUnclear
from services.reporting.outcomes import (
    AlreadyReceived,
    HowMany,
    KnownElsewhere,
    NothingNew,
    Received,
    SaidBefore,
    SoMany,
    WhichCategory,
    WhichMonth,
    WhichUnit,
)
from services.reporting.reports import NothingToCount
from tests.builders import NOW, a_fact, a_reporter, an_actor, an_administrator
from tests.services.desk import Desk, a_desk, audited, facts, tallies

JUSTICE = "市司法局"

# A rule without a statement of its own is as true on either database; one of them is quicker.
on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
async def desk(database) -> Desk:
    return await a_desk()


@pytest.fixture
def reporter(desk):
    return a_reporter(desk.organisation_id, desk.units[JUSTICE])


async def test_one_message_counts_every_line_under_its_own_name(desk, reporter):
    outcome = await desk.say(reporter, "动态 3 决策公开 1")
    assert isinstance(outcome, Received)
    assert await tallies() == {(JUSTICE, "动态通知类", 3): 3, (JUSTICE, "决策公开", 3): 1}
    assert await facts() == [("message/m1/1/1", "message/m1/1", 3), ("message/m1/1/2", "message/m1/1", 1)]
    assert await audited() == [("report.submit", "message/m1/1")]
    assert await ledger.rebuild() == ()


async def test_the_receipt_tells_the_gap_and_the_place(desk, reporter):
    school = desk.units["市教育局"]
    await record(
        [a_fact(school, desk.category("动态"), 3, 2), a_fact(school, desk.category("法定"), 3, 1)], NOW
    )
    outcome = await desk.say(reporter, "动态 1")
    receipt = outcome.receipt
    (line,) = receipt.lines
    assert (line.change.before, line.change.difference, line.change.after) == (0, 1, 1)
    assert (line.line.month.done, line.line.month.target, line.line.month.missing) == (1, 2, 1)
    assert line.line.lamp is Lamp.ON_TRACK
    assert [each.category for each in receipt.others if each.month] == ["政务新媒体"]
    # 1/6 of what it owes in March; 教育局 has 3/7, the other three nothing.
    assert (receipt.rank.place, receipt.rank.of) == (2, 5)
    assert not receipt.is_late


@on_sqlite
async def test_in_a_group_nobody_is_ranked(desk, reporter):
    outcome = await desk.say(reporter, "动态 1", is_private=False)
    assert outcome.receipt.rank is None


async def test_the_same_message_again_counts_nothing(desk, reporter):
    await desk.say(reporter, "动态 3")
    again = await desk.say(reporter, "动态 3", number=1)
    assert isinstance(again, AlreadyReceived)
    assert await tallies() == {(JUSTICE, "动态通知类", 3): 3}


async def test_setting_stores_the_difference_and_shows_both(desk, reporter):
    await record([a_fact(desk.units[JUSTICE], desk.category("动态"), 3, 7, "sheet/B2")], NOW)
    outcome = await desk.say(reporter, "动态 =5")
    (line,) = outcome.receipt.lines
    assert (line.change.before, line.change.after, line.change.sets) == (7, 5, True)
    assert (await facts())[-1] == ("message/m1/1/1", "message/m1/1", -2)
    assert await tallies() == {(JUSTICE, "动态通知类", 3): 5}


async def test_a_missing_category_is_asked_with_what_lacks_most_first(desk, reporter):
    asked = await desk.say(reporter, "3")
    assert isinstance(asked, WhichCategory)
    assert [(choice.name, choice.missing) for choice in asked.choices[:2]] == [
        ("政务新媒体", 4),
        ("动态通知类", 2),
    ]
    assert "法定主动公开内容" not in [choice.name for choice in asked.choices]
    assert await facts() == []
    answered = await desk.go(reporter, asked.draft.with_category(asked.at, desk.category("动态")))
    assert isinstance(answered, Received)
    assert await facts() == [("message/m1/1/1", "message/m1/1", 3)]


@on_sqlite
async def test_an_ambiguous_category_is_asked_among_those_that_fit(desk, reporter):
    asked = await desk.say(reporter, "五公开 1")
    assert isinstance(asked, WhichCategory)
    assert asked.is_ambiguous
    assert len(asked.choices) == 5


@on_sqlite
async def test_an_unknown_category_of_a_reporter_is_asked_not_taken_for_a_unit(desk, reporter):
    asked = await desk.say(reporter, "动太 3")
    assert isinstance(asked, WhichCategory)
    assert asked.text == "动太"


@on_sqlite
async def test_words_beside_a_clear_line_are_refused(desk, reporter):
    with pytest.raises(WordsUnclear):
        await desk.say(reporter, "王芳 动态 3")


@on_sqlite
async def test_a_missing_number_is_asked_and_answered_in_words(desk, reporter):
    asked = await desk.say(reporter, "动态")
    assert isinstance(asked, HowMany)
    assert await desk.reports.answer(reporter, asked.draft, asked.at, "谢谢", desk.occasion()) is None
    received = await desk.reports.answer(reporter, asked.draft, asked.at, "三条", desk.occasion())
    assert isinstance(received, Received)
    assert await facts() == [("message/m1/1/1", "message/m1/1", 3)]


@on_sqlite
async def test_an_answer_about_another_category_is_not_taken(desk, reporter):
    asked = await desk.say(reporter, "动态")
    assert await desk.reports.answer(reporter, asked.draft, asked.at, "决策公开 2", desk.occasion()) is None


@on_sqlite
async def test_an_answer_may_bring_category_number_and_month_at_once(desk, reporter):
    desk.today = dtm.date(2024, 3, 6)
    asked = await desk.say(reporter, "")
    assert isinstance(asked, WhichCategory)
    text = "动态 3 上月 决策公开 1"
    assert isinstance(await desk.reports.answer(reporter, asked.draft, 0, text, desk.occasion()), Received)
    assert await tallies() == {(JUSTICE, "动态通知类", 2): 3, (JUSTICE, "决策公开", 2): 1}


async def test_of_two_answers_to_one_question_the_first_counts(desk, reporter):
    asked = await desk.say(reporter, "动态")
    first, second = (asked.draft.with_amount(asked.at, Add(count)) for count in (2, 5))
    assert isinstance(await desk.go(reporter, first), Received)
    assert isinstance(await desk.go(reporter, second), AlreadyReceived)
    assert await tallies() == {(JUSTICE, "动态通知类", 3): 2}


@on_sqlite
async def test_zero_is_nothing_to_report(desk, reporter):
    with pytest.raises(NothingToCount):
        await desk.say(reporter, "动态 0")


@on_sqlite
async def test_a_stranger_and_a_reader_report_nothing(desk):
    with pytest.raises(NotBound):
        await desk.say(an_actor(), "动态 3")
    leader = an_actor(Binding(desk.organisation_id, None, Role.LEADER))
    with pytest.raises(NotPermitted):
        await desk.say(leader, f"{JUSTICE} 动态 3")


@on_sqlite
async def test_another_unit_is_not_theirs_to_report_for(desk, reporter):
    with pytest.raises(UnitOfAnother) as refused:
        await desk.say(reporter, "市公安局 动态 3")
    assert refused.value.params == {"unit": "市公安局"}
    asked = await desk.say(reporter, "动态")
    with pytest.raises(NotPermitted):
        await desk.reports.choose_unit(reporter, asked.draft, desk.units["市公安局"], desk.occasion())


@on_sqlite
async def test_an_administrator_reports_for_a_named_unit(desk):
    office = an_administrator(desk.organisation_id)
    assert isinstance(await desk.say(office, "司法局 动态 3"), Received)
    assert await tallies() == {(JUSTICE, "动态通知类", 3): 3}


@on_sqlite
async def test_an_administrator_without_a_unit_is_asked_for_its_name(desk):
    office = an_administrator(desk.organisation_id)
    asked = await desk.say(office, "动态 3 法定 1")
    assert isinstance(asked, WhichUnit)
    assert asked.units == ()
    several = await desk.reports.name_unit(office, asked.draft, "市公", desk.occasion())
    assert [unit.name for unit in several.units] == ["市公安局", "市公共资源交易中心"]
    unknown = await desk.reports.name_unit(office, asked.draft, "天文台办公室", desk.occasion())
    assert isinstance(unknown, WhichUnit)
    assert unknown.text
    received = await desk.reports.name_unit(office, asked.draft, "gaj", desk.occasion())
    assert isinstance(received, Received)
    assert await tallies() == {("市公安局", "动态通知类", 3): 3, ("市公安局", "法定主动公开内容", 3): 1}


async def test_the_unit_chosen_of_several_is_remembered(desk):
    both = a_reporter(desk.organisation_id, desk.units["市教育局"], desk.units[JUSTICE])
    asked = await desk.say(both, "动态 3")
    assert [unit.name for unit in asked.units] == [JUSTICE, "市教育局"]
    chosen = await desk.reports.choose_unit(both, asked.draft, desk.units["市教育局"], desk.occasion())
    assert chosen.receipt.can_move
    again = await desk.say(both, "动态 4")
    assert again.receipt.unit.name == "市教育局"
    named = await desk.say(both, "司法局 动态 1")
    assert named.receipt.unit.name == JUSTICE


@on_sqlite
@pytest.mark.parametrize(
    ("text", "first"), [("动泰 3", "动态通知类"), ("执形公开 1", "执行公开"), ("天气 3", "政务新媒体")]
)
async def test_the_category_that_is_written_most_alike_is_offered_first(desk, reporter, text, first):
    await desk.say(reporter, "动态 1")  # so that something else lacks more
    asked = await desk.say(reporter, text)
    assert isinstance(asked, WhichCategory)
    assert asked.choices[0].name == first


@on_sqlite
@pytest.mark.parametrize(
    "text",
    [
        "市公安局 动态 3 市教育局 动态 2",
        "市公安局 动态3\n市教育局 动态2",
        "市公安局动态3，市教育局动态2",
        "动态 3 市教育局 法定 2",
        "动态 3 市教育局",
    ],
)
async def test_one_message_counts_for_one_unit(desk, reporter, text):
    office = an_administrator(desk.organisation_id)
    both = a_reporter(desk.organisation_id, desk.units["市公安局"], desk.units["市教育局"])
    for actor in (office, both):
        with pytest.raises(SecondUnit) as refused:
            await desk.say(actor, text)
        assert refused.value.params == {"unit": "市教育局"}
    assert await facts() == []


@on_sqlite
@pytest.mark.parametrize(
    ("today", "is_late"),
    [(dtm.date(2024, 2, 29), False), (dtm.date(2024, 3, 1), True), (dtm.date(2024, 3, 7), True)],
)
async def test_february_counts_until_it_closes_late_from_the_first_of_march(desk, reporter, today, is_late):
    desk.today = today
    outcome = await desk.say(reporter, "动态 3 2月")
    assert outcome.receipt.is_late is is_late
    rows = await sql.fetch("SELECT is_late FROM submission")
    assert [bool(row["is_late"]) for row in rows] == [is_late]


async def test_a_closed_month_is_refused_with_who_opens_it(desk, reporter):
    await members.bind(7009, desk.organisation_id, None, Role.ADMINISTRATOR, NOW)
    await sql.execute("UPDATE member SET name = '李主任' WHERE telegram_id = 7009")
    desk.today = dtm.date(2024, 3, 8)
    with pytest.raises(MonthClosed) as refused:
        await desk.say(reporter, "动态 3 上月")
    assert (refused.value.closed_on, refused.value.openers) == (dtm.date(2024, 3, 7), ("李主任",))
    assert await facts() == []


@on_sqlite
async def test_a_month_ahead_is_refused(desk, reporter):
    with pytest.raises(MonthAhead):
        await desk.say(reporter, "动态 3 2024-04")


@on_sqlite
@pytest.mark.parametrize(
    ("today", "asks"),
    [(dtm.date(2024, 6, 1), True), (dtm.date(2024, 6, 3), True), (dtm.date(2024, 6, 4), False)],
)
async def test_up_to_the_first_working_day_a_report_may_mean_last_month(desk, reporter, today, asks):
    desk.today = today  # 1 June 2024 is a Saturday
    outcome = await desk.say(reporter, "动态 3")
    assert isinstance(outcome, WhichMonth) is asks
    if asks:
        may, june = outcome.months
        assert (str(may), str(june)) == ("2024-05", "2024-06")
        received = await desk.go(reporter, outcome.draft.in_month(may))
        assert received.receipt.is_late
        assert await tallies() == {(JUSTICE, "动态通知类", 5): 3}


@on_sqlite
async def test_a_written_month_is_not_asked_about(desk, reporter):
    desk.today = dtm.date(2024, 6, 1)
    assert isinstance(await desk.say(reporter, "动态 3 本月"), Received)


async def test_the_same_within_ten_minutes_is_asked_about(desk, reporter):
    await desk.say(reporter, "动态 3 决策公开 1", minutes=0)
    asked = await desk.say(reporter, "决策公开 1 动态 3", minutes=21)
    assert isinstance(asked, SaidBefore)
    assert await tallies() == {(JUSTICE, "动态通知类", 3): 3, (JUSTICE, "决策公开", 3): 1}
    sure = await desk.go(reporter, asked.draft.answering(Answered.IS_ANOTHER))
    assert isinstance(sure, Received)
    assert await tallies() == {(JUSTICE, "动态通知类", 3): 6, (JUSTICE, "决策公开", 3): 2}


@on_sqlite
@pytest.mark.parametrize("text", ["动态 4", "动态 3 上月", "动态 3 决策公开 1"])
async def test_anything_else_is_another_report(desk, reporter, text):
    desk.today = dtm.date(2024, 3, 6)
    await desk.say(reporter, "动态 3", minutes=1)
    assert isinstance(await desk.say(reporter, text, minutes=2), Received)


@on_sqlite
async def test_after_ten_minutes_the_same_is_another_report(desk, reporter):
    await desk.say(reporter, "动态 3", minutes=1)
    assert isinstance(await desk.say(reporter, "动态 3", minutes=12), Received)


@on_sqlite
async def test_the_same_by_another_reporter_of_the_unit_is_asked_about_too(desk, reporter):
    await desk.say(reporter, "动态 3", minutes=1)
    colleague = replace(reporter, telegram_id=7002, member_id=await members.remember(7002))
    assert isinstance(await desk.say(colleague, "动态 3", minutes=2, source="message/m2/1"), SaidBefore)


@on_sqlite
async def test_more_than_twenty_without_a_quota_is_asked_about(desk, reporter):
    asked = await desk.say(reporter, "法定 500")
    assert isinstance(asked, SoMany)
    assert asked.twice_usual is None
    assert isinstance(await desk.say(reporter, "法定 20"), Received)


async def test_what_was_withdrawn_may_be_said_again(desk, reporter):
    received = await desk.say(reporter, "动态 3", minutes=1)
    await desk.revisions.withdraw(reporter, received.receipt.opening, desk.occasion(minutes=2))
    assert isinstance(await desk.say(reporter, "动态 3", minutes=3), Received)


@on_sqlite
@pytest.mark.parametrize(
    ("months", "text", "asks"),
    [
        ([2, 2, 2], "动态 20", False),  # not more than twenty
        ([2, 2, 2], "动态 21", True),
        ([3, 3, 3], "动态 30", False),  # ten times, not more
        ([3, 3, 3], "动态 31", True),
        ([3, 3, 3], "动态 =31", True),
        ([0, 5, 5], "动态 50", False),  # the middle one counts
        ([0, 0, 5], "动态 21", True),
        ([9], "动态 21", True),  # too few months: ten times the target of 2
        ([9], "动态 20", False),
    ],
)
async def test_more_than_ten_times_the_usual_is_asked_about(desk, reporter, months, text, asks):
    unit, category = desk.units[JUSTICE], desk.category("动态")
    desk.today = dtm.date(2024, 5, 20)
    last = range(4, 4 - len(months), -1)
    await record([a_fact(unit, category, month, n) for month, n in zip(last, months, strict=True)], NOW)
    outcome = await desk.say(reporter, text)
    assert isinstance(outcome, SoMany) is asks
    if asks:
        sure = await desk.go(reporter, outcome.draft.answering(Answered.IS_SO_MANY))
        assert isinstance(sure, Received)


@on_sqlite
async def test_a_number_changed_after_the_doubt_is_looked_at_again(desk, reporter):
    doubted = await desk.say(reporter, "动态 300")
    again = await desk.go(reporter, doubted.draft.with_amount(doubted.at, None))
    assert isinstance(again, HowMany)
    assert isinstance(await desk.go(reporter, again.draft.with_amount(0, Add(400))), SoMany)
    assert isinstance(await desk.go(reporter, again.draft.with_amount(0, Add(3))), Received)


PAGE = "https://www.emeishan.gov.cn/art/1.html"


async def test_a_link_counts_one_and_keeps_address_and_title(desk, reporter):
    assert isinstance(await desk.say(reporter, f"动态 {PAGE} 关于开展法律援助的通知"), Received)
    rows = await sql.fetch("SELECT count, address, title, address_key FROM submission")
    assert [(row["count"], row["address"], row["title"]) for row in rows] == [
        (1, PAGE, "关于开展法律援助的通知")
    ]
    assert len(rows[0]["address_key"]) == 64


async def test_a_page_counts_once_for_a_unit_in_any_month_and_spelling(desk, reporter):
    desk.today = dtm.date(2024, 2, 20)
    await desk.say(reporter, f"动态 {PAGE} 第一篇")
    desk.today = dtm.date(2024, 3, 20)
    same = "http://WWW.emeishan.gov.cn/art/1.html?utm_source=wx#top"
    outcome = await desk.say(reporter, f"动态 {same}")
    assert isinstance(outcome, NothingNew)
    (page,) = outcome.skipped
    assert (page.reported_on, page.title) == (dtm.date(2024, 2, 20), "第一篇")
    mixed = await desk.say(reporter, f"动态 {same} 动态 https://www.emeishan.gov.cn/art/2.html")
    assert len(mixed.receipt.skipped) == 1
    assert await tallies() == {(JUSTICE, "动态通知类", 2): 1, (JUSTICE, "动态通知类", 3): 1}


async def test_a_withdrawn_page_counts_again(desk, reporter):
    received = await desk.say(reporter, f"动态 {PAGE}")
    await desk.revisions.withdraw(reporter, received.receipt.opening, desk.occasion())
    assert isinstance(await desk.say(reporter, f"动态 {PAGE}"), Received)
    assert await tallies() == {(JUSTICE, "动态通知类", 3): 1}


async def test_a_page_of_another_unit_is_asked_about(desk, reporter):
    police = a_reporter(desk.organisation_id, desk.units["市公安局"])
    await desk.say(police, f"动态 {PAGE}")
    asked = await desk.say(reporter, f"动态 {PAGE} 动态 https://www.emeishan.gov.cn/art/2.html")
    assert isinstance(asked, KnownElsewhere)
    assert not asked.names_units
    without = await desk.go(reporter, asked.draft.answering(Answered.NOT_HERE))
    assert isinstance(without, Received)
    assert (await tallies())[JUSTICE, "动态通知类", 3] == 1
    office = an_administrator(desk.organisation_id)
    theirs = await desk.say(office, f"市教育局 动态 {PAGE}")
    assert theirs.names_units
    assert isinstance(await desk.go(office, theirs.draft.answering(Answered.COUNT_HERE_TOO)), Received)
    nothing = await desk.say(reporter, f"动态 {PAGE}")
    assert isinstance(await desk.go(reporter, nothing.draft.answering(Answered.NOT_HERE)), NothingNew)


async def test_two_chats_reporting_one_page_at_once_count_it_once(desk, reporter):
    outcomes = await asyncio.gather(*(desk.say(reporter, f"动态 {PAGE}") for _ in range(6)))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NothingNew"] * 5 + ["Received"]
    assert await tallies() == {(JUSTICE, "动态通知类", 3): 1}


async def test_writers_side_by_side_lose_nothing(desk, reporter):
    police = a_reporter(desk.organisation_id, desk.units["市公安局"])
    said = [
        (who, f"{text} {n}")
        for n in range(1, 7)
        for who, text in ((reporter, "动态 1 决策公开"), (police, "决策公开 1 动态"))
    ]
    await asyncio.gather(*(desk.say(who, text) for who, text in said))
    assert (await tallies())[JUSTICE, "决策公开", 3] == 21
    assert (await tallies())["市公安局", "动态通知类", 3] == 21
    assert await ledger.rebuild() == ()


@on_sqlite
async def test_a_line_that_cannot_count_keeps_the_others_from_counting(desk, reporter):
    asked = await desk.say(reporter, "动态 3 法定")
    assert isinstance(asked, HowMany)
    assert await facts() == []
    whole = asked.draft.with_amount(asked.at, Add(1))
    assert isinstance(await desk.go(reporter, whole), Received)
    assert len(await facts()) == 2


async def test_a_page_under_two_categories_counts_where_it_stood_first(desk, reporter):
    await desk.say(reporter, f"动态 {PAGE}\n决策公开 {PAGE}")
    assert await tallies() == {(JUSTICE, "动态通知类", 3): 1}


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
async def test_no_month_counts_more_than_a_column_holds(desk, reporter):
    most = await desk.say(reporter, "动态 999999999")
    assert isinstance(await desk.go(reporter, most.draft.answering(Answered.IS_SO_MANY)), Received)
    with pytest.raises(CountBeyondLimit):
        await desk.say(reporter, "动态 1")
    assert await tallies() == {(JUSTICE, "动态通知类", 3): 999_999_999}
