"""The folder of received files: named by content and never changed, so that adding them can do no harm."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from bot.backups.archive import Backup, hash_of

PREFIX = "files/"
UNFINISHED = "."
"""What begins so is still being written, or not ours."""


def walk(folder: Path) -> dict[str, Path]:
    """List the files by the name a backup gives them; a folder that is not there has none."""
    return {
        PREFIX + path.relative_to(folder).as_posix(): path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink() and not path.name.startswith(UNFINISHED)
    }


def add(backup: Backup, folder: Path, kept: Path) -> int:
    """Put every received file of a verified backup into the folder; return how many were not there.

    One that is there with another content goes to ``kept`` first. Whatever happens half-way, the database
    that is still in place finds each of its files.
    """
    added = 0
    for name in _received(backup.manifest.members):
        target = folder / name.removeprefix(PREFIX)
        if target.exists():
            if hash_of(target) == backup.manifest.members[name]:
                continue
            _set_aside(target, folder, kept)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        half = target.with_name(f"{UNFINISHED}{target.name}.restoring")
        half.unlink(missing_ok=True)
        backup.extract(name, half)
        half.replace(target)
        added += 1
    return added


def set_others_aside(members: Iterable[str], folder: Path, kept: Path) -> int:
    """Move what the backup does not have out of the folder; return how many files that are."""
    wanted = set(_received(members))
    others = {name: path for name, path in walk(folder).items() if name not in wanted}
    for path in others.values():
        _set_aside(path, folder, kept)
    return len(others)


def count(members: Mapping[str, object]) -> int:
    """Count a backup's received files."""
    return len(_received(members))


def _received(members: Iterable[str]) -> list[str]:
    return [name for name in members if name.startswith(PREFIX)]


def _set_aside(path: Path, folder: Path, kept: Path) -> None:
    target = kept / path.relative_to(folder)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.replace(target)
