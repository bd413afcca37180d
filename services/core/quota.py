"""What a unit owes in a category, how often it starts again, and for how long it holds."""

import datetime as dtm
from collections.abc import Iterable, Reversible
from dataclasses import dataclass

from models.enums import Cadence


@dataclass(frozen=True, slots=True)
class Quota:
    """A target of one category: ``target`` items per month or year.

    ``target`` None is exempt ("–"): neither counted nor ranked. Zero is a target, and reached; only its
    percentage is "–".
    """

    category_id: int
    cadence: Cadence
    target: int | None
    per_account: bool = False

    def __post_init__(self) -> None:
        """Refuse a target below zero (ValueError)."""
        if self.target is not None and self.target < 0:
            raise ValueError(self.target)

    @property
    def is_exempt(self) -> bool:
        """Tell whether nothing is owed."""
        return self.target is None

    def target_for(self, accounts: int) -> int | None:
        """Give the number owed by a unit with so many registered accounts; None when exempt.

        A target per account (每个账号) counts one account while none is registered.
        """
        if self.target is None or not self.per_account:
            return self.target
        return self.target * max(accounts, 1)


@dataclass(frozen=True, slots=True)
class Term:
    """A quota and the days it holds: from the first through the last, or (None) for good."""

    quota: Quota
    first_on: dtm.date
    last_on: dtm.date | None

    def lasts(self, start: dtm.date, end: dtm.date) -> bool:
        """Tell whether it holds on both days and all between."""
        return self.first_on <= start and (self.last_on is None or end <= self.last_on)


def in_force(terms: Reversible[Term], day: dtm.date) -> Quota | None:
    """Give the quota that holds on a day; of several terms, which come as they begin, the latest."""
    return next((term.quota for term in reversed(terms) if term.lasts(day, day)), None)


@dataclass(frozen=True, slots=True)
class Demand:
    """What a unit is held to in a span, all categories together: ``counted`` are those that owe something.

    ``per_account`` comes once for each registered account, and once while none is registered.
    """

    counted: frozenset[int]
    fixed: int
    per_account: int = 0

    def target(self, accounts: int) -> int:
        """Give the number owed by a unit with so many accounts."""
        return self.fixed + self.per_account * max(accounts, 1)

    @classmethod
    def of(cls, quotas: Iterable[Quota]) -> "Demand | None":
        """Add up quotas; None where every one of them is exempt, or there is none."""
        owed = [quota for quota in quotas if quota.target is not None]
        if not owed:
            return None
        return cls(
            frozenset(quota.category_id for quota in owed),
            sum(quota.target or 0 for quota in owed if not quota.per_account),
            sum(quota.target or 0 for quota in owed if quota.per_account),
        )
