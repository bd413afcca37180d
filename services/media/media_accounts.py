"""The register of official media accounts (政务新媒体): which units run which, and how each stands today."""

import datetime as dtm
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from models.enums import CheckOutcome, Platform
from services import sql
from services.core.access import Actor, Permission
from services.core.errors import PastMending, UserError
from services.core.reminding import RESPITE
from services.core.staleness import Freshness, Thresholds, gap_between
from services.office import organisations
from services.office.organisations import UnitRef
from services.reminding import needs


class MediaAccountGone(PastMending):
    """The media account that a button or a name means is not there."""


class DayAhead(UserError):
    """The day has not come yet (``day``)."""


class DayTooEarly(UserError):
    """Nobody had an official media account on that day (``day``); the first is ``first``."""


@dataclass(frozen=True, slots=True)
class MediaAccountRef:
    """An official account as answers name it; ``unit`` is its unit's name, ``position`` in official order.

    ``last_post_on`` None: nobody has said when it last posted. ``version`` is what a change must know.
    """

    id: int
    organisation_id: int
    unit_id: int
    unit: str
    position: int
    platform: Platform
    name: str
    level: str
    responsible: str
    registered_on: dtm.date
    opened_on: dtm.date | None
    deregistered_on: dtm.date | None
    last_post_on: dtm.date | None
    version: int

    def is_watched(self, day: dtm.date) -> bool:
        """Tell whether it stands in the register on a day; the day it is deregistered it does no more."""
        return self.registered_on <= day and (self.deregistered_on is None or day < self.deregistered_on)


@dataclass(frozen=True, slots=True)
class MediaStanding:
    """How an account stands on a day.

    ``gap_days`` is None where nobody knows the last post. ``not_seen_on`` is the day of the last look when
    that found nothing out; it says nothing about the account. ``open_findings`` are not confirmed yet.
    """

    account: MediaAccountRef
    freshness: Freshness
    gap_days: int | None
    not_seen_on: dtm.date | None = None
    open_findings: int = 0


_COLUMNS = (
    "SELECT a.id, a.organisation_id, a.unit_id, u.name AS unit, u.position, a.platform, a.name, a.level, "
    "a.responsible, a.registered_on, a.opened_on, a.deregistered_on, a.last_post_on, a.version "
)
ACCOUNTS = _COLUMNS + "FROM media_account a JOIN unit u ON u.id = a.unit_id "
_IN_ORDER = " ORDER BY u.position, u.id, a.platform, a.id"
_STANDINGS = (
    _COLUMNS + ", o.stale_days, o.zombie_days, c.outcome, c.checked_on, "
    "(SELECT COUNT(*) FROM media_finding f WHERE f.account_id = a.id AND f.rectification <> 'confirmed') "
    "AS open_findings "
    "FROM media_account a JOIN unit u ON u.id = a.unit_id JOIN organisation o ON o.id = a.organisation_id "
    "LEFT JOIN media_check c ON c.id = (SELECT l.id FROM media_check l WHERE l.account_id = a.id "
    "ORDER BY l.checked_on DESC, l.id DESC LIMIT 1) "
)
FIRST_ON = dtm.date(2009, 1, 1)
"""No government had an account on such a platform earlier: Weibo opened in August 2009."""


def require_past(day: dtm.date, today: dtm.date) -> None:
    """Raise unless something can have been posted or seen on a day: DayAhead, DayTooEarly."""
    if day > today:
        raise DayAhead(day=day)
    if day < FIRST_ON:
        raise DayTooEarly(day=day, first=FIRST_ON)


async def get_account(account_id: int) -> MediaAccountRef:
    """Give a media account, also one that was deregistered; MediaAccountGone when there is none."""
    rows = await sql.fetch(ACCOUNTS + "WHERE a.id = $1", account_id)
    if not rows:
        raise MediaAccountGone
    return account_of(rows[0])


async def read_account(actor: Actor, account_id: int) -> MediaAccountRef:
    """Give a media account to somebody who may see its unit's figures."""
    account = await get_account(account_id)
    actor.require(
        Permission.PROGRESS_READ_OWN, organisation_id=account.organisation_id, unit_id=account.unit_id
    )
    return account


async def read_standing(actor: Actor, account_id: int, today: dtm.date) -> MediaStanding:
    """Tell how a media account stands today."""
    await read_account(actor, account_id)
    rows = await sql.fetch(_STANDINGS + "WHERE a.id = $1", account_id)
    return _standing(rows[0], today)


async def may_group_see(actor: Actor, standing: MediaStanding, now: dtm.datetime) -> bool:
    """Tell whether a group may see how an account stands when a person names it there.

    Good news may; so may one's own account, and one whose unit was told of it in private two hours before.
    """
    account = standing.account
    if standing.freshness in {Freshness.FRESH, Freshness.UNKNOWN} and not standing.open_findings:
        return True
    if account.unit_id in actor.units_of(account.organisation_id):
        return True
    if account.last_post_on is None:
        return False
    return await needs.is_warned_of_silence(account.id, account.last_post_on, now - RESPITE)


async def list_of_unit(actor: Actor, unit_id: int, today: dtm.date) -> tuple[MediaStanding, ...]:
    """List the accounts of a unit that are in the register today, and how they stand."""
    unit = await organisations.get_unit(unit_id)
    actor.require(Permission.PROGRESS_READ_OWN, organisation_id=unit.organisation_id, unit_id=unit.id)
    rows = await sql.fetch(_STANDINGS + "WHERE a.unit_id = $1" + _IN_ORDER, unit_id)
    return _watched(rows, today)


@dataclass(frozen=True, slots=True)
class Fresh:
    """How long one of a unit's accounts has been silent, with what its organisation allows; no more of it."""

    platform: Platform
    name: str
    last_post_on: dtm.date | None
    gap_days: int | None
    freshness: Freshness
    stale_days: int


async def list_fresh(actor: Actor, unit: UnitRef, today: dtm.date) -> tuple[Fresh, ...]:
    """List how a unit's registered accounts stand, the longest silent first: one look-up by an index."""
    actor.require(Permission.PROGRESS_READ_OWN, organisation_id=unit.organisation_id, unit_id=unit.id)
    rows = await sql.look_up(
        "SELECT a.platform, a.name, a.last_post_on, o.stale_days, o.zombie_days "
        "FROM media_account a JOIN organisation o ON o.id = a.organisation_id "
        "WHERE a.unit_id = $1 AND a.registered_on <= $2 "
        "AND (a.deregistered_on IS NULL OR a.deregistered_on > $2) ORDER BY a.id",
        *(unit.id, today),
    )
    fresh = (_fresh(row, today) for row in rows)
    return tuple(sorted(fresh, key=lambda each: each.last_post_on or dtm.date.max))


def _fresh(row: dict[str, Any], today: dtm.date) -> Fresh:
    last = day_or_none(row["last_post_on"])
    gap = gap_between(last, today)
    freshness = Thresholds(row["stale_days"], row["zombie_days"]).judge(gap)
    return Fresh(Platform(row["platform"]), row["name"], last, gap, freshness, row["stale_days"])


async def list_of_organisation(
    actor: Actor, organisation_id: int, today: dtm.date
) -> tuple[MediaStanding, ...]:
    """List an organisation's accounts that are in the register today, by unit in official order."""
    actor.require(Permission.PROGRESS_READ_ANY, organisation_id=organisation_id)
    rows = await sql.fetch(_STANDINGS + "WHERE a.organisation_id = $1" + _IN_ORDER, organisation_id)
    return _watched(rows, today)


async def list_registered(organisation_id: int, day: dtm.date) -> tuple[MediaAccountRef, ...]:
    """List the accounts that stand in an organisation's register on a day, by unit in official order."""
    return tuple(account for account in await list_ever(organisation_id) if account.is_watched(day))


async def list_run_by(unit_id: int, day: dtm.date) -> tuple[MediaAccountRef, ...]:
    """List the accounts of a unit that stand in the register on a day."""
    rows = await sql.look_up(ACCOUNTS + "WHERE a.unit_id = $1" + _IN_ORDER, unit_id)
    return tuple(account for account in map(account_of, rows) if account.is_watched(day))


async def count_of_units(unit_ids: Sequence[int]) -> int:
    """Count the accounts of some units that have not ended."""
    if not unit_ids:
        return 0
    places = ", ".join(f"${number}" for number in range(1, len(unit_ids) + 1))
    rows = await sql.look_up(
        "SELECT COUNT(*) AS count FROM media_account WHERE deregistered_on IS NULL "
        f"AND unit_id IN ({places})",
        *unit_ids,
    )
    return int(rows[0]["count"])


async def list_ever(organisation_id: int) -> tuple[MediaAccountRef, ...]:
    """List all accounts an organisation's register ever had, by unit in official order."""
    rows = await sql.fetch(ACCOUNTS + "WHERE a.organisation_id = $1" + _IN_ORDER, organisation_id)
    return tuple(map(account_of, rows))


async def note_last_post(account_id: int) -> dtm.date | None:
    """Set an account's last post to the latest day of its posts and looks, in the caller's transaction."""
    rows = await sql.fetch(
        "UPDATE media_account SET last_post_on = (SELECT MAX(seen_on) FROM ("
        "SELECT posted_on AS seen_on FROM media_post WHERE account_id = $1 AND withdrawn_at IS NULL "
        "UNION ALL SELECT last_post_on FROM media_check WHERE account_id = $1 AND outcome = $2) AS seen) "
        "WHERE id = $1 RETURNING last_post_on",
        account_id,
        CheckOutcome.SEEN.value,
    )
    return day_or_none(rows[0]["last_post_on"]) if rows else None


async def hold(account_id: int) -> MediaAccountRef:
    """Let nobody else change an account or its last post until the caller's transaction ends; give it."""
    if sql.is_postgres():  # SQLite's transaction is the only writer anyway
        await sql.fetch("SELECT id FROM media_account WHERE id = $1 FOR NO KEY UPDATE", account_id)
    return await get_account(account_id)


def account_of(row: dict[str, Any]) -> MediaAccountRef:
    """Read an account's columns from a row that may have others."""
    return MediaAccountRef(
        *(row["id"], row["organisation_id"], row["unit_id"], row["unit"], row["position"]),
        *(Platform(row["platform"]), row["name"], row["level"], row["responsible"]),
        registered_on=sql.get_day(row["registered_on"]),
        opened_on=day_or_none(row["opened_on"]),
        deregistered_on=day_or_none(row["deregistered_on"]),
        last_post_on=day_or_none(row["last_post_on"]),
        version=row["version"],
    )


def day_or_none(value: Any) -> dtm.date | None:
    """Give a day as a date, None where there is none."""
    return None if value is None else sql.get_day(value)


def _standing(row: dict[str, Any], today: dtm.date) -> MediaStanding:
    account = account_of(row)
    gap = gap_between(account.last_post_on, today)
    freshness = Thresholds(row["stale_days"], row["zombie_days"]).judge(gap)
    unseen = row["outcome"] == CheckOutcome.COULD_NOT_CHECK.value
    not_seen_on = day_or_none(row["checked_on"]) if unseen else None
    return MediaStanding(account, freshness, gap, not_seen_on, int(row["open_findings"]))


def _watched(rows: Iterable[dict[str, Any]], today: dtm.date) -> tuple[MediaStanding, ...]:
    standings = (_standing(row, today) for row in rows)
    return tuple(standing for standing in standings if standing.account.is_watched(today))
