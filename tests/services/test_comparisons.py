"""Two photos of the store as they are drawn beside each other."""

import io

import numpy as np
import pytest
from PIL import Image

from services.charts import Artist
from services.charts.comparison import EDGE, HALF, HEAD
from services.core.pictures import ComparisonPicture, Side, Tone

ARTIST = Artist()
RED, BLUE = (200, 30, 30), (30, 30, 200)


def a_photo(width: int, height: int, colour: tuple[int, int, int], kind: str = "JPEG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, kind)
    return out.getvalue()


def a_comparison(words: str = "市司法局", title: str = "同一张图片") -> ComparisonPicture:
    lines = (words, "2024年3月 · 动态通知类", "2024年3月20日收到")
    first, second = Side("a.jpg", "本份报送", lines), Side("b.jpg", "其他单位", lines)
    return ComparisonPicture(title, first, second, Tone.ALARM)


def drawn(first: bytes, second: bytes, picture: ComparisonPicture | None = None) -> Image.Image:
    return Image.open(io.BytesIO(ARTIST.draw(picture or a_comparison(), (first, second))))


def boxes(image: Image.Image) -> list[tuple[int, int, int, int]]:
    """Tell where the red photo is and where the blue one: left, top, right, bottom."""
    dots = np.asarray(image.convert("RGB"), np.int16)
    dots[:HEAD] = 255  # the title is red, too
    found = []
    for colour in (RED, BLUE):
        rows, columns = np.nonzero(np.abs(dots - np.array(colour)).max(axis=2) < 20)
        found.append((int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1))
    return found


@pytest.mark.parametrize(
    ("first", "second"),
    [((1080, 2340), (1080, 2340)), ((90, 60), (60, 90)), ((2560, 1440), (1440, 2560)), ((1080, 8900),) * 2],
)
def test_the_reports_own_stands_left_of_the_other(first: tuple[int, int], second: tuple[int, int]) -> None:
    image = drawn(a_photo(*first, RED), a_photo(*second, BLUE))
    assert image.format == "JPEG"
    left, right = boxes(image)
    assert left[2] <= EDGE + HALF < right[0]
    assert max(left[2] - left[0], right[2] - right[0]) <= HALF + 2
    assert image.width + image.height < 10_000


def test_broad_photos_stand_one_above_the_other_and_larger():
    upper, lower = boxes(drawn(a_photo(2560, 1920, RED), a_photo(1600, 1200, BLUE)))
    assert upper[3] < lower[1]
    assert min(upper[2] - upper[0], lower[2] - lower[0]) > 1.4 * HALF


def test_a_photo_keeps_its_shape():
    left, _ = boxes(drawn(a_photo(1500, 2000, RED), a_photo(1500, 2000, BLUE)))
    assert abs((left[2] - left[0]) / (left[3] - left[1]) - 0.75) < 0.02


def test_the_same_value_and_photos_give_the_same_bytes():
    photos = a_photo(300, 400, RED), a_photo(300, 400, BLUE)
    assert ARTIST.draw(a_comparison(), photos) == Artist().draw(a_comparison(), photos)
    assert ARTIST.draw(a_comparison("市公安局"), photos) != ARTIST.draw(a_comparison(), photos)


@pytest.mark.parametrize("words", ["$\\foo$", "<b>", "\u202e局", "😀", "", "县" * 300, "\ud800"])
def test_no_name_stops_it(words):
    assert drawn(a_photo(3, 4, RED), a_photo(3, 4, BLUE), a_comparison(words, words)).width == 1080


@pytest.mark.parametrize("photos", [(), (a_photo(3, 4, RED),), (a_photo(3, 4, RED),) * 3])
def test_there_are_two_photos(photos):
    with pytest.raises(ValueError, match=r"\d"):
        ARTIST.draw(a_comparison(), photos)


@pytest.mark.parametrize("odd", [b"", b"\xff\xd8no", a_photo(3, 4, RED, "PNG"), a_photo(5000, 4000, RED)])
def test_what_is_none_of_the_stores_photos_is_not_opened(odd):
    with pytest.raises((OSError, ValueError)):
        ARTIST.draw(a_comparison(), (a_photo(3, 4, RED), odd))
