"""The rows of quotas and counts that progress is worked out from, and what they mean."""

import datetime as dtm
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from models.enums import Cadence
from services.core.period import Period
from services.core.progress import CategoryCounts
from services.core.quota import Quota
from services.ledger import day_of

ACCOUNTS = """CASE WHEN q.is_per_account THEN (SELECT COUNT(*) FROM media_account m
     WHERE m.unit_id = u.id AND m.registered_on <= {day}
     AND (m.deregistered_on IS NULL OR m.deregistered_on > {day})) ELSE 0 END AS accounts"""
"""How many accounts a unit `u` had in the register on a day, only where its quota `q` is for each of them."""

# One row for each quota of the year, or one for a category without any; `$2`–`$3` are the year's first and
# last day, `$4`–`$5` the period's.
_QUOTAS_AND_COUNTS = """
SELECT u.id AS unit_id, o.closing_days, o.decimals, c.id AS category_id, c.name AS category, c.division,
       q.cadence, q.target, q.is_per_account, q.effective_on, q.ends_on, t.month_done, t.year_done,
       {accounts}
FROM organisation o
LEFT JOIN unit u ON u.organisation_id = o.id AND {units}
LEFT JOIN category c ON c.organisation_id = o.id
LEFT JOIN quota q ON q.unit_id = u.id AND q.category_id = c.id
     AND q.effective_on <= $3 AND (q.ends_on IS NULL OR q.ends_on >= $2)
LEFT JOIN (
     SELECT unit_id, category_id, SUM(count) AS year_done,
            SUM(CASE WHEN month_on = $4 THEN count ELSE 0 END) AS month_done
     FROM tally WHERE {tallies} AND month_on >= $2 AND month_on <= $5 GROUP BY unit_id, category_id
) t ON t.unit_id = u.id AND t.category_id = c.id
WHERE {organisation}
ORDER BY u.position, u.id, c.position, c.id, q.effective_on
"""
OF_UNIT = _QUOTAS_AND_COUNTS.format(
    units="u.id = $1",
    accounts=ACCOUNTS.format(day="$5"),
    tallies="unit_id = $1",
    organisation="o.id = (SELECT organisation_id FROM unit WHERE id = $1)",
)
OF_ORGANISATION = _QUOTAS_AND_COUNTS.format(
    units="u.is_active",
    accounts=ACCOUNTS.format(day="$5"),
    tallies="unit_id IN (SELECT id FROM unit WHERE organisation_id = $1)",
    organisation="o.id = $1",
)


def days_of(period: Period) -> tuple[dtm.date, dtm.date, dtm.date, dtm.date]:
    """Give what the statements take besides what they are about: the year's days, and the period's."""
    year = period.year_period
    return year.starts_on, year.last_on, period.starts_on, period.last_on


def read_categories(rows: Iterable[dict[str, Any]], period: Period) -> tuple[CategoryCounts, ...]:
    """Gather a unit's rows into one value for each category, in order."""
    month_ends = [month.last_on for month in period.year_period.months()]
    by_category = groupby((row for row in rows if row["category_id"]), key=itemgetter("category_id"))
    return tuple(_counts(list(of_category), period, month_ends) for _, of_category in by_category)


def owed_by(row: Mapping[str, Any]) -> int | None:
    """Give the number that a row of a quota with its ``ACCOUNTS`` asks for; None where it is exempt."""
    quota = Quota(0, Cadence(row["cadence"]), row["target"], per_account=bool(row["is_per_account"]))
    return quota.target_for(int(row["accounts"]))


def _counts(rows: Sequence[dict[str, Any]], period: Period, month_ends: Sequence[dtm.date]) -> CategoryCounts:
    first = rows[0]
    terms = [_Term.of(row) for row in rows if row["cadence"]]
    monthly = [term for term in terms if term.quota.cadence is Cadence.MONTHLY]
    yearly = [term for term in terms if term.quota.cadence is Cadence.YEARLY]
    changed = len(monthly) > 1 or any(not term.lasts(month_ends[0], month_ends[-1]) for term in monthly)
    in_force = (_in_force(monthly, period.last_on), _in_force(yearly, period.last_on))
    return CategoryCounts(
        category_id=first["category_id"],
        category=first["category"],
        group=first["division"] or None,
        quotas=tuple(quota for quota in in_force if quota is not None),
        month_done=int(first["month_done"] or 0),
        year_done=int(first["year_done"] or 0),
        accounts=max(int(row["accounts"]) for row in rows),
        by_month=tuple(_in_force(monthly, day) for day in month_ends) if changed else (),
    )


@dataclass(frozen=True, slots=True)
class _Term:
    """A quota and the days it holds: from the first through the last, or (None) for good."""

    quota: Quota
    first_on: dtm.date
    last_on: dtm.date | None

    @classmethod
    def of(cls, row: dict[str, Any]) -> "_Term":
        quota = Quota(
            row["category_id"],
            Cadence(row["cadence"]),
            row["target"],
            per_account=bool(row["is_per_account"]),
        )
        ends_on = row["ends_on"]
        return cls(quota, day_of(row["effective_on"]), None if ends_on is None else day_of(ends_on))

    def lasts(self, start: dtm.date, end: dtm.date) -> bool:
        return self.first_on <= start and (self.last_on is None or end <= self.last_on)


def _in_force(terms: Sequence[_Term], day: dtm.date) -> Quota | None:
    """Give the quota that holds on a day: of several the one that began last."""
    return next((term.quota for term in reversed(terms) if term.lasts(day, day)), None)
