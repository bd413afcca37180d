import datetime as dtm

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.core.period import Period, PeriodUnclear
from services.core.reopening import DayUnclear, Request, parse_day, read_request

TODAY = dtm.date(2024, 3, 20)
FEBRUARY, LAST_DAY = Period.of_month(2024, 2), dtm.date(2024, 3, 25)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Request()),
        ("市司法局", Request("市司法局")),
        ("市司法局 2月", Request("市司法局", month=FEBRUARY)),
        ("市司法局 2月 3月25日 补报", Request("市司法局", None, FEBRUARY, LAST_DAY, "补报")),
        (
            "市司法局，2024-02，2024-03-25，补报 两条",
            Request("市司法局", None, FEBRUARY, LAST_DAY, "补报 两条"),
        ),
        ("2月 市司法局", Request("", None, FEBRUARY, None, "市司法局")),
        ("市 司法局 上月 到3月25日前 系统故障", Request("市 司法局", None, FEBRUARY, LAST_DAY, "系统故障")),
        ("市司法局 2月 补报 3月25日", Request("市司法局", None, FEBRUARY, LAST_DAY, "补报")),
        ("市司法局 2月 补报 1月数据", Request("市司法局", None, FEBRUARY, None, "补报 1月数据")),
    ],
)
def test_unit_month_day_and_reason_are_told_apart(text, expected):
    assert read_request(text, today=TODAY) == expected


@pytest.mark.parametrize("text", ["市司法局 2024", "市司法局 一季度", "市司法局 13月"])
def test_what_is_no_single_month_is_refused(text):
    with pytest.raises(PeriodUnclear):
        read_request(text, today=TODAY)


@pytest.mark.parametrize("day", ["2月30日", "13月1日", "2024-02-30", "到3月32日前"])
def test_a_day_that_does_not_exist_is_refused_and_no_part_of_the_reason(day):
    with pytest.raises(DayUnclear):
        read_request(f"市司法局 1月 {day} 补报", today=TODAY)
    assert read_request(f"市司法局 1月 3月25日 补报 {day}", today=TODAY).reason == f"补报 {day}"


@pytest.mark.parametrize(
    ("text", "today", "expected"),
    [
        ("3月25日", TODAY, LAST_DAY),
        ("3月25号", TODAY, LAST_DAY),
        ("3-25", TODAY, LAST_DAY),
        ("2024/3/25", TODAY, LAST_DAY),
        ("3月19日", TODAY, dtm.date(2024, 3, 19)),  # said, so refused later, not moved to next year
        ("1月5日", dtm.date(2024, 12, 30), dtm.date(2025, 1, 5)),
        ("2月30日", TODAY, None),
        ("2月", TODAY, None),
        ("2024-02", TODAY, None),
        ("补报", TODAY, None),
    ],
)
def test_a_day_without_a_year_is_the_one_nearest_ahead(text, today, expected):
    assert parse_day(text, today=today) == expected


@given(
    st.builds(
        Request,
        st.text(max_size=5),
        st.none() | st.integers(1, 9),
        st.none() | st.just(FEBRUARY),
        st.none() | st.dates(),
        st.text(max_size=5),
    )
)
def test_a_request_survives_its_button(request):
    assert Request.from_json(request.as_json()) == request
