import datetime as dtm
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.enums import Cadence, ReminderRule, ReminderStep
from services.core.period import Period
from services.core.progress import CategoryCounts, ProgressFacts, measure_progress
from services.core.quota import Quota
from services.core.reminding import (
    OpenDue,
    Rules,
    Step,
    account_due_at,
    account_steps,
    calendar_step,
    collapse,
    month_steps,
    owes,
    shortfalls,
)
from tests.core.work_days import china_2024

ZONE = ZoneInfo("Asia/Shanghai")
CALENDAR = china_2024()
EVERYBODY = Rules()


def steps_of(month: str, rules: Rules = EVERYBODY) -> list[tuple[str, str, str]]:
    year, number = map(int, month.split("-"))
    found = month_steps(rules, Period.of_month(year, number), CALENDAR, ZONE)
    return [(step.rule.value, step.step.value, f"{step.due_at:%m-%d %H:%M}") for step in found]


@pytest.mark.parametrize(
    ("month", "days"),
    [
        # 18 working days, two of them Sundays; the 9th is the 18th of February.
        ("2024-02", ["02-18 09:00", "02-22 09:00", "02-29 09:00", "03-01 09:00", "03-01 14:30"]),
        # 22 working days; the month ends on a working day, the next begins with a festival.
        ("2024-04", ["04-16 09:00", "04-24 09:00", "04-30 09:00", "05-06 09:00", "05-06 14:30"]),
        # 21 working days, an odd number: the 11th is the first at which half has passed.
        ("2024-03", ["03-15 09:00", "03-22 09:00", "03-29 09:00", "04-01 09:00", "04-01 14:30"]),
    ],
)
def test_a_month_has_its_five_steps_on_working_days(month, days):
    names = ["half", "before", "last_day", "overdue", "listed"]
    assert steps_of(month) == [("monthly", name, day) for name, day in zip(names, days, strict=True)]


def test_yearly_quotas_are_half_way_looked_at_from_july_and_in_full_in_december():
    assert [step for step in steps_of("2024-06") if step[0] == "yearly"] == []
    assert [step[1] for step in steps_of("2024-07") if step[0] == "yearly"] == ["half"]
    december = [step[1] for step in steps_of("2024-12") if step[0] == "yearly"]
    assert december == ["half", "before", "last_day", "overdue", "listed"]
    # The test's calendar knows no holidays of 2025.
    assert steps_of("2024-12")[-1] == ("yearly", "listed", "01-01 14:30")


@pytest.mark.parametrize(
    ("rules", "left"),
    [
        (Rules(at_half=False), ["before", "last_day", "overdue", "listed"]),
        (Rules(at_last_day=False), ["half", "before", "overdue", "listed"]),
        (Rules(when_overdue=False), ["half", "before", "last_day"]),
        (Rules(in_groups=False), ["half", "before", "last_day", "overdue"]),
    ],
)
def test_an_office_switches_steps_off(rules, left):
    assert [step[1] for step in steps_of("2024-02", rules)] == left


def test_the_days_before_are_working_days_that_are_left_after_it():
    assert ("monthly", "before", "02-28 09:00") in steps_of("2024-02", Rules(days_before=1))


def test_an_office_is_asked_for_the_next_year_on_novembers_first_working_day():
    step = calendar_step(2025, CALENDAR, ZONE)
    assert (step.rule, f"{step.due_at:%Y-%m-%d %H:%M}") == (ReminderRule.CALENDAR, "2025-11-03 09:00")


@pytest.mark.parametrize(
    ("limit", "days"), [(14, [10, 13, 15, 181]), (10, [6, 9, 11, 181]), (7, [3, 6, 8, 181])]
)
def test_an_account_is_warned_twice_before_it_is_stale(limit, days):
    last = dtm.date(2024, 1, 1)
    found = account_steps(last, limit, 180)
    assert [(day - last).days for day in found.values()] == days


def test_a_warning_on_a_day_off_comes_on_the_last_working_day_before():
    saturday_of_the_festival = dtm.date(2024, 2, 17)
    due_at = account_due_at(saturday_of_the_festival, CALENDAR, ZONE)
    assert due_at == dtm.datetime(2024, 2, 9, 9, tzinfo=ZONE)


def counts(name: str, done: int, month: int | None, year: int | None = None) -> CategoryCounts:
    quotas = [] if month is None else [Quota(1, Cadence.MONTHLY, month)]
    quotas += [] if year is None else [Quota(1, Cadence.YEARLY, year)]
    return CategoryCounts(1, name, None, tuple(quotas), done, done)


def lacking(step: ReminderStep, today: str, *categories: CategoryCounts) -> list[tuple[str, int]]:
    facts = ProgressFacts("", "", Period.of_month(2024, 2), dtm.date.fromisoformat(today), categories)
    found = shortfalls(ReminderRule.MONTHLY, step, categories, measure_progress(facts, CALENDAR))
    return [(each.category, each.missing) for each in found]


@pytest.mark.parametrize(
    ("done", "lacks"), [(0, [("动态", 4)]), (1, [("动态", 3)]), (2, []), (4, []), (5, [])]
)
def test_half_way_only_who_is_below_the_pace_is_reminded(done, lacks):
    assert lacking(ReminderStep.HALF, "2024-02-18", counts("动态", done, 4)) == lacks


@pytest.mark.parametrize(("done", "lacks"), [(3, [("动态", 1)]), (4, []), (5, [])])
def test_later_everybody_who_lacks_something_is_reminded(done, lacks):
    for step in (ReminderStep.BEFORE, ReminderStep.LAST_DAY, ReminderStep.OVERDUE):
        assert lacking(step, "2024-02-22", counts("动态", done, 4)) == lacks


def test_what_is_exempt_or_owed_by_the_year_is_nobodys_monthly_reminder():
    exempt, yearly = counts("动态", 0, None), counts("五公开", 0, None, 1)
    assert lacking(ReminderStep.LAST_DAY, "2024-02-29", exempt, yearly) == []
    assert not owes(ReminderRule.MONTHLY, [exempt, yearly])
    assert owes(ReminderRule.YEARLY, [exempt, yearly])


def due(
    number: int, step: ReminderStep, month: int = 2, rule: ReminderRule = ReminderRule.MONTHLY
) -> OpenDue:
    return OpenDue(number, rule, 17, dtm.date(2024, month, 1), step)


def test_of_one_month_only_the_latest_step_is_told_of():
    dues = [due(1, ReminderStep.HALF), due(2, ReminderStep.OVERDUE), due(3, ReminderStep.LAST_DAY)]
    kept, superseded = collapse(dues)
    assert [one.id for one in kept] == [2]
    assert [one.id for one in superseded] == [1, 3]


def test_two_months_a_list_and_what_an_administrator_wants_are_told_of_each():
    dues = [
        due(1, ReminderStep.OVERDUE),
        due(2, ReminderStep.LISTED),
        due(3, ReminderStep.HALF, month=3),
        due(4, ReminderStep.NUDGED),
    ]
    assert [one.id for one in collapse(dues)[0]] == [1, 2, 3, 4]


def test_of_a_year_only_the_latest_month_is_told_of():
    yearly = ReminderRule.YEARLY
    dues = [due(1, ReminderStep.HALF, 7, yearly), due(2, ReminderStep.HALF, 8, yearly)]
    assert [one.id for one in collapse(dues)[0]] == [2]


@given(
    st.lists(
        st.builds(
            due,
            st.integers(1, 1000),
            st.sampled_from(list(ReminderStep)),
            st.integers(1, 12),
            st.sampled_from(list(ReminderRule)),
        ),
        unique_by=lambda one: one.id,
    )
)
def test_collapsing_loses_nobody_and_keeps_one_of_each_series(dues):
    kept, superseded = collapse(dues)
    assert sorted(one.id for one in (*kept, *superseded)) == sorted(one.id for one in dues)
    assert len({one.series for one in kept}) == len(kept)
    assert {one.series for one in kept} == {one.series for one in dues}


def test_what_an_administrator_wants_said_bears_its_day():
    at = dtm.datetime(2024, 2, 26, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
    month = Period.of_month(2024, 2)
    assert Step(ReminderRule.MONTHLY, month, ReminderStep.HALF, at).key == "2024-02/half"
    nudged = Step(ReminderRule.MONTHLY, month, ReminderStep.NUDGED, at, at.date())
    assert nudged.key == "2024-02/nudged-2024-02-26"
