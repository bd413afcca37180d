"""`./run doctor`: one line for each thing that a deployment needs, and what to do about it."""

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator

from bot.clock import Clock
from bot.database import DatabaseUnusable, explained, sqlite_path
from bot.doctor import evidence_rows, postgres_look, sqlite_look
from bot.doctor.files import look_at_files
from bot.doctor.findings import Finding, Level, broken, good, line
from bot.doctor.fonts import OWN, look_at_font
from bot.doctor.surroundings import look_at_calendar, look_at_room, look_at_settings
from bot.doctor.telegram import look_at_telegram
from bot.logs import redact
from locales import CHINESE, Catalogue
from settings import Settings

BROKEN = 1
DATABASE_SECONDS = 20


async def run(_: argparse.Namespace, settings: Settings) -> int:
    """Look at everything and print it; 1 when something is broken. Nothing is changed, the bot may run."""
    texts = Catalogue.load().texts(CHINESE)
    is_broken = False
    async for finding in _look(settings):
        sys.stdout.write(redact(line(finding, texts)) + "\n")
        sys.stdout.flush()
        is_broken = is_broken or finding.level is Level.BROKEN
    sys.stdout.write(texts("doctor.end_broken" if is_broken else "doctor.end_good") + "\n")
    return BROKEN if is_broken else 0


async def _look(settings: Settings) -> AsyncIterator[Finding]:
    clock = Clock(settings.zone)
    for finding in look_at_settings(settings):
        yield finding
    now = clock.now().astimezone(settings.zone)
    yield good("zone", zone=settings.timezone, moment=f"{now:%Y-%m-%d %H:%M}")
    for finding in look_at_calendar(now.date()):
        yield finding
    for finding in await _look_at_database(settings):
        yield finding
    path = sqlite_path(settings.database_url)
    for finding in look_at_room((settings.received, path.parent if path else settings.received)):
        yield finding
    rows = await evidence_rows.read(settings.database_url, now)
    for finding in await asyncio.to_thread(lambda: list(look_at_files(settings.received, rows))):
        yield finding
    async for finding in look_at_telegram(settings, clock):
        yield finding
    yield await asyncio.to_thread(look_at_font, settings.font or OWN)


async def _look_at_database(settings: Settings) -> list[Finding]:
    path = sqlite_path(settings.database_url)
    try:
        with explained():
            if path is not None:
                return await asyncio.to_thread(lambda: list(sqlite_look.look(path, settings)))
            async with asyncio.timeout(DATABASE_SECONDS):
                return [finding async for finding in postgres_look.look(settings)]
    except DatabaseUnusable as problem:
        return [broken("database_unusable", problem=str(problem))]
