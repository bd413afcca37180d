"""The rows of quotas and counts that progress is worked out from, and what they mean."""

import datetime as dtm
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import Any

from models.enums import Cadence, Counting, DutyKind
from services import sql
from services.core.period import Period
from services.core.progress import CategoryCounts, Duty
from services.core.quota import Quota, Term, in_force

_REGISTERED = """(SELECT COUNT(*) FROM media_account m WHERE m.unit_id = u.id AND m.registered_on <= {day}
     AND (m.deregistered_on IS NULL OR m.deregistered_on > {day}))"""
ACCOUNTS = f"CASE WHEN q.is_per_account THEN {_REGISTERED} ELSE 0 END AS accounts"
"""How many accounts a unit `u` had in the register on a day, only where its quota `q` is for each of them."""

DONE = f"CASE WHEN o.counting = '{Counting.ACCEPTED.value}' THEN t.accepted ELSE t.count END"
"""What of a tally `t` counts as done for its organisation `o`: here alone it is decided."""

# One row for each quota of the year, or one for a category without any; `$2`–`$3` are the year's first and
# last day, `$4`–`$5` the period's.
_OF_UNITS = f"""
SELECT u.id AS unit_id, o.closing_days, o.decimals, c.id AS category_id, c.name AS category, c.division,
       q.cadence, q.target, q.is_per_account, q.effective_on, q.ends_on, t.month_done, t.year_done,
       {ACCOUNTS.format(day="$5")}
FROM organisation o
LEFT JOIN unit u ON u.organisation_id = o.id AND u.is_active {{units}}
LEFT JOIN category c ON c.organisation_id = o.id
LEFT JOIN quota q ON q.unit_id = u.id AND q.category_id = c.id
     AND q.effective_on <= $3 AND (q.ends_on IS NULL OR q.ends_on >= $2)
LEFT JOIN (
     SELECT t.unit_id, t.category_id, SUM({DONE}) AS year_done,
            SUM(CASE WHEN t.month_on = $4 THEN {DONE} ELSE 0 END) AS month_done
     FROM tally t JOIN organisation o ON o.id = $1 WHERE {{counted}}
          AND t.month_on >= $2 AND t.month_on <= $5 GROUP BY t.unit_id, t.category_id
) t ON t.unit_id = u.id AND t.category_id = c.id
WHERE o.id = $1
ORDER BY u.position, u.id, c.position, c.id, q.effective_on
"""
OF_ORGANISATION = _OF_UNITS.format(
    units="", counted="t.unit_id IN (SELECT id FROM unit WHERE organisation_id = $1)"
)
UNITS_AT_ONCE = 50
_PLACES = ", ".join(f"${number}" for number in range(6, 6 + UNITS_AT_ONCE))
OF_SOME = _OF_UNITS.format(units=f"AND u.id IN ({_PLACES})", counted=f"t.unit_id IN ({_PLACES})")
"""The same of ``UNITS_AT_ONCE`` units, whose ids come last."""
# The same for one unit without what is counted, which is all that changes from day to day.
_OF_UNIT = """
SELECT o.closing_days, o.decimals, c.id AS category_id, c.name AS category, c.division, c.review_rule,
       c.required_evidence, EXISTS (SELECT 1 FROM review r WHERE r.unit_id = u.id) AS was_reviewed,
       q.cadence, q.target, q.is_per_account, q.effective_on, q.ends_on
FROM unit u JOIN organisation o ON o.id = u.organisation_id
LEFT JOIN category c ON c.organisation_id = o.id
LEFT JOIN quota q ON q.unit_id = u.id AND q.category_id = c.id
     AND q.effective_on <= $3 AND (q.ends_on IS NULL OR q.ends_on >= $2)
WHERE u.id = $1
ORDER BY c.position, c.id, q.effective_on
"""
_DUTIES = "SELECT heading, text, kind FROM duty WHERE unit_id = $1 ORDER BY position, id"
# One row for each category with counts, one without a category where there are none; `$2`–`$3` are the days
# from the year's first to the period's last, `$4` is the period's first.
_COUNTS = f"""
SELECT o.version, {_REGISTERED.format(day="$3")} AS accounts, t.category_id, SUM({DONE}) AS year_done,
       SUM(CASE WHEN t.month_on = $4 THEN {DONE} ELSE 0 END) AS month_done
FROM unit u JOIN organisation o ON o.id = u.organisation_id
LEFT JOIN tally t ON t.unit_id = u.id AND t.month_on >= $2 AND t.month_on <= $3
WHERE u.id = $1 GROUP BY u.id, o.version, t.category_id
"""

KEPT = 1024
"""So many units' years are remembered without what is counted."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What is counted for a unit: its accounts at a period's end, and by category what it has done.

    That is the category's id, what counts for the period, and for the year through the period's end.
    """

    accounts: int
    done: tuple[tuple[int | None, int | None, int | None], ...]


@dataclass(frozen=True, slots=True, eq=False)
class UnitYear:
    """A unit's quotas, categories and duties of a year, as they stood at a version of its organisation."""

    version: int
    rows: tuple[dict[str, Any], ...]
    duties: tuple[Duty, ...]

    def with_counts(self, counted: Counted) -> list[dict[str, Any]]:
        """Give rows as those of ``OF_ORGANISATION``."""
        done = {category_id: (month, year) for category_id, month, year in counted.done}
        rows = []
        for row in self.rows:
            month, year = done.get(row["category_id"], (None, None))
            accounts = counted.accounts if row["is_per_account"] else 0
            rows.append({**row, "month_done": month, "year_done": year, "accounts": accounts})
        return rows


class UnitYears:
    """What units owe, read again only when their organisation's version has moved on; counts, always.

    Not for a transaction that changes what units owe: it might be undone, and its version given to another.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[int, dtm.date], UnitYear] = OrderedDict()

    async def read(self, unit_id: int, period: Period) -> tuple[UnitYear, Counted]:
        """Give what a unit owes in a period's year, and what is counted; LookupError for no unit.

        Two equal versions are the same value, so that whatever is worked out from it can be remembered too.
        """
        year = period.year_period
        rows = await sql.look_up(_COUNTS, unit_id, year.starts_on, period.last_on, period.starts_on)
        if not rows:
            raise LookupError(unit_id)
        done = tuple((row["category_id"], row["month_done"], row["year_done"]) for row in rows)
        counted = Counted(int(rows[0]["accounts"]), done)
        return await self._owed(unit_id, year, rows[0]["version"]), counted

    async def recall(self, unit_id: int, period: Period) -> UnitYear:
        """Give what a unit owes in a period's year as it was read last; LookupError for no unit."""
        kept = self._kept.get((unit_id, period.year_period.starts_on))
        return kept or (await self.read(unit_id, period))[0]

    async def _owed(self, unit_id: int, year: Period, version: int) -> UnitYear:
        key = unit_id, year.starts_on
        kept = self._kept.get(key)
        if kept is None or kept.version != version:
            rows = await sql.look_up(_OF_UNIT, unit_id, year.starts_on, year.last_on)
            duties = await sql.look_up(_DUTIES, unit_id)
            told = tuple(Duty(row["heading"], row["text"], DutyKind(row["kind"])) for row in duties)
            kept = self._kept[key] = UnitYear(version, tuple(rows), told)
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return kept


def days_of(period: Period) -> tuple[dtm.date, dtm.date, dtm.date, dtm.date]:
    """Give what the statements take besides what they are about: the year's days, and the period's."""
    year = period.year_period
    return year.starts_on, year.last_on, period.starts_on, period.last_on


def read_categories(rows: Iterable[dict[str, Any]], period: Period) -> tuple[CategoryCounts, ...]:
    """Gather a unit's rows into one value for each category, in order."""
    month_ends = _month_ends(period.year)
    by_category = groupby((row for row in rows if row["category_id"]), key=itemgetter("category_id"))
    return tuple(_counts(list(of_category), period, month_ends) for _, of_category in by_category)


@cache
def _month_ends(year: int) -> tuple[dtm.date, ...]:
    return tuple(month.last_on for month in Period.of_year(year).months())


def owed_by(row: Mapping[str, Any]) -> int | None:
    """Give the number that a row of a quota with its ``ACCOUNTS`` asks for; None where it is exempt."""
    quota = Quota(0, Cadence(row["cadence"]), row["target"], per_account=bool(row["is_per_account"]))
    return quota.target_for(int(row["accounts"]))


def _counts(rows: Sequence[dict[str, Any]], period: Period, month_ends: Sequence[dtm.date]) -> CategoryCounts:
    first = rows[0]
    terms = [term_of(row) for row in rows if row["cadence"]]
    monthly = [term for term in terms if term.quota.cadence is Cadence.MONTHLY]
    yearly = [term for term in terms if term.quota.cadence is Cadence.YEARLY]
    changed = len(monthly) > 1 or any(not term.lasts(month_ends[0], month_ends[-1]) for term in monthly)
    held = (in_force(monthly, period.last_on), in_force(yearly, period.last_on))
    return CategoryCounts(
        category_id=first["category_id"],
        category=first["category"],
        group=first["division"] or None,
        quotas=tuple(quota for quota in held if quota is not None),
        month_done=int(first["month_done"] or 0),
        year_done=int(first["year_done"] or 0),
        accounts=max(int(row["accounts"]) for row in rows),
        by_month=tuple(in_force(monthly, day) for day in month_ends) if changed else (),
    )


def term_of(row: Mapping[str, Any]) -> Term:
    """Read a row of a quota and the days it holds."""
    quota = Quota(
        row["category_id"],
        Cadence(row["cadence"]),
        row["target"],
        per_account=bool(row["is_per_account"]),
    )
    ends_on = row["ends_on"]
    return Term(quota, sql.get_day(row["effective_on"]), None if ends_on is None else sql.get_day(ends_on))
