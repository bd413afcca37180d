"""A PostgreSQL database's tables to files and back: each way in one transaction."""

import contextlib
import graphlib
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from pathlib import Path

import asyncpg

from bot.backups.archive import CopyUnsound, Table
from bot.database import postgres_credentials

Statement = tuple[str, tuple[object, ...]]


@contextlib.asynccontextmanager
async def connected(url: str) -> AsyncIterator[asyncpg.Connection]:
    """Keep a connection of our own open: COPY is none of the ORM's business."""
    connection = await asyncpg.connect(**postgres_credentials(url))
    try:
        yield connection
    finally:
        await connection.close()


@contextlib.asynccontextmanager
async def at_one_moment(url: str) -> AsyncIterator[asyncpg.Connection]:
    """Keep a connection that sees one moment; nobody waits for it."""
    async with (
        connected(url) as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        yield connection


async def tables(connection: asyncpg.Connection, wanted: Iterable[str]) -> dict[str, Table]:
    """List those of the wanted tables that are there, with columns, rows and the last number given out."""
    rows = await connection.fetch(
        "SELECT table_name, array_agg(column_name::text ORDER BY ordinal_position) AS columns "
        "FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = ANY($1) "
        "GROUP BY table_name ORDER BY table_name",
        list(wanted),
    )
    found = {}
    for row in rows:
        name, columns = row["table_name"], tuple(row["columns"])
        found[name] = Table(
            columns=columns,
            rows=await connection.fetchval(f'SELECT count(*) FROM "{name}"'),
            last_id=await _last_id(connection, name) if "id" in columns else None,
        )
    return found


async def _last_id(connection: asyncpg.Connection, table: str) -> int | None:
    sequence = await _sequence(connection, table)
    if sequence is None:
        return None
    row = await connection.fetchrow(f"SELECT last_value, is_called FROM {sequence}")
    return int(row["last_value"]) if row["is_called"] else 0


async def _sequence(connection: asyncpg.Connection, table: str) -> str | None:
    name: str | None = await connection.fetchval("SELECT pg_get_serial_sequence($1, 'id')", f'"{table}"')
    return name


async def names(connection: asyncpg.Connection, there: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    """Return the organisations and the migrations, as far as there are such tables."""
    organisations = (
        await connection.fetch("SELECT name FROM organisation ORDER BY id") if "organisation" in there else []
    )
    migrations = (
        await connection.fetch("SELECT name FROM tortoise_migrations ORDER BY name")
        if "tortoise_migrations" in there
        else []
    )
    return tuple(row["name"] for row in organisations), tuple(row["name"] for row in migrations)


async def copy_out(
    connection: asyncpg.Connection, found: Mapping[str, Table], folder: Path
) -> dict[str, Path]:
    """Copy each table to a file of its own; return the files by table.

    Raises:
        CopyUnsound: a file does not have as many lines as its table has rows.
    """
    files = {}
    for name, table in found.items():
        files[name] = folder / f"{name}.copy"
        columns = ", ".join(f'"{column}"' for column in table.columns)
        await connection.copy_from_query(f'SELECT {columns} FROM "{name}"', output=str(files[name]))
        lines = count_lines(files[name])
        if lines != table.rows:
            raise CopyUnsound(f"{name}: {lines} lines for {table.rows} rows")
    return files


def count_lines(path: Path) -> int:
    """Count the rows of a copied table: in COPY's text form each is one line, whatever is in it."""
    with path.open("rb") as file:
        return sum(piece.count(b"\n") for piece in iter(lambda: file.read(1 << 20), b""))


async def put_in_place(
    url: str, found: Mapping[str, Table], files: Mapping[str, Path], then: Sequence[Statement]
) -> None:
    """Replace every table's rows by those of the files and run ``then``: all of it or nothing.

    Raises:
        CopyUnsound: a table did not come to as many rows as it had.
    """
    async with connected(url) as connection, connection.transaction():
        every = ", ".join(f'"{name}"' for name in found)
        await connection.execute(f"TRUNCATE {every}")
        for name in await _parents_first(connection, found):
            table = found[name]
            await connection.copy_to_table(name, source=str(files[name]), columns=list(table.columns))
            rows = await connection.fetchval(f'SELECT count(*) FROM "{name}"')
            if rows != table.rows:
                raise CopyUnsound(f"{name}: {rows} rows instead of {table.rows}")
            await _give_out_after(connection, name, table.last_id)
        for statement, values in then:
            await connection.execute(statement, *values)


async def _parents_first(connection: asyncpg.Connection, wanted: Iterable[str]) -> tuple[str, ...]:
    rows = await connection.fetch(
        "SELECT conrelid::regclass::text AS child, confrelid::regclass::text AS parent FROM pg_constraint "
        "WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"
    )
    parents: dict[str, set[str]] = {name: set() for name in wanted}
    for row in rows:
        child, parent = row["child"].strip('"'), row["parent"].strip('"')
        if child != parent and child in parents and parent in parents:
            parents[child].add(parent)
    return tuple(graphlib.TopologicalSorter(parents).static_order())


async def _give_out_after(connection: asyncpg.Connection, table: str, last_id: int | None) -> None:
    # Numbers are never given out twice: rows that are gone may still be named somewhere.
    sequence = None if last_id is None else await _sequence(connection, table)
    if sequence is not None:
        await connection.execute("SELECT setval($1::regclass, $2, $3)", sequence, last_id or 1, bool(last_id))
