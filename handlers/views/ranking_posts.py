"""A ranking as a group reads it, and the questions to an administrator before it is posted."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Any

from handlers.kit.answers import Answer, Button
from handlers.views.markup import MAX_CAPTION, MAX_UNITS, bold, escape, lines, shorten, units
from handlers.views.paging import Page, in_rows
from handlers.views.ranking_buttons import Wanted, picture_buttons
from handlers.views.ranking_pictures import ranking_pictures
from handlers.views.ranking_words import basis, title_of
from handlers.views.rankings import (
    FIRST,
    LAST,
    MORE_IN_PRIVATE,
    NAMED,
    all_rows,
    first_rows,
    fitted,
    head_rows,
    last_rows,
    short_rows,
)
from locales import Texts
from models.enums import PostShape
from services.core.pictures import ALBUM
from services.core.standings import DivisionStandings, Standing, Standings
from services.office.groups import GroupRef
from services.ranking.ranking_letters import RankingLetter

BUTTON_LENGTH = 30
MORE_IN_PICTURE = "rank.more_in_picture"


def posted(letter: RankingLetter, texts: Texts) -> Answer:
    """Write a ranking for a group."""
    found = letter.standings
    wanted = Wanted(found.organisation_id, str(found.period), letter.division, found.is_overall)
    return composed(found, wanted, letter.shape, texts)


def composed(
    found: Standings, wanted: Wanted, shape: PostShape, texts: Texts, *, above: Sequence[str] = ()
) -> Answer:
    """Write it in the shape that was chosen, with a picture, of many units an album.

    Below it stands what fits there; alone the words say as much as a message holds. ``above`` is said to the
    administrator who looks at it first.
    """
    head = [*([*above, ""] if above else []), *head_rows(found, wanted, texts)]
    foot = basis(found, texts)
    if not found.is_counted:
        return Answer(fitted(head, [texts("rank.nothing_counted")], foot, texts))
    pictures = ranking_pictures(found, wanted, texts, shown=[_units(one, shape) for one in found.divisions])
    text = lines(head, [row for one in found.divisions for row in _rows(found, one, shape, texts)], foot)
    if units(text) <= MAX_CAPTION:
        caption = ""
    else:
        short = [row for one in found.divisions for row in _short_rows(found, one, shape, texts)]
        more = MORE_IN_PICTURE if len(pictures) <= ALBUM else MORE_IN_PRIVATE
        caption = fitted(head, short, foot, texts, MAX_CAPTION, more)
        text = text if units(text) <= MAX_UNITS else fitted(head, short, foot, texts, more=MORE_IN_PRIVATE)
    return Answer(text, picture=next(iter(pictures), None), caption=caption, album=pictures[1:ALBUM])


def choose(
    found: Standings,
    wanted: Wanted,
    shape: PostShape,
    chosen: Collection[int],
    groups: Sequence[GroupRef],
    texts: Texts,
) -> Answer:
    """Ask to which groups, and how much of it."""
    asked = {**wanted.arguments, "shape": shape.value, "groups": list(chosen)}
    back = Button(texts("rank.button.back"), "rank.show", wanted.arguments)
    head = [bold(texts("rank.post.title")), title_of(found, texts)]
    if not groups:
        return Answer(lines(head, [texts("rank.post.no_groups")]), buttons=((back,),), replaces=True)
    following = Button(texts("rank.post.button.preview"), "rank.preview", asked)
    return Answer(
        lines(head, [texts("rank.post.choose")]),
        buttons=(
            *in_rows(shape_buttons(shape, "rank.post", asked, texts), 3),
            *in_rows(group_buttons(groups, chosen, "rank.post", asked, texts), 1),
            (following, back) if chosen else (back,),
        ),
        replaces=True,
    )


def preview(
    found: Standings,
    wanted: Wanted,
    shape: PostShape,
    groups: Sequence[GroupRef],
    texts: Texts,
    *,
    page: int = 0,
) -> Answer:
    """Show exactly what would be posted, of an album one picture after the other, and ask."""
    asked = {**wanted.arguments, "shape": shape.value, "groups": [each.id for each in groups]}
    above = [bold(texts("rank.post.preview", groups=group_names(groups, texts)))]
    if shape is not PostShape.FIRST:
        above.append(texts("rank.post.names_last"))
    said = composed(found, wanted, shape, texts, above=above)
    pages = Page.of([each for each in (said.picture, *said.album) if each is not None], page, 1)
    return replace(
        said,
        picture=pages.shown[0] if pages.shown else None,
        album=(),
        buttons=(
            *picture_buttons(pages, "rank.preview", asked, texts),
            (Button(texts("rank.post.button.send"), "rank.send", asked),),
            (Button(texts("rank.post.button.back"), "rank.post", asked),),
        ),
        replaces=True,
    )


def sent(groups: Sequence[GroupRef], wanted: Wanted, texts: Texts) -> Answer:
    """Say where it goes."""
    back = Button(texts("rank.button.back"), "rank.show", wanted.arguments)
    said = texts("rank.post.sent", groups=group_names(groups, texts))
    chats = tuple(dict.fromkeys(each.chat for each in groups))
    return Answer(said, buttons=((back,),), replaces=True, then_posts=chats)


def group_names(groups: Iterable[GroupRef], texts: Texts) -> str:
    """List groups by their names; HTML."""
    names = [escape(shorten(each.name, BUTTON_LENGTH)) for each in groups]
    return texts("progress.comma").join(names) or texts("rank.schedule.nowhere")


def shape_buttons(shape: PostShape, action: str, asked: dict[str, Any], texts: Texts) -> tuple[Button, ...]:
    """Offer the shapes, the chosen one marked."""
    return tuple(
        Button(
            marked(texts(f"rank.shape.{each.value}"), texts, is_chosen=each is shape),
            action,
            {**asked, "shape": each.value},
        )
        for each in PostShape
    )


def group_buttons(
    groups: Sequence[GroupRef], chosen: Collection[int], action: str, asked: dict[str, Any], texts: Texts
) -> tuple[Button, ...]:
    """Offer the registered groups; a press takes one in or out."""
    return tuple(
        Button(
            marked(shorten(each.name, BUTTON_LENGTH), texts, is_chosen=each.id in chosen),
            action,
            {**asked, "groups": sorted({each.id} ^ set(chosen))},
        )
        for each in groups
    )


def marked(words: str, texts: Texts, *, is_chosen: bool) -> str:
    """Mark what is chosen."""
    return texts("rank.chosen", words=words) if is_chosen else words


def _units(one: DivisionStandings, shape: PostShape) -> tuple[Standing, ...]:
    if shape is PostShape.WHOLE:
        return one.placed
    first = [each for each in one.first(FIRST) if each.done][:NAMED]
    known = {each.unit_id for each in first}
    last = () if shape is PostShape.FIRST else one.last(LAST)[:NAMED]
    return (*first, *(each for each in reversed(last) if each.unit_id not in known))


def _short_rows(found: Standings, one: DivisionStandings, shape: PostShape, texts: Texts) -> list[str]:
    return short_rows(found, one, texts) if shape is PostShape.WHOLE else _rows(found, one, shape, texts)


def _rows(found: Standings, one: DivisionStandings, shape: PostShape, texts: Texts) -> list[str]:
    if shape is PostShape.WHOLE:
        return all_rows(found, one, (), texts)
    rows = first_rows(found, one, texts)
    return rows if shape is PostShape.FIRST else [*rows, *last_rows(found, one, texts)]
