"""Faults planted on purpose, each as one might well write it; a machine that misses them proves nothing."""

import contextlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any
from unittest import mock

from models.enums import EvidenceKind, ReviewState
from services import sql
from services.core.access import Actor
from services.core.occasion import Occasion
from services.evidence import evidence_intake
from services.facts import acceptance, exhibits, months, review_rows
from services.office import organisations
from services.reviewing import review_batches, reviews
from services.reviewing.reviews import Shown

Fault = contextlib.AbstractContextManager[Any]


async def _now(shown: Shown) -> Shown:
    rows = await sql.fetch("SELECT version FROM review WHERE id = $1", shown.review_id)
    return Shown(shown.review_id, rows[0]["version"])


def no_version_check() -> Fault:
    """Accept a report whatever has become of it since it was shown."""
    accept = reviews.accept

    async def any_version(actor: Actor, shown: Shown, *rest: Any) -> Any:
        return await accept(actor, await _now(shown), *rest)

    return mock.patch.object(reviews, "accept", any_version)


def bulk_without_versions() -> Fault:
    """Accept all that was listed whatever has become of it."""
    accept_each = review_batches.accept_each

    async def any_version(actor: Actor, shown: Sequence[Shown], occasion: Occasion) -> Any:
        return await accept_each(actor, [await _now(each) for each in shown], occasion)

    return mock.patch.object(review_batches, "accept_each", any_version)


def accepted_twice() -> Fault:
    """Count twice what is accepted."""
    accept = acceptance._accept

    async def twice(review: Any, sums: Any, verdict: Any, deed: Any) -> None:
        await accept(review, sums, verdict, deed)
        await accept(review, sums, verdict, replace(deed, source=f"{deed.source}/again"))

    return mock.patch.object(acceptance, "_accept", twice)


def undone_by_anybody() -> Fault:
    """Let any reviewer take any decision back."""
    undo = reviews.undo

    async def whoever(actor: Actor, shown: Shown, occasion: Occasion) -> Any:
        rows = await sql.fetch("SELECT decided_by_id AS by_id FROM review WHERE id = $1", shown.review_id)
        return await undo(replace(actor, member_id=rows[0]["by_id"]), shown, occasion)

    return mock.patch.object(reviews, "undo", whoever)


def undone_at_any_time() -> Fault:
    """Let a decision be taken back for ever."""
    undo = reviews.undo

    async def whenever(actor: Actor, shown: Shown, occasion: Occasion) -> Any:
        review = await review_rows.find(shown.review_id)
        assert review is not None
        return await undo(actor, shown, replace(occasion, now=review.changed_at))

    return mock.patch.object(reviews, "undo", whenever)


def own_reports_accepted() -> Fault:
    """Look nowhere for who reported it."""
    return mock.patch.object(reviews, "accept", _by_somebody_else(reviews.accept))


def _by_somebody_else(accept: Callable[..., Any]) -> Callable[..., Any]:
    async def accepted(actor: Actor, shown: Shown, *rest: Any) -> Any:
        review = await review_rows.find(shown.review_id)
        assert review is not None
        if review.member_id != actor.member_id:
            return await accept(actor, shown, *rest)
        held = await sql.fetch("SELECT MIN(id) AS id FROM member WHERE id <> $1", actor.member_id)
        return await accept(replace(actor, member_id=held[0]["id"]), shown, *rest)

    return accepted


def evidence_that_opens_nothing() -> Fault:
    """Keep evidence, and let what waits for it wait."""

    async def nothing(*_: Any) -> None:
        return None

    return mock.patch.object(acceptance, "evidence_came", nothing)


def _settling(skips: Callable[[str, Any], Any]) -> Fault:
    settle = acceptance.settle

    async def settled(opening: str, keys: Iterable[Any], *rest: Any) -> None:
        await settle(opening, [key for key in keys if not await skips(opening, key)], *rest)

    return mock.patch.object(acceptance, "settle", settled)


def corrections_that_keep_acceptance() -> Fault:
    """Leave accepted what was accepted, though the report says something else now."""

    async def is_accepted(opening: str, key: Any) -> bool:
        review = (await review_rows.list_of(opening)).get(key)
        return review is not None and review.state is ReviewState.ACCEPTED

    return _settling(is_accepted)


def withdrawals_that_stay_accepted() -> Fault:
    """Leave accepted what was taken back."""

    async def is_gone(opening: str, key: Any) -> bool:
        rows = await sql.fetch(
            "SELECT SUM(count) AS count FROM submission WHERE opening = $1 AND category_id = $2",
            *(opening, key.category_id),
        )
        return not rows[0]["count"]

    return _settling(is_gone)


def withdrawn_reports_with_evidence() -> Fault:
    """Go on showing the evidence of what was taken back."""
    follow = exhibits.follow

    async def followed(opening: str, terms: Any) -> None:
        if terms is not None:
            await follow(opening, terms)

    return mock.patch.object(exhibits, "follow", followed)


def late_evidence() -> Fault:
    """Take evidence for closed months."""

    async def always(*_: Any) -> None:
        return None

    unlocked = SimpleNamespace(require_open=always, read_standing=months.read_standing)
    return mock.patch.object(evidence_intake, "months", unlocked)


def owed_evidence_that_counts() -> Fault:
    """Take what could not be kept for evidence."""

    async def kinds(opening: str) -> frozenset[EvidenceKind]:
        rows = await sql.fetch("SELECT kind FROM evidence WHERE opening = $1", opening)
        return frozenset(EvidenceKind(row["kind"]) for row in rows)

    return mock.patch.object(acceptance, "_kinds_sent", kinds)


def links_that_come_twice() -> Fault:
    """Take a page that is a report's evidence already for another piece."""

    async def nothing(_: str) -> frozenset[str]:
        return frozenset()

    return mock.patch.object(exhibits, "list_page_digests", nothing)


def lowered_counts_that_take_for_ever() -> Fault:
    """Never give back what a count that was set lower has taken."""

    async def nothing(*_: Any) -> None:
        return None

    return mock.patch.object(acceptance, "balance", nothing)


def histories_with_gaps() -> Fault:
    """Write down decisions only."""
    add = review_rows._add_step

    async def added(review_id: int, version: int, verdict: Any, deed: Any) -> None:
        if verdict.state is not ReviewState.PENDING:
            await add(review_id, version, verdict, deed)

    return mock.patch.object(review_rows, "_add_step", added)


def nobody_waits() -> Fault:
    """Let everybody change an office's reports at the same time; SQLite has but one writer anyway."""

    async def nothing(*_: Any) -> None:
        return None

    return mock.patch.object(organisations, "hold", nothing)


FAULTS: Mapping[str, Callable[[], Fault]] = {
    each.__name__: each
    for each in (
        no_version_check,
        bulk_without_versions,
        accepted_twice,
        undone_by_anybody,
        undone_at_any_time,
        own_reports_accepted,
        evidence_that_opens_nothing,
        corrections_that_keep_acceptance,
        withdrawals_that_stay_accepted,
        withdrawn_reports_with_evidence,
        late_evidence,
        owed_evidence_that_counts,
        links_that_come_twice,
        lowered_counts_that_take_for_ever,
        histories_with_gaps,
    )
}
