"""Packed documents (.xlsx, .docx) opened with suspicion: sizes are asked before anything is unpacked."""

import io
import zipfile
import zlib
from collections.abc import Callable

from services.documents.errors import DocumentDamaged, DocumentEncrypted, DocumentTooLarge
from services.documents.limits import MAX_MEMBERS, MEGABYTE

_IS_ENCRYPTED = 0x1
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError, ValueError)


class Archive:
    """One packed document; only parts that are asked for are ever unpacked."""

    def __init__(self, content: bytes, name: str) -> None:
        self._name = name
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except _DAMAGE as error:
            raise DocumentDamaged(name=name) from error
        self._members = {member.filename: member for member in self._zip.infolist()}
        if len(self._zip.infolist()) > MAX_MEMBERS:
            raise DocumentTooLarge(name=name, limit=MEGABYTE)

    def __contains__(self, part: str) -> bool:
        """Say whether there is such a part."""
        return part in self._members

    def unpack(self, is_wanted: Callable[[str], bool], limit: int) -> dict[str, bytes]:
        """Unpack the wanted parts, together at most `limit` bytes.

        Sizes come from the directory; one that lies is found out, because unpacking stops at the stated size
        and the checksum then does not fit.
        """
        wanted = [member for part, member in self._members.items() if is_wanted(part)]
        if any(member.flag_bits & _IS_ENCRYPTED for member in wanted):
            raise DocumentEncrypted(name=self._name)
        if sum(member.file_size for member in wanted) > limit:
            raise DocumentTooLarge(name=self._name, limit=limit // MEGABYTE)
        try:
            return {member.filename: self._zip.read(member) for member in wanted}
        except _DAMAGE as error:
            raise DocumentDamaged(name=self._name) from error


def pack(parts: dict[str, bytes]) -> bytes:
    """Pack measured parts again, uncompressed, so that the next reader unpacks exactly what was measured."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as packed:
        for part, content in parts.items():
            packed.writestr(zipfile.ZipInfo(part), content)
    return buffer.getvalue()
