"""Evidence packs (佐证材料包): what a unit or a category has to show for a time, with an index and sums."""

import asyncio
import datetime as dtm
from dataclasses import dataclass

from services import sql
from services.audit import Entry, deed_of
from services.core.access import Actor, Permission
from services.core.categories import CategoryIndex
from services.core.errors import PastMending, UserError
from services.core.exporting import pack_words as words
from services.core.exporting import packs
from services.core.exporting.packs import PackCount, PackedReport, PackOf
from services.core.exporting.values import Span
from services.core.occasion import Occasion
from services.core.quarter import AnyPeriod
from services.core.text import fold
from services.exporting import pack_rows
from services.exporting.pack_rows import PackScope
from services.exporting.pack_writing import PackFile, Titles, write_pack
from services.exporting.takeouts import MAX_FILE, ExportAhead, Turns, record_once
from services.office import organisations
from services.office.office_rules import get_rules
from services.office.organisations import Roster
from services.ports import FileStore


class PackSubjectGone(PastMending):
    """The unit or category that a button names is not there any more."""


class NothingToPack(UserError):
    """There are no reports of ``subject`` in that time."""


@dataclass(frozen=True, slots=True)
class PackSubject:
    """Whose evidence is packed: a unit or a category of an organisation."""

    organisation_id: int
    of: PackOf
    id: int
    name: str


@dataclass(frozen=True, slots=True)
class EvidencePack:
    """What was packed, of whom and of when; several files where one would be too large to send."""

    subject: PackSubject
    period: AnyPeriod
    count: PackCount
    files: tuple[PackFile, ...]


async def list_subjects(actor: Actor, organisation_id: int, of: PackOf) -> tuple[PackSubject, ...]:
    """List whose evidence can be packed, in official order; units that report no more come last."""
    actor.require(Permission.EXPORTS_MAKE, organisation_id=organisation_id)
    if of is PackOf.UNIT:
        units = await organisations.list_units(organisation_id)
        ended = await organisations.list_retired(organisation_id)
        return tuple(PackSubject(organisation_id, of, unit.id, unit.name) for unit in (*units, *ended))
    rows = await sql.fetch(
        "SELECT id, name FROM category WHERE organisation_id = $1 ORDER BY position, id", organisation_id
    )
    return tuple(PackSubject(organisation_id, of, row["id"], row["name"]) for row in rows)


async def get_subject(actor: Actor, organisation_id: int, of: PackOf, subject_id: int) -> PackSubject:
    """Give a unit or category of an organisation.

    Raises:
        PackSubjectGone: it has none such.
    """
    for subject in await list_subjects(actor, organisation_id, of):
        if subject.id == subject_id:
            return subject
    raise PackSubjectGone


async def find_subjects(
    actor: Actor, organisation_id: int, text: str, roster: Roster, categories: CategoryIndex
) -> tuple[tuple[PackSubject, ...], tuple[PackSubject, ...]]:
    """Give the units and categories that a text means, one where it is its name, and the nearest of none."""
    subjects = {
        (subject.of, subject.id): subject
        for of in PackOf
        for subject in await list_subjects(actor, organisation_id, of)
    }
    exact = tuple(subject for subject in subjects.values() if fold(subject.name) == fold(text))
    if exact:
        return exact, ()
    units, near = roster.meant_by(text)
    meant = [(PackOf.UNIT, unit.id) for unit in units]
    meant += [(PackOf.CATEGORY, category_id) for category_id in categories.find(text)]
    return tuple(subjects[key] for key in meant), tuple(subjects[PackOf.UNIT, unit.id] for unit in near)


class EvidencePacks:
    """Makes evidence packs, one at a time for each organisation."""

    def __init__(self, most: int = MAX_FILE) -> None:
        """``most`` is how many bytes a file to send may have."""
        self._turns = Turns()
        self._most = most

    async def pack(
        self, actor: Actor, subject: PackSubject, period: AnyPeriod, store: FileStore, occasion: Occasion
    ) -> EvidencePack:
        """Pack the evidence of a month, a quarter or a year; a lost file is counted and told of.

        Raises:
            ExportRuns, ExportAhead, NothingToPack, PackTooLong, PackTooLarge, PackWithoutRoom: none is made.
        """
        organisation_id = subject.organisation_id
        actor.require(Permission.EXPORTS_MAKE, organisation_id=organisation_id)
        if period.starts_on > occasion.today:
            raise ExportAhead(day=period.starts_on)
        with self._turns.alone(organisation_id):
            span = Span.of(period)
            scope = PackScope(organisation_id, subject.of, subject.id, span.first_on, span.last_on)
            reports = await _read(scope, occasion.zone)
            if not reports:
                raise NothingToPack(subject=subject.name)
            titles = await _titles(subject, scope, span, occasion)
            files, count = await write_pack(reports, titles, store, self._most)
            pack = EvidencePack(subject, period, count, files)
            await _record(actor, pack, occasion)
        return pack


async def _read(scope: PackScope, zone: dtm.tzinfo) -> tuple[PackedReport, ...]:
    lines = await pack_rows.read_lines(scope, zone)
    exhibits = await pack_rows.read_exhibits(scope)
    links = await pack_rows.read_links(scope)
    return await asyncio.to_thread(packs.arrange, lines, exhibits, links, scope.of)


async def _titles(subject: PackSubject, scope: PackScope, span: Span, occasion: Occasion) -> Titles:
    rules = await get_rules(subject.organisation_id)
    of_sheets = await pack_rows.count_of_sheets(scope)
    notes = (words.of_sheets(of_sheets), *words.NOTES) if of_sheets else words.NOTES
    return Titles(rules.name, subject.name, span.words, occasion.now.astimezone(occasion.zone), notes)


async def _record(actor: Actor, pack: EvidencePack, occasion: Occasion) -> None:
    subject, count = pack.subject, pack.count
    after = {
        "what": f"{subject.name} {pack.period}",
        "files": len(pack.files),
        "pieces": count.pictures + count.documents,
        "digests": [file.digest for file in pack.files],
    }
    entry = Entry("sheet.pack", f"pack/{subject.of.value}/{subject.id}/{pack.period}", after=after)
    await record_once(entry, subject.organisation_id, deed_of(actor, occasion))
