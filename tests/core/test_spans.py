import datetime as dtm

import pytest

from services.core.period import PeriodUnclear
from services.core.spans import Span, parse_span

TODAY = dtm.date(2024, 3, 20)
DAY = dtm.timedelta(days=1)


def days(first, before):
    return Span(dtm.date.fromisoformat(first), dtm.date.fromisoformat(before))


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("今天", days("2024-03-20", "2024-03-21")),
        ("昨天", days("2024-03-19", "2024-03-20")),
        ("Today", days("2024-03-20", "2024-03-21")),
        ("2024-03-15", days("2024-03-15", "2024-03-16")),
        ("2024年3月15日", days("2024-03-15", "2024-03-16")),
        ("2024/2/29", days("2024-02-29", "2024-03-01")),
        ("3月15日", days("2024-03-15", "2024-03-16")),
        ("3月20号", days("2024-03-20", "2024-03-21")),
        ("3月21日", days("2023-03-21", "2023-03-22")),
        ("上月", days("2024-02-01", "2024-03-01")),
        ("2024-02", days("2024-02-01", "2024-03-01")),
        ("2023年", days("2023-01-01", "2024-01-01")),
        ("市司法局", None),
        ("王芳", None),
    ],
)
def test_a_span_is_read_as_people_type_it(text, span):
    assert parse_span(text, today=TODAY) == span


@pytest.mark.parametrize("text", ["2024-02-30", "13月1日", "2023-02-29", "9999-12-31", "一季度"])
def test_a_time_that_is_none_is_asked_about(text):
    with pytest.raises(PeriodUnclear):
        parse_span(text, today=TODAY)


@pytest.mark.parametrize("count", [1, 7, 365])
def test_last_days_end_with_today(count):
    span = Span.of_last_days(count, TODAY)
    assert span.ends_before == TODAY + DAY
    assert (span.ends_before - span.starts_on).days == count
