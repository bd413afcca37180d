"""Evidence packs (佐证材料包) from `/export`: of whom, of when, and the packed files."""

from collections.abc import Sequence
from functools import partial

from handlers.exports.asked import occasion_of
from handlers.kit.answers import Answer
from handlers.kit.context import Context
from handlers.kit.periods import split_off, unglue
from handlers.views import evidence_packs as view
from services.core.exporting.packs import PackOf
from services.core.quarter import parse_any_period, read_any_period
from services.exporting import evidence_packs
from services.exporting.evidence_packs import PackSubject

Subjects = tuple[PackSubject, ...]


async def offer(context: Context) -> Sequence[Answer]:
    """Offer a page of units or categories in place of the pressed button's message."""
    asked = context.arguments
    of = PackOf(asked["of"])
    subjects = await evidence_packs.list_subjects(context.actor, asked["organisation_id"], of)
    shown = view.Offer(asked["organisation_id"], of, asked["period"], asked["page"])
    return [view.offer(shown, subjects, context.texts, replaces=True)]


async def make(context: Context) -> Sequence[Answer]:
    """Pack the evidence of the pressed unit or category, or ask of when."""
    asked = context.arguments
    subject = await evidence_packs.get_subject(
        context.actor, asked["organisation_id"], PackOf(asked["of"]), asked["id"]
    )
    return await _pack(context, subject, asked["period"])


async def named(context: Context) -> Sequence[Answer]:
    """Take the next message for the name of a unit or category, perhaps with a time."""
    return await by_words(context, context.arguments["organisation_id"], context.text)


async def by_words(context: Context, organisation_id: int, text: str) -> Sequence[Answer]:
    """Pack what a text names; ask for what it leaves open."""
    name, period = split_off(text, partial(parse_any_period, today=context.today))
    written = "" if period is None else str(period)
    if not name:
        subjects = await evidence_packs.list_subjects(context.actor, organisation_id, PackOf.UNIT)
        shown = view.Offer(organisation_id, PackOf.UNIT, written, 0)
        return [view.offer(shown, subjects, context.texts, replaces=False)]
    meant, near = await _find(context, organisation_id, name)
    if len(meant) != 1 and not written:
        glued = unglue(name, partial(parse_any_period, today=context.today))
        if glued is not None and len(found := (await _find(context, organisation_id, glued[0]))[0]) == 1:
            meant, written = found, str(glued[1])
    if len(meant) == 1:
        return await _pack(context, meant[0], written)
    return [view.which(name, meant, near, organisation_id, written, context.texts)]


async def _find(context: Context, organisation_id: int, name: str) -> tuple[Subjects, Subjects]:
    use_cases = context.use_cases
    roster = await use_cases.rosters.get(organisation_id)
    categories = await use_cases.reports.categories.get(organisation_id)
    return await evidence_packs.find_subjects(context.actor, organisation_id, name, roster, categories)


async def _pack(context: Context, subject: PackSubject, written: str) -> Sequence[Answer]:
    if not written:
        return [view.ask_when(subject, context.today, context.texts)]
    use_cases = context.use_cases
    pack = await use_cases.packs.pack(
        context.actor, subject, read_any_period(written), use_cases.store, occasion_of(context)
    )
    return view.packed(pack, context.texts)
