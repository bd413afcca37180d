"""The buttons under standings: other periods, all together or apart, the whole list, one's own place."""

from dataclasses import dataclass, replace
from typing import Any

from handlers.kit.answers import Button
from handlers.views.markup import shorten
from handlers.views.paging import Page, in_rows
from handlers.views.quarters import any_period_name
from locales import Texts
from models.enums import PostShape
from services.core.period import Period
from services.core.quarter import AnyPeriod, Quarter
from services.core.standings import Standings
from services.office.organisations import UnitRef

NAME_LENGTH = 16
SHORT = 15
"""A list of so many units is shown whole; of a longer one the ends and one's own place."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which standings a button leads to; ``division`` None is each division by itself."""

    organisation_id: int
    period: str
    division: str | None = None
    overall: bool = False

    @property
    def arguments(self) -> dict[str, Any]:
        """Give what a button carries."""
        return {
            "organisation_id": self.organisation_id,
            "period": self.period,
            "division": self.division,
            "overall": self.overall,
        }


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: the units they report for or lead, and whether all of the office's figures are theirs."""

    own: tuple[UnitRef, ...]
    oversees: bool
    posts: bool


def board_buttons(
    found: Standings, wanted: Wanted, reader: Reader, texts: Texts
) -> tuple[tuple[Button, ...], ...]:
    """Offer everything that leads on from the standings."""
    more = [Button(texts("rank.button.whole"), "rank.whole", {**wanted.arguments, "page": 0})]
    more = more if found.ranked or found.without_target else []
    mine = [
        Button(
            texts("rank.button.own", unit=shorten(unit.name, NAME_LENGTH)),
            "rank.unit",
            {**wanted.arguments, "unit_id": unit.id},
        )
        for unit in reader.own[:4]
    ]
    rows = (*period_buttons(found, wanted, texts), *scope_buttons(found, wanted, texts))
    office = (_posting(found, wanted, texts),) if reader.posts else ()
    return (*rows, *in_rows([*more, *mine]), *office)


def period_buttons(
    found: Standings, wanted: Wanted, texts: Texts, *, unit_id: int | None = None
) -> tuple[tuple[Button, ...], ...]:
    """Offer this month and the one before what is shown, the quarter and the year."""
    now = Period.of_month(found.today.year, found.today.month)
    shown = found.period
    is_month = isinstance(shown, Period) and shown.month is not None
    offered: dict[AnyPeriod, str] = {}
    before = shown.previous() if is_month else now.previous()
    offered[now] = texts("progress.head.this_month")
    offered[before] = texts("rank.button.earlier", period=any_period_name(before, texts))
    if isinstance(shown, Quarter):
        offered[shown.previous()] = any_period_name(shown.previous(), texts)
    offered.setdefault(Quarter.containing(found.as_of), texts("rank.button.quarter"))
    offered[Period.of_year(found.as_of.year)] = texts("progress.button.year", year=found.as_of.year)
    offered.pop(shown, None)
    action, more = ("rank.show", {}) if unit_id is None else ("rank.unit", {"unit_id": unit_id})
    return in_rows(
        [
            Button(words, action, {**replace(wanted, period=str(period)).arguments, **more})
            for period, words in offered.items()
        ]
    )


def picture_buttons(
    pages: Page[Any], action: str, asked: dict[str, Any], texts: Texts
) -> tuple[tuple[Button, ...], ...]:
    """Offer the picture before and the one after, in one row; no row where there is one picture."""
    turns = (
        ("rank.button.picture_before", pages.number - 1),
        ("rank.button.picture_after", pages.number + 1),
    )
    row = tuple(
        Button(texts(key), action, {**asked, "page": number})
        for key, number in turns
        if 0 <= number < pages.pages
    )
    return (row,) if row else ()


def scope_buttons(found: Standings, wanted: Wanted, texts: Texts) -> tuple[tuple[Button, ...], ...]:
    """Lead from all in one list to each division by itself, and back."""
    if wanted.overall or wanted.division:
        by_itself = replace(wanted, division=None, overall=False)
        return ((Button(texts("rank.button.by_division"), "rank.show", by_itself.arguments),),)
    if len(found.divisions) > 1:
        together = replace(wanted, overall=True)
        return ((Button(texts("rank.button.overall"), "rank.show", together.arguments),),)
    return ()


def _posting(found: Standings, wanted: Wanted, texts: Texts) -> tuple[Button, ...]:
    fixed = replace(wanted, period=str(found.period)).arguments
    asked = {**fixed, "shape": PostShape.FIRST.value, "groups": []}
    post = Button(texts("rank.button.post"), "rank.post", asked)
    office = {"organisation_id": wanted.organisation_id}
    schedules = Button(texts("rank.button.schedules"), "rank.schedules", office)
    return (post, schedules) if found.is_counted else (schedules,)
