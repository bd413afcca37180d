"""Decisions about reports that wait for a reviewer: taken, taken back, and asked for again."""

import datetime as dtm
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from models.enums import Language, ReviewState
from services import audit, sql
from services.audit import deed_of
from services.core.access import Actor, Permission
from services.core.closing import MonthState
from services.core.errors import PastMending
from services.core.occasion import Occasion
from services.core.period import Period
from services.core.reviewing import Part
from services.facts import acceptance, months, openings
from services.facts.review_rows import Review, Verdict
from services.membership.addressees import Addressee
from services.office import organisations
from services.office.organisations import UnitRef
from services.reminding import review_dues
from services.reminding.review_dues import Accepted
from services.reviewing import review_queue
from services.reviewing.review_queue import ReviewGone
from services.transaction import transact

UNDO = dtm.timedelta(minutes=10)


class OwnReport(PastMending):
    """Nobody accepts a report of their own where the office wants four eyes on it."""


class NothingToAccept(PastMending):
    """Nothing of the report is left to be accepted, because the count was set meanwhile."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A review as somebody was shown it, at a ``version`` of it."""

    review_id: int
    version: int


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided; ``is_overtaken`` tells that the review was no more as it was shown: nothing was done.

    ``reporter`` is who has to hear of it, None where nobody can be told. Who changed it last: the person
    (``is_mine``), its reporter (``is_reporters``), or somebody else of the office, called ``by``.
    ``was_returned`` tells that it had been returned before. Of what was returned, ``may_edit`` tells that its
    message can still be edited, ``is_closed`` that its month takes no changes.
    """

    review: Review
    unit: UnitRef
    category: str
    month: Period
    is_overtaken: bool = False
    reporter: Addressee | None = None
    by: str = ""
    is_mine: bool = False
    is_reporters: bool = False
    was_returned: bool = False
    may_edit: bool = False
    is_closed: bool = False


async def accept(
    actor: Actor, shown: Shown, occasion: Occasion, part: Callable[[int], Part] | None = None
) -> Decision:
    """Accept a report, or (``part``, told how many at most) a part of it with the mistakes found.

    Who reported hears of a part at once, else the next morning.

    Raises:
        OwnReport: it is the person's own, and the office wants four eyes.
        NothingToAccept: nothing of it is left.
    """

    async def judge(review: Review, unit: UnitRef) -> Verdict:
        await _require_four_eyes(actor, review, unit)
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


async def send_back(actor: Actor, shown: Shown, reason: str, occasion: Occasion) -> Decision:
    """Return a report for a reason; its reporter hears of it at once."""

    async def judge(review: Review, _: UnitRef) -> Verdict:
        return Verdict(ReviewState.RETURNED, review.count, reason=reason)

    decision = await _decide(actor, shown, judge, "review.return", occasion)
    standing = await months.read_standing(decision.unit.id, decision.month, occasion.today)
    return replace(
        decision,
        may_edit=await _may_edit(decision.review, occasion),
        is_closed=standing.state is MonthState.CLOSED,
    )


async def _may_edit(review: Review, occasion: Occasion) -> bool:
    """Tell whether who reported can still edit their message: Telegram passes edits on for 24 hours."""
    opening = await openings.find_opening(review.opening)
    return opening is not None and occasion.day_of(opening.opened_at) == occasion.today


async def undo(actor: Actor, shown: Shown, occasion: Occasion) -> Decision:
    """Take one's own decision back, within ten minutes; ReviewGone where that cannot be any more.

    It has then waited since it was asked for, as if nothing had been decided.
    """

    async def work() -> Decision:
        review, unit = await _hold(actor, shown)
        if review.version != shown.version:
            return await _decision(actor, review, unit, is_overtaken=True)
        is_decided = review.state in {ReviewState.ACCEPTED, ReviewState.RETURNED}
        is_theirs = review.decided_by_id is not None and review.decided_by_id == actor.member_id
        if not (is_decided and is_theirs and occasion.now - review.changed_at <= UNDO):
            raise ReviewGone
        waiting_again = Verdict(ReviewState.PENDING, review.count, asked_at=review.asked_at)
        return await _change(actor, review, unit, waiting_again, "review.undo", occasion)

    return await transact(work)


async def resubmit(actor: Actor, shown: Shown, occasion: Occasion) -> Decision:
    """Hand a returned report in again as it is now.

    Raises:
        NotPermitted: it is not the person's unit's.
    """
    _, of = await review_queue.find(shown.review_id)
    actor.require(Permission.REPORTS_SUBMIT, organisation_id=of.organisation_id, unit_id=of.id)

    async def work() -> Decision:
        await organisations.hold(of.organisation_id)
        review, unit = await review_queue.find(shown.review_id)
        if review.version != shown.version or review.state is not ReviewState.RETURNED:
            return await _decision(actor, review, unit, is_overtaken=True)
        verdict = Verdict(ReviewState.PENDING, review.count)
        return await _change(actor, review, unit, verdict, "review.resubmit", occasion)

    return await transact(work)


async def _decide(
    actor: Actor,
    shown: Shown,
    judge: Callable[[Review, UnitRef], Awaitable[Verdict]],
    action: str,
    occasion: Occasion,
) -> Decision:
    async def work() -> Decision:
        review, unit = await _hold(actor, shown)
        if review.version != shown.version or review.state is not ReviewState.PENDING:
            return await _decision(actor, review, unit, is_overtaken=True)
        return await _change(actor, review, unit, await judge(review, unit), action, occasion)

    return await transact(work)


async def _hold(actor: Actor, shown: Shown) -> tuple[Review, UnitRef]:
    """Give a review that nobody else changes until the transaction ends, to who may decide about it."""
    _, unit = await review_queue.find(shown.review_id)
    actor.require(Permission.REVIEWS_DECIDE, organisation_id=unit.organisation_id)
    await organisations.hold(unit.organisation_id)
    return await review_queue.find(shown.review_id)


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
    return await _decision(actor, changed, unit, was=review.state)


def _as_json(review: Review) -> dict[str, str | int]:
    kept: dict[str, str | int] = {"report": review.opening, "category_id": review.key.category_id}
    kept |= {"state": review.state.value, "count": review.count}
    return kept | {"accepted": review.accepted, "errors": review.errors, "reason": review.reason}


async def _decision(
    actor: Actor, review: Review, unit: UnitRef, *, was: ReviewState | None = None, is_overtaken: bool = False
) -> Decision:
    changed_by, name = await _last_changed_by(review)
    is_mine = changed_by is not None and changed_by == actor.member_id
    is_reporters = changed_by is not None and changed_by == review.member_id
    return Decision(
        review,
        unit,
        await review_queue.name_category(review),
        review_queue.month_of(review),
        is_overtaken,
        await _reporter(review),
        "" if is_mine or is_reporters else name,
        is_mine,
        is_reporters,
        was is ReviewState.RETURNED,
    )


async def _last_changed_by(review: Review) -> tuple[int | None, str]:
    """Give the member who changed a review last and their name; None and "" where it was the rule."""
    rows = await sql.look_up(
        "SELECT s.member_id, m.name FROM review_step s LEFT JOIN member m ON m.id = s.member_id "
        "WHERE s.review_id = $1 AND s.version = $2",
        *(review.id, review.version),
    )
    return (rows[0]["member_id"], rows[0]["name"] or "") if rows else (None, "")


async def _reporter(review: Review) -> Addressee | None:
    rows = await sql.look_up("SELECT id, telegram_id, language FROM member WHERE id = $1", review.member_id)
    if not rows or rows[0]["telegram_id"] is None:
        return None
    language = Language(rows[0]["language"] or Language.CHINESE)
    return Addressee(rows[0]["id"], rows[0]["telegram_id"], language)


async def read_decision(actor: Actor, review_id: int) -> Decision:
    """Give how a review stands now, to somebody who decides there; nothing is decided."""
    review, unit = await review_queue.find(review_id)
    actor.require(Permission.REVIEWS_DECIDE, organisation_id=unit.organisation_id)
    return await _decision(actor, review, unit)


async def _require_four_eyes(actor: Actor, review: Review, unit: UnitRef) -> None:
    if await review_queue.is_own(actor, review, unit.organisation_id):
        raise OwnReport
