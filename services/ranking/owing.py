"""What units owe in a span of months, all categories together; kept until the office changes something."""

import datetime as dtm
from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import Any

from models.enums import Cadence
from services import sql
from services.core.period import Period
from services.core.quarter import AnyPeriod, months_of
from services.core.quota import Demand, Quota, Term, in_force
from services.facts.quota_rows import term_of
from services.unhurried import unhurried

KEPT = 16
"""So many organisations' years are remembered."""

Terms = tuple[tuple[Term, ...], ...]
"""What a unit owes in a year: the terms of each of its categories, monthly and yearly, as they begin."""


@dataclass(frozen=True, slots=True)
class Span:
    """Neighbouring months whose counts are added up; what is owed is what is in force by ``judged_on``."""

    first: Period
    last: Period
    cadence: Cadence

    @property
    def judged_on(self) -> dtm.date:
        """Give the day whose quotas and accounts count."""
        return self.last.last_on

    def demand(self, terms: Terms) -> Demand | None:
        """Add up what a unit owes in it."""
        asks = _year_quotas if self.cadence is Cadence.YEARLY else _month_quotas
        return Demand.of(quota for each in terms for quota in asks(each, self.judged_on))


@dataclass(frozen=True, slots=True, eq=False)
class OwedYear:
    """What the units of an organisation owe in a year, at a version of it; the demands worked out so far."""

    version: int
    units: tuple[tuple[dict[str, Any], Terms], ...]
    demands: dict[Span, Mapping[int, Demand]]


class OwedYears:
    """What the units of organisations owe, read again only when their organisation's version has moved on.

    Not for a transaction that changes what units owe: it might be undone, and its version given to another.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[int, int], OwedYear] = OrderedDict()

    async def get(self, organisation_id: int, year: int, version: int) -> OwedYear:
        """Give what the units that report owe in a year, in official order."""
        key = organisation_id, year
        kept = self._kept.get(key)
        if kept is None or kept.version != version:
            kept = self._kept[key] = await _read_owed(organisation_id, Period.of_year(year), version)
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return kept


def spans_of(period: AnyPeriod, through: Period) -> tuple[Span, ...]:
    """Part a period into spans that owe for themselves: a quarter's are its months, a year is one."""
    if isinstance(period, Period) and period.month is None:
        return (Span(period.months()[0], through, Cadence.YEARLY),)
    return tuple(Span(month, month, Cadence.MONTHLY) for month in months_of(period))


_OWED = """
SELECT u.id, u.name, u.division, u.position, q.category_id, q.cadence, q.target, q.is_per_account,
       q.effective_on, q.ends_on
FROM unit u LEFT JOIN quota q ON q.unit_id = u.id
     AND q.effective_on <= $3 AND (q.ends_on IS NULL OR q.ends_on >= $2)
WHERE u.organisation_id = $1 AND u.is_active
ORDER BY u.position, u.id, q.category_id, q.effective_on
"""

_ACCOUNTS = """
SELECT m.unit_id, COUNT(*) AS accounts FROM media_account m
WHERE m.organisation_id = $1 AND m.registered_on <= $2
      AND (m.deregistered_on IS NULL OR m.deregistered_on > $2)
GROUP BY m.unit_id
"""


async def _read_owed(organisation_id: int, year: Period, version: int) -> OwedYear:
    rows = await sql.fetch(_OWED, organisation_id, year.starts_on, year.last_on)
    units: list[tuple[dict[str, Any], Terms]] = []
    shared: dict[Terms, Terms] = {}  # most units of a division owe the same
    terms: dict[tuple[Any, ...], Term] = {}
    async for of_unit in unhurried(_groups(rows, "id")):
        owed = tuple(
            tuple(_term(row, terms) for row in of_category)
            for of_category in _groups([row for row in of_unit if row["cadence"]], "category_id")
        )
        units.append((of_unit[0], shared.setdefault(owed, owed)))
    return OwedYear(version, tuple(units), {})


def _groups(rows: Iterable[dict[str, Any]], column: str) -> Iterable[list[dict[str, Any]]]:
    return (list(some) for _, some in groupby(rows, key=itemgetter(column)))


def _term(row: dict[str, Any], known: dict[tuple[Any, ...], Term]) -> Term:
    key = tuple(
        row[column]
        for column in ("category_id", "cadence", "target", "is_per_account", "effective_on", "ends_on")
    )
    found = known.get(key)
    if found is None:
        found = known[key] = term_of(row)
    return found


async def demands_in(owed: OwedYear, span: Span) -> Mapping[int, Demand]:
    """Give what each unit owes in a span, by its id; worked out once for all units that owe the same."""
    known = owed.demands.get(span)
    if known is None:
        alike: dict[int, Demand | None] = {}
        found = {}
        async for unit, terms in unhurried(owed.units):
            if id(terms) not in alike:
                alike[id(terms)] = span.demand(terms)
            demand = alike[id(terms)]
            if demand is not None:
                found[unit["id"]] = demand
        known = owed.demands[span] = found
    return known


async def count_accounts(
    organisation_id: int, demands: Collection[Demand], day: dtm.date
) -> Mapping[int, int]:
    """Count the accounts that units had in the register on a day, where anything is owed for each of them."""
    if not any(demand.per_account for demand in demands):
        return {}
    rows = await sql.fetch(_ACCOUNTS, organisation_id, day)
    return {row["unit_id"]: int(row["accounts"]) for row in rows}


def _month_quotas(terms: Sequence[Term], day: dtm.date) -> tuple[Quota, ...]:
    """Give the monthly quota of a category on a month's last day, if there is one."""
    held = in_force(_of(terms, Cadence.MONTHLY), day)
    return () if held is None else (held,)


def _year_quotas(terms: Sequence[Term], day: dtm.date) -> tuple[Quota, ...]:
    """Give what a category asks for in a day's year: its own quota of the year, or those of its months."""
    yearly = in_force(_of(terms, Cadence.YEARLY), day)
    if yearly is not None:
        return (yearly,)
    monthly = _of(terms, Cadence.MONTHLY)
    held = (in_force(monthly, end) for end in _month_ends(day.year))
    return tuple(quota for quota in held if quota is not None)


def _of(terms: Sequence[Term], cadence: Cadence) -> list[Term]:
    return [term for term in terms if term.quota.cadence is cadence]


@cache
def _month_ends(year: int) -> tuple[dtm.date, ...]:
    return tuple(month.last_on for month in Period.of_year(year).months())
