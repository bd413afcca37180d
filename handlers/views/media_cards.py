"""One account's card: how it stands, its last posts, what was found, and what can be done about it."""

from collections.abc import Iterable
from dataclasses import dataclass

from handlers.kit.answers import Answer, Button
from handlers.views.figures import day_words
from handlers.views.markup import anchor, bold, escape, lines, shorten
from handlers.views.media_words import label, since_words, state_words
from handlers.views.paging import in_rows
from locales import Texts
from models.enums import Rectification
from services.core.staleness import Freshness
from services.media.media_accounts import MediaAccountRef, MediaStanding
from services.media.media_facts import MediaFinding
from services.media.media_posts import KnownPost

IN_A_ROW = 2
POSTS_SHOWN = 5
FINDINGS_SHOWN = 5
TITLE_LENGTH = 40


@dataclass(frozen=True, slots=True)
class Card:
    """An account as somebody sees it: who records for it, who manages it."""

    standing: MediaStanding
    posts: tuple[KnownPost, ...]
    findings: tuple[MediaFinding, ...]
    stale_days: int
    records: bool
    manages: bool
    oversees: bool


def kept_private(account: MediaAccountRef, texts: Texts, *, replaces: bool) -> Answer:
    """Say in a group where to ask about an account."""
    name = escape(account.name)
    return Answer(texts("media.card_in_private", account=label(account, texts), name=name), replaces=replaces)


def card(shown: Card, texts: Texts, *, replaces: bool, said: str = "") -> Answer:
    """Show one account: how it stands, its last posts, what was found; ``said`` stands above it."""
    account = shown.standing.account
    facts = [
        bold(label(account, texts)),
        *_standing_lines(shown, texts),
        texts("media.unit", unit=escape(account.unit)),
        texts("media.level", level=escape(account.level)) if account.level else "",
        _responsible(shown, texts),
        texts("media.opened", day=texts.date(account.opened_on)) if account.opened_on else "",
    ]
    posts = [post_line(each, texts) for each in shown.posts[:POSTS_SHOWN]]
    found = [
        texts("media.bullet", words=finding_line(each, texts))
        for each in shown.findings[:FINDINGS_SHOWN]
        if not each.is_mistaken
    ]
    return Answer(
        lines(
            [said],
            facts,
            [texts("media.posts"), *posts] if posts else [],
            [texts("media.findings"), *found] if found else [],
        ),
        buttons=_card_buttons(shown, texts),
        replaces=replaces,
    )


def _standing_lines(shown: Card, texts: Texts) -> list[str]:
    standing = shown.standing
    account = standing.account
    if account.deregistered_on is not None:
        return [texts("media.deregistered", day=texts.date(account.deregistered_on))]
    told = f"{state_words(standing, texts)} · {since_words(standing, shown.stale_days, texts)}"
    not_seen = standing.not_seen_on
    is_late = standing.freshness in {Freshness.STALE, Freshness.ZOMBIE}
    key = "media.not_seen_on_late" if is_late else "media.not_seen_on"
    return [told, texts(key, day=day_words(not_seen, texts)) if not_seen else ""]


def _responsible(shown: Card, texts: Texts) -> str:
    if not shown.manages:
        return ""
    who = shown.standing.account.responsible
    return texts("media.responsible", name=escape(who)) if who else texts("media.no_responsible")


def post_line(post: KnownPost, texts: Texts) -> str:
    """Write a post: its day, and its title leading to the page where one is known; HTML."""
    words = escape(shorten(post.title, TITLE_LENGTH))
    if post.address:
        words = anchor(post.address, words or texts("media.untitled_page"))
    words = words or texts("media.untitled")
    return texts("media.post", day=day_words(post.posted_on, texts), title=words)


def finding_line(finding: MediaFinding, texts: Texts) -> str:
    """Write a finding: its day, what it is, how its rectification stands and by when it is due; HTML."""
    kind = texts(f"finding.{finding.kind.value}")
    if finding.gap_days is not None:
        kind = texts("media.finding_days", kind=kind, count=finding.gap_days)
    key = "media.finding_overdue" if finding.is_overdue else "media.finding_due"
    is_owed = finding.is_open and finding.rectification is not Rectification.SUBMITTED
    due = texts(key, day=day_words(finding.due_on, texts)) if is_owed else ""
    return texts(
        "media.finding",
        day=day_words(finding.found_on, texts),
        kind=kind,
        state=texts(f"rectification.{finding.rectification.value}"),
        due=due,
    )


def finding_buttons(findings: Iterable[MediaFinding], texts: Texts) -> tuple[tuple[Button, ...], ...]:
    """Offer the findings that are still open, each in a row."""
    return tuple(
        (
            Button(
                texts(
                    "media.button.finding",
                    name=shorten(texts("progress.comma").join(each.accounts), 16),
                    kind=texts(f"finding.{each.kind.value}"),
                ),
                "media.finding",
                {"finding_id": each.id},
            ),
        )
        for each in findings
        if each.is_open
    )[:FINDINGS_SHOWN]


def _card_buttons(shown: Card, texts: Texts) -> tuple[tuple[Button, ...], ...]:
    account = shown.standing.account
    told = {"account_id": account.id}
    is_over = account.deregistered_on is not None
    first = [Button(texts("media.button.post"), "media.post", told)] if shown.records and not is_over else []
    if shown.manages:
        names = ("edit", "again") if is_over else ("look", "edit", "end")
        first += [Button(texts(f"media.button.{name}"), f"media.{name}", told) for name in names]
    listed = {"organisation_id": account.organisation_id}
    back = Button(texts("media.button.list"), "media.list", listed)
    return (
        *finding_buttons(shown.findings, texts),
        *in_rows(first, IN_A_ROW),
        *(((back,),) if shown.oversees else ()),
    )
