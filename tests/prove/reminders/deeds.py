"""What people do to the office: each deed changes the town in memory and the rows of the database alike."""

import datetime as dtm
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.prove.reminders.town import Absence, Account, Group, Person, Quota, Town, Unit

Statement = tuple[str, tuple[Any, ...]]
TALLY = (
    "INSERT INTO tally (unit_id, category_id, account, month_on, count) VALUES ($1, $2, 0, $3, $4) "
    "ON CONFLICT (unit_id, category_id, account, month_on) DO UPDATE SET count = tally.count + excluded.count"
)


@dataclass(frozen=True)
class Deed:
    """Something that happens at a moment (by the real clock, in the office's zone)."""

    at: dtm.datetime
    words: str
    change: Callable[[Town], None]
    statements: tuple[Statement, ...] = ()


def counted(at: dtm.datetime, unit: Unit, category: int, month: dtm.date, count: int) -> Deed:
    """Report so many, or (below zero) take so many back."""

    def change(town: Town) -> None:
        town.counts[unit.id, category, month] += count

    words = f"unit {unit.id} counts {count:+} in category {category} for {month:%Y-%m}"
    return Deed(at, words, change, ((TALLY, (unit.id, category, month, count)),))


def posted(at: dtm.datetime, account: Account, day: dtm.date) -> Deed:
    """Have an account post on a day."""

    def change(_: Town) -> None:
        account.last_post_on = day

    statement = "UPDATE media_account SET last_post_on = $1 WHERE id = $2"
    return Deed(at, f"account {account.id} posts", change, ((statement, (day, account.id)),))


def taken_back(at: dtm.datetime, account: Account, day: dtm.date) -> Deed:
    """Have the last post turn out to be none."""

    def change(_: Town) -> None:
        account.last_post_on = day

    statement = "UPDATE media_account SET last_post_on = $1 WHERE id = $2"
    return Deed(at, f"account {account.id} last posted on {day}", change, ((statement, (day, account.id)),))


def deregistered(at: dtm.datetime, account: Account) -> Deed:
    """Stop watching an account."""

    def change(_: Town) -> None:
        account.deregistered_on = at.date()

    statement = "UPDATE media_account SET deregistered_on = $1 WHERE id = $2"
    return Deed(at, f"account {account.id} is deregistered", change, ((statement, (at.date(), account.id)),))


def retired(at: dtm.datetime, unit: Unit) -> Deed:
    """End a unit."""

    def change(_: Town) -> None:
        unit.is_active = False

    statement = "UPDATE unit SET is_active = $1, retired_at = $2 WHERE id = $3"
    values = (False, at.astimezone(dtm.UTC), unit.id)
    return Deed(at, f"unit {unit.id} is retired", change, ((statement, values),))


def owes_from_now(at: dtm.datetime, unit: Unit, quota: Quota) -> Deed:
    """Give a unit another target from a day on."""

    def change(_: Town) -> None:
        unit.quotas.append(quota)

    statement = (
        "INSERT INTO quota (unit_id, category_id, cadence, target, is_per_account, effective_on) "
        "VALUES ($1, $2, $3, $4, $5, $6)"
    )
    values = (unit.id, quota.category, quota.cadence, quota.target, False, quota.from_on)
    words = f"unit {unit.id} owes {quota.target} of category {quota.category} from {quota.from_on} on"
    return Deed(at, words, change, ((statement, values),))


def away(at: dtm.datetime, person: Person, absence: Absence) -> Deed:
    """Have somebody be away for some days."""

    def change(_: Town) -> None:
        person.absences.append(absence)

    statement = (
        "INSERT INTO absence (member_id, first_on, last_on, stand_in_id, created_at) "
        "VALUES ($1, $2, $3, $4, $5)"
    )
    values = (person.id, absence.first_on, absence.last_on, absence.stand_in, at.astimezone(dtm.UTC))
    words = (
        f"member/{person.id} is away {absence.first_on} to {absence.last_on}, in their place is "
        f"{'nobody' if absence.stand_in is None else f'member/{absence.stand_in}'}"
    )
    return Deed(at, words, change, ((statement, values),))


def later(at: dtm.datetime, person: Person, day: dtm.date) -> Deed:
    """Have somebody want no reminders before a day."""

    def change(_: Town) -> None:
        person.later_on = day

    statement = "UPDATE member SET reminded_from_on = $1 WHERE id = $2"
    return Deed(at, f"member/{person.id} asks for {day}", change, ((statement, (day, person.id)),))


def blocked(at: dtm.datetime, one: Person | Group) -> Deed:
    """Block the bot, or remove it from the group; it learns of that when it next writes."""

    def change(_: Town) -> None:
        one.refuses = True

    return Deed(at, f"{_name(one)} refuses the bot", change)


def came_back(at: dtm.datetime, one: Person | Group) -> Deed:
    """Write to the bot again, by which it knows that it may write."""

    def change(_: Town) -> None:
        one.refuses = one.is_known_lost = False

    statement = (
        "UPDATE chat SET unreachable_at = NULL, unreachable_reason = '' WHERE telegram_id = $1 "
        "AND unreachable_at IS NOT NULL"
    )
    return Deed(at, f"{_name(one)} writes to the bot", change, ((statement, (chat_of(one),)),))


def _name(one: Person | Group) -> str:
    return f"member/{one.id}" if isinstance(one, Person) else f"group {one.id}"


def chat_of(one: Person | Group) -> int:
    """Give the Telegram id of a private chat or a group."""
    return 700_000 + one.id if isinstance(one, Person) else -1_001_000_000_000 - one.id


def bound(at: dtm.datetime, person: int, unit: Unit, role: str) -> Deed:
    """Make somebody a unit's reporter or leader."""

    def change(town: Town) -> None:
        (town.reporters if role == "reporter" else town.leaders)[unit.id].append(person)

    statement = (
        "INSERT INTO binding (member_id, organisation_id, unit_id, scope, role, bound_at) "
        "VALUES ($1, $2, $3, $4, $5, $6)"
    )
    values = (person, unit.organisation, unit.id, unit.id, role, at.astimezone(dtm.UTC))
    return Deed(at, f"member/{person} becomes {role} of unit {unit.id}", change, ((statement, values),))


def released(at: dtm.datetime, person: int, unit: Unit, role: str) -> Deed:
    """Take somebody's role for a unit away."""

    def change(town: Town) -> None:
        (town.reporters if role == "reporter" else town.leaders)[unit.id].remove(person)

    statement = "DELETE FROM binding WHERE member_id = $1 AND unit_id = $2 AND role = $3"
    words = f"member/{person} is no longer {role} of unit {unit.id}"
    return Deed(at, words, change, ((statement, (person, unit.id, role)),))


def forgotten(at: dtm.datetime, person: Person) -> Deed:
    """Have somebody forgotten: their roles end, and what was to be sent to them is deleted."""

    def change(town: Town) -> None:
        person.is_forgotten = True
        led = [each for one in town.organisations.values() for each in (one.leaders, one.reviewers)]
        for roles in (*town.reporters.values(), *town.leaders.values(), *led):
            if person.id in roles:
                roles.remove(person.id)

    statements: tuple[Statement, ...] = (
        ("DELETE FROM binding WHERE member_id = $1", (person.id,)),
        ("UPDATE member SET telegram_id = NULL WHERE id = $1", (person.id,)),
        ("DELETE FROM outbox WHERE chat = $1", (chat_of(person),)),
        ("DELETE FROM chat WHERE telegram_id = $1", (chat_of(person),)),
    )
    return Deed(at, f"member/{person.id} is forgotten", change, statements)
