"""Two counties as they are at a moment: what their units owe and did, who is who, how they want things."""

import datetime as dtm
from collections import Counter, defaultdict
from dataclasses import dataclass, field

MONTHLY, YEARLY = "monthly", "yearly"


@dataclass
class Quota:
    """What a unit owes of a category from a day on; None is exempt."""

    category: int
    cadence: str
    target: int | None
    from_on: dtm.date
    is_per_account: bool = False


@dataclass
class Unit:
    """A unit of an organisation; ``zeal`` is how much of what it owes it does in time."""

    id: int
    organisation: int
    zeal: float
    quotas: list[Quota] = field(default_factory=list)
    is_active: bool = True


@dataclass
class Account:
    """A media account of a unit; ``gap`` is about how many days it is silent between posts."""

    id: int
    unit: int
    last_post_on: dtm.date | None
    gap: float
    deregistered_on: dtm.date | None = None

    @property
    def is_watched(self) -> bool:
        """Tell whether it is in the register."""
        return self.deregistered_on is None

    def is_registered(self, day: dtm.date) -> bool:
        """Tell whether it is in the register on a day."""
        return self.deregistered_on is None or day < self.deregistered_on


@dataclass
class Report:
    """Something reported that a reviewer has to look at; ``asked_at`` is when it last came up."""

    id: int
    unit: int
    category: int
    month: dtm.date
    count: int
    member: int
    state: str = "pending"
    version: int = 1
    asked_at: dtm.datetime = dtm.datetime(2020, 1, 1, tzinfo=dtm.UTC)


@dataclass
class Absence:
    """Days on which somebody is away, and who stands in."""

    first_on: dtm.date
    last_on: dtm.date
    stand_in: int | None


@dataclass
class Person:
    """Somebody with a private chat; ``refuses`` is the truth, ``is_known_lost`` what the bot has learned."""

    id: int
    later_on: dtm.date | None = None
    absences: list[Absence] = field(default_factory=list)
    refuses: bool = False
    is_known_lost: bool = False
    is_forgotten: bool = False

    def is_away(self, day: dtm.date) -> bool:
        """Tell whether they are away on a day."""
        return self.absence(day) is not None

    def absence(self, day: dtm.date) -> Absence | None:
        """Give the absence that a day falls into."""
        return next((one for one in self.absences if one.first_on <= day <= one.last_on), None)

    def wants_later(self, day: dtm.date) -> bool:
        """Tell whether they have asked to be left alone until a later day."""
        return self.later_on is not None and day < self.later_on


@dataclass
class Group:
    """A registered group; ``refuses`` is the truth, ``is_known_lost`` what the bot has learned."""

    id: int
    organisation: int
    refuses: bool = False
    is_known_lost: bool = False


@dataclass
class Organisation:
    """A county's office and how it wants to be reminded."""

    id: int
    closing_days: int = 5
    stale_days: int = 14
    zombie_days: int = 180
    at_half: bool = True
    days_before: int = 5
    at_last_day: bool = True
    when_overdue: bool = True
    in_groups: bool = True
    yearly_from: int = 7
    is_paused: bool = False
    overrides: dict[dtm.date, bool] = field(default_factory=dict)
    administrators: list[int] = field(default_factory=list)
    reviewers: list[int] = field(default_factory=list)
    leaders: list[int] = field(default_factory=list)
    """Of the whole organisation: they hear of no unit, but may stand in for somebody."""


@dataclass
class Town:
    """Everything there is; ``counts`` is what was reported of a unit, category and month.

    ``nudges`` are those an administrator has wanted and the model has not seen: organisation, unit, month,
    day, moment; ``acceptances`` likewise: organisation, report, version, moment. ``waiting`` are the reports
    that wait for a reviewer, by organisation.
    """

    organisations: dict[int, Organisation] = field(default_factory=dict)
    units: dict[int, Unit] = field(default_factory=dict)
    people: dict[int, Person] = field(default_factory=dict)
    accounts: dict[int, Account] = field(default_factory=dict)
    groups: dict[int, Group] = field(default_factory=dict)
    reporters: defaultdict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    leaders: defaultdict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    counts: Counter[tuple[int, int, dtm.date]] = field(default_factory=Counter)
    is_restored: bool = False
    has_discarded: bool = False
    nudges: list[tuple[int, int, dtm.date, str, dtm.datetime]] = field(default_factory=list)
    reports: dict[int, Report] = field(default_factory=dict)
    waiting: defaultdict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    acceptances: list[tuple[int, int, int, dtm.datetime]] = field(default_factory=list)

    def organisation_of(self, unit: int) -> Organisation:
        """Give the organisation of a unit."""
        return self.organisations[self.units[unit].organisation]

    def in_force(self, unit: int, cadence: str, day: dtm.date) -> dict[int, int]:
        """Give the targets of a unit that hold on a day, by category; what is exempt is left out."""
        latest: dict[int, Quota] = {}
        for quota in self.units[unit].quotas:
            if quota.cadence != cadence or quota.from_on > day:
                continue
            if quota.category not in latest or latest[quota.category].from_on < quota.from_on:
                latest[quota.category] = quota
        return {
            category: quota.target * (self._accounts(unit, day) if quota.is_per_account else 1)
            for category, quota in latest.items()
            if quota.target is not None
        }

    def _accounts(self, unit: int, day: dtm.date) -> int:
        """Count a unit's accounts on a day; a target for each of them is one for a unit without any."""
        return sum(each.unit == unit and each.is_registered(day) for each in self.accounts.values()) or 1

    def done(self, unit: int, category: int, first: dtm.date, last: dtm.date) -> int:
        """Add up what was reported from one month through another."""
        count, month = 0, first
        while month <= last:
            count += self.counts[unit, category, month]
            month = (month + dtm.timedelta(days=31)).replace(day=1)
        return count
