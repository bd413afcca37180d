"""Looks at accounts: when one last posted, or that nobody could see it. What cannot be true is questioned."""

import datetime as dtm
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from models.enums import CheckOutcome, FindingKind
from services import sql
from services.audit import Deed, Entry, deed_of
from services.core.access import Actor, Permission
from services.core.errors import PastMending, UserError
from services.core.occasion import Occasion
from services.core.staleness import gap_between
from services.core.text import clean
from services.media import media_accounts, media_findings
from services.media.media_accounts import MediaAccountRef
from services.office.office_rules import get_rules
from services.transaction import transact

REMARK_LENGTH = 300


class LookGone(PastMending):
    """There is no look that was recorded by that message, or it was taken back."""


class LastPostAfterLook(UserError):
    """The last post that was seen lies after the day of the look (``last``, ``day``)."""


@dataclass(frozen=True, slots=True)
class Look:
    """What somebody saw of an account on a day: its last post's day, or (None) that it could not be seen.

    ``claims`` is a finding that they say it is (a sheet's 超过两周未更新), None where they say only the days.
    """

    account_id: int
    checked_on: dtm.date
    last_post_on: dtm.date | None
    remark: str = ""
    claims: FindingKind | None = None


@dataclass(frozen=True, slots=True)
class LookRecorded:
    """The look is recorded; the account as it stands now, and the days without a post on that day.

    ``finding_key`` names the finding that it made or that was there; None where it was none. Not ``is_new``
    where the same message recorded it before.
    """

    account: MediaAccountRef
    look: Look
    gap_days: int | None
    finding_key: str | None
    is_new: bool


@dataclass(frozen=True, slots=True)
class LookDoubted:
    """What is said cannot be, so nothing is recorded.

    The account had been silent for ``gap_days`` on that day, which is not more than ``allowed``: it would
    have been a finding from ``first_on`` on. ``known_post_on`` is a newer post that is known, None where the
    days themselves do not fit.
    """

    account: MediaAccountRef
    look: Look
    gap_days: int
    allowed: int
    first_on: dtm.date
    known_post_on: dtm.date | None = None


LookOutcome = LookRecorded | LookDoubted


async def record(actor: Actor, look: Look, occasion: Occasion) -> LookOutcome:
    """Record a look, and the finding that it is; a stated finding that the days contradict is questioned.

    三川镇 of 苍溪 was printed as stale on 16 February 2020 after a post of the 11th: five days.

    Raises:
        DayAhead, DayTooEarly, LastPostAfterLook: nobody can have seen that.
    """
    account = await media_accounts.get_account(look.account_id)
    actor.require(Permission.MEDIA_MANAGE, organisation_id=account.organisation_id)
    media_accounts.require_past(look.checked_on, occasion.today)
    if look.last_post_on is not None:
        media_accounts.require_past(look.last_post_on, occasion.today)
        if look.last_post_on > look.checked_on:
            raise LastPostAfterLook(last=look.last_post_on, day=look.checked_on)

    async def work() -> LookOutcome:
        held = await media_accounts.hold(account.id)
        doubt = await _doubt(held, look)
        if doubt is not None:
            return doubt
        is_new = await _insert(look, deed_of(actor, occasion))
        if is_new:
            await media_accounts.note_last_post(account.id)
            entry = Entry("media.look", f"media/{account.id}", after={"unit": account.unit_id, **_told(look)})
            await deed_of(actor, occasion).record(entry, account.organisation_id)
        after = await media_accounts.get_account(account.id)
        newest = await _last_post_by(account.id, look.checked_on)
        key = None
        if look.last_post_on is not None:
            seen = replace(after, last_post_on=newest)
            key = await media_findings.find_silence(seen, look.checked_on, deed_of(actor, occasion))
        return LookRecorded(after, look, gap_between(newest, look.checked_on), key, is_new)

    return await transact(work)


@dataclass(frozen=True, slots=True)
class KnownLook:
    """A look as it was recorded; ``source`` is the name by which it can be taken back."""

    account: MediaAccountRef
    checked_on: dtm.date
    last_post_on: dtm.date | None
    source: str
    recorded_at: dtm.datetime


async def find_last(actor: Actor) -> KnownLook | None:
    """Give the last look that a person recorded by a message and may take back; None where there is none."""
    rows = await sql.look_up(
        _LOOKS + "WHERE member_id = $1 AND source LIKE 'message/%' ORDER BY id DESC LIMIT 1", actor.member_id
    )
    looks = [await _known(row) for row in rows]
    return next((each for each in looks if _may_manage(actor, each.account)), None)


async def withdraw(actor: Actor, source: str, occasion: Occasion) -> KnownLook:
    """Take a look back as if nobody had taken it; what it alone told of the last post is not known any more.

    LookGone: there is none (any more).
    """

    async def work() -> KnownLook:
        rows = await sql.fetch(_LOOKS + "WHERE source = $1", source)
        if not rows:
            raise LookGone
        known = await _known(rows[0])
        account = known.account
        actor.require(Permission.MEDIA_MANAGE, organisation_id=account.organisation_id)
        await media_accounts.hold(account.id)
        if not await sql.execute("DELETE FROM media_check WHERE source = $1", source):
            raise LookGone
        await media_accounts.note_last_post(account.id)
        look = Look(account.id, known.checked_on, known.last_post_on)
        before = {"unit": account.unit_id, **_told(look)}
        entry = Entry("media.unlook", f"media/{account.id}", before)
        await deed_of(actor, occasion).record(entry, account.organisation_id)
        return replace(known, account=await media_accounts.get_account(account.id))

    return await transact(work)


_LOOKS = "SELECT account_id, checked_on, last_post_on, source, recorded_at FROM media_check "


async def _known(row: Mapping[str, Any]) -> KnownLook:
    recorded_at = sql.moment(row["recorded_at"])
    if recorded_at is None:
        raise ValueError(row)
    return KnownLook(
        await media_accounts.get_account(row["account_id"]),
        sql.get_day(row["checked_on"]),
        media_accounts.day_or_none(row["last_post_on"]),
        row["source"],
        recorded_at,
    )


def _may_manage(actor: Actor, account: MediaAccountRef) -> bool:
    return actor.may(Permission.MEDIA_MANAGE, organisation_id=account.organisation_id)


async def note(look: Look, deed: Deed, organisation_id: int) -> None:
    """Record a look in the caller's transaction, who has asked whether that is permitted."""
    if await _insert(look, deed):
        await media_accounts.note_last_post(look.account_id)
        entry = Entry("media.look", f"media/{look.account_id}", after=_told(look))
        await deed.record(entry, organisation_id)


async def note_found(look: Look, deed: Deed, organisation_id: int) -> str | None:
    """Record a look as ``note`` does, and give the key of the finding that it is; None where it is none."""
    await note(look, deed, organisation_id)
    account = await media_accounts.get_account(look.account_id)
    newest = await _last_post_by(account.id, look.checked_on)
    return await media_findings.find_silence(replace(account, last_post_on=newest), look.checked_on, deed)


async def is_known(look: Look) -> bool:
    """Tell whether a look of that account, day and last post was recorded, by whatever message."""
    rows = await sql.fetch(
        "SELECT 1 AS found FROM media_check WHERE account_id = $1 AND checked_on = $2 AND last_post_on = $3",
        *(look.account_id, look.checked_on, look.last_post_on),
    )
    return bool(rows)


async def _doubt(account: MediaAccountRef, look: Look) -> LookDoubted | None:
    if look.claims not in {FindingKind.STALE, FindingKind.ZOMBIE} or look.last_post_on is None:
        return None
    known = await _last_post_by(account.id, look.checked_on)
    newer = known if known is not None and known > look.last_post_on else None
    last = newer or look.last_post_on
    thresholds = (await get_rules(account.organisation_id)).thresholds
    is_zombie = look.claims is FindingKind.ZOMBIE
    allowed = thresholds.zombie_days if is_zombie else thresholds.stale_days
    gap = (look.checked_on - last).days
    if gap > allowed:
        return None
    first_on = thresholds.zombie_from(last) if is_zombie else thresholds.stale_from(last)
    return LookDoubted(account, look, gap, allowed, first_on, newer)


async def _last_post_by(account_id: int, day: dtm.date) -> dtm.date | None:
    """Give the latest post known today that an account had made by a day."""
    rows = await sql.fetch(
        "SELECT MAX(seen_on) AS last_on FROM ("
        "SELECT posted_on AS seen_on FROM media_post "
        "WHERE account_id = $1 AND withdrawn_at IS NULL AND posted_on <= $2 "
        "UNION ALL SELECT last_post_on FROM media_check "
        "WHERE account_id = $1 AND outcome = $3 AND last_post_on <= $2) AS seen",
        *(account_id, day, CheckOutcome.SEEN.value),
    )
    return media_accounts.day_or_none(rows[0]["last_on"])


async def _insert(look: Look, deed: Deed) -> bool:
    outcome = CheckOutcome.COULD_NOT_CHECK if look.last_post_on is None else CheckOutcome.SEEN
    touched = await sql.fetch(
        "INSERT INTO media_check (account_id, checked_on, outcome, last_post_on, remark, source, member_id, "
        "recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (source) DO NOTHING RETURNING id",
        *(look.account_id, look.checked_on, outcome.value, look.last_post_on),
        *(clean(look.remark, max_length=REMARK_LENGTH), deed.source, deed.member_id, deed.now),
    )
    return bool(touched)


def _told(look: Look) -> dict[str, str | None]:
    last = look.last_post_on
    return {"checked": look.checked_on.isoformat(), "last_post": None if last is None else last.isoformat()}
