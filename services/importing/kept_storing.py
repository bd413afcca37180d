"""What the sheets that keep rows change, stored by name, in the caller's transaction."""

import datetime as dtm
import hashlib
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models.enums import FindingKind
from services import sql
from services.core.access import Permission
from services.core.links import LinkUnclear, page_key
from services.core.sheets import export_words as words
from services.core.sheets import kept_sheets
from services.core.sheets.kept import KeptChange, Row
from services.core.staleness import duplicate_key, silence_key
from services.core.text import as_name, fold
from services.facts import ledger
from services.media import media_accounts

NEEDED: Mapping[str, Permission] = {
    words.TERMS: Permission.QUOTAS_IMPORT,
    words.ACCOUNT_COUNTS: Permission.QUOTAS_IMPORT,
    words.LOOKS: Permission.MEDIA_MANAGE,
    words.POSTS: Permission.MEDIA_MANAGE,
    words.FINDINGS: Permission.MEDIA_MANAGE,
    words.CALENDAR: Permission.SETTINGS_CHANGE,
    words.RULES: Permission.SETTINGS_CHANGE,
    words.REMINDERS: Permission.REMINDERS_MANAGE,
    words.FIGURES: Permission.BULLETINS_ISSUE,
    words.PHRASES: Permission.BULLETINS_ISSUE,
    words.NUMBERINGS: Permission.BULLETINS_ISSUE,
    words.REVIEWS: Permission.SETTINGS_CHANGE,
}
"""What somebody must be permitted who changes rows of a sheet."""

_ROWS_PER_STATEMENT = 500


@dataclass(frozen=True, slots=True)
class _Place:
    """Whose rows they are, what its things are called, and when and by which import they are stored."""

    organisation_id: int
    units: Mapping[str, int]
    categories: Mapping[str, int]
    accounts: Mapping[tuple[str, str], int]
    source: str
    now: dtm.datetime

    def account(self, platform: object, name: object) -> int:
        """Give an account's id; 0 for none."""
        return self.accounts[str(platform), fold(as_name(str(name)))] if name else 0


async def store(
    changes: Mapping[str, Sequence[KeptChange]], organisation_id: int, *, source: str, now: dtm.datetime
) -> None:
    """Store rows; the units, categories and accounts that they name are there."""
    units = await sql.fetch("SELECT id, name FROM unit WHERE organisation_id = $1", organisation_id)
    categories = await sql.fetch("SELECT id, name FROM category WHERE organisation_id = $1", organisation_id)
    accounts = await media_accounts.list_ever(organisation_id)
    place = _Place(
        organisation_id,
        {row["name"]: row["id"] for row in units},
        {fold(row["name"]): row["id"] for row in categories},
        {(one.platform.value, fold(one.name)): one.id for one in accounts},
        source,
        now,
    )
    for name, rows in changes.items():
        if rows:
            await _STORES[name](rows, place)


def _day(value: object) -> dtm.date | None:
    return None if value is None else dtm.date.fromisoformat(str(value))


def _moment(value: object) -> dtm.datetime | None:
    return None if value is None else dtm.datetime.fromisoformat(str(value))


async def _insert(into: str, rows: Sequence[Sequence[Any]], behind: str) -> None:
    """Insert rows, some with each statement; ``into`` names table and columns."""
    for start in range(0, len(rows), _ROWS_PER_STATEMENT):
        part = rows[start : start + _ROWS_PER_STATEMENT]
        values = [value for row in part for value in row]
        await sql.execute(
            f"INSERT INTO {into} VALUES {sql.placeholders(len(part), len(part[0]))} {behind}", *values
        )


async def _store_terms(changes: Sequence[KeptChange], place: _Place) -> None:
    rows = [
        (
            *(place.units[str(unit)], place.categories[fold(str(category))], cadence),
            *(_day(begins), _day(ends), target, is_per_account),
        )
        for unit, category, cadence, begins, ends, target, is_per_account in (one.after for one in changes)
    ]
    await _insert(
        "quota (unit_id, category_id, cadence, effective_on, ends_on, target, is_per_account)",
        rows,
        "ON CONFLICT (unit_id, category_id, cadence, effective_on) DO UPDATE SET ends_on = excluded.ends_on, "
        "target = excluded.target, is_per_account = excluded.is_per_account",
    )


async def _store_counts(changes: Sequence[KeptChange], place: _Place) -> None:
    """Record what each account's count lacks of what the sheet says."""
    facts = []
    for at, change in enumerate(changes):
        unit, category, platform, name, month, *sums = change.after
        before = change.before[5:] if change.before else (0, 0, 0)
        count, accepted, errors = (
            int(new or 0) - int(old or 0) for new, old in zip(sums, before, strict=True)
        )
        facts.append(
            ledger.Fact(
                unit_id=place.units[str(unit)],
                category_id=place.categories[fold(str(category))],
                account=place.account(platform, name),
                month_on=dtm.date.fromisoformat(f"{month}-01"),
                count=count,
                source=f"sheet/{place.source}/account{at}",
                member_id=None,
                accepted=accepted,
                errors=errors,
            )
        )
    await ledger.record(facts, place.now)


def _sources(changes: Sequence[KeptChange], place: _Place, what: str) -> list[str]:
    """Name each row by what it says, and those that say the same by their number."""
    seen: Counter[Row] = Counter()
    sources = []
    for change in changes:
        seen[change.after] += 1
        digest = hashlib.sha256(repr(change.after).encode()).hexdigest()[:24]
        sources.append(f"sheet/{place.source}/{what}/{digest}/{seen[change.after]}")
    return sources


async def _store_looks(changes: Sequence[KeptChange], place: _Place) -> None:
    rows = [
        (
            *(place.account(row[0], row[1]), _day(row[2]), row[3], _day(row[4]), row[5]),
            *(source, None, place.now),
        )
        for row, source in zip((one.after for one in changes), _sources(changes, place, "look"), strict=True)
    ]
    into = (
        "media_check (account_id, checked_on, outcome, last_post_on, remark, source, member_id, recorded_at)"
    )
    await _insert(into, rows, "ON CONFLICT (source) DO NOTHING")
    await _note_last_posts(changes, place)


async def _store_posts(changes: Sequence[KeptChange], place: _Place) -> None:
    rows = [
        (
            *(place.account(row[0], row[1]), _day(row[2]), row[3], row[4], _address_key(str(row[4]))),
            *(source, None, place.now, _moment(row[5])),
        )
        for row, source in zip((one.after for one in changes), _sources(changes, place, "post"), strict=True)
    ]
    into = (
        "media_post (account_id, posted_on, title, address, address_key, source, member_id, recorded_at, "
        "withdrawn_at)"
    )
    await _insert(into, rows, "ON CONFLICT (source) DO NOTHING")
    await _note_last_posts(changes, place)


def _address_key(address: str) -> str:
    """Give what the page is known by, as if its link had just been shown; "" where it is none."""
    try:
        return hashlib.sha256(page_key(address).encode()).hexdigest() if address else ""
    except LinkUnclear:
        return ""


async def _note_last_posts(changes: Sequence[KeptChange], place: _Place) -> None:
    for account_id in dict.fromkeys(place.account(one.after[0], one.after[1]) for one in changes):
        await media_accounts.note_last_post(account_id)


async def _store_findings(changes: Sequence[KeptChange], place: _Place) -> None:
    rows = []
    for found_on, kind, platform, unit, name, last, gap, due_on, *rest in (one.after for one in changes):
        account_id, unit_id = place.account(platform, name), place.units[str(unit)]
        day, seen = dtm.date.fromisoformat(str(found_on)), _day(last)
        if account_id and seen is not None:
            key = silence_key(FindingKind(str(kind)), account_id, seen)
        else:
            key = duplicate_key(unit_id, str(platform), day)
        rectification, rectified_on, proof, reason = rest
        rows.append(
            (
                *(place.organisation_id, unit_id, account_id or None, platform, kind, key, day, seen, gap),
                *(_day(due_on), rectification, _day(rectified_on), proof, reason),
            )
        )
    await _insert(
        "media_finding (organisation_id, unit_id, account_id, platform, kind, key, found_on, last_post_on, "
        "gap_days, due_on, rectification, rectified_on, proof, reason)",
        rows,
        "ON CONFLICT (key) DO UPDATE SET unit_id = excluded.unit_id, found_on = excluded.found_on, "
        "gap_days = excluded.gap_days, due_on = excluded.due_on, rectification = excluded.rectification, "
        "rectified_on = excluded.rectified_on, proof = excluded.proof, reason = excluded.reason, "
        "version = media_finding.version + 1",
    )


async def _store_days(changes: Sequence[KeptChange], place: _Place) -> None:
    rows = [(place.organisation_id, _day(one.after[0]), one.after[1] == "1") for one in changes]
    await _insert(
        "calendar_day (organisation_id, day_on, is_working)",
        rows,
        "ON CONFLICT (organisation_id, day_on) DO UPDATE SET is_working = excluded.is_working",
    )


async def _store_rules(changes: Sequence[KeptChange], place: _Place) -> None:
    for change in changes:
        rule, value = kept_sheets.rule_value(change.after)
        await sql.execute(
            f"UPDATE organisation SET {rule.value} = $1, version = version + 1 WHERE id = $2",
            *(value, place.organisation_id),
        )


async def _store_reminders(changes: Sequence[KeptChange], place: _Place) -> None:
    await sql.execute(
        "INSERT INTO reminder_rules (organisation_id) VALUES ($1) ON CONFLICT (organisation_id) "
        "DO UPDATE SET version = reminder_rules.version + 1",
        place.organisation_id,
    )
    for change in changes:
        column, value = kept_sheets.reminder_value(change.after)
        stored = _moment(value) if column == "paused_at" else value
        await sql.execute(
            f"UPDATE reminder_rules SET {column} = $1 WHERE organisation_id = $2",
            *(stored, place.organisation_id),
        )


async def _store_figures(changes: Sequence[KeptChange], place: _Place) -> None:
    await _insert(
        "stated_figure (organisation_id, period, name, value, names)",
        [(place.organisation_id, *one.after) for one in changes],
        "ON CONFLICT (organisation_id, period, name) DO UPDATE SET value = excluded.value, "
        "names = excluded.names",
    )


async def _store_phrases(changes: Sequence[KeptChange], place: _Place) -> None:
    await _insert(
        "phrase (organisation_id, kind, place, text)",
        [(place.organisation_id, *one.after) for one in changes],
        "ON CONFLICT (organisation_id, kind, place) DO UPDATE SET text = excluded.text, "
        "version = phrase.version + 1",
    )


async def _store_numberings(changes: Sequence[KeptChange], place: _Place) -> None:
    await _insert(
        "bulletin_numbering (organisation_id, kind, is_numbered, year, number_before, total_before)",
        [(place.organisation_id, *one.after) for one in changes],
        "ON CONFLICT (organisation_id, kind) DO UPDATE SET is_numbered = excluded.is_numbered, "
        "year = excluded.year, number_before = excluded.number_before, total_before = excluded.total_before",
    )


async def _store_reviews(changes: Sequence[KeptChange], place: _Place) -> None:
    for category, rule, evidence in (one.after for one in changes):
        await sql.execute(
            "UPDATE category SET review_rule = $1, required_evidence = $2 WHERE id = $3",
            *(rule, evidence, place.categories[fold(str(category))]),
        )


_STORES: Mapping[str, Callable[[Sequence[KeptChange], _Place], Awaitable[None]]] = {
    words.TERMS: _store_terms,
    words.ACCOUNT_COUNTS: _store_counts,
    words.LOOKS: _store_looks,
    words.POSTS: _store_posts,
    words.FINDINGS: _store_findings,
    words.CALENDAR: _store_days,
    words.RULES: _store_rules,
    words.REMINDERS: _store_reminders,
    words.FIGURES: _store_figures,
    words.PHRASES: _store_phrases,
    words.NUMBERINGS: _store_numberings,
    words.REVIEWS: _store_reviews,
}
