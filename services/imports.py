"""Bring an office's own sheet in: understand it, say what it would change, save it whole or not at all."""

import asyncio
import datetime as dtm
import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from services import audit, ledger, months, organisations, sql
from services.core.access import Actor, Permission
from services.core.errors import UserError
from services.core.period import Period
from services.core.sheets.changes import (
    Changes,
    CountChange,
    DutyChange,
    QuotaChange,
    Stored,
    after_saving,
    compare,
)
from services.core.sheets.understand import understand
from services.core.sheets.understanding import FindUnit, Remark, SheetCategory, Understanding, UnitRow
from services.documents import Document, read_document
from services.names import search_key
from services.organisations import OrganisationRef
from services.sheet_rows import find_organisation, read_names, read_stored
from services.transaction import transact

T = TypeVar("T")

_ROWS_PER_STATEMENT = 500
_LONGEST_KEY = 400


class SheetOutdated(UserError):
    """Something was saved since the sheet was shown: saving it would change something else than was said."""


@dataclass(frozen=True, slots=True)
class Preview:
    """A sheet as it was understood and what saving it would change; nothing is saved yet.

    ``closed`` tells how many counts of which closed months that are.
    """

    organisation: str
    digest: str
    understanding: Understanding
    changes: Changes
    today: dtm.date | None = None
    closed: Mapping[Period, int] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """Name what saving would change: what a person has agreed to."""
        return _fingerprint(self.changes, self.closed)


async def preview(
    content: bytes, name: str, *, organisation: str, year: int, today: dtm.date | None = None
) -> Preview:
    """Understand a sheet and compare it with what the organisation has.

    With ``today`` it is told where it has counts for months that have not begun, or are closed.

    Raises:
        UserError: the document cannot be read, or no table of units is in it.
    """
    find = await read_names(await find_organisation(organisation))
    # Reading takes the processor for seconds at the largest sheets: not on the loop.
    document = await asyncio.to_thread(read_document, content, name)
    return await preview_document(document, organisation, find, year=year, today=today)


async def preview_document(
    document: Document,
    organisation: str,
    find: FindUnit,
    *,
    year: int,
    today: dtm.date | None = None,
    quarter_month: int | None = None,
) -> Preview:
    """Understand the tables of units in a document; see ``preview``.

    The sums of a quarter are counted in its ``quarter_month``.
    """
    understanding = await asyncio.to_thread(
        understand, document.sheets, year=year, find=find, quarter_month=quarter_month
    )
    understanding = replace(understanding, remarks=(*understanding.remarks, *remarks_on(document)))
    return await preview_understood(understanding, organisation, document.digest, today=today)


async def preview_understood(
    understanding: Understanding,
    organisation: str,
    digest: str,
    *,
    today: dtm.date | None,
    before: Changes | None = None,
) -> Preview:
    """Compare what was understood with what the organisation has, and with what is saved ``before`` it."""
    stored = await read_stored(organisation, understanding.year)
    if before is not None:
        stored = after_saving(stored, before)
    changes = await asyncio.to_thread(compare, understanding, stored)
    if today is not None:
        ahead = tuple(_remarks_on_months(changes, understanding.year, today))
        understanding = replace(understanding, remarks=(*ahead, *understanding.remarks))
    organisation_id = await find_organisation(organisation)
    closed = await _list_closed(changes, organisation_id, understanding.year, today)
    return Preview(organisation, digest, understanding, changes, today, closed)


async def save(
    shown: Preview, actor: Actor | None, *, source: str, now: dtm.datetime, agreed: str | None = None
) -> Changes:
    """Save a previewed sheet in one transaction and return what that changed.

    The comparison is made again, so what somebody else has saved meanwhile is not undone unseen. ``agreed``
    is the fingerprint of the preview a person said yes to, None for this very one; ``actor`` None is the
    operator at the machine itself.

    Raises:
        SheetOutdated: saving would by now change something else than was agreed to.
        UserError: the actor may not import for this organisation.
    """

    async def work() -> Changes:
        organisation_id = await find_organisation(shown.organisation, is_held=True)
        if actor is not None:
            actor.require(Permission.QUOTAS_IMPORT, organisation_id=organisation_id)
        stored = await read_stored(shown.organisation, shown.understanding.year)
        changes = await asyncio.to_thread(compare, shown.understanding, stored)
        if changes.is_empty:
            return changes
        closed = await _list_closed(changes, organisation_id, shown.understanding.year, shown.today)
        if _fingerprint(changes, closed) != (agreed or shown.fingerprint):
            raise SheetOutdated
        await _apply(shown, changes, now)
        await _record(shown, changes, actor, source=source, now=now)
        return changes

    return await transact(work)


def may_import(actor: Actor) -> bool:
    """Tell whether a person may import for any organisation they belong to."""
    return any(actor.may(Permission.QUOTAS_IMPORT, organisation_id=each) for each in actor.organisation_ids)


async def list_organisations(actor: Actor) -> tuple[OrganisationRef, ...]:
    """List the organisations that a person may import for; raise when there is none."""
    if not may_import(actor):
        actor.require(Permission.QUOTAS_IMPORT)
    return tuple(
        one
        for one in await organisations.list_organisations()
        if actor.may(Permission.QUOTAS_IMPORT, organisation_id=one.id)
    )


async def get_organisation(actor: Actor, organisation_id: int) -> OrganisationRef:
    """Give an organisation that the person may import for; raise for any other."""
    actor.require(Permission.QUOTAS_IMPORT, organisation_id=organisation_id)
    return await organisations.get_organisation(organisation_id)


def remarks_on(document: Document) -> Iterator[Remark]:
    """Tell what of a file was not read."""
    for sheet in document.hidden:
        yield Remark("", "import.remark.sheet_hidden", {"sheet": sheet})
    if document.has_macros:
        yield Remark("", "import.remark.macros_ignored", {})


def _remarks_on_months(changes: Changes, year: int, today: dtm.date) -> Iterator[Remark]:
    """Tell of months that have not begun and yet have counts: a slip in the title, most likely."""
    for month in sorted({change.key[2] for change in changes.counts if any(change.after)}):
        if (year, month) > (today.year, today.month):
            yield Remark("", "import.remark.month_ahead", {"year": year, "month": month})


async def _list_closed(
    changes: Changes, organisation_id: int | None, year: int, today: dtm.date | None
) -> dict[Period, int]:
    """Tell how many counts would change in which closed months; an office that is new has closed none."""
    if organisation_id is None or today is None:
        return {}
    touched = Counter(Period.of_month(year, change.key[2]) for change in changes.counts)
    return {
        month: touched[month] for month in await months.list_closed_among(organisation_id, touched, today)
    }


def _fingerprint(changes: Changes, closed: Mapping[Period, int]) -> str:
    return hashlib.sha256(repr((changes, sorted(closed.items()))).encode()).hexdigest()[:16]


async def _apply(shown: Preview, changes: Changes, now: dtm.datetime) -> None:
    year = shown.understanding.year
    rows = await sql.fetch(
        "INSERT INTO organisation (name, year, closing_days, version) VALUES ($1, $2, 5, 1) "
        "ON CONFLICT (name) DO UPDATE SET version = organisation.version + 1, "
        "year = CASE WHEN excluded.year > organisation.year THEN excluded.year ELSE organisation.year END "
        "RETURNING id, version",
        shown.organisation,
        year,
    )
    organisation_id, version = int(rows[0]["id"]), int(rows[0]["version"])
    await _add_units(organisation_id, changes.units)
    await _add_categories(organisation_id, changes.categories)
    stored = await read_stored(shown.organisation, year)
    await _store_quotas(changes.quotas, stored, year)
    headings = list(dict.fromkeys(one.category for one in shown.understanding.duties))
    await _store_duties(changes.duties, stored, headings)
    await _add_aliases(changes, stored)
    await _end_units(changes, stored)
    # The version names the import: the same sheet may set the same cell again after people have reported.
    prefix = f"sheet/{shown.digest}/{organisation_id}.{version}"
    await _set_counts(changes.counts, stored, dtm.date(year, 1, 1), prefix, now)


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


async def _record(
    shown: Preview, changes: Changes, actor: Actor | None, *, source: str, now: dtm.datetime
) -> None:
    await audit.record(
        audit.Entry(
            "sheet.import",
            f"sheet/{shown.digest}",
            after={
                "title": shown.understanding.title,
                "units": len(changes.units),
                "quotas": len(changes.quotas),
                "duties": len(changes.duties),
                "counts": len(changes.counts),
                **(
                    {"closed": {str(month): count for month, count in shown.closed.items()}}
                    if shown.closed
                    else {}
                ),
            },
        ),
        member_id=actor.member_id if actor is not None else None,
        source=source,
        now=now,
        organisation_id=await find_organisation(shown.organisation),
    )
