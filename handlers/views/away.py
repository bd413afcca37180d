"""Leaves, later days and stand-ins, as the person who is away reads and presses them."""

import datetime as dtm
from collections.abc import Mapping, Sequence
from typing import Any

from handlers.kit.answers import Answer, Button
from handlers.views.figures import day_words
from handlers.views.markup import bold, escape, lines, shorten
from handlers.views.paging import in_rows
from locales import Texts
from services.core.stretches import Stretch
from services.membership.absences import Colleague, Leave

STEP = "away.days"
COLLEAGUES = 8
BUTTON_LENGTH = 30


def later_buttons(texts: Texts) -> tuple[tuple[Button, ...], ...]:
    """Give what stands under a digest: reminded later, or away."""
    return (
        (
            Button(texts("away.button.tomorrow"), "away.later", {"working_days": 1}),
            Button(texts("away.button.in_days"), "away.later", {"working_days": 3}),
        ),
        (Button(texts("away.button.away"), "away.show"),),
    )


def none(texts: Texts) -> Answer:
    """Tell somebody who is back that no leave is noted."""
    return Answer(texts("away.none"))


def shown(leaves: Sequence[Leave], texts: Texts) -> Answer:
    """Show the leaves that are not over, each with a button that ends it, and ask for days."""
    rows = [texts("away.row", words=_leave_words(each, texts)) for each in leaves]
    return Answer(
        lines([bold(texts("away.title")), *rows] if rows else [], [texts("away.ask")]),
        buttons=_end_buttons(leaves, texts),
        asks=STEP,
        asks_with={"missed": 0},
    )


def unclear(texts: Texts, *, missed: int) -> Answer:
    """Ask for the days once more."""
    return Answer(texts("away.unclear"), asks=STEP, asks_with={"missed": missed})


def ask_stand_in(stretch: Stretch, colleagues: Sequence[Colleague], texts: Texts) -> Answer:
    """Ask who stands in meanwhile."""
    days = {"first_on": str(stretch.first_on), "last_on": str(stretch.last_on)}
    chosen = [
        Button(
            shorten(_named(each, texts), BUTTON_LENGTH), "away.begin", {**days, "stand_in": each.member_id}
        )
        for each in colleagues[:COLLEAGUES]
    ]
    nobody = Button(
        texts("away.button.nobody" if chosen else "away.button.sure"),
        "away.begin",
        {**days, "stand_in": None},
    )
    key = "away.ask_stand_in" if chosen else "away.alone"
    return Answer(texts(key, days=_days_words(stretch, texts)), buttons=(*in_rows(chosen, 2), (nobody,)))


def noted(leave: Leave, texts: Texts) -> Answer:
    """Confirm a leave."""
    days = _days_words(leave.stretch, texts)
    if leave.stand_in is None:
        said = texts("away.noted", days=days)
    else:
        said = texts("away.noted_with", days=days, name=escape(_named(leave.stand_in, texts)))
    return Answer(said, buttons=_end_buttons([leave], texts), replaces=True)


def notice(leave: Leave, name: str, texts: Texts, *, to: int) -> Answer:
    """Tell whoever stands in."""
    return Answer(texts("away.notice", name=escape(name), days=_days_words(leave.stretch, texts)), to=to)


def ended(leave: Leave, texts: Texts) -> Answer:
    """Confirm that a leave has ended."""
    return Answer(texts("away.ended", days=_days_words(leave.stretch, texts)), replaces=True)


def later(from_on: dtm.date, texts: Texts) -> Answer:
    """Confirm a later day; the digest itself stays to be read."""
    return Answer(texts("away.later", day=day_words(from_on, texts), weekday=texts.weekday(from_on)))


def stretch_of(arguments: Mapping[str, Any]) -> Stretch:
    """Read the days that a button carries."""
    return Stretch(*(dtm.date.fromisoformat(arguments[key]) for key in ("first_on", "last_on")))


def _end_buttons(leaves: Sequence[Leave], texts: Texts) -> tuple[tuple[Button, ...], ...]:
    return tuple(
        (
            Button(
                texts("away.button.end", days=_days_words(each.stretch, texts)),
                "away.end",
                {"absence_id": each.id},
            ),
        )
        for each in leaves
    )


def _leave_words(leave: Leave, texts: Texts) -> str:
    days = _days_words(leave.stretch, texts)
    if leave.stand_in is None:
        return days
    return texts("away.with", days=days, name=escape(_named(leave.stand_in, texts)))


def _days_words(stretch: Stretch, texts: Texts) -> str:
    first = day_words(stretch.first_on, texts)
    if stretch.first_on == stretch.last_on:
        return first
    return texts("days.stretch", first=first, last=day_words(stretch.last_on, texts))


def _named(each: Colleague, texts: Texts) -> str:
    return each.name or texts("history.member_unnamed", id=each.member_id)
