"""Packed documents put together so that the same parts are always the same bytes."""

import io
import zipfile
from collections.abc import Mapping

_FIRST = "[Content_Types].xml"
_MADE = (1980, 1, 1, 0, 0, 0)  # the earliest a packed file can say
_READABLE = 0o600 << 16


def pack(parts: Mapping[str, bytes]) -> bytes:
    """Pack parts by name, without the time at which it is done."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as packed:
        for name in sorted(parts, key=lambda name: (name != _FIRST, name)):
            entry = zipfile.ZipInfo(name, _MADE)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, _READABLE
            packed.writestr(entry, parts[name])
    return content.getvalue()


def packed_anew(content: bytes) -> bytes:
    """Pack a document of ours once more, without the time at which that was done."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return pack({name: packed.read(name) for name in packed.namelist()})
