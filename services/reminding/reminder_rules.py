"""How an organisation wants to be reminded: read at every look, changed by its administrators."""

import datetime as dtm
from dataclasses import replace

from services import audit, sql
from services.audit import Deed
from services.core.access import Actor, Permission
from services.core.reminding import Rules
from services.transaction import transact

_COLUMNS = "at_half, days_before, at_last_day, when_overdue, in_groups, yearly_from, paused_at, version"


async def read_rules(organisation_id: int) -> Rules:
    """Give an organisation's rules; everybody's where it has chosen none."""
    rows = await sql.look_up(
        f"SELECT {_COLUMNS} FROM reminder_rules WHERE organisation_id = $1", organisation_id
    )
    if not rows:
        return Rules()
    row = rows[0]
    return Rules(
        at_half=bool(row["at_half"]),
        days_before=row["days_before"],
        at_last_day=bool(row["at_last_day"]),
        when_overdue=bool(row["when_overdue"]),
        in_groups=bool(row["in_groups"]),
        yearly_from=row["yearly_from"],
        paused_at=sql.moment(row["paused_at"]),
        version=row["version"],
    )


async def change_rules(actor: Actor, organisation_id: int, wanted: Rules, deed: Deed) -> Rules | None:
    """Set an organisation's rules; None when somebody else changed them since version ``wanted.version``."""
    actor.require(Permission.REMINDERS_MANAGE, organisation_id=organisation_id)

    async def work() -> Rules | None:
        before = await read_rules(organisation_id)
        if before.version != wanted.version:
            return None
        after = replace(wanted, version=before.version + 1)
        if replace(after, version=before.version) == before:
            return before
        await _write(organisation_id, after)
        changed = [key for key, value in _told(before).items() if value != _told(after)[key]]
        told = ({key: _told(each)[key] for key in changed} for each in (before, after))
        entry = audit.Entry("reminders.change", f"organisation/{organisation_id}", *told)
        await deed.record(entry, organisation_id)
        return after

    return await transact(work)


async def pause(actor: Actor, organisation_id: int, deed: Deed) -> Rules:
    """Let nothing of an organisation go out by itself until ``resume``."""
    return await _set_pause(actor, organisation_id, deed, deed.now)


async def resume(actor: Actor, organisation_id: int, deed: Deed) -> Rules:
    """Let reminders go out again: what became due meanwhile collapses into one message each."""
    return await _set_pause(actor, organisation_id, deed, None)


async def _set_pause(actor: Actor, organisation_id: int, deed: Deed, paused_at: dtm.datetime | None) -> Rules:
    actor.require(Permission.REMINDERS_MANAGE, organisation_id=organisation_id)

    async def work() -> Rules:
        before = await read_rules(organisation_id)
        if (before.paused_at is None) is (paused_at is None):
            return before
        after = replace(before, paused_at=paused_at, version=before.version + 1)
        await _write(organisation_id, after)
        action = "reminders.resume" if paused_at is None else "reminders.pause"
        await deed.record(audit.Entry(action, f"organisation/{organisation_id}"), organisation_id)
        return after

    return await transact(work)


async def _write(organisation_id: int, rules: Rules) -> None:
    await sql.execute(
        f"INSERT INTO reminder_rules (organisation_id, {_COLUMNS}) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) "
        "ON CONFLICT (organisation_id) DO UPDATE SET at_half = excluded.at_half, "
        "days_before = excluded.days_before, at_last_day = excluded.at_last_day, "
        "when_overdue = excluded.when_overdue, in_groups = excluded.in_groups, "
        "yearly_from = excluded.yearly_from, paused_at = excluded.paused_at, version = excluded.version",
        organisation_id,
        rules.at_half,
        rules.days_before,
        rules.at_last_day,
        rules.when_overdue,
        rules.in_groups,
        rules.yearly_from,
        rules.paused_at,
        rules.version,
    )


def _told(rules: Rules) -> dict[str, object]:
    return {
        "at_half": rules.at_half,
        "days_before": rules.days_before,
        "at_last_day": rules.at_last_day,
        "when_overdue": rules.when_overdue,
        "in_groups": rules.in_groups,
        "yearly_from": rules.yearly_from,
    }
