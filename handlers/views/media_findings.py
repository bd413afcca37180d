"""Findings about accounts in words: a list, one with its rectification, and what others are told of it."""

from collections.abc import Sequence

from handlers.kit.answers import Answer, Button
from handlers.views.figures import day_words
from handlers.views.markup import bold, escape, lines, shorten
from handlers.views.media_cards import finding_line
from handlers.views.paging import Page, page_buttons
from locales import Texts
from models.enums import Rectification
from services.media.media_facts import MediaFinding
from services.office.organisations import OrganisationRef

PROOF_STEP, REASON_STEP = "media.proof", "media.reason"
ON_A_PAGE = 6
NAME_LENGTH = 30
PROOF_LENGTH = 200


def listing(
    organisation: OrganisationRef, found: Sequence[MediaFinding], number: int, texts: Texts
) -> Answer:
    """List open findings by pages, what waits for the office first, a button for each."""
    in_order = sorted(found, key=lambda each: each.rectification is not Rectification.SUBMITTED)
    page = Page.of(in_order, number, ON_A_PAGE)
    told = {"organisation_id": organisation.id}
    rows = [
        texts(
            "media.open_finding",
            account=subject(each, texts),
            unit=escape(each.unit),
            line=finding_line(each, texts),
        )
        for each in page.shown
    ]
    buttons = [
        (
            Button(
                texts(
                    "media.button.finding",
                    name=shorten(each.unit, 16),
                    kind=texts(f"finding.{each.kind.value}"),
                ),
                "media.finding",
                {"finding_id": each.id},
            ),
        )
        for each in page.shown
    ]
    title = texts("media.open_title", organisation=escape(organisation.name), count=len(found))
    back = Button(texts("media.button.list"), "media.list", told)
    return Answer(
        lines([bold(title)], rows or [texts("media.open_none")]),
        buttons=(*buttons, *page_buttons(page, "media.findings", told, texts), (back,)),
        replaces=True,
    )


def card(
    finding: MediaFinding, texts: Texts, *, said: str, records: bool, manages: bool, replaces: bool
) -> Answer:
    """Show a finding: what was found, what became of it, and what can be done."""
    rows = [
        bold(subject(finding, texts)),
        texts("media.unit", unit=escape(finding.unit)),
        finding_line(finding, texts),
    ]
    if finding.last_post_on is not None:
        rows.append(texts("media.finding_last", day=texts.date(finding.last_post_on)))
    if finding.mended_on is not None:
        rows.append(texts("media.finding_mended", day=texts.date(finding.mended_on)))
    told = []
    if finding.proof:
        told.append(texts("media.finding_proof", proof=escape(shorten(finding.proof, PROOF_LENGTH))))
    if finding.reason:
        told.append(texts("media.finding_reason", reason=escape(finding.reason)))
    if finding.is_mistaken:
        told.append(texts("media.finding_mistaken"))
    return Answer(
        lines([said], rows, told),
        buttons=_buttons(finding, texts, records=records, manages=manages),
        replaces=replaces,
    )


def subject(finding: MediaFinding, texts: Texts) -> str:
    """Name what a finding is about: one account, or all that a unit has on a platform; HTML."""
    names = texts("progress.comma").join(escape(shorten(each, NAME_LENGTH)) for each in finding.accounts)
    return texts("media.label", platform=texts(f"platform.{finding.platform.value}"), name=names)


def ask_proof(finding: MediaFinding, texts: Texts) -> Answer:
    """Ask what was done about it."""
    told = {"finding_id": finding.id, "version": finding.version}
    return Answer(texts("media.ask_proof", account=subject(finding, texts)), asks=PROOF_STEP, asks_with=told)


def ask_reason(finding: MediaFinding, texts: Texts) -> Answer:
    """Ask why it is sent back."""
    told = {"finding_id": finding.id, "version": finding.version}
    words = texts("media.ask_reason", account=subject(finding, texts), unit=escape(finding.unit))
    return Answer(words, asks=REASON_STEP, asks_with=told)


def submitted_notice(finding: MediaFinding, texts: Texts, *, to: int) -> Answer:
    """Tell the office that a unit has said what it did."""
    words = texts(
        "media.notice.submitted",
        unit=escape(finding.unit),
        account=subject(finding, texts),
        proof=escape(shorten(finding.proof, PROOF_LENGTH)),
    )
    return Answer(words, to=to)


def confirmed_notice(finding: MediaFinding, texts: Texts, *, to: int) -> Answer:
    """Tell a reporter that the office has agreed."""
    words = texts(
        "media.notice.confirmed",
        account=subject(finding, texts),
        kind=texts(f"finding.{finding.kind.value}"),
    )
    return Answer(words, to=to)


def rejected_notice(finding: MediaFinding, texts: Texts, *, to: int) -> Answer:
    """Tell a reporter that the office sent it back, and why."""
    words = texts(
        "media.notice.rejected",
        account=subject(finding, texts),
        kind=texts(f"finding.{finding.kind.value}"),
        reason=escape(finding.reason),
        day=day_words(finding.due_on, texts),
    )
    return Answer(words, to=to)


def _buttons(
    finding: MediaFinding, texts: Texts, *, records: bool, manages: bool
) -> tuple[tuple[Button, ...], ...]:
    told = {"finding_id": finding.id, "version": finding.version}
    row = []
    if records and finding.is_open and not (manages and finding.rectification is Rectification.SUBMITTED):
        row.append(Button(texts("media.button.mend"), "media.mend", told))
    is_said = finding.rectification is Rectification.SUBMITTED
    if manages and finding.is_open and (is_said or finding.mended_on is not None):
        row.append(Button(texts("media.button.confirm"), "media.confirm", told))
    if manages and finding.is_open and is_said:
        row.append(Button(texts("media.button.send_back"), "media.send_back", told))
    back = (
        [Button(texts("media.button.card"), "media.card", {"account_id": finding.account_id})]
        if finding.account_id is not None
        else []
    )
    return tuple(each for each in (tuple(row), tuple(back)) if each)
