"""Pictures as values: written and read without loss, named by what they show, split where too long."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.core.pictures import (
    Bar,
    Block,
    ComparisonPicture,
    MonthColumn,
    Picture,
    RankingPicture,
    Side,
    Tone,
    YearPicture,
    content_key,
    paged,
    read_picture,
    to_json,
)

words = st.text(max_size=12)
shares = st.none() | st.decimals(allow_nan=False, allow_infinity=False, min_value=-9, max_value=99)
tones = st.sampled_from(Tone)
bars = st.builds(Bar, words, words, shares, words, words, words, tones, words, st.booleans())
blocks = st.builds(Block, words, st.lists(bars, max_size=4).map(tuple))
notes = st.lists(words, max_size=2).map(tuple)
rankings = st.builds(
    RankingPicture, words, words, words, words, st.lists(blocks, max_size=4).map(tuple), notes, words
)
counts = st.integers(0, 9999)
months = st.builds(MonthColumn, words, counts, st.none() | counts, tones, words)
years = st.builds(YearPicture, words, words, st.lists(months, max_size=12).map(tuple), notes)
sides = st.builds(Side, words, words, notes)
comparisons = st.builds(ComparisonPicture, words, sides, sides, tones)


def ranking(*sizes: int) -> RankingPicture:
    bars = iter(Bar(str(n), f"单位{n}", Decimal(1), "100.0%") for n in range(1, sum(sizes) + 1))
    blocks = [Block(f"组{at}", tuple(next(bars) for _ in range(size))) for at, size in enumerate(sizes)]
    return RankingPicture("进度排名", "2024年2月", "数据截至2月29日", "", tuple(blocks))


@given(rankings | years | comparisons)
def test_a_picture_is_read_back_as_it_was_written(picture: Picture):
    assert read_picture(to_json(picture)) == picture
    assert content_key(read_picture(to_json(picture))) == content_key(picture)


@pytest.mark.parametrize(("one", "other"), [("1", "1.00"), ("0", "-0.0"), ("4.05", "4.050"), ("20", "2E1")])
def test_equal_shares_have_one_name(one: str, other: str):
    first, second = (Bar("1", "县财政局", Decimal(share), "") for share in (one, other))
    pictures = [RankingPicture("", "", "", "", (Block("", (bar,)),)) for bar in (first, second)]
    assert content_key(pictures[0]) == content_key(pictures[1])


def test_a_share_keeps_all_its_digits():
    share = Decimal("0." + "123456789" * 8)
    assert Bar("1", "", share, "").share == share


@pytest.mark.parametrize("share", ["NaN", "Infinity", "sNaN"])
def test_a_share_that_is_no_number_is_refused(share: str):
    with pytest.raises(ValueError, match=r"N|I"):
        Bar("1", "", Decimal(share), "")


@pytest.mark.parametrize(
    "changed", [{"value": "99.9%"}, {"tone": "alarm"}, {"is_own": True}, {"share": "0.99"}]
)
def test_whatever_is_drawn_is_in_the_name(changed: dict[str, object]):
    picture = ranking(2)
    kept = json.loads(to_json(picture))
    kept["blocks"][0]["bars"][1] |= changed
    assert content_key(read_picture(json.dumps(kept))) != content_key(picture)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"kind":"pie"}',
        '{"kind":"year","title":""}',
        '{"kind":"comparison","title":""}',
        '{"kind":"comparison","title":"","tone":"odd","first":{},"second":{}}',
        to_json(ranking(1)).replace("plain", "odd"),
    ]
    + [to_json(ranking(1)).replace(f'"share":"{1}"', f'"share":"{odd}"') for odd in ("x", "NaN")],
)
def test_what_is_no_picture_is_a_value_error(text: str):
    with pytest.raises(ValueError):  # noqa: PT011 - json's own is one
        read_picture(text)


@pytest.mark.parametrize(
    ("sizes", "pages"),
    [((50,), [[50]]), ((51,), [[25], [26]]), ((20, 181), [[20, 20], [40], [40], [40], [41]]), ((), [[]])],
)
def test_a_long_ranking_is_split_evenly_and_a_block_goes_on(sizes: tuple[int, ...], pages: list[list[int]]):
    split = paged(ranking(*sizes))
    assert [[len(block.bars) for block in page.blocks] for page in split] == pages
    shown = [bar for page in split for block in page.blocks for bar in block.bars]
    assert shown == [bar for block in ranking(*sizes).blocks for bar in block.bars]
    assert [page.page for page in split] == (
        [""] if len(pages) == 1 else [f"{at}/{len(pages)}" for at in range(1, len(pages) + 1)]
    )
