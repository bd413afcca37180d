"""The Word template of a kind of bulletin: given, tried, replaced."""

from collections.abc import Mapping, Sequence
from typing import Any

from handlers.bulletins.asked import Asked, read_asked
from handlers.kit.answers import Answer, Document
from handlers.kit.context import Context
from handlers.kit.incoming import Document as SentDocument
from handlers.views import bulletin_templates as view
from handlers.views.problems import problem_words
from services.core.access import Permission
from services.core.bulletin_requests import last_of
from services.core.errors import UserError
from services.documents.word_writing import DOCX_TYPE, Template
from services.issuing import bulletin_files
from services.office import organisations


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
    said = context.texts("bulletin.template_given")
    return [Answer(said, document=document, asks=view.STEP, asks_with=context.arguments)]


async def guess(context: Context) -> Sequence[Answer]:
    """Take a document for a template: the one that was asked for, or by its name; show what comes of it."""
    question, document = context.arrival.question, context.incoming.document
    if document is None:
        return ()
    if question is not None and question.step == view.STEP:
        return await _try(context, document, question.arguments)
    if not view.is_called_template(document.name, context.texts) or not context.incoming.is_private:
        return ()
    if not any(
        context.actor.may(Permission.BULLETINS_ISSUE, organisation_id=each)
        for each in context.actor.organisation_ids
    ):
        return ()
    kind = view.kind_called(document.name, context.texts)
    managed = await organisations.list_managed(context.actor, Permission.BULLETINS_ISSUE)
    if kind is None or len(managed) > 1:
        return [Answer(context.texts("bulletin.template_whose"))]
    told = {"organisation_id": managed[0].id, "period": str(last_of(kind, context.today))}
    return await _try(context, document, told)


async def _try(context: Context, document: SentDocument, told: Mapping[str, Any]) -> Sequence[Answer]:
    known = {name: told[name] for name in ("organisation_id", "period")}
    told = {**known, "file_id": document.file_id, "name": document.name}
    try:
        tried = await _tried(context, told)
    except UserError as problem:
        return [view.refused(known, problem_words(problem, context.texts), context.texts)]
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
    content = await context.use_cases.files.fetch(told["file_id"])
    return await bulletin_files.try_template(context.actor, told["organisation_id"], content, told["name"])
