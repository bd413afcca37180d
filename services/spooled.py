"""Files on disk that nobody can open by a name, for what is too long to be held."""

import asyncio
import hashlib
import os
import tempfile
import weakref
from collections.abc import AsyncIterator, Iterator
from typing import BinaryIO, cast

CHUNK = 64 * 1024


class SpooledFile:
    """Bytes on disk without a name, gone with the last who holds them."""

    def __init__(self) -> None:
        self.file = cast("BinaryIO", tempfile.TemporaryFile())  # noqa: SIM115 - it outlives this call
        weakref.finalize(self, self.file.close)

    @property
    def size(self) -> int:
        """How many bytes there are."""
        return os.fstat(self.file.fileno()).st_size

    def read(self, start: int) -> bytes:
        """Give the bytes from a place on, a chunk at most."""
        return os.pread(self.file.fileno(), CHUNK, start)

    def read_chunks(self) -> Iterator[bytes]:
        """Give all of it, from the beginning; it blocks."""
        start = 0
        while chunk := self.read(start):
            yield chunk
            start += len(chunk)

    async def chunks(self) -> AsyncIterator[bytes]:
        """Give all of it, from the beginning at each call."""
        start = 0
        while chunk := await asyncio.to_thread(self.read, start):
            yield chunk
            start += len(chunk)

    def digest(self) -> str:
        """Give its SHA-256 in hex."""
        found = hashlib.sha256()
        for chunk in self.read_chunks():
            found.update(chunk)
        return found.hexdigest()
