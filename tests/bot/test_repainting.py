"""Strangers' pictures are painted anew by processes of their own, which may die, hang or be left behind."""

import asyncio
import datetime as dtm
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot import repainting
from bot.painted import read_answer, write_answer
from bot.repainting import Repainter
from services.images import make_safe
from services.ports import PicturesUnavailable, PictureTooLarge, PictureUnreadable, SafePicture
from settings import ROOT
from tests.prove.pictures import campaign
from tests.prove.pictures.files import bases, blank_png, many_scans
from tests.prove.pictures.hostile import hostile
from tests.prove.pictures.values import CANARY, TAKEN, Hostile
from tests.prove.pictures.watched import wrong_with

HONEST = bases()["jpeg"]
SEED = 20241122


@pytest.fixture
async def repainter() -> AsyncIterator[Repainter]:
    one = Repainter()
    yield one
    await one.close()


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def children_of(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


async def until(condition) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.01)


async def test_a_picture_comes_back_as_it_would_without_the_process(repainter: Repainter) -> None:
    for kind, content in bases().items():
        assert await repainter.make_safe(content) == make_safe(content), kind
    assert len(repainter.pids) == 1


async def test_what_is_refused_is_refused_for_the_same_reason(repainter: Repainter) -> None:
    with pytest.raises(PictureUnreadable):
        await repainter.make_safe(b"no picture")
    with pytest.raises(PictureTooLarge) as caught:
        await repainter.make_safe(blank_png(9000, 9000, 1, 0))
    assert caught.value.params == {"megapixels": 25}


async def test_an_eighth_of_all_hostile_pictures_does_no_harm(tmp_path: Path) -> None:
    """All of them: ./run prove pictures."""
    outcome = await campaign.run(tmp_path, list(hostile(SEED))[SEED % 8 :: 8])
    assert outcome.wrong == []
    assert outcome.files > 40
    assert len(outcome.became) == 3


async def test_the_proof_sees_what_is_not_as_expected(tmp_path: Path) -> None:
    outcome = await campaign.run(
        tmp_path, [Hostile("honest", HONEST, "too large"), Hostile("other", b"", TAKEN)]
    )
    assert outcome.wrong == ["honest: taken, not too large", "other: unreadable, not taken"]


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        (HONEST, "the same bytes"),
        (HONEST + CANARY, "a canary"),
        (HONEST[:-2], "no end"),
        (HONEST + b"PK", "2 bytes more"),
        (HONEST[:2] + b"\xff\xfe\0\4ab" + HONEST[2:], "a segment fe of 4"),
        (b"GIF89a", "no JPEG"),
    ],
)
def test_the_proof_sees_what_must_not_be_kept(kept: bytes, said: str) -> None:
    assert said in list(wrong_with(kept, HONEST))


LIMITED = """
import io, os, resource, sys
from PIL import Image
from bot import repainting_child as child

def carelessly(sent):
    Image.MAX_IMAGE_PIXELS = None
    return bytes(Image.open(io.BytesIO(sent)).convert("RGB").size[:1])

resource.setrlimit(resource.RLIMIT_AS, (child.MEMORY, child.MEMORY))
said = child.apart(carelessly, sys.stdin.buffer.read(), os.fdopen(os.dup(1), "wb"))
sys.stdout.write(said.decode())
"""


def test_one_that_unpacks_before_it_looks_dies_of_its_limit() -> None:
    """What the look at the header is for, and what the limit is for where that is not enough."""
    bomb = blank_png(20_000, 20_000, 1, 0)
    assert len(bomb) < 60_000
    said = subprocess.run(
        [sys.executable, "-c", LIMITED], cwd=ROOT, input=bomb, capture_output=True, check=True
    )
    assert said.stdout == b"l"


async def test_one_that_takes_too_long_keeps_nobody_waiting(
    repainter: Repainter, monkeypatch: pytest.MonkeyPatch
) -> None:
    await asyncio.gather(repainter.make_safe(HONEST), repainter.make_safe(HONEST))
    monkeypatch.setattr(repainting, "SECONDS", 2)
    slow = asyncio.ensure_future(repainter.make_safe(many_scans(20_000, 4900)))
    served = 0
    while not slow.done():
        await repainter.make_safe(HONEST)
        served += 1
    with pytest.raises(PictureTooLarge):
        await slow
    assert served > 2
    assert len({await repainter.make_safe(HONEST) for _ in range(3)}) == 1


async def test_nothing_goes_on_painting_for_who_waits_no_more(repainter: Repainter) -> None:
    await repainter.make_safe(HONEST)
    (pid,) = repainter.pids
    slow = asyncio.ensure_future(repainter.make_safe(many_scans(20_000, 4900)))
    await until(lambda: children_of(pid))
    (painter,) = children_of(pid)
    slow.cancel()
    async with asyncio.timeout(5):  # by itself it would go on for eight seconds
        await until(lambda: not is_alive(painter) and not is_alive(pid))
    assert await repainter.make_safe(HONEST) == make_safe(HONEST)


async def test_a_process_that_died_is_replaced(repainter: Repainter) -> None:
    await repainter.make_safe(HONEST)
    (pid,) = repainter.pids
    os.kill(pid, signal.SIGKILL)
    assert await repainter.make_safe(HONEST) == make_safe(HONEST)
    assert repainter.pids != (pid,)


async def test_two_pictures_at_once_are_painted_side_by_side(repainter: Repainter) -> None:
    await asyncio.gather(*(repainter.make_safe(HONEST) for _ in range(6)))
    assert len(repainter.pids) == 2


async def test_where_no_process_can_be_started_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Repainter, "module", "bot.no_such_room")
    with pytest.raises(PicturesUnavailable):
        await Repainter().make_safe(HONEST)


@pytest.mark.parametrize("answer", [b"", b"?", b"+", b"+" + bytes(16), b"+" + bytes(12) + b"\xff" * 9])
def test_an_answer_that_makes_no_sense_is_none(answer: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whichever way it says so
        read_answer(answer)


@pytest.mark.parametrize("taken_on", [None, dtm.date(2024, 2, 29)])
def test_an_answer_is_read_as_it_was_written(taken_on: dtm.date | None) -> None:
    safe = SafePicture(b"content", "image/jpeg", 1080, 8900, 2**64 - 1, taken_on)
    assert read_answer(write_answer(safe)) == safe


PARENT = """
import asyncio, sys
from bot.repainting import Repainter

async def main():
    repainter = Repainter()
    await repainter.make_safe(sys.stdin.buffer.read())
    print(*repainter.pids, flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


async def test_nothing_is_left_behind_by_a_bot_that_was_killed() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdin is not None
        assert parent.stdout is not None
        parent.stdin.write(HONEST)
        parent.stdin.close()
        pid = int(await asyncio.to_thread(parent.stdout.readline))
        assert is_alive(pid)
        parent.kill()
        await until(lambda: not is_alive(pid))
