"""Honest pictures with something in them broken, cut off or turned over."""

import random
import struct
import zlib
from collections.abc import Iterator

from PIL import Image

from tests.prove.pictures.files import (
    PNG_HEAD,
    bases,
    chunk,
    encoded,
    exif,
    header,
    painting,
    png,
    remarked_jpeg,
    segment,
    segments_of,
    turned,
    with_segments,
)
from tests.prove.pictures.values import TAKEN, Hostile


def broken(chance: random.Random) -> Iterator[Hostile]:
    """Make every such file."""
    yield from _turned()
    yield from _broken_exif()
    yield from _broken_png()
    yield from _broken_jpeg()
    yield from _cut()
    yield from _flipped(chance)


def _turned() -> Iterator[Hostile]:
    for orientation in range(1, 9):
        yield Hostile(
            f"jpeg held in way {orientation}", with_segments(segment(0xE1, turned(orientation))), TAKEN
        )
    for orientation in (0, 9, 255, 65535):
        yield Hostile(
            f"jpeg held in way {orientation}", with_segments(segment(0xE1, turned(orientation))), TAKEN
        )
    yield Hostile("png held in way 6", encoded(painting(), "PNG", exif=turned(6)), TAKEN)
    yield Hostile("heic held in way 6", encoded(painting(), "HEIF", exif=turned(6)), TAKEN)


def _broken_exif() -> Iterator[Hostile]:
    far, huge = struct.pack("<I", 0xFFFFFFF0), 0x7FFFFFFF
    moment = b"%s\0"
    broken = {
        "in a loop": exif((0x8769, 4, 1, struct.pack("<I", 8)), next_at=8),
        "with an offset beyond": exif((0x010E, 2, 400, far)),
        "with a count without end": exif((0x010E, 2, huge, struct.pack("<I", 8))),
        "of numbers without end": exif((0x0112, 5, huge, struct.pack("<I", 8))),
        "of no type": exif((0x0112, 99, 1, b"\1")),
        "with words for a turn": exif((0x0112, 2, 4, b"six\0")),
        "with many turns": exif((0x0112, 3, 2, b"\3\0\6\0")),
        "cut": exif((0x0112, 3, 1, b"\6"))[:15],
        "without anything": b"Exif\0\0",
        "of 65000 bytes": b"Exif\0\0" + b"II*\0" + b"\xff" * 65_000,
        "of 60000 entries": exif(*((0x010E, 3, 1, b"\1"),) * 5_000),
    }
    for name, content in broken.items():
        yield Hostile(f"exif {name}", with_segments(segment(0xE1, content)))
    for said in (
        "0000:00:00 00:00:00",
        "2024:13:45 10:00:00",
        "9999:12:31 00:00:00",
        "'; DROP TABLE x;--",
        "2024:02:30 1",
        "一月" * 900,
    ):
        notes = Image.Exif()
        notes.get_ifd(0x8769)[0x9003] = (moment % said.encode()).decode("utf-8")
        yield Hostile(f"taken on {said[:20]}", encoded(painting(), "JPEG", exif=notes.tobytes()), TAKEN)


def _broken_png() -> Iterator[Hostile]:
    packed = zlib.compress(bytes(4 * 3 * 4 + 4))
    whole = chunk(b"IDAT", packed)
    broken = {
        "with a wrong sum": png(header(4, 4), chunk(b"IDAT", packed, crc=1)),
        "without dots": png(header(4, 4)),
        "without a head": png(whole),
        "with two heads": png(header(4, 4), header(4000, 4000), whole),
        "of 3 bits": png(header(4, 4, depth=3), whole),
        "of colours 7": png(header(4, 4, colour=7), whole),
        "interlaced in way 9": png(header(4, 4, interlace=9), whole),
        "interlaced": png(header(4, 4, interlace=1), whole),
        "with a palette beyond": png(
            header(4, 4, colour=3),
            chunk(b"PLTE", b"\0\0\0"),
            chunk(b"IDAT", zlib.compress(b"\0\xff\xff\xff\xff" * 4)),
        ),
        "without a palette": png(header(4, 4, colour=3), whole),
        "with a palette of two bytes": png(header(4, 4, colour=3), chunk(b"PLTE", b"ab"), whole),
        "whose chunk has no end": PNG_HEAD + header(4, 4) + struct.pack(">I", 0x7FFFFFFF) + b"IDAT" + packed,
        "whose head is long": PNG_HEAD + struct.pack(">I", 2**31) + b"IHDR" + bytes(99),
        "with filters that are none": png(
            header(4, 4), chunk(b"IDAT", zlib.compress(b"\x09" + bytes(12) + b"\xff" * 39))
        ),
        "with dots that do not unpack": png(header(4, 4), chunk(b"IDAT", b"\x78\x9c" + b"\xff" * 400)),
    }
    for name, content in broken.items():
        yield Hostile(f"png {name}", content)


def _broken_jpeg() -> Iterator[Hostile]:
    base = bases()["jpeg"]
    for marker in (0xC1, 0xC3, 0xC5, 0xC9, 0xCA, 0xCB, 0xF7):
        yield Hostile(f"jpeg that says frame {marker:x}", remarked_jpeg(marker))
    for marker, at, end in segments_of(base):
        yield Hostile(f"jpeg without segment {marker:x} at {at}", base[:at] + base[end:])
        yield Hostile(
            f"jpeg with segment {marker:x} at {at} of noughts",
            base[: at + 4] + bytes(end - at - 4) + base[end:],
        )
        yield Hostile(
            f"jpeg with segment {marker:x} at {at} of ones",
            base[: at + 4] + b"\xff" * (end - at - 4) + base[end:],
        )
    scan = base.index(b"\xff\xda")
    yield Hostile(
        "jpeg that starts again and again", base[: scan + 14] + b"\xff\xd0\xff\xd1" * 50_000 + base[-2:]
    )
    yield Hostile("jpeg of nothing but its beginning", base[:2] * 50_000)
    yield Hostile("jpeg whose segment has no length", base[:2] + b"\xff\xe1\0\0" + base[2:])


def _cut() -> Iterator[Hostile]:
    for kind, base in bases().items():
        for tenth in range(1, 10):
            yield Hostile(f"{kind} cut at {tenth}/10", base[: len(base) * tenth // 10])
        yield Hostile(f"{kind} without its last byte", base[:-1])


def _flipped(chance: random.Random) -> Iterator[Hostile]:
    for kind, base in bases().items():
        for number in range(16):
            content = bytearray(base)
            for _ in range(1 << (number % 6)):
                content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
            yield Hostile(f"{kind} flipped {number}", bytes(content))
