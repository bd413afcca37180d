"""The sandbox's memory: one SQLite file and a folder of files, committed before any answer leaves."""

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson

from sandbox.errors import Refused

SCHEMA = """
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS person (id INTEGER PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS chat (id INTEGER PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS member (
    chat_id INTEGER NOT NULL, person_id INTEGER NOT NULL, standing TEXT NOT NULL,
    PRIMARY KEY (chat_id, person_id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS message (
    revision INTEGER PRIMARY KEY, chat_id INTEGER NOT NULL, message_id INTEGER NOT NULL,
    author INTEGER NOT NULL, reply_to INTEGER, deleted INTEGER NOT NULL DEFAULT 0, body BLOB NOT NULL,
    reactions BLOB NOT NULL DEFAULT '{}', UNIQUE (chat_id, message_id)
);
CREATE INDEX IF NOT EXISTS message_by_chat ON message (chat_id, revision);
CREATE TABLE IF NOT EXISTS update_queue (
    update_id INTEGER PRIMARY KEY, state TEXT NOT NULL, kind TEXT NOT NULL, lane TEXT NOT NULL,
    expires_at INTEGER NOT NULL, body BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS update_pending ON update_queue (update_id) WHERE state IN ('pending', 'again');
CREATE TABLE IF NOT EXISTS callback (
    id TEXT PRIMARY KEY, person_id INTEGER NOT NULL, pressed_at INTEGER NOT NULL, answer BLOB
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS file (
    id INTEGER PRIMARY KEY, file_id TEXT NOT NULL UNIQUE, body BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS journal (
    n INTEGER PRIMARY KEY, method TEXT NOT NULL, parameters BLOB NOT NULL, result BLOB NOT NULL,
    at INTEGER NOT NULL
);
"""


class Store:
    """SQLite with rows nobody deletes: an id is one more than the highest ever, so none comes twice."""

    def __init__(self, folder: Path) -> None:
        """Open or create the state in a folder.

        Raises:
            Refused: if another sandbox has the folder.
        """
        self.on_rollback: Callable[[], None] = lambda: None
        folder.mkdir(parents=True, exist_ok=True)
        self.files = folder / "files"
        self.files.mkdir(exist_ok=True)
        self._db = sqlite3.connect(folder / "sandbox.sqlite3", isolation_level=None, timeout=2)
        try:
            self._prepare()
        except sqlite3.OperationalError as error:
            self._db.close()
            raise Refused(f"{folder} is in use by another sandbox ({error})") from error

    def _prepare(self) -> None:
        self._db.execute("PRAGMA locking_mode=EXCLUSIVE")
        self._db.execute("PRAGMA journal_mode=WAL")
        # A killed process loses nothing it wrote; only the machine's own crash could, and this is a sandbox.
        self._db.execute("PRAGMA synchronous=OFF")
        self._db.executescript(SCHEMA)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep everything written inside together, or nothing of it; inside another one, join it."""
        if self._db.in_transaction:
            yield
            return
        self._db.execute("BEGIN")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            self.on_rollback()
            raise
        self._db.execute("COMMIT")

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Run a query and return all its rows."""
        return self._db.execute(sql, values).fetchall()

    def row(self, sql: str, *values: Any) -> tuple[Any, ...] | None:
        """Run a query and return its first row, if any."""
        found: tuple[Any, ...] | None = self._db.execute(sql, values).fetchone()
        return found

    def write(self, sql: str, *values: Any) -> int:
        """Run a statement and return how many rows it touched."""
        return self._db.execute(sql, values).rowcount

    def highest(self, sql: str, *values: Any) -> int:
        """Return a `MAX(...)` query's number, 0 when there is no row."""
        found = self.row(sql, *values)
        return int(found[0]) if found and found[0] is not None else 0

    def setting(self, name: str, default: Any = None) -> Any:
        """Return a kept JSON value."""
        found = self.row("SELECT value FROM setting WHERE name = ?", name)
        return orjson.loads(found[0]) if found else default

    def keep(self, name: str, value: Any) -> None:
        """Keep a JSON value under a name."""
        self.write("INSERT OR REPLACE INTO setting VALUES (?, ?)", name, orjson.dumps(value))
