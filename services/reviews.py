"""The review desk (审核): what waits for a reviewer, and what is decided about it."""

import datetime as dtm
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from models.enums import Language, ReviewState
from services import (
    acceptance,
    audit,
    exhibits,
    lookalikes,
    months,
    organisations,
    requirements,
    review_dues,
    review_rows,
    sql,
)
from services.addressees import Addressee
from services.audit import deed_of
from services.core.access import Actor, NotPermitted, Permission
from services.core.errors import PastMending
from services.core.occasion import Occasion
from services.core.period import Period
from services.core.requirements import NOTHING_LACKING, Lack
from services.core.reviewing import Part
from services.exhibits import Exhibit
from services.lookalikes import Lookalike
from services.organisations import UnitRef
from services.review_dues import Accepted
from services.review_rows import Review, Verdict
from services.transaction import transact

UNDO = dtm.timedelta(minutes=10)
QUEUE_LENGTH = 1000
AT_ONCE = 50
"""So many reports of a unit at most are accepted by one press."""


class ReviewGone(PastMending):
    """There is no such review, or nothing of it can be undone any more."""


class OwnReport(PastMending):
    """Nobody accepts a report of their own where the office wants four eyes on it."""


class NothingToAccept(PastMending):
    """Nothing of the report is left to be accepted, because the count was set meanwhile."""


@dataclass(frozen=True, slots=True)
class Card:
    """A report as a reviewer sees it; ``steps`` is what has become of it, the first thing first.

    ``waiting`` is how many wait in all and ``of_unit`` of the same unit, this one included. ``most`` is how
    many of it can be accepted, ``alike`` are pictures that are or look like one of its own, ``lack`` is
    evidence that its category requires.
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
    waiting: int
    of_unit: int
    alike: tuple[Lookalike, ...] = ()
    lack: Lack = NOTHING_LACKING


@dataclass(frozen=True, slots=True)
class Shown:
    """A review as somebody was shown it, at a ``version`` of it."""

    review_id: int
    version: int


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided; ``is_overtaken`` tells that the review was no more as it was shown: nothing was done.

    ``reporter`` is who has to hear of it, None where nobody can be told.
    """

    review: Review
    unit: UnitRef
    category: str
    month: Period
    is_overtaken: bool = False
    reporter: Addressee | None = None


async def find_card(
    actor: Actor, organisation_id: int, today: dtm.date, *, after: int | None = None
) -> Card | None:
    """Give the next report that waits: by the month that closes first, then the longest waiting.

    ``after`` is the review that was looked at last; behind the last one it begins anew. None: nothing waits.
    """
    actor.require(Permission.REVIEWS_DECIDE, organisation_id=organisation_id)
    rows = await sql.fetch(
        f"{review_rows.SELECT} JOIN unit u ON u.id = r.unit_id WHERE u.organisation_id = $1 AND r.state = $2 "
        f"ORDER BY r.month_on, r.asked_at, r.id LIMIT {QUEUE_LENGTH}",
        *(organisation_id, ReviewState.PENDING.value),
    )
    queue = [review_rows.read_row(row) for row in rows]
    if not queue:
        return None
    last = await review_rows.find(after) if after is not None else None
    behind = [review for review in queue if last is not None and _order(review) > _order(last)]
    review = (behind or queue)[0]
    of_unit = sum(each.key.unit_id == review.key.unit_id for each in queue)
    return await _card(review, len(queue), of_unit, today)


async def get_card(actor: Actor, review_id: int, today: dtm.date) -> Card:
    """Give one report; ReviewGone where there is none."""
    review, unit = await _find(review_id)
    actor.require(Permission.REVIEWS_DECIDE, organisation_id=unit.organisation_id)
    return await _card(review, 1, 1, today)


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


async def accept(
    actor: Actor, shown: Shown, occasion: Occasion, part: Callable[[int], Part] | None = None
) -> Decision:
    """Accept a report, or (``part``, told how many at most) a part of it with the mistakes found.

    Who reported hears of a part at once, else the next morning.

    Raises:
        OwnReport: it is the person's own, and the office wants four eyes.
        NothingToAccept: nothing of it is left.
    """

    async def judge(review: Review) -> Verdict:
        await _require_four_eyes(actor, review)
        most = await acceptance.most(review)
        if not most:
            raise NothingToAccept
        said = Part(most) if part is None else part(most)
        return Verdict(ReviewState.ACCEPTED, review.count, said.accepted, said.errors)

    async def work() -> Decision:
        decision = await _decide(actor, shown, judge, "review.accept", occasion)
        if part is None and not decision.is_overtaken:
            await _tell_next_morning(actor, decision, occasion)
        return decision

    return await transact(work)


async def _tell_next_morning(actor: Actor, decision: Decision, occasion: Occasion) -> None:
    """Have who reported hear of it, unless they decided themselves."""
    review, unit = decision.review, decision.unit
    if review.member_id is not None and review.member_id != actor.member_id:
        month_on = review.key.month_on
        accepted = Accepted(
            review.id, review.version, unit.organisation_id, unit.id, month_on, review.member_id
        )
        await review_dues.write_acceptance(accepted, occasion)


async def list_of_unit(actor: Actor, review_id: int) -> tuple[Review, ...]:
    """List what waits of the same unit as a review, the longest waiting first."""
    _, unit = await _find(review_id)
    actor.require(Permission.REVIEWS_DECIDE, organisation_id=unit.organisation_id)
    rows = await sql.fetch(
        f"{review_rows.SELECT} WHERE r.unit_id = $1 AND r.state = $2 ORDER BY r.month_on, r.asked_at, r.id "
        f"LIMIT {AT_ONCE}",
        *(unit.id, ReviewState.PENDING.value),
    )
    return tuple(map(review_rows.read_row, rows))


async def accept_each(actor: Actor, shown: Sequence[Shown], occasion: Occasion) -> tuple[Decision, ...]:
    """Accept several reports as they were shown; those that have changed since stay as they are.

    Raises:
        OwnReport, NothingToAccept: one of them cannot be accepted, so none is.
    """

    async def work() -> tuple[Decision, ...]:
        return tuple([await accept(actor, each, occasion) for each in shown])

    return await transact(work)


async def send_back(actor: Actor, shown: Shown, reason: str, occasion: Occasion) -> Decision:
    """Return a report for a reason; its reporter hears of it at once."""

    async def judge(review: Review) -> Verdict:
        return Verdict(ReviewState.RETURNED, review.count, reason=reason)

    return await _decide(actor, shown, judge, "review.return", occasion)


async def undo(actor: Actor, shown: Shown, occasion: Occasion) -> Decision:
    """Take one's own decision back, within ten minutes; ReviewGone where that cannot be any more."""

    async def work() -> Decision:
        review, unit = await _hold(actor, shown)
        if review.version != shown.version:
            return await _decision(review, unit, is_overtaken=True)
        is_decided = review.state in {ReviewState.ACCEPTED, ReviewState.RETURNED}
        is_theirs = review.decided_by_id is not None and review.decided_by_id == actor.member_id
        if not (is_decided and is_theirs and occasion.now - review.changed_at <= UNDO):
            raise ReviewGone
        return await _change(
            actor, review, unit, Verdict(ReviewState.PENDING, review.count), "review.undo", occasion
        )

    return await transact(work)


async def resubmit(actor: Actor, shown: Shown, occasion: Occasion) -> Decision:
    """Hand a returned report in again as it is now.

    Raises:
        NotPermitted: it is not the person's unit's.
    """
    _, of = await _find(shown.review_id)
    actor.require(Permission.REPORTS_SUBMIT, organisation_id=of.organisation_id, unit_id=of.id)

    async def work() -> Decision:
        await organisations.hold(of.organisation_id)
        review, unit = await _find(shown.review_id)
        if review.version != shown.version or review.state is not ReviewState.RETURNED:
            return await _decision(review, unit, is_overtaken=True)
        verdict = Verdict(ReviewState.PENDING, review.count)
        return await _change(actor, review, unit, verdict, "review.resubmit", occasion)

    return await transact(work)


async def _decide(
    actor: Actor, shown: Shown, judge: Callable[[Review], Awaitable[Verdict]], action: str, occasion: Occasion
) -> Decision:
    async def work() -> Decision:
        review, unit = await _hold(actor, shown)
        if review.version != shown.version or review.state is not ReviewState.PENDING:
            return await _decision(review, unit, is_overtaken=True)
        return await _change(actor, review, unit, await judge(review), action, occasion)

    return await transact(work)


async def _hold(actor: Actor, shown: Shown) -> tuple[Review, UnitRef]:
    """Give a review that nobody else changes until the transaction ends, to who may decide about it."""
    _, unit = await _find(shown.review_id)
    actor.require(Permission.REVIEWS_DECIDE, organisation_id=unit.organisation_id)
    await organisations.hold(unit.organisation_id)
    return await _find(shown.review_id)


async def _change(
    actor: Actor, review: Review, unit: UnitRef, verdict: Verdict, action: str, occasion: Occasion
) -> Decision:
    deed = deed_of(actor, occasion)
    changed = await acceptance.decide(review, verdict, deed)
    if changed is None:
        raise ReviewGone  # held above, so nobody was quicker
    before, after = _as_json(review), _as_json(changed)
    await deed.record(
        audit.Entry(action, f"unit/{unit.id}/{review.key.month_on.isoformat()}", before, after),
        unit.organisation_id,
    )
    return await _decision(changed, unit)


def _as_json(review: Review) -> dict[str, str | int]:
    kept: dict[str, str | int] = {"report": review.opening, "category_id": review.key.category_id}
    kept |= {"state": review.state.value, "count": review.count}
    return kept | {"accepted": review.accepted, "errors": review.errors, "reason": review.reason}


async def _decision(review: Review, unit: UnitRef, *, is_overtaken: bool = False) -> Decision:
    month = Period.of_month(review.key.month_on.year, review.key.month_on.month)
    category = await _category(review)
    return Decision(review, unit, category, month, is_overtaken, await _reporter(review))


async def _reporter(review: Review) -> Addressee | None:
    rows = await sql.look_up("SELECT id, telegram_id, language FROM member WHERE id = $1", review.member_id)
    if not rows or rows[0]["telegram_id"] is None:
        return None
    language = Language(rows[0]["language"] or Language.CHINESE)
    return Addressee(rows[0]["id"], rows[0]["telegram_id"], language)


async def _require_four_eyes(actor: Actor, review: Review) -> None:
    if review.member_id != actor.member_id:
        return
    rows = await sql.look_up(
        "SELECT o.four_eyes FROM unit u JOIN organisation o ON o.id = u.organisation_id WHERE u.id = $1",
        review.key.unit_id,
    )
    if rows[0]["four_eyes"]:
        raise OwnReport


async def _card(review: Review, waiting: int, of_unit: int, today: dtm.date) -> Card:
    unit = await organisations.get_unit(review.key.unit_id)
    month = Period.of_month(review.key.month_on.year, review.key.month_on.month)
    standing = await months.read_standing(unit.id, month, today)
    category = await _category(review)
    return Card(
        review,
        unit,
        category,
        month,
        standing.closes_on,
        await acceptance.most(review),
        await exhibits.list_kept(review.opening),
        await exhibits.list_links(review.opening),
        await review_rows.list_steps(review.id),
        waiting,
        of_unit,
        await lookalikes.list_alike(unit.organisation_id, review.opening, review.key),
        await requirements.find_lack(review.opening, category),
    )


async def _find(review_id: int) -> tuple[Review, UnitRef]:
    review = await review_rows.find(review_id)
    if review is None:
        raise ReviewGone
    return review, await organisations.get_unit(review.key.unit_id)


async def _category(review: Review) -> str:
    rows = await sql.look_up("SELECT name FROM category WHERE id = $1", review.key.category_id)
    name: str = rows[0]["name"]
    return name


def _order(review: Review) -> tuple[dtm.date, dtm.datetime, int]:
    return review.key.month_on, review.asked_at, review.id
