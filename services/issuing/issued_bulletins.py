"""Issued bulletins as they are kept: found, listed, and read from their snapshots for ever."""

import asyncio
import datetime as dtm
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from models.enums import BulletinKind, Ties
from services import sql
from services.core.access import Actor, Permission
from services.core.bulletin import Bulletin
from services.core.bulletin_facts import BulletinFacts, UnitFigures
from services.core.composing import IssueNumber
from services.core.correcting import Difference
from services.core.errors import PastMending, UserError
from services.core.freezing import thaw
from services.core.quarter import AnyPeriod, read_any_period

REASON_LENGTH = 300


class BulletinGone(PastMending):
    """There is no such bulletin."""


class IssueReasonMissing(UserError):
    """Issuing although something does not fit needs a reason of at most ``length`` characters."""


@dataclass(frozen=True, slots=True)
class IssuedRef:
    """An issued bulletin in a list; ``number`` and ``total`` 0 are without."""

    id: int
    organisation_id: int
    kind: BulletinKind
    period: AnyPeriod
    number: IssueNumber
    issued_at: dtm.datetime
    corrections: int = 0


@dataclass(frozen=True, slots=True)
class Issued:
    """An issued bulletin as it was issued; ``digest`` is the SHA-256 of its snapshot."""

    ref: IssuedRef
    bulletin: Bulletin
    digest: str
    reason: str
    snapshot: Mapping[str, Any]
    corrections: tuple["Correction", ...] = ()

    @property
    def facts(self) -> BulletinFacts:
        """Give the figures of the units as they were issued."""
        kept = self.snapshot
        return BulletinFacts(
            self.bulletin.organisation,
            self.bulletin.kind,
            self.bulletin.period,
            tuple(UnitFigures(**{**unit, "aliases": tuple(unit["aliases"])}) for unit in kept["units"]),
            decimals=kept["decimals"],
            ties=Ties(kept["ties"]),
        )


@dataclass(frozen=True, slots=True)
class Correction:
    """A correction of an issued bulletin: what it said, what it should have said."""

    number: int
    differences: tuple[Difference, ...]
    reason: str
    issued_at: dtm.datetime


_REF = (
    "SELECT b.id, b.organisation_id, b.kind, b.period, b.number, b.total_number, b.issued_at, "
    "(SELECT COUNT(*) FROM bulletin_correction c WHERE c.bulletin_id = b.id) AS corrections{more} "
    "FROM issued_bulletin b WHERE {where}"
)


def _ref(row: dict[str, Any]) -> IssuedRef:
    issued_at = sql.moment(row["issued_at"])
    if issued_at is None:
        raise LookupError(row["id"])
    return IssuedRef(
        row["id"],
        row["organisation_id"],
        BulletinKind(row["kind"]),
        read_any_period(row["period"]),
        IssueNumber(row["number"] or 0, row["total_number"] or 0),
        issued_at,
        int(row["corrections"]),
    )


async def find_issued(
    actor: Actor, organisation_id: int, kind: BulletinKind, period: AnyPeriod
) -> IssuedRef | None:
    """Give a period's bulletin where it has been issued."""
    actor.require(Permission.BULLETINS_ISSUE, organisation_id=organisation_id)
    where = "b.organisation_id = $1 AND b.kind = $2 AND b.period = $3"
    rows = await sql.fetch(_REF.format(more="", where=where), organisation_id, kind.value, str(period))
    return _ref(rows[0]) if rows else None


async def list_issued(actor: Actor, organisation_id: int) -> tuple[IssuedRef, ...]:
    """List what an organisation has issued, the latest first."""
    actor.require(Permission.BULLETINS_ISSUE, organisation_id=organisation_id)
    rows = await sql.fetch(
        _REF.format(more="", where="b.organisation_id = $1 ORDER BY b.issued_at DESC, b.id DESC"),
        organisation_id,
    )
    return tuple(map(_ref, rows))


async def get_issued(actor: Actor, issued_id: int) -> Issued:
    """Give an issued bulletin from its snapshot; BulletinGone when there is none."""
    issued = await read_issued(issued_id)
    actor.require(Permission.BULLETINS_ISSUE, organisation_id=issued.ref.organisation_id)
    return issued


async def read_issued(issued_id: int) -> Issued:
    """Give an issued bulletin to whoever it is posted to; BulletinGone when there is none."""
    rows = await sql.fetch(_REF.format(more=", b.snapshot, b.digest, b.reason", where="b.id = $1"), issued_id)
    if not rows:
        raise BulletinGone
    # One of thousands of units takes its time, and others shall have theirs meanwhile.
    kept, bulletin = await asyncio.to_thread(_thawed, rows[0]["snapshot"])
    return Issued(
        _ref(rows[0]),
        bulletin,
        rows[0]["digest"],
        rows[0]["reason"],
        kept,
        await list_corrections(issued_id),
    )


def _thawed(snapshot: str) -> tuple[dict[str, Any], Bulletin]:
    kept = json.loads(snapshot)
    return kept, thaw(kept["bulletin"])


async def find_file(actor: Actor, issued_id: int, ending: str) -> bytes | None:
    """Give a file of an issued bulletin as it was made then; None where none was."""
    await get_issued(actor, issued_id)
    return await read_content(issued_id, ending)


async def read_content(issued_id: int, ending: str) -> bytes | None:
    """Give such a file to whoever it is posted to."""
    rows = await sql.fetch(
        "SELECT content FROM issued_file WHERE bulletin_id = $1 AND ending = $2", issued_id, ending
    )
    return bytes(rows[0]["content"]) if rows else None


async def list_corrections(issued_id: int) -> tuple[Correction, ...]:
    """List the corrections of an issued bulletin, in order."""
    rows = await sql.fetch(
        "SELECT number, snapshot, reason, issued_at FROM bulletin_correction WHERE bulletin_id = $1 "
        "ORDER BY number",
        issued_id,
    )
    return tuple(_correction(row) for row in rows)


def _correction(row: dict[str, Any]) -> Correction:
    issued_at = sql.moment(row["issued_at"])
    if issued_at is None:
        raise LookupError(row["number"])
    listed = json.loads(row["snapshot"])["differences"]
    return Correction(row["number"], tuple(Difference(*each) for each in listed), row["reason"], issued_at)
