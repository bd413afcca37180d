"""How much evidence a unit may send in a month: one person's flood must not fill the disk."""

import datetime as dtm
from collections.abc import Iterable
from dataclasses import dataclass

from services import sql
from services.core.access import Actor
from services.core.errors import UserError
from services.core.occasion import Occasion

FILES = 500
GIGABYTES = 2
LARGEST = 20 * 2**20
"""Bytes of a file whose size Telegram does not say."""
UNRECORDED = dtm.timedelta(days=2)
"""So long a fetched file whose message came to nothing may be in the store."""


class EvidenceLimitReached(UserError):
    """The unit has sent as much as it may in a month (``files``, ``gigabytes``); the file is not fetched."""


@dataclass(frozen=True, slots=True)
class _Pot:
    """Whose limit it is: that of units together, or of a person who has none."""

    unit_ids: frozenset[int]
    member_id: int

    @property
    def shares(self) -> int:
        return max(1, len(self.unit_ids))

    def meets(self, other: "_Pot") -> bool:
        return bool(self.unit_ids & other.unit_ids) or self.member_id == other.member_id


@dataclass(frozen=True, slots=True)
class _Claim:
    pot: _Pot
    size: int
    at: dtm.datetime


class Allowance:
    """Counts what is kept of the month, and what is being fetched or was not recorded since.

    A person of several units has the limits of all of them together, whoever has no unit that of one.
    """

    def __init__(self, files: int = FILES, size: int = GIGABYTES * 10**9) -> None:
        self._files = files
        self._size = size
        self._claims: dict[str, _Claim] = {}

    async def claim(self, actor: Actor, size: int, occasion: Occasion) -> None:
        """Take a file's place before it is fetched, by the name of its message; again changes nothing.

        Raises:
            EvidenceLimitReached: there is none left.
        """
        pot = _pot(actor)
        self._forget(occasion.now - UNRECORDED)
        # Before anything is waited for, so that of many at once each sees the others.
        self._claims[occasion.source] = _Claim(pot, size or LARGEST, occasion.now)
        try:
            await self._drop_recorded(pot, but=occasion.source)
            kept, octets = await _read_kept(pot, occasion)
        except BaseException:
            self.release(occasion.source)
            raise
        claims = [each for each in self._claims.values() if each.pot.meets(pot)]
        files, total = kept + len(claims), octets + sum(each.size for each in claims)
        if files > self._files * pot.shares or total > self._size * pot.shares:
            self.release(occasion.source)
            raise EvidenceLimitReached(files=FILES, gigabytes=GIGABYTES)

    def release(self, source: str) -> None:
        """Give a file's place back, because nothing was kept."""
        self._claims.pop(source, None)

    def _forget(self, before: dtm.datetime) -> None:
        for source, claim in [*self._claims.items()]:
            if claim.at < before:
                del self._claims[source]

    async def _drop_recorded(self, pot: _Pot, *, but: str) -> None:
        """Leave out what has a row by now: the row is counted."""
        sources = [source for source, each in self._claims.items() if each.pot.meets(pot) and source != but]
        for start in range(0, len(sources), sql.FEW):
            for source in await _list_recorded(sources[start : start + sql.FEW]):
                self.release(source)


def _pot(actor: Actor) -> _Pot:
    units = frozenset(each.unit_id for each in actor.bindings if each.unit_id is not None)
    return _Pot(units, actor.member_id or 0)


async def _list_recorded(sources: Iterable[str]) -> tuple[str, ...]:
    wanted = [*sources]
    rows = await sql.look_up(
        f"SELECT source FROM evidence WHERE source IN {sql.placeholders(1, len(wanted))}", *wanted
    )
    return tuple(row["source"] for row in rows)


async def _read_kept(pot: _Pot, occasion: Occasion) -> tuple[int, int]:
    """Count the files and bytes that came since the month began and are still kept."""
    first = dtm.datetime.combine(occasion.today.replace(day=1), dtm.time(), occasion.zone)
    since = first.astimezone(dtm.UTC)
    totals = "SELECT COUNT(*) AS files, COALESCE(SUM(size), 0) AS size FROM evidence "
    came = "AND stored_name <> '' AND received_at >= "
    if not pot.unit_ids:
        rows = await sql.fetch(f"{totals} WHERE member_id = $1 {came} $2", pot.member_id, since)
    else:
        units = sorted(pot.unit_ids)
        rows = await sql.fetch(
            f"{totals} WHERE unit_id IN {sql.placeholders(1, len(units))} {came} ${len(units) + 1}",
            *(*units, since),
        )
        rows += await sql.fetch(
            f"{totals} WHERE unit_id IS NULL AND member_id = $1 {came} $2", pot.member_id, since
        )
    return sum(int(row["files"]) for row in rows), sum(int(row["size"]) for row in rows)
