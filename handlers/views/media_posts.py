"""A post on its way to be recorded, its receipt, and a look at an account with what cannot be true of it."""

import datetime as dtm
from collections.abc import Sequence
from typing import Any

from handlers.kit.answers import Answer, Button
from handlers.views.figures import day_words, period_name, short_name
from handlers.views.markup import escape, lines, shorten
from handlers.views.media_words import account_button, gap_words, label, posted_words
from handlers.views.paging import in_rows
from locales import Texts
from services.core.drafts import Draft
from services.core.materials import PostDraft
from services.core.staleness import Thresholds, gap_between
from services.media.media_accounts import MediaAccountRef
from services.media.media_checks import LookDoubted, LookRecorded
from services.media.media_guesses import Believed
from services.media.media_posts import Counted, KnownPost, PostKnown, PostRecorded

DAY_STEP = "media.day"
ACCOUNT_STEP = "media.account"
OFFERED = 8
IN_A_ROW = 2
TITLE_LENGTH = 40


def offer(draft: PostDraft, believed: Believed, texts: Texts, *, replaces: bool, said: str = "") -> Answer:
    """Show what was read of a post; a press records it, for the account of the button."""
    told: dict[str, Any] = {"draft": draft.as_json()}
    day = day_words(draft.posted_on, texts)
    title = texts("media.read.title", title=escape(shorten(draft.title, TITLE_LENGTH))) if draft.title else ""
    when = texts("media.read.day", day=day)
    others: list[Button] = []
    if believed.is_sure:
        account = believed.accounts[0]
        read = texts("media.read.account", account=label(account, texts), unit=escape(account.unit))
        ask = texts("media.read.press", button=texts("media.button.record", day=day))
        record = Button(
            texts("media.button.record", day=day), "media.record", {**told, "account_id": account.id}
        )
        rows: tuple[tuple[Button, ...], ...] = ((record,),)
        others.append(Button(texts("media.button.other_account"), "media.which", told))
    else:
        read, ask = "", texts("media.read.which")
        offered = believed.accounts[:OFFERED]
        rows = in_rows([account_button(each, texts, "media.record", **told) for each in offered], IN_A_ROW)
        if len(believed.accounts) > OFFERED:
            ask = texts("media.read.which_or_name")
    others.append(Button(texts("media.button.other_day"), "media.when", told))
    return Answer(
        lines([said], [read, title, when], [ask]),
        buttons=(*rows, *in_rows(others, IN_A_ROW), (Button(texts("media.button.drop"), "media.drop"),)),
        replaces=replaces,
        asks="" if believed.is_sure else ACCOUNT_STEP,
        asks_with={} if believed.is_sure else {**told, "missed": 0},
    )


def no_account(report: Draft, office_of: int | None, texts: Texts) -> Answer:
    """Say that a page was sent where no account is registered, and offer to report it.

    ``office_of`` is the organisation whose register the person keeps, None for everybody else.
    """
    buttons = [Button(texts("media.button.report"), "report.revise", {"draft": report.as_json()})]
    if office_of is not None:
        told = {"organisation_id": office_of}
        buttons.append(Button(texts("media.button.register"), "media.register", told))
    key = "media.no_account" if office_of is None else "media.no_account_yet"
    return Answer(texts(key), buttons=in_rows(buttons, IN_A_ROW))


def ask_day(draft: PostDraft, today: dtm.date, texts: Texts, *, problem: str = "", missed: int = 0) -> Answer:
    """Ask on which day it was posted."""
    days = [today - dtm.timedelta(days=back) for back in range(4)]
    buttons = [
        Button(day_words(day, texts), "media.dated", {"draft": draft.on(day).as_json()}) for day in days
    ]
    return Answer(
        lines([escape(problem)], [texts("media.ask_day")]),
        buttons=in_rows(buttons, IN_A_ROW),
        asks=DAY_STEP,
        asks_with={"draft": draft.as_json(), "missed": missed},
    )


def ask_post(account: MediaAccountRef, texts: Texts, step: str) -> Answer:
    """Ask for the day of an account's post, its link or both."""
    words = texts("media.ask_post", account=label(account, texts))
    return Answer(words, asks=step, asks_with={"account_id": account.id, "missed": 0})


def receipt(recorded: PostRecorded, thresholds: Thresholds, today: dtm.date, texts: Texts) -> Answer:
    """Confirm a post: the account, the day, what it counted for or why it did not, how the account stands."""
    account = recorded.account
    return Answer(
        lines(
            [_recorded_words(recorded.post, today, texts), _counted_words(recorded, texts)],
            [standing_words(account, thresholds, today, texts)],
        ),
        buttons=(
            (
                Button(texts("media.button.withdraw"), "media.withdraw", {"source": recorded.post.source}),
                Button(texts("media.button.card"), "media.card", {"account_id": account.id}),
            ),
        ),
    )


def known(found: PostKnown, draft: PostDraft, account_id: int, zone_day: dtm.date, texts: Texts) -> Answer:
    """Say that a post was recorded before, and offer to record another where only the day speaks for it."""
    title = found.post.title
    words = texts(
        "media.known",
        account=label(found.post.account, texts),
        day=posted_words(found.post.posted_on, zone_day, texts),
        title=texts("media.quoted", title=escape(shorten(title, TITLE_LENGTH))) if title else "",
        recorded=day_words(zone_day, texts),
    )
    if found.is_certain:
        return Answer(words)
    another = {"draft": draft.as_another().as_json(), "account_id": account_id}
    buttons = (
        Button(texts("media.button.another"), "media.record", another),
        Button(texts("media.button.same"), "media.drop"),
    )
    return Answer(lines([words], [texts("media.known_ask")]), buttons=in_rows(buttons, IN_A_ROW))


def withdrawn(post: KnownPost, thresholds: Thresholds, today: dtm.date, texts: Texts) -> Answer:
    """Confirm that a post was taken back, and how its account stands without it."""
    told = texts(
        "media.withdrawn", account=label(post.account, texts), day=posted_words(post.posted_on, today, texts)
    )
    return Answer(lines([told], [standing_words(post.account, thresholds, today, texts)]))


def dropped(texts: Texts) -> Answer:
    """Say that nothing was recorded, because the person wanted so."""
    return Answer(texts("media.dropped"), replaces=True)


def not_recorded(texts: Texts) -> Answer:
    """Stop asking."""
    return Answer(texts("media.given_up"))


def seen(outcome: LookRecorded, source: str, thresholds: Thresholds, today: dtm.date, texts: Texts) -> Answer:
    """Confirm a look: what was seen, what was found; what nobody could see is no finding."""
    account, look = outcome.account, outcome.look
    day = day_words(look.checked_on, texts)
    buttons = (
        Button(texts("media.button.withdraw"), "media.unlook", {"source": source}),
        Button(texts("media.button.card"), "media.card", {"account_id": account.id}),
    )
    if look.last_post_on is None:
        told = texts("media.look.not_seen", account=label(account, texts), day=day)
        return Answer(lines([told], [texts("media.look.not_stale")]), buttons=(buttons,))
    told = texts(
        "media.look.seen",
        account=label(account, texts),
        day=day,
        last=day_words(look.last_post_on, texts),
        count=(look.checked_on - look.last_post_on).days,
    )
    found = (
        texts("media.look.found", kind=texts(f"finding.{outcome.finding_key.partition('/')[0]}"))
        if outcome.finding_key
        else texts("media.look.nothing")
    )
    standing = standing_words(account, thresholds, today, texts)
    return Answer(lines([told, found], [standing]), buttons=(buttons,))


def doubted(outcome: LookDoubted, told: dict[str, Any], texts: Texts) -> Answer:
    """Question days that contradict the finding they are said to be; nothing is recorded so far."""
    look = outcome.look
    last = outcome.known_post_on or look.last_post_on or look.checked_on
    key = "media.look.newer" if outcome.known_post_on else "media.look.doubt"
    words = texts(
        key,
        account=label(outcome.account, texts),
        day=day_words(look.checked_on, texts),
        last=day_words(last, texts),
        count=outcome.gap_days,
        allowed=outcome.allowed,
        first=day_words(outcome.first_on, texts),
    )
    buttons = (
        Button(texts("media.button.look_plain"), "media.look_plain", told),
        Button(texts("media.button.drop"), "media.drop"),
    )
    return Answer(lines([words], [texts("media.look.again")]), buttons=in_rows(buttons, 1))


def which(
    accounts: Sequence[MediaAccountRef], words: str, action: str, told: dict[str, Any], texts: Texts
) -> Answer:
    """Ask which account is meant, for an action that is told the rest."""
    buttons = [account_button(each, texts, action, **told) for each in accounts[:OFFERED]]
    return Answer(words, buttons=in_rows(buttons, IN_A_ROW))


def _recorded_words(post: KnownPost, today: dtm.date, texts: Texts) -> str:
    title = texts("media.quoted", title=escape(shorten(post.title, TITLE_LENGTH))) if post.title else ""
    return texts(
        "media.recorded",
        account=label(post.account, texts),
        unit=escape(post.account.unit),
        day=posted_words(post.posted_on, today, texts),
        title=title,
    )


def _counted_words(recorded: PostRecorded, texts: Texts) -> str:
    if recorded.counted is not None:
        return _counted(recorded.counted, texts)
    if recorded.closed is not None:
        month = period_name(recorded.closed.month, texts)
        return texts("media.not_counted.month_closed", month=month)
    return texts(f"media.not_counted.{recorded.not_counted.value}") if recorded.not_counted else ""


def _counted(counted: Counted, texts: Texts) -> str:
    late = texts("report.late") if counted.is_late else ""
    told = texts(
        "media.counted",
        category=short_name(counted.category),
        month=period_name(counted.month, texts),
        count=counted.after,
    )
    return told + late


def standing_words(account: MediaAccountRef, thresholds: Thresholds, today: dtm.date, texts: Texts) -> str:
    """Tell how an account stands today."""
    gap = gap_between(account.last_post_on, today)
    since = gap_words(account.last_post_on, gap, thresholds.judge(gap), thresholds.stale_days, texts)
    if gap is None or account.last_post_on is None:
        return texts("media.now", since=since)
    last_on = account.last_post_on + dtm.timedelta(days=thresholds.stale_days)
    if last_on < today or gap in thresholds.warn_days:
        return texts("media.now", since=since)
    return texts("media.now_until", since=since, day=day_words(last_on, texts))
