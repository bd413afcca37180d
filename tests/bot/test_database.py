"""A database that cannot be opened is said in one line; nothing waits for it in silence."""

import asyncio
import os
import sqlite3
import subprocess
from pathlib import Path

import pytest
from tortoise import Tortoise, connections

from bot.database import configuration, opened, sqlite_path
from services import sql
from settings import EXAMPLES
from tests.processes import finished


def start(folder: Path, database: str, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": os.environ["PATH"],
        "DUBAN_DATABASE": database,
        "DUBAN_FILES": str(folder / "files"),
    }
    return finished("bot", environment, *words)


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    path = tmp_path / "sheet.csv"
    path.write_text("单位,动态\n市司法局,2条/月\n", "utf-8")
    return path


@pytest.mark.parametrize("words", [(), ("import", "{sheet}", "--organisation", "某某县", "--year", "2024")])
@pytest.mark.parametrize(
    "database",
    [
        "sqlite://{folder}/no-database",
        "sqlite://{folder}/file/duban.db",
        "sqlite://{folder}",
        "postgres://duban:hush-hush@127.0.0.1:1/duban",
        "postgres://duban:hush-hush@/duban?host={folder}",
    ],
)
def test_a_database_that_cannot_be_opened_is_named_in_one_line(
    database: str, words: tuple[str, ...], tmp_path: Path, sheet: Path
) -> None:
    (tmp_path / "no-database").write_bytes(b"a picture, say, and not a database at all\n" * 50)
    (tmp_path / "file").touch()
    done = start(tmp_path, database.format(folder=tmp_path), *(word.format(sheet=sheet) for word in words))
    assert done.returncode == 2
    assert done.stderr.startswith("DUBAN_DATABASE：打不开数据库 (cannot be opened)：")
    assert done.stderr.endswith(f"例如 (for example)：DUBAN_DATABASE={EXAMPLES['DUBAN_DATABASE']}\n")
    assert done.stderr.count("\n") == 1
    assert "hush" not in done.stderr


async def test_a_file_that_could_not_be_opened_can_be_opened_later(tmp_path: Path) -> None:
    path = tmp_path / "duban.db"
    path.write_bytes(b"not a database\n" * 100)
    await Tortoise.init(config=configuration(f"sqlite://{path}"), _enable_global_fallback=True)
    try:
        client = connections.get("default")
        async with asyncio.timeout(5):
            for _ in range(2):
                with pytest.raises(sqlite3.DatabaseError):
                    await client.execute_query("SELECT 1")
            path.unlink()
            _, rows = await client.execute_query("PRAGMA foreign_keys")
    finally:
        await Tortoise.close_connections()
    assert [tuple(row) for row in rows] == [(1,)]


async def test_a_folder_that_is_not_there_is_made(tmp_path: Path) -> None:
    async with opened(f"sqlite://{tmp_path}/a/b/duban.db"):
        assert (tmp_path / "a" / "b" / "duban.db").exists()


async def test_what_is_deleted_is_overwritten_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "duban.db"
    told = configuration(f"sqlite://{path}")["connections"]["default"]["credentials"]
    assert told["secure_delete"] == "ON"  # some builds do it unasked
    async with opened(f"sqlite://{path}"):
        await sql.execute("INSERT INTO member (telegram_id, name) VALUES (1, $1)", "canary-of-a-name")
        await sql.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        assert b"canary-of-a-name" in path.read_bytes()
        await sql.execute("DELETE FROM member")
        await sql.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"canary-of-a-name" not in path.read_bytes()


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:///srv/duban.db", "/srv/duban.db"),
        ("sqlite:////srv/duban.db", "/srv/duban.db"),
        ("sqlite://data/duban.db", "data/duban.db"),
    ],
)
def test_a_file_may_be_written_with_a_slash_too_many(url: str, path: str) -> None:
    assert str(sqlite_path(url)) == path


@pytest.mark.parametrize("which", ["one", "the next"])
async def test_a_test_finds_nothing_of_another_in_the_database_they_share(database: str, which: str) -> None:
    added = "INSERT INTO member (telegram_id, name) VALUES (1, $1) RETURNING id"
    assert [row["id"] for row in await sql.fetch(added, which)] == [1]
