"""Uploaded files: bytes in a folder, facts about them in the store."""

import mimetypes
import secrets
import struct
from typing import Any

import orjson

from sandbox.errors import bad_request
from sandbox.store import Store
from sandbox.validation import Upload

DOWNLOAD_LIMIT = 20 * 1024 * 1024
UPLOAD_LIMIT = 50 * 1024 * 1024
PHOTO_LIMIT = 10 * 1024 * 1024
SIDE_SUM_LIMIT = 10_000
RATIO_LIMIT = 20


class Files:
    """Keeps files and describes them the Bot API's way."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._last = store.highest("SELECT MAX(id) FROM file")

    def add_photo(self, upload: Upload) -> list[dict[str, Any]]:
        """Keep a picture and return its PhotoSizes (one: nothing is resized here).

        Raises:
            ApiError: 400 for what is too big, not a picture, or of impossible sides.
        """
        if len(upload.content) > PHOTO_LIMIT:
            raise bad_request("file is too big")
        side = picture_size(upload.content)
        if side is None:
            raise bad_request("IMAGE_PROCESS_FAILED")
        width, height = side
        if width + height > SIDE_SUM_LIMIT or max(side) > RATIO_LIMIT * min(side):
            raise bad_request("PHOTO_INVALID_DIMENSIONS")
        kept = self._add(
            upload, "photos", "AgAC", {"width": width, "height": height, "mime_type": "image/jpeg"}
        )
        return [{key: kept[key] for key in ("file_id", "file_unique_id", "file_size", "width", "height")}]

    def add_document(self, upload: Upload) -> dict[str, Any]:
        """Keep a file and return its Document.

        Raises:
            ApiError: 400 for an empty file or one over 50 MB.
        """
        if not upload.content:
            raise bad_request("file must be non-empty")
        if len(upload.content) > UPLOAD_LIMIT:
            raise bad_request("file is too big")
        mime = upload.mime or mimetypes.guess_type(upload.name)[0] or "application/octet-stream"
        kept = self._add(upload, "documents", "BQAC", {"mime_type": mime, "file_name": upload.name})
        return {
            key: kept[key] for key in ("file_name", "mime_type", "file_id", "file_unique_id", "file_size")
        }

    def _add(self, upload: Upload, folder: str, prefix: str, more: dict[str, Any]) -> dict[str, Any]:
        self._last += 1
        ending = (
            upload.name.rpartition(".")[2] if "." in upload.name else "jpg" if folder == "photos" else "bin"
        )
        ending = ending if ending.isascii() and ending.isalnum() else "bin"
        body = {
            "file_id": prefix + secrets.token_urlsafe(36),
            "file_unique_id": "AQAD" + secrets.token_urlsafe(9),
            "file_size": len(upload.content),
            "file_path": f"{folder}/file_{self._last}.{ending}",
            "stored": str(self._last),
            **more,
        }
        (self._store.files / body["stored"]).write_bytes(upload.content)
        self._store.write(
            "INSERT INTO file VALUES (?, ?, ?)", self._last, body["file_id"], orjson.dumps(body)
        )
        return body

    def find(self, file_id: str) -> dict[str, Any] | None:
        """Return what is kept about a file."""
        row = self._store.row("SELECT body FROM file WHERE file_id = ?", file_id)
        return orjson.loads(row[0]) if row else None

    def get(self, file_id: str) -> dict[str, Any]:
        """Return what is kept about a file.

        Raises:
            ApiError: 400 for an id nobody gave.
        """
        found = self.find(file_id)
        if found is None:
            raise bad_request("invalid file_id")
        return found

    def find_by_path(self, path: str) -> dict[str, Any] | None:
        """Return what is kept about the file at a `file_path`."""
        stem = path.rpartition("file_")[2].partition(".")[0]
        row = self._store.row("SELECT body FROM file WHERE id = ?", int(stem)) if stem.isdigit() else None
        body = orjson.loads(row[0]) if row else None
        return body if body and body["file_path"] == path else None

    def content(self, body: dict[str, Any]) -> bytes:
        """Return the bytes of a kept file."""
        return (self._store.files / str(body["stored"])).read_bytes()


def picture_size(content: bytes) -> tuple[int, int] | None:
    """Read width and height from a PNG, GIF, WebP or JPEG header; None if it is none of them."""
    if content[:8] == b"\x89PNG\r\n\x1a\n" and len(content) >= 24:
        return _sides(struct.unpack(">II", content[16:24]))
    if content[:6] in {b"GIF87a", b"GIF89a"} and len(content) >= 10:
        return _sides(struct.unpack("<HH", content[6:10]))
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP" and len(content) >= 30:
        return _webp_size(content)
    if content[:2] == b"\xff\xd8":
        return _jpeg_size(content)
    return None


def _sides(pair: tuple[int, ...]) -> tuple[int, int] | None:
    return (pair[0], pair[1]) if pair[0] > 0 and pair[1] > 0 else None


def _webp_size(content: bytes) -> tuple[int, int] | None:
    if content[12:16] == b"VP8X":
        return 1 + int.from_bytes(content[24:27], "little"), 1 + int.from_bytes(content[27:30], "little")
    if content[12:16] == b"VP8L":
        bits = int.from_bytes(content[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return _sides(tuple(one & 0x3FFF for one in struct.unpack("<HH", content[26:30])))


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 < len(content) and content[at] == 0xFF:
        marker, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return _sides((width, height))
        at += 2 + length
    return None
