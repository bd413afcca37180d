"""Standings read from what is owed and counted: each list, with how everybody moved since."""

import datetime as dtm
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from models.enums import Ties
from services import sql
from services.core.access import Actor, Permission
from services.core.errors import UserError
from services.core.period import Period
from services.core.quarter import AnyPeriod
from services.core.standings import (
    DivisionStandings,
    Figures,
    MonthFigures,
    Standings,
    by_division,
    judge,
    last_month,
    period_before,
    placed,
    standings_of,
)
from services.facts.quota_rows import DONE
from services.office import calendar_days
from services.office.organisations import UnitRef
from services.ranking import owing
from services.ranking.owing import OwedYears, Span
from services.unhurried import unhurried


class NoSuchDivision(UserError):
    """The organisation has no such division of units (``division``)."""


class StandingsReader:
    """Reads standings; keeps what units owe until their organisation's version has moved on.

    Not for a transaction that changes what units owe: it might be undone, and its version given to another.
    """

    def __init__(self) -> None:
        self._years = OwedYears()

    async def read(
        self,
        actor: Actor,
        organisation_id: int,
        period: AnyPeriod,
        today: dtm.date,
        *,
        through: Period | None = None,
        division: str | None = None,
        overall: bool = False,
    ) -> Standings:
        """Give the standings of a period to whoever belongs to the organisation.

        ``through`` is the last month that counts (None: the last of the period that has begun). Each division
        is a list of its own, one alone with ``division``, all are one list with ``overall``.

        Raises:
            NotBound, NotPermitted: before anything is read.
            NoSuchDivision: no unit that reports stands under it.
            CalendarUncovered: nobody can tell the working days of that year.
        """
        self._require(actor, organisation_id)
        return await self.measure(
            organisation_id, period, today, through=through, division=division, overall=overall
        )

    async def measure(
        self,
        organisation_id: int,
        period: AnyPeriod,
        today: dtm.date,
        *,
        through: Period | None = None,
        division: str | None = None,
        overall: bool = False,
    ) -> Standings:
        """Give what ``read`` gives, for what nobody asked for: a scheduled post, a bulletin."""
        rows = await sql.look_up(_ORGANISATION, organisation_id)
        if not rows:
            raise LookupError(organisation_id)
        asked = _Asked(organisation_id, today, division, overall)
        last = through or last_month(period, today)
        earlier = period_before(period, last)
        before = None if earlier is None else await self._places(asked, rows[0], *earlier)
        return await self._measured(asked, rows[0], period, last, before)

    async def read_year(
        self, actor: Actor, unit: UnitRef, year: int, today: dtm.date
    ) -> tuple[MonthFigures, ...]:
        """Give a unit's months of a year that have begun, each by what is owed by the month.

        Raises:
            NotBound, NotPermitted: before anything is read.
            CalendarUncovered: nobody can tell the working days of that year.
        """
        self._require(actor, unit.organisation_id)
        rows = await sql.look_up(_ORGANISATION, unit.organisation_id)
        owed = await self._years.get(unit.organisation_id, year, rows[0]["version"])
        calendar = await calendar_days.read_calendar(unit.organisation_id, (year, year + 1))
        counted: defaultdict[dtm.date, dict[int, int]] = defaultdict(dict)
        first, last = dtm.date(year, 1, 1), dtm.date(year, 12, 1)
        for row in await sql.look_up(_OF_UNIT, unit.id, first, last):
            counted[sql.get_day(row["month_on"])][row["category_id"]] = int(row["done"])
        found = []
        for month in Period.of_year(year).months():
            if month.starts_on > today:
                break
            (span,) = owing.spans_of(month, month)
            demand = (await owing.demands_in(owed, span)).get(unit.id)
            if demand is None:
                found.append(MonthFigures(month, 0, None, None))
                continue
            accounts = await owing.count_accounts(unit.organisation_id, [demand], span.judged_on)
            done = sum(counted[month.starts_on].get(each, 0) for each in demand.counted)
            target = demand.target(accounts.get(unit.id, 0))
            lamp = judge(month, month, today, calendar).lamp(done, target)
            found.append(MonthFigures(month, done, target, lamp))
        return tuple(found)

    async def find_place(self, unit: UnitRef, period: AnyPeriod, today: dtm.date) -> tuple[int, int] | None:
        """Give a unit's place in its division and of how many, as ``measure`` has it; None for no place."""
        rows = await sql.look_up(_ORGANISATION, unit.organisation_id)
        asked = _Asked(unit.organisation_id, today, unit.division, overall=False)
        try:
            figures = await self._figures(asked, rows[0]["version"], period, last_month(period, today))
        except NoSuchDivision:
            return None
        order = list(placed(figures, Ties(rows[0]["ties"])))
        found = (place for each, place in order if each.unit_id == unit.id)
        return next(((place, len(order)) for place in found), None)

    def _require(self, actor: Actor, organisation_id: int) -> None:
        own = actor.units_of(organisation_id)
        actor.require(
            Permission.RANKINGS_READ, organisation_id=organisation_id, unit_id=own[0] if own else None
        )

    async def _places(
        self, asked: "_Asked", organisation: Mapping[str, Any], period: AnyPeriod, through: Period
    ) -> Mapping[str, Mapping[int, int]] | None:
        """Give the places of each list's units by id; None where nothing was counted."""
        figures = await self._figures(asked, organisation["version"], period, through)
        if not any(each.done for each in figures):
            return None
        ties = Ties(organisation["ties"])
        return {
            name: {each.unit_id: place async for each, place in unhurried(placed(members, ties))}
            for name, members in _parted(asked, figures).items()
        }

    async def _measured(
        self,
        asked: "_Asked",
        organisation: Mapping[str, Any],
        period: AnyPeriod,
        through: Period,
        before: Mapping[str, Mapping[int, int]] | None,
    ) -> Standings:
        calendar = await calendar_days.read_calendar(asked.organisation_id, (period.year, period.year + 1))
        judgement = judge(period, through, asked.today, calendar)
        figures = await self._figures(asked, organisation["version"], period, through)
        ties, decimals = Ties(organisation["ties"]), organisation["decimals"]
        divisions = []
        for name, members in _parted(asked, figures).items():
            walk = standings_of(members, ties, judgement, decimals, (before or {}).get(name))
            divisions.append(DivisionStandings.of(name, [each async for each in unhurried(walk)]))
        return Standings(
            organisation_id=asked.organisation_id,
            organisation=organisation["name"],
            period=period,
            through=through,
            as_of=min(asked.today, through.last_on),
            today=asked.today,
            decimals=decimals,
            ties=ties,
            is_overall=asked.overall,
            is_compared=before is not None,
            is_estimated=calendar.estimates(period),
            divisions=tuple(divisions),
        )

    async def _figures(
        self, asked: "_Asked", version: int, period: AnyPeriod, through: Period
    ) -> list[Figures]:
        """Add up what each unit has done by a month's end, and owes; an exempt one has no target."""
        owed = await self._years.get(asked.organisation_id, period.year, version)
        done: defaultdict[int, int] = defaultdict(int)
        targets: dict[int, int] = {}
        for span in owing.spans_of(period, through):
            demands = await owing.demands_in(owed, span)
            accounts = await owing.count_accounts(asked.organisation_id, demands.values(), span.judged_on)
            async for unit_id, demand in unhurried(demands.items()):
                targets[unit_id] = targets.get(unit_id, 0) + demand.target(accounts.get(unit_id, 0))
            if span.first > through:  # owed already, and not counted yet
                continue
            rows = await _fetch_counted(asked, span)
            async for row in unhurried(rows, ROWS_AT_ONCE):
                own = demands.get(row["unit_id"])
                if own is not None and row["category_id"] in own.counted:
                    done[row["unit_id"]] += int(row["done"])
        figures = [
            Figures(unit["id"], unit["name"], unit["division"], unit["position"], done[unit["id"]], target)
            async for unit, _ in unhurried(owed.units)
            for target in (targets.get(unit["id"]),)
            if asked.division is None or unit["division"] == asked.division
        ]
        if asked.division is not None and not figures:
            raise NoSuchDivision(division=asked.division)
        return figures


async def list_divisions(organisation_id: int) -> tuple[str, ...]:
    """List what units stand under (乡镇, 部门), in the official order of the first of each."""
    rows = await sql.fetch(
        "SELECT division FROM unit WHERE organisation_id = $1 AND is_active "
        "GROUP BY division ORDER BY MIN(position)",
        organisation_id,
    )
    return tuple(row["division"] for row in rows)


@dataclass(frozen=True, slots=True)
class _Asked:
    organisation_id: int
    today: dtm.date
    division: str | None
    overall: bool


def _parted(asked: _Asked, figures: list[Figures]) -> dict[str, list[Figures]]:
    return {"": figures} if asked.overall else by_division(figures)


async def _fetch_counted(asked: _Asked, span: Span) -> list[dict[str, Any]]:
    days = span.first.starts_on, span.last.starts_on
    if asked.division is None:
        return await sql.fetch(_COUNTED.format(which=""), asked.organisation_id, *days)
    statement = _COUNTED.format(which="AND u.division = $4")
    return await sql.fetch(statement, asked.organisation_id, *days, asked.division)


_ORGANISATION = "SELECT name, version, decimals, ties FROM organisation WHERE id = $1"

# Only a span's own rows are touched, however many years there are: the index on unit and month leads to them.
_COUNTED = f"""
SELECT t.unit_id, t.category_id, SUM({DONE}) AS done
FROM unit u JOIN organisation o ON o.id = u.organisation_id
     JOIN tally t ON t.unit_id = u.id AND t.month_on >= $2 AND t.month_on <= $3
WHERE u.organisation_id = $1 AND u.is_active {{which}}
GROUP BY t.unit_id, t.category_id
"""
ROWS_AT_ONCE = 1000

_OF_UNIT = f"""
SELECT t.month_on, t.category_id, SUM({DONE}) AS done
FROM unit u JOIN organisation o ON o.id = u.organisation_id JOIN tally t ON t.unit_id = u.id
WHERE u.id = $1 AND t.month_on >= $2 AND t.month_on <= $3 GROUP BY t.month_on, t.category_id
"""
