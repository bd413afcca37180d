"""The process that draws: pictures come in on one pipe and go out drawn on the other, one after another.

What it opens of the file store was painted anew before it was kept (``services.images``).

It alone imports matplotlib, so that the bot's own process neither waits for it nor holds its memory. It ends
with the pipe it reads: also when the bot was killed.
"""

import sys
from pathlib import Path

from bot.answering import answer_all, be_modest
from bot.drawn import read_request

MEMORY = 1 << 30
"""So many bytes of address space at most, several times what the largest picture takes."""


def main(font: str) -> None:
    """Draw whatever comes until nothing does; ``font`` is a file, or "" for Duban's own."""
    answers = be_modest(MEMORY)
    from services.charts import Artist  # noqa: PLC0415 - after the limits that it has to keep to

    try:
        artist = Artist(Path(font) if font else None)
    except (OSError, RuntimeError) as problem:
        print(f"{font} cannot be used, pictures are written in Duban's own font: {problem}", file=sys.stderr)  # noqa: T201
        artist = Artist()

    def answer(asked: bytes) -> bytes:
        try:
            return b"+" + artist.draw(*read_request(asked))
        except MemoryError:
            raise SystemExit(1) from None  # what is remembered may be what fills it: another begins anew
        except Exception as error:  # noqa: BLE001 - whatever is wrong with it, the next picture may be right
            return f"-{type(error).__name__}: {error}".encode("utf-8", "replace")

    answer_all(answer, answers)


if __name__ == "__main__":
    main(*sys.argv[1:])
