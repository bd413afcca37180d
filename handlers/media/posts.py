"""A post is recorded: by a forward and a press, by its link, by its account and day. And taken back."""

from collections.abc import Sequence
from dataclasses import replace

from handlers.kit.answers import Answer
from handlers.kit.context import Context
from handlers.media.answers import read_answer, read_day
from handlers.views import media_posts as view
from handlers.views.markup import escape, lines
from handlers.views.media import which as which_account
from handlers.views.months import closed_answer
from services.core.access import GRANTS, Permission
from services.core.drafts import Draft
from services.core.materials import PostDraft, draft_of, draft_of_link
from services.core.media_words import PostSaid
from services.facts.months import MonthClosed
from services.media import media_accounts, media_guesses, media_posts
from services.media.media_guesses import Believed, believe, list_recordable
from services.media.media_names import OneMediaAccount, SeveralMediaAccounts
from services.media.media_posts import Post, PostKnown
from services.office.categories import find_media_category
from services.office.office_rules import get_rules

POST_STEP = "media.post_said"
MISSES = 2


async def forwarded(context: Context) -> Sequence[Answer]:
    """Show what a forward in private was read as; nothing to who records for no account."""
    material = context.incoming.material
    if material is None or not _records(context):
        return ()
    draft = draft_of(material, context.arrival.source, context.arrival.zone)
    accounts = await list_recordable(context.actor, None, context.today)
    if not accounts or not media_guesses.is_post(accounts, draft, material):
        return ()
    believed = believe(accounts, draft, origin=material.origin, text=material.text)
    return [
        view.offer(draft, believed, context.texts, replaces=False, said=context.texts("media.read.forward"))
    ]


async def guess(context: Context) -> Sequence[Answer]:
    """Show what a platform's page that is sent alone in private was read as; nothing to any other message."""
    incoming = context.incoming
    if not incoming.is_private or incoming.text.startswith("/") or not _records(context):
        return ()
    draft = draft_of_link(context.text, context.arrival.source, context.today)
    if draft is None:
        return ()
    accounts = await list_recordable(context.actor, None, context.today)
    if not accounts:
        return [await _no_account(context, draft)]
    believed = believe(accounts, draft, text=context.text)
    return [view.offer(draft, believed, context.texts, replaces=False, said=context.texts("media.read.link"))]


async def said(context: Context, words: PostSaid) -> Sequence[Answer]:
    """Record the post that a command tells of; ask for the account where it is not clear."""
    draft = PostDraft(
        context.occasion.source,
        words.posted_on or context.today,
        words.title,
        words.link,
        context.text,
    )
    here = context.arrival.organisation_id
    if not words.name:
        media_accounts.require_past(draft.posted_on, context.today)
        accounts = await list_recordable(context.actor, here, context.today)
        if not accounts:
            return [Answer(context.texts("media.none_to_record"))]
        believed = believe(accounts, draft, text=context.text)
        return [view.offer(draft, believed, context.texts, replaces=False)]
    match await context.use_cases.media_names.find(context.actor, words.name, here, context.today):
        case OneMediaAccount(account):
            return await _record(context, draft, account.id)
        case SeveralMediaAccounts(accounts):
            able = tuple(each for each in accounts if media_guesses.may_record(context.actor, each))
            return [
                view.offer(draft, Believed(able or accounts, is_sure=False), context.texts, replaces=False)
            ]
        case unclear:
            return [which_account(unclear, context.texts)]


async def record(context: Context) -> Sequence[Answer]:
    """Record the shown post for the account of the pressed button."""
    return await _record(context, _draft(context), context.arguments["account_id"])


async def choose(context: Context) -> Sequence[Answer]:
    """Offer all accounts for the shown post."""
    accounts = await list_recordable(context.actor, None, context.today)
    return [view.offer(_draft(context), Believed(accounts, is_sure=False), context.texts, replaces=True)]


async def named(context: Context) -> Sequence[Answer]:
    """Take the next message for the account's name of the shown post."""
    match await context.use_cases.media_names.find(context.actor, context.text, None, context.today):
        case OneMediaAccount(account):
            return [
                view.offer(_draft(context), Believed((account,), is_sure=True), context.texts, replaces=False)
            ]
        case SeveralMediaAccounts(accounts):
            return [
                view.offer(_draft(context), Believed(accounts, is_sure=False), context.texts, replaces=False)
            ]
        case unclear if context.arguments["missed"] < MISSES:
            told = {**context.arguments, "missed": context.arguments["missed"] + 1}
            return [
                replace(
                    which_account(unclear, context.texts), buttons=(), asks=view.ACCOUNT_STEP, asks_with=told
                )
            ]
        case _:
            return [view.not_recorded(context.texts)]


async def ask_day(context: Context) -> Sequence[Answer]:
    """Ask for another day of the shown post."""
    return [view.ask_day(_draft(context), context.today, context.texts)]


async def dated(context: Context) -> Sequence[Answer]:
    """Show the post with the day of the pressed button."""
    return await _offer_again(context, _draft(context))


async def day_said(context: Context) -> Sequence[Answer]:
    """Take the next message for the day of the shown post."""
    day, problem = read_day(context)
    if day is not None:
        return await _offer_again(context, _draft(context).on(day))
    problem = problem or context.texts("media.day_unclear")
    missed = context.arguments["missed"] + 1
    if missed > MISSES:
        return [view.not_recorded(context.texts)]
    return [view.ask_day(_draft(context), context.today, context.texts, problem=problem, missed=missed)]


async def ask_post(context: Context) -> Sequence[Answer]:
    """Ask for the day or the link of an account's post."""
    account = await media_accounts.read_account(context.actor, context.arguments["account_id"])
    return [view.ask_post(account, context.texts, POST_STEP)]


async def post_said(context: Context) -> Sequence[Answer]:
    """Take the next message for the day, link or title of an account's post."""
    words, problem = read_answer(context)
    if isinstance(words, PostSaid):
        title = words.title or words.name
        link = replace(words.link, title=title) if words.link else None
        draft = PostDraft(
            context.occasion.source, words.posted_on or context.today, title, link, context.text
        )
        return await _record(context, draft, context.arguments["account_id"])
    if context.arguments["missed"] >= MISSES:
        return [view.not_recorded(context.texts)]
    told = {**context.arguments, "missed": context.arguments["missed"] + 1}
    said = lines([escape(problem or context.texts("media.post_unclear"))])
    return [Answer(said, asks=POST_STEP, asks_with=told)]


async def withdraw(context: Context) -> Sequence[Answer]:
    """Take the post of the pressed button back."""
    try:
        post = await media_posts.withdraw(context.actor, context.arguments["source"], context.occasion)
    except MonthClosed as closed:
        return [closed_answer(closed, context.actor, context.texts, context.occasion)]
    rules = await get_rules(post.account.organisation_id)
    return [view.withdrawn(post, rules.thresholds, context.today, context.texts)]


async def drop(context: Context) -> Sequence[Answer]:
    """Record nothing."""
    return [view.dropped(context.texts)]


async def _offer_again(context: Context, draft: PostDraft) -> Sequence[Answer]:
    accounts = await list_recordable(context.actor, None, context.today)
    is_press = context.arrival.press is not None
    return [view.offer(draft, believe(accounts, draft), context.texts, replaces=is_press)]


async def _record(context: Context, draft: PostDraft, account_id: int) -> Sequence[Answer]:
    post = Post(account_id, draft.posted_on, draft.title, draft.link, draft.text, draft.is_another)
    occasion = replace(context.occasion, source=draft.source)
    outcome = await media_posts.record(context.actor, post, occasion)
    rules = await get_rules(outcome.post.account.organisation_id)
    if isinstance(outcome, PostKnown):
        recorded_on = occasion.day_of(outcome.post.recorded_at)
        return [view.known(outcome, draft, account_id, recorded_on, context.texts)]
    return [view.receipt(outcome, rules.thresholds, context.today, context.texts)]


async def _no_account(context: Context, post: PostDraft) -> Answer:
    """Say that there is no account the page could be of, and what can be done: report it, or register one."""
    organisation_id = context.actor.organisation_ids[0]
    category = await find_media_category(organisation_id)
    text = f"{category.name} {post.text}" if category is not None else post.text
    manages = context.actor.may(Permission.MEDIA_MANAGE, organisation_id=organisation_id)
    return view.no_account(
        Draft(post.source, context.today, text), organisation_id if manages else None, context.texts
    )


def _draft(context: Context) -> PostDraft:
    return PostDraft.from_json(context.arguments["draft"])


def _records(context: Context) -> bool:
    return any(Permission.MEDIA_RECORD in GRANTS[binding.role] for binding in context.actor.bindings)
