"""The register of official media accounts, changed: entered, corrected, deregistered."""

import datetime as dtm
from dataclasses import dataclass, replace
from typing import Any

from models.enums import Platform
from services import sql
from services.audit import Deed, Entry, deed_of
from services.core.access import Actor, Permission
from services.core.errors import PastMending, UserError
from services.core.materials import platform_of
from services.core.occasion import Occasion
from services.core.text import as_name, fold
from services.media.media_accounts import ACCOUNTS, MediaAccountRef, get_account, require_past
from services.office import organisations
from services.office.organisations import UnitGone
from services.transaction import transact

NAME_LENGTH, LEVEL_LENGTH = 100, 50


class MediaAccountNameMissing(UserError):
    """A media account's name has one to a hundred characters (``length``)."""


class MediaAccountTaken(UserError):
    """The platform has an account of that name in the register already (``name``, ``unit``)."""


class PlatformShown(UserError):
    """Posts of the account with pages of its platform are known (``name``, ``count``), so it stays there."""


class MediaAccountChanged(PastMending):
    """Somebody changed the media account since it was shown (``name``)."""


@dataclass(frozen=True, slots=True)
class NewMediaAccount:
    """An account about to be registered; ``registered_on`` None is the day on which it is done."""

    unit_id: int
    platform: Platform
    name: str
    level: str = ""
    responsible: str = ""
    opened_on: dtm.date | None = None
    registered_on: dtm.date | None = None
    deregistered_on: dtm.date | None = None


async def require_free(actor: Actor, organisation_id: int, platform: Platform, name: str) -> None:
    """Raise MediaAccountNameMissing or MediaAccountTaken unless a platform's account can be called that."""
    actor.require(Permission.MEDIA_MANAGE, organisation_id=organisation_id)
    await _require_free(organisation_id, platform, _name(name))


async def register(actor: Actor, new: NewMediaAccount, occasion: Occasion) -> MediaAccountRef:
    """Enter an account in the register.

    Raises:
        MediaAccountNameMissing, MediaAccountTaken: it cannot be called that.
    """
    unit = await organisations.get_unit(new.unit_id)
    actor.require(Permission.MEDIA_MANAGE, organisation_id=unit.organisation_id)
    return await transact(lambda: enter(new, deed_of(actor, occasion), occasion.today))


async def enter(new: NewMediaAccount, deed: Deed, today: dtm.date) -> MediaAccountRef:
    """Enter an account in the caller's transaction, who has asked whether that is permitted."""
    unit = await organisations.get_unit(new.unit_id)
    name = _name(new.name)
    await _require_free(unit.organisation_id, new.platform, name)
    rows = await sql.fetch(
        "INSERT INTO media_account (organisation_id, unit_id, platform, name, level, responsible, "
        "registered_on, opened_on, deregistered_on, last_post_on, version) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULL, 1) RETURNING id",
        *(unit.organisation_id, unit.id, new.platform.value, name, _short(new.level, LEVEL_LENGTH)),
        _short(new.responsible, NAME_LENGTH),
        *(new.registered_on or today, new.opened_on, new.deregistered_on),
    )
    account = await get_account(int(rows[0]["id"]))
    entry = Entry("media.register", f"media/{account.id}", after=_told(account))
    await deed.record(entry, account.organisation_id)
    return account


async def change(actor: Actor, wanted: MediaAccountRef, occasion: Occasion) -> MediaAccountRef:
    """Make an account what ``wanted`` says: unit, platform, name, level, responsible, days.

    Its last post is what posts and looks say, and stays. ``wanted.version`` is the one that was shown.

    Raises:
        MediaAccountChanged: somebody was quicker.
        MediaAccountNameMissing, MediaAccountTaken: it cannot be called that.
        PlatformShown: it has posted on the platform that it would leave.
    """
    before = await get_account(wanted.id)
    actor.require(Permission.MEDIA_MANAGE, organisation_id=before.organisation_id)
    if wanted.platform is not before.platform:
        await _require_may_leave(before)
    return await transact(lambda: alter(wanted, deed_of(actor, occasion)))


async def alter(wanted: MediaAccountRef, deed: Deed) -> MediaAccountRef:
    """Change an account in the caller's transaction, who has asked whether that is permitted."""
    before = await get_account(wanted.id)
    unit = await organisations.get_unit(wanted.unit_id)
    if unit.organisation_id != before.organisation_id:
        raise UnitGone
    name = _name(wanted.name)
    await _require_free(before.organisation_id, wanted.platform, name, but=wanted.id)
    touched = await sql.execute(
        "UPDATE media_account SET unit_id = $1, platform = $2, name = $3, level = $4, responsible = $5, "
        "registered_on = $6, opened_on = $7, deregistered_on = $8, version = version + 1 "
        "WHERE id = $9 AND version = $10",
        *(unit.id, wanted.platform.value, name, _short(wanted.level, LEVEL_LENGTH)),
        _short(wanted.responsible, NAME_LENGTH),
        *(wanted.registered_on, wanted.opened_on, wanted.deregistered_on, wanted.id, wanted.version),
    )
    if not touched:
        raise MediaAccountChanged(name=before.name)
    after = await get_account(wanted.id)
    entry = Entry("media.change", f"media/{after.id}", _told(before), _told(after))
    await deed.record(entry, after.organisation_id)
    return after


@dataclass(frozen=True, slots=True)
class EndDoubted:
    """The account has posted on the ``day`` of its end or later; nothing is changed."""

    account: MediaAccountRef
    day: dtm.date
    last_post_on: dtm.date


async def deregister(
    actor: Actor, account_id: int, day: dtm.date, occasion: Occasion, *, is_agreed: bool = False
) -> MediaAccountRef | EndDoubted:
    """Take an account out of the register from a day on; it is watched no more and keeps its history.

    A day that a known post contradicts is questioned, unless it ``is_agreed``.
    DayAhead, DayTooEarly: it cannot have ended then.
    """
    account = await get_account(account_id)
    actor.require(Permission.MEDIA_MANAGE, organisation_id=account.organisation_id)
    require_past(day, occasion.today)
    last = account.last_post_on
    if last is not None and last >= day and not is_agreed:
        return EndDoubted(account, day, last)
    return await change(actor, replace(account, deregistered_on=day), occasion)


async def _require_may_leave(account: MediaAccountRef) -> None:
    """Raise where pages of its platform show that an account is there."""
    rows = await sql.fetch(
        "SELECT address FROM media_post WHERE account_id = $1 AND withdrawn_at IS NULL AND address <> ''",
        account.id,
    )
    count = sum(platform_of(row["address"]) is account.platform for row in rows)
    if count:
        raise PlatformShown(name=account.name, count=count)


def _name(text: str) -> str:
    name = as_name(text)
    if not 0 < len(name) <= NAME_LENGTH or not fold(name):
        raise MediaAccountNameMissing(length=NAME_LENGTH)
    return name


def _short(text: str, length: int) -> str:
    return as_name(text)[:length].rstrip()


async def _require_free(organisation_id: int, platform: Platform, name: str, but: int | None = None) -> None:
    rows = await sql.fetch(
        ACCOUNTS + "WHERE a.organisation_id = $1 AND a.platform = $2", organisation_id, platform.value
    )
    for row in rows:
        if row["id"] != but and fold(row["name"]) == fold(name):
            raise MediaAccountTaken(name=row["name"], unit=row["unit"])


def _told(account: MediaAccountRef) -> dict[str, Any]:
    """Write what the audit keeps of an account: never who is responsible, only that somebody is."""
    days = {
        "registered": account.registered_on,
        "opened": account.opened_on,
        "deregistered": account.deregistered_on,
    }
    return {
        "unit": account.unit_id,
        "platform": account.platform.value,
        "name": account.name,
        "level": account.level,
        "has_responsible": int(bool(account.responsible)),
        **{name: day.isoformat() for name, day in days.items() if day is not None},
    }
