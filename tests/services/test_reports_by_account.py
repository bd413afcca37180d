"""What is reported of 新媒体 is counted for one of the unit's accounts."""

import pytest

from handlers.views.reviews import card_answer
from locales import Catalogue
from services import sql
from services.facts import ledger
from services.reporting.drafting import UnitOfAnother
from services.reporting.outcomes import Received, WhichAccount
from services.reviewing import review_queue
from services.reviewing.review_queue import Queue
from tests.services.desk import facts
from tests.services.media_desk import WEIBO, a_media_desk


@pytest.fixture
async def media(database):
    return await a_media_desk()


async def by_account():
    rows = await sql.fetch("SELECT account, count FROM tally WHERE count <> 0 ORDER BY account")
    return {row["account"]: row["count"] for row in rows}


async def test_a_unit_with_one_account_reports_for_it(media):
    account = await media.register("市司法局", "峨眉山司法")
    done = await media.say(media.reporter(), "新媒体 3，动态 2")
    assert isinstance(done, Received)
    assert await by_account() == {0: 2, account.id: 3}
    assert await ledger.rebuild() == ()


async def test_a_unit_without_an_account_reports_as_before(media):
    await media.register("市公安局", "峨眉山公安")
    await media.say(media.reporter(), "新媒体 3")
    assert await by_account() == {0: 3}


async def test_with_several_accounts_it_is_asked_and_counts_once(media):
    first = await media.register("市司法局", "峨眉山司法")
    second = await media.register("市司法局", "司法微博", WEIBO)
    asked = await media.say(media.reporter(), "新媒体 3")
    assert isinstance(asked, WhichAccount)
    assert [choice.account_id for choice in asked.choices] == [first.id, second.id]
    assert await facts() == []
    draft = asked.draft.with_account(asked.category_id, second.id)
    for _ in range(2):
        await media.go(media.reporter(), draft)
    assert await by_account() == {second.id: 3}


async def test_another_units_account_is_asked_again(media):
    for number in range(2):
        await media.register("市司法局", f"账号{number}")
    other = await media.register("市公安局", "峨眉山公安")
    asked = await media.say(media.reporter(), "新媒体 3")
    again = await media.go(media.reporter(), asked.draft.with_account(asked.category_id, other.id))
    assert isinstance(again, WhichAccount)
    assert await facts() == []


async def test_setting_a_count_sets_the_units_whole_count(media):
    await media.say(media.reporter(), "新媒体 2")  # before any account was registered
    account = await media.register("市司法局", "峨眉山司法")
    await media.post(account, "2024-03-18", "一")
    done = await media.say(media.reporter(), "新媒体=5")
    assert isinstance(done, Received)
    assert await by_account() == {0: 2, account.id: 3}
    assert [line.change.after for line in done.receipt.lines] == [5]


async def test_an_edit_stays_with_the_account(media):
    account = await media.register("市司法局", "峨眉山司法")
    await media.register("市司法局", "司法微博", WEIBO)
    asked = await media.say(media.reporter(), "新媒体 3")
    await media.go(media.reporter(), asked.draft.with_account(asked.category_id, account.id))
    number = int(asked.draft.opening.rsplit("/", 1)[1])
    revision = await media.revisions.find_revision(
        media.reporter(), "新媒体 4", media.occasion(number=number)
    )
    await media.go(media.reporter(), revision.draft)
    assert await by_account() == {account.id: 4}
    same = await media.revisions.find_revision(media.reporter(), "新媒体4条", media.occasion(number=number))
    assert same is None


async def test_an_edit_of_a_report_from_before_the_register_stays_without_one(media):
    media.number = 20
    await media.say(media.reporter(), "新媒体 3")
    await media.register("市司法局", "峨眉山司法")
    revision = await media.revisions.find_revision(media.reporter(), "新媒体 4", media.occasion(number=21))
    await media.go(media.reporter(), revision.draft)
    assert await by_account() == {0: 4}


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("微博峨眉普法 新媒体 2", {"微博峨眉普法": 2}),  # was refused: only the buttons worked
        ("微博 峨眉普法 新媒体 2", {"微博峨眉普法": 2}),
        ("新媒体 2 微博“峨眉普法”", {"微博峨眉普法": 2}),
        ("新媒体 微信峨眉普法 2条", {"微信峨眉普法": 2}),
        ("峨眉山司法 新媒体 2", {"峨眉山司法": 2}),
        ("峨眉山司法 2", {"峨眉山司法": 2}),
        ("峨眉山司法 新媒体 2，动态 3", {"峨眉山司法": 2, "": 3}),
        ("市司法局 峨眉山司法 新媒体 2", {"峨眉山司法": 2}),
    ],
)
async def test_a_named_account_is_the_one_it_counts_for(media, text, counted):
    ids = {
        "峨眉山司法": (await media.register("市司法局", "峨眉山司法")).id,
        "微信峨眉普法": (await media.register("市司法局", "峨眉普法")).id,
        "微博峨眉普法": (await media.register("市司法局", "峨眉普法", WEIBO)).id,
        "": 0,
    }
    assert isinstance(await media.say(media.reporter(), text), Received)
    assert await by_account() == {ids[name]: count for name, count in counted.items()}


async def test_a_name_of_several_accounts_is_asked_about(media):
    await media.register("市司法局", "峨眉普法")
    await media.register("市司法局", "峨眉普法", WEIBO)
    assert isinstance(await media.say(media.reporter(), "峨眉普法 新媒体 2"), WhichAccount)
    assert await facts() == []


async def test_a_named_account_of_another_unit_is_refused(media):
    await media.register("市公安局", "平安峨眉")
    with pytest.raises(UnitOfAnother):
        await media.say(media.reporter(), "平安峨眉 新媒体 2")
    assert await facts() == []


async def test_an_account_that_is_called_like_its_unit_does_not_hide_the_unit(media):
    await media.register("市司法局", "市司法局", WEIBO)
    await media.register("市司法局", "峨眉普法")
    assert isinstance(await media.say(media.clerk, "市司法局 动态 2"), Received)
    assert isinstance(await media.say(media.clerk, "市司法局 新媒体 3"), WhichAccount)
    assert await by_account() == {0: 2}


async def test_an_edit_may_name_the_account(media):
    first = await media.register("市司法局", "峨眉山司法")
    second = await media.register("市司法局", "峨眉普法", WEIBO)
    media.number = 20
    await media.say(media.reporter(), "峨眉山司法 新媒体 2")
    for text, counted in (("峨眉山司法 新媒体 3", {first.id: 3}), ("微博峨眉普法 新媒体 3", {second.id: 3})):
        revision = await media.revisions.find_revision(media.reporter(), text, media.occasion(number=21))
        await media.go(media.reporter(), revision.draft)
        assert await by_account() == counted
    assert await ledger.rebuild() == ()


async def test_a_reviewer_reads_which_account_a_report_counts_for(media):
    await sql.execute("UPDATE category SET review_rule = 'reviewed'")
    await media.register("市司法局", "峨眉山<司法>")
    await media.say(media.reporter(), "新媒体 3，动态 2")
    queue, texts = Queue(media.organisation_id), Catalogue.load().texts("zh_CN")
    told, after = {}, None
    for _ in range(2):
        card = await review_queue.find_card(media.clerk, queue, media.occasion(), after=after)
        assert card is not None
        told[card.category], after = card_answer(card, str, texts).text, card.review.id
    assert "账号：峨眉山&lt;司法&gt;" in told["政务新媒体"]
    assert "账号" not in told["动态通知类"]
