"""Letters: who is told of what is due, one digest a person and day, one list a group and month."""

import datetime as dtm
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from models.enums import (
    DueState,
    LetterKind,
    LetterPart,
    LetterState,
    OutboxState,
    ReminderRule,
    ReminderStep,
)
from services import sql
from services.arranging import sending
from services.core import office_hours, reminding
from services.core.calendar import WorkCalendar
from services.core.reminding import Rules
from services.office import calendar_days, organisations
from services.reminding import contacts, dues, letter_log, letter_writing, needs, reminder_rules, shortfalls
from services.reminding.contacts import Contacts
from services.reminding.dues import DueRef
from services.reminding.letter_writing import Line, NewLetter
from services.transaction import transact
from services.unhurried import unhurried

_UNSENT = ", ".join(f"'{each.value}'" for each in (OutboxState.PENDING, OutboxState.WIRE, OutboxState.HELD))
_UNSENT_CALL = (
    f"SELECT 1 FROM outbox o WHERE o.dedupe_key = 'letter/' || letter.id AND o.state IN ({_UNSENT})"
)


@dataclass(frozen=True, slots=True)
class Office:
    """An organisation as dispatching sees it at a moment."""

    id: int
    now: dtm.datetime
    calendar: WorkCalendar
    standing_administrators: Collection[int] = ()


async def dispatch(now: dtm.datetime, standing_administrators: Collection[int] = ()) -> int:
    """Write letters for what is due, in office hours; return how many. ``now`` is in the deployment's zone.

    Nothing is written while a restored database waits for its administrator. ``standing_administrators`` are
    the Telegram ids that the settings name.
    """
    if await sending.find_pause() is not None:
        return 0
    written = 0
    for each in await organisations.list_organisations():
        rules = await reminder_rules.read_rules(each.id)
        calendar = await calendar_days.read_calendar(each.id, shortfalls.years_about(now.date()))
        if rules.paused_at is None and office_hours.are_open(now, calendar):
            office = Office(each.id, now, calendar, standing_administrators)
            written += await _dispatch(office, rules)
    return written


async def _dispatch(office: Office, rules: Rules) -> int:
    """Read in no transaction, which may take long; what is written then is written at once."""
    waiting = await _list_waiting(office, rules)
    on_their_way = await dues.list_on_their_way(office.id) if waiting else frozenset()
    fresh = [due for due in waiting if due.id not in on_their_way]
    if not fresh:
        return 0
    listed = [due for due in fresh if due.step is ReminderStep.LISTED]
    private = [due for due in fresh if due.step is not ReminderStep.LISTED]
    return await _write_private(office, private) + await _write_lists(office, listed)


async def _list_waiting(office: Office, rules: Rules) -> list[DueRef]:
    """List what is due and open, and settle what needs no letter: switched off, or told by a later step."""
    await _release_stale(office)
    found = await dues.list_open(office.id, office.now)
    unwanted_steps = {step for step in ReminderStep if not rules.wants(step)}
    unwanted = {due.id for due in found if due.step in unwanted_steps}
    by_subject: dict[int, list[DueRef]] = {}
    for due in found:
        if due.id not in unwanted:
            by_subject.setdefault(due.subject, []).append(due)
    superseded: set[int] = set()
    async for alike in unhurried(by_subject.values()):
        if len(alike) > 1:
            superseded |= {due.id for due in reminding.collapse([due.as_open for due in alike])[1]}

    async def work() -> None:
        await dues.settle(unwanted, DueState.NEEDLESS, office.now)
        await dues.settle(superseded, DueState.SUPERSEDED, office.now)

    if unwanted or superseded:
        await transact(work)
    return [due for due in found if due.id not in unwanted and due.id not in superseded]


async def _release_stale(office: Office) -> None:
    """Give up letters that nobody will send, or not on their day: what they tell of is told of anew.

    Of one that may have gone out the outcome is settled first, by whoever sends.
    """
    kept = sorted(kind.value for kind in letter_log.TO_GROUPS)
    places = ", ".join(f"${number}" for number in range(5, 5 + len(kept)))
    await sql.fetch(
        "UPDATE letter SET state = $1, settled_at = $2 WHERE state = $3 AND ("
        f"NOT EXISTS ({_UNSENT_CALL}) OR "
        f"(day_on < $4 AND kind NOT IN ({places}) "
        f"AND NOT EXISTS ({_UNSENT_CALL} AND o.attempts > 0)))",
        LetterState.NEEDLESS.value,
        office.now,
        LetterState.WAITING.value,
        office.now.date(),
        *kept,
    )


async def _write_private(office: Office, fresh: Sequence[DueRef]) -> int:
    people = await contacts.read_contacts(office.id, office.now.date(), office.standing_administrators)
    told = {due.id: _lines(due, people) async for due in unhurried(fresh)}
    to_ask = [due for due in fresh if told[due.id]]
    still = await needs.read_needs(office.id, to_ask, office.calendar, office.now)
    heard = await letter_log.list_told(still)
    by_member: dict[int, list[Line]] = {}
    by_hand = frozenset(due.id for due in to_ask if due.step is ReminderStep.NUDGED)
    needless = {due.id for due in to_ask if due.id not in still}
    needless |= {due.id for due in fresh if _is_for_nobody(due, people)}
    becomes: dict[DueState, set[int]] = {DueState.NEEDLESS: needless}
    async for due in unhurried(to_ask):
        if due.id not in still:
            continue
        left = [line for line in told[due.id] if line[0] not in heard[due.id]]
        if not left:
            becomes.setdefault(_outcome(heard[due.id].values()), set()).add(due.id)
        for member_id, part in left:
            by_member.setdefault(member_id, []).append((due.id, part))

    async def work() -> int:
        for state, ids in becomes.items():
            await dues.settle(ids, state, office.now)
        return await letter_writing.write_private(by_member, people.chats, by_hand, office.now)

    return await transact(work)


def _outcome(letters: Collection[LetterState]) -> DueState:
    """Say what has become of something due that everybody in line was told of, or may have been."""
    return DueState.SENT if LetterState.SENT in letters else DueState.UNKNOWN


def _lines(due: DueRef, people: Contacts) -> tuple[tuple[int, LetterPart], ...]:
    """Say who is to be told of something due; nobody while its only reporters want to hear later."""
    if due.step is ReminderStep.ACCEPTED:
        return tuple((each, LetterPart.REPORTER) for each in people.hearers_for(due.member_id).own)
    if due.step is ReminderStep.PENDING:
        return tuple((each, LetterPart.OFFICE) for each in people.desk())
    hearers = people.hearers(due.step, due.unit_id)
    if hearers.waits:
        return ()
    office = () if due.step is ReminderStep.NUDGED and hearers.own + hearers.leaders else people.office()
    return (
        *((member_id, LetterPart.OWN) for member_id in hearers.own),
        *((member_id, LetterPart.LEADER) for member_id in hearers.leaders),
        *((member_id, LetterPart.OFFICE) for member_id in office),
    )


def _is_for_nobody(due: DueRef, people: Contacts) -> bool:
    """Tell whether who reported what was accepted is not there any more, or cannot be written to."""
    if due.step is not ReminderStep.ACCEPTED:
        return False
    hearers = people.hearers_for(due.member_id)
    return not (hearers.own or hearers.waits)


async def _write_lists(office: Office, listed: Sequence[DueRef]) -> int:
    """Write the groups' lists, once everybody who was warned today has had time to answer."""
    written = 0
    by_series: dict[tuple[ReminderRule, dtm.date], list[DueRef]] = {}
    for due in listed:
        by_series.setdefault((due.rule, due.period_on), []).append(due)
    for (rule, first_on), some in sorted(by_series.items()):
        if await _is_too_soon(office, rule, first_on):
            continue
        still = await needs.read_needs(office.id, some, office.calendar, office.now)
        places = await _places(office.id) if still else ()
        if still and not places:
            continue
        needless = {due.id for due in some if due.id not in still}
        letters = {
            NewLetter(
                f"{LetterKind.LIST}/{group_id}/{rule}/{first_on:%Y-%m}",
                LetterKind.LIST,
                chat,
                group_id=group_id,
            ): [(each, LetterPart.GROUP) for each in still]
            for group_id, chat in places
        }
        written += await transact(partial(_write_some_lists, needless, letters, office.now))
    return written


async def _write_some_lists(
    needless: Collection[int], letters: Mapping[NewLetter, Sequence[Line]], now: dtm.datetime
) -> int:
    await dues.settle(needless, DueState.NEEDLESS, now)
    return len((await letter_writing.write(letters, now)).made)


async def _is_too_soon(office: Office, rule: ReminderRule, first_on: dtm.date) -> bool:
    """Tell whether a private warning is still on its way, or went out less than two hours ago."""
    rows = await sql.fetch(
        "SELECT e.id FROM letter e JOIN letter_line l ON l.letter_id = e.id "
        "JOIN due d ON d.id = l.due_id AND d.organisation_id = $1 AND d.rule = $2 AND d.period_on = $3 "
        "WHERE l.part IN ($4, $5) AND (e.state = $6 OR (e.state = $7 AND e.settled_at > $8)) LIMIT 1",
        office.id,
        rule.value,
        first_on,
        LetterPart.OWN.value,
        LetterPart.LEADER.value,
        LetterState.WAITING.value,
        LetterState.SENT.value,
        office.now - reminding.RESPITE,
    )
    return bool(rows)


async def _places(organisation_id: int) -> tuple[tuple[int, int], ...]:
    """List the registered groups that can be written to, each with its chat."""
    rows = await sql.fetch(
        "SELECT g.id, c.telegram_id FROM office_group g JOIN chat c ON c.id = g.chat_id "
        "WHERE c.organisation_id = $1 AND c.unreachable_at IS NULL ORDER BY g.id",
        organisation_id,
    )
    return tuple((row["id"], row["telegram_id"]) for row in rows)
