"""Links sent in reply to one's own report: its evidence, which counts nothing."""

import datetime as dtm
from dataclasses import replace

import pytest

from models.enums import Role
from services import sql
from services.core.access import Binding
from services.core.links import LinkUnclear
from services.evidence.evidence_intake import NothingToAttach
from services.evidence.evidence_links import MOST, TooManyLinks
from services.facts import ledger
from services.membership import members
from tests.builders import an_actor, emeishan
from tests.handlers.reviewing import rule
from tests.handlers.talk import PICTURE, KeptFiles, SentFiles, Talk, labels, pressed, words
from tests.handlers.test_evidence import sent

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

NEWS, OPENNESS = "动态通知类", "决策公开"
PAGE, OTHER = "https://www.emeishan.gov.cn/a/1.html", "https://mp.weixin.qq.com/s/aBcDe"
ONE = "已收到佐证链接 1 个，不另计数。要计数请发“报送 栏目 网址”。"


@pytest.fixture
async def people(database):
    for number in range(7001, 7005):
        await members.remember(number)
    organisation_id, units, _ = await emeishan()
    files, store = SentFiles(), KeptFiles()

    def somebody(number, role, unit_id=None):
        actor = an_actor(Binding(organisation_id, unit_id, role), telegram_id=7000 + number)
        return Talk(replace(actor, member_id=number), message_id=number * 100, files=files, store=store)

    return {
        "reporter": somebody(1, Role.REPORTER, units["市司法局"]),
        "second": somebody(2, Role.REPORTER, units["市司法局"]),
        "office": somebody(3, Role.ADMINISTRATOR),
        "reviewer": somebody(4, Role.REVIEWER),
    }


@pytest.fixture
def reporter(people):
    return people["reporter"]


async def counted():
    assert await ledger.rebuild() == ()
    rows = await sql.fetch("SELECT COALESCE(SUM(count), 0) AS count, SUM(accepted) AS accepted FROM tally")
    return int(rows[0]["count"]), int(rows[0]["accepted"] or 0)


async def kept():
    rows = await sql.fetch("SELECT opening, state, address FROM evidence WHERE kind = 'link' ORDER BY id")
    return [(row["opening"], row["state"], row["address"]) for row in rows]


async def back(talk, text, to=100):
    """Reply to a message, to the first report where nothing else is said."""
    talk.message_id += 1
    return await talk.write(text, to=to)


async def test_a_link_in_reply_to_ones_own_report_is_evidence_and_counts_nothing(reporter):
    await reporter.say("报送 动态 3")
    (told,) = await back(reporter, PAGE)
    assert words(told) == [ONE, "", "已归入 市司法局 · 2024年3月：动态通知类 3 条", "", "佐证已收 链接 1 个"]
    assert await counted() == (3, 3)
    rows = await sql.fetch("SELECT unit_id, category_id, month_on, digest FROM evidence")
    assert all(rows[0].values())
    assert await kept() == [("message/m1/100", "kept", PAGE)]


async def test_a_link_in_reply_to_the_receipt_or_to_an_earlier_link_belongs_to_the_report(reporter):
    (receipt,) = await reporter.say("报送 动态 3")
    await sent(reporter, receipt, 101)
    reporter.message_id += 1
    await back(reporter, PAGE, to=101)
    (told,) = await back(reporter, OTHER, to=102)
    assert words(told)[-1] == "佐证已收 链接 2 个"
    reporter.message_id += 1
    (told,) = await reporter.show(PICTURE, to=102)
    assert words(told)[-1] == "佐证已收 1 张、链接 2 个"
    assert await counted() == (3, 3)


@pytest.mark.parametrize("text", [f"{PAGE} {OTHER}", f"{PAGE}\n{OTHER}。", f"{PAGE}，{OTHER}，{PAGE}#top"])
async def test_several_addresses_are_several_links_and_each_page_is_one(reporter, text):
    await reporter.say("报送 动态 3")
    (told,) = await back(reporter, text)
    assert words(told)[0] == "已收到佐证链接 2 个，不另计数。要计数请发“报送 栏目 网址”。"
    assert [address for *_, address in await kept()] == [PAGE, OTHER]


async def test_the_same_page_again_is_none(reporter):
    await reporter.say(f"报送 动态 {PAGE}")
    for again in (f"{PAGE}?utm_source=x", PAGE):
        (told,) = await back(reporter, again)
        assert words(told)[0] == "这个链接此前已是这次报送的佐证，没有重复登记。要计数请发“报送 栏目 网址”。"
        assert words(told)[-1] == "佐证已收 链接 1 个"
    assert await kept() == []
    await back(reporter, OTHER)
    (told,) = await back(reporter, OTHER)
    assert words(told)[-1] == "佐证已收 链接 2 个"
    assert len(await kept()) == 1
    assert await counted() == (1, 1)


async def test_a_page_that_the_report_comes_to_count_is_shown_once(reporter):
    await reporter.say("报送 动态 3")
    await back(reporter, PAGE)
    reporter.message_id = 100
    (offered,) = await reporter.edit(f"报送 动态 {PAGE}")
    (corrected,) = await reporter.press(*pressed(offered, labels(offered)[0][0]))
    assert "由 3 改为 1" in corrected.text
    (shelf,) = await reporter.say("佐证")
    assert words(shelf)[4].strip() == "链接 1 个"
    (card,) = await reporter.press(*pressed(shelf, "1"))
    assert card.text.count(f'href="{PAGE}"') == 1


@pytest.mark.parametrize("text", [f"动态 {PAGE}", f"《标题》{PAGE}", "动态 1"])
async def test_with_words_it_is_no_evidence(reporter, text):
    await reporter.say("报送 决策公开 3")
    await back(reporter, text)
    assert await kept() == []


async def test_without_a_reply_it_is_no_evidence(reporter):
    await reporter.say("报送 决策公开 3")
    await back(reporter, PAGE, to=None)
    await back(reporter, PAGE, to=77)
    assert await kept() == []


@pytest.mark.parametrize("text", ["ftp://example.com/a", "https://gov.cn@evil.example/a"])
async def test_an_address_by_which_no_page_is_found_is_refused(reporter, text):
    await reporter.say("报送 动态 3")
    with pytest.raises(LinkUnclear):
        await back(reporter, f"{PAGE} {text}")
    assert await kept() == []


async def test_another_persons_report_takes_no_link(people, reporter):
    await reporter.say("报送 动态 3")
    second = people["second"]
    for talk in (second, people["office"]):
        await back(talk, PAGE)
        talk.in_group = True
        talk.chat, reporter.chat = -1007, -1007
        await back(talk, PAGE)
    assert await kept() == []
    context = second.context(PAGE)
    with pytest.raises(NothingToAttach):
        await context.use_cases.evidence.take_links(second.actor, "message/m1/100", PAGE, context.occasion)
    assert await kept() == []


async def test_a_closed_month_takes_no_link(reporter):
    await reporter.say("报送 动态 3")
    reporter.today = dtm.date(2024, 6, 20)
    (told,) = await back(reporter, PAGE)
    assert "3月" in told.text
    assert await kept() == []


async def test_an_edited_link_stays_the_one_that_was_sent_and_that_is_said(reporter):
    await reporter.say("报送 动态 3")
    await back(reporter, PAGE)
    (told,) = await reporter.edit(OTHER)
    assert words(told) == ["佐证链接仍是原来的网址，这次改动没有登记。要补别的网址，请回复那次报送另发。"]
    assert [address for *_, address in await kept()] == [PAGE]


async def test_it_goes_with_a_report_that_is_moved(reporter):
    other = (await sql.fetch("SELECT id FROM unit WHERE name = '市公安局'"))[0]["id"]
    (binding,) = reporter.actor.bindings
    reporter.actor = replace(reporter.actor, bindings=(binding, replace(binding, unit_id=other)))
    await reporter.say("报送 市司法局 动态 3")
    await back(reporter, PAGE)
    await reporter.press("report.move_to", {"opening": "message/m1/100", "unit_id": other})
    rows = await sql.fetch("SELECT unit_id, state FROM evidence")
    assert [tuple(row.values()) for row in rows] == [(other, "kept")]


async def test_it_is_withdrawn_with_its_report(reporter):
    (receipt,) = await reporter.say("报送 动态 3")
    await back(reporter, PAGE)
    await reporter.press(*pressed(receipt, "撤回"))
    assert await kept() == [("message/m1/100", "withdrawn", PAGE)]
    (shelf,) = await reporter.say("佐证")
    assert [line.strip() for line in words(shelf)[2:4]] == ["1. 3月20日 已撤回的报送", "链接 1 个"]
    (card,) = await reporter.press(*pressed(shelf, "1"))
    assert PAGE in card.text
    (again,) = await back(reporter, PAGE)
    assert "不另计数" not in again.text


async def require(kinds, category=NEWS, rule="auto"):
    await sql.execute(
        "UPDATE category SET required_evidence = $1, review_rule = $2 WHERE name = $3", kinds, rule, category
    )


async def test_it_is_the_link_that_each_category_of_the_report_requires(reporter):
    await require("link", rule="on_evidence")
    await require("link", OPENNESS, rule="on_evidence")
    (receipt,) = await reporter.say("报送 动态 3 决策公开 1")
    assert "请回复本消息补发网址，不另计数。" in words(receipt)
    assert await counted() == (4, 0)
    (shelf,) = await reporter.say("佐证")
    assert "尚缺链接" in shelf.text
    await sent(reporter, receipt, 101)
    (told,) = await back(reporter, PAGE, to=101)
    assert not any("尚缺" in line for line in words(told))
    assert await counted() == (4, 4)
    (shelf,) = await reporter.say("佐证")
    assert "尚缺" not in shelf.text
    (shown,) = await reporter.say("进度")
    assert "尚缺佐证" not in shown.text


async def test_a_returned_report_comes_up_again_by_a_new_link_only(people, reporter):
    await rule("reviewed")
    await reporter.say(f"报送 动态 {PAGE}")
    await sql.execute("UPDATE review SET state = 'returned'")
    await back(reporter, PAGE)
    assert await sql.fetch("SELECT state FROM review") == [{"state": "returned"}]
    await back(reporter, OTHER)
    assert await sql.fetch("SELECT state FROM review") == [{"state": "pending"}]
    (card,) = await people["reviewer"].say("/review")
    assert PAGE in card.text
    assert OTHER in card.text
    assert "链接 2 个" in card.text


async def test_a_report_takes_no_more_links_than_anybody_looks_through(reporter):
    await reporter.say("报送 动态 3")
    with pytest.raises(TooManyLinks):
        await back(reporter, " ".join(f"https://a.cn/{number}" for number in range(MOST + 1)))
    await back(reporter, " ".join(f"https://a.cn/{number}" for number in range(MOST)))
    assert len(await kept()) == MOST
    with pytest.raises(TooManyLinks):
        await back(reporter, PAGE)


async def test_an_administrator_deletes_a_link_whose_row_stays(people, reporter):
    await reporter.say("报送 动态 3")
    await back(reporter, f"{PAGE} {OTHER}")
    office = people["office"]
    (shelf,) = await office.say("佐证 市司法局")
    (card,) = await office.press(*pressed(shelf, "1"))
    (asked,) = await office.press(
        *pressed(card, next(each for (each, *_) in labels(card) if "emeishan" in each))
    )
    assert words(asked)[0] == "要清除这个链接吗？"
    assert PAGE in asked.text
    (done, notice) = await office.press(*pressed(asked, labels(asked)[0][0]))
    assert "网址已删掉；已发出的消息里的链接不会撤掉。" in words(done)
    assert notice.to == reporter.chat
    assert await kept() == [("message/m1/100", "purged", ""), ("message/m1/100", "kept", OTHER)]
    (card,) = await office.press(*pressed(shelf, "1"))
    assert PAGE not in card.text
    assert OTHER in card.text
    (told,) = await back(reporter, PAGE)
    assert words(told)[0] == ONE
