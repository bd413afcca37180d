"""`/invite [unit] [role]`: links that let people in, one or one for each unit."""

import re
from collections.abc import Sequence

from handlers.kit.answers import Answer
from handlers.kit.context import Context
from handlers.kit.specs import ActionSpec, CommandSpec, Effect, Family, StepSpec
from handlers.views import invitations as view
from models.enums import Role
from services.core.access import Permission
from services.membership import people
from services.membership.seats import OFFICE
from services.office.organisations import NoUnit, OneUnit, OrganisationRef, OtherUnit, SeveralUnits

ROLES = {
    **dict.fromkeys(("信息员", "联络员", "reporter"), Role.REPORTER),
    **dict.fromkeys(("分管领导", "领导", "leader"), Role.LEADER),
    **dict.fromkeys(("审核员", "reviewer"), Role.REVIEWER),
    **dict.fromkeys(("管理员", "administrator", "admin"), Role.ADMINISTRATOR),
}
EVERYBODY_WORDS = frozenset({"全部单位", "所有单位", "各单位", "全部", "所有", "all"})

_GAPS = re.compile(r"[\s,，:：、]+")


def split_role(text: str) -> tuple[str, Role | None]:
    """Take a role's word out of a text, wherever it stands, also glued to the end; the rest is the name."""
    words = [word for word in _GAPS.split(text) if word]
    role = next((ROLES[word.casefold()] for word in words if word.casefold() in ROLES), None)
    rest = [word for word in words if word.casefold() not in ROLES]
    if role is None and rest:
        for word, meant in ROLES.items():
            if not word.isascii() and rest[-1].endswith(word):
                return " ".join([*rest[:-1], rest[-1].removesuffix(word)]), meant
    return " ".join(rest), role


async def invite(context: Context) -> Sequence[Answer]:
    """Invite whom the words say; ask with buttons where they leave something open."""
    offices = await people.list_administered(context.actor)
    name, role = split_role(context.text)
    if name.casefold() in EVERYBODY_WORDS:
        return await _everybody(context, offices)
    if name:
        return await _named(context, name, role)
    if role is Role.REPORTER:
        return [view.ask_unit(role, context.texts)]
    if role is not None:
        return await _for_office(context, offices, role)
    return [await _menu(context, offices)]


async def open_menu(context: Context) -> Sequence[Answer]:
    """Show what can be invited to in the organisation of the pressed button."""
    office = await people.get_administered(context.actor, context.arguments["organisation_id"])
    return [await _menu(context, [office])]


async def ask_unit(context: Context) -> Sequence[Answer]:
    """Ask which unit somebody is invited for."""
    return [view.ask_unit(Role(context.arguments["role"]), context.texts)]


async def take_unit(context: Context) -> Sequence[Answer]:
    """Take the next message for the unit, perhaps with another role."""
    await people.list_administered(context.actor)
    name, role = split_role(context.text)
    asked = Role(context.arguments["role"])
    if not name:
        return [view.ask_unit(role or asked, context.texts)]
    return await _named(context, name, role or asked)


async def make(context: Context) -> Sequence[Answer]:
    """Make the invitation of the pressed button."""
    asked = context.arguments
    return await _make(context, asked["organisation_id"], asked["unit_id"], Role(asked["role"]))


async def confirm(context: Context) -> Sequence[Answer]:
    """Ask before somebody is invited who may do anything."""
    return await _ask_to_confirm(context, context.arguments["organisation_id"])


async def everybody(context: Context) -> Sequence[Answer]:
    """Give the links of the pressed button: for units without a reporter, or for every unit."""
    asked = context.arguments
    return await _links(context, asked["organisation_id"], everywhere=asked["everywhere"])


async def show_open(context: Context) -> Sequence[Answer]:
    """Show the unused invitations of the pressed button's organisation, with their links."""
    organisation_id = context.arguments["organisation_id"]
    opened = await context.use_cases.invitations.list_open(context.actor, organisation_id, context.now)
    page = context.arguments["page"]
    return [view.opened(opened, organisation_id, page, context.now, context.today, context.texts)]


async def revoke(context: Context) -> Sequence[Answer]:
    """Make the invitation of the pressed button worthless."""
    seat = await context.use_cases.invitations.revoke(
        context.actor, context.arguments["invitation_id"], context.deed
    )
    return [view.revoked(seat, context.texts)]


async def _named(context: Context, name: str, role: Role | None) -> Sequence[Answer]:
    match = await context.use_cases.progress.find(context.actor, name, None)
    match match:
        case OneUnit(unit) if role in OFFICE:
            return [view.not_of_a_unit(unit, role or Role.REPORTER, context.texts)]
        case OneUnit(unit):
            return await _make(context, unit.organisation_id, unit.id, role or Role.REPORTER)
        case SeveralUnits(several):
            return [view.which_unit(several, role or Role.REPORTER, context.texts)]
        case OtherUnit(_, own):
            return [view.which_unit(own, role or Role.REPORTER, context.texts)]
        case NoUnit():
            return [view.nearest(match, role or Role.REPORTER, context.texts)]


async def _for_office(context: Context, offices: Sequence[OrganisationRef], role: Role) -> Sequence[Answer]:
    if len(offices) > 1:
        return [view.which_office(offices, role, context.texts)]
    if role is Role.ADMINISTRATOR:
        return await _ask_to_confirm(context, offices[0].id)
    return await _make(context, offices[0].id, None, role)


async def _ask_to_confirm(context: Context, organisation_id: int) -> Sequence[Answer]:
    office = await people.get_administered(context.actor, organisation_id)
    return [view.confirm_administrator(office, context.texts)]


async def _menu(context: Context, offices: Sequence[OrganisationRef]) -> Answer:
    if len(offices) != 1:
        return view.which_menu(offices, context.texts)
    staffing = await people.count_staffing(context.actor, offices[0].id, context.now)
    return view.menu(offices[0], staffing, context.texts)


async def _everybody(context: Context, offices: Sequence[OrganisationRef]) -> Sequence[Answer]:
    if len(offices) > 1:
        return [view.which_everybody(offices, context.texts)]
    return await _links(context, offices[0].id, everywhere=False)


async def _links(context: Context, organisation_id: int, *, everywhere: bool) -> Sequence[Answer]:
    made = await context.use_cases.invitations.invite_reporters(
        context.actor, organisation_id, context.deed, everywhere=everywhere
    )
    staffing = await people.count_staffing(context.actor, organisation_id, context.now)
    return view.links(made, organisation_id, staffing, context.now, context.today, context.texts)


async def _make(context: Context, organisation_id: int, unit_id: int | None, role: Role) -> Sequence[Answer]:
    made = await context.use_cases.invitations.invite(
        context.actor, organisation_id, unit_id, role, context.deed
    )
    return view.invited(made, context.now, context.today, context.texts)


FAMILY = Family(
    commands=(
        CommandSpec(
            "invite",
            ("邀请",),
            Effect.WRITES,
            invite,
            needs=frozenset({Permission.MEMBERS_MANAGE}),
            takes_arguments=True,
            is_private=True,
        ),
    ),
    actions=(
        ActionSpec("invite.menu", Effect.READS, open_menu),
        ActionSpec("invite.ask_unit", Effect.READS, ask_unit),
        ActionSpec("invite.confirm", Effect.READS, confirm),
        ActionSpec("invite.make", Effect.WRITES, make),
        ActionSpec("invite.everybody", Effect.WRITES, everybody),
        ActionSpec("invite.open", Effect.WRITES, show_open),
        ActionSpec("invite.revoke", Effect.WRITES, revoke),
    ),
    steps=(StepSpec(view.STEP, Effect.WRITES, take_unit),),
)
