"""`./run backup FILE`: one file that holds the database and the received files, while the bot runs or not."""

import argparse
import asyncio
import sys
from pathlib import Path

from bot.backups import archive, received, taking
from bot.backups.archive import CopyUnsound, Manifest
from bot.clock import Clock
from bot.database import explained, sqlite_path
from locales import CHINESE, Catalogue, Texts
from services.core.errors import UserError
from settings import Settings

REFUSED = 2
BROKEN = 1

COUNTED = ("unit", "member", "submission")
"""The tables that tell an operator best which database it is."""


async def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Take one backup; 0 when it is there and verified, 1 when it is not sound, 2 when it cannot be begun."""
    texts = Catalogue.load().texts(CHINESE)
    target: Path = arguments.file
    say(texts("backup.of", database=where(settings, texts)))
    try:
        with explained():
            now = Clock(settings.zone).now()
            manifest = await taking.take(settings.database_url, settings.received, target, now)
    except UserError as error:
        return refuse(texts(error.key, **error.params), REFUSED)
    except CopyUnsound as problem:
        return refuse(texts("backup.unsound", problem=str(problem)), BROKEN)
    written = await asyncio.to_thread(archive.hash_of, target)
    say(describe(manifest, texts))
    say(texts("backup.written", name=str(target), size=size(written.size, texts), sha256=written.sha256))
    say(texts("backup.how_to_restore", name=str(target)))
    return 0


def describe(manifest: Manifest, texts: Texts) -> str:
    """Say in two lines what a backup holds."""
    return "\n".join(
        (
            texts(
                "backup.holds",
                made_at=f"{manifest.made_at.astimezone():%Y-%m-%d %H:%M}",
                engine=texts(f"backup.engine.{manifest.engine}"),
                organisations=texts("backup.comma").join(manifest.organisations) or texts("backup.none"),
            ),
            counts({name: table.rows for name, table in manifest.tables.items()}, texts)
            + texts("backup.files", count=received.count(manifest.members)),
        )
    )


def counts(rows: dict[str, int], texts: Texts) -> str:
    """Say how many there are of what tells one database from another."""
    return texts("backup.counts", **{name: rows.get(name, 0) for name in COUNTED})


def where(settings: Settings, texts: Texts) -> str:
    """Name the database without anything secret."""
    path = sqlite_path(settings.database_url)
    note = texts("backup.sandbox") if settings.database is None and settings.is_sandbox else ""
    return (str(path) if path is not None else texts("backup.engine.postgres")) + note


def size(octets: int, texts: Texts) -> str:
    """Give a size in MB, at least one."""
    return texts("backup.megabytes", count=-(-octets // 10**6))


def say(text: str) -> None:
    """Write to standard output."""
    sys.stdout.write(text + "\n")


def refuse(text: str, code: int) -> int:
    """Write to standard error and return the exit code."""
    sys.stderr.write(text + "\n")
    return code
