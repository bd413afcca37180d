"""What people write after 通报: which kind and period, and the number a bulletin bears."""

import datetime as dtm
import re

from models.enums import BulletinKind, Cadence
from services.core.composing import IssueNumber
from services.core.errors import UserError
from services.core.period import Period
from services.core.quarter import AnyPeriod, Quarter, parse_any_period
from services.core.text import fold
from services.core.traditional import simplified

_KINDS = {
    BulletinKind.MONTHLY: {"", "month", "monthly", "月", "月报", "月通报"},
    BulletinKind.QUARTERLY: {"quarter", "quarterly", "季", "季度", "季报", "季度通报"},
    BulletinKind.YEARLY: {"year", "yearly", "年", "年度", "年报", "年度通报"},
}
_NUMBERS = re.compile(r"[0-9]+")
_NONE = {"无", "不编号", "none"}
LARGEST = 99_999


class BulletinPeriodUnclear(UserError):
    """The words are no month, quarter or year (``text``)."""


class IssueNumberUnclear(UserError):
    """The words are no number of an issue."""


def read_request(text: str, today: dtm.date) -> AnyPeriod:
    """Give the period whose bulletin is meant: with nothing said, the month that ended last.

    A bare 季度 or 年度 is the last that ended, because a bulletin tells of what is over.

    Raises:
        BulletinPeriodUnclear, PeriodUnclear: it is no period.
    """
    said = simplified(fold(text))
    for kind, words in _KINDS.items():
        if said in words:
            return last_of(kind, today)
    period = parse_any_period(re.sub("(?:通报|月报|季报|年报)$", "", text.strip()), today=today)
    if period is None:
        raise BulletinPeriodUnclear(text=text)
    return period


def last_of(kind: BulletinKind, today: dtm.date) -> AnyPeriod:
    """Give the last period of a kind that is over."""
    if kind is BulletinKind.QUARTERLY:
        return Quarter.containing(today).previous()
    cadence = Cadence.MONTHLY if kind is BulletinKind.MONTHLY else Cadence.YEARLY
    return Period.containing(today, cadence).previous()


def kind_of(period: AnyPeriod) -> BulletinKind:
    """Tell which kind of bulletin is about a period."""
    if isinstance(period, Quarter):
        return BulletinKind.QUARTERLY
    return BulletinKind.YEARLY if period.month is None else BulletinKind.MONTHLY


def read_issue_number(text: str, known: IssueNumber) -> IssueNumber:
    """Read 第2期 总第136期, ``2 136``, or the first of them alone; 无 is without a number.

    Raises:
        IssueNumberUnclear: it is neither.
    """
    if fold(text) in _NONE:
        return IssueNumber()
    numbers = [int(each) for each in _NUMBERS.findall(text) if len(each) <= 5]
    if len(numbers) not in {1, 2} or not all(0 < each <= LARGEST for each in numbers):
        raise IssueNumberUnclear
    return IssueNumber(numbers[0], numbers[1] if len(numbers) == 2 else known.total)
