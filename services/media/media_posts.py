"""Posts that somebody shows the bot: each is known once, moves its account's last post and counts once."""

import datetime as dtm
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from services import sql
from services.audit import Deed, Entry, deed_of
from services.core.access import Actor, Permission
from services.core.closing import MonthState
from services.core.drafts import Terms, text_key
from services.core.errors import PastMending, UserError
from services.core.links import MAX_TITLE, Link, as_printed
from services.core.occasion import Occasion
from services.core.period import Period
from services.core.reporting import Add, Line
from services.core.text import clean, fold
from services.facts import doubts, months, openings
from services.facts.months import MonthClosed
from services.facts.openings import Booking, page_digest
from services.media import media_accounts
from services.media.media_accounts import MediaAccountRef
from services.office import organisations
from services.office.categories import find_media_category
from services.office.organisations import UnitGone, UnitRef
from services.transaction import transact


class PostGone(PastMending):
    """There is no post that was recorded by that message."""


class PostTakenBack(PastMending):
    """The post was taken back already."""


class AccountDeregistered(UserError):
    """The account was deregistered before that day (``name``, ``day``), so nothing can have been posted."""


@dataclass(frozen=True, slots=True)
class Post:
    """What somebody says was posted. ``text`` is the message they wrote, by which an edit is known.

    ``is_another``: the person said that it is not the one that is known of the same day.
    """

    account_id: int
    posted_on: dtm.date
    title: str = ""
    link: Link | None = None
    text: str = ""
    is_another: bool = False


class NotCounted(StrEnum):
    """Why a post that is recorded counts for no quota."""

    NO_CATEGORY = "no_category"  # the organisation counts no 新媒体
    MONTH_CLOSED = "month_closed"
    REPORTED_ALREADY = "reported_already"  # the unit has reported the page
    REPORTED_ELSEWHERE = "reported_elsewhere"  # another unit has


@dataclass(frozen=True, slots=True)
class Counted:
    """What a post did to the unit's count in its month: ``after`` is counted for the account now."""

    category: str
    month: Period
    after: int
    is_late: bool
    open_until: dtm.date | None = None


@dataclass(frozen=True, slots=True)
class KnownPost:
    """A post as it was recorded; ``source`` is the name by which it can be taken back."""

    account: MediaAccountRef
    posted_on: dtm.date
    title: str
    address: str
    source: str
    recorded_at: dtm.datetime


@dataclass(frozen=True, slots=True)
class PostRecorded:
    """The post is recorded; ``account`` stands as it does now, ``was_last_on`` is its last post before.

    Either it was ``counted``, or ``not_counted`` says why not: of a closed month ``closed`` is the reason
    with the day and who can open it.
    """

    post: KnownPost
    was_last_on: dtm.date | None
    counted: Counted | None
    not_counted: NotCounted | None
    closed: MonthClosed | None = None

    @property
    def account(self) -> MediaAccountRef:
        """Give the account as it stands now."""
        return self.post.account

    @property
    def is_newest(self) -> bool:
        """Tell whether it moved the account's last post."""
        return self.was_last_on is None or self.was_last_on < self.post.posted_on


@dataclass(frozen=True, slots=True)
class PostKnown:
    """The post was recorded before, by whatever message, so nothing is changed.

    Not ``is_certain`` where only the day speaks for it, and the title if both have one: it may be another.
    """

    post: KnownPost
    is_certain: bool


PostOutcome = PostRecorded | PostKnown

_POSTS = (
    "SELECT p.account_id, p.posted_on, p.title, p.address, p.address_key, p.source, p.recorded_at "
    "FROM media_post p "
)


async def record(actor: Actor, post: Post, occasion: Occasion) -> PostOutcome:
    """Record a post under the name of its message, once, and count it for its unit where that is possible.

    Raises:
        DayAhead, DayTooEarly, AccountDeregistered: nothing can have been posted then.
        MediaAccountGone, UnitGone: there is nothing it could be recorded for.
    """
    account = await media_accounts.get_account(post.account_id)
    actor.require(Permission.MEDIA_RECORD, organisation_id=account.organisation_id, unit_id=account.unit_id)
    media_accounts.require_past(post.posted_on, occasion.today)
    if account.deregistered_on is not None and post.posted_on >= account.deregistered_on:
        raise AccountDeregistered(name=account.name, day=account.deregistered_on)
    unit = await organisations.get_unit(account.unit_id)
    if unit.retired_at is not None:
        raise UnitGone

    async def work() -> PostOutcome:
        await organisations.hold(account.organisation_id)
        before = await media_accounts.hold(account.id)
        known = await find_known(before, post, occasion.source)
        if known is not None:
            return known
        counted = await _count(actor, post, unit, before, occasion)
        counts = isinstance(counted, Counted)
        await _insert(actor, post, occasion, is_counted=counts)
        await media_accounts.note_last_post(account.id)
        posted_on = post.posted_on.isoformat()
        after = {"unit": account.unit_id, "posted": posted_on, "counted": int(counts)}
        entry = Entry("media.post", f"media/{account.id}", after=after)
        await deed_of(actor, occasion).record(entry, account.organisation_id)
        recorded = await _get(occasion.source)
        return _recorded(recorded, before, counted)

    return await transact(work)


async def find_known(account: MediaAccountRef, post: Post, source: str) -> PostKnown | None:
    """Give the same post as it was recorded before: by the message, by its page, or by day and title.

    A page is one post wherever in the organisation it is told of; what has no title may be any of its day.
    """
    key, title = page_digest(post.link) if post.link else "", fold(_title(post))
    rows = await sql.fetch(
        _POSTS + "JOIN media_account a ON a.id = p.account_id WHERE a.organisation_id = $1 AND "
        "(p.source = $2 OR (p.withdrawn_at IS NULL AND "
        "((p.address_key <> '' AND p.address_key = $3) OR (p.account_id = $4 AND p.posted_on = $5)))) "
        "ORDER BY p.id",
        *(account.organisation_id, source, key, account.id, post.posted_on),
    )
    for row in rows:
        if row["source"] == source or (key and row["address_key"] == key):
            return PostKnown(await _known(row), is_certain=True)
    for row in rows if not post.is_another else ():
        if not title or fold(row["title"]) in {"", title}:
            return PostKnown(await _known(row), is_certain=False)
    return None


async def withdraw(actor: Actor, source: str, occasion: Occasion) -> KnownPost:
    """Take a post back: it counts no more, and its account's last post is what the others say.

    Raises:
        PostGone, PostTakenBack: there is nothing to take back.
        MonthClosed, CountBelowZero: it counts in a month that cannot be changed any more.
    """
    known = await _get(source)
    account = known.account
    actor.require(Permission.MEDIA_RECORD, organisation_id=account.organisation_id, unit_id=account.unit_id)

    async def work() -> KnownPost:
        await organisations.hold(account.organisation_id)
        opening = await openings.find_opening(source)
        if opening is not None and opening.still_counts:
            key = opening.left[0].key
            unit = await organisations.get_unit(key.unit_id)
            month = Period.of_month(key.month_on.year, key.month_on.month)
            standing = await months.require_open(unit, month, occasion.today)
            late = frozenset([key.month_on]) if standing.state is MonthState.LATE else frozenset()
            booking = Booking(deed_of(actor, occasion), account.organisation_id, late)
            terms = await openings.find_terms(account.organisation_id, source)
            await openings.restate(opening, terms, None, booking)
        if not await forget(source, deed_of(actor, occasion)):
            raise PostTakenBack
        return await _get(source)

    return await transact(work)


async def forget(source: str, deed: Deed) -> bool:
    """Have the post of a message be none, in the caller's transaction; tell whether there was one.

    What it counts for is the caller's, who has taken that back.
    """
    rows = await sql.fetch(
        "UPDATE media_post SET withdrawn_at = $1 WHERE source = $2 AND withdrawn_at IS NULL "
        "RETURNING account_id, posted_on",
        deed.now,
        source,
    )
    for row in rows:
        account = await media_accounts.hold(row["account_id"])
        await media_accounts.note_last_post(account.id)
        before = {"unit": account.unit_id, "posted": sql.get_day(row["posted_on"]).isoformat()}
        await deed.record(Entry("media.withdraw", f"media/{account.id}", before), account.organisation_id)
    return bool(rows)


async def is_post(source: str) -> bool:
    """Tell whether a message recorded a post, taken back or not."""
    return bool(await sql.fetch("SELECT 1 AS found FROM media_post WHERE source = $1", source))


async def list_posts(
    actor: Actor, account_id: int, *, since: dtm.date | None = None
) -> tuple[KnownPost, ...]:
    """List an account's posts that were not taken back, the newest first; twenty at most."""
    await media_accounts.read_account(actor, account_id)
    rows = await sql.fetch(
        _POSTS + "WHERE p.account_id = $1 AND p.withdrawn_at IS NULL AND p.posted_on >= $2 "
        "ORDER BY p.posted_on DESC, p.id DESC LIMIT 20",
        account_id,
        since or media_accounts.FIRST_ON,
    )
    return tuple([await _known(row) for row in rows])


async def _count(
    actor: Actor, post: Post, unit: UnitRef, account: MediaAccountRef, occasion: Occasion
) -> Counted | NotCounted | MonthClosed:
    """Count a post for its account in its month, or tell why not."""
    category = await find_media_category(unit.organisation_id)
    if category is None:
        return NotCounted.NO_CATEGORY
    links = [post.link] if post.link else []
    known = await doubts.list_known_pages(unit.organisation_id, occasion.source, links, occasion)
    if known:
        is_ours = any(page.unit_id == unit.id for page in known)
        return NotCounted.REPORTED_ALREADY if is_ours else NotCounted.REPORTED_ELSEWHERE
    month = Period.of_month(post.posted_on.year, post.posted_on.month)
    try:
        standing = await months.require_open(unit, month, occasion.today)
    except MonthClosed as reason:
        return reason
    is_late = standing.state is MonthState.LATE
    late = frozenset([month.starts_on]) if is_late else frozenset()
    line = Line((category.category_id,), "", post.link or Add(1), account.id)
    terms = Terms(unit.id, month, (line,), text_key(post.text))
    booking = Booking(deed_of(actor, occasion), unit.organisation_id, late)
    (change,) = await openings.open_with(occasion.source, terms, booking)
    return Counted(category.name, month, change.after, is_late, standing.reopened_until)


async def _insert(actor: Actor, post: Post, occasion: Occasion, *, is_counted: bool) -> None:
    await sql.execute(
        "INSERT INTO media_post (account_id, posted_on, title, address, address_key, source, "
        "submission_source, member_id, recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        *(post.account_id, post.posted_on, _title(post)),
        *((post.link.address, page_digest(post.link)) if post.link else ("", "")),
        *(occasion.source, f"{occasion.source}/1" if is_counted else ""),
        *(actor.member_id, occasion.now),
    )


def _title(post: Post) -> str:
    title = post.title or (post.link.title if post.link else "")
    return as_printed(" ".join(clean(title).split()))[:MAX_TITLE].rstrip()


def _recorded(
    post: KnownPost, before: MediaAccountRef, counted: Counted | NotCounted | MonthClosed
) -> PostRecorded:
    match counted:
        case Counted():
            return PostRecorded(post, before.last_post_on, counted, None)
        case NotCounted():
            return PostRecorded(post, before.last_post_on, None, counted)
        case closed:
            return PostRecorded(post, before.last_post_on, None, NotCounted.MONTH_CLOSED, closed)


async def _get(source: str) -> KnownPost:
    rows = await sql.fetch(_POSTS + "WHERE p.source = $1", source)
    if not rows:
        raise PostGone
    return await _known(rows[0])


async def _known(row: Mapping[str, Any]) -> KnownPost:
    recorded_at = sql.moment(row["recorded_at"])
    if recorded_at is None:
        raise ValueError(row)
    account = await media_accounts.get_account(row["account_id"])
    return KnownPost(
        account, sql.get_day(row["posted_on"]), row["title"], row["address"], row["source"], recorded_at
    )
