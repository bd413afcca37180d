"""A stranger's picture becomes a safe one: its dots, painted on new paper.

Nothing else of the file outlives this: no EXIF with the place it was taken at, no XMP, comment, colour
profile or thumbnail, and nothing that was appended. It runs in a process that may die (``bot.repainting``):
decoders are compiled code, and what they are given here was made by somebody else.
"""

import datetime as dtm
import io
import re
import warnings

import pillow_heif
from PIL import ExifTags, Image
from PIL.Image import Resampling, Transpose

from services.core.likeness import COLUMNS, ROWS, fingerprint
from services.ports import MOST_MEGAPIXELS, PictureTooLarge, PictureUnreadable, SafePicture

KINDS = ("JPEG", "PNG", "WEBP", "HEIF")
"""Pillow would open seventy others."""

MOST_PIXELS = MOST_MEGAPIXELS * 1_000_000
LONGEST_TO_SHORTEST = 20
"""Telegram shows no photo that is further from a square."""

LONGEST_SIDE = 2560
STRIP_WIDTH = 1080
LONGEST_STRIP = 8900
"""A long screenshot stays readable: as wide as a telephone's screen, and still a photo to Telegram, which
takes 10,000 for both sides together."""

QUALITY = 85
"""At which small print and the red of a seal come through; for the latter each dot keeps its colour."""

_UPRIGHT = {
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_270,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}
"""What sets a picture upright, by the number that EXIF has for how the camera was held."""

_TAKEN = (ExifTags.Base.DateTimeOriginal, ExifTags.Base.DateTimeDigitized)
_MOMENT = re.compile(r"((?:19|20)[0-9]{2}):([0-9]{2}):([0-9]{2}) ")

pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)
Image.MAX_IMAGE_PIXELS = MOST_PIXELS


def make_safe(content: bytes) -> SafePicture:
    """Paint a picture anew; of several frames the first.

    Raises:
        PictureUnreadable, PictureTooLarge: it is not taken.
    """
    try:
        with warnings.catch_warnings():
            # Much is odd about honest files; of size alone a warning is the end.
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _make_safe(content)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError, MemoryError):
        raise too_large() from None
    except (PictureTooLarge, PictureUnreadable):
        raise
    except Exception as error:  # every decoder has its own ways to say that a file is damaged
        raise PictureUnreadable from error


def too_large() -> PictureTooLarge:
    """Give the error that names the bound."""
    return PictureTooLarge(megapixels=MOST_MEGAPIXELS)


def _make_safe(content: bytes) -> SafePicture:
    with Image.open(io.BytesIO(content), formats=KINDS) as sent:
        _require_size(sent)
        if sent.format in {"JPEG", "MPO"}:
            # Decodes no finer than is needed; the others have no such way, or would show a thumbnail instead.
            sent.draft(None, _fitted(sent.width, sent.height))
        sent.load()
        _require_size(sent)  # some kinds say only now how large they are
        taken_on, turn = _notes(sent)
        dots = _opaque(sent)
    dots = dots.resize(_fitted(dots.width, dots.height), Resampling.LANCZOS, reducing_gap=3.0)
    if turn is not None:
        dots = dots.transpose(turn)
    fresh = Image.frombytes("RGB", dots.size, dots.tobytes())
    small = fresh.convert("L").resize((COLUMNS, ROWS), Resampling.LANCZOS)
    return SafePicture(
        content=_written(fresh, content),
        media_type="image/jpeg",
        width=fresh.width,
        height=fresh.height,
        fingerprint=fingerprint(small.tobytes()),
        taken_on=taken_on,
    )


def _require_size(picture: Image.Image) -> None:
    shorter, longer = sorted(picture.size)
    if shorter < 1:
        raise PictureUnreadable
    if shorter * longer > MOST_PIXELS or longer > LONGEST_TO_SHORTEST * shorter:
        raise too_large()


def _fitted(width: int, height: int) -> tuple[int, int]:
    """Return the size to keep, of the same shape and never larger."""
    shorter, longer = sorted((width, height))
    scale = min(1.0, max(LONGEST_SIDE / longer, min(STRIP_WIDTH / shorter, LONGEST_STRIP / longer)))
    return max(1, int(width * scale)), max(1, int(height * scale))


def _opaque(picture: Image.Image) -> Image.Image:
    """Return the dots as red, green and blue; what one could see through lies on white paper."""
    if picture.mode == "I" or picture.mode.startswith("I;16"):
        # Sixteen bits of grey, of which converting alone would keep the darkest and make the others white.
        return picture.point(lambda grey: grey / 256).convert("L").convert("RGB")
    if picture.mode in {"RGBA", "LA", "PA", "RGBa", "La"} or "transparency" in picture.info:
        seen = picture if picture.mode == "RGBA" else picture.convert("RGBA")
        paper = Image.new("RGB", seen.size, "white")
        paper.paste(seen, mask=seen.getchannel("A"))
        return paper
    return picture.convert("RGB")


def _written(fresh: Image.Image, sent: bytes) -> bytes:
    """Encode the dots; a file of ours that comes back is not written as the same bytes either."""
    for quality in (QUALITY, QUALITY - 1):
        file = io.BytesIO()
        fresh.save(file, "JPEG", quality=quality, subsampling="4:4:4")
        if (written := file.getvalue()) != sent:
            break
    return written


def _notes(picture: Image.Image) -> tuple[dtm.date | None, Transpose | None]:
    """Return the day a picture was taken on, and what sets it upright; notes that are broken say neither."""
    turn = None
    try:
        exif = picture.getexif()
        turn = _UPRIGHT.get(exif.get(ExifTags.Base.Orientation, 1))
        details = exif.get_ifd(ExifTags.IFD.Exif)
        days = [_day(str(details.get(tag, ""))) for tag in _TAKEN]
    except Exception:  # noqa: BLE001 - the dots are none the worse for it, and read already
        return None, turn
    return next((day for day in days if day is not None), None), turn


def _day(moment: str) -> dtm.date | None:
    match = _MOMENT.match(moment)
    try:
        return dtm.date(*map(int, match.groups())) if match else None
    except ValueError:
        return None
