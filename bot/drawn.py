"""What the process that draws is asked: a picture as a value, and the photos in it."""

import struct
from collections.abc import Sequence

from services.core.pictures import Picture, read_picture, to_json

LENGTH = struct.Struct(">I")


def write_request(picture: Picture, photos: Sequence[bytes] = ()) -> bytes:
    """Write down what is to be drawn, with the photos that its sides name."""
    parts = (to_json(picture).encode(), *photos)
    return b"".join(LENGTH.pack(len(part)) + part for part in parts)


def read_request(asked: bytes) -> tuple[Picture, tuple[bytes, ...]]:
    """Read what ``write_request`` wrote; ValueError for anything else."""
    parts: list[bytes] = []
    at = 0
    while at < len(asked):
        if at + LENGTH.size > len(asked):
            raise ValueError(len(asked))
        (length,) = LENGTH.unpack_from(asked, at)
        at += LENGTH.size
        parts.append(asked[at : at + length])
        at += length
    if not parts or at != len(asked):
        raise ValueError(len(asked))
    return read_picture(parts[0].decode()), tuple(parts[1:])
