"""The words for one media account: 微信“苍溪财政”, its sign and word, the days since its last post."""

import datetime as dtm

from handlers.kit.answers import Button
from handlers.views.figures import day_words
from handlers.views.markup import escape, shorten
from locales import Texts
from services.core.staleness import Freshness
from services.media.media_accounts import Fresh, MediaAccountRef, MediaStanding

NAME_LENGTH = 30
BUTTON_LENGTH = 24
SIGNS = {
    Freshness.FRESH: "🟢",
    Freshness.AGING: "🟡",
    Freshness.STALE: "🔴",
    Freshness.ZOMBIE: "⚫",
    Freshness.UNKNOWN: "⚪",
}


def label(account: MediaAccountRef | Fresh, texts: Texts) -> str:
    """Name an account with its platform; HTML."""
    platform = texts(f"platform.{account.platform.value}")
    return texts("media.label", platform=platform, name=escape(shorten(account.name, NAME_LENGTH)))


def posted_words(day: dtm.date, today: dtm.date, texts: Texts) -> str:
    """Name the day of a post, with its year where that is not today's."""
    return day_words(day, texts) if day.year == today.year else texts.date(day)


def state_words(standing: MediaStanding, texts: Texts) -> str:
    """Show how an account stands: a sign and its word; 未能核查 where nothing else is known."""
    if standing.freshness is Freshness.UNKNOWN and standing.not_seen_on is not None:
        return f"❔ {texts('media.state.not_seen')}"
    return f"{SIGNS[standing.freshness]} {texts(f'media.state.{standing.freshness.value}')}"


def since_words(standing: MediaStanding, stale_days: int, texts: Texts) -> str:
    """Say how long ago the last post was, and until when the next is due."""
    return gap_words(standing.account.last_post_on, standing.gap_days, standing.freshness, stale_days, texts)


def gap_words(
    last_post_on: dtm.date | None, gap: int | None, freshness: Freshness, stale_days: int, texts: Texts
) -> str:
    """Say how long ago an account's last post was, and until when the next is due."""
    if gap is None or last_post_on is None:
        return texts("media.since.unknown")
    if freshness is Freshness.AGING:
        day = day_words(last_post_on + dtm.timedelta(days=stale_days), texts)
        return texts("media.since.aging", count=gap, day=day)
    if freshness in {Freshness.STALE, Freshness.ZOMBIE}:
        return texts(f"media.since.{freshness.value}", count=gap)
    return texts("media.since.today") if gap == 0 else texts("media.since.fresh", count=gap)


def account_button(account: MediaAccountRef, texts: Texts, action: str, **told: object) -> Button:
    """Offer an account; the action is told its id."""
    platform = texts(f"platform.{account.platform.value}")
    words = texts("media.button.account", platform=platform, name=shorten(account.name, BUTTON_LENGTH))
    return Button(words, action, {**told, "account_id": account.id})
