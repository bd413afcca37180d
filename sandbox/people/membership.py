"""People and the bot coming and going: blocks, members, groups, migrations."""

from typing import Any

from sandbox.chat_members import chat_member
from sandbox.errors import Refused
from sandbox.people.receipt import tell_membership, tell_message
from sandbox.state import Sandbox
from sandbox.world import INSIDE, Group, Person

STANDINGS = ("creator", "administrator", "member", "left", "kicked")


def new_person(sandbox: Sandbox, name: str, username: str | None = None) -> Person:
    """Add a person; their private chat with the bot exists and is empty."""
    return sandbox.world.save_person(Person(sandbox.world.new_person_id(), name, username))


def new_group(sandbox: Sandbox, title: str, kind: str, members: list[int], *, with_bot: bool) -> Group:
    """Add a group; its first member is the creator, and the bot learns that it was added."""
    if kind not in {"group", "supergroup"}:
        raise Refused("type must be group or supergroup")
    require_people(sandbox, members)
    world = sandbox.world
    group = world.save_group(Group(world.new_group_id(kind), title, kind))
    for index, person_id in enumerate(members):
        world.place(group.id, person_id, "member" if index else "creator")
    if with_bot:
        move_bot(sandbox, group.id, members[0] if members else min(world.people), "member")
    return group


def require_people(sandbox: Sandbox, person_ids: list[int]) -> None:
    """Refuse ids nobody has."""
    for person_id in person_ids:
        if person_id not in sandbox.world.people:
            raise Refused(f"there is no person {person_id}")


def require_group(sandbox: Sandbox, chat_id: Any) -> Group:
    """Return a group that is still in use."""
    group = sandbox.world.groups.get(chat_id)
    if group is None:
        raise Refused(f"there is no group {chat_id}")
    if group.moved_to is not None:
        raise Refused(f"group {chat_id} became the supergroup {group.moved_to}")
    return group


def _change(
    sandbox: Sandbox, chat_id: int, by: int, whom: dict[str, Any], steps: tuple[str, str]
) -> dict[str, Any]:
    return {
        "chat": sandbox.world.chat(chat_id),
        "from": sandbox.world.user(by),
        "date": sandbox.clock.unix(),
        "old_chat_member": chat_member(whom, steps[0]),
        "new_chat_member": chat_member(whom, steps[1]),
    }


def move_bot(sandbox: Sandbox, chat_id: int, by: int, standing: str) -> None:
    """Add, promote, remove or ban the bot in a group, and tell it."""
    world = sandbox.world
    former = world.standing(chat_id, world.bot_id)
    world.place(chat_id, world.bot_id, standing)
    tell_membership(sandbox, "my_chat_member", _change(sandbox, chat_id, by, world.bot, (former, standing)))
    if standing in INSIDE and former not in INSIDE:
        _service(sandbox, chat_id, by, {"new_chat_members": [world.bot]})


def move_person(sandbox: Sandbox, chat_id: int, by: int, person_id: int, standing: str) -> None:
    """Add, promote, remove or ban a person in a group; the others see a service message."""
    world = sandbox.world
    former = world.standing(chat_id, person_id)
    world.place(chat_id, person_id, standing)
    if world.standing(chat_id, world.bot_id) in {"administrator", "creator"}:
        change = _change(sandbox, chat_id, by, world.user(person_id), (former, standing))
        tell_membership(sandbox, "chat_member", change)
    if standing in INSIDE and former not in INSIDE:
        _service(sandbox, chat_id, by, {"new_chat_members": [world.user(person_id)]})
    elif standing not in INSIDE and former in INSIDE:
        _service(sandbox, chat_id, by, {"left_chat_member": world.user(person_id)})


def _service(sandbox: Sandbox, chat_id: int, by: int, content: dict[str, Any]) -> dict[str, Any]:
    message = sandbox.messages.add(chat_id, by, content)
    tell_message(sandbox, message)
    return message


def set_members(sandbox: Sandbox, asked: dict[str, Any]) -> None:
    """Change who belongs to a group: `{chat, person (id or "bot"), standing, by?}`."""
    group = require_group(sandbox, asked.get("chat"))
    world = sandbox.world
    standing = asked.get("standing", "member")
    if standing not in STANDINGS:
        raise Refused(f"standing must be one of {', '.join(STANDINGS)}")
    inside = [one for one in world.members(group.id) if one != world.bot_id]
    by = asked.get("by", inside[0] if inside else min(world.people))
    require_people(sandbox, [by])
    person_id = asked.get("person")
    if person_id in ("bot", world.bot_id):
        move_bot(sandbox, group.id, by, standing)
        return
    if not isinstance(person_id, int):
        raise Refused('person must be an id or "bot"')
    require_people(sandbox, [person_id])
    move_person(sandbox, group.id, by, person_id, standing)


def block(sandbox: Sandbox, person_id: Any, *, blocked: bool) -> None:
    """Let a person block the bot or take it back; the bot is told either way."""
    require_people(sandbox, [person_id])
    world = sandbox.world
    person = world.people[person_id]
    if person.blocked == blocked:
        return
    steps = ("member", "kicked") if blocked else ("kicked", "member")
    person.blocked = blocked
    person.started = True
    world.save_person(person)
    tell_membership(sandbox, "my_chat_member", _change(sandbox, person_id, person_id, world.bot, steps))


def migrate(sandbox: Sandbox, chat_id: int) -> int:
    """Turn a basic group into a supergroup and return its new id; both chats get their service message."""
    group = require_group(sandbox, chat_id)
    if group.type != "group":
        raise Refused(f"{chat_id} is a supergroup already")
    world = sandbox.world
    members = world.members(chat_id)
    by = next((one for one in members if one != world.bot_id), world.bot_id)
    new = world.save_group(
        Group(world.new_group_id("supergroup"), group.title, "supergroup", moved_from=chat_id)
    )
    for person_id in members:
        world.place(new.id, person_id, world.standing(chat_id, person_id))
    _service(sandbox, chat_id, by, {"migrate_to_chat_id": new.id})
    _service(sandbox, new.id, by, {"migrate_from_chat_id": chat_id})
    group.moved_to = new.id
    world.save_group(group)
    return new.id
