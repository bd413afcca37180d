"""What is looked at before a bulletin is issued (发文前核对): each objection with where, what and why."""

import datetime as dtm
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import IntEnum

from models.enums import BulletinKind, FindingKind
from services.core.bulletin import Bulletin
from services.core.bulletin_facts import BulletinFacts, MediaFacts, UnitFigures
from services.core.composing import Composed
from services.core.numbers import percent
from services.core.printing import Percentage, PrintedCell, PrintedTable
from services.core.stated import STATABLE, Figure, Origin
from services.core.typed_figures import list_typed

_ANNEX = re.compile(r"附件([0-9])")
_LEVEL = re.compile(r"^[省市县区](?=..)")


class Weight(IntEnum):
    """How much an objection weighs."""

    NOTE = 0  # worth knowing
    DOUBT = 1  # issuing all the same needs a reason
    BAR = 2  # nothing can be issued until it is mended


@dataclass(frozen=True, slots=True)
class Objection:
    """Something that does not fit; ``code`` is the end of its text's key, ``told`` what the text needs."""

    code: str
    weight: Weight
    told: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What matters besides the figures: how far the period's counts can still change, and who is left out.

    ``open_until`` is the last day on which reports still count (None: closed), ``reopened`` units with a day
    until which the period takes reports from them again. ``retired`` are units that no longer report and
    still counted in the period, with how much; ``pending`` are rectifications that wait for a decision,
    ``unreviewed`` what was reported and waits for a reviewer, where what is accepted is printed.
    """

    today: dtm.date
    open_until: dtm.date | None = None
    reopened: tuple[tuple[str, dtm.date], ...] = ()
    retired: tuple[tuple[str, int], ...] = ()
    pending: int = 0
    unreviewed: int = 0


def proofread(
    facts: BulletinFacts,
    composed: Composed,
    phrases: Mapping[str, str],
    circumstances: Circumstances,
) -> tuple[Objection, ...]:
    """List everything that does not fit, the weightiest first; ``phrases`` are the office's own."""
    found = [
        *_missing(composed),
        *_dates(facts, composed.bulletin, circumstances),
        *_sums(facts),
        *_figures(facts),
        *_tables(composed.bulletin, facts.decimals),
        *_units(facts, circumstances),
        *_media(facts.media),
        *_names(facts, composed.bulletin),
        *_annexes(composed.bulletin),
        *(Objection(code, Weight.DOUBT, told) for code, told in list_typed(facts, phrases)),
        *_unsettled(circumstances),
    ]
    return tuple(sorted(found, key=lambda each: -each.weight))


def _missing(composed: Composed) -> Iterator[Objection]:
    for name in composed.missing:
        yield Objection("missing", Weight.BAR, {"name": name})


def _dates(facts: BulletinFacts, bulletin: Bulletin, now: Circumstances) -> Iterator[Objection]:
    if now.today < facts.period.ends_before:
        yield Objection("not_over", Weight.DOUBT, {"day": facts.period.ends_before - dtm.timedelta(days=1)})
    for day in (bulletin.printed_on, bulletin.signed_on):
        if day is not None and day > now.today:
            yield Objection("day_ahead", Weight.DOUBT, {"day": day})
            break
        if day is not None and day < facts.period.ends_before <= now.today:
            yield Objection("day_early", Weight.DOUBT, {"day": day})
            break
    signed, printed = bulletin.signed_on, bulletin.printed_on
    if signed is not None and printed is not None and signed > printed:
        yield Objection("signed_later", Weight.DOUBT, {"signed": signed, "printed": printed})


def _sums(facts: BulletinFacts) -> Iterator[Objection]:
    """Compare what is stated with what the annex adds up to, and name the units that make the difference."""
    figure = facts.figures.get("disclosed", Figure())
    if figure.origin is not Origin.STATED or figure.value is None:
        return
    label = STATABLE["disclosed"].label
    if facts.kind is BulletinKind.QUARTERLY:
        submitted, accepted = facts.total("submitted"), facts.total("accepted")
        if figure.value not in {submitted, accepted}:
            told = {"name": label, "stated": figure.value, "submitted": submitted, "accepted": accepted}
            gaps = {"gap": abs(figure.value - submitted), "accepted_gap": abs(figure.value - accepted)}
            yield Objection("sums_differ", Weight.DOUBT, {**told, **gaps})
        return
    column = "done" if facts.kind is BulletinKind.MONTHLY else "year_done"
    total = facts.total(column)
    if figure.value != total:
        gap = total - figure.value
        told = {"name": label, "stated": figure.value, "sum": total, "gap": abs(gap)}
        names = make_difference(facts.units, column, gap) if gap > 0 else ()
        if names:
            yield Objection("sum_differs_by", Weight.DOUBT, {**told, "units": "、".join(names)})
        else:
            yield Objection("sum_differs", Weight.DOUBT, told)


def make_difference(units: tuple[UnitFigures, ...], column: str, gap: int) -> tuple[str, ...]:
    """Name the units whose own figure is a difference; of several each may be it. Else two that make it up.

    More than one pair says nothing, so then nobody is named.
    """
    alone = tuple(unit.name for unit in units if getattr(unit, column) == gap)
    if alone or gap == 0:
        return alone
    by_count = defaultdict[int, list[str]](list)
    pairs = []
    for unit in units:
        count = getattr(unit, column)
        if 0 < count < gap:
            pairs += [(other, unit.name) for other in by_count[gap - count][:2]]
            by_count[count].append(unit.name)
        if len(pairs) > 1:
            return ()
    return pairs[0] if pairs else ()


def _figures(facts: BulletinFacts) -> Iterator[Objection]:
    for name, figure in facts.figures.items():
        one = STATABLE[name]
        if one.is_names and figure.origin is Origin.MISSING:
            yield Objection("names_unstated", Weight.NOTE, {"name": one.label})
        if figure.origin is Origin.CARRIED and one.sums:
            added = (figure.value or 0) - figure.base
            told = {"name": one.label, "since": figure.since, "base": figure.base, "added": added}
            yield Objection("carried", Weight.NOTE, told)
    received, answered = (_value(facts, name) for name in ("letters", "letters_answered"))
    if received is not None and answered is not None and answered > received:
        yield Objection("answered_more", Weight.DOUBT, {"received": received, "answered": answered})
    for name in ("website", "disclosed", "letters"):
        month, ever = _value(facts, name), _value(facts, f"{name}_ever")
        if month is not None and ever is not None and ever < month:
            labels = {"name": STATABLE[f"{name}_ever"].label, "other": STATABLE[name].label}
            yield Objection("ever_less", Weight.DOUBT, {**labels, "ever": ever, "value": month})
    key_field, disclosed = _value(facts, "key_field"), _value(facts, "disclosed")
    if key_field is not None and disclosed is not None and key_field > disclosed:
        told = {"name": STATABLE["disclosed"].label, "other": STATABLE["key_field"].label}
        yield Objection("ever_less", Weight.DOUBT, {**told, "ever": disclosed, "value": key_field})


def _value(facts: BulletinFacts, name: str) -> int | None:
    return facts.figures.get(name, Figure()).value


def _tables(bulletin: Bulletin, decimals: int) -> Iterator[Objection]:
    """Add the annexes up once more, cell by cell, and divide again."""
    for annex in bulletin.annexes:
        table = annex.table
        heads = {column: cell.text for _, column, cell in table.placed_head()}
        yield from _totals(table, heads, annex.name)
        yield from _percentages(table, heads, annex.name, decimals)


def _totals(table: PrintedTable, heads: Mapping[int, str], name: str) -> Iterator[Objection]:
    for column, printed in enumerate(table.total or ()):
        added = sum(row[column] for row in table.rows if isinstance(row[column], int))  # type: ignore[misc]
        if isinstance(printed, int) and printed != added:
            told = {"annex": name, "column": heads[column], "printed": printed, "sum": added}
            yield Objection("total_wrong", Weight.BAR, told)


def _percentages(
    table: PrintedTable, heads: Mapping[int, str], name: str, decimals: int
) -> Iterator[Objection]:
    """Divide again: a percentage stands right of what was done, and 任务数 left of that or of the year.

    The percentage of all is of those rows that owe something.
    """
    targets = [column for column, head in heads.items() if head.endswith("任务数")]
    rows = [(row, (row,)) for row in table.rows]
    for row, parts in (*rows, *([(table.total, table.rows)] if table.total else [])):
        for column, cell in enumerate(row):
            if not isinstance(cell, Percentage) or not targets:
                continue
            at = targets[-1] if column < len(row) - 1 else targets[0]
            pairs = [(part[column - 1], part[at]) for part in parts]
            if _divided(pairs, decimals) != cell.value:
                told = {"annex": name, "unit": row[0], "column": heads[column], "printed": f"{cell.value}%"}
                yield Objection("percentage_wrong", Weight.BAR, told)


def _divided(pairs: Iterable[tuple[PrintedCell, PrintedCell]], decimals: int) -> Decimal | None:
    owed = [
        (done, target)
        for done, target in pairs
        if isinstance(done, int) and isinstance(target, int) and target > 0
    ]
    if not owed:
        return None
    return percent(sum(done for done, _ in owed), sum(target for _, target in owed), digits=decimals)


def _units(facts: BulletinFacts, now: Circumstances) -> Iterator[Objection]:
    if not facts.units:
        yield Objection("no_units", Weight.BAR)
    elif not any(unit.done or unit.submitted for unit in facts.units):
        yield Objection("nothing_counted", Weight.DOUBT)
    for name, count in now.retired:
        yield Objection("retired", Weight.DOUBT, {"unit": name, "count": count})
    if facts.kind is BulletinKind.QUARTERLY:
        more = [unit.name for unit in facts.units if unit.accepted > unit.submitted]
        if more:
            yield Objection("accepted_more", Weight.DOUBT, {"units": "、".join(more)})
        return
    idle = [unit.name for unit in facts.units if not unit.target and not unit.year_target]
    if idle:
        yield Objection("without_target", Weight.NOTE, {"units": "、".join(idle)})


def _media(media: MediaFacts | None) -> Iterator[Objection]:
    if media is None:
        return
    if media.running != media.watched:
        base = {"running": media.running, "watched": media.watched}
        yield Objection("media_base", Weight.NOTE, base)
    for line in media.lines:
        for each in line.found:
            told: dict[str, object] = {
                "account": "、".join(line.accounts),
                "unit": line.unit,
                "day": each.found_on,
            }
            if each.found_on > media.as_of:
                yield Objection("found_ahead", Weight.DOUBT, told)
            if each.last_post_on is None or each.kind is FindingKind.DUPLICATE:
                continue
            gap = (each.found_on - each.last_post_on).days
            allowed = media.zombie_days if each.kind is FindingKind.ZOMBIE else media.stale_days
            if gap <= allowed:
                more: dict[str, object] = {"last": each.last_post_on, "gap": gap, "allowed": allowed}
                yield Objection("gap_impossible", Weight.DOUBT, {**told, **more})


def _names(facts: BulletinFacts, bulletin: Bulletin) -> Iterator[Objection]:
    """Find names in the text that the annex writes otherwise, and listed ones that it has not."""
    prose = "\n".join(each.text for section in bulletin.sections for each in section.paragraphs)
    known = {unit.name for unit in facts.units}
    other = {alias: unit.name for unit in facts.units for alias in unit.aliases if alias not in known}
    for alias in sorted(other, key=lambda each: (-len(each), each)):
        if alias in prose and not _is_inside(alias, other[alias], prose):
            yield Objection("alias", Weight.NOTE, {"written": alias, "printed": other[alias]})
    listed = facts.figures.get("unmended", Figure()).names
    strangers = [
        name for name in listed if name not in known and name not in other and not _near(name, known)
    ]
    if strangers:
        told = {"units": "、".join(strangers), "name": STATABLE["unmended"].label}
        yield Objection("name_unknown", Weight.DOUBT, told)


def _annexes(bulletin: Bulletin) -> Iterator[Objection]:
    """Find annexes that the text speaks of and the bulletin has not."""
    prose = "\n".join(each.text for section in bulletin.sections for each in section.paragraphs)
    for number in sorted({int(each) for each in _ANNEX.findall(prose)}):
        if number > len(bulletin.annexes):
            yield Objection("no_such_annex", Weight.DOUBT, {"annex": f"附件{number}"})


def _near(name: str, known: Collection[str]) -> bool:
    """Tell whether a name is a unit's but for the level before it: 县融媒体中心, 市司法局."""
    bare = {_LEVEL.sub("", each) for each in known}
    return _LEVEL.sub("", name) in bare


def _is_inside(alias: str, name: str, prose: str) -> bool:
    """Tell whether an alias stands in a text only as a part of the unit's own name."""
    return alias in name and alias not in prose.replace(name, "")


def _unsettled(now: Circumstances) -> Iterator[Objection]:
    if now.open_until is not None:
        yield Objection("still_open", Weight.DOUBT, {"day": now.open_until})
    for name, until in now.reopened:
        yield Objection("reopened", Weight.DOUBT, {"unit": name, "day": until})
    if now.pending:
        yield Objection("pending", Weight.DOUBT, {"count": now.pending})
    if now.unreviewed:
        yield Objection("unreviewed", Weight.DOUBT, {"count": now.unreviewed})
