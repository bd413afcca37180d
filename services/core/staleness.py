"""How long an official media account has been silent, and when that becomes a finding.

Posts are due within two weeks (国办): more than 14 days without one is stale, so day 15 is the first; an
office may want 7 or 10. A zombie is silent for longer than a threshold of its own.
"""

import datetime as dtm
from dataclasses import dataclass
from enum import StrEnum

from models.enums import FindingKind

WARNED_BEFORE = (4, 1)  # days before the threshold: day 10 and day 13 of 14


class Freshness(StrEnum):
    """How an account stands on a day."""

    UNKNOWN = "unknown"  # nobody has said when it last posted
    FRESH = "fresh"
    AGING = "aging"  # the first warning's day has come
    STALE = "stale"  # 超过两周未更新
    ZOMBIE = "zombie"  # 僵尸; not stale as well


@dataclass(frozen=True, slots=True)
class Thresholds:
    """An organisation's: an account is stale, or a zombie, after more than so many days without a post."""

    stale_days: int = 14
    zombie_days: int = 180

    def judge(self, gap_days: int | None) -> Freshness:
        """Tell how an account stands after so many days; None is unknown, never stale."""
        if gap_days is None:
            return Freshness.UNKNOWN
        if gap_days > self.zombie_days:
            return Freshness.ZOMBIE
        if gap_days > self.stale_days:
            return Freshness.STALE
        first = self.warn_days[0] if self.warn_days else self.stale_days
        return Freshness.AGING if gap_days >= first else Freshness.FRESH

    @property
    def warn_days(self) -> tuple[int, ...]:
        """List the days without a post on which the unit is warned; none before day 1."""
        return tuple(day for before in WARNED_BEFORE if (day := self.stale_days - before) > 0)

    def warned_on(self, last_post_on: dtm.date) -> tuple[dtm.date, ...]:
        """List the days of the warnings, the first one first."""
        return tuple(last_post_on + dtm.timedelta(days=day) for day in self.warn_days)

    def stale_from(self, last_post_on: dtm.date) -> dtm.date:
        """Give the first day on which an account is stale."""
        return last_post_on + dtm.timedelta(days=self.stale_days + 1)

    def zombie_from(self, last_post_on: dtm.date) -> dtm.date:
        """Give the first day on which an account is a zombie."""
        return last_post_on + dtm.timedelta(days=self.zombie_days + 1)


def gap_between(last_post_on: dtm.date | None, day: dtm.date) -> int | None:
    """Count the days from the last post to a day, 0 on the very day or before it; None where none is."""
    return None if last_post_on is None else max(0, (day - last_post_on).days)


def kind_found(freshness: Freshness) -> FindingKind | None:
    """Give the finding that a silence is; None for none."""
    return {Freshness.STALE: FindingKind.STALE, Freshness.ZOMBIE: FindingKind.ZOMBIE}.get(freshness)


def silence_key(kind: FindingKind, account_id: int, last_post_on: dtm.date) -> str:
    """Name the finding of one silence for ever: it ends with the next post, so there is one of each kind."""
    return f"{kind.value}/{account_id}/{last_post_on.isoformat()}"


def duplicate_key(unit_id: int, platform: str, found_on: dtm.date) -> str:
    """Name the finding that a unit has several accounts on a platform."""
    return f"{FindingKind.DUPLICATE.value}/{unit_id}/{platform}/{found_on.isoformat()}"


@dataclass(frozen=True, slots=True)
class Running:
    """An account of a unit on a platform: since when it is watched, and how it stands."""

    registered_on: dtm.date
    freshness: Freshness


def is_duplicate(accounts: tuple[Running, ...], last_found_on: dtm.date | None) -> bool:
    """Tell whether a unit's accounts on one platform are a finding that was not made before.

    More than one is, but for zombies: what nobody runs is a finding of its own already. What was found once
    (``last_found_on``) is found again only when an account came in since.
    """
    running = [each for each in accounts if each.freshness is not Freshness.ZOMBIE]
    if len(running) < 2:
        return False
    return last_found_on is None or any(each.registered_on > last_found_on for each in running)
