"""What is stored, as a sheet is held against it: the units by any of their names, quotas, duties, counts."""

import datetime as dtm
from typing import Any

from models.enums import Cadence, DutyKind
from services import sql
from services.core.sheets.changes import Stored
from services.core.sheets.understanding import FindUnit, NameMatch
from services.core.text import fold
from services.office.names import Ambiguous, Found, NameEntry, NameIndex


async def find_organisation(name: str, *, is_held: bool = False) -> int | None:
    """Give an organisation's id; `is_held` keeps other imports for it waiting until the transaction ends."""
    held = " FOR UPDATE" if is_held and sql.is_postgres() else ""  # SQLite has one writer anyway
    rows = await sql.fetch(f"SELECT id FROM organisation WHERE name = $1{held}", name)
    return int(rows[0]["id"]) if rows else None


async def read_names(organisation_id: int | None) -> FindUnit:
    """Give what knows the organisation's units, by the search that the chat uses too."""
    units = await sql.fetch(
        "SELECT id, name, position, is_active, merged_into_id FROM unit WHERE organisation_id = $1",
        organisation_id,
    )
    aliases = await sql.fetch(
        "SELECT a.unit_id, a.name FROM unit_alias a JOIN unit u ON u.id = a.unit_id "
        "WHERE u.organisation_id = $1 ORDER BY a.id",
        organisation_id,
    )
    also: dict[int, list[str]] = {}
    for row in aliases:
        also.setdefault(row["unit_id"], []).append(row["name"])
    for row in units:
        if not row["is_active"] and row["merged_into_id"]:
            also.setdefault(row["merged_into_id"], []).append(row["name"])
    active = {row["id"]: row for row in units if row["is_active"]}
    index = NameIndex.build(
        NameEntry(key, row["name"], tuple(also.get(key, ())), row["position"]) for key, row in active.items()
    )
    names = {key: str(row["name"]) for key, row in active.items()}
    known = {fold(name): name for name in names.values()}
    retired = {fold(row["name"]) for row in units if not row["is_active"] and not row["merged_into_id"]}

    def find(printed: str) -> NameMatch:
        if fold(printed) in known:
            return NameMatch(known=known[fold(printed)])
        if fold(printed) in retired:
            return NameMatch(retired=printed)
        answer = index.find(printed)
        if isinstance(answer, Found):
            return NameMatch(known=names[answer.unit_id])
        if isinstance(answer, Ambiguous):
            return NameMatch(several=tuple(names[unit_id] for unit_id in answer.unit_ids))
        return NameMatch(nearest=names[answer.nearest[0]] if answer.nearest else "")

    return find


async def read_stored(organisation: str, year: int) -> Stored:
    """Give what an organisation has for a year; nothing where there is no such organisation."""
    organisation_id = await find_organisation(organisation)
    if organisation_id is None:
        return Stored()
    units = await sql.fetch("SELECT id, name FROM unit WHERE organisation_id = $1", organisation_id)
    categories = await sql.fetch("SELECT id, name FROM category WHERE organisation_id = $1", organisation_id)
    quotas = await sql.fetch(
        "SELECT u.name AS unit, c.name AS category, q.cadence, q.target, q.is_per_account FROM quota q "
        "JOIN unit u ON u.id = q.unit_id JOIN category c ON c.id = q.category_id "
        "WHERE u.organisation_id = $1 AND q.effective_on = $2",
        organisation_id,
        dtm.date(year, 1, 1),
    )
    duties = await sql.fetch(
        "SELECT u.name AS unit, d.heading, d.text, d.kind FROM duty d JOIN unit u ON u.id = d.unit_id "
        "WHERE u.organisation_id = $1",
        organisation_id,
    )
    aliases = await sql.fetch(
        "SELECT u.name AS unit, a.name FROM unit_alias a JOIN unit u ON u.id = a.unit_id "
        "WHERE u.organisation_id = $1",
        organisation_id,
    )
    months = organisation_id, dtm.date(year, 1, 1), dtm.date(year, 12, 1)
    sums = "SUM(t.count) AS count, SUM(t.accepted) AS accepted, SUM(t.errors) AS errors"
    counts = await sql.fetch(_COUNTED.format(what=sums, table="tally", more=""), *months)
    reported = await sql.fetch(
        _COUNTED.format(what="1 AS one", table="submission", more="AND t.source NOT LIKE 'sheet/%' "), *months
    )
    return Stored(
        units={row["name"]: row["id"] for row in units},
        categories={row["name"]: row["id"] for row in categories},
        quotas={
            (row["unit"], row["category"], Cadence(row["cadence"])): (
                row["target"],
                bool(row["is_per_account"]),
            )
            for row in quotas
        },
        duties={(row["unit"], row["heading"]): (row["text"], DutyKind(row["kind"])) for row in duties},
        counts={
            _count_key(row): (int(row["count"]), int(row["accepted"]), int(row["errors"])) for row in counts
        },
        reported=frozenset(map(_count_key, reported)),
        aliases=frozenset((row["unit"], row["name"]) for row in aliases),
    )


_COUNTED = (
    "SELECT u.name AS unit, c.name AS category, t.month_on, {what} FROM {table} t "
    "JOIN unit u ON u.id = t.unit_id JOIN category c ON c.id = t.category_id "
    "WHERE u.organisation_id = $1 AND t.month_on >= $2 AND t.month_on <= $3 {more}"
    "GROUP BY u.name, c.name, t.month_on"
)


def _count_key(row: dict[str, Any]) -> tuple[str, str, int]:
    return row["unit"], row["category"], sql.get_day(row["month_on"]).month
