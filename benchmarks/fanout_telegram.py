"""A Bot API that counts who was sent what, and keeps to Telegram's limits if it is told to."""

import asyncio
import itertools
import time
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field

import orjson

from benchmarks.http1 import Message, response
from benchmarks.telegram import SENT, Telegram

PER_SECOND = 30
"""Messages in any one second; with one more everything is refused for a second. One a second in a chat."""

REFUSED_SECONDS = 1.0


@dataclass(slots=True)
class Counting(Telegram):
    """Takes messages until everybody who is ``expected`` has one; ``expected`` says what each has to name.

    With ``limited`` it refuses what Telegram would. ``held`` is a chat that is refused for ``held_seconds``
    from the first message to it.
    """

    expected: Mapping[int, str] = field(default_factory=dict)
    limited: bool = False
    held: int = 0
    held_seconds: int = 0
    refused: int = 0
    texts: dict[int, str] = field(default_factory=dict)
    counts: Counter[int] = field(default_factory=Counter)
    times: dict[int, float] = field(default_factory=dict)
    everybody: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once everybody has been sent something."""
    _recent: deque[float] = field(default_factory=deque)
    _refuses_until: float = 0.0
    _held_until: float = 0.0

    def _answer(self, method: str, came: Message) -> bytes:
        if method != "sendMessage":
            return Telegram._answer(self, method, came)  # noqa: SLF001 - slots and super() do not go together
        fields = came.fields
        chat, now = int(fields.get("chat_id", 0)), time.perf_counter()
        seconds = self._seconds_to_wait(chat, now)
        if seconds:
            self.refused += 1
            return too_many(seconds)
        self.counts[chat] += 1
        self.texts[chat] = fields.get("text", "")
        self.times[chat] = now
        if len(self.counts) >= len(self.expected):
            self.everybody.set()
        return SENT

    def _seconds_to_wait(self, chat: int, now: float) -> int:
        if chat == self.held:
            self._held_until = self._held_until or now + self.held_seconds
            if now < self._held_until:
                return max(1, round(self._held_until - now))
        if not self.limited:
            return 0
        if now < self._refuses_until or now - self.times.get(chat, -1.0) < 1.0:
            return 1
        while self._recent and self._recent[0] <= now - 1.0:
            self._recent.popleft()
        if len(self._recent) >= PER_SECOND:
            self._refuses_until = now + REFUSED_SECONDS
            return 1
        self._recent.append(now)
        return 0

    def problem(self) -> str:
        """Say what went wrong with what was sent; "" when everybody had theirs exactly once."""
        lost = self.expected.keys() - self.counts.keys()
        if lost:
            return f"{len(lost)} lost"
        if strange := self.counts.keys() - self.expected.keys():
            return f"{len(strange)} to somebody who was to get none"
        if doubled := [chat for chat, count in self.counts.items() if count > 1]:
            return f"{len(doubled)} doubled"
        for chat, shown in self.expected.items():
            if shown not in self.texts[chat]:
                return f"{shown} is not in {self.texts[chat]}"
        return ""

    def longest_gap(self) -> float:
        """Give the longest time in which nobody but the held chat was sent anything, in seconds."""
        times = sorted(at for chat, at in self.times.items() if chat != self.held)
        return max((later - earlier for earlier, later in itertools.pairwise(times)), default=0.0)

    def span(self) -> float:
        """Give the time from the first message to the last, but for the held chat's, in seconds."""
        times = [at for chat, at in self.times.items() if chat != self.held]
        return max(times) - min(times)


def too_many(seconds: int) -> bytes:
    """Write the server's 429."""
    body = {
        "ok": False,
        "error_code": 429,
        "description": f"Too Many Requests: retry after {seconds}",
        "parameters": {"retry_after": seconds},
    }
    return response(orjson.dumps(body), "429 Too Many Requests")
