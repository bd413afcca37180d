"""Bulletins as files, and the Word templates that offices make of ours."""

import asyncio
from dataclasses import dataclass

from models.enums import BulletinKind
from services import audit, sql
from services.audit import Deed
from services.core.access import Actor, Permission
from services.core.bulletin import EXCEL, WORD, Bulletin
from services.documents.word_writing import Template, default_template, read_template, write_bulletin
from services.documents.workbook_writing import workbook_bytes
from services.transaction import transact


@dataclass(frozen=True, slots=True)
class KnownTemplate:
    """The template that a kind of bulletin is written by; ``name`` "" is ours."""

    name: str
    content: bytes


async def write_file(organisation_id: int, bulletin: Bulletin, ending: str) -> bytes:
    """Write a bulletin as a Word document by the organisation's template, or its annexes as a workbook."""
    if ending == EXCEL:
        return await asyncio.to_thread(workbook_bytes, [annex.table for annex in bulletin.annexes])
    template = await _find(organisation_id, bulletin.kind)
    return await asyncio.to_thread(write_bulletin, bulletin, template.content if template else None)


async def write_files(organisation_id: int, bulletin: Bulletin) -> dict[str, bytes]:
    """Write everything that is kept with an issued bulletin, by endings."""
    return {ending: await write_file(organisation_id, bulletin, ending) for ending in (WORD, EXCEL)}


async def get_template(actor: Actor, organisation_id: int, kind: BulletinKind) -> KnownTemplate:
    """Give the template that a kind of bulletin is written by."""
    actor.require(Permission.BULLETINS_ISSUE, organisation_id=organisation_id)
    own = await _find(organisation_id, kind)
    return own or KnownTemplate("", await asyncio.to_thread(default_template, kind))


async def _find(organisation_id: int, kind: BulletinKind) -> KnownTemplate | None:
    rows = await sql.fetch(
        "SELECT name, content FROM word_template WHERE organisation_id = $1 AND kind = $2",
        *(organisation_id, kind.value),
    )
    return KnownTemplate(rows[0]["name"], bytes(rows[0]["content"])) if rows else None


async def try_template(actor: Actor, organisation_id: int, content: bytes, name: str) -> Template:
    """Read an office's template and try it.

    Raises:
        UserError: it cannot be used, and why (``services.documents.errors``).
    """
    actor.require(Permission.BULLETINS_ISSUE, organisation_id=organisation_id)
    return await asyncio.to_thread(read_template, content, name)


async def replace_template(
    actor: Actor, organisation_id: int, kind: BulletinKind, tried: tuple[str, Template] | None, deed: Deed
) -> None:
    """Have a kind of bulletin written by a template that was tried, under its name; None is ours again."""
    actor.require(Permission.BULLETINS_ISSUE, organisation_id=organisation_id)

    async def work() -> None:
        await sql.execute(
            "DELETE FROM word_template WHERE organisation_id = $1 AND kind = $2",
            *(organisation_id, kind.value),
        )
        if tried is not None:
            name, template = tried
            await sql.execute(
                "INSERT INTO word_template (organisation_id, kind, name, content, digest, replaced_at) "
                "VALUES ($1, $2, $3, $4, $5, $6)",
                *(organisation_id, kind.value, name[:200], template.content, template.digest, deed.now),
            )
        told = None if tried is None else tried[1].digest[:12]
        action = "bulletin.template" if tried is not None else "bulletin.reset_template"
        await deed.record(audit.Entry(action, f"template/{kind.value}", None, told), organisation_id)

    await transact(work)
