"""What `/progress` shows, as a value: each category's month and year, the pace, the next deadline."""

import datetime as dtm
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from models.enums import Cadence, DutyKind, Lamp
from services.core.calendar import WorkCalendar
from services.core.numbers import percent
from services.core.pace import Pace, forecast, is_in_last_two, lamp
from services.core.period import Period
from services.core.quota import Quota

CLOSING_DAYS = 5  # working days after a month's end until it closes, unless the organisation sets its own

_SEVERITY = {Lamp.DONE: 0, Lamp.ON_TRACK: 1, Lamp.BEHIND: 2, Lamp.URGENT: 3, Lamp.MISSED: 4}


@dataclass(frozen=True, slots=True)
class Duty:
    """A rule of the quota table without a number (政策解读, 调查征集, 其他要求)."""

    heading: str
    text: str
    kind: DutyKind


@dataclass(frozen=True, slots=True)
class CategoryCounts:
    """One category of one unit, as counted.

    ``quotas`` are those in force at the period's end: at most one monthly and one yearly; none at all is
    shown as exempt. ``month_done`` is the chosen month's count (not read for a year), ``year_done`` the count
    from January through the end of the chosen period. ``by_month`` is the monthly quota of each of the twelve
    months, given only when it changed during the year (None: no row for that month).
    """

    category_id: int
    category: str
    group: str | None
    quotas: tuple[Quota, ...]
    month_done: int
    year_done: int
    accounts: int = 0
    by_month: tuple[Quota | None, ...] = ()

    def __post_init__(self) -> None:
        """Refuse two quotas of one cadence, and a year that has not twelve months (ValueError)."""
        cadences = [quota.cadence for quota in self.quotas]
        if len(set(cadences)) != len(cadences) or len(self.by_month) not in {0, 12}:
            raise ValueError(self.category_id)

    def quota(self, cadence: Cadence) -> Quota | None:
        """Give the quota of a cadence, if there is one."""
        return next((quota for quota in self.quotas if quota.cadence is cadence), None)


@dataclass(frozen=True, slots=True)
class ProgressFacts:
    """Everything `/progress` is computed from, except the working calendar; percentages have ``decimals``."""

    organisation: str
    unit: str
    period: Period
    today: dtm.date
    categories: tuple[CategoryCounts, ...]
    duties: tuple[Duty, ...] = ()
    decimals: int = 1


@dataclass(frozen=True, slots=True)
class Measure:
    """A count against its target. ``rate`` and ``forecast_rate`` are per cent, None for a zero target."""

    done: int
    target: int
    missing: int
    surplus: int
    rate: Decimal | None
    lamp: Lamp
    expected: int
    forecast: int | None = None
    forecast_rate: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One category; ``month`` or ``year`` is None where nothing is owed by the month or the year."""

    category_id: int
    category: str
    group: str | None
    month: Measure | None
    year: Measure | None
    per_account: bool
    accounts: int

    @property
    def is_exempt(self) -> bool:
        """Tell whether nothing is owed: shown as "–", counted nowhere."""
        return self.month is None and self.year is None

    @property
    def assumes_one_account(self) -> bool:
        """Tell whether a target per account was counted for one because none is registered."""
        return self.per_account and self.accounts == 0

    @property
    def owed(self) -> Measure | None:
        """Give the measure the line is judged by: the month's, or the year's where there is no other."""
        return self.month or self.year

    @property
    def lamp(self) -> Lamp | None:
        """Give the lamp of what is owed; None when exempt."""
        return None if self.owed is None else self.owed.lamp


@dataclass(frozen=True, slots=True)
class Deadline:
    """The end of the period asked for, and the day its last month closes.

    ``working_days_left`` counts today. A count given after ``last_on`` and until ``closes_on`` (included)
    still counts, as late (逾期). ``missing`` are the lines that lack something due by then: a yearly quota is
    due only with the year's end.
    """

    last_on: dtm.date
    last_working_on: dtm.date
    working_days_left: int
    closes_on: dtm.date
    is_over: bool
    is_closed: bool
    is_estimated: bool
    missing: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """How many lines carry each lamp; exempt lines stand apart."""

    done: int
    on_track: int
    behind: int
    urgent: int
    missed: int
    exempt: int


@dataclass(frozen=True, slots=True)
class Progress:
    """A unit's month (with the year so far) or year. ``month_pace`` is None for a year.

    ``open_from`` is the first day of its first month that is not closed, where all are the day after it;
    ``is_estimated`` says that the paces rest on a year whose holidays are not published yet.
    """

    unit: str
    organisation: str
    period: Period
    today: dtm.date
    lines: tuple[Line, ...]
    duties: tuple[Duty, ...]
    month_pace: Pace | None
    year_pace: Pace
    deadline: Deadline
    open_from: dtm.date
    is_estimated: bool

    def __hash__(self) -> int:
        """Tell units, periods and days apart: what is written from a value is remembered under it."""
        return hash((self.unit, self.period, self.today))

    @property
    def lamp(self) -> Lamp | None:
        """Give the worst lamp of the lines; None when nothing is owed."""
        lamps = [line.lamp for line in self.lines if line.lamp is not None]
        return max(lamps, key=_SEVERITY.__getitem__, default=None)

    @property
    def summary(self) -> Summary:
        """Count the lines by lamp."""
        by_lamp = Counter(line.lamp for line in self.lines)
        return Summary(
            done=by_lamp[Lamp.DONE],
            on_track=by_lamp[Lamp.ON_TRACK],
            behind=by_lamp[Lamp.BEHIND],
            urgent=by_lamp[Lamp.URGENT],
            missed=by_lamp[Lamp.MISSED],
            exempt=by_lamp[None],
        )


@dataclass(frozen=True, slots=True)
class _Span:
    """A month or year on the day it is judged."""

    pace: Pace
    is_over: bool
    in_last_two: bool
    decimals: int

    def measure(self, done: int, target: int, *, with_forecast: bool) -> Measure:
        projected = forecast(done, self.pace) if with_forecast else None
        return Measure(
            done=done,
            target=target,
            missing=max(target - done, 0),
            surplus=max(done - target, 0),
            rate=percent(done, target, digits=self.decimals),
            lamp=lamp(done, target, self.pace, is_over=self.is_over, in_last_two=self.in_last_two),
            expected=self.pace.expected(target),
            forecast=projected,
            forecast_rate=None if projected is None else percent(projected, target, digits=self.decimals),
        )


def measure_progress(
    facts: ProgressFacts, calendar: WorkCalendar, *, closing_days: int = CLOSING_DAYS
) -> Progress:
    """Work out a unit's progress; CalendarUncovered where the working days are not known.

    The year is judged on the chosen period's last day or today, whichever is earlier, because that is how
    far its count reaches: a past month shows the year as it stood then.
    """
    period, today = facts.period, facts.today
    month = None if period.month is None else _span(period, today, calendar, facts.decimals)
    year = _span(period.year_period, _judged_on(period, today), calendar, facts.decimals)
    lines = tuple(_line(counts, month, year) for counts in facts.categories)
    return Progress(
        unit=facts.unit,
        organisation=facts.organisation,
        period=period,
        today=today,
        lines=lines,
        duties=facts.duties,
        month_pace=None if month is None else month.pace,
        year_pace=year.pace,
        deadline=_deadline(facts, calendar, closing_days, lines),
        open_from=_open_from(period, today, calendar, closing_days),
        is_estimated=calendar.estimates(period),
    )


def _judged_on(period: Period, today: dtm.date) -> dtm.date:
    """Give the day the year is judged on: today, or the end of a past month (after it, in December)."""
    return today if _ends_year(period) else min(today, period.last_on)


def _ends_year(period: Period) -> bool:
    return period.last_on == period.year_period.last_on


def _span(period: Period, day: dtm.date, calendar: WorkCalendar, decimals: int) -> _Span:
    return _Span(
        pace=Pace.of(period, day, calendar),
        is_over=day >= period.ends_before,
        in_last_two=is_in_last_two(period, day, calendar),
        decimals=decimals,
    )


def _line(counts: CategoryCounts, month: _Span | None, year: _Span) -> Line:
    monthly = counts.quota(Cadence.MONTHLY)
    month_target = None if monthly is None else monthly.target_for(counts.accounts)
    of_year = year_target(counts)
    return Line(
        category_id=counts.category_id,
        category=counts.category,
        group=counts.group,
        month=None
        if month is None or month_target is None
        else month.measure(counts.month_done, month_target, with_forecast=False),
        year=None if of_year is None else year.measure(counts.year_done, of_year, with_forecast=True),
        per_account=any(quota.per_account and not quota.is_exempt for quota in counts.quotas),
        accounts=counts.accounts,
    )


def year_target(counts: CategoryCounts) -> int | None:
    """Give the year's own quota, or the sum of its months'; None when no month owes anything."""
    yearly = counts.quota(Cadence.YEARLY)
    if yearly is not None:
        return yearly.target_for(counts.accounts)
    months = counts.by_month or (counts.quota(Cadence.MONTHLY),) * 12
    targets = [quota.target_for(counts.accounts) for quota in months if quota is not None]
    owed = [target for target in targets if target is not None]
    return sum(owed) if owed else None


def _deadline(
    facts: ProgressFacts, calendar: WorkCalendar, closing_days: int, lines: tuple[Line, ...]
) -> Deadline:
    period, today = facts.period, facts.today
    closes_on = calendar.after(period.last_on, closing_days)
    return Deadline(
        last_on=period.last_on,
        last_working_on=calendar.last_working_day(period),
        working_days_left=calendar.working_days(max(today, period.starts_on), period.ends_before),
        closes_on=closes_on,
        is_over=today > period.last_on,
        is_closed=today > closes_on,
        is_estimated=bool({period.year, closes_on.year} & calendar.estimated_years),
        missing=tuple(line for line in lines if _lacks(line, period)),
    )


def _open_from(period: Period, today: dtm.date, calendar: WorkCalendar, closing_days: int) -> dtm.date:
    found = period.ends_before
    for month in reversed(period.months()):
        if today > month.last_on and today > calendar.after(month.last_on, closing_days):
            break
        found = month.starts_on
    return found


def _lacks(line: Line, period: Period) -> bool:
    due = (line.month, line.year if _ends_year(period) else None)
    return any(measure is not None and measure.missing for measure in due)
