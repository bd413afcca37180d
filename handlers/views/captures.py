"""The day on which a report's pictures were taken, as far as they say it."""

from collections.abc import Sequence

from locales import Texts
from services.core.capture import Capture, judge_capture
from services.core.period import Period
from services.facts.exhibits import Exhibit

SHOWN = 3


def capture_lines(pictures: Sequence[Exhibit], at: int, month: Period, texts: Texts) -> list[str]:
    """Say when the picture that is shown was taken, and which others do not fit the reported month."""
    shown = at % len(pictures) if pictures else 0
    order = sorted(range(len(pictures)), key=lambda number: number != shown)
    told = []
    for number in order:
        taken_on = pictures[number].taken_on
        if taken_on is None:
            continue
        capture = judge_capture(taken_on, month, pictures[number].received_at)
        if number != shown and capture is Capture.DURING:
            continue
        which = texts("review.taken.which", number=number + 1) if len(pictures) > 1 else ""
        told.append(texts(f"review.taken.{capture.value}", which=which, day=texts.date(taken_on)))
    return told[:SHOWN]
