"""An organisation's month of evidence at a glance, added up by the database."""

import datetime as dtm
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from models.enums import EvidenceKind, EvidenceState, ReviewState
from services import sql
from services.core.access import Actor, Permission
from services.core.period import Period
from services.core.requirements import Requirement
from services.evidence.evidence_shelf import require_month
from services.facts import exhibits, months, requirements
from services.office import organisations
from services.office.organisations import OrganisationRef, UnitRef


@dataclass(frozen=True, slots=True)
class Shelf:
    """A unit's month: how many reports count, how many of them have evidence, whether it owes any."""

    unit: UnitRef
    reports: int
    backed: int
    owes: bool


async def list_shelves(
    actor: Actor, organisation_id: int, month: Period, today: dtm.date
) -> tuple[OrganisationRef, tuple[Shelf, ...]]:
    """List the units of an organisation that reported for a month, in official order."""
    actor.require(Permission.EVIDENCE_READ, organisation_id=organisation_id)
    starts_on = require_month(month).starts_on
    rows = await sql.fetch(_COUNTED, organisation_id, starts_on)
    counted = {row["unit_id"]: (int(row["reports"]), int(row["backed"] or 0)) for row in rows}
    owing = await _list_owing(organisation_id, month, today)
    units = [
        *await organisations.list_units(organisation_id),
        *await organisations.list_retired(organisation_id),
    ]
    shelves = [Shelf(unit, *counted[unit.id], unit.id in owing) for unit in units if unit.id in counted]
    return await organisations.get_organisation(organisation_id), tuple(shelves)


async def _list_owing(organisation_id: int, month: Period, today: dtm.date) -> frozenset[int]:
    """List the units that owe evidence that would still be taken."""
    starts_on = month.starts_on
    rows = await sql.fetch(_OWED, organisation_id, starts_on)
    rows += await sql.fetch(_AWAITING, organisation_id, starts_on)
    categories = await sql.fetch("SELECT id FROM category WHERE organisation_id = $1", organisation_id)
    required = await requirements.list_requirements(row["id"] for row in categories)
    if required:
        rows += await sql.fetch(_lacking(required), organisation_id, starts_on)
    owing = frozenset(row["unit_id"] for row in rows)
    if owing and await months.list_closed_among(organisation_id, [month], today):
        reopened = await sql.fetch(
            "SELECT unit_id FROM reopening WHERE month_on = $1 AND until_on >= $2", starts_on, today
        )
        owing &= frozenset(row["unit_id"] for row in reopened)
    return owing


_OF_MONTH = "JOIN unit u ON u.id = x.unit_id WHERE u.organisation_id = $1 AND x.month_on = $2"
_PARTS = f"""
SELECT x.unit_id, x.opening, x.category_id, SUM(x.count) AS count,
       SUM(CASE WHEN x.address_key <> '' THEN x.count ELSE 0 END) AS links
FROM submission x {_OF_MONTH} AND x.opening <> '' GROUP BY x.unit_id, x.opening, x.category_id
"""
_COUNTED = f"""
WITH parts AS ({_PARTS}), files AS (
    SELECT x.unit_id, x.opening, COUNT(*) AS files FROM evidence x {_OF_MONTH}
    AND x.state IN {exhibits.STORED_SQL} GROUP BY x.unit_id, x.opening
), reports AS (
    SELECT unit_id, opening, SUM(links) AS links FROM parts WHERE count <> 0 GROUP BY unit_id, opening
)
SELECT r.unit_id, COUNT(*) AS reports, SUM(CASE WHEN r.links > 0 OR f.files > 0 THEN 1 ELSE 0 END) AS backed
FROM reports r LEFT JOIN files f ON f.unit_id = r.unit_id AND f.opening = r.opening GROUP BY r.unit_id
"""
_KEPT = f"k.state = '{EvidenceState.KEPT.value}'"
_OWED = f"""
SELECT DISTINCT x.unit_id FROM evidence x {_OF_MONTH} AND x.state = '{EvidenceState.OWED.value}'
AND NOT EXISTS (SELECT 1 FROM evidence k WHERE k.opening = x.opening AND k.id > x.id
                AND k.parcel <> x.parcel AND {_KEPT})
"""
_AWAITING = (
    f"SELECT DISTINCT x.unit_id FROM review x {_OF_MONTH} AND x.state = '{ReviewState.AWAITING.value}'"
)


def _lacking(required: Mapping[int, Requirement]) -> str:
    """Write the statement that finds units with a report that lacks what its category requires."""
    of_kind = {
        kind: [each for each, requirement in required.items() if kind in requirement.kinds]
        for kind in EvidenceKind
    }
    conditions = [
        f"(p.category_id IN ({_numbers(wanted)}) AND NOT {_has(kind)})"
        for kind, wanted in of_kind.items()
        if wanted
    ]
    anything = [each for each, requirement in required.items() if requirement.asks and not requirement.kinds]
    if anything:
        none = " AND ".join(f"NOT {_has(kind)}" for kind in EvidenceKind)
        conditions.append(f"(p.category_id IN ({_numbers(anything)}) AND {none})")
    where = " OR ".join(conditions) or "1 = 0"
    return f"WITH parts AS ({_PARTS}) SELECT DISTINCT p.unit_id FROM parts p WHERE p.count > 0 AND ({where})"


def _numbers(ids: Iterable[int]) -> str:
    return ", ".join(str(int(each)) for each in ids)


def _has(kind: EvidenceKind) -> str:
    sent = (
        "EXISTS (SELECT 1 FROM evidence k WHERE k.opening = p.opening "
        f"AND k.kind = '{kind.value}' AND {_KEPT})"
    )
    return f"(p.links > 0 OR {sent})" if kind is EvidenceKind.LINK else sent
