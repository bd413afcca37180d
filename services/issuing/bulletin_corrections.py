"""Corrections of issued bulletins (更正): what was said, what would be said today, old beside new."""

import datetime as dtm
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from services import audit, sql
from services.audit import Deed
from services.core.access import Actor
from services.core.bulletin import Bulletin
from services.core.bulletin_facts import BulletinFacts, UnitFigures
from services.core.composing import compose
from services.core.correcting import Difference, differences
from services.core.errors import PastMending
from services.core.freezing import FORM, canonical, digest_of, fingerprint, freeze, thaw
from services.core.text import clean
from services.issuing.bulletin_reading import gather
from services.issuing.issued_bulletins import (
    REASON_LENGTH,
    Correction,
    Issued,
    IssueReasonMissing,
    get_issued,
    list_corrections,
)
from services.office import organisations
from services.transaction import transact


class NothingToCorrect(PastMending):
    """The bulletin says what would be said today, or the list agreed to has changed since."""


@dataclass(frozen=True, slots=True)
class Revised:
    """What an issued bulletin would say today, and where it differs from what was last said of it."""

    issued: Issued
    now: Bulletin
    differences: tuple[Difference, ...]
    fingerprint: str


async def compare(actor: Actor, issued_id: int, today: dtm.date) -> Revised:
    """Compare an issued bulletin, as it was corrected last, with the figures of today.

    Its words, its units and their names stay those of the day it was issued; a unit that came since is only
    in it where it counts.
    """
    issued = await get_issued(actor, issued_id)
    kind, period = issued.ref.kind, issued.ref.period
    gathered = await gather(actor, issued.ref.organisation_id, kind, period, today)
    facts = _as_issued(gathered.facts, issued.snapshot)
    bulletin = issued.bulletin
    now = compose(facts, issued.snapshot["phrases"], issued.ref.number, today).bulletin
    now = replace(now, printed_on=bulletin.printed_on, signed_on=bulletin.signed_on)
    last = await _last_said(issued)
    found = differences(last, now)
    return Revised(issued, now, found, fingerprint(now))


def _as_issued(facts: BulletinFacts, snapshot: Mapping[str, Any]) -> BulletinFacts:
    known = {unit["unit_id"]: unit for unit in snapshot["units"]}
    kept = [
        _renamed(unit, known.get(unit.unit_id))
        for unit in facts.units
        if unit.unit_id in known or unit.submitted or unit.year_done
    ]
    ordered = tuple(sorted(kept, key=lambda unit: (unit.position, unit.unit_id)))
    return replace(
        facts, units=ordered, decimals=snapshot["decimals"], ties=type(facts.ties)(snapshot["ties"])
    )


def _renamed(unit: UnitFigures, known: Mapping[str, Any] | None) -> UnitFigures:
    if known is None:
        return unit
    return replace(unit, name=known["name"], division=known["division"], position=known["position"])


async def _last_said(issued: Issued) -> Bulletin:
    if not issued.corrections:
        return issued.bulletin
    rows = await sql.fetch(
        "SELECT snapshot FROM bulletin_correction WHERE bulletin_id = $1 AND number = $2",
        *(issued.ref.id, issued.corrections[-1].number),
    )
    return thaw(json.loads(rows[0]["snapshot"])["bulletin"])


async def correct(
    actor: Actor, issued_id: int, agreed: str, reason: str, deed: Deed, today: dtm.date
) -> Correction:
    """Issue a correction of everything that differs; the bulletin itself stays as it was issued.

    Raises:
        NothingToCorrect: nothing differs, or not what was agreed to.
        IssueReasonMissing: nobody says why.
    """
    issued = await get_issued(actor, issued_id)
    words = clean(reason)
    if not 0 < len(words) <= REASON_LENGTH:
        raise IssueReasonMissing(length=REASON_LENGTH)

    async def work() -> Correction:
        await organisations.hold(issued.ref.organisation_id)
        revised = await compare(actor, issued_id, today)
        if not revised.differences or revised.fingerprint != agreed:
            raise NothingToCorrect
        number = len(revised.issued.corrections) + 1
        await _insert_correction(revised, number, words, deed)
        entry = audit.Entry(
            "bulletin.correct",
            f"bulletin/{issued_id}",
            None,
            {"correction": number, "places": len(revised.differences)},
        )
        await deed.record(entry, issued.ref.organisation_id)
        return (await list_corrections(issued_id))[-1]

    return await transact(work)


async def _insert_correction(revised: Revised, number: int, reason: str, deed: Deed) -> None:
    kept = canonical(
        {
            "form": FORM,
            "bulletin": freeze(revised.now),
            "differences": _listed(revised.differences),
            "corrects": revised.issued.digest,
            "reason": reason,
        }
    )
    await sql.execute(
        "INSERT INTO bulletin_correction (bulletin_id, number, snapshot, digest, reason, member_id, "
        "issued_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        *(revised.issued.ref.id, number, kept, digest_of(kept), reason, deed.member_id, deed.now),
    )


def _listed(found: Sequence[Difference]) -> list[list[str]]:
    return [[each.where, each.old, each.new] for each in found]
