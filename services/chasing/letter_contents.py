"""What a letter says, worked out when it is about to go: asked again what in it is still needed."""

import datetime as dtm
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from models.enums import DueState, Language, LetterKind, LetterPart, LetterState, ReminderRule, ReminderStep
from services import sql
from services.arranging import sending
from services.core import office_hours
from services.core.calendar import WorkCalendar
from services.core.period import Period
from services.issuing.bulletin_letters import BulletinLetter, read_bulletin
from services.office import calendar_days
from services.ranking import ranking_letters
from services.ranking.ranking_letters import Held, RankingLetter
from services.reminding import dues, letter_log, needs, reminder_rules, review_dues, shortfalls
from services.reminding.dues import DueRef
from services.reminding.needs import Need
from services.reminding.review_dues import Acceptance, Queue
from services.transaction import transact
from services.unhurried import unhurried


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

    ``unheard`` are those of the units for which nobody but the office hears of it, ``queue`` is what waits
    for a reviewer.
    """

    organisation_id: int
    organisation: str
    units: tuple[UnitNeeds, ...]
    unheard: tuple[str, ...]
    unclear: int
    asks_for_year: int | None
    queue: Queue | None = None

    @property
    def is_of_queue(self) -> bool:
        """Tell whether it says nothing but what waits for a reviewer."""
        return not self.units and self.asks_for_year is None


@dataclass(frozen=True, slots=True)
class Digest:
    """A person's letter of a day: their own units, those they lead, the office's view, what was accepted."""

    letter_id: int
    kind: LetterKind
    member_id: int
    chat: int
    language: Language
    day: dtm.date
    own: tuple[UnitNeeds, ...]
    led: tuple[UnitNeeds, ...]
    office: tuple[OfficePart, ...]
    accepted: tuple[Acceptance, ...] = ()

    @property
    def is_reminder(self) -> bool:
        """Tell whether anybody is reminded of anything, more than told how reviewing stands."""
        return bool(self.own or self.led) or any(not part.is_of_queue for part in self.office)


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


Content = Digest | GroupList | RankingLetter | BulletinLetter


@dataclass(frozen=True, slots=True)
class Opened:
    """A letter as it was read, with what has to be noted in the transaction in which its call is stored.

    ``content`` is None when there is nothing to say. ``told`` are the dues that it tells of, ``needless``
    those that are done; ``ends`` is what becomes of the letter without anything being sent.
    """

    letter_id: int
    content: Content | NotNow | None
    told: frozenset[int] = frozenset()
    needless: frozenset[int] = frozenset()
    ends: LetterState | None = None


async def open_letter(
    letter_id: int, now: dtm.datetime, *, may_have_gone: bool = False
) -> Content | NotNow | None:
    """Give what a letter is to say now, in the deployment's zone; None when there is nothing to say any more.

    What has been done meanwhile is settled as needless, and with nothing left the letter is. One that
    ``may_have_gone`` on an earlier day stays unknown.
    """

    async def work() -> Content | NotNow | None:
        opened = await read_letter(letter_id, now, may_have_gone=may_have_gone)
        return opened.content if await note(opened, now) else None

    return await transact(work)


async def read_letter(letter_id: int, now: dtm.datetime, *, may_have_gone: bool = False) -> Opened:
    """Work out what ``open_letter`` gives and notes, changing nothing; needs no transaction."""
    row = await letter_log.find(letter_id)
    if row is None or row.state is not LetterState.WAITING:
        return Opened(letter_id, None)
    if row.kind not in letter_log.TO_GROUPS and row.day_on != now.date():
        ends = LetterState.UNKNOWN if may_have_gone else LetterState.NEEDLESS
        return Opened(letter_id, None, ends=ends)
    if await sending.find_pause() is not None:
        return Opened(letter_id, NotNow())
    if row.post_id is not None:
        return await _read_ranking(row, row.post_id, now)
    if row.bulletin_id is not None:
        told = await read_bulletin(row.id, row.kind, row.bulletin_id, row.group_id)
        return Opened(row.id, told, ends=LetterState.NEEDLESS if told is None else None)
    return await _read(row, now, may_have_gone=may_have_gone)


async def _read_ranking(row: letter_log.LetterRow, post_id: int, now: dtm.datetime) -> Opened:
    content = await ranking_letters.read_ranking(row.id, post_id, row.group_id, now)
    if isinstance(content, Held):
        return Opened(row.id, NotNow(content.until))
    return Opened(row.id, content, ends=LetterState.NEEDLESS if content is None else None)


async def note(opened: Opened, now: dtm.datetime) -> bool:
    """Note what opening a letter has shown, in the caller's transaction; False when it is settled already."""
    row = await letter_log.find(opened.letter_id)
    if row is None or row.state is not LetterState.WAITING:
        return False
    await dues.settle(opened.needless, DueState.NEEDLESS, now)
    if opened.ends is not None:
        await letter_log.settle(opened.letter_id, opened.ends, now)
    elif not isinstance(opened.content, NotNow):
        # What is done, or may not be said today, is not in it; the latter stays due for another day.
        await letter_log.keep_lines(opened.letter_id, opened.told)
    return True


async def _read(row: letter_log.LetterRow, now: dtm.datetime, *, may_have_gone: bool) -> Opened:
    by_organisation: dict[int, list[tuple[DueRef, LetterPart]]] = defaultdict(list)
    for due, part in await _lines(row.id):
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
    needless = frozenset(due_id for part in parts for due_id in part.needless)
    still = [part for part in parts if part.lines]
    # One that may have gone goes again as a whole: what it left out would be told of once more tomorrow.
    if held and (may_have_gone or not still):
        until = min((each for each in held.values() if each is not None), default=None)
        return Opened(row.id, NotNow(until), needless=needless)
    content = await _content(row, still, now) if still else None
    if content is None:
        return Opened(row.id, None, needless=needless, ends=LetterState.NEEDLESS)
    told = frozenset(need.due.id for part in still for need, _ in part.lines)
    return Opened(row.id, content, told, needless)


async def _content(row: letter_log.LetterRow, parts: Sequence["_Part"], now: dtm.datetime) -> Content | None:
    if row.kind is LetterKind.LIST:
        return await _list_of(row, parts[0])
    return await _digest(row, parts, now)


@dataclass(frozen=True, slots=True)
class _Part:
    """An organisation's lines that are still needed, and which dues are not."""

    organisation_id: int
    lines: tuple[tuple[Need, LetterPart], ...]
    needless: tuple[int, ...]
    names: Mapping[int, str]


async def _lines(letter_id: int) -> tuple[tuple[DueRef, LetterPart], ...]:
    # Another's letter may have told of it already, or may have: this person has not heard of it yet.
    values = (letter_id, DueState.OPEN.value, DueState.SENT.value, DueState.UNKNOWN.value)
    has_many = await letter_log.has_many_lines(letter_id)
    rows = await (sql.fetch if has_many else sql.look_up)(_LINES, *values)
    return tuple([(dues.due_of(row), LetterPart(row["part"])) async for row in unhurried(rows)])


_LINES = (
    f"SELECT {dues.COLUMNS}, l.part FROM letter_line l JOIN due d ON d.id = l.due_id "
    "LEFT JOIN unit u ON u.id = d.unit_id "
    "WHERE l.letter_id = $1 AND d.state IN ($2, $3, $4) "
    "ORDER BY d.organisation_id, u.position, u.id, l.id"
)


async def _part(
    organisation_id: int,
    lines: Sequence[tuple[DueRef, LetterPart]],
    calendar: WorkCalendar,
    now: dtm.datetime,
) -> _Part:
    wanted = list({due.id: due for due, _ in lines}.values())
    still = await needs.read_needs(organisation_id, wanted, calendar, now)
    kept = tuple([(still[due.id], part) async for due, part in unhurried(lines) if due.id in still])
    needless = tuple(due.id for due in wanted if due.id not in still)
    return _Part(organisation_id, kept, needless, await _names(dues.units_of(wanted)))


FEW_UNITS = 50


async def _names(unit_ids: Collection[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for some in dues.batched(sorted(unit_ids)):
        places = ", ".join(f"${number}" for number in range(1, len(some) + 1))
        read = sql.look_up if len(some) < FEW_UNITS else sql.fetch
        rows = await read(f"SELECT id, name FROM unit WHERE id IN ({places})", *some)
        found |= {row["id"]: row["name"] for row in rows}
    return found


async def _by_unit(part: _Part, which: LetterPart) -> tuple[UnitNeeds, ...]:
    """Gather a part's needs by unit, in the order of the lines."""
    gathered: dict[int | None, list[Need]] = {}
    async for need, of in unhurried(part.lines):
        if of is which:
            gathered.setdefault(need.due.unit_id, []).append(need)
    return tuple(
        [
            UnitNeeds(unit_id, part.names.get(unit_id or 0, ""), part.organisation_id, tuple(some))
            async for unit_id, some in unhurried(gathered.items())
        ]
    )


async def _digest(row: letter_log.LetterRow, parts: Sequence[_Part], now: dtm.datetime) -> Digest | None:
    people = await sql.look_up("SELECT telegram_id, language FROM member WHERE id = $1", row.member_id)
    if row.member_id is None or not people or people[0]["telegram_id"] is None:
        return None
    return Digest(
        letter_id=row.id,
        kind=row.kind,
        member_id=row.member_id,
        chat=people[0]["telegram_id"],
        language=await _language(people[0]["language"], parts[0].organisation_id),
        day=now.date(),
        own=tuple([each for part in parts for each in await _by_unit(part, LetterPart.OWN)]),
        led=tuple([each for part in parts for each in await _by_unit(part, LetterPart.LEADER)]),
        office=tuple([each for part in parts if (each := await _office(part, now)) is not None]),
        accepted=tuple(need.acceptance for part in parts for need, _ in part.lines if need.acceptance),
    )


async def _office(part: _Part, now: dtm.datetime) -> OfficePart | None:
    found = await _by_unit(part, LetterPart.OFFICE)
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
        unclear=await letter_log.count_unclear(part.organisation_id) if of_units or asks else 0,
        asks_for_year=asks[0] if asks else None,
        queue=await review_dues.read_queue(part.organisation_id, now.tzinfo),
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
        units=await _by_unit(part, LetterPart.GROUP),
    )


async def _language(chosen: str | None, organisation_id: int) -> Language:
    if chosen:
        return Language(chosen)
    rows = await sql.look_up("SELECT language FROM organisation WHERE id = $1", organisation_id)
    return Language(rows[0]["language"])
