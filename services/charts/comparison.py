"""Two photos beside each other, each with whose it is, so that one sees whether it is one picture twice."""

import io
from dataclasses import dataclass

from PIL import Image
from PIL.Image import Resampling

from services.charts.frame import BAND, Faces
from services.charts.paper import WIDTH, Paper, fitting
from services.charts.theme import ACCENT, INK, SOFT, TRACK, WORDS
from services.core.pictures import ComparisonPicture, Side

EDGE = 24
GAP = 16
ROOM = WIDTH - 2 * EDGE
HALF = (ROOM - GAP) // 2
HIGHEST_BESIDE = 1300
HIGHEST_ABOVE = 640
"""Of one photo: two of them and what is said of both fill a telephone's screen."""

CLEARLY_LARGER = 1.4
"""So many times larger photos get that stand one above the other; beside each other they compare best."""

TITLE_SIZES = (46, 42, 38, 34, 30)
HEAD = 104
HEADING = 30
SIZES = (38, 34, 31, 28, 25)
SMALL_SIZES = (32, 29, 26, 24)
LEADING = 46
PADDING = 18
QUALITY = 85
MOST_PIXELS = 16_000_000
"""What is in the store has less."""


@dataclass(frozen=True, slots=True)
class Box:
    """Where one of the two has its room, in dots; the words stand under the photo."""

    left: int
    top: int
    width: int
    height: int


def draw_comparison(picture: ComparisonPicture, photos: tuple[bytes, ...], faces: Faces) -> bytes:
    """Draw two photos of the file store as one JPEG; ValueError for any other number of them, or no JPEG."""
    if len(photos) != 2:
        raise ValueError(len(photos))
    first, second = (_opened(photo) for photo in photos)
    words = max(_words_height(side) for side in (picture.first, picture.second))
    boxes, height = _placed(first.size, second.size, words)
    paper = Paper(height)
    paper.fill((0, 0), WIDTH, BAND, ACCENT)
    title, size = fitting(picture.title, faces.title, TITLE_SIZES, ROOM)
    for nudge in (0, 1):
        paper.write((EDGE + nudge, HEAD - 32), title, faces.title, size, WORDS[picture.tone])
    for side, box in zip((picture.first, picture.second), boxes, strict=True):
        paper.fill((box.left, box.top), box.width, box.height + words, TRACK)
        _write(paper, side, box, faces)
    sheet = paper.image()
    for photo, box in zip((first, second), boxes, strict=True):
        shown = photo.resize(_fitted(photo.size, box.width, box.height), Resampling.LANCZOS, reducing_gap=3.0)
        corner = (box.left + (box.width - shown.width) // 2, box.top + (box.height - shown.height) // 2)
        sheet.paste(shown, corner)
    out = io.BytesIO()
    sheet.save(out, "JPEG", quality=QUALITY, subsampling="4:4:4")
    return out.getvalue()


def _opened(photo: bytes) -> Image.Image:
    """Decode a photo of the store, no finer than it is shown."""
    opened = Image.open(io.BytesIO(photo), formats=("JPEG",))
    if opened.width * opened.height > MOST_PIXELS:
        raise ValueError(opened.size)
    opened.draft("RGB", _fitted(opened.size, ROOM, HIGHEST_BESIDE))
    return opened.convert("RGB")


def _fitted(size: tuple[int, int], width: int, height: int) -> tuple[int, int]:
    """Return the size of a photo that fits into a box, of the same shape; small ones grow."""
    scale = min(width / size[0], height / size[1])
    return max(1, int(size[0] * scale)), max(1, int(size[1] * scale))


def _placed(first: tuple[int, int], second: tuple[int, int], words: int) -> tuple[tuple[Box, Box], int]:
    """Give each its box and the sheet its height: beside each other, or broad ones one above the other."""
    beside = [_fitted(size, HALF, HIGHEST_BESIDE) for size in (first, second)]
    above = [_fitted(size, ROOM, HIGHEST_ABOVE) for size in (first, second)]
    if all(up[0] > CLEARLY_LARGER * by[0] for up, by in zip(above, beside, strict=True)):
        top = HEAD + above[0][1] + words + GAP
        boxes = (
            Box(EDGE, HEAD, ROOM, above[0][1]),
            Box(EDGE, top, ROOM, above[1][1]),
        )
        return boxes, top + above[1][1] + words + EDGE
    height = max(size[1] for size in beside)
    boxes = (Box(EDGE, HEAD, HALF, height), Box(EDGE + HALF + GAP, HEAD, HALF, height))
    return boxes, HEAD + height + words + EDGE


def _words_height(side: Side) -> int:
    return 2 * PADDING + LEADING * (len(side.lines) + 1)


def _write(paper: Paper, side: Side, box: Box, faces: Faces) -> None:
    left, room = box.left + PADDING, box.width - 2 * PADDING
    base = box.top + box.height + PADDING + LEADING - 12
    heading, size = fitting(side.heading, faces.plain, (HEADING,), room)
    paper.write((left, base), heading, faces.plain, size, ACCENT)
    for number, line in enumerate(side.lines):
        base += LEADING
        words, size = fitting(line, faces.plain, SMALL_SIZES if number else SIZES, room)
        paper.write((left, base), words, faces.plain, size, SOFT if number else INK)
