"""What a message has counted for: its facts, its terms, and how both are changed later."""

import datetime as dtm
import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from services import audit, sql
from services.audit import Deed
from services.core.drafts import Terms
from services.core.errors import UserError
from services.core.links import Link
from services.core.reporting import MAX_COUNT, Add, Line, Set
from services.facts import acceptance, exhibits, ledger
from services.facts.ledger import Fact, Key


class CountBelowZero(UserError):
    """Taking it back would leave fewer than none, because the count was set meanwhile."""


class CountBeyondLimit(UserError):
    """More would be counted in a month than ``limit``, which is no number of publications."""


@dataclass(frozen=True, slots=True)
class Part:
    """What an opening still counts for under one key; ``page`` tells links apart, "" for a number."""

    key: Key
    page: str
    count: int
    address: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Opening:
    """A message that has counted: when, for whom, and what it still counts for.

    ``parts`` has also those that have come to nothing since.
    """

    name: str
    member_id: int | None
    opened_at: dtm.datetime
    parts: tuple[Part, ...]

    @property
    def still_counts(self) -> bool:
        """Tell whether anything of it is left."""
        return any(part.count for part in self.parts)

    @property
    def left(self) -> tuple[Part, ...]:
        """List what is left of it."""
        return tuple(part for part in self.parts if part.count)


@dataclass(frozen=True, slots=True)
class Change:
    """What a message did to a count: ``difference`` is what it added, ``after`` what is counted now in all.

    Of a category counted for each media account that is the sum of all the unit's accounts.
    """

    key: Key
    difference: int
    after: int
    sets: bool = False

    @property
    def before(self) -> int:
        """Give what was counted before."""
        return self.after - self.difference


@dataclass(frozen=True, slots=True)
class Booking:
    """By whose deed facts are added, for which organisation; ``late`` are months past their end."""

    deed: Deed
    organisation_id: int
    late: frozenset[dtm.date] = frozenset()


@dataclass(frozen=True, slots=True)
class _Held:
    """What is counted under a key, and in all for its unit, category and month: that is what people set."""

    own: int
    total: int


_PARTS = """
SELECT unit_id, category_id, account, month_on, address_key, SUM(count) AS count, MAX(address) AS address,
       MAX(title) AS title, MIN(submitted_at) AS opened_at, MIN(member_id) AS member_id
FROM submission WHERE opening = $1
GROUP BY unit_id, category_id, account, month_on, address_key ORDER BY MIN(id)
"""


def page_digest(link: Link) -> str:
    """Give what the ledger knows a page by."""
    return hashlib.sha256(link.key.encode()).hexdigest()


async def find_opening(name: str) -> Opening | None:
    """Give what a message has counted for; None for one that never counted."""
    rows = await sql.look_up(_PARTS, name)
    if not rows:
        return None
    moments = [moment for row in rows if (moment := sql.moment(row["opened_at"])) is not None]
    return Opening(name, rows[0]["member_id"], min(moments), tuple(_part(row) for row in rows))


async def list_counting(member_id: int) -> tuple[str, ...]:
    """List a person's messages that still count, the last one first; twenty at most."""
    rows = await sql.fetch(
        "SELECT opening FROM (SELECT opening, MIN(id) AS first_id, SUM(count) AS left_over FROM submission "
        "WHERE member_id = $1 AND opening <> '' "
        "GROUP BY opening, unit_id, category_id, account, month_on, address_key) AS parts "
        "WHERE left_over <> 0 GROUP BY opening ORDER BY MIN(first_id) DESC LIMIT 20",
        member_id,
    )
    return tuple(row["opening"] for row in rows)


async def find_terms(organisation_id: int, name: str) -> Terms | None:
    """Give what a message was last agreed to say; None when it was withdrawn or never counted."""
    rows = await sql.look_up(
        "SELECT after FROM audit_entry WHERE organisation_id = $1 AND subject = $2 ORDER BY id DESC LIMIT 1",
        organisation_id,
        name,
    )
    written = rows[0]["after"] if rows else None
    value = json.loads(written) if isinstance(written, str) else written
    return None if value is None else Terms.from_json(value)


async def open_with(name: str, terms: Terms, booking: Booking) -> tuple[Change, ...]:
    """Count a message's lines for the first time, each as a fact of its own.

    Raises:
        CountBeyondLimit: what would be counted then is no number of publications.
    """
    held = await _hold(_key(terms, line) for line in terms.lines)
    governed = await acceptance.list_governed("", held)
    facts, running = [], {key: count.total for key, count in held.items()}
    for number, line in enumerate(terms.lines, start=1):
        key = _key(terms, line)
        count = _added(line, running[key])
        running[key] += count
        facts.append(_fact(key, count, f"{name}/{number}", name, _link(line), booking))
    changes = _changes(held, facts, terms.lines)
    await ledger.record(_unaccepted(facts, governed), booking.deed.now)
    await exhibits.follow(name, terms)
    await acceptance.settle(name, governed, booking.deed.member_id, booking.deed)
    await acceptance.balance((fact.key for fact in facts), booking.deed)
    await _write(booking, "report.submit", name, None, terms.as_json())
    return changes


async def restate(
    opening: Opening, old: Terms | None, new: Terms | None, booking: Booking
) -> tuple[Change, ...]:
    """Make a message count as if it had said something else, or (None) nothing, by recording differences.

    What it goes on setting stays as it is, also where others have reported since.

    Raises:
        CountBelowZero, CountBeyondLimit: what would be counted then is no number of publications.
    """
    wanted = {(_key(new, line), _page(line)): line for line in new.lines} if new else {}
    agreed = {(_key(old, line), _page(line)): line.amount for line in old.lines} if old else {}
    parts = {(part.key, part.page): part for part in opening.parts}
    held = await _hold(key for key, _ in {**parts, **wanted})
    facts, running = list[Fact](), {key: count.total for key, count in held.items()}
    # What is set comes last, because it is the total of whatever has become of the rest.
    for place in sorted({**parts, **wanted}, key=lambda place: _sets(wanted.get(place))):
        line, part = wanted.get(place), parts.get(place)
        if line is not None and _sets(line) and agreed.get(place) == line.amount:
            continue
        count = _difference(line, part, running[place[0]])
        running[place[0]] += count
        if count:
            link = _link(line) if line else None
            source = f"{booking.deed.source}/{len(facts) + 1}"
            fact = _fact(place[0], count, source, opening.name, link, booking)
            facts.append(fact if part is None else replace(fact, address_key=part.page))
    changes = _changes(held, facts, new.lines if new else ())
    governed = await acceptance.list_governed(opening.name, {fact.key for fact in facts})
    await ledger.record(_unaccepted(facts, governed), booking.deed.now)
    await exhibits.follow(opening.name, new)
    await acceptance.settle(opening.name, governed, opening.member_id, booking.deed)
    await acceptance.balance((fact.key for fact in facts), booking.deed)
    action = "report.correct" if new else "report.withdraw"
    await _write(booking, action, opening.name, old and old.as_json(), new and new.as_json())
    return changes


async def _hold(keys: Iterable[Key]) -> dict[Key, _Held]:
    """Give what is counted under keys and beside them for the unit's other accounts, and hold the keys."""
    own = await ledger.hold(keys)
    beside: dict[Key, int] = {}
    for key in own:
        rows = await sql.look_up(
            "SELECT SUM(count) AS count FROM tally "
            "WHERE unit_id = $1 AND category_id = $2 AND month_on = $3 AND account <> $4",
            *(key.unit_id, key.category_id, key.month_on, key.account),
        )
        beside[key] = int(rows[0]["count"] or 0)
    return {key: _Held(count, count + beside[key]) for key, count in own.items()}


def _sets(line: Line | None) -> bool:
    return line is not None and isinstance(line.amount, Set)


def _difference(line: Line | None, part: Part | None, counted: int) -> int:
    """Tell what has to be added so that a line counts instead of what its place has counted so far."""
    so_far = part.count if part else 0
    if line is not None and isinstance(line.amount, Set):
        return line.amount.count - counted
    return (0 if line is None else _added(line, counted)) - so_far


def _added(line: Line, counted: int) -> int:
    match line.amount:
        case Add(count):
            return count
        case Set(count):
            return count - counted
        case Link():
            return 1
        case None:
            raise ValueError(line)


def _changes(held: Mapping[Key, _Held], facts: Iterable[Fact], lines: Iterable[Line]) -> tuple[Change, ...]:
    added: dict[Key, int] = {}
    for fact in facts:
        added[fact.key] = added.get(fact.key, 0) + fact.count
    setting = {line.category_id for line in lines if isinstance(line.amount, Set)}
    changes = tuple(
        Change(key, count, held[key].total + count, sets=key.category_id in setting)
        for key, count in added.items()
    )
    if any(held[change.key].own + change.difference < 0 for change in changes):
        raise CountBelowZero
    if any(change.after > MAX_COUNT for change in changes):
        raise CountBeyondLimit(limit=MAX_COUNT)
    return changes


def _unaccepted(facts: Iterable[Fact], governed: Collection[Key]) -> list[Fact]:
    """Accept nothing where somebody or something decides about it; it is settled right after."""
    return [replace(fact, accepted=0) if fact.key in governed else fact for fact in facts]


def _key(terms: Terms, line: Line) -> Key:
    if line.category_id is None:
        raise ValueError(line)
    return Key(terms.unit_id, line.category_id, line.account, terms.month.starts_on)


def _link(line: Line) -> Link | None:
    return line.amount if isinstance(line.amount, Link) else None


def _page(line: Line) -> str:
    return page_digest(line.amount) if isinstance(line.amount, Link) else ""


def _fact(key: Key, count: int, source: str, opening: str, link: Link | None, booking: Booking) -> Fact:
    return Fact(
        key.unit_id,
        key.category_id,
        key.account,
        key.month_on,
        count,
        source,
        booking.deed.member_id,
        opening=opening,
        is_late=key.month_on in booking.late,
        address=link.address if link else "",
        address_key=page_digest(link) if link else "",
        title=link.title if link else "",
    )


def _part(row: Mapping[str, Any]) -> Part:
    key = Key(row["unit_id"], row["category_id"], row["account"], sql.get_day(row["month_on"]))
    return Part(key, row["address_key"], int(row["count"]), row["address"], row["title"])


async def _write(booking: Booking, action: str, opening: str, before: Any, after: Any) -> None:
    await booking.deed.record(audit.Entry(action, opening, before, after), booking.organisation_id)
