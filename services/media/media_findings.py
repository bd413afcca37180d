"""What is found wrong with accounts, as dated facts, and how each is put right (整改)."""

import datetime as dtm
from collections.abc import Iterable
from dataclasses import replace
from itertools import groupby
from operator import attrgetter

from models.enums import FindingKind, Rectification
from services import sql
from services.audit import Deed, Entry, deed_of
from services.core import rectification
from services.core.access import Actor, Permission
from services.core.errors import PastMending, UserError
from services.core.occasion import Occasion
from services.core.staleness import (
    Running,
    Thresholds,
    duplicate_key,
    gap_between,
    is_duplicate,
    kind_found,
    silence_key,
)
from services.core.text import clean
from services.media import media_accounts
from services.media.media_accounts import MediaAccountRef, day_or_none
from services.media.media_facts import MediaFinding, list_found, read
from services.office import organisations
from services.office.calendar_days import read_calendar
from services.office.office_rules import get_rules
from services.transaction import transact

DAYS_TO_RECTIFY = 5  # working days, starting the day after
PROOF_LENGTH, REASON_LENGTH = 500, 300


class MediaFindingGone(PastMending):
    """The finding that a button means is not there."""


class MediaFindingChanged(PastMending):
    """Something became of the finding since it was shown."""


class ProofMissing(UserError):
    """What was done about a finding has to be said: words, a link."""


class RejectionReasonMissing(UserError):
    """What is sent back needs a reason."""


async def detect(today: dtm.date, now: dtm.datetime) -> tuple[MediaFinding, ...]:
    """Find what is wrong today in every organisation, and give what was not found before.

    Twice on a day, or after days without it, changes nothing but what is still to be found: a finding's key
    keeps it one. It is found on the day somebody looks, which is ``today``.
    """
    found: list[MediaFinding] = []
    for organisation in await organisations.list_organisations():
        found += await detect_in(organisation.id, today, now)
    return tuple(found)


async def detect_in(organisation_id: int, today: dtm.date, now: dtm.datetime) -> tuple[MediaFinding, ...]:
    """Find what is wrong in one organisation; see ``detect``."""
    deed = Deed(None, f"media/{today.isoformat()}", now)

    async def work() -> tuple[str, ...]:
        thresholds = (await get_rules(organisation_id)).thresholds
        accounts = await _list_watched(organisation_id, today)
        silent = [key for each in accounts if (key := await _silence(each, today, thresholds, deed))]
        return (*silent, *await _find_duplicates(accounts, today, thresholds, deed))

    keys = await transact(work)
    return await read("f.key", keys, today) if keys else ()


async def find_silence(account: MediaAccountRef, day: dtm.date, deed: Deed) -> str | None:
    """Give the key of the finding that an account's silence is on a day, made now if it was not there.

    None where it is none. In the caller's transaction.
    """
    thresholds = (await get_rules(account.organisation_id)).thresholds
    kind = kind_found(thresholds.judge(gap_between(account.last_post_on, day)))
    if kind is None or account.last_post_on is None:
        return None
    await _silence(account, day, thresholds, deed)
    return silence_key(kind, account.id, account.last_post_on)


async def list_findings(
    actor: Actor, organisation_id: int, today: dtm.date, *, unit_id: int | None = None
) -> tuple[MediaFinding, ...]:
    """List the findings that are still open, of an organisation or of one unit, the oldest first."""
    permission = Permission.PROGRESS_READ_ANY if unit_id is None else Permission.PROGRESS_READ_OWN
    actor.require(permission, organisation_id=organisation_id, unit_id=unit_id)
    found = await list_found(organisation_id, today)
    wanted = [each for each in found if each.is_open and unit_id in {None, each.unit_id}]
    return tuple(sorted(wanted, key=attrgetter("found_on", "position", "id")))


async def list_of_account(actor: Actor, account_id: int, today: dtm.date) -> tuple[MediaFinding, ...]:
    """List everything ever found about an account, the latest first."""
    await media_accounts.read_account(actor, account_id)
    found = await read("f.account_id", (account_id,), today)
    return tuple(sorted(found, key=attrgetter("found_on", "id"), reverse=True))


async def get_finding(actor: Actor, finding_id: int, today: dtm.date) -> MediaFinding:
    """Give a finding; MediaFindingGone when there is none."""
    found = await read("f.id", (finding_id,), today)
    if not found:
        raise MediaFindingGone
    actor.require(
        Permission.PROGRESS_READ_OWN, organisation_id=found[0].organisation_id, unit_id=found[0].unit_id
    )
    return found[0]


async def submit_proof(
    actor: Actor, finding_id: int, version: int, proof: str, occasion: Occasion
) -> MediaFinding:
    """Say what was done about a finding, for the office to confirm; again replaces what was said.

    Raises:
        ProofMissing, RectificationConfirmed, MediaFindingChanged: it cannot be said.
    """
    before = await get_finding(actor, finding_id, occasion.today)
    actor.require(Permission.MEDIA_RECORD, organisation_id=before.organisation_id, unit_id=before.unit_id)
    words = clean(proof, max_length=PROOF_LENGTH)
    if not words:
        raise ProofMissing
    after = replace(
        before,
        rectification=rectification.submitted(before.rectification),
        proof=words,
        reason="",
        rectified_on=before.mended_on or occasion.today,
    )
    return await _store(actor, before, after, version, "media.submit", occasion)


async def confirm(actor: Actor, finding_id: int, version: int, occasion: Occasion) -> MediaFinding:
    """Agree that a finding was put right; what is seen to be mended needs no proof.

    Raises:
        NothingSubmitted, RectificationConfirmed, MediaFindingChanged: it cannot be confirmed.
    """
    before = await get_finding(actor, finding_id, occasion.today)
    actor.require(Permission.MEDIA_MANAGE, organisation_id=before.organisation_id)
    is_mended = before.mended_on is not None
    after = replace(
        before,
        rectification=rectification.confirmed(before.rectification, is_mended=is_mended),
        rectified_on=before.mended_on or before.rectified_on or occasion.today,
        reason="",
    )
    return await _store(actor, before, after, version, "media.confirm", occasion)


async def note_mended(key: str, deed: Deed, today: dtm.date) -> None:
    """Have a finding be put right, as the office's own sheet says, in the caller's transaction."""
    for found in await read("f.key", (key,), today):
        if found.rectification is Rectification.CONFIRMED:
            continue
        await sql.execute(
            "UPDATE media_finding SET rectification = $1, rectified_on = $2, version = version + 1 "
            "WHERE id = $3",
            *(Rectification.CONFIRMED.value, found.mended_on or today, found.id),
        )
        states = (
            {"unit": found.unit_id, "rectification": state.value}
            for state in (found.rectification, Rectification.CONFIRMED)
        )
        await deed.record(Entry("media.confirm", f"media/{found.account_id}", *states), found.organisation_id)


async def reject(
    actor: Actor, finding_id: int, version: int, reason: str, occasion: Occasion
) -> MediaFinding:
    """Send back what a unit said it did, with the reason.

    Raises:
        RejectionReasonMissing, NothingSubmitted, RectificationConfirmed, MediaFindingChanged: it cannot be
            sent back.
    """
    before = await get_finding(actor, finding_id, occasion.today)
    actor.require(Permission.MEDIA_MANAGE, organisation_id=before.organisation_id)
    words = clean(reason, max_length=REASON_LENGTH)
    if not words:
        raise RejectionReasonMissing
    state = rectification.rejected(before.rectification)
    after = replace(before, rectification=state, reason=words, rectified_on=None)
    return await _store(actor, before, after, version, "media.reject", occasion)


async def _list_watched(organisation_id: int, day: dtm.date) -> tuple[MediaAccountRef, ...]:
    """List the accounts that are watched on a day: those in the register of units that still report."""
    registered = await media_accounts.list_registered(organisation_id, day)
    if not registered:
        return ()
    active = {unit.id for unit in await organisations.list_units(organisation_id)}
    return tuple(account for account in registered if account.unit_id in active)


async def _silence(account: MediaAccountRef, day: dtm.date, thresholds: Thresholds, deed: Deed) -> str | None:
    """Add the finding that an account's silence is on a day; give its key if it is new."""
    gap = gap_between(account.last_post_on, day)
    kind = kind_found(thresholds.judge(gap))
    if kind is None or account.last_post_on is None:
        return None
    key = silence_key(kind, account.id, account.last_post_on)
    return await _insert(account, kind, key, day, deed, account_id=account.id, gap=gap)


async def _find_duplicates(
    accounts: Iterable[MediaAccountRef], day: dtm.date, thresholds: Thresholds, deed: Deed
) -> list[str]:
    place = attrgetter("unit_id", "platform")
    keys = []
    for (unit_id, platform), group in groupby(sorted(accounts, key=place), key=place):
        held = list(group)
        if len(held) < 2:
            continue
        running = tuple(
            Running(each.registered_on, thresholds.judge(gap_between(each.last_post_on, day)))
            for each in held
        )
        rows = await sql.fetch(
            "SELECT MAX(found_on) AS found_on FROM media_finding "
            "WHERE unit_id = $1 AND platform = $2 AND kind = $3",
            *(unit_id, platform.value, FindingKind.DUPLICATE.value),
        )
        if is_duplicate(running, day_or_none(rows[0]["found_on"])):
            key = duplicate_key(unit_id, platform.value, day)
            keys.append(await _insert(held[0], FindingKind.DUPLICATE, key, day, deed))
    return [key for key in keys if key is not None]


async def _insert(
    account: MediaAccountRef,
    kind: FindingKind,
    key: str,
    day: dtm.date,
    deed: Deed,
    *,
    account_id: int | None = None,
    gap: int | None = None,
) -> str | None:
    rows = await sql.fetch(
        "INSERT INTO media_finding (organisation_id, unit_id, account_id, platform, kind, key, found_on, "
        "last_post_on, gap_days, due_on, rectification, rectified_on, proof, reason, version) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, NULL, '', '', 1) "
        "ON CONFLICT (key) DO NOTHING RETURNING id",
        *(account.organisation_id, account.unit_id, account_id, account.platform.value, kind.value, key, day),
        *(None if account_id is None else account.last_post_on, gap),
        *(await _due_on(account.organisation_id, day), Rectification.OWED.value),
    )
    if not rows:
        return None
    subject = f"unit/{account.unit_id}" if account_id is None else f"media/{account_id}"
    told = {
        "unit": account.unit_id,
        "finding": kind.value,
        "platform": account.platform.value,
        "gap_days": gap or 0,
    }
    await deed.record(Entry("media.found", subject, after=told), account.organisation_id)
    return key


async def _due_on(organisation_id: int, day: dtm.date) -> dtm.date:
    calendar = await read_calendar(organisation_id, [day.year, day.year + 1])
    return calendar.after(day, DAYS_TO_RECTIFY)


async def _store(
    actor: Actor, before: MediaFinding, after: MediaFinding, version: int, action: str, occasion: Occasion
) -> MediaFinding:
    async def work() -> MediaFinding:
        touched = await sql.execute(
            "UPDATE media_finding SET rectification = $1, rectified_on = $2, proof = $3, reason = $4, "
            "version = version + 1 WHERE id = $5 AND version = $6",
            *(after.rectification.value, after.rectified_on, after.proof, after.reason, before.id, version),
        )
        if not touched:
            raise MediaFindingChanged
        subject = f"unit/{before.unit_id}" if before.account_id is None else f"media/{before.account_id}"
        states = (
            {"unit": each.unit_id, "rectification": each.rectification.value} for each in (before, after)
        )
        await deed_of(actor, occasion).record(Entry(action, subject, *states), before.organisation_id)
        return await get_finding(actor, before.id, occasion.today)

    return await transact(work)
