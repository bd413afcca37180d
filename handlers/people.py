"""`/members [unit]`: who is what in an organisation, taking a role away, handing one over."""

from collections.abc import Sequence

from handlers.kit.answers import Answer
from handlers.kit.context import Context
from handlers.kit.specs import ActionSpec, CommandSpec, Effect, Family
from handlers.views import invitations
from handlers.views import people as view
from services.core.access import Permission
from services.membership import people
from services.office.organisations import NoUnit, OneUnit, OtherUnit, SeveralUnits, UnitRef, get_unit


async def members(context: Context) -> Sequence[Answer]:
    """Show an organisation's people, or those of the unit that is named."""
    offices = await people.list_administered(context.actor)
    if not context.text:
        if len(offices) > 1:
            return [view.which_office(offices, context.texts)]
        return await _list(context, offices[0].id, 0, replaces=False)
    match = await context.use_cases.progress.find(context.actor, context.text, None)
    match match:
        case OneUnit(unit):
            return await _of_unit(context, unit, replaces=False)
        case SeveralUnits(several) | OtherUnit(_, several):
            return [view.which_unit(several, context.texts)]
        case NoUnit():
            return [view.nearest(match, context.texts)]


async def turn_page(context: Context) -> Sequence[Answer]:
    """Show a page of an organisation's people."""
    return await _list(
        context, context.arguments["organisation_id"], context.arguments["page"], replaces=True
    )


async def show_unit(context: Context) -> Sequence[Answer]:
    """Show the people of the pressed button's unit."""
    return await _of_unit(context, await get_unit(context.arguments["unit_id"]), replaces=True)


async def show_person(context: Context) -> Sequence[Answer]:
    """Show one person, with what can be done."""
    organisation_id = context.arguments["organisation_id"]
    person = await people.get_person(context.actor, organisation_id, context.arguments["member_id"])
    return [view.card(person, organisation_id, context.arrival.zone, context.texts)]


async def ask_to_remove(context: Context) -> Sequence[Answer]:
    """Ask whether a role shall really be taken away."""
    asked = context.arguments
    person = await people.get_person(context.actor, asked["organisation_id"], asked["member_id"])
    return [view.ask_to_remove(person, asked["organisation_id"], asked["binding_id"], context.texts)]


async def remove(context: Context) -> Sequence[Answer]:
    """Take the role away."""
    asked = context.arguments
    person = await people.revoke(
        context.actor,
        asked["binding_id"],
        context.deed,
        has_standing_administrator=context.use_cases.has_standing_administrator,
    )
    return [view.removed(person, asked["organisation_id"], asked["binding_id"], context.texts)]


async def hand_over(context: Context) -> Sequence[Answer]:
    """Give the link by which a successor takes a role over."""
    made = await context.use_cases.invitations.hand_over(
        context.actor, context.arguments["binding_id"], context.deed
    )
    return invitations.invited(made, context.now, context.today, context.texts)


async def _list(context: Context, organisation_id: int, page: int, *, replaces: bool) -> Sequence[Answer]:
    found = await people.list_people(context.actor, organisation_id)
    staffing = await people.count_staffing(context.actor, organisation_id, context.now)
    office = await people.get_administered(context.actor, organisation_id)
    return [view.page(found, staffing, office, page, context.texts, replaces=replaces)]


async def _of_unit(context: Context, unit: UnitRef, *, replaces: bool) -> Sequence[Answer]:
    found = await people.list_people(context.actor, unit.organisation_id, unit.id)
    return [view.of_unit(found, unit, context.texts, replaces=replaces)]


FAMILY = Family(
    commands=(
        CommandSpec(
            "members",
            ("人员", "成员"),
            Effect.READS,
            members,
            needs=frozenset({Permission.MEMBERS_MANAGE}),
            takes_arguments=True,
            is_private=True,
        ),
    ),
    actions=(
        ActionSpec("people.page", Effect.READS, turn_page),
        ActionSpec("people.unit", Effect.READS, show_unit),
        ActionSpec("people.show", Effect.READS, show_person),
        ActionSpec("people.ask_to_remove", Effect.READS, ask_to_remove),
        ActionSpec("people.remove", Effect.WRITES, remove),
        ActionSpec("people.hand_over", Effect.WRITES, hand_over),
    ),
)
