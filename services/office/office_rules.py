"""How an organisation wants things done: read by everybody's use cases, changed by its administrators."""

import datetime as dtm
from dataclasses import dataclass
from typing import Any

from models.enums import Counting, Language, Ties
from services import audit, sql
from services.core.access import Actor, Permission
from services.core.errors import UserError
from services.core.rules import MovedMonths, Rule, move_months, read_rule
from services.core.staleness import Thresholds
from services.office import calendar_days
from services.transaction import transact

_NO_MONTHS = MovedMonths()


class OrganisationNameTaken(UserError):
    """Another organisation is called that (``name``)."""


@dataclass(frozen=True, slots=True)
class OfficeRules:
    """An organisation's rules as they stand at a ``version`` of it; see ``models.organisation``."""

    organisation_id: int
    name: str
    year: int
    closing_days: int
    decimals: int
    ties: Ties
    stale_days: int
    zombie_days: int
    language: Language
    counting: Counting
    four_eyes: bool
    version: int

    @property
    def thresholds(self) -> Thresholds:
        """Give when its media accounts are stale, and zombies."""
        return Thresholds(self.stale_days, self.zombie_days)

    def value(self, rule: Rule) -> int | str:
        """Give one rule's value."""
        found: int | str = getattr(self, rule.value)
        return found


@dataclass(frozen=True, slots=True)
class ShownRule:
    """A rule as somebody was shown it: of an organisation at a ``version`` of it."""

    organisation_id: int
    rule: Rule
    version: int


@dataclass(frozen=True, slots=True)
class RuleChange:
    """What came of a change: the rules now, and what the changed one was before.

    ``is_outdated`` tells that somebody else changed the organisation since the rules were shown, so nothing
    was changed; ``moved`` are the months that changed closing days open or close at once.
    """

    rules: OfficeRules
    rule: Rule
    before: int | str
    is_outdated: bool = False
    moved: MovedMonths = _NO_MONTHS


async def get_rules(organisation_id: int) -> OfficeRules:
    """Give an organisation's rules; LookupError when there is no such organisation."""
    rows = await sql.fetch(
        "SELECT id AS organisation_id, name, year, closing_days, decimals, ties, stale_days, zombie_days, "
        "language, counting, four_eyes, version FROM organisation WHERE id = $1",
        organisation_id,
    )
    if not rows:
        raise LookupError(organisation_id)
    row: dict[str, Any] = rows[0]
    read = {
        "ties": Ties(row["ties"]),
        "language": Language(row["language"]),
        "counting": Counting(row["counting"]),
        "four_eyes": bool(row["four_eyes"]),
    }
    return OfficeRules(**{**row, **read})


async def read_rules(actor: Actor, organisation_id: int) -> OfficeRules:
    """Give the rules to somebody who may change them."""
    actor.require(Permission.SETTINGS_CHANGE, organisation_id=organisation_id)
    return await get_rules(organisation_id)


async def change_rule(
    actor: Actor,
    shown: ShownRule,
    value: int | str,
    *,
    source: str,
    now: dtm.datetime,
    today: dtm.date,
) -> RuleChange:
    """Set a rule, unless the organisation has changed since it was shown.

    Raises:
        UserError: the value is none that the rule can have.
        OrganisationNameTaken: the name is another organisation's.
    """
    organisation_id, rule = shown.organisation_id, shown.rule
    actor.require(Permission.SETTINGS_CHANGE, organisation_id=organisation_id)
    wanted = read_rule(rule, value)

    async def work() -> RuleChange:
        rules = await get_rules(organisation_id)
        before = rules.value(rule)
        if before == wanted:
            return RuleChange(rules, rule, before)
        if rule is Rule.NAME:
            await _require_free(str(wanted))
        touched = await sql.execute(
            f"UPDATE organisation SET {rule.value} = $1, version = version + 1 "
            "WHERE id = $2 AND version = $3",
            wanted,
            organisation_id,
            shown.version,
        )
        after = await get_rules(organisation_id)
        if not touched:
            return RuleChange(after, rule, after.value(rule), is_outdated=True)
        await audit.record(
            audit.Entry("organisation.change", rule.value, before, wanted),
            member_id=actor.member_id,
            organisation_id=organisation_id,
            source=source,
            now=now,
        )
        return RuleChange(after, rule, before, moved=await _moved(shown, before, wanted, today))

    return await transact(work)


async def _require_free(name: str) -> None:
    if await sql.fetch("SELECT 1 AS taken FROM organisation WHERE name = $1", name):
        raise OrganisationNameTaken(name=name)


async def _moved(shown: ShownRule, before: int | str, after: int | str, today: dtm.date) -> MovedMonths:
    if shown.rule is not Rule.CLOSING_DAYS:
        return _NO_MONTHS
    calendar = await calendar_days.read_calendar(shown.organisation_id, [today.year - 1, today.year + 1])
    return move_months(int(before), int(after), today, calendar)
