"""What of a report is accepted: by its category's rule, on evidence, or as a reviewer decides.

Every change is a fact that counts nothing and accepts more or less, so the tally follows by itself.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from models.enums import EvidenceKind, EvidenceState, ReviewRule, ReviewState
from services import sql
from services.audit import Deed
from services.core.requirements import Requirement
from services.facts import ledger, requirements, review_rows
from services.facts.ledger import Fact, Key
from services.facts.review_rows import Review, Verdict

_NONE = Requirement()


@dataclass(frozen=True, slots=True)
class _Sums:
    count: int
    accepted: int
    errors: int
    has_links: bool


async def list_governed(opening: str, keys: Collection[Key]) -> frozenset[Key]:
    """List the places in which a report ("" for a new one) is not accepted at once, or was not before."""
    required = await requirements.list_requirements(key.category_id for key in keys)
    known = await review_rows.list_of(opening) if opening else {}
    return frozenset(
        key
        for key in keys
        if key in known or required.get(key.category_id, _NONE).rule is not ReviewRule.AUTO
    )


async def settle(opening: str, keys: Collection[Key], member_id: int | None, deed: Deed) -> None:
    """Let what is accepted of a report follow what it says now, in the caller's transaction.

    A changed report has to be looked at again, whatever was decided before.
    """
    if not keys:
        return
    required = await requirements.list_requirements(key.category_id for key in keys)
    known, sums = await review_rows.list_of(opening), await _read_sums(opening)
    files = await _kinds_sent(opening)
    for key in keys:
        found = sums.get(key, _Sums(0, 0, 0, has_links=False))
        verdict = _verdict(required.get(key.category_id, _NONE), found.count, _present(files, found))
        verdict = replace(verdict, accepted=max(verdict.accepted, await _least(key, found)))
        if (review := known.get(key)) is None:
            review = await review_rows.open_one(opening, key, verdict, member_id, deed)
            await _accept(review, found, verdict, deed)
        else:
            await _move(review, found, verdict, deed)


async def evidence_came(opening: str, deed: Deed) -> None:
    """Accept what has waited for evidence only, and let what was returned come up for review again.

    The caller holds the organisation.
    """
    await accept_complete(opening, deed)
    known, sums = await review_rows.list_of(opening), await _read_sums(opening)
    for key, review in known.items():
        if review.state is ReviewState.RETURNED:
            await _move(review, sums[key], Verdict(ReviewState.PENDING, sums[key].count), deed)


async def accept_complete(opening: str, deed: Deed) -> None:
    """Accept what of a report has waited for evidence and has all that is required now.

    The rule that it was reported under decides, whatever the category's is now. The caller holds the
    organisation.
    """
    known, sums = await review_rows.list_of(opening), await _read_sums(opening)
    required = await requirements.list_requirements(key.category_id for key in known)
    files = await _kinds_sent(opening)
    for key, review in known.items():
        found = sums[key]
        now = replace(required.get(key.category_id, _NONE), rule=ReviewRule.ON_EVIDENCE)
        if review.state is ReviewState.AWAITING and not now.lack(_present(files, found)):
            await _move(review, found, Verdict(ReviewState.ACCEPTED, found.count, found.count), deed)
            await balance([key], deed)


async def decide(review: Review, verdict: Verdict, deed: Deed) -> Review | None:
    """Decide on a review that is as it was shown; None where it has moved on since."""
    sums = await _read_sums(review.opening)
    decided = await review_rows.change(review, verdict, deed, is_decision=True)
    if decided is not None:
        await _accept(decided, sums[review.key], verdict, deed)
        await balance([review.key], deed)
    return decided


async def balance(keys: Iterable[Key], deed: Deed) -> None:
    """Let what counts were set lower by take from what is accepted what it must, the latest report first.

    Fewer than none are never accepted, nor more than are counted, whatever becomes of the other reports.
    """
    for key in dict.fromkeys(keys):
        await _balance(key, deed)


async def _balance(key: Key, deed: Deed) -> None:
    count, accepted, _ = await ledger.read_sums(key)
    wrong = min(accepted, 0) or max(accepted - count, 0)
    if not wrong:
        return
    for opening in await _list_takers(key):
        found = (await _read_sums(opening))[key]
        taken = max(found.count, min(0, found.accepted - wrong))
        if taken == found.accepted:
            continue
        wrong -= found.accepted - taken
        verdict = Verdict(ReviewState.ACCEPTED, found.count, taken)
        if (review := (await review_rows.list_of(opening)).get(key)) is None:
            review = await review_rows.open_one(opening, key, verdict, None, deed)
            await _accept(review, found, verdict, deed)
        else:
            await _move(review, found, verdict, deed)


async def _list_takers(key: Key) -> tuple[str, ...]:
    """List the reports that take away from others' counts, the latest first."""
    rows = await sql.fetch(
        "SELECT opening FROM submission WHERE unit_id = $1 AND category_id = $2 AND account = $3 "
        "AND month_on = $4 AND opening <> '' GROUP BY opening HAVING SUM(count) < 0 ORDER BY MIN(id) DESC",
        *(key.unit_id, key.category_id, key.account, key.month_on),
    )
    return tuple(row["opening"] for row in rows)


async def _move(review: Review, sums: _Sums, verdict: Verdict, deed: Deed) -> None:
    """Change a review that the caller holds."""
    changed = await review_rows.change(review, verdict, deed, is_decision=False)
    if changed is None:
        raise LookupError(review.id)
    await _accept(changed, sums, verdict, deed)


async def _accept(review: Review, sums: _Sums, verdict: Verdict, deed: Deed) -> None:
    """Add the fact that makes the ledger say what was decided; nobody's, because it counts nothing."""
    more, errors = verdict.accepted - sums.accepted, verdict.errors - sums.errors
    if not (more or errors):
        return
    key = review.key
    fact = Fact(
        key.unit_id,
        key.category_id,
        key.account,
        key.month_on,
        0,
        f"{deed.source}/review/{review.id}/{review.version}",
        None,
        opening=review.opening,
        accepted=more,
        errors=errors,
    )
    await ledger.record([fact], deed.now)


def _verdict(required: Requirement, count: int, present: Collection[EvidenceKind]) -> Verdict:
    if count <= 0:
        # What takes away from others' counts takes from what was accepted too, whoever looks at it.
        return Verdict(ReviewState.WITHDRAWN if count == 0 else ReviewState.ACCEPTED, count, count)
    match required.rule:
        case ReviewRule.REVIEWED:
            return Verdict(ReviewState.PENDING, count)
        case ReviewRule.ON_EVIDENCE if required.lack(present):
            return Verdict(ReviewState.AWAITING, count)
        case _:
            return Verdict(ReviewState.ACCEPTED, count, count)


async def _least(key: Key, sums: _Sums) -> int:
    """Give how much less than nothing a report may be accepted for: no more is taken away than there is."""
    _, accepted, _ = await ledger.read_sums(key)
    return min(0, sums.accepted - accepted)


async def most(review: Review) -> int:
    """Give how many of a report can be accepted: what it counts for, as long as that is counted at all."""
    count, accepted, _ = await ledger.read_sums(review.key)
    return max(0, min(review.count, count - accepted + review.accepted))


async def _read_sums(opening: str) -> Mapping[Key, _Sums]:
    rows = await sql.look_up(
        "SELECT unit_id, category_id, account, month_on, SUM(count) AS count, SUM(accepted) AS accepted, "
        "SUM(errors) AS errors, SUM(CASE WHEN address_key <> '' THEN count ELSE 0 END) AS links "
        "FROM submission WHERE opening = $1 GROUP BY unit_id, category_id, account, month_on",
        opening,
    )
    links = Counter[int]()
    for row in rows:
        links[row["category_id"]] += int(row["links"])  # evidence for the category, whichever the account
    return {
        Key(row["unit_id"], row["category_id"], row["account"], sql.get_day(row["month_on"])): _Sums(
            int(row["count"]),
            int(row["accepted"]),
            int(row["errors"]),
            has_links=links[row["category_id"]] > 0,
        )
        for row in rows
    }


def _present(sent: frozenset[EvidenceKind], sums: _Sums) -> frozenset[EvidenceKind]:
    return sent | {EvidenceKind.LINK} if sums.has_links else sent


async def _kinds_sent(opening: str) -> frozenset[EvidenceKind]:
    rows = await sql.look_up(
        "SELECT DISTINCT kind FROM evidence WHERE opening = $1 AND state = $2",
        *(opening, EvidenceState.KEPT.value),
    )
    return frozenset(EvidenceKind(row["kind"]) for row in rows)
