"""Whatever sheet an office sends: a register of media accounts by its head, else a table of units."""

import asyncio
import datetime as dtm
from dataclasses import replace

from services import imports
from services.audit import Deed
from services.core.access import Actor
from services.core.sheets.changes import Changes
from services.core.sheets.registers import find_register
from services.documents import read_document
from services.imports import Preview
from services.media_sheets import RegisterChanges, RegisterPreview, preview_register, save_register
from services.sheet_rows import find_organisation, read_names

Sheet = Preview | RegisterPreview


async def read_sheet(content: bytes, name: str, *, organisation: str, year: int, today: dtm.date) -> Sheet:
    """Understand a sheet and compare it with what the organisation has.

    Raises:
        UserError: the document cannot be read, or nothing that is known is in it.
    """
    find = await read_names(await find_organisation(organisation))
    # Reading takes the processor for seconds at the largest sheets: not on the loop.
    document = await asyncio.to_thread(read_document, content, name)
    register = await asyncio.to_thread(find_register, document.sheets, find, year)
    if register is None:
        return await imports.preview_document(document, organisation, find, year=year, today=today)
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
) -> Changes | RegisterChanges:
    """Save what was previewed in one transaction; ``actor`` None is the operator at the machine itself.

    ``agreed`` is the fingerprint of the preview a person said yes to, None for this very one.

    Raises:
        SheetOutdated, RegisterOutdated: saving would by now change something else than was agreed to.
        UserError: the actor may not save it for this organisation.
    """
    if isinstance(shown, Preview):
        return await imports.save(shown, actor, source=source, now=now, agreed=agreed)
    deed = Deed(actor.member_id if actor is not None else None, source, now)
    return await save_register(shown, actor, deed, today, agreed=agreed)
