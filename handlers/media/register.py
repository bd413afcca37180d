"""The office's register of accounts: entered step by step or in one line, changed, ended, begun again."""

import datetime as dtm
from collections.abc import Sequence
from dataclasses import replace

from handlers.kit.answers import Answer
from handlers.kit.context import Context
from handlers.kit.specs import OnlyInPrivate
from handlers.media.answers import read_day
from handlers.media.cards import card_of
from handlers.views import media_register as view
from handlers.views.media_register import Entering
from handlers.views.organisations import which_organisation
from models.enums import Platform
from services.core.access import Permission
from services.core.media_words import RegisterSaid, read_registration
from services.core.platforms import read_platform
from services.core.text import fold
from services.media import media_accounts, media_findings, media_register
from services.media.media_accounts import MediaAccountRef
from services.media.media_register import EndDoubted, NewMediaAccount
from services.office import organisations
from services.office.name_forms import Kind, part_of
from services.office.organisations import NoUnit, OneUnit, SeveralUnits

MISSES = 2


async def said(context: Context, words: RegisterSaid) -> Sequence[Answer]:
    """Begin an entry with what a command says of it."""
    if not context.incoming.is_private:
        raise OnlyInPrivate(command="media")
    managed = await organisations.list_managed(context.actor, Permission.MEDIA_MANAGE)
    if len(managed) > 1:
        return [which_organisation(managed, "media.register", context.texts)]
    told = read_registration(words.words)
    entering = Entering(managed[0].id, told.platform, responsible=told.responsible, level=told.level)
    return await _go_on(context, await _with_words(context, entering, told.words))


async def begin(context: Context) -> Sequence[Answer]:
    """Begin an entry in the pressed button's organisation."""
    return await _go_on(context, Entering(context.arguments["organisation_id"]))


async def go(context: Context) -> Sequence[Answer]:
    """Go on with what the pressed button adds to the entry."""
    return await _go_on(context, _entering(context))


async def name_said(context: Context) -> Sequence[Answer]:
    """Take the next message for the account's name."""
    return await _go_on(context, replace(_entering(context), name=context.text))


async def unit_said(context: Context) -> Sequence[Answer]:
    """Take the next message for the name of the unit."""
    entering = _entering(context)
    find = context.use_cases.progress.find
    match await find(context.actor, context.text, entering.organisation_id):
        case OneUnit(unit):
            return await _go_on(context, replace(entering, unit_id=unit.id))
        case SeveralUnits(offered) | NoUnit(_, offered):
            return [view.which_unit(entering, offered, context.texts)]
        case _:
            return [view.which_unit(entering, (), context.texts)]


async def responsible_said(context: Context) -> Sequence[Answer]:
    """Take the next message for who is responsible."""
    return await _go_on(context, replace(_entering(context), responsible=context.text, is_complete=True))


async def edit(context: Context) -> Sequence[Answer]:
    """Offer what of an account can be changed."""
    return [view.fields(await _managed(context), context.texts)]


async def ask_field(context: Context) -> Sequence[Answer]:
    """Ask for what the pressed button changes."""
    return [view.ask_field(await _managed(context), context.arguments["field"], context.texts)]


async def field_said(context: Context) -> Sequence[Answer]:
    """Change what was asked for to the next message."""
    asked = context.arguments
    account = await _managed(context)
    shown = replace(account, version=asked["version"])
    match asked["field"]:
        case "name":
            wanted = replace(shown, name=context.text)
        case "responsible":
            wanted = replace(shown, responsible=context.text)
        case "level":
            wanted = replace(shown, level=context.text)
        case "platform":
            platform = read_platform(context.text)
            if platform is None:
                return [view.ask_field(account, "platform", context.texts, problem="media.platform_unclear")]
            return await _move(context, replace(shown, platform=platform))
        case _:
            found = await context.use_cases.progress.find(
                context.actor, context.text, account.organisation_id
            )
            if not isinstance(found, OneUnit):
                return [view.ask_field(account, "unit", context.texts, problem="media.unit_unclear")]
            wanted = replace(shown, unit_id=found.unit.id)
    changed = await media_register.change(context.actor, wanted, context.occasion)
    return await _told(context, changed, context.texts("media.changed"))


async def set_platform(context: Context) -> Sequence[Answer]:
    """Move an account to the pressed platform."""
    asked = context.arguments
    shown = replace(await _managed(context), version=asked["version"])
    return await _move(context, replace(shown, platform=Platform(asked["platform"])))


async def ask_end(context: Context) -> Sequence[Answer]:
    """Ask from which day on an account is no more."""
    return [view.ask_end(await _managed(context), context.today, context.texts)]


async def end(context: Context) -> Sequence[Answer]:
    """Take an account out of the register from the pressed day on."""
    return await _end(context, dtm.date.fromisoformat(context.arguments["day"]))


async def end_said(context: Context) -> Sequence[Answer]:
    """Take the next message for the day of the end."""
    day, problem = read_day(context)
    if day is None:
        if context.arguments["missed"] >= MISSES:
            return [Answer(context.texts("media.given_up"))]
        account = await _managed(context)
        missed = context.arguments["missed"] + 1
        return [view.ask_end(account, context.today, context.texts, problem=problem, missed=missed)]
    return await _end(context, day)


async def again(context: Context) -> Sequence[Answer]:
    """Enter an account again that was deregistered."""
    account = await _managed(context)
    changed = await media_register.change(
        context.actor, replace(account, deregistered_on=None), context.occasion
    )
    said_also = await _said_of_several(context, changed)
    return await _told(context, changed, "\n".join([context.texts("media.entered_again"), *said_also]))


async def _move(context: Context, wanted: MediaAccountRef) -> Sequence[Answer]:
    changed = await media_register.change(context.actor, wanted, context.occasion)
    said_also = await _said_of_several(context, changed)
    return await _told(context, changed, "\n".join([context.texts("media.changed"), *said_also]))


async def _end(context: Context, day: dtm.date) -> Sequence[Answer]:
    asked = context.arguments
    is_agreed = bool(asked.get("is_agreed"))
    outcome = await media_register.deregister(
        context.actor, asked["account_id"], day, context.occasion, is_agreed=is_agreed
    )
    if isinstance(outcome, EndDoubted):
        return [view.question_end(outcome, context.today, context.texts)]
    return await _told(context, outcome, context.texts("media.ended"))


async def _go_on(context: Context, entering: Entering) -> Sequence[Answer]:
    """Ask for what is missing, else enter the account; one that was ended is offered to begin again."""
    context.actor.require(Permission.MEDIA_MANAGE, organisation_id=entering.organisation_id)
    if entering.platform is not None and entering.name:
        ended = await _find_ended(entering.organisation_id, entering.platform, entering.name)
        if ended is not None:
            return [view.offer_again(ended, context.texts)]
        organisation_id, platform = entering.organisation_id, entering.platform
        await media_register.require_free(context.actor, organisation_id, platform, entering.name)
    if (question := view.ask(entering, context.texts)) is not None:
        return [question]
    account = await media_register.register(
        context.actor,
        NewMediaAccount(
            entering.unit_id or 0,
            entering.platform or Platform.OTHER,
            entering.name,
            entering.level,
            entering.responsible,
        ),
        context.occasion,
    )
    said_also = await _said_of_several(context, account)
    texts = context.texts
    return await _told(context, account, "\n".join([texts("media.entered"), *said_also]))


async def _said_of_several(context: Context, account: MediaAccountRef) -> list[str]:
    """Find and say at once that a unit has several accounts on a platform."""
    standings = await media_accounts.list_of_unit(context.actor, account.unit_id, context.today)
    beside = [each.account for each in standings if each.account.platform is account.platform]
    if len(beside) < 2:
        return []
    await media_findings.detect_in(account.organisation_id, context.today, context.now)
    return [view.several(account, beside, context.texts)]


async def _find_ended(organisation_id: int, platform: Platform, name: str) -> MediaAccountRef | None:
    ever = await media_accounts.list_ever(organisation_id)
    return next(
        (
            each
            for each in ever
            if each.platform is platform and fold(each.name) == fold(name) and each.deregistered_on
        ),
        None,
    )


async def _with_words(context: Context, entering: Entering, words: Sequence[str]) -> Entering:
    """Tell the account's name from its unit's: the unit stands last or first.

    Where the last word ends as a unit's name does and is none here, the unit is asked for: it is not taken
    for a part of the account's name, with the unit guessed from the rest.
    """
    if len(words) < 2:
        return replace(entering, name=" ".join(words))
    if (unit_id := await _find_unit(context, entering, words[-1])) is not None:
        return replace(entering, name=" ".join(words[:-1]), unit_id=unit_id, is_complete=True)
    if part_of(fold(words[-1])).kind is not Kind.NONE:
        return replace(entering, name=" ".join(words[:-1]))
    if (unit_id := await _find_unit(context, entering, words[0])) is not None:
        return replace(entering, name=" ".join(words[1:]), unit_id=unit_id, is_complete=True)
    return replace(entering, name=" ".join(words))


async def _find_unit(context: Context, entering: Entering, word: str) -> int | None:
    found = await context.use_cases.progress.find(context.actor, word, entering.organisation_id)
    return found.unit.id if isinstance(found, OneUnit) else None


async def _managed(context: Context) -> MediaAccountRef:
    account = await media_accounts.get_account(context.arguments["account_id"])
    context.actor.require(Permission.MEDIA_MANAGE, organisation_id=account.organisation_id)
    return account


async def _told(context: Context, account: MediaAccountRef, words: str) -> Sequence[Answer]:
    return [await card_of(context, account.id, replaces=False, said=words)]


def _entering(context: Context) -> Entering:
    return Entering.from_json(context.arguments["entering"])
