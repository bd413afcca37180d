"""What reports lack of the evidence that their categories need, and what of them is not accepted."""

import datetime as dtm
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from models.enums import EvidenceKind, EvidenceState, ReviewRule, ReviewState
from services import review_rows, sql
from services.core.requirements import NOTHING_LACKING, Lack, Requirement, read_kinds
from services.review_rows import NOTHING_OPEN, Open


@dataclass(frozen=True, slots=True)
class CategoryLack:
    """What so many ``reports`` of a category lack, each of them."""

    category: str
    lack: Lack
    reports: int = 1


@dataclass(frozen=True, slots=True)
class Asked:
    """What there is to ask about a unit's reports; nothing at all where no rule and no review is.

    ``requirements`` are those of the categories that ask for evidence, by id, ``names`` what these are called
    in official order.
    """

    requirements: Mapping[int, Requirement]
    names: Mapping[int, str]
    has_reviews: bool

    def __bool__(self) -> bool:
        """Tell whether there is anything."""
        return self.has_reviews or bool(self.requirements)


@dataclass(frozen=True, slots=True)
class Outstanding:
    """What of a unit's reports is not accepted, what they lack, and how many files are owed (待补)."""

    open: Open = NOTHING_OPEN
    lacks: tuple[CategoryLack, ...] = ()
    owed: int = 0

    def __bool__(self) -> bool:
        """Tell whether there is anything."""
        return bool(self.open or self.lacks or self.owed)


NOTHING_OUTSTANDING = Outstanding()


def requirement_of(row: Mapping[str, Any]) -> Requirement:
    """Read ``review_rule`` and ``required_evidence`` of a category."""
    return Requirement(ReviewRule(row["review_rule"]), read_kinds(row["required_evidence"]))


async def list_requirements(category_ids: Iterable[int]) -> Mapping[int, Requirement]:
    """Give what is required of those categories whose reports are not simply accepted at once."""
    wanted = sorted(set(category_ids))
    if not wanted:
        return {}
    rows = await sql.look_up(
        "SELECT id, review_rule, required_evidence FROM category "
        f"WHERE (review_rule <> '{ReviewRule.AUTO.value}' OR required_evidence <> '') AND id IN "
        f"{sql.placeholders(1, len(wanted))}",
        *wanted,
    )
    return {row["id"]: requirement_of(row) for row in rows}


async def list_lacks(opening: str) -> tuple[CategoryLack, ...]:
    """Tell what one report lacks, by category in official order."""
    rows = await sql.look_up(
        "SELECT c.name, c.review_rule, c.required_evidence, "
        f"{_LINKS}, {_has(EvidenceKind.PICTURE)}, {_has(EvidenceKind.DOCUMENT)} "
        "FROM submission s JOIN category c ON c.id = s.category_id WHERE s.opening = $1 "
        f"AND (c.review_rule = '{ReviewRule.ON_EVIDENCE.value}' OR c.required_evidence <> '') "
        "GROUP BY c.id, c.name, c.review_rule, c.required_evidence, c.position, s.unit_id, s.account, "
        "s.month_on, s.opening HAVING SUM(s.count) > 0 ORDER BY c.position, c.id",
        opening,
    )
    found = ((row["name"], requirement_of(row).lack(_present(row))) for row in rows)
    return tuple(CategoryLack(name, lack) for name, lack in dict.fromkeys(found) if lack)


async def find_lack(opening: str, category: str) -> Lack:
    """Tell what a report lacks in one of its categories, which is named."""
    lacks = await list_lacks(opening)
    return next((each.lack for each in lacks if each.category == category), NOTHING_LACKING)


async def read_outstanding(
    unit_id: int, asked: Asked, first_on: dtm.date, last_on: dtm.date, open_from: dtm.date, today: dtm.date
) -> Outstanding:
    """Read what of a unit's reports for some months is outstanding, in one statement.

    Evidence is asked for from the month of ``open_from`` on, and in those that were opened again.
    """
    if not asked:
        return NOTHING_OUTSTANDING
    wanted = sorted(asked.requirements)
    rows = await sql.look_up(
        _statement(len(wanted), has_reviews=asked.has_reviews),
        *(unit_id, first_on, last_on, open_from, today, *wanted),
    )
    counts = {row["what"]: int(row["count"]) for row in rows if row["what"] not in {_LACK, _OWED}}
    return Outstanding(
        review_rows.open_of({ReviewState(state): count for state, count in counts.items()}),
        _gathered([row for row in rows if row["what"] == _LACK], asked),
        sum(int(row["count"]) for row in rows if row["what"] == _OWED),
    )


def _gathered(rows: Collection[Mapping[str, Any]], asked: Asked) -> tuple[CategoryLack, ...]:
    """Count the reports of each category that lack the same."""
    lacking = {
        (row["category_id"], asked.requirements[row["category_id"]].lack(_present(row)), row["opening"])
        for row in rows
    }
    counts = Counter((category_id, lack) for category_id, lack, _ in lacking if lack)
    places = {category_id: at for at, category_id in enumerate(asked.names)}
    order = sorted(counts, key=lambda each: (places[each[0]], len(each[1].kinds), each[1].kinds))
    return tuple(CategoryLack(asked.names[key[0]], key[1], counts[key]) for key in order)


def _present(row: Mapping[str, Any]) -> frozenset[EvidenceKind]:
    return frozenset(kind for kind in EvidenceKind if row[kind.value] > 0)


def _has(kind: EvidenceKind) -> str:
    return (
        "CASE WHEN EXISTS (SELECT 1 FROM evidence e WHERE e.opening = s.opening "
        f"AND e.state = '{EvidenceState.KEPT.value}' AND e.kind = '{kind.value}') "
        f"THEN 1 ELSE 0 END AS {kind.value}"
    )


_LACK, _OWED = "lack", "owed"
_LINKS = f"SUM(CASE WHEN s.address_key <> '' THEN s.count ELSE 0 END) AS {EvidenceKind.LINK.value}"
# `$1` is the unit, `$2`–`$3` the first and last day, `$4` the day from which months are open, `$5` today.
_REVIEWED = """
SELECT r.state AS what, 0 AS category_id, '' AS opening, SUM(r.count) AS count, 0 AS link, 0 AS picture,
       0 AS document
FROM review r WHERE r.unit_id = $1 AND r.month_on >= $2 AND r.month_on <= $3 GROUP BY r.state
"""
_TAKES_CHANGES = (
    "({0}.month_on >= $4 OR EXISTS (SELECT 1 FROM reopening o WHERE o.unit_id = $1 "
    "AND o.month_on = {0}.month_on AND o.until_on >= $5))"
)
_LACKING = f"""
SELECT '{_LACK}' AS what, s.category_id, s.opening, SUM(s.count) AS count, {_LINKS},
       {_has(EvidenceKind.PICTURE)}, {_has(EvidenceKind.DOCUMENT)}
FROM submission s WHERE s.unit_id = $1 AND s.month_on >= $2 AND s.month_on <= $3 AND s.opening <> ''
     AND s.category_id IN ({{categories}}) AND {_TAKES_CHANGES.format("s")}
GROUP BY s.category_id, s.account, s.month_on, s.opening HAVING SUM(s.count) > 0
"""
# What was owed is made up for by whatever else came for the report later.
_OWING = f"""
SELECT '{_OWED}' AS what, 0 AS category_id, e.opening, COUNT(*) AS count, 0 AS link, 0 AS picture,
       0 AS document
FROM evidence e WHERE e.unit_id = $1 AND e.month_on >= $2 AND e.month_on <= $3
     AND e.state = '{EvidenceState.OWED.value}' AND {_TAKES_CHANGES.format("e")}
     AND NOT EXISTS (SELECT 1 FROM evidence k WHERE k.opening = e.opening AND k.id > e.id
                     AND k.parcel <> e.parcel AND k.state = '{EvidenceState.KEPT.value}')
GROUP BY e.opening
"""


@cache
def _statement(categories: int, *, has_reviews: bool) -> str:
    parts = [_REVIEWED] if has_reviews else []
    if categories:
        numbers = ", ".join(f"${number}" for number in range(6, 6 + categories))
        parts.append(_LACKING.format(categories=numbers))
    return " UNION ALL ".join([*parts, _OWING])
