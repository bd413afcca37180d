"""Pictures that tests look at, and how two of them are compared.

``python -m tests.services.drawn`` draws the small references anew, for a change of the looks that is meant.
"""

import io
from decimal import Decimal
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from services.charts import Artist
from services.core.numbers import format_percent, percent
from services.core.pictures import Bar, Block, MonthColumn, Picture, RankingPicture, Tone, YearPicture

REFERENCES = Path(__file__).with_name("pictures")
SHRUNK = 8
"""A dot of a reference stands for so many by so many of the picture."""

Shrunk = NDArray[np.int16]

LAMPS = (
    (100, Tone.GOOD, "已完成"),
    (70, Tone.STEADY, "正常"),
    (40, Tone.SLOW, "偏慢"),
    (0, Tone.ALARM, "告急"),
)


def a_bar(place: int, name: str, done: int, target: int, moved: str = "–", *, is_own: bool = False) -> Bar:
    _, tone, word = next(lamp for lamp in LAMPS if 100 * done >= lamp[0] * target)
    share = Decimal(done) / target
    return Bar(
        str(place),
        name,
        share,
        format_percent(percent(done, target)),
        f"{done}/{target}",
        moved,
        tone,
        word,
        is_own,
    )


def a_ranking(*bars: Bar) -> RankingPicture:
    return RankingPicture(
        "定南县政务公开进度排名",
        "2024年2月",
        "数据截至2024年2月29日17:30",
        "已采用数 ÷ 当月任务数 · ▲▼ 与上月名次相比",
        (Block("县直部门", bars),),
        ("口径：按审核采用数计算，百分比四舍五入保留一位小数；并列者名次相同，组内按机构序排列。",),
    )


def ranking_of(count: int) -> RankingPicture:
    """Make a ranking of so many units, the first over the edge, the last with nothing done."""
    done = [max(0, 121 - 3 * place) for place in range(count)]
    names = ("融媒体中心", "城市社区管委会", "岿美山镇政府", "县农业农村局", "人社局")
    moved = ("–", "▲2", "▼12", "新")
    return a_ranking(
        *(a_bar(at + 1, names[at % 5], done[at], 30, moved[at % 4], is_own=at == 4) for at in range(count))
    )


def a_year() -> YearPicture:
    done = (31, 26, 30, 143, 38, 12)
    months = [
        MonthColumn(f"{at}月", count, 30, *((Tone.GOOD, "已完成") if count >= 30 else (Tone.ALARM, "未完成")))
        for at, count in enumerate(done, start=1)
    ]
    coming = [MonthColumn(f"{at}月", 0, 30) for at in range(7, 13)]
    return YearPicture("财政局2024年度进度", "每月30条", (*months, *coming), ("横线为当月任务数。",))


PICTURES: dict[str, Picture] = {"ranking": ranking_of(12), "year": a_year()}


def opened(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png))


def shrunk(png: bytes) -> Shrunk:
    """Return the colours of a picture's smaller twin."""
    whole = opened(png).convert("RGB")
    small = whole.resize((whole.width // SHRUNK, whole.height // SHRUNK), Image.Resampling.BOX)
    return np.asarray(small, np.int16)


def difference(one: Shrunk, other: Shrunk) -> tuple[float, int]:
    """Return by how much two pictures differ: over all, and over a dot of the worst three by three."""
    if one.shape != other.shape:
        return 255.0, 255
    apart = np.abs(one - other).max(axis=2)
    blocks = np.lib.stride_tricks.sliding_window_view(apart, (3, 3)).mean(axis=(2, 3))
    return float(apart.mean()), int(blocks.max())


def reference(name: str) -> Shrunk:
    with Image.open(REFERENCES / f"{name}.png") as kept:
        return np.asarray(kept, np.int16)


def main() -> None:
    artist = Artist()
    for name, picture in PICTURES.items():
        small = shrunk(artist.draw(picture)).astype(np.uint8)
        Image.fromarray(small).save(REFERENCES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
