"""Whose evidence is to be looked through, where that has to be asked."""

from collections.abc import Sequence

from handlers.kit.answers import Answer, Button
from handlers.views.figures import listed
from handlers.views.markup import escape, shorten
from handlers.views.paging import in_rows
from locales import Texts
from services.core.period import Period
from services.office.organisations import OrganisationRef, UnitRef

CHOICES = 12
NAMED = 8
BUTTON_LENGTH = 30


def which_unit(units: Sequence[UnitRef], month: Period, texts: Texts) -> Answer:
    """Ask whose evidence to look through."""
    return Answer(texts("evidence.shelf.which_unit"), buttons=_units(units, month))


def which_organisation(organisations: Sequence[OrganisationRef], month: Period, texts: Texts) -> Answer:
    """Ask in which organisation to look."""
    buttons = tuple(
        (
            Button(
                shorten(each.name, BUTTON_LENGTH),
                "evidence.shelves",
                {"organisation_id": each.id, "period": str(month)},
            ),
        )
        for each in organisations
    )
    return Answer(texts("office_rules.which_organisation"), buttons=buttons)


def not_theirs(name: str, own: Sequence[UnitRef], month: Period, texts: Texts) -> Answer:
    """Say whose evidence the person may look through."""
    units = listed([escape(each.name) for each in own], texts, limit=NAMED)
    words = texts("evidence.shelf.not_theirs", unit=escape(shorten(name, BUTTON_LENGTH)), own=units)
    return Answer(words, buttons=_units(own, month))


def no_unit(text: str, nearest: Sequence[UnitRef], month: Period, texts: Texts) -> Answer:
    """Say that no unit has such a name, and offer the nearest."""
    return Answer(
        texts("evidence.shelf.no_unit", text=escape(shorten(text, BUTTON_LENGTH))),
        buttons=_units(nearest, month),
    )


def _units(units: Sequence[UnitRef], month: Period) -> tuple[tuple[Button, ...], ...]:
    several = len({each.organisation_id for each in units}) > 1
    return in_rows(
        [
            Button(
                shorten(f"{each.organisation} {each.name}" if several else each.name, BUTTON_LENGTH),
                "evidence.shelf",
                {"unit_id": each.id, "period": str(month)},
            )
            for each in units[:CHOICES]
        ]
    )
