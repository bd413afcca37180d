"""`/units`: the office's units, their names, and how they begin and end."""

from collections.abc import Awaitable, Callable, Sequence

from handlers.kit.answers import Answer
from handlers.kit.context import Context
from handlers.kit.specs import ActionSpec, CommandSpec, Effect, Family, StepSpec
from handlers.views import unit_cards as view
from handlers.views.organisations import which_organisation
from handlers.views.unit_cards import Choice
from services.arranging import retirement, units
from services.arranging.units import Found, NewUnit, UnitCard
from services.core.access import Permission
from services.office import organisations
from services.office.organisations import OneUnit


async def show_list(context: Context) -> Sequence[Answer]:
    """List the units, or show the one that is named; ask for the organisation of several."""
    managed = await organisations.list_managed(context.actor, Permission.UNITS_CHANGE)
    if len(managed) > 1:
        return [which_organisation(managed, "units.list", context.texts)]
    if context.text:
        return await _find(context, managed[0].id)
    return await _list(context, managed[0].id, 0, replaces=False)


async def show_chosen(context: Context) -> Sequence[Answer]:
    """List the units of the pressed button's organisation."""
    return await _list(context, context.arguments["organisation_id"], 0, replaces=True)


async def turn_page(context: Context) -> Sequence[Answer]:
    """Show another page of the list."""
    return await _list(
        context, context.arguments["organisation_id"], context.arguments["page"], replaces=True
    )


async def find(context: Context) -> Sequence[Answer]:
    """Show the unit whose name was typed."""
    return await _find(context, context.arguments["organisation_id"])


async def show(context: Context) -> Sequence[Answer]:
    """Show a unit's card."""
    return [view.card(await _card(context), context.texts, replaces=True)]


async def ask_name(context: Context) -> Sequence[Answer]:
    """Ask for another name."""
    return [view.ask_name(await _card(context), context.texts)]


async def ask_keeping(context: Context) -> Sequence[Answer]:
    """Take the new name and ask what becomes of the old one."""
    card = await _card(context)
    name = await units.require_free(context.actor, card.unit.organisation_id, context.text, but=card.unit.id)
    return [view.ask_keeping(card, name, context.texts)]


async def rename(context: Context) -> Sequence[Answer]:
    """Give a unit the agreed name."""
    asked = context.arguments
    card = await units.rename(
        context.actor, asked["unit_id"], asked["name"], context.deed, keeps_old=asked["keeps_old"]
    )
    return [_told(context, card, "units.renamed")]


async def show_aliases(context: Context) -> Sequence[Answer]:
    """Show a unit's other names."""
    return [view.aliases(await _card(context), context.texts, replaces=True)]


async def add_alias(context: Context) -> Sequence[Answer]:
    """Take another name for a unit."""
    card = await _card(context)
    roster = await context.use_cases.rosters.get(card.unit.organisation_id)
    changed = await units.add_alias(context.actor, card.unit.id, context.text, roster, context.deed)
    said = context.texts("units.alias_added")
    return [view.aliases(changed, context.texts, replaces=False, said=said)]


async def remove_alias(context: Context) -> Sequence[Answer]:
    """Take a name away from a unit."""
    asked = context.arguments
    card = await units.remove_alias(context.actor, asked["unit_id"], asked["alias_id"], context.deed)
    said = context.texts("units.alias_removed")
    return [view.aliases(card, context.texts, replaces=True, said=said)]


async def ask_new_name(context: Context) -> Sequence[Answer]:
    """Ask what a new unit is called."""
    return [view.ask_new_name(context.arguments["organisation_id"], context.texts)]


async def ask_division(context: Context) -> Sequence[Answer]:
    """Take a new unit's name and ask what it stands under."""
    organisation_id = context.arguments["organisation_id"]
    name = await units.require_free(context.actor, organisation_id, context.text)
    _, everything = await units.list_units(context.actor, organisation_id)
    return [view.ask_division(organisation_id, name, everything, context.texts)]


async def ask_place(context: Context) -> Sequence[Answer]:
    """Take a new unit's division, pressed or typed, and ask where it stands."""
    asked = context.arguments
    division = asked.get("division", context.text)
    _, everything = await units.list_units(context.actor, asked["organisation_id"])
    return [view.ask_place(asked["organisation_id"], asked["name"], division, everything, context.texts)]


async def add(context: Context) -> Sequence[Answer]:
    """Add a unit at the pressed place."""
    return [_told(context, await _add(context, context.arguments["after_id"]), "units.added")]


async def add_after(context: Context) -> Sequence[Answer]:
    """Add a unit behind the one whose name was typed; ask which where the name says too little."""
    organisation_id = context.arguments["organisation_id"]
    match await _meant(context, organisation_id):
        case OneUnit(unit):
            return [_told(context, await _add(context, unit.id), "units.added", replaces=False)]
        case unclear:
            asked = Choice("units.place", "after_id", context.arguments, view.PLACE)
            return [view.which(unclear, asked, context.texts)]


async def ask_retirement(context: Context) -> Sequence[Answer]:
    """Ask whether a unit is to report no more."""
    return [view.ask_retirement(await _card(context), context.texts)]


async def retire(context: Context) -> Sequence[Answer]:
    """Have a unit report no more."""
    card = await retirement.retire(context.actor, context.arguments["unit_id"], context.deed)
    return [_told(context, card, "units.now_retired")]


async def ask_restoring(context: Context) -> Sequence[Answer]:
    """Ask whether a unit is to report again."""
    return [view.ask_restoring(await _card(context), context.texts)]


async def restore(context: Context) -> Sequence[Answer]:
    """Have a unit report again."""
    card = await retirement.restore(context.actor, context.arguments["unit_id"], context.deed)
    return [_told(context, card, "units.restored")]


async def ask_successor(context: Context) -> Sequence[Answer]:
    """Ask which unit another is merged into."""
    card = await _card(context)
    _, everything = await units.list_units(context.actor, card.unit.organisation_id)
    return [view.ask_successor(card, everything, context.arguments.get("page", 0), context.texts)]


async def ask_merger(context: Context) -> Sequence[Answer]:
    """Ask whether a unit is to be merged into the pressed one."""
    into = await units.get_card(context.actor, context.arguments["into_id"])
    return [view.ask_merger(await _card(context), into, context.texts, replaces=True)]


async def ask_merger_by_name(context: Context) -> Sequence[Answer]:
    """Ask whether a unit is to be merged into the one whose name was typed."""
    card = await _card(context)
    match await _meant(context, card.unit.organisation_id):
        case OneUnit(unit):
            into = await units.get_card(context.actor, unit.id)
            return [view.ask_merger(card, into, context.texts, replaces=False)]
        case unclear:
            asked = Choice("units.merge_into", "into_id", context.arguments, view.MERGE)
            return [view.which(unclear, asked, context.texts)]


async def merge(context: Context) -> Sequence[Answer]:
    """Merge a unit into another."""
    asked = context.arguments
    card = await retirement.merge(context.actor, asked["unit_id"], asked["into_id"], context.deed)
    return [_told(context, card, "units.now_merged")]


async def _card(context: Context) -> UnitCard:
    return await units.get_card(context.actor, context.arguments["unit_id"])


async def _list(context: Context, organisation_id: int, page: int, *, replaces: bool) -> Sequence[Answer]:
    organisation, everything = await units.list_units(context.actor, organisation_id)
    return [view.listing(organisation, everything, page, context.texts, replaces=replaces)]


async def _find(context: Context, organisation_id: int) -> Sequence[Answer]:
    match await _meant(context, organisation_id):
        case OneUnit(unit):
            return [view.card(await units.get_card(context.actor, unit.id), context.texts, replaces=False)]
        case unclear:
            asked = Choice("units.show", "unit_id", {"organisation_id": organisation_id}, view.FIND)
            return [view.which(unclear, asked, context.texts)]


async def _meant(context: Context, organisation_id: int) -> Found:
    roster = await context.use_cases.rosters.get(organisation_id)
    return await units.find(context.actor, organisation_id, context.text, roster)


async def _add(context: Context, after_id: int | None) -> UnitCard:
    asked = context.arguments
    new = NewUnit(asked["organisation_id"], asked["name"], asked["division"], after_id)
    return await units.add(context.actor, new, context.deed)


def _told(context: Context, card: UnitCard, key: str, *, replaces: bool = True) -> Answer:
    return view.card(card, context.texts, replaces=replaces, said=context.texts(key))


Handle = Callable[[Context], Awaitable[Sequence[Answer]]]

_READS: dict[str, Handle] = {
    "list": show_chosen,
    "page": turn_page,
    "show": show,
    "rename": ask_name,
    "alias": show_aliases,
    "add": ask_new_name,
    "division": ask_place,
    "retire": ask_retirement,
    "restore": ask_restoring,
    "merge": ask_successor,
    "merge_into": ask_merger,
}
_WRITES: dict[str, Handle] = {
    "rename_to": rename,
    "remove_alias": remove_alias,
    "place": add,
    "retire_now": retire,
    "restore_now": restore,
    "merge_now": merge,
}

FAMILY = Family(
    commands=(
        CommandSpec(
            "units",
            ("单位",),
            Effect.READS,
            show_list,
            needs=frozenset({Permission.UNITS_CHANGE}),
            takes_arguments=True,
            is_private=True,
        ),
    ),
    actions=(
        *(ActionSpec(f"units.{name}", Effect.READS, handle) for name, handle in _READS.items()),
        *(ActionSpec(f"units.{name}", Effect.WRITES, handle) for name, handle in _WRITES.items()),
    ),
    steps=(
        StepSpec(view.FIND, Effect.READS, find),
        StepSpec(view.RENAME, Effect.READS, ask_keeping, takes_prose=True),
        StepSpec(view.ALIAS, Effect.WRITES, add_alias, takes_prose=True),
        StepSpec(view.ADD, Effect.READS, ask_division, takes_prose=True),
        StepSpec(view.DIVISION, Effect.READS, ask_place, takes_prose=True),
        StepSpec(view.PLACE, Effect.WRITES, add_after),
        StepSpec(view.MERGE, Effect.READS, ask_merger_by_name),
    ),
)
