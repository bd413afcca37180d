"""The day a picture was taken on, by its camera, against what it is evidence of."""

import datetime as dtm
from enum import StrEnum

from services.core.period import Period

FIRST_ON_EARTH = dtm.timedelta(hours=14)
"""So far ahead of UTC is the place where a day begins first (Kiritimati)."""


class Capture(StrEnum):
    """When a picture was taken."""

    DURING = "during"  # in the month that is reported
    BEFORE = "before"  # the month began later
    AFTER = "after"  # the month was over
    IMPOSSIBLE = "impossible"  # after it was received: the camera's clock is wrong


def judge_capture(taken_on: dtm.date, month: Period, received_at: dtm.datetime) -> Capture:
    """Say when a picture was taken that came at a moment, which is aware.

    A camera knows no zone: only a day that had begun nowhere on earth when the picture came is impossible.
    """
    if taken_on > (received_at.astimezone(dtm.UTC) + FIRST_ON_EARTH).date():
        return Capture.IMPOSSIBLE
    if taken_on < month.starts_on:
        return Capture.BEFORE
    return Capture.DURING if month.contains(taken_on) else Capture.AFTER
