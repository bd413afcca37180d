"""The words under a picture, wherever and however they come: what they count for, and what is said."""

from dataclasses import replace

import pytest

from handlers.kit.incoming import Nobody, Photo
from handlers.registry import edited, forwarded
from models.enums import Role
from services import sql
from services.core.access import Binding
from services.core.materials import Material
from services.facts import ledger
from services.membership import members
from tests.builders import NOW, an_actor
from tests.handlers.talk import PICTURE, Talk, labels, pressed, words
from tests.services.media_desk import WEIBO, a_media_desk

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

JUSTICE = "市司法局"
ACCOUNT = "峨眉山发布"


@pytest.fixture
async def desk(database):
    return await a_media_desk()


@pytest.fixture
def talk(desk):
    return Talk(desk.reporter(JUSTICE))


async def counted():
    """What counts, by category and account."""
    assert await ledger.rebuild() == ()
    rows = await sql.fetch(
        "SELECT c.name, t.account, t.count FROM tally t JOIN category c ON c.id = t.category_id "
        "WHERE t.count <> 0 ORDER BY c.name, t.account"
    )
    return [(row["name"], row["account"], row["count"]) for row in rows]


async def placed():
    """Tell of each piece of evidence whether its report counts."""
    rows = await sql.fetch("SELECT unit_id FROM evidence ORDER BY id")
    return [row["unit_id"] is not None for row in rows]


MEDIA = "政务新媒体"


@pytest.mark.parametrize(
    "caption",
    ["峨眉山发布 3", "新媒体 3 峨眉山发布", "峨眉山发布 新媒体 3", "微信 峨眉山发布 3", "报送 峨眉山发布 3"],
)
async def test_a_caption_may_name_an_account(desk, talk, caption):
    account = await desk.register(JUSTICE, ACCOUNT)
    await desk.register(JUSTICE, "司法微博", WEIBO)
    (receipt,) = await talk.show(caption=caption)
    assert "佐证已收 1 张" in words(receipt)
    assert await counted() == [(MEDIA, account.id, 3)]
    assert await placed() == [True]


@pytest.mark.parametrize("caption", ["新媒体 3", "新媒体3条", "新媒体 三条", "新媒体 =3"])
async def test_the_words_of_the_category_are_no_command_with_a_number_behind(talk, caption):
    (receipt,) = await talk.show(caption=caption)
    assert "佐证已收 1 张" in words(receipt)
    assert await counted() == [(MEDIA, 0, 3)]


@pytest.mark.parametrize(
    "caption", ["新媒体", "/media 3", "新媒体 峨眉山发布", "新媒体 3月18日", "新媒体 今天"]
)
async def test_other_words_of_the_command_are_its_own(desk, talk, caption):
    await desk.register(JUSTICE, ACCOUNT)
    (shown,) = await talk.show(caption=caption)
    assert "佐证" not in shown.text
    assert await counted() == []


async def test_an_account_beside_another_category_is_only_named(desk, talk):
    await desk.register(JUSTICE, ACCOUNT)
    (receipt,) = await talk.show(caption="动态 3 峨眉山发布")
    assert "佐证已收 1 张" in words(receipt)
    assert await counted() == [("动态通知类", 0, 3)]


async def test_another_units_account_is_not_reported_for_and_the_picture_is_kept(desk, talk):
    await desk.register("市公安局", ACCOUNT)
    (asked,) = await talk.show(caption="峨眉山发布 3")
    assert "已收到佐证" in asked.text
    assert await counted() == []
    assert await placed() == [False]


async def test_an_account_without_a_number_is_asked_how_many(desk, talk):
    account = await desk.register(JUSTICE, ACCOUNT)
    (asked,) = await talk.show(caption=ACCOUNT)
    assert await counted() == []
    (receipt,) = await talk.reply(asked, "3")
    assert "佐证已收 1 张" in words(receipt)
    assert await counted() == [(MEDIA, account.id, 3)]


@pytest.mark.parametrize(
    ("caption", "count"),
    [
        ("动态 https://example.com/1", 1),
        ("动态 https://example.com/1 https://example.com/2", 2),
        ("/report 动态 https://example.com/1", 1),
    ],
)
async def test_a_link_in_a_caption_counts_one(talk, caption, count):
    (receipt,) = await talk.show(caption=caption)
    assert f"佐证已收 1 张、链接 {count} 个" in words(receipt)
    assert await counted() == [("动态通知类", 0, count)]


@pytest.mark.parametrize("caption", ["/report 动态 3", "报送 动态 3", "动态 3"])
async def test_in_a_group_the_same_words_count(desk, caption):
    talk = Talk(desk.reporter(JUSTICE), in_group=True, organisation_id=desk.organisation_id)
    (receipt,) = await talk.show(caption=caption)
    assert "佐证已收 1 张" in words(receipt)
    assert await counted() == [("动态通知类", 0, 3)]


@pytest.mark.parametrize("changed", ["动态 3", "报送 动态 3", "/report 动态 3", "看照片"])
async def test_words_that_are_changed_under_unplaced_evidence_count_nothing_and_say_what_does(talk, changed):
    (asked,) = await talk.show(caption="昨天开会的照片 3 张 4 人")
    (said,) = await talk.edit_shown(changed)
    assert words(said) == ["图片下改过的文字不会计入。请直接回复“栏目 条数”，或点上面的按钮。"]
    assert await counted() == []
    talk.message_id += 1
    (receipt,) = await talk.reply(asked, "动态 3")
    assert "佐证已收 1 张" in words(receipt)
    assert await counted() == [("动态通知类", 0, 3)]


async def test_a_change_that_is_no_words_is_met_with_silence(talk):
    await talk.show()
    assert await talk.edit_shown("") == ()


async def test_anybody_elses_change_of_words_is_nothing(desk, talk):
    await talk.show()
    await members.remember(7002)
    other = Talk(replace(desk.reporter(JUSTICE), telegram_id=7002, member_id=2), message_id=talk.message_id)
    other.chat = talk.chat
    context = other.context("动态 3")
    context.arrival.incoming = replace(context.incoming, document=None)
    assert await edited(context) == ()


async def test_an_administrators_album_is_kept_whole(desk):
    office = Talk(
        replace(
            an_actor(Binding(desk.organisation_id, None, Role.ADMINISTRATOR), telegram_id=7001), member_id=1
        )
    )
    await office.show(caption="市司法局 动态 3", album="5")
    office.message_id += 1
    assert await office.show(PICTURE + b"2", album="5") == ()
    assert await placed() == [True, True]


async def test_the_category_reported_last_is_offered_first(talk):
    (asked,) = await talk.show()
    assert labels(asked)[0] != ["管理公开（尚差 1）"]
    await talk.press(*pressed(asked, "管理公开（尚差 1）"))
    talk.message_id += 1
    await talk.say("报送 管理公开 1")
    talk.message_id += 1
    (asked,) = await talk.show()
    assert labels(asked)[1][0].startswith("管理公开")


async def forwarded_to(talk, **more):
    """Forward a picture in private."""
    context = talk.context()
    material = Material("动态 3", "", NOW)
    context.arrival.incoming = replace(
        context.incoming,
        nobody=Nobody.FORWARDED,
        material=material,
        photo=Photo(talk.files.keep(PICTURE), 9),
        **more,
    )
    return await forwarded(context)


async def test_a_forwarded_picture_counts_nothing_and_says_what_does_once_for_an_album(talk):
    (said,) = await forwarded_to(talk)
    assert words(said)[0] == "转发的图片和文件不会收下。请先保存，再由您本人直接发送；"
    assert len(await forwarded_to(talk, album_id="9")) == 1
    assert await forwarded_to(talk, album_id="9") == ()
    assert await placed() == []


async def test_an_album_in_reply_to_a_report_is_answered_once(talk):
    await talk.say("报送 动态 3")
    talk.message_id += 1
    (told,) = await talk.show(album="9", to=40)
    assert "佐证已收 1 张" in words(told)
    for more in (b"2", b"3"):
        talk.message_id += 1
        assert await talk.show(PICTURE + more, album="9", to=40) == ()
    assert await placed() == [True, True, True]


async def test_in_a_group_an_album_says_how_its_other_pictures_come(desk):
    talk = Talk(desk.reporter(JUSTICE), in_group=True, organisation_id=desk.organisation_id)
    (receipt,) = await talk.show(caption="动态 3", album="9")
    assert words(receipt)[-1].startswith("群里我只看得到写了文字的这一张。")
    talk.message_id += 1
    await talk.show(PICTURE + b"2", to=40)
    assert await placed() == [True, True]


@pytest.mark.parametrize(
    ("caption", "is_told"),
    [("动态 9", True), ("https://www.emeishan.gov.cn/1.html", True), ("补充照片", False)],
)
async def test_words_under_a_picture_in_reply_count_nothing_and_that_is_said(talk, caption, is_told):
    await talk.say("报送 决策公开 1")
    talk.message_id += 1
    (told,) = await talk.show(caption=caption, to=40)
    assert words(told)[0].startswith("已归入")
    assert any("文字没有计入" in line for line in words(told)) == is_told
    assert await counted() == [("决策公开", 0, 1)]


@pytest.mark.parametrize("caption", ["今天的会议照片", "决策公开"])
async def test_whoever_is_asked_about_the_words_hears_that_the_picture_came(talk, caption):
    (asked,) = await talk.show(caption=caption)
    assert words(asked)[0] == "已收到佐证。"


async def test_with_several_units_what_is_reported_may_be_written_first(desk):
    police = Binding(desk.organisation_id, desk.units["市公安局"], Role.REPORTER)
    justice = desk.reporter(JUSTICE)
    talk = Talk(replace(justice, bindings=(*justice.bindings, police)))
    (asked,) = await talk.show()
    assert words(asked) == ["已收到佐证。", "", "请问为哪个单位报送？"]
    talk.message_id += 1
    (asked,) = await talk.reply(asked, "动态 3")
    assert words(asked) == ["请问为哪个单位报送？"]
    (receipt,) = await talk.press(*pressed(asked, "市公安局"))
    assert "佐证已收 1 张" in words(receipt)
    assert await counted() == [("动态通知类", 0, 3)]


async def test_reports_for_several_units_are_told_apart_on_the_buttons(desk):
    police = Binding(desk.organisation_id, desk.units["市公安局"], Role.REPORTER)
    justice = desk.reporter(JUSTICE)
    talk = Talk(replace(justice, bindings=(*justice.bindings, police)))
    await talk.say("报送 市公安局 动态 1")
    talk.message_id += 1
    await talk.say("报送 市司法局 动态 2")
    talk.message_id += 1
    (asked,) = await talk.show()
    assert [row[0].split("（")[1][:4] for row in labels(asked)[:2]] == ["市司法局", "市公安局"]


async def test_a_picture_with_the_words_of_a_report_just_sent_can_go_to_it(talk):
    """What used to happen: 是重复 dropped the picture too, without a word."""
    await talk.say("报送 动态 1")
    talk.message_id += 1
    (asked,) = await talk.show(caption="动态 1")
    assert labels(asked) == [["确实是另外的"], ["是重复，佐证归入那次"]]
    (told,) = await talk.press(*pressed(asked, "是重复，佐证归入那次"))
    assert words(told)[-1] == "佐证已收 1 张"
    assert await counted() == [("动态通知类", 0, 1)]
    assert await placed() == [True]


async def test_a_picture_does_not_go_to_the_same_report_of_a_colleague(desk, talk):
    await talk.say("报送 动态 1")
    told_apart = {"telegram_id": 7002, "member_id": await members.remember(7002)}
    colleague = Talk(replace(desk.reporter(JUSTICE), **told_apart), message_id=60)
    (asked,) = await colleague.show(caption="动态 1")
    assert labels(asked) == [["确实是另外的"], ["是重复，不计"]]
    assert "这份佐证不归入" in words(asked)[0]


async def test_a_picture_that_is_only_described_can_go_to_a_recent_report(talk):
    await talk.say("报送 动态 1")
    talk.message_id += 1
    (asked,) = await talk.show(caption="今天的会议照片")
    assert "没有“今天的会议照片”这个栏目。请问是哪个？" in words(asked)
    (told,) = await talk.press(*pressed(asked, labels(asked)[0][0]))
    assert words(told)[-1] == "佐证已收 1 张"
