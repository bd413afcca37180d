"""What a bulletin is made of: everything that was measured or stated, as one value."""

import datetime as dtm
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from models.enums import BulletinKind, FindingKind, Platform, Ties
from services.core.numbers import percent
from services.core.quarter import AnyPeriod
from services.core.ranking import Contender, Ranking, rank
from services.core.stated import Figure


@dataclass(frozen=True, slots=True)
class UnitFigures:
    """A unit with what it did: in the period, in the year up to its end, and what became of it.

    ``target`` and ``year_target`` None are exempt. ``done`` counts what the targets are about, ``submitted``
    everything, ``accepted`` what of it was published (审发), ``errors`` the mistakes in it (错情).
    ``aliases`` are the other names it goes by.
    """

    unit_id: int
    name: str
    division: str
    position: int
    target: int | None = None
    done: int = 0
    year_target: int | None = None
    year_done: int = 0
    submitted: int = 0
    accepted: int = 0
    errors: int = 0
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MediaFound:
    """Something found wrong with an account on a day; ``last_post_on`` None of a duplicate."""

    kind: FindingKind
    found_on: dtm.date
    last_post_on: dtm.date | None = None


@dataclass(frozen=True, slots=True)
class MediaLine:
    """An account, or a unit's several on a platform, with what was found; ``is_pending`` waits for a yes."""

    platform: Platform
    accounts: tuple[str, ...]
    unit: str
    level: str
    found: tuple[MediaFound, ...]
    is_rectified: bool
    is_pending: bool = False


@dataclass(frozen=True, slots=True)
class MediaFacts:
    """How a period's accounts stood: by platform those running on ``as_of``, and what was found.

    ``watched`` are those of any time in the period, of which ``passing`` are the ones without a finding.
    """

    as_of: dtm.date
    platforms: tuple[tuple[Platform, int], ...]
    watched: int
    passing: int
    lines: tuple[MediaLine, ...]
    pass_rate: Decimal | None = None
    stale_days: int = 14
    zombie_days: int = 180

    @property
    def running(self) -> int:
        """Give how many ran on the last day."""
        return sum(count for _, count in self.platforms)


@dataclass(frozen=True, slots=True)
class BulletinFacts:
    """Everything measured and stated for one period of one organisation.

    ``units`` in official order; ``reminders`` are letters sent and units told; ``figures`` what the office
    states, by name (``services.core.stated``).
    """

    organisation: str
    kind: BulletinKind
    period: AnyPeriod
    units: tuple[UnitFigures, ...]
    figures: Mapping[str, Figure] = field(default_factory=dict)
    media: MediaFacts | None = None
    reminders: tuple[int, int] = (0, 0)
    decimals: int = 1
    ties: Ties = Ties.COMPETITION

    @property
    def divisions(self) -> tuple[str, ...]:
        """List the divisions in the order of their first units."""
        return tuple(dict.fromkeys(unit.division for unit in self.units))

    def of_division(self, division: str) -> tuple[UnitFigures, ...]:
        """List a division's units in official order."""
        return tuple(unit for unit in self.units if unit.division == division)

    @property
    def by_year(self) -> Ranking:
        """Rank all units in one list by the year's completion, as monthly bulletins do."""
        return rank(
            (
                Contender(unit.unit_id, unit.division, unit.position, unit.year_done, unit.year_target)
                for unit in self.units
            ),
            self.ties,
        )

    def total(self, column: str) -> int:
        """Add a figure of all units up; exempt ones add nothing."""
        return sum(getattr(unit, column) or 0 for unit in self.units)

    def owed_done(self, done: str, target: str) -> int:
        """Add up what was done by those who owe something: only that stands against what is owed."""
        return sum(getattr(unit, done) for unit in self.units if getattr(unit, target))

    def total_rate(self, done: str, target: str) -> Decimal | None:
        """Give the percentage of all together; whoever owes nothing has no part in it."""
        return self.rate(self.owed_done(done, target), self.total(target))

    @property
    def unowed(self) -> tuple[str, ...]:
        """Name the units whose counts stand against no target: in the totals, and in no percentage."""
        return tuple(
            unit.name
            for unit in self.units
            if (unit.done and not unit.target) or (unit.year_done and not unit.year_target)
        )

    def rate(self, part: int, whole: int | None) -> Decimal | None:
        """Give a percentage with the office's decimals; None where there is nothing to divide by."""
        return percent(part, whole, digits=self.decimals) if whole else None
