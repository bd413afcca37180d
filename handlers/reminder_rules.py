"""规则, from `/remind`: which steps an office wants, each by buttons."""

from collections.abc import Sequence
from dataclasses import replace

from handlers.kit.answers import Answer
from handlers.kit.context import Context
from handlers.kit.specs import ActionSpec, Effect, Family
from handlers.views import remind_rules as view
from services.core.access import Permission
from services.reminding import reminder_rules


async def show(context: Context) -> Sequence[Answer]:
    """Show every rule with its value."""
    organisation_id = context.arguments["organisation_id"]
    context.actor.require(Permission.REMINDERS_MANAGE, organisation_id=organisation_id)
    rules = await reminder_rules.read_rules(organisation_id)
    return [view.shown(rules, organisation_id, context.texts)]


async def offer(context: Context) -> Sequence[Answer]:
    """Offer what a rule that is a number can be."""
    organisation_id = context.arguments["organisation_id"]
    context.actor.require(Permission.REMINDERS_MANAGE, organisation_id=organisation_id)
    rules = await reminder_rules.read_rules(organisation_id)
    return [view.choices(rules, organisation_id, context.arguments["rule"], context.texts)]


async def set_chosen(context: Context) -> Sequence[Answer]:
    """Set a rule to the pressed choice, unless somebody else changed the rules meanwhile."""
    asked = context.arguments
    organisation_id = asked["organisation_id"]
    rules = await reminder_rules.read_rules(organisation_id)
    wanted = replace(rules, version=asked["version"], **{view.rule_of(asked["rule"]): asked["value"]})
    changed = await reminder_rules.change_rules(context.actor, organisation_id, wanted, context.deed)
    said = context.texts("remind.rules.changed" if changed else "office_rules.outdated")
    return [view.shown(changed or rules, organisation_id, context.texts, said=said)]


FAMILY = Family(
    actions=(
        ActionSpec("remind.rules", Effect.READS, show),
        ActionSpec("remind.rule", Effect.READS, offer),
        ActionSpec("remind.set", Effect.WRITES, set_chosen),
    ),
)
