"""Evidence looked through: whose, which month, what is owed; a piece deleted, and who hears of it."""

import datetime as dtm

import pytest

from handlers.views.markup import units as units_of_text
from models.enums import Role
from services import sql
from services.core.access import NotPermitted
from services.evidence import evidence_purging
from services.evidence.evidence_purging import PurgeReasonMissing
from services.evidence.evidence_shelf import EvidenceOfMonths, ExhibitGone, ExhibitLost
from services.facts import ledger
from services.membership import members
from services.ports import FileLost, StoreFull
from tests.builders import NOW, emeishan
from tests.handlers.talk import PICTURE, labels, pressed, together, words

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

JUSTICE, POLICE = "市司法局", "市公安局"


@pytest.fixture
async def county(database):
    for number in range(7001, 7005):
        await members.remember(number)
    return await emeishan()


@pytest.fixture
def people(county):
    """Two units' reporters, the county's leader and an administrator, who share one store."""
    organisation_id, units, _ = county
    return together(
        organisation_id,
        {
            "reporter": (Role.REPORTER, units[JUSTICE]),
            "police": (Role.REPORTER, units[POLICE]),
            "leader": (Role.LEADER, None),
            "office": (Role.ADMINISTRATOR, None),
        },
    )


@pytest.fixture
def reporter(people):
    return people["reporter"]


@pytest.fixture
def office(people):
    return people["office"]


async def three_reports(reporter):
    """One with two pictures and a document, one without anything, one whose picture found no room."""
    await reporter.show(caption="动态 3", album="a")
    reporter.message_id += 1
    await reporter.show(PICTURE + b"2", album="a")
    reporter.message_id += 1
    await reporter.send(b"%PDF-1.7 minutes", "会议纪要.pdf", "决策公开 1")
    reporter.message_id += 1
    reporter.store.problem = StoreFull()
    await reporter.show(caption="法定 2")
    reporter.store.problem = None
    reporter.message_id += 1
    await reporter.say("报送 动态 1")


async def states():
    rows = await sql.fetch(
        "SELECT id, state, stored_name, name, fingerprint, digest FROM evidence ORDER BY id"
    )
    return [row["state"] for row in rows]


async def test_a_reporter_sees_their_month_with_what_is_owed(reporter):
    await three_reports(reporter)
    (shown,) = await reporter.say("佐证")
    assert words(shown) == [
        "佐证 · 市司法局 · 2024年3月",
        "报送 4 份，有佐证 2 份，待补 1 份",
        "",
        "1. 3月20日 动态通知类 3 条",
        "　图片 2 张",
        "2. 3月20日 决策公开 1 条",
        "　文件 1 份",
        "3. 3月20日 法定主动公开内容 2 条",
        "　待补 1 份",
        "4. 3月20日 动态通知类 1 条",
        "　没有佐证",
        "",
        "请点序号查看；要补佐证，也从那里补。",
    ]
    assert labels(shown) == [["1", "2", "3", "4"], ["◂ 2024年2月"]]


async def test_the_newest_report_comes_first_a_page_at_a_time(reporter):
    for day in range(2, 13):
        reporter.today = dtm.date(2024, 3, day)
        reporter.message_id += 1
        await reporter.say(f"报送 动态 {day}")
    (shown,) = await reporter.say("/evidence 3月")
    assert [line for line in words(shown) if "动态" in line][::7] == [
        "1. 3月12日 动态通知类 12 条",
        "8. 3月5日 动态通知类 5 条",
    ]
    (shown,) = await reporter.press(*pressed(shown, "下一页 »"))
    assert words(shown)[3] == "9. 3月4日 动态通知类 4 条"
    assert labels(shown)[0] == ["9", "10", "11"]
    assert shown.replaces


async def test_what_a_category_requires_is_told_until_the_month_closes(reporter, office):
    await sql.execute("UPDATE category SET required_evidence = 'picture link' WHERE name = '决策公开'")
    await sql.execute("UPDATE category SET review_rule = 'on_evidence' WHERE name = '动态通知类'")
    await reporter.show(caption="决策公开 1")
    reporter.message_id += 1
    await reporter.say("报送 动态 1")
    reporter.message_id += 1
    await reporter.say("报送 决策公开 2 动态 1")
    (shown,) = await reporter.say("佐证")
    assert words(shown)[1] == "报送 3 份，有佐证 1 份，待补 3 份"
    assert [line for line in words(shown) if line.startswith("　")] == [
        "　图片 1 张、尚缺链接",
        "　待佐证",
        "　待佐证、尚缺图片、链接",
    ]
    (shown,) = await office.say("/evidence 3月")
    assert "待补：市司法局" in words(shown)
    office.today = dtm.date(2024, 5, 20)
    for text in ("/evidence 3月", "/evidence 市司法局 3月"):
        (shown,) = await office.say(text)
        assert not any(word in shown.text for word in ("待补", "尚缺", "待佐证"))


async def test_a_card_shows_each_picture_and_takes_more(reporter):
    await three_reports(reporter)
    (shown,) = await reporter.say("/evidence")
    (card,) = await reporter.press(*pressed(shown, "1"))
    assert words(card)[:3] == ["市司法局 · 2024年3月", "3月20日 动态通知类 3 条", "图片 2 张"]
    assert words(card)[-1] == "图 1/2，3月20日收到"
    assert await reporter.store.read(card.picture.name) == PICTURE
    assert labels(card) == [["下一张图（1/2）"], ["补佐证"], ["返回列表"]]
    (card,) = await reporter.press(*pressed(card, "下一张图（1/2）"))
    assert await reporter.store.read(card.picture.name) == PICTURE + b"2"
    (asked,) = await reporter.press(*pressed(card, "补佐证"))
    assert "请回复本条消息" in words(asked)[0]
    assert asked.buttons[0][0].arguments["opening"]  # by which a reply to it is known


async def test_a_document_is_only_ever_a_file(reporter, office):
    await three_reports(reporter)
    (shown,) = await office.say("/evidence 市司法局 3月")
    (card,) = await office.press(*pressed(shown, "2"))
    assert card.picture is None
    (sent,) = await office.press(*pressed(card, "📎 会议纪要.pdf"))
    assert b"".join([chunk async for chunk in sent.document.chunks()]) == b"%PDF-1.7 minutes"


async def test_a_document_that_the_store_has_lost_is_told_and_no_bug(reporter, office, monkeypatch):
    await three_reports(reporter)

    async def read(name):
        raise FileLost(name=name)

    monkeypatch.setattr(office.store, "read", read)
    with pytest.raises(ExhibitLost):
        await office.press("evidence.document", {"exhibit_id": 3})


async def test_the_office_and_the_countys_leader_choose_unit_and_month(reporter, office, people):
    await three_reports(reporter)
    await people["police"].say("报送 动态 1")
    for person in (office, people["leader"]):
        (shown,) = await person.say("/evidence")
        assert words(shown)[:2] == ["佐证 · 峨眉山市 · 2024年3月", "2 个单位报送 5 份，有佐证 2 份"]
        assert "待补：市司法局" in words(shown)
        assert set(labels(shown)[0]) == {"市司法局 2/4", "市公安局 0/1"}
        (shelf,) = await person.press(*pressed(shown, "市司法局 2/4"))
        assert words(shelf)[0] == "佐证 · 市司法局 · 2024年3月"
        assert labels(shelf)[-1] == ["其他单位"]
    (card,) = await people["leader"].press(*pressed(shelf, "1"))
    assert "清除" not in str(labels(card))
    (empty,) = await office.say("佐证 市司法局 2月")
    assert "这个月还没有报送。" in words(empty)
    with pytest.raises(EvidenceOfMonths):
        await office.say("/evidence 2024年")
    (unknown,) = await office.say("/evidence 司法所所")
    assert "没有找到单位" in unknown.text or "佐证 ·" in unknown.text


async def test_an_administrator_takes_the_shown_months_evidence_out(reporter, office, people):
    await three_reports(reporter)
    (shown,) = await office.say("/evidence 市司法局 3月")
    (packed,) = await office.press(*pressed(shown, "佐证材料包"))
    assert packed.document.name.endswith(".zip")
    assert "市司法局" in packed.document.name
    (seen,) = await people["leader"].say("/evidence 市司法局 3月")
    assert "佐证材料包" not in str(labels(seen))
    (empty,) = await office.say("/evidence 市司法局 2月")
    assert "佐证材料包" not in str(labels(empty)), "nothing is there to be packed"


async def test_another_units_evidence_is_out_of_reach(reporter, people, county):
    await three_reports(reporter)
    police = people["police"]
    (refused,) = await police.say("/evidence 市司法局")
    assert "由该单位和政务公开办查看" in refused.text
    (shelf,) = await reporter.say("/evidence")
    (card,) = await reporter.press(*pressed(shelf, "1"))
    for action, arguments in (
        pressed(shelf, "1"),
        pressed(shelf, "◂ 2024年2月"),
        pressed(card, "下一张图（1/2）"),
        pressed(card, "补佐证"),
        ("evidence.document", {"exhibit_id": 3}),
        ("evidence.ask_purge", {"exhibit_id": 1}),
        ("evidence.purge", {"exhibit_id": 1, "with_same": True, "reason": "personal"}),
    ):
        with pytest.raises(NotPermitted):
            await police.press(action, arguments)
    for exhibit_id in (1, 3):
        with pytest.raises(NotPermitted):  # their own, and still not theirs to delete
            await reporter.press("evidence.ask_purge", {"exhibit_id": exhibit_id})
    with pytest.raises(NotPermitted):  # a report of another unit under one's own
        await police.press("evidence.shelves", {"organisation_id": county[0], "period": "2024-03"})
    with pytest.raises(ExhibitGone):
        await police.press("evidence.report", {**pressed(shelf, "1")[1], "unit_id": county[1][POLICE]})


async def test_what_belongs_to_no_report_yet_is_nobodys_to_see(reporter, office):
    await reporter.show()
    with pytest.raises(ExhibitGone):
        await office.press("evidence.document", {"exhibit_id": 1})


async def test_an_administrator_deletes_a_picture_and_its_sender_hears_why(reporter, office):
    await three_reports(reporter)
    before = await counted()
    (shelf,) = await office.say("/evidence 市司法局")
    (card,) = await office.press(*pressed(shelf, "1"))
    (asked,) = await office.press(*pressed(card, "清除这张图"))
    assert words(asked)[0] == "要清除这张图片吗？"
    assert labels(asked)[-1] == ["不清除"]
    assert asked.replaces
    with pytest.raises(PurgeReasonMissing):
        await office.reply(asked, "  ")
    said, notice = await office.press(*pressed(asked, "含个人信息，不应保存"))
    assert words(said)[:2] == ["已清除 1 份佐证：市司法局 · 2024年3月", "原因：含个人信息，不应保存"]
    assert notice.to == reporter.actor.telegram_id
    assert "需要补发的，请回复本消息" in notice.text
    rows = await sql.fetch("SELECT * FROM evidence WHERE id = 1")
    assert (rows[0]["state"], rows[0]["name"], rows[0]["fingerprint"]) == ("purged", "", "")
    assert len(rows[0]["digest"]) == 64
    assert await counted() == before
    (card,) = await office.press(*pressed(shelf, "1"))
    assert "图片 1 张、已清除 1 份" in words(card)
    with pytest.raises(ExhibitGone):
        await office.press("evidence.ask_purge", {"exhibit_id": 1})
    (audit,) = await office.say("/audit")
    assert "清除佐证" in audit.text
    assert "含个人信息，不应保存" in audit.text


async def test_the_same_content_goes_together_or_its_file_stays(reporter, office, people):
    await three_reports(reporter)
    await people["police"].show(caption="动态 1")
    (asked,) = await office.press("evidence.ask_purge", {"exhibit_id": 1})
    assert "另有 1 份佐证与它内容完全相同" in asked.text
    (one,) = await office.press(*pressed(asked, "只清除这一份"))
    said, _ = await office.reply(one, "与报送不符")
    assert "文件保留" in said.text
    (asked,) = await office.press("evidence.ask_purge", {"exhibit_id": 5})
    assert "内容完全相同" not in asked.text
    assert (await states())[0] == "purged"


async def test_the_same_content_is_deleted_from_every_report_at_once(reporter, office, people, county):
    await three_reports(reporter)
    organisation_id, units, _ = county
    await members.bind(7002, organisation_id, units[POLICE], Role.REPORTER, NOW)
    await people["police"].show(caption="动态 1")
    people["police"].message_id += 1
    await people["police"].show()  # for no report yet
    (asked,) = await office.press("evidence.ask_purge", {"exhibit_id": 1})
    (both,) = await office.press(*pressed(asked, "3 份一并清除"))
    said, *notices = await office.press(*pressed(both, "发错了，与报送无关"))
    assert words(said)[0] == "已清除 3 份佐证：市司法局 · 2024年3月"
    assert "一两分钟内撤掉" in said.text
    assert {each.to for each in notices} == {7001, 7002}
    assert [state for state in await states() if state == "purged"] == ["purged"] * 3
    condemned = await evidence_purging.list_condemned()
    assert len(condemned) == 3
    assert not await evidence_purging.is_needed(condemned[0][1])
    (shown,) = await office.say("/audit 市公安局")  # of which one of them was
    assert "清除佐证" in shown.text


async def test_what_was_accepted_on_evidence_stays_accepted(reporter, office):
    await sql.execute("UPDATE category SET review_rule = 'on_evidence'")
    await reporter.show(caption="动态 3")
    rows = await sql.fetch("SELECT state FROM review")
    assert [row["state"] for row in rows] == ["accepted"]
    (asked,) = await office.press("evidence.ask_purge", {"exhibit_id": 1})
    await office.press(*pressed(asked, "含个人信息，不应保存"))
    rows = await sql.fetch("SELECT r.state, t.accepted FROM review r, tally t WHERE t.count > 0")
    assert [(row["state"], row["accepted"]) for row in rows] == [("accepted", 3)]
    (shelf,) = await office.say("/evidence 市司法局")
    assert "　已清除 1 份" in words(shelf)


async def test_a_withdrawn_report_is_shown_as_long_as_it_has_files(reporter, office):
    await reporter.show(caption="动态 3")
    (asked,) = await reporter.say("/undo")
    await reporter.press(*pressed(asked, labels(asked)[0][0]))
    (shelf,) = await office.say("/evidence 市司法局")
    assert words(shelf)[2:4] == ["1. 3月20日 已撤回的报送", "　图片 1 张"]
    (asked,) = await office.press("evidence.ask_purge", {"exhibit_id": 1})
    await office.press(*pressed(asked, "含个人信息，不应保存"))
    (shelf,) = await office.say("/evidence 市司法局")
    assert "这个月还没有报送。" in words(shelf)


async def test_a_card_with_everything_fits_under_its_picture(reporter, office):
    pages = " ".join(f"https://example.com/{number}/{'a' * 200}" for number in range(9))
    await reporter.show(caption=f"动态 {pages}")
    (shelf,) = await office.say("/evidence 市司法局")
    (card,) = await office.press(*pressed(shelf, "1"))
    assert card.picture is not None
    assert units_of_text(card.text) <= 1024


async def counted():
    assert await ledger.rebuild() == ()
    rows = await sql.fetch("SELECT COALESCE(SUM(count), 0) AS count FROM tally")
    return int(rows[0]["count"])
