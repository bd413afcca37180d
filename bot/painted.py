"""What the process that paints pictures anew answers, written there and read here."""

import datetime as dtm
import struct

from services.ports import MOST_MEGAPIXELS, PictureTooLarge, PictureUnreadable, SafePicture

MOST_BYTES = 10_000_000
"""Of an answer: Telegram shows no larger photo."""

UNREADABLE, TOO_LARGE, TAKEN = b"u", b"l", b"+"
HEAD = struct.Struct(">HHQI")
"""After ``TAKEN``: width, height, fingerprint, the day by ``date.toordinal`` or 0; then the picture."""

LAST_DAY = dtm.date.max.toordinal()


def write_answer(safe: SafePicture) -> bytes:
    """Write down a picture that was painted."""
    taken_on = safe.taken_on.toordinal() if safe.taken_on else 0
    return TAKEN + HEAD.pack(safe.width, safe.height, safe.fingerprint, taken_on) + safe.content


def read_answer(answer: bytes) -> SafePicture:
    """Read an answer; ValueError when it makes no sense.

    Raises:
        PictureUnreadable, PictureTooLarge: that the picture is not taken.
    """
    match answer[:1]:
        case b"+" if len(answer) > 1 + HEAD.size:
            width, height, fingerprint, taken_on = HEAD.unpack_from(answer, 1)
            if taken_on > LAST_DAY:
                raise ValueError(taken_on)
            day = dtm.date.fromordinal(taken_on) if taken_on else None
            return SafePicture(answer[1 + HEAD.size :], "image/jpeg", width, height, fingerprint, day)
        case b"u":
            raise PictureUnreadable
        case b"l":
            raise PictureTooLarge(megapixels=MOST_MEGAPIXELS)
    raise ValueError(answer[:40])
