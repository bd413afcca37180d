"""Pictures are drawn by a process of its own, which may die, hang or be left behind."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot import painting
from bot.nursery import Nursery
from bot.painting import Painter
from services.core.pictures import Picture, RankingPicture
from services.ports import PictureUndrawn
from settings import ROOT
from tests.services.drawn import a_year, opened, ranking_of


class Watched(Painter):
    """One that tells how often it was asked."""

    asked = 0

    async def _ask(self, asked: bytes) -> bytes:
        self.asked += 1
        return await super()._ask(asked)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keep matplotlib's list of fonts from one process to the next."""
    return tmp_path_factory.mktemp("drawing")


@pytest.fixture
async def painter(folder: Path) -> AsyncIterator[Watched]:
    nursery = Nursery()
    one = Watched(nursery, folder)
    yield one
    await nursery.close(grace=5)
    await one.close()


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def drawing_process(painter: Painter) -> int:
    assert painter.pid is not None
    return painter.pid


def titled(title: str) -> RankingPicture:
    return RankingPicture(title, "", "", "", ())


async def until_dead(pid: int) -> None:
    async with asyncio.timeout(20):
        while is_alive(pid):
            await asyncio.sleep(0.01)


async def test_one_process_draws_all_and_each_picture_once(painter: Watched) -> None:
    pictures: tuple[Picture, ...] = (ranking_of(3), a_year(), ranking_of(3))
    drawn = await asyncio.gather(*(painter.draw(picture) for picture in pictures))
    pid = drawing_process(painter)
    assert [opened(png).width for png in drawn] == [1080] * 3
    assert drawn[0] == drawn[2] == await painter.draw(ranking_of(3))
    assert (painter.asked, painter.pid) == (2, pid)


async def test_one_that_cannot_be_drawn_keeps_nothing_from_the_next(painter: Watched) -> None:
    with pytest.raises(PictureUndrawn) as caught:
        await painter.draw(ranking_of(300))
    assert "TooTall" in str(caught.value.params["reason"])
    pid = drawing_process(painter)
    assert await painter.draw(titled("督办"))
    assert painter.pid == pid


async def test_a_process_that_died_is_replaced(painter: Watched) -> None:
    await painter.draw(titled("一"))
    pid = drawing_process(painter)
    os.kill(pid, signal.SIGKILL)
    assert await painter.draw(titled("二"))
    assert painter.pid != pid


async def test_one_killed_while_it_draws_is_replaced_and_the_picture_drawn(painter: Watched) -> None:
    await painter.draw(titled("一"))
    pid = drawing_process(painter)
    os.kill(pid, signal.SIGSTOP)
    drawing = asyncio.ensure_future(painter.draw(titled("二")))
    while painter.asked < 2:
        await asyncio.sleep(0)
    os.kill(pid, signal.SIGKILL)
    assert await drawing
    assert painter.pid != pid


async def test_one_that_takes_too_long_is_killed_and_the_next_picture_drawn(
    painter: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    await painter.draw(titled("一"))
    pid = drawing_process(painter)
    os.kill(pid, signal.SIGSTOP)
    with monkeypatch.context() as hurried:
        hurried.setattr(painting, "DRAWING_SECONDS", 0.05)
        with pytest.raises(PictureUndrawn):
            await painter.draw(titled("二"))
    assert not is_alive(pid)
    assert await painter.draw(titled("二"))


async def test_one_that_does_not_start_in_time_is_killed(
    painter: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as hurried:
        hurried.setattr(painting, "STARTING_SECONDS", 0.01)
        with pytest.raises(PictureUndrawn):
            await painter.draw(titled("一"))
    assert painter.pid is None
    assert await painter.draw(titled("一"))


async def test_one_that_ends_at_once_is_no_endless_task(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Watched, "module", "bot.no_such_module")
    painter = Watched(Nursery(), folder)
    with pytest.raises(PictureUndrawn):
        await painter.draw(titled("一"))
    assert painter.asked == 1


async def test_no_folder_for_fonts_stops_no_picture(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    nursery = Nursery()
    one = Painter(nursery, tmp_path / "file" / "drawing")
    assert await one.draw(titled("一"))
    await one.close()


async def test_who_gives_up_waiting_takes_the_picture_from_nobody(painter: Watched) -> None:
    await painter.draw(titled("一"))
    impatient = asyncio.ensure_future(painter.draw(titled("二")))
    patient = asyncio.ensure_future(painter.draw(titled("二")))
    while painter.asked < 2:
        await asyncio.sleep(0)
    impatient.cancel()
    assert await patient
    assert painter.asked == 2


async def test_only_so_many_pictures_are_remembered(
    painter: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(painting, "REMEMBERED", 2)
    for title in ("一", "二", "一", "三", "一", "二"):
        await painter.draw(titled(title))
    assert painter.asked == 4  # 一 was asked for again before 三 came, 二 was not
    monkeypatch.setattr(painting, "REMEMBERED_BYTES", 10)
    await painter.draw(titled("四"))
    await painter.draw(titled("四"))
    assert painter.asked == 6


async def test_a_font_that_cannot_be_read_is_stood_in_for(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "broken.ttf").write_bytes(b"no font")
    nursery = Nursery()
    one = Painter(nursery, folder, tmp_path / "broken.ttf")
    assert await one.draw(titled("督办"))
    await one.close()


async def test_closing_ends_the_process(folder: Path) -> None:
    one = Watched(Nursery(), folder)
    await one.draw(titled("一"))
    pid = drawing_process(one)
    await one.close()
    assert not is_alive(pid)


PARENT = """
import asyncio, pathlib, sys
from bot.nursery import Nursery
from bot.painting import Painter
from services.core.pictures import RankingPicture

async def main():
    painter = Painter(Nursery(), pathlib.Path(sys.argv[1]))
    await painter.draw(RankingPicture("", "", "", "", ()))
    print(painter.pid, flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


async def test_nothing_is_left_behind_by_a_bot_that_was_killed(folder: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        pid = int(await asyncio.to_thread(parent.stdout.readline))
        assert is_alive(pid)
        parent.kill()
        await until_dead(pid)
