"""The message or press by which something is done."""

import datetime as dtm
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Occasion:
    """Its name for ever, the moment, the day it is in ``zone``, and a group's organisation.

    ``is_private`` is a private chat: a unit's place among the others is told only there.
    """

    source: str
    now: dtm.datetime
    today: dtm.date
    organisation_id: int | None = None
    is_private: bool = True
    zone: dtm.tzinfo = dtm.UTC

    def day_of(self, moment: dtm.datetime) -> dtm.date:
        """Give the day on which something happened here."""
        return moment.astimezone(self.zone).date()
