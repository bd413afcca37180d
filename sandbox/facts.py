"""Bot API 10.1 as facts: which methods exist, what they take, what their types are made of.

`facts.json` writes a type as the API's name, `[T]` for an array, `A|B` for a choice, and `!` behind the name
of a required field.
"""

import functools
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from sandbox.errors import ApiError, bad_request

LARGEST = 2**63
SCALARS = frozenset({"Integer", "String", "Boolean", "Float"})
NAMED_PARTS = {
    "InlineKeyboardButton": "inline keyboard button",
    "KeyboardButton": "keyboard button",
    "MessageEntity": "MessageEntity",
    "BotCommand": "BotCommand",
}
NAMED_FAMILIES = ("InputMedia", "BotCommandScope")
TYPED_FAMILIES = (*NAMED_FAMILIES, "ReactionType", "InputPaidMedia", "MenuButton", "MessageOrigin")
JSON_WORDS = {
    "reply_markup": "reply keyboard markup",
    "reply_parameters": "reply parameters",
    "link_preview_options": "link preview options",
    "scope": "BotCommandScope",
}


@dataclass(frozen=True, slots=True)
class Field:
    """One parameter or object field: its alternatives, each an API type with its array depth."""

    name: str
    required: bool
    alternatives: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """The distilled facts, ready to be asked."""

    version: str
    methods: dict[str, dict[str, Field]]
    names: dict[str, str]
    types: dict[str, dict[str, Field]]
    unions: dict[str, tuple[tuple[str, int], ...]]


def _alternatives(text: str) -> tuple[tuple[str, int], ...]:
    return tuple((one.strip("[]"), one.count("[")) for one in text.split("|"))


def _fields(written: dict[str, str]) -> dict[str, Field]:
    return {
        name.rstrip("!"): Field(name.rstrip("!"), name.endswith("!"), _alternatives(text))
        for name, text in written.items()
    }


@functools.cache
def load() -> Facts:
    """Read `facts.json` once."""
    written = orjson.loads((Path(__file__).parent / "facts.json").read_bytes())
    return Facts(
        version=written["version"],
        methods={name: _fields(fields) for name, fields in written["methods"].items()},
        names={name.lower(): name for name in written["methods"]},
        types={name: _fields(fields) for name, fields in written["types"].items()},
        unions={name: _alternatives(text) for name, text in written["unions"].items()},
    )


@functools.cache
def discriminator(type_name: str) -> str | None:
    """Return what a union's member says in its `type` (InputMediaPhoto: photo); None where unions do not."""
    for stem in TYPED_FAMILIES:
        if type_name.startswith(stem) and type_name != stem:
            return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", type_name.removeprefix(stem)).lower()
    return None


def validate_value(value: Any, alternatives: tuple[tuple[str, int], ...], where: str) -> Any:
    """Return a decoded JSON value if it fits one of the alternatives, with the server's words if not.

    Raises:
        ApiError: 400 naming the field (`where`) that does not fit.
    """
    scalars = [name for name, depth in alternatives if depth == 0 and name in SCALARS]
    for name in scalars:
        if _is_scalar(value, name):
            return value
    compound = [one for one in alternatives if one[1] or one[0] not in SCALARS]
    if not compound:
        raise bad_request(f'Field "{where}" must be of type {_spoken(scalars)}')
    name, depth = _choose(value, compound)
    if depth:
        if not isinstance(value, list):
            raise bad_request(f'Field "{where}" must be of type Array')
        choice = _narrowed(compound, name, depth)
        return [validate_value(one, choice, where) for one in value]
    return validate_object(value, name, where)


def _narrowed(compound: list[tuple[str, int]], name: str, depth: int) -> tuple[tuple[str, int], ...]:
    """Arrays of different members are one array of a choice: [A]|[B] reads like [A|B]."""
    return tuple((one, level - 1) for one, level in compound if level == depth) or ((name, depth - 1),)


def _is_scalar(value: Any, name: str) -> bool:
    if name == "Integer":
        return isinstance(value, int) and not isinstance(value, bool) and -LARGEST <= value < LARGEST
    if name == "Float":
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, bool if name == "Boolean" else str)


def _spoken(scalars: list[str]) -> str:
    return "Number" if scalars[0] in {"Integer", "Float"} else scalars[0]


def _choose(value: Any, compound: list[tuple[str, int]]) -> tuple[str, int]:
    """Pick the alternative a value means: by array or not, by its `type`, by a required field it has."""
    facts = load()
    if isinstance(value, list):
        arrays = [one for one in compound if one[1]]
        nested = [one for name, _ in compound for one in facts.unions.get(name, ()) if one[1]]
        return (arrays or nested or compound)[0]
    names = [one for one in compound if not one[1]]
    if not names:
        return compound[0]
    members = [one for name, _ in names for one in facts.unions.get(name, ((name, 0),)) if not one[1]]
    if len(members) == 1 or not isinstance(value, dict):
        return names[0]
    for member in members:
        if value.get("type") is not None and discriminator(member[0]) == value.get("type"):
            return member
    for member in members:
        fields = facts.types.get(member[0], {})
        required = {field.name for field in fields.values() if field.required}
        if discriminator(member[0]) is None and required and required <= value.keys() <= fields.keys():
            return member
    return members[0]


def validate_object(value: Any, type_name: str, where: str) -> Any:
    """Return a decoded object if its fields fit the type, naming the part the real server would name.

    Raises:
        ApiError: 400 for a non-object, an unknown, missing or ill-typed field.
    """
    part = NAMED_PARTS.get(type_name) or next(
        (one for one in NAMED_FAMILIES if type_name.startswith(one)), None
    )
    if part is None:
        return _validate_object(value, type_name, where)
    try:
        return _validate_object(value, type_name, where)
    except ApiError as error:
        raise bad_request(f"can't parse {part}: {error.description.removeprefix('Bad Request: ')}") from None


def _validate_object(value: Any, type_name: str, where: str) -> Any:
    facts = load()
    if type_name in facts.unions:
        return _validate_union(value, type_name, where)
    if not isinstance(value, dict):
        raise bad_request(f'Field "{where}" must be of type Object')
    fields = facts.types[type_name]
    if (kind := discriminator(type_name)) and value.get("type") != kind:
        fault = f"{where} type is unsupported" if "type" in value else 'Can\'t find field "type"'
        raise bad_request(fault)
    for name in value:
        if name not in fields:
            raise bad_request(f'unknown field "{name}" in {type_name}')
    for field in fields.values():
        if field.name in value:
            validate_value(value[field.name], field.alternatives, field.name)
        elif field.required:
            raise bad_request(f'Can\'t find field "{field.name}"')
    return value


def _validate_union(value: Any, type_name: str, where: str) -> Any:
    if isinstance(value, str) and ("String", 0) in load().unions[type_name]:
        return value
    chosen, depth = _choose(value, [(type_name, 0)])
    if chosen == type_name:
        raise bad_request(f'Object expected as "{where}"')
    return validate_value(value, ((chosen, depth),), where)
