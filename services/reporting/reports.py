"""Reporting: a message becomes counts once everything about it is clear, and whole or not at all."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from services import sql
from services.audit import deed_of
from services.core.access import Actor, Permission
from services.core.closing import MonthState
from services.core.drafts import Answered, Draft, Terms, text_key
from services.core.errors import PastMending, UserError
from services.core.links import Link
from services.core.occasion import Occasion
from services.core.period import Period, parse_period
from services.core.plausibility import MONTHS
from services.core.reporting import Line, merged, read_wording
from services.facts import doubts, exhibits, months, openings, requirements, review_rows
from services.facts.doubts import KnownPage
from services.facts.openings import Booking, Change
from services.office import organisations
from services.office.categories import CategoryNames
from services.office.organisations import NoUnit, OneUnit, OtherUnit, SeveralUnits, UnitRef
from services.progress import ProgressReader
from services.ranking.standings import StandingsReader
from services.reporting import receipts
from services.reporting.drafting import Drafter, UnitOfAnother
from services.reporting.outcomes import (
    AlreadyReceived,
    KnownElsewhere,
    NothingNew,
    Outcome,
    Question,
    Received,
    SaidBefore,
    SoMany,
    WhichUnit,
)
from services.reporting.receipts import Receipt
from services.transaction import transact


class NothingToCount(UserError):
    """Every number is zero, so nothing would be counted."""


class ReportChanged(PastMending):
    """The report has changed since its edit was asked about."""


class Reports:
    """Takes reports; keeps the names of units and categories between calls."""

    def __init__(self) -> None:
        self.reader = ProgressReader()
        self.standings = StandingsReader()
        self.categories = CategoryNames()
        self.drafter = Drafter(self.reader, self.categories)

    async def submit(self, actor: Actor, text: str, occasion: Occasion) -> Outcome:
        """Take a message's report; the message is what it will count under.

        Raises:
            UserError: the text is unclear, the unit is another's, or the month takes no reports.
        """
        return await self.advance(actor, Draft(occasion.source, occasion.today, text), occasion)

    async def advance(self, actor: Actor, draft: Draft, occasion: Occasion) -> Outcome:
        """Count a draft if nothing is left to be asked, else give the next question."""
        if not actor.bindings:
            raise actor.why_nowhere()
        named = replace(draft, opening=draft.opening or occasion.source)

        async def work() -> Outcome:
            completed = await self.drafter.complete(actor, named, occasion)
            if not isinstance(completed, tuple):
                return completed
            return await self._count(actor, *completed, occasion)

        return await transact(work)

    async def begin(self, actor: Actor, unit_id: int, month: Period, occasion: Occasion) -> Question:
        """Ask what a unit reports for a month; each answer to it opens a report of its own.

        Raises:
            MonthClosed, MonthAhead, NotPermitted: it cannot report for that month.
        """
        nothing_said = (Line((), "", None),)
        draft = Draft("", occasion.today, "", unit_id, month, nothing_said)
        match await self.drafter.complete(actor, draft, occasion):
            case (_, _):
                raise AssertionError("nothing was said, so something is asked")
            case question:
                return question

    async def choose_unit(self, actor: Actor, draft: Draft, unit_id: int, occasion: Occasion) -> Outcome:
        """Go on with a draft for a unit, and remember it where the person reports for several."""
        unit = await organisations.get_unit(unit_id)
        actor.require(Permission.REPORTS_SUBMIT, organisation_id=unit.organisation_id, unit_id=unit.id)

        async def work() -> Outcome:
            own = await self.drafter.list_own(actor, None)
            if len(own) > 1 and unit in own:
                await remember_choice(actor, unit_id)
            return await self.advance(actor, replace(draft, unit_id=unit_id), occasion)

        return await transact(work)

    async def name_unit(self, actor: Actor, draft: Draft, text: str, occasion: Occasion) -> Outcome:
        """Go on with a draft for the unit that a text names, or ask again.

        What is written instead before anything was said, 动态 3, is the report, and the unit is asked for.
        """
        match = await self.reader.find(actor, text, occasion.organisation_id)
        match match:
            case OneUnit(unit):
                return await self.choose_unit(actor, draft, unit.id, occasion)
            case SeveralUnits(units):
                return WhichUnit(draft, units)
            case OtherUnit(name):
                raise UnitOfAnother(unit=name)
            case NoUnit() if draft.is_blank and any(sign.isnumeric() for sign in text):
                return await self.advance(actor, replace(draft, text=text, said_on=occasion.today), occasion)
            case NoUnit(_, nearest):
                return WhichUnit(draft, nearest, text)

    async def name_month(self, actor: Actor, draft: Draft, text: str, occasion: Occasion) -> Outcome | None:
        """Go on with a draft for the month that a text names; None where it names none."""
        month = parse_period(text, today=draft.said_on)
        if month is None or month.month is None:
            return None
        return await self.advance(actor, draft.in_month(month), occasion)

    async def answer(
        self, actor: Actor, draft: Draft, at: int, text: str, occasion: Occasion
    ) -> Outcome | None:
        """Go on with what a text says of a line that was asked about; None where it says nothing of it."""
        unit = await organisations.get_unit(draft.unit_id or 0)
        index = await self.categories.get(unit.organisation_id)
        wording = read_wording(text, index, today=draft.said_on)
        asked = (draft.lines or ())[at]
        first, *others = wording.lines or (Line((), "", None),)
        is_off = asked.category_id is not None and first.category_ids not in {(), asked.category_ids}
        is_unknown = bool(first.text) and not first.category_ids
        if wording.unit_text or is_unknown or is_off or first == Line((), "", None):
            return None
        said = Line(
            first.category_ids or asked.category_ids, first.text or asked.text, first.amount or asked.amount
        )
        lines = (*(draft.lines or ())[:at], said, *others, *(draft.lines or ())[at + 1 :])
        return await self.advance(
            actor, replace(draft, lines=lines, month=wording.period or draft.month), occasion
        )

    async def _count(self, actor: Actor, draft: Draft, unit: UnitRef, occasion: Occasion) -> Outcome:
        """Ask about the first doubt, or count; what is asked and what is counted see the same ledger."""
        await organisations.hold(unit.organisation_id)
        opening = await openings.find_opening(draft.opening)
        if opening is not None and draft.revises is None:
            return AlreadyReceived(opening)
        index = await self.categories.get(unit.organisation_id)
        said = Terms(unit.id, _month(draft), pages_once(merged(draft.lines or (), index)), _key_of(draft))
        links = links_of(said.lines)
        known = await doubts.list_known_pages(unit.organisation_id, draft.opening, links, occasion)
        ours = tuple(page for page in known if page.unit_id == unit.id)
        theirs = tuple(page for page in known if page.link not in [each.link for each in ours])
        terms = _without(said, ours)
        if Answered.NOT_HERE in draft.answered:
            terms, theirs = _without(terms, theirs), ()
        comes_to_nothing = draft.revises is not None and not said.lines  # an edit that was agreed to
        if not terms.lines and not comes_to_nothing:
            return NothingNew(unit, ours)
        if terms.lines and all(line.adds_nothing for line in terms.lines):
            raise NothingToCount
        doubt = await self._doubt(actor, draft, unit, terms, theirs, occasion)
        if doubt is not None:
            return doubt
        return Received(await self._record(actor, draft, unit, terms, ours, occasion))

    async def _doubt(
        self,
        actor: Actor,
        draft: Draft,
        unit: UnitRef,
        terms: Terms,
        theirs: tuple[KnownPage, ...],
        occasion: Occasion,
    ) -> Question | None:
        """Give the first doubt that the person has not answered."""
        if draft.revises is None and Answered.IS_ANOTHER not in draft.answered:
            earlier = await doubts.find_same(draft.opening, terms, unit.organisation_id, occasion.now)
            if earlier is not None:
                return SaidBefore(draft, unit, earlier)
        if Answered.IS_SO_MANY not in draft.answered:
            closed = await months.list_closed(unit.id, terms.month, occasion.today, count=MONTHS)
            for many in await doubts.find_too_many(terms, closed):
                index = await self.categories.get(unit.organisation_id)
                category_id = terms.lines[many.at].category_id or 0
                at = next(at for at, line in enumerate(draft.lines or ()) if line.category_id == category_id)
                return SoMany(draft, at, index.name_of(category_id), many.count, many.twice_usual)
        if theirs and Answered.COUNT_HERE_TOO not in draft.answered:
            may_read = actor.may(
                Permission.PROGRESS_READ_ANY, organisation_id=unit.organisation_id, unit_id=None
            )
            return KnownElsewhere(draft, theirs, names_units=may_read)
        return None

    async def _record(
        self,
        actor: Actor,
        draft: Draft,
        unit: UnitRef,
        terms: Terms,
        skipped: tuple[KnownPage, ...],
        occasion: Occasion,
    ) -> Receipt:
        """Count what is said, or what an edit makes of it."""
        standing = await months.require_open(unit, terms.month, occasion.today)
        is_late = standing.state is MonthState.LATE
        late = frozenset([terms.month.starts_on]) if is_late else frozenset()
        booking = Booking(deed_of(actor, occasion), unit.organisation_id, late)
        if draft.revises is None:
            changes = await openings.open_with(draft.opening, terms, booking)
        else:
            left = await organisations.get_unit(draft.revises.unit_id)
            actor.require(Permission.REPORTS_SUBMIT, organisation_id=left.organisation_id, unit_id=left.id)
            changes = await self._revise(draft, draft.revises, terms, booking, occasion)
        receipt = await self.receipt(actor, unit, terms.month, draft.opening, changes, occasion)
        return replace(
            receipt,
            is_late=is_late,
            open_until=standing.reopened_until,
            skipped=skipped,
            corrects=draft.revises is not None,
        )

    async def _revise(
        self, draft: Draft, old: Terms, new: Terms, booking: Booking, occasion: Occasion
    ) -> tuple[Change, ...]:
        opening = await openings.find_opening(draft.opening)
        if opening is None or await openings.find_terms(booking.organisation_id, draft.opening) != old:
            raise ReportChanged
        left = await organisations.get_unit(old.unit_id)
        standing = await months.require_open(left, old.month, occasion.today)
        late = booking.late | ({old.month.starts_on} if standing.state is MonthState.LATE else set())
        return await openings.restate(opening, old, new, replace(booking, late=late))

    async def receipt(
        self,
        actor: Actor,
        unit: UnitRef,
        month: Period,
        opening: str,
        changes: Sequence[Change],
        occasion: Occasion,
    ) -> Receipt:
        """Tell how a unit's month stands after changes; its place only in private."""
        progress = await self.reader.read(actor, unit, month, occasion.today)
        rank = None
        if occasion.is_private:
            rank = await receipts.find_rank(self.standings, unit, month, occasion.today)
        own = await self.drafter.list_own(actor, None)
        return Receipt(
            opening=opening,
            unit=unit,
            progress=progress,
            lines=receipts.receipt_lines(changes, unit.id, progress),
            is_late=False,
            rank=rank,
            evidence=await exhibits.count(opening),
            open=await review_rows.count_open_of(opening),
            lacks=await requirements.list_lacks(opening),
            can_move=unit in own
            and len([each for each in own if each.organisation_id == unit.organisation_id]) > 1,
        )


async def remember_choice(actor: Actor, unit_id: int) -> None:
    """Remember the one of several units that a person reports for."""
    await sql.execute("UPDATE member SET chosen_unit_id = $1 WHERE id = $2", unit_id, actor.member_id)


def pages_once(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Leave out a page that stands under a second category: it counts where it stood first."""
    kept: list[Line] = []
    for line in lines:
        if not isinstance(line.amount, Link) or line.amount.key not in [link.key for link in links_of(kept)]:
            kept.append(line)
    return tuple(kept)


def _key_of(draft: Draft) -> str:
    """Know the wording again; what was only moved keeps the wording it had."""
    return draft.revises.text_key if draft.revises and not draft.text else text_key(draft.text)


def _month(draft: Draft) -> Period:
    if draft.month is None:
        raise ValueError(draft)
    return draft.month


def links_of(lines: Iterable[Line]) -> list[Link]:
    """List the pages among lines."""
    return [line.amount for line in lines if isinstance(line.amount, Link)]


def _without(terms: Terms, pages: Iterable[KnownPage]) -> Terms:
    left_out = [page.link for page in pages]
    return replace(terms, lines=tuple(line for line in terms.lines if line.amount not in left_out))
