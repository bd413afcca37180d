"""What a reporter can do about a report that came back, and what a reviewer knows of who reported it."""

import datetime as dtm
from dataclasses import replace

import pytest

from services import sql
from tests.handlers.reviewing import a_county, people_of, states
from tests.handlers.talk import TODAY, Talk, labels, pressed, words

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
async def county(database):
    return await a_county()


@pytest.fixture
def people(county):
    return people_of(county)


@pytest.fixture
def reporter(people):
    return people["reporter"]


@pytest.fixture
def reviewer(people):
    return people["reviewer"]


async def returned(reviewer, reason="缺少佐证材料，请补充"):
    """Return the first report that waits; give what the reviewer and the reporter read."""
    (card,) = await reviewer.say("/review")
    (asked,) = await reviewer.press(*pressed(card, "退回"))
    said, _, *notices = await reviewer.reply(asked, reason)
    return said, notices


async def all_returned(reviewer):
    (card,) = await reviewer.say("/review")
    (summed,) = await reviewer.press(*pressed(card, "本单位全部（2）"))
    (asked,) = await reviewer.press(*pressed(summed, "一起退回（2）"))
    said, _, *notices = await reviewer.press(*pressed(asked, "佐证看不清，请重新发送"))
    return said, notices


@pytest.mark.parametrize(
    ("day", "way"),
    [
        (TODAY, "或在今天内修改原消息"),
        (TODAY + dtm.timedelta(days=1), "要改数请点“撤回”，再重新报送"),
        (dtm.date(2024, 4, 9), "2024年3月已关账：补佐证或改数前，请联系管理员开账"),
    ],
)
async def test_a_reporter_is_offered_only_what_would_be_taken(reporter, reviewer, day, way):
    await reporter.say("报送 动态 3")
    reviewer.today = day
    _, (notice,) = await returned(reviewer)
    assert way in notice.text
    assert "重新提交" in words(notice)[2]


@pytest.mark.parametrize(
    ("day", "edits", "is_closed"),
    [
        (TODAY, True, False),
        (TODAY + dtm.timedelta(days=1), False, False),
        (dtm.date(2024, 4, 9), False, True),
    ],
)
async def test_so_it_is_of_many_that_came_back(reporter, reviewer, day, edits, is_closed):
    await reporter.say("报送 动态 3")
    reporter.message_id += 1
    await reporter.say("报送 动态 2")
    reviewer.today = day
    _, (notice,) = await all_returned(reviewer)
    assert ("在今天内直接修改那条消息" in notice.text) is edits
    assert ("联系管理员开账" in notice.text) is is_closed


async def test_a_reviewer_is_told_that_nobody_hears_of_a_return(reporter, reviewer):
    for text in ("报送 动态 1", "报送 动态 2", "报送 动态 3"):
        await reporter.say(text)
        reporter.message_id += 1
    await sql.execute("UPDATE member SET telegram_id = NULL WHERE id = $1", reporter.actor.member_id)
    said, notices = await returned(reviewer)
    assert "请另行告知该单位" in said.text
    assert notices == []
    said, notices = await all_returned(reviewer)
    assert "其中 2 份的报送人已不在" in said.text
    assert notices == []


async def test_a_reason_reaches_the_reporter_with_the_punctuation_it_was_written_with(reporter, reviewer):
    await reporter.say("报送 动态 3")
    _, (notice,) = await returned(reviewer, "第二张看不清，时间不对：请核对（第2张）")
    assert "原因：第二张看不清，时间不对：请核对（第2张）" in words(notice)


async def test_a_card_says_who_reported_when_until_nobody_knows(reporter, reviewer):
    await reporter.say("报送 动态 3")
    (card,) = await reviewer.say("/review")
    assert "3月20日报送 · 李红" in words(card)
    await sql.execute("UPDATE member SET name = '' WHERE id = $1", reporter.actor.member_id)
    (card,) = await reviewer.say("/review")
    assert "3月20日报送" in words(card)


async def test_a_card_says_that_the_month_is_closed(reporter, reviewer):
    await reporter.say("报送 动态 3")
    reviewer.today = dtm.date(2024, 4, 9)
    (card,) = await reviewer.say("/review")
    assert "4月8日已关账" in words(card)


async def test_a_card_says_that_somebody_else_has_to_accept_ones_own_report(people, reviewer):
    await people["second"].say("报送 市司法局 动态 1")
    (mine,) = await people["second"].say("/review")
    (theirs,) = await reviewer.say("/review")
    assert "⚠️ 您自己报的，须由他人采用" in words(mine)
    assert "您自己报的" not in theirs.text
    assert labels(mine) == labels(theirs)
    await sql.execute("UPDATE organisation SET four_eyes = FALSE")
    (mine,) = await people["second"].say("/review")
    assert "您自己报的" not in mine.text


async def test_reports_of_several_months_are_listed_by_month(reporter, reviewer):
    for text in ("报送 动态 3 2月", "报送 动态 2"):
        reporter.message_id += 1
        reporter.today = dtm.date(2024, 3, 5)
        await reporter.say(text)
    (card,) = await reviewer.say("/review")
    (summed,) = await reviewer.press(*pressed(card, "本单位全部（2）"))
    assert "· 2024年2月 动态通知类 3 条（没有佐证）" in words(summed)


async def test_a_units_evidence_says_what_became_of_each_report(reporter, reviewer, people):
    await reporter.say("报送 动态 3")
    (shelf,) = await reporter.say("/evidence")
    assert "　没有佐证、待审核" in words(shelf)
    await returned(reviewer, "请补拍会场")
    (shelf,) = await reporter.say("/evidence")
    assert "　没有佐证、已退回" in words(shelf)
    (report,) = await people["second"].say("/evidence 市司法局")
    (card,) = await people["second"].press(*pressed(report, "1"))
    assert "动态通知类：已退回（请补拍会场） · 3月20日" in words(card)


async def test_what_came_back_to_somebody_who_left_is_handed_in_by_a_colleague(reporter, reviewer, people):
    await reporter.say("报送 动态 3")
    await returned(reviewer)
    colleague = replace(reporter.actor, member_id=4, telegram_id=7004, name="赵刚")
    colleague = Talk(colleague, message_id=900, files=reporter.files, store=reporter.store)
    (shelf,) = await colleague.say("/evidence")
    (card,) = await colleague.press(*pressed(shelf, "1"))
    assert ["重新提交"] in labels(card)
    (told,) = await colleague.press(*pressed(card, "重新提交"))
    assert "已重新提交" in told.text
    assert [state for state, _ in await states()] == ["pending"]
    (card,) = await colleague.press(*pressed(shelf, "1"))
    assert ["重新提交"] not in labels(card)


async def test_who_only_looks_hands_nothing_in(reporter, reviewer, people):
    await reporter.say("报送 动态 3")
    await returned(reviewer)
    (shelf,) = await reviewer.say("/evidence 市司法局")
    (card,) = await reviewer.press(*pressed(shelf, "1"))
    assert ["重新提交"] not in labels(card)
