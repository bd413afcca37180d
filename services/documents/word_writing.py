"""Bulletins out as .docx, by a template: ours, or one that an office made of it."""

import base64
import datetime as dtm
import hashlib
import json
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.enums import BulletinKind
from services.core.bulletin import Bulletin
from services.documents.archive import Archive
from services.documents.cellscan import feed
from services.documents.cleaning import printable
from services.documents.errors import (
    DocumentDamaged,
    DocumentEncrypted,
    DocumentKindOld,
    DocumentTooLarge,
    TemplateDamaged,
    TemplateEndless,
    TemplateKindUnknown,
    TemplateLinked,
    TemplateTooLarge,
    TemplateUnclear,
    TemplateUnknownFields,
    TemplateWithPrograms,
)
from services.documents.limits import MAX_WORD_UNPACKED, MEGABYTE
from services.documents.packing import packed_anew
from services.documents.specimens import SPECIMENS
from services.documents.template_fields import ANNEX_PAGES, fields_of
from services.documents.word_tables import annex_pages

DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MAX_TEMPLATE = 5 * MEGABYTE
WRITER_MEMORY = 512 * MEGABYTE  # of the process that fills templates in; an annex of 300 rows needs a third
WRITER_SECONDS = 20

_CHILD = Path(__file__).with_name("word_child.py")
_TEMPLATES = Path(__file__).with_name("templates")
_OUT_OF_BOUNDS = frozenset({-signal.SIGABRT, -signal.SIGXCPU, -signal.SIGKILL, -signal.SIGSEGV})
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # the container of .doc
_PROGRAMS = ("word/vbaProject", "word/vbaData", "word/activeX/", "word/embeddings/")
_FOREIGN = ("/oleObject", "/control", "/aFChunk", "/package", "/vbaProject")


@dataclass(frozen=True, slots=True)
class Template:
    """A template that was tried: the ``fields`` it uses, and a bulletin of nobody's that is made of it."""

    content: bytes
    digest: str
    fields: tuple[str, ...]
    specimen: bytes


def write_bulletin(bulletin: Bulletin, template: bytes | None = None) -> bytes:
    """Write a bulletin by a template, without one by ours; the same bulletin is the same bytes.

    Blocks: use a thread. Raises what ``read_template`` does, if the template was not read by it.
    """
    content = default_template(bulletin.kind) if template is None else template
    documents, _ = _fill(content, [bulletin], bulletin.title)
    return documents[0]


def default_template(kind: BulletinKind) -> bytes:
    """Give the template that is used for want of another; an office can make its own of it."""
    name = "monthly" if kind is BulletinKind.MONTHLY else "notice"
    return (_TEMPLATES / f"{name}.docx").read_bytes()


def read_template(content: bytes, name: str) -> Template:
    """Read an office's own template and try it, with all that there can be and with as little as possible.

    Blocks: use a thread.

    Raises:
        UserError: one of `services.documents.errors`, each with what the person can do.
    """
    _require_harmless(content, name)
    documents, fields = _fill(content, SPECIMENS, name)
    return Template(content, hashlib.sha256(content).hexdigest(), fields, documents[0])


def _require_harmless(content: bytes, name: str) -> None:
    """Look at the parts before any of them is read: sizes, programs, what comes from elsewhere."""
    parts = _unpack(content, name)
    if any(part.startswith(_PROGRAMS) for part in parts) or b"macroEnabled" in parts.get(
        "[Content_Types].xml", b""
    ):
        raise TemplateWithPrograms(name=name)
    for part, xml in parts.items():
        if part.endswith(".rels"):
            _require_own(xml, name)


def _unpack(content: bytes, name: str) -> dict[str, bytes]:
    if content.startswith(_COMPOUND):
        has_password = "EncryptedPackage".encode("utf-16-le") in content
        raise DocumentEncrypted(name=name) if has_password else DocumentKindOld(name=name)
    if not content.startswith(b"PK\x03\x04"):
        raise TemplateKindUnknown(name=name)
    if len(content) > MAX_TEMPLATE:
        raise TemplateTooLarge(name=name, limit=MAX_TEMPLATE // MEGABYTE)
    try:
        archive = Archive(content, name)
        if "word/document.xml" not in archive:
            raise TemplateKindUnknown(name=name)
        return archive.unpack(lambda _: True, MAX_WORD_UNPACKED)
    except DocumentTooLarge as error:
        raise TemplateTooLarge(name=name, limit=MAX_TEMPLATE // MEGABYTE) from error
    except DocumentDamaged as error:
        raise TemplateDamaged(name=name) from error


def _require_own(xml: bytes, name: str) -> None:
    found: list[dict[str, str]] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(":")[2] == "Relationship":
            found.append(attributes)

    try:
        feed(xml, start)
    except ValueError as error:
        raise TemplateDamaged(name=name) from error
    for relation in found:
        if relation.get("TargetMode") == "External":
            raise TemplateLinked(name=name, link=relation.get("Target", "")[:60])
        if relation.get("Type", "").endswith(_FOREIGN):
            raise TemplateWithPrograms(name=name)


def _fill(template: bytes, bulletins: Sequence[Bulletin], name: str) -> tuple[list[bytes], tuple[str, ...]]:
    order = {
        "template": base64.b64encode(template).decode(),
        "cases": [_case(each) for each in bulletins],
        "known": _case(SPECIMENS[0]),
        "pages": ANNEX_PAGES,
        "properties": _properties(bulletins[0]),
    }
    answer = _ask_child(order, name)
    _require_done(answer, name)
    documents = [packed_anew(base64.b64decode(document)) for document in answer["documents"]]
    return documents, tuple(answer["fields"])


def _case(bulletin: Bulletin) -> dict[str, Any]:
    return {**fields_of(bulletin), ANNEX_PAGES: annex_pages(bulletin.annexes)}


def _properties(bulletin: Bulletin) -> dict[str, str]:
    day = bulletin.signed_on or bulletin.printed_on or bulletin.period.ends_before
    made_at = dtm.datetime.combine(day, dtm.time())
    return {
        "title": printable(bulletin.title)[:255],
        "author": printable(bulletin.organisation)[:255],
        "made_at": made_at.isoformat(),
    }


def _ask_child(order: Any, name: str) -> Any:
    command = [sys.executable, "-I", str(_CHILD), str(WRITER_MEMORY), str(WRITER_SECONDS)]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and file, no text of anybody's
            command,
            input=json.dumps(order).encode(),
            capture_output=True,
            env={},
            timeout=2 * WRITER_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise TemplateEndless(name=name) from error
    if done.returncode in _OUT_OF_BOUNDS or b"MemoryError" in done.stderr:
        raise TemplateEndless(name=name)
    if done.returncode:
        raise TemplateDamaged(name=name)
    return json.loads(done.stdout)


def _require_done(answer: Any, name: str) -> None:
    if "unknown" in answer:
        raise TemplateUnknownFields(name=name, fields=" / ".join(answer["unknown"]))
    if "unclear" in answer:
        raise TemplateUnclear(name=name, near=answer["unclear"])
    if "linked" in answer:
        raise TemplateLinked(name=name, link=answer["linked"])
    if "damaged" in answer:
        raise TemplateDamaged(name=name)
