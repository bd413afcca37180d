"""The words of an office figure: 32/30 106.7%, 2024年3月, 3月29日（星期五）."""

import datetime as dtm
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from babel.dates import format_date

from handlers.views.markup import LAMPS, escape, shorten
from locales import Texts
from models.enums import Cadence, Lamp
from services.core.numbers import format_percent
from services.core.period import Period
from services.core.progress import Line, Measure, Progress
from services.core.reminding import Shortfall

CATEGORY_LENGTH = 40

RATE_FROM = 10  # below a target of ten the fraction says it at a glance


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: a category, or several of a group that stand alike (``count`` of them)."""

    line: Line
    count: int = 1

    @property
    def is_folded(self) -> bool:
        """Tell whether it stands for several categories."""
        return self.count > 1


@dataclass(frozen=True, slots=True)
class Section:
    """Neighbouring lines under one heading ("" for none), folded where they are alike."""

    heading: str
    rows: tuple[Row, ...]


def sections(owed: Iterable[Line]) -> tuple[Section, ...]:
    """Gather lines by their group, in order; a group whose lines are alike becomes one row."""
    found: list[Section] = []
    for group, members in groupby(owed, key=lambda line: line.group or ""):
        mine = tuple(members)
        if group and len(mine) > 1 and len({_likeness(line) for line in mine}) == 1:
            found.append(Section("", (Row(mine[0], len(mine)),)))
        else:
            found.append(Section(group, tuple(Row(line) for line in mine)))
    return tuple(found)


def _likeness(line: Line) -> tuple[object, ...]:
    return line.month, line.year, line.per_account, line.accounts


def shortfall_rows(lacking: Iterable[Shortfall], texts: Texts) -> list[str]:
    """Write what a unit lacks, a category on each line; HTML."""
    return [
        texts(
            "letters.row",
            category=short_name(each.category),
            missing=each.missing,
            done=each.done,
            target=each.target,
        )
        for each in lacking
    ]


def short_name(name: str) -> str:
    """Make a category's name harmless and short enough that a dozen of them fit into one message; HTML."""
    return escape(shorten(name, CATEGORY_LENGTH))


def name_of(row: Row, texts: Texts) -> str:
    """Name a row: the category, or the group with how many it has; HTML."""
    if not row.is_folded:
        return short_name(row.line.category)
    return texts("progress.alike", group=short_name(row.line.group or ""), count=row.count)


def period_name(period: Period, texts: Texts) -> str:
    """Name a month or a year in full."""
    if period.month is None:
        return texts("progress.year", year=period.year)
    return texts.month(period.year, period.month)


def month_word(period: Period, today: dtm.date, texts: Texts) -> str:
    """Say 本月 of the month it is, 当月 of any other."""
    if period.contains(today):
        return texts("progress.head.this_month")
    return texts("progress.head.month")


def figure(measure: Measure) -> str:
    """Write a count as the office prints it; a zero target's percentage is "–"."""
    fraction = f"{measure.done}/{measure.target}"
    if 0 < measure.target < RATE_FROM:
        return fraction
    return f"{fraction} {format_percent(measure.rate)}"


def lamp_words(lamp: Lamp, texts: Texts) -> str:
    """Show a lamp with its word, because colour alone says nothing to some."""
    return f"{LAMPS[lamp]} {texts(f'lamp.{lamp.value}')}"


def listed(words: Sequence[str], texts: Texts, *, limit: int) -> str:
    """List words, at most ``limit`` of them, and say how many more there are."""
    comma = texts("progress.comma")
    if len(words) <= limit:
        return comma.join(words)
    return texts("progress.and_more", words=comma.join(words[:limit]), count=len(words) - limit)


def day_words(day: dtm.date, texts: Texts) -> str:
    """Name a day without its year: 3月29日, 29 March."""
    return format_date(day, texts("progress.day_pattern"), texts.locale)


def days_through(first: dtm.date, last: dtm.date, texts: Texts) -> str:
    """Name days with their years: 2024年3月1日至2024年3月4日; a single one only once."""
    day = texts.date(first)
    return day if first == last else texts("days.stretch", first=day, last=texts.date(last))


def missing_words(lacking: Iterable[Line], cadence: Cadence, texts: Texts, *, limit: int) -> str:
    """Say what lacks how many of a month or a year, folded like the table: 五公开 5 项各 1 条; HTML."""
    words: list[str] = []
    for section in sections(lacking):
        for row in section.rows:
            measure = row.line.month if cadence is Cadence.MONTHLY else row.line.year
            key = "progress.missing_each" if row.is_folded else "progress.missing_one"
            count = 0 if measure is None else measure.missing
            words.append(texts(key, category=name_of(row, texts), count=count))
    return listed(words, texts, limit=limit)


def exempt_names(progress: Progress) -> tuple[str, ...]:
    """Name what the unit is free of; a group that is exempt as a whole by its own name; HTML."""
    names: list[str] = []
    for group, members in groupby(progress.lines, key=lambda line: line.group or ""):
        mine = tuple(members)
        exempt = [line for line in mine if line.is_exempt]
        if group and len(mine) > 1 and len(exempt) == len(mine):
            names.append(short_name(group))
        else:
            names += [short_name(line.category) for line in exempt]
    return tuple(names)
