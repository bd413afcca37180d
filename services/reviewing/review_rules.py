"""When reports of each category are accepted, and which evidence they need: decided by administrators."""

import datetime as dtm
from collections.abc import Collection
from dataclasses import dataclass, replace
from itertools import groupby
from operator import itemgetter

from models.enums import Cadence, EvidenceKind, ReviewRule, ReviewState
from services import audit, sql
from services.audit import Deed
from services.core.access import Actor, Permission
from services.core.closing import MonthState
from services.core.errors import PastMending
from services.core.period import Period
from services.core.requirements import Requirement, read_kinds, write_kinds
from services.facts import acceptance, months
from services.transaction import transact


class CategoryGone(PastMending):
    """The category that a button names is not there any more."""


@dataclass(frozen=True, slots=True)
class CategoryRule:
    """A category and what it asks of its reports."""

    category_id: int
    name: str
    requirement: Requirement


@dataclass(frozen=True, slots=True)
class ReviewRules:
    """The rules of an organisation's categories in official order, at a ``version`` of the organisation."""

    organisation_id: int
    version: int
    categories: tuple[CategoryRule, ...]
    is_outdated: bool = False

    def get(self, category_id: int) -> CategoryRule:
        """Give one of them; CategoryGone where there is none."""
        found = next((each for each in self.categories if each.category_id == category_id), None)
        if found is None:
            raise CategoryGone
        return found


async def read_rules(actor: Actor, organisation_id: int) -> ReviewRules:
    """Give the rules to somebody who may change them."""
    actor.require(Permission.SETTINGS_CHANGE, organisation_id=organisation_id)
    rows = await sql.fetch(
        "SELECT o.version, c.id, c.name, c.review_rule, c.required_evidence FROM organisation o "
        "LEFT JOIN category c ON c.organisation_id = o.id WHERE o.id = $1 ORDER BY c.position, c.id",
        organisation_id,
    )
    found = (
        CategoryRule(
            row["id"],
            row["name"],
            Requirement(ReviewRule(row["review_rule"]), read_kinds(row["required_evidence"])),
        )
        for row in rows
        if row["id"]
    )
    return ReviewRules(organisation_id, rows[0]["version"], tuple(found))


async def set_rule(
    actor: Actor, shown: ReviewRules, category_id: int, rule: ReviewRule, deed: Deed
) -> ReviewRules:
    """Set the rule for later reports of a category, unless the organisation has changed since it was shown.

    What was reported before stays as it was decided, until it is corrected.
    """
    return await _set(actor, shown, category_id, deed, "review", "review_rule", rule.value)


async def require_evidence(
    actor: Actor,
    shown: ReviewRules,
    category_id: int,
    kinds: Collection[EvidenceKind],
    deed: Deed,
    today: dtm.date,
) -> ReviewRules:
    """Set which kinds of evidence each report of a category needs, unless the organisation has changed since.

    What reports lack that came before is asked for as well. What is accepted of them stays, and what waits
    for evidence is accepted where it has all of it now and its month is not closed.
    """

    async def work() -> ReviewRules:
        required = write_kinds(kinds)
        rules = await _set(actor, shown, category_id, deed, "evidence", "required_evidence", required)
        if not rules.is_outdated:
            await _accept_complete(category_id, deed, today)
        return rules

    return await transact(work)


async def _accept_complete(category_id: int, deed: Deed, today: dtm.date) -> None:
    rows = await sql.fetch(
        "SELECT unit_id, month_on, opening FROM review WHERE category_id = $1 AND state = $2 "
        "GROUP BY unit_id, month_on, opening ORDER BY unit_id, month_on, MIN(id)",
        *(category_id, ReviewState.AWAITING.value),
    )
    for (unit_id, month_on), waiting in groupby(rows, key=itemgetter("unit_id", "month_on")):
        month = Period.containing(sql.get_day(month_on), Cadence.MONTHLY)
        standing = await months.read_standing(unit_id, month, today)
        if standing.state is not MonthState.CLOSED:
            for row in waiting:
                await acceptance.accept_complete(row["opening"], deed)


async def _set(
    actor: Actor, shown: ReviewRules, category_id: int, deed: Deed, what: str, column: str, value: str
) -> ReviewRules:
    organisation_id = shown.organisation_id
    actor.require(Permission.SETTINGS_CHANGE, organisation_id=organisation_id)

    async def work() -> ReviewRules:
        rows = await sql.fetch(
            f"SELECT name, {column} AS value FROM category WHERE id = $1 AND organisation_id = $2",
            *(category_id, organisation_id),
        )
        if not rows:
            raise CategoryGone
        touched = await sql.execute(
            "UPDATE organisation SET version = version + 1 WHERE id = $1 AND version = $2",
            *(organisation_id, shown.version),
        )
        if not touched:
            return replace(await read_rules(actor, organisation_id), is_outdated=True)
        await sql.execute(f"UPDATE category SET {column} = $1 WHERE id = $2", value, category_id)
        entry = audit.Entry(f"category.{what}", rows[0]["name"], rows[0]["value"], value)
        await deed.record(entry, organisation_id)
        return await read_rules(actor, organisation_id)

    return await transact(work)
