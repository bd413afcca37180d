"""What a deployment stands on besides database and network: settings, calendar, room on the disk."""

import datetime as dtm
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from bot.doctor.findings import Finding, broken, good, warning
from services.office.calendar import work_calendar
from settings import Settings

SECRETS = ("token", "proxy", "database", "webhook_secret")
PUBLISHED_IN = 11
"""The month by which next year's holidays are usually announced (国务院办公厅关于部分节假日安排的通知)."""

LITTLE_ROOM = 10**9
NO_ROOM = 10**8
"""Bytes."""


def look_at_settings(settings: Settings) -> Iterator[Finding]:
    """Say which settings there are; of secrets and people only whether and how many."""
    given = [f"DUBAN_{name.upper()}" for name in SECRETS if getattr(settings, name) is not None]
    shown = [
        f"DUBAN_{name.upper()}={getattr(settings, name)}"
        for name in sorted(settings.model_fields_set - {*SECRETS, "administrators"})
    ]
    yield good("settings", secrets=" ".join(given) or "–", shown=" ".join(shown) or "–")
    if settings.is_sandbox:
        yield good("sandbox")
    elif settings.administrators:  # else the database tells whether somebody administers
        yield good("administrators", count=len(settings.administrators))
    if settings.failpoint:
        yield warning("failpoint")


def look_at_calendar(today: dtm.date) -> Iterator[Finding]:
    """Say for which years China's holidays are known, and from when to update for the others."""
    estimated = work_calendar((today.year, today.year + 1)).estimated_years
    if today.year in estimated:
        yield warning("calendar_old", year=today.year)
    elif today.year + 1 not in estimated:
        yield good("calendar", year=today.year, next_year=today.year + 1)
    elif today.month < PUBLISHED_IN:
        yield good("calendar_soon", year=today.year, next_year=today.year + 1, month=PUBLISHED_IN)
    else:
        yield warning("calendar_due", next_year=today.year + 1)


def look_at_room(folders: Iterable[Path]) -> Iterator[Finding]:
    """Say once for each disk how much room is left on it; a folder may be there only later."""
    disks = {there.stat().st_dev: there for there in map(_there, folders)}
    for folder in disks.values():
        left = shutil.disk_usage(folder).free
        level = broken if left < NO_ROOM else warning if left < LITTLE_ROOM else good
        key = "room" if left >= LITTLE_ROOM else "little_room"
        yield level(key, folder=str(folder), megabytes=left // 10**6)


def _there(folder: Path) -> Path:
    return next(each for each in (folder, *folder.parents) if each.exists())
