"""What a reporter is told after reporting: the unit's counts, its gap, its place in its group."""

import datetime as dtm
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from operator import itemgetter
from typing import Any

from models.enums import Cadence, Ties
from services import sql
from services.core.period import Period
from services.core.progress import Line, Progress
from services.core.ranking import places
from services.doubts import KnownPage
from services.openings import Change
from services.organisations import UnitRef
from services.quota_rows import ACCOUNTS, owed_by


@dataclass(frozen=True, slots=True)
class Rank:
    """A unit's place among ``of`` units of its division that owe something."""

    place: int
    of: int
    division: str
    cadence: Cadence


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """What became of a category's count; ``line`` is how it stands against its quota now."""

    change: Change
    line: Line


@dataclass(frozen=True, slots=True)
class Receipt:
    """A report that counts: what it changed, how the unit stands now, and what was left out.

    ``open_until`` is the last day of a month that was opened again, None otherwise; ``can_move`` tells that
    the person reports for other units too.
    """

    opening: str
    unit: UnitRef
    progress: Progress
    lines: tuple[ReceiptLine, ...]
    is_late: bool
    open_until: dtm.date | None = None
    skipped: tuple[KnownPage, ...] = ()
    rank: Rank | None = None
    can_move: bool = False
    corrects: bool = False

    @property
    def others(self) -> tuple[Line, ...]:
        """List the lines of the progress that the report did not change."""
        changed = {line.line.category_id for line in self.lines}
        return tuple(line for line in self.progress.lines if line.category_id not in changed)


def receipt_lines(changes: Sequence[Change], unit_id: int, progress: Progress) -> tuple[ReceiptLine, ...]:
    """Join the changes of a unit's month with how its categories stand."""
    by_category = {line.category_id: line for line in progress.lines}
    return tuple(
        ReceiptLine(change, by_category[change.key.category_id])
        for change in changes
        if change.key.unit_id == unit_id and change.key.month_on == progress.period.starts_on
    )


async def find_rank(unit: UnitRef, month: Period) -> Rank | None:
    """Give a unit's place in its division by the month's completion, on the exact fraction of all it owes.

    Where it owes nothing by the month the year decides; None where it owes nothing at all. Only units that
    owe by the same cadence are ranked together.
    """
    for cadence in (Cadence.MONTHLY, Cadence.YEARLY):
        rates = await _rates(unit, month, cadence)
        if unit.id in rates:
            rows = await sql.look_up("SELECT ties FROM organisation WHERE id = $1", unit.organisation_id)
            numbered = places(tuple(rates.values()), Ties(rows[0]["ties"]))
            place = dict(zip(rates, numbered, strict=True))[unit.id]
            return Rank(place, len(rates), unit.division, cadence)
    return None


# One row for each quota in force at the month's end; `$4`–`$5` are the months that count towards it.
_OWED = f"""
SELECT u.id AS unit_id, q.category_id, q.cadence, q.target, q.is_per_account, q.effective_on,
       {ACCOUNTS.format(day="$6")},
       COALESCE((SELECT SUM(t.count) FROM tally t WHERE t.unit_id = u.id AND t.category_id = q.category_id
                 AND t.month_on >= $4 AND t.month_on <= $5), 0) AS done
FROM unit u JOIN quota q ON q.unit_id = u.id
WHERE u.organisation_id = $1 AND u.division = $2 AND u.is_active AND q.cadence = $3
      AND q.effective_on <= $6 AND (q.ends_on IS NULL OR q.ends_on >= $6)
ORDER BY u.position, u.id, q.category_id, q.effective_on
"""


async def _rates(unit: UnitRef, month: Period, cadence: Cadence) -> dict[int, Fraction]:
    """Give what share of its quotas each unit of a division has done, in official order."""
    span = month if cadence is Cadence.MONTHLY else month.year_period
    rows = await sql.fetch(
        _OWED,
        *(unit.organisation_id, unit.division, cadence.value, span.starts_on, month.starts_on, month.last_on),
    )
    rates = {}
    for unit_id, of_unit in groupby(rows, key=itemgetter("unit_id")):
        done, target = _sums(list(of_unit))
        if target:
            rates[unit_id] = Fraction(done, target)
    return rates


def _sums(rows: Sequence[dict[str, Any]]) -> tuple[int, int]:
    in_force = {row["category_id"]: row for row in rows}  # of several, the one that began last
    done = target = 0
    for row in in_force.values():
        owed = owed_by(row)
        if owed is not None:
            done, target = done + int(row["done"]), target + owed
    return done, target
