"""Something due, and letters, as the model keeps them."""

import datetime as dtm
from dataclasses import dataclass, field

from tests.prove.reminders.rule import Name

OPEN, SENT, NEEDLESS, SUPERSEDED, UNKNOWN = "open", "sent", "needless", "superseded", "unknown"
WAITING, DEAD = "waiting", "dead"
OWN, LEADER, OFFICE, GROUP = "own", "leader", "office", "group"
Line = tuple[Name, str]
"""Something due, and the part of a letter that tells of it."""

NOBODY = 0
TIMES_SENT = 2
"""A digest whose outcome is hidden goes once more."""


class NotNow(Exception):
    """A letter may not go out now and waits."""


@dataclass
class Due:
    """What becomes of something due."""

    due_at: dtm.datetime
    state: str = OPEN


@dataclass
class Letter:
    """A digest of a day or a list of a month: what it tells of, and what became of it.

    ``times_resent`` is how often an administrator had a list sent once more (重发), ``is_discarded`` that one
    gave it up after a restore: it counts as never sent.
    """

    key: str
    day_on: dtm.date
    to: int
    state: str = WAITING
    lines: set[Line] = field(default_factory=set)
    settled_at: dtm.datetime | None = None
    sendings: int = 0
    times_resent: int = 0
    is_discarded: bool = False

    @property
    def may_have_gone(self) -> bool:
        """Tell whether it was about to be sent once, and nobody knows what became of that."""
        return self.sendings > 0

    @property
    def is_list(self) -> bool:
        """Tell whether it is a group's."""
        return self.key.startswith("list/")

    @property
    def was_told(self) -> bool:
        """Tell whether it has arrived, or may have."""
        return self.state in {SENT, UNKNOWN}
