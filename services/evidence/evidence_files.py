"""A file that somebody sent as evidence: fetched, made safe and kept, before anything is recorded."""

import asyncio
import datetime as dtm
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from models.enums import EvidenceKind
from services.core.errors import UserError
from services.core.text import clean
from services.evidence.evidence_limits import EvidenceLimitReached
from services.ports import (
    FileStore,
    FileTooLarge,
    FileUnavailable,
    Pictures,
    PicturesUnavailable,
    SentFiles,
    StoreFull,
    StoreUnavailable,
)

MEGABYTES = 20
PASSING = (
    StoreFull,
    StoreUnavailable,
    FileUnavailable,
    FileTooLarge,
    PicturesUnavailable,
    EvidenceLimitReached,
)
"""Why a file was not kept, where the fault was not the file's."""

NAME_LENGTH = 100
LONGEST_ENDING = 5
PICTURES = frozenset({"jpg", "jpeg", "png", "webp", "heic", "heif"})
_OFFICE = "application/vnd.openxmlformats-officedocument"
DOCUMENTS: Mapping[str, tuple[str, bytes]] = MappingProxyType(
    {
        "pdf": ("application/pdf", b"%PDF-"),
        "docx": (f"{_OFFICE}.wordprocessingml.document", b"PK\x03\x04"),
        "xlsx": (f"{_OFFICE}.spreadsheetml.sheet", b"PK\x03\x04"),
    }
)
"""What is taken besides pictures: by the ending, its media type and how its bytes begin."""


class EvidenceUnsupported(UserError):
    """It is neither a picture nor a document of a kind that is taken."""


class EvidenceMislabelled(UserError):
    """A document is not what the ending of its name says (``ending``): a .doc, say, that was only renamed."""


@dataclass(frozen=True, slots=True)
class SentFile:
    """What Telegram has of a file; ``name`` "" for a photo, ``size`` in bytes, 0 where it is not said."""

    file_id: str
    name: str
    size: int

    @property
    def ending(self) -> str:
        """Give the ending of its name in small letters."""
        return self.name.rpartition(".")[2].casefold() if "." in self.name else ""

    @property
    def kind(self) -> EvidenceKind:
        """Tell what it is to be taken for."""
        is_picture = not self.name or self.ending in PICTURES
        return EvidenceKind.PICTURE if is_picture else EvidenceKind.DOCUMENT

    @property
    def shown_name(self) -> str:
        """Give its name without a path, for people to read; with its ending, by which it is opened."""
        name = clean(self.name.replace("\\", "/").rpartition("/")[2])
        ending = f".{self.ending}" if 0 < len(self.ending) <= LONGEST_ENDING else ""
        is_short = len(name) <= NAME_LENGTH
        return name if is_short else name[: NAME_LENGTH - len(ending)].rstrip() + ending


@dataclass(frozen=True, slots=True)
class Kept:
    """A file in the store; a picture made anew, a document exactly as it was sent."""

    kind: EvidenceKind
    stored_name: str
    name: str
    media_type: str
    size: int
    digest: str
    fingerprint: str = ""
    taken_on: dtm.date | None = None


@dataclass(frozen=True, slots=True)
class NotKept:
    """A file that was not kept, and why; ``is_owed`` where sending the very same again may help."""

    kind: EvidenceKind
    name: str
    problem: UserError

    @property
    def is_owed(self) -> bool:
        """Tell whether the fault was not the file's."""
        return isinstance(self.problem, PASSING)


async def keep(
    sent: SentFile,
    files: SentFiles,
    store: FileStore,
    pictures: Pictures,
    claim: Callable[[], Awaitable[None]],
) -> Kept | NotKept:
    """Fetch a file and keep it; not inside a transaction, because it takes its time.

    ``claim`` raises where no more is to be kept, before anything is fetched.
    """
    try:
        _require_kind(sent)
        if sent.size > MEGABYTES * 1024 * 1024:
            raise FileTooLarge(megabytes=MEGABYTES)
        await claim()
        async with files.turn():
            content = await files.fetch(sent.file_id)
            if sent.kind is EvidenceKind.DOCUMENT:
                return await _keep_document(sent, content, store)
            return await _keep_picture(sent, content, store, pictures)
    except UserError as problem:
        return NotKept(sent.kind, sent.shown_name, problem)


def _require_kind(sent: SentFile) -> None:
    if sent.kind is EvidenceKind.DOCUMENT and sent.ending not in DOCUMENTS:
        raise EvidenceUnsupported


async def _keep_document(sent: SentFile, content: bytes, store: FileStore) -> Kept:
    media_type, beginning = DOCUMENTS[sent.ending]
    if not content.startswith(beginning):
        raise EvidenceMislabelled(ending=sent.ending)
    stored_name = await store.put(content, sent.ending)
    digest = await _digest(content)
    return Kept(EvidenceKind.DOCUMENT, stored_name, sent.shown_name, media_type, len(content), digest)


async def _keep_picture(sent: SentFile, content: bytes, store: FileStore, pictures: Pictures) -> Kept:
    safe = await pictures.make_safe(content)
    stored_name = await store.put(safe.content, "jpg")
    return Kept(
        EvidenceKind.PICTURE,
        stored_name,
        sent.shown_name,
        safe.media_type,
        len(safe.content),
        await _digest(content),
        f"{safe.fingerprint:016x}",
        safe.taken_on,
    )


async def _digest(content: bytes) -> str:
    return (await asyncio.to_thread(hashlib.sha256, content)).hexdigest()
