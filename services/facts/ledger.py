"""The ledger of what units did, and the tally projected from it: both change in one transaction."""

import datetime as dtm
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from services import sql
from services.transaction import transact

T = TypeVar("T")

Sums = tuple[int, int, int]
"""How many were submitted, how many of them accepted (审发), and the mistakes found (错情)."""

_KEY = "unit_id, category_id, account, month_on"

ROWS_PER_STATEMENT = 500  # fifteen values each: below SQLite's and PostgreSQL's limit of 32,766 parameters


@dataclass(frozen=True, slots=True)
class Fact:
    """What a unit did in a category and month: ``count`` is what it adds, and may be below zero.

    ``month_on`` is the first day of the month; ``account`` 0 means no account; ``source`` names the fact for
    ever, and a second fact of the same source counts nothing; ``member_id`` None is nobody (a sheet).
    ``opening`` is the message that opened the matter ("" for a sheet), ``address_key`` the SHA-256 of a
    link's normalised address. ``accepted`` (审发) None is all of ``count``, as it is wherever nobody reviews.
    ``errors`` are mistakes found (错情).
    """

    unit_id: int
    category_id: int
    account: int
    month_on: dtm.date
    count: int
    source: str
    member_id: int | None
    opening: str = ""
    is_late: bool = False
    address: str = ""
    address_key: str = ""
    title: str = ""
    accepted: int | None = None
    errors: int = 0

    def __post_init__(self) -> None:
        """Refuse a month that does not begin on its first day (ValueError): it would be counted apart."""
        if self.month_on.day != 1:
            raise ValueError(self.month_on)

    @property
    def key(self) -> "Key":
        """Give what it is counted with."""
        return Key(self.unit_id, self.category_id, self.account, self.month_on)

    @property
    def sums(self) -> Sums:
        """Give what it adds to what was submitted, what was accepted, and the mistakes found."""
        return self.count, self.count if self.accepted is None else self.accepted, self.errors


@dataclass(frozen=True, slots=True)
class Key:
    """What is counted together."""

    unit_id: int
    category_id: int
    account: int
    month_on: dtm.date


@dataclass(frozen=True, slots=True)
class Difference:
    """A tally that was not what the ledger adds up to; both are submitted, accepted, errors."""

    key: Key
    tallied: Sums
    added_up: Sums


async def record(facts: Sequence[Fact], now: dtm.datetime) -> tuple[bool, ...]:
    """Add facts to the ledger and the tally; tell for each whether it was new.

    A fact whose source is known already changes nothing, also when it stands twice in ``facts``.
    """

    async def work() -> tuple[bool, ...]:
        fresh: set[str] = set()
        for part in _parts(facts):
            fresh |= await _append(part, now)
        first_at = {fact.source: at for at, fact in reversed(list(enumerate(facts)))}
        is_new = tuple(fact.source in fresh and first_at[fact.source] == at for at, fact in enumerate(facts))
        await _add([fact for fact, new in zip(facts, is_new, strict=True) if new])
        return is_new

    return await transact(work)


async def set_count(fact: Fact, now: dtm.datetime) -> bool:
    """Make a tally equal to ``fact.count`` by recording the difference; tell whether the fact was new.

    A difference of nothing is recorded too, so that the same message arriving again cannot undo what was
    counted in between.
    """

    async def work() -> bool:
        counted = (await hold([fact.key]))[fact.key]
        (is_new,) = await record([replace(fact, count=fact.count - counted)], now)
        return is_new

    return await transact(work)


async def hold(keys: Iterable[Key]) -> dict[Key, int]:
    """Give what is counted under keys, and let nobody else count there until the transaction ends."""
    counted = {}
    # One order for everybody: two transactions never wait for each other's rows crosswise.
    for key in sorted(set(keys), key=_order):
        # The upsert that adds nothing holds the row.
        rows = await sql.change(
            f"INSERT INTO tally ({_KEY}, count) VALUES ($1, $2, $3, $4, 0) "
            f"ON CONFLICT ({_KEY}) DO UPDATE SET count = tally.count RETURNING count",
            *_order(key),
        )
        counted[key] = int(rows[0]["count"])
    return counted


async def read(key: Key) -> int:
    """Give what is counted under a key."""
    rows = await sql.fetch(
        "SELECT count FROM tally WHERE unit_id = $1 AND category_id = $2 AND account = $3 AND month_on = $4",
        *_order(key),
    )
    return int(rows[0]["count"]) if rows else 0


async def read_sums(key: Key) -> Sums:
    """Give what is counted, accepted and found mistaken under a key."""
    rows = await sql.look_up(
        "SELECT count, accepted, errors FROM tally "
        "WHERE unit_id = $1 AND category_id = $2 AND account = $3 AND month_on = $4",
        *_order(key),
    )
    return (rows[0]["count"], rows[0]["accepted"], rows[0]["errors"]) if rows else (0, 0, 0)


async def rebuild() -> tuple[Difference, ...]:
    """Add the whole ledger up again, mend the tally, and tell where the two differed."""

    async def work() -> tuple[Difference, ...]:
        if sql.is_postgres():  # SQLite's transaction is the only writer anyway
            await sql.execute("LOCK TABLE tally IN SHARE ROW EXCLUSIVE MODE")
        found = tuple(_difference(row) for row in await sql.fetch(_DIFFERENCES))
        await _upsert([(one.key, _plus(one.added_up, _negative(one.tallied))) for one in found])
        return found

    return await transact(work)


async def _append(facts: Sequence[Fact], now: dtm.datetime) -> set[str]:
    values: list[Any] = []
    for fact in facts:
        values += [fact.unit_id, fact.category_id, fact.account, fact.month_on, *fact.sums]
        values += [fact.source, fact.member_id, fact.opening, fact.is_late]
        values += [fact.address, fact.address_key, fact.title, now]
    rows = await sql.change(
        "INSERT INTO submission (unit_id, category_id, account, month_on, count, accepted, errors, "
        "source, member_id, opening, is_late, address, address_key, title, submitted_at) "
        f"VALUES {sql.placeholders(len(facts), 15)} ON CONFLICT (source) DO NOTHING RETURNING source",
        *values,
    )
    return {row["source"] for row in rows}


async def _add(facts: Sequence[Fact]) -> None:
    added: dict[Key, Sums] = {}
    for fact in facts:
        added[fact.key] = _plus(added.get(fact.key, (0, 0, 0)), fact.sums)
    # In the order of ``hold``, for the same reason.
    await _upsert(sorted(added.items(), key=lambda pair: _order(pair[0])))


async def _upsert(added: Sequence[tuple[Key, Sums]]) -> None:
    for part in _parts(added):
        values: list[Any] = []
        for key, sums in part:
            values += [key.unit_id, key.category_id, key.account, key.month_on, *sums]
        await sql.execute(
            f"INSERT INTO tally ({_KEY}, count, accepted, errors) "
            f"VALUES {sql.placeholders(len(part), 7)} ON CONFLICT ({_KEY}) DO UPDATE SET "
            "count = tally.count + excluded.count, accepted = tally.accepted + excluded.accepted, "
            "errors = tally.errors + excluded.errors",
            *values,
        )


def _plus(one: Sums, other: Sums) -> Sums:
    return one[0] + other[0], one[1] + other[1], one[2] + other[2]


def _negative(sums: Sums) -> Sums:
    return -sums[0], -sums[1], -sums[2]


# What is tallied and what the ledger adds up to, where they differ in anything.
_DIFFERENCES = f"""
SELECT {_KEY}, SUM(tallied) AS tallied, SUM(added) AS added, SUM(tallied_accepted) AS tallied_accepted,
       SUM(added_accepted) AS added_accepted, SUM(tallied_errors) AS tallied_errors,
       SUM(added_errors) AS added_errors
FROM (SELECT {_KEY}, count AS tallied, 0 AS added, accepted AS tallied_accepted, 0 AS added_accepted,
             errors AS tallied_errors, 0 AS added_errors FROM tally
      UNION ALL SELECT {_KEY}, 0, count, 0, accepted, 0, errors FROM submission) AS counted
GROUP BY {_KEY}
HAVING SUM(tallied) <> SUM(added) OR SUM(tallied_accepted) <> SUM(added_accepted)
       OR SUM(tallied_errors) <> SUM(added_errors)
ORDER BY {_KEY}
"""


def _order(key: Key) -> tuple[int, int, int, dtm.date]:
    return key.unit_id, key.category_id, key.account, key.month_on


def _parts(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(rows), ROWS_PER_STATEMENT):
        yield rows[start : start + ROWS_PER_STATEMENT]


def _difference(row: dict[str, Any]) -> Difference:
    key = Key(row["unit_id"], row["category_id"], row["account"], sql.get_day(row["month_on"]))
    of_ledger, of_tally = (
        (int(row[which]), int(row[f"{which}_accepted"]), int(row[f"{which}_errors"]))
        for which in ("added", "tallied")
    )
    return Difference(key, tallied=of_tally, added_up=of_ledger)
