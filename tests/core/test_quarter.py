import datetime as dtm
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.core.period import Period, PeriodUnclear
from services.core.quarter import Quarter, months_of, parse_any_period, read_any_period

TODAY = dtm.date(2024, 3, 4)
MONTH, YEAR = Period.of_month, Period.of_year


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("2月", MONTH(2024, 2)),
        ("上月", MONTH(2024, 2)),
        ("2024-02", MONTH(2024, 2)),
        ("一季度", Quarter(2024, 1)),
        ("第四季度", Quarter(2023, 4)),
        ("上季度", Quarter(2023, 4)),
        ("2020年一季度", Quarter(2020, 1)),
        ("2020 年 第1季度", Quarter(2020, 1)),
        ("2020Q1", Quarter(2020, 1)),
        ("今年", YEAR(2024)),
        ("2023年", YEAR(2023)),
        ("乡镇", None),
        ("", None),
    ],
)
def test_a_period_is_read_as_people_type_it(text, period):
    assert parse_any_period(text, today=TODAY) == period


@pytest.mark.parametrize("text", ["13月", "1-3月", "上半年", "2024-02-15"])
def test_a_time_that_is_none_of_them_is_unclear(text):
    with pytest.raises(PeriodUnclear):
        parse_any_period(text, today=TODAY)


PERIODS = st.one_of(
    st.builds(MONTH, st.integers(2000, 2099), st.integers(1, 12)),
    st.builds(Quarter, st.integers(2000, 2099), st.integers(1, 4)),
    st.builds(YEAR, st.integers(2000, 2099)),
)


@given(PERIODS)
def test_what_a_period_is_stored_as_is_read_back(period):
    assert read_any_period(str(period)) == period


@given(PERIODS)
def test_the_months_of_a_period_fill_it_without_a_gap(period):
    months = months_of(period)
    assert months[0].starts_on == period.starts_on
    assert months[-1].ends_before == period.ends_before
    assert all(one.next() == other for one, other in itertools.pairwise(months))


@pytest.mark.parametrize("key", ["", "2024-13", "2024-Q5", "x", "2024-Qx"])
def test_what_is_no_stored_period_is_refused(key):
    with pytest.raises(ValueError):  # noqa: PT011
        read_any_period(key)
