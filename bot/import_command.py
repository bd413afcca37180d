"""`./run import`: print what a sheet was understood to say, ask, and save."""

import argparse
import asyncio
import sys
from contextlib import AsyncExitStack

from bot.clock import Clock
from bot.database import explained, opened, sqlite_path
from bot.lock import AlreadyServed, serving
from handlers.views import sheets
from locales import CHINESE, Catalogue, Texts
from services.core.errors import UserError
from services.importing import sheet_kinds
from settings import Settings

REFUSED = 2
NOT_SAVED = 1


async def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Import one file; 0 when saved or already known, 1 when the answer was no, 2 when it cannot be done."""
    texts = Catalogue.load().texts(CHINESE)
    now = Clock(settings.zone).now()
    try:
        content = await asyncio.to_thread(arguments.file.read_bytes)
    except OSError:
        return _refuse(texts("import.no_file", name=str(arguments.file)))
    if settings.database is None and settings.is_sandbox:
        _say("没有设置 DUBAN_TOKEN：读进沙盒的数据库 (no token: into the sandbox's database)\n")
    async with AsyncExitStack() as stack:
        if sqlite_path(settings.database_url) is not None:
            lock = serving(settings.database_url, waits=False, on_loss=lambda: None)
            try:
                with explained():
                    await stack.enter_async_context(lock)
            except AlreadyServed:
                return _refuse(texts("import.bot_runs"))
        with explained():
            await stack.enter_async_context(opened(settings.database_url))
        try:
            shown = await sheet_kinds.read_sheet(
                content,
                arguments.file.name,
                organisation=arguments.organisation,
                year=arguments.year,
                today=now.date(),
                quarter_month=arguments.month,
            )
        except UserError as error:
            return _refuse(texts(error.key, **error.params))
        _say(sheets.describe(shown, texts))
        if shown.changes.is_empty:
            return 0
        if not arguments.yes and not await asyncio.to_thread(_agrees, texts):
            _say(texts("import.not_saved"))
            return NOT_SAVED
        saved = await sheet_kinds.save_sheet(shown, None, source="command", now=now, today=now.date())
        _say(sheets.summarise(saved, texts))
    return 0


def _agrees(texts: Texts) -> bool:
    sys.stdout.write(texts("import.ask") + " ")
    sys.stdout.flush()
    return sys.stdin.readline().strip().casefold() in {"y", "yes", "是", "确认", "好"}


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


def _refuse(text: str) -> int:
    sys.stderr.write(text + "\n")
    return REFUSED
