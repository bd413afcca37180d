"""Stretches of days as people write them down in advance: 3月1日至5日, 明天, 2024-03-01 到 2024-03-05."""

import datetime as dtm
import re
from collections.abc import Iterator
from dataclasses import dataclass

from services.core.text import clean
from services.core.traditional import simplified

HALF_A_YEAR = dtm.timedelta(days=182)

_RELATIVE = {"今天": 0, "今日": 0, "明天": 1, "明日": 1, "后天": 2, "today": 0, "tomorrow": 1}
_DAY = (
    r"(?:(?P<year{n}>[0-9]{{4}})[-/.](?P<month{n}>[0-9]{{1,2}})[-/.](?P<day{n}>[0-9]{{1,2}})"
    r"|(?:(?P<year{n}b>[0-9]{{4}})年)?(?P<month{n}b>[0-9]{{1,2}})[月./](?P<day{n}b>[0-9]{{1,2}})[日号]?)"
)
_FIRST, _LAST = _DAY.format(n=1), _DAY.format(n=2)
_STRETCH = re.compile(
    rf"(?<![0-9]){_FIRST}(?:[-–—~至到](?:{_LAST}|(?P<only>[0-9]{{1,2}})[日号]?))?(?![0-9月年])"
)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days from ``first_on`` through ``last_on``."""

    first_on: dtm.date
    last_on: dtm.date

    def days(self) -> Iterator[dtm.date]:
        """Give each day in order."""
        for number in range((self.last_on - self.first_on).days + 1):
            yield self.first_on + dtm.timedelta(days=number)


def plain(text: str) -> str:
    """Write a text as it is read here: one form of each sign, without gaps."""
    return re.sub(r"\s+", "", simplified(clean(text)).casefold())


def parse_stretch(text: str, *, today: dtm.date) -> Stretch | None:
    """Read one day or one stretch; None when the text is nothing else or no such days exist.

    A day without a year is this year's, or next year's when it is half a year past; a stretch may go on into
    the year after.
    """
    said = plain(text)
    if said in _RELATIVE:
        day = today + dtm.timedelta(days=_RELATIVE[said])
        return Stretch(day, day)
    found = _STRETCH.fullmatch(said)
    return None if found is None else _read(found, today)


def split_stretches(said: str, *, today: dtm.date) -> tuple[tuple[Stretch, ...] | None, str]:
    """Take every stretch out of a ``plain`` text, with what is left; None where one does not exist."""
    found = [_read(each, today) for each in _STRETCH.finditer(said)]
    rest = _STRETCH.sub("", said)
    if any(each is None for each in found):
        return None, rest
    return tuple(each for each in found if each is not None), rest


def _read(found: re.Match[str], today: dtm.date) -> Stretch | None:
    try:
        first = _meant(_part(found, "year1"), int(_part(found, "month1")), int(_part(found, "day1")), today)
        if found["only"]:
            return _stretch(first, first.replace(day=int(found["only"])))
        if not _part(found, "month2"):
            return Stretch(first, first)
        month, day = int(_part(found, "month2")), int(_part(found, "day2"))
        year = _part(found, "year2")
        last = dtm.date(int(year or first.year), month, day)
        return _stretch(first, last if year or month >= first.month else last.replace(year=first.year + 1))
    except ValueError:
        return None


def _part(found: re.Match[str], name: str) -> str:
    return found[name] or found[f"{name}b"] or ""


def _stretch(first: dtm.date, last: dtm.date) -> Stretch | None:
    return Stretch(first, last) if last >= first else None


def _meant(year: str, month: int, day: int, today: dtm.date) -> dtm.date:
    if year:
        return dtm.date(int(year), month, day)
    try:
        named = dtm.date(today.year, month, day)
    except ValueError:  # 29 February, or no day at all
        return dtm.date(today.year + 1, month, day)
    return named if today - named <= HALF_A_YEAR else dtm.date(today.year + 1, month, day)
