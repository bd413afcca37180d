"""What a bulletin's annex says was seen of an account: 2月16日监测到……，最新更新时间为2月11日."""

import datetime as dtm
import re
from dataclasses import dataclass

from models.enums import FindingKind, Platform
from services.core.sheets.words import plain

_DAY = re.compile(r"(?:(?P<year>20[0-9]{2})年)?(?P<month>[0-9]{1,2})月(?P<day>[0-9]{1,2})[日号]?")
_SEEN = re.compile(rf"{_DAY.pattern}(?:,|，)?(?:监测|核查|检查)")
_LAST = re.compile(
    rf"(?:最新|最近|最后)(?:一次|一条)?(?:内容)?(?:更新|发布)(?:时间|日期)?(?:为|是|:|：)?{_DAY.pattern}"
)
_CLAIMS = (
    (re.compile("僵尸"), FindingKind.ZOMBIE),
    (re.compile("未更新|超期|更新不及时"), FindingKind.STALE),
)
_YES = re.compile("是|已(?:完成)?整改(?:到位|完成)?|整改到位|√|✓")
_YEAR = re.compile("20[0-9]{2}(?=年)")


@dataclass(frozen=True, slots=True)
class LookRow:
    """One look of a sheet: when, the last post seen, what it is said to be, and whether it was put right."""

    platform: Platform
    name: str
    checked_on: dtm.date
    last_post_on: dtm.date
    claims: FindingKind | None
    is_mended: bool
    address: str


def read_problem(text: str, year: int) -> tuple[dtm.date, dtm.date] | None:
    """Read the day of a look and the last post that was seen; None where either is missing.

    Days without a year are of ``year``; a last post that would lie after the look is of the year before.
    """
    said = plain(text)
    seen, last = _SEEN.search(said), _LAST.search(said)
    checked_on = _day(seen, year) if seen else None
    if checked_on is None or last is None:
        return None
    last_post_on = _day(last, checked_on.year)
    if last_post_on is not None and last_post_on > checked_on and not last["year"]:
        last_post_on = _day(last, checked_on.year - 1)
    return None if last_post_on is None else (checked_on, last_post_on)


def read_claim(text: str) -> FindingKind | None:
    """Read what a problem is said to be; None for another one, such as several accounts on a platform."""
    return next((kind for words, kind in _CLAIMS if words.search(plain(text))), None)


def is_yes(text: str) -> bool:
    """Tell whether 是否整改 says yes."""
    return _YES.fullmatch(plain(text)) is not None


def year_of(title: str, asked: int) -> int:
    """Give the year that a sheet's title names, else the one that was asked for."""
    found = _YEAR.search(plain(title))
    return int(found[0]) if found else asked


def _day(found: re.Match[str], year: int) -> dtm.date | None:
    try:
        return dtm.date(int(found["year"] or year), int(found["month"]), int(found["day"]))
    except ValueError:
        return None
