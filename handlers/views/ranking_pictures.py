"""Standings as pictures: a bar for each unit, or the months of one; the words beside them say the same."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from handlers.views.quarters import any_period_name
from handlers.views.ranking_buttons import Wanted
from handlers.views.ranking_words import basis, moved_words
from locales import Texts
from models.enums import Lamp
from services.core.numbers import NO_FIGURE, format_percent
from services.core.pictures import Bar, Block, MonthColumn, RankingPicture, Tone, YearPicture, paged
from services.core.standings import MonthFigures, Standing, Standings
from services.office.organisations import UnitRef

TONES = {
    Lamp.DONE: Tone.GOOD,
    Lamp.ON_TRACK: Tone.STEADY,
    Lamp.BEHIND: Tone.SLOW,
    Lamp.URGENT: Tone.ALARM,
    Lamp.MISSED: Tone.ALARM,
}


def ranking_pictures(
    found: Standings,
    wanted: Wanted,
    texts: Texts,
    own: Collection[int] = (),
    shown: Sequence[Iterable[Standing]] | None = None,
) -> tuple[RankingPicture, ...]:
    """Draw each division's units (None: all that have a place), on as many pages as are readable."""
    lists = [one.placed for one in found.divisions] if shown is None else shown
    several = len(found.divisions) > 1
    blocks = [
        Block(
            (one.division or texts("rank.no_division")) if several else "",
            tuple(_bar(found, each, texts, is_own=each.unit_id in own) for each in units),
        )
        for one, units in zip(found.divisions, lists, strict=True)
    ]
    picture = RankingPicture(
        title=_title(found, texts),
        subtitle=wanted.division or (texts("rank.overall") if wanted.overall else ""),
        as_of=texts("rank.as_of", day=texts.date(found.as_of)),
        legend=texts("rank.legend"),
        blocks=tuple(block for block in blocks if block.bars),
        footnotes=tuple(note for note in basis(found, texts) if note),
    )
    if picture.has_broken_bars:
        picture = replace(picture, legend=texts("rank.legend_broken"))
    return paged(picture) if picture.blocks else ()


def year_picture(
    unit: UnitRef, year: int, months: Iterable[MonthFigures], texts: Texts
) -> YearPicture | None:
    """Draw the months of a unit's year; None where it owes nothing by the month."""
    drawn = tuple(
        MonthColumn(
            texts("rank.month", month=each.month.month),
            each.done,
            each.target,
            TONES[each.lamp] if each.lamp else Tone.PLAIN,
            texts(f"lamp.{each.lamp.value}") if each.lamp else "",
        )
        for each in months
    )
    if all(each.target is None for each in drawn):
        return None
    picture = YearPicture(
        title=unit.name,
        subtitle=texts("rank.year_of_unit", year=year),
        months=drawn,
        footnotes=(texts("rank.year_legend"), texts("rank.basis.month")),
    )
    if not picture.has_broken_columns:
        return picture
    return replace(picture, footnotes=(texts("rank.year_legend_broken"), *picture.footnotes[1:]))


def _title(found: Standings, texts: Texts) -> str:
    period = any_period_name(found.period, texts)
    return texts("rank.title", organisation=found.organisation, period=period)


def _bar(found: Standings, each: Standing, texts: Texts, *, is_own: bool) -> Bar:
    return Bar(
        place=NO_FIGURE if each.place is None else str(each.place),
        name=each.unit,
        share=Decimal(each.done) / Decimal(each.target) if each.target else None,
        value=format_percent(each.rate),
        note=f"{each.done}/{each.target}",
        moved=moved_words(found, each, texts),
        tone=TONES[each.lamp] if each.lamp else Tone.PLAIN,
        word=texts(f"lamp.{each.lamp.value}") if each.lamp else "",
        is_own=is_own,
    )
