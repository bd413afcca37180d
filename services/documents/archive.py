"""Packed documents (.xlsx, .docx) opened with suspicion: sizes are asked before anything is unpacked."""

import io
import zipfile
import zlib
from collections.abc import Callable

from services.documents.errors import DocumentDamaged, DocumentEncrypted
from services.documents.limits import MAX_MEMBERS, too_large

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
            raise too_large(name)

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
            raise too_large(self._name, limit)
        try:
            return {member.filename: self._zip.read(member) for member in wanted}
        except _DAMAGE as error:
            raise DocumentDamaged(name=self._name) from error
