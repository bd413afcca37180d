"""The process that paints strangers' pictures anew: for each it forks another one, which may die of it.

Pillow and its decoders are imported here alone, and once; forking takes a millisecond or two and gives each
picture its own memory and time, and nothing of the picture before.
"""

import gc
import os
import resource
import signal
from collections.abc import Callable
from typing import BinaryIO, NoReturn

from bot.answering import answer_all, be_modest
from bot.painted import MOST_BYTES, TOO_LARGE, UNREADABLE, write_answer
from services.ports import PictureTooLarge, PictureUnreadable

MEMORY = 640 << 20
"""So many bytes of address space at most; a WebP of 25 megapixels, the most of all, takes 550 MiB."""

SECONDS = 8
"""For one picture, of a processor and by the clock."""


def main() -> None:
    """Answer pictures with pictures until no more come."""
    answers = be_modest(MEMORY)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # it has no file to write
    from services.images import make_safe  # noqa: PLC0415 - after the limits that it has to keep to

    def paint(sent: bytes) -> bytes:
        try:
            return write_answer(make_safe(sent))
        except PictureUnreadable:
            return UNREADABLE
        except PictureTooLarge:
            return TOO_LARGE

    gc.freeze()
    answer_all(lambda sent: apart(paint, sent, answers), answers)


def apart(paint: Callable[[bytes], bytes], sent: bytes, answers: BinaryIO) -> bytes:
    """Paint one picture in a process of its own; one that dies of it was too large, whatever else it was."""
    reading, writing = os.pipe()
    painter = os.fork()
    if painter == 0:
        os.close(reading)
        os.close(answers.fileno())  # its answer is heard only once it has ended well
        _paint_and_end(paint, sent, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        answer = pipe.read(MOST_BYTES + 1)
    _, ended = os.waitpid(painter, 0)
    return answer if ended == 0 and len(answer) <= MOST_BYTES else TOO_LARGE


def _paint_and_end(paint: Callable[[bytes], bytes], sent: bytes, writing: int) -> NoReturn:
    code = 1
    try:
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, 0)
        os.dup2(nothing, 2)
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        signal.setitimer(signal.ITIMER_REAL, SECONDS)  # nobody handles it: it ends the process
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(paint(sent))
        code = 0
    finally:
        os._exit(code)


if __name__ == "__main__":
    main()
