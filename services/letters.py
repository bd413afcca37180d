"""Letters: who is told of what is due, one digest a person and day, one list a group and month."""

import datetime as dtm
from collections.abc import Collection, Iterable, Sequence
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
from services import (
    calendar_days,
    contacts,
    dues,
    letter_log,
    needs,
    organisations,
    outbox,
    reminder_rules,
    sending,
    shortfalls,
    sql,
)
from services.contacts import Contacts
from services.core import office_hours, reminding
from services.core.calendar import WorkCalendar
from services.core.reminding import Rules
from services.dues import DueRef
from services.transaction import transact

LETTER_OF_OUTBOX = "'letter/' || letter.id"
"""The key under which the outbox has a letter, as SQL of a statement about ``letter``."""

Line = tuple[int, LetterPart]
"""A due's id, and the part of a letter in which it is told of."""


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
            written += await transact(partial(_dispatch, office, rules))
    return written


async def _dispatch(office: Office, rules: Rules) -> int:
    await _release_stale(office)
    found = await dues.list_open(office.id, office.now)
    unwanted = {due.id for due in found if not rules.wants(due.step)}
    await dues.settle(unwanted, DueState.NEEDLESS, office.now)
    waiting = [due for due in found if due.id not in unwanted]
    on_their_way = await dues.list_on_their_way(office.id) if waiting else frozenset()
    kept, superseded = reminding.collapse([due.as_open for due in waiting])
    await dues.settle({due.id for due in superseded}, DueState.SUPERSEDED, office.now)
    ids = {due.id for due in kept} - on_their_way
    fresh = [due for due in waiting if due.id in ids]
    if not fresh:
        return 0
    people = await contacts.read_contacts(office.id, office.now.date(), office.standing_administrators)
    listed = [due for due in fresh if due.step is ReminderStep.LISTED]
    private = [due for due in fresh if due.step is not ReminderStep.LISTED]
    return await _write_private(office, private, people) + await _write_lists(office, listed)


async def _release_stale(office: Office) -> None:
    """Give up letters that did not go out on their day: what they tell of is told of anew.

    Of one that may have gone out the outcome is settled first, by whoever sends.
    """
    await sql.execute(
        "UPDATE letter SET state = $1, settled_at = $2 WHERE state = $3 AND day_on < $4 AND kind <> $5 "
        f"AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.dedupe_key = {LETTER_OF_OUTBOX} "
        f"AND o.state = '{OutboxState.WIRE.value}')",
        LetterState.NEEDLESS.value,
        office.now,
        LetterState.WAITING.value,
        office.now.date(),
        LetterKind.LIST.value,
    )


async def _write_private(office: Office, fresh: Sequence[DueRef], people: Contacts) -> int:
    told = {due.id: _lines(due, people) for due in fresh}
    to_ask = [due for due in fresh if told[due.id]]
    still = await needs.read_needs(office.id, to_ask, office.calendar, office.now)
    needless = {due.id for due in to_ask if due.id not in still}
    await dues.settle(needless, DueState.NEEDLESS, office.now)
    by_letter: dict[tuple[LetterKind, int], list[Line]] = {}
    for due in to_ask:
        if due.id in still:
            kind = LetterKind.NUDGE if due.step is ReminderStep.NUDGED else LetterKind.DIGEST
            for member_id, part in told[due.id]:
                by_letter.setdefault((kind, member_id), []).append((due.id, part))
    written = 0
    for (kind, member_id), lines in sorted(by_letter.items()):
        key = f"{kind}/{member_id}/{office.now.date()}"
        letter = _NewLetter(key, kind, people.chats[member_id], member_id=member_id)
        written += await _write(letter, lines, office.now)
    return written


def _lines(due: DueRef, people: Contacts) -> tuple[tuple[int, LetterPart], ...]:
    """Say who is to be told of something due; nobody while its only reporters want to hear later."""
    hearers = people.hearers(due.step, due.unit_id)
    if hearers.waits:
        return ()
    office = () if due.step is ReminderStep.NUDGED and hearers.own + hearers.leaders else people.office()
    return (
        *((member_id, LetterPart.OWN) for member_id in hearers.own),
        *((member_id, LetterPart.LEADER) for member_id in hearers.leaders),
        *((member_id, LetterPart.OFFICE) for member_id in office),
    )


@dataclass(frozen=True, slots=True)
class _NewLetter:
    key: str
    kind: LetterKind
    chat: int
    member_id: int | None = None
    group_id: int | None = None


async def _write(letter: _NewLetter, lines: Iterable[Line], now: dtm.datetime) -> int:
    """Write a letter's lines, and the letter unless it waits already; one that has gone takes no more."""
    made = await sql.fetch(
        "INSERT INTO letter (key, kind, member_id, group_id, day_on, state, written_at) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (key) DO NOTHING RETURNING id",
        letter.key,
        letter.kind.value,
        letter.member_id,
        letter.group_id,
        now.date(),
        LetterState.WAITING.value,
        now,
    )
    known = made or await sql.fetch(
        "SELECT id FROM letter WHERE key = $1 AND state = $2", letter.key, LetterState.WAITING.value
    )
    if not known:
        return 0
    letter_id = int(known[0]["id"])
    for due_id, part in lines:
        await sql.execute(
            "INSERT INTO letter_line (letter_id, due_id, part) VALUES ($1, $2, $3) "
            "ON CONFLICT (letter_id, due_id, part) DO NOTHING",
            letter_id,
            due_id,
            part.value,
        )
    if not made:
        return 0
    kind = outbox.LIST if letter.kind is LetterKind.LIST else outbox.LETTER
    await outbox.enqueue(
        [outbox.NewCall(letter_log.outbox_key(letter_id), kind, letter.chat, "", {"letter": letter_id})], now
    )
    return 1


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
        await dues.settle({due.id for due in some if due.id not in still}, DueState.NEEDLESS, office.now)
        for group_id, chat in places:
            key = f"{LetterKind.LIST}/{group_id}/{rule}/{first_on:%Y-%m}"
            letter = _NewLetter(key, LetterKind.LIST, chat, group_id=group_id)
            written += await _write(letter, [(each, LetterPart.GROUP) for each in still], office.now)
    return written


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
