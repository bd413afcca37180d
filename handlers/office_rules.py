"""`/settings`: how the organisation wants things done, each rule by buttons."""

from collections.abc import Sequence

from handlers.kit.answers import Answer
from handlers.kit.context import Context
from handlers.kit.specs import ActionSpec, CommandSpec, Effect, Family, StepSpec
from handlers.views import office_rules as view
from handlers.views.organisations import which_organisation
from services.core.access import Permission
from services.core.rules import Rule
from services.office import office_rules, organisations
from services.office.office_rules import ShownRule


async def show(context: Context) -> Sequence[Answer]:
    """Show the rules; ask for the organisation of several."""
    managed = await organisations.list_managed(context.actor, Permission.SETTINGS_CHANGE)
    if len(managed) > 1:
        return [which_organisation(managed, "settings.show", context.texts)]
    rules = await office_rules.read_rules(context.actor, managed[0].id)
    return [view.shown(rules, context.texts, replaces=False)]


async def show_chosen(context: Context) -> Sequence[Answer]:
    """Show the rules of the pressed button's organisation."""
    rules = await office_rules.read_rules(context.actor, context.arguments["organisation_id"])
    return [view.shown(rules, context.texts, replaces=True)]


async def offer(context: Context) -> Sequence[Answer]:
    """Offer what one rule can be."""
    rules = await office_rules.read_rules(context.actor, context.arguments["organisation_id"])
    return [view.choices(rules, Rule(context.arguments["rule"]), context.texts)]


async def set_chosen(context: Context) -> Sequence[Answer]:
    """Set a rule to the pressed choice."""
    return await _set(context, context.arguments["value"], replaces=True)


async def set_typed(context: Context) -> Sequence[Answer]:
    """Set a rule to what was typed."""
    return await _set(context, context.text, replaces=False)


async def _set(context: Context, value: int | str, *, replaces: bool) -> Sequence[Answer]:
    asked = context.arguments
    change = await office_rules.change_rule(
        context.actor,
        ShownRule(asked["organisation_id"], Rule(asked["rule"]), asked["version"]),
        value,
        source=context.arrival.source,
        now=context.now,
        today=context.today,
    )
    return [view.changed(change, context.texts, replaces=replaces)]


FAMILY = Family(
    commands=(
        CommandSpec(
            "settings",
            ("设置",),
            Effect.READS,
            show,
            needs=frozenset({Permission.SETTINGS_CHANGE}),
            is_private=True,
        ),
    ),
    actions=(
        ActionSpec("settings.show", Effect.READS, show_chosen),
        ActionSpec("settings.rule", Effect.READS, offer),
        ActionSpec("settings.set", Effect.WRITES, set_chosen),
    ),
    steps=(StepSpec(view.STEP, Effect.WRITES, set_typed, takes_prose=True),),
)
