"""The days that an office states for a bulletin: of signing and of printing."""

import datetime as dtm

from services import audit, sql
from services.audit import Deed
from services.core.access import Actor, Permission
from services.core.issue_days import IssueDays
from services.core.quarter import AnyPeriod
from services.transaction import transact

_SIGNED, _PRINTED = "signed_on", "printed_on"


async def read_days(organisation_id: int, period: AnyPeriod) -> IssueDays:
    """Give the days stated for a period's bulletin."""
    rows = await sql.fetch(
        "SELECT name, names FROM stated_figure WHERE organisation_id = $1 AND period = $2 "
        "AND name IN ($3, $4)",
        *(organisation_id, str(period), _SIGNED, _PRINTED),
    )
    found = {row["name"]: dtm.date.fromisoformat(row["names"]) for row in rows}
    return IssueDays(found.get(_SIGNED), found.get(_PRINTED))


async def state_days(
    actor: Actor, organisation_id: int, period: AnyPeriod, days: IssueDays, deed: Deed
) -> IssueDays:
    """State the days of a period's bulletin; give what they were before."""
    actor.require(Permission.BULLETINS_ISSUE, organisation_id=organisation_id)

    async def work() -> IssueDays:
        before = await read_days(organisation_id, period)
        if days == before:
            return before
        await sql.execute(
            "DELETE FROM stated_figure WHERE organisation_id = $1 AND period = $2 AND name IN ($3, $4)",
            *(organisation_id, str(period), _SIGNED, _PRINTED),
        )
        for name, day in ((_SIGNED, days.signed_on), (_PRINTED, days.printed_on)):
            if day is not None:
                await sql.execute(
                    "INSERT INTO stated_figure (organisation_id, period, name, value, names) "
                    "VALUES ($1, $2, $3, $4, $5)",
                    *(organisation_id, str(period), name, None, day.isoformat()),
                )
        entry = audit.Entry("bulletin.days", f"figure/{period}", _told(before), _told(days))
        await deed.record(entry, organisation_id)
        return before

    return await transact(work)


def _told(days: IssueDays) -> dict[str, str]:
    stated = {"signed_on": days.signed_on, "printed_on": days.printed_on}
    return {name: day.isoformat() for name, day in stated.items() if day is not None}
