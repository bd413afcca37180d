"""What an organisation has, read for its export: a year of it as a value, long lists some rows at a time."""

import datetime as dtm
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

from models.enums import Cadence, DutyKind, Platform
from services import sql
from services.core.exporting.values import (
    ExportedCategory,
    ExportedDuty,
    ExportedQuota,
    ExportedUnit,
    OfficeYear,
    Place,
    Span,
    Sums,
)
from services.core.printing import PrintedCell
from services.core.sheets import export_words as words
from services.core.sheets.kept import KeptSheet
from services.facts import quota_rows
from services.importing import kept_rows
from services.office.office_rules import OfficeRules

ROWS_AT_ONCE = 1000
Row = tuple[PrintedCell, ...]

_UNITS = (
    "SELECT u.id, u.name, u.printed_number, u.division, u.is_active, u.retired_at, s.name AS successor "
    "FROM unit u LEFT JOIN unit s ON s.id = u.merged_into_id WHERE u.organisation_id = $1 "
    "ORDER BY u.position, u.id"
)
_ALIASES = (
    "SELECT a.unit_id, a.name FROM unit_alias a JOIN unit u ON u.id = a.unit_id "
    "WHERE u.organisation_id = $1 ORDER BY a.id"
)
# `$2`–`$3` are the first and last day of the year, `$4` is the last of the period. A later term comes last.
_QUOTAS = (
    "SELECT u.name AS unit, c.name AS category, q.cadence, q.target, q.is_per_account, "
    f"{quota_rows.ACCOUNTS.format(day='$4')} FROM quota q JOIN unit u ON u.id = q.unit_id "
    "JOIN category c ON c.id = q.category_id WHERE u.organisation_id = $1 "
    "AND q.effective_on <= $3 AND (q.ends_on IS NULL OR q.ends_on >= $2) ORDER BY q.effective_on, q.id"
)
_DUTIES = (
    "SELECT u.name AS unit, d.heading, d.text, d.kind FROM duty d JOIN unit u ON u.id = d.unit_id "
    "WHERE u.organisation_id = $1 ORDER BY d.position, d.heading, u.position, d.id"
)
_COUNTS = (
    "SELECT u.name AS unit, c.name AS category, t.month_on, SUM(t.count) AS count, "
    "SUM(t.accepted) AS accepted, SUM(t.errors) AS errors FROM tally t JOIN unit u ON u.id = t.unit_id "
    "JOIN category c ON c.id = t.category_id WHERE u.organisation_id = $1 "
    "AND t.month_on >= $2 AND t.month_on <= $3 GROUP BY u.name, c.name, t.month_on"
)
_MEDIA = (
    "SELECT a.id, a.platform, a.name, u.name AS unit, a.level, a.responsible, a.opened_on, a.registered_on, "
    "a.deregistered_on, a.last_post_on FROM media_account a JOIN unit u ON u.id = a.unit_id "
    "WHERE a.organisation_id = $1 ORDER BY u.position, u.id, a.id"
)


@dataclass(frozen=True, slots=True)
class LongList:
    """A list too long to be held: how many rows it has, and the statement that gives some of them.

    Its parameters are ``values``, the id behind which it goes on and the last one that was there when it was
    counted.
    """

    statement: str
    values: tuple[Any, ...]
    count: int
    last_id: int


_SUBMISSIONS = (
    (
        "SELECT t.id, t.submitted_at, u.name AS unit, c.name AS category, t.month_on, t.count, t.accepted, "
        "t.errors, a.name AS account, t.title, t.address, t.is_late, t.member_id, t.source "
    ),
    (
        "FROM submission t JOIN unit u ON u.id = t.unit_id JOIN category c ON c.id = t.category_id "
        "LEFT JOIN media_account a ON a.id = t.account "
        "WHERE u.organisation_id = $1 AND t.month_on >= $2 AND t.month_on <= $3"
    ),
)
_REOPENINGS = (
    "SELECT t.month_on, u.name AS unit, t.until_on, t.reason, t.opened_at, t.member_id FROM reopening t "
    "JOIN unit u ON u.id = t.unit_id WHERE u.organisation_id = $1 AND t.month_on >= $2 AND t.month_on <= $3 "
    "ORDER BY t.id"
)


async def read_office(rules: OfficeRules, span: Span) -> OfficeYear:
    """Give an office with what its units owe in the year of a span, and what was counted in it."""
    year = span.year
    days = dtm.date(year, 1, 1), dtm.date(year, 12, 31)
    organisation_id = rules.organisation_id
    categories = await sql.fetch(
        "SELECT name, division FROM category WHERE organisation_id = $1 ORDER BY position, id",
        organisation_id,
    )
    quotas = {
        (row["unit"], row["category"], row["cadence"]): _quota(row)
        for row in await sql.fetch(_QUOTAS, organisation_id, *days, span.last_on)
    }
    duties = await sql.fetch(_DUTIES, organisation_id)
    return OfficeYear(
        organisation=rules.name,
        year=year,
        decimals=rules.decimals,
        units=await read_units(organisation_id),
        categories=tuple(ExportedCategory(row["name"], row["division"]) for row in categories),
        quotas=tuple(quotas.values()),
        duties=tuple(
            ExportedDuty(row["unit"], row["heading"], DutyKind(row["kind"]), row["text"]) for row in duties
        ),
        counts=await _read_counts(organisation_id, days),
    )


async def read_units(organisation_id: int) -> tuple[ExportedUnit, ...]:
    """Give all units in official order, also those that no longer report."""
    also: dict[int, list[str]] = {}
    for row in await sql.fetch(_ALIASES, organisation_id):
        also.setdefault(row["unit_id"], []).append(row["name"])
    return tuple(
        ExportedUnit(
            name=row["name"],
            number=row["printed_number"],
            division=row["division"],
            aliases=tuple(also.get(row["id"], ())),
            ended_at="" if row["is_active"] else _ended_at(row),
            into=row["successor"] or "",
        )
        for row in await sql.fetch(_UNITS, organisation_id)
    )


async def read_media(organisation_id: int) -> tuple[Row, ...]:
    """Give the media accounts by unit, in the order of ``export_words.MEDIA_HEADS``."""
    days = "opened_on", "registered_on", "deregistered_on", "last_post_on"
    return tuple(
        (
            *(words.PLATFORMS[Platform(row["platform"])], row["name"], row["unit"]),
            *(row["level"] or None, row["responsible"] or None),
            *(_day(row[day]) for day in days),
        )
        for row in await sql.fetch(_MEDIA, organisation_id)
    )


async def list_years(rules: OfficeRules) -> tuple[int, ...]:
    """List the years of which there is anything, without gaps; the organisation's own is among them."""
    rows = await sql.fetch(
        "SELECT MIN(t.month_on) AS first, MAX(t.month_on) AS last FROM tally t "
        "JOIN unit u ON u.id = t.unit_id WHERE u.organisation_id = $1 UNION ALL "
        "SELECT MIN(q.effective_on), MAX(q.effective_on) FROM quota q JOIN unit u ON u.id = q.unit_id "
        "WHERE u.organisation_id = $1 UNION ALL "
        "SELECT MIN(k.checked_on), MAX(k.checked_on) FROM media_check k "
        "JOIN media_account a ON a.id = k.account_id WHERE a.organisation_id = $1 UNION ALL "
        "SELECT MIN(p.posted_on), MAX(p.posted_on) FROM media_post p "
        "JOIN media_account a ON a.id = p.account_id WHERE a.organisation_id = $1 UNION ALL "
        "SELECT MIN(f.found_on), MAX(f.found_on) FROM media_finding f WHERE f.organisation_id = $1",
        rules.organisation_id,
    )
    years = {sql.get_day(day).year for row in rows for day in row.values() if day is not None} | {rules.year}
    return tuple(range(min(years), max(years) + 1))


async def count_submissions(organisation_id: int, span: Span) -> LongList:
    """Count the lines of the ledger in a span."""
    columns, rest = _SUBMISSIONS
    return await _count(columns, rest, (organisation_id, span.first_on, span.last_on))


async def count_kept(sheet: KeptSheet, organisation_id: int, span: Span) -> LongList:
    """Count the rows that a sheet keeps of a span."""
    columns, rest = kept_rows.statement_of(sheet)
    return await _count(f"SELECT t.id, {columns} ", rest, kept_rows.parameters(sheet, organisation_id, span))


async def _count(columns: str, rest: str, values: tuple[Any, ...]) -> LongList:
    rows = await sql.fetch(f"SELECT COUNT(*) AS count, MAX(t.id) AS last {rest}", *values)
    behind, last = len(values) + 1, len(values) + 2
    statement = (
        f"{columns} {rest} AND t.id > ${behind} AND t.id <= ${last} ORDER BY t.id LIMIT {ROWS_AT_ONCE}"
    )
    return LongList(statement, values, int(rows[0]["count"]), int(rows[0]["last"] or 0))


async def read_list(wanted: LongList) -> AsyncIterator[tuple[dict[str, Any], ...]]:
    """Give a long list some rows at a time, so that memory stays bounded."""
    last = 0
    while rows := await sql.fetch(wanted.statement, *wanted.values, last, wanted.last_id):
        last = int(rows[-1]["id"])
        yield tuple(rows)


async def read_reopenings(organisation_id: int, span: Span, zone: dtm.tzinfo) -> tuple[Row, ...]:
    """Give the months of a span that were opened again, for which unit, through when and why."""
    return tuple(
        (
            *(f"{sql.get_day(row['month_on']):%Y-%m}", row["unit"], _day(row["until_on"]), row["reason"]),
            *(_local(row["opened_at"], zone), _member(row)),
        )
        for row in await sql.fetch(_REOPENINGS, organisation_id, span.first_on, span.last_on)
    )


def submission_row(row: Mapping[str, Any], zone: dtm.tzinfo) -> Row:
    """Print a fact of the ledger: who reported it is a number."""
    return (
        _local(row["submitted_at"], zone),
        *(row["unit"], row["category"], f"{sql.get_day(row['month_on']):%Y-%m}"),
        *(row["count"], row["accepted"], row["errors"], row["account"]),
        *(row["title"] or None, row["address"] or None, words.LATE if row["is_late"] else None),
        *(_member(row), row["source"]),
    )


def _quota(row: Mapping[str, Any]) -> ExportedQuota:
    return ExportedQuota(
        *(row["unit"], row["category"], Cadence(row["cadence"]), row["target"], bool(row["is_per_account"])),
        owed=quota_rows.owed_by(row),
    )


async def _read_counts(organisation_id: int, days: tuple[dtm.date, dtm.date]) -> dict[Place, dict[int, Sums]]:
    counts: dict[Place, dict[int, Sums]] = {}
    for row in await sql.fetch(_COUNTS, organisation_id, *days):
        sums = int(row["count"]), int(row["accepted"]), int(row["errors"])
        counts.setdefault((row["unit"], row["category"]), {})[sql.get_day(row["month_on"]).month] = sums
    return counts


def _ended_at(row: Mapping[str, Any]) -> str:
    ended_at = sql.moment(row["retired_at"])
    return (ended_at or dtm.datetime.min.replace(tzinfo=dtm.UTC)).astimezone(dtm.UTC).isoformat()


def _day(value: Any) -> str | None:
    return None if value is None else sql.get_day(value).isoformat()


def _local(value: Any, zone: dtm.tzinfo) -> str:
    at = sql.moment(value)
    return "" if at is None else f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}"


def _member(row: Mapping[str, Any]) -> str | None:
    return None if row["member_id"] is None else f"member/{row['member_id']}"
