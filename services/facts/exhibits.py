"""The rows of evidence: what came with which message, and the report that it belongs to."""

import datetime as dtm
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from models.enums import EvidenceKind, EvidenceState
from services import sql
from services.core.drafts import Terms

STORED = frozenset({EvidenceState.KEPT, EvidenceState.WITHDRAWN})
"""States in which there is a file, or an address."""
STORED_SQL = "('kept', 'withdrawn')"
IS_COUNTED_SQL = (
    f"(e.kind = '{EvidenceKind.LINK.value}' AND COALESCE((SELECT SUM(s.count) FROM submission s "
    "WHERE s.opening = e.opening AND s.address_key = e.digest), 0) > 0)"
)
"""Tells of evidence `e` that it is a link which its report counts for as well."""


@dataclass(frozen=True, slots=True)
class NewExhibit:
    """One picture, document or link: the message it came with, what it came together with, and its file.

    ``stored_name`` "" where the file could not be kept, which is owed then; ``digest`` is the SHA-256 of what
    was sent, ``fingerprint`` 16 hexadecimal digits of a picture. A link has an ``address`` instead of a file.
    """

    source: str
    parcel: str
    opening: str
    kind: EvidenceKind
    name: str
    stored_name: str = ""
    media_type: str = ""
    size: int = 0
    digest: str = ""
    fingerprint: str = ""
    taken_on: dtm.date | None = None
    address: str = ""


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One picture, document or link as it is kept; see ``models.evidence``."""

    id: int
    opening: str
    unit_id: int | None
    kind: EvidenceKind
    state: EvidenceState
    stored_name: str
    name: str
    media_type: str
    size: int
    taken_on: dtm.date | None
    received_at: dtm.datetime
    address: str


@dataclass(frozen=True, slots=True)
class Parcel:
    """What was sent together: by whom, and the report that it belongs to."""

    name: str
    opening: str
    member_id: int


@dataclass(frozen=True, slots=True)
class EvidenceCount:
    """How much evidence a report has; ``owed`` is what was announced and could not be kept."""

    pictures: int = 0
    documents: int = 0
    links: int = 0
    owed: int = 0

    @property
    def files(self) -> int:
        """Count what was sent as files."""
        return self.pictures + self.documents

    def __bool__(self) -> bool:
        """Tell whether there is any."""
        return self.files + self.links > 0


async def add(new: NewExhibit, member_id: int, now: dtm.datetime) -> int | None:
    """Keep a row, in the caller's transaction; give its id, None where the message has one already."""
    state = EvidenceState.KEPT if new.stored_name or new.address else EvidenceState.OWED
    rows = await sql.change(
        "INSERT INTO evidence (source, parcel, opening, kind, state, stored_name, name, media_type, size, "
        "digest, fingerprint, taken_on, address, member_id, received_at) "
        f"VALUES {sql.placeholders(1, 15)} ON CONFLICT (source) DO NOTHING RETURNING id",
        *(new.source, new.parcel, new.opening, new.kind.value, state.value, new.stored_name, new.name),
        *(new.media_type, new.size, new.digest, new.fingerprint, new.taken_on, new.address, member_id, now),
    )
    return int(rows[0]["id"]) if rows else None


async def find_parcel(name: str) -> Parcel | None:
    """Give what is known of things sent together; None before the first of them."""
    rows = await sql.look_up(
        "SELECT opening, member_id FROM evidence WHERE parcel = $1 ORDER BY id LIMIT 1", name
    )
    return Parcel(name, rows[0]["opening"], rows[0]["member_id"]) if rows else None


async def find_opening_of(source: str, member_id: int | None = None) -> str | None:
    """Give the report that the evidence of a message belongs to, perhaps only that of one member."""
    rows = await sql.look_up("SELECT opening, member_id FROM evidence WHERE source = $1", source)
    is_theirs = bool(rows) and member_id in {None, rows[0]["member_id"]}
    return rows[0]["opening"] if is_theirs else None


def name_album(member_id: int | None, album_id: str) -> str:
    """Name the parcel that the pieces of somebody's album are."""
    return f"album/m{member_id}/{album_id}"


async def has_begun(telegram_id: int, album_id: str) -> bool:
    """Tell whether a piece of somebody's album has come as evidence."""
    rows = await sql.look_up("SELECT id FROM member WHERE telegram_id = $1", telegram_id)
    return bool(rows) and await find_parcel(name_album(rows[0]["id"], album_id)) is not None


async def place(parcel: str, opening: str) -> None:
    """Let what was sent together belong to a report."""
    await sql.execute("UPDATE evidence SET opening = $1 WHERE parcel = $2", opening, parcel)


async def follow(opening: str, terms: Terms | None) -> None:
    """Note what a report says now of unit, month and category, or (None) that it was withdrawn."""
    if terms is None:
        await sql.execute(
            "UPDATE evidence SET state = $1 WHERE opening = $2 AND state IN ($3, $4)",
            *(EvidenceState.WITHDRAWN.value, opening, EvidenceState.KEPT.value, EvidenceState.OWED.value),
        )
        return
    categories = {line.category_id for line in terms.lines}
    only = categories.pop() if len(categories) == 1 else None
    await belong(opening, terms.unit_id, terms.month.starts_on, only)


async def belong(opening: str, unit_id: int, month_on: dtm.date, category_id: int | None) -> None:
    """Note the unit, month and (where there is but one) category of a report's evidence."""
    await sql.execute(
        "UPDATE evidence SET unit_id = $1, month_on = $2, category_id = $3 WHERE opening = $4",
        *(unit_id, month_on, category_id, opening),
    )


async def count(opening: str) -> EvidenceCount:
    """Count a report's evidence: what was sent, and the links that it still counts or was sent."""
    rows = await sql.look_up(
        "SELECT kind, state, COUNT(*) AS count FROM evidence WHERE opening = $1 GROUP BY kind, state", opening
    )
    kept = {row["kind"]: row["count"] for row in rows if row["state"] == EvidenceState.KEPT.value}
    return EvidenceCount(
        pictures=kept.get(EvidenceKind.PICTURE.value, 0),
        documents=kept.get(EvidenceKind.DOCUMENT.value, 0),
        links=len(await list_links(opening)),
        owed=sum(row["count"] for row in rows if row["state"] == EvidenceState.OWED.value),
    )


async def list_links(opening: str) -> tuple[tuple[str, str], ...]:
    """List the address and title of each page that a report counts for, then of those sent in reply to it."""
    return tuple((address, title) for _, address, title in await _list_pages(opening))


async def list_page_digests(opening: str) -> frozenset[str]:
    """Give what the pages that are evidence of a report are known by."""
    return frozenset(digest for digest, *_ in await _list_pages(opening))


async def count_sent_links(opening: str) -> int:
    """Count the links that were sent in reply to a report, and are kept."""
    return sum(each.kind is EvidenceKind.LINK for each in await _list_kept(opening))


async def _list_pages(opening: str) -> list[tuple[str, str, str]]:
    """List digest, address and title of a report's pages; one that it counts for is no other one's."""
    rows = await sql.look_up(_PAGES, opening)
    counted = {row["page"] for row in rows if not row["is_sent"]}
    return [
        (row["page"], row["address"], row["title"])
        for row in rows
        if not row["is_sent"] or row["page"] not in counted
    ]


_PAGES = f"""
SELECT address_key AS page, MAX(address) AS address, MAX(title) AS title, MIN(id) AS id, 0 AS is_sent
FROM submission WHERE opening = $1 AND address_key <> ''
GROUP BY category_id, account, unit_id, month_on, address_key HAVING SUM(count) > 0
UNION ALL SELECT digest, address, '', id, 1 FROM evidence
WHERE opening = $1 AND kind = '{EvidenceKind.LINK.value}' AND state = '{EvidenceState.KEPT.value}'
ORDER BY is_sent, id
"""


async def list_kept(opening: str) -> tuple[Exhibit, ...]:
    """List the pictures and documents of a report that can be shown, as they came."""
    return tuple(each for each in await _list_kept(opening) if each.kind is not EvidenceKind.LINK)


async def _list_kept(opening: str) -> tuple[Exhibit, ...]:
    rows = await sql.look_up(
        f"SELECT {_COLUMNS} FROM evidence WHERE opening = $1 AND state = $2 ORDER BY id",
        *(opening, EvidenceState.KEPT.value),
    )
    return tuple(map(_exhibit, rows))


async def list_stored(opening: str, unit_id: int) -> tuple[Exhibit, ...]:
    """List a report's files, also of a withdrawn one, and the links sent in reply to it, as they came."""
    rows = await sql.look_up(
        f"SELECT {_COLUMNS} FROM evidence WHERE opening = $1 AND unit_id = $2 AND state IN {STORED_SQL} "
        "ORDER BY id",
        *(opening, unit_id),
    )
    return tuple(map(_exhibit, rows))


async def get(exhibit_id: int) -> Exhibit:
    """Give one picture, document or link; LookupError where there is none."""
    rows = await sql.look_up(f"SELECT {_COLUMNS} FROM evidence WHERE id = $1", exhibit_id)
    if not rows:
        raise LookupError(exhibit_id)
    return _exhibit(rows[0])


async def let_go(before: dtm.datetime) -> int:
    """Point no more to files that came before a moment and never came to belong to a report that counts.

    Returns how many those are; the row stays and says that something was sent.
    """
    return await sql.execute(
        "UPDATE evidence SET state = $1, stored_name = '' "
        "WHERE unit_id IS NULL AND state = $2 AND received_at < $3",
        *(EvidenceState.PURGED.value, EvidenceState.KEPT.value, before),
    )


async def find_known(names: Collection[str]) -> frozenset[str]:
    """Tell which files of the store a piece of evidence points to."""
    rows = await sql.fetch(
        f"SELECT DISTINCT stored_name FROM evidence WHERE stored_name IN {sql.placeholders(1, len(names))}",
        *names,
    )
    return frozenset(row["stored_name"] for row in rows)


_COLUMNS = (
    "id, opening, unit_id, kind, state, stored_name, name, media_type, size, taken_on, received_at, address"
)


def _exhibit(row: Mapping[str, Any]) -> Exhibit:
    return Exhibit(
        row["id"],
        row["opening"],
        row["unit_id"],
        EvidenceKind(row["kind"]),
        EvidenceState(row["state"]),
        row["stored_name"],
        row["name"],
        row["media_type"],
        row["size"],
        None if row["taken_on"] is None else sql.get_day(row["taken_on"]),
        sql.get_moment(row["received_at"]),
        row["address"],
    )
