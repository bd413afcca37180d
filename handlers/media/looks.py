"""A look at an account: when it last posted, or that nobody could see it."""

import datetime as dtm
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from handlers.kit.answers import Answer
from handlers.kit.context import Context
from handlers.media.answers import read_answer
from handlers.views import media_looks as view
from handlers.views import media_posts as posts_view
from handlers.views.media import which as which_account
from models.enums import FindingKind
from services.core.access import Permission
from services.core.media_words import LookSaid
from services.media import media_accounts, media_checks
from services.media.media_checks import Look, LookDoubted
from services.media.media_names import OneMediaAccount, SeveralMediaAccounts
from services.office.office_rules import get_rules

MISSES = 2


async def said(context: Context, words: LookSaid) -> Sequence[Answer]:
    """Record the look that a command tells of, or question it."""
    here = context.arrival.organisation_id
    look = Look(0, words.checked_on or context.today, words.last_post_on, claims=words.claims)
    match await context.use_cases.media_names.find(context.actor, words.name, here, context.today):
        case OneMediaAccount(account):
            return await _record(context, replace(look, account_id=account.id), context.occasion.source)
        case SeveralMediaAccounts(accounts):
            told = {"look": as_json(look), "source": context.occasion.source}
            question = context.texts("media.which", count=len(accounts))
            return [posts_view.which(accounts, question, "media.look_at", told, context.texts)]
        case unclear:
            return [which_account(unclear, context.texts)]


async def look_at(context: Context) -> Sequence[Answer]:
    """Record the look for the account of the pressed button, or question it."""
    look = replace(_look(context), account_id=context.arguments["account_id"])
    return await _record(context, look, context.arguments["source"])


async def plain(context: Context) -> Sequence[Answer]:
    """Record what was seen without the finding that the days contradict."""
    return await _record(context, replace(_look(context), claims=None), context.arguments["source"])


async def look_now(context: Context) -> Sequence[Answer]:
    """Record what the pressed button says was seen."""
    return await _record(context, _look(context), context.occasion.source)


async def withdraw(context: Context) -> Sequence[Answer]:
    """Take the look of the pressed button back."""
    look = await media_checks.withdraw(context.actor, context.arguments["source"], context.occasion)
    thresholds = (await get_rules(look.account.organisation_id)).thresholds
    standing = posts_view.standing_words(look.account, thresholds, context.today, context.texts)
    return [view.withdrawn(look, standing, context.today, context.texts)]


async def ask(context: Context) -> Sequence[Answer]:
    """Ask what was seen of an account."""
    account = await media_accounts.get_account(context.arguments["account_id"])
    context.actor.require(Permission.MEDIA_MANAGE, organisation_id=account.organisation_id)
    return [view.ask(account, context.today, context.texts)]


async def answered(context: Context) -> Sequence[Answer]:
    """Take the next message for what was seen of an account: a day, or that it could not be seen."""
    words, problem = read_answer(context)
    look = Look(context.arguments["account_id"], context.today, None)
    if isinstance(words, LookSaid):
        look = replace(
            look,
            checked_on=words.checked_on or context.today,
            last_post_on=words.last_post_on,
            claims=words.claims,
        )
        return await _record(context, look, context.occasion.source)
    day = getattr(words, "posted_on", None)
    if isinstance(day, dtm.date):
        return await _record(context, replace(look, last_post_on=day), context.occasion.source)
    if context.arguments["missed"] >= MISSES:
        return [posts_view.not_recorded(context.texts)]
    return [view.ask_again(context.arguments, context.texts, problem=problem)]


async def _record(context: Context, look: Look, source: str) -> Sequence[Answer]:
    occasion = replace(context.occasion, source=source)
    outcome = await media_checks.record(context.actor, look, occasion)
    if isinstance(outcome, LookDoubted):
        told = {"look": as_json(look), "source": source}
        return [posts_view.doubted(outcome, told, context.texts)]
    rules = await get_rules(outcome.account.organisation_id)
    return [posts_view.seen(outcome, source, rules.thresholds, context.today, context.texts)]


def as_json(look: Look) -> dict[str, Any]:
    """Write a look for a button."""
    return {
        "account_id": look.account_id,
        "checked_on": look.checked_on.isoformat(),
        "last_post_on": look.last_post_on.isoformat() if look.last_post_on else "",
        "claims": look.claims.value if look.claims else "",
    }


def _look(context: Context) -> Look:
    written = context.arguments["look"]
    last, claims = written["last_post_on"], written["claims"]
    return Look(
        written["account_id"],
        dtm.date.fromisoformat(written["checked_on"]),
        dtm.date.fromisoformat(last) if last else None,
        claims=FindingKind(claims) if claims else None,
    )
