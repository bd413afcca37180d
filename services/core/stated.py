"""Figures that an office states because nothing here counts them, and what follows from them."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from models.enums import BulletinKind
from services.core.errors import UserError
from services.core.numbers import parse_count
from services.core.quarter import AnyPeriod, months_of, read_any_period
from services.core.text import clean, fold

MAX_WORDS = 60
MAX_NAME = 60


class FigureUnknown(UserError):
    """A line begins with no name of a figure (``text``)."""


class NamesTooMany(UserError):
    """A list has more names than ``count``, or a name more than ``length`` characters."""


class NothingStated(UserError):
    """The message holds no figure."""


class Origin(StrEnum):
    """Where a figure comes from."""

    STATED = "stated"  # by the office, for this very period
    COUNTED = "counted"  # from what units reported
    CARRIED = "carried"  # the last one stated, and what came since
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Statable:
    """A figure that can be stated: ``label`` is its name in chat and its field in the text.

    ``is_names`` is a list of names instead of a number. ``sums`` names the figure of each month that it
    adds up over all years. ``is_counted`` is one that is counted here, unless the office states another.
    """

    name: str
    label: str
    kinds: frozenset[BulletinKind]
    is_names: bool = False
    sums: str = ""
    is_counted: bool = False


_M, _Q, _Y = BulletinKind.MONTHLY, BulletinKind.QUARTERLY, BulletinKind.YEARLY

STATABLE: Mapping[str, Statable] = MappingProxyType(
    {
        each.name: each
        for each in (
            Statable("website", "网站信息", frozenset({_M, _Y})),
            Statable("website_ever", "网站累计", frozenset({_M}), sums="website"),
            Statable("disclosed", "公开信息", frozenset({_M, _Q, _Y}), is_counted=True),
            Statable("disclosed_ever", "公开累计", frozenset({_M}), sums="disclosed"),
            Statable("key_field", "重点领域", frozenset({_Q})),
            Statable("letters", "来信", frozenset({_M, _Y})),
            Statable("letters_answered", "办结", frozenset({_M, _Y})),
            Statable("letters_ever", "来信累计", frozenset({_M}), sums="letters"),
            Statable("unmended", "错敏整改单位", frozenset({_M}), is_names=True),
            Statable("good_media", "运行良好账号", frozenset({_Q}), is_names=True),
        )
    }
)
"""Everything that can be stated, in the order in which it is asked for."""


@dataclass(frozen=True, slots=True)
class Stated:
    """What was stated for a period: a number, or (``value`` None) names."""

    value: int | None
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as a bulletin uses it, and where it comes from.

    ``counted`` is what was counted here, also where the office states another. A carried one is ``base``, the
    figure stated for ``since``, and what came after that.
    """

    value: int | None = None
    names: tuple[str, ...] = ()
    origin: Origin = Origin.MISSING
    counted: int | None = None
    base: int = 0
    since: str = ""


Sheet = Mapping[tuple[str, str], Stated]
"""What was stated, by the figure's name and the period as ``str`` writes it."""


def statable(kind: BulletinKind) -> tuple[Statable, ...]:
    """List what can be stated for a kind of bulletin."""
    return tuple(each for each in STATABLE.values() if kind in each.kinds)


def resolve(
    kind: BulletinKind, period: AnyPeriod, stated: Sheet, counted: Mapping[str, int]
) -> dict[str, Figure]:
    """Give each figure of a bulletin.

    ``counted`` is what was counted of ``disclosed``, by period: the bulletin's own and the months before it.
    """
    return {each.name: _figure(each, period, stated, counted) for each in statable(kind)}


def _figure(one: Statable, period: AnyPeriod, stated: Sheet, counted: Mapping[str, int]) -> Figure:
    known = counted.get(str(period)) if one.is_counted else None
    here = stated.get((one.name, str(period)))
    if here is not None:
        return Figure(here.value, here.names, Origin.STATED, known)
    if one.is_names:
        return Figure()
    if known is not None:
        return Figure(known, (), Origin.COUNTED, known)
    if one.sums:
        return _carried(one, period, stated, counted)
    if len(months_of(period)) > 1:
        added = _added(one, map(str, months_of(period)), stated, counted)
        if added is not None:
            return Figure(added, (), Origin.CARRIED, None, 0, str(months_of(period)[0]))
    return Figure()


def _carried(one: Statable, period: AnyPeriod, stated: Sheet, counted: Mapping[str, int]) -> Figure:
    """Add to the last total that was stated what came in each month since; missing where one is unknown."""
    before = [
        (read_any_period(key), told.value)
        for (name, key), told in stated.items()
        if name == one.name and told.value is not None
    ]
    earlier = [(at, value) for at, value in before if at.starts_on < period.starts_on]
    if not earlier:
        return Figure()
    since, base = max(earlier, key=lambda pair: pair[0].starts_on)
    added = _added(STATABLE[one.sums], _months_between(since, period), stated, counted)
    if added is None:
        return Figure()
    return Figure(base + added, (), Origin.CARRIED, None, base, str(since))


def _months_between(since: AnyPeriod, period: AnyPeriod) -> Iterable[str]:
    month = months_of(since)[-1].next()
    while month.starts_on <= period.starts_on:
        yield str(month)
        month = month.next()


def _added(one: Statable, months: Iterable[str], stated: Sheet, counted: Mapping[str, int]) -> int | None:
    total = 0
    for month in months:
        told = stated.get((one.name, month))
        value = told.value if told is not None else counted.get(month) if one.is_counted else None
        if value is None:
            return None
        total += value
    return total


_NONE = {"无", "没有", "none"}
_BETWEEN = re.compile(r"[、,，;；\n]+")
_AND_OTHERS = re.compile(r"等(?:单位|部门)?[。.]?$")
_UNITED = re.compile(r"(?<=[0-9])[,，](?=[0-9]{3}(?![0-9]))")


def read_stated(text: str, kind: BulletinKind, asked: str = "") -> dict[str, Stated]:
    """Read figures as people type or paste them, in one line or several; or the one ``asked`` for.

    ``网站信息 446 来信 4``: a name, then its number. A list of names is separated by 、; 无 is an empty
    one. Thousands may be separated.

    Raises:
        NothingStated: there is nothing to read.
        FigureUnknown: a line has no name of a figure of this kind of bulletin.
        CountUnclear, NamesTooMany: its value is none.
    """
    known = {each.label: each for each in statable(kind)}
    lines = [each for line in clean(text).splitlines() for each in _apart(line, known.values())]
    if not lines:
        raise NothingStated
    pair = re.compile(rf"(?P<name>{_any_of(known)})[\s:：=＝]*(?P<value>.+)")
    found: dict[str, Stated] = {}
    for line in lines:
        if (named := pair.fullmatch(line)) is not None:
            one = known[named["name"]]
            found[one.name] = _read_value(one, named["value"])
        elif asked and len(lines) == 1:
            found[asked] = _read_value(STATABLE[asked], line)
        else:
            raise FigureUnknown(text=line[:MAX_NAME])
    return found


def _apart(line: str, known: Iterable[Statable]) -> Iterator[str]:
    """Part a line before each name that begins a figure: one a number follows, or a list of names."""
    each = list(known)
    numbers = _any_of(one.label for one in each if not one.is_names)
    lists = _any_of(one.label for one in each if one.is_names) or "(?!)"
    begins = rf"(?:(?:{numbers})[\s:：=＝]*[0-9]|(?:{lists})[\s:：=＝])"
    return (part for part in re.split(rf"[\s,，;；、]+(?={begins})", line.strip()) if part)


def _any_of(labels: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(labels, key=len, reverse=True)))


def read_rows(rows: Iterable[Sequence[str]], kind: BulletinKind) -> dict[str, Stated]:
    """Read figures from the rows of a sheet: a name, and in the next cell that is not blank what it is.

    Raises:
        NothingStated: there is none.
        CountUnclear, NamesTooMany: the value of one is none.
    """
    by_label = {fold(each.label): each for each in statable(kind)}
    found: dict[str, Stated] = {}
    for row in rows:
        for at, cell in enumerate(row):
            one = by_label.get(fold(cell)) if cell else None
            value = next((each for each in row[at + 1 :] if each.strip()), "") if one else ""
            if one is not None and value:
                found[one.name] = _read_value(one, value)
    if not found:
        raise NothingStated
    return found


def _read_value(one: Statable, text: str) -> Stated:
    if not one.is_names:
        return Stated(parse_count(_UNITED.sub("", text.strip()).rstrip("条件个次")))
    if text.strip().casefold() in _NONE:
        return Stated(None)
    listed = _AND_OTHERS.sub("", text.strip())
    names = tuple(name.strip() for name in _BETWEEN.split(listed) if name.strip())
    if len(names) > MAX_WORDS or any(len(name) > MAX_NAME for name in names):
        raise NamesTooMany(count=MAX_WORDS, length=MAX_NAME)
    return Stated(None, names)
