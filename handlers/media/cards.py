"""The lists and the card of `/media`: which accounts somebody sees, and how each stands."""

from collections.abc import Sequence

from handlers.kit.answers import Answer
from handlers.kit.context import Context
from handlers.views import media as view
from handlers.views import media_cards as card_view
from handlers.views.media import Listed, Narrowed
from handlers.views.media_cards import Card
from handlers.views.organisations import which_organisation
from services.core.access import Permission
from services.core.media_words import Asked, NarrowSaid
from services.media import media_accounts, media_findings, media_posts
from services.media.media_guesses import may_record
from services.media.media_names import OneMediaAccount
from services.office import organisations
from services.office.office_rules import get_rules
from services.office.organisations import Scope


async def asked(context: Context, words: Asked | NarrowSaid) -> Sequence[Answer]:
    """Show the account that is named, else the list, narrowed down as the words say."""
    match words:
        case Asked(""):
            return await _begin(context, NarrowSaid())
        case Asked(name):
            return await _named(context, name)
        case NarrowSaid():
            return await _begin(context, words)


async def _begin(context: Context, asked: NarrowSaid) -> Sequence[Answer]:
    """Show what the person may see: an organisation's accounts, narrowed down, or those of their units."""
    scope = await context.use_cases.progress.get_scope(context.actor, context.arrival.organisation_id)
    if len(scope.overseen) > 1:
        return [which_organisation(scope.overseen, "media.list", context.texts)]
    if scope.overseen:
        return await _overview(
            context, Narrowed(scope.overseen[0].id, asked.platform, asked.only), replaces=False
        )
    return await _own(context, scope)


async def show_list(context: Context) -> Sequence[Answer]:
    """Show the list as the pressed button narrows it."""
    return await _overview(context, Narrowed.from_json(context.arguments), replaces=True)


async def show_platforms(context: Context) -> Sequence[Answer]:
    """Offer the platforms to narrow the list down to."""
    shown = Narrowed.from_json(context.arguments)
    return [view.platforms(await _listed(context, shown.organisation_id), shown, context.texts)]


async def show(context: Context) -> Sequence[Answer]:
    """Show an account's card."""
    return [await card_of(context, context.arguments["account_id"], replaces=True)]


async def _named(context: Context, name: str) -> Sequence[Answer]:
    """Show the account that a name means, or ask which."""
    here = context.arrival.organisation_id
    match await context.use_cases.media_names.find(context.actor, name, here, context.today):
        case OneMediaAccount(account):
            return [await card_of(context, account.id, replaces=False)]
        case unclear:
            return [view.which(unclear, context.texts)]


async def card_of(context: Context, account_id: int, *, replaces: bool, said: str = "") -> Answer:
    """Make an account's card for whoever asks; in a group without what is the office's.

    What a group may not see of an account it is told in private.
    """
    actor, today = context.actor, context.today
    standing = await media_accounts.read_standing(actor, account_id, today)
    account = standing.account
    is_private = context.incoming.is_private
    if not (is_private or await media_accounts.may_group_see(actor, standing, context.now)):
        return card_view.kept_private(account, context.texts, replaces=replaces)
    office = {"organisation_id": account.organisation_id}
    card = Card(
        standing,
        await media_posts.list_posts(actor, account_id),
        await media_findings.list_of_account(actor, account_id, today) if is_private else (),
        (await get_rules(account.organisation_id)).stale_days,
        records=is_private and may_record(actor, account),
        manages=is_private and actor.may(Permission.MEDIA_MANAGE, **office),
        oversees=actor.may(Permission.PROGRESS_READ_ANY, **office),
    )
    return card_view.card(card, context.texts, replaces=replaces, said=said)


async def _own(context: Context, scope: Scope) -> Sequence[Answer]:
    standings = [
        standing
        for unit in scope.own
        for standing in await media_accounts.list_of_unit(context.actor, unit.id, context.today)
    ]
    is_private = context.incoming.is_private
    findings = [
        finding
        for unit in (scope.own if is_private else ())
        for finding in await media_findings.list_findings(
            context.actor, unit.organisation_id, context.today, unit_id=unit.id
        )
    ]
    stale_days = (await get_rules(scope.own[0].organisation_id)).stale_days if scope.own else 0
    records = is_private and any(may_record(context.actor, each.account) for each in standings)
    return [view.own(standings, findings, stale_days, context.texts, records=records)]


async def _overview(context: Context, shown: Narrowed, *, replaces: bool) -> Sequence[Answer]:
    listed = await _listed(context, shown.organisation_id)
    is_private = context.incoming.is_private
    return [view.overview(listed, shown, context.texts, is_private=is_private, replaces=replaces)]


async def _listed(context: Context, organisation_id: int) -> Listed:
    actor, today = context.actor, context.today
    return Listed(
        await organisations.get_organisation(organisation_id),
        await media_accounts.list_of_organisation(actor, organisation_id, today),
        (await get_rules(organisation_id)).stale_days,
        len(await media_findings.list_findings(actor, organisation_id, today)),
        actor.may(Permission.MEDIA_MANAGE, organisation_id=organisation_id),
    )
