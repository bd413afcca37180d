"""A register of media accounts from a sheet: what it would change, and saving it whole."""

import datetime as dtm
import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter

from models.enums import FindingKind, Platform
from services import sql
from services.audit import Deed, Entry
from services.core.access import Actor, Permission
from services.core.errors import UserError
from services.core.sheets.looks import LookRow
from services.core.sheets.registers import RegisterRow, RegisterSheet
from services.core.sheets.understanding import Doubt
from services.core.staleness import Thresholds
from services.core.text import as_name, fold
from services.importing.sheet_rows import find_organisation
from services.media import media_accounts, media_checks, media_findings, media_register
from services.media.media_accounts import MediaAccountRef
from services.media.media_checks import Look
from services.media.media_register import NewMediaAccount
from services.office.office_rules import get_rules
from services.transaction import transact


class RegisterOutdated(UserError):
    """The register was changed since the sheet was shown, so saving it would change something else."""


class RegisterWithoutOffice(UserError):
    """There is no organisation of that name whose units could run accounts (``organisation``)."""


@dataclass(frozen=True, slots=True)
class RegisterChange:
    """An account that is in the register and would become something else, with the cell that says so."""

    before: MediaAccountRef
    after: MediaAccountRef
    address: str


@dataclass(frozen=True, slots=True)
class RegisterChanges:
    """What a sheet would change.

    ``seen`` are accounts of the register, by id, with a newer last post than was known. ``absent`` are those
    that the sheet does not have: they stay. ``looks`` are those that are not recorded yet.
    """

    added: tuple[tuple[RegisterRow, NewMediaAccount], ...] = ()
    changed: tuple[RegisterChange, ...] = ()
    seen: tuple[tuple[int, dtm.date], ...] = ()
    absent: tuple[str, ...] = ()
    looks: tuple[LookRow, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing would change."""
        return not (self.added or self.changed or self.seen or self.looks)


@dataclass(frozen=True, slots=True)
class RegisterPreview:
    """A sheet with a register as it was understood; nothing is saved yet."""

    organisation: str
    digest: str
    understanding: RegisterSheet
    changes: RegisterChanges
    fingerprint: str = field(init=False)

    def __post_init__(self) -> None:
        """Name what saving would change: what a person has agreed to."""
        changed = [(each.before.version, _told(each.after)) for each in self.changes.changed]
        written = repr((self.changes.added, changed, self.changes.seen, self.changes.looks)).encode()
        object.__setattr__(self, "fingerprint", hashlib.sha256(written).hexdigest()[:16])


async def preview_register(
    organisation: str,
    digest: str,
    sheet: RegisterSheet,
    today: dtm.date,
    *,
    coming: Collection[str] | None = None,
) -> RegisterPreview:
    """Compare a sheet with the register; RegisterWithoutOffice where there are no units yet.

    ``coming`` are names of units that the same file brings, which are there by the time it is saved.

    A last post that has not come yet, or is older than any account, is doubted and left out.
    """
    organisation_id = await find_organisation(organisation)
    if organisation_id is None and coming is None:
        raise RegisterWithoutOffice(organisation=organisation)
    possible = _possible(sheet, today)
    if organisation_id is not None:
        possible = _possible_looks(possible, (await get_rules(organisation_id)).thresholds, today)
    changes = await _compare(organisation_id, possible.rows, today, coming or ())
    if organisation_id is not None:
        changes = replace(changes, looks=await _unknown_looks(organisation_id, possible.looks))
    return RegisterPreview(organisation, digest, possible, changes)


def _possible(sheet: RegisterSheet, today: dtm.date) -> RegisterSheet:
    rows, doubts = [], list(sheet.doubts)
    for row in sheet.rows:
        last = row.last_post_on
        if last is not None and not media_accounts.FIRST_ON <= last <= today:
            doubts.append(Doubt(row.address, "import.doubt.last_post_impossible", {"day": last.isoformat()}))
            last = None
        rows.append(replace(row, last_post_on=last))
    return replace(sheet, rows=tuple(rows), doubts=tuple(doubts))


def _possible_looks(sheet: RegisterSheet, thresholds: Thresholds, today: dtm.date) -> RegisterSheet:
    """Leave out looks that cannot have been, and question those whose days contradict their finding."""
    looks, doubts = [], list(sheet.doubts)
    for look in sorted(sheet.looks, key=attrgetter("checked_on")):
        gap = (look.checked_on - look.last_post_on).days
        is_zombie = look.claims is FindingKind.ZOMBIE
        allowed = thresholds.zombie_days if is_zombie else thresholds.stale_days
        if not media_accounts.FIRST_ON <= look.last_post_on <= look.checked_on <= today:
            doubts.append(Doubt(look.address, "import.doubt.look_impossible", {"name": look.name}))
        elif look.claims is not None and gap <= allowed:
            told: dict[str, str | int] = {"name": look.name, "gap": gap, "allowed": allowed}
            doubts.append(Doubt(look.address, "import.doubt.look_doubtful", told))
        else:
            looks.append(look)
    return replace(sheet, looks=tuple(looks), doubts=tuple(doubts))


async def _unknown_looks(organisation_id: int, looks: Sequence[LookRow]) -> tuple[LookRow, ...]:
    """Give the looks that are not recorded yet."""
    ids = await _ids(organisation_id)
    unknown = []
    for look in looks:
        account_id = ids.get((look.platform, fold(as_name(look.name))))
        known = account_id is not None and await media_checks.is_known(_look(look, account_id))
        unknown += [] if known else [look]
    return tuple(unknown)


async def _ids(organisation_id: int) -> dict[tuple[Platform, str], int]:
    accounts = await media_accounts.list_ever(organisation_id)
    return {(account.platform, fold(account.name)): account.id for account in accounts}


def _look(row: LookRow, account_id: int) -> Look:
    return Look(account_id, row.checked_on, row.last_post_on, claims=row.claims)


async def _save_looks(looks: Sequence[LookRow], organisation_id: int, deed: Deed, today: dtm.date) -> None:
    """Record looks in the order of their days, with what they found and what was put right."""
    ids = await _ids(organisation_id)
    for number, row in enumerate(looks):
        own = replace(deed, source=f"{deed.source}/look{number}")
        account_id = ids[row.platform, fold(as_name(row.name))]
        key = await media_checks.note_found(_look(row, account_id), own, organisation_id)
        if key is not None and row.is_mended:
            await media_findings.note_mended(key, own, today)


async def save_register(
    shown: RegisterPreview, actor: Actor | None, deed: Deed, today: dtm.date, *, agreed: str | None = None
) -> RegisterChanges:
    """Save a previewed register in one transaction; ``actor`` None is the operator at the machine.

    Raises:
        RegisterOutdated: saving would by now change something else than was agreed to.
        UserError: the actor may not change the register of this organisation.
    """

    async def work() -> RegisterChanges:
        organisation_id = await find_organisation(shown.organisation, is_held=True)
        if actor is not None:
            actor.require(Permission.MEDIA_MANAGE, organisation_id=organisation_id)
        now = await preview_register(shown.organisation, shown.digest, shown.understanding, today)
        if now.changes.is_empty:
            return now.changes
        if now.fingerprint != (agreed or shown.fingerprint):
            raise RegisterOutdated
        seen = dict(now.changes.seen)
        for row, new in now.changes.added:
            account = await media_register.enter(new, deed, today)
            if row.last_post_on is not None:
                seen[account.id] = row.last_post_on
        for change in now.changes.changed:
            await media_register.alter(change.after, deed)
        for account_id, last_post_on in seen.items():
            look = Look(account_id, today, last_post_on)
            look_deed = replace(deed, source=f"{deed.source}/{account_id}")
            await media_checks.note(look, look_deed, organisation_id or 0)
        await _save_looks(now.changes.looks, organisation_id or 0, deed, today)
        told = {"title": shown.understanding.title, "accounts": len(now.changes.added)}
        told["changed"] = len(now.changes.changed)
        await deed.record(Entry("sheet.import", f"sheet/{shown.digest}", after=told), organisation_id)
        return now.changes

    return await transact(work)


def _told(account: MediaAccountRef) -> tuple[object, ...]:
    """Give what a sheet decides of an account: a post that comes between changes nothing of it."""
    days = account.opened_on, account.deregistered_on
    return account.id, account.unit_id, account.level, account.responsible, *days


async def _compare(
    organisation_id: int | None, rows: Sequence[RegisterRow], today: dtm.date, coming: Collection[str]
) -> RegisterChanges:
    units = dict.fromkeys(coming, 0) | await _unit_ids(organisation_id)
    known = {
        (account.platform, fold(account.name)): account
        for account in await media_accounts.list_ever(organisation_id or 0)
    }
    added, changed, seen = [], [], []
    for row in rows:
        before = known.pop((row.platform, fold(as_name(row.name))), None)
        if before is None:
            added.append((row, _new(row, units[row.unit], today)))
            continue
        if row.last_post_on is not None and row.last_post_on > (before.last_post_on or dtm.date.min):
            seen.append((before.id, row.last_post_on))
        if (after := _changed(before, row, units[row.unit])) != before:
            changed.append(RegisterChange(before, after, row.address))
    absent = tuple(account.name for account in known.values() if account.is_watched(today))
    return RegisterChanges(tuple(added), tuple(changed), tuple(seen), absent)


async def _unit_ids(organisation_id: int | None) -> dict[str, int]:
    """Give all units by their names, also those that no longer report: theirs are accounts of the past."""
    rows = await sql.fetch("SELECT id, name FROM unit WHERE organisation_id = $1", organisation_id)
    return {row["name"]: row["id"] for row in rows}


def _new(row: RegisterRow, unit_id: int, today: dtm.date) -> NewMediaAccount:
    """Make a new account; one that has ended already was watched until then, if at all."""
    ended_on = row.deregistered_on
    registered_on = today if ended_on is None else min(today, ended_on)
    if row.registered_on is not None and row.registered_on <= today:
        registered_on = row.registered_on
    return NewMediaAccount(
        *(unit_id, row.platform, row.name, row.level, row.responsible),
        opened_on=row.opened_on,
        registered_on=registered_on,
        deregistered_on=ended_on,
    )


def _changed(before: MediaAccountRef, row: RegisterRow, unit_id: int) -> MediaAccountRef:
    """Give an account as a row has it; what the row leaves blank stays."""
    after = replace(
        before,
        level=as_name(row.level)[: media_register.LEVEL_LENGTH].rstrip() or before.level,
        responsible=as_name(row.responsible) or before.responsible,
        opened_on=row.opened_on or before.opened_on,
        deregistered_on=row.deregistered_on or before.deregistered_on,
    )
    return after if unit_id == before.unit_id else replace(after, unit_id=unit_id, unit=row.unit)
