import contextlib
import gc
import os
from collections.abc import AsyncIterator, Generator, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from bot.database import connected
from locales import Catalogue
from tests import places
from tests.databases import (
    SHARED,
    NoPostgres,
    create_shared,
    create_template,
    current_file,
    database_of_its_own,
    empty,
    postgres_cluster,
    run_aside,
)
from tests.locales.watch import every_error_has_its_text
from tests.processes import preloading

os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(places.folder()))

# A slow machine is no finding: properties are judged by what they find, not by how long they look.
hypothesis.settings.register_profile(
    "steady", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("steady")


GARBAGE = 20_000
"""So many new objects until one looks for cycles among them, as in the bot itself."""


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, Any, Any]:
    """Look for no garbage while tests are collected, and later not at what was: all of it stays."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.set_threshold(GARBAGE)
        gc.enable()


@pytest.hookimpl(wrapper=True)
def pytest_report_to_serializable() -> Generator[None, Any, Any]:
    """Let a worker hand on what a log says of a lone surrogate: sent as it is, it would end the worker."""
    return _encodable((yield))


def _encodable(given: Any) -> Any:
    if isinstance(given, str):
        return given.encode("utf-8", "backslashreplace").decode("utf-8")
    if isinstance(given, dict):
        return {_encodable(key): _encodable(value) for key, value in given.items()}
    if isinstance(given, list | tuple):
        return type(given)(_encodable(one) for one in given)
    return given


@pytest.fixture(scope="session", autouse=True)
def _bots_are_forked() -> Iterator[None]:
    with preloading():
        yield


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
async def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The address of an empty database, once of each kind."""
    if request.param == "sqlite":
        yield f"sqlite://{tmp_path / 'duban.db'}"
        return
    async with database_of_its_own(request.getfixturevalue("postgres_server")) as url:
        yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the current schema, to be copied."""
    path = tmp_path_factory.mktemp("template") / "duban.db"
    current_file(path)
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> str:
    """A server with a database of the current schema, to be copied."""
    run_aside(create_template(postgres_server))
    return postgres_server


@pytest.fixture(scope="session")
def postgres_shared(postgres_template: str) -> str:
    """A server with a database of the current schema, which each test finds empty."""
    run_aside(create_shared(postgres_template))
    return postgres_template


@pytest.fixture(params=["sqlite", "postgres"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """An open database with the current schema, once of each kind."""
    if request.param == "sqlite":
        async with connected(url := current_file(tmp_path / "duban.db")):
            yield url
        return
    url = request.getfixturevalue("postgres_shared").format(name=SHARED)
    async with connected(url):
        await empty()
        yield url
