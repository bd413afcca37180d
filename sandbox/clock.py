"""The sandbox's own time: set from outside, then running on with the real clock."""

import datetime as dtm
import time

ZONE = dtm.timezone(dtm.timedelta(hours=8), "Asia/Shanghai")
OPENS_AT = dtm.datetime(2024, 3, 1, 9, 30, tzinfo=ZONE)


def real_seconds() -> float:
    """Read the machine's clock (Unix seconds): the one place of the sandbox that does."""
    return time.time()  # noqa: TID251  the virtual clock has to run on something, also across restarts


class Clock:
    """Virtual now = the instant it was set to + real seconds since then (restarts included)."""

    __slots__ = ("_base", "_tick")

    def __init__(self, opened_at: float, set_at_real: float) -> None:
        """Continue a clock that showed `opened_at` when the machine's clock showed `set_at_real`."""
        self._base = opened_at + max(0.0, real_seconds() - set_at_real)
        self._tick = time.monotonic()

    def now(self) -> float:
        """Return the virtual instant in Unix seconds."""
        return self._base + time.monotonic() - self._tick

    def unix(self) -> int:
        """Return whole Unix seconds, as message dates are."""
        return int(self.now())

    def set(self, seconds: float) -> None:
        """Move to an instant (Unix seconds), forwards or backwards."""
        self._base, self._tick = seconds, time.monotonic()


def iso(seconds: float) -> str:
    """Write Unix seconds as ISO 8601 with the office's offset, whole seconds."""
    return dtm.datetime.fromtimestamp(int(seconds), ZONE).isoformat()


def parse_iso(text: str) -> float:
    """Read ISO 8601 as Unix seconds; without an offset it is Asia/Shanghai.

    Raises:
        ValueError: if the text is no ISO 8601 instant.
    """
    at = dtm.datetime.fromisoformat(text)
    return (at if at.tzinfo else at.replace(tzinfo=ZONE)).timestamp()


def http_date(seconds: int) -> str:
    """Write the `Date` header (RFC 9110) for Unix seconds."""
    return dtm.datetime.fromtimestamp(seconds, dtm.UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
