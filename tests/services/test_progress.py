import datetime as dtm

import pytest

from models.enums import Cadence, Lamp, Role
from services import sql
from services.core.access import Binding, NotBound, NotPermitted
from services.core.numbers import format_percent
from services.core.period import Period
from services.facts.ledger import record
from services.office.organisations import NoUnit, OneUnit, OtherUnit, SeveralUnits, UnitGone, get_unit
from services.progress import NothingHere, ProgressReader, standing_lamp
from tests.builders import (
    DINGNAN,
    NOW,
    a_fact,
    a_quota,
    a_reporter,
    an_actor,
    an_administrator,
    an_organisation,
    categories_of,
    dingnan,
    emeishan,
    units_of,
)

DAY = dtm.date
FEBRUARY, MARCH, YEAR = Period.of_month(2024, 2), Period.of_month(2024, 3), Period.of_year(2024)


@pytest.fixture
def reader():
    return ProgressReader()


async def named(reader, actor, text, organisation_id=None):
    """What a text means, as names."""
    match await reader.find(actor, text, organisation_id):
        case OneUnit(unit):
            return unit.name
        case SeveralUnits(units):
            return [unit.name for unit in units]
        case OtherUnit(name, own):
            return name, {unit.name for unit in own}
        case NoUnit(_, nearest):
            return {unit.name for unit in nearest}


async def test_every_printed_figure_of_dingnan_comes_out_of_the_database(database, reader):
    organisation_id, units = await dingnan()
    office = an_administrator(organisation_id)
    for row in DINGNAN:
        progress = await reader.read(office, units[row["责任单位"]], FEBRUARY, DAY(2024, 3, 15))
        (line,) = progress.lines
        printed = (row["每月任务数"], row["2月发布数"], row["2月完成比"])
        year = (row["当年任务数"], row["当年完成数"], row["当年完成比例"])
        assert (str(line.month.target), str(line.month.done), format_percent(line.month.rate)) == printed
        assert (str(line.year.target), str(line.year.done), format_percent(line.year.rate)) == year


async def test_the_justice_bureau_in_march_2024(database, reader):
    organisation_id, units, categories = await emeishan()
    unit = units["市司法局"]
    await record(
        [
            a_fact(unit, categories["动态通知类"], 1, 2),
            a_fact(unit, categories["动态通知类"], 3, 1),
            a_fact(unit, categories["政务新媒体"], 2, 4),
            a_fact(unit, categories["政务新媒体"], 3, 1, "by account", account=5),
            a_fact(unit, categories["服务公开"], 2, 1),
            a_fact(unit, categories["动态通知类"], 4, 9, "the month after"),
            a_fact(units["市教育局"], categories["动态通知类"], 3, 7, "somebody else"),
        ],
        NOW,
    )
    progress = await reader.read(a_reporter(organisation_id, unit), unit, MARCH, DAY(2024, 3, 29))
    assert (progress.organisation, progress.unit, progress.period) == ("峨眉山市", "市司法局", MARCH)
    shown = {
        line.category: (
            line.group,
            line.month and (line.month.done, line.month.target),
            line.year and (line.year.done, line.year.target),
            line.lamp,
        )
        for line in progress.lines
    }
    five = dict.fromkeys(("决策公开", "执行公开", "管理公开"), ("五公开", None, (0, 1), Lamp.ON_TRACK))
    assert shown == {
        "动态通知类": (None, (1, 2), (3, 24), Lamp.URGENT),
        "法定主动公开内容": (None, None, None, None),
        **five,
        "服务公开": ("五公开", None, (1, 1), Lamp.DONE),
        "结果公开": ("五公开", None, (0, 1), Lamp.ON_TRACK),
        "政务公开日活动信息": (None, None, (0, 1), Lamp.ON_TRACK),
        "政务新媒体": (None, (1, 4), (5, 48), Lamp.URGENT),
    }
    assert [line.category for line in progress.lines if line.assumes_one_account] == ["政务新媒体"]
    assert [duty.heading for duty in progress.duties] == ["政策解读", "调查征集"]
    assert (progress.month_pace.elapsed, progress.month_pace.total) == (21, 21)
    assert progress.deadline.last_working_on == DAY(2024, 3, 29)
    assert progress.deadline.closes_on == DAY(2024, 4, 8)


async def test_without_a_period_it_is_the_month_of_today(database, reader):
    organisation_id, units, _ = await emeishan()
    progress = await reader.read(an_administrator(organisation_id), units["市司法局"], None, DAY(2024, 5, 31))
    assert progress.period == Period.of_month(2024, 5)


async def test_a_year_counts_through_its_last_month(database, reader):
    organisation_id, units, categories = await emeishan()
    unit = units["市教育局"]
    facts = [a_fact(unit, categories["动态通知类"], month, month) for month in (1, 6, 12)]
    await record(facts, NOW)
    progress = await reader.read(an_administrator(organisation_id), unit, YEAR, DAY(2025, 2, 1))
    line = next(line for line in progress.lines if line.category == "动态通知类")
    assert line.month is None
    assert (line.year.done, line.year.target) == (19, 24)


async def test_another_years_counts_and_quotas_stay_out(database, reader):
    organisation_id, units, categories = await emeishan()
    unit, category = units["市教育局"], categories["动态通知类"]
    await record([a_fact(unit, category, 12, 5)], NOW)
    await sql.execute("UPDATE quota SET ends_on = $1", DAY(2024, 12, 31))
    progress = await reader.read(
        an_administrator(organisation_id), unit, Period.of_month(2025, 1), DAY(2025, 1, 9)
    )
    assert all(line.is_exempt for line in progress.lines)
    assert standing_lamp(progress) is None


async def test_a_quota_that_changed_in_the_year_counts_each_month_as_it_was(database, reader):
    organisation_id = await an_organisation()
    (unit,) = (await units_of(organisation_id, ["市司法局"])).values()
    (category,) = (await categories_of(organisation_id, ["动态通知类"])).values()
    await a_quota(unit, category, 2, ends_on=DAY(2024, 5, 31))
    await a_quota(unit, category, 5, effective_on=DAY(2024, 6, 1))
    targets = {}
    for month in (5, 6, 12):
        progress = await reader.read(
            an_administrator(organisation_id), unit, Period.of_month(2024, month), DAY(2024, 12, 31)
        )
        targets[month] = (progress.lines[0].month.target, progress.lines[0].year.target)
    assert targets == {5: (2, 45), 6: (5, 45), 12: (5, 45)}


@pytest.mark.parametrize(
    ("day", "expected"),
    [(DAY(2024, 5, 31), 2), (DAY(2024, 6, 15), None), (DAY(2024, 12, 31), None)],
)
async def test_a_quota_lasts_through_its_last_day(database, reader, day, expected):
    organisation_id = await an_organisation()
    (unit,) = (await units_of(organisation_id, ["市司法局"])).values()
    (category,) = (await categories_of(organisation_id, ["动态通知类"])).values()
    await a_quota(unit, category, 2, ends_on=DAY(2024, 5, 31))
    progress = await reader.read(an_administrator(organisation_id), unit, None, day)
    month = progress.lines[0].month
    assert (month.target if month else None) == expected
    assert progress.lines[0].year.target == 10


async def test_an_organisation_closes_after_its_own_number_of_days(database, reader):
    organisation_id = await an_organisation(closing_days=3)
    (unit,) = (await units_of(organisation_id, ["市司法局"])).values()
    progress = await reader.read(an_administrator(organisation_id), unit, MARCH, DAY(2024, 3, 1))
    assert progress.deadline.closes_on == DAY(2024, 4, 3)
    assert progress.lines == ()


WHO = {
    "stranger": lambda ours, own, theirs: an_actor(),
    "reporter": lambda ours, own, theirs: a_reporter(ours, own),
    "reviewer": lambda ours, own, theirs: an_actor(Binding(ours, None, Role.REVIEWER)),
    "leader": lambda ours, own, theirs: an_actor(Binding(ours, None, Role.LEADER)),
    "administrator": lambda ours, own, theirs: an_administrator(ours),
    "neighbour": lambda ours, own, theirs: an_administrator(theirs),
}


@pytest.mark.parametrize(
    ("who", "own", "other", "abroad", "all_of_ours"),
    [
        ("stranger", NotBound, NotBound, NotBound, NotBound),
        ("reporter", None, NotPermitted, NotPermitted, NotPermitted),
        ("reviewer", None, None, NotPermitted, None),
        ("leader", None, None, NotPermitted, None),
        ("administrator", None, None, NotPermitted, None),
        ("neighbour", NotPermitted, NotPermitted, None, NotPermitted),
    ],
)
async def test_who_may_read_what(database, reader, who, own, other, abroad, all_of_ours):
    ours, units, _ = await emeishan()
    theirs = await an_organisation("定南县")
    (foreign,) = (await units_of(theirs, ["审计局"])).values()
    actor = WHO[who](ours, units["市司法局"], theirs)

    async def outcome(reading):
        try:
            await reading
        except (NotBound, NotPermitted) as refused:
            return type(refused)
        return None

    today = DAY(2024, 3, 15)
    assert await outcome(reader.read(actor, units["市司法局"], None, today)) is own
    assert await outcome(reader.read(actor, units["市教育局"], None, today)) is other
    assert await outcome(reader.read(actor, foreign, None, today)) is abroad
    assert await outcome(reader.overview(actor, ours, None, today)) is all_of_ours


async def test_a_unit_that_is_gone_is_said_to_be(database, reader):
    with pytest.raises(UnitGone):
        await reader.read(an_administrator(1), 4711, None, DAY(2024, 3, 15))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("市司法局", "市司法局"),
        ("司法", "市司法局"),
        ("sfj", "市司法局"),
        ("公安局", "市公安局"),
        ("市公", ["市公安局", "市公共资源交易中心"]),
    ],
)
async def test_the_office_finds_any_unit(database, reader, text, expected):
    organisation_id, _, _ = await emeishan()
    assert await named(reader, an_administrator(organisation_id), text) == expected


async def test_a_reporter_is_only_offered_units_of_their_own(database, reader):
    organisation_id, units, _ = await emeishan()
    reporter = a_reporter(organisation_id, units["市司法局"], units["市教育局"])
    own = {"市司法局", "市教育局"}
    assert await named(reader, reporter, "司法局") == "市司法局"
    assert await named(reader, reporter, "公安局") == ("市公安局", own)
    assert await named(reader, reporter, "市公") == ("市公", own)
    assert await named(reader, reporter, "司发局") == "市司法局"
    assert await named(reader, reporter, "气象台") <= own


async def test_a_stranger_finds_nothing(database, reader):
    await emeishan()
    with pytest.raises(NotBound):
        await reader.find(an_actor(), "市司法局", None)


async def test_a_groups_organisation_is_searched_first(database, reader):
    ours, _, _ = await emeishan()
    theirs = await an_organisation("定南县")
    await units_of(theirs, ["司法局", "审计局"])
    both = an_administrator(ours, theirs)
    assert (await reader.find(both, "司法局", ours)).unit.organisation == "峨眉山市"
    assert (await reader.find(both, "司法局", theirs)).unit.organisation == "定南县"
    assert (await reader.find(both, "审计局", ours)).unit.organisation == "定南县"
    assert await named(reader, both, "司法局") == "司法局"
    assert await named(reader, both, "市司法局") == "市司法局"
    assert await named(reader, both, "sfj") == ["市司法局", "司法局"]
    assert await named(reader, an_administrator(theirs), "教育局", ours) <= {"司法局", "审计局"}


async def test_a_new_name_is_known_when_the_organisation_moves_on(database, reader):
    organisation_id, units, _ = await emeishan()
    office = an_administrator(organisation_id)
    assert await named(reader, office, "市教育局") == "市教育局"
    await sql.execute("UPDATE unit SET name = '市教体局' WHERE id = $1", units["市教育局"])
    await sql.execute("UPDATE organisation SET version = version + 1")
    assert await named(reader, office, "市教体局") == "市教体局"
    assert (await get_unit(units["市教育局"])).name == "市教体局"


async def test_what_a_person_may_look_at(database, reader):
    ours, units, _ = await emeishan()
    theirs = await an_organisation("定南县")
    reporter = a_reporter(ours, units["市教育局"], units["市司法局"])
    scope = await reader.get_scope(reporter, None)
    assert ([unit.name for unit in scope.own], scope.overseen) == (["市司法局", "市教育局"], ())
    assert await reader.get_scope(reporter, ours) == scope
    with pytest.raises(NothingHere):
        await reader.get_scope(reporter, theirs)
    with pytest.raises(NotBound):
        await reader.get_scope(an_actor(), None)
    assert await reader.find_scope(an_actor(), None) is None
    office = an_administrator(ours, theirs)
    assert [each.name for each in (await reader.get_scope(office, None)).overseen] == ["峨眉山市", "定南县"]
    assert [
        each.name for each in (await reader.get_scope(an_administrator(ours, theirs), theirs)).overseen
    ] == ["定南县"]


async def test_an_overview_counts_units_and_names_those_behind_in_official_order(database, reader):
    organisation_id, units, categories = await emeishan()
    monthly = {"动态通知类": 2, "法定主动公开内容": 1, "政务新媒体": 4}
    await record(
        [
            a_fact(units[name], categories[category], 3, count)
            for name in ("市教育局", "市自然资源局")
            for category, count in monthly.items()
        ]
        + [a_fact(units["市公安局"], categories["动态通知类"], 3, 1)],
        NOW,
    )
    await sql.execute("UPDATE unit SET position = 9 WHERE name = '市司法局'")
    seen = await reader.overview(an_administrator(organisation_id), organisation_id, MARCH, DAY(2024, 3, 22))
    assert [(standing.unit.name, standing.lamp) for standing in seen.standings] == [
        ("市自然资源局", Lamp.DONE),
        ("市教育局", Lamp.DONE),
        ("市公安局", Lamp.BEHIND),
        ("市公共资源交易中心", Lamp.BEHIND),
        ("市司法局", Lamp.BEHIND),
    ]
    assert seen.counts == {Lamp.DONE: 2, Lamp.BEHIND: 3}
    assert [unit.name for unit in seen.lagging] == ["市公安局", "市公共资源交易中心", "市司法局"]
    assert seen.frame.month_pace.elapsed == 16


async def test_an_overview_says_of_each_unit_what_its_own_page_says(database, reader):
    organisation_id, _ = await dingnan()
    office = an_administrator(organisation_id)
    seen = await reader.overview(office, organisation_id, FEBRUARY, DAY(2024, 3, 15))
    assert len(seen.standings) == 46
    assert seen.counts == {Lamp.DONE: 31, Lamp.MISSED: 15}  # fifteen stayed under 100 % that February
    for standing in seen.standings[::9]:
        progress = await reader.read(office, standing.unit, FEBRUARY, DAY(2024, 3, 15))
        assert standing_lamp(progress) is standing.lamp


async def test_an_overview_leaves_out_units_that_no_longer_report(database, reader):
    organisation_id, _, _ = await emeishan()
    await sql.execute("UPDATE unit SET is_active = $1 WHERE name = '市公安局'", False)
    seen = await reader.overview(an_administrator(organisation_id), organisation_id, None, DAY(2024, 3, 1))
    assert len(seen.standings) == 4


async def test_an_empty_organisation_has_an_empty_overview(database, reader):
    organisation_id = await an_organisation()
    seen = await reader.overview(an_administrator(organisation_id), organisation_id, None, DAY(2024, 3, 1))
    assert (seen.standings, seen.frame.lines) == ((), ())


async def test_a_month_is_done_though_the_year_is_not(database, reader):
    organisation_id = await an_organisation()
    (unit,) = (await units_of(organisation_id, ["市司法局"])).values()
    categories = await categories_of(organisation_id, ["动态通知类", "决策公开"])
    await a_quota(unit, categories["动态通知类"], 2)
    await a_quota(unit, categories["决策公开"], 12, Cadence.YEARLY)
    await record(
        [a_fact(unit, categories["动态通知类"], 3, 2), a_fact(unit, categories["决策公开"], 1, 3)], NOW
    )
    office = an_administrator(organisation_id)
    done = await reader.read(office, unit, MARCH, DAY(2024, 3, 29))
    assert (done.lamp, standing_lamp(done)) == (Lamp.ON_TRACK, Lamp.DONE)
    behind = await reader.read(office, unit, MARCH, DAY(2024, 6, 30))
    assert standing_lamp(behind) is Lamp.DONE
    year = await reader.read(office, unit, YEAR, DAY(2024, 6, 28))
    assert standing_lamp(year) is year.lamp is Lamp.BEHIND
