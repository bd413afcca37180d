"""From what a person wrote to a draft that leaves nothing open: the unit, the month, each line."""

import datetime as dtm
from collections.abc import Sequence
from dataclasses import replace

from models.enums import Cadence, Role
from services import sql
from services.core.access import Actor, Permission
from services.core.closing import MonthState, is_month_doubtful
from services.core.drafts import Draft, Terms
from services.core.errors import UserError
from services.core.occasion import Occasion
from services.core.period import Period
from services.core.platforms import counts_media
from services.core.reporting import Line, Wording, WordingUnclear, read_wording
from services.core.vocabulary import UNIT_END
from services.facts import months
from services.media import media_accounts
from services.media.media_accounts import MediaAccountRef
from services.media.named_accounts import count_for, find_mention
from services.office import organisations
from services.office.categories import CategoryNames, find_last_reported, find_media_category
from services.office.names import likeness
from services.office.organisations import NoUnit, OneUnit, OtherUnit, SeveralUnits, UnitGone, UnitRef
from services.progress import ProgressReader
from services.reporting.outcomes import (
    AccountChoice,
    Choice,
    HowMany,
    Question,
    WhichAccount,
    WhichCategory,
    WhichMonth,
    WhichUnit,
)


class UnitOfAnother(UserError):
    """A unit was named that the person does not report for (``unit``)."""


class UnitRetired(UserError):
    """The unit reports no more (``unit``, ``retired_on``); only the office corrects its figures."""


class UnitMerged(UserError):
    """The unit went over to another, which reports now (``unit``, ``successor``)."""


class WordsUnclear(UserError):
    """Words at the head are neither a unit nor a category (``text``)."""


class SecondUnit(UserError):
    """Behind what is reported stands a unit's name, and one message counts for one unit (``unit``)."""


class Drafter:
    """Understands what is reported; keeps the names of units and categories between calls."""

    def __init__(self, reader: ProgressReader, categories: CategoryNames) -> None:
        self._reader = reader
        self._categories = categories

    async def complete(
        self, actor: Actor, draft: Draft, occasion: Occasion
    ) -> tuple[Draft, UnitRef] | Question:
        """Give a draft that is clear in everything with its unit, or the first question.

        Raises:
            UserError: the text is unclear, the unit is another's, or the month takes no reports.
        """
        read = draft if draft.lines is not None else await self._read(actor, draft, occasion)
        if not isinstance(read, Draft):
            return read
        unit = await organisations.get_unit(read.unit_id or 0)
        _require_reporting(actor, unit)
        actor.require(Permission.REPORTS_SUBMIT, organisation_id=unit.organisation_id, unit_id=unit.id)
        dated = await self._dated(read, unit, occasion.today)
        if not isinstance(dated, Draft):
            return dated
        gap = await self._gap(actor, dated, unit, occasion.today)
        if gap is not None:
            return gap
        placed = await self._for_account(dated, unit, occasion.today)
        return (placed, unit) if isinstance(placed, Draft) else placed

    async def list_own(self, actor: Actor, organisation_id: int | None) -> tuple[UnitRef, ...]:
        """List the units a person is a reporter of; in a group those of its organisation, if any."""
        bound = {binding.unit_id for binding in actor.bindings if binding.role is Role.REPORTER}
        here = [unit for unit in await self._reader.own_units(actor, organisation_id) if unit.id in bound]
        if here or organisation_id is None:
            return tuple(here)
        return tuple(unit for unit in await self._reader.own_units(actor, None) if unit.id in bound)

    async def _read(self, actor: Actor, draft: Draft, occasion: Occasion) -> Draft | WhichUnit:
        """Read the text with the categories of the unit it is for."""
        if draft.unit_id is None:
            found = await self._find_unit(actor, draft, occasion)
            if isinstance(found, WhichUnit):
                return found
            unit, is_named = found
        else:
            unit, is_named = await organisations.get_unit(draft.unit_id), True
        wording, accounts = await self.read_words(actor, draft.text, draft.said_on, unit.organisation_id)
        lines = wording.lines if is_named else _with_unknown(wording.lines, wording.unit_text)
        lines = await count_for(lines or (Line((), "", None),), accounts, unit)
        return replace(draft, unit_id=unit.id, month=wording.period or draft.month, lines=lines)

    async def read_words(
        self, actor: Actor, text: str, said_on: dtm.date, organisation_id: int
    ) -> tuple[Wording, tuple[MediaAccountRef, ...]]:
        """Read the text, and the media account that it names where it has words that mean nothing else."""
        is_clear = False
        try:
            wording = await self._worded(actor, text, said_on, organisation_id)
            is_clear = not await self._has_unknown(actor, wording, organisation_id)
        except SecondUnit:
            raise
        except UserError:
            pass  # a name with a number in it is unclear only as long as it stands there
        mention = None if is_clear else await find_mention(text, organisation_id, said_on)
        text, accounts = (mention.rest, mention.accounts) if mention else (text, ())
        return await self._worded(actor, text, said_on, organisation_id), accounts

    async def _has_unknown(self, actor: Actor, wording: Wording, organisation_id: int) -> bool:
        """Tell whether words are left over that are neither a category nor a unit."""
        if any(line.text and not line.category_ids for line in wording.lines):
            return True
        if not wording.unit_text:
            return False
        return isinstance(await self._reader.find(actor, wording.unit_text, organisation_id), NoUnit)

    async def _worded(self, actor: Actor, text: str, said_on: dtm.date, organisation_id: int) -> Wording:
        """Read a text; SecondUnit where a unit stands behind, alone or glued to a category."""
        index = await self._categories.get(organisation_id)
        try:
            wording = read_wording(text, index, today=said_on)
        except WordingUnclear as unclear:
            for end in range(3, len(unclear.text)):
                await self._refuse_unit(actor, unclear.text[:end], organisation_id)
            raise
        for line in wording.lines:
            if line.text and not line.category_ids:
                await self._refuse_unit(actor, line.text, organisation_id)
        return wording

    async def _refuse_unit(self, actor: Actor, text: str, organisation_id: int) -> None:
        """Raise SecondUnit where words that end like a unit's name (市教育局) are one's."""
        if UNIT_END.search(text):
            match = await self._reader.find(actor, text, organisation_id)
            if not isinstance(match, NoUnit):
                raise SecondUnit(unit=text)

    async def _find_unit(
        self, actor: Actor, draft: Draft, occasion: Occasion
    ) -> tuple[UnitRef, bool] | WhichUnit:
        """Find the unit a text is for; tell whether it is named there."""
        own = await self.list_own(actor, occasion.organisation_id)
        unknown: WhichUnit | None = None
        for organisation_id in _reported_to(actor, occasion.organisation_id):
            wording, accounts = await self.read_words(actor, draft.text, draft.said_on, organisation_id)
            if accounts and len({account.unit_id for account in accounts}) == 1 and not wording.unit_text:
                return await _unit_of(actor, accounts[0]), True
            if not (name := wording.unit_text):
                break
            match = await self._reader.find(actor, name, organisation_id)
            if isinstance(match, OneUnit):
                return match.unit, True
            if isinstance(match, SeveralUnits):
                return WhichUnit(draft, match.units)
            if isinstance(match, OtherUnit):
                raise UnitOfAnother(unit=match.name)
            unknown = unknown or WhichUnit(draft, match.nearest, name)
        else:
            if unknown is not None and not own:
                return unknown
        return await _usual_unit(actor, draft, own)

    async def _dated(self, draft: Draft, unit: UnitRef, today: dtm.date) -> Draft | WhichMonth:
        """Give the draft its month: the one written, else the current one unless the last may be meant."""
        if draft.month is not None:
            return draft
        month = Period.containing(draft.said_on, Cadence.MONTHLY)
        if is_month_doubtful(draft.said_on, await months.read_calendar(unit.organisation_id, month)):
            last = await months.read_standing(unit.id, month.previous(), today)
            if last.state is MonthState.LATE:
                return WhichMonth(draft, (month.previous(), month))
        return replace(draft, month=month)

    async def _gap(self, actor: Actor, draft: Draft, unit: UnitRef, today: dtm.date) -> Question | None:
        """Ask for the first category or number that is missing; the month must take reports first."""
        if draft.month is None:
            raise ValueError(draft)
        await months.require_open(unit, draft.month, today)
        index = await self._categories.get(unit.organisation_id)
        for at, line in enumerate(draft.lines or ()):
            if line.category_id is None:
                if line.category_ids:
                    fitting = tuple(Choice(each, index.name_of(each)) for each in line.category_ids)
                    return WhichCategory(draft, at, unit, fitting, line.text, is_ambiguous=True)
                choices = await self._owed(actor, unit, draft.month, today, line.text)
                return WhichCategory(draft, at, unit, choices, line.text)
            if line.amount is None:
                return HowMany(draft, at, unit, index.name_of(line.category_id))
        return None

    async def _for_account(self, draft: Draft, unit: UnitRef, today: dtm.date) -> Draft | WhichAccount:
        """Give the draft with the media account that posts are counted for: the unit's only one, or ask.

        What an edit changes stays with the account it was counted for, unless it names another.
        """
        index = await self._categories.get(unit.organisation_id)
        counted = {line.category_id for line in draft.lines or () if line.category_id is not None}
        if not any(counts_media(index.name_of(each)) for each in counted):
            return draft
        media = await find_media_category(unit.organisation_id)
        if media is None or media.category_id not in counted:
            return draft
        accounts = await media_accounts.list_run_by(unit.id, today)
        said = {line.account for line in draft.lines or () if line.category_id == media.category_id}
        if said <= {account.id for account in accounts}:
            return draft
        kept = _account_of(draft.revises, unit, media.category_id)
        if kept is not None:
            return draft.with_account(media.category_id, kept)
        if len(accounts) < 2:
            return draft.with_account(media.category_id, accounts[0].id if accounts else 0)
        choices = tuple(AccountChoice(each.id, each.platform, each.name) for each in accounts)
        return WhichAccount(draft, unit, media.category_id, media.name, choices)

    async def _owed(
        self, actor: Actor, unit: UnitRef, month: Period, today: dtm.date, text: str
    ) -> tuple[Choice, ...]:
        """List what the unit owes in a month; everything where it owes nothing.

        What is written like ``text`` comes first, without a text what the person reported last; then what
        lacks most.
        """
        progress = await self._reader.read(actor, unit, month, today)
        owed = [line for line in progress.lines if line.owed] or progress.lines
        choices = [
            Choice(line.category_id, line.category, line.owed.missing if line.owed else 0) for line in owed
        ]
        last = None if text else await find_last_reported(actor.member_id, unit.id, month)

        def order(choice: Choice) -> tuple[float, bool, int]:
            return -likeness(text, choice.name), choice.category_id != last, -choice.missing

        return tuple(sorted(choices, key=order))


async def _unit_of(actor: Actor, account: MediaAccountRef) -> UnitRef:
    """Give the unit that runs a named account; UnitOfAnother where the person does not report for it."""
    reach = {"organisation_id": account.organisation_id, "unit_id": account.unit_id}
    if not actor.may(Permission.REPORTS_SUBMIT, **reach):
        raise UnitOfAnother(unit=account.unit)
    return await organisations.get_unit(account.unit_id)


def _account_of(agreed: Terms | None, unit: UnitRef, category_id: int) -> int | None:
    """Give the account that a report's category was counted for (0: none); None where it was not counted."""
    if agreed is None or agreed.unit_id != unit.id:
        return None
    return next((line.account for line in agreed.lines if line.category_id == category_id), None)


def _reported_to(actor: Actor, organisation_id: int | None) -> list[int]:
    """List the organisations a person reports to, a group's first; NotPermitted for none."""
    found = [
        binding.organisation_id
        for binding in actor.bindings
        if binding.role in {Role.REPORTER, Role.ADMINISTRATOR}
    ]
    if not found:
        actor.require(Permission.REPORTS_SUBMIT)
    return sorted(dict.fromkeys(found), key=lambda each: each != organisation_id)


def _require_reporting(actor: Actor, unit: UnitRef) -> None:
    """Raise for a unit that reports no more; the office may still correct one that went over to no other."""
    if unit.retired_at is None:
        return
    if unit.successor:
        raise UnitMerged(unit=unit.name, successor=unit.successor)
    if not actor.may(Permission.REPORTS_SUBMIT, organisation_id=unit.organisation_id):
        raise UnitRetired(unit=unit.name, retired_on=unit.retired_at.date())


async def _usual_unit(actor: Actor, draft: Draft, own: Sequence[UnitRef]) -> tuple[UnitRef, bool] | WhichUnit:
    """Take the only unit of one's own, or the one chosen last; else ask. UnitRetired for who has none."""
    administers = any(binding.role is Role.ADMINISTRATOR for binding in actor.bindings)
    if not own and not administers:
        for binding in actor.bindings:
            if binding.role is Role.REPORTER and binding.unit_id is not None:
                _require_reporting(actor, await organisations.get_unit(binding.unit_id))
        raise UnitGone
    if len(own) == 1:
        return own[0], False
    rows = await sql.look_up("SELECT chosen_unit_id FROM member WHERE id = $1", actor.member_id)
    chosen = next((unit for unit in own if rows and unit.id == rows[0]["chosen_unit_id"]), None)
    return (chosen, False) if chosen else WhichUnit(draft, tuple(own))


def _with_unknown(lines: tuple[Line, ...], text: str) -> tuple[Line, ...]:
    """Take words that are no unit for the name of the first category that is missing.

    WordsUnclear where none is missing: what they say is not known, so nothing is counted.
    """
    if not text:
        return lines
    if not lines:
        return (Line((), text, None),)
    first, *others = lines
    if first.category_ids or first.text:
        raise WordsUnclear(text=text)
    return (replace(first, text=text), *others)
