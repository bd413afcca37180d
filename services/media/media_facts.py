"""Findings about media accounts as they are read: what was found, and what has been seen since."""

import datetime as dtm
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from models.enums import CheckOutcome, FindingKind, Platform, Rectification
from services import sql
from services.core.staleness import Thresholds
from services.media import media_accounts
from services.media.media_accounts import MediaAccountRef, day_or_none

# With the first newer post, as a post or a look tells of it; `$1` is a look's outcome.
_FINDINGS = """
SELECT f.id, f.organisation_id, f.unit_id, u.name AS unit, u.position, f.account_id, a.name AS account,
       a.level, f.platform, f.kind, f.key, f.found_on, f.last_post_on, f.gap_days, f.due_on, f.rectification,
       f.rectified_on, f.proof, f.reason, f.version, o.stale_days, o.zombie_days, a.deregistered_on,
       (SELECT MIN(p.posted_on) FROM media_post p WHERE p.account_id = f.account_id
        AND p.withdrawn_at IS NULL AND p.posted_on > f.last_post_on) AS posted_on,
       (SELECT MIN(c.last_post_on) FROM media_check c WHERE c.account_id = f.account_id
        AND c.outcome = $1 AND c.last_post_on > f.last_post_on) AS seen_on,
       (EXISTS (SELECT 1 FROM media_post p WHERE p.account_id = f.account_id
        AND p.withdrawn_at IS NULL AND p.posted_on = f.last_post_on)
        OR EXISTS (SELECT 1 FROM media_check c WHERE c.account_id = f.account_id
        AND c.outcome = $1 AND c.last_post_on = f.last_post_on)) AS is_told
FROM media_finding f JOIN unit u ON u.id = f.unit_id JOIN organisation o ON o.id = f.organisation_id
LEFT JOIN media_account a ON a.id = f.account_id
WHERE {column} IN ({marks}) ORDER BY u.position, u.id, f.found_on, f.id
"""


@dataclass(frozen=True, slots=True)
class MediaFinding:
    """Something found wrong on a day, and what became of it.

    ``accounts`` are the names it is about: one, or of a duplicate all that the unit had on the platform.
    ``mended_on`` is when that was seen to be over: the first newer post, the day the account was deregistered
    or from which only one was left. ``is_mistaken``: a post has come to be known since by which it never was
    one, or what told of the last post was taken back. ``is_overdue``
    compares with the day it was read for.
    """

    id: int
    organisation_id: int
    unit_id: int
    unit: str
    position: int
    account_id: int | None
    accounts: tuple[str, ...]
    platform: Platform
    level: str
    kind: FindingKind
    key: str
    found_on: dtm.date
    last_post_on: dtm.date | None
    gap_days: int | None
    due_on: dtm.date
    rectification: Rectification
    rectified_on: dtm.date | None
    proof: str
    reason: str
    version: int
    mended_on: dtm.date | None = None
    is_mistaken: bool = False
    is_overdue: bool = False

    @property
    def is_open(self) -> bool:
        """Tell whether anything is still to be done about it."""
        return self.rectification is not Rectification.CONFIRMED and not self.is_mistaken


async def list_found(organisation_id: int, today: dtm.date) -> tuple[MediaFinding, ...]:
    """List everything ever found in an organisation, by unit in official order, then by day."""
    return await read("f.organisation_id", (organisation_id,), today)


async def read(column: str, values: Sequence[object], today: dtm.date) -> tuple[MediaFinding, ...]:
    """Read the findings with one of some values in a column, by unit in official order, then by day."""
    marks = ", ".join(f"${number}" for number in range(2, len(values) + 2))
    rows = await sql.fetch(_FINDINGS.format(column=column, marks=marks), CheckOutcome.SEEN.value, *values)
    several = {row["organisation_id"] for row in rows if row["account_id"] is None}
    accounts = [each for one in sorted(several) for each in await media_accounts.list_ever(one)]
    return tuple(_finding(row, accounts, today) for row in rows)


def _finding(row: dict[str, Any], accounts: Iterable[MediaAccountRef], today: dtm.date) -> MediaFinding:
    found_on, kind = sql.get_day(row["found_on"]), FindingKind(row["kind"])
    platform, due_on = Platform(row["platform"]), sql.get_day(row["due_on"])
    beside = [each for each in accounts if (each.unit_id, each.platform) == (row["unit_id"], platform)]
    if row["account_id"] is None:
        held = [each for each in beside if each.is_watched(found_on)]
        names, level, mended_on = tuple(each.name for each in held), _level(held), _one_left(beside, today)
    else:
        names, level, mended_on = (row["account"],), row["level"], _over_on(row, today)
    state = Rectification(row["rectification"])
    return MediaFinding(
        id=row["id"],
        organisation_id=row["organisation_id"],
        unit_id=row["unit_id"],
        unit=row["unit"],
        position=row["position"],
        account_id=row["account_id"],
        accounts=names,
        platform=platform,
        level=level,
        kind=kind,
        key=row["key"],
        found_on=found_on,
        last_post_on=day_or_none(row["last_post_on"]),
        gap_days=row["gap_days"],
        due_on=due_on,
        rectification=state,
        rectified_on=day_or_none(row["rectified_on"]),
        proof=row["proof"],
        reason=row["reason"],
        version=row["version"],
        mended_on=mended_on,
        is_mistaken=_is_mistaken(row, kind),
        is_overdue=state is not Rectification.CONFIRMED and due_on < today,
    )


def _first_newer(row: dict[str, Any]) -> dtm.date | None:
    days = (day_or_none(row["posted_on"]), day_or_none(row["seen_on"]))
    return min((day for day in days if day is not None), default=None)


def _over_on(row: dict[str, Any], today: dtm.date) -> dtm.date | None:
    """Give the day on which a silence ended: the account posted, or there is none any more."""
    ended_on = day_or_none(row["deregistered_on"])
    return _first_newer(row) or (ended_on if ended_on is not None and ended_on <= today else None)


def _is_mistaken(row: dict[str, Any], kind: FindingKind) -> bool:
    """Tell whether the next post lies so near that the silence never was as long as it has to be.

    So it is where what told of the last post was taken back.

    A threshold that was raised since makes no finding a mistake: the one of its day cannot have been more
    than the silence it found.
    """
    newer, last, gap = _first_newer(row), day_or_none(row["last_post_on"]), row["gap_days"]
    if last is not None and not row["is_told"]:
        return True
    if newer is None or last is None or gap is None:
        return False
    thresholds = Thresholds(row["stale_days"], row["zombie_days"])
    allowed = thresholds.zombie_days if kind is FindingKind.ZOMBIE else thresholds.stale_days
    return (newer - last).days <= min(allowed, int(gap) - 1)


def _one_left(accounts: Iterable[MediaAccountRef], today: dtm.date) -> dtm.date | None:
    """Give the day from which a unit had no second account on a platform; None while it has."""
    held = list(accounts)
    if sum(each.is_watched(today) for each in held) > 1:
        return None
    ends = [each.deregistered_on for each in held if each.deregistered_on is not None]
    return max((day for day in ends if day <= today), default=today)


def _level(accounts: Sequence[MediaAccountRef]) -> str:
    return next((each.level for each in accounts if each.level), "")
