"""When reports of each category are accepted: decided by the office's administrators."""

from dataclasses import dataclass

from models.enums import ReviewRule
from services import audit, sql
from services.audit import Deed
from services.core.access import Actor, Permission
from services.transaction import transact


@dataclass(frozen=True, slots=True)
class CategoryRule:
    """A category and when its reports are accepted."""

    category_id: int
    name: str
    rule: ReviewRule


@dataclass(frozen=True, slots=True)
class ReviewRules:
    """The rules of an organisation's categories in official order, at a ``version`` of the organisation."""

    organisation_id: int
    version: int
    categories: tuple[CategoryRule, ...]
    is_outdated: bool = False


async def read_rules(actor: Actor, organisation_id: int) -> ReviewRules:
    """Give the rules to somebody who may change them."""
    actor.require(Permission.SETTINGS_CHANGE, organisation_id=organisation_id)
    rows = await sql.fetch(
        "SELECT o.version, c.id, c.name, c.review_rule FROM organisation o "
        "LEFT JOIN category c ON c.organisation_id = o.id WHERE o.id = $1 ORDER BY c.position, c.id",
        organisation_id,
    )
    found = (
        CategoryRule(row["id"], row["name"], ReviewRule(row["review_rule"])) for row in rows if row["id"]
    )
    return ReviewRules(organisation_id, rows[0]["version"], tuple(found))


async def set_rule(
    actor: Actor, shown: ReviewRules, category_id: int, rule: ReviewRule, deed: Deed
) -> ReviewRules:
    """Set the rule for later reports of a category, unless the organisation has changed since it was shown.

    What was reported before stays as it was decided, until it is corrected.
    """
    organisation_id = shown.organisation_id
    actor.require(Permission.SETTINGS_CHANGE, organisation_id=organisation_id)

    async def work() -> ReviewRules:
        rows = await sql.fetch(
            "SELECT name, review_rule FROM category WHERE id = $1 AND organisation_id = $2",
            *(category_id, organisation_id),
        )
        touched = rows and await sql.execute(
            "UPDATE organisation SET version = version + 1 WHERE id = $1 AND version = $2",
            *(organisation_id, shown.version),
        )
        if not touched:
            now = await read_rules(actor, organisation_id)
            return ReviewRules(organisation_id, now.version, now.categories, is_outdated=True)
        await sql.execute("UPDATE category SET review_rule = $1 WHERE id = $2", rule.value, category_id)
        entry = audit.Entry("category.review", rows[0]["name"], rows[0]["review_rule"], rule.value)
        await deed.record(entry, organisation_id)
        return await read_rules(actor, organisation_id)

    return await transact(work)
