"""What a sheet changes, stored: units, categories, quotas, duties, counts, other names, ends."""

import datetime as dtm
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from services import sql
from services.core.sheets.changes import Changes, CountChange, DutyChange, QuotaChange, Stored
from services.core.sheets.understanding import SheetCategory, Understanding, UnitRow
from services.facts import ledger
from services.importing.sheet_rows import read_stored
from services.office.names import search_key

T = TypeVar("T")

_ROWS_PER_STATEMENT = 500
_LONGEST_KEY = 400


async def store(
    understanding: Understanding, changes: Changes, organisation: str, *, digest: str, now: dtm.datetime
) -> None:
    """Store what a sheet changes, in the caller's transaction; an organisation that is not there begins."""
    year = understanding.year
    rows = await sql.fetch(
        "INSERT INTO organisation (name, year, closing_days, version) VALUES ($1, $2, 5, 1) "
        "ON CONFLICT (name) DO UPDATE SET version = organisation.version + 1, "
        "year = CASE WHEN excluded.year > organisation.year THEN excluded.year ELSE organisation.year END "
        "RETURNING id, version",
        organisation,
        year,
    )
    organisation_id, version = int(rows[0]["id"]), int(rows[0]["version"])
    await _add_units(organisation_id, changes.units)
    await _add_categories(organisation_id, changes.categories)
    stored = await read_stored(organisation, year)
    await _store_quotas(changes.quotas, stored, year)
    headings = list(dict.fromkeys(one.category for one in understanding.duties))
    await _store_duties(changes.duties, stored, headings)
    await _add_aliases(changes, stored)
    await _end_units(changes, stored)
    # The version names the import: the same sheet may set the same cell again after people have reported.
    prefix = f"sheet/{digest}/{organisation_id}.{version}"
    counts = [one for one in changes.counts if not one.is_split]
    await _set_counts(counts, stored, dtm.date(year, 1, 1), prefix, now)


async def _add_units(organisation_id: int, rows: tuple[UnitRow, ...]) -> None:
    """Add units in the sheet's order (机构序), behind those the organisation has already."""
    found = await sql.fetch(
        "SELECT COALESCE(MAX(position), 0) AS last FROM unit WHERE organisation_id = $1", organisation_id
    )
    numbered = list(enumerate(rows, start=int(found[0]["last"]) + 1))
    for part in _parts(numbered):
        values: list[Any] = []
        for position, row in part:
            values += [organisation_id, row.name, row.division, position, row.printed_number]
            values += [search_key(row.name)[:_LONGEST_KEY], True]
        await sql.execute(
            "INSERT INTO unit "
            "(organisation_id, name, division, position, printed_number, search_key, is_active) "
            f"VALUES {sql.placeholders(len(part), 7)}",
            *values,
        )


async def _add_categories(organisation_id: int, categories: tuple[SheetCategory, ...]) -> None:
    found = await sql.fetch(
        "SELECT COALESCE(MAX(position), 0) AS last FROM category WHERE organisation_id = $1", organisation_id
    )
    for position, category in enumerate(categories, start=int(found[0]["last"]) + 1):
        await sql.execute(
            "INSERT INTO category (organisation_id, name, division, position) VALUES ($1, $2, $3, $4)",
            organisation_id,
            category.name,
            category.division,
            position,
        )


async def _store_quotas(changes: Sequence[QuotaChange], stored: Stored, year: int) -> None:
    """Store quotas for the sheet's year; a corrected sheet replaces what the first one said."""
    for part in _parts(changes):
        values: list[Any] = []
        for change in part:
            unit, category, cadence = change.key
            values += [stored.units[unit], stored.categories[category], cadence.value, *change.after]
            values += [dtm.date(year, 1, 1), dtm.date(year, 12, 31)]
        await sql.execute(
            "INSERT INTO quota "
            "(unit_id, category_id, cadence, target, is_per_account, effective_on, ends_on) "
            f"VALUES {sql.placeholders(len(part), 7)} "
            "ON CONFLICT (unit_id, category_id, cadence, effective_on) DO UPDATE SET "
            "target = excluded.target, is_per_account = excluded.is_per_account",
            *values,
        )


async def _store_duties(changes: Sequence[DutyChange], stored: Stored, headings: list[str]) -> None:
    for part in _parts(changes):
        values: list[Any] = []
        for duty in part:
            values += [stored.units[duty.unit], duty.heading, duty.text, duty.kind.value]
            values.append(headings.index(duty.heading))
        await sql.execute(
            "INSERT INTO duty (unit_id, heading, text, kind, position) "
            f"VALUES {sql.placeholders(len(part), 5)} "
            "ON CONFLICT (unit_id, heading) DO UPDATE SET text = excluded.text, kind = excluded.kind",
            *values,
        )


async def _add_aliases(changes: Changes, stored: Stored) -> None:
    for part in _parts(changes.aliases):
        values = [value for one in part for value in (stored.units[one.unit], one.name)]
        await sql.execute(
            f"INSERT INTO unit_alias (unit_id, name) VALUES {sql.placeholders(len(part), 2)} "
            "ON CONFLICT (unit_id, name) DO NOTHING",
            *values,
        )


async def _end_units(changes: Changes, stored: Stored) -> None:
    """Have new units report no more since when the exported file says, as they did where it comes from."""
    for one in changes.endings:
        await sql.execute(
            "UPDATE unit SET is_active = FALSE, retired_at = $1, merged_into_id = $2 WHERE id = $3",
            dtm.datetime.fromisoformat(one.ended_at).astimezone(dtm.UTC),
            stored.units.get(one.into),
            stored.units[one.unit],
        )


async def _set_counts(
    changes: Sequence[CountChange], stored: Stored, year_on: dtm.date, prefix: str, now: dtm.datetime
) -> None:
    """Record what each count lacks of what the sheet says; accounts are counted along."""
    facts = []
    for change in changes:
        unit, category, month = change.key
        month_on = year_on.replace(month=month)
        before = stored.counts.get(change.key, (0, 0, 0))
        count, accepted, errors = (new - old for new, old in zip(change.after, before, strict=True))
        facts.append(
            ledger.Fact(
                unit_id=stored.units[unit],
                category_id=stored.categories[category],
                account=0,
                month_on=month_on,
                count=count,
                accepted=accepted,
                errors=errors,
                source=f"{prefix}/{change.address}/{month_on:%Y-%m}",
                member_id=None,
            )
        )
    await ledger.record(facts, now)


def _parts(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(rows), _ROWS_PER_STATEMENT):
        yield rows[start : start + _ROWS_PER_STATEMENT]
