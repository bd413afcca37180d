"""A bulletin's text by pages, and what its files are called."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from handlers.kit.answers import Answer, Button
from handlers.views.bulletin_names import told_of
from handlers.views.markup import MAX_UNITS, bold, escape, lines, units
from handlers.views.paging import Page, page_buttons
from locales import Texts
from services.core.bulletin import Bulletin
from services.core.bulletin_facts import BulletinFacts
from services.core.bulletin_pictures import draw_bulletin
from services.core.bulletin_words import Written, number_words, write
from services.core.pictures import ALBUM
from services.issuing.bulletins import Draft
from services.issuing.issued_bulletins import Issued

ROOM = 96
"""So many units of a page are kept for what says which page it is."""
LINE = 1500
"""No line is longer than so many characters: a sign takes two units at most."""
_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\s]+')


def of_draft(made: Draft, number: int, texts: Texts) -> Answer:
    """Show a page of a draft."""
    return _page(made.bulletin, number, "bulletin.preview", told_of(made), texts, back="bulletin.open")


def of_issued(made: Issued, number: int, texts: Texts) -> Answer:
    """Show a page of an issued bulletin."""
    told = {"id": made.ref.id}
    return _page(made.bulletin, number, "bulletin.text", told, texts, back="bulletin.issued")


def _page(
    bulletin: Bulletin, number: int, action: str, told: Mapping[str, Any], texts: Texts, *, back: str
) -> Answer:
    page = Page.of(cut(write(bulletin)), number, 1)
    of = [texts("bulletin.page", number=page.number + 1, pages=page.pages)] if page.pages > 1 else []
    return Answer(
        "\n\n".join([*of, page.shown[0]]),
        buttons=(
            *page_buttons(page, action, told, texts),
            (Button(texts("bulletin.button.back"), back, told),),
        ),
        replaces=True,
    )


def cut(lines: Iterable[Written]) -> tuple[str, ...]:
    """Cut lines into pages that fit into a message; HTML."""
    pages: list[str] = []
    page, room = "", MAX_UNITS - ROOM
    for line in _pieces(lines):
        longer = f"{page}\n{line}" if page else line
        if units(longer) > room:
            pages.append(page)
            longer = line
        page = longer
    return tuple(filter(None, (each.strip() for each in (*pages, page))))


def _pieces(lines: Iterable[Written]) -> Iterator[str]:
    for line in lines:
        for start in range(0, max(len(line.text), 1), LINE):
            text = escape(line.text[start : start + LINE])
            yield bold(text) if line.is_heading and text else text


def pictures(facts: BulletinFacts, bulletin: Bulletin, texts: Texts) -> tuple[Answer, ...]:
    """Show who stands how, an album at a time; say so where nobody does. Takes its time: use a thread."""
    drawn = draw_bulletin(facts, bulletin)
    if not drawn:
        return (Answer(texts("bulletin.nobody_stands")),)
    albums = [drawn[start : start + ALBUM] for start in range(0, len(drawn), ALBUM)]
    return tuple(Answer(caption(bulletin), picture=each[0], album=each[1:]) for each in albums)


def file_name(bulletin: Bulletin, ending: str) -> str:
    """Name a file after its bulletin."""
    name = f"{bulletin.title}{_which(bulletin)}"
    return f"{_NOT_IN_NAMES.sub('', name)[:80] or bulletin.period}.{ending}"


def caption(bulletin: Bulletin) -> str:
    """Say under a file what it is."""
    return lines([escape(bulletin.title), _which(bulletin)])


def _which(bulletin: Bulletin) -> str:
    """Tell it from the others of its title: by its number, or by its period where the title has none."""
    number = number_words(bulletin.number, bulletin.total_number)
    return number or ("" if str(bulletin.period.year) in bulletin.title else str(bulletin.period))
