"""Evidence comes in: a report and its evidence at once, or evidence for a report that counts already."""

import datetime as dtm
from dataclasses import dataclass, replace

from services import audit
from services.audit import deed_of
from services.core.access import Actor, Permission
from services.core.closing import MonthState
from services.core.drafts import Draft
from services.core.errors import PastMending, UserError
from services.core.links import Link, split_links
from services.core.occasion import Occasion
from services.core.period import Period
from services.evidence import evidence_links
from services.evidence.evidence_files import Kept, NotKept
from services.facts import acceptance, exhibits, months, openings, requirements, review_rows
from services.facts.exhibits import EvidenceCount, NewExhibit, Parcel
from services.facts.months import MonthClosed
from services.facts.openings import Opening
from services.facts.requirements import CategoryLack
from services.facts.review_rows import Open
from services.office import organisations
from services.reporting.outcomes import Outcome, SaidBefore, Shown, WhichCategory
from services.reporting.reports import Reports
from services.reporting.revisions import Revisions
from services.transaction import transact

RECENT = 5


class NothingToAttach(PastMending):
    """The evidence, or the report that it shall belong to, is not there or not the person's."""


@dataclass(frozen=True, slots=True)
class Sending:
    """How a file came: in which chat, in reply to which message, as a piece of which album ("" for none).

    ``is_command`` tells that its words give the command to report.
    """

    chat: int
    replied_to: int | None
    album_id: str
    is_command: bool


@dataclass(frozen=True, slots=True)
class Reported:
    """It came with a report; ``problem`` is why the file was not kept."""

    outcome: Outcome
    problem: UserError | None


@dataclass(frozen=True, slots=True)
class Attached:
    """It belongs to a report that counts already, ``open`` of it is not accepted, ``lacks`` missing."""

    shown: Shown
    count: EvidenceCount
    open: Open
    lacks: tuple[CategoryLack, ...]
    problem: UserError | None = None


@dataclass(frozen=True, slots=True)
class Joined:
    """It went where the rest of its album is, or was known already: nothing is to be said but a problem."""

    problem: UserError | None = None


@dataclass(frozen=True, slots=True)
class WhichReport:
    """What does it belong to: one of the ``recent`` reports, or a new one, which ``asked`` begins.

    Or the one that said the same, where ``asked`` is whether it is another. ``problem`` is why its words were
    not understood.
    """

    parcel: str
    recent: tuple[Shown, ...]
    asked: Outcome
    problem: UserError | None


@dataclass(frozen=True, slots=True)
class AlreadyPlaced:
    """It belongs to a report that counts, which another press or message has decided."""


@dataclass(frozen=True, slots=True)
class Linked:
    """So many links (``new``) have become evidence of a report that counts already, and nothing else."""

    new: int
    report: Attached


Taken = Reported | Attached | Joined | WhichReport | AlreadyPlaced | Linked


class EvidenceIntake:
    """Takes evidence, always for the person's own reports."""

    def __init__(self, reports: Reports, revisions: Revisions) -> None:
        self._reports = reports
        self._revisions = revisions

    async def receive(
        self, actor: Actor, file: Kept | NotKept, said: str, sending: Sending, occasion: Occasion
    ) -> Taken:
        """Take a picture or document and the words with it; the message is what it is known by.

        Raises:
            UserError: the file is of no use and nothing was said with it, or the month takes no reports.
        """
        if not actor.bindings:
            raise actor.why_nowhere()

        async def work() -> Taken:
            album = exhibits.name_album(actor.member_id, sending.album_id)
            name = album if sending.album_id else occasion.source
            known = await exhibits.find_parcel(name)
            target = None if sending.is_command else await self._find_replied(actor, sending, occasion)
            if isinstance(file, NotKept) and not (said or target or (known and file.is_owed)):
                raise file.problem
            parcel = known or Parcel(name, target.name if target else occasion.source, actor.member_id or 0)
            if not await self._keep(actor, file, parcel, occasion):
                return Joined()
            problem = file.problem if isinstance(file, NotKept) else None
            went_there = known is not None and target is not None and known.opening == target.name
            if target is not None and not went_there:
                return await self._attach(actor, name, target, problem, occasion)
            if known and (went_there or not said):
                await self._catch_up(actor, known.opening, problem, occasion)
                return Joined(problem)
            return await self._report(actor, parcel, said, problem, occasion)

        return await transact(work)

    async def attach(self, actor: Actor, parcel: str, name: str, occasion: Occasion) -> Taken:
        """Let what was sent together belong to one of the person's reports, unless it has become one.

        Raises:
            NothingToAttach: it is not theirs.
            MonthClosed: the report's month takes nothing any more.
        """

        async def work() -> Taken:
            target = await _hold(name)
            known = await exhibits.find_parcel(parcel)
            if known is None or known.member_id != actor.member_id:
                raise NothingToAttach
            if target is None or target.member_id != actor.member_id or not target.still_counts:
                raise NothingToAttach
            if await openings.find_opening(known.opening) is not None:
                return AlreadyPlaced()
            return await self._attach(actor, parcel, target, None, occasion)

        return await transact(work)

    async def take_links(self, actor: Actor, name: str, text: str, occasion: Occasion) -> Linked:
        """Let addresses, which count nothing, be evidence of one of the person's reports; each page once.

        Raises:
            LinkUnclear, TooManyLinks: no page can be found by one of them, or there are too many.
            NothingToAttach: the report is not theirs, or counts no more.
            MonthClosed: the report's month takes nothing any more.
        """
        links = tuple(each for each in split_links(text) if isinstance(each, Link))

        async def work() -> Linked:
            target = await _hold(name)
            if target is None or target.member_id != actor.member_id or not target.still_counts:
                raise NothingToAttach
            await self._require_open(actor, target, occasion)
            new = await evidence_links.keep(actor, links, name, occasion)
            if new:
                await self._catch_up(actor, name, None, occasion)
            return Linked(new, await self._tell(target, None, occasion))

        return await transact(work)

    async def is_unplaced(self, actor: Actor, source: str) -> bool:
        """Tell whether evidence of the person's that came with a message belongs to no report that counts."""
        name = await exhibits.find_opening_of(source, actor.member_id)
        return name is not None and await openings.find_opening(name) is None

    async def is_of_another(self, actor: Actor, source: str) -> bool:
        """Tell whether the person's evidence that came with a message belongs to another message's report."""
        name = await exhibits.find_opening_of(source, actor.member_id)
        return name not in {None, source} and await openings.find_opening(name or "") is not None

    async def _keep(self, actor: Actor, file: Kept | NotKept, parcel: Parcel, occasion: Occasion) -> bool:
        """Keep a row of what came, or of what is owed; False where the message is known already."""
        new = NewExhibit(occasion.source, parcel.name, parcel.opening, file.kind, file.name)
        if isinstance(file, Kept):
            new = replace(
                new,
                stored_name=file.stored_name,
                media_type=file.media_type,
                size=file.size,
                digest=file.digest,
                fingerprint=file.fingerprint,
                taken_on=file.taken_on,
            )
        elif not file.is_owed:
            return True
        added = await exhibits.add(new, actor.member_id or 0, occasion.now)
        if added is None:
            return False
        entry = audit.Entry("evidence.receive", f"evidence/{added}")  # its row has the rest
        await deed_of(actor, occasion).record(entry, actor.organisation_ids[0])
        return True

    async def _find_replied(self, actor: Actor, sending: Sending, occasion: Occasion) -> Opening | None:
        """Find the person's report that a message replies to, and hold it."""
        if sending.replied_to is None:
            return None
        replied = sending.chat, sending.replied_to
        found = await evidence_links.find_replied(actor.member_id, occasion.source, *replied)
        opening = await _hold(found.name) if found is not None else None
        return opening if opening is not None and opening.still_counts else None

    async def _attach(
        self, actor: Actor, parcel: str, target: Opening, problem: UserError | None, occasion: Occasion
    ) -> Attached:
        await self._require_open(actor, target, occasion)
        await exhibits.place(parcel, target.name)
        await self._catch_up(actor, target.name, problem, occasion)
        return await self._tell(target, problem, occasion)

    async def _require_open(self, actor: Actor, target: Opening, occasion: Occasion) -> None:
        for part in target.left:
            unit = await organisations.get_unit(part.key.unit_id)
            actor.require(
                Permission.REPORTS_SUBMIT, organisation_id=unit.organisation_id, unit_id=part.key.unit_id
            )
            month = Period.of_month(part.key.month_on.year, part.key.month_on.month)
            await months.require_open(unit, month, occasion.today)

    async def _tell(self, target: Opening, problem: UserError | None, occasion: Occasion) -> Attached:
        shown = await self._revisions.show(target, occasion)
        count = await exhibits.count(target.name)
        open_ = await review_rows.count_open_of(target.name)
        return Attached(shown, count, open_, await requirements.list_lacks(target.name), problem)

    async def _catch_up(self, actor: Actor, name: str, problem: UserError | None, occasion: Occasion) -> None:
        """Give evidence that came after its report what is known of the report.

        What could not be kept (``problem``) is no evidence yet. A piece of an album that comes after the
        month was closed belongs to its report, and nothing is accepted for it.
        """
        opening = await _hold(name)
        if opening is None or not opening.left:
            return
        first = opening.left[0].key
        categories = {part.key.category_id for part in opening.left}
        only = first.category_id if len(categories) == 1 else None
        await exhibits.belong(name, first.unit_id, first.month_on, only)
        if problem is None and await _takes_changes(opening, occasion.today):
            await acceptance.evidence_came(name, deed_of(actor, occasion))

    async def _report(
        self, actor: Actor, parcel: Parcel, said: str, problem: UserError | None, occasion: Occasion
    ) -> Taken:
        """Take the words for a report, or ask what is reported."""
        if not said:
            return await self._ask(actor, parcel, problem, occasion)
        draft = Draft(parcel.opening, occasion.today, said)
        try:
            outcome = await self._reports.advance(actor, draft, occasion)
        except (PastMending, MonthClosed):
            raise
        except UserError as unclear:
            return await self._ask(actor, parcel, unclear, occasion)
        offered = await self._list_meant(actor, outcome, occasion) if problem is None else ()
        if offered:
            return WhichReport(parcel.name, offered, outcome, None)
        return Reported(outcome, problem)

    async def _list_meant(self, actor: Actor, outcome: Outcome, occasion: Occasion) -> tuple[Shown, ...]:
        """List the person's reports that evidence may be meant for, whose words have to be asked about."""
        match outcome:
            case SaidBefore(earlier=name):
                earlier = await openings.find_opening(name)
                if earlier is not None and earlier.member_id == actor.member_id:
                    return (await self._revisions.show(earlier, occasion),)
            case WhichCategory(draft=draft, text=text) if text and not any(
                line.amount for line in draft.lines or ()
            ):
                return await self._revisions.list_recent(actor, occasion, RECENT)
        return ()

    async def _ask(
        self, actor: Actor, parcel: Parcel, problem: UserError | None, occasion: Occasion
    ) -> WhichReport:
        recent = await self._revisions.list_recent(actor, occasion, RECENT)
        asked = await self._reports.advance(actor, Draft(parcel.opening, occasion.today, ""), occasion)
        return WhichReport(parcel.name, recent, asked, problem)


async def _hold(name: str) -> Opening | None:
    """Give a report that nobody else changes until the transaction ends; None for one that never counted."""
    opening = await openings.find_opening(name)
    if opening is None:
        return None
    unit = await organisations.get_unit(opening.parts[0].key.unit_id)
    await organisations.hold(unit.organisation_id)
    return await openings.find_opening(name)


async def _takes_changes(opening: Opening, today: dtm.date) -> bool:
    for unit_id, month_on in {(part.key.unit_id, part.key.month_on) for part in opening.left}:
        month = Period.of_month(month_on.year, month_on.month)
        if (await months.read_standing(unit_id, month, today)).state is MonthState.CLOSED:
            return False
    return True
