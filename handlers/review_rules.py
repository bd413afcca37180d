"""栏目审核方式, from `/settings`: when a category's reports are accepted, and which evidence they need."""

from collections.abc import Sequence

from handlers.kit.answers import Answer
from handlers.kit.context import Context
from handlers.kit.specs import ActionSpec, Effect, Family
from handlers.views import review_rules as view
from models.enums import EvidenceKind, ReviewRule
from services.reviewing import review_rules
from services.reviewing.review_rules import ReviewRules


async def show(context: Context) -> Sequence[Answer]:
    """Show the categories of the pressed button's organisation."""
    told = context.arguments
    rules = await review_rules.read_rules(context.actor, told["organisation_id"])
    return [view.shown(rules, told.get("page", 0), context.texts)]


async def show_one(context: Context) -> Sequence[Answer]:
    """Show the pressed button's category."""
    rules = await review_rules.read_rules(context.actor, context.arguments["organisation_id"])
    return _one(context, rules)


async def turn(context: Context) -> Sequence[Answer]:
    """Set a category's rule to the pressed button's."""
    told = context.arguments
    rules = await review_rules.set_rule(
        context.actor, _seen(context), told["category_id"], ReviewRule(told["rule"]), context.deed
    )
    return _one(context, rules)


async def require(context: Context) -> Sequence[Answer]:
    """Require the kinds of evidence of the pressed button."""
    told = context.arguments
    kinds = [EvidenceKind(kind) for kind in told["kinds"]]
    rules = await review_rules.require_evidence(
        context.actor, _seen(context), told["category_id"], kinds, context.deed, context.today
    )
    return _one(context, rules)


def _seen(context: Context) -> ReviewRules:
    return ReviewRules(context.arguments["organisation_id"], context.arguments["version"], ())


def _one(context: Context, rules: ReviewRules) -> Sequence[Answer]:
    told = context.arguments
    return [view.one(rules, told["category_id"], told["page"], context.texts)]


FAMILY = Family(
    actions=(
        ActionSpec("review.rules", Effect.READS, show),
        ActionSpec("review.category", Effect.READS, show_one),
        ActionSpec("review.set_rule", Effect.WRITES, turn),
        ActionSpec("review.require", Effect.WRITES, require),
    ),
)
