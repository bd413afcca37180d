"""What hostile pictures are made of: honest ones of each kind, and pieces to put into them."""

import functools
import io
import struct
import zipfile
import zlib
from collections.abc import Iterator

import pillow_heif
from PIL import Image, ImageDraw

from tests.prove.pictures.values import CANARY

pillow_heif.register_heif_opener()

WORD = CANARY.decode()


@functools.cache
def painting(width: int = 320, height: int = 240) -> Image.Image:
    """Paint something with edges, colours and a corner of its own, so that turning it shows."""
    picture = Image.merge(
        "RGB",
        (
            Image.linear_gradient("L").resize((width, height)),
            Image.radial_gradient("L").resize((width, height)),
            Image.linear_gradient("L").rotate(90).resize((width, height)),
        ),
    )
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, width // 4, height // 4), fill="red")
    for number in range(6):
        draw.text((width // 3, 10 + number * height // 8), f"DUBAN {number}", fill="black")
    return picture


def encoded(picture: Image.Image, kind: str, **how: object) -> bytes:
    """Encode a picture as Pillow does."""
    file = io.BytesIO()
    picture.save(file, kind, **how)
    return file.getvalue()


@functools.cache
def bases() -> dict[str, bytes]:
    """Give an honest file of each kind."""
    return {
        "jpeg": encoded(painting(), "JPEG", quality=80),
        "progressive": encoded(painting(), "JPEG", quality=80, progressive=True),
        "png": encoded(painting(), "PNG"),
        "webp": encoded(painting(), "WEBP", quality=70, method=0),
        "heic": encoded(painting(), "HEIF", quality=60),
    }


PNG_HEAD = b"\x89PNG\r\n\x1a\n"


def chunk(name: bytes, content: bytes, *, crc: int | None = None) -> bytes:
    """Write a chunk of a PNG."""
    checked = zlib.crc32(name + content) if crc is None else crc
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", checked)


def header(width: int, height: int, depth: int = 8, colour: int = 2, interlace: int = 0) -> bytes:
    """Write a PNG's first chunk."""
    sizes = struct.pack(">II", width & 0xFFFFFFFF, height & 0xFFFFFFFF)
    return chunk(b"IHDR", sizes + bytes((depth, colour, 0, 0, interlace)))


def png(*chunks: bytes) -> bytes:
    """Put a PNG together, with its end."""
    return PNG_HEAD + b"".join(chunks) + chunk(b"IEND", b"")


def blank_png(width: int, height: int, depth: int = 8, colour: int = 2) -> bytes:
    """Write a PNG that is all zeros, without ever holding it unpacked."""
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
    line = bytes(1 + (width * channels * depth + 7) // 8)
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(line) for _ in range(height)) + packer.flush()
    palette = chunk(b"PLTE", bytes(6)) if colour == 3 else b""
    return png(header(width, height, depth, colour), palette, chunk(b"IDAT", packed))


def with_chunks(*chunks: bytes) -> bytes:
    """Put chunks into an honest PNG, after its header."""
    honest = bases()["png"]
    return honest[:33] + b"".join(chunks) + honest[33:]


def segment(marker: int, content: bytes) -> bytes:
    """Write a segment of a JPEG."""
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def with_segments(*segments: bytes, base: str = "jpeg") -> bytes:
    """Put segments into an honest JPEG, after its first two bytes."""
    honest = bases()[base]
    return honest[:2] + b"".join(segments) + honest[2:]


def segments_of(jpeg: bytes) -> Iterator[tuple[int, int, int]]:
    """List a JPEG's segments up to the first scan: marker, where it begins and where it ends."""
    at = 2
    while jpeg[at] == 0xFF and jpeg[at + 1] != 0xDA:
        end = at + 2 + struct.unpack_from(">H", jpeg, at + 2)[0]
        yield jpeg[at + 1], at, end
        at = end


def resized_jpeg(width: int, height: int, base: str = "jpeg") -> bytes:
    """Have an honest JPEG say that it is of another size."""
    jpeg = bytearray(bases()[base])
    for marker, at, _ in segments_of(bytes(jpeg)):
        if marker in {0xC0, 0xC2}:
            struct.pack_into(">HH", jpeg, at + 5, height, width)
    return bytes(jpeg)


def remarked_jpeg(marker: int) -> bytes:
    """Have an honest JPEG say that it is encoded in another way."""
    jpeg = bytearray(bases()["jpeg"])
    for found, at, _ in segments_of(bytes(jpeg)):
        if found == 0xC0:
            jpeg[at + 1] = marker
    return bytes(jpeg)


def many_scans(count: int, side: int) -> bytes:
    """Repeat the last scan of a progressive JPEG: each time every dot is gone through once more."""
    jpeg = encoded(Image.new("RGB", (side, side), "white"), "JPEG", progressive=True)
    last = jpeg.rindex(b"\xff\xda")
    return jpeg[:-2] + jpeg[last:-2] * count + jpeg[-2:]


def exif(*entries: tuple[int, int, int, bytes], further: bytes = b"", next_at: int = 0) -> bytes:
    """Write an EXIF segment's content by hand: tag, type, count and four bytes of value or offset."""
    packed = b"".join(
        struct.pack("<HHI", tag, kind, count) + value[:4].ljust(4, b"\0")
        for tag, kind, count, value in entries
    )
    return (
        b"Exif\0\0II*\0\x08\0\0\0"
        + struct.pack("<H", len(entries))
        + packed
        + struct.pack("<I", next_at)
        + further
    )


def turned(orientation: int) -> bytes:
    """Give an EXIF segment that says how the camera was held."""
    return exif((0x0112, 3, 1, struct.pack("<I", orientation & 0xFFFF)))


def telling_exif() -> bytes:
    """Give EXIF as cameras write it, with who, where and when."""
    notes = Image.Exif()
    notes[0x010E] = notes[0x013B] = notes[0x010F] = WORD
    details = notes.get_ifd(0x8769)
    details[0x9003], details[0x9286], details[0xA420] = "2024:02:29 10:11:12", CANARY, WORD
    place = notes.get_ifd(0x8825)
    place[1], place[2], place[3], place[4] = "N", (24.0, 46.0, 1.5), "E", (115.0, 1.0, 30.25)
    place[0x1D], place[0x1B] = WORD[:10], CANARY
    return notes.tobytes()


XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" dc:creator="'
    + CANARY
    + b'"/></rdf:RDF></x:xmpmeta>'
)


def archive() -> bytes:
    """Pack an archive that shows its name to whoever looks."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("index.html", WORD)
    return file.getvalue()
