"""The quarter's figures about media accounts: how many passed, and who is found wanting again and again."""

import datetime as dtm
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from models.enums import FindingKind
from services.core.quarter import Quarter

S = TypeVar("S", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Problem:
    """A finding as the rate counts it: of an account, or (None) of a unit's ``accounts`` on a platform."""

    kind: FindingKind
    unit_id: int
    platform: str
    account_id: int | None = None
    accounts: int = 1


def count_failing(problems: Iterable[Problem]) -> int:
    """Count the accounts that did not pass.

    An account with a finding is one, however often it was found. Of a unit's several accounts on one platform
    each that is too many is one, so two of them are one and not two; never more than there are. By this rule
    苍溪 in the first quarter of 2020 had 12 of 41 failing: 29 ÷ 41 is the 70.7% it printed.
    """
    found: dict[tuple[int, str], set[int]] = {}
    several: Counter[tuple[int, str]] = Counter()
    for problem in problems:
        place = (problem.unit_id, problem.platform)
        accounts = found.setdefault(place, set())
        if problem.account_id is not None:
            accounts.add(problem.account_id)
        else:
            several[place] = max(several[place], problem.accounts)
    return sum(_failing(len(accounts), several[place]) for place, accounts in found.items())


def _failing(found: int, several: int) -> int:
    return max(found, min(several, found + several - 1)) if several else found


def list_repeats(found: Iterable[tuple[S, dtm.date]]) -> Mapping[S, Mapping[Quarter, int]]:
    """Give who was found more than once, in one quarter or in several: how often in each, in order.

    ``found`` has a row for each finding: whose it is, and its day.
    """
    days: dict[S, list[dtm.date]] = {}
    for whose, day in found:
        days.setdefault(whose, []).append(day)
    return {
        whose: dict(sorted(Counter(map(Quarter.containing, of_one)).items()))
        for whose, of_one in days.items()
        if len(of_one) > 1
    }
