"""A ranking drawn: a line for each unit, bars that can be compared, the line of 100% through them."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from math import ceil
from typing import Self

from services.charts.frame import Faces, Foot, Head, write_centred, write_right
from services.charts.paper import MARGIN, ROOM, WIDTH, Paper, Type, fitting
from services.charts.theme import ACCENT, BARS, EDGE, INK, OWN, PAPER, SOFT, TRACK, WORDS
from services.core.pictures import LONGEST_SHARE, Bar, Block, RankingPicture, Tone

ROW = 46
BAR = 26
HEADING = 90
UNHEADED = 40
BASE = 34
"""Where words stand in a row."""

LARGE, MEDIUM, SMALL = 30, 25, 22
NAME_SIZES = (30, 28, 26, 24, 22, 20)
TALLEST = 10_000 - WIDTH
"""Telegram takes no photo whose width and height are more than 10,000 together."""

MOVES = {"▲": Tone.GOOD, "▼": Tone.ALARM}


class TooTall(ValueError):
    """The ranking has to be split into several pictures first (``services.core.pictures.paged``)."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Where things stand in a row, from the left; of some their right edge counts."""

    place_right: int
    moved_left: int
    name_left: int
    name_width: int
    bar_left: int
    bar_width: int
    value_right: int
    note_right: int
    word_right: int
    longest: Decimal

    @classmethod
    def of(cls, bars: tuple[Bar, ...], face: Type) -> Self:
        """Give each column what its widest words need, the bars what is left."""

        def widest(words: Iterable[str], size: int, most: int) -> int:
            return min(ceil(max((face.width(one, size) for one in set(words)), default=0)), most)

        place = widest((bar.place for bar in bars), LARGE, 56)
        moved = widest((bar.moved for bar in bars), SMALL, 72)
        value = widest((bar.value for bar in bars), LARGE, 130)
        note = widest((bar.note for bar in bars), MEDIUM, 120)
        word = widest((bar.word for bar in bars), MEDIUM, 90)
        note_right = WIDTH - MARGIN - (word + 18 if word else 0)
        value_right = note_right - (note + 18 if note else 0)
        moved_left = MARGIN + place + 10
        name_left = moved_left + (moved + 12 if moved else 8)
        name = min(
            widest((bar.name for bar in bars), LARGE, ROOM), value_right - value - name_left - 210, 400
        )
        bar_left = name_left + name + 18
        shares = [bar.share for bar in bars if bar.share is not None]
        return cls(
            MARGIN + place, moved_left, name_left, name, bar_left, value_right - value - 16 - bar_left,
            value_right, note_right, WIDTH - MARGIN, min(max([Decimal(1), *shares]), LONGEST_SHARE),
        )  # fmt: skip

    def length(self, share: Decimal) -> float:
        """Return how long the bar of a share is."""
        return float(max(min(share, self.longest), Decimal(0)) / self.longest * self.bar_width)


def draw_ranking(picture: RankingPicture, faces: Faces) -> bytes:
    """Draw a ranking as PNG; TooTall beyond what Telegram takes."""
    head = Head(picture.title, picture.subtitle, picture.as_of, picture.legend, picture.page)
    foot = Foot(picture.footnotes)
    top = head.height(faces)
    bodies = [(HEADING if block.heading else UNHEADED) + ROW * len(block.bars) for block in picture.blocks]
    height = top + sum(bodies) + foot.height(faces)
    if height > TALLEST:
        raise TooTall(height)
    paper = Paper(height)
    head.draw(paper, faces)
    columns = Columns.of(tuple(bar for block in picture.blocks for bar in block.bars), faces.plain)
    for block, height in zip(picture.blocks, bodies, strict=True):
        _draw_block(paper, top, block, columns, faces.plain)
        top += height
    foot.draw(paper, faces, top)
    return paper.png()


def _draw_block(paper: Paper, top: int, block: Block, columns: Columns, face: Type) -> None:
    line = columns.bar_left + columns.length(Decimal(1))
    first = top + (HEADING if block.heading else UNHEADED)
    if block.heading:
        paper.fill((MARGIN, first - 49), 8, 32, ACCENT)
        heading, size = fitting(block.heading, face, (34, 30, 26), line - 40 - MARGIN - 24)
        paper.write((MARGIN + 24, first - 21), heading, face, size, ACCENT)
    if block.bars:
        write_centred(paper, (line, first - 12), "100%", face, 20, SOFT)
    for number, bar in enumerate(block.bars):
        _draw_row(paper, first + ROW * number, bar, columns, face)
    paper.fill((line - 1, first - 4), 2, ROW * len(block.bars) + 6, EDGE)


def _draw_row(paper: Paper, top: int, bar: Bar, columns: Columns, face: Type) -> None:
    base = top + BASE
    if bar.is_own:
        paper.fill((MARGIN - 20, top), ROOM + 40, ROW, OWN)
    _draw_bar(paper, top + (ROW - BAR) // 2, bar, columns)
    place, size = fitting(bar.place, face, (LARGE, SMALL), columns.place_right - MARGIN)
    write_right(paper, (columns.place_right, base), place, face, size, INK)
    moved, size = fitting(bar.moved, face, (SMALL, 18), columns.name_left - columns.moved_left)
    paper.write(
        (columns.moved_left, base - 2), moved, face, size, WORDS[MOVES.get(bar.moved[:1], Tone.PLAIN)]
    )
    name, size = fitting(bar.name, face, NAME_SIZES, columns.name_width)
    paper.write((columns.name_left, base), name, face, size, ACCENT if bar.is_own else INK)
    value, size = fitting(bar.value, face, (LARGE, MEDIUM, SMALL), 130)
    write_right(paper, (columns.value_right, base), value, face, size, INK)
    note, size = fitting(bar.note, face, (MEDIUM, SMALL, 18), 120)
    write_right(paper, (columns.note_right, base), note, face, size, SOFT)
    word, size = fitting(bar.word, face, (MEDIUM, SMALL, 18), 90)
    write_right(paper, (columns.word_right, base), word, face, size, WORDS[bar.tone])


def _draw_bar(paper: Paper, top: int, bar: Bar, columns: Columns) -> None:
    if bar.share is None:
        return
    if not bar.is_own:
        paper.fill((columns.bar_left, top), columns.length(Decimal(1)), BAR, TRACK)
    paper.fill((columns.bar_left, top), columns.length(bar.share), BAR, BARS[bar.tone])
    if bar.share > columns.longest:
        for gap in (30, 19):
            for step in range(BAR):  # aslant, as a broken column is drawn
                left = columns.bar_left + columns.bar_width - gap - step // 4
                paper.fill((left, top + step), 5, 1, OWN if bar.is_own else PAPER)
