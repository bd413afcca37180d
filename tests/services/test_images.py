"""What people send as a picture is painted anew; nothing of the file but its dots is left."""

import datetime as dtm
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageEnhance, ImageStat

from services import images
from services.core.likeness import are_alike, distance
from services.images import LONGEST_SIDE, LONGEST_STRIP, make_safe
from services.ports import PictureTooLarge, PictureUnreadable, SafePicture
from tests.prove.pictures.files import (
    bases,
    blank_png,
    chunk,
    encoded,
    header,
    painting,
    png,
    segment,
    telling_exif,
    turned,
    with_segments,
)
from tests.prove.pictures.values import CANARY
from tests.prove.pictures.watched import wrong_with


def seen(safe: SafePicture) -> Image.Image:
    """Open what was painted, as whoever looks at it will."""
    picture = Image.open(io.BytesIO(safe.content))
    assert (picture.format, picture.mode, picture.size) == ("JPEG", "RGB", (safe.width, safe.height))
    return picture


def difference(one: Image.Image, other: Image.Image) -> float:
    """Average difference of a dot, of 255."""
    return max(ImageStat.Stat(ImageChops.difference(one.convert("RGB"), other.convert("RGB"))).mean)


@pytest.mark.parametrize("kind", ["jpeg", "progressive", "png", "webp", "heic"])
def test_each_kind_is_painted_as_it_was(kind: str) -> None:
    safe = make_safe(bases()[kind])
    assert difference(seen(safe), painting()) < 8
    assert list(wrong_with(safe.content, bases()[kind])) == []


def test_a_plain_save_by_pillow_keeps_the_comment_that_ours_loses() -> None:
    """What painting anew has to beat, and that the eye for canaries is open."""
    sent = with_segments(segment(0xFE, CANARY))
    saved = io.BytesIO()
    Image.open(io.BytesIO(sent)).save(saved, "JPEG")
    assert "a canary" in list(wrong_with(saved.getvalue(), sent))
    assert list(wrong_with(make_safe(sent).content, sent)) == []


def test_where_it_was_taken_and_by_whom_goes_and_the_day_stays() -> None:
    sent = encoded(painting(), "JPEG", exif=telling_exif())
    safe = make_safe(sent)
    assert CANARY in sent
    assert not dict(seen(safe).getexif())
    assert seen(safe).info.keys() <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi"}
    assert safe.taken_on == dtm.date(2024, 2, 29)


@pytest.mark.parametrize(
    ("original", "digitized", "expected"),
    [
        ("2024:03:01 23:59:59", None, dtm.date(2024, 3, 1)),
        (None, "2024:03:02 08:00:00", dtm.date(2024, 3, 2)),
        ("2024:03:01 08:00:00", "2024:03:02 08:00:00", dtm.date(2024, 3, 1)),
        ("0000:00:00 00:00:00", "2024:03:02 08:00:00", dtm.date(2024, 3, 2)),
        ("2024:02:30 08:00:00", None, None),
        ("2024-03-01 08:00:00", None, None),
        ("3024:03:01 08:00:00", None, None),
        (None, None, None),
    ],
)  # fmt: skip
def test_the_day_is_the_cameras_or_none(
    original: str | None, digitized: str | None, expected: dtm.date | None
) -> None:
    notes = Image.Exif()
    for tag, said in ((0x9003, original), (0x9004, digitized)):
        if said is not None:
            notes.get_ifd(0x8769)[tag] = said
    assert make_safe(encoded(painting(), "JPEG", exif=notes.tobytes())).taken_on == expected


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_notes_that_are_broken_spoil_no_picture(kind: str) -> None:
    """Pillow raises when what should be EXIF begins with anything else."""
    safe = make_safe(encoded(painting(), kind, exif=b"Exif\0\0junk" + bytes(40)))
    assert (difference(seen(safe), painting()) < 8, safe.taken_on) == (True, None)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_it_is_set_upright_however_the_camera_was_held(kind: str, orientation: int) -> None:
    upright = painting()
    held = {
        1: upright,
        2: upright.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
        3: upright.transpose(Image.Transpose.ROTATE_180),
        4: upright.transpose(Image.Transpose.FLIP_TOP_BOTTOM),
        5: upright.transpose(Image.Transpose.TRANSPOSE),
        6: upright.transpose(Image.Transpose.ROTATE_90),
        7: upright.transpose(Image.Transpose.TRANSVERSE),
        8: upright.transpose(Image.Transpose.ROTATE_270),
    }[orientation]
    safe = make_safe(encoded(held, kind, exif=turned(orientation), quality=90))
    assert difference(seen(safe), upright) < 8


def test_heic_is_turned_once_not_twice() -> None:
    safe = make_safe(encoded(painting(), "HEIF", exif=turned(6)))
    assert difference(seen(safe), painting().transpose(Image.Transpose.ROTATE_270)) < 8


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (painting().convert("CMYK"), painting()),
        (painting().convert("L"), painting().convert("L")),
        (painting().convert("P"), painting().convert("P")),
        (
            painting().convert("L").convert("I").point(lambda grey: grey * 257).convert("I;16"),
            painting().convert("L"),
        ),
        (painting().convert("1"), painting().convert("1")),
    ],
    ids=["cmyk", "grey", "palette", "16 bits", "black and white"],
)
def test_colours_come_through_whatever_they_were_kept_in(sent: Image.Image, expected: Image.Image) -> None:
    kind = "JPEG" if sent.mode == "CMYK" else "PNG"
    assert difference(seen(make_safe(encoded(sent, kind))), expected) < 10


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_one_could_see_through_lies_on_white_paper(mode: str) -> None:
    glass = Image.new("RGBA", (40, 40), (0, 0, 0, 0)).convert("LA").convert(mode if mode != "P" else "LA")
    more = {"transparency": 0} if mode == "P" else {}
    sent = encoded(Image.new("P", (40, 40)) if mode == "P" else glass, "PNG", **more)
    assert seen(make_safe(sent)).getextrema() == ((255, 255),) * 3


@pytest.mark.parametrize("kind", ["WEBP", "PNG"])
def test_of_several_frames_the_first_is_taken(kind: str) -> None:
    frames = [Image.new("RGB", (40, 30), colour) for colour in ("red", "lime", "blue")]
    sent = encoded(frames[0], kind, save_all=True, append_images=frames[1:])
    assert difference(seen(make_safe(sent)), frames[0]) < 8


def test_what_comes_back_to_us_is_not_written_as_the_same_bytes() -> None:
    """JPEG of JPEG of JPEG comes to rest: by then the bytes would be those that were sent."""
    content = encoded(Image.new("RGB", (64, 64), "white"), "PNG")
    for _ in range(4):
        content, before = make_safe(content).content, content
        assert content != before


@pytest.mark.parametrize(
    ("size", "error"),
    [
        ((5000, 5000), None),
        ((5001, 5000), PictureTooLarge),
        ((9000, 9000), PictureTooLarge),
        ((10, 200), None),
        ((10, 201), PictureTooLarge),
        ((100_000, 1), PictureTooLarge),
    ],
)
def test_size_is_bounded_before_anything_is_unpacked(
    size: tuple[int, int], error: type[Exception] | None
) -> None:
    if error is None:
        assert make_safe(blank_png(*size, depth=1, colour=0)).width
    else:
        with pytest.raises(error):  # what it unpacks to is not even looked at: there is nothing
            make_safe(png(header(*size), chunk(b"IDAT", b"")))


@given(st.integers(1, 25_000), st.integers(1, 25_000))
def test_what_is_kept_is_no_larger_than_it_may_be_and_of_the_same_shape(width: int, height: int) -> None:
    fitted = images._fitted(width, height)
    assert all(1 <= new <= old for new, old in zip(fitted, (width, height), strict=True))
    assert max(fitted) <= LONGEST_SIDE or (max(fitted) <= LONGEST_STRIP and min(fitted) <= images.STRIP_WIDTH)
    assert sum(fitted) <= 10_000 or max(width, height) > 20 * min(width, height)
    scale = max(fitted) / max(width, height)
    assert abs(min(fitted) - min(width, height) * scale) <= 2


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((320, 240), (320, 240)),
        ((4000, 3000), (2560, 1920)),
        ((5712, 4284), (2560, 1920)),
        ((1080, 15000), (640, 8900)),
    ],
)
def test_a_photo_is_made_smaller_and_a_long_screenshot_stays_readable(
    size: tuple[int, int], expected: tuple[int, int]
) -> None:
    assert images._fitted(*size) == expected


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"<svg/>", b"%PDF-1.7", bases()["png"][:200]])
def test_what_is_no_whole_picture_of_a_known_kind_is_refused(content: bytes) -> None:
    with pytest.raises(PictureUnreadable):
        make_safe(content)


def photo() -> Image.Image:
    """Paint something that has light and shade like a photo: the same each time, and like nothing else."""
    waves = Image.effect_mandelbrot((640, 480), (-2.2, -1.3, 0.9, 1.3), 60)
    return Image.merge(
        "RGB", (waves, waves.rotate(90).resize((640, 480)), painting(640, 480).getchannel("R"))
    )


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (lambda one: one, True),
        (lambda one: Image.open(io.BytesIO(encoded(one, "JPEG", quality=40))), True),
        (lambda one: one.resize((320, 240)), True),
        (lambda one: ImageEnhance.Brightness(one).enhance(1.2), True),
        (lambda one: one.transpose(Image.Transpose.ROTATE_180), False),
        (lambda one: one.transpose(Image.Transpose.FLIP_LEFT_RIGHT), False),
        (lambda _: painting(640, 480), False),
    ],
    ids=["the same", "compressed", "half as large", "brighter", "upside down", "mirrored", "another"],
)  # fmt: skip
def test_look_alikes_are_told_from_other_pictures(changed, expected: bool) -> None:
    prints = [make_safe(encoded(one, "PNG")).fingerprint for one in (photo(), changed(photo()))]
    assert are_alike(*prints) is expected, distance(*prints)
