"""The file of a backup: a zip whose manifest names every member with its size and SHA-256."""

import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from services.core.errors import UserError

FORMAT = 1
"""Raised when an older Duban could no longer read the file."""

MANIFEST = "manifest.json"
LONGEST_MANIFEST = 64 * 2**20
PIECE = 1 << 20
UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, RuntimeError)
"""What reading a damaged zip ends in."""

Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class CopyUnsound(Exception):
    """What was copied is not whole; the text says in what."""


class NotABackup(UserError):
    """The file is none that a backup command has written (``name``)."""


class BackupDamaged(UserError):
    """The file is a backup and not as it was written (``name``, ``member``)."""


class BackupNewer(UserError):
    """A newer Duban made the file (``name``)."""


class Member(BaseModel):
    """One file inside: its size in bytes, and what its content hashes to."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    size: int = Field(ge=0)
    sha256: Sha256


class Table(BaseModel):
    """One table: its columns in the order of the copy, how many rows, and the last number it gave out."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    columns: tuple[str, ...]
    rows: int = Field(ge=0)
    last_id: int | None = None


class Manifest(BaseModel):
    """What a backup says of itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["duban-backup"] = "duban-backup"
    format: int = FORMAT
    engine: Literal["sqlite", "postgres"]
    schema_fingerprint: Sha256
    migrations: tuple[str, ...]
    made_at: AwareDatetime
    organisations: tuple[str, ...]
    tables: Mapping[str, Table]
    members: Mapping[str, Member]


def columns_of(tables: Mapping[str, Table]) -> Mapping[str, tuple[str, ...]]:
    """Give the columns by table."""
    return {name: table.columns for name, table in tables.items()}


def fingerprint(tables: Mapping[str, Iterable[str]]) -> str:
    """Hash what the tables and their columns are called: the same on both databases."""
    names = {name: sorted(columns) for name, columns in tables.items()}
    return hashlib.sha256(json.dumps(names, sort_keys=True).encode()).hexdigest()


def hash_of(path: Path) -> Member:
    """Measure a file."""
    with path.open("rb") as file:
        return _measure(file)


def write(target: Path, manifest: Manifest, files: Mapping[str, Path]) -> Manifest:
    """Write a backup that only its owner may read, down to the disk; return the manifest with the members."""
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    members = {}
    with os.fdopen(descriptor, "wb") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, path in files.items():
                try:
                    source = path.open("rb")
                except FileNotFoundError:  # a received file that its sender has just had deleted
                    continue
                # Hashed as it is read, so that the manifest tells of the very bytes that went in.
                with source, archive.open(name, "w", force_zip64=True) as inside:
                    members[name] = _measure(source, inside)
            complete = manifest.model_copy(update={"members": members})
            archive.writestr(MANIFEST, complete.model_dump_json(indent=1))
        file.flush()
        os.fsync(file.fileno())
    return complete


@contextmanager
def opened(path: Path) -> Iterator["Backup"]:
    """Open a backup and read its manifest; nothing else is believed yet.

    Raises:
        NotABackup: it is no such file.
        BackupNewer: a newer Duban wrote it.
        OSError: it cannot be read at all.
    """
    try:
        archive = zipfile.ZipFile(path)
    except zipfile.BadZipFile:
        raise NotABackup(name=str(path)) from None
    with archive:
        yield Backup(path, archive, _read_manifest(path, archive))


class Backup:
    """A backup that is open for reading."""

    def __init__(self, path: Path, archive: zipfile.ZipFile, manifest: Manifest) -> None:
        self.path = path
        self.manifest = manifest
        self._archive = archive

    def verify(self) -> None:
        """Read every member.

        Raises:
            BackupDamaged: one is missing, there is one too many, or one is not what the manifest says.
        """
        there = [info.filename for info in self._archive.infolist() if info.filename != MANIFEST]
        odd = sorted(set(there) ^ self.manifest.members.keys())
        if odd or len(there) != len(set(there)):
            raise self._damaged(odd[0] if odd else MANIFEST)
        for name in self.manifest.members:
            self._copy(name, None)

    def extract(self, name: str, target: Path) -> None:
        """Write a member to a new file that only its owner may read, down to the disk.

        Raises:
            BackupDamaged: it is not what the manifest says.
        """
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            self._copy(name, file)
            file.flush()
            os.fsync(file.fileno())

    def _copy(self, name: str, target: IO[bytes] | None) -> None:
        expected = self.manifest.members[name]
        try:
            # The size in the zip's own list is not believed: no more is read than the manifest promises.
            with self._archive.open(name) as source:
                found = _measure(source, target, limit=expected.size)
        except UNREADABLE:
            raise self._damaged(name) from None
        if found != expected:
            raise self._damaged(name)

    def _damaged(self, member: str) -> BackupDamaged:
        return BackupDamaged(name=str(self.path), member=member)


def _read_manifest(path: Path, archive: zipfile.ZipFile) -> Manifest:
    try:
        with archive.open(MANIFEST) as file:
            content = json.loads(file.read(LONGEST_MANIFEST))
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        KeyError,
        ValueError,
        NotImplementedError,
        RuntimeError,
    ):
        raise NotABackup(name=str(path)) from None
    if not isinstance(content, dict) or content.get("kind") != "duban-backup":
        raise NotABackup(name=str(path))
    version = content.get("format")
    if isinstance(version, int) and version > FORMAT:
        raise BackupNewer(name=str(path))
    try:
        manifest = Manifest.model_validate(content)
    except ValidationError:
        raise BackupDamaged(name=str(path), member=MANIFEST) from None
    if not all(_is_safe(name) for name in manifest.members):
        raise BackupDamaged(name=str(path), member=MANIFEST)
    return manifest


def _is_safe(name: str) -> bool:
    """Tell whether a member's name stays inside the folder it is put into, on any system."""
    parts = PurePosixPath(name).parts
    return "/".join(parts) == name and not {".", ".."} & set(parts) and not any(c in name for c in "\\:\0")


def _measure(source: IO[bytes], target: IO[bytes] | None = None, *, limit: int | None = None) -> Member:
    """Read to the end, or to just beyond ``limit``; copy on the way."""
    digest, size = hashlib.sha256(), 0
    while piece := source.read(PIECE):
        digest.update(piece)
        size += len(piece)
        if target is not None:
            target.write(piece)
        if limit is not None and size > limit:
            break
    return Member(size=size, sha256=digest.hexdigest())
