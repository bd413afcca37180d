"""A font with Chinese in it, for pictures: found and read as far as its character map.

Fewer than a hundred lines read what one question needs, where fonttools would be a dependency of megabytes.
"""

import struct
from collections.abc import Iterator
from pathlib import Path

from bot.doctor.findings import Finding, good, warning

FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
ENDINGS = {".ttf", ".otf", ".ttc"}
NEEDED = "县督催办〔，"
"""Simplified characters and punctuation that fonts for other scripts, and small Chinese ones, lack."""

MOST_FONTS = 2000
NAMES = ("noto", "cjk", "sourcehan", "wqy", "hei", "song", "fang", "kai", "sim", "msyh", "pingfang")
"""What the files of Chinese fonts are called after: these are looked into first."""


def look_at_fonts(folders: tuple[Path, ...] = FOLDERS) -> Finding:
    """Say whether this machine has a font that can write Chinese."""
    for path in _candidates(folders):
        try:
            if _has(path.read_bytes(), NEEDED):
                return good("font", name=path.name)
        except (OSError, struct.error, ValueError):
            continue
    return warning("font_missing")


def _candidates(folders: tuple[Path, ...]) -> list[Path]:
    found = [path for folder in folders for path in folder.rglob("*") if path.suffix.lower() in ENDINGS]
    likely = [path for path in found if any(name in path.name.lower() for name in NAMES)]
    return sorted(likely or found, key=lambda path: path.name)[:MOST_FONTS]


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
