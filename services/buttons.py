"""Buttons: each carries a random token for a row that says what it means and who may press it."""

import datetime as dtm
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from services import sql
from services.core.errors import UserError

LIFETIME = dtm.timedelta(days=7)
TOKEN_BYTES = 16
ROWS_PER_STATEMENT = 500  # seven values each: below SQLite's and PostgreSQL's limit of 32,766 parameters


class ButtonExpired(UserError):
    """The button is unknown or too old; the command shows it again."""


class ButtonOfAnother(UserError):
    """The button was shown to somebody else."""


class ButtonUsed(UserError):
    """The button has had its effect already."""


@dataclass(frozen=True, slots=True)
class NewButton:
    """A button about to be shown; ``person`` None lets anybody press it, ``chat`` None anywhere."""

    action: str
    arguments: Mapping[str, Any]
    person: int | None
    chat: int | None


@dataclass(frozen=True, slots=True)
class StoredButton:
    """What a pressed token stands for."""

    token: str
    action: str
    arguments: Mapping[str, Any]


async def issue(buttons: Sequence[NewButton], now: dtm.datetime) -> tuple[str, ...]:
    """Store buttons and return their tokens in order."""
    tokens = tuple(secrets.token_urlsafe(TOKEN_BYTES) for _ in buttons)
    for start in range(0, len(buttons), ROWS_PER_STATEMENT):
        part = slice(start, start + ROWS_PER_STATEMENT)
        await _insert(tokens[part], buttons[part], now)
    return tokens


async def _insert(tokens: Sequence[str], buttons: Sequence[NewButton], now: dtm.datetime) -> None:
    values: list[object] = [now, now + LIFETIME]
    for token, button in zip(tokens, buttons, strict=True):
        arguments = orjson.dumps(dict(button.arguments)).decode()
        values += [token, button.action, arguments, button.person, button.chat]
    await sql.execute(
        "INSERT INTO button_token (token, action, arguments, person, chat, created_at, expires_at) "
        f"VALUES {sql.placeholders(len(buttons), 5, shared=2)}",
        *values,
    )


async def read(token: str, person: int, chat: int, now: dtm.datetime) -> StoredButton:
    """Return what a pressed token means.

    Raises:
        ButtonExpired: there is no such token in this chat, or it is too old.
        ButtonOfAnother: it was shown to another person.
    """
    rows = await sql.look_up(
        "SELECT action, arguments, person, chat FROM button_token WHERE token = $1 AND expires_at > $2",
        token,
        now,
    )
    # A program of somebody's own can send any token with any message that it sees.
    if not rows or rows[0]["chat"] not in {None, chat}:
        raise ButtonExpired
    if rows[0]["person"] not in {None, person}:
        raise ButtonOfAnother
    arguments = rows[0]["arguments"]
    return StoredButton(
        token, rows[0]["action"], json.loads(arguments) if isinstance(arguments, str) else arguments
    )


async def read_arguments(tokens: Sequence[str]) -> tuple[Mapping[str, Any], ...]:
    """Give what buttons carry, without asking who may press them; those forgotten since are left out."""
    if not tokens:
        return ()
    rows = await sql.look_up(
        "SELECT token, arguments FROM button_token "
        f"WHERE token IN ({', '.join(f'${at}' for at in range(1, len(tokens) + 1))})",
        *tokens,
    )
    told = {row["token"]: row["arguments"] for row in rows}
    found = [told[token] for token in tokens if token in told]
    return tuple(json.loads(each) if isinstance(each, str) else each for each in found)


async def claim(token: str, now: dtm.datetime) -> None:
    """Use a button up, in the caller's transaction: of several presses one has the effect.

    Raises:
        ButtonUsed: it has been used already.
    """
    touched = await sql.execute(
        "UPDATE button_token SET used_at = $1 WHERE token = $2 AND used_at IS NULL", now, token
    )
    if touched != 1:
        raise ButtonUsed


async def purge(now: dtm.datetime) -> int:
    """Delete expired buttons; return how many."""
    return await sql.execute("DELETE FROM button_token WHERE expires_at < $1", now)
