"""The font of pictures: found and read as far as its character map.

Fewer than a hundred lines read what one question needs, where matplotlib would take a second to import.
"""

import struct
from collections.abc import Iterator
from pathlib import Path

import pylopdf_fonts_zh_cn

from bot.doctor.findings import Finding, good, warning

OWN = pylopdf_fonts_zh_cn.sans_path()
"""The font that is installed with Duban."""

NEEDED = "县督催办〔，▲▼"
"""Simplified characters, punctuation and signs that fonts for other scripts, and small Chinese ones, lack."""


def look_at_font(path: Path) -> Finding:
    """Say whether Chinese can be written in the font that pictures are to be written in."""
    try:
        if _has(path.read_bytes(), NEEDED):
            return good("font", name=path.name)
    except (OSError, struct.error, ValueError):
        pass
    return warning("font_missing", name=path.name)


def _has(font: bytes, characters: str) -> bool:
    """Tell whether every character has a picture in the font, or in the first one of a collection."""
    start = struct.unpack_from(">I", font, 12)[0] if font[:4] == b"ttcf" else 0
    (tables,) = struct.unpack_from(">H", font, start + 4)
    for number in range(tables):
        tag, _, offset, _ = struct.unpack_from(">4sIII", font, start + 12 + 16 * number)
        if tag == b"cmap":
            maps = list(_maps(font, offset))
            return all(any(_glyph(font, at, ord(one)) for at in maps) for one in characters)
    return False


def _maps(font: bytes, cmap: int) -> Iterator[int]:
    """Give where each map from Unicode begins (platform 0, or Windows' 1 and 10)."""
    (count,) = struct.unpack_from(">H", font, cmap + 2)
    for number in range(count):
        platform, encoding, offset = struct.unpack_from(">HHI", font, cmap + 4 + 8 * number)
        if platform == 0 or (platform == 3 and encoding in {1, 10}):
            yield cmap + offset


def _glyph(font: bytes, at: int, code: int) -> bool:
    (form,) = struct.unpack_from(">H", font, at)
    if form == 12:
        return _glyph_in_groups(font, at, code)
    return form == 4 and _glyph_in_segments(font, at, code)


def _glyph_in_groups(font: bytes, at: int, code: int) -> bool:
    (count,) = struct.unpack_from(">I", font, at + 12)
    for number in range(count):
        first, last, glyph = struct.unpack_from(">III", font, at + 16 + 12 * number)
        if first <= code <= last:
            return bool(glyph + code - first)
    return False


def _glyph_in_segments(font: bytes, at: int, code: int) -> bool:
    (twice,) = struct.unpack_from(">H", font, at + 6)
    ends, starts = at + 14, at + 16 + twice
    deltas, ranges = starts + twice, starts + 2 * twice
    for step in range(0, twice, 2):
        (last,), (first,) = (
            struct.unpack_from(">H", font, ends + step),
            struct.unpack_from(">H", font, starts + step),
        )
        if first <= code <= last:
            (delta,) = struct.unpack_from(">H", font, deltas + step)
            (reach,) = struct.unpack_from(">H", font, ranges + step)
            if not reach:
                return bool((code + delta) & 0xFFFF)
            (glyph,) = struct.unpack_from(">H", font, ranges + step + reach + 2 * (code - first))
            return bool(glyph)
    return False
