"""A look at a SQLite database, also while the bot writes to it."""

import contextlib
import datetime as dtm
import fcntl
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from bot.backups import sqlite_copy
from bot.backups.archive import CopyUnsound
from bot.backups.taking import MIGRATIONS
from bot.doctor.database import ADMINISTRATORS, DEPLOYMENT, HELD, Seen, judge, judge_administrators
from bot.doctor.findings import Finding, broken, good, warning
from settings import Settings

LARGE_LOG = 256 * 10**6
"""Bytes of a log that something keeps from going into the database."""

PATIENCE_SECONDS = 3


def look(path: Path, settings: Settings) -> Iterator[Finding]:
    """Look through the file without making one; sqlite3.Error when it cannot be opened."""
    if not path.exists():
        yield from judge_administrators(0, settings)
        yield warning("database_missing", name=str(path))
        return
    try:
        tables = sqlite_copy.inspect(path)
    except CopyUnsound as problem:
        yield broken("database_damaged", name=str(path), problem=str(problem))
        return
    rows = sum(table.rows for table in tables.values())
    yield good("database_sound", name=str(path), megabytes=-(-path.stat().st_size // 10**6), rows=rows)
    address = f"file:{quote(str(path))}?mode=rw"
    connection = sqlite3.connect(address, uri=True, timeout=PATIENCE_SECONDS, isolation_level=None)
    with contextlib.closing(connection):
        yield from judge(_see(connection), settings)
        yield _writable(connection, path)
    log = path.with_name(path.name + "-wal")
    if log.exists() and log.stat().st_size > LARGE_LOG:
        yield warning("large_log", megabytes=log.stat().st_size // 10**6)
    yield _holder(path.with_name(path.name + ".lock"))


def _see(connection: sqlite3.Connection) -> Seen:
    tables = sqlite_copy.tables(connection)
    there = tables.pop(MIGRATIONS, None)
    rows = connection.execute(f"SELECT name FROM {MIGRATIONS}").fetchall() if there else []
    migrations = frozenset(row[0] for row in rows)
    try:
        deployment = connection.execute(DEPLOYMENT).fetchone()
        held = connection.execute(HELD).fetchone()[0]
        administrators = connection.execute(ADMINISTRATORS).fetchone()[0]
    except sqlite3.OperationalError:  # an older schema
        deployment = None
    if deployment is None:
        return Seen(tables, migrations)
    is_sandbox, paused_at = deployment
    moment = dtm.datetime.fromisoformat(paused_at) if paused_at else None
    return Seen(tables, migrations, bool(is_sandbox), moment, held, administrators)


def _writable(connection: sqlite3.Connection, path: Path) -> Finding:
    if not os.access(path.parent, os.W_OK):
        return broken("database_read_only", name=str(path.parent))
    try:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("ROLLBACK")
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            return warning("database_busy", count=PATIENCE_SECONDS)
        return broken("database_read_only", name=str(path))
    return good("database_writable")


def _holder(lock: Path) -> Finding:
    if not lock.exists():
        return good("not_served")
    with lock.open("r") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return good("served", holder=_holders_number(lock))
    return good("not_served")


def _holders_number(lock: Path) -> str:
    """Return which process holds a file's lock, as far as this system tells."""
    inode = str(lock.stat().st_ino)
    try:
        lines = Path("/proc/locks").read_text("ascii").splitlines()
    except OSError:
        lines = []
    for words in map(str.split, lines):  # 1: FLOCK ADVISORY WRITE 4711 08:01:131074 0 EOF
        if len(words) > 5 and words[1] == "FLOCK" and words[5].rpartition(":")[2] == inode:
            return words[4]
    return "?"
