"""Finding a media account by what people type: 微博 高坡镇, 苍溪财政, the unit that runs it."""

import datetime as dtm
from collections.abc import Iterable
from dataclasses import dataclass

from services.core.access import Actor, Permission
from services.core.platforms import split_platform
from services.core.text import fold
from services.media.media_accounts import MediaAccountRef, list_registered
from services.office.name_forms import Kind, part_of
from services.office.names import Ambiguous, Found, NameEntry, NameIndex
from services.office.organisations import Rosters


@dataclass(frozen=True, slots=True)
class OneMediaAccount:
    """The text means this account, and the person may see it."""

    account: MediaAccountRef


@dataclass(frozen=True, slots=True)
class SeveralMediaAccounts:
    """The text means each of these equally well; by unit in official order."""

    accounts: tuple[MediaAccountRef, ...]


@dataclass(frozen=True, slots=True)
class NoMediaAccount:
    """The text means none clearly enough; the nearest that the person may see, the nearest first."""

    text: str
    nearest: tuple[MediaAccountRef, ...]


@dataclass(frozen=True, slots=True)
class OtherMediaAccount:
    """The text means an account of a unit that is not the person's; ``own`` are theirs."""

    name: str
    own: tuple[MediaAccountRef, ...]


MediaMatch = OneMediaAccount | SeveralMediaAccounts | NoMediaAccount | OtherMediaAccount


class MediaNames:
    """Knows what accounts are called; keeps the units' names between calls."""

    def __init__(self) -> None:
        self._rosters = Rosters()

    async def find(self, actor: Actor, text: str, organisation_id: int | None, today: dtm.date) -> MediaMatch:
        """Find the account in today's register that a person means; NotBound for a stranger.

        The name decides; then a unit's name means what that unit runs; then what resembles an account's name.
        A platform beside it narrows it down. In a group's organisation, or (None) wherever they belong.
        """
        if not actor.bindings:
            raise actor.why_nowhere()
        wanted = [organisation_id] if organisation_id is not None else [*actor.organisation_ids]
        known = [account for each in wanted for account in await list_registered(each, today)]
        visible = tuple(account for account in known if may_see(actor, account))
        meant, nearest = await self._meant(text, known)
        seen = tuple(account for account in meant if account in visible)
        if seen:
            return OneMediaAccount(seen[0]) if len(seen) == 1 else SeveralMediaAccounts(seen)
        if meant:
            return OtherMediaAccount(meant[0].name if len(meant) == 1 else text, visible)
        return NoMediaAccount(text, tuple(account for account in nearest if account in visible))

    async def _meant(
        self, text: str, known: Iterable[MediaAccountRef]
    ) -> tuple[tuple[MediaAccountRef, ...], tuple[MediaAccountRef, ...]]:
        """Give the accounts a text means, all equally well, and where it means none the nearest."""
        accounts = {account.id: account for account in known}
        exact = tuple(each for each in accounts.values() if fold(each.name) == fold(text))
        if exact:
            return exact, ()
        platform, name = split_platform(text)
        among = [each for each in accounts.values() if platform in {None, each.platform}]
        if platform is not None and not name:
            return tuple(among), ()
        if part_of(fold(name)).kind is not Kind.NONE:
            is_unit, run_by_it = await self._of_unit_called(name, among)
            if is_unit:
                return run_by_it, ()
        order = enumerate(among)
        index = NameIndex.build(NameEntry(each.id, each.name, (), position) for position, each in order)
        match index.find(name):
            case Found(account_id):
                return (accounts[account_id],), ()
            case Ambiguous(account_ids):
                hits = tuple(accounts[each] for each in account_ids)
                return await self._of_unit(name, hits) or hits, ()
            case unknown:
                nearest = tuple(accounts[each] for each in unknown.nearest)
                return await self._of_unit(name, among) or _having(name, among), nearest

    async def _of_unit_called(
        self, name: str, among: Iterable[MediaAccountRef]
    ) -> tuple[bool, tuple[MediaAccountRef, ...]]:
        """Tell whether a name that ends as a unit's does is one's, with those of some accounts that it runs.

        An account whose name only resembles the unit's is not taken for what was named.
        """
        accounts = tuple(among)
        meant: set[int] = set()
        for organisation_id in dict.fromkeys(account.organisation_id for account in accounts):
            units, _ = (await self._rosters.get(organisation_id)).meant_by(name)
            meant |= {unit.id for unit in units}
        return bool(meant), tuple(account for account in accounts if account.unit_id in meant)

    async def _of_unit(self, name: str, among: Iterable[MediaAccountRef]) -> tuple[MediaAccountRef, ...]:
        """Give those of some accounts whose unit a name means."""
        _, accounts = await self._of_unit_called(name, among)
        return accounts


def _having(name: str, among: Iterable[MediaAccountRef]) -> tuple[MediaAccountRef, ...]:
    """Give those of some accounts that have a text of two signs or more in their names."""
    key = fold(name)
    return tuple(account for account in among if len(key) > 1 and key in fold(account.name))


def may_see(actor: Actor, account: MediaAccountRef) -> bool:
    """Tell whether a person may see an account's figures."""
    return actor.may(
        Permission.PROGRESS_READ_OWN, organisation_id=account.organisation_id, unit_id=account.unit_id
    )
