"""The review desk: what waits, what is decided, who hears of it, and what two people do at once."""

import datetime as dtm

import pytest

from handlers.views.markup import units as units_of_text
from services import sql
from services.core.access import NotPermitted
from services.core.errors import UserError
from services.core.reviewing import PartOutOfRange, PartUnclear, ReturnReasonMissing
from services.reviewing.review_queue import ReviewGone
from services.reviewing.reviews import OwnReport
from tests.handlers.reviewing import a_county, people_of, rule, states, sums
from tests.handlers.talk import PICTURE, labels, pressed, words

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


async def test_at_first_everything_is_accepted_at_once(reporter):
    await rule("auto")
    await reporter.say("报送 动态 3")
    assert await sums() == (3, 3, 0)
    assert await states() == []


async def test_what_is_reviewed_waits_and_is_accepted_by_a_press(reporter, reviewer):
    await reporter.show(caption="动态 3 决策公开 1")
    assert await sums() == (4, 1, 0)
    (card,) = await reviewer.say("审核")
    assert words(card)[:4] == [
        "待审核（共 1 份）",
        "市司法局 · 2024年3月 · 动态通知类 3 条",
        "3月20日报送 · 李红",
        "4月8日关账",
    ]
    assert "佐证：1 张" in words(card)
    assert labels(card) == [["采用", "少采用", "退回"], ["审核统计"]]
    assert await reviewer.store.read(card.picture.name) == PICTURE
    said, after = await reviewer.press(*pressed(card, "采用"))
    assert words(said) == ["已采用 · 市司法局 · 2024年3月 · 动态通知类 3 条"]
    assert words(after) == ["没有待审核的报送。"]
    assert await sums() == (4, 4, 0)


async def test_fewer_are_accepted_and_mistakes_noted(reporter, reviewer):
    await reporter.say("报送 动态 3")
    (card,) = await reviewer.say("/review")
    (asked,) = await reviewer.press(*pressed(card, "少采用"))
    for wrong, error in (("很多", PartUnclear), ("4", PartOutOfRange), ("0", PartOutOfRange)):
        with pytest.raises(error):
            await reviewer.reply(asked, wrong)
    said, _, notice = await reviewer.reply(asked, "采用2条，错情1处")
    assert notice.to == reporter.actor.telegram_id
    assert "已采用 2 条，错情 1 处" in notice.text
    assert words(said) == ["已采用 2 条，错情 1 处 · 市司法局 · 2024年3月 · 动态通知类 3 条"]
    assert await sums() == (3, 2, 1)


async def returned(reporter, reviewer, reason="缺少佐证材料，请补充"):
    await reporter.say("报送 动态 3")
    (card,) = await reviewer.say("/review")
    (asked,) = await reviewer.press(*pressed(card, "退回"))
    said, _, notice = await reviewer.press(*pressed(asked, reason))
    return said, notice


async def test_a_return_is_told_to_the_reporter_at_once(reporter, reviewer):
    said, notice = await returned(reporter, reviewer)
    assert "已退回" in said.text
    assert notice.to == reporter.actor.telegram_id
    assert words(notice)[:2] == [
        "报送被退回：市司法局 · 2024年3月 · 动态通知类 3 条",
        "原因：缺少佐证材料，请补充",
    ]
    assert await sums() == (3, 0, 0)


async def test_a_return_needs_a_reason(reporter, reviewer):
    await reporter.say("报送 动态 3")
    (card,) = await reviewer.say("/review")
    (asked,) = await reviewer.press(*pressed(card, "退回"))
    with pytest.raises(ReturnReasonMissing):
        await reviewer.reply(asked, " ")
    said, *_ = await reviewer.reply(asked, "链接打不开，请核对")
    assert "链接打不开" in said.text


async def test_evidence_after_a_return_brings_the_report_up_again_with_its_history(reporter, reviewer):
    await returned(reporter, reviewer)
    reporter.message_id += 5
    await reporter.show(to=100)
    (card,) = await reviewer.say("/review")
    assert "3月20日退回过：缺少佐证材料，请补充" in words(card)
    assert card.picture is not None
    await reviewer.press(*pressed(card, "采用"))
    assert await sums() == (3, 3, 0)
    assert [state for state, _ in await states()] == ["accepted"]


async def test_a_returned_report_is_handed_in_again_once(reporter, reviewer, people):
    _, notice = await returned(reporter, reviewer)
    with pytest.raises(NotPermitted):
        await people["police"].press(*pressed(notice, "重新提交"))
    (told,) = await reporter.press(*pressed(notice, "重新提交"))
    assert "已重新提交" in told.text
    (told,) = await reporter.press(*pressed(notice, "重新提交"))
    assert "这次没有改动" in told.text


async def test_an_edit_after_a_return_brings_the_report_up_again(reporter, reviewer):
    await returned(reporter, reviewer)
    (offered,) = await reporter.edit("报送 动态 2")
    await reporter.press(*pressed(offered, "改为 2 条"))
    (card,) = await reviewer.say("/review")
    assert "动态通知类 2 条" in words(card)[1]
    assert await sums() == (2, 0, 0)


async def test_a_report_that_was_corrected_meanwhile_is_shown_again(reporter, reviewer):
    await reporter.say("报送 动态 3")
    (card,) = await reviewer.say("/review")
    (offered,) = await reporter.edit("报送 动态 5")
    await reporter.press(*pressed(offered, "改为 5 条"))
    said, after = await reviewer.press(*pressed(card, "采用"))
    assert words(said)[0].startswith("报送人于 02:00 改动过这份报送，这次没有改动。现在：待审核")
    assert "动态通知类 5 条" in words(after)[1]
    assert await sums() == (5, 0, 0)


async def test_a_correction_after_the_decision_has_to_be_looked_at_again(reporter, reviewer):
    await reporter.say("报送 动态 3")
    (card,) = await reviewer.say("/review")
    await reviewer.press(*pressed(card, "采用"))
    (offered,) = await reporter.edit("报送 动态 5")
    await reporter.press(*pressed(offered, "改为 5 条"))
    assert await sums() == (5, 0, 0)
    assert [state for state, _ in await states()] == ["pending"]


async def test_a_withdrawn_report_leaves_nothing_accepted(reporter, reviewer):
    (receipt,) = await reporter.say("报送 动态 3")
    (card,) = await reviewer.say("/review")
    (asked,) = await reviewer.press(*pressed(card, "少采用"))
    await reviewer.reply(asked, "2 1")
    await reporter.press(*pressed(receipt, "撤回"))
    assert await sums() == (0, 0, 0)
    assert [state for state, _ in await states()] == ["withdrawn"]


async def test_a_decision_is_taken_back_within_minutes_by_who_took_it(reporter, reviewer, people):
    await reporter.say("报送 动态 3")
    (card,) = await reviewer.say("/review")
    said, _ = await reviewer.press(*pressed(card, "采用"))
    with pytest.raises(ReviewGone):
        await people["second"].press(*pressed(said, "撤销这次审核"))
    undone, again = await reviewer.press(*pressed(said, "撤销这次审核"))
    assert "已撤销审核" in undone.text
    assert labels(again) == [["采用", "少采用", "退回"], ["审核统计"]]
    assert await sums() == (3, 0, 0)
    said, _ = await reviewer.press(*pressed(again, "采用"))
    reviewer.today += dtm.timedelta(days=1)
    with pytest.raises(ReviewGone):
        await reviewer.press(*pressed(said, "撤销这次审核"))


async def test_nobody_accepts_their_own_report_unless_the_office_says_so(people):
    office = people["second"]
    await office.say("报送 市司法局 动态 3")
    (card,) = await office.say("/review")
    with pytest.raises(OwnReport):
        await office.press(*pressed(card, "采用"))
    await sql.execute("UPDATE organisation SET four_eyes = $1", False)
    await office.press(*pressed(card, "采用"))
    assert await sums() == (3, 3, 0)


async def test_the_queue_goes_by_month_then_by_age_and_round(reporter, reviewer, people):
    await reporter.say("报送 动态 1")
    people["police"].message_id += 1
    await people["police"].say("报送 动态 2")
    (first,) = await reviewer.say("/review")
    assert "市司法局" in first.text
    (second,) = await reviewer.press(*pressed(first, "下一条"))
    assert "市公安局" in second.text
    (third,) = await reviewer.press(*pressed(second, "下一条"))
    assert "市司法局" in third.text


async def test_on_evidence_a_report_is_accepted_as_soon_as_there_is_some(reporter):
    await rule("on_evidence")
    await reporter.say("报送 动态 3")
    assert await sums() == (3, 0, 0)
    reporter.message_id += 1
    await reporter.show(to=100)
    assert await sums() == (3, 3, 0)
    reporter.message_id += 1
    await reporter.show(caption="动态 1")
    reporter.message_id += 1
    await reporter.say("报送 动态 https://example.com/1")
    assert await sums() == (5, 5, 0)


async def test_what_others_set_meanwhile_is_never_accepted_twice(reporter, reviewer, people):
    await reporter.say("报送 动态 5")
    await people["second"].say("报送 市司法局 动态 =3")
    (card,) = await reviewer.say("/review")
    assert "最多可采用 3 条" in card.text
    await reviewer.press(*pressed(card, "采用"))
    assert await sums() == (3, 3, 0)


async def test_documents_of_a_report_are_sent_as_files(reporter, reviewer):
    await reporter.send(b"%PDF-1.7", "会议纪要.pdf", "动态 3")
    (card,) = await reviewer.say("/review")
    (sent,) = await reviewer.press(*pressed(card, "📎 会议纪要.pdf"))
    assert sent.document.name == "会议纪要.pdf"
    assert b"".join([chunk async for chunk in sent.document.chunks()]) == b"%PDF-1.7"


async def test_only_reviewers_see_the_desk(reporter):
    with pytest.raises(UserError):
        await reporter.say("/review")


async def test_progress_says_what_waits_and_what_came_back(reporter, reviewer):
    (receipt,) = await reporter.say("报送 动态 3")
    assert "审核：待审核 3 条" in words(receipt)
    await returned_again(reporter, reviewer)
    (shown,) = await reporter.say("进度")
    assert "审核：已退回 3 条，请补充后重新提交" in words(shown)


async def returned_again(reporter, reviewer):
    (card,) = await reviewer.say("/review")
    (asked,) = await reviewer.press(*pressed(card, "退回"))
    await reviewer.press(*pressed(asked, "佐证看不清，请重新发送"))


async def test_an_office_that_counts_what_is_accepted_sees_that_everywhere(reporter, reviewer, people):
    office = people["second"]
    (rules,) = await office.say("/settings")
    (choices,) = await office.press(*pressed(rules, "完成口径"))
    (changed,) = await office.press(*pressed(choices, "按审发数"))
    assert "完成口径：按审发数" in changed.text
    (receipt,) = await reporter.say("报送 动态 3")
    assert "动态通知类 +3 → 0/2 条 🟡 偏慢，尚差 2 条" in words(receipt)
    (card,) = await reviewer.say("/review")
    await reviewer.press(*pressed(card, "采用"))
    (shown,) = await reporter.say("进度")
    assert "3/2" in shown.text
    (overview,) = await office.say("排名 本月")
    assert "市司法局" in overview.text


async def test_a_card_fits_under_a_picture_whatever_stands_on_it(reporter, reviewer, people):
    await people["police"].show(caption="动态 1")
    pages = " ".join(f"https://example.com/{number}/{'a' * 200}" for number in range(9))
    await reporter.show(caption=f"动态 {pages}")
    for _ in range(4):
        (card,) = await reviewer.say("/review")
        if "市司法局" not in words(card)[1]:
            (card,) = await reviewer.press(*pressed(card, "下一条"))
        (asked,) = await reviewer.press(*pressed(card, "退回"))
        *_, notice = await reviewer.reply(asked, "原因" * 100)
        await reporter.press(*pressed(notice, "重新提交"))
    (card,) = await reviewer.say("/review")
    if "市司法局" not in words(card)[1]:
        (card,) = await reviewer.press(*pressed(card, "下一条"))
    assert card.picture is not None
    assert units_of_text(card.text) <= 1024


async def test_the_audit_tells_of_decisions_in_words(reporter, reviewer, people):
    await returned(reporter, reviewer)
    (settings,) = await people["second"].say("/settings")
    (rules,) = await people["second"].press(*pressed(settings, "栏目审核方式"))
    (news,) = await people["second"].press(*pressed(rules, "动态通知类：人工审核"))
    await people["second"].press(*pressed(news, "自动采用"))
    (shown,) = await people["second"].say("/audit")
    assert "市司法局 2024年3月 动态通知类 3 条：待审核 → 已退回" in shown.text
    assert "待审核 → 已退回（缺少佐证材料，请补充）" in shown.text
    assert "人工审核 → 自动采用" in shown.text
