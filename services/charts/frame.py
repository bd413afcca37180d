"""What every picture has: a head that says what and when, and under it what the figures stand on."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.charts.paper import MARGIN, ROOM, WIDTH, Paper, Point, Type, fitting, lines_of
from services.charts.theme import ACCENT, INK, RULE, SOFT, Colour

BAND = 12
TITLE_SIZES = (60, 56, 52, 48, 44)
TITLE_LINES = 2
PERIOD_SIZES = (38, 34, 30, 26, 22)
SMALL_SIZES = (26, 24, 22, 20)
NOTE = 25
NOTE_LEADING = 38
NOTE_LINES = 12


@dataclass(frozen=True, slots=True)
class Faces:
    """The typefaces: one for titles, one for the rest."""

    title: Type
    plain: Type


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above the figures."""

    title: str
    subtitle: str
    as_of: str = ""
    legend: str = ""
    page: str = ""

    def height(self, faces: Faces) -> int:
        """Return how much of the sheet it takes."""
        return 152 + 66 * len(self._title_lines(faces)) + (50 if self.legend else 0)

    def draw(self, paper: Paper, faces: Faces) -> None:
        """Draw it on the top of a sheet."""
        paper.fill((0, 0), WIDTH, BAND, ACCENT)
        base = 48
        for line, size in self._title_lines(faces):
            base += 66
            # Twice, a pixel apart: the typeface has no bold, and a title carries further with some weight.
            paper.write((MARGIN, base), line, faces.title, size, INK)
            paper.write((MARGIN + 1, base), line, faces.title, size, INK)
        base += 62
        as_of, small = fitting(self.as_of, faces.plain, SMALL_SIZES, ROOM / 2)
        left = WIDTH - MARGIN - faces.plain.width(as_of, small)
        paper.write((left, base), as_of, faces.plain, small, SOFT)
        shown = f"{self.subtitle}　{self.page}" if self.page else self.subtitle
        subtitle, size = fitting(shown, faces.plain, PERIOD_SIZES, left - MARGIN - 24)
        paper.write((MARGIN, base), subtitle, faces.plain, size, ACCENT)
        paper.fill((MARGIN, base + 26), ROOM, 2, RULE)
        if self.legend:
            legend, small = fitting(self.legend, faces.plain, SMALL_SIZES, ROOM)
            paper.write((MARGIN, base + 72), legend, faces.plain, small, SOFT)

    def _title_lines(self, faces: Faces) -> list[tuple[str, int]]:
        for size in TITLE_SIZES:
            if faces.title.width(self.title, size) <= ROOM:
                return [(self.title, size)]
        lines = lines_of(self.title, faces.title, TITLE_SIZES[-1], ROOM)
        kept = [*lines[: TITLE_LINES - 1], "".join(lines[TITLE_LINES - 1 :])]
        return [fitting(line, faces.title, TITLE_SIZES[-1:], ROOM) for line in kept]


@dataclass(frozen=True, slots=True)
class Foot:
    """What stands below the figures."""

    footnotes: Sequence[str]

    def height(self, faces: Faces) -> int:
        """Return how much of the sheet it takes."""
        return 58 + (36 + NOTE_LEADING * len(self._lines(faces)) if self.footnotes else 0)

    def draw(self, paper: Paper, faces: Faces, top: int) -> None:
        """Draw it from a line of the sheet down."""
        if not self.footnotes:
            return
        paper.fill((MARGIN, top + 24), ROOM, 2, RULE)
        for number, line in enumerate(self._lines(faces), start=1):
            paper.write((MARGIN, top + 32 + NOTE_LEADING * number), line, faces.plain, NOTE, SOFT)

    def _lines(self, faces: Faces) -> list[str]:
        lines = [line for note in self.footnotes for line in lines_of(note, faces.plain, NOTE, ROOM)]
        return lines[:NOTE_LINES]


def write_right(paper: Paper, at: Point, text: str, face: Type, size: int, colour: Colour) -> None:
    """Write words that end at a point of their base line."""
    paper.write((at[0] - face.width(text, size), at[1]), text, face, size, colour)


def write_centred(paper: Paper, at: Point, text: str, face: Type, size: int, colour: Colour) -> None:
    """Write words with a point of their base line in the middle."""
    paper.write((at[0] - face.width(text, size) / 2, at[1]), text, face, size, colour)
