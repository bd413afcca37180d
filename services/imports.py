"""Bring an office's own sheet in: understand it, say what it would change, save it whole or not at all."""

import asyncio
import datetime as dtm
import hashlib
from dataclasses import dataclass

from models.enums import Cadence, DutyKind
from services import audit, ledger, organisations, sql
from services.core.access import Actor, Permission
from services.core.errors import UserError
from services.core.sheets.changes import Changes, QuotaChange, Stored, compare
from services.core.sheets.understand import understand
from services.core.sheets.understanding import SheetCategory, Understanding, UnitRow
from services.documents import read_document
from services.names import search_key
from services.organisations import OrganisationRef
from services.transaction import transact


class SheetOutdated(UserError):
    """Something was saved since the sheet was shown: saving it would change something else than was said."""


@dataclass(frozen=True, slots=True)
class Preview:
    """A sheet as it was understood and what saving it would change; nothing is saved yet."""

    organisation: str
    digest: str
    understanding: Understanding
    changes: Changes

    @property
    def fingerprint(self) -> str:
        """Name what saving would change: what a person has agreed to."""
        return _fingerprint(self.changes)


async def preview(content: bytes, name: str, *, organisation: str, year: int) -> Preview:
    """Understand a sheet and compare it with what the organisation has.

    Raises:
        UserError: the document cannot be read, or no table of units is in it.
    """
    # Reading takes the processor for seconds at the largest sheets: not on the loop.
    document = await asyncio.to_thread(read_document, content, name)
    understanding = await asyncio.to_thread(understand, document.sheets, year=year)
    stored = await _read_stored(organisation, understanding.year)
    return Preview(organisation, document.digest, understanding, compare(understanding, stored))


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
        organisation_id = await _find_organisation(shown.organisation)
        if actor is not None:
            actor.require(Permission.QUOTAS_IMPORT, organisation_id=organisation_id)
        changes = compare(
            shown.understanding, await _read_stored(shown.organisation, shown.understanding.year)
        )
        if changes.is_empty:
            return changes
        if _fingerprint(changes) != (agreed or shown.fingerprint):
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


def _fingerprint(changes: Changes) -> str:
    return hashlib.sha256(repr(changes).encode()).hexdigest()[:16]


async def _find_organisation(name: str) -> int | None:
    rows = await sql.fetch("SELECT id FROM organisation WHERE name = $1", name)
    return int(rows[0]["id"]) if rows else None


async def _read_stored(organisation: str, year: int) -> Stored:
    organisation_id = await _find_organisation(organisation)
    if organisation_id is None:
        return Stored()
    units = await sql.fetch("SELECT id, name FROM unit WHERE organisation_id = $1", organisation_id)
    aliases = await sql.fetch(
        "SELECT a.name AS alias, u.name FROM unit_alias a JOIN unit u ON u.id = a.unit_id "
        "WHERE u.organisation_id = $1",
        organisation_id,
    )
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
    counts = await sql.fetch(
        "SELECT u.name AS unit, c.name AS category, t.month_on, SUM(t.count) AS count FROM tally t "
        "JOIN unit u ON u.id = t.unit_id JOIN category c ON c.id = t.category_id "
        "WHERE u.organisation_id = $1 AND t.month_on >= $2 AND t.month_on <= $3 "
        "GROUP BY u.name, c.name, t.month_on",
        organisation_id,
        dtm.date(year, 1, 1),
        dtm.date(year, 12, 1),
    )
    return Stored(
        units={row["name"]: row["id"] for row in units},
        aliases={row["alias"]: row["name"] for row in aliases},
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
            (row["unit"], row["category"], ledger.day_of(row["month_on"]).month): int(row["count"])
            for row in counts
        },
    )


async def _apply(shown: Preview, changes: Changes, now: dtm.datetime) -> None:
    year = shown.understanding.year
    await sql.execute(
        "INSERT INTO organisation (name, year, closing_days, version) VALUES ($1, $2, 5, 1) "
        "ON CONFLICT (name) DO UPDATE SET version = organisation.version + 1, "
        "year = CASE WHEN excluded.year > organisation.year THEN excluded.year ELSE organisation.year END",
        shown.organisation,
        year,
    )
    organisation_id = await _find_organisation(shown.organisation)
    if organisation_id is None:
        raise AssertionError("the organisation was written just now")
    await _add_units(organisation_id, changes.units)
    await _add_categories(organisation_id, changes.categories)
    stored = await _read_stored(shown.organisation, year)
    for change in changes.quotas:
        await _store_quota(change, stored, year)
    headings = [one.category for one in shown.understanding.duties]
    for duty in changes.duties:
        await sql.execute(
            "INSERT INTO duty (unit_id, heading, text, kind, position) VALUES ($1, $2, $3, $4, $5) "
            "ON CONFLICT (unit_id, heading) DO UPDATE SET text = excluded.text, kind = excluded.kind",
            stored.units[duty.unit],
            duty.heading,
            duty.text,
            duty.kind.value,
            headings.index(duty.heading),
        )
    for count in changes.counts:
        unit, category, month = count.key
        fact = ledger.Fact(
            unit_id=stored.units[unit],
            category_id=stored.categories[category],
            account=0,
            month_on=dtm.date(year, month, 1),
            count=count.after,
            source=f"sheet/{shown.digest}/{count.address}/{year}-{month:02}",
            member_id=None,
        )
        await ledger.set_count(fact, now)


async def _add_units(organisation_id: int, rows: tuple[UnitRow, ...]) -> None:
    """Add units in the sheet's order (机构序), behind those the organisation has already."""
    found = await sql.fetch(
        "SELECT COALESCE(MAX(position), 0) AS last FROM unit WHERE organisation_id = $1", organisation_id
    )
    for position, row in enumerate(rows, start=int(found[0]["last"]) + 1):
        await sql.execute(
            "INSERT INTO unit "
            "(organisation_id, name, division, position, printed_number, search_key, is_active) "
            "VALUES ($1, $2, $3, $4, $5, $6, TRUE)",
            organisation_id,
            row.name,
            row.division,
            position,
            row.printed_number,
            search_key(row.name),
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


async def _store_quota(change: QuotaChange, stored: Stored, year: int) -> None:
    """Store a quota for the sheet's year; a corrected sheet replaces what the first one said."""
    unit, category, cadence = change.key
    target, is_per_account = change.after
    await sql.execute(
        "INSERT INTO quota "
        "(unit_id, category_id, cadence, target, is_per_account, effective_on, ends_on) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7) "
        "ON CONFLICT (unit_id, category_id, cadence, effective_on) DO UPDATE SET "
        "target = excluded.target, is_per_account = excluded.is_per_account",
        stored.units[unit],
        stored.categories[category],
        cadence.value,
        target,
        is_per_account,
        dtm.date(year, 1, 1),
        dtm.date(year, 12, 31),
    )


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
            },
        ),
        member_id=actor.member_id if actor is not None else None,
        source=source,
        now=now,
        organisation_id=await _find_organisation(shown.organisation),
    )
