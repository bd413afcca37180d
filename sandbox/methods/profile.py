"""The bot about itself: getMe, commands, name and descriptions, files."""

import re
from typing import Any

from sandbox.entities import units
from sandbox.errors import bad_request
from sandbox.files import DOWNLOAD_LIMIT
from sandbox.methods.parts import Uploads, Values
from sandbox.state import Sandbox

COMMAND_LIMIT = 100
PROFILE_TEXTS = {
    "Name": ("name", 64),
    "Description": ("description", 512),
    "ShortDescription": ("short_description", 120),
}


def get_me(sandbox: Sandbox, _values: Values, _uploads: Uploads) -> Any:
    """Return the bot; privacy mode is on."""
    return sandbox.world.bot | {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": False,
        "allows_users_to_create_topics": False,
        "can_manage_bots": False,
        "supports_guest_queries": False,
        "supports_join_request_queries": False,
    }


def get_file(sandbox: Sandbox, values: Values, _uploads: Uploads) -> Any:
    """Return where a file can be downloaded; over 20 MiB it cannot."""
    known = sandbox.files.get(values["file_id"])
    if known["file_size"] > DOWNLOAD_LIMIT:
        raise bad_request("file is too big")
    return {key: known[key] for key in ("file_id", "file_unique_id", "file_size", "file_path")}


def _commands_key(values: Values) -> str:
    scope = values.get("scope") or {"type": "default"}
    place = ":".join(str(scope[key]) for key in ("type", "chat_id", "user_id") if key in scope)
    return f"commands:{place}:{values.get('language_code', '')}"


def set_my_commands(sandbox: Sandbox, values: Values, _uploads: Uploads) -> Any:
    """Keep the commands of a scope and language."""
    commands = values["commands"]
    if len(commands) > COMMAND_LIMIT:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for one in commands:
        if not re.fullmatch(r"/?[a-z0-9_]{1,32}", one["command"]):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= units(one["description"]) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    kept = [{"command": one["command"].lstrip("/"), "description": one["description"]} for one in commands]
    sandbox.store.keep(_commands_key(values), kept)
    return True


def get_my_commands(sandbox: Sandbox, values: Values, _uploads: Uploads) -> Any:
    """Return the commands of a scope and language."""
    return sandbox.store.setting(_commands_key(values), [])


def delete_my_commands(sandbox: Sandbox, values: Values, _uploads: Uploads) -> Any:
    """Forget the commands of a scope and language."""
    sandbox.store.keep(_commands_key(values), [])
    return True


def _setter(field: str, limit: int) -> Any:
    def set_text(sandbox: Sandbox, values: Values, _uploads: Uploads) -> Any:
        if units(values.get(field, "")) > limit:
            raise bad_request(f"bot {field.replace('_', ' ')} is too long")
        sandbox.store.keep(f"{field}:{values.get('language_code', '')}", values.get(field, ""))
        return True

    return set_text


def _getter(field: str) -> Any:
    def get_text(sandbox: Sandbox, values: Values, _uploads: Uploads) -> Any:
        default = sandbox.world.bot["first_name"] if field == "name" else ""
        return {field: sandbox.store.setting(f"{field}:{values.get('language_code', '')}", default)}

    return get_text


METHODS: dict[str, Any] = {
    "getMe": get_me,
    "getFile": get_file,
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
    **{f"setMy{name}": _setter(field, limit) for name, (field, limit) in PROFILE_TEXTS.items()},
    **{f"getMy{name}": _getter(field) for name, (field, _) in PROFILE_TEXTS.items()},
}
