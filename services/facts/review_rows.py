"""The rows of reviews: how reports stand that are not accepted at once, and each step of how that came."""

import datetime as dtm
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from models.enums import ReviewState
from services import sql
from services.audit import Deed
from services.facts.ledger import Key


@dataclass(frozen=True, slots=True)
class Review:
    """How one report stands in one place of the tally; see ``models.reviews``."""

    id: int
    opening: str
    key: Key
    state: ReviewState
    count: int
    accepted: int
    errors: int
    reason: str
    member_id: int | None
    decided_by_id: int | None
    asked_at: dtm.datetime
    changed_at: dtm.datetime
    version: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a review is changed to; ``asked_at`` is since when it waits, None for from now on."""

    state: ReviewState
    count: int
    accepted: int = 0
    errors: int = 0
    reason: str = ""
    asked_at: dtm.datetime | None = None


@dataclass(frozen=True, slots=True)
class Open:
    """How many were reported that wait for evidence or a reviewer, and how many came back."""

    awaiting: int = 0
    pending: int = 0
    returned: int = 0

    def __bool__(self) -> bool:
        """Tell whether there are any."""
        return self.awaiting + self.pending + self.returned > 0


NOTHING_OPEN = Open()
_OPEN = (ReviewState.AWAITING, ReviewState.PENDING, ReviewState.RETURNED)


async def count_waiting(organisation_id: int, first_on: dtm.date, last_on: dtm.date) -> int:
    """Count what an organisation's units reported for some months and no reviewer has looked at."""
    rows = await sql.look_up(
        "SELECT SUM(r.count) AS count FROM review r JOIN unit u ON u.id = r.unit_id "
        "WHERE u.organisation_id = $1 AND r.month_on >= $2 AND r.month_on <= $3 AND r.state = $4",
        *(organisation_id, first_on, last_on, ReviewState.PENDING.value),
    )
    return int(rows[0]["count"] or 0)


async def count_open_of(opening: str) -> Open:
    """Count what of one report is not accepted."""
    counts: dict[ReviewState, int] = {}
    for review in (await list_of(opening)).values():
        counts[review.state] = counts.get(review.state, 0) + review.count
    return open_of(counts)


def open_of(counts: Mapping[ReviewState, int]) -> Open:
    """Give what is open of counts by state."""
    return (
        Open(**{state.value: counts[state] for state in _OPEN if state in counts}) if counts else NOTHING_OPEN
    )


async def list_of(opening: str) -> Mapping[Key, Review]:
    """Give a report's reviews."""
    rows = await sql.look_up(f"{SELECT} WHERE r.opening = $1 ORDER BY r.id", opening)
    return {review.key: review for review in map(read_row, rows)}


async def find(review_id: int) -> Review | None:
    """Give a review by its number."""
    rows = await sql.look_up(f"{SELECT} WHERE r.id = $1", review_id)
    return read_row(rows[0]) if rows else None


async def open_one(opening: str, key: Key, verdict: Verdict, member_id: int | None, deed: Deed) -> Review:
    """Add a review, in the caller's transaction."""
    rows = await sql.change(
        "INSERT INTO review (opening, unit_id, category_id, account, month_on, state, count, accepted, "
        f"member_id, asked_at, changed_at, version) VALUES {sql.placeholders(1, 12)} RETURNING id",
        *(opening, key.unit_id, key.category_id, key.account, key.month_on),
        *(verdict.state.value, verdict.count, verdict.accepted, member_id, deed.now, deed.now, 1),
    )
    await _add_step(int(rows[0]["id"]), 1, verdict, deed)
    return await _get(int(rows[0]["id"]))


async def change(review: Review, verdict: Verdict, deed: Deed, *, is_decision: bool) -> Review | None:
    """Change a review that is as it was when it was read; None where it has moved on since.

    Only a decision is anybody's, to be taken back by them.
    """
    asked_at = (verdict.asked_at or deed.now) if verdict.state is ReviewState.PENDING else review.asked_at
    touched = await sql.execute(
        "UPDATE review SET state = $1, count = $2, accepted = $3, errors = $4, reason = $5, "
        "decided_by_id = $6, asked_at = $7, changed_at = $8, version = version + 1 "
        "WHERE id = $9 AND version = $10",
        *(verdict.state.value, verdict.count, verdict.accepted, verdict.errors, verdict.reason),
        *(deed.member_id if is_decision else None, asked_at, deed.now, review.id, review.version),
    )
    if not touched:
        return None
    await _add_step(review.id, review.version + 1, verdict, deed)
    return await _get(review.id)


async def list_steps(review_id: int) -> tuple[tuple[Verdict, dtm.datetime], ...]:
    """List what has become of a review, the first thing first."""
    rows = await sql.look_up(
        "SELECT state, count, accepted, errors, reason, happened_at FROM review_step "
        "WHERE review_id = $1 ORDER BY version",
        review_id,
    )
    return tuple((_verdict(row), sql.get_moment(row["happened_at"])) for row in rows)


async def _get(review_id: int) -> Review:
    found = await find(review_id)
    if found is None:
        raise LookupError(review_id)
    return found


async def _add_step(review_id: int, version: int, verdict: Verdict, deed: Deed) -> None:
    await sql.execute(
        "INSERT INTO review_step (review_id, version, state, count, accepted, errors, reason, member_id, "
        f"source, happened_at) VALUES {sql.placeholders(1, 10)}",
        *(review_id, version, verdict.state.value, verdict.count, verdict.accepted, verdict.errors),
        *(verdict.reason, deed.member_id, deed.source, deed.now),
    )


SELECT = (
    "SELECT r.id, r.opening, r.unit_id, r.category_id, r.account, r.month_on, r.state, r.count, r.accepted, "
    "r.errors, r.reason, r.member_id, r.decided_by_id, r.asked_at, r.changed_at, r.version FROM review r"
)
"""The beginning of a statement whose rows ``read_row`` reads; the table is ``r``."""


def read_row(row: Mapping[str, Any]) -> Review:
    """Read a row of ``SELECT``."""
    key = Key(row["unit_id"], row["category_id"], row["account"], sql.get_day(row["month_on"]))
    return Review(
        row["id"],
        row["opening"],
        key,
        ReviewState(row["state"]),
        row["count"],
        row["accepted"],
        row["errors"],
        row["reason"],
        row["member_id"],
        row["decided_by_id"],
        sql.get_moment(row["asked_at"]),
        sql.get_moment(row["changed_at"]),
        row["version"],
    )


def _verdict(row: Mapping[str, Any]) -> Verdict:
    return Verdict(ReviewState(row["state"]), row["count"], row["accepted"], row["errors"], row["reason"])
