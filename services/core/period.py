"""A month or a year that counts belong to, and how people write one."""

import datetime as dtm
import re
from dataclasses import dataclass
from typing import Self

from models.enums import Cadence
from services.core.errors import UserError
from services.core.numbers import spell
from services.core.text import clean
from services.core.traditional import simplified

FIRST_YEAR, LAST_YEAR = 2000, 2099  # what people may write; 1850年 is a slip, not a period


class PeriodUnclear(UserError):
    """The text speaks of a time, but not of one month or one year that exists (``text``)."""


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """One month (``month`` 1–12) or one year (``month`` None); half-open, ordered within a cadence."""

    cadence: Cadence
    year: int
    month: int | None

    def __post_init__(self) -> None:
        """Refuse what is no month or year (ValueError)."""
        fits = self.month is None if self.cadence is Cadence.YEARLY else self.month in range(1, 13)
        if not fits or not dtm.MINYEAR < self.year < dtm.MAXYEAR:
            raise ValueError((self.cadence, self.year, self.month))

    @classmethod
    def of_month(cls, year: int, month: int) -> Self:
        """Make a month."""
        return cls(Cadence.MONTHLY, year, month)

    @classmethod
    def of_year(cls, year: int) -> Self:
        """Make a year."""
        return cls(Cadence.YEARLY, year, None)

    @classmethod
    def containing(cls, day: dtm.date, cadence: Cadence) -> Self:
        """Give the month or year a day lies in."""
        return cls(cadence, day.year, None if cadence is Cadence.YEARLY else day.month)

    @property
    def starts_on(self) -> dtm.date:
        """Give the first day."""
        return dtm.date(self.year, self.month or 1, 1)

    @property
    def ends_before(self) -> dtm.date:
        """Give the first day that no longer belongs to it."""
        if self.month is None or self.month == 12:
            return dtm.date(self.year + 1, 1, 1)
        return dtm.date(self.year, self.month + 1, 1)

    @property
    def last_on(self) -> dtm.date:
        """Give the last day."""
        return self.ends_before - dtm.timedelta(days=1)

    @property
    def year_period(self) -> "Period":
        """Give the year it lies in (a year: itself)."""
        return Period.of_year(self.year)

    def contains(self, day: dtm.date) -> bool:
        """Tell whether a day lies in it."""
        return self.starts_on <= day < self.ends_before

    def previous(self) -> "Period":
        """Give the month before a month, the year before a year."""
        return Period.containing(self.starts_on - dtm.timedelta(days=1), self.cadence)

    def next(self) -> "Period":
        """Give the month after a month, the year after a year."""
        return Period.containing(self.ends_before, self.cadence)

    def months(self) -> tuple["Period", ...]:
        """List a year's twelve months; a month's only itself."""
        if self.month is not None:
            return (self,)
        return tuple(Period.of_month(self.year, month) for month in range(1, 13))

    def __str__(self) -> str:
        return f"{self.year:04}" if self.month is None else f"{self.year:04}-{self.month:02}"


_MONTH_WORDS = (
    {"本月": 0, "这个月": 0, "这月": 0, "当月": 0, "month": 0, "thismonth": 0}
    | {"上月": -1, "上个月": -1, "lastmonth": -1}
    | {"下月": 1, "下个月": 1, "nextmonth": 1}
)
_YEAR_WORDS = (
    {"今年": 0, "本年": 0, "当年": 0, "全年": 0, "本年度": 0, "year": 0, "thisyear": 0}
    | {"去年": -1, "上年": -1, "上年度": -1, "lastyear": -1, "前年": -2}
    | {"明年": 1, "下年": 1, "下年度": 1, "nextyear": 1}
)
_ENGLISH_NAMES = "january february march april may june july august september october november december"
_ENGLISH = {
    short: number
    for number, name in enumerate(_ENGLISH_NAMES.split(), start=1)
    for short in (name, name[:3], "sept" if name == "september" else name)
}
_CHINESE = {spell(number): number for number in range(1, 13)}
_YEAR = r"(?P<year>(?:[0-9]{2}|[0-9]{4}|[〇零一二三四五六七八九]{2}|[〇零一二三四五六七八九]{4})(?=年))"
_WORD = r"(?P<word>今年|本年|当年|去年|上年|前年|明年)"
_AMONG = rf"(?:(?:{_YEAR}年度?|{_WORD})的?)?"

_MONTH = re.compile(rf"{_AMONG}(?P<month>[0-9]{{1,2}}|[〇零一二三四五六七八九十两]{{1,3}})月份?")
_DASHED = re.compile(r"(?P<year>[0-9]{4})[-–—/.](?P<month>[0-9]{1,4})月?")
_SIX_DIGITS = re.compile(r"(?P<year>20[0-9]{2})(?P<month>[0-9]{2})")
_NAMED = re.compile(
    rf"(?:(?P<year>[0-9]{{4}})[-/,]?)?(?P<name>{'|'.join(_ENGLISH)})\.?(?:[-/,]?(?P<after>[0-9]{{4}}))?"
)
_WHOLE_YEAR = re.compile(rf"{_YEAR}年(?:度|全年)?|(?P<bare>20[0-9]{{2}})(?:全年)?")
# A time, but neither one month nor one year: a quarter, a half, a span of months, a day.
_OTHER_TIME = re.compile(
    rf"{_AMONG}(?:第?[一二三四1-4]季度?|[上下]半年|q[1-4]|[0-9]{{1,2}}[-–—~至到][0-9]{{1,2}}月份?"
    r"|[0-9]{1,2}月[0-9]{1,2}[日号]?)"
    r"|[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}"
)


def parse_period(text: str, *, today: dtm.date) -> Period | None:
    """Read a month or a year as people type it; None when the text is no time at all.

    A month without a year is the latest one that has begun: 2月 on 1 March 2024 is 2024-02, and 12月 said
    in January is last December, because counts are only ever given for what has begun. A two-digit year
    needs its 年. PeriodUnclear for a time that is no single existing month or year from 2000 to 2099
    (13月, 2024-00, 一季度, 1-3月, 2024-02-15).
    """
    # Spaces go except between digits: "2024 年 2 月", "last month", but never "202 402".
    plain = re.sub(r"(?<![0-9])\s+|\s+(?![0-9])", "", simplified(clean(text)).casefold())
    if plain in _MONTH_WORDS:
        month = Period.containing(today, Cadence.MONTHLY)
        return {-1: month.previous, 0: lambda: month, 1: month.next}[_MONTH_WORDS[plain]]()
    if plain in _YEAR_WORDS:
        return Period.of_year(today.year + _YEAR_WORDS[plain])
    try:
        return _numbered_month(plain, today) or _named_month(plain, today) or _whole_year(plain)
    except ValueError:
        raise PeriodUnclear(text=text) from None


def _numbered_month(plain: str, today: dtm.date) -> Period | None:
    if _OTHER_TIME.fullmatch(plain):
        raise ValueError(plain)
    match = _MONTH.fullmatch(plain) or _DASHED.fullmatch(plain) or _SIX_DIGITS.fullmatch(plain)
    if match is None:
        return None
    groups = match.groupdict()
    month = _month_number(groups["month"])
    if word := groups.get("word"):
        return Period.of_month(today.year + _YEAR_WORDS[word], month)
    return _month_of(groups["year"], month, today)


def _named_month(plain: str, today: dtm.date) -> Period | None:
    match = _NAMED.fullmatch(plain)
    if match is None:
        return None
    if match["year"] and match["after"]:
        raise ValueError(plain)
    return _month_of(match["year"] or match["after"], _ENGLISH[match["name"]], today)


def _whole_year(plain: str) -> Period | None:
    match = _WHOLE_YEAR.fullmatch(plain)
    return None if match is None else Period.of_year(_year_number(match["year"] or match["bare"]))


def _month_of(year: str | None, month: int, today: dtm.date) -> Period:
    if year is not None:
        return Period.of_month(_year_number(year), month)
    return Period.of_month(today.year if month <= today.month else today.year - 1, month)


def _month_number(text: str) -> int:
    """Read 2, 02 or 二; what is no number gives 0, a month that Period refuses like 13."""
    return int(text) if text.isdecimal() and len(text) <= 2 else _CHINESE.get(text, 0)


def _year_number(text: str) -> int:
    """Read 2024, 24, 二〇二四 or 二四 (ValueError outside 2000–2099)."""
    number = int(text.translate(str.maketrans("〇零一二三四五六七八九", "00123456789")))
    year = number + FIRST_YEAR if len(text) == 2 else number
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(text)
    return year
