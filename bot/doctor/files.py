"""The folder of received files: whether it can be written to, every file whole, and each where a row says."""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bot.doctor.evidence_rows import EvidenceRows
from bot.doctor.findings import Finding, broken, good, warning
from bot.file_store import is_whole, kept_in

READING_SECONDS = 60.0
"""So long files are read; their names are hashes, so that those read are a fair sample."""

OLD_SECONDS = 3 * 86_400.0
"""By then the bot, which looks once a day, has cleared away what no row points to."""


@dataclass(slots=True)
class _Walked:
    names: set[str] = field(default_factory=set)
    octets: int = 0
    read: int = 0
    damaged: list[str] = field(default_factory=list)
    unknown: list[int] = field(default_factory=list)
    old: int = 0


def look_at_files(
    folder: Path, rows: EvidenceRows | None = None, *, seconds: float = READING_SECONDS
) -> Iterator[Finding]:
    """Read the files that are kept and compare them with the rows, where these can be read."""
    if not folder.exists() and not (rows and rows.kept):
        yield good("files_none", folder=str(folder))
        return
    if folder.exists() and not (folder.is_dir() and os.access(folder, os.R_OK | os.W_OK | os.X_OK)):
        yield broken("files_unusable", folder=str(folder))
        return
    walked = _walk(folder, rows, seconds)
    yield _wholeness(folder, walked)
    if rows is not None:
        yield from _compared(folder, walked, rows)


def _wholeness(folder: Path, walked: _Walked) -> Finding:
    if walked.damaged:
        number, name = len(walked.damaged), walked.damaged[0]
        return broken("files_damaged", folder=str(folder), number=number, name=name)
    told = {
        "folder": str(folder),
        "number": len(walked.names),
        "megabytes": -(-walked.octets // 10**6),
    }
    if walked.read < len(walked.names):
        return good("files_partly", **told, read=walked.read)
    return good("files", **told)


def _compared(folder: Path, walked: _Walked, rows: EvidenceRows) -> Iterator[Finding]:
    if missing := sorted(rows.kept.keys() - walked.names):
        pieces = sum(rows.kept[name] for name in missing)
        yield broken("files_missing", folder=str(folder), number=pieces, name=missing[0])
    if walked.names and not rows.kept.keys() & walked.names:
        if walked.old:
            yield warning("files_anothers", folder=str(folder), number=len(walked.names))
    elif walked.old:
        megabytes = -(-sum(walked.unknown) // 10**6)
        yield warning("files_unknown", number=walked.old, megabytes=megabytes)
    elif not missing:
        yield good("files_known", number=sum(rows.kept.values()), waiting=len(walked.unknown))
    if rows.condemned:
        yield warning("files_condemned", number=rows.condemned)


def _walk(folder: Path, rows: EvidenceRows | None, seconds: float) -> _Walked:
    """Go through the folder: all are counted, as many read as the time allows."""
    walked = _Walked()
    until = time.monotonic() + seconds
    for path in kept_in(folder):
        try:
            state = path.stat()
            content = path.read_bytes() if time.monotonic() < until else None
        except FileNotFoundError:  # its sender has just had it deleted
            continue
        except OSError:
            state, content = path.lstat(), b""
        walked.names.add(path.name)
        walked.octets += state.st_size
        if content is not None:
            walked.read += 1
            if not is_whole(path.name, content):
                walked.damaged.append(path.name)
        if rows is not None and path.name not in rows.kept:
            walked.unknown.append(state.st_size)
            walked.old += rows.at.timestamp() - state.st_mtime > OLD_SECONDS
    return walked
