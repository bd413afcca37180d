"""An office's own working days and days off, and what was understood of those it typed."""

import datetime as dtm

from handlers.kit.answers import Answer, Button
from handlers.views.figures import day_words, listed
from handlers.views.markup import bold, escape, lines, shorten
from handlers.views.paging import in_rows
from locales import Texts
from services.core.days_off import DaysRead
from services.core.stretches import Stretch
from services.office.calendar_days import OfficeDays, OwnDays

STEP = "days.decide"
SHOWN = 20
UNCLEAR_SHOWN = 5
PIECE_LENGTH = 40


def shown(days: OfficeDays, texts: Texts, *, replaces: bool, said: str = "") -> Answer:
    """Show what the office decided, with a button to take each back; ``said`` stands above it."""
    asked = {"organisation_id": days.organisation_id}
    last = days.decided[-SHOWN:]
    buttons = [
        Button(
            texts("days.button.leave", days=stretch_words(one.stretch, texts)),
            "days.leave",
            {**asked, "first_on": str(one.stretch.first_on), "last_on": str(one.stretch.last_on)},
        )
        for one in last
    ]
    back = Button(texts("office_rules.button.back"), "settings.show", asked)
    estimated = texts("days.estimated", year=days.estimated_year) if days.estimated_year else ""
    return Answer(
        lines(
            [said],
            [bold(texts("days.title", organisation=escape(days.organisation))), texts("days.about")],
            [_decided(one, texts) for one in last] or [texts("days.none")],
            [estimated],
            [texts("days.how")],
        ),
        buttons=(*in_rows(buttons, 2), (back,)),
        replaces=replaces,
        asks=STEP,
        asks_with=asked,
    )


def understood(read: DaysRead, texts: Texts) -> str:
    """Say how many days were understood, and which pieces were not."""
    said = [texts("days.understood", count=len(read.days))] if read.days else []
    if read.unclear:
        pieces = [escape(shorten(each, PIECE_LENGTH)) for each in read.unclear]
        quoted = listed([texts("days.quoted", piece=each) for each in pieces], texts, limit=UNCLEAR_SHOWN)
        said.append(texts("days.unclear", pieces=quoted))
    return "\n".join(said or [texts("days.nothing")])


def left(stretch: Stretch, texts: Texts) -> str:
    """Say that days are as published again."""
    return texts("days.left", days=stretch_words(stretch, texts))


def day(written: str) -> dtm.date:
    """Read a day as a button carries it."""
    return dtm.date.fromisoformat(written)


def stretch_words(stretch: Stretch, texts: Texts) -> str:
    """Name a day or days without their year: 2月9日, 2月10日至2月17日."""
    first = day_words(stretch.first_on, texts)
    if stretch.last_on == stretch.first_on:
        return first
    return texts("days.stretch", first=first, last=day_words(stretch.last_on, texts))


def _decided(one: OwnDays, texts: Texts) -> str:
    first, last = one.stretch.first_on, one.stretch.last_on
    days = texts.date(first)
    if last != first:
        days = texts("days.stretch", first=days, last=day_words(last, texts))
    words = texts("days.working" if one.is_working else "days.off")
    key = "days.row_published" if one.is_published else "days.row"
    weekday = "" if last != first else texts("days.weekday", weekday=texts.weekday(first))
    return texts(key, days=days, weekday=weekday, words=words)
