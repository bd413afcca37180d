"""The process that draws: pictures come in on one pipe and go out as PNG on the other, one after another.

It alone imports matplotlib, so that the bot's own process neither waits for it nor holds its memory. It ends
with the pipe it reads: also when the bot was killed.
"""

import os
import resource
import struct
import sys
from pathlib import Path
from typing import BinaryIO

MEMORY = 1 << 30
"""So many bytes of address space at most, several times what the largest picture takes."""

NICENESS = 5
"""Whoever waits for a picture waits for a message too, and messages go first."""

LENGTH = struct.Struct(">I")
READY = b""
"""The first thing that is said: all is imported, and the machine's fonts are listed."""


def main(font: str) -> None:
    """Draw whatever comes until nothing does; ``font`` is a file, or "" for Duban's own."""
    _be_modest()
    # Whatever a library prints must not get into the answers.
    answers, sys.stdout = os.fdopen(os.dup(1), "wb"), sys.stderr
    os.dup2(2, 1)
    from services.charts import Artist  # noqa: PLC0415 - after the limits that it has to keep to
    from services.core.pictures import read_picture  # noqa: PLC0415

    try:
        artist = Artist(Path(font) if font else None)
    except (OSError, RuntimeError) as problem:
        print(f"{font} cannot be used, pictures are written in Duban's own font: {problem}", file=sys.stderr)  # noqa: T201
        artist = Artist()
    try:
        send(answers, READY)
        while (asked := receive(sys.stdin.buffer)) is not None:
            try:
                answer = b"+" + artist.draw(read_picture(asked.decode()))
            except MemoryError:
                raise SystemExit(1) from None  # what is remembered may be what fills it: another begins anew
            except Exception as error:  # noqa: BLE001 - whatever is wrong with it, the next picture may be right
                answer = f"-{type(error).__name__}: {error}".encode("utf-8", "replace")
            send(answers, answer)
    except BrokenPipeError:
        return


def send(pipe: BinaryIO, body: bytes) -> None:
    """Write a message, its length before it."""
    pipe.write(LENGTH.pack(len(body)) + body)
    pipe.flush()


def receive(pipe: BinaryIO) -> bytes | None:
    """Read a message, None when there will be none."""
    head = pipe.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    body = pipe.read(length)
    return body if len(body) == length else None


def _be_modest() -> None:
    os.nice(NICENESS)
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = MEMORY if hard == resource.RLIM_INFINITY else min(MEMORY, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


if __name__ == "__main__":
    main(*sys.argv[1:])
