"""When a picture was taken, against the month that it is evidence of."""

import datetime as dtm

import pytest

from services.core.capture import Capture, judge_capture
from services.core.period import Period

MARCH = Period.of_month(2024, 3)
CHINA = dtm.timezone(dtm.timedelta(hours=8))
NOON = dtm.time(12, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("taken", "received", "expected"),
    [
        ("2024-03-01", "2024-03-20", Capture.DURING),
        ("2024-03-20", "2024-03-20", Capture.DURING),
        ("2024-03-31", "2024-04-03", Capture.DURING),
        ("2024-02-29", "2024-03-20", Capture.BEFORE),
        ("2024-01-05", "2024-03-20", Capture.BEFORE),
        ("1999-03-20", "2024-03-20", Capture.BEFORE),
        ("2024-04-01", "2024-04-03", Capture.AFTER),
        ("2024-04-03", "2024-04-03", Capture.AFTER),
        ("2024-03-22", "2024-03-20", Capture.IMPOSSIBLE),
        ("2024-04-09", "2024-04-03", Capture.IMPOSSIBLE),
        ("2099-12-31", "2024-03-20", Capture.IMPOSSIBLE),
    ],
)
def test_a_picture_is_judged_by_the_day_it_was_taken_on(taken: str, received: str, expected: Capture) -> None:
    received_at = dtm.datetime.combine(dtm.date.fromisoformat(received), NOON)
    assert judge_capture(dtm.date.fromisoformat(taken), MARCH, received_at) is expected


@pytest.mark.parametrize(
    ("hour", "expected"),
    [(17, Capture.IMPOSSIBLE), (18, Capture.DURING)],  # in China; then it is the 21st on Kiritimati
)
def test_a_day_that_has_begun_somewhere_is_possible(hour: int, expected: Capture) -> None:
    received_at = dtm.datetime(2024, 3, 20, hour, tzinfo=CHINA)
    assert judge_capture(dtm.date(2024, 3, 21), MARCH, received_at) is expected
