"""What waits for a reviewer: how much, in which order, and one report of it with its evidence."""

import datetime as dtm
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from models.enums import ReviewState
from services import sql
from services.core.access import Actor, NotPermitted, Permission
from services.core.calendar import WorkCalendar
from services.core.categories import CategoryIndex
from services.core.closing import MonthState
from services.core.errors import PastMending, UserError
from services.core.occasion import Occasion
from services.core.period import Period, parse_period
from services.core.requirements import NOTHING_LACKING, Lack
from services.core.text import fold
from services.evidence import lookalikes
from services.evidence.lookalikes import Lookalike
from services.facts import acceptance, exhibits, months, requirements, review_rows
from services.facts.exhibits import Exhibit
from services.facts.review_rows import Review, Verdict
from services.office import calendar_days, organisations
from services.office.organisations import Roster, UnitRef


class ReviewGone(PastMending):
    """There is no such review, or nothing of it can be undone any more."""


class QueueUnclear(UserError):
    """The words (``text``) name no unit and no category of the organisation."""


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits in an organisation: everything, or what is of some units, categories and a period."""

    organisation_id: int
    unit_ids: tuple[int, ...] = ()
    category_ids: tuple[int, ...] = ()
    period: Period | None = None

    @property
    def is_narrowed(self) -> bool:
        """Tell whether it is less than everything."""
        return bool(self.unit_ids or self.category_ids or self.period)

    def as_json(self) -> dict[str, Any]:
        """Write it as buttons carry it."""
        written: dict[str, Any] = {"organisation_id": self.organisation_id}
        written |= {"unit_ids": list(self.unit_ids)} if self.unit_ids else {}
        written |= {"category_ids": list(self.category_ids)} if self.category_ids else {}
        return written | ({"period": str(self.period)} if self.period else {})

    @classmethod
    def from_json(cls, written: Mapping[str, Any]) -> Self:
        """Read back what ``as_json`` wrote."""
        period = parse_period(written["period"], today=dtm.date.min) if "period" in written else None
        units, categories = written.get("unit_ids", ()), written.get("category_ids", ())
        return cls(written["organisation_id"], tuple(units), tuple(categories), period)


@dataclass(frozen=True, slots=True)
class Card:
    """A report as a reviewer sees it; ``steps`` is what has become of it, the first thing first.

    Of its ``queue`` ``waiting`` reports wait in all, ``of_unit`` of the same unit and ``of_category`` of the
    same category, this one included; the oldest for ``longest`` working days. ``most`` is how many of the
    report can be accepted, ``alike`` are pictures that are or look like one of its own, ``lack`` is evidence
    that its category requires. ``reporter`` and (media) ``account`` are names, "" where there is none any
    more. ``is_closed`` tells that the month takes no changes, ``is_own`` that this person may not accept it.
    """

    review: Review
    unit: UnitRef
    category: str
    month: Period
    closes_on: dtm.date
    most: int
    exhibits: tuple[Exhibit, ...]
    links: tuple[tuple[str, str], ...]
    steps: tuple[tuple[Verdict, dtm.datetime], ...]
    queue: Queue
    waiting: int
    of_unit: int
    of_category: int
    longest: int
    alike: tuple[Lookalike, ...] = ()
    lack: Lack = NOTHING_LACKING
    reporter: str = ""
    is_closed: bool = False
    is_own: bool = False
    account: str = ""


def narrow(queue: Queue, words: str, roster: Roster, categories: CategoryIndex) -> Queue:
    """Narrow a queue to the units and categories that words name; QueueUnclear where they name none."""
    if not words:
        return queue
    found = _named(words, roster, categories)
    parts = [found] if found else [_named(word, roster, categories) for word in words.split()]
    if not all(parts):
        raise QueueUnclear(text=words)
    units = tuple(each for part in parts if part for each in part[0])
    return Queue(queue.organisation_id, units, tuple(e for p in parts if p for e in p[1]), queue.period)


def _named(
    words: str, roster: Roster, categories: CategoryIndex
) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """Give the units or else the categories that words mean; a unit's or a category's very name decides."""
    units, named = roster.meant_by(words)[0], categories.find(words)
    if units and (not named or all(fold(categories.name_of(each)) != fold(words) for each in named)):
        return tuple(unit.id for unit in units), ()
    return ((), named) if named else None


async def find_card(
    actor: Actor, queue: Queue, occasion: Occasion, *, after: int | None = None
) -> Card | None:
    """Give the next report that waits: by the month that closes first, then the longest waiting.

    ``after`` is the review that was looked at last; behind the last one it begins anew. None: nothing waits.
    """
    actor.require(Permission.REVIEWS_DECIDE, organisation_id=queue.organisation_id)
    last = await review_rows.find(after) if after is not None else None
    found = await list_first(queue, 1, behind=last)
    if not found and last is not None:
        found = await list_first(queue, 1)
    return await _card(actor, found[0], queue, occasion) if found else None


async def get_card(actor: Actor, review_id: int, queue: Queue | None, occasion: Occasion) -> Card:
    """Give one report, as one of a queue (None: of everything); ReviewGone where there is none."""
    review, unit = await find(review_id)
    actor.require(Permission.REVIEWS_DECIDE, organisation_id=unit.organisation_id)
    if queue is None or queue.organisation_id != unit.organisation_id:
        queue = Queue(unit.organisation_id)
    return await _card(actor, review, queue, occasion)


async def get_exhibit(actor: Actor, exhibit_id: int) -> Exhibit:
    """Give a piece of evidence to somebody who may see it: a reviewer, or who oversees its unit.

    Raises:
        ReviewGone, NotPermitted: it is not there, or not for them.
    """
    try:
        exhibit = await exhibits.get(exhibit_id)
    except LookupError:
        raise ReviewGone from None
    if exhibit.unit_id is None:
        raise NotPermitted(permission=Permission.REVIEWS_DECIDE.value)
    unit = await organisations.get_unit(exhibit.unit_id)
    actor.require(Permission.REVIEWS_DECIDE, organisation_id=unit.organisation_id)
    return exhibit


async def list_first(queue: Queue, count: int, *, behind: Review | None = None) -> tuple[Review, ...]:
    """List what is next in a queue, so many at most, ``behind`` a place in it."""
    where, values = _where(queue)
    if behind is not None:
        first = len(values) + 1
        where += f" AND (r.month_on, r.asked_at, r.id) > (${first}, ${first + 1}, ${first + 2})"
        values += [behind.key.month_on, behind.asked_at, behind.id]
    rows = await sql.look_up(
        f"{review_rows.SELECT} WHERE {where} ORDER BY r.month_on, r.asked_at, r.id LIMIT {count}", *values
    )
    return tuple(map(review_rows.read_row, rows))


async def count_waiting(queue: Queue) -> tuple[int, dtm.datetime | None]:
    """Count what waits in a queue, and say since when the oldest of it does."""
    where, values = _where(queue)
    rows = await sql.fetch(
        f"SELECT COUNT(*) AS waiting, MIN(r.asked_at) AS since FROM review r WHERE {where}", *values
    )
    return rows[0]["waiting"], sql.moment(rows[0]["since"])


def _where(queue: Queue) -> tuple[str, list[Any]]:
    values: list[Any] = [queue.organisation_id, ReviewState.PENDING.value]
    # The plus keeps SQLite from going unit by unit: the queue's own order is what the index is for.
    where = "+r.unit_id IN (SELECT id FROM unit WHERE organisation_id = $1) AND r.state = $2"
    for column, wanted in (("unit_id", queue.unit_ids), ("category_id", queue.category_ids)):
        if wanted:
            among = ", ".join(f"${len(values) + at}" for at in range(1, len(wanted) + 1))
            where, values = f"{where} AND r.{column} IN ({among})", [*values, *wanted]
    if queue.period is not None:
        where += f" AND r.month_on >= ${len(values) + 1} AND r.month_on <= ${len(values) + 2}"
        values += [queue.period.starts_on, queue.period.last_on]
    return where, values


async def _card(actor: Actor, review: Review, queue: Queue, occasion: Occasion) -> Card:
    unit = await organisations.get_unit(review.key.unit_id)
    month = month_of(review)
    standing = await months.read_standing(unit.id, month, occasion.today)
    category = await name_category(review)
    waiting, of_unit, of_category, since = await _count_around(review, queue)
    return Card(
        review,
        unit,
        category,
        month,
        standing.closes_on,
        await acceptance.most(review),
        await exhibits.list_kept(review.opening),
        await exhibits.list_links(review.opening),
        await _list_steps(review, occasion),
        queue,
        waiting,
        of_unit,
        of_category,
        await count_days(queue.organisation_id, occasion, since),
        await lookalikes.list_alike(unit.organisation_id, review.opening, review.key),
        await requirements.find_lack(review.opening, category),
        await _name_reporter(review),
        is_closed=standing.state is MonthState.CLOSED,
        is_own=await is_own(actor, review, unit.organisation_id),
        account=await _name_account(review.key.account),
    )


async def _list_steps(review: Review, occasion: Occasion) -> tuple[tuple[Verdict, dtm.datetime], ...]:
    steps = await review_rows.list_steps(review.id)
    return tuple((step, at.astimezone(occasion.zone)) for step, at in steps)


async def _name_reporter(review: Review) -> str:
    rows = await sql.look_up("SELECT name FROM member WHERE id = $1", review.member_id)
    return str(rows[0]["name"] or "") if rows else ""


async def _name_account(account_id: int) -> str:
    rows = await sql.look_up("SELECT name FROM media_account WHERE id = $1", account_id) if account_id else ()
    return str(rows[0]["name"]) if rows else ""


async def is_own(actor: Actor, review: Review, organisation_id: int) -> bool:
    """Tell whether somebody may not accept a report because it is their own."""
    return review.member_id == actor.member_id and await wants_four_eyes(organisation_id)


async def wants_four_eyes(organisation_id: int) -> bool:
    """Tell whether an office has nobody accept a report of their own."""
    rows = await sql.look_up("SELECT four_eyes FROM organisation WHERE id = $1", organisation_id)
    return bool(rows[0]["four_eyes"])


async def _count_around(review: Review, queue: Queue) -> tuple[int, int, int, dtm.datetime | None]:
    where, values = _where(queue)
    unit, category = f"${len(values) + 1}", f"${len(values) + 2}"
    rows = await sql.fetch(
        f"SELECT COUNT(*) AS waiting, SUM(CASE WHEN r.unit_id = {unit} THEN 1 ELSE 0 END) AS of_unit, "
        f"SUM(CASE WHEN r.category_id = {category} THEN 1 ELSE 0 END) AS of_category, "
        f"MIN(r.asked_at) AS since FROM review r WHERE {where}",
        *(*values, review.key.unit_id, review.key.category_id),
    )
    found = rows[0]
    return (
        found["waiting"],
        int(found["of_unit"] or 0),
        int(found["of_category"] or 0),
        sql.moment(found["since"]),
    )


async def count_days(organisation_id: int, occasion: Occasion, since: dtm.datetime | None) -> int:
    """Count the working days of an office from a moment until now; 0 where nothing waits."""
    if since is None:
        return 0
    asked_on = occasion.day_of(since)
    return (await _calendar(organisation_id, asked_on, occasion.today)).working_days(asked_on, occasion.today)


async def _calendar(organisation_id: int, first_on: dtm.date, last_on: dtm.date) -> WorkCalendar:
    return await calendar_days.read_calendar(organisation_id, range(first_on.year, last_on.year + 1))


async def find(review_id: int) -> tuple[Review, UnitRef]:
    """Give a review and its unit; ReviewGone where there is none."""
    review = await review_rows.find(review_id)
    if review is None:
        raise ReviewGone
    return review, await organisations.get_unit(review.key.unit_id)


async def name_category(review: Review) -> str:
    """Give the name of a review's category."""
    rows = await sql.look_up("SELECT name FROM category WHERE id = $1", review.key.category_id)
    name: str = rows[0]["name"]
    return name


def month_of(review: Review) -> Period:
    """Give the month that a review's report counts in."""
    return Period.of_month(review.key.month_on.year, review.key.month_on.month)
