"""Several exported workbooks in one packed file, with a manifest that names each with its SHA-256."""

import hashlib
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from services.documents.archive import Archive
from services.documents.errors import BundleDamaged, DocumentKindUnknown
from services.documents.limits import MAX_CONTENT, MAX_UNPACKED, MEGABYTE, too_large

MANIFEST = "manifest.json"
PAGE = "说明.txt"  # for people; what is read is the manifest
FORMAT = "duban-export-bundle/1"
ZIP_TYPE = "application/zip"

_PACKED = b"PK\x03\x04"
_MOST_FILES = 40


@dataclass(frozen=True, slots=True)
class BundledFile:
    """A workbook of a bundle, as its manifest has it: the bytes are those."""

    name: str
    content: bytes


def write_bundle(
    target: BinaryIO, manifest: Mapping[str, Any], page: str, files: Sequence[tuple[str, Iterable[bytes]]]
) -> None:
    """Pack files, each given in chunks, behind a manifest for machines and a page for people; it blocks."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as packed:  # workbooks are packed already
        packed.writestr(PAGE, page)
        packed.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
        for name, chunks in files:
            with packed.open(name, "w") as room:
                for chunk in chunks:
                    room.write(chunk)
    target.flush()


def is_bundle(content: bytes, name: str) -> bool:
    """Tell whether a file is a bundle of exported workbooks, by its manifest."""
    return content.startswith(_PACKED) and len(content) <= MAX_CONTENT and MANIFEST in Archive(content, name)


def read_bundle(content: bytes, name: str) -> tuple[BundledFile, ...]:
    """Unpack the workbooks of a bundle, in the manifest's order; it blocks, so use a thread.

    Raises:
        BundleDamaged: a file is missing, or is not what the manifest says it is (``file``).
        UserError: it is too large, or is no bundle at all.
    """
    archive = Archive(content, name)
    files = list(_listed(archive, name))
    if len(files) > _MOST_FILES:
        raise too_large(name)
    unpacked = archive.unpack({file for file, _ in files}.__contains__, MAX_UNPACKED)
    for file, digest in files:
        if file not in unpacked or hashlib.sha256(unpacked[file]).hexdigest() != digest:
            raise BundleDamaged(name=name, file=file[:100])
    return tuple(BundledFile(file, unpacked[file]) for file, _ in files if file.endswith(".xlsx"))


def _listed(archive: Archive, name: str) -> Iterator[tuple[str, str]]:
    written = archive.unpack(MANIFEST.__eq__, MEGABYTE)[MANIFEST]
    try:
        manifest: Any = json.loads(written)
        files = [(file["name"], file["sha256"]) for file in manifest["files"]]
        form = manifest["format"]
    except (ValueError, TypeError, KeyError) as error:
        raise DocumentKindUnknown(name=name) from error
    if form != FORMAT or not all(isinstance(part, str) for file in files for part in file):
        raise DocumentKindUnknown(name=name)
    yield from files
