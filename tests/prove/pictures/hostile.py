"""More than two hundred files that no camera made, each with a name that says what is wrong with it."""

import random
import struct
import zlib
from collections.abc import Iterator

from PIL import Image

from tests.prove.pictures.breaking import broken
from tests.prove.pictures.files import (
    PNG_HEAD,
    WORD,
    XMP,
    archive,
    bases,
    blank_png,
    chunk,
    encoded,
    exif,
    header,
    many_scans,
    painting,
    png,
    resized_jpeg,
    segment,
    telling_exif,
    with_chunks,
    with_segments,
)
from tests.prove.pictures.values import CANARY, TAKEN, TOO_LARGE, UNREADABLE, Hostile

SCRIPT = b"<html><script>alert('" + CANARY + b"')</script></html>"


def hostile(seed: int) -> Iterator[Hostile]:
    """Make every file; the same seed makes the same ones."""
    yield from _bombs()
    yield from _telling()
    yield from _polyglots()
    yield from _strangers()
    yield from _moving()
    yield from _modes()
    yield from _sizes()
    yield from broken(random.Random(seed))


def slow() -> Iterator[Hostile]:
    """Make those that take seconds, to make or to paint."""
    yield Hostile("png of 25 megapixels and 16 bits", blank_png(5000, 5000, 16, 6), TAKEN)
    yield Hostile("jpeg of 20000 scans more", many_scans(20_000, 4900), TOO_LARGE)
    blank = Image.new("RGB", (16000, 16000))
    yield Hostile("webp of 256 megapixels", encoded(blank, "WEBP", lossless=True, method=0), TOO_LARGE)
    yield Hostile("jpeg with 19 MB more", bases()["jpeg"] + bytes(19_000_000), TAKEN)
    lines = "".join(f"{number} " for number in range(50_000)).encode()
    dots = Image.frombytes("L", (500, 500), (lines * 2)[:250_000]).resize((4900, 5100))
    for kind in ("JPEG", "PNG", "WEBP", "HEIF"):
        how = {"PNG": {"compress_level": 1}, "WEBP": {"method": 0}}.get(kind, {})
        yield Hostile(f"honest {kind} of 25 megapixels", encoded(dots.convert("RGB"), kind, **how), TAKEN)


def _bombs() -> Iterator[Hostile]:
    zeros = zlib.compress(bytes(100_000_000), 9)
    yield Hostile("png of 81 megapixels in 240 KiB", blank_png(9000, 9000), TOO_LARGE)
    yield Hostile("png of 400 megapixels in 50 KB", blank_png(20000, 20000, 1, 0), TOO_LARGE)
    yield Hostile("png that says 50000 x 50000", png(header(50000, 50000), chunk(b"IDAT", b"x")), TOO_LARGE)
    yield Hostile("png that says 2 to the 31", png(header(2**31 - 1, 2**31 - 1), chunk(b"IDAT", b"x")))
    yield Hostile(
        "png of 25 megapixels that is empty", png(header(5000, 5000), chunk(b"IDAT", b"x")), UNREADABLE
    )
    yield Hostile("png with more dots than it says", png(header(8, 8), chunk(b"IDAT", zeros)))
    yield Hostile("png with a text of 100 MB", with_chunks(chunk(b"zTXt", b"a\0\0" + zeros)))
    yield Hostile(
        "png with an international text of 100 MB", with_chunks(chunk(b"iTXt", b"a\0\1\0\0\0" + zeros))
    )
    yield Hostile("png with a profile of 100 MB", with_chunks(chunk(b"iCCP", b"a\0\0" + zeros)))
    yield Hostile(
        "png with 20000 texts", with_chunks(*(chunk(b"tEXt", b"a\0" + CANARY * 9) for _ in range(20_000)))
    )
    yield Hostile("png in 50000 pieces", png(header(64, 64), *(chunk(b"IDAT", b"") for _ in range(50_000))))
    yield Hostile("jpeg that says 65500 x 65500", resized_jpeg(65500, 65500), TOO_LARGE)
    yield Hostile("jpeg that says 12000 x 12000", resized_jpeg(12000, 12000, "progressive"), TOO_LARGE)
    yield Hostile("jpeg that says 5000 x 5000", resized_jpeg(5000, 5000))
    yield Hostile("progressive jpeg that says 5000 x 5000", resized_jpeg(5000, 5000, "progressive"))
    yield Hostile("jpeg of 40 scans more", many_scans(40, 800), TAKEN)
    yield Hostile("heic that says 30000 x 30000", _resized_heic(30_000, 30_000), TOO_LARGE)
    yield Hostile("heic that says 4999 x 4999", _resized_heic(4999, 4999))
    yield Hostile("heic that says 8 x 8", _resized_heic(8, 8))


def _resized_heic(width: int, height: int) -> bytes:
    heic = bytearray(bases()["heic"])
    at = heic.find(b"ispe")
    while at >= 0:
        struct.pack_into(">II", heic, at + 8, width, height)
        at = heic.find(b"ispe", at + 4)
    return bytes(heic)


def _telling() -> Iterator[Hostile]:
    """Tell who, where and what, in each place where a file can."""
    notes, one = telling_exif(), painting()
    thumbnail = encoded(one.resize((64, 48)), "JPEG", comment=CANARY)
    small = exif((0x0201, 4, 1, struct.pack("<I", 0)), further=thumbnail)
    profile = b"\0\0\2\0" + CANARY * 100
    yield Hostile("jpeg with exif and gps", encoded(one, "JPEG", exif=notes), TAKEN)
    yield Hostile(
        "jpeg with xmp", with_segments(segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP)), TAKEN
    )
    yield Hostile("jpeg with a comment", with_segments(segment(0xFE, CANARY)), TAKEN)
    yield Hostile("jpeg with a thumbnail", with_segments(segment(0xE1, small)), TAKEN)
    yield Hostile("jpeg with a profile", encoded(one, "JPEG", icc_profile=profile), TAKEN)
    yield Hostile("jpeg with a profile of 2 MB", encoded(one, "JPEG", icc_profile=CANARY * 120_000), TAKEN)
    for marker in range(0xE0, 0xF0):
        yield Hostile(f"jpeg with segment {marker:x}", with_segments(segment(marker, b"own\0" + CANARY)))
    yield Hostile(
        "jpeg with photoshop notes", with_segments(segment(0xED, b"Photoshop 3.0\x008BIM\4\4\0\0" + CANARY))
    )
    yield Hostile(
        "jpeg with 5000 comments", with_segments(*(segment(0xFE, CANARY * 50) for _ in range(5_000)))
    )
    pair = encoded(one, "MPO", save_all=True, append_images=[one.rotate(180)], exif=notes)
    yield Hostile("two jpegs in one", pair, TAKEN)
    yield Hostile("png with exif", encoded(one, "PNG", exif=notes), TAKEN)
    yield Hostile(
        "png with texts",
        with_chunks(chunk(b"tEXt", b"Comment\0" + CANARY), chunk(b"zTXt", b"a\0\0" + zlib.compress(CANARY))),
        TAKEN,
    )
    yield Hostile("png with xmp", with_chunks(chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP)), TAKEN)
    yield Hostile("png with a profile", encoded(one, "PNG", icc_profile=profile), TAKEN)
    yield Hostile("png with a chunk of its own", with_chunks(chunk(b"duBn", CANARY)), TAKEN)
    yield Hostile(
        "webp with exif and xmp", encoded(one, "WEBP", exif=notes, xmp=XMP, icc_profile=profile), TAKEN
    )
    yield Hostile("heic with exif and xmp", encoded(one, "HEIF", exif=notes, xmp=XMP), TAKEN)


def _polyglots() -> Iterator[Hostile]:
    tails = {
        "archive": archive(),
        "page": SCRIPT,
        "script": b"<?php echo '" + CANARY + b"'; ?>",
        "zeros": bytes(2**20),
        "canaries": CANARY * 60_000,
    }
    for kind, base in bases().items():
        for tail, content in tails.items():
            yield Hostile(f"{kind} and {tail}", base + content, None if kind == "heic" else TAKEN)
        yield Hostile(f"page, then {kind}", SCRIPT + base, UNREADABLE)
        yield Hostile(f"gif's head, then {kind}", b"GIF89a" + base, UNREADABLE)
    yield Hostile("archive in a comment", with_segments(segment(0xFE, archive())), TAKEN)
    yield Hostile("page in a comment", with_segments(segment(0xFE, SCRIPT)), TAKEN)
    yield Hostile("page in a png's text", with_chunks(chunk(b"tEXt", b"a\0" + SCRIPT)), TAKEN)
    yield Hostile("jpeg and png", bases()["jpeg"] + bases()["png"], TAKEN)


def _strangers() -> Iterator[Hostile]:
    """Give files of other kinds, as they come under a picture's name."""
    one, entity = (
        painting(),
        b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10)),
    )
    for kind in (
        "GIF",
        "BMP",
        "TIFF",
        "ICO",
        "PPM",
        "TGA",
        "PCX",
        "EPS",
        "JPEG2000",
        "DDS",
        "PDF",
        "ICNS",
        "SGI",
        "AVIF",
    ):
        yield Hostile(f"a {kind}", encoded(one, kind), UNREADABLE)
    svg = (
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><image href="file:///etc/passwd"/></svg>'
    )
    words = {
        "nothing": b"",
        "one byte": b"\xff",
        "two bytes": b"\xff\xd8",
        "zeros": bytes(4096),
        "text": WORD.encode(),
        "svg": svg,
        "svg with entities": b'<!DOCTYPE svg [<!ENTITY l0 "lol">' + entity + b"]><svg>&l9;</svg>",
        "page": SCRIPT,
        "archive": archive(),
        "program": b"\x7fELF\2\1\1" + bytes(500),
        "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(" + CANARY + b") run",
        "video": b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(2000),
        "heic's name alone": b"\0\0\0\x18ftypheic\0\0\0\0heicmif1",
        "webp's name alone": b"RIFF\xff\xff\xff\x7fWEBPVP8 ",
        "png's name alone": PNG_HEAD,
        "gzip": b"\x1f\x8b\x08" + bytes(100),
        "rar": b"Rar!\x1a\7\0" + bytes(100),
        "mpg": b"\0\0\1\xba" + bytes(300),
        "fits": b"SIMPLE  =                    T".ljust(2880),
        "photoshop": b"8BPS\0\1" + bytes(6) + struct.pack(">HIIHH", 4, 9, 9, 8, 3) + bytes(99),
        "imagemagick": b"push graphic-context\nimage over 0,0 0,0 'https://x|ls'\n",
    }
    for name, content in words.items():
        yield Hostile(name, content, UNREADABLE)


def _moving() -> Iterator[Hostile]:
    frames = [painting().rotate(turn) for turn in (0, 90, 180, 270)]
    for kind in ("WEBP", "PNG"):
        yield Hostile(
            f"moving {kind}", encoded(frames[0], kind, save_all=True, append_images=frames[1:]), TAKEN
        )
    tiny = [Image.new("RGB", (16, 16), (number % 256, number // 256, 7)) for number in range(2_000)]
    yield Hostile(
        "webp of 2000 frames",
        encoded(tiny[0], "WEBP", save_all=True, append_images=tiny[1:], lossless=True, method=0),
        TAKEN,
    )
    yield Hostile("png of 2000 frames", encoded(tiny[0], "PNG", save_all=True, append_images=tiny[1:]), TAKEN)
    lying = chunk(b"acTL", struct.pack(">II", 2**31 - 1, 0))
    yield Hostile("png that says two thousand million frames", with_chunks(lying))
    yield Hostile(
        "heic of three pictures", encoded(frames[0], "HEIF", save_all=True, append_images=frames[1:3]), TAKEN
    )


def _modes() -> Iterator[Hostile]:
    one = painting()
    yield Hostile("jpeg in cmyk", encoded(one.convert("CMYK"), "JPEG"), TAKEN)
    yield Hostile("jpeg in grey", encoded(one.convert("L"), "JPEG"), TAKEN)
    for mode in ("1", "L", "LA", "P", "PA", "RGBA", "I;16"):
        grey = one.convert("L") if mode in {"I;16", "PA"} else one
        changed = grey.convert("LA").convert("PA") if mode == "PA" else grey.convert(mode)
        if mode == "PA":
            changed = changed.convert("RGBA").convert("P")
        yield Hostile(f"png in {mode}", encoded(changed, "PNG"), TAKEN)
    for colour in (0, 2, 4, 6):
        yield Hostile(f"png of 16 bits, colours {colour}", blank_png(40, 30, 16, colour), TAKEN)
    for depth in (1, 2, 4, 8):
        yield Hostile(f"png of {depth} bits from a palette", blank_png(40, 30, depth, 3), TAKEN)
    yield Hostile("png with a colour to see through", with_chunks(chunk(b"tRNS", bytes(6))), TAKEN)
    yield Hostile("webp to see through", encoded(one.convert("RGBA"), "WEBP", lossless=True, method=0), TAKEN)
    yield Hostile("heic to see through", encoded(one.convert("RGBA"), "HEIF"), TAKEN)
    yield Hostile("heic of ten bits", encoded(one.convert("L").convert("I;16"), "HEIF"), TAKEN)


def _sizes() -> Iterator[Hostile]:
    for width, height in ((1, 1), (1, 20), (20, 1), (2, 3), (1080, 15000)):
        yield Hostile(f"png of {width} x {height}", blank_png(width, height), TAKEN)
    for width, height in ((1, 21), (21, 1), (1, 100_000), (100_000, 1), (60, 65_000), (5001, 5001)):
        yield Hostile(f"png of {width} x {height}", blank_png(width, height), TOO_LARGE)
    for width, height in ((0, 0), (0, 9), (9, 0), (-1, -1), (-9, 9)):
        yield Hostile(
            f"png that says {width} x {height}",
            png(header(width, height), chunk(b"IDAT", zlib.compress(b""))),
        )
    for width, height in ((0, 0), (0, 9), (9, 0), (1, 65_000), (65_000, 1)):
        yield Hostile(f"jpeg that says {width} x {height}", resized_jpeg(width, height))
    yield Hostile("heic that says 0 x 0", _resized_heic(0, 0))
