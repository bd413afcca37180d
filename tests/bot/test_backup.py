"""`./run backup` and `./run restore`: what is saved is what comes back, or nothing happens at all."""

import asyncio
import datetime as dtm
import json
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot import backup_command, restore_command
from bot.__main__ import read_arguments
from bot.backups import archive, sqlite_copy
from bot.database import DatabaseUnusable, opened
from bot.file_store import FolderStore
from models.enums import OutboxState
from services import outbox, sql
from services.arranging import sending
from services.facts import ledger
from settings import ROOT, Settings
from tests.builders import NOW, a_fact, dingnan, emeishan
from tests.databases import TEMPLATE, create_database

FACTS = 200
PICTURE = "ab/abcdef.jpg"


@dataclass(frozen=True)
class House:
    """A deployment: its settings, and where its backup goes."""

    settings: Settings
    folder: Path

    @property
    def url(self) -> str:
        return self.settings.database_url

    @property
    def database(self) -> Path:
        return self.folder / "duban.db"

    @property
    def files(self) -> Path:
        return self.settings.received

    async def backup(self, name: str = "kept.zip") -> Path:
        target = self.folder.parent / name
        assert await backup_command.run(read_arguments(["backup", str(target)]), self.settings) == 0
        return target

    async def restore(self, file: Path) -> int:
        return await restore_command.run(read_arguments(["restore", str(file), "--yes"]), self.settings)


@pytest.fixture
def house(tmp_path: Path) -> Callable[..., House]:
    def make(name: str, url: str = "") -> House:
        folder = tmp_path / name
        folder.mkdir()
        return House(
            Settings(
                _env_file=None,
                database=url or f"sqlite://{folder / 'duban.db'}",
                files=folder / "files",
            ),
            folder,
        )

    return make


@pytest.fixture(params=["sqlite", "postgres"])
async def houses(
    request: pytest.FixtureRequest, house: Callable[..., House], sqlite_template: Path
) -> tuple[House, House]:
    """Two deployments of one kind: the first with a current schema, the second with nothing at all."""
    if request.param == "sqlite":
        first, second = house("first"), house("second")
        shutil.copy(sqlite_template, first.database)
        return first, second
    server = request.getfixturevalue("postgres_template")
    return (
        house("first", await create_database(server, template=TEMPLATE)),
        house("second", await create_database(server)),
    )


async def differences() -> list[dict[str, int]]:
    """Add up the ledger and the tally side by side, without the code that keeps them in step."""
    return await sql.fetch(
        "SELECT t.unit_id, t.category_id FROM tally t LEFT JOIN submission s ON s.unit_id = t.unit_id "
        "AND s.category_id = t.category_id AND s.account = t.account AND s.month_on = t.month_on "
        "GROUP BY t.unit_id, t.category_id, t.account, t.month_on, t.count "
        "HAVING t.count <> COALESCE(SUM(s.count), 0)"
    )


async def count(table: str) -> int:
    return int((await sql.fetch(f"SELECT count(*) AS rows FROM {table}"))[0]["rows"])


def a_file(house: House, name: str, content: bytes) -> Path:
    path = house.files / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


async def test_a_backup_taken_amid_two_hundred_reports_restores_to_a_ledger_that_adds_up(
    houses: tuple[House, House],
) -> None:
    first, second = houses
    a_file(first, PICTURE, b"a picture")
    async with opened(first.url):
        _, units, categories = await emeishan()
        unit, category = units["市司法局"], categories["动态通知类"]
        begun = asyncio.Event()

        async def report() -> None:
            for number in range(FACTS):
                await ledger.record([a_fact(unit, category, 3, 1, f"message/m1/{number}")], NOW)
                if number == FACTS // 4:
                    begun.set()

        reporting = asyncio.ensure_future(report())
        await begun.wait()
        backup = await first.backup()
        in_time = await count("submission")
        await reporting
    assert await second.restore(backup) == 0
    assert (second.files / PICTURE).read_bytes() == b"a picture"
    async with opened(second.url):
        rows = await count("submission")
        assert FACTS // 4 < rows <= in_time <= FACTS
        assert await differences() == []
        await ledger.record([a_fact(unit, category, 3, 1, "message/m1/after")], NOW)
        assert await count("submission") == rows + 1


async def test_what_the_store_keeps_comes_back_with_the_database(
    house: Callable[..., House], sqlite_template: Path
) -> None:
    first, second = house("first"), house("second")
    shutil.copy(sqlite_template, first.database)
    name = await FolderStore(first.files, lambda: NOW).put(b"evidence", "jpg")
    damaged = FolderStore(second.files, lambda: NOW)
    assert await damaged.put(b"evidence", "jpg") == name
    for path in everything_below(second.files):
        (second.files / path).write_bytes(b"damaged!")
    assert await second.restore(await first.backup()) == 0
    assert await damaged.read(name) == b"evidence"
    (put_back,) = (second.files / each for each in everything_below(second.files))
    assert stat.S_IMODE(put_back.stat().st_mode) == 0o600


def test_a_plain_copy_of_a_live_file_misses_what_stands_in_its_log(tmp_path: Path) -> None:
    """What a backup has to beat: the same rows, by `cp` of the database file alone."""
    live = tmp_path / "live.db"
    with closing(sqlite3.connect(live, isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("CREATE TABLE submission (id INTEGER PRIMARY KEY)")
        writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        writer.executemany("INSERT INTO submission VALUES (?)", [(number,) for number in range(9)])
        shutil.copy(live, tmp_path / "copied.db")
        sqlite_copy.snapshot(live, tmp_path / "backed-up.db")
    assert len(rows_of(tmp_path / "copied.db")) == 0
    assert len(rows_of(tmp_path / "backed-up.db")) == 9


def rows_of(path: Path) -> list[tuple[int]]:
    with closing(sqlite3.connect(path)) as copy:
        return copy.execute("SELECT id FROM submission").fetchall()


async def test_a_backup_is_its_owners_alone_and_holds_no_setting(
    house: Callable[..., House], sqlite_template: Path
) -> None:
    first = house("first")
    shutil.copy(sqlite_template, first.database)
    backup = await first.backup()
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    with zipfile.ZipFile(backup) as content:
        assert set(content.namelist()) == {"database/duban.db", "manifest.json"}
    assert list(backup.parent.glob(".duban-*")) == []


async def test_an_old_backup_is_never_overwritten(
    house: Callable[..., House], sqlite_template: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = house("first")
    shutil.copy(sqlite_template, first.database)
    backup = await first.backup()
    before = backup.read_bytes()
    assert await backup_command.run(read_arguments(["backup", str(backup)]), first.settings) == 2
    assert "已经存在" in capsys.readouterr().err
    assert backup.read_bytes() == before


@pytest.mark.parametrize(
    ("words", "said"),
    [(["backup", "/no/such/folder/a.zip"], "不存在"), (["backup", "kept.zip"], "还没有督办的数据库")],
)
async def test_a_backup_that_cannot_be_begun_says_why(
    words: list[str],
    said: str,
    house: Callable[..., House],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert await backup_command.run(read_arguments(words), house("first").settings) == 2
    assert said in capsys.readouterr().err


async def filled(house: House, template: Path) -> Path:
    """Give a deployment 定南县 and a received file, and take its backup."""
    shutil.copy(template, house.database)
    a_file(house, PICTURE, b"a picture")
    async with opened(house.url):
        await dingnan()
    return await house.backup()


def rewritten(backup: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """Copy a backup with other members; None leaves one out."""
    target = backup.with_name("rewritten.zip")
    with zipfile.ZipFile(backup) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
    return target


def with_manifest(**changes: object) -> Callable[[str, bytes], bytes]:
    def change(name: str, content: bytes) -> bytes:
        return json.dumps(json.loads(content) | changes).encode() if name == "manifest.json" else content

    return change


DAMAGE: dict[str, tuple[Callable[[str, bytes], bytes | None], str]] = {
    "a changed byte": (lambda name, content: content[:-1] + b"!" if PICTURE in name else content, PICTURE),
    "a longer member": (lambda name, content: content + b"!" if PICTURE in name else content, PICTURE),
    "a missing member": (lambda name, content: None if PICTURE in name else content, PICTURE),
    "a missing database": (lambda name, content: None if name.endswith(".db") else content, "duban.db"),
    "no manifest": (lambda name, content: None if name == "manifest.json" else content, "不是督办的备份文件"),
    "a newer format": (with_manifest(format=archive.FORMAT + 1), "请先更新督办"),
    "an unknown migration": (with_manifest(migrations=["0001_initial", "0099_later"]), "请先更新督办"),
    "another engine": (with_manifest(engine="postgres"), "另一种数据库"),
    "other counts": (with_manifest(tables={}), "duban.db"),
    "a member outside": (
        with_manifest(members={"files/../../evil": {"size": 0, "sha256": "0" * 64}}),
        "manifest",
    ),
}


@pytest.mark.parametrize("damage", DAMAGE)
async def test_what_is_not_a_whole_backup_of_ours_changes_nothing(
    damage: str, house: Callable[..., House], sqlite_template: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change, said = DAMAGE[damage]
    first, second = house("first"), house("second")
    damaged = rewritten(await filled(first, sqlite_template), change)
    shutil.copy(sqlite_template, second.database)
    a_file(second, "cd/own.jpg", b"own")
    before = everything_below(second.folder)
    assert await second.restore(damaged) == 2
    assert said in capsys.readouterr().err
    assert everything_below(second.folder) == before


def everything_below(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.endswith(".lock")
    }


async def test_a_cut_file_is_refused(house: Callable[..., House], sqlite_template: Path) -> None:
    backup = await filled(house("first"), sqlite_template)
    cut = backup.with_name("cut.zip")
    cut.write_bytes(backup.read_bytes()[:-200])
    assert await house("second").restore(cut) == 2


async def test_what_was_there_is_kept_beside(house: Callable[..., House], sqlite_template: Path) -> None:
    first, second = house("first"), house("second")
    backup = await filled(first, sqlite_template)
    shutil.copy(sqlite_template, second.database)
    async with opened(second.url):
        await emeishan()
    a_file(second, "cd/own.jpg", b"own")
    a_file(second, PICTURE, b"damaged")
    assert await second.restore(backup) == 0
    async with opened(second.url):
        assert [row["name"] for row in await sql.fetch("SELECT name FROM organisation")] == ["定南县"]
    assert everything_below(second.files) == {PICTURE: b"a picture"}
    (kept,) = second.folder.glob("duban.db.before-restore-*")
    async with opened(f"sqlite://{kept}"):
        assert [row["name"] for row in await sql.fetch("SELECT name FROM organisation")] == ["峨眉山市"]
    (files,) = second.files.parent.glob("received.before-restore-*")
    assert everything_below(files) == {PICTURE: b"damaged", "cd/own.jpg": b"own"}


def a_killed_database(folder: Path, rows: int) -> Path:
    """Leave a file and a log beside it that has every row, as a process does that was killed."""
    folder.mkdir()
    with closing(sqlite3.connect(folder / "alive.db", isolation_level=None)) as alive:
        alive.execute("PRAGMA journal_mode = WAL")
        alive.execute("CREATE TABLE submission (id INTEGER PRIMARY KEY)")
        alive.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        alive.executemany("INSERT INTO submission VALUES (?)", [(number,) for number in range(rows)])
        for suffix in ("", "-wal"):
            shutil.copy(folder / f"alive.db{suffix}", folder / f"duban.db{suffix}")
    return folder / "duban.db"


def test_an_old_log_is_kept_with_its_database_and_never_played_into_the_new_one(tmp_path: Path) -> None:
    target = a_killed_database(tmp_path / "old", 9)
    prepared, kept = a_killed_database(tmp_path / "new", 4), target.with_name("kept.db")
    assert len(rows_of(prepared)) == 4  # and with that its log is in the file
    shutil.copytree(target.parent, tmp_path / "too damaged to take its log")
    sqlite_copy.make_alone(target)
    sqlite_copy.put_in_place(Path(shutil.copy(prepared, tmp_path)), target, kept)
    assert (len(rows_of(target)), len(rows_of(kept))) == (4, 9)
    target = tmp_path / "too damaged to take its log" / "duban.db"
    sqlite_copy.put_in_place(prepared, target, target.with_name("kept.db"))
    assert (len(rows_of(target)), len(rows_of(target.with_name("kept.db")))) == (4, 9)


async def test_nothing_is_restored_under_another_program_that_has_the_file_open(
    house: Callable[..., House],
    sqlite_template: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    first = house("first")
    backup = await filled(first, sqlite_template)
    a_file(first, "cd/own.jpg", b"own")
    monkeypatch.setattr(sqlite_copy, "ALONE_SECONDS", 0)
    with closing(sqlite3.connect(first.database)) as idle:
        idle.execute("PRAGMA journal_mode = WAL").fetchall()
        idle.execute("SELECT count(*) FROM unit").fetchall()
        assert await first.restore(backup) == 2
    assert "还有别的程序开着" in capsys.readouterr().err
    assert everything_below(first.files).keys() == {PICTURE, "cd/own.jpg"}
    assert list(first.folder.glob("*.before-restore-*")) == []


async def test_a_restore_that_cannot_end_leaves_the_old_database_with_its_files(
    house: Callable[..., House], sqlite_template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = house("first"), house("second")
    backup = await filled(first, sqlite_template)
    shutil.copy(sqlite_template, second.database)
    async with opened(second.url):
        await emeishan()
    a_file(second, "cd/own.jpg", b"own")

    def put_in_place(prepared: Path, target: Path, kept: Path) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(sqlite_copy, "put_in_place", put_in_place)
        with pytest.raises(DatabaseUnusable, match="No space left"):
            await second.restore(backup)
    async with opened(second.url):
        assert [row["name"] for row in await sql.fetch("SELECT name FROM organisation")] == ["峨眉山市"]
    assert everything_below(second.files)["cd/own.jpg"] == b"own"
    assert await second.restore(backup) == 0
    assert everything_below(second.files) == {PICTURE: b"a picture"}


async def test_without_a_yes_nothing_is_restored(
    house: Callable[..., House],
    sqlite_template: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    first = house("first")
    backup = await filled(first, sqlite_template)
    before = everything_below(first.folder)
    with (backup.parent / "answer").open("w+") as nothing:
        monkeypatch.setattr(sys, "stdin", nothing)
        assert await restore_command.run(read_arguments(["restore", str(backup)]), first.settings) == 1
    said = capsys.readouterr().out
    assert "机构：定南县" in said
    assert "现有：单位 46" in said
    assert "没有恢复" in said
    assert everything_below(first.folder) == before


async def test_postgres_is_replaced_whole_or_not_at_all(
    house: Callable[..., House], postgres_template: str
) -> None:
    first = house("first", await create_database(postgres_template, template=TEMPLATE))
    async with opened(first.url):
        await dingnan()
    backup = await first.backup()
    second = house("second", await create_database(postgres_template, template=TEMPLATE))
    async with opened(second.url):
        await emeishan()
        # One of the last tables cannot take its rows: what came before it must go back too.
        await sql.execute("ALTER TABLE tally ADD CONSTRAINT few CHECK (count < 5)")
    with pytest.raises(DatabaseUnusable, match="few"):
        await second.restore(backup)
    async with opened(second.url):
        assert [row["name"] for row in await sql.fetch("SELECT name FROM organisation")] == ["峨眉山市"]
        await sql.execute("ALTER TABLE tally DROP CONSTRAINT few")
    assert await second.restore(backup) == 0
    async with opened(second.url):
        assert [row["name"] for row in await sql.fetch("SELECT name FROM organisation")] == ["定南县"]
        assert await count("unit") == 46


async def test_what_had_not_gone_out_is_held_after_a_restore(houses: tuple[House, House]) -> None:
    first, second = houses
    async with opened(first.url):
        await sql.execute("INSERT INTO deployment (id, is_sandbox) VALUES (1, $1)", True)
        calls = [
            outbox.NewCall(f"answer/{number}/0", "receipt", 7001, "sendMessage", {}) for number in range(4)
        ]
        await outbox.enqueue(calls, NOW)
        rows = await sql.fetch("SELECT id FROM outbox ORDER BY id")
        await outbox.put_on_wire(rows[0]["id"], 7001)
        await outbox.put_on_wire(rows[1]["id"], 7001)
        await outbox.settle(rows[1]["id"], OutboxState.SENT, NOW, message_id=5)
        backup = await first.backup()
        assert await sending.find_pause() is None
    assert await second.restore(backup) == 0
    async with opened(second.url):
        states = [row["state"] for row in await sql.fetch("SELECT state FROM outbox ORDER BY id")]
        assert states == ["held", "sent", "held", "held"]
        assert await outbox.list_chats_waiting(NOW + dtm.timedelta(days=1)) == ()
        pause = await sending.find_pause()
        assert pause is not None
        assert pause.held == 3


def test_a_bot_that_runs_is_not_restored_under(tmp_path: Path, house: Callable[..., House]) -> None:
    """The lock is the bot's own, taken here by this very test."""
    first = house("first")
    (first.folder / "duban.db.lock").touch()
    script = [sys.executable, "-m", "bot", "restore", str(tmp_path / "any.zip"), "--yes"]
    environment = {"PATH": os.environ["PATH"], "DUBAN_DATABASE": first.url}
    import fcntl

    with (first.folder / "duban.db.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = subprocess.run(
            script, cwd=ROOT, env=environment, check=False, capture_output=True, text=True, timeout=60
        )
    assert done.returncode == 2
    assert "督办正在运行" in done.stderr
