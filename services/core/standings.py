"""How units stand among each other in a month, a quarter or a year: places, ties, movement, cuts."""

import datetime as dtm
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from models.enums import Cadence, Lamp, Ties
from services.core.calendar import WorkCalendar
from services.core.numbers import percent
from services.core.pace import Pace, is_in_last_two, lamp
from services.core.period import Period
from services.core.quarter import AnyPeriod, Quarter, months_of


@dataclass(frozen=True, slots=True)
class Figures:
    """What a unit has done of what it owes; ``position`` is its place in the official order (机构序).

    ``target`` None is exempt, which is neither counted nor ranked; nor is a target of zero.
    """

    unit_id: int
    unit: str
    division: str
    position: int
    done: int
    target: int | None


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """What a unit has done of what it owes by the month; ``target`` None is exempt."""

    month: Period
    done: int
    target: int | None
    lamp: Lamp | None


@dataclass(frozen=True, slots=True)
class Standing:
    """A unit with its place; None where it owes nothing, or nothing but zero.

    ``rate`` is in per cent, rounded for print; what is ranked is ``completion``. ``before`` is the place in
    the period before.
    """

    unit_id: int
    unit: str
    division: str
    position: int
    done: int
    target: int | None
    place: int | None
    rate: Decimal | None
    lamp: Lamp | None
    before: int | None = None

    @property
    def completion(self) -> Fraction | None:
        """Give done ÷ target, exactly; None where it is not ranked."""
        return Fraction(self.done, self.target) if self.target else None

    @property
    def moved(self) -> int | None:
        """Tell how many places it went up (below zero: down); None where it did not stand both times."""
        return None if self.place is None or self.before is None else self.before - self.place

    def is_level_with(self, other: "Standing") -> bool:
        """Tell whether two have done exactly the same share."""
        return self.done * (other.target or 0) == other.done * (self.target or 0)


@dataclass(frozen=True, slots=True)
class DivisionStandings:
    """The list of one division, "" for one of all: best first, ties in official order."""

    division: str
    placed: tuple[Standing, ...]
    unplaced: tuple[Standing, ...] = ()

    @classmethod
    def of(cls, division: str, standings: Iterable[Standing]) -> "DivisionStandings":
        """Part those that have a place from those that have none."""
        placed: list[Standing] = []
        unplaced: list[Standing] = []
        for each in standings:
            (unplaced if each.place is None else placed).append(each)
        return cls(division, tuple(placed), tuple(unplaced))

    def first(self, count: int) -> tuple[Standing, ...]:
        """List the best ``count`` and everybody tied with the last of them (前三位，含并列)."""
        kept = list(self.placed[: max(count, 0)])
        for each in self.placed[len(kept) :] if kept else ():
            if not each.is_level_with(kept[-1]):
                break
            kept.append(each)
        return tuple(kept)

    def last(self, count: int) -> tuple[Standing, ...]:
        """List the worst ``count`` from the worst up, and everybody tied with the last of them (后三位).

        Inside a tie the official order stays.
        """
        count = min(max(count, 0), len(self.placed))
        if not count:
            return ()
        start = len(self.placed) - count
        while start and self.placed[start - 1].is_level_with(self.placed[start]):
            start -= 1
        return tuple(sorted(self.placed[start:], key=lambda each: each.completion or Fraction(0)))

    def around(self, unit_id: int, reach: int) -> tuple[Standing, ...]:
        """List a unit with so many before and behind it; nobody where it has no place."""
        at = next((at for at, each in enumerate(self.placed) if each.unit_id == unit_id), None)
        return () if at is None else self.placed[max(at - reach, 0) : at + reach + 1]


@dataclass(frozen=True)
class Standings:
    """The standings of an organisation in a period, counted through the month ``through``.

    ``as_of`` is the last day that is counted. With ``is_overall`` all divisions are one list. Where
    ``is_compared`` is false nothing was counted in the period before, and nobody has moved.
    """

    organisation_id: int
    organisation: str
    period: AnyPeriod
    through: Period
    as_of: dtm.date
    today: dtm.date
    decimals: int
    ties: Ties
    is_overall: bool
    is_compared: bool
    is_estimated: bool
    divisions: tuple[DivisionStandings, ...]

    @cached_property
    def units(self) -> tuple[Standing, ...]:
        """List every unit, division by division, those without a place last in each."""
        return tuple(each for one in self.divisions for each in (*one.placed, *one.unplaced))

    @property
    def ranked(self) -> int:
        """Count the units that have a place."""
        return sum(len(one.placed) for one in self.divisions)

    @property
    def exempt(self) -> int:
        """Count the units that owe nothing in the period."""
        return sum(each.target is None for one in self.divisions for each in one.unplaced)

    @property
    def without_target(self) -> int:
        """Count the units whose target is zero, which has no percentage."""
        return sum(each.target == 0 for one in self.divisions for each in one.unplaced)

    @property
    def done(self) -> int:
        """Add up what was done by those that owe something."""
        return sum(each.done for each in self.units if each.target is not None)

    @property
    def target(self) -> int:
        """Add up what is owed."""
        return sum(each.target or 0 for each in self.units)

    @property
    def is_counted(self) -> bool:
        """Tell whether anything has been done at all."""
        return any(each.done for each in self.units)

    def find(self, unit_id: int) -> tuple[DivisionStandings, Standing] | None:
        """Give a unit with the list it stands in."""
        for one in self.divisions:
            for each in (*one.placed, *one.unplaced):
                if each.unit_id == unit_id:
                    return one, each
        return None

    def first(self, count: int) -> tuple[tuple[Standing, ...], ...]:
        """List the best of each division, see ``DivisionStandings.first``."""
        return tuple(one.first(count) for one in self.divisions)

    def last(self, count: int) -> tuple[tuple[Standing, ...], ...]:
        """List the worst of each division, see ``DivisionStandings.last``."""
        return tuple(one.last(count) for one in self.divisions)

    def around(self, unit_id: int, reach: int) -> tuple[Standing, ...]:
        """List a unit with its neighbours in its own list."""
        found = self.find(unit_id)
        return () if found is None else found[0].around(unit_id, reach)


@dataclass(frozen=True, slots=True)
class Judgement:
    """How far a period has gone on the day it is judged; what a lamp needs."""

    pace: Pace
    is_over: bool
    in_last_two: bool

    def lamp(self, done: int, target: int | None) -> Lamp | None:
        """Choose the lamp of a count; None for an exempt unit."""
        if target is None:
            return None
        return lamp(done, target, self.pace, is_over=self.is_over, in_last_two=self.in_last_two)


def judge(period: AnyPeriod, through: Period, today: dtm.date, calendar: WorkCalendar) -> Judgement:
    """Judge a period on the last day that counts, as ``measure_progress`` does; CalendarUncovered."""
    day = today if through.last_on == period.last_on else min(today, through.last_on)
    return Judgement(
        Pace.of(period, day, calendar), day >= period.ends_before, is_in_last_two(period, day, calendar)
    )


def last_month(period: AnyPeriod, today: dtm.date) -> Period:
    """Give the last month of a period that has begun; its first where it lies ahead."""
    months = months_of(period)
    return next((month for month in reversed(months) if month.starts_on <= today), months[0])


def period_before(period: AnyPeriod, through: Period) -> tuple[AnyPeriod, Period] | None:
    """Give what a period is compared with, and through which month.

    A month with the month before, a quarter with the quarter before, a year with itself as it stood a month
    ago; a year through January with nothing.
    """
    if isinstance(period, Quarter):
        before = period.previous()
        return before, months_of(before)[-1]
    if period.cadence is Cadence.MONTHLY:
        return period.previous(), period.previous()
    return (period, through.previous()) if through.month != 1 else None


def by_division(figures: Iterable[Figures]) -> dict[str, list[Figures]]:
    """Part units by division, in the official order of the first of each."""
    parted: dict[str, list[Figures]] = {}
    for each in sorted(figures, key=lambda each: (each.position, each.unit_id)):
        parted.setdefault(each.division, []).append(each)
    return parted


def standings_of(
    figures: Sequence[Figures],
    ties: Ties,
    judgement: Judgement,
    decimals: int,
    before: Mapping[int, int] | None = None,
) -> Iterator[Standing]:
    """Give one list's units with their places, the best first; those that are not ranked come last.

    Lazily, so that a walk through thousands may rest in between.
    """
    for each, place in placed(figures, ties):
        yield _standing(each, place, judgement, decimals, (before or {}).get(each.unit_id))
    for each in sorted(figures, key=lambda each: (each.position, each.unit_id)):
        if not each.target:
            yield _standing(each, None, judgement, decimals, None)


def placed(figures: Iterable[Figures], ties: Ties) -> Iterator[tuple[Figures, int]]:
    """Give one list's units that owe something with their places, the best first, ties in official order."""
    ranked = sorted((each for each in figures if each.target), key=lambda each: (each.position, each.unit_id))
    # Two different fractions with denominators up to n differ by at least 1/n²: whole numbers that large keep
    # their order exactly, and are compared a hundred times as fast.
    scale = max((each.target or 0 for each in ranked), default=0) ** 2
    shares = {each.unit_id: each.done * scale // (each.target or 1) for each in ranked}
    ranked.sort(key=lambda each: -shares[each.unit_id])
    place = distinct = 0
    last_share = None
    for running, each in enumerate(ranked, start=1):
        is_tied = shares[each.unit_id] == last_share
        distinct += not is_tied
        if ties is Ties.RUNNING or not is_tied:
            place = distinct if ties is Ties.DENSE else running
        last_share = shares[each.unit_id]
        yield each, place


def _standing(
    each: Figures, place: int | None, judgement: Judgement, decimals: int, before: int | None
) -> Standing:
    return Standing(
        unit_id=each.unit_id,
        unit=each.unit,
        division=each.division,
        position=each.position,
        done=each.done,
        target=each.target,
        place=place,
        rate=percent(each.done, each.target, digits=decimals) if each.target else None,
        lamp=judgement.lamp(each.done, each.target),
        before=before,
    )
