"""What the database says of received files: which are pointed to, and which are to go."""

import contextlib
import datetime as dtm
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import asyncpg

from bot.backups import postgres_copy
from bot.database import sqlite_path

KEPT = (
    "SELECT stored_name, COUNT(*) FROM evidence WHERE stored_name <> '' AND state <> 'purged' "
    "GROUP BY stored_name"
)
CONDEMNED = "SELECT COUNT(*) FROM evidence WHERE stored_name <> '' AND state = 'purged'"


@dataclass(frozen=True, slots=True)
class EvidenceRows:
    """How many pieces of evidence point to each file; the files of those ``condemned`` are still to go."""

    kept: Mapping[str, int]
    condemned: int
    at: dtm.datetime


async def read(url: str, now: dtm.datetime) -> EvidenceRows | None:
    """Read them; None where there is no such database yet, or it cannot be read, which others tell."""
    path = sqlite_path(url)
    try:
        if path is not None:
            return _read_sqlite(path, now) if path.exists() else None
        async with postgres_copy.connected(url) as connection:
            rows = await connection.fetch(KEPT)
            condemned = await connection.fetchval(CONDEMNED)
            return EvidenceRows({row[0]: row[1] for row in rows}, condemned, now)
    except (sqlite3.Error, asyncpg.PostgresError, OSError):
        return None


def _read_sqlite(path: Path, now: dtm.datetime) -> EvidenceRows:
    address = f"file:{quote(str(path))}?mode=ro"
    with contextlib.closing(sqlite3.connect(address, uri=True)) as connection:
        kept = dict(connection.execute(KEPT).fetchall())
        (condemned,) = connection.execute(CONDEMNED).fetchone()
    return EvidenceRows(kept, condemned, now)
