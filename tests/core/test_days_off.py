import datetime as dtm

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.core.days_off import read_days_off
from services.core.stretches import Stretch, parse_stretch

TODAY = dtm.date(2024, 1, 10)


def on(month, day, year=2024):
    return dtm.date(year, month, day)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3月1日", (on(3, 1), on(3, 1))),
        ("3月1日至3月5日", (on(3, 1), on(3, 5))),
        ("３月１日－５日", (on(3, 1), on(3, 5))),
        ("3月1-5日", (on(3, 1), on(3, 5))),
        ("3.1-3.5", (on(3, 1), on(3, 5))),
        ("2024-03-01 到 2024-03-05", (on(3, 1), on(3, 5))),
        ("明天", (on(1, 11), on(1, 11))),
        ("12月30日至1月3日", (on(12, 30), on(1, 3, 2025))),
        ("3月5日至3月1日", None),
        ("2月30日", None),
        ("2月29日至31日", None),
        ("下周", None),
        ("3月", None),
    ],
)
def test_a_stretch_of_days_as_people_write_it(text, expected):
    assert parse_stretch(text, today=TODAY) == (Stretch(*expected) if expected else None)


def test_a_day_half_a_year_past_is_next_years():
    assert parse_stretch("1月3日", today=on(12, 20)) == Stretch(on(1, 3, 2025), on(1, 3, 2025))
    assert parse_stretch("11月3日", today=on(12, 20)) == Stretch(on(11, 3), on(11, 3))


@given(st.dates(on(1, 1), on(12, 31)), st.integers(0, 100))
def test_a_stretch_written_in_full_is_read_back(first, length):
    last = first + dtm.timedelta(days=length)
    assert parse_stretch(f"{first}至{last}", today=TODAY) == Stretch(first, last)


def test_a_pasted_notice_is_understood():
    notice = "二、春节：2月10日至17日放假调休，共8天。2月4日（星期日）、2月18日（星期日）上班。"
    read = read_days_off(notice.removeprefix("二、"), today=TODAY)
    off = {on(2, day): False for day in range(10, 18)}
    assert read.days == off | {on(2, 4): True, on(2, 18): True}
    assert read.unclear == ()


@pytest.mark.parametrize(
    "text", ["2月9日", "放假", "2月9日调休", "2月30日放假", "2月9日放假上班", "下周一放假", "2月9日可能放假"]
)
def test_what_is_not_clear_is_said_and_decides_nothing(text):
    read = read_days_off(text, today=TODAY)
    assert (read.days, read.unclear) == ({}, (text,))


def test_of_several_lines_each_stands_for_itself():
    read = read_days_off("2月9日放假\n2月18日 上班\n什么", today=TODAY)
    assert (read.days, read.unclear) == ({on(2, 9): False, on(2, 18): True}, ("什么",))


@pytest.mark.parametrize(
    ("text", "is_taken"),
    [
        ("2023年1月1日放假", True),
        ("2022年12月31日放假", False),
        ("2025年12月31日放假", True),
        ("2026年1月1日放假", False),
        ("9999年1月1日放假", False),
        ("2025年12月31日至2026年1月2日放假", False),
    ],
)
def test_days_off_lie_in_last_this_or_next_year(text, is_taken):
    read = read_days_off(text, today=TODAY)
    assert (bool(read.days), read.unclear) == ((True, ()) if is_taken else (False, (text,)))
