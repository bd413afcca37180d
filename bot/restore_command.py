"""`./run restore FILE`: verify a backup, say what it would replace, ask, and put it in place whole."""

import argparse
import asyncio
import contextlib
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

from bot.backup_command import REFUSED, counts, describe, refuse, say, where
from bot.backups import archive, restoring
from bot.clock import Clock
from bot.database import explained, opened, sqlite_path
from bot.file_store import FolderStore
from bot.lock import AlreadyServed, serving
from bot.purge_journal import PurgeJournal
from bot.purging import purge_again
from locales import CHINESE, Catalogue, Texts
from services.arranging import sending
from services.core.errors import UserError
from settings import Settings

NOT_RESTORED = 1


async def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Restore one backup; 0 when done, 1 when the answer was no, 2 when nothing could be changed."""
    texts = Catalogue.load().texts(CHINESE)
    try:
        async with _alone(settings.database_url):
            return await _restore(arguments.file, settings, texts, asks=not arguments.yes)
    except AlreadyServed:
        return refuse(texts("restore.bot_runs"), REFUSED)
    except UserError as error:
        return refuse(texts(error.key, **error.params), REFUSED)


async def _restore(file: Path, settings: Settings, texts: Texts, *, asks: bool) -> int:
    url = settings.database_url
    now = Clock(settings.zone).now()
    pausing = sending.pausing(now)
    with contextlib.ExitStack() as stack:
        try:
            backup = stack.enter_context(archive.opened(file))
            await asyncio.to_thread(backup.verify)
        except OSError as error:
            return refuse(texts("restore.no_file", name=str(file), reason=error.strerror or ""), REFUSED)
        beside = Path(stack.enter_context(_folder_beside(url, settings.received)))
        with explained():
            prepared = await restoring.prepare(backup, url, beside, pausing)
            there = await restoring.there_now(url)
        say(describe(backup.manifest, texts))
        rows = {name: table.rows for name, table in there.items()}
        replaced = counts(rows, texts) if any(rows.values()) else texts("backup.none")
        say(texts("restore.replaces", database=where(settings, texts), counts=replaced))
        if asks and not await asyncio.to_thread(_agrees, texts):
            say(texts("restore.not_restored"))
            return NOT_RESTORED
        stamp = f"before-restore-{now.astimezone(settings.zone):%Y%m%d-%H%M%S}"
        with explained():
            kept = await restoring.put_in_place(backup, prepared, url, settings.received, stamp, pausing)
            async with opened(url):
                store, journal = FolderStore(settings.received, lambda: now), PurgeJournal(settings.received)
                purged = await purge_again(store, journal, now)
    say(texts("restore.done", count=kept.files_added))
    for path in (kept.database, kept.files):
        if path is not None:
            say(texts("restore.kept", name=str(path)))
    if purged:
        say(texts("restore.purged", count=purged))
    say(texts("restore.paused"))
    return 0


@contextlib.asynccontextmanager
async def _alone(url: str) -> AsyncIterator[None]:
    """Keep the bot from starting meanwhile; AlreadyServed when it runs."""
    async with contextlib.AsyncExitStack() as stack:
        with explained():
            await stack.enter_async_context(serving(url, waits=False, on_loss=lambda: None))
        yield


def _folder_beside(url: str, files: Path) -> tempfile.TemporaryDirectory[str]:
    """Make a folder on the file system of what it is to replace: only there a rename is one step."""
    path = sqlite_path(url)
    parent = files.parent if path is None else path.parent
    parent.mkdir(parents=True, exist_ok=True)
    return tempfile.TemporaryDirectory(prefix=".duban-restore-", dir=parent)


def _agrees(texts: Texts) -> bool:
    sys.stdout.write(texts("restore.ask") + " ")
    sys.stdout.flush()
    return sys.stdin.readline().strip().casefold() in {"y", "yes", "是", "确认", "好"}
