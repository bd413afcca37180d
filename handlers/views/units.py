"""Which unit, which organisation: the questions and the overview of an organisation."""

from collections.abc import Mapping, Sequence
from typing import Any

from handlers.kit.answers import Answer, Button
from handlers.views import remarks
from handlers.views.figures import lamp_words, listed, period_name
from handlers.views.markup import bold, escape, lines, shorten
from handlers.views.periods import period_buttons
from locales import Texts
from models.enums import Lamp
from services.core.period import Period
from services.office.organisations import NoUnit, OtherUnit, Scope, UnitRef
from services.progress import Overview

STEP = "progress.unit"
SHOWN = 8
CHOICES = 12
OFFERED = 6  # with the question and the months this is one phone screen
MOST = 150  # with names of that length still one message
NAME_LENGTH = 20
IN_A_ROW = 2
BUTTON_LENGTH = 30


def choice(units: Sequence[UnitRef], period: Period | None, texts: Texts) -> Answer:
    """Ask which of several units is meant, in official order; of too many, the first few."""
    key = "progress.which_unit" if len(units) <= CHOICES else "progress.which_unit_of_many"
    return Answer(texts(key, count=len(units)), buttons=_unit_buttons(units[:CHOICES], period))


def scope_choice(scope: Scope, period: Period | None, texts: Texts) -> Answer:
    """Ask what to look at: one of the organisations, or a unit of one's own."""
    overseen = tuple(
        (
            Button(
                shorten(each.name, BUTTON_LENGTH),
                "progress.overview",
                {"organisation_id": each.id, "period": _written(period)},
            ),
        )
        for each in scope.overseen
    )
    return Answer(texts("progress.which_scope"), buttons=overseen + _unit_buttons(scope.own, period))


def nearest(
    unknown: NoUnit, period: Period | None, texts: Texts, *, asks_with: Mapping[str, Any] | None
) -> Answer:
    """Say that no unit has such a name, offer the nearest, and tell what can be typed.

    With ``asks_with`` the next message is taken for a name, without it is not.
    """
    key = "progress.unit_unknown_nearest" if unknown.nearest else "progress.unit_unknown"
    return Answer(
        texts(key, text=escape(shorten(unknown.text, BUTTON_LENGTH))),
        buttons=_unit_buttons(unknown.nearest, period),
        asks="" if asks_with is None else STEP,
        asks_with=asks_with or {},
    )


def question(organisation_id: int | None, period: Period | None, *, missed: int = 0) -> Mapping[str, Any]:
    """Make what the step for a name is told: where to look, for when, how many names meant nothing."""
    return {"organisation_id": organisation_id, "period": _written(period), "missed": missed}


def ask_on(asked_with: Mapping[str, Any], texts: Texts) -> Answer:
    """Ask once more for the name that the last message did not bring."""
    return Answer(texts("progress.ask_unit"), asks=STEP, asks_with=asked_with)


def other(unit: OtherUnit, period: Period | None, texts: Texts) -> Answer:
    """Say politely whose figures the person may see, and offer them."""
    own = listed([escape(each.name) for each in unit.own], texts, limit=SHOWN)
    words = texts("progress.other_unit", unit=escape(shorten(unit.name, BUTTON_LENGTH)), own=own)
    return Answer(words, buttons=_unit_buttons(unit.own, period))


def overview(
    seen: Overview, own: Sequence[UnitRef], texts: Texts, *, is_private: bool, replaces: bool
) -> Answer:
    """Show how many units stand where; names and the question for a unit only in private.

    A unit is never named to a group as being behind before it has been told itself.
    """
    counted = [
        texts("progress.units_with", lamp=lamp_words(lamp, texts), count=seen.counts[lamp])
        for lamp in Lamp
        if seen.counts[lamp]
    ]
    if seen.counts[None]:
        counted.append(texts("progress.units_exempt", count=seen.counts[None]))
    head = texts(
        "progress.overview",
        organisation=escape(seen.organisation.name),
        period=period_name(seen.period, texts),
        count=len(seen.standings),
    )
    span = [remarks.pace(seen.frame, texts), remarks.deadline(seen.frame, texts)] if seen.is_owed else []
    organisation = {"organisation_id": seen.organisation.id}
    periods = (period_buttons(seen.frame, "progress.overview", organisation, texts),)
    if not is_private:
        told = [texts("progress.overview_in_private")] if seen.lagging else []
        return Answer(lines([bold(head), *counted], span, told), buttons=periods, replaces=replaces)
    offered = list(dict.fromkeys([*own, *seen.lagging[:OFFERED]]))
    return Answer(
        lines([bold(head), *counted], _lagging(seen, texts), span, [texts("progress.ask_unit")]),
        buttons=(*_unit_buttons(offered, seen.period), *periods),
        replaces=replaces,
        asks=STEP,
        asks_with=question(seen.organisation.id, seen.period),
    )


def _lagging(seen: Overview, texts: Texts) -> list[str]:
    """Name who lags: a few in a line, many folded away, but every one of them."""
    names = [escape(shorten(unit.name, NAME_LENGTH)) for unit in seen.lagging]
    if not names:
        return []
    if len(names) <= SHOWN:
        return [texts("progress.lagging", units=listed(names, texts, limit=SHOWN))]
    listing = listed(names, texts, limit=MOST)
    return [
        texts("progress.lagging_many", count=len(names)),
        f"<blockquote expandable>{listing}</blockquote>",
    ]


def _unit_buttons(units: Sequence[UnitRef], period: Period | None) -> tuple[tuple[Button, ...], ...]:
    """Make buttons, two in a row; units of different organisations are told apart by them."""
    several = len({unit.organisation_id for unit in units}) > 1
    buttons = [
        Button(
            shorten(f"{unit.organisation} {unit.name}" if several else unit.name, BUTTON_LENGTH),
            "progress.show",
            {"unit_id": unit.id, "period": _written(period)},
        )
        for unit in units
    ]
    return tuple(tuple(buttons[start : start + IN_A_ROW]) for start in range(0, len(buttons), IN_A_ROW))


def _written(period: Period | None) -> str:
    return "" if period is None else str(period)
