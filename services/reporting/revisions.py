"""A report afterwards: an edit that changes it, taking it back, moving it to another unit."""

import contextlib
import datetime as dtm
from dataclasses import replace

from services.audit import deed_of
from services.core.access import Actor, Permission
from services.core.closing import MonthState
from services.core.drafts import Draft, Terms, text_key
from services.core.errors import UserError
from services.core.occasion import Occasion
from services.core.period import Period
from services.core.reporting import Set, merged
from services.facts import doubts, ledger, months, openings
from services.facts.months import MonthClosed
from services.facts.openings import Booking, Opening
from services.media import media_checks, media_posts
from services.media.media_checks import KnownLook
from services.media.named_accounts import count_for
from services.office import organisations
from services.office.organisations import OneUnit, OtherUnit, UnitRef
from services.reporting.drafting import UnitOfAnother, WordsUnclear
from services.reporting.outcomes import Outcome, Reset, Revision, Shown
from services.reporting.reports import Reports, links_of, pages_once
from services.transaction import transact

_WITHDRAW = Permission.REPORTS_WITHDRAW


class NothingToWithdraw(UserError):
    """The person has no report that still counts and can be taken back."""


class AlreadyWithdrawn(UserError):
    """The report counts no more."""


class PostNotEdited(UserError):
    """A recorded post is not changed by an edit: it can be taken back and recorded again."""


class EditUnclear(UserError):
    """What an edit leaves is no whole report any more."""


class Revisions:
    """Changes reports that count, always by facts that are added."""

    def __init__(self, reports: Reports) -> None:
        self._reports = reports

    async def stands(self, actor: Actor, occasion: Occasion) -> bool:
        """Tell whether the very message is a report of the person's that was not withdrawn."""
        opening = await openings.find_opening(occasion.source)
        if opening is None or opening.member_id != actor.member_id:
            return False
        place = await organisations.get_unit(opening.parts[0].key.unit_id)
        return await openings.find_terms(place.organisation_id, opening.name) is not None

    async def find_revision(self, actor: Actor, text: str, occasion: Occasion) -> Revision | None:
        """Tell what an edited message would change; None where it counts for nothing or says the same.

        Nothing is changed: an edit may be shown long after, or be no edit at all but a reaction.

        Raises:
            UserError: the new words are unclear, or a month takes no reports.
        """
        opening = await openings.find_opening(occasion.source)
        if opening is None or opening.member_id != actor.member_id:
            return None
        place = await organisations.get_unit(opening.parts[0].key.unit_id)
        old = await openings.find_terms(place.organisation_id, opening.name)
        if old is None or old.text_key == text_key(text):
            return None
        if await media_posts.is_post(opening.name):
            raise PostNotEdited
        actor.require(Permission.REPORTS_SUBMIT, organisation_id=place.organisation_id, unit_id=old.unit_id)
        new = await self._read_again(actor, text, old, opening, occasion)
        if new.saying == old.saying:
            return None
        for unit_id, month in dict.fromkeys([(old.unit_id, old.month), (new.unit_id, new.month)]):
            await months.require_open(await organisations.get_unit(unit_id), month, occasion.today)
        index = await self._reports.categories.get(place.organisation_id)
        names = {
            line.category_id: index.name_of(line.category_id)
            for line in (*old.lines, *new.lines)
            if line.category_id is not None
        }
        draft = Draft(opening.name, occasion.today, text, new.unit_id, new.month, new.lines, revises=old)
        return Revision(draft, await organisations.get_unit(new.unit_id), old, new, names)

    async def _read_again(
        self, actor: Actor, text: str, old: Terms, opening: Opening, occasion: Occasion
    ) -> Terms:
        """Read an edited text; what it leaves out (category, month, unit) stays as it was agreed."""
        unit = await organisations.get_unit(old.unit_id)
        index = await self._reports.categories.get(unit.organisation_id)
        said_on = occasion.day_of(opening.opened_at)
        wording, named = await self._reports.drafter.read_words(actor, text, said_on, unit.organisation_id)
        if wording.unit_text:
            unit = await self._unit_named(actor, wording.unit_text, unit)
        lines = await count_for(wording.lines, named, unit)
        if len(lines) == len(old.lines):
            lines = tuple(
                line if line.category_id else replace(line, category_ids=agreed.category_ids)
                for line, agreed in zip(lines, old.lines, strict=True)
            )
        if not lines or not all(line.is_clear for line in lines):
            raise EditUnclear
        lines = pages_once(merged(lines, index))
        known = await doubts.list_known_pages(unit.organisation_id, opening.name, links_of(lines), occasion)
        ours = [page.link for page in known if page.unit_id == unit.id]
        accounts = {line.category_id: line.account for line in old.lines if unit.id == old.unit_id}
        kept = tuple(
            replace(line, account=line.account or accounts.get(line.category_id, 0))
            for line in lines
            if line.amount not in ours
        )
        return Terms(unit.id, wording.period or old.month, kept, text_key(text))

    async def _unit_named(self, actor: Actor, name: str, unit: UnitRef) -> UnitRef:
        match = await self._reports.reader.find(actor, name, unit.organisation_id)
        if isinstance(match, OtherUnit):
            raise UnitOfAnother(unit=match.name)
        if not isinstance(match, OneUnit) or match.unit.organisation_id != unit.organisation_id:
            raise WordsUnclear(text=name)
        return match.unit

    async def find_last(self, actor: Actor, occasion: Occasion) -> Shown:
        """Show the person's last report that still counts and can be taken back.

        Raises:
            NothingToWithdraw: there is none.
            MonthClosed: there is, but its month takes no changes any more.
        """
        if not actor.bindings:
            raise actor.why_nowhere()
        closed: MonthClosed | None = None
        for name in await openings.list_counting(actor.member_id or 0):
            opening = await openings.find_opening(name)
            if opening is None or not await self._reaches(actor, opening):
                continue
            try:
                await self._require_open(opening, occasion)
            except MonthClosed as reason:
                closed = closed or reason
                continue
            return await self.show(opening, occasion)
        raise closed or NothingToWithdraw

    async def find_last_deed(self, actor: Actor, occasion: Occasion) -> Shown | KnownLook:
        """Show what the person recorded last and can take back: a report, or (in private) a look.

        Raises:
            NothingToWithdraw, MonthClosed: there is none.
        """
        look = await media_checks.find_last(actor) if occasion.is_private else None
        try:
            shown = await self.find_last(actor, occasion)
        except (NothingToWithdraw, MonthClosed):
            if look is None:
                raise
            return look
        return look if look is not None and shown.opening.opened_at < look.recorded_at else shown

    async def withdraw(self, actor: Actor, name: str, occasion: Occasion) -> Shown:
        """Take a report back, and tell what it had counted for.

        Raises:
            AlreadyWithdrawn, NothingToWithdraw: there is nothing (of the person's own) to take back.
            MonthClosed, CountBelowZero: it cannot be taken back any more.
        """
        if not actor.bindings:
            raise actor.why_nowhere()

        async def work() -> Shown:
            opening = await openings.find_opening(name)
            if opening is None or opening.member_id != actor.member_id:
                raise NothingToWithdraw
            place = await organisations.get_unit(opening.parts[0].key.unit_id)
            await organisations.hold(place.organisation_id)
            opening = await openings.find_opening(name) or opening
            if not opening.still_counts:
                raise AlreadyWithdrawn
            for unit_id in {part.key.unit_id for part in opening.left}:
                served_id = await _served(actor, await organisations.get_unit(unit_id))
                actor.require(_WITHDRAW, organisation_id=place.organisation_id, unit_id=served_id)
            late = await self._require_open(opening, occasion)
            shown = await self.show(opening, occasion)
            booking = Booking(deed_of(actor, occasion), place.organisation_id, late)
            terms = await openings.find_terms(place.organisation_id, name)
            await openings.restate(opening, terms, None, booking)
            await media_posts.forget(name, booking.deed)
            return shown

        return await transact(work)

    async def list_targets(self, actor: Actor, name: str) -> tuple[UnitRef, ...]:
        """List the person's other units to which a report can be moved."""
        opening = await self._own(actor, name)
        if await media_posts.is_post(name):
            return ()  # its account is the unit's
        unit = await organisations.get_unit(opening.left[0].key.unit_id)
        actor.require(Permission.REPORTS_WITHDRAW, organisation_id=unit.organisation_id, unit_id=unit.id)
        own = await self._reports.drafter.list_own(actor, unit.organisation_id)
        return tuple(each for each in own if each.organisation_id == unit.organisation_id and each != unit)

    async def move(self, actor: Actor, name: str, unit_id: int, occasion: Occasion) -> Outcome:
        """Move a report to another unit of the person's: out of the one, into the other, in one go."""
        opening = await self._own(actor, name)
        if await media_posts.is_post(name):
            raise PostNotEdited
        place = await organisations.get_unit(opening.left[0].key.unit_id)
        if unit_id not in [unit.id for unit in await self.list_targets(actor, name)]:
            actor.require(Permission.REPORTS_SUBMIT, organisation_id=place.organisation_id, unit_id=unit_id)
        terms = await openings.find_terms(place.organisation_id, name)
        if terms is None:
            raise AlreadyWithdrawn
        draft = Draft(name, occasion.today, "", None, terms.month, terms.lines, revises=terms)
        return await self._reports.choose_unit(actor, draft, unit_id, occasion)

    async def _own(self, actor: Actor, name: str) -> Opening:
        opening = await openings.find_opening(name)
        if opening is None or opening.member_id != actor.member_id:
            raise NothingToWithdraw
        if not opening.still_counts:
            raise AlreadyWithdrawn
        return opening

    async def _reaches(self, actor: Actor, opening: Opening) -> bool:
        for unit_id in dict.fromkeys(part.key.unit_id for part in opening.left):
            unit = await organisations.get_unit(unit_id)
            served_id = await _served(actor, unit)
            if not actor.may(_WITHDRAW, organisation_id=unit.organisation_id, unit_id=served_id):
                return False
        return True

    async def _require_open(self, opening: Opening, occasion: Occasion) -> frozenset[dtm.date]:
        """Give the months that are past their end; MonthClosed where one takes no changes."""
        late = set()
        for part in opening.left:
            unit = await organisations.get_unit(part.key.unit_id)
            month = Period.of_month(part.key.month_on.year, part.key.month_on.month)
            standing = await months.require_open(unit, month, occasion.today)
            if standing.state is MonthState.LATE:
                late.add(part.key.month_on)
        return frozenset(late)

    async def list_recent(self, actor: Actor, occasion: Occasion, limit: int) -> tuple[Shown, ...]:
        """List the person's last reports that still count in months that take changes, the last one first."""
        found: list[Shown] = []
        for name in await openings.list_counting(actor.member_id or 0):
            opening = await openings.find_opening(name)
            if opening is None or len(found) == limit or not await self._reaches(actor, opening):
                continue
            with contextlib.suppress(MonthClosed):
                await self._require_open(opening, occasion)
                found.append(await self.show(opening, occasion))
        return tuple(found)

    async def show(self, opening: Opening, occasion: Occasion) -> Shown:
        """Tell of a report what it still counts for."""
        first = opening.left[0].key
        unit = await organisations.get_unit(first.unit_id)
        index = await self._reports.categories.get(unit.organisation_id)
        terms = await openings.find_terms(unit.organisation_id, opening.name)
        lines = terms.lines if terms else ()
        setting = {line.category_id for line in lines if isinstance(line.amount, Set)}
        counts, resets = dict[str, int](), list[Reset]()
        for part in opening.left:
            name = index.name_of(part.key.category_id)
            if part.key.category_id in setting:
                now = await ledger.read(part.key)
                resets.append(Reset(name, now, now - part.count))
            else:
                counts[name] = counts.get(name, 0) + part.count
        month = Period.of_month(first.month_on.year, first.month_on.month)
        reported_at = opening.opened_at.astimezone(occasion.zone)
        return Shown(opening, unit, month, reported_at, tuple(counts.items()), tuple(resets))


async def _served(actor: Actor, unit: UnitRef) -> int:
    """Give the unit for which a person may take back what they reported for a unit.

    Who reported for a unit that was merged serves its heir, and can still mend a slip of their own.
    """
    may = actor.may(_WITHDRAW, organisation_id=unit.organisation_id, unit_id=unit.id)
    return unit.id if may else await organisations.find_heir(unit.id)
