"""What a reporter is told after reporting: the unit's counts, its gap, its place in its group."""

import datetime as dtm
from collections.abc import Sequence
from dataclasses import dataclass

from models.enums import Cadence
from services.core.period import Period
from services.core.progress import Line, Progress
from services.facts.doubts import KnownPage
from services.facts.exhibits import EvidenceCount
from services.facts.openings import Change
from services.facts.requirements import CategoryLack
from services.facts.review_rows import NOTHING_OPEN, Open
from services.office.organisations import UnitRef
from services.ranking.standings import StandingsReader

NO_EVIDENCE = EvidenceCount()


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
    evidence: EvidenceCount = NO_EVIDENCE
    open: Open = NOTHING_OPEN
    lacks: tuple[CategoryLack, ...] = ()

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


async def find_rank(standings: StandingsReader, unit: UnitRef, month: Period, today: dtm.date) -> Rank | None:
    """Give a unit's place in its division by the month's completion, as `/rank` shows it.

    Where it owes nothing by the month the year decides; None where it owes nothing at all.
    """
    for period in (month, month.year_period):
        found = await standings.find_place(unit, period, today)
        if found is not None:
            return Rank(*found, unit.division, period.cadence)
    return None
