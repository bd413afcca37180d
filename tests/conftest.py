import contextlib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.database import opened
from locales import Catalogue
from tests.databases import NoPostgres, create_database, postgres_cluster
from tests.locales.watch import every_error_has_its_text


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return Catalogue.load()


@pytest.fixture(autouse=True)
def _every_error_has_its_text(catalogue: Catalogue) -> Iterator[None]:
    with every_error_has_its_text(catalogue):
        yield


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    with contextlib.ExitStack() as stack:
        try:
            server = stack.enter_context(postgres_cluster())
        except NoPostgres as reason:
            pytest.skip(f"no PostgreSQL here: {reason}")
        yield server


@pytest.fixture(params=["sqlite", "postgres"])
async def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, once of each kind."""
    if request.param == "sqlite":
        return f"sqlite://{tmp_path / 'duban.db'}"
    return await create_database(request.getfixturevalue("postgres_server"))


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[str]:
    """An open database with the current schema, once of each kind."""
    async with opened(database_url):
        yield database_url
