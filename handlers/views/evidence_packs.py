"""Evidence packs: of whom, of when, and each packed file with what is in it."""

import datetime as dtm
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from handlers.kit.answers import Answer, Button, Document
from handlers.views.markup import bold, escape, lines, shorten
from handlers.views.paging import Page, in_rows, page_buttons
from handlers.views.quarters import any_period_name
from locales import Texts
from services.core.exporting.pack_words import INDEX_FILE, PAGE_FILE
from services.core.exporting.packs import PackCount, PackOf
from services.core.period import Period
from services.core.quarter import AnyPeriod, Quarter
from services.documents.pack_part import ZIP_TYPE
from services.exporting.evidence_packs import EvidencePack, PackSubject

STEP = "export.pack_named"
ON_A_PAGE = 12
MOST_CHOICES = 12
BUTTON_LENGTH = 30
TYPED_LENGTH = 30


@dataclass(frozen=True, slots=True)
class Offer:
    """A page of units or categories; ``period`` is for which time, "" where that is to be asked."""

    organisation_id: int
    of: PackOf
    period: str
    page: int


def entrance(organisation_id: int, texts: Texts) -> Button:
    """Lead from the other exports to the packs."""
    told = {"organisation_id": organisation_id, "of": PackOf.UNIT.value, "period": "", "page": 0}
    return Button(texts("export.button.packs"), "export.packs", told)


def offer(shown: Offer, subjects: Sequence[PackSubject], texts: Texts, *, replaces: bool) -> Answer:
    """Offer the units, or the categories, and the way to the other ones; a name may be typed instead."""
    page = Page.of(subjects, shown.page, ON_A_PAGE)
    told = {"organisation_id": shown.organisation_id, "of": shown.of.value, "period": shown.period}
    other = PackOf.CATEGORY if shown.of is PackOf.UNIT else PackOf.UNIT
    turn = Button(
        texts(f"export.pack.button.{other.value}"), "export.packs", {**told, "of": other.value, "page": 0}
    )
    example = escape(subjects[0].name) if subjects else ""
    return Answer(
        texts(f"export.pack.which_{shown.of.value}", example=example),
        buttons=(
            *in_rows(_buttons(page.shown, shown.period)),
            *page_buttons(page, "export.packs", told, texts),
            (turn,),
        ),
        replaces=replaces,
        asks=STEP,
        asks_with={"organisation_id": shown.organisation_id},
    )


def which(
    text: str,
    meant: Sequence[PackSubject],
    near: Sequence[PackSubject],
    organisation_id: int,
    period: str,
    texts: Texts,
) -> Answer:
    """Ask which of several is meant, or say that there is none of that name, with the nearest."""
    key = "export.pack.several" if meant else "export.pack.unknown"
    return Answer(
        texts(key, text=escape(shorten(text, TYPED_LENGTH))),
        buttons=in_rows(_buttons((meant or near)[:MOST_CHOICES], period)),
        asks=STEP,
        asks_with={"organisation_id": organisation_id},
    )


def _buttons(subjects: Sequence[PackSubject], period: str) -> list[Button]:
    return [
        Button(
            shorten(each.name, BUTTON_LENGTH),
            "export.pack",
            {
                "organisation_id": each.organisation_id,
                "of": each.of.value,
                "id": each.id,
                "period": period,
            },
        )
        for each in subjects
    ]


def ask_when(subject: PackSubject, today: dtm.date, texts: Texts) -> Answer:
    """Offer the months, quarters and years beside today."""
    month, quarter = Period.of_month(today.year, today.month), Quarter.containing(today)
    year = Period.of_year(today.year)

    def button(period: AnyPeriod) -> Button:
        (made,) = _buttons([subject], str(period))
        return Button(any_period_name(period, texts), made.action, made.arguments)

    return Answer(
        lines([bold(escape(subject.name))], [texts("export.pack.when")]),
        buttons=tuple((button(each.previous()), button(each)) for each in (month, quarter, year)),
    )


def packed(pack: EvidencePack, texts: Texts) -> tuple[Answer, ...]:
    """Send each packed file; the first says what is in the pack, the last what to do with it."""
    last = len(pack.files) - 1
    return tuple(
        Answer(
            lines(
                [bold(_title(pack, texts))],
                [_part(number, len(pack.files), texts)],
                _counted(pack.count, texts) if number == 0 else [],
                [texts("export.pack.next", index=INDEX_FILE, page=PAGE_FILE)] if number == last else [],
            ),
            document=Document(file.name, ZIP_TYPE, file.content.chunks),
        )
        for number, file in enumerate(pack.files)
    )


def _title(pack: EvidencePack, texts: Texts) -> str:
    period = any_period_name(pack.period, texts)
    return texts("export.pack.title", subject=escape(pack.subject.name), period=period)


def _part(number: int, count: int, texts: Texts) -> str:
    return texts("export.pack.part", number=number + 1, count=count) if count > 1 else ""


def _counted(count: PackCount, texts: Texts) -> list[str]:
    """Say what is in it, and what is not."""
    within = {"pictures": count.pictures, "documents": count.documents, "links": count.links}
    without = {"owed": count.owed, "purged": count.purged, "withdrawn": count.withdrawn}
    comma = texts("progress.comma")

    def told(counts: Mapping[str, int]) -> str:
        return comma.join(texts(f"export.pack.{what}", count=each) for what, each in counts.items() if each)

    return [
        texts("export.pack.reports", count=count.reports),
        told(within),
        texts("export.pack.bare", count=count.bare) if count.bare else "",
        texts("export.pack.without", parts=told(without)) if told(without) else "",
        texts("export.pack.lost", count=count.lost) if count.lost else "",
    ]
