"""Gathers what a bulletin is made of: what was counted, found, reminded of and stated."""

import datetime as dtm
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from operator import itemgetter
from typing import Any

from models.enums import BulletinKind, Cadence, Counting, Rectification
from services import sql
from services.core.access import Actor
from services.core.bulletin_facts import BulletinFacts, MediaFacts, MediaFound, MediaLine, UnitFigures
from services.core.closing import MonthState, judge
from services.core.period import Period
from services.core.progress import CategoryCounts, year_target
from services.core.proofreading import Circumstances
from services.core.quarter import AnyPeriod, Quarter, months_of
from services.core.stated import resolve
from services.facts import months, review_rows
from services.facts.quota_rows import DONE, OF_ORGANISATION, UnitYears, days_of, read_categories
from services.issuing.bulletin_figures import read_sheet
from services.media.monitoring import MonitoredLine, read_quarter
from services.office import organisations
from services.office.office_rules import OfficeRules, get_rules
from services.reminding import letter_log
from services.unhurried import unhurried

UNITS_AT_ONCE = 25
"""So many units are worked out until others have their turn."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """The facts of a bulletin, and what matters besides them."""

    facts: BulletinFacts
    circumstances: Circumstances


async def gather(
    actor: Actor, organisation_id: int, kind: BulletinKind, period: AnyPeriod, today: dtm.date
) -> Gathered:
    """Read everything that a bulletin tells of a period.

    A unit that was retired after the period is in it; one retired before its end is not, and where it
    counted in it that is told. A quarter's has what was submitted beside what was accepted; in those of a
    month or year done is whichever of the two the organisation counts.
    """
    rules = await get_rules(organisation_id)
    units = await _read_units(organisation_id, kind, period)
    counted = await _count_months(organisation_id)
    column = {BulletinKind.MONTHLY: "done", BulletinKind.QUARTERLY: "accepted"}.get(kind, "year_done")
    counted[str(period)] = sum(getattr(unit, column) for unit in units)
    sent = await letter_log.count_sent(organisation_id, period.starts_on, _last_on(period))
    media = None
    if isinstance(period, Quarter):
        media = await _read_media(actor, organisation_id, period, rules, today)
    facts = BulletinFacts(
        organisation=rules.name,
        kind=kind,
        period=period,
        units=units,
        figures=resolve(kind, period, await read_sheet(organisation_id), counted),
        media=media,
        reminders=(sent.letters, sent.units),
        decimals=rules.decimals,
        ties=rules.ties,
    )
    return Gathered(facts, await _look_around(facts, organisation_id, rules, today))


def _last_on(period: AnyPeriod) -> dtm.date:
    return period.ends_before - dtm.timedelta(days=1)


async def _read_units(organisation_id: int, kind: BulletinKind, period: AnyPeriod) -> tuple[UnitFigures, ...]:
    known = await _list_units(organisation_id, period)
    sums = await _sum_tallies(organisation_id, period)
    owed = {} if isinstance(period, Quarter) else await _read_owed(organisation_id, period, known)
    aliases = await _list_aliases(organisation_id)
    found = []
    async for row in unhurried(known, UNITS_AT_ONCE):
        submitted, accepted, errors = sums.get(row["id"], (0, 0, 0))
        unit = UnitFigures(
            *(row["id"], row["name"], row["division"], row["position"]),
            done=submitted,
            year_done=submitted,
            submitted=submitted,
            accepted=accepted,
            errors=errors,
            aliases=tuple(aliases.get(row["id"], ())),
        )
        found.append(replace(unit, **_measured(owed[row["id"]], kind)) if row["id"] in owed else unit)
    return tuple(found)


async def _list_units(organisation_id: int, period: AnyPeriod) -> list[dict[str, Any]]:
    return await sql.fetch(
        "SELECT id, name, division, position, is_active FROM unit WHERE organisation_id = $1 "
        "AND (is_active OR retired_at >= $2) ORDER BY position, id",
        organisation_id,
        _moment(period.ends_before),
    )


def _moment(day: dtm.date) -> dtm.datetime:
    return dtm.datetime.combine(day, dtm.time(), dtm.UTC)


async def _sum_tallies(organisation_id: int, period: AnyPeriod) -> dict[int, tuple[int, int, int]]:
    rows = await sql.fetch(
        "SELECT t.unit_id, SUM(t.count) AS submitted, SUM(t.accepted) AS accepted, SUM(t.errors) AS errors "
        "FROM tally t JOIN unit u ON u.id = t.unit_id "
        "WHERE u.organisation_id = $1 AND t.month_on >= $2 AND t.month_on < $3 GROUP BY t.unit_id",
        *(organisation_id, period.starts_on, period.ends_before),
    )
    return {row["unit_id"]: (int(row["submitted"]), int(row["accepted"]), int(row["errors"])) for row in rows}


async def _count_months(organisation_id: int) -> dict[str, int]:
    rows = await sql.fetch(
        f"SELECT t.month_on, SUM({DONE}) AS count FROM tally t JOIN unit u ON u.id = t.unit_id "
        "JOIN organisation o ON o.id = u.organisation_id WHERE o.id = $1 GROUP BY t.month_on",
        organisation_id,
    )
    months = [Period.containing(sql.get_day(row["month_on"]), Cadence.MONTHLY) for row in rows]
    return {str(month): int(row["count"]) for month, row in zip(months, rows, strict=True)}


async def _list_aliases(organisation_id: int) -> Mapping[int, list[str]]:
    rows = await sql.fetch(
        "SELECT a.unit_id, a.name FROM unit_alias a JOIN unit u ON u.id = a.unit_id "
        "WHERE u.organisation_id = $1 ORDER BY a.id",
        organisation_id,
    )
    found = defaultdict(list)
    async for row in unhurried(rows):
        found[row["unit_id"]].append(row["name"])
    return found


async def _read_owed(
    organisation_id: int, period: Period, units: Iterable[dict[str, Any]]
) -> dict[int, tuple[CategoryCounts, ...]]:
    rows = await sql.fetch(OF_ORGANISATION, organisation_id, *days_of(period))
    by_unit = groupby((row for row in rows if row["unit_id"]), key=itemgetter("unit_id"))
    found = {
        unit_id: read_categories(list(group), period)
        async for unit_id, group in unhurried(by_unit, UNITS_AT_ONCE)
    }
    for row in units:
        if not row["is_active"]:
            owed, counted = await UnitYears().read(row["id"], period)
            found[row["id"]] = read_categories(owed.with_counts(counted), period)
    return found


def _measured(categories: Iterable[CategoryCounts], kind: BulletinKind) -> dict[str, Any]:
    """Add up what a unit owes and has done; of a unit that owes nothing at all, everything it has done."""
    held = list(categories)
    monthly = [(each, each.quota(Cadence.MONTHLY)) for each in held]
    months_owed = [
        (each.month_done, target)
        for each, quota in monthly
        if quota is not None and (target := quota.target_for(each.accounts)) is not None
    ]
    years = [(each.year_done, target) for each in held if (target := year_target(each)) is not None]
    found: dict[str, Any] = {
        "year_target": sum(target for _, target in years) if years else None,
        "year_done": sum(done for done, _ in years or [(each.year_done, 0) for each in held]),
    }
    if kind is BulletinKind.MONTHLY:
        found["target"] = sum(target for _, target in months_owed) if months_owed else None
        found["done"] = sum(done for done, _ in months_owed or [(each.month_done, 0) for each in held])
    else:
        found["target"], found["done"] = found["year_target"], found["year_done"]
    return found


async def _read_media(
    actor: Actor, organisation_id: int, quarter: Quarter, rules: OfficeRules, today: dtm.date
) -> MediaFacts:
    seen = await read_quarter(actor, organisation_id, quarter, today)
    return MediaFacts(
        as_of=seen.as_of,
        platforms=tuple((each.platform, each.running) for each in seen.platforms),
        watched=seen.watched,
        passing=seen.passing,
        lines=tuple(_line(each) for each in seen.lines),
        pass_rate=seen.pass_rate,
        stale_days=rules.stale_days,
        zombie_days=rules.zombie_days,
    )


def _line(line: MonitoredLine) -> MediaLine:
    return MediaLine(
        line.platform,
        line.accounts,
        line.unit,
        line.level,
        tuple(MediaFound(each.kind, each.found_on, each.last_post_on) for each in line.findings),
        is_rectified=line.is_rectified,
        is_pending=any(each.rectification is Rectification.SUBMITTED for each in line.findings),
    )


async def _look_around(
    facts: BulletinFacts, organisation_id: int, rules: OfficeRules, today: dtm.date
) -> Circumstances:
    """Find out how far the period's counts can still change, and who is left out of them."""
    last = months_of(facts.period)[-1]
    calendar = await months.read_calendar(organisation_id, last)
    standing = judge(last, today, calendar, closing_days=rules.closing_days)
    return Circumstances(
        today,
        open_until=None if standing.state is MonthState.CLOSED else standing.closes_on,
        reopened=await _list_reopened(organisation_id, facts.period, today),
        retired=await _list_retired(organisation_id, facts),
        pending=sum(line.is_pending for line in facts.media.lines) if facts.media else 0,
        unreviewed=await _count_unreviewed(facts, rules),
    )


async def _count_unreviewed(facts: BulletinFacts, rules: OfficeRules) -> int:
    """Count what waits for a reviewer, which a month's or year's bulletin may have counted already."""
    if facts.kind is not BulletinKind.QUARTERLY and rules.counting is Counting.SUBMITTED:
        return 0
    return await review_rows.count_waiting(
        rules.organisation_id, facts.period.starts_on, _last_on(facts.period)
    )


async def _list_reopened(
    organisation_id: int, period: AnyPeriod, today: dtm.date
) -> tuple[tuple[str, dtm.date], ...]:
    rows = await sql.fetch(
        "SELECT u.name, MAX(r.until_on) AS until_on FROM reopening r JOIN unit u ON u.id = r.unit_id "
        "WHERE u.organisation_id = $1 AND r.month_on >= $2 AND r.month_on < $3 AND r.until_on >= $4 "
        "GROUP BY u.id, u.name, u.position ORDER BY u.position, u.id",
        *(organisation_id, period.starts_on, period.ends_before, today),
    )
    return tuple((row["name"], sql.get_day(row["until_on"])) for row in rows)


async def _list_retired(organisation_id: int, facts: BulletinFacts) -> tuple[tuple[str, int], ...]:
    sums = await _sum_tallies(organisation_id, facts.period)
    shown = {unit.unit_id for unit in facts.units}
    retired = await organisations.list_retired(organisation_id)
    return tuple(
        (unit.name, sums[unit.id][0])
        for unit in retired
        if unit.id not in shown and sums.get(unit.id, (0, 0, 0))[0]
    )
