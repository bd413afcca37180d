"""Who did what when, from which message: written in the transaction of what it tells of."""

import datetime as dtm
import json
from dataclasses import dataclass
from typing import Any

from services import sql
from services.core.access import Actor
from services.core.occasion import Occasion


@dataclass(frozen=True, slots=True)
class Entry:
    """One change: ``action`` is ``subject.verb``, ``before`` and ``after`` are JSON values."""

    action: str
    subject: str
    before: Any = None
    after: Any = None


async def record(
    entry: Entry,
    *,
    member_id: int | None,
    source: str,
    now: dtm.datetime,
    organisation_id: int | None = None,
) -> None:
    """Add an entry; the database refuses to change it afterwards."""
    await sql.execute(
        "INSERT INTO audit_entry "
        "(organisation_id, member_id, action, subject, before, after, source, happened_at) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        organisation_id,
        member_id,
        entry.action,
        entry.subject,
        json.dumps(entry.before, ensure_ascii=False),
        json.dumps(entry.after, ensure_ascii=False),
        source,
        now,
    )


@dataclass(frozen=True, slots=True)
class Deed:
    """Whose doing something is (None: nobody's), by which message and when: what its entries share."""

    member_id: int | None
    source: str
    now: dtm.datetime

    async def record(self, entry: Entry, organisation_id: int | None = None) -> None:
        """Add an entry, in the caller's transaction."""
        await record(
            entry,
            member_id=self.member_id,
            source=self.source,
            now=self.now,
            organisation_id=organisation_id,
        )


def deed_of(actor: Actor, occasion: Occasion) -> Deed:
    """Name whose doing something is."""
    return Deed(actor.member_id, occasion.source, occasion.now)
