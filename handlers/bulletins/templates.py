"""The Word template of a kind of bulletin: given, tried, replaced."""

from collections.abc import Mapping, Sequence
from typing import Any

from handlers.bulletins.asked import Asked, read_asked
from handlers.kit.answers import Answer, Document
from handlers.kit.context import Context
from handlers.views import bulletin_templates as view
from handlers.views.problems import problem_words
from services import bulletin_files
from services.core.errors import UserError
from services.core.quarter import read_any_period
from services.documents.word_writing import DOCX_TYPE, Template


async def show(context: Context) -> Sequence[Answer]:
    """Show which template is used, and ask for another."""
    asked = read_asked(context)
    known = await bulletin_files.get_template(context.actor, asked.organisation_id, asked.kind)
    return [view.template(asked.organisation_id, asked.period, known, context.texts, replaces=True)]


async def give(context: Context) -> Sequence[Answer]:
    """Give the template that is used, to be changed."""
    asked = read_asked(context)
    known = await bulletin_files.get_template(context.actor, asked.organisation_id, asked.kind)
    name = known.name or view.default_name(asked.kind, context.texts)
    document = Document.of(name, DOCX_TYPE, known.content)
    return [Answer(context.texts("bulletin.template_given"), document=document)]


async def guess(context: Context) -> Sequence[Answer]:
    """Take a document for the template that was asked for, and show what comes of it."""
    question, document = context.arrival.question, context.incoming.document
    if document is None or question is None or question.step != view.STEP:
        return ()
    told = {**question.arguments, "file_id": document.file_id, "name": document.name}
    try:
        tried = await _tried(context, told)
    except UserError as problem:
        return [view.refused(question.arguments, problem_words(problem, context.texts), context.texts)]
    specimen = Document.of(view.specimen_name(context.texts), DOCX_TYPE, tried.specimen)
    shown = Answer(context.texts("bulletin.specimen"), document=specimen)
    return [shown, view.tried(told, tried, context.texts)]


async def said(context: Context) -> Sequence[Answer]:
    """Say that a file is wanted."""
    return [view.refused(context.arguments, context.texts("bulletin.template_is_file"), context.texts)]


async def fetch(context: Context) -> Template:
    """Fetch and try the template once more, because nothing of it was kept."""
    return await _tried(context, context.arguments)


async def use(context: Context) -> Sequence[Answer]:
    """Use the template that was tried."""
    return await _replace(context, (context.arguments["name"], context.prepared))


async def reset(context: Context) -> Sequence[Answer]:
    """Use ours again."""
    return await _replace(context, None)


async def _replace(context: Context, tried: tuple[str, Template] | None) -> Sequence[Answer]:
    asked: Asked = read_asked(context)
    await bulletin_files.replace_template(
        context.actor, asked.organisation_id, asked.kind, tried, context.deed
    )
    known = await bulletin_files.get_template(context.actor, asked.organisation_id, asked.kind)
    said = context.texts("bulletin.template_replaced")
    return [
        view.template(asked.organisation_id, asked.period, known, context.texts, replaces=True, said=said)
    ]


async def _tried(context: Context, told: Mapping[str, Any]) -> Template:
    read_any_period(told["period"])
    content = await context.use_cases.files.fetch(told["file_id"])
    return await bulletin_files.try_template(context.actor, told["organisation_id"], content, told["name"])
