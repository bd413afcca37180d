"""The tables that belong to a bulletin: units in official order, and accounts with what was found."""

import datetime as dtm
from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby, zip_longest

from models.enums import BulletinKind, FindingKind
from services.core.bulletin import Annex
from services.core.bulletin_facts import BulletinFacts, MediaFacts, MediaFound, MediaLine, UnitFigures
from services.core.numbers import NO_FIGURE, spell
from services.core.period import Period
from services.core.platforms import PRINTED_NAMES
from services.core.printing import HeadCell, Joined, Percentage, PrintedCell, PrintedTable, simple_head
from services.core.quarter import Quarter

TOTAL = "合计"
TARGETS = "责任单位政府信息公开情况"


def list_annexes(
    facts: BulletinFacts, notes: tuple[str, ...], media_notes: tuple[str, ...]
) -> tuple[Annex, ...]:
    """Make the annexes of a kind of bulletin; a list of accounts only where something was found."""
    if facts.kind is not BulletinKind.QUARTERLY:
        return (Annex(TARGETS, target_table(facts, notes)),)
    name = f"{facts.period.year}年{_quarter(facts)}政务公开监测情况统计表"
    annexes = [Annex(name, acceptance_table(facts, name, notes))]
    if facts.media is not None and facts.media.lines:
        name = f"{facts.period.year}年{_quarter(facts)}存在突出问题政务新媒体名单"
        annexes.append(Annex(name, media_table(facts.media, facts.period.year, name, media_notes)))
    return tuple(annexes)


def _quarter(facts: BulletinFacts) -> str:
    return f"{spell(facts.period.number)}季度" if isinstance(facts.period, Quarter) else ""


def target_table(facts: BulletinFacts, notes: tuple[str, ...]) -> PrintedTable:
    """Make the table of done and owed: of a month with the year so far, or of the year alone."""
    period = facts.period
    month = period.month if isinstance(period, Period) else None
    names = ["责任单位", "当年任务数"]
    if month is not None:
        names += ["每月任务数", f"{month}月发布数", f"{month}月完成比"]
    names += ["当年完成数", "当年完成比例"]
    rows = tuple(_target_row(facts, unit, with_month=month is not None) for unit in facts.units)
    return PrintedTable(
        name="信息公开情况",
        title=TARGETS,
        head=simple_head(*names),
        widths=(9, *(5 for _ in names[1:])),
        rows=rows,
        total=_target_total(facts, with_month=month is not None) if rows else None,
        footnotes=notes,
    )


def _target_row(facts: BulletinFacts, unit: UnitFigures, *, with_month: bool) -> tuple[PrintedCell, ...]:
    of_month: tuple[PrintedCell, ...] = ()
    if with_month:
        of_month = (_target(unit.target), unit.done, _rate(facts.rate(unit.done, unit.target)))
    rate = _rate(facts.rate(unit.year_done, unit.year_target))
    return (unit.name, _target(unit.year_target), *of_month, unit.year_done, rate)


def _target_total(facts: BulletinFacts, *, with_month: bool) -> tuple[PrintedCell, ...]:
    """Add the columns up; the percentages are of those alone who owe something."""
    of_month: tuple[PrintedCell, ...] = ()
    if with_month:
        rate = _rate(facts.total_rate("done", "target"))
        of_month = (facts.total("target"), facts.total("done"), rate)
    rate = _rate(facts.total_rate("year_done", "year_target"))
    return (TOTAL, facts.total("year_target"), *of_month, facts.total("year_done"), rate)


def _target(target: int | None) -> PrintedCell:
    return NO_FIGURE if target is None else target


def _rate(rate: Decimal | None) -> PrintedCell:
    return NO_FIGURE if rate is None else Percentage(rate)


_COUNTS = ("报送信息总数（条）", "审发信息总数（条）", "错情（处）")


def acceptance_table(facts: BulletinFacts, title: str, notes: tuple[str, ...]) -> PrintedTable:
    """Make the table of submitted and accepted; two divisions stand side by side, more below each other.

    No mistakes are left blank, as offices do.
    """
    divisions = facts.divisions
    if len(divisions) == 2:
        return _side_by_side(facts, title, notes)
    several = len(divisions) > 1
    first = ("类别", "单位") if several else ("单位",)
    rows: list[tuple[PrintedCell, ...]] = []
    joined = []
    for division in divisions:
        units = facts.of_division(division)
        joined.append(Joined(len(rows), 0, len(units)))
        rows += [(division, *_counts(unit)) if several else _counts(unit) for unit in units]
    total: tuple[PrintedCell, ...] = (TOTAL, *([None] if several else []), *_sums(facts.units))
    return PrintedTable(
        name="监测情况",
        title=title,
        head=simple_head(*first, *_COUNTS),
        widths=(*(8 for _ in first), 6, 6, 4),
        rows=tuple(rows),
        total=total if rows else None,
        joined=tuple(each for each in joined if several and each.rows > 1),
        footnotes=notes,
    )


def _side_by_side(facts: BulletinFacts, title: str, notes: tuple[str, ...]) -> PrintedTable:
    left, right = (facts.of_division(each) for each in facts.divisions)
    blank: tuple[PrintedCell, ...] = (None,) * 4
    return PrintedTable(
        name="监测情况",
        title=title,
        head=(
            tuple(HeadCell(name) for division in facts.divisions for name in (division or "单位", *_COUNTS)),
        ),
        widths=(7, 5, 5, 3) * 2,
        rows=tuple(
            (*(_counts(one) if one else blank), *(_counts(two) if two else blank))
            for one, two in zip_longest(left, right)
        ),
        total=(TOTAL, *_sums(left), TOTAL, *_sums(right)),
        footnotes=notes,
    )


def _counts(unit: UnitFigures) -> tuple[PrintedCell, ...]:
    return (unit.name, unit.submitted, unit.accepted, unit.errors or None)


def _sums(units: Sequence[UnitFigures]) -> tuple[PrintedCell, ...]:
    return (
        sum(unit.submitted for unit in units),
        sum(unit.accepted for unit in units),
        sum(unit.errors for unit in units) or None,
    )


def media_table(media: MediaFacts, year: int, title: str, notes: tuple[str, ...]) -> PrintedTable:
    """Make the list of accounts with what was found, by platform."""
    rows: list[tuple[PrintedCell, ...]] = []
    joined = []
    for platform, group in groupby(media.lines, key=lambda line: line.platform):
        held = list(group)
        joined.append(Joined(len(rows), 0, len(held)))
        rows += [(PRINTED_NAMES[platform], *_media_row(line, media, year)) for line in held]
    return PrintedTable(
        name="突出问题名单",
        title=title,
        head=simple_head("类别", "政务新媒体名称", "主办单位", "级别", "突出问题", "是否整改"),
        widths=(4, 8, 8, 4, 18, 4),
        rows=tuple(rows),
        joined=tuple(each for each in joined if each.rows > 1),
        footnotes=notes,
    )


def _media_row(line: MediaLine, media: MediaFacts, year: int) -> tuple[PrintedCell, ...]:
    found = "；".join(found_words(each, media, year) for each in line.found)
    return ("、".join(line.accounts), line.unit, line.level, found, "是" if line.is_rectified else "否")


def found_words(found: MediaFound, media: MediaFacts, year: int) -> str:
    """Say what was found on which day, and when the account last posted."""
    if found.kind is FindingKind.DUPLICATE:
        return "同一平台开设多个政务新媒体账号"
    if found.kind is FindingKind.ZOMBIE:
        said = "监测到为“僵尸”账号"
    else:
        span = "两周" if media.stale_days == 14 else f"{media.stale_days}天"
        said = f"监测到超过{span}未更新"
    last = "" if found.last_post_on is None else f"，最新更新时间为{_day(found.last_post_on, year)}"
    return f"{_day(found.found_on, year)}{said}{last}"


def _day(day: dtm.date, year: int) -> str:
    """Write a day, with its year only where that is not the bulletin's."""
    return f"{'' if day.year == year else f'{day.year}年'}{day.month}月{day.day}日"
