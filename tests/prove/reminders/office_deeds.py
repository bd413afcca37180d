"""What the office does: its rules, days, pauses and groups, and whom it wants reminded now."""

import datetime as dtm

from tests.prove.reminders.deeds import Deed, Statement, chat_of
from tests.prove.reminders.town import Group, Town, Unit

RULES = (
    "INSERT INTO reminder_rules (organisation_id, {name}) VALUES ($1, $2) "
    "ON CONFLICT (organisation_id) DO UPDATE SET {name} = excluded.{name}"
)
HELD = "UPDATE outbox SET state = 'held' WHERE state IN ('pending', 'wire')"
GROUP_ADDED = (
    "INSERT INTO office_group (id, chat_id, name, registered_at) "
    "SELECT $1, id, title, $2 FROM chat WHERE telegram_id = $3"
)
CHAT_ADDED = (
    "INSERT INTO chat (telegram_id, title, organisation_id, unreachable_reason) VALUES ($1, $2, $3, '')"
)


def chose(at: dtm.datetime, organisation: int, name: str, value: bool | int) -> Deed:
    """Have the office want reminders differently."""

    def change(town: Town) -> None:
        setattr(town.organisations[organisation], name, value)

    words = f"organisation {organisation} sets {name} to {value}"
    return Deed(at, words, change, ((RULES.format(name=name), (organisation, value)),))


def ruled(at: dtm.datetime, organisation: int, name: str, value: int) -> Deed:
    """Have the office change its closing days or thresholds."""

    def change(town: Town) -> None:
        setattr(town.organisations[organisation], name, value)

    statement = f"UPDATE organisation SET {name} = $1 WHERE id = $2"
    words = f"organisation {organisation} sets {name} to {value}"
    return Deed(at, words, change, ((statement, (value, organisation)),))


def paused(at: dtm.datetime, organisation: int, *, is_paused: bool) -> Deed:
    """Have an administrator pause or resume the reminders."""

    def change(town: Town) -> None:
        town.organisations[organisation].is_paused = is_paused

    words = f"organisation {organisation} {'pauses' if is_paused else 'resumes'} its reminders"
    value = at.astimezone(dtm.UTC) if is_paused else None
    return Deed(at, words, change, ((RULES.format(name="paused_at"), (organisation, value)),))


def restored(at: dtm.datetime) -> Deed:
    """Have a restore wait for its decision, and what had not gone out with it."""

    def change(town: Town) -> None:
        town.is_restored = True

    statement = "UPDATE deployment SET sending_paused_at = $1"
    return Deed(
        at, "a restore waits for its decision", change, ((HELD, ()), (statement, (at.astimezone(dtm.UTC),)))
    )


def decided(at: dtm.datetime, *, discards: bool) -> Deed:
    """Have an administrator let go out what waited since a restore, or give it up."""

    def change(town: Town) -> None:
        town.is_restored = False
        town.has_discarded = town.has_discarded or discards

    becomes = "dead" if discards else "pending"
    statements = (
        (f"UPDATE outbox SET state = '{becomes}', not_before_at = NULL WHERE state = 'held'", ()),
        ("UPDATE deployment SET sending_paused_at = NULL", ()),
    )
    words = f"after the restore {'nothing' if discards else 'everything'} that waited goes out"
    return Deed(at, words, change, statements)


def day_decided(at: dtm.datetime, organisation: int, day: dtm.date, *, is_working: bool) -> Deed:
    """Have the office work on a day, or have it off."""

    def change(town: Town) -> None:
        town.organisations[organisation].overrides[day] = is_working

    statement = (
        "INSERT INTO calendar_day (organisation_id, day_on, is_working) VALUES ($1, $2, $3) "
        "ON CONFLICT (organisation_id, day_on) DO UPDATE SET is_working = excluded.is_working"
    )
    words = f"organisation {organisation} {'works' if is_working else 'has off'} on {day}"
    return Deed(at, words, change, ((statement, (organisation, day, is_working)),))


def nudged(at: dtm.datetime, unit: Unit, shown_on: dtm.date) -> Deed:
    """Have an administrator want a unit reminded now (立即催办)."""
    month = shown_on.replace(day=1)

    def change(town: Town) -> None:
        town.nudges.append((unit.organisation, unit.id, month, str(shown_on), at))

    statement = (
        "INSERT INTO due (key, organisation_id, unit_id, rule, step, period_on, due_at, state, planned_at) "
        "VALUES ($1, $2, $3, 'monthly', 'nudged', $4, $5, 'open', $5) ON CONFLICT (key) DO NOTHING"
    )
    key = f"monthly/{unit.id}/{month:%Y-%m}/nudged-{shown_on}"
    values = (key, unit.organisation, unit.id, month, at.astimezone(dtm.UTC))
    return Deed(at, f"unit {unit.id} is to be reminded now", change, ((statement, values),))


def reopened(at: dtm.datetime, unit: Unit, month: dtm.date, until_on: dtm.date) -> Deed:
    """Open a closed month again for a unit, which reports late; reminders stay as they are (开账)."""
    statement = (
        "INSERT INTO reopening (unit_id, month_on, until_on, reason, opened_at) VALUES ($1, $2, $3, '', $4)"
    )
    values = (unit.id, month, until_on, at.astimezone(dtm.UTC))
    words = f"{month:%Y-%m} is open again for unit {unit.id} through {until_on}"
    return Deed(at, words, lambda _: None, ((statement, values),))


def group_added(at: dtm.datetime, group: Group) -> Deed:
    """Register another group."""

    def change(town: Town) -> None:
        town.groups[group.id] = group

    statements: tuple[Statement, ...] = (
        (CHAT_ADDED, (chat_of(group), f"群{group.id}", group.organisation)),
        (GROUP_ADDED, (group.id, at.astimezone(dtm.UTC), chat_of(group))),
    )
    return Deed(
        at, f"group {group.id} is registered for organisation {group.organisation}", change, statements
    )


def group_gone(at: dtm.datetime, group: Group) -> Deed:
    """Register a group no more."""

    def change(town: Town) -> None:
        del town.groups[group.id]

    statements: tuple[Statement, ...] = (
        ("DELETE FROM office_group WHERE id = $1", (group.id,)),
        ("UPDATE chat SET organisation_id = NULL WHERE telegram_id = $1", (chat_of(group),)),
    )
    return Deed(at, f"group {group.id} is no longer registered", change, statements)
