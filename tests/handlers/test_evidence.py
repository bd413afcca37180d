"""Evidence by photo and document, as a reporter sends it."""

import json
from dataclasses import replace

import pytest

from models.enums import OutboxState, Role
from services import buttons, outbox, sql
from services.core.access import Binding
from services.evidence.evidence_files import EvidenceMislabelled, EvidenceUnsupported
from services.evidence.evidence_intake import NothingToAttach
from services.evidence.evidence_limits import Allowance, EvidenceLimitReached
from services.facts import ledger
from services.membership import members
from services.outbox import NewCall
from services.ports import StoreFull, StoreUnavailable
from tests.builders import NOW, a_reporter, an_actor, an_administrator, emeishan
from tests.handlers.talk import PICTURE, Talk, labels, pressed, words

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

JUSTICE = "市司法局"
PDF = b"%PDF-1.7 minutes"


@pytest.fixture
async def county(database):
    await members.remember(7001)
    return await emeishan()


@pytest.fixture
def talk(county):
    organisation_id, units, _ = county
    return Talk(a_reporter(organisation_id, units[JUSTICE]))


async def kept() -> list[tuple[str, str, str]]:
    rows = await sql.fetch("SELECT opening, kind, state FROM evidence ORDER BY id")
    return [(row["opening"], row["kind"], row["state"]) for row in rows]


async def counted() -> int:
    assert await ledger.rebuild() == ()
    rows = await sql.fetch("SELECT COALESCE(SUM(count), 0) AS count FROM tally")
    return int(rows[0]["count"])


@pytest.mark.parametrize("caption", ["动态 3", "报送 动态 3", "/report 动态 3", "動態３条"])
async def test_a_photo_with_words_is_report_and_evidence(talk, caption):
    (receipt,) = await talk.show(caption=caption)
    assert words(receipt)[:2] == [
        "已收到 · 市司法局 · 2024年3月",
        "动态通知类 +3 → 3/2 条 ✅ 已完成",
    ]
    assert "佐证已收 1 张" in words(receipt)
    assert await counted() == 3
    (row,) = await sql.fetch("SELECT unit_id, category_id, month_on, digest, stored_name FROM evidence")
    assert row["unit_id"]
    assert row["category_id"]
    assert str(row["month_on"]) == "2024-03-01"
    assert await talk.store.read(row["stored_name"]) == PICTURE


async def test_the_same_message_again_adds_nothing(talk):
    await talk.show(caption="动态 3")
    assert await talk.show(caption="动态 3") == ()
    assert len(await kept()) == 1
    assert await counted() == 3


async def test_an_album_is_one_submission_also_when_its_pieces_arrive_late(talk):
    (receipt,) = await talk.show(caption="动态 3", album="9")
    assert any("其余图片会自动归入" in line for line in words(receipt))
    for _ in range(2):
        talk.message_id += 1
        assert await talk.show(PICTURE + b"2", album="9") == ()
    talk.message_id += 7
    await talk.say("报送 决策公开 1")
    talk.message_id += 1
    assert await talk.show(PICTURE + b"3", album="9") == ()
    assert {opening for opening, *_ in await kept()} == {"message/m1/40"}
    assert len(await kept()) == 4
    assert await counted() == 4
    rows = await sql.fetch("SELECT DISTINCT unit_id FROM evidence")
    assert len(rows) == 1


async def test_words_under_a_later_piece_report_the_whole_album(talk):
    (asked,) = await talk.show(album="9")
    assert "已收到佐证" in asked.text
    talk.message_id += 1
    (receipt,) = await talk.show(PICTURE + b"2", "动态 3", album="9")
    assert "佐证已收 2 张" in words(receipt)
    (told,) = await talk.press(*pressed(asked, labels(asked)[0][0]))
    assert "动态" not in words(told)[0] or await counted() == 3
    assert await counted() == 3


async def test_a_bare_photo_is_asked_about_and_a_category_begins_its_report(talk):
    (asked,) = await talk.show()
    assert words(asked)[0] == "已收到佐证。请问报送哪个栏目？请点选，或直接发“栏目 条数”。"
    (how_many,) = await talk.press(*pressed(asked, "动态通知类（尚差 2）"))
    (receipt,) = await talk.press(*pressed(how_many, "2"))
    assert "佐证已收 1 张" in words(receipt)
    assert await counted() == 2


async def test_words_after_a_bare_photo_are_its_report(talk):
    (asked,) = await talk.show()
    talk.message_id += 1
    (receipt,) = await talk.reply(asked, "动态 2")
    assert "佐证已收 1 张" in words(receipt)


async def test_a_bare_photo_goes_to_a_recent_report_by_a_button(talk):
    await talk.say("报送 动态 3")
    talk.message_id += 1
    (asked,) = await talk.show()
    assert labels(asked)[0] == ["动态通知类 3 条（3月20日 02:00）"]
    (told,) = await talk.press(*pressed(asked, labels(asked)[0][0]))
    assert words(told) == [
        "已归入 市司法局 · 2024年3月：动态通知类 3 条",
        "",
        "佐证已收 1 张",
    ]
    (again,) = await talk.press(*pressed(asked, labels(asked)[0][0]))
    assert "此前已归入" in again.text
    assert await counted() == 3


async def test_a_reply_to_ones_own_report_attaches(talk):
    await talk.say("报送 动态 3")
    talk.message_id += 2
    (told,) = await talk.show(to=40)
    assert "佐证已收 1 张" in words(told)
    talk.message_id += 1
    (told,) = await talk.show(PICTURE + b"2", to=talk.message_id - 1)  # to the first picture
    assert "佐证已收 2 张" in words(told)


async def test_a_reply_to_the_receipt_attaches(talk):
    (receipt,) = await talk.say("报送 动态 3")
    await sent(talk, receipt, 41)
    talk.message_id += 2
    (told,) = await talk.show(to=41)
    assert words(told)[0].startswith("已归入 市司法局")


async def sent(talk, answer, message_id):
    """Keep what delivery keeps of an answer."""
    shown = [
        buttons.NewButton(one.action, one.arguments, talk.actor.telegram_id, talk.chat)
        for row in answer.buttons
        for one in row
    ]
    tokens = await buttons.issue(shown, NOW)
    keys = [[{"text": "-", "callback_data": token}] for token in tokens]
    call = {"call": {"reply_markup": {"inline_keyboard": keys}}}
    await outbox.enqueue([NewCall(f"answer/{message_id}", "receipt", talk.chat, "sendMessage", call)], NOW)
    await sql.execute(
        "UPDATE outbox SET state = $1, message_id = $2, parameters = $3",
        *(OutboxState.SENT.value, message_id, json.dumps(call)),
    )


@pytest.mark.parametrize(("changed", "is_told"), [("动态 9", True), ("补充照片", False)])
async def test_words_that_are_changed_under_added_evidence_are_said_to_count_nothing(talk, changed, is_told):
    await talk.say("报送 动态 3")
    talk.message_id += 1
    await talk.show(to=40)
    said = await talk.edit_shown(changed)
    assert ["文字没有计入" in answer.text for answer in said] == [True] * is_told
    assert await counted() == 3


async def test_somebody_elses_report_takes_no_evidence(county, talk):
    organisation_id, units, _ = county
    await talk.say("报送 动态 3")
    await members.remember(7002)
    police = Binding(organisation_id, units["市公安局"], Role.REPORTER)
    other = Talk(replace(an_actor(police, telegram_id=7002), member_id=2), message_id=60)
    (asked,) = await other.show()
    with pytest.raises(NothingToAttach):
        await other.press("evidence.attach", {"parcel": "message/m2/60", "report": "message/m1/40"})
    assert not any("市司法局" in label for row in labels(asked) for label in row)


async def test_another_unit_in_the_words_gets_no_evidence(talk):
    (asked,) = await talk.show(caption="市公安局 动态 3")
    assert "已收到佐证" in asked.text
    assert await sql.fetch("SELECT unit_id FROM evidence") == [{"unit_id": None}]
    assert await counted() == 0


@pytest.mark.parametrize("problem", [StoreFull(), StoreUnavailable()])
async def test_a_picture_that_cannot_be_kept_leaves_the_report_and_is_made_up_for(talk, problem):
    talk.store.problem = problem
    (receipt,) = await talk.show(caption="动态 3")
    assert await counted() == 3
    assert any(line.startswith("佐证待补：服务器暂时存不") for line in words(receipt))
    assert await kept() == [("message/m1/40", "picture", "owed")]
    talk.store.problem = None
    talk.message_id += 2
    (told,) = await talk.show(to=40)
    assert "佐证已收 1 张" in words(told)
    assert not any("佐证待补" in line for line in words(told))
    assert await counted() == 3


async def test_what_is_no_evidence_is_said_and_the_report_counts(talk):
    (receipt,) = await talk.send(b"MZ", "run.exe", "报送 动态 3")
    assert any(line.startswith("佐证待补：能收的佐证是图片") for line in words(receipt))
    assert await kept() == []
    talk.message_id += 1
    with pytest.raises(EvidenceUnsupported):
        await talk.send(b"MZ", "run.exe")


@pytest.mark.parametrize("name", ["会议纪要.pdf", "../../会议纪要.PDF"])
async def test_a_document_is_kept_as_it_is_under_a_clean_name(talk, name):
    (receipt,) = await talk.send(PDF, name, "动态 1")
    assert "佐证已收 文件 1 份" in words(receipt)
    (row,) = await sql.fetch("SELECT name, stored_name, media_type FROM evidence")
    assert row["name"].casefold() == "会议纪要.pdf"
    assert row["media_type"] == "application/pdf"
    assert await talk.store.read(row["stored_name"]) == PDF


async def test_a_long_name_keeps_the_ending_by_which_it_is_opened(talk):
    await talk.send(PDF, "纪" * 120 + ".pdf", "动态 1")
    (row,) = await sql.fetch("SELECT name FROM evidence")
    assert row["name"] == "纪" * 96 + ".pdf"


async def test_a_document_that_is_not_what_its_name_says_is_not_kept(talk):
    with pytest.raises(EvidenceMislabelled):
        await talk.send(b"<html>", "会议纪要.pdf")


async def test_unclear_words_are_asked_about_and_the_picture_is_not_lost(talk):
    (asked,) = await talk.show(caption="昨天开会的照片 3 张 4 人")
    assert "已收到佐证" in asked.text
    assert len(await kept()) == 1
    assert await counted() == 0


async def test_links_of_a_report_are_counted_beside_its_pictures(talk):
    (receipt,) = await talk.show(caption="动态 https://example.com/1")
    assert "佐证已收 1 张、链接 1 个" in words(receipt)


async def test_evidence_goes_with_a_report_that_is_withdrawn(talk):
    (receipt,) = await talk.show(caption="动态 3")
    await talk.press(*pressed(receipt, "撤回"))
    assert await kept() == [("message/m1/40", "picture", "withdrawn")]


async def test_an_administrators_bare_sheet_is_still_imported(county):
    office = Talk(an_administrator(county[0]), message_id=400)
    (answer,) = await office.send("序号,单位\n1,市司法局\n".encode(), "quotas.csv")
    assert "佐证" not in answer.text
    assert await kept() == []


async def test_an_edited_caption_changes_the_report(talk):
    await talk.show(caption="动态 3")
    (offered,) = await talk.edit_shown("动态 5")
    (corrected,) = await talk.press(*pressed(offered, "改为 5 条"))
    assert "由 3 改为 5" in corrected.text
    assert "佐证已收 1 张" in words(corrected)


async def test_beyond_the_units_limit_the_report_counts_and_nothing_is_fetched(talk, monkeypatch):
    told = talk._application.bot_data
    told["use_cases"] = replace(told["use_cases"], allowance=Allowance(1))
    await talk.show(caption="动态 3")
    talk.message_id += 1

    async def fetch(_):
        raise AssertionError("nothing is to be fetched")

    monkeypatch.setattr(talk.files, "fetch", fetch)
    (receipt,) = await talk.show(PICTURE + b"2", caption="动态 2")
    assert "动态通知类 +2 → 5/2 条 ✅ 已完成" in words(receipt)
    assert words(receipt)[-1] == (
        "佐证待补：本单位本月佐证已满（500 份或 2 GB），这一份没有保存。"
        "请联系管理员清除不需要的佐证后重发，或下月再补。"
    )
    assert await counted() == 5
    assert [state for _, _, state in await kept()] == ["kept", "owed"]
    talk.message_id += 1
    with pytest.raises(EvidenceLimitReached):
        await talk.show(PICTURE + b"3")
