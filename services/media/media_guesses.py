"""Which account a shown post is believed to be of: never decided, only offered to the person first."""

import datetime as dtm
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.core.access import Actor, Permission
from services.core.materials import Material, PostDraft
from services.core.text import fold
from services.media import media_accounts
from services.media.media_accounts import MediaAccountRef


@dataclass(frozen=True, slots=True)
class Believed:
    """The accounts that a post may be of, the likeliest first.

    ``is_sure`` where one alone is named, or none other is possible.
    """

    accounts: tuple[MediaAccountRef, ...]
    is_sure: bool


async def list_recordable(
    actor: Actor, organisation_id: int | None, today: dtm.date
) -> tuple[MediaAccountRef, ...]:
    """List the accounts in today's register that a person may record posts of; in a group its organisation's.

    NotBound or NotPermitted where they may record none at all.
    """
    wanted = [organisation_id] if organisation_id is not None else [*actor.organisation_ids]
    known = [account for each in wanted for account in await media_accounts.list_registered(each, today)]
    found = tuple(account for account in known if may_record(actor, account))
    if not found and not any(_may_record_in(actor, each) for each in wanted):
        actor.require(Permission.MEDIA_RECORD)
    return found


def may_record(actor: Actor, account: MediaAccountRef) -> bool:
    """Tell whether a person may record an account's posts."""
    return actor.may(
        Permission.MEDIA_RECORD, organisation_id=account.organisation_id, unit_id=account.unit_id
    )


def believe(
    accounts: Sequence[MediaAccountRef], draft: PostDraft, *, origin: str = "", text: str = ""
) -> Believed:
    """Order the accounts by what speaks for each: where it was forwarded from, its name in the words.

    An address of another platform speaks against an account: an only one is asked about then.
    """
    platform = draft.platform
    fitting = [each for each in accounts if platform in {None, each.platform}]
    possible = fitting or [*accounts]
    for named in (_called(possible, origin), _named_in(possible, f"{origin} {text} {draft.title}")):
        if named:
            rest = [each for each in possible if each not in named]
            return Believed((*named, *rest), is_sure=len(named) == 1)
    return Believed(tuple(possible), is_sure=len(fitting) == 1)


def is_post(accounts: Sequence[MediaAccountRef], draft: PostDraft, material: Material) -> bool:
    """Tell whether a forward may be a post: of a channel or chat, with a page, or with an account's name.

    A colleague's words that are passed on are none.
    """
    return bool(material.origin or draft.link or _named_in(accounts, material.text))


def _called(accounts: Iterable[MediaAccountRef], origin: str) -> list[MediaAccountRef]:
    key = fold(origin)
    return [each for each in accounts if key and fold(each.name) == key]


def _named_in(accounts: Iterable[MediaAccountRef], text: str) -> list[MediaAccountRef]:
    """Give those whose name stands in a text, unless a longer name that has it in itself does."""
    key = fold(text)
    named = [each for each in accounts if len(fold(each.name)) > 1 and fold(each.name) in key]
    longest = max((len(fold(each.name)) for each in named), default=0)
    return [each for each in named if len(fold(each.name)) == longest]


def _may_record_in(actor: Actor, organisation_id: int) -> bool:
    units = (None, *actor.units_of(organisation_id))
    return any(
        actor.may(Permission.MEDIA_RECORD, organisation_id=organisation_id, unit_id=unit_id)
        for unit_id in units
    )
