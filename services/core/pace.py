"""How far a period has gone in working days, and what lamp a count deserves on that day."""

import datetime as dtm
from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from models.enums import Lamp
from services.core.calendar import WorkCalendar
from services.core.numbers import percent
from services.core.quarter import AnyPeriod

FORECAST_FROM = 20  # working days; before that a forecast is noise


@dataclass(frozen=True, slots=True)
class Pace:
    """Working days elapsed (today included) and working days of the whole period."""

    elapsed: int
    total: int

    def __post_init__(self) -> None:
        """Refuse days that cannot be (ValueError)."""
        if not 0 <= self.elapsed <= self.total:
            raise ValueError((self.elapsed, self.total))

    @classmethod
    def of(cls, period: AnyPeriod, today: dtm.date, calendar: WorkCalendar) -> Self:
        """Measure a period on a day: nothing has elapsed before it, everything after it."""
        total = calendar.working_days(period.starts_on, period.ends_before)
        if today >= period.ends_before:
            return cls(total, total)
        return cls(calendar.working_days(period.starts_on, today + dtm.timedelta(days=1)), total)

    @property
    def rate(self) -> Decimal | None:
        """Give the elapsed share in per cent, one decimal; None for a period without working days."""
        return percent(self.elapsed, self.total)

    def expected(self, target: int) -> int:
        """Give what should be done by now: floor(target × elapsed ÷ total), exactly."""
        return target * self.elapsed // self.total if self.total else 0


def is_in_last_two(period: AnyPeriod, today: dtm.date, calendar: WorkCalendar) -> bool:
    """Tell whether the period's last two working days have come and the period is not over.

    Days off between or after them count: on the Sunday before the last Monday it is as urgent.
    """
    last = calendar.last_working_days(period, 2)
    return bool(last) and last[0] <= today < period.ends_before


def lamp(done: int, target: int, pace: Pace, *, is_over: bool, in_last_two: bool) -> Lamp:
    """Choose the lamp of a count; the first rule that holds wins.

    DONE done ≥ target · MISSED the period is over · URGENT the last two working days have come · ON_TRACK
    done ≥ expected · else BEHIND.
    """
    if done >= target:
        return Lamp.DONE
    if is_over:
        return Lamp.MISSED
    if in_last_two:
        return Lamp.URGENT
    return Lamp.ON_TRACK if done >= pace.expected(target) else Lamp.BEHIND


def forecast(done: int, pace: Pace) -> int | None:
    """Project the count to the period's end: floor(done ÷ elapsed × total), never below ``done``.

    Rounded down, so that the forecast reaches a target exactly when the pace does; half up would promise
    a target that the pace just misses. None before 20 working days have elapsed.
    """
    if pace.elapsed < FORECAST_FROM:
        return None
    return done * pace.total // pace.elapsed
