"""Bulletins as files: of a draft as it is now, of an issued one from its snapshot."""

import asyncio
from collections.abc import Sequence

from handlers.bulletins.asked import read_asked, read_draft
from handlers.kit.answers import Answer, Document
from handlers.kit.context import Context
from handlers.views import bulletin_pages as view
from services import issued_bulletins
from services.core.bulletin import Bulletin
from services.documents.workbook_writing import XLSX_TYPE, workbook_bytes


async def excel(context: Context) -> Sequence[Answer]:
    """Give the annexes as a workbook."""
    bulletin = await _find(context)
    content = await asyncio.to_thread(workbook_bytes, [annex.table for annex in bulletin.annexes])
    name = view.file_name(bulletin, "xlsx")
    return [Answer(view.caption(bulletin), document=Document.of(name, XLSX_TYPE, content))]


async def _find(context: Context) -> Bulletin:
    if "id" in context.arguments:
        return (await issued_bulletins.get_issued(context.actor, context.arguments["id"])).bulletin
    return (await read_draft(context, read_asked(context))).bulletin
