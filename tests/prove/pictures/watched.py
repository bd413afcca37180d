"""Runs alone, as the bot would: gives files to the repainter one after another, and honest ones in between.

On stdin JSON: paths of the files. On stdout JSON: what became of each, and what it cost everybody else.
"""

import asyncio
import json
import logging
import re
import struct
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.repainting import Repainter
from services.ports import PicturesUnavailable, PictureTooLarge, PictureUnreadable
from tests.prove.pictures.values import CANARY

BETWEEN = 0.02
SEGMENTS = {0xDB, 0xC0, 0xC4, 0xDA}
"""What a JPEG needs for its dots: tables, frame, scan."""


def main() -> None:
    """Go through the files and say how it went."""
    logging.disable(logging.CRITICAL)
    json.dump(asyncio.run(_watch(json.load(sys.stdin))), sys.stdout)


async def _watch(paths: list[str]) -> dict[str, Any]:
    repainter = Repainter()
    honest = Path(paths.pop(0)).read_bytes()
    expected = await repainter.make_safe(honest)
    before = _memory("VmRSS")
    waits: list[float] = []
    is_over = asyncio.Event()

    async def be_served() -> None:
        while not is_over.is_set():
            asked_at = time.perf_counter()
            assert await repainter.make_safe(honest) == expected
            waits.append(time.perf_counter() - asked_at)
            await asyncio.sleep(BETWEEN)

    other = asyncio.ensure_future(be_served())
    became = [await _become(repainter, Path(path)) for path in paths]
    is_over.set()
    await other
    found = {
        "became": became,
        "grown": _memory("VmHWM") - before,
        "served": len(waits),
        "longest_wait": max(waits),
    }
    await repainter.close()
    return found


async def _become(repainter: Repainter, path: Path) -> dict[str, Any]:
    content = path.read_bytes()
    began_at = time.perf_counter()
    wrong: list[str] = []
    try:
        safe = await repainter.make_safe(content)
    except PictureUnreadable:
        became = "unreadable"
    except PictureTooLarge:
        became = "too large"
    except PicturesUnavailable:
        became = "unavailable"
    else:
        became = "taken"
        wrong = list(wrong_with(safe.content, content))
    return {"became": became, "seconds": time.perf_counter() - began_at, "wrong": wrong}


def wrong_with(kept: bytes, sent: bytes) -> Iterator[str]:
    """Say what must not be in what is kept, without any library's help."""
    if kept == sent:
        yield "the same bytes"
    if CANARY in kept:
        yield "a canary"
    at = 2
    if kept[:2] != b"\xff\xd8":
        yield "no JPEG"
        return
    while kept[at : at + 2] != b"\xff\xd9":
        marker, length = kept[at + 1], struct.unpack_from(">H", kept, at + 2)[0]
        if (
            kept[at] != 0xFF
            or (marker not in SEGMENTS and kept[at + 4 : at + 9] != b"JFIF\0")
            or (marker == 0xE0 and length != 16)
        ):
            yield f"a segment {marker:x} of {length}"
            return
        at += 2 + length
        if marker == 0xDA:
            found = re.compile(rb"\xff[^\0\xd0-\xd7]").search(kept, at)
            at = found.start() if found else len(kept)
            if at >= len(kept):
                yield "no end"
                return
    if at + 2 != len(kept):
        yield f"{len(kept) - at - 2} bytes more"


def _memory(name: str) -> int:
    found = re.search(rf"{name}:\s+(\d+) kB", Path("/proc/self/status").read_text("ascii"))
    return int(found[1]) * 1024 if found else 0


if __name__ == "__main__":
    main()
