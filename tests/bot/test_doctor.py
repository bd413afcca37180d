"""`./run doctor`: each thing that can be wrong is told from its neighbours, in one line with what to do."""

import asyncio
import contextlib
import datetime as dtm
import fcntl
import os
import shutil
import sqlite3
import struct
import subprocess
import sys
from argparse import Namespace
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot import doctor_command
from bot.clock import Clock
from bot.database import opened
from bot.doctor import sqlite_look
from bot.doctor.files import look_at_files
from bot.doctor.findings import Finding, Level, line
from bot.doctor.fonts import NEEDED, OWN, look_at_font
from bot.doctor.surroundings import look_at_calendar, look_at_room, look_at_settings
from bot.doctor.telegram import Reply, judge_clock, judge_webhook, look_at_telegram, why_unreached
from bot.file_store import FolderStore
from bot.lock import serving
from locales import Catalogue
from models.enums import Role
from services import sql
from services.arranging import sending
from services.office import organisations
from settings import ROOT, Settings
from tests.builders import NOW, an_organisation
from tests.databases import TEMPLATE, create_database
from tests.people import a_member
from tests.ports import free_port

TOKEN = "123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc"


def settings_of(folder: Path, **more: Any) -> Settings:
    given: dict[str, Any] = {"database": f"sqlite://{folder / 'duban.db'}", "files": folder / "files"}
    return Settings(_env_file=None, **(given | {"token": TOKEN, "administrators": "7001"} | more))


def keys(findings: Iterable[Finding]) -> list[str]:
    return [finding.key for finding in findings]


async def keys_of_telegram(settings: Settings) -> list[str]:
    return [finding.key async for finding in look_at_telegram(settings, Clock(dtm.UTC))]


@pytest.fixture
def database(sqlite_template: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(sqlite_template, tmp_path / "duban.db"))


@contextlib.asynccontextmanager
async def bot_api(answers: Callable[[str], web.Response]) -> AsyncIterator[str]:
    """A Bot API server for the time of the block; yield its address."""

    async def answer(request: web.Request) -> web.Response:
        assert request.match_info["token"] == TOKEN
        return answers(request.match_info["method"])

    application = web.Application()
    application.router.add_get("/bot{token}/{method}", answer)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        await runner.cleanup()


def as_telegram(method: str) -> web.Response:
    results: dict[str, Any] = {
        "getMe": {"id": 1, "username": "duban_bot"},
        "getWebhookInfo": {"url": "", "pending_update_count": 3},
    }
    return web.json_response({"ok": True, "result": results[method]})


def refusing(status: int) -> Callable[[str], web.Response]:
    return lambda _: web.json_response({"ok": False, "error_code": status}, status=status)


async def test_with_all_in_order_it_ends_with_0_and_prints_no_secret(
    database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with bot_api(as_telegram) as url:
        settings = settings_of(tmp_path, api_url=url, administrators="7001", webhook_secret=None)
        assert await doctor_command.run(Namespace(), settings) == 0
    said = capsys.readouterr().out
    assert "❌" not in said
    assert "机器人 @duban_bot" in said
    assert "时钟：与 Telegram 一致" in said
    assert "等待取走 3 条" in said
    assert "完整性检查通过" in said
    assert "收到的文件：还没有" in said
    assert "DUBAN_TOKEN" in said
    for secret in (TOKEN, TOKEN.partition(":")[2], "7001"):
        assert secret not in said


@pytest.mark.parametrize(
    ("answers", "found"),
    [
        (refusing(401), ["token_refused"]),
        (refusing(404), ["token_refused"]),
        (refusing(502), ["telegram_troubled"]),
        (lambda _: web.Response(text="<html>Squid</html>", status=403), ["no_bot_api"]),
        (lambda _: web.json_response(["ok"]), ["no_bot_api", "clock"]),
    ],
)
async def test_what_answers_is_told_apart(
    answers: Callable[[str], web.Response], found: list[str], tmp_path: Path
) -> None:
    async with bot_api(answers) as url:
        assert await keys_of_telegram(settings_of(tmp_path, api_url=url)) == found


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ({}, "telegram_unreached"),
        ({"api_url": "http://telegram.invalid"}, "name_unknown"),
        ({"proxy": "http://127.0.0.1:{port}"}, "proxy_unreached"),
        ({"proxy": "socks5://127.0.0.1:{port}"}, "proxy_unreached"),
        ({"proxy": "http://proxy.invalid:8080"}, "proxy_unreached"),
    ],
)
async def test_what_does_not_answer_is_told_apart(more: dict[str, str], found: str, tmp_path: Path) -> None:
    port = free_port()
    given = {"api_url": f"http://127.0.0.1:{port}"} | more
    filled = {name: value.format(port=port) for name, value in given.items()}
    assert await keys_of_telegram(settings_of(tmp_path, **filled)) == [found]


async def test_a_proxy_that_wants_a_password_is_told_from_one_that_is_not_there(tmp_path: Path) -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(3)
        writer.write(b"\x05\xff")  # SOCKS5: none of the ways to log in that were offered
        writer.close()

    async with await asyncio.start_server(refuse, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        found = await keys_of_telegram(settings_of(tmp_path, proxy=f"socks5://127.0.0.1:{port}"))
    assert found == ["proxy_cannot"]


async def test_the_words_name_no_token_and_no_password(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, proxy="socks5://name:geheimnis@127.0.0.1:1080")
    texts = Catalogue.load().texts("zh_CN")
    for error in (TimeoutError(), aiohttp.ServerDisconnectedError(), OSError(1, TOKEN)):
        said = line(why_unreached(error, settings), texts)
        assert "geheimnis" not in said
        assert TOKEN not in said
        assert "请" in said


HOOK = "https://duban.example.org/telegram"


@pytest.mark.parametrize(
    ("wanted", "told", "found"),
    [
        (None, {"url": ""}, ["polling"]),
        (None, {"url": HOOK}, ["webhook_while_polling"]),
        (HOOK, {"url": HOOK}, ["webhook"]),
        (HOOK, {"url": ""}, ["webhook_unset"]),
        (HOOK, {"url": "https://elsewhere.example.org/"}, ["webhook_elsewhere"]),
        (HOOK, {"url": HOOK, "pending_update_count": 101}, ["webhook", "many_waiting"]),
        (HOOK, {"url": HOOK, "last_error_date": int(NOW.timestamp()) - 60}, ["webhook", "webhook_failed"]),
        (HOOK, {"url": HOOK, "last_error_date": int(NOW.timestamp()) - 7200}, ["webhook"]),
    ],
)
def test_the_webhook_is_compared_with_the_settings(
    wanted: str | None, told: dict[str, Any], found: list[str], tmp_path: Path
) -> None:
    secret = "s" * 32 if wanted else None
    settings = settings_of(tmp_path, webhook_url=wanted, webhook_secret=secret)
    assert keys(judge_webhook(told, settings, NOW)) == found


@pytest.mark.parametrize(
    ("off", "found"),
    [(0, "clock"), (30, "clock"), (31, "clock_fast"), (-30, "clock"), (-31, "clock_slow")],
)
def test_a_clock_is_off_beyond_thirty_seconds(off: int, found: str) -> None:
    reply = Reply(200, {}, 2.0, "Fri, 15 Mar 2024 02:00:00 GMT")
    assert judge_clock(reply, NOW + dtm.timedelta(seconds=off + 1)).key == found
    assert judge_clock(Reply(200, {}, 2.0, "gestern"), NOW).key == "clock_unknown"


@pytest.mark.parametrize(
    ("today", "found"),
    [
        (dtm.date(2024, 3, 1), "calendar"),
        (dtm.date(2026, 10, 31), "calendar_soon"),
        (dtm.date(2026, 11, 1), "calendar_due"),
        (dtm.date(2035, 1, 1), "calendar_old"),
    ],
)
def test_a_year_without_known_holidays_is_named(today: dtm.date, found: str) -> None:
    """The library's last year is 2026; when it knows 2027, the two middle rows move on."""
    assert keys(look_at_calendar(today)) == [found]


@pytest.mark.parametrize(
    ("left", "level"),
    [
        (10**9, Level.GOOD),
        (10**9 - 1, Level.WARNING),
        (10**8, Level.WARNING),
        (10**8 - 1, Level.BROKEN),
    ],
)
def test_a_disk_is_named_once_by_how_much_is_left(
    left: int, level: Level, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=left))
    (finding,) = look_at_room((tmp_path, tmp_path / "not" / "there" / "yet"))
    assert finding.level is level


SOUND = ["database_sound", "schema", "database_writable"]


def test_a_database_in_use_is_looked_at_beside_the_bot(database: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(database)) as writer, (tmp_path / "duban.db.lock").open("w") as lock:
        writer.execute("PRAGMA journal_mode = WAL")
        fcntl.flock(lock, fcntl.LOCK_EX)
        findings = list(sqlite_look.look(database, settings_of(tmp_path)))
    assert keys(findings) == [*SOUND, "served"]
    assert findings[-1].params["holder"] in {str(os.getpid()), "?"}


def broken_middle(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[8192:60000] = os.urandom(60000 - 8192)
    path.write_bytes(content)


def executing(*statements: str) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            for statement in statements:
                connection.execute(statement)

    return change


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda path: None, [*SOUND, "not_served"]),
        (lambda path: path.unlink(), ["database_missing"]),
        (broken_middle, ["database_damaged"]),
        (lambda path: path.write_bytes(b"PK" + bytes(9000)), ["database_damaged"]),
        (
            executing("UPDATE tortoise_migrations SET name = '0099_later'"),
            ["database_sound", "schema_newer", "database_writable", "not_served"],
        ),
        (
            executing("DELETE FROM tortoise_migrations"),
            ["database_sound", "schema_older", "database_writable", "not_served"],
        ),
        (
            executing("ALTER TABLE chat RENAME COLUMN title TO heading"),
            ["database_sound", "schema_other", "database_writable", "not_served"],
        ),
        (
            executing("INSERT INTO deployment (id, is_sandbox) VALUES (1, 1)"),
            ["database_sound", "schema", "sandboxs_data", "database_writable", "not_served"],
        ),
        (
            executing("INSERT INTO deployment VALUES (1, 0, '2024-03-15 02:00:00+00:00')"),
            ["database_sound", "schema", "sending_paused", "database_writable", "not_served"],
        ),
    ],
)
def test_what_is_wrong_with_a_file_is_told_apart(
    change: Callable[[Path], None], found: list[str], database: Path, tmp_path: Path
) -> None:
    change(database)
    assert keys(sqlite_look.look(database, settings_of(tmp_path))) == found


def test_a_database_whose_writer_does_not_end_is_busy(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_look, "PATIENCE_SECONDS", 0)
    with closing(sqlite3.connect(database, isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("BEGIN IMMEDIATE")
        assert "database_busy" in keys(sqlite_look.look(database, settings_of(tmp_path)))


async def test_who_administers_is_looked_up_where_the_settings_name_nobody(
    database: Path, tmp_path: Path
) -> None:
    settings = settings_of(tmp_path, administrators="")
    assert "no_administrators" in keys([*look_at_settings(settings), *sqlite_look.look(database, settings)])
    async with opened(settings.database_url):
        await organisations.claim_deployment(is_sandbox=False)
        await a_member(await an_organisation(), Role.ADMINISTRATOR)
    found = [*look_at_settings(settings), *sqlite_look.look(database, settings)]
    assert "no_administrators" not in keys(found)
    assert [finding.params["count"] for finding in found if finding.key == "administrators_bound"] == [1]
    assert "administrators_bound" not in keys(sqlite_look.look(database, settings_of(tmp_path)))


async def test_looking_makes_nothing(tmp_path: Path) -> None:
    await doctor_command.run(Namespace(), settings_of(tmp_path, token=None))
    assert list(tmp_path.iterdir()) == []


async def postgres_keys(settings: Settings) -> list[str]:
    return keys(await doctor_command._look_at_database(settings))


async def test_postgres_is_looked_at_beside_the_bot(postgres_template: str, tmp_path: Path) -> None:
    url = await create_database(postgres_template, template=TEMPLATE)
    settings = settings_of(tmp_path, database=url)
    sound = ["postgres", "schema", "database_writable"]
    assert await postgres_keys(settings) == [*sound, "not_served"]
    async with serving(url, waits=False, on_loss=lambda: None):
        assert await postgres_keys(settings) == [*sound, "served"]
    async with opened(url):
        await sql.execute("INSERT INTO deployment (id, is_sandbox) VALUES (1, $1)", False)
        for statement, values in sending.pausing(NOW):
            await sql.execute(statement, *values)
    assert "sending_paused" in await postgres_keys(settings)


async def test_an_empty_postgres_and_none_at_all(postgres_server: str, tmp_path: Path) -> None:
    url = await create_database(postgres_server)
    found = await postgres_keys(settings_of(tmp_path, database=url))
    assert found == ["postgres", "schema_empty", "database_writable", "not_served"]
    gone = settings_of(tmp_path, database="postgres://duban:geheimnis@127.0.0.1:1/duban")
    (finding,) = await doctor_command._look_at_database(gone)
    assert (finding.key, finding.level) == ("database_unusable", Level.BROKEN)


async def test_something_broken_ends_with_1(
    database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken_middle(database)
    assert await doctor_command.run(Namespace(), settings_of(tmp_path, token=None)) == 1
    assert "❌ 有问题 数据库：" in capsys.readouterr().out


def test_wrong_settings_end_with_2(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot", "doctor"],
        env={"PATH": os.environ["PATH"], "DUBAN_TIMEZONE": "Mars/Olympus"},
        cwd=ROOT, check=False, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 2
    assert "DUBAN_TIMEZONE" in done.stderr


def a_font(*maps: bytes) -> bytes:
    """Make what is read of a font: one table of character maps."""
    heads, bodies, at = b"", b"", 4 + 8 * len(maps)
    for one in maps:
        heads += struct.pack(">HHI", 3, 1, at + len(bodies))
        bodies += one
    cmap = struct.pack(">HH", 0, len(maps)) + heads + bodies
    return (
        struct.pack(">IHHHH", 0x00010000, 1, 0, 0, 0)
        + struct.pack(">4sIII", b"cmap", 0, 28, len(cmap))
        + cmap
    )


def in_groups(characters: str) -> bytes:
    groups = b"".join(struct.pack(">III", ord(one), ord(one), 7) for one in characters)
    return struct.pack(">HHIII", 12, 0, 16 + len(groups), 0, len(characters)) + groups


def in_segments(characters: str) -> bytes:
    codes = [*sorted(map(ord, characters)), 0xFFFF]
    count = len(codes)
    ends = struct.pack(f">{count}H", *codes)
    deltas = struct.pack(f">{count}H", *[(7 - code) & 0xFFFF for code in codes[:-1]], 1)
    body = ends + b"\0\0" + ends + deltas + struct.pack(f">{count}H", *[0] * count)
    return struct.pack(">HHHHHHH", 4, 14 + len(body), 0, 2 * count, 0, 0, 0) + body


@pytest.mark.parametrize(
    ("font", "found"),
    [
        (a_font(in_groups(NEEDED)), "font"),
        (a_font(in_segments(NEEDED)), "font"),
        (a_font(in_segments("ABC"), in_groups(NEEDED)), "font"),
        (a_font(in_groups(NEEDED[1:])), "font_missing"),
        (a_font(in_segments(NEEDED[1:])), "font_missing"),
        (a_font(), "font_missing"),
        (a_font(in_groups(NEEDED))[:60], "font_missing"),
        (b"", "font_missing"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_font_is_read_for_the_characters_it_has(font: bytes, found: str, tmp_path: Path) -> None:
    path = tmp_path / "test.otf"
    path.write_bytes(font)
    assert look_at_font(path).key == found


def test_the_font_installed_with_the_bot_can_write_chinese() -> None:
    assert look_at_font(OWN).key == "font"


async def test_received_files_are_read_one_by_one(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    store = FolderStore(folder, lambda: NOW)
    assert keys(look_at_files(folder)) == ["files_none"]
    names = [await store.put(word, "jpg") for word in (b"one", b"two")]
    (folder / ".new-abc").write_bytes(b"half")
    (found,) = look_at_files(folder)
    assert found.params == {"folder": str(folder), "number": 2, "megabytes": 1}
    (found,) = look_at_files(folder, seconds=-1)
    assert (found.key, found.params["read"]) == ("files_partly", 0)
    (folder / names[0][:2] / names[0][2:4] / names[0]).write_bytes(b"changed")
    (found,) = look_at_files(folder)
    assert (found.level, found.key, found.params["name"]) == (Level.BROKEN, "files_damaged", names[0])
    assert keys(look_at_files(folder / names[1][:2] / names[1][2:4] / names[1])) == ["files_unusable"]


def test_a_font_that_is_gone_is_told(tmp_path: Path) -> None:
    assert look_at_font(tmp_path / "gone.otf").key == "font_missing"
