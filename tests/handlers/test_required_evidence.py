"""Which evidence a category requires: set by administrators, asked for in receipts and in `/progress`."""

import datetime as dtm

import pytest

from models.enums import Role
from services import sql
from services.membership import members
from services.ports import StoreFull
from services.reviewing.review_rules import CategoryGone
from tests.builders import an_organisation, categories_of, emeishan
from tests.handlers.talk import PICTURE, Talk, labels, pressed, together, words
from tests.handlers.test_evidence import sent

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

NEWS, OPENNESS = "动态通知类", "决策公开"
HOW = "请点“查看佐证”或回复该条报送补发。"
OF_YEAR = "请回复该条报送补发。"
HERE = "请回复本消息补发。"
LINK = "链接只发网址，不另计数。"
ONLY_LINK = "请回复本消息补发网址，不另计数。"


@pytest.fixture
async def people(database):
    """A reporter of 市司法局, its second reporter, an administrator and a reviewer."""
    for number in range(7001, 7005):
        await members.remember(number)
    organisation_id, units, _ = await emeishan()
    return together(
        organisation_id,
        {
            "reporter": (Role.REPORTER, units["市司法局"]),
            "second": (Role.REPORTER, units["市司法局"]),
            "office": (Role.ADMINISTRATOR, None),
            "reviewer": (Role.REVIEWER, None),
        },
    )


@pytest.fixture
def reporter(people):
    return people["reporter"]


@pytest.fixture
def office(people):
    return people["office"]


async def require(kinds, category=NEWS, rule="auto"):
    await sql.execute(
        "UPDATE category SET required_evidence = $1, review_rule = $2 WHERE name = $3", kinds, rule, category
    )
    await sql.execute("UPDATE organisation SET version = version + 1")


async def accepted():
    rows = await sql.fetch("SELECT SUM(count) AS count, SUM(accepted) AS accepted FROM tally")
    return tuple(int(rows[0][each] or 0) for each in ("count", "accepted"))


def said_of_evidence(answer):
    """The lines about what lacks, which are the last ones."""
    told = [line for line in words(answer) if line]
    first = next((at for at, line in enumerate(told) if line.startswith(("尚缺佐证", "待补佐证"))), None)
    return [] if first is None else told[first:]


async def category_screen(office, label):
    (settings,) = await office.say("/settings")
    (rules,) = await office.press(*pressed(settings, "栏目审核方式"))
    (screen,) = await office.press(*pressed(rules, label))
    return screen


async def test_a_category_has_a_screen_of_its_own_with_its_rule_and_what_it_requires(office):
    screen = await category_screen(office, "动态通知类：自动采用")
    assert words(screen)[:3] == [NEWS, "审核方式：自动采用", "佐证要求：不要求"]
    assert labels(screen) == [
        ["有佐证即采用", "人工审核"],
        ["☐ 图片", "☐ 文件", "☐ 链接"],
        ["« 返回栏目"],
    ]
    (screen,) = await office.press(*pressed(screen, "☐ 链接"))
    (screen,) = await office.press(*pressed(screen, "☐ 图片"))
    assert words(screen)[2] == "佐证要求：图片、链接"
    assert labels(screen)[1] == ["☑ 图片", "☐ 文件", "☑ 链接"]
    (screen,) = await office.press(*pressed(screen, "人工审核"))
    (rules,) = await office.press(*pressed(screen, "« 返回栏目"))
    assert labels(rules)[0] == ["动态通知类：人工审核；须有图片、链接"]
    (screen,) = await office.press(*pressed(rules, labels(rules)[0][0]))
    for kind in ("图片", "链接"):
        (screen,) = await office.press(*pressed(screen, f"☑ {kind}"))
    assert words(screen)[2] == "佐证要求：不要求"
    (screen,) = await office.press(*pressed(screen, "有佐证即采用"))
    assert words(screen)[2] == "佐证要求：图片、文件或链接（一种即可）"


async def test_what_somebody_else_has_changed_meanwhile_is_shown_instead(office):
    screen = await category_screen(office, "动态通知类：自动采用")
    await office.press(*pressed(screen, "人工审核"))
    for stale in ("有佐证即采用", "☐ 图片"):
        (now,) = await office.press(*pressed(screen, stale))
        assert words(now)[0] == "设置刚刚被别人改过，请再点一次。"
        assert words(now)[2:5] == [NEWS, "审核方式：人工审核", "佐证要求：不要求"]


async def test_another_offices_category_is_not_there(office):
    screen = await category_screen(office, "动态通知类：自动采用")
    (theirs,) = (await categories_of(await an_organisation("定南县"), ["政务信息"])).values()
    for label in ("☐ 图片", "人工审核"):
        action, told = pressed(screen, label)
        with pytest.raises(CategoryGone):
            await office.press(action, {**told, "category_id": theirs})
    with pytest.raises(CategoryGone):
        await office.press("review.category", {**told, "category_id": theirs})
    rows = await sql.fetch("SELECT DISTINCT required_evidence, review_rule FROM category")
    assert rows == [{"required_evidence": "", "review_rule": "auto"}]


async def test_the_audit_tells_what_was_required_in_words(office):
    screen = await category_screen(office, "动态通知类：自动采用")
    (screen,) = await office.press(*pressed(screen, "☐ 图片"))
    office.message_id += 1
    await office.press(*pressed(screen, "☐ 文件"))
    (shown,) = await office.say("/audit")
    assert "改栏目佐证要求</b> 动态通知类：不要求 → 图片" in shown.text
    assert "动态通知类：图片 → 图片、文件" in shown.text


async def test_a_receipt_says_what_lacks_and_a_reply_to_it_brings_it(reporter):
    await require("picture document")
    (receipt,) = await reporter.say("报送 动态 3")
    assert said_of_evidence(receipt) == ["尚缺佐证：图片、文件", HERE]
    assert await accepted() == (3, 3)
    await sent(reporter, receipt, 101)
    reporter.message_id += 2
    (attached,) = await reporter.show(to=101)
    assert said_of_evidence(attached) == ["尚缺佐证：文件", HERE]
    await sent(reporter, attached, 103)
    reporter.message_id += 2
    (attached,) = await reporter.send(b"%PDF-1.7", "会议纪要.pdf", to=103)
    assert said_of_evidence(attached) == []
    assert labels(attached) == []


async def test_several_categories_of_a_report_are_told_apart(reporter):
    await require("picture")
    await require("link", OPENNESS)
    (receipt,) = await reporter.say("报送 动态 3 决策公开 1")
    assert said_of_evidence(receipt) == [f"尚缺佐证：{NEWS}缺图片；{OPENNESS}缺链接", f"{HERE}{LINK}"]


async def test_a_link_in_the_report_itself_is_the_one_that_is_required(reporter):
    await require("link", rule="on_evidence")
    (receipt,) = await reporter.show(caption="动态 1")
    assert said_of_evidence(receipt) == ["尚缺佐证：链接", ONLY_LINK]
    assert await accepted() == (1, 0)
    (offered,) = await reporter.edit_shown("动态 https://example.com/1")
    (corrected,) = await reporter.press(*pressed(offered, labels(offered)[0][0]))
    assert said_of_evidence(corrected) == []
    assert await accepted() == (1, 1)


async def test_on_evidence_a_report_is_accepted_when_it_has_all_that_is_required(reporter):
    await require("picture document", rule="on_evidence")
    await reporter.show(caption="动态 2")
    assert await accepted() == (2, 0)
    reporter.message_id += 1
    await reporter.send(b"%PDF-1.7", "会议纪要.pdf", to=100)
    assert await accepted() == (2, 2)


async def test_where_any_evidence_will_do_that_is_said(reporter):
    await require("", rule="on_evidence")
    (receipt,) = await reporter.say("报送 动态 3")
    assert said_of_evidence(receipt) == ["尚缺佐证：图片、文件或链接（一种即可）", HERE]
    (shown,) = await reporter.say("进度")
    assert said_of_evidence(shown) == [f"尚缺佐证：{NEWS} 1 份缺图片、文件或链接（一种即可）", HOW]


async def test_progress_says_by_category_how_many_reports_lack_what(people, reporter):
    await require("picture document")
    await require("picture", OPENNESS)
    for text in ("报送 动态 1", "报送 动态 2 决策公开 1"):
        await reporter.say(text)
        reporter.message_id += 1
    await reporter.show(caption="动态 5")
    reporter.message_id += 1
    await reporter.show(caption="决策公开 3")
    lacking = f"尚缺佐证：{NEWS} 1 份缺文件，2 份缺图片、文件；{OPENNESS} 1 份缺图片"
    (shown,) = await reporter.say("进度")
    assert said_of_evidence(shown) == [lacking, HOW]
    assert lacking in shown.rich
    (shown,) = await people["office"].say("进度 市司法局")
    assert said_of_evidence(shown) == [lacking]
    (shown,) = await reporter.say("进度 2024年")
    assert said_of_evidence(shown) == [lacking, OF_YEAR]
    assert ["查看佐证"] not in labels(shown)
    (shown,) = await reporter.say("进度 4月")
    assert said_of_evidence(shown) == []


async def test_what_is_not_asked_for_is_not_told(reporter, office):
    await require("picture", OPENNESS)
    (receipt,) = await reporter.say("报送 动态 3")
    assert said_of_evidence(receipt) == []
    reporter.message_id += 1
    (receipt,) = await reporter.say("报送 决策公开 1")
    await reporter.press(*pressed(receipt, "撤回"))
    (shown,) = await reporter.say("进度")
    assert said_of_evidence(shown) == []


async def test_in_a_group_progress_says_nothing_of_evidence(people, reporter):
    await require("picture")
    await reporter.say("报送 动态 3")
    in_group = Talk(reporter.actor, in_group=True, organisation_id=1)
    (shown,) = await in_group.say("进度")
    assert said_of_evidence(shown) == []


async def test_what_could_not_be_kept_is_owed_until_something_is_sent_later(reporter):
    await require("picture", OPENNESS)
    reporter.store.problem = StoreFull()
    await reporter.show(caption="动态 3", album="7")
    reporter.message_id += 1
    await reporter.show(PICTURE + b"2", album="7")
    reporter.store.problem = None
    reporter.message_id += 1
    await reporter.show(PICTURE + b"3", album="7")
    (shown,) = await reporter.say("进度")
    assert said_of_evidence(shown) == ["待补佐证 2 件（此前未能保存）", HOW]
    reporter.message_id += 1
    await reporter.show(PICTURE + b"4", to=100)
    (shown,) = await reporter.say("进度")
    assert said_of_evidence(shown) == []


@pytest.mark.parametrize(
    ("day", "reopened", "is_asked"),
    [
        (dtm.date(2024, 4, 8), None, True),
        (dtm.date(2024, 4, 9), None, False),
        (dtm.date(2024, 4, 9), dtm.date(2024, 4, 9), True),
        (dtm.date(2024, 4, 9), dtm.date(2024, 4, 8), False),
    ],
)
@pytest.mark.parametrize("text", ["进度 2024-03", "进度 2024年"])
async def test_a_month_that_is_closed_is_asked_for_no_more(reporter, text, day, reopened, is_asked):
    await require("picture", rule="reviewed")
    await reporter.say("报送 动态 3")
    if reopened:
        await sql.execute(
            "INSERT INTO reopening (unit_id, month_on, until_on, reason, member_id, opened_at) "
            "SELECT unit_id, month_on, $1, '', member_id, submitted_at FROM submission",
            reopened,
        )
    reporter.today = day
    (shown,) = await reporter.say(text)
    assert bool(said_of_evidence(shown)) is is_asked
    assert "审核：待审核 3 条" in words(shown)


async def test_the_card_tells_the_reviewer_what_lacks(people, reporter):
    await require("picture document", rule="reviewed")
    await reporter.show(caption="动态 3")
    (card,) = await people["reviewer"].say("/review")
    assert "佐证：1 张" in words(card)
    assert "尚缺佐证：文件" in words(card)
    reporter.message_id += 1
    await reporter.send(b"%PDF-1.7", "会议纪要.pdf", to=100)
    (card,) = await people["reviewer"].say("/review")
    assert not any(line.startswith("尚缺佐证") for line in words(card))
    await people["reviewer"].press(*pressed(card, "采用"))
    assert await accepted() == (3, 3)


async def test_from_progress_each_report_that_lacks_something_is_two_presses_away(reporter):
    await require("picture link")
    await require("document", OPENNESS)
    await reporter.show(caption="动态 3 决策公开 1")
    (shown,) = await reporter.say("进度")
    (shelf,) = await reporter.press(*pressed(shown, "查看佐证"))
    assert "　图片 1 张、尚缺文件、链接" in words(shelf)
    (card,) = await reporter.press(*pressed(shelf, "1"))
    assert "图片 1 张、尚缺文件、链接" in words(card)
