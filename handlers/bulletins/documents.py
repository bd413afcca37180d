"""Files sent to a bulletin: a small sheet with its figures, or a template."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from handlers.bulletins import templates
from handlers.bulletins.asked import read_asked, read_draft
from handlers.kit.answers import Answer
from handlers.kit.context import Context
from handlers.kit.incoming import Document
from handlers.views import bulletin_figures as view
from handlers.views.problems import problem_words
from services.core.bulletin_requests import kind_of
from services.core.errors import UserError
from services.core.quarter import read_any_period
from services.core.stated import Stated, read_rows
from services.documents import read_document
from services.issuing import bulletin_figures


async def guess(context: Context) -> Sequence[Answer]:
    """Take a document for figures where they are asked for, else for a template."""
    question, document = context.arrival.question, context.incoming.document
    if document is None or question is None or question.step != view.STEP:
        return await templates.guess(context)
    try:
        found = await _read(context, document, question.arguments)
    except UserError as problem:
        said = problem_words(problem, context.texts)
        return [Answer(said, asks=view.STEP, asks_with=question.arguments)]
    return [view.read_from_sheet(found, question.arguments, context.texts)]


async def _read(context: Context, document: Document, told: Mapping[str, Any]) -> Mapping[str, Stated]:
    content = await context.use_cases.files.fetch(document.file_id)
    sheets = (await asyncio.to_thread(read_document, content, document.name)).sheets
    rows = ([cell.text for cell in row] for sheet in sheets for row in sheet.cells)
    return read_rows(rows, kind_of(read_any_period(told["period"])))


async def take(context: Context) -> Sequence[Answer]:
    """State the figures of the pressed button."""
    asked = read_asked(context)
    stated = {
        name: Stated(value, tuple(names)) for name, (value, names) in context.arguments["figures"].items()
    }
    changes = await bulletin_figures.state_figures(
        context.actor, asked.organisation_id, asked.period, stated, context.deed
    )
    draft = await read_draft(context, asked)
    return [view.figures(draft, context.texts, replaces=True, changes=changes)]
