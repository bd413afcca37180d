"""Telegram with a memory, a clock that can be wrong, and places to die at: what the bot stands on here."""

import datetime as dtm
import random
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bot.api import Refused, Unclear, Unreached
from tests.prove.reminders.deeds import chat_of
from tests.prove.reminders.records import Line
from tests.prove.reminders.town import Group, Person, Town

FATES = (
    ("outbox.before_wire", 8),
    ("outbox.after_wire", 8),
    ("outbox.after_send", 8),
    ("outbox.after_sent", 4),
    ("lost", 6),  # the answer gets lost: the message arrived
    ("vanished", 6),  # so does the message
    ("unreached", 6),
    ("held", 6),  # 429: not so fast
)
"""What may happen to one sending in a thousand."""


class Died(BaseException):
    """The process was killed."""


@dataclass
class VirtualClock:
    """What the bot takes for now."""

    zone: dtm.tzinfo
    moment: dtm.datetime

    def now(self) -> dtm.datetime:
        """Return the moment in UTC."""
        return self.moment.astimezone(dtm.UTC)


@dataclass(frozen=True)
class Received:
    """A message that somebody has: of which letter, and what it tells of."""

    at: dtm.datetime
    to: int
    key: str
    lines: frozenset[Line]
    look: int = 0


@dataclass
class Telegram:
    """Takes calls; ``letter`` is what the bot is about to send, as it was seen to open it.

    ``attempts`` are the sendings of each letter of which it cannot be said that they had no effect.
    """

    dice: random.Random
    town: Town
    clock: VirtualClock
    on_unreached: Callable[[str], None]
    is_reachable: bool = True
    letter: tuple[str, frozenset[Line]] | None = None
    fate: str = ""
    received: list[Received] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    fates: Counter[str] = field(default_factory=Counter)
    attempts: defaultdict[str, list[frozenset[Line]]] = field(default_factory=lambda: defaultdict(list))
    look: int = 0

    def begin(self) -> None:
        """Note that the bot is about to send what it has opened: from here on it may have its effect."""
        assert self.letter is not None
        key, lines = self.letter
        self.attempts[key].append(lines)

    def draw(self) -> None:
        """Decide what happens to the sending that comes now."""
        self.fate, number = "", self.dice.randrange(1000)
        for name, weight in FATES:
            number -= weight
            if number < 0:
                self.fate = name
                break
        if not self.is_reachable and not self.fate.startswith("outbox"):
            self.fate = "unreached"

    def find(self, chat: int) -> Person | Group:
        """Give whose chat it is."""
        people: tuple[Person | Group, ...] = (*self.town.people.values(), *self.town.groups.values())
        return next(one for one in people if chat_of(one) == chat)

    async def call(self, _: str, parameters: dict[str, Any], **__: Any) -> dict[str, int]:
        """Take a message."""
        assert self.letter is not None, f"sent without having been opened: {parameters}"
        key, lines = self.letter
        one = self.find(parameters["chat_id"])
        if self.fate in {"unreached", "vanished", "held"}:
            self.fates[self.fate] += 1
            if self.fate == "vanished":
                raise Unclear(self.fate)
            self._had_no_effect(key)
            if self.fate == "held":
                raise Refused(429, "Too Many Requests", {"retry_after": self.dice.choice((1, 20, 4000))})
            raise Unreached(self.fate)
        if one.refuses:
            self.attempts[key].pop()
            self.refusals.append(key)
            raise Refused(403, "Forbidden: bot was blocked by the user", {})
        self.received.append(Received(self.clock.moment, one.id, key, lines, self.look))
        if self.fate == "lost":
            self.fates[self.fate] += 1
            raise Unclear("lost")
        return {"message_id": len(self.received)}

    def _had_no_effect(self, key: str) -> None:
        self.attempts[key].pop()
        self.on_unreached(key)

    def reach(self, name: str) -> None:
        """Pass a failpoint, or die there."""
        if name == self.fate:
            self.fates[name] += 1
            raise Died(name)
