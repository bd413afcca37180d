"""A look at a PostgreSQL database, also while the bot writes to it."""

from collections.abc import AsyncIterator

import asyncpg

from bot.backups import postgres_copy
from bot.backups.taking import MIGRATIONS
from bot.doctor.database import ADMINISTRATORS, DEPLOYMENT, HELD, Seen, judge
from bot.doctor.findings import Finding, broken, good
from bot.lock import SERVING_LOCK
from services.tables import known_tables
from settings import Settings


async def look(settings: Settings) -> AsyncIterator[Finding]:
    """Look around inside; what asyncpg raises when it cannot be reached."""
    async with postgres_copy.connected(settings.database_url) as connection:
        version = await connection.fetchval("SHOW server_version")
        octets = await connection.fetchval("SELECT pg_database_size(current_database())")
        yield good("postgres", version=str(version), megabytes=-(-octets // 10**6))
        seen = await _see(connection)
        for finding in judge(seen, settings):
            yield finding
        yield await _writable(connection, seen)
        yield await _holder(connection)


async def _see(connection: asyncpg.Connection) -> Seen:
    tables = await postgres_copy.tables(connection, [*known_tables(), MIGRATIONS])
    _, migrations = await postgres_copy.names(connection, tables)
    tables.pop(MIGRATIONS, None)
    try:
        deployment = await connection.fetchrow(DEPLOYMENT)
        held = await connection.fetchval(HELD)
        administrators = await connection.fetchval(ADMINISTRATORS)
    except (asyncpg.UndefinedTableError, asyncpg.UndefinedColumnError):  # an older schema, or none
        deployment = None
    if deployment is None:
        return Seen(tables, frozenset(migrations))
    return Seen(tables, frozenset(migrations), deployment[0], deployment[1], held, administrators)


async def _writable(connection: asyncpg.Connection, seen: Seen) -> Finding:
    is_replica = await connection.fetchval("SELECT pg_is_in_recovery()")
    may_insert = all(
        [
            await connection.fetchval("SELECT has_table_privilege($1, 'INSERT')", f'"{name}"')
            for name in seen.tables
        ]
    )
    if is_replica or not may_insert:
        return broken("database_read_only", name="PostgreSQL")
    return good("database_writable")


async def _holder(connection: asyncpg.Connection) -> Finding:
    # A key of 64 bits stands there in two halves; objsubid 1 says so.
    row = await connection.fetchrow(
        "SELECT a.pid, a.client_addr FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid "
        "WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 "
        "AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
        "AND (l.classid::bigint << 32) + l.objid::bigint = $1",
        SERVING_LOCK,
    )
    if row is None:
        return good("not_served")
    place = f"@{row['client_addr']}" if row["client_addr"] is not None else ""
    return good("served", holder=f"{row['pid']}{place}")
