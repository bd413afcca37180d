import datetime as dtm
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.core.office_hours import are_open, next_opening
from tests.core.work_days import china_2024

ZONE = ZoneInfo("Asia/Shanghai")
CALENDAR = china_2024()


def at(text: str) -> dtm.datetime:
    return dtm.datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2024-02-29 08:59:59", False),
        ("2024-02-29 09:00", True),
        ("2024-02-29 11:29:59", True),
        ("2024-02-29 11:30", False),
        ("2024-02-29 14:29:59", False),
        ("2024-02-29 14:30", True),
        ("2024-02-29 17:29:59", True),
        ("2024-02-29 17:30", False),
        ("2024-02-18 09:00", True),  # a Sunday that is worked for the Spring Festival
        ("2024-02-12 09:00", False),  # a Monday of the Spring Festival
        ("2024-03-02 09:00", False),  # a Saturday
    ],
)
def test_something_may_go_out_only_in_the_hours_of_working_days(moment, is_open):
    assert are_open(at(moment), CALENDAR) is is_open


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        ("2024-02-29 10:00", "2024-02-29 10:00"),
        ("2024-02-29 03:00", "2024-02-29 09:00"),
        ("2024-02-29 11:30", "2024-02-29 14:30"),
        ("2024-02-29 17:30", "2024-03-01 09:00"),
        ("2024-03-01 17:30", "2024-03-04 09:00"),
        ("2024-02-09 18:00", "2024-02-18 09:00"),
    ],
)
def test_what_may_not_go_out_waits_for_the_next_opening(moment, opening):
    assert next_opening(at(moment), CALENDAR) == at(opening)


@given(st.dates(dtm.date(2024, 1, 1), dtm.date(2024, 12, 31)), st.times())
def test_the_next_opening_is_open_and_never_in_the_past(day, time):
    moment = dtm.datetime.combine(day, time, ZONE)
    opening = next_opening(moment, CALENDAR)
    assert opening >= moment
    assert are_open(opening, CALENDAR)
    assert next_opening(opening, CALENDAR) == opening
