import asyncio
import datetime as dtm
from dataclasses import replace
from decimal import Decimal

import pytest

from models.enums import FindingKind, Rectification
from services import sql
from services.core.access import NotPermitted
from services.core.quarter import Quarter
from services.core.rectification import NothingSubmitted, RectificationConfirmed
from services.media import (
    media_accounts,
    media_checks,
    media_findings,
    media_posts,
    media_register,
    monitoring,
)
from services.media.media_accounts import DayAhead
from services.media.media_checks import LastPostAfterLook, Look, LookDoubted, LookRecorded
from services.media.media_findings import (
    MediaFindingChanged,
    MediaFindingGone,
    ProofMissing,
    RejectionReasonMissing,
)
from tests.services.desk import TODAY, audited
from tests.services.media_desk import WEIBO, a_media_desk, day

DAY = dtm.timedelta(days=1)
OWED, SUBMITTED, CONFIRMED, REJECTED = Rectification


@pytest.fixture
async def media(database):
    return await a_media_desk()


@pytest.fixture
async def account(media):
    return await media.register("市司法局", "峨眉山司法", registered_on=day("2024-01-01"))


def now(today):
    return dtm.datetime.combine(today, dtm.time(1), dtm.UTC)


async def detect(today=TODAY):
    return await media_findings.detect(today, now(today))


async def look(media, account, checked_on, last_post_on, **more):
    last = None if last_post_on is None else day(last_post_on)
    seen = Look(account.id, day(checked_on), last, **more)
    return await media_checks.record(media.clerk, seen, media.occasion())


async def a_finding(media, account):
    """A stale account, found on 20 March after 15 days."""
    await media.post(account, "2024-03-05")
    (finding,) = await detect()
    return finding


async def test_a_finding_arises_on_day_15_and_is_one(media, account):
    await media.post(account, "2024-03-05")
    assert await detect(TODAY - DAY) == ()
    (finding,) = await detect()
    assert (finding.kind, finding.found_on, finding.gap_days, finding.key) == (
        FindingKind.STALE,
        TODAY,
        15,
        f"stale/{account.id}/2024-03-05",
    )
    assert (finding.due_on, finding.rectification) == (day("2024-03-27"), OWED)  # five working days
    assert await detect() == ()
    assert await detect(TODAY + DAY) == ()
    assert (await audited())[-1] == ("media.found", f"media/{account.id}")


async def test_who_looks_at_once_finds_once(media, account):
    await media.post(account, "2024-03-05")
    await media.register("市司法局", "司法在线")
    found = await asyncio.gather(*(detect() for _ in range(3)))
    assert sorted(each.kind.value for some in found for each in some) == ["duplicate", "stale"]


async def test_a_clock_that_is_set_back_finds_nothing_again(media, account):
    finding = await a_finding(media, account)
    for days in (-3, -1, 0, 5):
        assert await detect(TODAY + days * DAY) == ()
    assert [each.id for each in await media_findings.list_of_account(media.clerk, account.id, TODAY)] == [
        finding.id
    ]


async def test_the_office_working_days_decide_when_it_is_due(media, account):
    await sql.execute(
        "INSERT INTO calendar_day (organisation_id, day_on, is_working) VALUES ($1, $2, $3)",
        *(media.organisation_id, day("2024-03-25"), False),
    )
    assert (await a_finding(media, account)).due_on == day("2024-03-28")


@pytest.mark.parametrize(("rule", "first"), [("7", "2024-03-13"), ("10", "2024-03-16"), ("14", "2024-03-20")])
async def test_each_office_has_its_own_threshold(media, account, rule, first):
    await sql.execute("UPDATE organisation SET stale_days = $1", int(rule))
    await media.post(account, "2024-03-05")
    assert await detect(day(first) - DAY) == ()
    (finding,) = await detect(day(first))
    assert finding.gap_days == int(rule) + 1


async def test_a_zombie_is_found_as_one_thing(media, account):
    await look(media, account, "2024-03-20", "2023-09-21")
    assert [each.kind for each in await media_findings.list_of_account(media.clerk, account.id, TODAY)] == [
        FindingKind.ZOMBIE
    ]
    assert await detect() == ()


async def test_a_stale_account_becomes_a_zombie_by_another_finding(media, account):
    stale = await a_finding(media, account)
    assert await detect(day("2024-09-01")) == ()
    (zombie,) = await detect(day("2024-09-02"))
    assert (stale.kind, zombie.kind, zombie.gap_days) == (FindingKind.STALE, FindingKind.ZOMBIE, 181)


async def test_what_nobody_has_seen_or_could_see_is_never_stale(media, account):
    recorded = await look(media, account, "2024-03-20", None, remark="平台打不开")
    assert isinstance(recorded, LookRecorded)
    assert recorded.finding_key is None
    assert await detect(day("2024-12-31")) == ()
    standing = await media_accounts.read_standing(media.clerk, account.id, TODAY)
    assert (standing.gap_days, standing.not_seen_on) == (None, TODAY)


async def test_could_not_check_does_not_hide_what_is_known(media, account):
    await media.post(account, "2024-03-05")
    await look(media, account, "2024-03-19", None)
    (finding,) = await detect()
    assert finding.gap_days == 15


async def test_deregistered_accounts_and_retired_units_are_not_watched(media, account):
    await media.post(account, "2024-03-05")
    other = await media.register("市公安局", "峨眉山公安")
    await media.post(other, "2024-03-05")
    await sql.execute("UPDATE unit SET is_active = FALSE WHERE id = $1", media.units["市公安局"])
    await media_register.deregister(media.clerk, account.id, TODAY, media.occasion())
    assert await detect() == ()


async def test_two_accounts_on_one_platform_are_found_until_one_is_left(media, account):
    second = await media.register("市司法局", "司法在线")
    await media.register("市司法局", "司法微博", WEIBO)
    (finding,) = await detect()
    assert (finding.kind, finding.accounts, finding.account_id) == (
        FindingKind.DUPLICATE,
        ("峨眉山司法", "司法在线"),
        None,
    )
    assert await detect(TODAY + DAY) == ()
    with pytest.raises(NothingSubmitted):
        await media_findings.confirm(media.clerk, finding.id, finding.version, media.occasion())
    await media_register.deregister(media.clerk, second.id, TODAY, media.occasion())
    done = await media_findings.confirm(media.clerk, finding.id, finding.version, media.occasion())
    assert (done.rectification, done.rectified_on) == (CONFIRMED, TODAY)
    media.today = TODAY + 2 * DAY
    await media.register("市司法局", "司法新号")
    (again,) = await detect(media.today)
    assert again.accounts == ("峨眉山司法", "司法新号")


async def test_a_newer_post_is_seen_and_the_finding_stays_until_it_is_confirmed(media, account):
    finding = await a_finding(media, account)
    assert (finding.mended_on, finding.is_open) == (None, True)
    media.today = TODAY + DAY
    await media.post(account, "2024-03-21")
    seen = await media_findings.get_finding(media.clerk, finding.id, media.today)
    assert (seen.mended_on, seen.is_open, seen.is_mistaken) == (day("2024-03-21"), True, False)
    done = await media_findings.confirm(media.clerk, finding.id, seen.version, media.occasion())
    assert (done.rectification, done.rectified_on, done.is_open) == (CONFIRMED, day("2024-03-21"), False)
    assert await media_findings.list_findings(media.clerk, media.organisation_id, media.today) == ()


@pytest.mark.parametrize(
    ("posted", "is_mistaken"), [("2024-03-06", True), ("2024-03-19", True), ("2024-03-20", False)]
)
async def test_a_post_that_comes_to_be_known_later_may_prove_a_finding_mistaken(
    media, account, posted, is_mistaken
):
    finding = await a_finding(media, account)
    await media.post(account, posted)
    seen = await media_findings.get_finding(media.clerk, finding.id, TODAY)
    assert (seen.is_mistaken, seen.is_open) == (is_mistaken, not is_mistaken)
    quarter = await monitoring.read_quarter(media.clerk, media.organisation_id, Quarter(2024, 1), TODAY)
    assert (quarter.failing, quarter.pass_rate) == (
        (0, Decimal("100.0")) if is_mistaken else (1, Decimal("0.0"))
    )


async def test_a_threshold_that_is_raised_makes_no_finding_a_mistake(media, account):
    await sql.execute("UPDATE organisation SET stale_days = 7")
    await media.post(account, "2024-03-05")
    (finding,) = await detect(day("2024-03-13"))
    await media.post(account, "2024-03-14")
    await sql.execute("UPDATE organisation SET stale_days = 14")
    assert not (await media_findings.get_finding(media.clerk, finding.id, TODAY)).is_mistaken


async def test_taking_a_post_back_brings_the_older_silence_back(media, account):
    await media.post(account, "2024-03-05")
    done = await media.post(account, "2024-03-19")
    assert await detect() == ()
    await media_posts.withdraw(media.reporter(), done.post.source, media.occasion())
    (finding,) = await detect()
    assert finding.last_post_on == day("2024-03-05")


async def test_a_rectification_goes_its_way(media, account):
    finding = await a_finding(media, account)
    occasion = media.occasion()
    with pytest.raises(ProofMissing):
        await media_findings.submit_proof(media.reporter(), finding.id, finding.version, "  ", occasion)
    sent = await media_findings.submit_proof(
        media.reporter(), finding.id, finding.version, "已恢复更新", occasion
    )
    assert (sent.rectification, sent.proof, sent.rectified_on) == (SUBMITTED, "已恢复更新", TODAY)
    with pytest.raises(MediaFindingChanged):
        await media_findings.confirm(media.clerk, finding.id, finding.version, occasion)
    with pytest.raises(RejectionReasonMissing):
        await media_findings.reject(media.clerk, finding.id, sent.version, "", occasion)
    back = await media_findings.reject(media.clerk, finding.id, sent.version, "没有看到新推文", occasion)
    assert (back.rectification, back.reason, back.rectified_on) == (REJECTED, "没有看到新推文", None)
    with pytest.raises(NothingSubmitted):
        await media_findings.reject(media.clerk, finding.id, back.version, "再退", occasion)
    sent = await media_findings.submit_proof(
        media.reporter(), finding.id, back.version, "https://a.cn/1", occasion
    )
    done = await media_findings.confirm(media.clerk, finding.id, sent.version, occasion)
    assert (done.rectification, done.reason) == (CONFIRMED, "")
    with pytest.raises(RectificationConfirmed):
        await media_findings.submit_proof(media.reporter(), finding.id, done.version, "又", occasion)
    assert [action for action, _ in await audited()][-4:] == [
        "media.submit",
        "media.reject",
        "media.submit",
        "media.confirm",
    ]


async def test_a_finding_is_overdue_after_its_day(media, account):
    finding = await a_finding(media, account)
    for today, is_overdue in ((finding.due_on, False), (finding.due_on + DAY, True)):
        seen = await media_findings.get_finding(media.clerk, finding.id, today)
        assert seen.is_overdue is is_overdue


async def test_who_may_see_and_do_what_about_findings(media, account):
    finding = await a_finding(media, account)
    own, other, occasion = media.reporter(), media.reporter("市公安局"), media.occasion()
    assert (
        len(await media_findings.list_findings(own, media.organisation_id, TODAY, unit_id=account.unit_id))
        == 1
    )
    for refused in (
        media_findings.get_finding(other, finding.id, TODAY),
        media_findings.list_findings(own, media.organisation_id, TODAY),
        media_findings.list_of_account(other, account.id, TODAY),
        media_findings.submit_proof(other, finding.id, 1, "已恢复更新", occasion),
        media_findings.confirm(own, finding.id, 1, occasion),
        media_findings.reject(own, finding.id, 1, "不行", occasion),
        media_checks.record(own, Look(account.id, TODAY, TODAY), occasion),
        monitoring.read_quarter(own, media.organisation_id, Quarter(2024, 1), TODAY),
    ):
        with pytest.raises(NotPermitted):
            await refused
    with pytest.raises(MediaFindingGone):
        await media_findings.get_finding(media.clerk, 404, TODAY)


async def test_a_look_tells_the_last_post_and_is_the_finding_of_its_day(media, account):
    recorded = await look(media, account, "2024-02-20", "2024-02-01", claims=FindingKind.STALE)
    assert isinstance(recorded, LookRecorded)
    assert (recorded.gap_days, recorded.finding_key) == (19, f"stale/{account.id}/2024-02-01")
    assert recorded.account.last_post_on == day("2024-02-01")
    (finding,) = await media_findings.list_findings(media.clerk, media.organisation_id, TODAY)
    assert (finding.found_on, finding.gap_days) == (day("2024-02-20"), 19)


@pytest.mark.parametrize(
    ("checked_on", "last_post_on", "kind", "first_on"),
    [
        ("2024-02-16", "2024-02-11", FindingKind.STALE, "2024-02-26"),
        ("2024-02-25", "2024-02-11", FindingKind.STALE, "2024-02-26"),
        ("2024-03-20", "2023-12-01", FindingKind.ZOMBIE, "2024-05-30"),
    ],
)
async def test_a_stated_finding_that_the_days_contradict_is_questioned(
    media, account, checked_on, last_post_on, kind, first_on
):
    doubted = await look(media, account, checked_on, last_post_on, claims=kind)
    assert isinstance(doubted, LookDoubted)
    assert (doubted.first_on, doubted.known_post_on) == (day(first_on), None)
    assert await sql.fetch("SELECT id FROM media_check") == []
    assert await media_findings.list_findings(media.clerk, media.organisation_id, TODAY) == ()


async def test_a_stated_finding_is_questioned_where_a_newer_post_is_known(media, account):
    await media.post(account, "2024-03-10")
    doubted = await look(media, account, "2024-03-20", "2024-03-01", claims=FindingKind.STALE)
    assert isinstance(doubted, LookDoubted)
    assert (doubted.gap_days, doubted.known_post_on) == (10, day("2024-03-10"))
    # A post after the look does not speak against it.
    recorded = await look(media, account, "2024-03-09", "2024-02-20", claims=FindingKind.STALE)
    assert isinstance(recorded, LookRecorded)


async def test_the_same_look_twice_is_one(media, account):
    seen = Look(account.id, TODAY, day("2024-03-05"))
    first = await media_checks.record(media.clerk, seen, media.occasion(number=9))
    again = await media_checks.record(media.clerk, seen, media.occasion(number=9))
    assert isinstance(first, LookRecorded)
    assert again == replace(first, is_new=False)
    assert len(await sql.fetch("SELECT id FROM media_check")) == 1


@pytest.mark.parametrize(
    ("checked_on", "last", "refused"),
    [("2024-03-21", "2024-03-01", DayAhead), ("2024-03-01", "2024-03-02", LastPostAfterLook)],
)
async def test_a_look_that_nobody_can_have_taken_is_refused(media, account, checked_on, last, refused):
    with pytest.raises(refused):
        await look(media, account, checked_on, last)


async def test_what_is_still_open_is_carried_into_the_next_quarter(media, account):
    finding = await a_finding(media, account)
    other = await media.register("市公安局", "峨眉山公安")
    summer = day("2024-05-06")
    read = monitoring.read_quarter
    quarter = await read(media.clerk, media.organisation_id, Quarter(2024, 2), summer)
    (line,) = quarter.lines
    assert (line.carried, quarter.failing, quarter.watched, quarter.repeats) == (True, 1, 2, ())
    await sql.execute("UPDATE media_account SET deregistered_on = $1 WHERE id = $2", TODAY + DAY, account.id)
    quarter = await read(media.clerk, media.organisation_id, Quarter(2024, 2), summer)
    assert (quarter.lines, quarter.failing, quarter.watched) == ((), 0, 1)
    before = await read(media.clerk, media.organisation_id, Quarter(2024, 1), summer)
    assert (before.failing, before.watched, before.running) == (1, 2, 1)
    assert [each.findings[0].id for each in before.lines] == [finding.id]
    assert (await read(media.clerk, media.organisation_id, Quarter(2023, 4), summer)).pass_rate is None
    assert other.id
