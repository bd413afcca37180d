"""苍溪县's first quarter of 2020, lived through day by day: what was printed arises by itself."""

import datetime as dtm
from collections import Counter
from decimal import Decimal

import pytest

from models.enums import BulletinKind, FindingKind, Platform, Role
from services.core.platforms import PRINTED_NAMES
from services.core.quarter import Quarter
from services.core.staleness import Thresholds
from services.issuing import bulletins
from services.media import media_findings, monitoring
from services.media.media_checks import LookDoubted
from tests.people import a_member
from tests.services.cangxi import ANNEX, DAY, FIRST, LAST, STALE, ZOMBIES, Silence, an_office, cangxi, day

IMPOSSIBLE = Silence(Platform.WEIBO, "苍溪县三川镇", day("2020-02-16"), day("2020-02-11"))
PRINTED_GAPS = Counter({15: 11, 16: 1, 17: 2, 22: 1})


@pytest.fixture
async def lived(database):
    """The county with its quarter behind it, and what was found."""
    organisation_id = await an_office()
    county = await cangxi(await a_member(organisation_id, Role.ADMINISTRATOR), organisation_id)
    return county, await county.live()


def test_the_annex_prints_what_it_prints():
    assert (len(STALE), Counter(one.gap for one in STALE)) == (15, PRINTED_GAPS)
    assert [one.gap for one in ZOMBIES] == [312, 343]
    assert IMPOSSIBLE.gap == 5


def test_a_rule_of_14_days_or_more_would_find_every_silence_on_another_day():
    strict = [Thresholds().stale_from(one.last_on) for one in STALE]
    naive = [Thresholds(stale_days=13).stale_from(one.last_on) for one in STALE]
    assert all(early < day for early, day in zip(naive, strict, strict=True))
    # The eleven that were seen on their first day would have been a day old by then.
    assert sum(one.checked_on == day for one, day in zip(STALE, strict, strict=True)) == 11
    assert not any(one.checked_on == day for one, day in zip(STALE, naive, strict=True))


async def test_the_quarter_of_cangxi_arises_by_itself(lived):
    county, found = lived
    stale = sorted((one.last_on + 15 * DAY, "stale", one.account) for one in STALE)
    assert sorted(each for each in found if each[1] == "stale") == stale
    # Whoever looked on the printed days saw what had arisen by then.
    assert all(one.last_on + 15 * DAY <= one.checked_on for one in STALE)
    assert [each for each in found if each[1] == "duplicate"] == [
        (FIRST, "duplicate", "双河政事 苍溪县双河乡人民政府")
    ]
    # The zombies were found by the look that brought them to light, so the watch has nothing to add.
    assert [each for each in found if each[1] not in {"stale", "duplicate"}] == []

    quarter = await monitoring.read_quarter(
        county.clerk, county.organisation_id, Quarter(2020, 1), LAST + DAY
    )
    assert {each.platform: each.watched for each in quarter.platforms} == {
        Platform.WEIBO: 13,
        Platform.WECHAT: 28,
    }
    assert (quarter.watched, quarter.passing, quarter.pass_rate) == (41, 29, Decimal("70.7"))
    zombies = [each for line in quarter.lines for each in line.findings if each.kind is FindingKind.ZOMBIE]
    assert [(each.found_on, each.gap_days) for each in zombies] == [
        (day("2020-01-06"), 312),
        (day("2020-01-06"), 343),
    ]
    assert [(line.platform, " ".join(line.accounts), len(line.findings)) for line in quarter.lines] == [
        (Platform.WEIBO, "苍溪县高坡镇", 2),
        (Platform.WEIBO, "梨乡禁毒", 1),
        (Platform.WEIBO, "苍溪市监", 1),
        (Platform.WECHAT, "苍溪县高坡镇人民政府", 2),
        (Platform.WECHAT, "神韵黄猫", 2),
        (Platform.WECHAT, "醉美运山", 2),
        (Platform.WECHAT, "双河政事 苍溪县双河乡人民政府", 1),
        (Platform.WECHAT, "微五龙", 1),
        (Platform.WECHAT, "投资苍溪", 2),
        (Platform.WECHAT, "苍溪财政", 2),
        (Platform.WECHAT, "苍溪交通", 1),
        (Platform.WECHAT, "苍溪县公路路政管理所", 1),
    ]
    again = [each.account for each in quarter.repeats if each.account]
    assert sorted(again) == sorted(
        ["苍溪县高坡镇", "苍溪县高坡镇人民政府", "神韵黄猫", "醉美运山", "投资苍溪", "苍溪财政"]
    )

    # Everything that was put right is confirmed in one press; what remains is what the annex marks 否.
    for line in quarter.lines:
        for finding in line.findings:
            if finding.mended_on is not None:
                occasion = county.occasion(LAST)
                await media_findings.confirm(county.clerk, finding.id, finding.version, occasion)
    quarter = await monitoring.read_quarter(county.clerk, county.organisation_id, Quarter(2020, 1), LAST)
    left = {name for line in quarter.lines if not line.is_rectified for name in line.accounts}
    assert left == {row["账号名称"] for row in ANNEX if row["是否整改"] == "否"}
    assert quarter.pass_rate == Decimal("70.7")

    # The bulletin prints them as its second annex, and the rate in its text.
    draft = await bulletins.draft(
        county.clerk, county.organisation_id, BulletinKind.QUARTERLY, Quarter(2020, 1), LAST + DAY
    )
    _, annex = draft.bulletin.annexes
    assert [(row[0], row[1], row[5]) for row in annex.table.rows] == [
        (PRINTED_NAMES[line.platform], "、".join(line.accounts), "是" if line.is_rectified else "否")
        for line in quarter.lines
    ]
    assert len(annex.table.rows) == 12
    text = draft.bulletin.sections[0].paragraphs[1].text
    assert "共41个，其中政务微博13个、政务微信28个，合格率70.7%。" in text

    doubted = await county.look(IMPOSSIBLE, claims=FindingKind.STALE)
    assert isinstance(doubted, LookDoubted)
    assert (doubted.gap_days, doubted.allowed, doubted.first_on) == (5, 14, day("2020-02-26"))
    now = dtm.datetime(2020, 3, 31, 9, tzinfo=dtm.UTC)
    assert await media_findings.detect(LAST, now) == ()
