"""A unit's year drawn: a column for each month, with how high it should have come."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

from services.charts.frame import Faces, Foot, Head, write_centred
from services.charts.paper import MARGIN, ROOM, Paper, Point, Type, fitting
from services.charts.theme import BARS, EDGE, INK, PAPER, SOFT, TRACK, WORDS
from services.core.pictures import MonthColumn, YearPicture

HIGHEST = 480
ABOVE = 70
BELOW = 110
FIGURES = (27, 25, 23, 20, 17, 14)
LABELS = (28, 25, 22, 19, 16, 13)
WORD_SIZES = (24, 22, 19, 16, 13)
BREAKS_FROM = 3, 2
"""A column over 3/2 of the largest target is broken, and its figure speaks."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How wide a month is, what count takes the whole height, and the sizes that suit all months' words."""

    step: float
    full: int
    figure: int
    label: int
    word: int

    @classmethod
    def of(cls, months: tuple[MonthColumn, ...], face: Type) -> Self:
        """Measure what is to be drawn."""
        step = ROOM / max(len(months), 1)

        def size(words: Iterable[str], sizes: Sequence[int]) -> int:
            return min((fitting(one, face, sizes, step - 6)[1] for one in words), default=sizes[0])

        return cls(
            step,
            _full(months),
            size((_figure(month) for month in months), FIGURES),
            size((month.label for month in months), LABELS),
            size((month.word for month in months), WORD_SIZES),
        )


def draw_year(picture: YearPicture, faces: Faces) -> bytes:
    """Draw a year as PNG."""
    head, foot = Head(picture.title, picture.subtitle), Foot(picture.footnotes)
    top = head.height(faces) + ABOVE
    floor = top + HIGHEST
    paper = Paper(floor + BELOW + foot.height(faces))
    head.draw(paper, faces)
    scale = Scale.of(picture.months, faces.plain)
    for number, month in enumerate(picture.months):
        left = MARGIN + scale.step * number
        _draw_column(paper, (left, floor), month, scale)
        _write_month(paper, (left + scale.step / 2, floor), month, scale, faces.plain)
    paper.fill((MARGIN, floor), ROOM, 2, EDGE)
    foot.draw(paper, faces, floor + BELOW)
    return paper.png()


def _full(months: tuple[MonthColumn, ...]) -> int:
    highest = max((month.done for month in months), default=0)
    target = max((month.target or 0 for month in months), default=0)
    if not target:
        return max(highest, 1)
    over, under = BREAKS_FROM
    return max(target, min(highest, -(-target * over // under)))


def _figure(month: MonthColumn) -> str:
    return str(month.done) if month.target is None else f"{month.done}/{month.target}"


def _heights(month: MonthColumn, scale: Scale) -> tuple[float, float]:
    """Return how high a month's column is, and its target's line."""
    done = min(max(month.done, 0), scale.full)
    return HIGHEST * done / scale.full, HIGHEST * max(month.target or 0, 0) / scale.full


def _draw_column(paper: Paper, corner: Point, month: MonthColumn, scale: Scale) -> None:
    left, floor = corner[0] + scale.step * 0.18, corner[1]
    width = scale.step * 0.64
    done, owed = _heights(month, scale)
    paper.fill((left, floor - owed), width, owed, TRACK)
    paper.fill((left, floor - done), width, done, BARS[month.tone])
    if month.target:
        paper.fill((left - 6, floor - owed - 1), width + 12, 3, SOFT)
    if month.done > scale.full:
        for gap in (20, 31):
            paper.fill((left, floor - HIGHEST + gap), width, 5, PAPER)


def _write_month(paper: Paper, at: Point, month: MonthColumn, scale: Scale, face: Type) -> None:
    middle, floor = at
    room = scale.step - 6
    lines = (
        (floor - max(_heights(month, scale)) - 14, _figure(month), scale.figure, INK),
        (floor + 42, month.label, scale.label, INK),
        (floor + 80, month.word, scale.word, WORDS[month.tone]),
    )
    for base, words, size, colour in lines:
        write_centred(paper, (middle, base), fitting(words, face, (size,), room)[0], face, size, colour)
