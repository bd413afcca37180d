"""Every call is read and judged by the facts before a method sees it."""

import re
from dataclasses import dataclass
from typing import Any

import orjson

from sandbox.errors import ApiError, bad_request
from sandbox.facts import JSON_WORDS, SCALARS, Field, load, validate_value

INTEGER = re.compile(r"[+-]?[0-9]{1,19}\Z")
TRUE_WORDS = frozenset({"true", "True", "1", "yes"})
FALSE_WORDS = frozenset({"false", "False", "0", "no"})

MISSING = {
    "chat_id": "chat_id is empty",
    "text": "message text is empty",
    "photo": "there is no photo in the request",
    "document": "there is no document in the request",
    "message_id": "message identifier is not specified",
    "file_id": "file_id not specified",
    "user_id": "invalid user_id specified",
    "action": "wrong parameter action in request",
    "callback_query_id": "query is too old and response timeout expired or query ID is invalid",
    "rich_message": "rich message must be non-empty",
}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a call."""

    name: str
    mime: str
    content: bytes


def canonical(method: str) -> str:
    """Return the method's own spelling (names are compared without case).

    Raises:
        ApiError: 404 if Bot API 10.1 has no such method.
    """
    name = load().names.get(method.lower())
    if name is None:
        raise ApiError(404, "Not Found: method not found")
    return name


def validate(method: str, given: dict[str, Any], uploads: dict[str, Upload]) -> dict[str, Any]:
    """Return the parameters decoded to JSON values; an uploaded file stays under its name in `uploads`.

    `given` holds strings (a form or a query) or JSON values (a JSON body). A null is an absent parameter.

    Raises:
        ApiError: 400 for an unknown, missing or ill-typed parameter, at any depth.
    """
    fields = load().methods[method]
    values: dict[str, Any] = {}
    for name, value in given.items():
        field = fields.get(name)
        if field is None:
            raise bad_request(f'unknown parameter "{name}" in {method}')
        if value is not None:
            values[name] = _read(field, value)
    for name in uploads:
        if name in fields and any(kind == "InputFile" for kind, _ in fields[name].alternatives):
            values[name] = f"attach://{name}"
    for field in fields.values():
        if field.required and field.name not in values:
            raise bad_request(MISSING.get(field.name, f'parameter "{field.name}" is required'))
    return values


def _read(field: Field, value: Any) -> Any:
    kinds = [name for name, depth in field.alternatives if depth == 0]
    if isinstance(value, str):
        if "String" in kinds and not ("Integer" in kinds and INTEGER.match(value)):
            return value
        value = _from_text(field, kinds, value)
    if isinstance(value, str) and kinds == ["InputFile"]:
        return value
    if any(depth or name not in SCALARS for name, depth in field.alternatives):
        return validate_value(value, _without_files(field.alternatives), field.name)
    try:
        return validate_value(value, field.alternatives, field.name)
    except ApiError:
        raise bad_request(f'parameter "{field.name}" must be of type {kinds[0]}') from None


def _without_files(alternatives: tuple[tuple[str, int], ...]) -> tuple[tuple[str, int], ...]:
    return tuple(one for one in alternatives if one[0] != "InputFile") or alternatives


def _from_text(field: Field, kinds: list[str], text: str) -> Any:
    if "Boolean" in kinds and text in TRUE_WORDS | FALSE_WORDS:
        return text in TRUE_WORDS
    if "Integer" in kinds and INTEGER.match(text):
        return int(text)
    if kinds and all(kind in SCALARS for kind in kinds):
        return _number(text) if "Float" in kinds else text
    if kinds == ["InputFile"]:
        return text
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        words = JSON_WORDS.get(field.name, field.name.replace("_", " "))
        raise bad_request(f"Can't parse {words} JSON object") from None


def _number(text: str) -> Any:
    try:
        return float(text)
    except ValueError:
        return text
