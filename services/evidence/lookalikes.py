"""Pictures that are, or look like, those of a report: the same one may have been sent for something else.

They say only that somebody should look; nothing follows from them by itself. Pictures of another
organisation are never compared.
"""

import datetime as dtm
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

from models.enums import EvidenceKind, EvidenceState
from services import sql
from services.core.likeness import Belonging, Elsewhere, distance, find_nearest, where_else
from services.facts.ledger import Key

COMPARED = 5000
"""So many of an organisation's last pictures are looked through for one that looks alike; the very same is
found among all of them."""

AT_MOST = 20


@dataclass(frozen=True, slots=True)
class Pictured:
    """A picture and what it was sent for; ``categories`` are all of its report."""

    exhibit_id: int
    stored_name: str
    digest: str
    fingerprint: int
    received_at: dtm.datetime
    unit: str
    categories: tuple[str, ...]
    belonging: Belonging

    def is_same_as(self, other: "Pictured") -> bool:
        """Tell whether the very same file was sent, or one with the very same dots."""
        return self.digest == other.digest or self.stored_name == other.stored_name


@dataclass(frozen=True, slots=True)
class Lookalike:
    """A report's own picture, and another that is the very same (``is_same``) or differs in some ``bits``."""

    own: Pictured
    other: Pictured
    elsewhere: Elsewhere
    is_same: bool
    bits: int


async def list_alike(organisation_id: int, opening: str, key: Key) -> tuple[Lookalike, ...]:
    """List the pictures that are or look like one of a report's, as it counts in one place of the tally.

    The very same first, then what differs least, the latest first; ``AT_MOST`` of them, each beside that
    of the report which it is most like. Of the report's own pictures only the very same are given.
    """
    own = [
        _counted(each, key)
        for each in await _read(
            f"{_SELECT} AND u.organisation_id = $2 AND e.opening = $1", opening, organisation_id
        )
    ]
    if not own:
        return ()
    others = await _read_others(organisation_id, await _find_others(organisation_id, own))
    found = [_beside(min(own, key=lambda each: _order(each, other)), other) for other in others]
    found += [_beside(one, other) for one, other in combinations(own, 2) if one.is_same_as(other)]
    found.sort(key=lambda each: (not each.is_same, each.bits, -each.other.exhibit_id))
    return tuple(found[:AT_MOST])


def _order(one: Pictured, other: Pictured) -> tuple[bool, int]:
    return not one.is_same_as(other), distance(one.fingerprint, other.fingerprint)


def _beside(own: Pictured, other: Pictured) -> Lookalike:
    elsewhere = where_else(own.belonging, other.belonging)
    bits = distance(own.fingerprint, other.fingerprint)
    return Lookalike(own, other, elsewhere, own.is_same_as(other), bits)


def _counted(picture: Pictured, key: Key) -> Pictured:
    """Say what a picture's report counts for in the one place that is looked at."""
    kept = replace(
        picture.belonging,
        unit_id=key.unit_id,
        month_on=key.month_on,
        category_ids=frozenset({key.category_id}),
    )
    return replace(picture, belonging=kept)


async def _find_others(organisation_id: int, own: Sequence[Pictured]) -> list[int]:
    """Find other reports' pictures: the very same by their name in the store, then those most alike."""
    ours = {each.exhibit_id for each in own}
    names = sorted({each.stored_name for each in own})
    same = await sql.look_up(
        f"SELECT e.id {_FROM} AND e.stored_name IN {sql.placeholders(1, len(names))} "
        f"AND u.organisation_id = ${len(names) + 1} ORDER BY e.id DESC LIMIT {AT_MOST + len(ours)}",
        *names,
        organisation_id,
    )
    nearest = {row["id"]: -1 for row in same} | dict.fromkeys(ours, -1)
    prints = await _list_prints(organisation_id)
    for each in own:
        for number, bits in find_nearest(each.fingerprint, prints):
            nearest[number] = min(bits, nearest.get(number, bits))
    ordered = sorted(nearest.keys() - ours, key=lambda number: (nearest[number], -number))
    return ordered[:AT_MOST]


async def _list_prints(organisation_id: int) -> list[tuple[int, int]]:
    """List the numbers and fingerprints of an organisation's last pictures.

    They come as one long word: as thousands of rows they would take most of the time. The plus keeps both
    databases from looking the units' pictures up by an index, which would be all there are, and sorting them.
    """
    joined = "string_agg" if sql.is_postgres() else "group_concat"
    rows = await sql.fetch(
        f"SELECT {joined}(l.id || ' ' || l.fingerprint, ' ') AS prints FROM (SELECT e.id, e.fingerprint "
        f"FROM evidence e WHERE {_SHOWN} "
        "AND +e.unit_id IN (SELECT u.id FROM unit u WHERE u.organisation_id = $1) "
        f"ORDER BY e.id DESC LIMIT {COMPARED}) l",
        organisation_id,
    )
    words = (rows[0]["prints"] or "").split()
    return [(int(number), int(bits, 16)) for number, bits in zip(words[::2], words[1::2], strict=True)]


async def _read_others(organisation_id: int, ids: Sequence[int]) -> tuple[Pictured, ...]:
    if not ids:
        return ()
    return await _read(
        f"{_SELECT} AND e.id IN {sql.placeholders(1, len(ids))} AND u.organisation_id = ${len(ids) + 1}",
        *ids,
        organisation_id,
    )


async def _read(statement: str, *values: Any) -> tuple[Pictured, ...]:
    rows = await sql.look_up(f"{statement} ORDER BY e.id", *values)
    categories = await _list_categories({row["opening"] for row in rows})
    return tuple(_pictured(row, categories.get(row["opening"], {})) for row in rows)


async def _list_categories(openings: Iterable[str]) -> Mapping[str, Mapping[int, str]]:
    """Name the categories that reports count for."""
    wanted = sorted(openings)
    if not wanted:
        return {}
    rows = await sql.look_up(
        "SELECT s.opening, s.category_id, c.name FROM submission s JOIN category c ON c.id = s.category_id "
        f"WHERE s.opening IN {sql.placeholders(1, len(wanted))} "
        "GROUP BY s.opening, s.category_id, c.name HAVING SUM(s.count) > 0 ORDER BY MIN(s.id)",
        *wanted,
    )
    named: dict[str, dict[int, str]] = {}
    for row in rows:
        named.setdefault(row["opening"], {})[row["category_id"]] = row["name"]
    return named


_SHOWN = (
    f"e.state = '{EvidenceState.KEPT.value}' AND e.kind = '{EvidenceKind.PICTURE.value}' "
    "AND e.fingerprint <> ''"
)
_FROM = f"FROM evidence e JOIN unit u ON u.id = e.unit_id WHERE {_SHOWN}"
_SELECT = (
    "SELECT e.id, e.opening, e.unit_id, u.name, e.month_on, e.stored_name, e.digest, e.fingerprint, "
    f"e.received_at {_FROM}"
)


def _pictured(row: Mapping[str, Any], categories: Mapping[int, str]) -> Pictured:
    return Pictured(
        row["id"],
        row["stored_name"],
        row["digest"],
        int(row["fingerprint"], 16),
        sql.get_moment(row["received_at"]),
        row["name"],
        tuple(categories.values()),
        Belonging(row["opening"], row["unit_id"], sql.get_day(row["month_on"]), frozenset(categories)),
    )
