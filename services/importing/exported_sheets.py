"""Exported workbooks brought in again: a year's, or a bundle of several, with one preview and one yes."""

import asyncio
import datetime as dtm
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from services.audit import Deed
from services.core.access import Actor, Permission
from services.core.sheets.changes import Changes
from services.core.sheets.exported import Exported, find_cover, read_exported
from services.core.sheets.registers import RegisterSheet
from services.core.sheets.understanding import Remark, Understanding
from services.documents import Document, read_document
from services.documents.bundles import read_bundle
from services.documents.errors import BundleDamaged
from services.importing import imports
from services.importing.imports import Preview, SheetOutdated
from services.importing.kept_imports import (
    KeptChanges,
    KeptValues,
    compare_kept,
    kept_of,
    save_kept,
    without_known_looks,
)
from services.importing.media_sheets import RegisterChanges, RegisterPreview, preview_register, save_register
from services.importing.sheet_rows import find_organisation, read_names, read_stored
from services.transaction import transact


@dataclass(frozen=True, slots=True)
class BundleChanges:
    """What exported workbooks would change: each year's units, quotas and counts, the register, kept rows."""

    years: tuple[Changes, ...]
    register: RegisterChanges
    kept: KeptChanges = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing would change."""
        is_kept = not any(self.kept.values())
        return is_kept and self.register.is_empty and all(each.is_empty for each in self.years)

    @property
    def together(self) -> Changes:
        """Put the years together, for counting them."""
        return Changes(
            *(
                tuple(one for year in self.years for one in getattr(year, part))
                for part in ("units", "categories", "quotas", "duties", "counts", "aliases", "endings")
            )
        )


@dataclass(frozen=True, slots=True)
class Bundle:
    """Exported workbooks as they were read; nothing is saved yet. The years come in order."""

    organisation: str
    digest: str
    years: tuple[Preview, ...]
    register: RegisterPreview
    kept: KeptValues
    kept_changes: KeptChanges

    @property
    def changes(self) -> BundleChanges:
        """What saving it would change."""
        years = tuple(each.changes for each in self.years)
        return BundleChanges(years, self.register.changes, self.kept_changes)

    @property
    def fingerprint(self) -> str:
        """Name what saving would change: what a person has agreed to."""
        kept = sorted((name, rows) for name, rows in self.kept_changes.items() if rows)
        said = [*(each.fingerprint for each in self.years), self.register.fingerprint, kept]
        return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


async def read_bundled(content: bytes, name: str, organisation: str, today: dtm.date) -> Bundle:
    """Read the workbooks of a bundle; see ``preview_exported``.

    Raises:
        BundleDamaged: it is not what its manifest says.
    """
    files = await asyncio.to_thread(read_bundle, content, name)
    documents = [await asyncio.to_thread(read_document, file.content, file.name) for file in files]
    digest = hashlib.sha256(content).hexdigest()
    return await preview_exported(documents, digest, name, organisation, today)


async def preview_exported(
    documents: Sequence[Document], digest: str, name: str, organisation: str, today: dtm.date
) -> Bundle:
    """Compare exported workbooks with what the organisation has, each year with those before it in mind.

    The register is the last workbook's: all of one bundle were made at once.
    """
    find = await read_names(await find_organisation(organisation))
    read: list[tuple[Document, Exported]] = []
    for document in documents:
        cover = find_cover(document.sheets)
        if cover is None:
            raise BundleDamaged(name=name, file=document.name)
        stored = frozenset((await read_stored(organisation, cover.year)).units)
        exported = await asyncio.to_thread(read_exported, document.sheets, cover, find=find, stored=stored)
        read.append((document, exported))
    if not read:
        raise BundleDamaged(name=name, file="*.xlsx")
    read.sort(key=lambda each: each[1].cover.year)
    years = [
        (_with_remarks(exported.understanding, document), document.digest) for document, exported in read
    ]
    document, exported = read[-1]
    kept = kept_of([each.kept for _, each in read])
    register = without_known_looks(exported.register, kept)
    return await _compare(years, (register, document.digest), kept, (organisation, digest), today)


async def save_exported(
    shown: Bundle,
    actor: Actor | None,
    *,
    source: str,
    now: dtm.datetime,
    today: dtm.date,
    agreed: str | None = None,
) -> BundleChanges:
    """Save previewed workbooks in one transaction, all or nothing; ``actor`` None is the operator.

    Raises:
        SheetOutdated: saving would by now change something else than was agreed to.
        UserError: the actor may not save it for this organisation.
    """

    async def work() -> BundleChanges:
        organisation_id = await find_organisation(shown.organisation, is_held=True)
        if actor is not None:
            actor.require(Permission.QUOTAS_IMPORT, organisation_id=organisation_id)
        now_shown = await _again(shown, today)
        if now_shown.changes.is_empty:
            return now_shown.changes
        if now_shown.fingerprint != (agreed or shown.fingerprint):
            raise SheetOutdated
        for each in now_shown.years:  # compared with those before it in place
            fresh = await imports.preview_understood(
                each.understanding, shown.organisation, each.digest, today=today
            )
            await imports.save(fresh, actor, source=source, now=now)
        if not now_shown.register.changes.is_empty:
            sheet = now_shown.register.understanding
            register = await preview_register(shown.organisation, now_shown.register.digest, sheet, today)
            deed = Deed(actor.member_id if actor is not None else None, source, now)
            await save_register(register, actor, deed, today)
        saved_id = await find_organisation(shown.organisation)
        if saved_id is not None:
            deed = Deed(actor.member_id if actor is not None else None, source, now)
            await save_kept(now_shown.kept, saved_id, actor, deed, now_shown.digest)
        return now_shown.changes

    return await transact(work)


async def _compare(
    years: Sequence[tuple[Understanding, str]],
    register: tuple[RegisterSheet, str],
    kept: KeptValues,
    named: tuple[str, str],
    today: dtm.date,
) -> Bundle:
    """Hold workbooks, each with its digest, against what is stored; ``named`` are organisation and digest."""
    organisation, digest = named
    shown: list[Preview] = []
    for understanding, each in years:
        before = BundleChanges(tuple(one.changes for one in shown), RegisterChanges()).together
        shown.append(
            await imports.preview_understood(understanding, organisation, each, today=today, before=before)
        )
    coming = {unit.name for each in shown for unit in each.changes.units}
    sheet, each = register
    seen = await preview_register(organisation, each, sheet, today, coming=coming)
    changes = await compare_kept(kept, await find_organisation(organisation))
    return Bundle(organisation, digest, tuple(shown), seen, kept, changes)


async def _again(shown: Bundle, today: dtm.date) -> Bundle:
    """Compare once more, with what is stored by now."""
    years = [(each.understanding, each.digest) for each in shown.years]
    register = shown.register.understanding, shown.register.digest
    return await _compare(years, register, shown.kept, (shown.organisation, shown.digest), today)


def _with_remarks(understanding: Understanding, document: Document) -> Understanding:
    unread = "、".join(document.unread)[:200]
    told = [Remark("", "import.remark.export_unread", {"sheets": unread})] if unread else []
    return replace(understanding, remarks=(*understanding.remarks, *told, *imports.remarks_on(document)))
