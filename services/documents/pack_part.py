"""A packed file that verifies itself: what is put into it, and the SHA-256 of each in a list of sums."""

import datetime as dtm
import hashlib
import zipfile
from collections.abc import Iterable

from services.spooled import SpooledFile

ZIP_TYPE = "application/zip"
ROOM_BESIDE = 700
"""Bytes that a file takes besides its content, at most: its path three times, its sum."""


class PackPart:
    """One packed file on its way to ``content``; every method blocks, so use a thread.

    Files are stored as they are: pictures and documents are packed already.
    """

    def __init__(self, made_at: dtm.datetime) -> None:
        """Begin one; its files say that they are of this moment."""
        self.content = SpooledFile()
        self.taken = 0
        self._made = made_at.timetuple()[:6]
        self._zip = zipfile.ZipFile(self.content.file, "w", zipfile.ZIP_STORED)
        self._sums: list[str] = []

    def add(self, path: str, chunks: Iterable[bytes]) -> None:
        """Put a file into it."""
        digest, size = hashlib.sha256(), 0
        with self._zip.open(self._entry(path), "w") as room:
            for chunk in chunks:
                room.write(chunk)
                digest.update(chunk)
                size += len(chunk)
        self._sums.append(f"{digest.hexdigest()}  {path}\n")
        self.taken += size + ROOM_BESIDE

    def close(self, sums_file: str) -> None:
        """Put the list of sums into it, as ``sha256sum -c`` reads it, and finish it."""
        self._zip.writestr(self._entry(sums_file), "".join(self._sums))
        self._zip.close()
        self.content.file.flush()

    def _entry(self, path: str) -> zipfile.ZipInfo:
        entry = zipfile.ZipInfo(path, self._made)
        entry.external_attr = 0o644 << 16
        return entry
