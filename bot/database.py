"""Open, migrate and close the database; the only place that reads its address."""

import contextlib
import re
import sqlite3
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import asyncpg
from tortoise import Tortoise
from tortoise.exceptions import DBConnectionError, OperationalError
from tortoise.migrations.api import migrate

from bot.refusal import Refusal
from models.registry import MODEL_MODULES
from settings import EXAMPLES

MIGRATION_LOCK = 7_266_820_191
"""Key of the PostgreSQL advisory lock under which the schema is migrated (a number of ours)."""


NOT_OPENED = (
    OSError,
    sqlite3.Error,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    OperationalError,
    DBConnectionError,
)


class DatabaseUnusable(Refusal):
    """The database cannot be opened; the text names the setting, the reason and an example."""


@contextlib.contextmanager
def explained() -> Iterator[None]:
    """Say of whatever goes wrong in the block that the database could not be opened.

    Raises:
        DatabaseUnusable: it could not.
    """
    try:
        yield
    except NOT_OPENED as error:
        reason = str(error).strip() or type(error).__name__
        raise DatabaseUnusable(
            f"DUBAN_DATABASE：打不开数据库 (cannot be opened)：{reason}。"
            f"例如 (for example)：DUBAN_DATABASE={EXAMPLES['DUBAN_DATABASE']}"
        ) from error


def sqlite_path(url: str) -> Path | None:
    """Return the file that a SQLite address names, None for PostgreSQL.

    ``sqlite:////srv/duban.db``, as other libraries write it, is /srv/duban.db: after two slashes at its head
    SQLite takes what follows for a machine.
    """
    parts = urlsplit(url)
    name = unquote(parts.netloc + parts.path)
    return Path(re.sub("^//+", "/", name)) if parts.scheme == "sqlite" else None


def postgres_credentials(url: str) -> dict[str, Any]:
    """Return what asyncpg needs to connect; ``?host=/folder`` names a Unix socket."""
    parts = urlsplit(url)
    asked = parse_qs(parts.query)
    return {
        "host": asked["host"][-1] if "host" in asked else parts.hostname,
        "port": parts.port or 5432,
        "user": parts.username,
        "password": unquote(parts.password) if parts.password else None,
        "database": parts.path.lstrip("/"),
    }


def configuration(url: str) -> dict[str, Any]:
    """Return Tortoise's configuration for a ``sqlite://`` or ``postgres://`` address."""
    path = sqlite_path(url)
    if path is None:
        engine = "models.engines.asyncpg_returning"
        # Grouped writes are as many statements as there are sizes of a group; each is to be prepared once.
        credentials = postgres_credentials(url) | {"minsize": 1, "maxsize": 10, "statement_cache_size": 1000}
    else:
        engine = "models.engines.sqlite_immediate"
        credentials = {
            "file_path": str(path),
            "journal_mode": "WAL",
            "synchronous": "FULL",  # a stored update survives a power cut
            "secure_delete": "ON",  # what a person has had deleted is not left in free pages
            "foreign_keys": "ON",
            "busy_timeout": 5000,
        }
    return {
        "connections": {"default": {"engine": engine, "credentials": credentials}},
        "apps": {
            "models": {
                "models": list(MODEL_MODULES),
                "default_connection": "default",
                "migrations": "models.migrations",
            }
        },
        "use_tz": True,
        "timezone": "UTC",
    }


@contextlib.asynccontextmanager
async def opened(url: str) -> AsyncIterator[None]:
    """Keep the database open, its schema current, for the time of the block."""
    await _bring_up_to_date(url)
    async with connected(url):
        yield


async def _bring_up_to_date(url: str) -> None:
    path = sqlite_path(url)
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Before the connection's thread: it would die with a trace of its own.
        with contextlib.closing(sqlite3.connect(path)) as tried:
            tried.execute("PRAGMA schema_version")
    async with _alone_in_migrating(url):
        try:
            await migrate(config=configuration(url))
        finally:
            await Tortoise.close_connections()


@contextlib.asynccontextmanager
async def connected(url: str) -> AsyncIterator[None]:
    """Keep a database open, whose schema is current, for the time of the block."""
    # Lanes and the web server run in tasks of their own, which must see the connections opened here.
    await Tortoise.init(config=configuration(url), _enable_global_fallback=True)
    try:
        yield
    finally:
        await Tortoise.close_connections()


@contextlib.asynccontextmanager
async def _alone_in_migrating(url: str) -> AsyncIterator[None]:
    # Two processes creating the same tables at once make PostgreSQL refuse one of them;
    # SQLite's single writer needs no help.
    if sqlite_path(url) is not None:
        yield
        return
    connection = await asyncpg.connect(**postgres_credentials(url))
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", MIGRATION_LOCK)
        yield
    finally:
        await connection.close()
