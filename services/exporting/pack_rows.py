"""What goes into an evidence pack, read some rows at a time: reports, their evidence and their links."""

import datetime as dtm
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

from models.enums import EvidenceKind, EvidenceState, ReviewState
from services import sql
from services.core.errors import UserError
from services.core.exporting.packs import Key, PackedExhibit, PackedLine, PackedLink, PackOf
from services.facts.exhibits import IS_COUNTED_SQL

ROWS_AT_ONCE = 1000
MOST_ROWS = 10_000
"""Of reports' lines, of exhibits and of links: what is more is no pack that anybody looks through."""


class PackTooLong(UserError):
    """It would have more than ``limit`` rows; a shorter time has fewer."""


@dataclass(frozen=True, slots=True)
class PackScope:
    """What is packed: the evidence of a unit or of a category, from one day to another."""

    organisation_id: int
    of: PackOf
    id: int
    first_on: dtm.date
    last_on: dtm.date

    @property
    def rows(self) -> str:
        """Give the statement's part that names the submissions, whose parameters are ``values``."""
        column = {PackOf.UNIT: "t.unit_id", PackOf.CATEGORY: "t.category_id"}[self.of]
        return (
            "FROM submission t JOIN unit u ON u.id = t.unit_id JOIN category c ON c.id = t.category_id "
            f"WHERE u.organisation_id = $1 AND {column} = $2 AND t.month_on >= $3 AND t.month_on <= $4 "
        )

    @property
    def values(self) -> tuple[Any, ...]:
        """Give the first parameters of every statement."""
        return self.organisation_id, self.id, self.first_on, self.last_on


_KEY = "t.opening, t.unit_id, t.category_id, t.account, t.month_on"


async def read_lines(scope: PackScope, zone: dtm.tzinfo) -> tuple[PackedLine, ...]:
    """Read what each report counts for in each place, also what came to nothing; raises PackTooLong."""
    statement = (
        f"SELECT s.*, u.name AS unit, u.position AS unit_order, c.name AS category, "
        "c.position AS category_order, a.name AS account_name, r.state FROM ("
        f"SELECT {_KEY}, SUM(t.count) AS count, SUM(t.accepted) AS accepted, SUM(t.errors) AS errors, "
        f"MIN(t.submitted_at) AS reported_at, MIN(t.id) AS id {scope.rows} AND t.opening <> '' "
        f"GROUP BY {_KEY} HAVING MIN(t.id) > $5 ORDER BY MIN(t.id) LIMIT {ROWS_AT_ONCE}) s "
        "JOIN unit u ON u.id = s.unit_id JOIN category c ON c.id = s.category_id "
        "LEFT JOIN media_account a ON a.id = s.account "
        "LEFT JOIN review r ON r.opening = s.opening AND r.unit_id = s.unit_id "
        "AND r.category_id = s.category_id AND r.account = s.account AND r.month_on = s.month_on "
        "ORDER BY s.id"
    )
    return tuple([_line(row, zone) async for row in _each(statement, scope)])


async def read_exhibits(scope: PackScope) -> tuple[PackedExhibit, ...]:
    """Read the evidence of all these reports, as it came, but no link that one counts; raises PackTooLong."""
    statement = (
        "SELECT e.id, e.opening, e.unit_id, e.category_id, e.month_on, e.kind, e.state, e.stored_name, "
        "e.name, e.size, e.digest, e.taken_on, e.address FROM evidence e "
        f"WHERE e.opening IN (SELECT t.opening {scope.rows} AND t.opening <> '') AND NOT {IS_COUNTED_SQL} "
        f"AND e.id > $5 ORDER BY e.id LIMIT {ROWS_AT_ONCE}"
    )
    return tuple([_exhibit(row) async for row in _each(statement, scope)])


async def read_links(scope: PackScope) -> tuple[PackedLink, ...]:
    """Read the pages that these reports still count for; raises PackTooLong."""
    statement = (
        f"SELECT {_KEY}, MAX(t.address) AS address, MIN(t.id) AS id {scope.rows} AND t.opening <> '' "
        f"AND t.address_key <> '' GROUP BY {_KEY}, t.address_key "
        f"HAVING SUM(t.count) > 0 AND MIN(t.id) > $5 ORDER BY MIN(t.id) LIMIT {ROWS_AT_ONCE}"
    )
    return tuple(
        [PackedLink(row["opening"], _key(row), row["address"]) async for row in _each(statement, scope)]
    )


async def count_of_sheets(scope: PackScope) -> int:
    """Count what came with an office's sheets, which no evidence belongs to."""
    rows = await sql.fetch(
        f"SELECT COALESCE(SUM(t.count), 0) AS count {scope.rows} AND t.opening = ''", *scope.values
    )
    return int(rows[0]["count"])


async def _each(statement: str, scope: PackScope) -> AsyncIterator[Mapping[str, Any]]:
    last = seen = 0
    while rows := await sql.fetch(statement, *scope.values, last):
        last, seen = int(rows[-1]["id"]), seen + len(rows)
        if seen > MOST_ROWS:
            raise PackTooLong(limit=MOST_ROWS)
        for row in rows:
            yield row


def _key(row: Mapping[str, Any]) -> Key:
    return row["unit_id"], row["category_id"], row["account"], sql.get_day(row["month_on"])


def _line(row: Mapping[str, Any], zone: dtm.tzinfo) -> PackedLine:
    return PackedLine(
        opening=row["opening"],
        key=_key(row),
        unit=row["unit"],
        unit_order=row["unit_order"],
        category=row["category"],
        category_order=row["category_order"],
        account=row["account_name"] or "",
        count=int(row["count"]),
        accepted=int(row["accepted"]),
        errors=int(row["errors"]),
        state=ReviewState(row["state"]) if row["state"] else None,
        reported_at=sql.get_moment(row["reported_at"]).astimezone(zone),
        first_id=row["id"],
    )


def _exhibit(row: Mapping[str, Any]) -> PackedExhibit:
    return PackedExhibit(
        opening=row["opening"],
        unit_id=row["unit_id"],
        category_id=row["category_id"],
        month_on=None if row["month_on"] is None else sql.get_day(row["month_on"]),
        kind=EvidenceKind(row["kind"]),
        state=EvidenceState(row["state"]),
        stored_name=row["stored_name"],
        name=row["name"],
        size=row["size"],
        digest=row["digest"],
        taken_on=None if row["taken_on"] is None else sql.get_day(row["taken_on"]),
        address=row["address"],
    )
