"""What is due and not told of yet: read for whoever tells of it, and settled once."""

import datetime as dtm
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from models.enums import DueState, LetterState, ReminderRule, ReminderStep
from services import sql
from services.core.reminding import OpenDue
from services.unhurried import unhurried

T = TypeVar("T")

ROWS_PER_STATEMENT = 500
"""Ten values each at most: below SQLite's and PostgreSQL's limit of 32,766 parameters."""


@dataclass(frozen=True, slots=True)
class DueRef:
    """Something due as letters speak of it; ``unit_id`` is None where it concerns the office alone.

    ``member_id`` is who alone hears of a ``decision_id``.
    """

    id: int
    organisation_id: int
    unit_id: int | None
    account_id: int | None
    rule: ReminderRule
    step: ReminderStep
    period_on: dtm.date
    state: DueState
    decision_id: int | None = None
    member_id: int | None = None

    @property
    def subject(self) -> int:
        """Give what collapses with its like: the decision, the account, the unit, or the organisation."""
        return self.decision_id or self.account_id or self.unit_id or self.organisation_id

    @property
    def as_open(self) -> OpenDue:
        """Give what collapsing looks at."""
        return OpenDue(self.id, self.rule, self.subject, self.period_on, self.step)


COLUMNS = (
    "d.id, d.organisation_id, d.unit_id, d.account_id, d.rule, d.step, d.period_on, "
    "d.state, d.decision_id, d.member_id"
)


def due_of(row: dict[str, Any]) -> DueRef:
    """Read a row of ``COLUMNS``."""
    return DueRef(
        id=row["id"],
        organisation_id=row["organisation_id"],
        unit_id=row["unit_id"],
        account_id=row["account_id"],
        rule=ReminderRule(row["rule"]),
        step=ReminderStep(row["step"]),
        period_on=sql.get_day(row["period_on"]),
        state=DueState(row["state"]),
        decision_id=row["decision_id"],
        member_id=row["member_id"],
    )


async def list_open(organisation_id: int, now: dtm.datetime) -> tuple[DueRef, ...]:
    """List what is due and open, the earliest first."""
    rows = await sql.fetch(
        f"SELECT {COLUMNS} FROM due d WHERE d.organisation_id = $1 AND d.state = $2 AND d.due_at <= $3 "
        "ORDER BY d.id",
        organisation_id,
        DueState.OPEN.value,
        now,
    )
    return tuple([due_of(row) async for row in unhurried(rows)])


async def list_on_their_way(organisation_id: int) -> frozenset[int]:
    """List the open dues that stand in a letter which has not gone out yet."""
    rows = await sql.fetch(
        "SELECT DISTINCT l.due_id FROM letter_line l JOIN letter e ON e.id = l.letter_id AND e.state = $2 "
        "JOIN due d ON d.id = l.due_id AND d.organisation_id = $1",
        organisation_id,
        LetterState.WAITING.value,
    )
    return frozenset(row["due_id"] for row in rows)


async def settle(
    ids: Collection[int], state: DueState, now: dtm.datetime, *, among: Sequence[DueState] = (DueState.OPEN,)
) -> None:
    """Note what became of dues, in the caller's transaction; those settled otherwise stay as they are."""
    states = ", ".join(f"'{each.value}'" for each in among)
    for some in batched(sorted(ids)):
        places = ", ".join(f"${number}" for number in range(3, len(some) + 3))
        await sql.execute(
            f"UPDATE due SET state = $1, settled_at = $2 WHERE id IN ({places}) AND state IN ({states})",
            state.value,
            now,
            *some,
        )


def batched(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    """Part rows into as many as one statement takes."""
    for start in range(0, len(rows), ROWS_PER_STATEMENT):
        yield rows[start : start + ROWS_PER_STATEMENT]


def units_of(dues: Iterable[DueRef]) -> frozenset[int]:
    """Give the units that dues are about."""
    return frozenset(due.unit_id for due in dues if due.unit_id is not None)
