"""A quarter's monitoring of official media accounts as a value: what a bulletin prints of it."""

import datetime as dtm
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from models.enums import FindingKind, Platform, Rectification
from services.core.access import Actor, Permission
from services.core.errors import UserError
from services.core.monitoring import Problem, count_failing, list_repeats
from services.core.numbers import percent
from services.core.platforms import PRINTED_ORDER
from services.core.quarter import Quarter
from services.media import media_accounts
from services.media.media_accounts import MediaAccountRef
from services.media.media_facts import MediaFinding, list_found
from services.office import organisations
from services.office.office_rules import get_rules
from services.office.organisations import OrganisationRef


class QuarterAhead(UserError):
    """The quarter has not begun; its first day is ``day``."""


@dataclass(frozen=True, slots=True)
class PlatformCount:
    """So many accounts on a platform: ``watched`` at any time of the quarter, ``running`` on its last day."""

    platform: Platform
    watched: int
    running: int


@dataclass(frozen=True, slots=True)
class MonitoredLine:
    """One row of the list: an account, or a unit's several accounts on a platform, and what was found.

    ``is_rectified`` where each of the findings was confirmed. ``carried`` where all of them are older than
    the quarter and were still open in it.
    """

    platform: Platform
    accounts: tuple[str, ...]
    unit: str
    level: str
    findings: tuple[MediaFinding, ...]
    is_rectified: bool
    carried: bool


@dataclass(frozen=True, slots=True)
class Repeat:
    """An account, or (``account_id`` None) a unit, found more than once: how often in which quarter."""

    unit_id: int
    unit: str
    account_id: int | None
    account: str
    by_quarter: tuple[tuple[Quarter, int], ...]

    @property
    def times(self) -> int:
        """Give how often in all."""
        return sum(count for _, count in self.by_quarter)


@dataclass(frozen=True, slots=True)
class QuarterMonitoring:
    """How a quarter went; of the current one, so far (``as_of``).

    ``pass_rate`` is per cent of the accounts watched, with the organisation's decimals; None where none was.
    ``lines`` by platform as offices print them, then by unit in official order, like annex 2 of 苍溪 2020;
    ``repeats`` are those found in this quarter and more than once up to its end, accounts before units.
    """

    organisation: OrganisationRef
    quarter: Quarter
    as_of: dtm.date
    platforms: tuple[PlatformCount, ...]
    watched: int
    running: int
    failing: int
    pass_rate: Decimal | None
    lines: tuple[MonitoredLine, ...]
    repeats: tuple[Repeat, ...]

    @property
    def passing(self) -> int:
        """Give how many accounts passed."""
        return self.watched - self.failing


async def read_quarter(
    actor: Actor, organisation_id: int, quarter: Quarter, today: dtm.date
) -> QuarterMonitoring:
    """Work out an organisation's quarter from its register and its findings.

    What proved mistaken since is in no figure. A finding of an earlier quarter that was still open at the
    beginning of this one is in it too. QuarterAhead before its first day.
    """
    actor.require(Permission.PROGRESS_READ_ANY, organisation_id=organisation_id)
    if quarter.starts_on > today:
        raise QuarterAhead(day=quarter.starts_on)
    as_of = min(quarter.last_on, today)
    accounts = await media_accounts.list_ever(organisation_id)
    watched = [each for each in accounts if _is_watched_in(each, quarter.starts_on, as_of)]
    ever = [each for each in await list_found(organisation_id, today) if not each.is_mistaken]
    until = [each for each in ever if each.found_on <= as_of]
    findings = [each for each in until if each.found_on >= quarter.starts_on or _was_open(each, quarter)]
    failing = count_failing(_problems(findings))
    decimals = (await get_rules(organisation_id)).decimals
    return QuarterMonitoring(
        organisation=await organisations.get_organisation(organisation_id),
        quarter=quarter,
        as_of=as_of,
        platforms=tuple(_counts(watched, as_of)),
        watched=len(watched),
        running=sum(each.is_watched(as_of) for each in watched),
        failing=failing,
        pass_rate=percent(len(watched) - failing, len(watched), digits=decimals),
        lines=_lines(findings, quarter),
        repeats=_repeats(until, quarter),
    )


def _is_watched_in(account: MediaAccountRef, start: dtm.date, last: dtm.date) -> bool:
    ended = account.deregistered_on
    return account.registered_on <= last and (ended is None or ended > start)


def _was_open(finding: MediaFinding, quarter: Quarter) -> bool:
    """Tell whether an older finding still was to be put right when a quarter began."""
    agreed_on = finding.rectified_on if finding.rectification is Rectification.CONFIRMED else None
    ended_on = finding.mended_on or agreed_on
    return ended_on is None or ended_on >= quarter.starts_on


def _problems(findings: Iterable[MediaFinding]) -> list[Problem]:
    held = list(findings)
    dead = {each.accounts for each in held if each.kind is FindingKind.ZOMBIE}
    return [
        Problem(
            *(each.kind, each.unit_id, each.platform.value, each.account_id),
            accounts=sum((name,) not in dead for name in each.accounts),
        )
        for each in held
    ]


def _counts(accounts: Iterable[MediaAccountRef], as_of: dtm.date) -> Iterable[PlatformCount]:
    held = list(accounts)
    for platform in PRINTED_ORDER:
        there = [each for each in held if each.platform is platform]
        if there:
            yield PlatformCount(platform, len(there), sum(each.is_watched(as_of) for each in there))


def _lines(findings: Iterable[MediaFinding], quarter: Quarter) -> tuple[MonitoredLine, ...]:
    def subject(finding: MediaFinding) -> tuple[int, int, int, int]:
        order = PRINTED_ORDER.index(finding.platform)
        return order, finding.position, finding.unit_id, finding.account_id or 0

    lines = []
    for _, group in groupby(sorted(findings, key=lambda each: (*subject(each), each.found_on)), key=subject):
        held = tuple(group)
        lines.append(
            MonitoredLine(
                *(held[0].platform, held[0].accounts, held[0].unit, held[0].level, held),
                is_rectified=all(each.rectification is Rectification.CONFIRMED for each in held),
                carried=all(each.found_on < quarter.starts_on for each in held),
            )
        )
    return tuple(lines)


def _repeats(findings: Iterable[MediaFinding], quarter: Quarter) -> tuple[Repeat, ...]:
    held = list(findings)
    accounts = {each.account_id: each for each in held if each.account_id is not None}
    units = {each.unit_id: each for each in held}
    of_accounts = list_repeats((each.account_id, each.found_on) for each in held if each.account_id)
    of_units = list_repeats((each.unit_id, each.found_on) for each in held)
    return (
        *(_repeat(accounts[each], times) for each, times in of_accounts.items() if quarter in times),
        *(_repeat(units[each], times, of_unit=True) for each, times in of_units.items() if quarter in times),
    )


def _repeat(finding: MediaFinding, times: Mapping[Quarter, int], *, of_unit: bool = False) -> Repeat:
    return Repeat(
        finding.unit_id,
        finding.unit,
        None if of_unit else finding.account_id,
        "" if of_unit else finding.accounts[0],
        tuple(times.items()),
    )
