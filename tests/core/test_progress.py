import csv
import datetime as dtm
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.enums import Cadence, DutyKind, Lamp
from services.core.calendar import CalendarUncovered
from services.core.numbers import format_percent
from services.core.pace import Pace
from services.core.period import Period
from services.core.progress import CategoryCounts, Duty, ProgressFacts, measure_progress
from services.core.quota import Quota
from tests.core.work_days import china_2024, weekdays

CHINA = china_2024()
FEBRUARY = Period.of_month(2024, 2)
MID_FEBRUARY = dtm.date(2024, 2, 20)  # 11 of 18 working days gone, 33 of 251
with (Path(__file__).parent / "dingnan_2024_02.csv").open(encoding="utf-8", newline="") as table:
    PRINTED = list(csv.DictReader(table))


def monthly(target, *, per_account=False):
    return Quota(1, Cadence.MONTHLY, target, per_account=per_account)


def yearly(target, *, per_account=False):
    return Quota(1, Cadence.YEARLY, target, per_account=per_account)


def counts(*quotas, month=0, year=0, accounts=0, by_month=(), category_id=1):
    return CategoryCounts(category_id, "动态", None, quotas, month, year, accounts, by_month)


def measured(*categories, period=FEBRUARY, today=MID_FEBRUARY, calendar=CHINA, **options):
    facts = ProgressFacts("定南县", "公安局", period, today, categories)
    return measure_progress(facts, calendar, **options)


def only_line(*quotas, period=FEBRUARY, today=MID_FEBRUARY, **counted):
    (line,) = measured(counts(*quotas, **counted), period=period, today=today).lines
    return line


def test_the_golden_table_is_whole():
    assert len(PRINTED) == 46
    assert sum(int(row["2月发布数"]) for row in PRINTED) == 1730
    assert sum(int(row["当年完成数"]) for row in PRINTED) == 3680


@pytest.mark.parametrize("row", PRINTED, ids=[row["责任单位"] for row in PRINTED])
@pytest.mark.parametrize("has_yearly_quota", [True, False], ids=["printed year", "year from months"])
def test_every_printed_percentage_is_reproduced(row, has_yearly_quota):
    quotas = [monthly(int(row["每月任务数"]))]
    if has_yearly_quota:
        quotas.append(yearly(int(row["当年任务数"])))
    line = only_line(*quotas, month=int(row["2月发布数"]), year=int(row["当年完成数"]))
    assert line.year.target == int(row["当年任务数"])
    assert format_percent(line.month.rate) == row["2月完成比"]
    assert format_percent(line.year.rate) == row["当年完成比例"]


def test_a_monthly_quota_is_measured_by_month_and_by_year():
    line = only_line(monthly(30), month=12, year=62)
    assert (line.month.done, line.month.target, line.month.missing, line.month.surplus) == (12, 30, 18, 0)
    assert (line.month.expected, line.month.lamp) == (18, Lamp.BEHIND)
    assert (line.month.forecast, line.month.forecast_rate) == (None, None)
    assert (line.year.done, line.year.target, line.year.missing) == (62, 360, 298)
    assert (line.year.expected, line.year.lamp) == (47, Lamp.ON_TRACK)
    assert line.year.forecast == 471
    assert format_percent(line.year.forecast_rate) == "130.8%"
    assert line.owed is line.month
    assert line.lamp is Lamp.BEHIND


def test_a_yearly_quota_is_measured_by_year_only():
    line = only_line(yearly(1), month=1, year=2)
    assert line.month is None
    assert (line.year.target, line.year.surplus, line.year.lamp) == (1, 1, Lamp.DONE)
    assert line.owed is line.year
    assert not line.is_exempt


def test_a_stated_yearly_quota_wins_over_twelve_months():
    assert only_line(monthly(30), yearly(350)).year.target == 350
    assert only_line(monthly(30), yearly(None)).year is None


def test_a_quota_that_changed_counts_each_month_as_it_was():
    by_month = (monthly(10),) * 6 + (monthly(20),) * 5 + (None,)
    assert only_line(monthly(10), by_month=by_month).year.target == 160
    exempt_first = (monthly(None),) * 11 + (monthly(4, per_account=True),)
    assert only_line(monthly(None), accounts=3, by_month=exempt_first).year.target == 12
    assert only_line(monthly(None), by_month=(monthly(None), None) * 6).is_exempt


@pytest.mark.parametrize(
    ("quotas", "accounts", "month", "year", "assumed"),
    [
        ([monthly(4, per_account=True)], 3, 12, 144, False),
        ([monthly(4, per_account=True)], 0, 4, 48, True),
        ([monthly(4)], 3, 4, 48, False),
        ([monthly(4)], 0, 4, 48, False),
        ([monthly(4, per_account=True), yearly(50)], 2, 8, 50, False),
    ],
)
def test_a_target_per_account_says_when_it_assumes_one(quotas, accounts, month, year, assumed):
    line = only_line(*quotas, accounts=accounts)
    assert (line.month.target, line.year.target) == (month, year)
    assert line.assumes_one_account is assumed


@pytest.mark.parametrize("quotas", [[], [monthly(None)], [yearly(None)], [monthly(None), yearly(None)]])
def test_an_exempt_line_is_kept_and_counted_nowhere(quotas):
    progress = measured(counts(*quotas, month=3, year=3), counts(monthly(2), month=2, year=4, category_id=2))
    exempt = progress.lines[0]
    assert exempt.is_exempt
    assert exempt.lamp is None
    assert not exempt.assumes_one_account
    assert (progress.summary.exempt, progress.summary.done) == (1, 1)
    assert progress.lamp is Lamp.DONE
    assert progress.deadline.missing == ()


def test_no_account_is_registered_unless_said():
    (line,) = measured(CategoryCounts(1, "政务新媒体", None, (monthly(4, per_account=True),), 0, 0)).lines
    assert line.assumes_one_account


def test_an_exempt_per_account_quota_assumes_nothing():
    assert not only_line(monthly(None, per_account=True)).assumes_one_account


def test_a_zero_target_is_reached_and_has_no_percentage():
    line = only_line(monthly(0))
    assert not line.is_exempt
    assert line.month.lamp is Lamp.DONE
    assert format_percent(line.month.rate) == format_percent(line.year.forecast_rate) == "–"


@pytest.mark.parametrize(
    ("today", "month", "expected"),
    [
        (dtm.date(2024, 1, 31), 0, Lamp.ON_TRACK),  # not begun: nothing is expected
        (dtm.date(2024, 2, 20), 18, Lamp.ON_TRACK),
        (dtm.date(2024, 2, 20), 17, Lamp.BEHIND),
        (dtm.date(2024, 2, 27), 29, Lamp.ON_TRACK),
        (dtm.date(2024, 2, 28), 29, Lamp.URGENT),
        (dtm.date(2024, 2, 29), 29, Lamp.URGENT),
        (dtm.date(2024, 2, 29), 30, Lamp.DONE),
        (dtm.date(2024, 3, 1), 29, Lamp.MISSED),
        (dtm.date(2024, 3, 1), 30, Lamp.DONE),
        (dtm.date(2026, 3, 1), 29, Lamp.MISSED),
    ],
)
def test_the_month_goes_from_track_to_missed(today, month, expected):
    assert only_line(monthly(30), month=month, today=today).lamp is expected


def test_a_past_month_shows_the_year_as_it_stood_then():
    now = measured(counts(monthly(30), month=30, year=60), today=dtm.date(2024, 6, 20))
    then = measured(counts(monthly(30), month=30, year=60), today=dtm.date(2024, 2, 29))
    assert now.year_pace == then.year_pace == Pace(40, 251)
    assert now.month_pace == Pace(18, 18)
    assert now.lines == then.lines


@pytest.mark.parametrize(
    ("period", "today", "expected"),
    [
        (Period.of_month(2024, 11), dtm.date(2025, 2, 1), Lamp.BEHIND),  # as it stood in November
        (Period.of_month(2024, 12), dtm.date(2024, 12, 30), Lamp.URGENT),
        (Period.of_month(2024, 12), dtm.date(2025, 1, 1), Lamp.MISSED),
        (Period.of_year(2024), dtm.date(2024, 12, 27), Lamp.BEHIND),
        (Period.of_year(2024), dtm.date(2024, 12, 31), Lamp.URGENT),
        (Period.of_year(2024), dtm.date(2025, 1, 1), Lamp.MISSED),
    ],
)
def test_the_year_is_missed_only_where_its_end_was_reached(period, today, expected):
    assert only_line(yearly(12), period=period, today=today, year=3).year.lamp is expected


def test_a_year_has_no_month():
    progress = measured(
        counts(monthly(2), month=9, year=10), period=Period.of_year(2024), today=dtm.date(2024, 6, 28)
    )
    (line,) = progress.lines
    assert line.month is None
    assert (line.year.done, line.year.target) == (10, 24)
    assert progress.month_pace is None
    assert progress.year_pace == Pace(123, 251)
    assert progress.deadline.last_on == dtm.date(2024, 12, 31)
    assert progress.deadline.missing == (line,)


@pytest.mark.parametrize(
    ("today", "left", "is_over", "is_closed"),
    [
        (dtm.date(2024, 1, 20), 18, False, False),
        (dtm.date(2024, 2, 20), 8, False, False),
        (dtm.date(2024, 2, 29), 1, False, False),
        (dtm.date(2024, 3, 1), 0, True, False),
        (dtm.date(2024, 3, 7), 0, True, False),  # the closing day still counts
        (dtm.date(2024, 3, 8), 0, True, True),
    ],
)
def test_the_deadline_counts_today_and_closes_five_working_days_later(today, left, is_over, is_closed):
    deadline = measured(counts(monthly(2)), today=today).deadline
    assert deadline.last_on == deadline.last_working_on == dtm.date(2024, 2, 29)
    assert deadline.closes_on == dtm.date(2024, 3, 7)
    assert (deadline.working_days_left, deadline.is_over, deadline.is_closed) == (left, is_over, is_closed)


@pytest.mark.parametrize(("days", "closes_on"), [(0, dtm.date(2024, 2, 29)), (1, dtm.date(2024, 3, 1))])
def test_an_office_may_close_sooner(days, closes_on):
    assert measured(counts(monthly(2)), closing_days=days).deadline.closes_on == closes_on


def test_the_last_working_day_may_come_before_the_last_day():
    deadline = measured(counts(monthly(2)), period=Period.of_month(2024, 3)).deadline
    assert (deadline.last_working_on, deadline.last_on) == (dtm.date(2024, 3, 29), dtm.date(2024, 3, 31))


@pytest.mark.parametrize(
    ("period", "lacking"),
    [
        (FEBRUARY, [2]),
        (Period.of_month(2024, 12), [2, 3, 5]),
        (Period.of_year(2024), [2, 3, 5]),
    ],
)
def test_the_deadline_names_the_lines_that_lack_what_is_due_by_then(period, lacking):
    progress = measured(
        counts(monthly(2), month=2, year=24, category_id=1),
        counts(monthly(2), month=1, year=23, category_id=2),
        counts(yearly(1), year=0, category_id=3),
        counts(monthly(None), category_id=4),
        counts(monthly(2), month=2, year=23, category_id=5),
        period=period,
    )
    assert [line.category_id for line in progress.deadline.missing] == lacking


def test_the_unit_carries_its_worst_lamp_and_counts_its_lines():
    progress = measured(
        counts(monthly(2), month=2),
        counts(monthly(30), month=20),
        counts(monthly(30), month=3),
        counts(monthly(30), month=4),
        counts(monthly(None)),
    )
    assert progress.lamp is Lamp.BEHIND
    summary = progress.summary
    assert (summary.done, summary.on_track, summary.behind) == (1, 1, 2)
    assert (summary.urgent, summary.missed, summary.exempt) == (0, 0, 1)


def test_the_last_days_and_the_end_show_in_the_summary():
    urgent = measured(counts(monthly(2)), today=dtm.date(2024, 2, 28))
    missed = measured(counts(monthly(2)), today=dtm.date(2024, 3, 1))
    assert (urgent.lamp, urgent.summary.urgent) == (Lamp.URGENT, 1)
    assert (missed.lamp, missed.summary.missed) == (Lamp.MISSED, 1)


def test_a_unit_that_owes_nothing_has_no_lamp():
    assert measured().lamp is None
    assert measured(counts(monthly(None))).lamp is None


def test_names_and_duties_come_through_unchanged():
    duty = Duty("政策解读", "均要求进行政策解读", DutyKind.DUTY)
    facts = ProgressFacts("定南县", "公安局", FEBRUARY, MID_FEBRUARY, (), (duty,))
    progress = measure_progress(facts, CHINA)
    assert (progress.organisation, progress.unit, progress.period) == ("定南县", "公安局", FEBRUARY)
    assert (progress.today, progress.duties) == (MID_FEBRUARY, (duty,))


@pytest.mark.parametrize(
    ("period", "is_estimated", "closing_is_estimated"),
    [
        (Period.of_month(2024, 11), False, False),
        (Period.of_month(2024, 12), False, True),  # it closes in January
        (Period.of_month(2025, 1), True, True),
    ],
)
def test_figures_that_rest_on_unpublished_holidays_say_so(period, is_estimated, closing_is_estimated):
    calendar = weekdays(2024, 2025, estimated=frozenset({2025}))
    progress = measured(counts(monthly(2)), period=period, calendar=calendar)
    assert progress.is_estimated is is_estimated
    assert progress.deadline.is_estimated is closing_is_estimated


def test_a_period_outside_the_calendar_is_said_not_guessed():
    with pytest.raises(CalendarUncovered) as refused:
        measured(counts(monthly(2)), period=Period.of_month(2031, 2))
    assert refused.value.params == {"year": 2031}


def test_a_category_has_one_quota_of_a_cadence_and_twelve_months():
    with pytest.raises(ValueError, match="1"):
        counts(monthly(1), monthly(2))
    with pytest.raises(ValueError, match="1"):
        counts(monthly(1), by_month=(monthly(1),) * 11)


@given(
    st.integers(0, 500),
    st.integers(0, 5000),
    st.none() | st.integers(0, 100),
    st.none() | st.integers(0, 1000),
    st.booleans(),
    st.integers(0, 5),
    st.dates(dtm.date(2024, 1, 1), dtm.date(2025, 6, 1)),
)
def test_missing_and_surplus_always_close_the_gap(
    month, year, target, year_target, per_account, accounts, today
):
    line = only_line(
        monthly(target, per_account=per_account),
        yearly(year_target),
        month=month,
        year=year,
        accounts=accounts,
        today=today,
    )
    for measure in filter(None, (line.month, line.year)):
        assert measure.done + measure.missing - measure.surplus == measure.target
        assert 0 in (measure.missing, measure.surplus)
        assert (measure.lamp is Lamp.DONE) == (measure.missing == 0)
        assert measure.expected <= measure.target
        assert measure.forecast is None or measure.forecast >= measure.done
