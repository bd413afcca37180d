"""How far units are: what `/progress` shows for one unit, and for an organisation at a glance."""

import datetime as dtm
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from operator import itemgetter

from models.enums import Cadence, Lamp, ReviewRule
from services import sql
from services.core.access import Actor, Permission
from services.core.errors import UserError
from services.core.period import Period
from services.core.progress import (
    CategoryCounts,
    Progress,
    ProgressFacts,
    measure_progress,
)
from services.core.requirements import in_order
from services.core.text import fold
from services.facts import requirements
from services.facts.quota_rows import OF_ORGANISATION, Counted, UnitYear, UnitYears, days_of, read_categories
from services.facts.requirements import Asked, Outstanding
from services.office import calendar_days, organisations
from services.office.calendar import work_calendar
from services.office.name_forms import JOINTS, Kind, part_of
from services.office.organisations import (
    Match,
    NoUnit,
    OneUnit,
    OrganisationRef,
    OtherUnit,
    Rosters,
    Scope,
    SeveralUnits,
    UnitRef,
)

KEPT = 256
"""So many units' figures are remembered as they were worked out from what was read last."""

LAGGING = (Lamp.BEHIND, Lamp.URGENT, Lamp.MISSED)


class NothingHere(UserError):
    """The person belongs somewhere, but to nothing in the organisation of this group."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A unit and its lamp for a period; None where nothing is owed."""

    unit: UnitRef
    lamp: Lamp | None


@dataclass(frozen=True, slots=True)
class Overview:
    """How an organisation's units stand in a period, in official order.

    ``frame`` is the progress of a unit that owes nothing: the paces and the deadline all units share.
    """

    organisation: OrganisationRef
    period: Period
    today: dtm.date
    standings: tuple[Standing, ...]
    frame: Progress

    @property
    def counts(self) -> Counter[Lamp | None]:
        """Count the units by lamp."""
        return Counter(standing.lamp for standing in self.standings)

    @property
    def lagging(self) -> tuple[UnitRef, ...]:
        """List the units that are behind, urgent or have missed: the worst first, then in official order."""
        worst_first = sorted(
            (each for each in self.standings if each.lamp in LAGGING),
            key=lambda each: -LAGGING.index(each.lamp) if each.lamp else 0,
        )
        return tuple(standing.unit for standing in worst_first)

    @property
    def is_owed(self) -> bool:
        """Tell whether any unit owes anything."""
        return any(standing.lamp for standing in self.standings)


def standing_lamp(progress: Progress) -> Lamp | None:
    """Give the lamp a unit stands under; None when nothing is owed.

    A yearly quota that is on track asks for nothing this month, so it does not keep a month from being done.
    """
    lamps = [line.lamp for line in progress.lines if line.month or line.lamp in LAGGING]
    if progress.period.month is None or not lamps:
        return progress.lamp
    return max((lamp for lamp in lamps if lamp is not None), key=list(Lamp).index)


class ProgressReader:
    """The reading side of the ledger; keeps the units' names and what they owe between calls."""

    def __init__(self) -> None:
        self._rosters = Rosters()
        self._years = UnitYears()

    async def find_scope(self, actor: Actor, organisation_id: int | None) -> Scope | None:
        """Give what a person may look at, in a group's organisation or (None) wherever they belong."""
        wanted = {
            each
            for each in actor.organisation_ids
            if organisation_id in {None, each}
            and actor.may(Permission.PROGRESS_READ_ANY, organisation_id=each)
        }
        refs = await organisations.list_organisations() if wanted else ()
        overseen = tuple(ref for ref in refs if ref.id in wanted)
        own = await self.own_units(actor, organisation_id)
        return Scope(overseen, own) if overseen or own else None

    async def get_scope(self, actor: Actor, organisation_id: int | None) -> Scope:
        """Give what a person may look at; NotBound for a stranger, NothingHere in another office's group."""
        scope = await self.find_scope(actor, organisation_id)
        if scope is not None:
            return scope
        bound = {binding.unit_id for binding in actor.bindings}
        if retired := await self._retired(actor, organisation_id, lambda unit: unit.id in bound):
            return Scope((), retired)
        raise NothingHere if actor.bindings else actor.why_nowhere()

    async def own_units(self, actor: Actor, organisation_id: int | None) -> tuple[UnitRef, ...]:
        """List the units a person is bound to, in official order; of one organisation or of all theirs."""
        found: list[UnitRef] = []
        for each in _here_first(actor, organisation_id):
            wanted = actor.units_of(each)
            if wanted and organisation_id in {None, each}:
                roster = await self._rosters.get(each)
                found += [unit for unit in roster.units.values() if unit.id in wanted]
        return tuple(found)

    async def find(self, actor: Actor, text: str, organisation_id: int | None) -> Match:
        """Find the unit a person means, in the organisations they belong to; NotBound for a stranger.

        The organisation of a registered group decides alone where it knows the name. What the person may not
        see is never offered; a name that means only such units is answered with their own. Two units named at
        once are several, never one of them.
        """
        if not actor.bindings:
            raise actor.why_nowhere()
        if both := await self._named_together(actor, text, organisation_id):
            return SeveralUnits(both)
        meant: list[UnitRef] = []
        nearest: list[UnitRef] = []
        for each in _here_first(actor, organisation_id):
            fitting, near = (await self._rosters.get(each)).meant_by(text)
            meant += fitting
            nearest += near
            if fitting and each == organisation_id:
                break
        exact = [unit for unit in meant if fold(unit.name) == fold(text)]  # 市司法局 here, 司法局 elsewhere
        meant = exact or meant
        visible = tuple(unit for unit in meant if _may_read(actor, unit))
        if len(visible) == 1:
            return OneUnit(visible[0])
        if visible:
            return SeveralUnits(visible)
        if meant:
            name = meant[0].name if len(meant) == 1 else text
            return OtherUnit(name, await self.own_units(actor, None))
        if retired := await self._retired(actor, organisation_id, lambda unit: fold(unit.name) == fold(text)):
            return OneUnit(retired[0]) if len(retired) == 1 else SeveralUnits(retired)
        readable = tuple(unit for unit in nearest if _may_read(actor, unit))
        return NoUnit(text, readable or await self.own_units(actor, None))

    async def _retired(
        self, actor: Actor, organisation_id: int | None, is_meant: Callable[[UnitRef], bool]
    ) -> tuple[UnitRef, ...]:
        """List units that no longer report and that the person may still see."""
        found: list[UnitRef] = []
        for each in _here_first(actor, organisation_id):
            if organisation_id in {None, each}:
                found += [unit for unit in await organisations.list_retired(each) if is_meant(unit)]
        return tuple(unit for unit in found if _may_read(actor, unit))

    async def _named_together(
        self, actor: Actor, text: str, organisation_id: int | None
    ) -> tuple[UnitRef, ...]:
        """Give the units of 市司法局和市公安局, each with its ending; () for one name: 住房和城乡建设局."""
        parts = [part for part in JOINTS.split(text) if part]
        if len(parts) < 2 or any(part_of(fold(part)).kind is Kind.NONE for part in parts):
            return ()
        found = [await self.find(actor, part, organisation_id) for part in parts]
        units = {match.unit.id: match.unit for match in found if isinstance(match, OneUnit)}
        return tuple(units.values()) if len(units) == len(parts) else ()

    async def read(
        self, actor: Actor, unit: UnitRef | int, period: Period | None, today: dtm.date
    ) -> Progress:
        """Work out a unit's month or year (None: the month of ``today``).

        Raises:
            NotBound, NotPermitted: before anything of the unit is read.
            CalendarUncovered: nobody can tell the working days of that year.
            UnitGone: there is no such unit any more.
        """
        ref = await organisations.get_unit(unit) if isinstance(unit, int) else unit
        actor.require(Permission.PROGRESS_READ_OWN, organisation_id=ref.organisation_id, unit_id=ref.id)
        asked = period or Period.containing(today, Cadence.MONTHLY)
        try:
            owed, counted = await self._years.read(ref.id, asked)
        except LookupError:
            raise organisations.UnitGone from None
        overrides = tuple((await calendar_days.list_overrides(ref.organisation_id)).items())
        return _measured(ref, asked, today, _Found(owed, counted, overrides))

    async def read_outstanding(self, actor: Actor, unit: UnitRef, seen: Progress) -> Outstanding:
        """Tell what of a unit's reports for what was just read is not accepted, and what they lack.

        The database is asked only where a category asks for something, or a report of the unit was reviewed.
        """
        actor.require(Permission.PROGRESS_READ_OWN, organisation_id=unit.organisation_id, unit_id=unit.id)
        asked = _asked(await self._years.recall(unit.id, seen.period))
        period = seen.period
        return await requirements.read_outstanding(
            unit.id, asked, period.starts_on, period.last_on, seen.open_from, seen.today
        )

    async def overview(
        self, actor: Actor, organisation_id: int, period: Period | None, today: dtm.date
    ) -> Overview:
        """Work out how an organisation's units stand in a month or year (None: the month of ``today``)."""
        actor.require(Permission.PROGRESS_READ_ANY, organisation_id=organisation_id)
        asked = period or Period.containing(today, Cadence.MONTHLY)
        organisation = await organisations.get_organisation(organisation_id)
        roster = await self._rosters.get(organisation_id)
        rows = await sql.fetch(OF_ORGANISATION, organisation_id, *days_of(asked))
        calendar = await calendar_days.read_calendar(organisation_id, _years(asked))
        closing_days = rows[0]["closing_days"]

        def measured(unit: str, categories: tuple[CategoryCounts, ...]) -> Progress:
            facts = ProgressFacts(organisation.name, unit, asked, today, categories)
            return measure_progress(facts, calendar, closing_days=closing_days)

        standings = tuple(
            Standing(roster.units[unit_id], standing_lamp(measured("", read_categories(of_unit, asked))))
            for unit_id, of_unit in groupby(rows, key=itemgetter("unit_id"))
            if unit_id in roster.units
        )
        return Overview(organisation, asked, today, standings, measured("", ()))


@dataclass(frozen=True, slots=True)
class _Found:
    """What was read of a unit: what it owes, what is counted, its office's own working days."""

    owed: UnitYear
    counted: Counted
    overrides: tuple[tuple[dtm.date, bool], ...]


@lru_cache(maxsize=KEPT)
def _measured(unit: UnitRef, period: Period, today: dtm.date, found: _Found) -> Progress:
    """Work a unit out; whoever asks again before anything has changed gets the same value."""
    owed = found.owed
    facts = ProgressFacts(
        organisation=unit.organisation,
        unit=unit.name,
        period=period,
        today=today,
        decimals=owed.rows[0]["decimals"],
        categories=read_categories(owed.with_counts(found.counted), period),
        duties=owed.duties,
    )
    calendar = work_calendar(_years(period), dict(found.overrides))
    return measure_progress(facts, calendar, closing_days=owed.rows[0]["closing_days"])


@lru_cache(maxsize=KEPT)
def _asked(owed: UnitYear) -> Asked:
    """Tell what there is to ask about a unit's reports, as its categories stood."""
    rows = {row["category_id"]: row for row in owed.rows if row["category_id"]}
    found = {category_id: requirements.requirement_of(row) for category_id, row in rows.items()}
    asking = {category_id: each for category_id, each in found.items() if each.asks}
    has_rules = any(each.rule is not ReviewRule.AUTO for each in found.values())
    return Asked(
        asking,
        {category_id: row["category"] for category_id, row in rows.items()},
        in_order(kind for each in asking.values() for kind in each.lack(()).kinds),
        has_reviews=has_rules or bool(owed.rows[0]["was_reviewed"]),
    )


def _here_first(actor: Actor, organisation_id: int | None) -> Sequence[int]:
    return sorted(actor.organisation_ids, key=lambda each: each != organisation_id)


def _may_read(actor: Actor, unit: UnitRef) -> bool:
    return actor.may(Permission.PROGRESS_READ_OWN, organisation_id=unit.organisation_id, unit_id=unit.id)


def _years(period: Period) -> tuple[int, int]:
    return period.year, period.year + 1  # December closes in January
