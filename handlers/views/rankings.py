"""Standings as messages: the best first, one's own place, the whole list by pages; short lines."""

from collections.abc import Collection, Iterable, Sequence

from handlers.kit.answers import Answer, Button
from handlers.views.figures import lamp_words
from handlers.views.markup import GAP, MAX_CAPTION, MAX_UNITS, bold, escape, fitting, lines, shorten, units
from handlers.views.paging import Page, in_rows, page_buttons
from handlers.views.ranking_buttons import (
    NAME_LENGTH,
    SHORT,
    Reader,
    Wanted,
    board_buttons,
    period_buttons,
    picture_buttons,
    scope_buttons,
)
from handlers.views.ranking_pictures import ranking_pictures, year_picture
from handlers.views.ranking_words import basis, moved_words, title_of
from locales import Texts
from services.core.numbers import NO_FIGURE, format_percent
from services.core.standings import DivisionStandings, MonthFigures, Standing, Standings
from services.office.organisations import UnitRef

BUTTON_LENGTH = 30
FIRST = LAST = 3
REACH = 3
NAMED = 10
"""So many of those who share a cut are named, the rest are counted."""

ON_A_PAGE = 25
MORE_IN_PRIVATE = "rank.more_in_private"


def board(
    found: Standings, wanted: Wanted, reader: Reader, texts: Texts, *, replaces: bool, page: int = 0
) -> Answer:
    """Show a person in private a picture, the best, their own place and, to who oversees, the worst.

    Of many units the picture is the page ``page``, and buttons turn to the others.
    """
    own = frozenset(unit.id for unit in reader.own)
    rows = [row for one in found.divisions for row in _cut(found, one, own, texts, oversees=reader.oversees)]
    rows = rows if found.is_counted else [texts("rank.nothing_counted")]
    pages = Page.of(ranking_pictures(found, wanted, texts, own) if found.is_counted else (), page, 1)
    turns = picture_buttons(pages, "rank.show", wanted.arguments, texts)
    return Answer(
        fitted(head_rows(found, wanted, texts), rows, basis(found, texts), texts, MAX_CAPTION),
        buttons=(*turns, *board_buttons(found, wanted, reader, texts)),
        picture=pages.shown[0] if pages.shown else None,
        replaces=replaces,
    )


def good_news(found: Standings, wanted: Wanted, texts: Texts, *, replaces: bool) -> Answer:
    """Show a group who is in front, and nobody else (decision 0011)."""
    rows = [row for one in found.divisions for row in first_rows(found, one, texts)]
    rows = rows if found.is_counted else [texts("rank.nothing_counted")]
    foot = [*basis(found, texts), texts("rank.rest_in_private")]
    return Answer(
        fitted(head_rows(found, wanted, texts), rows, foot, texts, more=MORE_IN_PRIVATE),
        buttons=(*period_buttons(found, wanted, texts), *scope_buttons(found, wanted, texts)),
        replaces=replaces,
    )


def whole(found: Standings, wanted: Wanted, number: int, own: Collection[int], texts: Texts) -> Answer:
    """Show a page of the whole list."""
    everything = [
        (one, each)
        for one in found.divisions
        for each in (*one.placed, *(unit for unit in one.unplaced if unit.target == 0))
    ]
    page = Page.of(everything, number, ON_A_PAGE)
    rows: list[str] = []
    shown = None
    for one, each in page.shown:
        if one is not shown and len(found.divisions) > 1:
            rows.append(_division(one, texts))
        shown = one
        rows.append(row_of(found, each, texts, is_own=each.unit_id in own))
    back = Button(texts("rank.button.back"), "rank.show", wanted.arguments)
    return Answer(
        fitted(head_rows(found, wanted, texts), rows, basis(found, texts), texts),
        buttons=(*page_buttons(page, "rank.whole", wanted.arguments, texts), (back,)),
        replaces=True,
    )


def place(
    found: Standings,
    wanted: Wanted,
    unit: UnitRef,
    months: Sequence[MonthFigures],
    texts: Texts,
    *,
    replaces: bool,
) -> Answer:
    """Show one unit's place with its neighbours, and the months of its year."""
    picture = year_picture(unit, found.period.year, months, texts)
    at = found.find(unit.id)
    own = frozenset({unit.id})
    back = Button(texts("rank.button.back"), "rank.show", wanted.arguments)
    if at is None or at[1].place is None:
        said = [texts("rank.unplaced", unit=escape(unit.name))]
        return Answer(
            lines(head_rows(found, wanted, texts), [*said, _months(months, texts)], basis(found, texts)),
            buttons=((back,),),
            picture=picture,
            replaces=replaces,
        )
    near = at[0].around(unit.id, REACH) if found.is_counted else ()
    rows = [row_of(found, each, texts, is_own=each.unit_id in own) for each in near]
    said = [_own(found, at[0], at[1], texts) if found.is_counted else texts("rank.nothing_counted")]
    return Answer(
        lines(head_rows(found, wanted, texts), [*said, _months(months, texts)], rows, basis(found, texts)),
        buttons=(*period_buttons(found, wanted, texts, unit_id=unit.id), (back,)),
        picture=picture,
        replaces=replaces,
    )


def own_place(found: Standings, wanted: Wanted, unit: UnitRef, texts: Texts) -> Answer:
    """Show a group one unit's place and nobody else's, because somebody who may see it asked for it."""
    at = found.find(unit.id)
    if at is None or at[1].place is None:
        said = texts("rank.unplaced", unit=escape(unit.name))
    else:
        said = _own(found, at[0], at[1], texts) if found.is_counted else texts("rank.nothing_counted")
    return Answer(lines(head_rows(found, wanted, texts), [said], basis(found, texts)))


def which_unit(
    meant: Sequence[UnitRef], nearest: Sequence[UnitRef], wanted: Wanted, text: str, texts: Texts
) -> Answer:
    """Ask which of several units is meant; where it is none, say what may be written, offer the nearest."""
    found = meant or nearest
    key = "rank.which_unit" if meant else "rank.unknown"
    buttons = [
        Button(shorten(unit.name, BUTTON_LENGTH), "rank.unit", {**wanted.arguments, "unit_id": unit.id})
        for unit in found[:8]
    ]
    return Answer(texts(key, text=escape(shorten(text, BUTTON_LENGTH))), buttons=in_rows(buttons))


def row_of(found: Standings, each: Standing, texts: Texts, *, is_own: bool = False) -> str:
    """Write a unit's line: 3　老城镇政府　44.3%　🟢 正常　▲2; HTML."""
    name = escape(shorten(each.unit, NAME_LENGTH))
    parts = [
        NO_FIGURE if each.place is None else str(each.place),
        bold(texts("rank.own_mark", unit=name)) if is_own else name,
        format_percent(each.rate),
        lamp_words(each.lamp, texts) if each.lamp else "",
        moved_words(found, each, texts),
    ]
    return GAP.join(part for part in parts if part)


def first_rows(found: Standings, one: DivisionStandings, texts: Texts) -> list[str]:
    """List the first three of a division, everybody tied with the third included.

    Who has done nothing is in front of nobody, and of a long tie the first few in official order are named.
    """
    head = [_division(one, texts)] if len(found.divisions) > 1 or one.division else []
    first = [each for each in one.first(FIRST) if each.done]
    if not first:
        return [*head, texts("rank.nobody_in_front" if one.placed else "rank.nobody")]
    return [*head, bold(texts("rank.first")), *_named(found, first, texts)]


def last_rows(found: Standings, one: DivisionStandings, texts: Texts) -> list[str]:
    """List the last three of a division from the worst up, whoever is not among the first."""
    first = {each.unit_id for each in one.first(FIRST) if each.done}
    last = [each for each in one.last(LAST) if each.unit_id not in first]
    return [bold(texts("rank.last")), *_named(found, last, texts)] if last else []


def _named(found: Standings, some: Sequence[Standing], texts: Texts) -> list[str]:
    rows = [row_of(found, each, texts) for each in some[:NAMED]]
    more = len(some) - NAMED
    return [*rows, texts("rank.tied_more", count=more)] if more > 0 else rows


def short_rows(found: Standings, one: DivisionStandings, texts: Texts) -> list[str]:
    """List a division in lines as short as can be, for a caption: place, name, percentage."""
    head = [_division(one, texts)] if len(found.divisions) > 1 or one.division else []
    return head + [
        GAP.join((str(each.place), escape(shorten(each.unit, NAME_LENGTH)), format_percent(each.rate)))
        for each in one.placed
    ]


def all_rows(found: Standings, one: DivisionStandings, own: Collection[int], texts: Texts) -> list[str]:
    """List a division from the first to the last."""
    head = [_division(one, texts)] if len(found.divisions) > 1 or one.division else []
    if not one.placed:
        return [*head, texts("rank.nobody")]
    return head + [row_of(found, each, texts, is_own=each.unit_id in own) for each in one.placed]


def _cut(
    found: Standings, one: DivisionStandings, own: Collection[int], texts: Texts, *, oversees: bool
) -> list[str]:
    """Show a list, of a long one the ends and one's own place."""
    if found.ranked <= SHORT:
        return all_rows(found, one, own, texts)
    rows = first_rows(found, one, texts)
    shown = {each.unit_id for each in one.first(FIRST)}
    for unit_id in own:
        near = [each for each in one.around(unit_id, REACH) if each.unit_id not in shown]
        shown |= {each.unit_id for each in near}
        if near:
            rows.append(bold(texts("rank.around")))
            rows += [row_of(found, each, texts, is_own=each.unit_id in own) for each in near]
    return [*rows, *(last_rows(found, one, texts) if oversees else [])]


def head_rows(found: Standings, wanted: Wanted, texts: Texts) -> list[str]:
    """Name the standings, and say of which day and how many they are."""
    title = bold(title_of(found, texts))
    if wanted.division:
        title = f"{title}{GAP}{escape(wanted.division)}"
    elif found.is_overall and wanted.overall:
        title = f"{title}{GAP}{texts('rank.overall')}"
    counted = [texts("rank.as_of", day=texts.date(found.as_of)), texts("rank.ranked", count=found.ranked)]
    if found.exempt:
        counted.append(texts("rank.exempt", count=found.exempt))
    if found.without_target:
        counted.append(texts("rank.without_target", count=found.without_target))
    return [title, texts("rank.dot").join(counted)]


def fitted(
    head: Iterable[str],
    rows: Sequence[str],
    foot: Sequence[str],
    texts: Texts,
    room: int = MAX_UNITS,
    more: str = "rank.more",
) -> str:
    """Write as many rows as fit into one message or caption; ``more`` says how many do not, and where."""
    head = list(head)
    shown = fitting(rows, room - units(lines(head, foot)) - 60)
    rest = [texts(more, count=len(rows) - shown)] if shown < len(rows) else []
    return lines(head, [*rows[:shown], *rest], foot)


def _division(one: DivisionStandings, texts: Texts) -> str:
    name = escape(shorten(one.division, NAME_LENGTH)) or texts("rank.no_division")
    return bold(texts("rank.division", division=name, count=len(one.placed)))


def _own(found: Standings, one: DivisionStandings, each: Standing, texts: Texts) -> str:
    said = texts(
        "rank.own",
        unit=bold(escape(each.unit)),
        place=each.place,
        of=len(one.placed),
        done=each.done,
        target=each.target,
        rate=format_percent(each.rate),
        lamp=lamp_words(each.lamp, texts) if each.lamp else "",
    )
    moved = moved_words(found, each, texts)
    return f"{said}{GAP}{moved}" if moved else said


def _months(months: Iterable[MonthFigures], texts: Texts) -> str:
    """Say in words what the picture of a unit's year shows; "" where it owes nothing by the month."""
    told = [
        texts(
            "rank.of_month",
            month=texts("rank.month", month=each.month.month),
            done=each.done,
            target=each.target,
        )
        for each in months
        if each.target is not None
    ]
    return texts("rank.months", months=texts("progress.comma").join(told)) if told else ""
