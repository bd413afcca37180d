"""The days a bulletin bears: when it was signed (成文) and when it was printed (印发)."""

import datetime as dtm
import re
from dataclasses import dataclass, replace

from models.enums import BulletinKind
from services.core.errors import UserError
from services.core.text import clean, fold

_SAME = {"当天", "印发当天", "当日", "今天", "same"}
_DAY = re.compile(
    r"(?:(?P<year>[0-9]{4})[年./-])?(?P<month>[0-9]{1,2})[月./-](?P<day>[0-9]{1,2})[日号]?(?![0-9])"
)
_SIGNED, _PRINTED = re.compile(r"署名|成文|落款|signed"), re.compile(r"印发|printed")


class IssueDaysUnclear(UserError):
    """The words are no days of signing and printing."""


@dataclass(frozen=True, slots=True)
class IssueDays:
    """What an office says about the days of a bulletin; None is the day on which it is issued."""

    signed_on: dtm.date | None = None
    printed_on: dtm.date | None = None


def read_issue_days(text: str, kind: BulletinKind, known: IssueDays, today: dtm.date) -> IssueDays:
    """Read ``署名4月15日 印发4月16日``, two days in this order, or one for both; 当天 is the day of issue.

    Of one that is named alone, ``印发4月16日``, the other stays as it is ``known``. A monthly one bears the
    day of printing alone. A day without a year is the one nearest to today.

    Raises:
        IssueDaysUnclear: it is nothing of this.
    """
    said = clean(text)
    if fold(said) in _SAME:
        return IssueDays()
    found = list(_DAY.finditer(said))
    rest = _PRINTED.sub("", _SIGNED.sub("", _DAY.sub("", said.casefold())))
    if not found or len(found) > 2 or re.sub(r"[\s、,，;；:：]|日期|于", "", rest):
        raise IssueDaysUnclear
    days = [_day(each, today) for each in found]
    if kind is BulletinKind.MONTHLY:
        if len(days) != 1 or _SIGNED.search(said.casefold()):
            raise IssueDaysUnclear
        return IssueDays(None, days[0])
    return _by_names(said.casefold(), days, known)


def _by_names(said: str, days: list[dtm.date], known: IssueDays) -> IssueDays:
    signed, printed = _SIGNED.search(said), _PRINTED.search(said)
    if len(days) == 1:
        if (signed is None) == (printed is None):
            return IssueDays(days[0], days[0])
        return replace(known, signed_on=days[0]) if signed else replace(known, printed_on=days[0])
    first, second = days
    if signed and printed and printed.start() < signed.start():
        first, second = second, first
    return IssueDays(first, second)


def _day(found: re.Match[str], today: dtm.date) -> dtm.date:
    years = (int(found["year"]),) if found["year"] else (today.year - 1, today.year, today.year + 1)
    days = []
    for year in years:
        try:
            days.append(dtm.date(year, int(found["month"]), int(found["day"])))
        except ValueError:  # 29 February is not in every year
            continue
    if not days or abs(min(days, key=lambda day: abs(day - today)).year - today.year) > 1:
        raise IssueDaysUnclear
    return min(days, key=lambda day: abs(day - today))
