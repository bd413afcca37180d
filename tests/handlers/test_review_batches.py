"""Many reports at once, what the second reviewer is told, what old cards show, the desk in figures."""

import datetime as dtm

import pytest

from handlers.kit.answers import Earlier
from handlers.views.markup import MAX_UNITS
from handlers.views.markup import units as units_of_text
from services import sql
from services.core.access import NotPermitted
from services.reviewing.review_queue import QueueUnclear, ReviewGone
from tests.handlers.reviewing import a_county, people_of, rule, states, sums
from tests.handlers.talk import labels, pressed, words

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

REASON = "缺少佐证材料，请补充"


@pytest.fixture
async def people(database):
    return people_of(await a_county())


@pytest.fixture
def reporter(people):
    return people["reporter"]


@pytest.fixture
def reviewer(people):
    return people["reviewer"]


async def report(person, *said):
    for words_said in said:
        person.message_id += 1
        await person.say(f"报送 {words_said}")


@pytest.fixture
async def waiting(reporter, people):
    """Two reports of 市司法局 in two categories, and one of 市公安局."""
    await rule("reviewed", "决策公开")
    await report(reporter, "动态 3", "决策公开 1")
    await report(people["police"], "动态 2")


async def asked_about_unit(reviewer):
    (card,) = await reviewer.say("/review")
    (asked,) = await reviewer.press(*pressed(card, "本单位全部（2）"))
    return asked


async def test_a_summary_comes_before_many_are_decided_about(waiting, reporter, reviewer):
    reporter.message_id += 1
    await reporter.show(caption="动态 4")
    (card,) = await reviewer.say("/review")
    assert labels(card)[1:] == [["本单位全部（3）", "本栏目全部（3）"], ["下一条", "审核统计"]]
    (asked,) = await reviewer.press(*pressed(card, "本单位全部（3）"))
    assert asked.replaces
    assert [line for line in words(asked) if line] == [
        "市司法局",
        "待审核 3 份，合计 8 条",
        "2024年3月 3 份",
        "⚠️ 没有佐证：2 份",
        "· 3月20日 动态通知类 3 条（没有佐证）",
        "· 3月20日 决策公开 1 条（没有佐证）",
        "· 3月20日 动态通知类 4 条",
    ]
    assert labels(asked) == [["一起采用（3）", "一起退回（3）"], ["逐条看"]]
    (card,) = await reviewer.press(*pressed(asked, "逐条看"))
    (asked,) = await reviewer.press(*pressed(card, "本栏目全部（3）"))
    assert words(asked)[0] == "动态通知类"
    assert "· 市公安局 3月20日 动态通知类 2 条（没有佐证）" in words(asked)


async def test_all_of_a_unit_is_accepted_as_it_was_listed_and_the_rest_is_told(waiting, reporter, reviewer):
    asked = await asked_about_unit(reviewer)
    (offered,) = await reporter.edit("报送 决策公开 2")
    await reporter.press(*pressed(offered, "改为 2 条"))
    said, after = await reviewer.press(*pressed(asked, "一起采用（2）"))
    assert [line for line in words(said) if line] == [
        "已采用 1 份报送，共 3 条。",
        "以下 1 份这次没有改动：",
        "· 报送人于 02:00 改动过这份报送，这次没有改动。现在：待审核 · 市司法局 · 2024年3月 · 决策公开 2 条",
    ]
    assert "待审核（共 2 份）" in words(after)
    assert await sums() == (7, 3, 0)


async def test_an_own_report_in_a_batch_stays_and_does_not_stop_the_others(people):
    office = people["second"]
    await report(people["reporter"], "动态 3")
    await report(office, "市司法局 动态 1")
    asked = await asked_about_unit(office)
    assert "⚠️ 您自己报的：1 份，须由他人采用，一起采用时会留下" in words(asked)
    said, _ = await office.press(*pressed(asked, "一起采用（2）"))
    assert words(said)[0] == "已采用 1 份报送，共 3 条。"
    assert any("自己的报送须由他人审核" in line for line in words(said))
    assert [state for state, _ in await states()] == ["accepted", "pending"]
    assert await sums() == (4, 3, 0)


async def test_a_summary_says_what_lacks_required_evidence(reporter, reviewer):
    await rule("reviewed", "决策公开")
    await sql.execute("UPDATE category SET required_evidence = 'picture' WHERE name = '决策公开'")
    await report(reporter, "动态 https://example.com/1", "决策公开 https://example.com/2")
    asked = await asked_about_unit(reviewer)
    assert "⚠️ 尚缺所要求的佐证：1 份" in words(asked)
    assert "· 3月20日 决策公开 1 条（佐证不全）" in words(asked)
    assert "· 3月20日 动态通知类 1 条" in words(asked)


async def test_of_two_batches_the_second_is_told_that_nothing_is_left_to_do(waiting, people, reviewer):
    first, second = await asked_about_unit(reviewer), await asked_about_unit(people["second"])
    await reviewer.press(*pressed(first, "一起采用（2）"))
    (reasons,) = await people["second"].press(*pressed(second, "一起退回（2）"))
    said, after, *notices = await people["second"].reply(reasons, "请核对")
    assert words(said)[0] == "这次没有改动任何报送。"
    assert "张敏已于 02:00 审核过，这次没有改动。现在：已采用" in said.text
    assert said.buttons == ()
    assert notices == []
    assert "市公安局" in after.text


async def test_what_was_set_to_nothing_stays_in_a_batch_and_is_told(people):
    await report(people["reporter"], "动态 3")
    await report(people["second"], "市司法局 动态 =0")
    await report(people["reporter"], "动态 1")
    await sql.execute("UPDATE organisation SET four_eyes = $1", False)
    (card,) = await people["reviewer"].say("/review")
    (asked,) = await people["reviewer"].press(*pressed(card, "本单位全部（2）"))
    said, _ = await people["reviewer"].press(*pressed(asked, "一起采用（2）"))
    assert words(said)[0] == "已采用 1 份报送，共 1 条。"
    assert "没有可采用的" in said.text


async def test_many_are_returned_for_one_reason_and_each_reporter_hears_once(waiting, people, reviewer):
    (card,) = await reviewer.say("/review 3月")
    (asked,) = await reviewer.press(*pressed(card, "所选全部（3）"))
    (reasons,) = await reviewer.press(*pressed(asked, "一起退回（3）"))
    assert labels(reasons)[0] == [REASON]
    said, after, *notices = await reviewer.press(*pressed(reasons, REASON))
    assert words(said) == [f"已退回 3 份报送：{REASON}"]
    assert words(after) == ["没有待审核的报送。"]
    told = {each.to: words(each) for each in notices}
    assert set(told) == {7001, 7004}
    assert len(notices) == 2
    assert told[7001][:2] == ["您有 2 份报送被退回。", f"原因：{REASON}"]
    assert "· 市司法局 · 2024年3月 · 决策公开 1 条" in told[7001]
    assert told[7004][0] == "报送被退回：市公安局 · 2024年3月 · 动态通知类 2 条"


async def test_a_reason_of_ones_own_returns_many_and_shows_it_where_the_summary_was(waiting, reviewer):
    asked = await asked_about_unit(reviewer)
    (reasons,) = await reviewer.press(*pressed(asked, "一起退回（2）"))
    summary = reviewer.message_id
    reviewer.message_id += 2
    said, *_ = await reviewer.reply(reasons, "请按新口径重报")
    assert "已退回 2 份报送：请按新口径重报" in said.text
    assert said.earlier == Earlier(summary, shows_picture=False)
    assert labels(said) == [["全部撤销（2）"]]


async def test_what_was_returned_at_once_is_handed_in_again_at_once(waiting, people, reporter, reviewer):
    asked = await asked_about_unit(reviewer)
    (reasons,) = await reviewer.press(*pressed(asked, "一起退回（2）"))
    *_, notice = await reviewer.press(*pressed(reasons, REASON))
    with pytest.raises(NotPermitted):
        await people["police"].press(*pressed(notice, "全部重新提交（2）"))
    (told,) = await reporter.press(*pressed(notice, "全部重新提交（2）"))
    assert words(told) == ["已重新提交 2 份报送，等待审核。"]
    (told,) = await reporter.press(*pressed(notice, "全部重新提交（2）"))
    assert words(told)[0] == "这次没有改动任何报送。"
    assert "以下 2 份这次没有改动：" in words(told)


async def test_a_batch_is_taken_back_by_one_press_within_minutes(waiting, people, reviewer):
    asked = await asked_about_unit(reviewer)
    said, _ = await reviewer.press(*pressed(asked, "一起采用（2）"))
    with pytest.raises(ReviewGone):
        await people["second"].press(*pressed(said, "全部撤销（2）"))
    undone, after = await reviewer.press(*pressed(said, "全部撤销（2）"))
    assert words(undone) == ["已撤销 2 份报送的审核，它们重新待审核。"]
    assert "待审核（共 3 份）" in words(after)
    assert await sums() == (6, 0, 0)
    asked = await asked_about_unit(reviewer)
    said, _ = await reviewer.press(*pressed(asked, "一起采用（2）"))
    reviewer.today += dtm.timedelta(days=1)
    with pytest.raises(ReviewGone):
        await reviewer.press(*pressed(said, "全部撤销（2）"))


async def test_of_a_batch_taken_back_stays_what_was_corrected_since(waiting, reporter, reviewer):
    asked = await asked_about_unit(reviewer)
    said, _ = await reviewer.press(*pressed(asked, "一起采用（2）"))
    (offered,) = await reporter.edit("报送 决策公开 2")
    await reporter.press(*pressed(offered, "改为 2 条"))
    undone, _ = await reviewer.press(*pressed(said, "全部撤销（2）"))
    assert words(undone)[0] == "已撤销 1 份报送的审核，它们重新待审核。"
    assert "以下 1 份这次没有改动：" in words(undone)


async def test_who_was_returned_something_hears_that_it_was_taken_back(waiting, people, reviewer):
    asked = await asked_about_unit(reviewer)
    (reasons,) = await reviewer.press(*pressed(asked, "一起退回（2）"))
    said, *_ = await reviewer.press(*pressed(reasons, REASON))
    *_, notice = await reviewer.press(*pressed(said, "全部撤销（2）"))
    assert notice.to == 7001
    assert "以下 2 份报送仍在待审核，不用再处理" in notice.text
    (card,) = await reviewer.say("/review 市公安局")
    (reasons,) = await reviewer.press(*pressed(card, "退回"))
    said, *_ = await reviewer.press(*pressed(reasons, REASON))
    *_, notice = await reviewer.press(*pressed(said, "撤销这次审核"))
    assert notice.to == 7004
    assert "这份报送仍在待审核" in notice.text


async def test_fifty_at_most_are_decided_about_by_one_press(reporter, reviewer):
    await report(reporter, *(f"动态 https://example.com/{number}" for number in range(52)))
    (card,) = await reviewer.say("/review")
    (asked,) = await reviewer.press(*pressed(card, "本单位全部（52）"))
    assert words(asked)[2] == ("待审核 52 份，一次最多审 50 份；以下是排在最前的 50 份，合计 50 条")
    assert units_of_text(asked.text) <= MAX_UNITS
    said, after = await reviewer.press(*pressed(asked, "一起采用（50）"))
    assert "待审核（共 2 份）" in words(after)
    (undone, _) = await reviewer.press(*pressed(said, "全部撤销（50）"))
    assert "已撤销 50 份" in undone.text


@pytest.mark.parametrize(
    ("said", "waits", "unit"),
    [
        ("/review 市公安局", 1, "市公安局"),
        ("审核 公安局", 1, "市公安局"),
        ("/review 决策公开", 1, "市司法局"),
        ("/review 动态", 2, "市司法局"),
        ("/review 3月", 3, "市司法局"),
        ("/review 市公安局 动态 3月", 1, "市公安局"),
    ],
)
async def test_the_queue_is_narrowed_by_words(waiting, reviewer, said, waits, unit):
    (card,) = await reviewer.say(said)
    assert words(card)[0] == f"待审核（共 {waits} 份）"
    assert words(card)[1].startswith(unit)
    (everything,) = await reviewer.press(*pressed(card, "看全部"))
    assert words(everything)[0] == "待审核（共 3 份）"


async def test_a_narrowed_queue_stays_narrowed_until_it_is_empty(waiting, reviewer):
    (card,) = await reviewer.say("/review 动态")
    assert words(card)[2] == "只看：动态通知类"
    _, after = await reviewer.press(*pressed(card, "采用"))
    assert words(after)[1].startswith("市公安局")
    _, after = await reviewer.press(*pressed(after, "采用"))
    assert words(after) == ["所选范围没有待审核的报送，其余还有 1 份。"]
    (rest,) = await reviewer.press(*pressed(after, "看其余"))
    assert "决策公开" in words(rest)[1]


async def test_words_that_name_nothing_are_told_so(waiting, reviewer):
    with pytest.raises(QueueUnclear):
        await reviewer.say("/review 天上人间")


async def test_of_two_reviewers_the_second_is_told_who_was_quicker_and_when(reporter, reviewer, people):
    second = people["second"]
    await report(reporter, "动态 3")
    (one,) = await reviewer.say("/review")
    (other,) = await second.say("/review")
    await reviewer.press(*pressed(one, "采用"))
    told = "张敏已于 02:00 审核过，这次没有改动。现在：已采用 · 市司法局 · 2024年3月 · 动态通知类 3 条"
    said, *more = await second.press(*pressed(other, "采用"))
    assert words(said) == [told]
    assert said.buttons == ()
    assert all(answer.to is None for answer in more)
    for button in ("退回", "少采用"):
        said, *_ = await second.press(*pressed(other, button))
        assert words(said) == [told]
        assert not said.asks
    second.today += dtm.timedelta(days=1)
    (said,) = await second.press("review.picture", {**pressed(other, "采用")[1], "at": 1})
    assert "张敏已于 3月20日 02:00 审核过" in said.text
    assert await sums() == (3, 3, 0)


async def test_a_second_answer_to_the_same_question_is_told_that_one_decided_oneself(reporter, reviewer):
    await report(reporter, "动态 3")
    (card,) = await reviewer.say("/review")
    (asked,) = await reviewer.press(*pressed(card, "少采用"))
    await reviewer.reply(asked, "2")
    said, *more = await reviewer.reply(asked, "1")
    assert words(said)[0].startswith("您已于 02:00 审核过，这次没有改动。现在：已采用 2 条")
    assert all(answer.to is None for answer in more)
    assert await sums() == (3, 2, 0)


async def test_a_report_that_was_withdrawn_or_taken_back_meanwhile_is_told_as_such(
    reporter, reviewer, people
):
    reporter.message_id += 1
    (receipt,) = await reporter.say("报送 动态 3")
    (card,) = await reviewer.say("/review")
    said, _ = await reviewer.press(*pressed(card, "采用"))
    (old,) = await people["second"].press("review.picture", {**pressed(card, "采用")[1]})
    assert "张敏已于" in old.text
    await reviewer.press(*pressed(said, "撤销这次审核"))
    (again, *_) = await people["second"].press(*pressed(card, "采用"))
    assert words(again)[0].startswith("张敏于 02:00 改动过这份报送，这次没有改动。现在：待审核")
    await reporter.press(*pressed(receipt, "撤回"))
    (gone, *_) = await people["second"].press(*pressed(card, "采用"))
    assert words(gone)[0].startswith("报送人于 02:00 改动过这份报送，这次没有改动。现在：已撤回")


async def test_the_old_card_shows_what_was_decided_by_a_message(reporter, reviewer):
    reporter.message_id += 1
    await reporter.show(caption="动态 3")
    (card,) = await reviewer.say("/review")
    reviewer.shows_picture = True
    (asked,) = await reviewer.press(*pressed(card, "退回"))
    assert (asked.replaces, asked.keeps_picture) == (True, True)
    shown = reviewer.message_id
    reviewer.message_id += 1
    reviewer.shows_picture = False
    said, *_ = await reviewer.reply(asked, "链接打不开")
    assert said.earlier == Earlier(shown, shows_picture=True)
    assert "已退回" in said.text
    assert labels(said) == [["撤销这次审核"]]


async def test_a_question_gives_the_card_back(reporter, reviewer):
    await report(reporter, "动态 3")
    (card,) = await reviewer.say("/review")
    for button in ("退回", "少采用"):
        (asked,) = await reviewer.press(*pressed(card, button))
        (again,) = await reviewer.press(*pressed(asked, "返回"))
        assert words(again) == words(card)
        assert again.replaces


async def test_the_desk_tells_how_long_reports_wait_and_how_many_were_accepted(waiting, people, reviewer):
    for person in people.values():
        person.today += dtm.timedelta(days=5)  # a Wednesday, then Monday: three working days
    (card,) = await reviewer.say("/review")
    assert words(card)[0] == "待审核（共 3 份，最久已等 3 个工作日）"
    (asked,) = await reviewer.press(*pressed(card, "少采用"))
    _, card, _ = await reviewer.reply(asked, "2")
    (asked,) = await reviewer.press(*pressed(card, "退回"))
    await reviewer.press(*pressed(asked, REASON))
    (card,) = await reviewer.say("/review")
    (figures,) = await reviewer.press(*pressed(card, "审核统计"))
    assert [line for line in words(figures) if line] == [
        "2024年3月审核情况",
        "已审 2 份：采用 1 份，退回 1 份",
        "审了 4 条，采用 2 条，采用率 50.0%",
        "等候工作日：中位数 3，平均 3，最长 3",
        "待审核 1 份，最早的 3月20日提交，已等 3 个工作日",
        "退回后还没有重报：市司法局 1 份",
        "按栏目（采用/已审）：",
        "· 决策公开 0/1 0.0%",
        "· 动态通知类 2/3 66.7%",
    ]
    (card,) = await reviewer.press(*pressed(figures, "去审核"))
    assert "市公安局" in card.text


async def test_what_came_back_is_named_until_it_is_handed_in_again(waiting, people, reviewer, reporter):
    asked = await asked_about_unit(reviewer)
    (why,) = await reviewer.press(*pressed(asked, "一起退回（2）"))
    _, _, notice = await reviewer.press(*pressed(why, REASON))
    (card,) = await reviewer.say("/review")
    (figures,) = await reviewer.press(*pressed(card, "审核统计"))
    assert "退回后还没有重报：市司法局 2 份" in words(figures)
    await reporter.press(*pressed(notice, "全部重新提交（2）"))
    (figures,) = await reviewer.press(*pressed(card, "审核统计"))
    assert "退回后还没有重报" not in figures.text
    (why,) = await reviewer.press(*pressed(await asked_about_unit(reviewer), "一起退回（2）"))
    await reviewer.press(*pressed(why, REASON))
    for today, is_named in ((dtm.date(2024, 4, 30), True), (dtm.date(2024, 5, 6), False)):
        reviewer.today = today
        (figures,) = await reviewer.press(*pressed(card, "审核统计"))
        assert ("退回后还没有重报" in figures.text) is is_named


async def test_what_a_rule_accepted_is_not_counted_as_reviewed(reporter, reviewer):
    await rule("on_evidence")
    reporter.message_id += 1
    await reporter.show(caption="动态 3")
    (figures,) = await reviewer.say("/review")
    assert [line for line in words(figures) if line] == [
        "2024年3月审核情况",
        "这个月没有审核过报送。",
        "没有待审核的报送。",
    ]


async def test_figures_of_earlier_months_are_a_press_away(waiting, people, reviewer):
    asked = await asked_about_unit(reviewer)
    _, card = await reviewer.press(*pressed(asked, "一起采用（2）"))
    reviewer.today = dtm.date(2024, 4, 1)
    (figures,) = await reviewer.press(*pressed(card, "审核统计"))
    assert words(figures)[1] == "这个月没有审核过报送。"
    assert labels(figures) == [["2024年3月", "去审核"]]
    (march,) = await reviewer.press(*pressed(figures, "2024年3月"))
    assert words(march)[:3] == [
        "2024年3月审核情况",
        "已审 2 份：采用 2 份，退回 0 份",
        "审了 4 条，采用 4 条，采用率 100.0%",
    ]
    assert labels(march) == [["2024年2月", "2024年4月", "去审核"]]
