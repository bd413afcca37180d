import asyncio
import datetime as dtm

import pytest

from services import sql
from services.core.access import NotPermitted
from services.core.period import Period
from services.facts import ledger
from services.facts.months import MonthClosed
from services.media import media_accounts, media_posts, media_register
from services.media.media_accounts import DayAhead, DayTooEarly
from services.media.media_posts import (
    AccountDeregistered,
    Counted,
    NotCounted,
    Post,
    PostGone,
    PostKnown,
    PostRecorded,
    PostTakenBack,
)
from services.progress import ProgressReader
from services.reporting.revisions import PostNotEdited
from tests.services.desk import TODAY, audited, facts, tallies
from tests.services.media_desk import WEIBO, a_media_desk, day, media_line

PAGE = "https://mp.weixin.qq.com/s/aB3dE5"
SAME_PAGE = "http://mp.weixin.qq.com/s/aB3dE5?from=timeline#rd"


@pytest.fixture
async def media(database):
    return await a_media_desk()


@pytest.fixture
async def account(media):
    return await media.register("市司法局", "峨眉山司法")


async def last_post(account):
    return (await media_accounts.get_account(account.id)).last_post_on


async def counted_for(account):
    """What the tally holds for an account, by month."""
    rows = await sql.fetch(
        "SELECT month_on, count FROM tally WHERE account = $1 ORDER BY month_on", account.id
    )
    return {sql.get_day(row["month_on"]).month: row["count"] for row in rows if row["count"]}


async def test_a_post_moves_the_accounts_day_and_counts_one_for_the_account(media, account):
    done = await media.post(account, "2024-03-18", "普法进校园")
    assert isinstance(done, PostRecorded)
    assert isinstance(done.counted, Counted)
    assert (done.counted.category, done.counted.month, done.counted.after, done.counted.is_late) == (
        "政务新媒体",
        Period.of_month(2024, 3),
        1,
        False,
    )
    assert (done.was_last_on, done.account.last_post_on, done.is_newest) == (None, day("2024-03-18"), True)
    assert await tallies() == {("市司法局", "政务新媒体", 3): 1}
    assert await counted_for(account) == {3: 1}
    (fact,) = await facts()
    rows = await sql.fetch("SELECT source, submission_source FROM media_post")
    assert fact == (rows[0]["submission_source"], rows[0]["source"], 1)
    progress = await ProgressReader().read(media.clerk, media.units["市司法局"], None, TODAY)
    assert media_line(progress).month.done == 1
    assert await audited() == [
        ("media.register", f"media/{account.id}"),
        ("report.submit", rows[0]["source"]),
        ("media.post", f"media/{account.id}"),
    ]


async def test_an_older_post_counts_in_its_own_month_and_moves_nothing_back(media, account):
    media.today = dtm.date(2024, 3, 5)
    await media.post(account, "2024-03-04")
    done = await media.post(account, "2024-02-27")
    assert isinstance(done, PostRecorded)
    assert (done.is_newest, done.account.last_post_on) == (False, day("2024-03-04"))
    assert done.counted is not None
    assert done.counted.is_late
    assert await counted_for(account) == {2: 1, 3: 1}


@pytest.mark.parametrize(
    ("second", "is_certain"),
    [
        ({"on": "2024-03-18", "title": "普法进校园", "address": SAME_PAGE}, True),
        ({"on": "2024-03-01", "title": "转", "address": SAME_PAGE}, True),
        ({"on": "2024-03-18", "title": "普法 进校园！"}, False),
        ({"on": "2024-03-18"}, False),
        ({"on": "2024-03-18", "title": "另一件事"}, None),
        ({"on": "2024-03-19", "title": "普法进校园"}, None),
        ({"on": "2024-03-18", "is_another": True}, None),
        ({"on": "2024-03-18", "address": PAGE, "is_another": True}, True),
    ],
)
async def test_the_same_post_is_known_again_and_counts_once(media, account, second, is_certain):
    first = await media.post(account, "2024-03-18", "普法进校园", PAGE)
    again = await media.post(account, **second)
    if is_certain is None:
        assert isinstance(again, PostRecorded)
        assert await counted_for(account) == {3: 2}
        return
    assert isinstance(again, PostKnown)
    assert (again.post.source, again.is_certain) == (first.post.source, is_certain)
    assert (again.post.posted_on, again.post.title) == (day("2024-03-18"), "普法进校园")
    assert await counted_for(account) == {3: 1}


async def test_the_same_page_of_another_account_is_told_by_its_account(media, account):
    other = await media.register("市公安局", "峨眉山公安", WEIBO)
    await media.post(account, "2024-03-18", "普法进校园", PAGE)
    again = await media.post(other, "2024-03-18", "普法进校园", SAME_PAGE)
    assert isinstance(again, PostKnown)
    assert again.post.account.name == "峨眉山司法"
    assert await last_post(other) is None


async def test_the_same_message_twice_changes_nothing(media, account):
    post = Post(account.id, day("2024-03-18"))
    for _ in range(2):
        await media_posts.record(media.reporter(), post, media.occasion(number=7))
    assert await counted_for(account) == {3: 1}


async def test_two_people_who_show_the_same_page_at_once_count_it_once(media, account):
    done = await asyncio.gather(*(media.post(account, "2024-03-18", "普法进校园", PAGE) for _ in range(4)))
    assert sorted(type(each).__name__ for each in done) == ["PostKnown"] * 3 + ["PostRecorded"]
    assert await counted_for(account) == {3: 1}
    assert await ledger.rebuild() == ()


async def test_a_page_that_was_reported_counts_no_second_time(media, account):
    await media.say(media.reporter(), f"新媒体 {PAGE}")
    done = await media.post(account, "2024-03-18", "普法进校园", SAME_PAGE)
    assert isinstance(done, PostRecorded)
    assert done.not_counted is NotCounted.REPORTED_ALREADY
    assert await last_post(account) == day("2024-03-18")
    assert await tallies() == {("市司法局", "政务新媒体", 3): 1}
    other = await media.register("市公安局", "峨眉山公安")
    done = await media.post(other, "2024-03-18", "转发", "https://example.gov.cn/2")
    await media.say(media.reporter("市教育局"), "新媒体 https://example.gov.cn/3")
    done = await media.post(other, "2024-03-17", "转发", "https://example.gov.cn/3")
    assert isinstance(done, PostRecorded)
    assert done.not_counted is NotCounted.REPORTED_ELSEWHERE


async def test_a_post_of_a_closed_month_is_recorded_and_says_why_it_does_not_count(media, account):
    done = await media.post(account, "2024-01-30")
    assert isinstance(done, PostRecorded)
    assert (done.counted, done.not_counted) == (None, NotCounted.MONTH_CLOSED)
    assert isinstance(done.closed, MonthClosed)
    assert await last_post(account) == day("2024-01-30")
    assert await tallies() == {}


async def test_where_nothing_counts_new_media_a_post_is_recorded_all_the_same(media, account):
    await sql.execute("UPDATE category SET name = '其他' WHERE name = '政务新媒体'")
    done = await media.post(account, "2024-03-18")
    assert isinstance(done, PostRecorded)
    assert done.not_counted is NotCounted.NO_CATEGORY
    assert await last_post(account) == day("2024-03-18")


@pytest.mark.parametrize(
    ("on", "refused"),
    [("2024-03-21", DayAhead), ("2008-12-31", DayTooEarly), ("2024-03-10", AccountDeregistered)],
)
async def test_a_post_on_an_impossible_day_is_refused(media, account, on, refused):
    if refused is AccountDeregistered:
        await media_register.deregister(media.clerk, account.id, day("2024-03-10"), media.occasion())
    with pytest.raises(refused):
        await media.post(account, on)
    assert await facts() == []


async def test_somebody_elses_account_is_not_for_a_reporter(media, account):
    other = media.reporter("市公安局")
    with pytest.raises(NotPermitted):
        await media_posts.record(other, Post(account.id, day("2024-03-18")), media.occasion())
    done = await media.post(account, "2024-03-18")
    with pytest.raises(NotPermitted):
        await media_posts.withdraw(other, done.post.source, media.occasion())
    with pytest.raises(NotPermitted):
        await media_posts.list_posts(other, account.id)


async def test_taking_a_post_back_leaves_no_lie(media, account):
    await media.post(account, "2024-03-04")
    done = await media.post(account, "2024-03-18")
    await media_posts.withdraw(media.reporter(), done.post.source, media.occasion())
    assert await counted_for(account) == {3: 1}
    assert await last_post(account) == day("2024-03-04")
    assert [post.posted_on for post in await media_posts.list_posts(media.clerk, account.id)] == [
        day("2024-03-04")
    ]
    with pytest.raises(PostTakenBack):
        await media_posts.withdraw(media.reporter(), done.post.source, media.occasion())
    with pytest.raises(PostGone):
        await media_posts.withdraw(media.reporter(), "message/m1/404", media.occasion())
    again = await media.post(account, "2024-03-18")
    assert isinstance(again, PostRecorded)
    assert await counted_for(account) == {3: 2}


async def test_undo_takes_a_post_back_whole(media, account):
    done = await media.post(account, "2024-03-18")
    shown = await media.revisions.find_last(media.reporter(), media.occasion())
    assert (shown.opening.name, shown.counts) == (done.post.source, (("政务新媒体", 1),))
    assert await media.revisions.list_targets(media.reporter(), done.post.source) == ()
    await media.revisions.withdraw(media.reporter(), done.post.source, media.occasion())
    assert await counted_for(account) == {}
    assert await last_post(account) is None
    assert await audited() == [
        ("media.register", f"media/{account.id}"),
        ("report.submit", done.post.source),
        ("media.post", f"media/{account.id}"),
        ("report.withdraw", done.post.source),
        ("media.withdraw", f"media/{account.id}"),
    ]


async def test_an_edited_post_is_answered_only_where_it_says_something_else(media, account):
    done = await media.post(account, "2024-03-18")
    number = int(done.post.source.rsplit("/", 1)[1])
    said = f"/media {account.name} 2024-03-18 "
    assert await media.revisions.find_revision(media.reporter(), said, media.occasion(number=number)) is None
    with pytest.raises(PostNotEdited):
        await media.revisions.find_revision(media.reporter(), said + "改", media.occasion(number=number))
    assert await counted_for(account) == {3: 1}


async def test_a_post_in_a_month_that_closed_since_stays(media, account):
    media.today = dtm.date(2024, 3, 29)
    done = await media.post(account, "2024-03-18")
    media.today = dtm.date(2024, 5, 6)
    with pytest.raises(MonthClosed):
        await media_posts.withdraw(media.reporter(), done.post.source, media.occasion())
    assert await last_post(account) == day("2024-03-18")
