"""Pictures that are shown: drawn next door, out of the store, or drawn of what is in the store."""

import io
from collections.abc import AsyncIterator

import pytest
from PIL import Image

from bot.drawn import read_request, write_request
from bot.gallery import Gallery
from bot.nursery import Nursery
from bot.painting import Painter
from services.core.pictures import ComparisonPicture, Side, StoredPicture
from services.ports import FileLost, PictureUndrawn
from tests.services.drawn import a_year, opened
from tests.services.test_comparisons import BLUE, RED, a_photo

SIDES = Side("red.jpg", "本份报送", ("市司法局",)), Side("blue.jpg", "其他单位", ("市公安局",))
COMPARISON = ComparisonPicture("同一张图片", *SIDES)


class Shelf:
    """What the store has."""

    def __init__(self) -> None:
        self.kept = {"red.jpg": a_photo(300, 400, RED), "blue.jpg": a_photo(300, 400, BLUE)}

    async def read(self, name: str) -> bytes:
        if name not in self.kept:
            raise FileLost(name=name)
        return self.kept[name]


@pytest.fixture
async def gallery(tmp_path) -> AsyncIterator[Gallery]:
    nursery = Nursery()
    painter = Painter(nursery, tmp_path)
    yield Gallery(painter, Shelf())  # type: ignore[arg-type]
    await nursery.close(grace=5)
    await painter.close()


async def test_all_kinds_are_shown_and_what_is_lost_is_no_picture(gallery: Gallery) -> None:
    assert opened(await gallery.draw(a_year())).format == "PNG"
    assert await gallery.draw(StoredPicture("red.jpg")) == a_photo(300, 400, RED)
    sheet = Image.open(io.BytesIO(await gallery.draw(COMPARISON)))
    assert sheet.format == "JPEG"
    red, _, blue = sheet.convert("RGB").getpixel((250, 300))  # type: ignore[misc]
    assert red > 150 > blue
    assert len(gallery._painter._drawn) == 1  # nothing that people sent is left there
    gone = ComparisonPicture("同一张图片", SIDES[0], Side("gone.jpg", "", ()))
    for lost in (gone, StoredPicture("gone.jpg")):
        with pytest.raises(PictureUndrawn):
            await gallery.draw(lost)


@pytest.mark.parametrize("photos", [(), (b"",), (b"one", b"another\x00\n" * 999)])
def test_a_request_is_read_as_it_was_written(photos):
    assert read_request(write_request(COMPARISON, photos)) == (COMPARISON, photos)


@pytest.mark.parametrize(
    "asked", [b"", b"\0\0", b"\0\0\0\5{}", write_request(COMPARISON)[:-1], b"\0\0\0\2[]"]
)
def test_what_is_no_request_is_a_value_error(asked):
    with pytest.raises(ValueError):  # noqa: PT011 - of several kinds
        read_request(asked)
