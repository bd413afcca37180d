"""The evidence of a unit's month: its reports, what each has to show for it, and what it still owes."""

import datetime as dtm
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from models.enums import EvidenceKind, EvidenceState, ReviewState
from services import sql
from services.core.access import Actor, Permission
from services.core.closing import MonthState
from services.core.errors import PastMending, UserError
from services.core.period import Period
from services.core.requirements import NOTHING_LACKING, Lack, Requirement, joined
from services.facts import exhibits, months, requirements, review_rows
from services.facts.exhibits import EvidenceCount, Exhibit
from services.facts.review_rows import Review
from services.office import organisations
from services.office.organisations import UnitRef

_OPEN = (ReviewState.AWAITING, ReviewState.PENDING, ReviewState.RETURNED)


class ExhibitGone(PastMending):
    """The report or the piece of evidence is not there, or is kept no more."""


class ExhibitLost(PastMending):
    """The store does not have the file any more; an administrator can restore it from a backup."""


class EvidenceOfMonths(UserError):
    """Evidence is looked through month by month; a year or quarter is none."""


@dataclass(frozen=True, slots=True)
class ShelvedReport:
    """A report and its evidence; without ``counts`` (by category id) it was withdrawn.

    ``purged`` is how many pieces are kept no more, ``awaits`` that nothing of it is accepted until it has
    evidence, ``lack`` what its categories require and it has not, as long as its month takes changes.
    ``open`` is whether something of it waits for a reviewer or came back.
    """

    opening: str
    reported_at: dtm.datetime
    member_id: int | None
    counts: tuple[tuple[int, int], ...]
    evidence: EvidenceCount
    purged: int
    awaits: bool
    lack: Lack = NOTHING_LACKING
    open: tuple[ReviewState, ...] = ()

    @property
    def owes(self) -> bool:
        """Tell whether evidence was announced and not kept, or is required and not there."""
        return bool(self.counts) and bool(self.evidence.owed or self.awaits or self.lack)


@dataclass(frozen=True, slots=True)
class ReportCard:
    """One report with each piece of its evidence, as somebody may look at it.

    ``reviews`` is how it stands in each place that is not accepted at once. ``may_supply`` tells that this
    person's evidence would still be taken for it, ``may_resubmit`` that they may hand in again what came
    back, whoever reported it, ``may_purge`` that they may have a piece deleted.
    """

    unit: UnitRef
    month: Period
    report: ShelvedReport
    exhibits: tuple[Exhibit, ...]
    links: tuple[tuple[str, str], ...]
    reviews: tuple[Review, ...]
    may_supply: bool
    may_resubmit: bool
    may_purge: bool


def require_month(period: Period) -> Period:
    """Give a month; EvidenceOfMonths for a year."""
    if period.month is None:
        raise EvidenceOfMonths
    return period


async def list_reports(
    actor: Actor, unit: UnitRef, month: Period, today: dtm.date
) -> tuple[ShelvedReport, ...]:
    """List a unit's reports for a month, the newest first; withdrawn ones as long as evidence is kept."""
    actor.require(Permission.EVIDENCE_READ, organisation_id=unit.organisation_id, unit_id=unit.id)
    return tuple(await _in_time(await _read(unit.id, require_month(month).starts_on), unit, month, today))


async def get_card(actor: Actor, unit_id: int, month: Period, opening: str, today: dtm.date) -> ReportCard:
    """Give one of a unit's reports for a month; ExhibitGone where there is none."""
    unit = await organisations.get_unit(unit_id)
    reach = {"organisation_id": unit.organisation_id, "unit_id": unit.id}
    report = next(
        (one for one in await list_reports(actor, unit, month, today) if one.opening == opening), None
    )
    if report is None:
        raise ExhibitGone
    may_supply = (
        bool(report.counts)
        and report.member_id is not None
        and report.member_id == actor.member_id
        and actor.may(Permission.REPORTS_SUBMIT, **reach)
        and (await months.read_standing(unit.id, month, today)).state is not MonthState.CLOSED
    )
    stored = await exhibits.list_stored(opening, unit.id)
    withdrawn = (
        (each.address, "") for each in stored if each.address and each.state is not EvidenceState.KEPT
    )
    return ReportCard(
        unit,
        month,
        report,
        stored,
        (*await exhibits.list_links(opening), *withdrawn),
        await _list_reviews(opening, unit.id),
        may_supply=may_supply,
        may_resubmit=actor.may(Permission.REPORTS_SUBMIT, **reach),
        may_purge=actor.may(Permission.EVIDENCE_PURGE, **reach),
    )


async def _list_reviews(opening: str, unit_id: int) -> tuple[Review, ...]:
    found = (await review_rows.list_of(opening)).values()
    return tuple(each for each in found if each.key.unit_id == unit_id and each.count)


async def get_exhibit(actor: Actor, exhibit_id: int) -> Exhibit:
    """Give a piece of evidence whose file or address is there, to who may see its unit's.

    Raises:
        ExhibitGone: there is none, it belongs to no report yet, or its file is kept no more.
    """
    try:
        exhibit = await exhibits.get(exhibit_id)
    except LookupError:
        raise ExhibitGone from None
    if exhibit.unit_id is None:
        raise ExhibitGone
    unit = await organisations.get_unit(exhibit.unit_id)
    actor.require(Permission.EVIDENCE_READ, organisation_id=unit.organisation_id, unit_id=unit.id)
    if exhibit.state not in exhibits.STORED:
        raise ExhibitGone
    return exhibit


async def _in_time(
    reports: Sequence[ShelvedReport], unit: UnitRef, month: Period, today: dtm.date
) -> Sequence[ShelvedReport]:
    """Ask for nothing that would not be taken any more."""
    if not any(report.owes for report in reports):
        return reports
    if (await months.read_standing(unit.id, month, today)).state is not MonthState.CLOSED:
        return reports
    return [
        replace(report, lack=NOTHING_LACKING, awaits=False, evidence=replace(report.evidence, owed=0))
        for report in reports
    ]


async def _read(unit_id: int, month_on: dtm.date) -> list[ShelvedReport]:
    """Read a unit's reports for a month, the newest first."""
    of_month = "WHERE unit_id = $1 AND month_on = $2"
    facts = await sql.fetch(
        "SELECT opening, category_id, SUM(count) AS count, MIN(submitted_at) AS at, "
        "MIN(member_id) AS member_id, SUM(CASE WHEN address_key <> '' THEN count ELSE 0 END) AS links "
        f"FROM submission {of_month} AND opening <> '' GROUP BY opening, category_id ORDER BY MIN(id)",
        *(unit_id, month_on),
    )
    pieces = await sql.fetch(
        "SELECT opening, kind, state, parcel, received_at AS at, member_id, "
        f"CASE WHEN {exhibits.IS_COUNTED_SQL} THEN 1 ELSE 0 END AS is_counted "
        f"FROM evidence e {of_month} ORDER BY id",
        *(unit_id, month_on),
    )
    waiting = await sql.fetch(
        f"SELECT opening, state FROM review {of_month} AND state IN ($3, $4, $5)",
        *(unit_id, month_on, *(state.value for state in _OPEN)),
    )
    states = defaultdict[str, set[ReviewState]](set)
    for row in waiting:
        states[row["opening"]].add(ReviewState(row["state"]))
    required = await requirements.list_requirements(row["category_id"] for row in facts)
    return _shelved(facts, pieces, states, required)


def _shelved(
    facts: Iterable[Mapping[str, Any]],
    pieces: Iterable[Mapping[str, Any]],
    states: Mapping[str, Collection[ReviewState]],
    required: Mapping[int, Requirement],
) -> list[ShelvedReport]:
    counted: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    shown: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for rows, place in ((facts, counted), (pieces, shown)):
        for row in rows:
            place[row["opening"]].append(row)
    found = []
    for opening in dict.fromkeys([*counted, *shown]):
        its = states.get(opening, ())
        report = _report(opening, counted[opening], shown[opening], awaits=ReviewState.AWAITING in its)
        report = replace(
            report,
            lack=_lack(counted[opening], shown[opening], required),
            open=tuple(state for state in _OPEN if state in its and state is not ReviewState.AWAITING),
        )
        if report.counts or report.evidence:
            found.append(report)
    return sorted(found, key=lambda each: each.reported_at, reverse=True)


def _report(
    opening: str, facts: Sequence[Mapping[str, Any]], pieces: Sequence[Mapping[str, Any]], *, awaits: bool
) -> ShelvedReport:
    counts = tuple((row["category_id"], int(row["count"])) for row in facts if row["count"])
    kept = Counter(
        EvidenceKind(row["kind"])
        for row in pieces
        if EvidenceState(row["state"]) in exhibits.STORED and not row["is_counted"]
    )
    evidence = EvidenceCount(
        kept[EvidenceKind.PICTURE],
        kept[EvidenceKind.DOCUMENT],
        kept[EvidenceKind.LINK] + sum(int(row["links"]) for row in facts),
        count_owed(pieces),
    )
    first = (*facts, *pieces)[0]
    return ShelvedReport(
        opening,
        min(sql.get_moment(row["at"]) for row in (facts or pieces)),
        first["member_id"],
        counts,
        evidence,
        sum(row["state"] == EvidenceState.PURGED.value for row in pieces),
        awaits=awaits,
    )


def _lack(
    facts: Iterable[Mapping[str, Any]],
    pieces: Iterable[Mapping[str, Any]],
    required: Mapping[int, Requirement],
) -> Lack:
    """Tell what a report lacks in the categories that it counts for."""
    sent = {EvidenceKind(row["kind"]) for row in pieces if row["state"] == EvidenceState.KEPT.value}
    return joined(
        required[row["category_id"]].lack(sent | {EvidenceKind.LINK} if row["links"] > 0 else sent)
        for row in facts
        if row["count"] > 0 and row["category_id"] in required
    )


def count_owed(pieces: Sequence[Mapping[str, Any]]) -> int:
    """Count what was announced and not made up for by whatever else came later; ``pieces`` as they came."""
    kept = EvidenceState.KEPT.value
    return sum(
        piece["state"] == EvidenceState.OWED.value
        and not any(later["state"] == kept and later["parcel"] != piece["parcel"] for later in pieces[at:])
        for at, piece in enumerate(pieces)
    )
