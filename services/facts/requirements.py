"""What reports lack of the evidence that their categories need, and what of them is not accepted."""

import datetime as dtm
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from models.enums import EvidenceKind, EvidenceState, ReviewRule, ReviewState
from services import sql
from services.core.requirements import NOTHING_LACKING, Lack, Requirement, read_kinds
from services.facts import review_rows
from services.facts.review_rows import NOTHING_OPEN, Open


@dataclass(frozen=True, slots=True)
class CategoryLack:
    """What so many ``reports`` of a category lack, each of them."""

    category: str
    lack: Lack
    reports: int = 1


@dataclass(frozen=True, slots=True)
class Asked:
    """What there is to ask about a unit's reports; nothing at all where no rule and no review is.

    ``requirements`` are those of the categories that ask for evidence, by id, ``names`` what all are called,
    in official order, ``kinds`` all that is asked for.
    """

    requirements: Mapping[int, Requirement]
    names: Mapping[int, str]
    kinds: tuple[EvidenceKind, ...]
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
        f"SELECT c.name, c.review_rule, c.required_evidence, {_present(tuple(EvidenceKind))} AS present "
        "FROM submission s JOIN category c ON c.id = s.category_id WHERE s.opening = $1 "
        f"AND (c.review_rule = '{ReviewRule.ON_EVIDENCE.value}' OR c.required_evidence <> '') "
        "GROUP BY c.id, c.name, c.review_rule, c.required_evidence, c.position, s.opening "
        "HAVING SUM(s.count) > 0 ORDER BY c.position, c.id",
        opening,
    )
    found = ((row["name"], requirement_of(row).lack(_PRESENT[row["present"]])) for row in rows)
    return tuple(CategoryLack(name, lack) for name, lack in found if lack)


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
    has_closed = open_from > first_on
    rows = await sql.look_up(
        _statement(
            len(asked.requirements), asked.kinds, has_reviews=asked.has_reviews, has_closed=has_closed
        ),
        *(unit_id, first_on, last_on, *([open_from, today] if has_closed else ()), *asked.requirements),
    )
    states = {ReviewState(row["state"]): int(row["count"]) for row in rows if row["what"] == _REVIEW}
    return Outstanding(
        review_rows.open_of(states),
        _lacks_of([row for row in rows if row["what"] == _REPORT], asked),
        sum(row["count"] for row in rows if row["what"] == _OWED),
    )


def _lacks_of(rows: Iterable[Mapping[str, Any]], asked: Asked) -> tuple[CategoryLack, ...]:
    counts = Counter[tuple[int, Lack]]()
    for row in rows:
        category_id = row["category_id"]
        lack = asked.requirements[category_id].lack(_PRESENT[row["present"]])
        if lack:
            counts[category_id, lack] += row["count"]
    if not counts:
        return ()
    places = {category_id: at for at, category_id in enumerate(asked.names)}
    order = sorted(counts, key=lambda each: (places[each[0]], len(each[1].kinds), _ranks(each[1])))
    return tuple(CategoryLack(asked.names[key[0]], key[1], counts[key]) for key in order)


def _ranks(lack: Lack) -> list[int]:
    """Give where the kinds stand in official order."""
    return [at for at, kind in enumerate(EvidenceKind) if kind in lack.kinds]


_PRESENT = tuple(
    frozenset(kind for at, kind in enumerate(EvidenceKind) if bits & 1 << at)
    for bits in range(1 << len(EvidenceKind))
)
"""The kinds of evidence that a sum of ``_present`` stands for."""


@cache
def _present(kinds: tuple[EvidenceKind, ...]) -> str:
    """Add up which of some kinds a report `s.opening` has in a category; one bit each."""
    sent = (
        "EXISTS (SELECT 1 FROM evidence e WHERE e.opening = s.opening "
        f"AND e.state = '{EvidenceState.KEPT.value}' AND e.kind = '{{}}')"
    )
    tests = {kind: sent.format(kind.value) for kind in EvidenceKind}
    counted = "SUM(CASE WHEN s.address_key <> '' THEN s.count ELSE 0 END) > 0"
    tests[EvidenceKind.LINK] = f"({counted} OR {tests[EvidenceKind.LINK]})"
    return " + ".join(
        f"CASE WHEN {tests[kind]} THEN {1 << at} ELSE 0 END"
        for at, kind in enumerate(EvidenceKind)
        if kind in kinds
    )


_REVIEW, _REPORT, _OWED = "review", "report", "owed"
# `$1` is the unit, `$2`–`$3` the first and last day; where some months are closed, `$4` is the day from which
# the others are open and `$5` today. Reports are counted by what they have, so that few rows are read.
_REVIEWS = f"""
SELECT '{_REVIEW}' AS what, r.state, 0 AS category_id, 0 AS present, SUM(r.count) AS count
FROM review r WHERE r.unit_id = $1 AND r.month_on >= $2 AND r.month_on <= $3 GROUP BY r.state
"""
_REPORTS = f"""
SELECT '{_REPORT}' AS what, '' AS state, h.category_id, h.present, COUNT(*) AS count FROM (
     SELECT s.category_id, {{present}} AS present FROM submission s
     WHERE s.unit_id = $1 AND s.month_on >= $2 AND s.month_on <= $3 AND s.opening <> ''
          AND s.category_id IN ({{categories}}){{taking_changes}}
     GROUP BY s.category_id, s.opening HAVING SUM(s.count) > 0
) h GROUP BY h.category_id, h.present
"""
# What was owed is made up for by whatever came for the report later, not together with it.
_FILES_OWED = f"""
SELECT '{_OWED}' AS what, '' AS state, 0 AS category_id, 0 AS present, COUNT(*) AS count FROM evidence s
WHERE s.unit_id = $1 AND s.month_on >= $2 AND s.month_on <= $3 AND s.state = '{EvidenceState.OWED.value}'
     AND NOT EXISTS (SELECT 1 FROM evidence k WHERE k.opening = s.opening AND k.id > s.id
          AND k.parcel <> s.parcel AND k.state = '{EvidenceState.KEPT.value}'){{taking_changes}}
"""
_TAKING_CHANGES = """
     AND (s.month_on >= $4 OR EXISTS (SELECT 1 FROM reopening o
          WHERE o.unit_id = $1 AND o.month_on = s.month_on AND o.until_on >= $5))"""


@cache
def _statement(
    categories: int, kinds: tuple[EvidenceKind, ...], *, has_reviews: bool, has_closed: bool
) -> str:
    taking_changes = _TAKING_CHANGES if has_closed else ""
    parts = [_REVIEWS] if has_reviews else []
    if categories:
        first = 6 if has_closed else 4
        numbers = ", ".join(f"${number}" for number in range(first, first + categories))
        parts.append(
            _REPORTS.format(present=_present(kinds), categories=numbers, taking_changes=taking_changes)
        )
    return " UNION ALL ".join([*parts, _FILES_OWED.format(taking_changes=taking_changes)])
