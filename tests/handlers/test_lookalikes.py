"""The same picture twice: what a reviewer's card says of it, and both shown side by side."""

import datetime as dtm
from dataclasses import replace

import pytest

from handlers.views.markup import units as units_of_text
from models.enums import Role
from services import sql
from services.core.access import Binding, NotPermitted
from services.core.pictures import ComparisonPicture, StoredPicture, Tone
from services.evidence import lookalikes
from services.membership import members
from tests.builders import an_actor, an_organisation, categories_of, emeishan, units_of
from tests.handlers.talk import PICTURE, Talk, labels, pressed, together, words

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

JUSTICE, POLICE = "市司法局", "市公安局"
SAME = "⚠️ 其他单位有同一张图片：市公安局 · 2024年3月 · 决策公开"
ALIKE = "⚠️ 其他单位有相近的图片：市公安局 · 2024年3月 · 决策公开"


@pytest.fixture
async def county(database):
    for number in range(7001, 7005):
        await members.remember(number)
    found = await emeishan()
    await sql.execute("UPDATE category SET review_rule = 'reviewed' WHERE name = '动态通知类'")
    return found


@pytest.fixture
def people(county):
    organisation_id, units, _ = county
    return together(
        organisation_id,
        {
            "reporter": (Role.REPORTER, units[JUSTICE]),
            "reviewer": (Role.REVIEWER, None),
            "police": (Role.REPORTER, units[POLICE]),
        },
    )


@pytest.fixture
def reporter(people):
    return people["reporter"]


@pytest.fixture
def reviewer(people):
    return people["reviewer"]


async def card_of(reviewer):
    (card,) = await reviewer.say("/review")
    return card


def warnings(card):
    return [line for line in words(card) if line.startswith(("⚠️", "另有"))]


async def look(fingerprint, opening):
    await sql.execute(
        "UPDATE evidence SET fingerprint = $1, digest = opening, stored_name = opening WHERE opening = $2",
        *(fingerprint, opening),
    )


async def test_another_units_very_same_picture_is_said_and_shown_beside_it(people, reporter, reviewer):
    await people["police"].show(caption="决策公开 1")
    await reporter.show(caption="动态 3")
    card = await card_of(reviewer)
    assert warnings(card) == [SAME]
    (shown,) = await reviewer.press(*pressed(card, "对比图片（1）"))
    assert words(shown) == [
        "⚠️ 同一张图片",
        "",
        "本份报送：市司法局 · 2024年3月 · 动态通知类 · 2024年3月20日收到",
        "其他单位：市公安局 · 2024年3月 · 决策公开 · 2024年3月20日收到",
        "",
        "仅供核对，是否采用由您决定。",
    ]
    picture = shown.picture
    assert isinstance(picture, ComparisonPicture)
    assert picture.tone is Tone.ALARM
    assert [await reviewer.store.read(name) for name in picture.names] == [PICTURE, PICTURE]
    assert picture.first.lines == ("市司法局", "2024年3月 · 动态通知类", "2024年3月20日收到")
    assert labels(shown) == [["返回这份报送"]]
    (back,) = await reviewer.press(*pressed(shown, "返回这份报送"))
    assert isinstance(back.picture, StoredPicture)
    assert warnings(back) == [SAME]


async def test_one_that_only_looks_like_it_is_said_to_and_in_how_many_bits(people, reporter, reviewer):
    await people["police"].show(PICTURE + b"2", caption="决策公开 1")
    await reporter.show(caption="动态 3")
    await look("a0a0a0a0a0a0a0a1", "message/m3/300")
    await look("a0a0a0a0a0a0a0a7", "message/m1/100")
    card = await card_of(reviewer)
    assert warnings(card) == [ALIKE]
    (shown,) = await reviewer.press(*pressed(card, "对比图片（1）"))
    assert words(shown)[0] == "⚠️ 相近的图片：64 位中有 2 位不同"
    assert shown.picture.tone is Tone.SLOW


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("动态 1 2月", "⚠️ 本单位其他月份有同一张图片：2024年2月 · 动态通知类"),
        ("决策公开 1", "⚠️ 本单位当月其他栏目有同一张图片：决策公开"),
        ("决策公开 1 执行公开 1", "⚠️ 本单位当月其他栏目有同一张图片：决策公开、执行公开"),
        ("动态 1 决策公开 1", "⚠️ 本单位当月同一栏目的另一份报送有同一张图片"),
    ],
)
async def test_the_units_own_other_reports_are_told_apart(county, reporter, reviewer, before, expected):
    await sql.execute("UPDATE organisation SET closing_days = 20")
    await reporter.show(caption=before)
    await sql.execute("UPDATE review SET state = 'accepted'")
    reporter.message_id += 1
    await reporter.show(caption="动态 3")
    card = await card_of(reviewer)
    assert warnings(card) == [expected]
    assert labels(card)[1] == ["对比图片（1）"]


async def test_the_same_picture_twice_in_one_report_is_said(reporter, reviewer):
    await reporter.show(caption="动态 3", album="9")
    reporter.message_id += 1
    await reporter.show(album="9")
    card = await card_of(reviewer)
    assert warnings(card) == ["⚠️ 本份报送里同一张图片发了不止一次"]
    (shown,) = await reviewer.press(*pressed(card, "对比图片（1）"))
    assert "本份报送的另一张" in shown.text


async def test_pictures_of_one_meeting_in_one_report_are_nothing_odd(reporter, reviewer):
    await reporter.show(caption="动态 3", album="9")
    reporter.message_id += 1
    await reporter.show(PICTURE + b"2", album="9")
    assert warnings(await card_of(reviewer)) == []


async def test_several_are_stepped_through_the_very_same_first(people, reporter, reviewer):
    police = people["police"]
    await police.show(PICTURE + b"2", caption="决策公开 1")
    for number in range(1, 5):
        police.message_id += 1
        await police.show(caption=f"执行公开 {number}")
    await reporter.show(caption="动态 3")
    await sql.execute("UPDATE evidence SET fingerprint = 'a0a0a0a0a0a0a0a7'")
    card = await card_of(reviewer)
    said = warnings(card)
    assert [line.partition("：")[0] for line in said[:3]] == ["⚠️ 其他单位有同一张图片"] * 3
    assert said[3:] == ["另有 2 处，请点“对比图片”查看"]
    (shown,) = await reviewer.press(*pressed(card, "对比图片（5）"))
    titles = [words(shown)[0]]
    for at in (2, 3, 4, 5, 1):
        (shown,) = await reviewer.press(*pressed(shown, f"下一处（{at}/5）"))
        titles.append(words(shown)[0])
    assert titles[0] == titles[5] == "⚠️ 同一张图片（1/5）"
    assert titles[4] == "⚠️ 相近的图片：64 位中有 0 位不同（5/5）"


async def test_another_organisations_picture_is_never_compared(county, people, reporter, reviewer):
    elsewhere = await an_organisation("定南县")
    units = await units_of(elsewhere, ["县财政局"])
    await categories_of(elsewhere, ["政务信息"])
    finance = replace(
        an_actor(Binding(elsewhere, units["县财政局"], Role.REPORTER), telegram_id=7004), member_id=4
    )
    there = Talk(finance, message_id=400, files=reviewer.files, store=reviewer.store)
    await there.show(caption="政务信息 1")
    assert await sql.fetch("SELECT state FROM evidence WHERE unit_id = $1", units["县财政局"])
    await reporter.show(caption="动态 3")
    card = await card_of(reviewer)
    assert warnings(card) == []
    assert labels(card) == [["采用", "少采用", "退回"], ["审核统计"]]


async def test_what_counts_no_more_is_not_compared(people, reporter, reviewer):
    (receipt,) = await people["police"].show(caption="决策公开 1")
    await reporter.show(caption="动态 3")
    card = await card_of(reviewer)
    await people["police"].press(*pressed(receipt, "撤回"))
    (shown,) = await reviewer.press(*pressed(card, "对比图片（1）"))  # the card as it is now
    assert isinstance(shown.picture, StoredPicture)
    assert warnings(shown) == []


async def test_the_very_same_is_found_however_long_ago_it_came(people, reporter, reviewer, monkeypatch):
    monkeypatch.setattr(lookalikes, "COMPARED", 1)
    await people["police"].show(caption="决策公开 1")
    await reporter.show(caption="动态 3")
    assert warnings(await card_of(reviewer)) == [SAME]
    await sql.execute("UPDATE evidence SET stored_name = opening, digest = opening")
    assert warnings(await card_of(reviewer)) == []


async def test_nobody_but_a_reviewer_compares(people, reporter, reviewer):
    (receipt,) = await people["police"].show(caption="决策公开 1")
    (own,) = await reporter.show(caption="动态 3")
    assert not [line for answer in (receipt, own) for line in words(answer) if "图片" in line]
    card = await card_of(reviewer)
    for who in (reporter, people["police"]):
        with pytest.raises(NotPermitted):
            await who.press(*pressed(card, "对比图片（1）"))


@pytest.mark.parametrize(
    ("taken", "expected"),
    [
        (None, []),
        ("2024-03-05", ["拍摄于 2024年3月5日"]),
        ("2024-01-05", ["⚠️ 拍摄于 2024年1月5日，早于报送月份"]),
        ("2024-03-22", ["⚠️ 拍摄日期为 2024年3月22日，晚于收到日期，相机时间不准"]),
    ],
)
async def test_the_card_says_when_its_picture_was_taken(reporter, reviewer, taken, expected):
    await reporter.show(caption="动态 3")
    await sql.execute("UPDATE evidence SET taken_on = $1", taken and dtm.date.fromisoformat(taken))
    assert [line for line in words(await card_of(reviewer)) if "拍摄" in line] == expected


async def test_of_several_pictures_the_odd_days_are_said_whichever_is_shown(reporter, reviewer):
    await reporter.show(caption="动态 3", album="9")
    for more in (b"2", b"3"):
        reporter.message_id += 1
        await reporter.show(PICTURE + more, album="9")
    for number, taken in ((1, "2024-03-05"), (2, "2024-01-05"), (3, "2024-03-06")):
        await sql.execute(
            "UPDATE evidence SET taken_on = $1 WHERE id = $2", dtm.date.fromisoformat(taken), number
        )
    card = await card_of(reviewer)
    odd = "⚠️ 第 2 张拍摄于 2024年1月5日，早于报送月份"
    assert [line for line in words(card) if "拍摄" in line] == ["第 1 张拍摄于 2024年3月5日", odd]
    (card,) = await reviewer.press(*pressed(card, "下一张图（1/3）"))
    assert [line for line in words(card) if "拍摄" in line] == [odd]
    (card,) = await reviewer.press(*pressed(card, "下一张图（2/3）"))
    assert [line for line in words(card) if "拍摄" in line] == ["第 3 张拍摄于 2024年3月6日", odd]


async def test_a_card_with_all_of_that_fits_under_its_picture(people, reporter, reviewer):
    police = people["police"]
    await sql.execute("UPDATE unit SET name = $1 WHERE name = $2", "长" * 40, POLICE)
    await sql.execute("UPDATE category SET name = $1 WHERE name = $2", "栏" * 60, "决策公开")
    for number in range(1, 5):
        await police.show(caption=f"{'栏' * 60} {number}")
        police.message_id += 1
    pages = " ".join(f"https://example.com/{number}/{'a' * 200}" for number in range(9))
    await reporter.show(caption=f"动态 {pages}", album="9")
    for more in (b"2", b"3", b"4"):
        reporter.message_id += 1
        await reporter.show(PICTURE + more, album="9")
    await sql.execute("UPDATE evidence SET taken_on = '2024-01-05'")
    for _ in range(3):
        card = await card_of(reviewer)
        (asked,) = await reviewer.press(*pressed(card, "退回"))
        *_, notice = await reviewer.reply(asked, "原因" * 100)
        await reporter.press(*pressed(notice, "重新提交"))
    card = await card_of(reviewer)
    assert len([line for line in words(card) if line.startswith("⚠️")]) == 6
    assert units_of_text(card.text) <= 1024
    (shown,) = await reviewer.press(*pressed(card, "对比图片（4）"))
    assert units_of_text(shown.text) <= 1024
