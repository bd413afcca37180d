"""`/media`: a unit's accounts, and an organisation's with the worst first."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from handlers.kit.answers import Answer, Button
from handlers.views.markup import bold, escape, lines, shorten
from handlers.views.media_cards import finding_buttons
from handlers.views.media_words import SIGNS, account_button, label, since_words, state_words
from handlers.views.paging import Page, in_rows, page_buttons
from locales import Texts
from models.enums import Platform
from services.core.media_words import Only
from services.core.platforms import PRINTED_ORDER
from services.core.staleness import Freshness
from services.media.media_accounts import MediaStanding
from services.media.media_facts import MediaFinding
from services.media.media_names import NoMediaAccount, OtherMediaAccount, SeveralMediaAccounts
from services.office.organisations import OrganisationRef

NAME_STEP = "media.name"
ON_A_PAGE = 8
IN_A_ROW = 2
OFFERED = 12
TITLE_LENGTH = 40
_WORST_FIRST = (Freshness.ZOMBIE, Freshness.STALE, Freshness.AGING, Freshness.UNKNOWN, Freshness.FRESH)


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What of an organisation's list is shown: one platform, those that are late, or those to be mended."""

    organisation_id: int
    platform: Platform | None = None
    only: Only | None = None
    page: int = 0

    def as_json(self) -> dict[str, Any]:
        """Write it for a button."""
        platform = self.platform.value if self.platform else ""
        return {
            "organisation_id": self.organisation_id,
            "platform": platform,
            "only": self.only.value if self.only else "",
            "page": self.page,
        }

    @classmethod
    def from_json(cls, written: Any) -> "Narrowed":
        """Read what ``as_json`` wrote, or no more than the organisation."""
        platform = written.get("platform", "")
        return cls(
            written["organisation_id"],
            Platform(platform) if platform else None,
            Only(only) if (only := written.get("only", "")) else None,
            written.get("page", 0),
        )

    def takes(self, standing: MediaStanding) -> bool:
        """Tell whether an account is shown."""
        is_late = standing.freshness in {Freshness.STALE, Freshness.ZOMBIE}
        return (
            self.platform in {None, standing.account.platform}
            and (self.only is not Only.LATE or is_late)
            and (self.only is not Only.OPEN or standing.open_findings > 0)
        )


@dataclass(frozen=True, slots=True)
class Listed:
    """An organisation's accounts, and how many of its findings are open."""

    organisation: OrganisationRef
    standings: tuple[MediaStanding, ...]
    stale_days: int
    open_findings: int
    manages: bool


def overview(listed: Listed, shown: Narrowed, texts: Texts, *, is_private: bool, replaces: bool) -> Answer:
    """Count an organisation's accounts and, in private, list them from the worst; buttons narrow it down."""
    title = texts("media.title", organisation=escape(listed.organisation.name), count=len(listed.standings))
    if not listed.standings:
        add = (_add_button(listed, texts),) if listed.manages and is_private else ()
        key = "media.none_manage" if add else "media.none"
        return Answer(lines([bold(title)], [texts(key)]), buttons=(add,) if add else (), replaces=replaces)
    head = [
        bold(title),
        _by_platform(listed.standings, texts),
        _by_state(listed.standings, texts),
        _rule(listed, texts),
    ]
    if not is_private:
        return Answer(lines(head, [texts("media.in_private")]))
    wanted = sorted(filter(shown.takes, listed.standings), key=_badness)
    page = Page.of(wanted, shown.page, ON_A_PAGE)
    rows = [_row(each, listed.stale_days, texts, names_unit=True) for each in page.shown]
    buttons = [account_button(each.account, texts, "media.card") for each in page.shown]
    return Answer(
        lines(head, [_narrowed_words(shown, texts), *(rows or [texts("media.none_such")])]),
        buttons=(
            *in_rows(buttons, IN_A_ROW),
            *page_buttons(page, "media.list", shown.as_json(), texts),
            *_narrowing(listed, shown, texts),
        ),
        replaces=replaces,
    )


def platforms(listed: Listed, shown: Narrowed, texts: Texts) -> Answer:
    """Offer the platforms there are."""
    counts = Counter(each.account.platform for each in listed.standings)
    buttons = [
        Button(
            texts("media.count", platform=texts(f"platform.{each.value}"), count=counts[each]),
            "media.list",
            Narrowed(shown.organisation_id, each, shown.only).as_json(),
        )
        for each in PRINTED_ORDER
        if counts[each]
    ]
    everything = Button(texts("media.button.all"), "media.list", Narrowed(shown.organisation_id).as_json())
    return Answer(
        texts("media.which_platform"), buttons=(*in_rows(buttons, IN_A_ROW), (everything,)), replaces=True
    )


def own(
    standings: Sequence[MediaStanding],
    findings: Sequence[MediaFinding],
    stale_days: int,
    texts: Texts,
    *,
    records: bool,
) -> Answer:
    """List a unit's accounts, what is to be mended, and how who ``records`` tells of a post."""
    if not standings:
        return Answer(texts("media.own_none"))
    names = list(dict.fromkeys(each.account.unit for each in standings))
    rows = [
        _row(each, stale_days, texts, names_unit=len(names) > 1) for each in sorted(standings, key=_badness)
    ]
    title = texts("media.own_title", units=escape(texts("progress.comma").join(names)))
    buttons = [account_button(each.account, texts, "media.card") for each in standings[:OFFERED]]
    rule = texts("media.own_rule", count=stale_days)
    how = texts("media.own_how", name=escape(_short(standings))) if records else ""
    return Answer(
        lines([bold(title), *rows], _open_lines(findings, texts), [rule, how]),
        buttons=(*in_rows(buttons, IN_A_ROW), *finding_buttons(findings, texts)),
    )


def which(unclear: SeveralMediaAccounts | NoMediaAccount | OtherMediaAccount, texts: Texts) -> Answer:
    """Ask which account is meant, or offer the nearest, or one's own where it is another's."""
    match unclear:
        case SeveralMediaAccounts(offered):
            words = texts("media.which", count=len(offered))
        case NoMediaAccount(text, offered):
            words = texts("media.unknown_name", text=escape(shorten(text, TITLE_LENGTH)))
        case OtherMediaAccount(name, offered):
            key = "media.of_another" if offered else "media.of_another_none"
            words = texts(key, name=escape(shorten(name, TITLE_LENGTH)))
    buttons = [account_button(each, texts, "media.card") for each in offered[:OFFERED]]
    return Answer(words, buttons=in_rows(buttons, IN_A_ROW))


def _badness(standing: MediaStanding) -> tuple[int, int, int, int]:
    account = standing.account
    return _WORST_FIRST.index(standing.freshness), -(standing.gap_days or 0), account.position, account.id


def _row(standing: MediaStanding, stale_days: int, texts: Texts, *, names_unit: bool) -> str:
    key = "media.row_of_unit" if names_unit else "media.row"
    return texts(
        key,
        state=state_words(standing, texts),
        account=label(standing.account, texts),
        unit=escape(standing.account.unit),
        since=since_words(standing, stale_days, texts),
    )


def _by_platform(standings: Iterable[MediaStanding], texts: Texts) -> str:
    counts = Counter(each.account.platform for each in standings)
    return " · ".join(
        texts("media.count", platform=texts(f"platform.{each.value}"), count=counts[each])
        for each in PRINTED_ORDER
        if counts[each]
    )


def _by_state(standings: Iterable[MediaStanding], texts: Texts) -> str:
    counts = Counter(each.freshness for each in standings)
    return " · ".join(
        f"{SIGNS[each]} {texts(f'media.state.{each.value}')} {counts[each]}"
        for each in _WORST_FIRST
        if counts[each]
    )


def _rule(listed: Listed, texts: Texts) -> str:
    rule = texts("media.rule", count=listed.stale_days)
    return rule + (texts("media.open_count", count=listed.open_findings) if listed.open_findings else "")


def _narrowed_words(shown: Narrowed, texts: Texts) -> str:
    words = [texts(f"platform.{shown.platform.value}")] if shown.platform else []
    words += [texts(f"media.only.{shown.only.value}")] if shown.only else []
    return texts("media.narrowed", words=texts("progress.comma").join(words)) if words else ""


def _narrowing(listed: Listed, shown: Narrowed, texts: Texts) -> tuple[tuple[Button, ...], ...]:
    whole = Narrowed(shown.organisation_id)
    offered = [Button(texts("media.button.platforms"), "media.platforms", shown.as_json())]
    offered += [
        Button(texts(f"media.only.{only.value}"), "media.list", replace(shown, only=only, page=0).as_json())
        for only in Only
        if only is not shown.only
    ]
    if shown != replace(whole, page=shown.page):
        offered.append(Button(texts("media.button.all"), "media.list", whole.as_json()))
    asked = {"organisation_id": shown.organisation_id}
    more = [Button(texts("media.button.quarter"), "media.quarter", asked)]
    if listed.open_findings:
        more.append(Button(texts("media.button.findings"), "media.findings", asked))
    if listed.manages:
        more.append(_add_button(listed, texts))
    return (*in_rows(offered, 3), *in_rows(more, 3))


def _add_button(listed: Listed, texts: Texts) -> Button:
    return Button(
        texts("media.button.register"), "media.register", {"organisation_id": listed.organisation.id}
    )


def _open_lines(findings: Sequence[MediaFinding], texts: Texts) -> list[str]:
    still = [each for each in findings if each.is_open]
    return [texts("media.to_mend", count=len(still))] if still else []


def _short(standings: Sequence[MediaStanding]) -> str:
    return shorten(standings[0].account.name, TITLE_LENGTH)
