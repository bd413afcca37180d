"""Whatever an office sends: an exported file, a register of media accounts by its head, a table of units."""

import asyncio
import datetime as dtm
from dataclasses import replace

from services.audit import Deed
from services.core.access import Actor
from services.core.sheets.changes import Changes
from services.core.sheets.exported import find_cover
from services.core.sheets.registers import find_register
from services.documents import read_document
from services.documents.bundles import is_bundle
from services.importing import imports
from services.importing.exported_sheets import (
    Bundle,
    BundleChanges,
    preview_exported,
    read_bundled,
    save_exported,
)
from services.importing.imports import Preview
from services.importing.media_sheets import RegisterChanges, RegisterPreview, preview_register, save_register
from services.importing.sheet_rows import find_organisation, read_names

Sheet = Preview | RegisterPreview | Bundle


async def read_sheet(
    content: bytes,
    name: str,
    *,
    organisation: str,
    year: int,
    today: dtm.date,
    quarter_month: int | None = None,
) -> Sheet:
    """Understand a sheet and compare it with what the organisation has.

    The sums of a quarter are counted in its ``quarter_month``, and nowhere without one.

    Raises:
        UserError: the document cannot be read, or nothing that is known is in it.
    """
    if await asyncio.to_thread(is_bundle, content, name):
        return await read_bundled(content, name, organisation, today)
    find = await read_names(await find_organisation(organisation))
    # Reading takes the processor for seconds at the largest sheets: not on the loop.
    document = await asyncio.to_thread(read_document, content, name)
    if find_cover(document.sheets) is not None:
        return await preview_exported([document], document.digest, name, organisation, today)
    register = await asyncio.to_thread(find_register, document.sheets, find, year)
    if register is None:
        return await imports.preview_document(
            document, organisation, find, year=year, today=today, quarter_month=quarter_month
        )
    told = replace(register, remarks=(*register.remarks, *imports.remarks_on(document)))
    return await preview_register(organisation, document.digest, told, today)


async def save_sheet(
    shown: Sheet,
    actor: Actor | None,
    *,
    source: str,
    now: dtm.datetime,
    today: dtm.date,
    agreed: str | None = None,
) -> Changes | RegisterChanges | BundleChanges:
    """Save what was previewed in one transaction; ``actor`` None is the operator at the machine itself.

    ``agreed`` is the fingerprint of the preview a person said yes to, None for this very one.

    Raises:
        SheetOutdated, RegisterOutdated: saving would by now change something else than was agreed to.
        UserError: the actor may not save it for this organisation.
    """
    if isinstance(shown, Bundle):
        return await save_exported(shown, actor, source=source, now=now, today=today, agreed=agreed)
    if isinstance(shown, Preview):
        return await imports.save(shown, actor, source=source, now=now, agreed=agreed)
    deed = Deed(actor.member_id if actor is not None else None, source, now)
    return await save_register(shown, actor, deed, today, agreed=agreed)
