"""What can be exported, and the files with what is in them."""

import datetime as dtm
from collections.abc import Sequence

from handlers.kit.answers import Answer, Button, Document
from handlers.views.evidence_packs import entrance
from handlers.views.markup import bold, escape, lines, shorten
from handlers.views.quarters import any_period_name
from locales import Texts
from services.core.period import Period
from services.core.quarter import AnyPeriod, Quarter
from services.exporting.exports import Export, ExportFile
from services.office.organisations import OrganisationRef

EVERYTHING = "all"
UNCLEAR = "?"
BUTTON_LENGTH = 30
MOST_SHEETS = 14  # a caption holds 1,024 characters


def which_organisation(managed: Sequence[OrganisationRef], wanted: str, texts: Texts) -> Answer:
    """Ask of which organisation; what is wanted of it goes along."""
    buttons = tuple(
        (
            Button(
                shorten(each.name, BUTTON_LENGTH),
                "export.choose",
                {"organisation_id": each.id, "wanted": wanted},
            ),
        )
        for each in managed
    )
    return Answer(texts("export.which"), buttons=buttons)


def ask(organisation: OrganisationRef, today: dtm.date, texts: Texts, *, is_unclear: bool) -> Answer:
    """Offer the months, quarters and years beside today, and everything."""
    month, quarter = Period.of_month(today.year, today.month), Quarter.containing(today)
    year = Period.of_year(today.year)

    def button(period: AnyPeriod) -> Button:
        told = {"organisation_id": organisation.id, "wanted": str(period)}
        return Button(any_period_name(period, texts), "export.make", told)

    everything = {"organisation_id": organisation.id, "wanted": EVERYTHING}
    return Answer(
        lines([bold(escape(organisation.name))], [texts("export.unclear" if is_unclear else "export.ask")]),
        buttons=(
            (button(month.previous()), button(month)),
            (button(quarter.previous()), button(quarter)),
            (button(year.previous()), button(year)),
            (Button(texts("export.button.everything"), "export.make", everything),),
            (entrance(organisation.id, texts),),
        ),
    )


def exported(export: Export, texts: Texts) -> tuple[Answer, ...]:
    """Send each file with what is in it."""
    return tuple(_file(export, number, texts) for number in range(len(export.files)))


def _file(export: Export, number: int, texts: Texts) -> Answer:
    file = export.files[number]
    is_last = number == len(export.files) - 1
    of_several = {"number": number + 1, "count": len(export.files)}
    text = lines(
        [bold(texts("export.title", organisation=escape(export.organisation)))],
        [texts("export.part", **of_several)] if len(export.files) > 1 else [],
        _sheets(file, texts),
        [texts("export.next")] if is_last else [],
    )
    return Answer(text, document=Document(file.name, file.media_type, file.content.chunks))


def _sheets(file: ExportFile, texts: Texts) -> list[str]:
    told = [texts("export.sheet", name=escape(name), rows=rows) for name, rows in file.sheets[:MOST_SHEETS]]
    rest = len(file.sheets) - MOST_SHEETS
    return [*told, *([texts("export.more", count=rest)] if rest > 0 else [])]
