"""Bulletins: drafted from what is known now, issued once, kept for ever, corrected in the open."""

import asyncio
import datetime as dtm
import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any

from models.enums import BulletinKind
from services import audit, sql
from services.audit import Deed
from services.core.access import Actor, Permission
from services.core.bulletin import Bulletin
from services.core.bulletin_facts import BulletinFacts
from services.core.composing import Composed, IssueNumber, compose
from services.core.errors import PastMending, UserError
from services.core.freezing import FORM, canonical, digest_of, fingerprint, freeze
from services.core.issue_days import IssueDays
from services.core.proofreading import Objection, Weight, proofread
from services.core.quarter import AnyPeriod
from services.core.text import clean
from services.core.wordings import WORDINGS
from services.issuing import bulletin_days, bulletin_figures
from services.issuing.bulletin_phrases import OwnPhrase, read_phrases
from services.issuing.bulletin_reading import Gathered, gather
from services.issuing.issued_bulletins import (
    REASON_LENGTH,
    Issued,
    IssueReasonMissing,
    find_issued,
    get_issued,
)
from services.office import organisations
from services.office.organisations import OrganisationRef
from services.transaction import transact

_NO_FILES: Mapping[str, bytes] = MappingProxyType({})


class BulletinAhead(UserError):
    """The period has not begun; its first day is ``day``."""


class BulletinIssued(PastMending):
    """The period's bulletin has been issued already, on ``day``: what is issued stays as it is."""


class BulletinOutdated(PastMending):
    """The draft is not the one that was agreed to: somebody reported, stated or reworded something since."""


class BulletinIncomplete(UserError):
    """The draft lacks what it cannot be issued without: ``count`` things."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A bulletin as it would be issued now; ``fingerprint`` tells whether it still is the same one.

    ``days`` are those that the office stated. ``is_first_number`` is one whose number nobody ever stated.
    """

    organisation: OrganisationRef
    kind: BulletinKind
    period: AnyPeriod
    facts: BulletinFacts
    composed: Composed
    objections: tuple[Objection, ...]
    phrases: Mapping[str, OwnPhrase]
    number: IssueNumber
    days: IssueDays
    is_first_number: bool
    fingerprint: str

    @property
    def bulletin(self) -> Bulletin:
        """Give the bulletin."""
        return self.composed.bulletin

    def count(self, weight: Weight) -> int:
        """Count the objections of a weight."""
        return sum(each.weight is weight for each in self.objections)


async def draft(
    actor: Actor, organisation_id: int, kind: BulletinKind, period: AnyPeriod, today: dtm.date
) -> Draft:
    """Make a period's bulletin from what is known now.

    Raises:
        BulletinAhead: the period has not begun.
    """
    actor.require(Permission.BULLETINS_ISSUE, organisation_id=organisation_id)
    if period.starts_on > today:
        raise BulletinAhead(day=period.starts_on)
    gathered = await gather(actor, organisation_id, kind, period, today)
    phrases = await read_phrases(organisation_id, kind)
    own = {name: each.text for name, each in phrases.items() if each.text is not None}
    number = await bulletin_figures.read_next_number(organisation_id, kind, period.year)
    # A table of thousands of units takes its time, and others shall have theirs meanwhile.
    days = await bulletin_days.read_days(organisation_id, period)
    composed, objections, mark = await asyncio.to_thread(_make, gathered, own, number, days, today)
    return Draft(
        organisation=await organisations.get_organisation(organisation_id),
        kind=kind,
        period=period,
        facts=gathered.facts,
        composed=composed,
        objections=objections,
        phrases=phrases,
        number=number,
        days=days,
        is_first_number=number.number == 1 and await bulletin_figures.is_unnumbered(organisation_id, kind),
        fingerprint=mark,
    )


def _make(
    gathered: Gathered, own: Mapping[str, str], number: IssueNumber, days: IssueDays, today: dtm.date
) -> tuple[Composed, tuple[Objection, ...], str]:
    composed = compose(gathered.facts, own, number, days.printed_on or today, days.signed_on or today)
    objections = proofread(gathered.facts, composed, own, gathered.circumstances)
    return composed, objections, fingerprint(composed.bulletin, days)


async def issue(
    actor: Actor,
    shown: tuple[int, BulletinKind, AnyPeriod],
    agreed: str,
    reason: str,
    deed: Deed,
    today: dtm.date,
    files: Mapping[str, bytes] = _NO_FILES,
) -> Issued:
    """Issue the bulletin that was agreed to, ``shown`` of an organisation, kind and period.

    ``files`` are what was made of it beforehand, by their endings; they are kept with it.

    Raises:
        BulletinIssued: somebody was quicker.
        BulletinOutdated: it is not what it was when it was agreed to.
        BulletinIncomplete: it lacks something.
        IssueReasonMissing: something does not fit, and nobody says why it is issued all the same.
    """
    organisation_id, kind, period = shown
    actor.require(Permission.BULLETINS_ISSUE, organisation_id=organisation_id)
    words = clean(reason)

    async def work() -> Issued:
        await organisations.hold(organisation_id)
        earlier = await find_issued(actor, organisation_id, kind, period)
        if earlier is not None:
            raise BulletinIssued(day=earlier.issued_at.date())
        made = await draft(actor, organisation_id, kind, period, today)
        if made.fingerprint != agreed:
            raise BulletinOutdated
        _require_sound(made, words)
        kept = canonical(_snapshot(made, words))
        issued_id = await _insert(made, kept, words, deed)
        await _keep_files(issued_id, files)
        entry = audit.Entry(
            "bulletin.issue",
            f"bulletin/{issued_id}",
            None,
            {"period": str(period), "number": made.number.number, "doubts": made.count(Weight.DOUBT)},
        )
        await deed.record(entry, organisation_id)
        return await get_issued(actor, issued_id)

    return await transact(work)


async def _keep_files(issued_id: int, files: Mapping[str, bytes]) -> None:
    for ending, content in files.items():
        await sql.execute(
            "INSERT INTO issued_file (bulletin_id, ending, content, digest) VALUES ($1, $2, $3, $4)",
            *(issued_id, ending, content, hashlib.sha256(content).hexdigest()),
        )


def _require_sound(made: Draft, reason: str) -> None:
    if bars := made.count(Weight.BAR):
        raise BulletinIncomplete(count=bars)
    if made.count(Weight.DOUBT) and not 0 < len(reason) <= REASON_LENGTH:
        raise IssueReasonMissing(length=REASON_LENGTH)


def _snapshot(made: Draft, reason: str) -> dict[str, Any]:
    """Gather what is kept: the bulletin, the words and figures it was made of, and what was objected to."""
    return {
        "form": FORM,
        "bulletin": freeze(made.bulletin),
        "phrases": _words(made),
        "figures": {
            name: {"value": each.value, "names": each.names, "origin": each.origin, "counted": each.counted}
            for name, each in made.facts.figures.items()
        },
        "units": [asdict(unit) for unit in made.facts.units],
        "decimals": made.facts.decimals,
        "ties": made.facts.ties,
        "objections": [
            {"code": each.code, "told": {key: str(value) for key, value in each.told.items()}}
            for each in made.objections
        ],
        "reason": reason,
    }


def _words(made: Draft) -> dict[str, str]:
    """Give the words of every place, so that a later default changes nothing of what was issued."""
    own = {name: each.text for name, each in made.phrases.items() if each.text is not None}
    return {place.name: own.get(place.name, place.text) for place in WORDINGS[made.kind].places}


async def _insert(made: Draft, kept: str, reason: str, deed: Deed) -> int:
    rows = await sql.fetch(
        "INSERT INTO issued_bulletin (organisation_id, kind, period, year, number, total_number, snapshot, "
        "digest, reason, member_id, issued_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) "
        "RETURNING id",
        *(made.organisation.id, made.kind.value, str(made.period), made.period.year),
        *(made.number.number or None, made.number.total or None, kept, digest_of(kept), reason),
        *(deed.member_id, deed.now),
    )
    return int(rows[0]["id"])
