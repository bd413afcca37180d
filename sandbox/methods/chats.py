"""Methods about chats and their members."""

from typing import Any

from sandbox.chat_members import chat_member
from sandbox.errors import bad_request
from sandbox.methods.parts import Uploads, Values
from sandbox.people.membership import move_bot
from sandbox.state import Sandbox
from sandbox.world import INSIDE


def member(sandbox: Sandbox, chat_id: int, person_id: int) -> dict[str, Any]:
    """Return the ChatMember of a person or of the bot."""
    world = sandbox.world
    return chat_member(world.user(person_id), world.standing(chat_id, person_id))


def _group(sandbox: Sandbox, values: Values) -> int:
    chat_id = sandbox.world.resolve(values["chat_id"])
    sandbox.world.require_writable(chat_id)
    return chat_id


def get_chat(sandbox: Sandbox, values: Values, _uploads: Uploads) -> Any:
    """Return a ChatFullInfo."""
    chat_id = sandbox.world.resolve(values["chat_id"])
    if chat_id in sandbox.world.groups:
        sandbox.world.require_writable(chat_id)
    gifts = (
        "unlimited_gifts",
        "limited_gifts",
        "unique_gifts",
        "premium_subscription",
        "gifts_from_channels",
    )
    return sandbox.world.chat(chat_id) | {
        "accent_color_id": abs(chat_id) % 7,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(gifts, False),
    }


def get_chat_member(sandbox: Sandbox, values: Values, _uploads: Uploads) -> Any:
    """Return one ChatMember."""
    chat_id = _group(sandbox, values)
    person_id = values["user_id"]
    if person_id not in sandbox.world.people and person_id != sandbox.world.bot_id:
        raise bad_request("member not found")
    if chat_id not in sandbox.world.groups:
        return chat_member(sandbox.world.user(person_id), "member")
    return member(sandbox, chat_id, person_id)


def get_chat_administrators(sandbox: Sandbox, values: Values, _uploads: Uploads) -> Any:
    """Return the administrators that are no bots."""
    chat_id = _group(sandbox, values)
    if chat_id not in sandbox.world.groups:
        raise bad_request("there are no administrators in the private chat")
    shown = [member(sandbox, chat_id, one) for one in sandbox.world.members(chat_id)]
    return [
        one for one in shown if one["status"] in {"creator", "administrator"} and not one["user"]["is_bot"]
    ]


def get_chat_member_count(sandbox: Sandbox, values: Values, _uploads: Uploads) -> Any:
    """Return how many belong to a chat."""
    chat_id = _group(sandbox, values)
    return len(sandbox.world.members(chat_id)) if chat_id in sandbox.world.groups else 2


def leave_chat(sandbox: Sandbox, values: Values, _uploads: Uploads) -> Any:
    """Make the bot leave a group."""
    chat_id = _group(sandbox, values)
    if chat_id not in sandbox.world.groups:
        raise bad_request("chat member status can't be changed in private chats")
    if sandbox.world.standing(chat_id, sandbox.world.bot_id) in INSIDE:
        move_bot(sandbox, chat_id, sandbox.world.bot_id, "left")
    return True


METHODS = {
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "getChatAdministrators": get_chat_administrators,
    "getChatMemberCount": get_chat_member_count,
    "leaveChat": leave_chat,
}
