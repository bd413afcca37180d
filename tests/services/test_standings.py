import datetime as dtm

import pytest

from models.enums import Cadence, Ties
from services import sql
from services.core.access import NotBound, NotPermitted
from services.core.numbers import format_percent
from services.core.period import Period
from services.core.quarter import Quarter
from services.facts.ledger import record
from services.office.organisations import get_unit
from services.ranking.standings import NoSuchDivision, StandingsReader, list_divisions
from services.reporting.receipts import find_rank
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
FEBRUARY, YEAR = Period.of_month(2024, 2), Period.of_year(2024)
MARCH_15 = DAY(2024, 3, 15)


def names(standings):
    return [each.unit for each in standings]


def of(standings, unit_id):
    """How one unit stands."""
    return standings.find(unit_id)[1]


async def test_the_year_of_dingnan_stands_at_the_end_of_february_as_it_was_printed(database):
    organisation_id, _ = await dingnan()
    year = await StandingsReader().read(
        an_administrator(organisation_id), organisation_id, YEAR, MARCH_15, through=FEBRUARY
    )
    (everybody,) = year.divisions
    assert names(everybody.first(3)) == ["融媒体中心", "消防大队", "老城镇政府"]
    assert [format_percent(each.rate) for each in everybody.first(3)] == ["65.0%", "55.6%", "44.3%"]
    assert names(everybody.last(3)) == ["公路发展分中心", "市场监管局", "发改委"]
    assert [format_percent(each.rate) for each in everybody.last(3)] == ["3.3%", "8.1%", "8.9%"]
    assert (len(everybody.placed), year.done, year.target) == (46, 3680, 15360)
    assert year.as_of == DAY(2024, 2, 29)


async def test_all_92_percentages_of_dingnan_come_out(database):
    organisation_id, units = await dingnan()
    reader, office = StandingsReader(), an_administrator(organisation_id)
    month = await reader.read(office, organisation_id, FEBRUARY, MARCH_15)
    year = await reader.read(office, organisation_id, YEAR, MARCH_15, through=FEBRUARY)
    printed = {row["责任单位"]: (row["2月完成比"], row["当年完成比例"]) for row in DINGNAN}
    assert printed == {
        name: tuple(format_percent(of(each, unit_id).rate) for each in (month, year))
        for name, unit_id in units.items()
    }
    assert month.done == 1730


async def test_february_of_dingnan_is_compared_with_january_and_the_year_with_the_year_by_january(database):
    organisation_id, _ = await dingnan()
    office = an_administrator(organisation_id)
    reader = StandingsReader()
    january = Period.of_month(2024, 1)
    for period in (FEBRUARY, YEAR):
        now = await reader.read(office, organisation_id, period, MARCH_15, through=FEBRUARY)
        earlier = january if period is FEBRUARY else YEAR
        before = await reader.read(office, organisation_id, earlier, MARCH_15, through=january)
        places = {each.unit_id: each.place for each in before.units}
        assert (now.is_compared, before.is_compared) == (True, False)
        assert {each.unit_id: each.before for each in now.units} == places
        assert any(each.moved for each in now.units)


async def test_what_is_owed_decides_who_is_ranked_and_what_counts(database):
    organisation_id, units, categories = await emeishan()
    office = an_administrator(organisation_id)
    await record(
        [
            a_fact(units["市司法局"], categories["动态通知类"], 2, 3),
            a_fact(units["市司法局"], categories["决策公开"], 2, 5),  # owed by the year only
            a_fact(units["市司法局"], categories["法定主动公开内容"], 2, 7),  # exempt
            a_fact(units["市教育局"], categories["动态通知类"], 3, 1),
        ],
        NOW,
    )
    month = await StandingsReader().read(office, organisation_id, FEBRUARY, MARCH_15)
    justice = of(month, units["市司法局"])
    assert (justice.done, justice.target) == (3, 2 + 4)  # 4 for each account, of which none is registered
    year = await StandingsReader().read(office, organisation_id, YEAR, MARCH_15)
    justice = of(year, units["市司法局"])
    assert (justice.done, justice.target) == (8, 12 * (2 + 4) + 5 + 1)
    quarter = await StandingsReader().read(office, organisation_id, Quarter(2024, 1), MARCH_15)
    assert (of(quarter, units["市教育局"]).done, of(quarter, units["市教育局"]).target) == (1, 3 * 7)


async def test_a_quota_for_each_account_asks_for_as_many_as_are_registered_at_the_end(database):
    organisation_id, units, _ = await emeishan()
    for number, (first_on, last_on) in enumerate(
        [(DAY(2024, 1, 5), None), (DAY(2024, 2, 29), None), (DAY(2024, 1, 1), DAY(2024, 2, 29))]
    ):
        await sql.execute(
            "INSERT INTO media_account "
            "(organisation_id, unit_id, platform, name, registered_on, deregistered_on) "
            "VALUES ($1, $2, 'wechat', $3, $4, $5)",
            *(organisation_id, units["市司法局"], f"账号{number}", first_on, last_on),
        )
    office = an_administrator(organisation_id)
    month = await StandingsReader().read(office, organisation_id, FEBRUARY, MARCH_15)
    assert of(month, units["市司法局"]).target == 2 + 4 * 2
    january = await StandingsReader().read(office, organisation_id, Period.of_month(2024, 1), MARCH_15)
    assert of(january, units["市司法局"]).target == 2 + 4 * 2
    quarter = await StandingsReader().read(office, organisation_id, Quarter(2024, 1), MARCH_15)
    assert of(quarter, units["市司法局"]).target == 3 * (2 + 4 * 2)


@pytest.fixture
async def county(database):
    """Two divisions; 甲镇 is exempt from everything, 乙局's quota ends and another begins."""
    organisation_id = await an_organisation()
    units = await units_of(organisation_id, ["甲镇", "乙局", "丙镇", "丁局"])
    for name, division in (("甲镇", "乡镇"), ("丙镇", "乡镇"), ("乙局", "部门"), ("丁局", "部门")):
        await sql.execute("UPDATE unit SET division = $1 WHERE id = $2", division, units[name])
    (category_id,) = (await categories_of(organisation_id, ["动态"])).values()
    await a_quota(units["甲镇"], category_id, None)
    await a_quota(units["乙局"], category_id, 4, ends_on=DAY(2024, 1, 31))
    await a_quota(units["乙局"], category_id, 10, effective_on=DAY(2024, 2, 1))
    await a_quota(units["丙镇"], category_id, 0)
    await a_quota(units["丁局"], category_id, 5)
    return organisation_id, units, category_id


async def test_each_division_is_a_list_of_its_own_unless_all_are_wanted(county):
    organisation_id, units, category_id = county
    await record([a_fact(units["丁局"], category_id, 2, 5), a_fact(units["乙局"], category_id, 2, 4)], NOW)
    office = an_administrator(organisation_id)
    apart = await StandingsReader().read(office, organisation_id, FEBRUARY, MARCH_15)
    assert [(one.division, names(one.placed), names(one.unplaced)) for one in apart.divisions] == [
        ("乡镇", [], ["甲镇", "丙镇"]),
        ("部门", ["丁局", "乙局"], []),
    ]
    assert (apart.exempt, apart.without_target, apart.ranked) == (1, 1, 2)
    one = await StandingsReader().read(office, organisation_id, FEBRUARY, MARCH_15, division="部门")
    assert one.divisions == apart.divisions[1:]
    everybody = await StandingsReader().read(office, organisation_id, FEBRUARY, MARCH_15, overall=True)
    assert names(everybody.divisions[0].placed) == ["丁局", "乙局"]
    with pytest.raises(NoSuchDivision):
        await StandingsReader().read(office, organisation_id, FEBRUARY, MARCH_15, division="县直")
    assert await list_divisions(organisation_id) == ("乡镇", "部门")


async def test_a_quarter_owes_what_its_months_owe_and_counts_through_a_month(county):
    organisation_id, units, category_id = county
    await record([a_fact(units["乙局"], category_id, month, 1) for month in (1, 2, 3)], NOW)
    office = an_administrator(organisation_id)
    quarter = await StandingsReader().read(office, organisation_id, Quarter(2024, 1), DAY(2024, 5, 1))
    assert (of(quarter, units["乙局"]).done, of(quarter, units["乙局"]).target) == (3, 4 + 10 + 10)
    february = await StandingsReader().read(
        office, organisation_id, Quarter(2024, 1), DAY(2024, 5, 1), through=FEBRUARY
    )
    assert (of(february, units["乙局"]).done, february.as_of) == (2, DAY(2024, 2, 29))
    year = await StandingsReader().read(office, organisation_id, YEAR, DAY(2024, 5, 1))
    assert of(year, units["乙局"]).target == 4 + 11 * 10


async def test_whoever_belongs_to_the_organisation_may_look_and_nobody_else(county):
    organisation_id, units, _ = county
    mine = await StandingsReader().read(
        a_reporter(organisation_id, units["甲镇"]), organisation_id, YEAR, MARCH_15
    )
    assert len(mine.units) == 4
    elsewhere = await an_organisation("别处")
    with pytest.raises(NotPermitted):
        await StandingsReader().read(an_administrator(elsewhere), organisation_id, YEAR, MARCH_15)
    with pytest.raises(NotBound):
        await StandingsReader().read(an_actor(), organisation_id, YEAR, MARCH_15)


async def test_a_reader_sees_what_was_counted_and_changed_since(county):
    organisation_id, units, category_id = county
    reader, office = StandingsReader(), an_administrator(organisation_id)
    first = await reader.read(office, organisation_id, FEBRUARY, MARCH_15)
    await record([a_fact(units["丁局"], category_id, 2, 5)], NOW)
    await a_quota(units["丁局"], category_id, 3, Cadence.YEARLY)
    await sql.execute("UPDATE organisation SET version = version + 1, ties = 'dense', decimals = 2")
    second = await reader.read(office, organisation_id, FEBRUARY, MARCH_15)
    assert (of(first, units["丁局"]).done, of(second, units["丁局"]).done) == (0, 5)
    assert (second.ties, str(of(second, units["丁局"]).rate)) == (Ties.DENSE, "100.00")
    year = await reader.read(office, organisation_id, YEAR, MARCH_15)
    assert of(year, units["丁局"]).target == 3


async def test_an_organisation_without_units_has_nobody_to_rank(database):
    organisation_id = await an_organisation()
    empty = await StandingsReader().read(
        an_administrator(organisation_id), organisation_id, FEBRUARY, MARCH_15
    )
    assert (empty.divisions, empty.ranked, empty.first(3), empty.find(1)) == ((), 0, (), None)


async def test_nobody_has_moved_where_nothing_was_counted_before(county):
    organisation_id, units, category_id = county
    await record([a_fact(units["丁局"], category_id, 2, 5)], NOW)
    month = await StandingsReader().read(
        an_administrator(organisation_id), organisation_id, FEBRUARY, MARCH_15
    )
    assert not month.is_compared
    assert {each.before for each in month.units} == {None}


@pytest.mark.parametrize("ties", list(Ties))
async def test_a_receipt_tells_the_place_that_the_ranking_shows(county, ties):
    organisation_id, units, category_id = county
    (other,) = (await categories_of(organisation_id, ["决策公开"])).values()
    retired = (await units_of(organisation_id, ["戊局", "己局", "庚局", "辛镇"]))["庚局"]
    units |= {row["name"]: row["id"] for row in await sql.fetch("SELECT id, name FROM unit")}
    for name in ("戊局", "己局", "庚局"):
        await sql.execute("UPDATE unit SET division = '部门' WHERE id = $1", units[name])
    await sql.execute("UPDATE unit SET division = '乡镇' WHERE id = $1", units["辛镇"])
    await a_quota(units["戊局"], category_id, 4)
    await a_quota(units["庚局"], category_id, 1)
    await a_quota(units["己局"], category_id, 5)
    await a_quota(units["辛镇"], other, 3, Cadence.YEARLY)  # owes nothing by the month
    done = {"丁局": 2, "乙局": 4, "己局": 2, "戊局": 4, "庚局": 9, "甲镇": 3}
    await record([a_fact(units[name], category_id, 2, count) for name, count in done.items()], NOW)
    await record([a_fact(units["己局"], other, 2, 50), a_fact(units["辛镇"], other, 1, 2)], NOW)
    await sql.execute("UPDATE unit SET is_active = FALSE WHERE id = $1", retired)
    await sql.execute("UPDATE organisation SET version = version + 1, ties = $1", ties.value)
    reader, office = StandingsReader(), an_administrator(organisation_id)
    month = await reader.read(office, organisation_id, FEBRUARY, MARCH_15)
    year = await reader.read(office, organisation_id, YEAR, MARCH_15)
    told = {}
    for name, unit_id in units.items():
        found = await find_rank(reader, await get_unit(unit_id), FEBRUARY, MARCH_15)
        told[name] = found and found.cadence
        if found is not None:
            shown = month if found.cadence is Cadence.MONTHLY else year
            division, each = shown.find(unit_id) or pytest.fail(name)
            assert (found.place, found.of) == (each.place, len(division.placed))
    assert told == {
        "甲镇": None,
        "丙镇": None,
        "庚局": None,
        "辛镇": Cadence.YEARLY,
        **dict.fromkeys(("乙局", "丁局", "戊局", "己局"), Cadence.MONTHLY),
    }
