"""`/import`: an administrator sends the office's own sheet, sees how it was understood, and decides."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from handlers.kit.answers import Answer
from handlers.kit.context import Context
from handlers.kit.incoming import Document
from handlers.kit.specs import ActionSpec, CommandSpec, Effect, Family
from handlers.views import sheets as view
from services.core.access import Permission
from services.importing import imports, sheet_kinds
from services.importing.sheet_kinds import Sheet
from services.office.organisations import OrganisationRef

YEAR = re.compile(r"20[0-9]{2}")


async def explain(context: Context) -> Sequence[Answer]:
    """Take the document that came with the command; without one, say what to send."""
    organisations = await imports.list_organisations(context.actor)
    document = context.incoming.document
    if document is None:
        return [view.what_to_send(organisations, context.texts)]
    return await _take(context, document, organisations, _year(context.text))


async def guess(context: Context) -> Sequence[Answer]:
    """Take a document that came without a command for a sheet, when the person may import."""
    document = context.incoming.document
    if document is None or not context.incoming.is_private or not imports.may_import(context.actor):
        return ()
    organisations = await imports.list_organisations(context.actor)
    return await _take(context, document, organisations, _year(context.incoming.text))


async def choose(context: Context) -> Sequence[Answer]:
    """Read the sheet for the organisation of the pressed button."""
    return [await _shown(context, context.arguments, replaces=True)]


async def place(context: Context) -> Sequence[Answer]:
    """Count the sums of a quarter in the month of the pressed button."""
    return [await _shown(context, context.arguments, replaces=True)]


async def columns(context: Context) -> Sequence[Answer]:
    """Show what each column was taken for."""
    return [view.columns(await _understood(context, context.arguments), context.texts)]


async def fetch(context: Context) -> Sheet:
    """Fetch and understand the sheet once more, because nothing of it was kept."""
    return await _understood(context, context.arguments)


async def save(context: Context) -> Sequence[Answer]:
    """Save the sheet of the pressed button."""
    changes = await sheet_kinds.save_sheet(
        context.prepared,
        context.actor,
        source=context.arrival.source,
        now=context.now,
        today=context.today,
        agreed=context.arguments["agreed"],
    )
    return [view.saved(context.prepared, changes, context.texts)]


async def drop(context: Context) -> Sequence[Answer]:
    """Say that nothing was saved."""
    return [view.dropped(context.texts)]


async def _take(
    context: Context, document: Document, organisations: Sequence[OrganisationRef], year: int | None
) -> Sequence[Answer]:
    asked = {"file_id": document.file_id, "name": document.name, "year": year}
    if len(organisations) > 1:
        return [view.choice(organisations, asked, context.texts)]
    return [await _shown(context, asked | {"organisation_id": organisations[0].id}, replaces=False)]


async def _shown(context: Context, asked: Mapping[str, Any], *, replaces: bool) -> Answer:
    shown = await _understood(context, asked)
    return view.preview(shown, asked, context.texts, replaces=replaces)


async def _understood(context: Context, asked: Mapping[str, Any]) -> Sheet:
    organisation = await imports.get_organisation(context.actor, asked["organisation_id"])
    content = await context.use_cases.files.fetch(asked["file_id"])
    year = asked["year"] or organisation.year
    return await sheet_kinds.read_sheet(
        content,
        asked["name"],
        organisation=organisation.name,
        year=year,
        today=context.today,
        quarter_month=asked.get("quarter_month"),
    )


def _year(text: str) -> int | None:
    found = YEAR.search(text)
    return int(found[0]) if found else None


FAMILY = Family(
    commands=(
        CommandSpec(
            "import",
            ("导入",),
            Effect.READS,
            explain,
            needs=frozenset({Permission.QUOTAS_IMPORT}),
            takes_arguments=True,
            is_private=True,
        ),
    ),
    actions=(
        ActionSpec("import.choose", Effect.READS, choose),
        ActionSpec("import.month", Effect.READS, place),
        ActionSpec("import.columns", Effect.READS, columns),
        ActionSpec("import.save", Effect.WRITES, save, prepare=fetch),
        ActionSpec("import.drop", Effect.READS, drop),
    ),
    guess=guess,
)
