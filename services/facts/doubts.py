"""What makes a report worth a question before it counts: said already, far too many, known pages."""

import datetime as dtm
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from models.enums import Cadence
from services import sql
from services.core.drafts import Terms
from services.core.links import Link
from services.core.occasion import Occasion
from services.core.period import Period
from services.core.plausibility import MONTHS, is_doubtful, usual_count
from services.core.reporting import Add, Line, Set
from services.facts.openings import find_terms, page_digest
from services.facts.quota_rows import ACCOUNTS, owed_by

SOON = dtm.timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class KnownPage:
    """A link of a report that has counted before: for which unit, on which day, under which title."""

    link: Link
    unit_id: int
    unit: str
    reported_on: dtm.date
    title: str


@dataclass(frozen=True, slots=True)
class TooMany:
    """A line with more than ten times what is usual: half of ``twice_usual``, None where nobody knows."""

    at: int
    count: int
    twice_usual: int | None


# Messages that count what one line ($5, $6) says: only their terms can be the same, so only they are read.
_RECENT = """
SELECT opening FROM (
     SELECT opening, MIN(id) AS first_id FROM submission
     WHERE unit_id = $1 AND month_on = $2 AND submitted_at >= $3 AND opening <> $4 AND opening <> ''
     GROUP BY opening
) AS recent
WHERE (SELECT COALESCE(SUM(s.count), 0) FROM submission s WHERE s.opening = recent.opening
       AND s.unit_id = $1 AND s.month_on = $2 AND s.category_id = $5 AND s.address_key = '') = $6
ORDER BY first_id DESC
"""


async def find_same(opening: str, terms: Terms, organisation_id: int, now: dtm.datetime) -> str | None:
    """Give the message that said the same for the same unit and month, at most ten minutes ago.

    By whomever: where two report for a unit, both may report what they have published together. What only
    sets counts is never the same twice: it changes nothing the second time.
    """
    added = [(line.category_id, line.amount.count) for line in terms.lines if isinstance(line.amount, Add)]
    if not added:
        return None
    rows = await sql.look_up(_RECENT, terms.unit_id, terms.month.starts_on, now - SOON, opening, *added[0])
    for row in rows:
        earlier = await find_terms(organisation_id, row["opening"])
        if earlier is not None and earlier.saying == terms.saying:
            return str(row["opening"])
    return None


async def find_too_many(terms: Terms, closed: Sequence[Period]) -> tuple[TooMany, ...]:
    """List the lines with counts far beyond what the unit usually has; ``closed`` is the latest first."""
    found = []
    for at, line in enumerate(terms.lines):
        if not isinstance(line.amount, Add | Set) or line.category_id is None:
            continue
        twice_usual = await _twice_usual(terms, line, closed)
        if is_doubtful(line.amount.count, twice_usual):
            found.append(TooMany(at, line.amount.count, twice_usual))
    return tuple(found)


async def _twice_usual(terms: Terms, line: Line, closed: Sequence[Period]) -> int | None:
    rows = await sql.look_up(
        "SELECT month_on, SUM(count) AS count FROM tally "
        "WHERE unit_id = $1 AND category_id = $2 AND month_on >= $3 AND month_on <= $4 GROUP BY month_on",
        *(terms.unit_id, line.category_id, closed[-1].starts_on, closed[0].starts_on),
    )
    counts = {sql.get_day(row["month_on"]): int(row["count"]) for row in rows}
    # Before the first count nobody kept count: those months were not empty, they are unknown.
    known = [counts.get(month.starts_on, 0) for month in closed if counts and month.starts_on >= min(counts)]
    return usual_count(known[:MONTHS], await _target(terms, line))


async def _target(terms: Terms, line: Line) -> int | None:
    """Give what the unit owes in a month; of a yearly quota, the whole year's."""
    rows = await sql.look_up(
        f"SELECT q.cadence, q.target, q.is_per_account, {ACCOUNTS.format(day='$3')} "
        "FROM unit u JOIN quota q ON q.unit_id = u.id "
        "WHERE u.id = $1 AND q.category_id = $2 AND q.target IS NOT NULL "
        "AND q.effective_on <= $3 AND (q.ends_on IS NULL OR q.ends_on >= $3) ORDER BY q.effective_on",
        *(terms.unit_id, line.category_id, terms.month.last_on),
    )
    targets = {Cadence(row["cadence"]): owed_by(row) for row in rows}
    return targets.get(Cadence.MONTHLY, targets.get(Cadence.YEARLY))


async def list_known_pages(
    organisation_id: int, opening: str, links: Iterable[Link], occasion: Occasion
) -> tuple[KnownPage, ...]:
    """List the links that count already in the organisation, but for this message's own."""
    by_page = {page_digest(link): link for link in links}
    if not by_page:
        return ()
    marks = ", ".join(f"${number}" for number in range(3, len(by_page) + 3))
    rows = await sql.look_up(
        "SELECT s.address_key, s.unit_id, u.name AS unit, MAX(s.title) AS title, "
        "MIN(s.submitted_at) AS reported_at FROM submission s JOIN unit u ON u.id = s.unit_id "
        f"WHERE u.organisation_id = $1 AND s.opening <> $2 AND s.address_key IN ({marks}) "
        "GROUP BY s.address_key, s.unit_id, u.name, u.position HAVING SUM(s.count) > 0 "
        "ORDER BY u.position, s.unit_id",
        *(organisation_id, opening, *by_page),
    )
    return tuple(
        KnownPage(
            by_page[row["address_key"]], row["unit_id"], row["unit"], occasion.day_of(moment), row["title"]
        )
        for row in rows
        if (moment := sql.moment(row["reported_at"])) is not None
    )
