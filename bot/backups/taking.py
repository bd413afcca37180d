"""Taking a backup: one moment of the database and the received files, verified before it gets its name."""

import asyncio
import contextlib
import datetime as dtm
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bot.backups import archive, postgres_copy, received, sqlite_copy
from bot.backups.archive import BackupDamaged, CopyUnsound, Manifest, Table
from bot.database import sqlite_path
from services.core.errors import UserError
from services.tables import known_tables

DATABASE = "database/"
SQLITE_MEMBER = DATABASE + "duban.db"
MIGRATIONS = "tortoise_migrations"
"""Where Tortoise notes what it has migrated; it comes with the schema, not with the rows."""


class NothingToBackUp(UserError):
    """There is no database of Duban's at the address of the settings."""


class BackupThere(UserError):
    """There is a file of that name already (``name``)."""


class FolderMissing(UserError):
    """The folder that the backup is to be written to is not there (``name``)."""


class BackupNotWritten(UserError):
    """The backup cannot be written where it should be (``name``, ``reason``)."""


@dataclass(frozen=True, slots=True)
class Copied:
    """A database at one moment, in files."""

    engine: Literal["sqlite", "postgres"]
    tables: Mapping[str, Table]
    organisations: tuple[str, ...]
    migrations: tuple[str, ...]
    files: Mapping[str, Path]


async def take(url: str, folder: Path, target: Path, now: dtm.datetime) -> Manifest:
    """Write a backup of the database and of the received files in ``folder``; return what it holds.

    Until the last step there is no file called ``target``, and then it is whole, verified and on the disk.
    The database comes first: a file that it names was there before it and is in the backup too.

    Raises:
        BackupThere, FolderMissing, BackupNotWritten: the name or its place cannot be used.
        NothingToBackUp: there is no database.
        CopyUnsound: what was written did not read back as it should.
    """
    _require_room(target)
    with contextlib.ExitStack() as stack:
        with _writing(target):
            kept = tempfile.TemporaryDirectory(prefix=".duban-backup-", dir=target.parent)
            beside = Path(stack.enter_context(kept))
        path = sqlite_path(url)
        copied = await (_copy_postgres(url, beside, target) if path is None else _copy_sqlite(path, beside))
        if not copied.tables:
            raise NothingToBackUp
        with _writing(target):
            return await asyncio.to_thread(_write, copied, folder, beside, target, now)


def _require_room(target: Path) -> None:
    if target.exists():
        raise BackupThere(name=str(target))
    if not target.parent.is_dir():
        raise FolderMissing(name=str(target.parent))


@contextlib.contextmanager
def _writing(target: Path) -> Iterator[None]:
    """Tell trouble with the file from trouble with the database."""
    try:
        yield
    except ConnectionError:
        raise
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise BackupNotWritten(name=str(target), reason=reason) from error


async def _copy_sqlite(path: Path, beside: Path) -> Copied:
    copy = beside / "duban.db"
    await asyncio.to_thread(_snapshot, path, copy)
    tables = await asyncio.to_thread(sqlite_copy.inspect, copy)
    tables.pop(MIGRATIONS, None)
    organisations, migrations = sqlite_copy.names(copy)
    return Copied("sqlite", tables, organisations, migrations, {SQLITE_MEMBER: copy})


def _snapshot(path: Path, copy: Path) -> None:
    if not path.exists():
        raise NothingToBackUp
    sqlite_copy.snapshot(path, copy)


async def _copy_postgres(url: str, beside: Path, target: Path) -> Copied:
    async with postgres_copy.at_one_moment(url) as connection:
        tables = await postgres_copy.tables(connection, [*known_tables(), MIGRATIONS])
        organisations, migrations = await postgres_copy.names(connection, tables)
        tables.pop(MIGRATIONS, None)
        with _writing(target):
            files = await postgres_copy.copy_out(connection, tables, beside)
    members = {f"{DATABASE}{name}.copy": path for name, path in files.items()}
    return Copied("postgres", tables, organisations, migrations, members)


def _write(copied: Copied, folder: Path, beside: Path, target: Path, now: dtm.datetime) -> Manifest:
    manifest = Manifest(
        engine=copied.engine,
        schema_fingerprint=archive.fingerprint(archive.columns_of(copied.tables)),
        migrations=copied.migrations,
        made_at=now,
        organisations=copied.organisations,
        tables=copied.tables,
        members={},
    )
    unnamed = beside / "backup.zip"
    manifest = archive.write(unnamed, manifest, {**copied.files, **received.walk(folder)})
    _verify(unnamed, beside)
    if target.exists():  # it took its time
        raise BackupThere(name=str(target))
    unnamed.rename(target)
    sqlite_copy.sync_folder(target.parent)
    return manifest


def _verify(path: Path, beside: Path) -> None:
    """Read a backup back: every member by its hash, and of SQLite the database itself."""
    with archive.opened(path) as backup:
        try:
            backup.verify()
        except BackupDamaged as problem:
            raise CopyUnsound(f"{problem.params['member']} did not read back as it was written") from None
        if backup.manifest.engine == "sqlite":
            back = beside / "back.db"
            backup.extract(SQLITE_MEMBER, back)
            found = sqlite_copy.inspect(back)
            found.pop(MIGRATIONS, None)
            if found != dict(backup.manifest.tables):
                raise CopyUnsound("the tables are not those that were copied")
