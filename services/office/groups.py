"""Groups: where the office talks to its units, registered chat by chat and topic by topic."""

import datetime as dtm
from dataclasses import dataclass
from functools import partial
from typing import Any

from services import audit, sql
from services.core.access import Actor, Permission
from services.core.errors import PastMending, UserError
from services.core.text import as_name
from services.office import organisations
from services.office.organisations import OrganisationRef
from services.transaction import transact

NAME_LENGTH = 60


class GroupOfAnother(PastMending):
    """The chat is registered for another organisation, whose administrator has to release it first."""


class GroupGone(PastMending):
    """The group that a button names is not registered any more."""


class GroupNameMissing(UserError):
    """A group needs a name of one to sixty characters (``length``)."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in Telegram: a chat by its id, and a topic of it (0 is the chat as a whole)."""

    chat: int
    topic: int
    title: str


@dataclass(frozen=True, slots=True)
class GroupRef:
    """A registered place as answers name it; ``unreachable_at`` tells since when its chat refuses us."""

    id: int
    organisation_id: int
    organisation: str
    chat: int
    topic: int
    name: str
    title: str
    unreachable_at: dtm.datetime | None
    unreachable_reason: str


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is registered where somebody asks, and for which organisations they may register it.

    ``here`` is the place itself, ``elsewhere`` are other places of the same chat, ``owner`` the organisation
    that the chat belongs to already.
    """

    place: Place
    here: GroupRef | None
    elsewhere: tuple[GroupRef, ...]
    owner: OrganisationRef | None
    mine: tuple[OrganisationRef, ...]

    @property
    def is_anothers(self) -> bool:
        """Tell whether the chat belongs to an organisation that the person does not administer."""
        return self.owner is not None and self.owner not in self.mine

    @property
    def choices(self) -> tuple[OrganisationRef, ...]:
        """List the organisations that the place can be registered for by this person."""
        if self.is_anothers:
            return ()
        return self.mine if self.owner is None else (self.owner,)


_GROUPS = (
    "SELECT g.id, c.organisation_id, o.name AS organisation, c.telegram_id AS chat, g.topic, g.name, "
    "c.title, c.unreachable_at, c.unreachable_reason FROM office_group g JOIN chat c ON c.id = g.chat_id "
    "JOIN organisation o ON o.id = c.organisation_id "
)


async def list_groups(actor: Actor) -> tuple[GroupRef, ...]:
    """List the registered places of every organisation whose groups the person manages."""
    found: list[GroupRef] = []
    for organisation in await organisations.list_managed(actor, Permission.GROUPS_MANAGE):
        found += await list_groups_of(organisation.id)
    return tuple(found)


async def list_groups_of(organisation_id: int) -> tuple[GroupRef, ...]:
    """List an organisation's registered places, the oldest first."""
    rows = await sql.fetch(_GROUPS + "WHERE c.organisation_id = $1 ORDER BY g.id", organisation_id)
    return tuple(map(_ref, rows))


async def get_group(actor: Actor, group_id: int) -> GroupRef:
    """Give a registered place; GroupGone when it is registered no more."""
    rows = await sql.fetch(_GROUPS + "WHERE g.id = $1", group_id)
    if not rows:
        raise GroupGone
    found = _ref(rows[0])
    actor.require(Permission.GROUPS_MANAGE, organisation_id=found.organisation_id)
    return found


async def look(actor: Actor, place: Place) -> Surroundings:
    """Tell what is registered at a place and what the person can do about it."""
    mine = await organisations.list_managed(actor, Permission.GROUPS_MANAGE)
    rows = await sql.fetch(_GROUPS + "WHERE c.telegram_id = $1 ORDER BY g.id", place.chat)
    known = tuple(map(_ref, rows))
    owners = await sql.fetch("SELECT organisation_id FROM chat WHERE telegram_id = $1", place.chat)
    owner_id = owners[0]["organisation_id"] if owners else None
    return Surroundings(
        place=place,
        here=next((one for one in known if one.topic == place.topic), None),
        elsewhere=tuple(one for one in known if one.topic != place.topic),
        owner=None if owner_id is None else await organisations.get_organisation(owner_id),
        mine=mine,
    )


async def register(
    actor: Actor, place: Place, organisation_id: int, name: str, *, source: str, now: dtm.datetime
) -> GroupRef:
    """Make a place one of an organisation's; again changes nothing.

    Raises:
        GroupOfAnother: the chat belongs to another organisation, which keeps it until it lets it go.
    """
    actor.require(Permission.GROUPS_MANAGE, organisation_id=organisation_id)

    async def work() -> GroupRef:
        group_id, is_new = await enter(place, organisation_id, _name(name), now)
        group = await get_group(actor, group_id)
        if is_new:
            entry = audit.Entry("group.register", _subject(group), after=group.name)
            await _record(entry, group, actor, source, now)
        return group

    return await transact(work)


async def enter(place: Place, organisation_id: int, name: str, now: dtm.datetime) -> tuple[int, bool]:
    """Write a registered place down and tell its id and whether it is new; asks nobody's permission."""
    chats = await sql.fetch(
        "INSERT INTO chat (telegram_id, title, organisation_id, unreachable_reason) VALUES ($1, $2, $3, '') "
        "ON CONFLICT (telegram_id) DO UPDATE SET title = excluded.title, "
        "organisation_id = excluded.organisation_id "
        "WHERE chat.organisation_id IS NULL OR chat.organisation_id = excluded.organisation_id RETURNING id",
        place.chat,
        place.title,
        organisation_id,
    )
    if not chats:
        raise GroupOfAnother
    chat_id = chats[0]["id"]
    added = await sql.fetch(
        "INSERT INTO office_group (chat_id, topic, name, registered_at) VALUES ($1, $2, $3, $4) "
        "ON CONFLICT (chat_id, topic) DO NOTHING RETURNING id",
        chat_id,
        place.topic,
        name,
        now,
    )
    if added:
        return int(added[0]["id"]), True
    known = await sql.fetch(
        "SELECT id FROM office_group WHERE chat_id = $1 AND topic = $2", chat_id, place.topic
    )
    return int(known[0]["id"]), False


async def rename(actor: Actor, group_id: int, name: str, *, source: str, now: dtm.datetime) -> GroupRef:
    """Give a registered place another name."""

    async def work() -> GroupRef:
        before = await get_group(actor, group_id)
        await sql.execute("UPDATE office_group SET name = $1 WHERE id = $2", _name(name), group_id)
        after = await get_group(actor, group_id)
        if before.name != after.name:
            entry = audit.Entry("group.rename", _subject(after), before.name, after.name)
            await _record(entry, after, actor, source, now)
        return after

    return await transact(work)


async def release(actor: Actor, group_id: int, *, source: str, now: dtm.datetime) -> GroupRef:
    """Let a place go, and with the last one of a chat the chat; what was said and counted there stays."""
    return await transact(partial(_release, actor, group_id, source, now))


async def is_last_of_chat(group: GroupRef) -> bool:
    """Tell whether nothing else is registered in the same chat."""
    rows = await sql.fetch(
        "SELECT g.id FROM office_group g JOIN chat c ON c.id = g.chat_id WHERE c.telegram_id = $1", group.chat
    )
    return [row["id"] for row in rows] == [group.id]


async def _release(actor: Actor, group_id: int, source: str, now: dtm.datetime) -> GroupRef:
    group = await get_group(actor, group_id)
    await sql.execute("DELETE FROM office_group WHERE id = $1", group_id)
    await sql.execute(
        "UPDATE chat SET organisation_id = NULL WHERE telegram_id = $1 "
        "AND NOT EXISTS (SELECT 1 FROM office_group g WHERE g.chat_id = chat.id)",
        group.chat,
    )
    await _record(audit.Entry("group.release", _subject(group), group.name), group, actor, source, now)
    return group


def _name(text: str) -> str:
    name = as_name(text)
    if not 0 < len(name) <= NAME_LENGTH:
        raise GroupNameMissing(length=NAME_LENGTH)
    return name


def _subject(group: GroupRef) -> str:
    return f"group/{group.id}"


async def _record(entry: audit.Entry, group: GroupRef, actor: Actor, source: str, now: dtm.datetime) -> None:
    await audit.record(
        entry,
        member_id=actor.member_id,
        organisation_id=group.organisation_id,
        source=source,
        now=now,
    )


def _ref(row: dict[str, Any]) -> GroupRef:
    return GroupRef(**{**row, "unreachable_at": sql.moment(row["unreachable_at"])})
