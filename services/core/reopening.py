"""A request to open a closed month again, as an administrator writes it: 市司法局 2月 3月20日 补报."""

import datetime as dtm
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from services.core.errors import UserError
from services.core.period import Period, PeriodUnclear, parse_period

_GAPS = re.compile(r"[\s,，、;；]+")
_DAY = re.compile(
    r"(?:至|到)?(?:(?P<year>20[0-9]{2})[-/.年])?(?P<month>[0-9]{1,2})[-/.月](?P<day>[0-9]{1,2})[日号]?(?:前|止|为止)?"
)
_LONG_AGO = 183  # days; a day of the year that lies further back is meant of the next year


class DayUnclear(UserError):
    """What is written like a day is none that exists (``text``)."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is known of the request so far; ``name`` is the unit's, as written."""

    name: str = ""
    unit_id: int | None = None
    month: Period | None = None
    until_on: dtm.date | None = None
    reason: str = ""

    def for_unit(self, unit_id: int) -> "Request":
        """Give the request with its unit."""
        return replace(self, unit_id=unit_id)

    def for_month(self, month: Period) -> "Request":
        """Give the request with its month."""
        return replace(self, month=month)

    def until(self, day: dtm.date) -> "Request":
        """Give the request with its last day."""
        return replace(self, until_on=day)

    def because(self, reason: str) -> "Request":
        """Give the request with its reason."""
        return replace(self, reason=reason)

    def as_json(self) -> dict[str, Any]:
        """Write it for a button or a question."""
        return {
            "name": self.name,
            "unit_id": self.unit_id,
            "month": None if self.month is None else self.month.starts_on.isoformat(),
            "until_on": None if self.until_on is None else self.until_on.isoformat(),
            "reason": self.reason,
        }

    @classmethod
    def from_json(cls, written: Mapping[str, Any]) -> Self:
        """Read what ``as_json`` wrote."""
        month = None if written["month"] is None else dtm.date.fromisoformat(written["month"])
        return cls(
            name=written["name"],
            unit_id=written["unit_id"],
            month=None if month is None else Period.of_month(month.year, month.month),
            until_on=None if written["until_on"] is None else dtm.date.fromisoformat(written["until_on"]),
            reason=written["reason"],
        )


def read_request(text: str, *, today: dtm.date) -> Request:
    """Read a unit's name, a month, a last day and a reason, the name before them and the reason after.

    Without a month everything is the name. PeriodUnclear for a time that is no single month, DayUnclear for
    2月30日, which would else be part of the reason while another day held.
    """
    request, name, reason = Request(), list[str](), list[str]()
    for word in filter(None, _GAPS.split(text)):
        if request.until_on is None and (day := parse_day(word, today=today)) is not None:
            request = request.until(day)
        elif request.month is not None and _DAY.fullmatch(word) and not request.until_on:
            raise DayUnclear(text=word)
        elif reason:
            reason.append(word)
        elif request.month is None and (month := parse_period(word, today=today)) is not None:
            if month.month is None:
                raise PeriodUnclear(text=word)
            request = request.for_month(month)
        elif request.month is None and request.until_on is None:
            name.append(word)
        else:
            reason.append(word)
    return replace(request, name=" ".join(name), reason=" ".join(reason))


def parse_day(text: str, *, today: dtm.date) -> dtm.date | None:
    """Read a day: 3月20日, 2024-03-20; without a year the one nearest ahead. None for anything else."""
    match = _DAY.fullmatch(text)
    if match is None:
        return None
    try:
        day = dtm.date(int(match["year"] or today.year), int(match["month"]), int(match["day"]))
        if match["year"] is None and (today - day).days > _LONG_AGO:
            day = day.replace(year=day.year + 1)
    except ValueError:
        return None
    return day
