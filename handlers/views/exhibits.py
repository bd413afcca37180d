"""Evidence to look through: units, a unit's reports, one report with a piece of it, and a piece deleted."""

import datetime as dtm
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from handlers.kit.answers import Answer, Button
from handlers.views.exhibit_reviews import resubmit_buttons, review_lines
from handlers.views.figures import day_words, listed, period_name, short_name
from handlers.views.lacking import kinds_words
from handlers.views.markup import anchor, bold, escape, lines, shorten
from handlers.views.paging import Page, in_rows, page_buttons
from handlers.views.purging import purge_links
from locales import Texts
from models.enums import Cadence, EvidenceKind
from services.core.exporting.packs import PackOf
from services.core.period import Period
from services.core.pictures import StoredPicture
from services.evidence.evidence_overview import Shelf
from services.evidence.evidence_shelf import ReportCard, ShelvedReport
from services.facts.exhibits import Exhibit
from services.office.organisations import OrganisationRef, UnitRef

SHELVES = 12
REPORTS = 8
NUMBERS_IN_A_ROW = 4
NAMED = 8
LINKS_SHOWN = 5
TITLE_LENGTH = 40
BUTTON_LENGTH = 30


@dataclass(frozen=True, slots=True)
class Words:
    """What a report is told with: the texts, the office's zone, and how categories are called."""

    texts: Texts
    zone: dtm.tzinfo
    name_of: Callable[[int], str]


@dataclass(frozen=True, slots=True)
class Place:
    """Which unit and month are looked at on which day.

    ``oversees`` who may turn to other units, ``packs`` who may take evidence out.
    """

    unit: UnitRef
    month: Period
    today: dtm.date
    oversees: bool
    packs: bool


def overview(
    organisation: OrganisationRef,
    month: Period,
    shelves: Sequence[Shelf],
    today: dtm.date,
    texts: Texts,
    *,
    page: int = 0,
) -> Answer:
    """Show the units that reported for a month, each with how many of its reports have evidence."""
    part = Page.of(shelves, page, SHELVES)
    period = {"period": str(month)}
    units = [
        Button(
            texts(
                "evidence.button.unit",
                unit=shorten(each.unit.name, BUTTON_LENGTH),
                backed=each.backed,
                reports=each.reports,
            ),
            "evidence.shelf",
            {"unit_id": each.unit.id, **period},
        )
        for each in part.shown
    ]
    owing = [escape(each.unit.name) for each in shelves if each.owes]
    place = texts("progress.title", unit=escape(organisation.name), period=period_name(month, texts))
    reach: dict[str, Any] = {"organisation_id": organisation.id}
    return Answer(
        lines(
            [bold(texts("evidence.shelf.title", place=place)), _totals(shelves, texts) if shelves else ""],
            [texts("evidence.shelf.owing", units=listed(owing, texts, limit=NAMED))] if owing else [],
            [texts("evidence.shelf.choose" if shelves else "evidence.shelf.nothing")],
        ),
        buttons=(
            *in_rows(units),
            *page_buttons(part, "evidence.shelves", {**reach, **period}, texts),
            _months(month, today, "evidence.shelves", reach, texts),
        ),
    )


def shelf_answer(place: Place, reports: Sequence[ShelvedReport], words: Words, *, page: int = 0) -> Answer:
    """Show a unit's reports for a month, the newest first, each with its evidence and a number to press."""
    texts = words.texts
    part = Page.of(reports, page, REPORTS)
    period = {"period": str(place.month)}
    first = part.number * REPORTS + 1
    told = [
        texts(
            "evidence.shelf.line", number=number, report=_report(each, words), evidence=_standing(each, texts)
        )
        for number, each in enumerate(part.shown, start=first)
    ]
    numbers = [
        Button(
            texts("evidence.button.number", number=number),
            "evidence.report",
            {"unit_id": place.unit.id, **period, "opening": each.opening},
        )
        for number, each in enumerate(part.shown, start=first)
    ]
    reach = {"unit_id": place.unit.id}
    title = texts("progress.title", unit=escape(place.unit.name), period=period_name(place.month, texts))
    others = Button(
        texts("evidence.button.units"),
        "evidence.shelves",
        {"organisation_id": place.unit.organisation_id, **period},
    )
    return Answer(
        lines(
            [bold(texts("evidence.shelf.title", place=title)), _counted(reports, texts)],
            told,
            [_press_words(place, texts) if reports else texts("evidence.shelf.nothing")],
        ),
        buttons=(
            *in_rows(numbers, NUMBERS_IN_A_ROW),
            *page_buttons(part, "evidence.shelf", {**reach, **period}, texts),
            _months(place.month, place.today, "evidence.shelf", reach, texts),
            *(((_pack_button(place, texts),),) if place.packs and reports else ()),
            *(((others,),) if place.oversees else ()),
        ),
    )


def _pack_button(place: Place, texts: Texts) -> Button:
    return Button(
        texts("export.button.packs"),
        "export.pack",
        {
            "organisation_id": place.unit.organisation_id,
            "of": PackOf.UNIT.value,
            "id": place.unit.id,
            "period": str(place.month),
        },
    )


def _press_words(place: Place, texts: Texts) -> str:
    return texts("evidence.shelf.press_office" if place.oversees else "evidence.shelf.press")


def card_answer(card: ReportCard, words: Words, *, at: int = 0) -> Answer:
    """Show a report with one picture, its documents by buttons, its links, and what can be done."""
    texts = words.texts
    pictures = [each for each in card.exhibits if each.kind is EvidenceKind.PICTURE]
    shown = pictures[at % len(pictures)] if pictures else None
    return Answer(
        lines(
            [bold(_title(card, texts)), _report(card.report, words), _evidence(card.report, texts)],
            [
                anchor(address, escape(shorten(title or address, TITLE_LENGTH)))
                for address, title in card.links[:LINKS_SHOWN]
            ],
            [_shown(shown, pictures, words) if shown is not None else ""],
            review_lines(card, words.zone, words.name_of, texts),
        ),
        buttons=_card_buttons(card, pictures, shown, texts),
        picture=None if shown is None else StoredPicture(shown.stored_name),
        replaces=True,
    )


def supply(card: ReportCard, words: Words) -> Answer:
    """Ask for evidence of a report: what replies to this message belongs to it."""
    again = Button(words.texts("evidence.button.look"), "evidence.report", _told(card))
    told = words.texts("evidence.supply" if card.may_supply else "evidence.supply_not")
    return Answer(
        lines([told], [_title(card, words.texts), _report(card.report, words)]), buttons=((again,),)
    )


def _months(
    month: Period, today: dtm.date, action: str, reach: dict[str, Any], texts: Texts
) -> tuple[Button, ...]:
    """Offer the month before, and the month after where it has begun."""
    beside = [month.previous()]
    if month < Period.containing(today, Cadence.MONTHLY):
        beside.append(month.next())
    return tuple(
        Button(
            texts(
                "progress.button.earlier" if each < month else "progress.button.later",
                period=period_name(each, texts),
            ),
            action,
            {**reach, "period": str(each)},
        )
        for each in beside
    )


def _totals(shelves: Sequence[Shelf], texts: Texts) -> str:
    return texts(
        "evidence.shelf.totals",
        units=len(shelves),
        reports=sum(each.reports for each in shelves),
        backed=sum(each.backed for each in shelves),
    )


def _counted(reports: Sequence[ShelvedReport], texts: Texts) -> str:
    counting = [each for each in reports if each.counts]
    if not counting:
        return ""
    owed = sum(each.owes for each in counting)
    backed = sum(bool(each.evidence) for each in counting)
    key = "evidence.shelf.counted_owed" if owed else "evidence.shelf.counted"
    return texts(key, reports=len(counting), backed=backed, owed=owed)


def _report(report: ShelvedReport, words: Words) -> str:
    """Say what was reported and when: 3月20日 动态通知类 3 条; HTML."""
    texts = words.texts
    counts = [
        texts("evidence.shelf.count", category=short_name(words.name_of(category_id)), count=count)
        for category_id, count in report.counts
    ]
    told = texts("progress.comma").join(counts) if counts else texts("evidence.shelf.withdrawn")
    day = day_words(report.reported_at.astimezone(words.zone).date(), texts)
    return texts("evidence.shelf.report", day=day, counts=told)


def _standing(report: ShelvedReport, texts: Texts) -> str:
    """Say what evidence a report has, and that it waits for a reviewer or came back."""
    states = [texts(f"review.state.{state.value}") for state in report.open]
    return texts("progress.comma").join([_evidence(report, texts), *states])


def _evidence(report: ShelvedReport, texts: Texts) -> str:
    """Say what evidence a report has, owes, lost and lacks: 2 张、文件 1 份、待补 1 份、尚缺链接."""
    count = report.evidence
    told = [
        texts(f"evidence.{name}", count=number)
        for name, number in (
            ("shelf.pictures", count.pictures),
            ("documents", count.documents),
            ("links", count.links),
            ("shelf.owed", count.owed),
            ("shelf.gone", report.purged),
        )
        if number
    ]
    if report.awaits and not count.owed:
        told.append(texts("review.state.awaiting"))
    if report.lack and not report.lack.is_any:
        told.append(texts("evidence.shelf.lacks", kinds=kinds_words(report.lack.kinds, texts)))
    return texts("progress.comma").join(told) if told else texts("evidence.shelf.without")


def _title(card: ReportCard, texts: Texts) -> str:
    return texts("progress.title", unit=escape(card.unit.name), period=period_name(card.month, texts))


def _shown(shown: Exhibit, pictures: Sequence[Exhibit], words: Words) -> str:
    texts = words.texts
    came = day_words(shown.received_at.astimezone(words.zone).date(), texts)
    taken = day_words(shown.taken_on, texts) if shown.taken_on else ""
    key = "evidence.shelf.picture_taken" if taken else "evidence.shelf.picture"
    return texts(key, at=pictures.index(shown) + 1, count=len(pictures), came=came, taken=taken)


def _told(card: ReportCard) -> dict[str, Any]:
    return {"unit_id": card.unit.id, "period": str(card.month), "opening": card.report.opening}


def _card_buttons(
    card: ReportCard, pictures: Sequence[Exhibit], shown: Exhibit | None, texts: Texts
) -> tuple[tuple[Button, ...], ...]:
    rows: list[tuple[Button, ...]] = []
    if shown is not None and len(pictures) > 1:
        at = pictures.index(shown)
        words = texts("review.button.picture", at=at + 1, count=len(pictures))
        rows.append((Button(words, "evidence.report", {**_told(card), "at": at + 1}),))
    if shown is not None and card.may_purge:
        rows.append((_purge(shown, texts("evidence.button.purge_picture")),))
    rows += [_document(each, card, texts) for each in card.exhibits if each.kind is EvidenceKind.DOCUMENT]
    rows += purge_links(card, texts)
    if card.may_supply:
        rows.append((Button(texts("evidence.button.supply"), "evidence.supply", _told(card)),))
    rows += resubmit_buttons(card, texts)
    back = {"unit_id": card.unit.id, "period": str(card.month)}
    return (*rows, (Button(texts("evidence.button.list"), "evidence.shelf", back),))


def _document(exhibit: Exhibit, card: ReportCard, texts: Texts) -> tuple[Button, ...]:
    name = shorten(texts("review.button.document", name=exhibit.name), BUTTON_LENGTH)
    look = Button(name, "evidence.document", {"exhibit_id": exhibit.id})
    return (look, _purge(exhibit, texts("evidence.button.purge"))) if card.may_purge else (look,)


def _purge(exhibit: Exhibit, words: str) -> Button:
    return Button(words, "evidence.ask_purge", {"exhibit_id": exhibit.id})
