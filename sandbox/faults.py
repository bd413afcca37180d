"""Faults on order, and the real server's rate limits: both off until a test asks."""

import collections
import math
from dataclasses import asdict, dataclass
from typing import Any

from sandbox.errors import ApiError, Refused

KINDS = (
    "delay",
    "drop_before",
    "drop_after",
    "404",
    "429",
    "500",
    "502",
    "truncated",
    "duplicate",
    "reorder",
)
OF_DOWNLOADS = frozenset({"delay", "drop_before", "404", "500", "502", "truncated"})
NO_CALLS = frozenset({"webhook", "download"})
PER_SECOND, PER_GROUP_MINUTE = 30, 20


@dataclass(slots=True)
class Fault:
    """One fault: for a method (`*`: any call; `webhook`: deliveries; `download`: files), so many times.

    ``chat`` None is any.
    """

    kind: str
    method: str = "*"
    chat: int | None = None
    count: int = 1
    seconds: float = 1.0
    retry_after: int = 1

    def matches(self, method: str, chat: Any) -> bool:
        """Tell whether a call is meant."""
        if self.method == "*" and method in NO_CALLS:
            return False
        return self.method.lower() in {"*", method.lower()} and (
            self.chat is None or str(self.chat) == str(chat)
        )


class Faults:
    """The faults still to happen, in the order they were asked for."""

    def __init__(self) -> None:
        self._ordered: list[Fault] = []
        self.limits = False
        self.retry_seconds = 1.0
        self._calls: collections.defaultdict[object, collections.deque[float]] = collections.defaultdict(
            collections.deque
        )

    def order(self, asked: dict[str, Any]) -> None:
        """Read a control call: `limits`, `retry_seconds`, or a fault.

        Raises:
            Refused: for a kind or key there is not.
        """
        asked = dict(asked)
        self.limits = bool(asked.pop("limits", self.limits))
        self.retry_seconds = float(asked.pop("retry_seconds", self.retry_seconds))
        if not asked:
            return
        kind = str(asked.pop("fault", asked.pop("kind", ""))).replace("5xx", "500")
        kind = {"drop_before_accept": "drop_before", "drop_after_accept": "drop_after"}.get(kind, kind)
        if kind not in KINDS:
            raise Refused(f"fault must be one of {', '.join(KINDS)}")
        try:
            self._ordered.append(Fault(kind, **asked))
        except TypeError as error:
            raise Refused(f"a fault takes method, chat, count, seconds, retry_after: {error}") from error

    def clear(self) -> None:
        """Forget all faults and limits."""
        self._ordered.clear()
        self.limits = False
        self.retry_seconds = 1.0

    def waiting(self) -> list[dict[str, Any]]:
        """Return what is still to happen."""
        return [asdict(fault) for fault in self._ordered]

    def take(self, method: str, chat: Any, kinds: frozenset[str] = frozenset(KINDS)) -> Fault | None:
        """Return the first fault of some kinds meant for a call and count it down."""
        for fault in self._ordered:
            if fault.kind in kinds and fault.matches(method, chat):
                fault.count -= 1
                if fault.count <= 0:
                    self._ordered.remove(fault)
                return fault
        return None

    def limit(self, chat_id: int, now: float) -> None:
        """Count a message to a chat against the published limits (30/s; 1/s a chat; 20/min a group).

        Raises:
            ApiError: 429 with `retry_after`.
        """
        if not self.limits:
            return
        rules: list[tuple[object, int, float]] = [("all", PER_SECOND, 1.0), (chat_id, 1, 1.0)]
        if chat_id < 0:
            rules.append((("group", chat_id), PER_GROUP_MINUTE, 60.0))
        for key, most, span in rules:
            calls = self._calls[key]
            while calls and calls[0] <= now - span:
                calls.popleft()
            if len(calls) >= most:
                raise too_many(math.ceil(calls[0] + span - now) or 1)
        for key, _, _ in rules:
            self._calls[key].append(now)


def too_many(seconds: int) -> ApiError:
    """Build the real server's 429."""
    return ApiError(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})
