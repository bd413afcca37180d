"""Named places where a proof may kill the process; without one armed, each is a dictionary look-up.

``DUBAN_FAILPOINT=name:nth`` ends the process at the nth passing of that name, as ``kill -9`` would.
"""

import os
from collections import Counter

OF_MESSAGES = frozenset(
    {
        "inbox.before_commit",
        "inbox.after_commit",
        "intake.before_confirm",
        "lane.before_handler",
        "lane.in_transaction",
        "lane.after_commit",
        "lane.before_reply",
        "lane.after_reply",
        "outbox.before_wire",
        "outbox.after_wire",
        "outbox.after_send",
        "outbox.after_sent",
    }
)
OF_FILES = frozenset(
    {
        "file.before_ask",
        "file.before_download",
        "file.after_download",
        "picture.in_child",
        "picture.after_child",
        "store.in_write",
        "store.before_rename",
        "store.after_rename",
        "store.after_put",
    }
)
NAMES = OF_MESSAGES | OF_FILES


class UnknownFailpoint(Exception):
    """There is no such place; the text lists those there are."""


class Failpoints:
    """Counts passings and dies where it was told to."""

    def __init__(self, armed: str = "") -> None:
        name, _, nth = armed.partition(":")
        if name and name not in NAMES:
            raise UnknownFailpoint(f"{name}: {', '.join(sorted(NAMES))}")
        if nth and not nth.isdecimal():
            raise UnknownFailpoint(f"{armed}: name:nth")
        self._name = name
        self._nth = int(nth or 1)
        self._passed: Counter[str] = Counter()

    def reach(self, name: str) -> None:
        """Pass the place called ``name``, or end the process there."""
        if name != self._name:
            return
        self._passed[name] += 1
        if self._passed[name] == self._nth:
            os._exit(137)
