"""Bulletins as files: of a draft as it is now, of an issued one as they were made when it was issued."""

from collections.abc import Mapping, Sequence

from handlers.bulletins.asked import read_asked, read_draft
from handlers.kit.answers import Answer, Document
from handlers.kit.context import Context
from handlers.views import bulletin_pages as view
from services.core.bulletin import EXCEL, WORD
from services.core.proofreading import Weight
from services.documents.word_writing import DOCX_TYPE
from services.documents.workbook_writing import XLSX_TYPE
from services.issuing import bulletin_files, issued_bulletins

TYPES: Mapping[str, str] = {WORD: DOCX_TYPE, EXCEL: XLSX_TYPE}


async def word(context: Context) -> Sequence[Answer]:
    """Give the bulletin as a Word document."""
    return [await _file(context, WORD)]


async def excel(context: Context) -> Sequence[Answer]:
    """Give the annexes as a workbook."""
    return [await _file(context, EXCEL)]


async def _file(context: Context, ending: str) -> Answer:
    if "id" in context.arguments:
        issued = await issued_bulletins.get_issued(context.actor, context.arguments["id"])
        bulletin, organisation_id = issued.bulletin, issued.ref.organisation_id
        content = await issued_bulletins.find_file(context.actor, issued.ref.id, ending)
    else:
        draft = await read_draft(context, read_asked(context))
        bulletin, organisation_id, content = draft.bulletin, draft.organisation.id, None
    if content is None:
        content = await bulletin_files.write_file(organisation_id, bulletin, ending)
    document = Document.of(view.file_name(bulletin, ending), TYPES[ending], content)
    return Answer(view.caption(bulletin), document=document)


async def prepare(context: Context) -> dict[str, bytes]:
    """Make the files of the draft that was agreed to, before it is issued; none where it will not be."""
    draft = await read_draft(context, read_asked(context))
    if draft.fingerprint != context.arguments["agreed"] or draft.count(Weight.BAR):
        return {}
    return await bulletin_files.write_files(draft.organisation.id, draft.bulletin)
