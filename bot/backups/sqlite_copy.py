"""A SQLite database to a file of its own and back, while others write to it."""

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from bot.backups.archive import CopyUnsound, Table
from services.core.errors import UserError

PAGES = 1000
"""So many pages (of 4 KiB) are copied at a time."""
PATIENCE_SECONDS = 30.0
ALONE_SECONDS = 5.0
BESIDE = ("-wal", "-shm")


class DatabaseInUse(UserError):
    """Another program than the bot has the database open."""


def snapshot(source: Path, target: Path) -> None:
    """Copy a database as it is at one moment, into one file without a log beside it.

    The open read transaction is the moment: what is committed afterwards goes to the log and is not seen, so
    the copy neither waits for writers nor makes them wait, and never has to begin anew.
    """
    # rw: a database that is not there is not made.
    with (
        _connected(f"file:{quote(str(source))}?mode=rw", uri=True) as live,
        _connected(str(target)) as copy,
    ):
        live.execute("BEGIN")
        live.execute("SELECT count(*) FROM sqlite_master").fetchone()
        live.backup(copy, pages=PAGES)
        live.execute("ROLLBACK")
        copy.execute("PRAGMA journal_mode = DELETE")
    target.chmod(0o600)


def inspect(path: Path) -> dict[str, Table]:
    """Look through a copy that nobody else uses; return its tables.

    Raises:
        CopyUnsound: it is damaged, or a row refers to one that is not there.
    """
    with _connected(str(path)) as copy:
        try:
            said = [row[0] for row in copy.execute("PRAGMA integrity_check(3)")]
            broken = copy.execute("PRAGMA foreign_key_check").fetchone()
        except sqlite3.DatabaseError as error:
            raise CopyUnsound(str(error)) from None
        if said != ["ok"]:
            raise CopyUnsound("; ".join(said))
        if broken is not None:
            raise CopyUnsound(f"a row of {broken[0]} refers to a row of {broken[2]} that is not there")
        return tables(copy)


def tables(connection: sqlite3.Connection) -> dict[str, Table]:
    """List a database's tables with their columns and how many rows each has."""
    names = [
        row[0]
        for row in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' "
            "ORDER BY name"
        )
    ]
    return {
        name: Table(
            columns=tuple(row[1] for row in connection.execute(f'PRAGMA table_info("{name}")')),
            rows=connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0],
        )
        for name in names
    }


def names(path: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the organisations and the migrations of a copy, as far as it has such tables."""
    with _connected(str(path)) as copy:
        there = tables(copy)
        return (
            _column(copy, "SELECT name FROM organisation ORDER BY id") if "organisation" in there else (),
            _column(copy, "SELECT name FROM tortoise_migrations ORDER BY name")
            if "tortoise_migrations" in there
            else (),
        )


def _column(connection: sqlite3.Connection, statement: str) -> tuple[str, ...]:
    return tuple(row[0] for row in connection.execute(statement))


def settle(path: Path) -> None:
    """Make a copy that was worked on one file again, down to the disk."""
    with _connected(str(path)) as copy:
        copy.execute("PRAGMA journal_mode = DELETE")
    with path.open("rb") as file:
        os.fsync(file.fileno())


def make_alone(target: Path) -> None:
    """Bring a database's log into its file; a damaged one stays as it is.

    Leaving WAL is allowed to nobody while another connection is open, not even an idle one. That one would
    delete, when it closes, the log of whatever has the file's name by then.

    Raises:
        DatabaseInUse: another program has it open.
    """
    if not target.exists():
        return
    try:
        with _connected(str(target), seconds=ALONE_SECONDS) as old:
            old.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.DatabaseError as error:
        if "locked" in str(error):
            raise DatabaseInUse from None


def put_in_place(prepared: Path, target: Path, kept: Path) -> None:
    """Put a prepared file in the place of a database that ``make_alone`` left; that one stays as ``kept``.

    At every moment there is one whole database at ``target``, because the new one comes by a single rename.
    """
    if target.exists():
        # Left by one too damaged to take its log, which would be played into the new one.
        for suffix in BESIDE:
            left = target.with_name(target.name + suffix)
            if left.exists():
                left.rename(kept.with_name(kept.name + suffix))
        _keep(target, kept)
    prepared.replace(target)
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Bring a folder's names down to the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _keep(target: Path, kept: Path) -> None:
    try:
        os.link(target, kept)
    except OSError:  # a file system without second names
        target.rename(kept)


@contextlib.contextmanager
def _connected(
    database: str, *, uri: bool = False, seconds: float = PATIENCE_SECONDS
) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(database, uri=uri, timeout=seconds, isolation_level=None)
    try:
        yield connection
    finally:
        connection.close()
