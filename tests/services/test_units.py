import json

import pytest

from models.enums import Role
from services import sql
from services.arranging import retirement, units
from services.arranging.retirement import MergedElsewhere, MergedIntoItself
from services.arranging.units import (
    NewUnit,
    UnitNameMissing,
    UnitNameRetired,
    UnitNameTaken,
    UnitNotActive,
)
from services.audit import Deed
from services.core.access import NotPermitted
from services.membership import members
from services.office import organisations
from services.office.organisations import NoUnit, OneUnit, Rosters
from tests.builders import NOW, an_organisation, units_of
from tests.people import a_member

NAMES = ("市司法局", "市公安局", "白桥镇", "白桥乡")


class Office:
    """峨眉山市 with four units, an administrator, and the cache of names that handlers share."""

    def __init__(self, organisation_id, clerk, ids):
        self.id, self.clerk, self.ids = organisation_id, clerk, ids
        self.deed = Deed(clerk.member_id, "message/m1/41", NOW)
        self.rosters = Rosters()

    async def named(self, text):
        """The names of the units a text means now."""
        meant, _ = (await self.rosters.get(self.id)).meant_by(text)
        return [unit.name for unit in meant]

    async def order(self):
        return [unit.name for unit in await organisations.list_units(self.id)]

    async def alias(self, name, alias):
        roster = await self.rosters.get(self.id)
        return await units.add_alias(self.clerk, self.ids[name], alias, roster, self.deed)


@pytest.fixture
async def office(database):
    organisation_id = await an_organisation()
    ids = await units_of(organisation_id, NAMES, aliases="司法")
    return Office(organisation_id, await a_member(organisation_id, Role.ADMINISTRATOR), ids)


async def trace():
    rows = await sql.fetch("SELECT action, before, after FROM audit_entry ORDER BY id")
    return [(row["action"], json.loads(row["before"]), json.loads(row["after"])) for row in rows]


@pytest.mark.parametrize("keeps_old", [True, False])
async def test_a_renamed_unit_is_found_under_its_old_name_if_that_was_kept(office, keeps_old):
    assert await office.named("市公安局") == ["市公安局"]
    card = await units.rename(
        office.clerk, office.ids["市公安局"], "市应急局", office.deed, keeps_old=keeps_old
    )
    assert card.unit.name == "市应急局"
    assert await office.named("应急局") == ["市应急局"]
    assert await office.named("市公安局") == (["市应急局"] if keeps_old else [])
    assert await trace() == [("unit.rename", "市公安局", "市应急局")]


async def test_a_unit_takes_its_own_alias_for_its_name_and_goes_back(office):
    unit_id = office.ids["市司法局"]
    card = await units.rename(office.clerk, unit_id, "司法", office.deed, keeps_old=True)
    assert [alias.name for alias in card.aliases] == ["市司法局"]
    card = await units.rename(office.clerk, unit_id, "市司法局", office.deed, keeps_old=False)
    assert card.aliases == ()


@pytest.mark.parametrize("name", ["公安局", "市公安局", "县公安局", " 市公安局 ", "司法"])
async def test_a_name_that_means_another_unit_is_not_taken(office, name):
    with pytest.raises(UnitNameTaken):
        await units.rename(office.clerk, office.ids["白桥镇"], name, office.deed, keeps_old=True)
    with pytest.raises(UnitNameTaken):
        await units.add(office.clerk, NewUnit(office.id, name, "", None), office.deed)
    with pytest.raises(UnitNameTaken):
        await office.alias("白桥镇", name)
    assert await trace() == []


@pytest.mark.parametrize("name", ["", " ", "——", "长" * 51])
async def test_a_name_has_letters_and_at_most_fifty(office, name):
    with pytest.raises(UnitNameMissing):
        await units.add(office.clerk, NewUnit(office.id, name, "", None), office.deed)


async def test_a_town_may_be_called_like_a_township(office):
    card = await units.add(office.clerk, NewUnit(office.id, "白桥街道", "乡镇", None), office.deed)
    assert card.unit.name == "白桥街道"


async def test_an_alias_may_not_steal_a_short_form_but_may_settle_a_doubtful_one(office):
    assert len(await office.named("白桥")) == 2
    with pytest.raises(UnitNameTaken) as taken:
        await office.alias("市司法局", "gaj")
    assert taken.value.params == {"name": "市公安局"}
    card = await office.alias("白桥镇", "白桥")
    assert await office.named("白桥") == ["白桥镇"]
    await units.remove_alias(office.clerk, office.ids["白桥镇"], card.aliases[0].id, office.deed)
    assert len(await office.named("白桥")) == 2
    assert [action for action, *_ in await trace()] == ["unit.alias_add", "unit.alias_remove"]


async def test_what_changes_nothing_leaves_no_trace(office):
    await office.alias("市司法局", "司法")
    await units.remove_alias(office.clerk, office.ids["市司法局"], 10_000, office.deed)
    await units.rename(office.clerk, office.ids["市司法局"], "市司法局", office.deed, keeps_old=True)
    assert await trace() == []


@pytest.mark.parametrize(
    ("after", "order"),
    [
        (None, [*NAMES, "市审计局"]),
        ("市司法局", ["市司法局", "市审计局", *NAMES[1:]]),
        ("白桥乡", [*NAMES, "市审计局"]),
    ],
)
async def test_a_new_unit_stands_where_it_was_put_and_printed_numbers_stay(office, after, order):
    new = NewUnit(office.id, "市审计局", "部门", office.ids.get(after))
    card = await units.add(office.clerk, new, office.deed)
    assert card.unit.division == "部门"
    assert await office.order() == order
    printed = await sql.fetch("SELECT name, printed_number FROM unit WHERE printed_number <> '' ORDER BY id")
    assert [(row["name"], row["printed_number"]) for row in printed] == [
        (name, str(number)) for number, name in enumerate(NAMES, start=1)
    ]
    assert await office.named("sjj") == ["市审计局"]


async def test_a_retired_unit_leaves_the_order_is_found_by_the_office_and_comes_back(office):
    unit_id = office.ids["市公安局"]
    card = await retirement.retire(office.clerk, unit_id, office.deed)
    assert (card.is_active, card.retired_at) == (False, NOW)
    assert "市公安局" not in await office.order()
    roster = await office.rosters.get(office.id)
    assert isinstance(await units.find(office.clerk, office.id, "公安局", roster), OneUnit)
    assert isinstance(await units.find(office.clerk, office.id, "天文台", roster), NoUnit)
    with pytest.raises(UnitNameRetired):
        await units.add(office.clerk, NewUnit(office.id, "公安局", "", None), office.deed)
    for change in (
        units.rename(office.clerk, unit_id, "别的局", office.deed, keeps_old=True),
        retirement.retire(office.clerk, unit_id, office.deed),
        retirement.merge(office.clerk, office.ids["白桥镇"], unit_id, office.deed),
    ):
        with pytest.raises(UnitNotActive):
            await change
    assert (await retirement.restore(office.clerk, unit_id, office.deed)).is_active
    await retirement.restore(office.clerk, unit_id, office.deed)
    assert await office.order() == list(NAMES)
    assert [action for action, *_ in await trace()] == ["unit.retire", "unit.restore"]


async def test_a_merged_units_names_and_people_go_over_and_its_facts_stay(office):
    old, new = office.ids["市司法局"], office.ids["市公安局"]
    alone = await a_member(office.id, Role.REPORTER, old, telegram_id=7101)
    await a_member(office.id, Role.REPORTER, old, telegram_id=7102)
    both = await a_member(office.id, Role.REPORTER, new, telegram_id=7102)
    await sql.execute("UPDATE member SET chosen_unit_id = $1", old)
    card = await retirement.merge(office.clerk, old, new, office.deed)
    assert (card.unit.name, card.reporters) == ("市公安局", 2)
    assert [alias.name for alias in card.aliases] == ["司法", "市司法局"]
    for name in ("市司法局", "司法", "公安局"):
        assert await office.named(name) == ["市公安局"]
    for person in (alone, both):
        found = await members.get_actor(
            person.telegram_id, "", person.language, is_deployment_administrator=False
        )
        assert found.units_of(office.id) == (new,)
    chosen = await sql.fetch("SELECT DISTINCT chosen_unit_id AS unit_id FROM member")
    assert [row["unit_id"] for row in chosen] == [new]
    gone = await units.get_card(office.clerk, old)
    assert (gone.is_active, gone.successor, gone.aliases) == (False, "市公安局", ())
    assert await trace() == [("unit.merge", "市司法局", "市公安局")]


async def test_a_merged_unit_that_comes_back_has_its_name_and_nobody(office):
    old, new = office.ids["市司法局"], office.ids["市公安局"]
    await a_member(office.id, Role.REPORTER, old, telegram_id=7101)
    await retirement.merge(office.clerk, old, new, office.deed)
    card = await retirement.restore(office.clerk, old, office.deed)
    assert (card.is_active, card.successor, card.reporters) == (True, "", 0)
    assert await office.named("市司法局") == ["市司法局"]
    assert await office.named("司法") == ["市公安局"]


async def test_units_merge_within_their_office_and_never_into_themselves(office):
    other = await units_of(await an_organisation("定南县"), ["县司法局"])
    first = (await organisations.list_organisations())[1]
    both = await a_member(first.id, Role.ADMINISTRATOR)
    with pytest.raises(MergedElsewhere):
        await retirement.merge(both, office.ids["市司法局"], other["县司法局"], office.deed)
    with pytest.raises(MergedIntoItself):
        await retirement.merge(both, office.ids["市司法局"], office.ids["市司法局"], office.deed)


async def test_only_the_office_changes_units(office):
    unit_id = office.ids["市司法局"]
    reporter = await a_member(office.id, Role.REPORTER, unit_id, telegram_id=7101)
    roster = await office.rosters.get(office.id)
    for attempt in (
        units.list_units(reporter, office.id),
        units.get_card(reporter, unit_id),
        units.find(reporter, office.id, "司法局", roster),
        units.add(reporter, NewUnit(office.id, "市审计局", "", None), office.deed),
        units.rename(reporter, unit_id, "新局", office.deed, keeps_old=True),
        units.add_alias(reporter, unit_id, "新局", roster, office.deed),
        units.remove_alias(reporter, unit_id, 1, office.deed),
        retirement.retire(reporter, unit_id, office.deed),
        retirement.restore(reporter, unit_id, office.deed),
        retirement.merge(reporter, unit_id, office.ids["市公安局"], office.deed),
    ):
        with pytest.raises(NotPermitted):
            await attempt
