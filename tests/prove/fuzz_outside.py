"""What a fuzz campaign sees from outside: every call, judged at once, and every error that is explained."""

import contextlib
import dataclasses
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson

from bot import errors
from bot import turn as turn_module
from locales import Catalogue, Texts
from sandbox import rich
from sandbox.errors import ApiError
from sandbox.methods.parts import caption_of, markup_of, text_of
from sandbox.validation import canonical, validate
from services.core.errors import UserError

ALERT_LIMIT = 200
KEPT_FINDINGS = 20


@dataclass
class Outcome:
    """What came of a campaign; ``findings`` are what should not have happened, in words."""

    seed: int
    lines: int = 0
    deeds: Counter[str] = field(default_factory=Counter)
    pressed: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    calls: Counter[str] = field(default_factory=Counter)
    receipts: int = 0
    withdrawals: int = 0
    findings: list[str] = field(default_factory=list)

    def found(self, what: str) -> None:
        """Keep a finding, if there are not too many already."""
        if len(self.findings) < KEPT_FINDINGS:
            self.findings.append(what)

    def summary(self) -> dict[str, Any]:
        """Say it in few words."""
        return {each.name: getattr(self, each.name) for each in dataclasses.fields(self)}


@dataclass(frozen=True)
class Seen:
    """A message that somebody has in front of them."""

    message_id: int
    text: str
    tokens: tuple[str, ...]


class Outside:
    """Takes the place of the Bot API: judges every call, and keeps what it showed until the next deed."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome
        self.shown: dict[int, list[Seen]] = {}
        self.deed = ""
        self._number = 0

    async def call(self, method: str, parameters: dict[str, Any], **_: Any) -> Any:
        self._number += 1
        self.outcome.calls[method] += 1
        try:
            self._judge(method, json.loads(orjson.dumps(parameters)))
        except (ApiError, ValueError, TypeError, AssertionError) as problem:
            self.outcome.found(f"{self.deed}: {method} {problem}: {str(parameters)[:300]}")
        return {"message_id": self._number}

    async def upload(self, method: str, parameters: dict[str, Any], files: dict[str, Any]) -> Any:
        for document in files.values():
            assert sum([len(chunk) async for chunk in document.chunks()])
        # What a call's media already points to is no parameter of its own.
        media = orjson.dumps(parameters.get("media")).decode()
        given = {field: f"attach://{field}" for field in files if f'"attach://{field}"' not in media}
        return await self.call(method, {**parameters, **given})

    def _judge(self, method: str, parameters: dict[str, Any]) -> None:
        values = validate(canonical(method), parameters, {})
        text = ""
        if method in {"sendMessage", "editMessageText"} and "rich_message" not in values:
            text = text_of(values)["text"]
        elif "rich_message" in values:
            rich.parse(values["rich_message"])
        elif method in {"sendDocument", "sendPhoto", "editMessageCaption"}:
            text = caption_of(values).get("caption", "")
        elif method == "editMessageMedia":
            text = caption_of(values["media"]).get("caption", "")
        elif method == "answerCallbackQuery":
            assert len(values.get("text", "")) <= ALERT_LIMIT
        if "chat_id" in values:
            rows = markup_of(values).get("reply_markup", {}).get("inline_keyboard", [])
            tokens = tuple(button["callback_data"] for row in rows for button in row)
            assert all(button["text"].strip() for row in rows for button in row), "a blank button"
            self.shown.setdefault(values["chat_id"], []).append(Seen(self._number, text, tokens))


@contextlib.contextmanager
def every_error_explained(outcome: Outcome) -> Iterator[None]:
    """Count the errors that people are told, and find those without a text in some language."""
    before, catalogue = errors.explain, Catalogue.load()

    def explain(error: UserError, texts: Texts) -> str:
        outcome.errors[error.key] += 1
        for each in catalogue.languages.values():
            if not each.has(error.key) or not each(error.key, **error.params).strip():
                outcome.found(f"{each.language} has no text for {error.key}")
        return before(error, texts)

    turn_module.explain = explain  # type: ignore[attr-defined]
    try:
        yield
    finally:
        turn_module.explain = before  # type: ignore[attr-defined]
