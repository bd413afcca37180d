"""Bring an office's own sheet in: understand it, say what it would change, save it whole or not at all."""

import asyncio
import datetime as dtm
import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from services import audit
from services.core.access import Actor, Permission
from services.core.errors import UserError
from services.core.period import Period
from services.core.sheets.changes import (
    Changes,
    after_saving,
    compare,
)
from services.core.sheets.understand import understand
from services.core.sheets.understanding import FindUnit, Remark, Understanding
from services.documents import Document, read_document
from services.facts import months
from services.importing.sheet_rows import find_organisation, read_names, read_stored
from services.importing.sheet_storing import store
from services.office import organisations
from services.office.organisations import OrganisationRef
from services.transaction import transact


class SheetOutdated(UserError):
    """Something was saved since the sheet was shown: saving it would change something else than was said."""


@dataclass(frozen=True, slots=True)
class Preview:
    """A sheet as it was understood and what saving it would change; nothing is saved yet.

    ``closed`` tells how many counts of which closed months that are.
    """

    organisation: str
    digest: str
    understanding: Understanding
    changes: Changes
    today: dtm.date | None = None
    closed: Mapping[Period, int] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """Name what saving would change: what a person has agreed to."""
        return _fingerprint(self.changes, self.closed)


async def preview(
    content: bytes, name: str, *, organisation: str, year: int, today: dtm.date | None = None
) -> Preview:
    """Understand a sheet and compare it with what the organisation has.

    With ``today`` it is told where it has counts for months that have not begun, or are closed.

    Raises:
        UserError: the document cannot be read, or no table of units is in it.
    """
    find = await read_names(await find_organisation(organisation))
    # Reading takes the processor for seconds at the largest sheets: not on the loop.
    document = await asyncio.to_thread(read_document, content, name)
    return await preview_document(document, organisation, find, year=year, today=today)


async def preview_document(
    document: Document,
    organisation: str,
    find: FindUnit,
    *,
    year: int,
    today: dtm.date | None = None,
    quarter_month: int | None = None,
) -> Preview:
    """Understand the tables of units in a document; see ``preview``.

    The sums of a quarter are counted in its ``quarter_month``.
    """
    understanding = await asyncio.to_thread(
        understand, document.sheets, year=year, find=find, quarter_month=quarter_month
    )
    understanding = replace(understanding, remarks=(*understanding.remarks, *remarks_on(document)))
    return await preview_understood(understanding, organisation, document.digest, today=today)


async def preview_understood(
    understanding: Understanding,
    organisation: str,
    digest: str,
    *,
    today: dtm.date | None,
    before: Changes | None = None,
) -> Preview:
    """Compare what was understood with what the organisation has, and with what is saved ``before`` it."""
    stored = await read_stored(organisation, understanding.year)
    if before is not None:
        stored = after_saving(stored, before)
    changes = await asyncio.to_thread(compare, understanding, stored)
    if today is not None:
        ahead = tuple(_remarks_on_months(changes, understanding.year, today))
        understanding = replace(understanding, remarks=(*ahead, *understanding.remarks))
    organisation_id = await find_organisation(organisation)
    closed = await _list_closed(changes, organisation_id, understanding.year, today)
    return Preview(organisation, digest, understanding, changes, today, closed)


async def save(
    shown: Preview, actor: Actor | None, *, source: str, now: dtm.datetime, agreed: str | None = None
) -> Changes:
    """Save a previewed sheet in one transaction and return what that changed.

    The comparison is made again, so what somebody else has saved meanwhile is not undone unseen. ``agreed``
    is the fingerprint of the preview a person said yes to, None for this very one; ``actor`` None is the
    operator at the machine itself.

    Raises:
        SheetOutdated: saving would by now change something else than was agreed to.
        UserError: the actor may not import for this organisation.
    """

    async def work() -> Changes:
        organisation_id = await find_organisation(shown.organisation, is_held=True)
        if actor is not None:
            actor.require(Permission.QUOTAS_IMPORT, organisation_id=organisation_id)
        stored = await read_stored(shown.organisation, shown.understanding.year)
        changes = await asyncio.to_thread(compare, shown.understanding, stored)
        if changes.is_empty:
            return changes
        closed = await _list_closed(changes, organisation_id, shown.understanding.year, shown.today)
        if _fingerprint(changes, closed) != (agreed or shown.fingerprint):
            raise SheetOutdated
        await store(shown.understanding, changes, shown.organisation, digest=shown.digest, now=now)
        await _record(shown, changes, actor, source=source, now=now)
        return changes

    return await transact(work)


def may_import(actor: Actor) -> bool:
    """Tell whether a person may import for any organisation they belong to."""
    return any(actor.may(Permission.QUOTAS_IMPORT, organisation_id=each) for each in actor.organisation_ids)


async def list_organisations(actor: Actor) -> tuple[OrganisationRef, ...]:
    """List the organisations that a person may import for; raise when there is none."""
    if not may_import(actor):
        actor.require(Permission.QUOTAS_IMPORT)
    return tuple(
        one
        for one in await organisations.list_organisations()
        if actor.may(Permission.QUOTAS_IMPORT, organisation_id=one.id)
    )


async def get_organisation(actor: Actor, organisation_id: int) -> OrganisationRef:
    """Give an organisation that the person may import for; raise for any other."""
    actor.require(Permission.QUOTAS_IMPORT, organisation_id=organisation_id)
    return await organisations.get_organisation(organisation_id)


def remarks_on(document: Document) -> Iterator[Remark]:
    """Tell what of a file was not read."""
    for sheet in document.hidden:
        yield Remark("", "import.remark.sheet_hidden", {"sheet": sheet})
    if document.has_macros:
        yield Remark("", "import.remark.macros_ignored", {})


def _remarks_on_months(changes: Changes, year: int, today: dtm.date) -> Iterator[Remark]:
    """Tell of months that have not begun and yet have counts: a slip in the title, most likely."""
    for month in sorted({change.key[2] for change in changes.counts if any(change.after)}):
        if (year, month) > (today.year, today.month):
            yield Remark("", "import.remark.month_ahead", {"year": year, "month": month})


async def _list_closed(
    changes: Changes, organisation_id: int | None, year: int, today: dtm.date | None
) -> dict[Period, int]:
    """Tell how many counts would change in which closed months; an office that is new has closed none."""
    if organisation_id is None or today is None:
        return {}
    touched = Counter(Period.of_month(year, change.key[2]) for change in changes.counts)
    return {
        month: touched[month] for month in await months.list_closed_among(organisation_id, touched, today)
    }


def _fingerprint(changes: Changes, closed: Mapping[Period, int]) -> str:
    return hashlib.sha256(repr((changes, sorted(closed.items()))).encode()).hexdigest()[:16]


async def _record(
    shown: Preview, changes: Changes, actor: Actor | None, *, source: str, now: dtm.datetime
) -> None:
    await audit.record(
        audit.Entry(
            "sheet.import",
            f"sheet/{shown.digest}",
            after={
                "title": shown.understanding.title,
                "units": len(changes.units),
                "quotas": len(changes.quotas),
                "duties": len(changes.duties),
                "counts": len(changes.counts),
                **(
                    {"closed": {str(month): count for month, count in shown.closed.items()}}
                    if shown.closed
                    else {}
                ),
            },
        ),
        member_id=actor.member_id if actor is not None else None,
        source=source,
        now=now,
        organisation_id=await find_organisation(shown.organisation),
    )
