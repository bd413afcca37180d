"""The databases that are measured on: an office's real units and targets, its people, years of facts."""

import datetime as dtm
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.load import Person
from bot.database import opened
from models.enums import Role
from services import sql
from services.importing import imports
from services.membership import members
from services.office import organisations
from services.office.organisations import UnitRef
from services.transaction import transact
from settings import ROOT

ORGANISATION = "峨眉山市"
SHEET = ROOT / "examples" / "emeishan-2024-quotas.xlsx"
FIRST_PERSON = 800_000_001
PEOPLE = 2000
"""So many write in turn: nobody has two updates under way, and nobody reports the same twice."""
CATEGORIES, MOST = ("动态", "法定", "新媒体"), 20
"""Sixty reports of which no two are alike, and none so large as to be asked about."""
COUNTS = "1 + (u.id + c.id + m.n) % 4"


@dataclass(frozen=True, slots=True)
class Size:
    """How many units there are, and for how many years facts have been recorded."""

    units: int
    years: int


SMALL = Size(units=0, years=1)
"""The units of the sheet as they are."""


async def found(url: str, size: Size, now: dtm.datetime) -> tuple[Person, ...]:
    """Fill an empty database for this year and return the people, each the reporter of one unit."""
    async with opened(url):
        shown = await imports.preview(
            SHEET.read_bytes(), SHEET.name, organisation=ORGANISATION, year=now.year
        )
        await imports.save(shown, None, source="bench", now=now)
        (organisation,) = await organisations.list_organisations()
        # The sheet is one of 2024; its targets are to be in force while we measure.
        await sql.execute("UPDATE quota SET effective_on = $1, ends_on = NULL", dtm.date(now.year, 1, 1))
        await _add_units(organisation.id, size.units)
        await _add_facts(size.years, now)
        units = await organisations.list_units(organisation.id)
        chosen = [units[at * len(units) // PEOPLE] for at in range(PEOPLE)] if size.units else units
        return await _bind(organisation.id, chosen, now)


async def count(url: str, statements: Sequence[str]) -> tuple[int, ...]:
    """Run statements that count, each as ``n``."""
    async with opened(url):
        return tuple([int((await sql.fetch(statement))[0]["n"]) for statement in statements])


async def _bind(organisation: int, units: Sequence[UnitRef], now: dtm.datetime) -> tuple[Person, ...]:
    people = tuple(
        Person(FIRST_PERSON + at, units[at % len(units)].name, _reported(at // len(units)))
        for at in range(PEOPLE)
    )

    async def work() -> None:
        for at, person in enumerate(people):
            await members.bind(person.id, organisation, units[at % len(units)].id, Role.REPORTER, now)

    await transact(work)
    return people


def _reported(nth: int) -> str:
    """Give a unit's nth person something to report that no colleague does: the same is asked about."""
    return f"{CATEGORIES[nth // MOST]} {1 + nth % MOST}"


async def _add_units(organisation: int, wanted: int) -> None:
    """Add units until there are so many, with the targets of the sheet's units in turn."""
    known = await organisations.list_units(organisation)
    if wanted <= len(known):
        return
    first, step = known[0].id, len(known)
    await sql.execute(
        "INSERT INTO unit (organisation_id, name, division, position, printed_number, search_key, is_active) "
        f"{_series(step + 1, wanted)} "
        "SELECT $1, '第' || n || '街道办事处', '', n, '', '', u.is_active FROM series "
        f"JOIN unit u ON u.id = {first} + (n - 1) % {step}",
        organisation,
    )
    await sql.execute(
        "INSERT INTO quota (unit_id, category_id, cadence, target, is_per_account, effective_on, ends_on) "
        "SELECT u.id, q.category_id, q.cadence, q.target, q.is_per_account, q.effective_on, q.ends_on "
        f"FROM unit u JOIN quota q ON q.unit_id = {first} + (u.position - 1) % {step} "
        f"WHERE u.position > {step}"
    )


async def _add_facts(years: int, now: dtm.datetime) -> None:
    """Record one fact a month for every unit and category with a monthly target, and add them up."""
    months = [
        dtm.date(year, month, 1)
        for year in range(now.year - years + 1, now.year + 1)
        for month in range(1, 13)
        if (year, month) <= (now.year, now.month)
    ]
    values = ", ".join(f"({n}, '{month}')" for n, month in enumerate(months))
    day = "CAST(m.month_on AS date)" if sql.is_postgres() else "m.month_on"
    pairs = (
        f"WITH m (n, month_on) AS (VALUES {values}) "
        "SELECT u.id, c.id, 0, {day}, {counts} FROM unit u JOIN m ON TRUE "
        "JOIN category c ON c.id IN (SELECT category_id FROM quota WHERE cadence = 'monthly')"
    )
    await sql.execute(
        "INSERT INTO submission (unit_id, category_id, account, month_on, count, source, submitted_at) "
        + pairs.format(day=day, counts=f"{COUNTS}, 'bench/' || u.id || '/' || c.id || '/' || m.n, $1"),
        now,
    )
    await sql.execute(
        "INSERT INTO tally (unit_id, category_id, account, month_on, count) "
        "SELECT unit_id, category_id, account, month_on, SUM(count) FROM submission "
        "GROUP BY unit_id, category_id, account, month_on"
    )


def _series(first: int, last: int) -> str:
    return (
        f"WITH RECURSIVE series (n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM series WHERE n < {last})"
    )


def sqlite_url(folder: Path, name: str) -> str:
    """Return the address of a database file in a folder."""
    return f"sqlite://{folder / f'{name}.db'}"
