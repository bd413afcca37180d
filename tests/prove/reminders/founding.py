"""Writes a town into an empty database as it is at first."""

import datetime as dtm
from typing import Any

from services import sql
from tests.prove.reminders.deeds import chat_of
from tests.prove.reminders.drawing import CATEGORIES
from tests.prove.reminders.office_deeds import group_added
from tests.prove.reminders.town import Town

LONG_AGO = dtm.datetime(2020, 1, 1, tzinfo=dtm.UTC)


async def _insert(table: str, **values: Any) -> None:
    columns, places = ", ".join(values), sql.placeholders(1, len(values))
    await sql.execute(f"INSERT INTO {table} ({columns}) VALUES {places}", *values.values())


async def found(town: Town) -> None:
    """Write everything down, in the caller's transaction; ids are those of the town."""
    await _insert("deployment", is_sandbox=True)
    for one in town.organisations.values():
        await _insert(
            "organisation", id=one.id, name=f"县{one.id}", year=2024, closing_days=one.closing_days, version=1
        )
        for number in CATEGORIES[one.id]:
            await _insert(
                "category",
                id=number,
                organisation_id=one.id,
                name=f"栏目{number}",
                division="",
                position=number,
            )
    await _people(town)
    for unit in town.units.values():
        await _insert(
            "unit",
            id=unit.id,
            organisation_id=unit.organisation,
            name=f"单位{unit.id}",
            division="",
            position=unit.id,
            printed_number=str(unit.id),
            search_key="",
            is_active=True,
        )
        for quota in unit.quotas:
            await _insert(
                "quota",
                unit_id=unit.id,
                category_id=quota.category,
                cadence=quota.cadence,
                target=quota.target,
                is_per_account=quota.is_per_account,
                effective_on=quota.from_on,
            )
    await _roles(town)
    await _places(town)


async def _people(town: Town) -> None:
    for person in town.people.values():
        await _insert("member", id=person.id, telegram_id=chat_of(person), name=f"人员{person.id}")


async def _roles(town: Town) -> None:
    for unit in town.units.values():
        for role, people in (("reporter", town.reporters[unit.id]), ("leader", town.leaders[unit.id])):
            for person in people:
                await _bind(person, unit.organisation, unit.id, role)
    for one in town.organisations.values():
        for role, some in (
            ("administrator", one.administrators),
            ("leader", one.leaders),
            ("reviewer", one.reviewers),
        ):
            for person in some:
                await _bind(person, one.id, None, role)


async def _bind(person: int, organisation: int, unit: int | None, role: str) -> None:
    await _insert(
        "binding",
        member_id=person,
        organisation_id=organisation,
        unit_id=unit,
        scope=unit or 0,
        role=role,
        bound_at=LONG_AGO,
    )


async def _places(town: Town) -> None:
    for account in town.accounts.values():
        await _insert(
            "media_account",
            id=account.id,
            organisation_id=town.units[account.unit].organisation,
            unit_id=account.unit,
            platform="wechat",
            name=f"账号{account.id}",
            registered_on=LONG_AGO.date(),
            last_post_on=account.last_post_on,
        )
    for group in town.groups.values():
        for statement, values in group_added(LONG_AGO, group).statements:
            await sql.execute(statement, *values)
