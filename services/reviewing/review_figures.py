"""The desk in figures: how long this month's reports waited, and how many of them were accepted."""

import datetime as dtm
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from models.enums import Cadence, ReviewState
from services import sql
from services.core.access import Actor, Permission
from services.core.numbers import percent
from services.core.occasion import Occasion
from services.core.period import Period
from services.core.turnaround import Turnaround, turnaround
from services.office import calendar_days
from services.reviewing import review_queue
from services.reviewing.review_queue import Queue


@dataclass(frozen=True, slots=True)
class Share:
    """What was reported of one unit or category and decided about (``decided``), and accepted of it."""

    name: str
    decided: int
    accepted: int

    @property
    def rate(self) -> Decimal | None:
        """Give the acceptance rate (采用率): accepted ÷ decided, in per cent with one decimal, half up."""
        return percent(self.accepted, self.decided)


@dataclass(frozen=True, slots=True)
class ReviewFigures:
    """What was decided in a month and still stands, and what waits now.

    ``accepted`` and ``returned`` count reports, the shares what they counted for: ``whole`` of everything,
    then of each category and unit in official order. ``since`` and ``longest`` (in working days) are of the
    report that waits longest. ``away`` are the units whose reports for this month or the last one came back
    and were not handed in again, each with how many those are.
    """

    month: Period
    accepted: int
    returned: int
    waits: Turnaround | None
    whole: Share
    categories: tuple[Share, ...]
    units: tuple[Share, ...]
    waiting: int
    since: dtm.date | None
    longest: int
    away: tuple[tuple[str, int], ...]


async def read_figures(
    actor: Actor, organisation_id: int, occasion: Occasion, month: Period | None = None
) -> ReviewFigures:
    """Give the figures of a month (None: the one it is): what people decided in it, as it stands.

    What a rule accepted without anybody is not among it, nor what was corrected or taken back since.
    """
    actor.require(Permission.REVIEWS_DECIDE, organisation_id=organisation_id)
    month = month or Period.containing(occasion.today, Cadence.MONTHLY)
    rows = await _list_decided(organisation_id, month, occasion)
    waiting, since = await review_queue.count_waiting(Queue(organisation_id))
    returned = sum(row["state"] == ReviewState.RETURNED.value for row in rows)
    return ReviewFigures(
        month,
        len(rows) - returned,
        returned,
        turnaround(await _waits(organisation_id, rows, occasion)),
        _share("", rows),
        _shares(rows, "category"),
        _shares(rows, "unit"),
        waiting,
        None if since is None else occasion.day_of(since),
        await review_queue.count_days(organisation_id, occasion, since),
        await _list_away(organisation_id, Period.containing(occasion.today, Cadence.MONTHLY)),
    )


async def _list_away(organisation_id: int, month: Period) -> tuple[tuple[str, int], ...]:
    rows = await sql.fetch(
        "SELECT u.name, COUNT(*) AS reports FROM review r JOIN unit u ON u.id = +r.unit_id "
        "WHERE u.organisation_id = $1 AND r.state = $2 AND r.month_on >= $3 "
        "GROUP BY u.id, u.name, u.position ORDER BY u.position",
        *(organisation_id, ReviewState.RETURNED.value, month.previous().starts_on),
    )
    return tuple((row["name"], row["reports"]) for row in rows)


async def _list_decided(organisation_id: int, month: Period, occasion: Occasion) -> list[dict[str, Any]]:
    begin, end = (
        dtm.datetime.combine(day, dtm.time(), occasion.zone).astimezone(dtm.UTC)
        for day in (month.starts_on, month.ends_before)
    )
    # Whatever a person decided about was waiting for them one step before. The plus has SQLite go by what was
    # decided when, which an index tells, and not unit by unit.
    return await sql.fetch(
        "SELECT r.state, r.count, r.accepted, r.asked_at, r.changed_at, u.name AS unit, c.name AS category, "
        "u.position AS unit_place, c.position AS category_place FROM review r "
        "JOIN unit u ON u.id = +r.unit_id JOIN category c ON c.id = r.category_id "
        "JOIN review_step s ON s.review_id = r.id AND s.version = r.version - 1 AND s.state = $1 "
        "WHERE u.organisation_id = $2 AND r.state IN ($3, $4) AND r.changed_at >= $5 AND r.changed_at < $6 "
        "ORDER BY r.id",
        *(ReviewState.PENDING.value, organisation_id),
        *(ReviewState.ACCEPTED.value, ReviewState.RETURNED.value, begin, end),
    )


async def _waits(organisation_id: int, rows: Iterable[Mapping[str, Any]], occasion: Occasion) -> list[int]:
    days = [
        tuple(occasion.day_of(sql.get_moment(row[name])) for name in ("asked_at", "changed_at"))
        for row in rows
    ]
    if not days:
        return []
    years = range(min(days)[0].year, occasion.today.year + 1)
    calendar = await calendar_days.read_calendar(organisation_id, years)
    return [calendar.working_days(asked_on, decided_on) for asked_on, decided_on in days]


def _shares(rows: Iterable[Mapping[str, Any]], column: str) -> tuple[Share, ...]:
    parts: dict[tuple[int, str], list[Mapping[str, Any]]] = {}
    for row in rows:
        parts.setdefault((row[f"{column}_place"], row[column]), []).append(row)
    return tuple(_share(name, parts[place, name]) for place, name in sorted(parts))


def _share(name: str, rows: Iterable[Mapping[str, Any]]) -> Share:
    found = list(rows)
    return Share(name, sum(row["count"] for row in found), sum(row["accepted"] for row in found))
