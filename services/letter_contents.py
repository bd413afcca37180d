"""What a letter says, worked out when it is about to go: asked again what in it is still needed."""

import datetime as dtm
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.enums import DueState, Language, LetterKind, LetterPart, LetterState, ReminderRule, ReminderStep
from services import calendar_days, dues, letter_log, needs, reminder_rules, sending, shortfalls, sql
from services.core import office_hours
from services.core.calendar import WorkCalendar
from services.core.period import Period
from services.dues import DueRef
from services.needs import Need
from services.transaction import transact


@dataclass(frozen=True, slots=True)
class UnitNeeds:
    """What a unit is to be reminded of; ``unit_id`` None and no name is the office's own."""

    unit_id: int | None
    unit: str
    organisation_id: int
    needs: tuple[Need, ...]


@dataclass(frozen=True, slots=True)
class OfficePart:
    """What the office reads of one organisation: who lags at which step, and who cannot be reached.

    ``unheard`` are those of the units for which nobody but the office hears of it.
    """

    organisation_id: int
    organisation: str
    units: tuple[UnitNeeds, ...]
    unheard: tuple[str, ...]
    unclear: int
    asks_for_year: int | None


@dataclass(frozen=True, slots=True)
class Digest:
    """A person's letter of a day: their own units, those they lead, the office's view."""

    letter_id: int
    kind: LetterKind
    member_id: int
    chat: int
    language: Language
    day: dtm.date
    own: tuple[UnitNeeds, ...]
    led: tuple[UnitNeeds, ...]
    office: tuple[OfficePart, ...]


@dataclass(frozen=True, slots=True)
class GroupList:
    """What a group reads of a month: which units still lack something; each was warned before."""

    letter_id: int
    chat: int
    topic: int
    language: Language
    organisation: str
    rule: ReminderRule
    month: Period
    units: tuple[UnitNeeds, ...]


@dataclass(frozen=True, slots=True)
class NotNow:
    """It may not go out now: at ``until`` at the earliest, None while nobody can say."""

    until: dtm.datetime | None = None


Content = Digest | GroupList


async def open_letter(
    letter_id: int, now: dtm.datetime, *, may_have_gone: bool = False
) -> Content | NotNow | None:
    """Give what a letter is to say now, in the deployment's zone; None when there is nothing to say any more.

    What has been done meanwhile is settled as needless, and with nothing left the letter is. One that
    ``may_have_gone`` on an earlier day stays unknown. Belongs to the transaction in which the call is stored.
    """

    async def work() -> Content | NotNow | None:
        row = await letter_log.find(letter_id)
        if row is None or row.state is not LetterState.WAITING:
            return None
        if row.kind is not LetterKind.LIST and row.day_on != now.date():
            past = LetterState.UNKNOWN if may_have_gone else LetterState.NEEDLESS
            await letter_log.settle(letter_id, past, now)
            return None
        if await sending.find_pause() is not None:
            return NotNow()
        return await _read(row, now)

    return await transact(work)


async def _read(row: letter_log.LetterRow, now: dtm.datetime) -> Content | NotNow | None:
    lines = await _lines(row.id)
    by_organisation: dict[int, list[tuple[DueRef, LetterPart]]] = defaultdict(list)
    for due, part in lines:
        by_organisation[due.organisation_id].append((due, part))
    parts: list[_Part] = []
    held: dict[int, dtm.datetime | None] = {}
    for organisation_id, some in sorted(by_organisation.items()):
        calendar = await calendar_days.read_calendar(organisation_id, shortfalls.years_about(now.date()))
        rules = await reminder_rules.read_rules(organisation_id)
        if rules.paused_at is not None:
            held[organisation_id] = None
        elif not office_hours.are_open(now, calendar):
            held[organisation_id] = office_hours.next_opening(now, calendar)
        else:
            parts.append(await _part(organisation_id, some, calendar, now))
    still = [part for part in parts if part.lines]
    if not still:
        if held:
            return NotNow(min((each for each in held.values() if each is not None), default=None))
        await letter_log.give_up(row.id, now)
        return None
    # What is done, or may not be said today, is not in it; the latter stays due, for another day's letter.
    await letter_log.keep_lines(row.id, {need.due.id for part in still for need, _ in part.lines})
    content = await _list_of(row, still[0]) if row.kind is LetterKind.LIST else await _digest(row, still, now)
    if content is None:
        await letter_log.give_up(row.id, now)
    return content


@dataclass(frozen=True, slots=True)
class _Part:
    """An organisation's lines that are still needed."""

    organisation_id: int
    lines: tuple[tuple[Need, LetterPart], ...]
    names: Mapping[int, str]


async def _lines(letter_id: int) -> tuple[tuple[DueRef, LetterPart], ...]:
    rows = await sql.fetch(
        f"SELECT {dues.COLUMNS}, l.part FROM letter_line l JOIN due d ON d.id = l.due_id "
        "LEFT JOIN unit u ON u.id = d.unit_id "
        "WHERE l.letter_id = $1 AND d.state IN ($2, $3, $4) "
        "ORDER BY d.organisation_id, u.position, u.id, l.id",
        letter_id,
        # Another's letter may have told of it already, or may have: this person has not heard of it yet.
        DueState.OPEN.value,
        DueState.SENT.value,
        DueState.UNKNOWN.value,
    )
    return tuple((dues.due_of(row), LetterPart(row["part"])) for row in rows)


async def _part(
    organisation_id: int,
    lines: Sequence[tuple[DueRef, LetterPart]],
    calendar: WorkCalendar,
    now: dtm.datetime,
) -> _Part:
    wanted = list(dict.fromkeys(due for due, _ in lines))
    still = await needs.read_needs(organisation_id, wanted, calendar, now)
    await dues.settle({due.id for due in wanted if due.id not in still}, DueState.NEEDLESS, now)
    rows = await sql.fetch("SELECT id, name FROM unit WHERE organisation_id = $1", organisation_id)
    kept = tuple((still[due.id], part) for due, part in lines if due.id in still)
    return _Part(organisation_id, kept, {row["id"]: row["name"] for row in rows})


def _by_unit(part: _Part, which: LetterPart) -> tuple[UnitNeeds, ...]:
    """Gather a part's needs by unit, in the order of the lines."""
    gathered: dict[int | None, list[Need]] = {}
    for need, of in part.lines:
        if of is which:
            gathered.setdefault(need.due.unit_id, []).append(need)
    return tuple(
        UnitNeeds(unit_id, part.names.get(unit_id or 0, ""), part.organisation_id, tuple(some))
        for unit_id, some in gathered.items()
    )


async def _digest(row: letter_log.LetterRow, parts: Sequence[_Part], now: dtm.datetime) -> Digest | None:
    people = await sql.fetch("SELECT telegram_id, language FROM member WHERE id = $1", row.member_id)
    if row.member_id is None or not people or people[0]["telegram_id"] is None:
        return None
    return Digest(
        letter_id=row.id,
        kind=row.kind,
        member_id=row.member_id,
        chat=people[0]["telegram_id"],
        language=await _language(people[0]["language"], parts[0].organisation_id),
        day=now.date(),
        own=tuple(each for part in parts for each in _by_unit(part, LetterPart.OWN)),
        led=tuple(each for part in parts for each in _by_unit(part, LetterPart.LEADER)),
        office=tuple([each for part in parts if (each := await _office(part)) is not None]),
    )


async def _office(part: _Part) -> OfficePart | None:
    found = _by_unit(part, LetterPart.OFFICE)
    if not found:
        return None
    heard = await letter_log.list_privately_told(
        {need.due.id for each in found for need in each.needs if need.due.unit_id is not None}
    )
    of_units = tuple(each for each in found if each.unit_id is not None)
    asks = [
        need.month.year + 1 for each in found for need in each.needs if need.due.step is ReminderStep.ASKED
    ]
    rows = await sql.fetch("SELECT name FROM organisation WHERE id = $1", part.organisation_id)
    return OfficePart(
        organisation_id=part.organisation_id,
        organisation=rows[0]["name"],
        units=of_units,
        unheard=tuple(each.unit for each in of_units if not any(need.due.id in heard for need in each.needs)),
        unclear=await letter_log.count_unclear(part.organisation_id),
        asks_for_year=asks[0] if asks else None,
    )


async def _list_of(row: letter_log.LetterRow, part: _Part) -> GroupList | None:
    rows = await sql.fetch(
        "SELECT c.telegram_id, g.topic, o.name, o.language FROM office_group g "
        "JOIN chat c ON c.id = g.chat_id JOIN organisation o ON o.id = c.organisation_id "
        "WHERE g.id = $1 AND o.id = $2",
        row.group_id,
        part.organisation_id,
    )
    if not rows:
        return None
    due = part.lines[0][0].due
    return GroupList(
        letter_id=row.id,
        chat=rows[0]["telegram_id"],
        topic=rows[0]["topic"],
        language=Language(rows[0]["language"]),
        organisation=rows[0]["name"],
        rule=due.rule,
        month=part.lines[0][0].month,
        units=_by_unit(part, LetterPart.GROUP),
    )


async def _language(chosen: str | None, organisation_id: int) -> Language:
    if chosen:
        return Language(chosen)
    rows = await sql.fetch("SELECT language FROM organisation WHERE id = $1", organisation_id)
    return Language(rows[0]["language"])
