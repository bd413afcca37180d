"""One way in for every kind of document; the kind is told from the content, never from the name."""

import hashlib
import struct
from dataclasses import dataclass

from services.core.sheets.grid import Grid
from services.documents.archive import Archive
from services.documents.errors import (
    DocumentDamaged,
    DocumentEmpty,
    DocumentEncrypted,
    DocumentKindOld,
    DocumentKindUnknown,
)
from services.documents.limits import MAX_CONTENT, too_large
from services.documents.plain import read_plain
from services.documents.workbook import Workbook, read_xls, read_xlsx

_PACKED = b"PK\x03\x04"
_FIRST_RECORD = b"\x09\x08\x10\x00\x00\x06\x05\x00"  # of an .xls, as it has been since 1997
_PASSWORD_RECORD = 0x2F
_RECORDS_BEFORE_PASSWORD = 4
_MACROS = ("xl/vbaProject.bin", "word/vbaProject.bin")
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # the container of .xls, .doc and of encrypted .xlsx


@dataclass(frozen=True, slots=True)
class Document:
    """A document's tables; `digest` is the SHA-256 of its bytes in hex, the same for the same file.

    `hidden` names the sheets that were not read because they are hidden, `unread` those of an
    exported workbook that say nothing of their own; macros are never run.
    """

    name: str
    digest: str
    sheets: tuple[Grid, ...]
    hidden: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    has_macros: bool = False


def read_document(content: bytes, name: str) -> Document:
    """Read the tables of an .xlsx, .xls, .docx or text table of at most 20 MB; it blocks, so use a thread.

    Raises:
        UserError: one of `services.documents.errors`, each with what the person can do.
    """
    if len(content) > MAX_CONTENT:
        raise too_large(name, MAX_CONTENT)
    found = _read(content, name)
    book = found if isinstance(found, Workbook) else Workbook(found, ())
    sheets = tuple(sheet for sheet in book.sheets if any(cell.text for row in sheet.cells for cell in row))
    if not sheets:
        raise DocumentEmpty(name=name)
    return Document(
        name,
        hashlib.sha256(content).hexdigest(),
        sheets,
        book.hidden,
        book.unread,
        _has_macros(content, name),
    )


def _read(content: bytes, name: str) -> tuple[Grid, ...] | Workbook:
    if content.startswith(_PACKED):
        archive = Archive(content, name)
        if "xl/workbook.xml" in archive:
            return read_xlsx(archive, content, name)
        if "word/document.xml" in archive:
            # Its library and the parser below take 10 MB, which most deployments never need.
            from services.documents.word import read_docx  # noqa: PLC0415

            return read_docx(archive, name)
        raise DocumentKindUnknown(name=name)
    if content.startswith(_COMPOUND):
        if _names(content, "EncryptedPackage"):
            raise DocumentEncrypted(name=name)
        if _names(content, "WordDocument"):
            raise DocumentKindOld(name=name)
        if not (_names(content, "Workbook") or _names(content, "Book")):
            raise DocumentDamaged(name=name) if _is_cut_short(content) else DocumentKindUnknown(name=name)
        if _has_password(content):
            raise DocumentEncrypted(name=name)
        return read_xls(content, name)
    return read_plain(content, name)


def _has_password(content: bytes) -> bool:
    """Say whether one of the first records of an .xls, none of them ever enciphered, announces a password."""
    place = content.find(_FIRST_RECORD)
    for _ in range(_RECORDS_BEFORE_PASSWORD if place >= 0 else 0):
        kind, length = struct.unpack_from("<HH", content.ljust(place + 4, b"\0"), place)
        if kind == _PASSWORD_RECORD:
            return True
        place += 4 + length
    return False


def _is_cut_short(content: bytes) -> bool:
    """Say whether the sector that lists a compound file's streams lies beyond its end."""
    first, size = int.from_bytes(content[48:52], "little"), 1 << int.from_bytes(content[30:31], "little")
    return (first + 1) * size >= len(content)


def _has_macros(content: bytes, name: str) -> bool:
    if content.startswith(_PACKED):
        return any(part in Archive(content, name) for part in _MACROS)
    return content.startswith(_COMPOUND) and _names(content, "_VBA_PROJECT")


def _names(content: bytes, stream: str) -> bool:
    """Say whether a compound file has a stream of that name."""
    return (stream + "\0").encode("utf-16-le") in content
