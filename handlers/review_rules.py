"""栏目审核方式, from `/settings`: when reports of each category are accepted."""

from collections.abc import Sequence

from handlers.kit.answers import Answer
from handlers.kit.context import Context
from handlers.kit.specs import ActionSpec, Effect, Family
from handlers.views import review_rules as view
from models.enums import ReviewRule
from services import review_rules
from services.review_rules import ReviewRules


async def show(context: Context) -> Sequence[Answer]:
    """Show the rules of the pressed button's organisation."""
    told = context.arguments
    rules = await review_rules.read_rules(context.actor, told["organisation_id"])
    return [view.shown(rules, told.get("page", 0), context.texts)]


async def turn(context: Context) -> Sequence[Answer]:
    """Set a category's rule to the pressed button's."""
    told = context.arguments
    shown = ReviewRules(told["organisation_id"], told["version"], ())
    rules = await review_rules.set_rule(
        context.actor, shown, told["category_id"], ReviewRule(told["rule"]), context.deed
    )
    return [view.shown(rules, told["page"], context.texts)]


FAMILY = Family(
    actions=(
        ActionSpec("review.rules", Effect.READS, show),
        ActionSpec("review.set_rule", Effect.WRITES, turn),
    ),
)
