"""A sheet to draw on: rectangles and words in pixels from the top left, and the sheet as PNG."""

import io
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import get_font
from matplotlib.ft2font import LoadFlags
from numpy.typing import NDArray
from PIL import Image

from services.charts.theme import PALETTE, Colour

WIDTH = 1080
MARGIN = 56
ROOM = WIDTH - 2 * MARGIN
"""How wide what is between the margins is."""

DOTS_PER_INCH = 72
"""So that a point is a pixel."""

GETA = "〓"
"""What Chinese printers set where a character was missing."""

ELLIPSIS = "…"
LONGEST_TEXT = 200
"""More characters than any line here holds, and few enough to be measured one by one."""

SHAPELESS = frozenset({"Cc", "Cf", "Cn", "Co", "Cs"})
"""Unicode's categories of what has no form of its own: controls, marks of direction, halves of pairs."""

CLINGING = "，。；：、！？）】》”’…%"
"""What no line begins with."""

WORD = re.compile(r"[!-~]+|.")

COMPRESSION = 5
"""zlib's; at 6 the same picture takes twice as long and is one per cent smaller."""

REMEMBERED = 1024
"""So many words stay drawn for the next picture: names and lamps come again, a few KB each."""

Mask = NDArray[np.uint8]
Point = tuple[float, float]


class Type:
    """A typeface: fonts of which the first that knows a character draws it."""

    def __init__(self, fonts: Sequence[Path]) -> None:
        names = [str(font) for font in fonts]
        self._font = get_font(names)
        self._fonts = [get_font(name) for name in names]
        self.mask = lru_cache(maxsize=REMEMBERED)(self._mask)
        self.extent = lru_cache(maxsize=REMEMBERED)(self._extent)
        self.printable = lru_cache(maxsize=REMEMBERED)(self._printable)

    def knows(self, sign: str) -> bool:
        """Tell whether one of the fonts has a form for a character."""
        return any(font.get_char_index(ord(sign)) for font in self._fonts)

    def _printable(self, text: str) -> str:
        """Return a text on one line, with 〓 for what no font knows, without what has no form."""
        line = " ".join(unicodedata.normalize("NFC", text[:LONGEST_TEXT]).split())
        kept = (sign for sign in line if unicodedata.category(sign) not in SHAPELESS)
        return "".join(sign if self.knows(sign) else GETA for sign in kept)

    def width(self, text: str, size: int) -> float:
        """Return how wide a text is in a size."""
        return self.extent(self.printable(text), size)

    def _extent(self, text: str, size: int) -> float:
        self._font.set_size(size, DOTS_PER_INCH)
        self._font.set_text(text, flags=LoadFlags.NO_HINTING)
        return self._font.get_width_height()[0] / 64

    def _mask(self, text: str, size: int) -> tuple[Mask, Point]:
        """Return a printable text's darkness, and how far right of and above its beginning it starts.

        matplotlib's own texts are laid out twice and then drawn glyph by glyph: ten times as slow.
        """
        self._font.set_size(size, DOTS_PER_INCH)
        self._font.set_text(text, flags=LoadFlags.NO_HINTING)
        self._font.draw_glyphs_to_bitmap(antialiased=True)
        mask = self._font.get_image()
        right = self._font.get_bitmap_offset()[0] // 64
        return mask, (right, mask.shape[0] - self._font.get_descent() // 64)


class Paper:
    """A white sheet of some height, as wide as every picture."""

    def __init__(self, height: int) -> None:
        self.height = height
        size = (WIDTH / DOTS_PER_INCH, height / DOTS_PER_INCH)
        canvas = FigureCanvasAgg(Figure(figsize=size, dpi=DOTS_PER_INCH))
        canvas.get_renderer()  # type: ignore[no-untyped-call]  # makes the sheet that is looked at below
        self._dots = np.asarray(canvas.buffer_rgba())  # type: ignore[no-untyped-call]
        self._dots[...] = 255

    def fill(self, corner: Point, width: float, height: float, colour: Colour) -> None:
        """Fill a rectangle down and right of a corner, in whole pixels."""
        left, top = corner
        rows = slice(_near(top), _near(top + height))
        self._dots[rows, _near(left) : _near(left + width), :3] = colour

    def write(self, at: Point, text: str, face: Type, size: int, colour: Colour) -> None:
        """Write words from a point of their base line on."""
        mask, (right, above) = face.mask(face.printable(text), size)
        top, left = _near(at[1] - above), _near(at[0] + right)
        mask = mask[: max(self.height - top, 0), : max(WIDTH - left, 0)]
        below = self._dots[top : top + mask.shape[0], left : left + mask.shape[1], :3]
        dark = mask[..., None].astype(np.uint16)
        below[...] = (below * (255 - dark) + np.array(colour, np.uint16) * dark + 127) // 255

    def image(self) -> Image.Image:
        """Return the sheet in all its colours, to put photos on."""
        return Image.fromarray(np.ascontiguousarray(self._dots[..., :3]))

    def png(self) -> bytes:
        """Return the sheet as PNG, equal bytes for equal sheets."""
        dots = self._dots.view(np.uint32)[..., 0]  # red in its lowest byte: the bytes' order is the machine's
        keys = (dots >> 3 & 0x1F) | (dots >> 6 & 0x3E0) | (dots >> 9 & 0x7C00)
        image = Image.fromarray(_nearest_colours().take(keys))
        image.putpalette([part for colour in PALETTE for part in colour])
        out = io.BytesIO()
        image.save(out, "png", bits=4, compress_level=COMPRESSION)
        return out.getvalue()


@lru_cache(maxsize=1)
def _nearest_colours() -> NDArray[np.uint8]:
    """Return which colour of the palette each colour is nearest to, of each part its five highest bits."""
    keys = np.arange(1 << 15)
    parts = np.stack([keys & 31, keys >> 5 & 31, keys >> 10], axis=-1)
    exact = np.array(PALETTE) >> 3
    distances = ((parts[:, None] - exact[None]) ** 2).sum(axis=-1)
    nearest: NDArray[np.uint8] = distances.argmin(axis=1).astype(np.uint8)
    return nearest


def fitting(text: str, face: Type, sizes: Sequence[int], width: float) -> tuple[str, int]:
    """Return a text with the first size it fits in; if it fits in none it is cut, with an ellipsis."""
    for size in sizes:
        if face.width(text, size) <= width:
            return text, size
    whole = face.printable(text)
    kept = bisect_right(
        range(len(whole)), width, key=lambda end: face.width(whole[:end] + ELLIPSIS, sizes[-1])
    )
    return whole[: max(kept - 1, 0)] + ELLIPSIS, sizes[-1]


def lines_of(text: str, face: Type, size: int, width: float) -> list[str]:
    """Break a text into lines: between any two characters as Chinese is, but not within western words."""
    lines = [""]
    for word in WORD.findall(face.printable(text)):
        for piece in [word] if face.width(word, size) <= width else word:
            if face.width(lines[-1] + piece, size) > width and piece not in CLINGING:
                lines.append("")
            lines[-1] += piece
    return [line.strip() for line in lines if line.strip()]


def _near(value: float) -> int:
    return max(int(value + 0.5), 0)
