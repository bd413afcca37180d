"""How long a unit's official accounts have been silent, below its progress."""

from collections.abc import Sequence
from dataclasses import replace

from handlers.kit.answers import Answer
from handlers.views.markup import MAX_UNITS, units
from handlers.views.media_words import gap_words, label
from locales import Texts
from services.media.media_accounts import Fresh

SHOWN = 3
_QUOTE = "\n\n<blockquote"
_ENDS = ("<details>", "<footer>")


def with_accounts(shown: Answer, accounts: Sequence[Fresh], texts: Texts) -> Answer:
    """Add a line for each account above the rules, the longest silent first; nothing where there is none."""
    if not accounts:
        return shown
    told = [_line(each, texts) for each in accounts[:SHOWN]]
    if len(accounts) > SHOWN:
        told.append(texts("progress.media.more", count=len(accounts) - SHOWN))
    head, quote, rest = shown.text.partition(_QUOTE)
    text = "\n".join([head + "\n", *told]) + quote + rest
    if units(text) > MAX_UNITS:
        return shown
    return replace(shown, text=text, rich=_rich(shown.rich, told))


def _rich(table: str, told: Sequence[str]) -> str:
    if not table:
        return ""
    at = min((table.index(end) for end in _ENDS if end in table), default=len(table))
    return table[:at] + "".join(f"<p>{line}</p>" for line in told) + table[at:]


def _line(account: Fresh, texts: Texts) -> str:
    since = gap_words(account.last_post_on, account.gap_days, account.freshness, account.stale_days, texts)
    return texts("progress.media.account", account=label(account, texts), since=since)
