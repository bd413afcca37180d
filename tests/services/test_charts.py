"""Pictures as they are drawn: always alike, whatever is in the names, within what Telegram takes."""

import subprocess
import sys
import unicodedata
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pylopdf_fonts_zh_cn
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.charts import Artist, TooTall
from services.charts.paper import ELLIPSIS, GETA, Type, fitting, lines_of
from services.charts.ranking import Columns
from services.charts.theme import BARS, PALETTE, WORDS
from services.core.pictures import Bar, Block, MonthColumn, Picture, RankingPicture, Tone, YearPicture, paged
from settings import ROOT
from tests.services.drawn import PICTURES, a_bar, a_ranking, difference, opened, ranking_of, reference, shrunk

SANS = pylopdf_fonts_zh_cn.sans_path()
HOSTILE = (
    "$\\foo$", "$x^2$", "\\frac{", "<b>财政局</b>", "\u202e局政财", "a\nb\tc", "\x00\x07", "𠮷野家",
    "😀\u200d👩", "ｷﾞ", "é", "مرحبا", "\ud800", "\ue000", "", " ", "县" * 300, "W" * 5000, "%s%n{0}", "▲▼–…〓",
)  # fmt: skip


@pytest.fixture(scope="module")
def artist() -> Artist:
    return Artist()


@pytest.fixture(scope="module")
def face() -> Type:
    return Type([SANS])


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_looks_as_it_did(name: str, artist: Artist) -> None:
    """A font or a library of another version may move an edge; ``tests.services.drawn`` draws them anew."""
    over_all, worst = difference(shrunk(artist.draw(PICTURES[name])), reference(name))
    assert over_all < 1
    assert worst < 12


@pytest.mark.parametrize(
    "changed",
    [
        {"share": Decimal("0.5")},
        {"tone": Tone.ALARM},
        {"name": "城管局"},
        {"value": "99.9%"},
        {"moved": "▲9"},
        {"word": "告急"},
        {"note": "1/30"},
        {"place": "–"},
        {"is_own": True},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_a_picture_of_something_else_does_not(changed: dict[str, Any], artist: Artist) -> None:
    picture = PICTURES["ranking"]
    assert isinstance(picture, RankingPicture)
    bars = picture.blocks[0].bars
    other = a_ranking(*bars[:7], replace(bars[7], **changed), *bars[8:])
    over_all, worst = difference(shrunk(artist.draw(other)), reference("ranking"))
    assert worst >= 12
    assert over_all < 3


@pytest.mark.parametrize("picture", PICTURES.values(), ids=PICTURES)
def test_the_same_value_gives_the_same_bytes_in_any_process(picture: Picture, artist: Artist) -> None:
    first = artist.draw(picture)
    artist.draw(ranking_of(3))
    assert artist.draw(picture) == first
    assert Artist().draw(picture) == first
    assert opened(first).info.keys() <= {"transparency"}


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text)[:24])
def test_no_name_stops_a_picture(text: str, artist: Artist) -> None:
    bar = Bar(text, text, Decimal("0.5"), text, text, text, Tone.SLOW, text)
    ranking = RankingPicture(text, text, text, text, (Block(text, (bar, bar)),), (text, text), text)
    year = YearPicture(text, text, (MonthColumn(text, 3, 9, Tone.GOOD, text),) * 12, (text,))
    for picture in (ranking, year):
        assert opened(artist.draw(picture)).width == 1080


@settings(max_examples=40, deadline=None)
@given(
    st.text(max_size=30), st.decimals(-3, 9**9, allow_nan=False), st.integers(-9, 10**12), st.integers(0, 40)
)
def test_any_words_and_figures_can_be_drawn(text: str, share: Decimal, done: int, columns: int) -> None:
    bar = Bar(text, text, share, text, text, text, Tone.SLOW, text)
    assert SHARED.draw(RankingPicture(text, text, text, text, (Block(text, (bar,)),), (text,)))
    months = (MonthColumn(text, done, None if done % 2 else abs(done) // 2),) * columns
    assert SHARED.draw(YearPicture(text, text, months))


SHARED = Artist()


def test_a_character_that_no_font_has_is_seen_to_be_missing(face: Type) -> None:
    assert face.printable("𠮷林镇😀") == f"{GETA}林镇{GETA}"


def test_what_has_no_form_takes_no_room(face: Type) -> None:
    assert face.printable("财\u202e政\u200b\x00局\n办") == "财政局 办"


def test_every_name_of_the_examples_can_be_written(face: Type) -> None:
    texts = [path.read_text("utf-8") for path in (ROOT / "examples").rglob("*.json")]
    texts += [path.read_text("utf-8") for path in (ROOT / "tests" / "core").glob("*.csv")]
    texts += [path.read_text("utf-8") for path in (ROOT / "locales" / "zh_CN").glob("*.po")]
    signs = {
        sign
        for text in texts
        for sign in text
        if unicodedata.category(sign) in {"Lo", "Nd", "Po", "Ps", "Pe"}
    }
    assert [sign for sign in sorted(signs) if not face.knows(sign)] == []
    assert len(signs) > 600


def test_every_han_of_gb2312_and_rare_ones_of_names_can_be_written(face: Type) -> None:
    codes = (bytes([high, low]) for high in range(0xB0, 0xF8) for low in range(0xA1, 0xFF))
    han = "".join(code.decode("gb2312", "ignore") for code in codes)
    assert len(han) == 6763
    assert [sign for sign in han + "喆堃玥镕犇昇祎玙珺璟垚" if not face.knows(sign)] == []


def test_a_name_is_written_smaller_before_it_is_cut(face: Type) -> None:
    assert fitting("县财政局", face, (30, 20), 200) == ("县财政局", 30)
    assert fitting("县财政局", face, (30, 20), 100) == ("县财政局", 20)
    cut, size = fitting("县财政局", face, (30, 20), 70)
    assert (cut[-1], size) == (ELLIPSIS, 20)
    assert face.width(cut, size) <= 70


def test_a_line_begins_with_no_full_stop(face: Type) -> None:
    assert lines_of("一二三四，五", face, 20, 82) == ["一二三四，", "五"]


def test_a_western_word_stays_whole_unless_it_is_longer_than_a_line(face: Type) -> None:
    assert lines_of("towns, February", face, 20, 100) == ["towns,", "February"]
    sentence = "Openness ranking of the county's bureaus and towns, February"
    lines = lines_of(sentence, face, 44, 968)
    assert " ".join(lines) == sentence
    assert [line for line in lines if face.width(line, 44) > 968] == []
    assert "".join(lines_of("W" * 20, face, 20, 100)) == "W" * 20


def test_all_bars_are_measured_alike_and_one_of_405_per_cent_does_not_squeeze_them(face: Type) -> None:
    modest = (a_bar(1, "甲", 30, 30), a_bar(2, "乙", 15, 30))
    columns = Columns.of((a_bar(1, "丙", 81, 20), *modest), face)
    assert columns.length(Decimal("0.5")) * 2 == columns.length(Decimal(1))
    assert columns.length(Decimal("4.05")) == columns.length(Decimal("1.5")) == columns.bar_width
    assert Columns.of(modest, face).length(Decimal(1)) == Columns.of(modest, face).bar_width


def test_no_column_runs_into_the_next_whatever_stands_in_it(face: Type) -> None:
    text = "很长的名字" * 9
    columns = Columns.of((Bar(text, text, Decimal(1), text, text, text, Tone.GOOD, text),), face)
    assert columns.bar_width >= 110
    assert columns.name_width >= 110
    assert columns.bar_left + columns.bar_width < columns.value_right - 130


@pytest.mark.parametrize("count", [0, 1, 46, 180])
def test_a_picture_is_within_what_telegram_takes(count: int, artist: Artist) -> None:
    png = artist.draw(ranking_of(count))
    size = opened(png).size
    assert sum(size) <= 10_000
    assert max(size) / min(size) <= 20
    assert len(png) < 600_000


def test_46_units_take_120_kb_at_most(artist: Artist) -> None:
    assert len(artist.draw(ranking_of(46))) <= 120_000


def test_more_than_telegram_takes_is_refused_and_can_be_split(artist: Artist) -> None:
    with pytest.raises(TooTall):
        artist.draw(ranking_of(200))
    assert all(artist.draw(page) for page in paged(ranking_of(200)))


@pytest.mark.parametrize("page", paged(ranking_of(200)), ids=lambda page: page.page[0])
def test_a_page_shown_1280_high_keeps_names_of_twelve_dots(page: RankingPicture, artist: Artist) -> None:
    assert 30 * 1280 / opened(artist.draw(page)).height >= 12


def luminance(colour: tuple[int, int, int]) -> float:
    parts = [part / 255 for part in colour]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return float(np.dot(linear, (0.2126, 0.7152, 0.0722)))


@pytest.mark.parametrize("tone", Tone)
def test_words_stand_out_from_paper_and_a_bar_from_its_neighbours(tone: Tone) -> None:
    assert 1.05 / (luminance(WORDS[tone]) + 0.05) >= 4.5  # WCAG AA
    assert len(set(BARS.values())) == len(Tone)


def test_a_dot_takes_four_bits() -> None:
    assert len(PALETTE) <= 16


def test_the_bot_itself_imports_nothing_that_draws() -> None:
    said = subprocess.run(
        [sys.executable, "-c", "import sys, bot.__main__, bot.container; print('\\n'.join(sys.modules))"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    drawing = {
        "matplotlib",
        "numpy",
        "PIL",
        "pillow_heif",
        "services.charts",
        "services.images",
        "bot.drawing",
    }
    assert drawing & set(said.stdout.split()) == set()
    assert "bot.painting" in said.stdout.split()


def test_a_font_of_the_operators_is_asked_first(tmp_path: Path) -> None:
    serif = Artist(pylopdf_fonts_zh_cn.serif_path())
    assert serif.draw(ranking_of(1)) != Artist().draw(ranking_of(1))
