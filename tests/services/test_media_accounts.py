import datetime as dtm
import json
from dataclasses import replace

import pytest

from services import sql
from services.arranging import retirement
from services.audit import Deed
from services.core.access import NotPermitted
from services.core.period import Period
from services.core.staleness import Freshness
from services.media import media_accounts, media_posts, media_register
from services.media.media_accounts import DayAhead, DayTooEarly, MediaAccountGone, MediaAccountRef
from services.media.media_names import (
    MediaNames,
    NoMediaAccount,
    OneMediaAccount,
    OtherMediaAccount,
    SeveralMediaAccounts,
)
from services.media.media_posts import Post
from services.media.media_register import (
    MediaAccountChanged,
    MediaAccountNameMissing,
    MediaAccountTaken,
    NewMediaAccount,
)
from services.progress import ProgressReader
from tests.builders import NOW
from tests.services.desk import TODAY, audited
from tests.services.media_desk import WECHAT, WEIBO, a_media_desk, media_line


@pytest.fixture
async def media(database):
    return await a_media_desk()


async def test_the_register_keeps_what_was_entered_and_who_entered_it(media):
    account = await media.register(
        "市司法局",
        " 峨眉山 司法 ",
        level="县级部门",
        responsible="李明",
        opened_on=dtm.date(2019, 5, 1),
    )
    assert (account.name, account.unit, account.level) == ("峨眉山 司法", "市司法局", "县级部门")
    assert (account.registered_on, account.opened_on, account.last_post_on) == (
        TODAY,
        dtm.date(2019, 5, 1),
        None,
    )
    assert await audited() == [("media.register", f"media/{account.id}")]
    rows = await sql.fetch("SELECT after FROM audit_entry")
    told = rows[0]["after"] if isinstance(rows[0]["after"], str) else json.dumps(rows[0]["after"])
    assert "李明" not in told
    assert "has_responsible" in told


@pytest.mark.parametrize("name", ["", "  ", "！", "长" * 101])
async def test_an_account_needs_a_name(media, name):
    with pytest.raises(MediaAccountNameMissing):
        await media.register("市司法局", name)


async def test_a_platform_has_a_name_once(media):
    await media.register("市司法局", "峨眉山司法")
    await media.register("市司法局", "峨眉山司法", WEIBO)
    with pytest.raises(MediaAccountTaken) as taken:
        await media.register("市公安局", "峨眉山 司法")
    assert taken.value.params == {"name": "峨眉山司法", "unit": "市司法局"}


async def test_only_the_office_keeps_the_register(media):
    account = await media.register("市司法局", "峨眉山司法")
    with pytest.raises(NotPermitted):
        await media_register.register(
            media.reporter(), NewMediaAccount(media.units["市司法局"], WECHAT, "另一个"), media.occasion()
        )
    with pytest.raises(NotPermitted):
        await media_register.change(media.reporter(), replace(account, name="新名"), media.occasion())
    with pytest.raises(NotPermitted):
        await media_register.deregister(media.reporter(), account.id, TODAY, media.occasion())


async def test_a_change_is_refused_where_somebody_was_quicker(media):
    account = await media.register("市司法局", "峨眉山司法")
    changed = await media_register.change(
        media.clerk, replace(account, name="司法在线", unit_id=media.units["市公安局"]), media.occasion()
    )
    assert (changed.name, changed.unit) == ("司法在线", "市公安局")
    with pytest.raises(MediaAccountChanged):
        await media_register.change(media.clerk, replace(account, name="别的"), media.occasion())
    assert (await media_accounts.get_account(account.id)).name == "司法在线"


async def test_a_deregistered_account_is_watched_no_more_and_keeps_its_history(media):
    account = await media.register("市司法局", "峨眉山司法")
    ended = await media_register.deregister(media.clerk, account.id, TODAY, media.occasion())
    assert isinstance(ended, MediaAccountRef)
    assert not ended.is_watched(TODAY)
    assert await media_accounts.list_of_organisation(media.clerk, media.organisation_id, TODAY) == ()
    assert (await media_accounts.get_account(account.id)).deregistered_on == TODAY
    for day, refused in ((TODAY + dtm.timedelta(days=1), DayAhead), (dtm.date(2008, 12, 31), DayTooEarly)):
        with pytest.raises(refused):
            await media_register.deregister(media.clerk, account.id, day, media.occasion())


async def test_a_standing_tells_the_days_since_the_last_post(media):
    account = await media.register("市司法局", "峨眉山司法")
    (standing,) = await media_accounts.list_of_unit(media.reporter(), media.units["市司法局"], TODAY)
    assert (standing.freshness, standing.gap_days) == (Freshness.UNKNOWN, None)
    await media_posts.record(media.reporter(), Post(account.id, dtm.date(2024, 3, 5)), media.occasion())
    (standing,) = await media_accounts.list_of_unit(media.reporter(), media.units["市司法局"], TODAY)
    assert (standing.freshness, standing.gap_days) == (Freshness.STALE, 15)
    with pytest.raises(NotPermitted):
        await media_accounts.list_of_unit(media.reporter("市公安局"), media.units["市司法局"], TODAY)
    with pytest.raises(NotPermitted):
        await media_accounts.list_of_organisation(media.reporter(), media.organisation_id, TODAY)
    with pytest.raises(MediaAccountGone):
        await media_accounts.get_account(0)


async def test_an_account_is_found_by_its_name_its_platform_or_its_unit(media):
    names = MediaNames()
    wechat = await media.register("市司法局", "峨眉山司法")
    weibo = await media.register("市司法局", "峨眉法治", WEIBO)
    police = await media.register("市公安局", "峨眉山公安", WEIBO)

    async def found(text, actor=media.clerk):
        match await names.find(actor, text, None, TODAY):
            case OneMediaAccount(account):
                return [account.id]
            case SeveralMediaAccounts(accounts):
                return [account.id for account in accounts]
            case other:
                return other

    assert await found("峨眉山司法") == [wechat.id]
    assert await found("微博 法治") == [weibo.id]
    assert await found("峨眉法治") == [weibo.id]
    assert await found("市公安局") == [police.id]
    assert await found("市司法局") == [wechat.id, weibo.id]
    assert await found("微信 市司法局") == [wechat.id]
    assert await found("政务微博") == [weibo.id, police.id]
    assert isinstance(await found("气象"), NoMediaAccount)
    other = await found("峨眉山公安", media.reporter())
    assert isinstance(other, OtherMediaAccount)
    assert [account.id for account in other.own] == [wechat.id, weibo.id]
    # The account that resembles the unit was taken, though the unit runs others too, or not even this one.
    await media.register("市司法局", "市司法")
    assert len(await found("市司法局")) == 3
    await media.register("市公安局", "峨眉山市气象", WEIBO)
    assert isinstance(await found("市气象局"), NoMediaAccount)


@pytest.mark.parametrize(
    ("registered", "deregistered", "target", "assumed"),
    [
        ([], None, 4, True),
        (["2024-01-05"], None, 4, False),
        (["2024-01-05", "2024-02-29"], None, 8, False),
        (["2024-01-05", "2024-03-01"], None, 4, False),
        (["2024-01-05", "2024-01-06"], "2024-02-29", 4, False),
        (["2024-01-05", "2024-01-06"], "2024-03-01", 8, False),
    ],
)
async def test_a_target_per_account_counts_those_registered_at_the_periods_end(
    media, registered, deregistered, target, assumed
):
    for number, day in enumerate(registered):
        ended = dtm.date.fromisoformat(deregistered) if deregistered and number else None
        await media.register(
            "市司法局",
            f"账号{number}",
            registered_on=dtm.date.fromisoformat(day),
            deregistered_on=ended,
        )
    reader = ProgressReader()
    progress = await reader.read(media.clerk, media.units["市司法局"], Period.of_month(2024, 2), TODAY)
    line = media_line(progress)
    assert (line.month.target, line.assumes_one_account) == (target, assumed)
    other = await reader.read(media.clerk, media.units["市教育局"], Period.of_month(2024, 2), TODAY)
    line = media_line(other)
    assert (line.month.target, line.per_account) == (4, False)


async def test_a_merged_units_accounts_go_over_with_its_people(media):
    account = await media.register("市司法局", "峨眉山司法")
    ended = await media.register("市司法局", "旧司法", deregistered_on=dtm.date(2024, 2, 1))
    deed = Deed(media.clerk.member_id, "message/m1/99", NOW)
    await retirement.merge(media.clerk, media.units["市司法局"], media.units["市公安局"], deed)
    assert (await media_accounts.get_account(account.id)).unit == "市公安局"
    assert (await media_accounts.get_account(ended.id)).unit == "市司法局"
