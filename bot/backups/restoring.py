"""Putting a backup in the place of a database: prepared beside it and verified, then at one stroke."""

import asyncio
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from bot.backups import postgres_copy, received, sqlite_copy
from bot.backups.archive import (
    Backup,
    BackupDamaged,
    BackupNewer,
    CopyUnsound,
    Table,
    columns_of,
    fingerprint,
)
from bot.backups.postgres_copy import Statement
from bot.backups.taking import DATABASE, MIGRATIONS, SQLITE_MEMBER
from bot.database import opened, sqlite_path
from services import sql
from services.core.errors import UserError
from services.tables import known_migrations, known_tables


class BackupOfOtherVersion(UserError):
    """The tables of the backup are not those of this Duban, and cannot be brought to them."""


class BackupOfOtherEngine(UserError):
    """The backup is of the other kind of database than the settings name (``engine``)."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Where what was replaced is kept, None where there was nothing; and what became of received files."""

    database: Path | None
    files: Path | None
    files_added: int


async def prepare(backup: Backup, url: str, beside: Path, then: Sequence[Statement]) -> Mapping[str, Path]:
    """Unpack a verified backup into the folder ``beside`` and verify what comes out; return it by member.

    A SQLite database is made ready there, schema, ``then`` and all, so that it only has to be renamed.

    Raises:
        BackupOfOtherEngine, BackupNewer, BackupOfOtherVersion: it does not belong here.
        BackupDamaged: it is not what it says of itself.
    """
    manifest = backup.manifest
    if (sqlite_path(url) is not None) != (manifest.engine == "sqlite"):
        raise BackupOfOtherEngine(engine=manifest.engine)
    if not known_migrations().issuperset(manifest.migrations):
        raise BackupNewer(name=str(backup.path))
    if manifest.engine == "sqlite":
        database = beside / "duban.db"
        await asyncio.to_thread(_unpack_sqlite, backup, database)
        await _make_ready(database, then)
        return {SQLITE_MEMBER: database}
    if fingerprint(columns_of(manifest.tables)) != fingerprint(known_tables()):
        raise BackupOfOtherVersion
    return await asyncio.to_thread(_unpack_postgres, backup, beside)


async def put_in_place(
    backup: Backup,
    prepared: Mapping[str, Path],
    url: str,
    folder: Path,
    stamp: str,
    then: Sequence[Statement],
) -> Kept:
    """Replace database and received files by what was prepared; what was there stays beside, with ``stamp``.

    The files come first and only add to what is there; then the database, in one rename or one transaction;
    then the files that it does not know are moved aside. Wherever this ends, the database finds its files.

    Raises:
        DatabaseInUse: another program has SQLite's file open; nothing was changed.
    """
    path = sqlite_path(url)
    if path is not None:
        await asyncio.to_thread(sqlite_copy.make_alone, path)
    kept_files = folder.with_name(f"{folder.name}.{stamp}")
    added = await asyncio.to_thread(received.add, backup, folder, kept_files)
    kept: Path | None = None
    if path is not None:
        kept = path.with_name(f"{path.name}.{stamp}") if path.exists() else None
        target = kept or path
        await asyncio.to_thread(sqlite_copy.put_in_place, prepared[SQLITE_MEMBER], path, target)
    else:
        async with opened(url):  # the schema, where there is none yet
            pass
        await postgres_copy.put_in_place(url, backup.manifest.tables, prepared, then)
    await asyncio.to_thread(received.set_others_aside, backup.manifest.members, folder, kept_files)
    return Kept(kept, kept_files if kept_files.exists() else None, added)


def _unpack_sqlite(backup: Backup, target: Path) -> None:
    if SQLITE_MEMBER not in backup.manifest.members:
        raise BackupDamaged(name=str(backup.path), member=SQLITE_MEMBER)
    backup.extract(SQLITE_MEMBER, target)
    try:
        found = sqlite_copy.inspect(target)
    except CopyUnsound:
        raise BackupDamaged(name=str(backup.path), member=SQLITE_MEMBER) from None
    found.pop(MIGRATIONS, None)
    if found != dict(backup.manifest.tables):
        raise BackupDamaged(name=str(backup.path), member=SQLITE_MEMBER)


async def _make_ready(database: Path, then: Sequence[Statement]) -> None:
    """Bring an older schema up to date, run ``then``, and make one file of it."""
    async with opened(f"sqlite://{quote(str(database))}"):
        with closing(sqlite3.connect(database)) as connection:
            found = sqlite_copy.tables(connection)
        found.pop(MIGRATIONS, None)
        if fingerprint(columns_of(found)) != fingerprint(known_tables()):
            raise BackupOfOtherVersion
        for statement, values in then:
            await sql.execute(statement, *values)
    await asyncio.to_thread(sqlite_copy.settle, database)


def _unpack_postgres(backup: Backup, beside: Path) -> dict[str, Path]:
    files = {}
    for name, table in backup.manifest.tables.items():
        member = f"{DATABASE}{name}.copy"
        if member not in backup.manifest.members:
            raise BackupDamaged(name=str(backup.path), member=member)
        files[name] = beside / f"{name}.copy"
        backup.extract(member, files[name])
        if postgres_copy.count_lines(files[name]) != table.rows:
            raise BackupDamaged(name=str(backup.path), member=member)
    return files


async def there_now(url: str) -> Mapping[str, Table]:
    """Return the tables of the database that would be replaced; none where there is no readable one."""
    path = sqlite_path(url)
    if path is None:
        async with postgres_copy.connected(url) as connection:
            return await postgres_copy.tables(connection, known_tables())
    return await asyncio.to_thread(_tables_of, path)


def _tables_of(path: Path) -> Mapping[str, Table]:
    if not path.exists():
        return {}
    try:
        with closing(sqlite3.connect(path)) as connection:
            return sqlite_copy.tables(connection)
    except sqlite3.DatabaseError:
        return {}
