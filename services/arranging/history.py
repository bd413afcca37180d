"""Reading the audit: who did what when, by which message; the newest first, or all of it in order."""

import datetime as dtm
import json
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from services import sql
from services.core.access import Actor, Permission
from services.core.spans import Span

ON_A_PAGE = 8
ROWS_AT_ONCE = 1000
ROWS_LOOKED_AT = 50
NEWEST = 2**63 - 1
"""Above every entry's id."""


class Kind(StrEnum):
    """What an entry is about, as one asks for it."""

    REPORTS = "reports"
    MONTHS = "months"
    UNITS = "units"
    PEOPLE = "people"
    GROUPS = "groups"
    RULES = "rules"
    SHEETS = "sheets"
    MEDIA = "media"
    REMINDERS = "reminders"
    BULLETINS = "bulletins"
    SENDING = "sending"
    REVIEWS = "reviews"


PREFIXES: Mapping[Kind, tuple[str, ...]] = MappingProxyType(
    {
        Kind.REPORTS: ("report", "evidence"),
        Kind.REVIEWS: ("review",),
        Kind.MONTHS: ("month",),
        Kind.UNITS: ("unit",),
        Kind.PEOPLE: ("member", "binding", "invitation", "founder"),
        Kind.GROUPS: ("group",),
        Kind.RULES: ("organisation", "calendar", "category"),
        Kind.SHEETS: ("sheet",),
        Kind.MEDIA: ("media",),
        Kind.REMINDERS: ("reminders", "absence"),
        Kind.BULLETINS: ("bulletin", "ranking"),
        Kind.SENDING: ("sending",),
    }
)
"""What stands before the dot of an action; every action belongs to one kind."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries of an organisation: what is not None narrows them down; a span's days are ``zone``'s."""

    organisation_id: int
    unit_id: int | None = None
    member_id: int | None = None
    kind: Kind | None = None
    span: Span | None = None
    zone: dtm.tzinfo = dtm.UTC


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One entry; ``before`` and ``after`` are JSON values that name units and people by id."""

    id: int
    happened_at: dtm.datetime
    member_id: int | None
    action: str
    subject: str
    before: Any
    after: Any
    source: str


@dataclass(frozen=True, slots=True)
class MemberName:
    """What a person is called in the office's list ("" while nothing is known), unless they are forgotten."""

    name: str
    is_forgotten: bool


@dataclass(frozen=True, slots=True)
class Names:
    """What the ids in entries stand for; groups by their Telegram id, because sources name them so.

    ``reasons`` are those for which months were opened again, by the id of the reopening.
    """

    units: Mapping[int, str]
    categories: Mapping[int, str]
    groups: Mapping[int, str]
    reasons: Mapping[int, str] = field(default_factory=dict)
    accounts: Mapping[int, str] = field(default_factory=dict)
    members: Mapping[int, MemberName] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbours by one message and of one action, as forty invitations at once are; the newest first."""

    entries: tuple[HistoryEntry, ...]


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Some entries, the newest first; ``has_older`` tells whether there are more behind the last."""

    organisation: str
    runs: tuple[Run, ...]
    names: Names
    has_older: bool

    @property
    def oldest_id(self) -> int:
        """The entry that older ones are older than."""
        return self.runs[-1].entries[-1].id


async def read_page(actor: Actor, wanted: Wanted, before_id: int | None = None) -> HistoryPage:
    """Give the newest entries, or those older than ``before_id``."""
    actor.require(Permission.AUDIT_READ, organisation_id=wanted.organisation_id)
    runs: list[list[HistoryEntry]] = []
    has_older = False
    async for entry in _backwards(wanted, before_id):
        if runs and _is_of_one_deed(runs[-1][0], entry):
            runs[-1].append(entry)
        elif has_older := len(runs) == ON_A_PAGE:
            break
        else:
            runs.append([entry])
    organisations = await sql.fetch("SELECT name FROM organisation WHERE id = $1", wanted.organisation_id)
    names = await _names(wanted.organisation_id)
    return HistoryPage(
        organisation=organisations[0]["name"] if organisations else "",
        runs=tuple(Run(tuple(run)) for run in runs),
        names=await _with_members(names, [entry for run in runs for entry in run]),
        has_older=has_older,
    )


def _is_of_one_deed(one: HistoryEntry, other: HistoryEntry) -> bool:
    return (one.source, one.happened_at, one.action, one.member_id) == (
        other.source,
        other.happened_at,
        other.action,
        other.member_id,
    )


async def _backwards(wanted: Wanted, before_id: int | None) -> AsyncIterator[HistoryEntry]:
    """Give entries from the newest on, some at a time."""
    conditions, values = _narrowed(wanted)
    last = NEWEST if before_id is None else before_id
    statement = (
        f"{_ENTRIES} WHERE {' AND '.join(conditions)} AND id < ${len(values) + 1} "
        f"ORDER BY id DESC LIMIT {ROWS_LOOKED_AT}"
    )
    while rows := await sql.fetch(statement, *values, last):
        for row in rows:
            yield _entry(row)
        if len(rows) < ROWS_LOOKED_AT:
            return
        last = rows[-1]["id"]


async def count(actor: Actor, organisation_id: int) -> int:
    """Tell how many entries an organisation has."""
    actor.require(Permission.AUDIT_READ, organisation_id=organisation_id)
    conditions, values = _narrowed(Wanted(organisation_id))
    rows = await sql.fetch(f"SELECT COUNT(*) AS n FROM audit_entry WHERE {' AND '.join(conditions)}", *values)
    return int(rows[0]["n"])


async def read_all(
    actor: Actor, organisation_id: int
) -> AsyncIterator[tuple[tuple[HistoryEntry, ...], Names]]:
    """Give every entry in order, some at a time with their names, so that memory stays bounded."""
    actor.require(Permission.AUDIT_READ, organisation_id=organisation_id)
    conditions, values = _narrowed(Wanted(organisation_id))
    statement = (
        f"{_ENTRIES} WHERE {' AND '.join(conditions)} AND id > ${len(values) + 1} "
        f"ORDER BY id LIMIT {ROWS_AT_ONCE}"
    )
    names = await _names(organisation_id)
    last = 0
    while rows := await sql.fetch(statement, *values, last):
        entries = tuple(map(_entry, rows))
        last = entries[-1].id
        yield entries, await _with_members(names, entries)


async def find_members(actor: Actor, organisation_id: int, text: str) -> tuple[tuple[int, str], ...]:
    """List the people of an organisation whose name has a text in it, by id and name."""
    actor.require(Permission.AUDIT_READ, organisation_id=organisation_id)
    rows = await sql.fetch(
        "SELECT DISTINCT m.id, m.name FROM member m JOIN audit_entry a ON a.member_id = m.id "
        "WHERE a.organisation_id = $1 AND m.name <> '' ORDER BY m.id",
        organisation_id,
    )
    return tuple((row["id"], row["name"]) for row in rows if text and text in row["name"])


# What a person does to themselves (their language) belongs to every organisation they are bound to.
_OF_ORGANISATION = (
    "(organisation_id = $1 OR (organisation_id IS NULL "
    "AND member_id IN (SELECT member_id FROM binding WHERE organisation_id = $1)))"
)
_ENTRIES = "SELECT id, happened_at, member_id, action, subject, before, after, source FROM audit_entry"


def _narrowed(wanted: Wanted) -> tuple[list[str], list[Any]]:
    """Write the conditions and the values that they number."""
    conditions, values = [_OF_ORGANISATION], [wanted.organisation_id]

    def value(given: Any) -> str:
        values.append(given)
        return f"${len(values)}"

    if wanted.unit_id is not None:
        conditions.append(_about_unit(wanted.unit_id, value))
    if wanted.member_id is not None:
        subject = value(f"member/{wanted.member_id}")
        conditions.append(f"(member_id = {value(wanted.member_id)} OR subject = {subject})")
    if wanted.kind is not None:
        likes = [f"action LIKE {value(f'{prefix}.%')}" for prefix in PREFIXES[wanted.kind]]
        conditions.append(f"({' OR '.join(likes)})")
    if wanted.span is not None:
        starts = dtm.datetime.combine(wanted.span.starts_on, dtm.time(), wanted.zone)
        ends = dtm.datetime.combine(wanted.span.ends_before, dtm.time(), wanted.zone)
        conditions.append(f"happened_at >= {value(starts.astimezone(dtm.UTC))}")
        conditions.append(f"happened_at < {value(ends.astimezone(dtm.UTC))}")
    return conditions, values


def _about_unit(unit_id: int, value: Any) -> str:
    """Match entries whose subject is the unit, or whose values name it: both databases write JSON alike."""
    likes = [f"subject = {value(f'unit/{unit_id}')}", f"subject LIKE {value(f'unit/{unit_id}/%')}"]
    for column in ("before", "after"):
        named = (f'%"unit": {unit_id}{end}%' for end in ",}")
        likes += [f"CAST({column} AS TEXT) LIKE {value(pattern)}" for pattern in named]
    return f"({' OR '.join(likes)})"


def _entry(row: dict[str, Any]) -> HistoryEntry:
    happened_at = sql.moment(row["happened_at"])
    if happened_at is None:
        raise AssertionError("an entry has its moment")
    before, after = _json(row["before"]), _json(row["after"])
    return HistoryEntry(**{**row, "happened_at": happened_at, "before": before, "after": after})


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


async def _names(organisation_id: int) -> Names:
    units = await sql.fetch("SELECT id, name FROM unit WHERE organisation_id = $1", organisation_id)
    categories = await sql.fetch("SELECT id, name FROM category WHERE organisation_id = $1", organisation_id)
    groups = await sql.fetch(
        "SELECT c.telegram_id AS id, MIN(COALESCE(g.name, c.title)) AS name FROM chat c "
        "LEFT JOIN office_group g ON g.chat_id = c.id AND g.topic = 0 "
        "WHERE c.telegram_id < 0 GROUP BY c.telegram_id"  # also those that were let go
    )
    reasons = await sql.fetch(
        "SELECT r.id, r.reason AS name FROM reopening r JOIN unit u ON u.id = r.unit_id "
        "WHERE u.organisation_id = $1",
        organisation_id,
    )
    accounts = await sql.fetch(
        "SELECT id, name FROM media_account WHERE organisation_id = $1", organisation_id
    )
    every = (units, categories, groups, reasons, accounts)
    return Names(*({row["id"]: row["name"] for row in rows} for rows in every))


async def _with_members(names: Names, entries: Sequence[HistoryEntry]) -> Names:
    wanted = sorted({each for entry in entries for each in _members_of(entry)})
    found: dict[int, MemberName] = {}
    if wanted:
        rows = await sql.fetch(
            "SELECT id, name, forgotten_at FROM member WHERE id IN "
            f"({', '.join(f'${number}' for number in range(1, len(wanted) + 1))})",
            *wanted,
        )
        found = {row["id"]: MemberName(row["name"], row["forgotten_at"] is not None) for row in rows}
    return replace(names, members=found)


def _members_of(entry: HistoryEntry) -> Iterator[int]:
    if entry.member_id is not None:
        yield entry.member_id
    for text in (entry.subject, *_texts_in((entry.before, entry.after))):
        kind, _, number = text.partition("/")
        if kind == "member" and number.isdecimal():
            yield int(number)


def _texts_in(values: Iterable[Any]) -> Iterator[str]:
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            yield from _texts_in(value.values())
