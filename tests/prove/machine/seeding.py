"""The offices of the model, as rows of a database from which every run's own is copied."""

import asyncio
import contextlib
import datetime as dtm
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from bot.database import opened, postgres_credentials
from models.enums import Cadence, Role
from services import sql
from services.membership import members
from tests.builders import a_quota, an_organisation, categories_of, units_of
from tests.databases import create_database, database_of_its_own, postgres_cluster
from tests.prove.machine.office import AT_FIRST, CATEGORIES, ELSEWHERE, HERE, PEOPLE, QUOTAS, UNITS
from tests.prove.machine.telegram import GROUP, GROUP_TITLE

Copies = Callable[[], contextlib.AbstractContextManager[str]]
"""Gives the address of a fresh copy for the time of a block."""


async def seed(url: str) -> None:
    """Fill an empty database."""
    long_ago = dtm.datetime(2024, 1, 1, tzinfo=dtm.UTC)
    async with opened(url):
        organisations = {name: await an_organisation(name) for name in (HERE, ELSEWHERE)}
        units: dict[str, int] = {}
        categories: dict[str, int] = {}
        for name, organisation_id in organisations.items():
            units |= await units_of(organisation_id, [each for each, of in UNITS.items() if of == name])
            named = [each for each, of in CATEGORIES.items() if of == name]
            categories |= await categories_of(organisation_id, named)
        for unit, category in ((u, c) for u in UNITS for c in CATEGORIES if UNITS[u] == CATEGORIES[c]):
            cadence, target = QUOTAS.get((unit, category), ("monthly", None))
            await a_quota(units[unit], categories[category], target, Cadence(cadence))
        for each in AT_FIRST:
            unit_id = units[each.unit] if each.unit else None
            await members.bind(
                each.person, organisations[each.organisation], unit_id, Role(each.role), long_ago
            )
            await sql.execute(
                "UPDATE member SET name = $1 WHERE telegram_id = $2", PEOPLE[each.person], each.person
            )
        await sql.execute(
            "INSERT INTO chat (telegram_id, title, organisation_id, unreachable_reason) "
            "VALUES ($1, $2, $3, '')",
            *(GROUP, GROUP_TITLE, organisations[HERE]),
        )


def sqlite_copies(folder: Path) -> Copies:
    """Seed a file to be copied."""
    template = folder / "template.db"
    asyncio.run(seed(f"sqlite://{template}"))

    @contextlib.contextmanager
    def copied() -> Iterator[str]:
        with tempfile.TemporaryDirectory(dir=folder) as place:
            shutil.copy(template, Path(place) / "duban.db")
            yield f"sqlite://{place}/duban.db"

    return copied


def postgres_copies(server: str) -> Copies:
    """Seed a database on a server to be copied there."""
    template = asyncio.run(create_database(server))
    asyncio.run(seed(template))
    name = postgres_credentials(template)["database"]

    @contextlib.contextmanager
    def copied() -> Iterator[str]:
        with asyncio.Runner() as runner:
            own = database_of_its_own(server, template=name)
            url: str = runner.run(own.__aenter__())
            yield url
            runner.run(own.__aexit__(None, None, None))

    return copied


@contextlib.contextmanager
def both(folder: Path) -> Iterator[dict[str, Copies]]:
    """Run a PostgreSQL server for the time of the block, and give copies on it and in a folder."""
    with postgres_cluster() as server:
        yield {"SQLite": sqlite_copies(folder), "PostgreSQL": postgres_copies(server)}
