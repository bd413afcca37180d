"""Many reports decided about by one press, after a look at what they are."""

import datetime as dtm
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass

from models.enums import EvidenceState, ReviewState
from services import sql
from services.core.access import Actor, Permission
from services.core.errors import PastMending
from services.core.occasion import Occasion
from services.facts import requirements
from services.facts.review_rows import Review
from services.office import organisations
from services.reviewing import review_queue, reviews
from services.reviewing.review_queue import Queue
from services.reviewing.reviews import Decision, NothingToAccept, OwnReport, Shown
from services.transaction import transact
from services.unhurried import unhurried

AT_ONCE = 50
"""So many reports at most are decided about by one press."""
BREATH = 10
"""After so many of them everybody else gets their turn."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What one press would decide about: the first ``reviews`` of a queue in which ``waiting`` wait.

    By the reviews' numbers ``bare`` are those of them without any evidence, ``lacking`` others without all
    that is required, ``repeated`` those with a file that is the very one of another report, ``own`` those the
    person may not accept. ``units`` names the units of them.
    """

    queue: Queue
    reviews: tuple[Review, ...]
    waiting: int
    bare: frozenset[int]
    lacking: frozenset[int]
    repeated: frozenset[int]
    own: frozenset[int]
    units: dict[int, str]

    @property
    def count(self) -> int:
        """Add up what the reports count for."""
        return sum(each.count for each in self.reviews)

    @property
    def months(self) -> tuple[tuple[dtm.date, int], ...]:
        """Say how many reports are for which month, in order."""
        return tuple(sorted(Counter(each.key.month_on for each in self.reviews).items()))


@dataclass(frozen=True, slots=True)
class Batched:
    """What became of a batch: decided, changed meanwhile, or left as it is with what stands against it."""

    made: tuple[Decision, ...] = ()
    overtaken: tuple[Decision, ...] = ()
    left: tuple[tuple[Decision, PastMending], ...] = ()


async def read_batch(actor: Actor, queue: Queue) -> Batch:
    """Give what one press would decide about, in the queue's order."""
    actor.require(Permission.REVIEWS_DECIDE, organisation_id=queue.organisation_id)
    found = await review_queue.list_first(queue, AT_ONCE)
    waiting, _ = await review_queue.count_waiting(queue)
    openings = sorted({each.opening for each in found})
    shown = await _list_shown(openings)
    lacking = [each.id for each in found if each.opening in shown and await _lacks(each)]
    repeated = await _list_repeated(queue.organisation_id, openings)
    own = await _list_own(actor, queue.organisation_id, found)
    names = {each: (await organisations.get_unit(each)).name for each in {r.key.unit_id for r in found}}
    return Batch(
        queue,
        found,
        waiting,
        frozenset(each.id for each in found if each.opening not in shown),
        frozenset(lacking),
        frozenset(each.id for each in found if each.opening in repeated),
        own,
        names,
    )


async def count_unchanged(actor: Actor, queue: Queue, shown: Sequence[Shown]) -> int:
    """Count which of some reports of the queue's organisation still wait as they were shown."""
    actor.require(Permission.REVIEWS_DECIDE, organisation_id=queue.organisation_id)
    among, count = _among([each.review_id for each in shown])
    rows = await sql.look_up(
        f"SELECT r.id, r.version FROM review r JOIN unit u ON u.id = r.unit_id WHERE r.id IN {among} "
        f"AND r.state = ${count + 1} AND u.organisation_id = ${count + 2}",
        *(*(each.review_id for each in shown), ReviewState.PENDING.value, queue.organisation_id),
    )
    return len({Shown(row["id"], row["version"]) for row in rows} & set(shown))


async def accept_each(actor: Actor, shown: Sequence[Shown], occasion: Occasion) -> Batched:
    """Accept several reports as they were shown; what changed since or cannot be accepted stays as it is."""

    async def decide(each: Shown) -> Decision:
        return await reviews.accept(actor, each, occasion)

    return await _each(actor, shown, decide)


async def return_each(actor: Actor, shown: Sequence[Shown], reason: str, occasion: Occasion) -> Batched:
    """Return several reports for one reason; what changed since they were shown stays as it is."""

    async def decide(each: Shown) -> Decision:
        return await reviews.send_back(actor, each, reason, occasion)

    return await _each(actor, shown, decide)


async def undo_each(actor: Actor, shown: Sequence[Shown], occasion: Occasion) -> Batched:
    """Take several decisions of one's own back, within ten minutes; what changed since stays as it is.

    Raises:
        ReviewGone: they were not the person's, or it is too late.
    """

    async def decide(each: Shown) -> Decision:
        return await reviews.undo(actor, each, occasion)

    return await _each(actor, shown, decide)


async def resubmit_each(actor: Actor, shown: Sequence[Shown], occasion: Occasion) -> Batched:
    """Hand several returned reports in again as they are now.

    Raises:
        NotPermitted: one of them is not of the person's unit.
    """

    async def decide(each: Shown) -> Decision:
        return await reviews.resubmit(actor, each, occasion)

    return await _each(actor, shown, decide)


async def _each(
    actor: Actor, shown: Sequence[Shown], decide: Callable[[Shown], Awaitable[Decision]]
) -> Batched:
    async def work() -> Batched:
        decided: list[Decision] = []
        left: list[tuple[Decision, PastMending]] = []
        async for each in unhurried(shown, BREATH):
            try:
                decided.append(await decide(each))
            except (OwnReport, NothingToAccept) as why:
                left.append((await reviews.read_decision(actor, each.review_id), why))
        made = tuple(each for each in decided if not each.is_overtaken)
        return Batched(made, tuple(each for each in decided if each.is_overtaken), tuple(left))

    return await transact(work)


async def _lacks(review: Review) -> bool:
    return bool(await requirements.find_lack(review.opening, await review_queue.name_category(review)))


async def _list_shown(openings: Sequence[str]) -> frozenset[str]:
    """List which of some reports have a picture, a document or a link."""
    if not openings:
        return frozenset()
    among, count = _among(openings)
    rows = await sql.look_up(
        f"SELECT opening FROM evidence WHERE opening IN {among} AND state = ${count + 1} "
        f"UNION SELECT opening FROM submission WHERE opening IN {among} AND address_key <> '' "
        "GROUP BY opening HAVING SUM(count) > 0",
        *(*openings, EvidenceState.KEPT.value),
    )
    return frozenset(row["opening"] for row in rows)


async def _list_repeated(organisation_id: int, openings: Sequence[str]) -> frozenset[str]:
    """List which of some reports have a picture or document that is the very one of another report."""
    if not openings:
        return frozenset()
    among, count = _among(openings)
    rows = await sql.fetch(
        "SELECT DISTINCT mine.opening FROM evidence mine JOIN evidence other "
        "ON other.stored_name = mine.stored_name AND other.opening <> mine.opening "
        "JOIN unit u ON u.id = other.unit_id "
        f"WHERE mine.opening IN {among} AND mine.stored_name <> '' "
        f"AND mine.state = ${count + 1} AND other.state = ${count + 1} AND u.organisation_id = ${count + 2}",
        *(*openings, EvidenceState.KEPT.value, organisation_id),
    )
    return frozenset(row["opening"] for row in rows)


async def _list_own(actor: Actor, organisation_id: int, found: Iterable[Review]) -> frozenset[int]:
    own = frozenset(each.id for each in found if each.member_id == actor.member_id)
    return own if own and await review_queue.wants_four_eyes(organisation_id) else frozenset()


def _among(wanted: Sequence[object]) -> tuple[str, int]:
    count = len(wanted)
    return f"({', '.join(f'${at}' for at in range(1, count + 1))})", count
